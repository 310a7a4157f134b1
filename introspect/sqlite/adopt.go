package sqlite

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// adoptNames gives every constraint and index of t whose name nobody chose the
// name of its equal in before, so that a rebuild of the table keeps it. A
// constraint's name is from then on as good as chosen.
func adoptNames(t, before *schema.Table) {
	if before == nil {
		return
	}
	if pk, old := t.PrimaryKey, before.PrimaryKey; pk != nil && old != nil && pk.Derived && slices.Equal(pk.Columns, old.Columns) {
		pk.Name, pk.Derived = old.Name, old.Name == ""
	}
	adopt(t.Uniques, before.Uniques,
		func(u schema.Unique) (string, bool) { return u.Name, u.Derived },
		func(a, b schema.Unique) bool { return slices.Equal(a.Columns, b.Columns) },
		func(u *schema.Unique, name string) { u.Name, u.Derived = name, name == "" })
	adopt(t.Checks, before.Checks,
		func(k schema.Check) (string, bool) { return k.Name, k.Derived },
		func(a, b schema.Check) bool { return a.Expr == b.Expr },
		func(k *schema.Check, name string) { k.Name, k.Derived = name, name == "" })
	adopt(t.ForeignKeys, before.ForeignKeys,
		func(fk schema.ForeignKey) (string, bool) { return fk.Name, fk.Derived },
		sameForeignKey,
		func(fk *schema.ForeignKey, name string) { fk.Name, fk.Derived = name, name == "" })
	adopt(t.Indexes, before.Indexes,
		func(x schema.Index) (string, bool) { return x.Name, x.Derived },
		func(a, b schema.Index) bool {
			return a.Unique == b.Unique && a.Where == b.Where && slices.EqualFunc(a.Keys, b.Keys, sameKey)
		},
		func(x *schema.Index, name string) { x.Name = name })
}

// adopt hands the names in have to their equals in want. First those go that
// agree in name too, so that twins keep their own; a name the user chose for
// another object is not handed out.
func adopt[T any](want, have []T, name func(T) (string, bool), same func(a, b T) bool, set func(*T, string)) {
	taken := make([]bool, len(have))
	settled := make([]bool, len(want))
	for i, w := range want {
		n, derived := name(w)
		settled[i] = !derived
		for j, h := range have {
			if hn, _ := name(h); !taken[j] && n == hn && (!derived || same(w, h)) {
				taken[j], settled[i] = true, true
				break
			}
		}
	}
	for i := range want {
		for j, h := range have {
			if !settled[i] && !taken[j] && same(want[i], h) {
				hn, _ := name(h)
				set(&want[i], hn)
				taken[j], settled[i] = true, true
			}
		}
	}
}

func sameForeignKey(a, b schema.ForeignKey) bool {
	return slices.Equal(a.Columns, b.Columns) && a.RefTable == b.RefTable && slices.Equal(a.RefColumns, b.RefColumns) &&
		a.OnDelete == b.OnDelete && a.OnUpdate == b.OnUpdate && a.MatchFull == b.MatchFull &&
		a.Deferrable == b.Deferrable && a.Deferred == b.Deferred
}

func sameKey(a, b schema.IndexKey) bool {
	return a.Column == b.Column && a.Expr == b.Expr && a.Collation == b.Collation && a.Desc == b.Desc
}
