package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A compatCase is one table on both sides. edit makes a side out of the table
// that both share.
type compatCase struct {
	name    string
	product string // empty: both
	have    func(*schema.Table)
	want    func(*schema.Table)
	implied func(*schema.ImpliedTable)
	shows   string // what is still a difference: "changed column a type, …"; empty: nothing
}

type edit = func(*schema.Table)

func typeOf(text string) edit {
	return func(t *schema.Table) { t.Columns[1].Type = schema.Type{Text: text} }
}

func says(what string) func(*schema.ImpliedTable) {
	return func(i *schema.ImpliedTable) {
		c := i.Columns["a"]
		switch what {
		case "type":
			c.Type = false
		case "not null":
			c.NotNull = false
		case "default":
			c.Default = false
		}
		i.Columns["a"] = c
	}
}

func both(a, b edit) edit { return func(t *schema.Table) { a(t); b(t) } }

func notNull(t *schema.Table) { t.Columns[1].NotNull = true }

func defaultOf(sql string) edit { return func(t *schema.Table) { t.Columns[1].Default = sql } }

func index(x schema.Index) edit {
	return func(t *schema.Table) {
		if x.Keys == nil {
			x.Keys = []schema.IndexKey{{Column: "a"}}
		}
		if t.Name.Schema != "" {
			x.Method = "btree"
		}
		t.Indexes = append(t.Indexes, x)
	}
}

func unique(name string) edit {
	return func(t *schema.Table) {
		t.Uniques = append(t.Uniques, schema.Unique{Name: name, Columns: []string{"a"}})
	}
}

func foreignKey(name string, change ...func(*schema.ForeignKey)) edit {
	return func(t *schema.Table) {
		k := schema.ForeignKey{Name: name, Columns: []string{"a"}, RefTable: schema.Name{Schema: t.Name.Schema, Local: "other"}, RefColumns: []string{"id"}}
		for _, c := range change {
			c(&k)
		}
		t.ForeignKeys = append(t.ForeignKeys, k)
	}
}

func cascade(k *schema.ForeignKey)    { k.OnDelete = schema.Cascade }
func deferrable(k *schema.ForeignKey) { k.Deferrable = true }

func check(name, expr string) edit {
	return func(t *schema.Table) { t.Checks = append(t.Checks, schema.Check{Name: name, Expr: expr}) }
}

func column(name string) edit {
	return func(t *schema.Table) {
		t.Columns = append(t.Columns, schema.Column{Name: name, Type: schema.Type{Text: "text"}})
	}
}

func impliedName(name string) func(*schema.ImpliedTable) {
	return func(i *schema.ImpliedTable) { i.Names[name] = true }
}

func impliedKey(name string) func(*schema.ImpliedTable) {
	return func(i *schema.ImpliedTable) { i.ForeignKeys[name] = true }
}

func compatCases() []compatCase {
	serial := func(t *schema.Table) {
		t.Columns[1].Serial, t.Columns[1].Type.Text, t.Columns[1].NotNull = true, "bigint", true
	}
	identity := func(t *schema.Table) {
		t.Columns[1].Identity, t.Columns[1].Type.Text, t.Columns[1].NotNull = &schema.Identity{}, "bigint", true
	}
	keyB := func(t *schema.Table) { t.PrimaryKey.Columns = []string{"a"} }
	return []compatCase{
		{name: "a column that only the models have", want: column("new"), shows: "missing column new"},
		{name: "a column that only the database has", have: column("old"), shows: "leftover column old"},

		{name: "an implied type of the family", have: typeOf("varchar(20)"), want: typeOf("text"), product: "sqlite"},
		{name: "an implied type of the family", have: typeOf("character varying(20)"), want: typeOf("text"), product: "postgres"},
		{name: "text for uuid", have: typeOf("uuid"), want: typeOf("text")},
		{name: "an implied integer", have: typeOf("integer"), want: typeOf("bigint")},
		{name: "an implied time", have: typeOf("timestamp(3) without time zone"), want: typeOf("timestamp with time zone"), product: "postgres"},
		{name: "an implied time", have: typeOf("TIMESTAMP"), want: typeOf("datetime"), product: "sqlite"},
		{name: "an implied truth value", have: typeOf("BOOLEAN"), want: typeOf("numeric"), product: "sqlite"},
		{name: "bytes kept as text", have: typeOf("TEXT"), want: typeOf("blob"), product: "sqlite"},
		{name: "bytes are no text to PostgreSQL", have: typeOf("text"), want: typeOf("bytea"), product: "postgres", shows: "changed column a type"},
		{name: "a network address", have: typeOf("inet"), want: typeOf("text"), product: "postgres"},
		{name: "an array of the family", have: typeOf("character varying[]"), want: typeOf("text[]"), product: "postgres"},
		{name: "an array is no single value", have: typeOf("text[]"), want: typeOf("text"), product: "postgres", shows: "changed column a type"},
		{name: "an implied type of another family", have: typeOf("integer"), want: typeOf("text"), shows: "changed column a type"},
		{name: "a stated type of the family", have: typeOf("text"), want: typeOf("character varying(20)"), implied: says("type"), shows: "changed column a type"},
		{name: "a stated type, another length", have: typeOf("varchar(10)"), want: typeOf("varchar(20)"), implied: says("type"), shows: "changed column a type"},

		{name: "not null in the database alone", have: notNull},
		{name: "not null in the database, where other models state it", have: notNull, implied: says("not null")},
		{name: "a stated not null", want: notNull, implied: says("not null"), shows: "changed column a null"},
		{name: "an implied not null", want: notNull},

		{name: "a default in the database alone", have: defaultOf("5")},
		{name: "a stated default that is missing", want: defaultOf("5"), implied: says("default"), shows: "changed column a default"},
		{name: "a stated default, another one", have: defaultOf("6"), want: defaultOf("5"), implied: says("default"), shows: "changed column a default"},
		{name: "a default within a stated type", want: defaultOf("5"), shows: "changed column a default"},
		{name: "a stated default on another type of the family", have: both(typeOf("character varying(9)"), defaultOf("'x'::character varying")), want: defaultOf("'x'::text"),
			implied: says("default"), product: "postgres"},
		{name: "another default on another type of the family", have: both(typeOf("character varying(9)"), defaultOf("'y'::character varying")), want: defaultOf("'x'::text"),
			implied: says("default"), product: "postgres", shows: "changed column a default"},
		{name: "true is 1 to SQLite", have: both(typeOf("boolean"), defaultOf("1")), want: both(typeOf("numeric"), defaultOf("true")), implied: says("default"), product: "sqlite"},
		{name: "counting up by convention", have: typeOf("bigint"), want: serial, product: "postgres"},
		{name: "stated counting up, done otherwise", have: identity, want: serial, implied: says("default"), product: "postgres"},
		{name: "stated counting up that is missing", have: typeOf("bigint"), want: serial, implied: says("default"), product: "postgres", shows: "changed column a default"},
		{name: "stated not counting up", have: serial, want: typeOf("bigint"), implied: says("default"), product: "postgres", shows: "changed column a default"},

		{name: "an index in the database alone", have: index(schema.Index{Name: "ix"})},
		{name: "an index that is missing", want: index(schema.Index{Name: "ix"}), shows: "missing index ix"},
		{name: "an index under another name, which nobody chose", have: index(schema.Index{Name: "hand"}), want: index(schema.Index{Name: "ix"}), implied: impliedName("ix")},
		{name: "an index under another name than the stated", have: index(schema.Index{Name: "hand"}), want: index(schema.Index{Name: "ix"}), shows: "changed index hand"},
		{name: "an index that is not unique", have: index(schema.Index{Name: "ix"}), want: index(schema.Index{Name: "ix", Unique: true}), implied: impliedName("ix"), shows: "changed index ix"},
		{name: "an index with a predicate", have: index(schema.Index{Name: "ix", Where: "a > 0"}), want: index(schema.Index{Name: "ix"}), shows: "changed index ix"},
		{name: "an index with options of the database's own", have: index(schema.Index{Name: "ix", Comment: "by hand", Options: []schema.Option{{Name: "fillfactor", Value: "70"}}}),
			want: index(schema.Index{Name: "ix"}), product: "postgres"},

		{name: "a unique constraint in the database alone", have: unique("uq")},
		{name: "a unique constraint that is missing", want: unique("uq"), shows: "missing unique uq"},
		{name: "a unique index for a unique constraint", have: index(schema.Index{Name: "hand", Unique: true}), want: unique("uq"), implied: impliedName("uq")},
		{name: "a unique constraint for a unique index", have: unique("hand"), want: index(schema.Index{Name: "ix", Unique: true}), implied: impliedName("ix")},
		{name: "a unique constraint for a unique index with a stated name", have: unique("hand"), want: index(schema.Index{Name: "ix", Unique: true}), shows: "missing index ix"},
		{name: "a partial unique index is no unique constraint", have: index(schema.Index{Name: "hand", Unique: true, Where: "a > 0"}), want: unique("uq"), implied: impliedName("uq"), shows: "missing unique uq"},
		{name: "the primary key is unique", have: keyB, want: func(t *schema.Table) { keyB(t); unique("uq")(t) }, implied: impliedName("uq")},

		{name: "a foreign key in the database alone", have: foreignKey("fk")},
		{name: "a foreign key that follows from a relation", want: foreignKey("fk"), implied: impliedKey("fk")},
		{name: "a foreign key that is stated and missing", want: foreignKey("fk"), shows: "missing foreign-key fk"},
		{name: "a foreign key with an action of the database's own", have: foreignKey("hand", cascade), want: foreignKey("fk"), implied: impliedName("fk")},
		{name: "a foreign key that can be deferred", have: foreignKey("fk", cascade, deferrable), want: foreignKey("fk", cascade)},
		{name: "a stated action that is missing", have: foreignKey("fk"), want: foreignKey("fk", cascade), shows: "changed foreign-key fk"},
		{name: "a stated foreign key under another name", have: foreignKey("hand"), want: foreignKey("fk"), shows: "changed foreign-key hand"},

		{name: "a check in the database alone", have: check("ck", "a > 0")},
		{name: "a check that is missing", want: check("ck", "a > 0"), shows: "missing check ck"},
		{name: "a check under another name, which nobody chose", have: check("hand", "a > 0"), want: check("ck", "a > 0"), implied: impliedName("ck")},
		{name: "a check, another one", have: check("ck", "a > 1"), want: check("ck", "a > 0"), shows: "changed check ck"},

		{name: "a primary key by convention", have: keyB, implied: func(i *schema.ImpliedTable) { i.PrimaryKey = true }},
		{name: "a stated primary key", have: keyB, shows: "changed primary-key pk"},
		{name: "a stated primary key that is missing", have: func(t *schema.Table) { t.PrimaryKey = nil }, shows: "missing primary-key pk"},

		{name: "a comment in the database alone", have: func(t *schema.Table) { t.Comment, t.Columns[1].Comment = "by hand", "by hand" }},
		{name: "a stated comment", want: func(t *schema.Table) { t.Columns[1].Comment = "said" }, shows: "changed column a comment"},
		{name: "a strict table that is stated, and a type it cannot have", have: typeOf("varchar(9)"), want: both(typeOf("text"), func(t *schema.Table) { t.Strict = true }), product: "sqlite",
			shows: "changed table  strict, changed column a type"},
		{name: "a table without rowid has a primary key", have: func(t *schema.Table) { t.PrimaryKey = nil }, want: func(t *schema.Table) { t.WithoutRowid = true }, product: "sqlite",
			implied: func(i *schema.ImpliedTable) { i.PrimaryKey = true }, shows: "changed table  without-rowid, missing primary-key pk"},
		{name: "a strict table", have: func(t *schema.Table) { t.Strict = true }, product: "sqlite"},
	}
}

func compatTable(product string, edits ...edit) *schema.Database {
	in, id := "", "integer"
	if product == "postgres" {
		in, id = "public", "bigint"
	}
	t := schema.Table{
		Name:       schema.Name{Schema: in, Local: "t"},
		Columns:    []schema.Column{{Name: "id", Type: schema.Type{Text: id}, NotNull: true}, {Name: "a", Type: schema.Type{Text: "text"}}},
		PrimaryKey: &schema.PrimaryKey{Name: "pk", Columns: []string{"id"}},
	}
	for _, e := range edits {
		if e != nil {
			e(&t)
		}
	}
	other := schema.Table{Name: schema.Name{Schema: in, Local: "other"}, Columns: []schema.Column{{Name: "id", Type: schema.Type{Text: "text"}}},
		PrimaryKey: &schema.PrimaryKey{Name: "other_pk", Columns: []string{"id"}}}
	return &schema.Database{Tables: []schema.Table{other, t}}
}

func impliedAll(change func(*schema.ImpliedTable)) schema.ImpliedTable {
	t := schema.ImpliedTable{
		Columns:     map[string]schema.ImpliedColumn{"id": {Type: true, NotNull: true, Default: true}, "a": {Type: true, NotNull: true, Default: true}},
		ForeignKeys: map[string]bool{}, Names: map[string]bool{},
	}
	if change != nil {
		change(&t)
	}
	return t
}

func TestCompat(t *testing.T) {
	for _, c := range compatCases() {
		for _, product := range []string{"postgres", "sqlite"} {
			if c.product != "" && c.product != product {
				continue
			}
			t.Run(product+"/"+c.name, func(t *testing.T) {
				have, want := compatTable(product, c.have), compatTable(product, c.want)
				implied := schema.Implied{want.Tables[1].Name: impliedAll(c.implied), want.Tables[0].Name: impliedAll(nil)}
				settled, _ := diff.Compat(have, want, implied)
				if d := cmp.Diff(c.shows, shown(diff.Differences(have, settled))); d != "" {
					t.Errorf("differences (-want +got):\n%s", d)
				}
				changes := mustDiff(t, have, settled).Changes
				if (len(changes) > 0) != (c.shows != "") {
					t.Errorf("the plan:\n%s", describe(changes))
				}
				if c.shows != "" {
					return
				}
				if exact := diff.Differences(have, want); len(exact) == 0 && !slices.Contains([]string{"an index under another name, which nobody chose"}, c.name) {
					t.Error("the case shows nothing: the sides are equal")
				}
			})
		}
	}
}

func shown(list []diff.Difference) string {
	var parts []string
	for _, d := range list {
		parts = append(parts, strings.TrimSpace(string(d.Class)+" "+d.Kind+" "+d.Name+" "+d.Facet))
	}
	return strings.Join(parts, ", ")
}

func TestCompatLeavesTablesAloneThatStateAll(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		settled, passed := diff.Compat(have, want, schema.Implied{schema.Name{Local: "nobody"}: {}})
		for _, d := range passed {
			if d.Kind != "enum" && d.Kind != "sequence" {
				t.Errorf("passed over: %+v", d)
			}
		}
		for _, d := range diff.Differences(have, want) {
			gone := !slices.ContainsFunc(diff.Differences(have, settled), func(o diff.Difference) bool { return o.Key() == d.Key() })
			if gone && d.Kind != "enum" && d.Kind != "sequence" {
				t.Errorf("hidden: %+v", d)
			}
		}
	})
}

// Whatever is implied: no table and no column is ever passed over, and what is
// settled can be planned.
func TestCompatNeverHidesTablesAndColumns(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		implied := schema.Implied{}
		for _, w := range want.Tables {
			one := impliedAll(func(i *schema.ImpliedTable) { i.PrimaryKey = true })
			for _, c := range w.Columns {
				one.Columns[c.Name] = schema.ImpliedColumn{Type: true, NotNull: true, Default: true}
			}
			for _, k := range w.ForeignKeys {
				one.ForeignKeys[k.Name] = true
			}
			implied[w.Name] = one
		}
		settled, passed := diff.Compat(have, want, implied)
		for _, d := range passed {
			if d.Kind == "table" && d.Class != diff.Changed || d.Kind == "column" && d.Class != diff.Changed {
				t.Errorf("hidden: %+v", d)
			}
		}
		p, err := diff.Diff(have, settled, diff.Renames{})
		if err != nil {
			if _, werr := diff.Diff(have, want, diff.Renames{}); werr == nil {
				t.Fatalf("the plan: %v", err)
			}
			return
		}
		if _, err := diff.Apply(have, p.Changes); err != nil && !strings.Contains(err.Error(), "which is no value of") {
			t.Fatalf("the plan: %v\n%s", err, describe(p.Changes))
		}
	})
}
