package diff_test

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

func sortColumns(t *schema.Table) {
	slices.SortFunc(t.Columns, func(a, b schema.Column) int { return cmp.Compare(a.Name, b.Name) })
}

// unnamedAs takes away the names of constraints for which want has none: a
// name that nobody asked for is no difference.
func unnamedAs(want, got *schema.Database) *schema.Database {
	got = schema.Clone(got)
	for i := range got.Tables {
		t, w := &got.Tables[i], want.Table(got.Tables[i].Name)
		if w == nil {
			continue
		}
		named := map[string]bool{}
		if w.PrimaryKey != nil {
			named[w.PrimaryKey.Name] = true
		}
		for _, c := range w.Uniques {
			named[c.Name] = true
		}
		for _, c := range w.ForeignKeys {
			named[c.Name] = true
		}
		for _, c := range w.Checks {
			named[c.Name] = true
		}
		blank := func(name *string) {
			if !named[*name] {
				*name = ""
			}
		}
		if t.PrimaryKey != nil {
			blank(&t.PrimaryKey.Name)
		}
		for j := range t.Uniques {
			blank(&t.Uniques[j].Name)
		}
		for j := range t.ForeignKeys {
			blank(&t.ForeignKeys[j].Name)
		}
		for j := range t.Checks {
			blank(&t.Checks[j].Name)
		}
	}
	return got
}
