package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A domain's check reads the tables that store its values: the server takes a
// SHARE lock on each (ALTER DOMAIN, validateDomainConstraint).
func TestChecksOfDomainsLockTables(t *testing.T) {
	table := func(n string) schema.Name { return schema.Name{Schema: "public", Local: n} }
	column := func(n string) schema.Ref {
		return schema.Ref{Kind: schema.RefColumn, Name: schema.Name{Local: "c"}, Table: table(n)}
	}
	have := schema.Object{Kind: schema.KindDomain, Name: table("d"), Users: []schema.Ref{column("b"), column("a"), column("b")},
		Facets: []schema.Option{{Name: "check old", Value: "CHECK ((VALUE > 0))"}}}
	long := []render.Lock{{Relation: table("a"), Mode: share, Long: true}, {Relation: table("b"), Mode: share, Long: true}}
	for _, test := range []struct {
		name  string
		facet schema.Option
		want  []render.Lock
	}{
		{"a check", schema.Option{Name: "check new", Value: "CHECK ((VALUE > 1))"}, long},
		{"a check of new values only", schema.Option{Name: "check new", Value: "CHECK ((VALUE > 1)) NOT VALID"}, nil},
		{"not null", schema.Option{Name: "not null", Value: "true"}, long},
		{"a default", schema.Option{Name: "default", Value: "1"}, nil},
	} {
		want := have
		want.Users, want.Facets = nil, []schema.Option{test.facet} // as files tell it
		got, err := Render(diff.Plan{Changes: []diff.Change{diff.AlterObject{From: have, To: want}}}, render.Options{ServerVersion: 150000})
		if err != nil || len(got) != 2 {
			t.Fatalf("%s: %v, %d statements", test.name, err, len(got))
		}
		if len(got[0].Locks) > 0 {
			t.Errorf("%s: dropping the old check locks %v", test.name, got[0].Locks)
		}
		if d := cmp.Diff(test.want, got[1].Locks); d != "" {
			t.Errorf("%s (- want, + got):\n%s", test.name, d)
		}
	}
}
