package render_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func TestClassOf(t *testing.T) {
	column := func(typ string, notNull bool) schema.Column {
		return schema.Column{Name: "c", Type: schema.Type{Text: typ}, NotNull: notNull}
	}
	computed := schema.Column{Name: "c", Type: schema.Type{Text: "text"}, Generated: &schema.Generated{Expr: "a"}}
	enum := func(values ...string) schema.Enum {
		return schema.Enum{Name: schema.Name{Local: "e"}, Values: values}
	}
	alter := func(from, to schema.Column) diff.Change {
		return diff.AlterColumn{Table: orders, From: from, To: to}
	}
	object := func(kind string, from, to []string, had ...schema.Option) diff.Change {
		return diff.AlterObject{From: schema.Object{Kind: kind, Shape: from, Facets: had}, To: schema.Object{Kind: kind, Shape: to}}
	}
	ten, minusOne := int64(10), int64(-1)
	for _, c := range []struct {
		what   string
		change diff.Change
		want   render.Class
	}{
		{"a new table goes", diff.CreateTable{Table: schema.Table{Name: orders}}, render.Exact},
		{"a table comes back empty", diff.DropTable{Table: schema.Table{Name: orders}}, render.StructureOnly},
		{"a new column goes", added, render.Exact},
		{"a column comes back empty", dropped, render.StructureOnly},
		{"a computed column comes back computed", diff.DropColumn{Table: orders, Column: computed}, render.Exact},
		{"a type is changed back", alter(column("integer", false), column("bigint", false)), render.Fallible},
		{"NOT NULL is taken back", alter(column("text", false), column("text", true)), render.Exact},
		{"NOT NULL is given back", alter(column("text", true), column("text", false)), render.Fallible},
		{"a column becomes computed", alter(column("text", false), computed), render.StructureOnly},
		{"a computed column becomes plain", alter(computed, column("text", false)), render.Exact},
		{"a value of an enum comes", diff.AlterEnum{From: enum("a"), To: enum("a", "b")}, render.Fallible},
		{"a value of an enum comes for good", diff.AlterEnum{From: enum("a"), To: enum("a", "b"), NoBack: "a table is partitioned by it"}, render.Irreversible},
		{"a value of an enum goes", diff.AlterEnum{From: enum("a", "b"), To: enum("a")}, render.Exact},
		{"a sequence comes back new", diff.DropSequence{}, render.StructureOnly},
		{"a sequence gets other bounds", diff.AlterSequence{To: schema.Sequence{Options: schema.SequenceOptions{Max: &ten}}}, render.Fallible},
		{"a sequence counts the other way", diff.AlterSequence{From: schema.Sequence{Options: schema.SequenceOptions{Min: &ten}}, To: schema.Sequence{Options: schema.SequenceOptions{Max: &minusOne}}}, render.StructureOnly},
		{"a sequence gets a comment", diff.AlterSequence{To: schema.Sequence{Comment: "c"}}, render.Exact},
		{"a constraint comes back", diff.DropConstraint{Table: orders, Constraint: schema.Check{Name: "c"}}, render.Fallible},
		{"an index comes back", diff.DropIndex{Table: orders}, render.Exact},
		{"a unique index comes back", diff.DropIndex{Table: orders, Index: schema.Index{Unique: true}}, render.Fallible},
		{"an attribute comes back empty", object(schema.KindComposite, []string{"a integer", "b text"}, []string{"a integer"}), render.StructureOnly},
		{"an attribute goes again", object(schema.KindComposite, []string{"a integer"}, []string{"a integer", "b text"}), render.Fallible},
		{"a check of a domain comes back", object(schema.KindDomain, nil, nil, schema.Option{Name: "check c", Value: "VALUE > 0"}), render.Fallible},
		{"an extension goes back to its version", object(schema.KindExtension, nil, nil), render.Fallible},
		{"an extension comes back empty", diff.DropObject{Object: schema.Object{Kind: schema.KindExtension}}, render.StructureOnly},
		{"a view comes back", diff.DropObject{Object: schema.Object{Kind: schema.KindView}}, render.Exact},
		{"a function is replaced", object(schema.KindFunction, nil, nil), render.Exact},
		{"a name is changed back", diff.RenameTable{}, render.Exact},
	} {
		class, reason := render.ClassOf(c.change)
		if class != c.want || (reason == "") != (class == render.Exact) {
			t.Errorf("%s: %s, %q", c.what, class, reason)
		}
	}
}

// TestWayBack: a statement of a way back says how far back it leads.
func TestWayBack(t *testing.T) {
	unique := diff.DropIndex{Table: orders, Index: schema.Index{Name: "i", Unique: true}}
	for _, c := range []struct {
		what string
		s    render.Statement
		want []string
	}{
		{"all the way", render.Statement{Change: added.Reverse(), First: true}, nil},
		{"a column that was dropped", render.Statement{Change: dropped.Reverse(), First: true}, []string{"  way back structure-only: the values of orders.status are gone"}},
		{"only above the first statement", render.Statement{Change: dropped.Reverse()}, nil},
		{"what is done in the same pass", render.Statement{Change: added.Reverse(), First: true, Also: []diff.Change{unique.Reverse()}},
			[]string{"  way back fallible: rows written meanwhile may be duplicates in i"}},
	} {
		if d := cmp.Diff(c.want, render.WayBack(c.s)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, d)
		}
	}
}
