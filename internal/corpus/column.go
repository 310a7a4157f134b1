package corpus

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// columnNames are few too. Those that foreign keys start from have the type of
// the keys.
var columnNames = []string{"code", "name", "Email", "amount", "flag", "created", "data", "state", "select", "ref_a", "ref_b", "größe"}

// A sample is a column type with texts that fit it, as the server prints them.
type sample struct {
	typ      string
	defaults []string
	number   bool // can be compared with 0
	text     bool // can be given to lower and length
}

var postgresTypes = []sample{
	{typ: "bigint", defaults: []string{"0", "42"}, number: true},
	{typ: "integer", defaults: []string{"0", "7"}, number: true},
	{typ: "smallint", number: true},
	{typ: "text", defaults: []string{"''::text", "'it''s'::text"}, text: true},
	{typ: "character varying(40)", defaults: []string{"'x'::character varying"}, text: true},
	{typ: "character varying(80)", defaults: []string{"'x'::character varying"}, text: true},
	{typ: "boolean", defaults: []string{"false", "true"}},
	{typ: "numeric(10,2)", defaults: []string{"1.5"}, number: true},
	{typ: "double precision", number: true},
	{typ: "timestamp with time zone", defaults: []string{"now()", "CURRENT_TIMESTAMP"}},
	{typ: "date", defaults: []string{"CURRENT_DATE"}},
	{typ: "jsonb", defaults: []string{"'{}'::jsonb"}},
	{typ: "uuid", defaults: []string{"gen_random_uuid()"}},
	{typ: "integer[]", defaults: []string{"'{}'::integer[]"}},
	{typ: "bytea"},
}

var sqliteTypes = []sample{
	{typ: "INTEGER", defaults: []string{"0", "42"}, number: true},
	{typ: "TEXT", defaults: []string{"''", "'it''s'", "CURRENT_TIMESTAMP"}, text: true},
	{typ: "REAL", defaults: []string{"1.5"}, number: true},
	{typ: "BLOB"},
	{typ: "VARCHAR(40)", defaults: []string{"'x'"}, text: true},
	{typ: "NUMERIC(10,2)", defaults: []string{"0"}, number: true},
}

// keyType is the type of every id and of what refers to one.
func (g *generator) keyType() schema.Type {
	if g.o.SQLite {
		return schema.Type{Text: "INTEGER"}
	}
	return schema.Type{Text: "bigint"}
}

func (g *generator) samples(t *schema.Table) []sample {
	switch {
	case !g.o.SQLite:
		return postgresTypes
	case t.Strict:
		return sqliteTypes[:4]
	}
	return sqliteTypes
}

func (g *generator) columns(t *schema.Table) {
	t.Columns = append(t.Columns, g.id(t))
	for _, name := range some(g, columnNames, 55) {
		t.Columns = append(t.Columns, g.column(t, name))
	}
	if g.chance(20) {
		if c, ok := g.generated(t); ok {
			t.Columns = append(t.Columns, c)
		}
	}
}

func (g *generator) id(t *schema.Table) schema.Column {
	c := schema.Column{Name: "id", Type: g.keyType(), NotNull: true}
	if g.o.SQLite {
		c.NotNull = g.chance(50)
		return c
	}
	switch g.r.IntN(4) {
	case 0:
		c.Serial = true
	case 1, 2:
		c.Identity = &schema.Identity{Always: g.chance(50), Options: g.sequenceOptions("bigint")}
	}
	return c
}

func (g *generator) column(t *schema.Table, name string) schema.Column {
	c := schema.Column{Name: name, NotNull: g.chance(40), Comment: g.comment()}
	if strings.HasPrefix(name, "ref_") {
		c.Type = g.keyType()
		return c
	}
	if len(g.db.Enums) > 0 && g.chance(20) {
		g.enumColumn(&c)
		return c
	}
	s := pick(g, g.samples(t))
	c.Type = schema.Type{Text: s.typ}
	if len(s.defaults) > 0 && g.chance(40) {
		c.Default = pick(g, s.defaults)
	}
	if s.typ == "bigint" && len(g.db.Sequences) > 0 && g.chance(40) {
		c.Default = g.nextval(pick(g, g.db.Sequences).Name)
	}
	switch {
	case g.o.SQLite && s.text && g.chance(20):
		c.Collation = schema.Name{Local: "NOCASE"}
	case g.o.SQLite:
	case s.text && g.chance(15):
		c.Collation = schema.Name{Schema: "pg_catalog", Local: "C"}
	case s.typ == "text" && g.chance(20):
		c.Storage = "external"
	case g.chance(10):
		n := 500
		c.Statistics = &n
	}
	return c
}

func (g *generator) enumColumn(c *schema.Column) {
	e := pick(g, g.db.Enums)
	text := g.d.QName(e.Name)
	c.Type = schema.Type{Text: text, Ref: e.Name}
	switch {
	case g.chance(20):
		c.Type.Text += "[]"
	case g.chance(60):
		c.Default = g.d.Literal(pick(g, e.Values)) + "::" + text
	}
}

// generated is a column that follows from a number of the table.
func (g *generator) generated(t *schema.Table) (schema.Column, bool) {
	for _, c := range t.Columns {
		if c.Name != "id" && c.Type.Text == g.samples(t)[0].typ {
			v := g.o.SQLite && g.chance(50) || g.o.Version >= 18 && g.chance(50)
			return schema.Column{Name: "next", Type: c.Type, Generated: &schema.Generated{Expr: g.d.Ident(c.Name) + " + 1", Virtual: v}}, true
		}
	}
	return schema.Column{}, false
}

// columnsWhere are the names of the stored columns with such a type, without
// arrays and without the key.
func (g *generator) columnsWhere(t *schema.Table, fits func(sample) bool) []string {
	var names []string
	for _, c := range t.Columns {
		i := slices.IndexFunc(g.samples(t), func(s sample) bool { return s.typ == c.Type.Text })
		if i >= 0 && c.Name != "id" && c.Generated == nil && fits(g.samples(t)[i]) {
			names = append(names, c.Name)
		}
	}
	return names
}
