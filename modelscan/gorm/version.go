package gorm

import (
	"cmp"
	"regexp"
)

// A Version is that of a Go module.
type Version struct{ Major, Minor, Patch int }

// Before reports whether the version is known and older.
func (v Version) Before(major, minor, patch int) bool {
	if v == (Version{}) {
		return false
	}
	return cmp.Or(cmp.Compare(v.Major, major), cmp.Compare(v.Minor, minor), cmp.Compare(v.Patch, patch)) < 0
}

// The functions below are all that releases of GORM since 1.24 and of its
// drivers of that time changed in the tables of an empty database. Each was
// found by comparing the sources of the releases before and after, and is held
// against the releases themselves by the witness in testdata/orm.

// skipsRelations: -:migration on a relation keeps its foreign key out.
func (c *Config) skipsRelations() bool { return !c.Version.Before(1, 24, 3) }

// nearNames: the key of a relation in an embedded struct is looked for beside
// it first (Schema.LookUpFieldByBindName).
func (c *Config) nearNames() bool { return !c.Version.Before(1, 25, 0) }

// countingKey: of several keys the one with autoIncrement is the first.
func (c *Config) countingKey() bool { return !c.Version.Before(1, 25, 0) }

// firstRelation: of two relations with one name the model's own stays
// (Schema.setRelation); before, the later one.
func (c *Config) firstRelation() bool { return !c.Version.Before(1, 25, 0) }

// settableLimit: the strategy has IdentifierMaxLength. Before, it was 64.
func (c *Config) settableLimit() bool { return !c.Version.Before(1, 25, 2) }

// keyInDriverType: PRIMARY KEY is looked for in what the driver writes; before,
// in the text of type: alone.
func (c *Config) keyInDriverType() bool { return !c.Version.Before(1, 25, 5) }

// polymorphicParts: polymorphicType and polymorphicId make a relation
// polymorphic without polymorphic, and name its columns.
func (c *Config) polymorphicParts() bool { return !c.Version.Before(1, 25, 6) }

// namedUniques: unique is a constraint with a name; before, it stood behind
// the column and the server named it. (1.25.6 has the name and does not use it
// for new tables.)
func (c *Config) namedUniques() bool { return !c.Version.Before(1, 25, 7) }

// isName reports whether what stands before the comma of check: and
// constraint: is a name. Digits are allowed since 1.25.8.
func (c *Config) isName(s string) bool {
	pattern := `^[\w-]+$`
	if c.Version.Before(1, 25, 8) {
		pattern = `^[A-Za-z_-]+$`
	}
	return regexp.MustCompile(pattern).MatchString(s)
}

// kindIsNoRelation: a field whose kind is that of a column is no relation even
// where type: is empty.
func (c *Config) kindIsNoRelation() bool { return !c.Version.Before(1, 25, 11) }

// looksUpByNaming: keys in tags may be named as the naming strategy would
// (Schema.LookUpField).
func (c *Config) looksUpByNaming() bool { return !c.Version.Before(1, 31, 1) }

// lenientTags: a tag may end in a backslash, and \" is a quote in it. Before,
// GORM panicked at the one and left the other.
func (c *Config) lenientTags() bool { return !c.Version.Before(1, 31, 1) }

// postgresLimit: the PostgreSQL driver sets the limit of names to that of the
// server (Dialector.Apply).
func (c *Config) postgresLimit() bool { return c.settableLimit() && !c.Driver.Before(1, 5, 6) }

// textBeyondVarchar: a size that PostgreSQL's varchar cannot have makes text.
func (c *Config) textBeyondVarchar() bool { return !c.Driver.Before(1, 6, 0) }

// indexOptions: the PostgreSQL driver writes option: behind the keys.
func (c *Config) indexOptions() bool { return !c.Driver.Before(1, 5, 10) }

// concurrentlyTwice: it wrote CONCURRENTLY there as well.
func (c *Config) concurrentlyTwice() bool { return c.indexOptions() && c.Driver.Before(1, 6, 0) }

// generates: the PostgreSQL driver reads generated:.
func (c *Config) generates() bool { return !c.Driver.Before(1, 6, 2) }

// timeByTag: the SQLite driver takes the text of type: for a time.
func (c *Config) timeByTag() bool { return !c.Driver.Before(1, 5, 0) }

// countsInKey: the SQLite driver writes AUTOINCREMENT for keys as well.
func (c *Config) countsInKey() bool { return !c.Driver.Before(1, 5, 4) }

// autoRandom: the MySQL driver knows TiDB's auto_random().
func (c *Config) autoRandom() bool { return !c.Driver.Before(1, 4, 6) }

// precisionZero: the MySQL driver takes precision:0 for none.
func (c *Config) precisionZero() bool { return !c.Driver.Before(1, 5, 5) }

// notNullInType: the MySQL driver wrote NOT NULL behind the type of a whole
// number as well.
func (c *Config) notNullInType() bool { return c.Driver.Before(1, 4, 7) }

// shortFloats: a float's default is written with as many digits as it needs;
// before, with six behind the point.
func (c *Config) shortFloats() bool { return !c.Version.Before(1, 25, 3) }

// doublesQuotes: a quote in a text is written twice; before, with a backslash
// before it, which only MySQL reads.
func (c *Config) doublesQuotes() bool { return !c.Version.Before(1, 25, 6) }
