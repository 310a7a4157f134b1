package sqlite

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// forgetTwins leaves one of several constraints that say the same under the
// same name, or under none: the catalog is read that way too.
func forgetTwins(t *schema.Table) {
	t.Uniques = once(t.Uniques, func(a, b schema.Unique) bool {
		return a.Name == b.Name && slices.Equal(a.Columns, b.Columns)
	})
	t.Checks = once(t.Checks, func(a, b schema.Check) bool { return a.Name == b.Name && a.Expr == b.Expr })
}

// once keeps the first of each group of equals.
func once[T any](list []T, same func(a, b T) bool) []T {
	kept := list[:0:0]
	for _, v := range list {
		if !slices.ContainsFunc(kept, func(k T) bool { return same(k, v) }) {
			kept = append(kept, v)
		}
	}
	return kept
}
