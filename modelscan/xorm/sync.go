package xorm

import (
	"fmt"
	"slices"
	"strings"
)

// A Config is what decides besides the structs: the engine's settings and the
// dialect.
type Config struct {
	Dialect string // postgres, sqlite or mysql
	Tables  Mapper
	Columns Mapper
	TagKey  string  // empty: "xorm"; SetTagIdentifier changes it
	Version Version // of xorm.io/xorm; zero: the newest known
}

// A Version is that of a Go module.
type Version struct{ Major, Minor, Patch int }

// before reports whether the version is known and older.
func (v Version) before(major, minor, patch int) bool {
	if v == (Version{}) {
		return false
	}
	return slices.Compare([]int{v.Major, v.Minor, v.Patch}, []int{major, minor, patch}) < 0
}

// A Table is what CREATE TABLE makes of a model, with its indexes.
type Table struct {
	Name       string
	Model      *Type
	Comment    string
	Columns    []Column
	PrimaryKey []string // of more than one column; the key of one column is said in its SQL
	Indexes    []Index  // sorted by name
}

// A Column is a column as xorm writes it.
type Column struct {
	Name    string
	SQL     string // what stands behind the name: type, PRIMARY KEY, DEFAULT, NULL or NOT NULL
	Comment string
	Field   *Field
}

// An Index is an index on columns; a unique one is no constraint.
type Index struct {
	Name    string // whole, with its IDX_ or UQE_; of [Facts.TableIndices] what the method says
	Unique  bool
	Columns []string
	Field   *Field // nil: the method TableIndices says it
}

// A Problem is why a model cannot be read. Undecided is the type that a line
// in the configuration would settle, nil where none would.
type Problem struct {
	Model     *Type
	Field     *Field // nil: the model itself
	Text      string
	Hint      string
	Undecided *Type
}

// Sync lists the tables that calls of Sync with these structs, in this order,
// create in an empty database.
func Sync(models []*Type, c Config) ([]Table, []Problem) {
	if c.TagKey == "" {
		c.TagKey = "xorm"
	}
	p := &parser{c: c, done: map[*Type]*table{}}
	var tables []Table
	owner := map[string]*Type{}
	for _, m := range models {
		before := len(p.problems)
		t := p.parse(m, m)
		p.done[m] = t
		if len(p.problems) > before {
			continue
		}
		// PostgreSQL tells names in other cases apart; Sync does not.
		key := strings.ToLower(t.name)
		if first := owner[key]; first != nil {
			p.fail(m, nil, "leave one of them out of models of [xorm]",
				"it makes table %s as well as %s does: what Sync leaves depends on what was there before", t.name, first.Name)
			continue
		}
		owner[key] = m
		tables = append(tables, p.write(m, t))
	}
	return tables, p.problems
}

func (p *parser) fail(m *Type, f *Field, hint, format string, args ...any) {
	p.problems = append(p.problems, Problem{Model: m, Field: f, Hint: hint, Text: fmt.Sprintf(format, args...)})
}

// write makes CREATE TABLE of a table (dialects.Base.CreateTableSQL, Sync's
// schemaTableForSync).
func (p *parser) write(m *Type, t *table) Table {
	out := Table{Name: unquoted(t.name), Model: m}
	commented := p.comments()
	if commented {
		out.Comment = p.commentText(m, nil, t.comment)
	}
	var cols []*column
	var primary []string
	for _, c := range t.columns {
		// Before 1.4.2 columns that are only read were created as well.
		if c.onlyRead && !p.c.Version.before(1, 4, 2) {
			continue
		}
		cols = append(cols, c)
		if c.primary {
			primary = append(primary, c.name)
		}
	}
	kept := map[string]bool{}
	for _, c := range cols {
		key := strings.ToLower(c.name)
		if kept[key] {
			p.fail(m, c.field, "leave one of them out, or name it", "column %s of table %s stands twice: Sync fails", c.name, t.name)
			continue
		}
		kept[key] = true
		col := Column{Name: c.name, SQL: p.columnText(m, c, len(primary) == 1), Field: c.field}
		if commented {
			col.Comment = p.commentText(m, c.field, c.comment)
		}
		out.Columns = append(out.Columns, col)
	}
	if len(cols) == 0 {
		p.fail(m, nil, "exported fields are columns", "it has no columns: Sync fails")
	}
	if len(primary) > 1 {
		out.PrimaryKey = primary
	}
	out.Indexes = p.indexes(m, t, kept)
	return out
}

// comments: SQLite has none, and before 1.3 PostgreSQL got none.
func (p *parser) comments() bool {
	return p.c.Dialect == "mysql" || p.c.Dialect == "postgres" && !p.c.Version.before(1, 3, 0)
}

// commentText is what becomes of a comment that is written between single
// quotes as it is.
func (p *parser) commentText(m *Type, f *Field, text string) string {
	if p.c.Dialect != "postgres" {
		return text
	}
	plain := strings.ReplaceAll(text, "''", "\x00")
	if strings.Contains(plain, "'") {
		p.fail(m, f, "write two of them", "the comment %q has a single quote, which xorm does not escape: Sync fails", text)
	}
	return strings.ReplaceAll(plain, "\x00", "'")
}

// unquoted is a table's name without the quotes that a program put around its
// parts (schemas.Quoter).
func unquoted(name string) string {
	parts := strings.Split(name, ".")
	for i, w := range parts {
		if n := len(w); n > 2 && w[0] == w[n-1] && (w[0] == '`' || w[0] == '"') {
			parts[i] = w[1 : n-1]
		}
	}
	return strings.Join(parts, ".")
}

// indexes are those whose columns are all there.
func (p *parser) indexes(m *Type, t *table, kept map[string]bool) []Index {
	var list []Index
	for _, ix := range t.indexes {
		missing := slices.ContainsFunc(ix.Columns, func(c string) bool { return !kept[strings.ToLower(c)] })
		switch {
		case missing && p.c.Version.before(1, 4, 2):
			p.fail(m, ix.Field, "", "index %s has a column that the table has not: Sync fails", ix.Name)
		case missing:
		case len(ix.Columns) == 0:
			p.fail(m, ix.Field, "add its columns with AddColumn", "index %s has no columns: Sync fails", ix.Name)
		default:
			ix.Name = indexName(ix, t.name)
			if i := slices.IndexFunc(list, func(o Index) bool { return o.Name == ix.Name }); i >= 0 {
				p.fail(m, ix.Field, "give one of them another name", "index %s of table %s stands twice: Sync fails", ix.Name, t.name)
				continue
			}
			list = append(list, ix)
		}
	}
	slices.SortFunc(list, func(a, b Index) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// indexName is the name in the database (schemas.Index.XName): a name that
// says itself what it is stays, any other gets the table's name without schema.
func indexName(ix Index, table string) string {
	if strings.HasPrefix(ix.Name, "UQE_") || strings.HasPrefix(ix.Name, "IDX_") {
		return ix.Name
	}
	parts := strings.Split(strings.ReplaceAll(table, `"`, ""), ".")
	prefix := "IDX_"
	if ix.Unique {
		prefix = "UQE_"
	}
	return prefix + parts[len(parts)-1] + "_" + ix.Name
}

// columnText is what stands behind the column's name (dialects.ColumnString).
func (p *parser) columnText(m *Type, c *column, single bool) string {
	sql := sqlText(p.c.Dialect, c)
	if c.nullable && strings.HasSuffix(sql, "SERIAL") && p.c.Dialect == "postgres" {
		p.fail(m, c.field, "leave NULL out of the tag", "a column that counts up cannot be NULL: Sync fails")
	}
	if p.c.Dialect == "mysql" && c.collation != "" {
		sql += " COLLATE " + c.collation
	}
	if single && c.primary {
		sql += " PRIMARY KEY"
		if w := countingWord(p.c.Dialect); w != "" && c.autoIncr {
			sql += " " + w
		}
	}
	switch {
	case p.c.Version.before(1, 3, 0):
		if c.def != "" {
			sql += " DEFAULT " + c.def
		}
	case c.hasDef && c.def == "":
		sql += " DEFAULT ''"
	case c.hasDef:
		sql += " DEFAULT " + c.def
	}
	if c.nullable {
		return sql + " NULL"
	}
	return sql + " NOT NULL"
}
