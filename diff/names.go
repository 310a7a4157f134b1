package diff

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A space is where a name must be the only one of its kind.
type space struct {
	kind  string      // "relation", "type", "constraint"
	owner schema.Name // the schema (Local empty), or of constraints the table
}

// A nameKey is one name in one space.
type nameKey struct {
	space space
	name  string
}

// productOf tells the dialect by what it is that names have there: PostgreSQL
// has namespaces, SQLite has none.
func productOf(n schema.Name) dialect.Dialect {
	if n.Schema == "" {
		return dialect.SQLite()
	}
	return dialect.Postgres()
}

// relationKey: tables, indexes, sequences and views share the names of a
// schema. SQLite does not tell upper from lower case there.
func relationKey(n schema.Name) nameKey {
	if n.Schema == "" {
		return nameKey{space{kind: "relation"}, strings.ToLower(n.Local)}
	}
	return nameKey{space{"relation", schema.Name{Schema: n.Schema}}, n.Local}
}

// typeKey: in PostgreSQL every table is a type too.
func typeKey(n schema.Name) nameKey {
	return nameKey{space{"type", schema.Name{Schema: n.Schema}}, n.Local}
}

func tableKeys(n schema.Name) []nameKey {
	if n.Schema == "" {
		return []nameKey{relationKey(n)}
	}
	return []nameKey{relationKey(n), typeKey(n)}
}

func indexKeys(table schema.Name, index string) []nameKey {
	return []nameKey{relationKey(schema.Name{Schema: table.Schema, Local: index})}
}

// constraintKeys: a constraint's name is the only one in its table, and that
// of one with an index is the index's too. SQLite keeps no constraint names
// apart at all.
func constraintKeys(table schema.Name, c schema.Constraint) []nameKey {
	name := c.ConstraintName()
	if name == "" || table.Schema == "" {
		return nil
	}
	keys := []nameKey{{space{"constraint", table}, name}}
	switch c.(type) {
	case schema.PrimaryKey, schema.Unique, schema.Exclusion:
		keys = append(keys, relationKey(schema.Name{Schema: table.Schema, Local: name}))
	}
	return keys
}

// serialKeys is the name of the sequence behind a serial column, which is
// nowhere written down: the one the server gives it.
func serialKeys(table schema.Name, c schema.Column) []nameKey {
	if !c.Serial && c.Identity == nil || table.Schema == "" {
		return nil
	}
	local := productOf(table).DerivedName(table.Local, c.Name, "seq")
	return []nameKey{relationKey(schema.Name{Schema: table.Schema, Local: local})}
}

// A holder is who has a name in the database as wanted.
type holder struct {
	what string // "table public.users"
	pos  schema.Pos
	hint string // what to do where its name is wanted; empty: choose another
}

// A registry is all names of the database as wanted.
type registry map[nameKey]holder

func (r registry) free(keys []nameKey) bool {
	for _, k := range keys {
		if _, taken := r[k]; taken {
			return false
		}
	}
	return true
}

func (r registry) hold(keys []nameKey, h holder) {
	for _, k := range keys {
		r[k] = h
	}
}

// resolveNames settles the name of every wanted object and writes it into
// d.want. Names that the user chose are fixed, and two of them in one place
// are a conflict. Names that were not chosen give way: one that is there
// already stays unless a chosen one needs it, and a new one that is taken gets
// a number, as PostgreSQL itself does it (ChooseRelationName).
func (d *differ) resolveNames() {
	r := registry{}
	d.holdUnmanaged(r)
	for _, t := range d.want.Tables {
		d.claim(r, tableKeys(t.Name), holder{what: "table " + t.Name.String(), pos: t.Pos})
	}
	for _, e := range d.want.Enums {
		d.claim(r, []nameKey{typeKey(e.Name)}, holder{what: "enum " + e.Name.String(), pos: e.Pos})
	}
	for _, s := range d.want.Sequences {
		d.claim(r, []nameKey{relationKey(s.Name)}, holder{what: "sequence " + s.Name.String(), pos: s.Pos})
	}
	for _, o := range d.want.Objects {
		d.claim(r, objectNames(o), holder{what: o.Ref().String(), pos: o.Pos})
	}
	// Chosen names, then those that are there, then new ones.
	for turn := range 3 {
		for _, p := range d.tables {
			if p.want == nil {
				continue
			}
			for i := range p.constraints {
				d.resolveConstraint(r, p, &p.constraints[i], turn)
			}
			for i := range p.indexes {
				d.resolveIndex(r, p, &p.indexes[i], turn)
			}
		}
	}
	for _, p := range d.tables {
		if p.want != nil {
			p.writeNames()
		}
	}
}

// writeNames puts the constraints with their names into d.want. A name that is
// settled follows from no rule any more.
func (p *tablePair) writeNames() {
	var all []schema.Constraint
	for _, c := range p.constraints {
		if c.want != nil {
			*c.want = settled(*c.want)
			all = append(all, *c.want)
		}
	}
	setConstraints(p.want, all)
	for i := range p.want.Indexes {
		p.want.Indexes[i].Derived = false
	}
}

// claim holds names that were chosen.
func (d *differ) claim(r registry, keys []nameKey, h holder) {
	for _, k := range keys {
		if other, taken := r[k]; taken {
			hint := cmp.Or(other.hint, "choose another name for one of them")
			if other.pos.IsValid() {
				hint += " (the other is declared at " + other.pos.String() + ")"
			}
			d.conflict(h.pos, hint, "%s cannot have its name: %s has it", h.what, other.what)
			return
		}
	}
	r.hold(keys, h)
}

func (d *differ) resolveConstraint(r registry, p *tablePair, c *pair[schema.Constraint], turn int) {
	if c.want == nil {
		return
	}
	name := settle(constraintKind, c, turn, func(name string, chosen bool) bool {
		keys := constraintKeys(p.name, renameConstraint(*c.want, name))
		h := holder{what: "constraint " + name + " of " + p.name.String(), pos: (*c.want).ConstraintPos()}
		if chosen {
			d.claim(r, keys, h)
			return true
		}
		if !r.free(keys) {
			return false
		}
		r.hold(keys, h)
		return true
	}, p.name)
	*c.want = renameConstraint(*c.want, name)
}

func (d *differ) resolveIndex(r registry, p *tablePair, x *pair[schema.Index], turn int) {
	if x.want == nil {
		return
	}
	x.want.Name = settle(indexKind, x, turn, func(name string, chosen bool) bool {
		keys := indexKeys(p.name, name)
		h := holder{what: "index " + name + " of " + p.name.String(), pos: x.want.Pos}
		if chosen {
			d.claim(r, keys, h)
			return true
		}
		if !r.free(keys) {
			return false
		}
		r.hold(keys, h)
		return true
	}, p.name)
}

// settle gives the object of a pair its name when it is its turn: 0 for chosen
// names, 1 for those that the database has, 2 for the rest. hold takes a name
// and reports whether it was free.
func settle[T any](k kind[T], p *pair[T], turn int, hold func(name string, chosen bool) bool, table schema.Name) string {
	wanted := k.name(*p.want)
	switch {
	case p.settled:
	case k.chosen(*p.want):
		if turn == 0 {
			p.settled = hold(wanted, true)
		}
	case turn == 1:
		stays := p.have != nil && k.alters(k.rename(*p.have, wanted), *p.want)
		if stays && hold(k.name(*p.have), false) {
			p.settled = true
			return k.name(*p.have)
		}
	case turn == 2:
		p.settled = true
		if wanted == "" && table.Schema == "" {
			return ""
		}
		name := wanted
		for n := 1; !hold(name, false); n++ {
			name = numbered(productOf(table), wanted, n)
		}
		return name
	}
	return wanted
}

// numbered is the name with a number at its end, cut so that it fits.
func numbered(d dialect.Dialect, name string, n int) string {
	suffix := strconv.Itoa(n)
	if d.MaxIdentifier > 0 && len(name)+len(suffix) > d.MaxIdentifier {
		d.MaxIdentifier -= len(suffix)
		name = d.Truncate(name)
	}
	return name + suffix
}

// holdUnmanaged holds the names of what gen does not manage and that stands
// in one space with what it does. Kinds are those that introspection writes;
// one that is not here has a space of its own (functions, triggers, policies).
func (d *differ) holdUnmanaged(r registry) {
	for _, o := range d.have.Unmanaged {
		h := holder{what: "the " + o.Kind + " " + o.Name.String() + " in the database, which gen does not manage,"}
		if o.Kind == "invalid index" {
			h.hint = "a build that failed has left it: gen upgrade mends that of its own; otherwise drop it, DROP INDEX CONCURRENTLY " + o.Name.String()
		}
		switch o.Kind {
		case "partitioned table", "view", "materialized view", "foreign table", "partition", "inheritance child",
			"typed table", "extension member", "composite type", "table", "ignored table", "ignored view", "ignored materialized view", "virtual table", "shadow table":
			h.hint = "choose another name for one of them; a struct that only reads it is left out with //gen:ignore"
			r.hold(tableKeys(o.Name), h)
		case "domain", "range type", "base type", "shell type", "pseudo-type", "ignored enum":
			r.hold([]nameKey{typeKey(o.Name)}, h)
		case "index", "invalid index", "sequence", "ignored sequence":
			r.hold([]nameKey{relationKey(o.Name)}, h)
		case "not-null constraint", "check constraint NOT ENFORCED", "foreign key constraint NOT ENFORCED",
			"foreign key constraint PERIOD", "ignored foreign key":
			r.hold([]nameKey{{space{"constraint", o.Table}, o.Name.Local}}, h)
		case "primary key constraint WITHOUT OVERLAPS", "unique constraint WITHOUT OVERLAPS":
			r.hold([]nameKey{{space{"constraint", o.Table}, o.Name.Local}, relationKey(o.Name)}, h)
		}
	}
}
