package diff_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

var products = map[string]corpus.Options{
	"postgres": {Version: 18},
	"sqlite":   {SQLite: true},
}

// seeds is how many random pairs each law is held against.
func seeds(t *testing.T) uint64 {
	if testing.Short() {
		return 50
	}
	return 150
}

// forPairs calls f with a random database and a next version of it.
func forPairs(t *testing.T, f func(t *testing.T, have, want *schema.Database)) {
	for name, o := range products {
		t.Run(name, func(t *testing.T) {
			for seed := range seeds(t) {
				r := rand.New(rand.NewPCG(seed, 1))
				have := corpus.Random(r, o)
				want := corpus.Evolve(r, have, o)
				if seed%10 == 0 {
					want = corpus.Random(r, o)
				}
				t.Run(fmt.Sprint(seed), func(t *testing.T) { f(t, have, want) })
			}
		})
	}
}

func mustDiff(t *testing.T, have, want *schema.Database) diff.Plan {
	t.Helper()
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	return p
}

func mustApply(t *testing.T, db *schema.Database, changes []diff.Change) *schema.Database {
	t.Helper()
	got, err := diff.Apply(db, changes)
	if err != nil {
		t.Fatalf("Apply: %v\n%s", err, describe(changes))
	}
	return got
}

func describe(changes []diff.Change) string {
	s := ""
	for i, c := range changes {
		l := diff.Describe(c)
		s += fmt.Sprintf("%3d %s %s  %s\n", i+1, l.Sign, l.Object, l.Detail)
	}
	return s
}

// text is a database as text, the order of columns aside.
func text(db *schema.Database) string {
	c := schema.Clone(db)
	for i := range c.Tables {
		sortColumns(&c.Tables[i])
	}
	c.Sort()
	return schema.Format(c)
}

func TestPlanLeadsFromHaveToWantAndBack(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		p := mustDiff(t, have, want)
		there := mustApply(t, have, p.Changes)
		if d := cmp.Diff(schema.Format(&p.To), schema.Format(there)); d != "" {
			t.Errorf("Plan.To is not what the plan gives (-To +given):\n%s", d)
		}
		if d := cmp.Diff(text(want), text(unnamedAs(want, there))); d != "" {
			t.Errorf("the plan does not lead to what is wanted (-want +got):\n%s\n%s", d, describe(p.Changes))
		}
		back := mustApply(t, there, p.Reverse().Changes)
		if d := cmp.Diff(text(have), text(back)); d != "" {
			t.Errorf("the reverse does not lead back (-have +got):\n%s\n%s", d, describe(p.Changes))
		}
	})
}
