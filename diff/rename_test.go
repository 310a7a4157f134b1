package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func tableRename(from, to string) diff.TableRename {
	return diff.TableRename{From: public(from), To: public(to)}
}

func columnRename(table, from, to string) diff.ColumnRename {
	return diff.ColumnRename{Table: public(table), From: from, To: to}
}

func TestRenames(t *testing.T) {
	fk := schema.ForeignKey{Name: "fk", Columns: []string{"r"}, RefTable: public("a"), RefColumns: []string{"id"}}
	key := &schema.PrimaryKey{Name: "pk", Columns: []string{"id"}}
	moved := fk
	moved.RefTable = public("b")
	tests := []struct {
		name       string
		have, want *schema.Database
		renames    diff.Renames
		changes    []string
	}{
		{"a table that others refer to",
			database(schema.Table{Name: public("a"), Columns: columns("id"), PrimaryKey: key},
				schema.Table{Name: public("t"), Columns: columns("r"), ForeignKeys: []schema.ForeignKey{fk}}),
			database(schema.Table{Name: public("b"), Columns: columns("id"), PrimaryKey: key},
				schema.Table{Name: public("t"), Columns: columns("r"), ForeignKeys: []schema.ForeignKey{moved}}),
			diff.Renames{Tables: []diff.TableRename{tableRename("a", "b")}},
			[]string{"~ table a  renamed to b"}},
		{"two tables trade names",
			database(schema.Table{Name: public("a"), Columns: columns("x")}, schema.Table{Name: public("b"), Columns: columns("y")}),
			database(schema.Table{Name: public("a"), Columns: columns("y")}, schema.Table{Name: public("b"), Columns: columns("x")}),
			diff.Renames{Tables: []diff.TableRename{tableRename("a", "b"), tableRename("b", "a")}},
			[]string{"~ table a  renamed to gen_tmp_a", "~ table b  renamed to a", "~ table gen_tmp_a  renamed to b"}},
		{"names move on, and the first one is used again",
			database(schema.Table{Name: public("a"), Columns: columns("x")}, schema.Table{Name: public("b"), Columns: columns("y")}),
			database(schema.Table{Name: public("a"), Columns: columns("z")}, schema.Table{Name: public("b"), Columns: columns("x")},
				schema.Table{Name: public("c"), Columns: columns("y")}),
			diff.Renames{Tables: []diff.TableRename{tableRename("a", "b"), tableRename("b", "c")}},
			[]string{"~ table b  renamed to c", "~ table a  renamed to b", "+ table a  1 column"}},
		{"two columns trade names in a table that is renamed",
			database(schema.Table{Name: public("a"), Columns: columns("x", "y"), Checks: []schema.Check{{Name: "c", Expr: "x > y"}}}),
			database(schema.Table{Name: public("b"), Columns: columns("x", "y"), Checks: []schema.Check{{Name: "c", Expr: "y > x"}}}),
			diff.Renames{Tables: []diff.TableRename{tableRename("a", "b")}, Columns: []diff.ColumnRename{columnRename("b", "x", "y"), columnRename("b", "y", "x")}},
			[]string{"~ table a  renamed to b", "~ b.x  renamed to gen_tmp_x", "~ b.y  renamed to x", "~ b.gen_tmp_x  renamed to y"}},
		{"a column in keys, indexes and a generated column, then altered",
			database(schema.Table{Name: public("a"), PrimaryKey: key,
				Columns: append(columns("id", "x"), schema.Column{Name: "g", Type: schema.Type{Text: "integer"}, Generated: &schema.Generated{Expr: "x + 1"}}),
				Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "x"}, {Expr: "abs(x)"}}, Include: []string{"x"}, Where: "x > 0"}}}),
			database(schema.Table{Name: public("a"), PrimaryKey: key,
				Columns: []schema.Column{{Name: "id", Type: schema.Type{Text: "integer"}}, {Name: "order", Type: schema.Type{Text: "bigint"}},
					{Name: "g", Type: schema.Type{Text: "integer"}, Generated: &schema.Generated{Expr: `"order" + 1`}}},
				Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "order"}, {Expr: `abs("order")`}}, Include: []string{"order"}, Where: `"order" > 0`}}}),
			diff.Renames{Columns: []diff.ColumnRename{columnRename("a", "x", "order")}},
			[]string{"~ a.x  renamed to order", "- index i  on a (order, (abs(\"order\"))) include (order) where \"order\" > 0", "~ a.order  integer → bigint", "+ index i  on a (order, (abs(\"order\"))) include (order) where \"order\" > 0"}},
		{"the old name of a column is used again",
			database(schema.Table{Name: public("a"), Columns: columns("x")}),
			database(schema.Table{Name: public("a"), Columns: columns("y", "x")}),
			diff.Renames{Columns: []diff.ColumnRename{columnRename("a", "x", "y")}},
			[]string{"~ a.x  renamed to y", "+ a.x  integer"}},
		{"a table moves into a schema that is new",
			database(schema.Table{Name: public("a"), Columns: columns("x")}),
			&schema.Database{Schemas: []schema.Schema{{Name: "app"}, {Name: "public"}},
				Tables: []schema.Table{{Name: schema.Name{Schema: "app", Local: "a"}, Columns: columns("x")}}},
			diff.Renames{Tables: []diff.TableRename{{From: public("a"), To: schema.Name{Schema: "app", Local: "a"}}}},
			[]string{"+ schema app", "~ table a  renamed to app.a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkPlan(t, test.have, test.want, test.renames, test.changes...)
		})
	}
}

func TestRenamesThatCannotBe(t *testing.T) {
	have := database(
		schema.Table{Name: public("a"), Columns: columns("x", "y"), Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "x"}}}}},
		schema.Table{Name: public("b"), Columns: columns("x")},
		schema.Table{Name: public("d"), Columns: columns("x", "y")})
	_, err := diff.Diff(have, have, diff.Renames{
		Tables:  []diff.TableRename{tableRename("no", "c"), tableRename("a", "i"), tableRename("b", "i")},
		Columns: []diff.ColumnRename{columnRename("d", "x", "y"), columnRename("d", "no", "z")},
	})
	expected := `column public.d.no cannot be renamed to z: it is not in the database
column public.d.x cannot be renamed to y: there is a column of that name
table public.a cannot be renamed to public.i: index i of public.a has the name
table public.b cannot be renamed to public.i: table public.a, renamed, has the name
table public.no cannot be renamed to public.c: it is not in the database`
	if d := cmp.Diff(expected, strings.Join(sorted(err), "\n")); d != "" {
		t.Errorf("error (-want +got):\n%s", d)
	}
}

func TestRenameInExpressions(t *testing.T) {
	postgres := diff.Renames{
		Tables:  []diff.TableRename{tableRename("t", "New T")},
		Columns: []diff.ColumnRename{{Table: public("New T"), From: "text", To: "body"}, {Table: public("New T"), From: "a", To: "select"}, {Table: public("New T"), From: "year", To: "y"}},
	}
	tests := []struct{ name, have, want string }{
		{"a column", "a > 0", `"select" > 0`},
		{"within a longer name", "ab > 0 AND xa > 0", "ab > 0 AND xa > 0"},
		{"a function", "a(a) > 0", `a("select") > 0`},
		{"a type", "(a)::text = text", `("select")::text = body`},
		{"a type of two words", "a::timestamp without time zone", `"select"::timestamp without time zone`},
		{"a cast by name", "CAST(a AS text)", `CAST("select" AS text)`},
		{"a string", "a = 'a' OR a = $$a$$", `"select" = 'a' OR "select" = $$a$$`},
		{"an escape string", `a = E'\'a' AND a > 0`, `"select" = E'\'a' AND "select" > 0`},
		{"a comment", "a /* a */ > 0 -- a", `"select" /* a */ > 0 -- a`},
		{"another case", "A > 0", "A > 0"},
		{"quoted", `"a" > 0`, `"select" > 0`},
		{"qualified by the table", "t.a > 0", `"New T"."select" > 0`},
		{"qualified by another", "u.a > 0", "u.a > 0"},
		{"a field of a date", "EXTRACT(year FROM year) > 1", "EXTRACT(year FROM y) > 1"},
		{"an array", "arr[a] = 1", `arr["select"] = 1`},
		{"a collation", `b COLLATE "text" > text`, `b COLLATE "text" > body`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			have := database(schema.Table{Name: public("t"), Columns: columns("a"), Checks: []schema.Check{{Expr: test.have}}})
			got := diff.ApplyRenames(have, postgres)
			if expr := got.Tables[0].Checks[0].Expr; expr != test.want {
				t.Errorf("%s became %s, want %s", test.have, expr, test.want)
			}
			if have.Tables[0].Checks[0].Expr != test.have {
				t.Error("have was changed")
			}
		})
	}
}

func TestRenameInSQLite(t *testing.T) {
	n := func(local string) schema.Name { return schema.Name{Local: local} }
	have := &schema.Database{
		Tables: []schema.Table{{Name: n("t"), Columns: columns("Name", "b"), Checks: []schema.Check{{Expr: "[name] <> `b` AND NAME > 0"}}}},
		Unmanaged: []schema.Object{
			{Kind: "trigger", Name: n("trg"), Table: n("t"), SQL: "CREATE TRIGGER trg AFTER UPDATE OF name ON t BEGIN UPDATE t SET b = NEW.name WHERE other.name = 'name'; END"},
			{Kind: "view", Name: n("v"), SQL: "CREATE VIEW v AS SELECT name FROM t"},
			{Kind: "view", Name: n("w"), SQL: "CREATE VIEW w AS SELECT name FROM other"},
		},
	}
	got := diff.ApplyRenames(have, diff.Renames{
		Tables:  []diff.TableRename{{From: n("t"), To: n("people")}},
		Columns: []diff.ColumnRename{{Table: n("people"), From: "Name", To: "full name"}},
	})
	want := []string{
		`"full name" <> ` + "`b`" + ` AND "full name" > 0`,
		`CREATE TRIGGER trg AFTER UPDATE OF "full name" ON people BEGIN UPDATE people SET b = NEW."full name" WHERE other.name = 'name'; END`,
		`CREATE VIEW v AS SELECT "full name" FROM people`,
		"CREATE VIEW w AS SELECT name FROM other",
	}
	texts := []string{got.Tables[0].Checks[0].Expr, got.Unmanaged[0].SQL, got.Unmanaged[1].SQL, got.Unmanaged[2].SQL}
	if d := cmp.Diff(want, texts); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	if got.Unmanaged[0].Table != n("people") {
		t.Errorf("the trigger is on %s", got.Unmanaged[0].Table)
	}
}

// Renderers follow a plan with RenameIn, and their tables share lists with it.
func TestRenameInLeavesWhatItShares(t *testing.T) {
	n := schema.Name{Schema: "public", Local: "t"}
	have := &schema.Database{Tables: []schema.Table{{Name: n, Columns: []schema.Column{{Name: "a"}},
		PrimaryKey: &schema.PrimaryKey{Columns: []string{"a"}}, Indexes: []schema.Index{{Keys: []schema.IndexKey{{Column: "a"}}}}}}}
	before := schema.Clone(have)
	now := &schema.Database{Tables: slices.Clone(have.Tables)}
	r := diff.Renames{Columns: []diff.ColumnRename{{Table: n, From: "a", To: "b"}}}
	diff.RenameIn(now, r)
	if d := cmp.Diff(before, have); d != "" {
		t.Errorf("what is shared has changed (-before +after):\n%s", d)
	}
	if d := cmp.Diff(diff.ApplyRenames(have, r), now); d != "" {
		t.Errorf("in place it is something else (-copy +in place):\n%s", d)
	}
}
