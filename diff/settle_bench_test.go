package diff_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

// A long list on a large database: a tenth of it differs.
func BenchmarkSettle(b *testing.B) {
	for _, n := range []int{100, 1000} {
		r := rand.New(rand.NewPCG(1, 1))
		o := corpus.Options{Tables: n}
		have := corpus.Random(r, o)
		want := corpus.Evolve(r, have, o)
		list := diff.Differences(have, want)
		implied := schema.Implied{}
		for _, t := range want.Tables {
			implied[t.Name] = schema.ImpliedTable{}
		}
		b.Run(fmt.Sprintf("%d_tables_%d_lines", len(have.Tables), len(list)), func(b *testing.B) {
			for b.Loop() {
				diff.Settle(have, want, listed(list))
			}
		})
		b.Run(fmt.Sprintf("%d_tables_compat", len(have.Tables)), func(b *testing.B) {
			for b.Loop() {
				diff.Compat(have, want, implied)
			}
		})
	}
}
