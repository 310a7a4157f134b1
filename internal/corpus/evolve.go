package corpus

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// Evolve returns a next version of db, as valid as db: tables, columns, types,
// constraints, indexes, enums and sequences come, go and change. db is not
// changed. Few things change in one step.
func Evolve(r *rand.Rand, db *schema.Database, o Options) *schema.Database {
	g := generator{r: r, o: o, d: dialect.Postgres(), db: schema.Clone(db)}
	if o.SQLite {
		g.d = dialect.SQLite()
	}
	other := Random(r, o)
	g.evolveKinds(other)
	for i := range g.db.Tables {
		t := &g.db.Tables[i]
		switch n := other.Table(t.Name); {
		case g.chance(15) && n != nil && g.allCast(t, n):
			*t = *n
		case g.chance(50):
			g.evolveTable(t)
		}
	}
	g.db.Tables = some(&g, g.db.Tables, 90)
	for _, t := range other.Tables {
		if g.db.Table(t.Name) == nil && g.chance(20) {
			g.db.Tables = append(g.db.Tables, t)
		}
	}
	if len(g.db.Tables) > 0 && g.chance(50) {
		g.foreignKeys()
	}
	if g.chance(15) {
		g.clear("app")
	}
	g.owners()
	g.repair()
	g.db.Schemas = slices.DeleteFunc(g.db.Schemas, func(s schema.Schema) bool {
		return s.Name != "public" && !g.inUse(s.Name) && g.chance(70)
	})
	return g.db
}

// clear takes everything out of a schema.
func (g *generator) clear(name string) {
	g.db.Tables = slices.DeleteFunc(g.db.Tables, func(t schema.Table) bool { return t.Name.Schema == name })
	g.db.Enums = slices.DeleteFunc(g.db.Enums, func(e schema.Enum) bool { return e.Name.Schema == name })
	g.db.Sequences = slices.DeleteFunc(g.db.Sequences, func(s schema.Sequence) bool { return s.Name.Schema == name })
}

// inUse reports whether the schema holds anything.
func (g *generator) inUse(name string) bool {
	return slices.ContainsFunc(g.db.Tables, func(t schema.Table) bool { return t.Name.Schema == name }) ||
		slices.ContainsFunc(g.db.Enums, func(e schema.Enum) bool { return e.Name.Schema == name }) ||
		slices.ContainsFunc(g.db.Sequences, func(s schema.Sequence) bool { return s.Name.Schema == name })
}

// evolveKinds mixes schemas, enums and sequences of both.
func (g *generator) evolveKinds(other *schema.Database) {
	for _, s := range other.Schemas {
		i := slices.IndexFunc(g.db.Schemas, func(have schema.Schema) bool { return have.Name == s.Name })
		switch {
		case i < 0:
			g.db.Schemas = append(g.db.Schemas, s)
		case s.Name != "public" && g.chance(60):
			g.db.Schemas[i].Comment = pick(g, []string{"", "the application"})
		}
	}
	g.db.Enums = some(g, g.db.Enums, 90)
	for _, e := range other.Enums {
		have := g.db.Enum(e.Name)
		switch {
		case have == nil && g.chance(50):
			g.db.Enums = append(g.db.Enums, e)
		case have != nil && g.chance(40):
			*have = e
		}
	}
	g.db.Sequences = some(g, g.db.Sequences, 85)
	for _, s := range other.Sequences {
		i := slices.IndexFunc(g.db.Sequences, func(have schema.Sequence) bool { return have.Name == s.Name })
		switch {
		case i < 0 && g.chance(40):
			s.OwnedBy = schema.ColumnRef{}
			g.db.Sequences = append(g.db.Sequences, s)
		case i >= 0 && g.chance(30):
			g.db.Sequences[i] = s
		}
	}
}

func (g *generator) evolveTable(t *schema.Table) {
	before := schema.Table{Columns: t.Columns}
	t.Columns = slices.Concat(t.Columns[:1], some(g, t.Columns[1:], 90))
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Name == "id" {
			if g.chance(15) && !g.o.SQLite {
				*c = g.id(t)
			}
			continue
		}
		if c.Generated == nil && g.chance(20) {
			if next := g.column(t, c.Name); g.casts(*c, next) {
				*c = next
			}
		}
	}
	for _, name := range columnNames {
		if t.Column(name) == nil && before.Column(name) == nil && g.chance(10) {
			t.Columns = append(t.Columns, g.column(t, name))
		}
	}
	fresh := *t
	fresh.Uniques, fresh.Checks, fresh.Exclusions, fresh.Indexes = nil, nil, nil, nil
	g.uniques(&fresh)
	g.checks(&fresh)
	g.indexes(&fresh)
	t.Uniques = append(some(g, t.Uniques, 80), some(g, fresh.Uniques, 40)...)
	t.Checks = append(some(g, t.Checks, 80), some(g, fresh.Checks, 40)...)
	t.Exclusions = append(some(g, t.Exclusions, 80), some(g, fresh.Exclusions, 40)...)
	t.Indexes = append(some(g, t.Indexes, 80), some(g, fresh.Indexes, 40)...)
	t.ForeignKeys = some(g, t.ForeignKeys, 85)
	if g.chance(10) && !t.WithoutRowid && !t.Columns[0].Autoincrement {
		t.PrimaryKey = nil
		g.primaryKey(t)
	}
	if g.chance(20) {
		t.Comment = g.comment()
	}
	g.touch(t)
}

// allCast reports whether each column that both tables have can go from the
// type it has in one to that in the other.
func (g *generator) allCast(from, to *schema.Table) bool {
	return !slices.ContainsFunc(from.Columns, func(c schema.Column) bool {
		n := to.Column(c.Name)
		return n != nil && !g.casts(c, *n)
	})
}

// casts reports whether PostgreSQL has a cast between the two types, of
// whatever kind. SQLite converts everything.
func (g *generator) casts(from, to schema.Column) bool {
	family := func(c schema.Column) string {
		i := slices.IndexFunc(postgresTypes, func(s sample) bool { return s.typ == c.Type.Text })
		switch {
		case i < 0:
			return c.Type.Text
		case postgresTypes[i].text:
			return "text"
		case postgresTypes[i].number:
			return "number"
		case strings.HasPrefix(c.Type.Text, "timestamp") || c.Type.Text == "date":
			return "time"
		}
		return c.Type.Text
	}
	a, b := family(from), family(to)
	return g.o.SQLite || a == b || b == "text"
}

// touch changes what can be altered in place, names among it.
func (g *generator) touch(t *schema.Table) {
	for i := range t.Indexes {
		x := &t.Indexes[i]
		switch {
		case g.chance(10):
			x.Name += " 2"
		case !g.o.SQLite && x.Method == "btree" && g.chance(10):
			x.Options = []schema.Option{{Name: "fillfactor", Value: pick(g, []string{"50", "80"})}}
		case !g.o.SQLite && g.chance(10):
			x.Comment = pick(g, []string{"", "for the list"})
		}
	}
	for i := range t.Checks {
		c := &t.Checks[i]
		if g.chance(15) {
			c.NotValid = false
		}
		if c.Name != "" && g.chance(10) {
			c.Name += " 2"
		}
	}
	for i := range t.ForeignKeys {
		c := &t.ForeignKeys[i]
		if g.chance(15) {
			c.NotValid, c.Deferrable, c.Deferred = false, !c.Deferrable, false
		}
	}
	if !g.o.SQLite {
		g.beside(t)
	}
}

// beside gives indexes another key under their names, and lets unique indexes and
// unique constraints change places.
func (g *generator) beside(t *schema.Table) {
	var indexes []schema.Index
	uniques := t.Uniques
	t.Uniques = nil
	for _, x := range t.Indexes {
		key := x.Keys[len(x.Keys)-1]
		switch {
		case x.Method == "btree" && key.Column != "id" && !slices.Contains(x.Include, "id") && g.chance(10):
			x.Keys = append(slices.Clone(x.Keys), schema.IndexKey{Column: "id"})
		case x.Unique && x.Where == "" && len(x.Keys) == 1 && key.Column != "" && g.chance(20):
			t.Uniques = append(t.Uniques, schema.Unique{Name: x.Name, Columns: []string{key.Column}, Comment: x.Comment})
			continue
		}
		indexes = append(indexes, x)
	}
	for _, c := range uniques {
		if c.Name != "" && g.chance(15) {
			x := schema.Index{Name: c.Name, Unique: true, Method: "btree", Include: c.Include, NullsNotDistinct: c.NullsNotDistinct, Comment: c.Comment}
			for _, name := range c.Columns {
				x.Keys = append(x.Keys, schema.IndexKey{Column: name})
			}
			indexes = append(indexes, x)
			continue
		}
		t.Uniques = append(t.Uniques, c)
	}
	t.Indexes = indexes
}

// repair takes away what the last step made invalid, and what has the name of
// something else.
func (g *generator) repair() {
	g.repairColumns()
	g.repairNames()
	g.repairForeignKeys()
	for i := range g.db.Sequences {
		s := &g.db.Sequences[i]
		t := g.db.Table(s.OwnedBy.Table)
		if t == nil || t.Column(s.OwnedBy.Column) == nil || t.Name.Schema != s.Name.Schema || !custom(*s) {
			s.OwnedBy = schema.ColumnRef{}
		}
	}
	g.db.Sort()
}

// repairColumns looks after types and defaults, and after everything that
// names a column of its table.
func (g *generator) repairColumns() {
	for i := range g.db.Tables {
		t := &g.db.Tables[i]
		t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool {
			return !c.Type.Ref.IsZero() && g.db.Enum(c.Type.Ref) == nil || c.Generated != nil && !g.fits(t, c.Generated.Expr)
		})
		for j := range t.Columns {
			c := &t.Columns[j]
			if strings.HasPrefix(c.Default, "nextval") && !slices.ContainsFunc(g.db.Sequences, func(s schema.Sequence) bool { return g.nextval(s.Name) == c.Default }) {
				c.Default = ""
			}
			if e := g.db.Enum(c.Type.Ref); e != nil && c.Default != "" &&
				!slices.ContainsFunc(e.Values, func(v string) bool { return strings.HasPrefix(c.Default, g.d.Literal(v)+"::") }) {
				c.Default = ""
			}
		}
		g.repairTable(t)
	}
}

func (g *generator) repairTable(t *schema.Table) {
	plain := append(g.plain(t), "id")
	lost := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(plain, n) })
	}
	t.Uniques = slices.DeleteFunc(t.Uniques, func(c schema.Unique) bool { return lost(c.Columns) })
	t.Checks = slices.DeleteFunc(t.Checks, func(c schema.Check) bool { return !g.fits(t, c.Expr) })
	t.Exclusions = slices.DeleteFunc(t.Exclusions, func(c schema.Exclusion) bool { return !g.fits(t, c.Elements[0].Key.Expr) })
	t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool {
		for _, k := range x.Keys {
			c := t.Column(k.Column)
			switch {
			case k.Column == "" && !g.fits(t, k.Expr):
				return true
			case k.Column != "" && c == nil:
				return true
			case k.Column != "" && (c.Type.Text == "jsonb") != (x.Method == "gin"):
				return true
			case k.Column != "" && c.Generated != nil:
				return true
			}
		}
		return false
	})
}

// fits reports whether the one column that the expression names is there and
// of a type the expression can take.
func (g *generator) fits(t *schema.Table, expr string) bool {
	for _, c := range t.Columns {
		name := g.d.Ident(c.Name)
		i := slices.IndexFunc(g.samples(t), func(s sample) bool { return s.typ == c.Type.Text })
		if i < 0 || c.Generated != nil {
			continue
		}
		s := g.samples(t)[i]
		switch expr {
		case name + " > 0", name + " > 10":
			return s.number && s.typ != "double precision" && s.typ != "numeric(10,2)"
		case name + " + 1":
			return s.typ == g.samples(t)[0].typ
		case "lower(" + name + ")":
			return s.typ == "text" || s.typ == "TEXT"
		case "int4range(" + name + ", " + name + ")":
			return s.typ == "integer"
		}
	}
	return false
}

// repairForeignKeys takes away those without a key to refer to.
func (g *generator) repairForeignKeys() {
	for i := range g.db.Tables {
		t := &g.db.Tables[i]
		var names []string
		t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(c schema.ForeignKey) bool {
			ref, from := g.db.Table(c.RefTable), t.Column(c.Columns[0])
			bad := ref == nil || ref.PrimaryKey == nil || ref.PrimaryKey.Deferrable || from == nil || from.Type != g.keyType() ||
				c.Name != "" && slices.Contains(names, c.Name)
			names = append(names, c.Name)
			return bad
		})
	}
}

// repairNames takes away what has the name of something else.
func (g *generator) repairNames() {
	used := map[schema.Name]bool{}
	fold := func(n schema.Name) schema.Name {
		if g.o.SQLite {
			n.Local = strings.ToLower(n.Local)
		}
		return n
	}
	for _, t := range g.db.Tables {
		used[fold(t.Name)] = true
	}
	for _, e := range g.db.Enums {
		used[e.Name] = true
	}
	for _, s := range g.db.Sequences {
		used[s.Name] = true
	}
	for i := range g.db.Tables {
		t := &g.db.Tables[i]
		own := map[string]bool{}
		taken := func(local string, backed bool) bool {
			n := fold(schema.Name{Schema: t.Name.Schema, Local: local})
			if local == "" || g.o.SQLite && backed {
				return false
			}
			bad := used[n] || own[local]
			used[n], own[local] = true, true
			return bad
		}
		if pk := t.PrimaryKey; pk != nil && taken(pk.Name, true) {
			t.PrimaryKey = nil
			if t.WithoutRowid || t.Columns[0].Autoincrement {
				t.WithoutRowid, t.Columns[0].Autoincrement = false, false
			}
		}
		t.Uniques = slices.DeleteFunc(t.Uniques, func(c schema.Unique) bool { return taken(c.Name, true) })
		t.Exclusions = slices.DeleteFunc(t.Exclusions, func(c schema.Exclusion) bool { return taken(c.Name, true) })
		t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool { return taken(x.Name, false) })
		t.Checks = slices.DeleteFunc(t.Checks, func(c schema.Check) bool {
			bad := c.Name != "" && own[c.Name]
			own[c.Name] = true
			return bad
		})
	}
}
