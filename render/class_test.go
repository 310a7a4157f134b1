package render_test

import (
	"testing"

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
		{"a value of an enum goes", diff.AlterEnum{From: enum("a", "b"), To: enum("a")}, render.Exact},
		{"a sequence comes back new", diff.DropSequence{}, render.StructureOnly},
		{"a sequence gets other bounds", diff.AlterSequence{To: schema.Sequence{Options: schema.SequenceOptions{Max: &ten}}}, render.Fallible},
		{"a sequence counts the other way", diff.AlterSequence{From: schema.Sequence{Options: schema.SequenceOptions{Min: &ten}}, To: schema.Sequence{Options: schema.SequenceOptions{Max: &minusOne}}}, render.StructureOnly},
		{"a sequence gets a comment", diff.AlterSequence{To: schema.Sequence{Comment: "c"}}, render.Exact},
		{"a constraint comes back", diff.DropConstraint{Table: orders, Constraint: schema.Check{Name: "c"}}, render.Fallible},
		{"an index comes back", diff.DropIndex{Table: orders}, render.Exact},
		{"a unique index comes back", diff.DropIndex{Table: orders, Index: schema.Index{Unique: true}}, render.Fallible},
		{"a name is changed back", diff.RenameTable{}, render.Exact},
	} {
		class, reason := render.ClassOf(c.change)
		if class != c.want || (reason == "") != (class == render.Exact) {
			t.Errorf("%s: %s, %q", c.what, class, reason)
		}
	}
}
