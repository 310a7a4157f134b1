package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func TestGlobalsNobodyDeclaresAreLeftAlone(t *testing.T) {
	object := func(kind, name string) schema.Object {
		return schema.Object{Kind: kind, Name: schema.Name{Local: name}}
	}
	table := schema.Object{Kind: schema.KindPublicationTable, Name: schema.Name{Local: "theirs"}, Table: schema.Name{Schema: "public", Local: "t"}}
	view := schema.Object{Kind: schema.KindView, Name: schema.Name{Schema: "public", Local: "v"}}
	have := &schema.Database{Objects: []schema.Object{object(schema.KindExtension, "pg_stat_statements"), object(schema.KindPublication, "theirs"), table, view}}
	for _, test := range []struct {
		name            string
		want            []schema.Object
		kept, unmanaged []string
	}{
		{"none", nil, []string{"view public.v"}, []string{"extension pg_stat_statements", "publication theirs"}},
		{"an extension", []schema.Object{object(schema.KindExtension, "citext")},
			[]string{"extension pg_stat_statements", "view public.v"}, []string{"publication theirs"}},
		{"both", []schema.Object{object(schema.KindExtension, "citext"), object(schema.KindPublication, "ours")},
			[]string{"extension pg_stat_statements", "publication theirs", table.Ref().String(), "view public.v"}, nil},
	} {
		got := diff.WithoutGlobal(have, &schema.Database{Objects: test.want})
		names := func(list []schema.Object) (names []string) {
			for _, o := range list {
				names = append(names, o.Ref().String())
			}
			return names
		}
		if d := cmp.Diff([][]string{test.kept, test.unmanaged}, [][]string{names(got.Objects), names(got.Unmanaged)}); d != "" {
			t.Errorf("%s (- want, + got):\n%s", test.name, d)
		}
	}
	if len(have.Objects) != 4 || len(have.Unmanaged) != 0 {
		t.Error("what was given has changed")
	}
}
