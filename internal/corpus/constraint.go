package corpus

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

func (g *generator) primaryKey(t *schema.Table) {
	if g.chance(10) && t.Columns[0].Identity == nil && !t.Columns[0].Serial {
		return
	}
	pk := schema.PrimaryKey{Name: g.key(t, "", "pkey", "pk"), Columns: []string{"id"}, Comment: g.comment()}
	switch {
	case !g.o.SQLite:
		pk.Deferrable = g.chance(5)
	case g.chance(20):
		t.Columns[0].Autoincrement = true
	case g.chance(20):
		t.WithoutRowid, t.Columns[0].NotNull = true, true
	}
	t.PrimaryKey = &pk
}

// plain are the columns a btree can hold and that are stored.
func (g *generator) plain(t *schema.Table) []string {
	return g.columnsWhere(t, func(s sample) bool { return s.typ != "jsonb" })
}

func (g *generator) uniques(t *schema.Table) {
	for _, name := range some(g, g.plain(t), 15) {
		columns := []string{name}
		if g.chance(30) {
			columns = append(columns, "id")
		}
		t.Uniques = append(t.Uniques, schema.Unique{
			Name: g.key(t, strings.Join(columns, "_"), "key", "uq"), Columns: columns, Comment: g.comment(),
			NullsNotDistinct: !g.o.SQLite && g.o.Version >= 15 && g.chance(20),
			Deferrable:       !g.o.SQLite && g.chance(10),
		})
	}
}

func (g *generator) checks(t *schema.Table) {
	for _, name := range some(g, g.columnsWhere(t, func(s sample) bool { return s.number && s.typ != "double precision" && s.typ != "numeric(10,2)" }), 25) {
		t.Checks = append(t.Checks, schema.Check{
			Name: g.key(t, name, "check", "positive"), Expr: g.d.Ident(name) + " > " + pick(g, []string{"0", "10"}), Comment: g.comment(),
			NotValid:  !g.o.SQLite && g.chance(10),
			NoInherit: !g.o.SQLite && g.chance(10),
		})
		if c := &t.Checks[len(t.Checks)-1]; g.o.Version >= 18 && !c.NotValid {
			c.NotEnforced = g.chance(15)
		}
	}
	if n := g.columnsWhere(t, func(s sample) bool { return s.typ == "integer" }); len(n) > 0 && !g.o.SQLite && g.chance(20) {
		t.Exclusions = append(t.Exclusions, schema.Exclusion{
			Name: g.key(t, "int4range", "excl", "apart"), Method: "gist",
			Elements:   []schema.ExclusionElement{{Key: schema.IndexKey{Expr: "int4range(" + g.d.Ident(n[0]) + ", " + g.d.Ident(n[0]) + ")"}, Operator: "&&"}},
			Deferrable: g.chance(20),
		})
	}
}

func (g *generator) indexes(t *schema.Table) {
	add := func(x schema.Index) {
		if !g.o.SQLite {
			if x.Method == "" {
				x.Method = "btree"
			}
			if x.Method == "btree" && g.chance(10) {
				x.Options = []schema.Option{{Name: "fillfactor", Value: "60"}}
			}
			x.Comment = g.comment()
		}
		t.Indexes = append(t.Indexes, x)
	}
	local := t.Name.Local
	for _, name := range some(g, g.plain(t), 25) {
		x := schema.Index{Name: g.d.DerivedName(local, name, "idx"), Keys: []schema.IndexKey{{Column: name}}}
		if g.chance(40) {
			x.Name = local + " by " + name
		}
		if g.chance(30) {
			x.Keys[0].Desc, x.Keys[0].NullsFirst = true, true
		}
		switch g.r.IntN(6) {
		case 0:
			x.Unique = true
		case 1:
			x.Where = g.d.Ident(name) + " IS NOT NULL"
		case 2:
			if !g.o.SQLite {
				x.Include = []string{"id"}
			}
		case 3:
			x.Keys = append(x.Keys, schema.IndexKey{Column: "id"})
		}
		add(x)
	}
	for _, name := range some(g, g.columnsWhere(t, func(s sample) bool { return s.typ == "text" || s.typ == "TEXT" }), 20) {
		add(schema.Index{Name: local + " lower " + name, Keys: []schema.IndexKey{{Expr: "lower(" + g.d.Ident(name) + ")"}}, Unique: g.chance(30)})
	}
	for _, name := range some(g, g.columnsWhere(t, func(s sample) bool { return s.typ == "jsonb" }), 40) {
		add(schema.Index{Name: g.d.DerivedName(local, name, "idx"), Method: "gin", Keys: []schema.IndexKey{{Column: name}}})
	}
}

// foreignKeys lead from ref_ columns to any table, circles and the own table
// included.
func (g *generator) foreignKeys() {
	for i := range g.db.Tables {
		t := &g.db.Tables[i]
		for _, name := range []string{"ref_a", "ref_b"} {
			ref := pick(g, g.db.Tables)
			if t.Column(name) == nil || ref.PrimaryKey == nil || g.chance(25) {
				continue
			}
			c := schema.ForeignKey{
				Name: g.key(t, name, "fkey", "fk"), Columns: []string{name}, RefTable: ref.Name, RefColumns: []string{"id"},
				OnDelete: pick(g, []schema.Action{schema.NoAction, schema.Cascade, schema.SetNull, schema.Restrict}),
				OnUpdate: pick(g, []schema.Action{schema.NoAction, schema.NoAction, schema.Cascade}),
				Comment:  g.comment(), NotValid: !g.o.SQLite && g.chance(10),
			}
			c.Deferrable = g.chance(20)
			c.Deferred = c.Deferrable && g.chance(50)
			if c.OnDelete == schema.SetNull && g.o.Version >= 15 && g.chance(30) {
				c.SetColumns = []string{name}
			}
			c.NotEnforced = g.o.Version >= 18 && !c.NotValid && g.chance(15)
			// A referenced key cannot be deferrable (PostgreSQL).
			ref.PrimaryKey.Deferrable = false
			t.ForeignKeys = append(t.ForeignKeys, c)
		}
		if len(t.ForeignKeys) > 1 && slices.Equal(t.ForeignKeys[0].Columns, t.ForeignKeys[1].Columns) {
			t.ForeignKeys = t.ForeignKeys[:1]
		}
	}
}
