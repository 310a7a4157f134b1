package diff_test

import (
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func view(name, sql string, uses ...schema.ColumnRef) schema.Object {
	o := schema.Object{Kind: schema.KindView, Name: public(name), SQL: sql, Shape: []string{"id integer"}, Uses: uses}
	for _, u := range uses {
		o.Needs = append(o.Needs, schema.Ref{Kind: schema.RefTable, Name: u.Table})
	}
	return o
}

func above(o schema.Object, below schema.Object) schema.Object {
	o.Needs = append(o.Needs, below.Ref())
	return o
}

func function(name, args, sql string) schema.Object {
	return schema.Object{Kind: schema.KindFunction, Name: public(name), Args: args, SQL: sql, Shape: []string{args + " → integer"}}
}

func trigger(name, table string, calls schema.Object) schema.Object {
	return schema.Object{Kind: schema.KindTrigger, Name: public(name), Table: public(table), SQL: "CREATE TRIGGER " + name,
		Needs: []schema.Ref{{Kind: schema.RefTable, Name: public(table)}, calls.Ref()}}
}

func TestObjects(t *testing.T) {
	of := func(table, column string) schema.ColumnRef {
		return schema.ColumnRef{Table: public(table), Column: column}
	}
	db := func(tables []schema.Table, objects ...schema.Object) *schema.Database {
		d := database(tables...)
		d.Objects = objects
		return d
	}
	tab := func(cols ...schema.Column) []schema.Table {
		return []schema.Table{{Name: public("t"), Columns: cols}}
	}
	id, bigID := typed("id", "integer"), typed("id", "bigint")
	v := view("v", "SELECT id FROM t", of("t", "id"))
	w := above(view("w", "SELECT id FROM v"), v)
	f := function("f", "integer", "CREATE FUNCTION f")
	touch := trigger("touch", "t", f)
	wider := v
	wider.Shape = []string{"id integer", "n integer"}
	wider.SQL = "SELECT id, n FROM t"
	off := touch
	off.Facets = []schema.Option{{Name: "enabled", Value: "disabled"}}

	tests := []struct {
		name       string
		have, want *schema.Database
		changes    []string
	}{
		{"all new, in the order of their needs", db(nil), db(tab(id), touch, w, v, f),
			[]string{"+ table t  1 column", "+ function f(integer)", "+ trigger touch  on t", "+ view v", "+ view w"}},
		{"all gone, against it", db(tab(id), f, v, w, touch), db(nil),
			[]string{"- trigger touch  on t", "- view w", "- view v", "- table t  1 column", "- function f(integer)"}},
		{"a column changes its type under a view and a view on that",
			db(tab(id), v, w), db(tab(bigID), v, w),
			[]string{"- view w  for a moment", "- view v  for a moment", "~ t.id  integer → bigint", "+ view v  made again", "+ view w  made again"}},
		{"a column that no view shows does not trouble them",
			db(tab(id, typed("n", "integer")), v), db(tab(id, typed("n", "bigint")), v), []string{"~ t.n  integer → bigint"}},
		{"a query changes and the columns stay",
			db(tab(id), v, w), db(tab(id), view("v", "SELECT id + 1 FROM t", of("t", "id")), w),
			[]string{"~ view v  definition … FROM t → … + 1 FROM t"}},
		{"the columns change: what stands on it is made again too",
			db(tab(id, typed("n", "integer")), v, w), db(tab(id, typed("n", "integer")), wider, w),
			[]string{"- view w  for a moment", "- view v  for a moment", "+ view v  made again", "+ view w  made again"}},
		{"another body", db(nil, f), db(nil, function("f", "integer", "CREATE FUNCTION f …")),
			[]string{"~ function f(integer)  definition … end → … …"}},
		{"other arguments are another function", db(nil, f), db(nil, function("f", "text", "CREATE FUNCTION f")),
			[]string{"- function f(integer)", "+ function f(text)"}},
		{"a facet", db(tab(id), f, touch), db(tab(id), f, off), []string{"~ trigger touch  enabled disabled"}},
		{"a default draws the function before the table",
			db(nil), db([]schema.Table{{Name: public("t"), Columns: []schema.Column{typed("id", "integer", defaultTo("f(1)"))}}}, f),
			[]string{"+ function f(integer)", "+ table t  1 column"}},
		{"a body that mentions a table comes behind it",
			db(nil), db([]schema.Table{{Name: public("t"), Columns: []schema.Column{id}}}, function("f", "integer", "CREATE FUNCTION f AS 'SELECT id FROM t'")),
			[]string{"+ table t  1 column", "+ function f(integer)"}},
		{"a domain comes before the column of its type",
			db(nil), db(tab(typed("id", "public.key")), schema.Object{Kind: schema.KindDomain, Name: public("key"), SQL: "CREATE DOMAIN key AS integer"}),
			[]string{"+ domain key", "+ table t  1 column"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkPlan(t, test.have, test.want, diff.Renames{}, test.changes...) })
	}
}

// What a view stood for its users must be theirs again afterwards.
func TestGrantsComeAlong(t *testing.T) {
	have, want := database(), database()
	v := view("v", "SELECT 1 AS id")
	v.Grants = []string{"GRANT SELECT ON public.v TO reader"}
	have.Objects = []schema.Object{v}
	v.Grants, v.Shape = nil, []string{"id bigint"}
	want.Objects = []schema.Object{v}
	p := mustDiff(t, have, want)
	if len(p.Changes) != 2 || len(p.Changes[1].(diff.CreateObject).Object.Grants) != 1 {
		t.Errorf("the grants are lost: %+v", p.Changes)
	}
}
