package diff

// A pair is an object of either side, or of both.
type pair[T any] struct {
	have, want *T   // nil: not there
	anew       bool // to be dropped and made again although nothing differs
	settled    bool // the wanted name is final
}

// A kind says how objects are told apart that have a name which may or may
// not have been chosen.
type kind[T any] struct {
	name    func(T) string
	derived func(T) bool
	rename  func(T, string) T
	// alters reports whether from becomes to without being dropped; names are
	// equal. It is true of equal ones.
	alters func(from, to T) bool
	same   func(a, b T) bool // names are equal
}

// chosen reports whether the user said what the object is to be called.
func (k kind[T]) chosen(v T) bool { return k.name(v) != "" && !k.derived(v) }

// match pairs the objects of one table, in this order:
//
//  1. the same name and a definition that needs no drop;
//  2. a name that was not chosen: any with the same definition, else with one
//     that can be altered into it;
//  3. a chosen name: the same, which makes it a rename;
//  4. the same name: it will be dropped and made anew.
//
// The rest comes alone. Wanted ones stand in their order, then dropped ones in
// theirs. A rename goes before a new building under the same name, since
// renaming costs nothing.
func match[T any](have, want []T, k kind[T]) []pair[T] {
	pairs := make([]pair[T], len(want))
	for i := range want {
		pairs[i].want = &want[i]
	}
	taken := make([]bool, len(have))
	take := func(fits func(h, w T) bool) {
		for i := range pairs {
			if pairs[i].have != nil {
				continue
			}
			for j := range have {
				if !taken[j] && fits(have[j], want[i]) {
					pairs[i].have, taken[j] = &have[j], true
					break
				}
			}
		}
	}
	as := func(h, w T) T { return k.rename(h, k.name(w)) }
	take(func(h, w T) bool { return k.name(h) == k.name(w) && k.same(h, w) })
	take(func(h, w T) bool { return k.name(h) == k.name(w) && k.alters(h, w) })
	for _, chosen := range []bool{false, true} {
		take(func(h, w T) bool { return k.chosen(w) == chosen && k.same(as(h, w), w) })
		take(func(h, w T) bool { return k.chosen(w) == chosen && k.alters(as(h, w), w) })
	}
	take(func(h, w T) bool { return k.name(w) != "" && k.name(h) == k.name(w) })
	for j := range have {
		if !taken[j] {
			pairs = append(pairs, pair[T]{have: &have[j]})
		}
	}
	return pairs
}
