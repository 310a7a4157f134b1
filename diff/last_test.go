package diff

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/schema"
)

// Columns and tables go behind all else where nothing needs them to be gone.
func TestDropsLast(t *testing.T) {
	n := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	mood := schema.Enum{Name: n("mood"), Values: []string{"a"}}
	typed := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Type{Text: "public.mood", Ref: mood.Name}}
	}
	plain := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Type{Text: "integer"}}
	}
	drop := func(c schema.Column) Change { return DropColumn{n("t"), c} }
	add := func(c schema.Column) Change { return AddColumn{n("t"), c} }
	old := DropTable{schema.Table{Name: n("old"), Columns: []schema.Column{plain("a")}, Indexes: []schema.Index{{Name: "i", Method: "btree", Keys: []schema.IndexKey{{Column: "a"}}}}}}
	policy := schema.Object{Kind: schema.KindPolicy, Name: n("p"), Table: n("old")}
	view := schema.Object{Kind: schema.KindView, Name: n("v"), SQL: "CREATE VIEW v"}
	index := func(name string) Change {
		return CreateIndex{n("t"), schema.Index{Name: name, Method: "btree", Keys: []schema.IndexKey{{Column: "b"}}}}
	}
	family := schema.Database{Tables: []schema.Table{{Name: n("t"), PartitionBy: "LIST (a)"}}}
	for _, tt := range []struct {
		name    string
		from    schema.Database
		changes []Change
		want    []int // the places of changes behind all else
	}{
		{"a column and what must follow it", schema.Database{}, []Change{drop(typed("a")), add(plain("b")), DropEnum{mood}, index("j")}, []int{0, 2}},
		{"a table", schema.Database{}, []Change{old, add(plain("b")), DropSequence{schema.Sequence{Name: n("s")}}}, []int{0, 2}},
		{"an extension that its columns may be of", schema.Database{}, []Change{DropSequence{schema.Sequence{Name: n("s")}}, old, DropObject{Object: schema.Object{Kind: schema.KindExtension, Name: schema.Name{Local: "citext"}}}, add(plain("b"))}, []int{1, 2}},
		{"a view goes behind it, as it comes again", schema.Database{}, []Change{old, DropObject{Object: view, Again: true}, CreateObject{Object: view, Again: true}}, nil},
		{"its name is used again", schema.Database{}, []Change{old, CreateTable{schema.Table{Name: n("old")}}}, nil},
		{"the name of its index is used again", schema.Database{}, []Change{old, add(plain("b")), index("i")}, nil},
		{"the column is made anew", schema.Database{}, []Change{drop(plain("a")), add(typed("a"))}, nil},
		{"the type is made anew", schema.Database{}, []Change{drop(typed("a")), AlterEnum{From: schema.Enum{Name: n("mood"), Values: []string{"b"}}, To: mood}, add(plain("b"))}, nil},
		{"what follows must stay", schema.Database{}, []Change{drop(typed("a")), DropEnum{mood}, CreateEnum{mood}}, nil},
		{"a rename follows", schema.Database{}, []Change{drop(plain("a")), RenameTable{From: n("t"), To: n("u")}}, nil},
		{"a rename comes before", schema.Database{}, []Change{RenameTable{From: n("s"), To: n("t")}, drop(plain("a")), add(plain("b"))}, []int{1}},
		{"a policy goes with the table", schema.Database{}, []Change{DropObject{Object: policy}, old, add(plain("b"))}, nil},
		{"a view is made anew around it", schema.Database{}, []Change{DropObject{Object: view, Again: true}, drop(plain("a")), CreateObject{Object: view, Again: true}}, []int{1}},
		{"a domain gets a check", schema.Database{}, []Change{drop(plain("a")), AlterObject{schema.Object{Kind: schema.KindDomain}, schema.Object{Kind: schema.KindDomain}}}, nil},
		{"a table of a family", family, []Change{drop(plain("a")), add(plain("b"))}, nil},
		{"another table gets unlogged", schema.Database{}, []Change{old, AlterTable{schema.Table{Name: n("t")}, schema.Table{Name: n("t"), Unlogged: true}}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, last := Plan{From: tt.from, Changes: tt.changes}.DropsLast()
			var want []Change
			for i, c := range tt.changes {
				if !slices.Contains(tt.want, i) {
					want = append(want, c)
				}
			}
			for _, i := range tt.want {
				want = append(want, tt.changes[i])
			}
			if d := cmp.Diff(want, p.Changes); d != "" {
				t.Errorf("changes (-want +got):\n%s", d)
			}
			if last != len(tt.want) {
				t.Errorf("%d stand behind, want %d", last, len(tt.want))
			}
		})
	}
}
