package diff

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A Class says on which side a difference lies.
type Class string

const (
	Leftover Class = "leftover" // in the database, in no model
	Missing  Class = "missing"  // in the models, not in the database
	Changed  Class = "changed"  // in both, and not the same
)

// A Difference is one thing in which a database is not what the models say, as
// a fact about two states and not as a way from one to the other. It names
// exactly one: the same object in any other state is another Difference. Apart
// from At it can be compared.
type Difference struct {
	Class Class
	// Kind is schema, enum, sequence, table, column, index, primary-key, unique,
	// foreign-key, check, exclusion, object or privileges.
	Kind string
	// Table is the table that a part belongs to, or the object itself; of a
	// schema Local is its name.
	Table schema.Name
	// Name is that of the part; of an object its kind, with what else tells it
	// apart: "function (integer)", "trigger on public.users". Empty for the object itself and for a constraint
	// without a name (SQLite).
	Name string
	// Facet is what of a column or table is Changed: type, null, default (which
	// is also identity, serial, generated), collation, comment, … Empty otherwise:
	// other objects change as a whole.
	Facet string
	// Have and Want are the two states, all of them in one line each. Of a table
	// that is on one side only it is the number of its columns and a fingerprint.
	// Empty: nothing (no default, no such object).
	Have, Want string

	At schema.Pos // where it is declared; unknown for a Leftover
}

// Key is the difference without its position, to be compared.
func (d Difference) Key() Difference {
	d.At = schema.Pos{}
	return d
}

// Compare orders differences by table, then as the parts of a table stand in
// its definition, then by name.
func (d Difference) Compare(o Difference) int {
	return cmp.Or(cmp.Compare(apart(d.Kind), apart(o.Kind)), d.Table.Compare(o.Table),
		cmp.Compare(slices.Index(DifferenceKinds(), d.Kind), slices.Index(DifferenceKinds(), o.Kind)),
		cmp.Compare(d.Name, o.Name), cmp.Compare(d.Class, o.Class), cmp.Compare(d.Facet, o.Facet),
		cmp.Compare(d.Have, o.Have), cmp.Compare(d.Want, o.Want))
}

// apart puts what belongs to no table first.
func apart(kind string) int {
	if n := slices.Index(DifferenceKinds(), kind); n < slices.Index(DifferenceKinds(), "table") {
		return n
	}
	return len(DifferenceKinds())
}

// DifferenceKinds are the values of Difference.Kind, in the order that Compare
// gives them.
func DifferenceKinds() []string {
	return []string{"schema", "enum", "sequence", "object", "privileges", "table", "column", "primary-key", "unique", "foreign-key", "check", "exclusion", "index"}
}

// Differences lists what differs between two databases in canonical form,
// ordered by Compare. There is none exactly when the plan of [Diff] without
// renames is empty.
func Differences(have, want *schema.Database) []Difference {
	all := deltas(have, want)
	list := make([]Difference, len(all))
	for i, d := range all {
		list[i] = d.Difference
	}
	return list
}

// A delta is a difference with what it takes to undo it on the wanted side.
type delta struct {
	Difference
	have, want any // schema.Column, schema.Constraint, schema.Index, … ; nil: not there

	// adopt makes the wanted database what the database has.
	adopt func(*adopter)
	needs []key // what the state of the database needs
	takes []key // what is no longer there once it is adopted
}

// deltas lists the differences.
func deltas(have, want *schema.Database) []delta {
	from, to := schema.Clone(have), schema.Clone(want)
	from.Sort()
	to.Sort()
	var list []delta
	list = append(list, schemaDeltas(from, to)...)
	list = append(list, enumDeltas(from, to)...)
	list = append(list, sequenceDeltas(from, to)...)
	list = append(list, objectDeltas(from, to)...)
	list = append(list, accessDeltas(from, to)...)
	d := differ{have: from, want: to}
	d.family = familyOf(from, to)
	d.pairTables()
	d.matchParts()
	for _, p := range d.tables {
		list = append(list, d.tableDeltas(p)...)
	}
	slices.SortStableFunc(list, func(a, b delta) int { return a.Compare(b.Difference) })
	return list
}

// classOf is the class of a pair that is not the same; nil stands for nothing.
func classOf[T any](have, want *T) Class {
	switch {
	case want == nil:
		return Leftover
	case have == nil:
		return Missing
	}
	return Changed
}

// wholeDelta is the delta of an object that is compared as a whole, in the
// list that of finds.
func wholeDelta[T any](d Difference, have, want *T, text func(T) string, is func(T) func(T) bool, of func(*schema.Database) *[]T) delta {
	out := delta{Difference: d}
	out.Class = classOf(have, want)
	if have != nil {
		out.have, out.Have = *have, text(*have)
	}
	if want != nil {
		out.want, out.Want = *want, text(*want)
	}
	out.adopt = func(a *adopter) {
		list := of(a.db)
		switch {
		case have == nil:
			*list = slices.DeleteFunc(*list, is(*want))
		case want == nil:
			*list = append(*list, *have)
		default:
			for i := range *list {
				if is(*want)((*list)[i]) {
					(*list)[i] = *have
				}
			}
		}
	}
	return out
}

func schemaDeltas(have, want *schema.Database) []delta {
	var list []delta
	compare := func(a, b *schema.Schema) int { return cmp.Compare(a.Name, b.Name) }
	is := func(s schema.Schema) func(schema.Schema) bool {
		return func(o schema.Schema) bool { return o.Name == s.Name }
	}
	self := func(s *schema.Schema) []key { return []key{{kind: keySchema, name: schema.Name{Local: s.Name}}} }
	sides(have.Schemas, want.Schemas, compare, func(h, w *schema.Schema) {
		if h != nil && w != nil && same(bareSchema(*h), bareSchema(*w)) {
			return
		}
		d := Difference{Kind: "schema", Table: schema.Name{Local: orHave(h, w).Name}}
		if w != nil {
			d.At = w.Pos
		}
		one := wholeDelta(d, h, w, schemaText, is, func(db *schema.Database) *[]schema.Schema { return &db.Schemas })
		if h == nil {
			one.takes = self(w)
		}
		list = append(list, one)
	})
	return list
}

func enumDeltas(have, want *schema.Database) []delta {
	var list []delta
	compare := func(a, b *schema.Enum) int { return a.Name.Compare(b.Name) }
	is := func(e schema.Enum) func(schema.Enum) bool {
		return func(o schema.Enum) bool { return o.Name == e.Name }
	}
	sides(have.Enums, want.Enums, compare, func(h, w *schema.Enum) {
		if h != nil && w != nil && same(bareEnum(*h), bareEnum(*w)) {
			return
		}
		d := Difference{Kind: "enum", Table: orHave(h, w).Name}
		if w != nil {
			d.At = w.Pos
		}
		one := wholeDelta(d, h, w, enumText, is, func(db *schema.Database) *[]schema.Enum { return &db.Enums })
		if h == nil {
			one.takes = []key{{kind: keyEnum, name: w.Name}}
		} else {
			one.needs = schemaKey(h.Name)
		}
		list = append(list, one)
	})
	return list
}

func sequenceDeltas(have, want *schema.Database) []delta {
	var list []delta
	compare := func(a, b *schema.Sequence) int { return a.Name.Compare(b.Name) }
	is := func(s schema.Sequence) func(schema.Sequence) bool {
		return func(o schema.Sequence) bool { return o.Name == s.Name }
	}
	sides(have.Sequences, want.Sequences, compare, func(h, w *schema.Sequence) {
		if h != nil && w != nil && same(bareSequence(*h), bareSequence(*w)) {
			return
		}
		d := Difference{Kind: "sequence", Table: orHave(h, w).Name}
		if w != nil {
			d.At = w.Pos
		}
		one := wholeDelta(d, h, w, sequenceText, is, func(db *schema.Database) *[]schema.Sequence { return &db.Sequences })
		if h == nil {
			one.takes = []key{{kind: keySequence, name: w.Name}}
		} else {
			one.needs = sequenceNeeds(*h)
		}
		list = append(list, one)
	})
	return list
}

func objectDeltas(have, want *schema.Database) []delta {
	var list []delta
	compare := func(a, b *schema.Object) int { return a.Ref().Compare(b.Ref()) }
	is := func(o schema.Object) func(schema.Object) bool {
		return func(other schema.Object) bool { return other.Ref() == o.Ref() }
	}
	sides(have.Objects, want.Objects, compare, func(h, w *schema.Object) {
		if h != nil && w != nil && same(bareObject(*h), bareObject(*w)) {
			return
		}
		o := orHave(h, w)
		d := Difference{Kind: "object", Table: o.Name, Name: objectMark(*o)}
		if w != nil {
			d.At = w.Pos
		}
		one := wholeDelta(d, h, w, objectSum, is, func(db *schema.Database) *[]schema.Object { return &db.Objects })
		if h == nil {
			one.takes = objectKeys(*w)
		} else {
			one.needs = append(schemaKey(h.Name), objectNeeds(*h)...)
		}
		list = append(list, one)
	})
	return list
}

func sequenceNeeds(s schema.Sequence) []key {
	needs := schemaKey(s.Name)
	if s.OwnedBy != (schema.ColumnRef{}) {
		needs = append(needs, key{keyOwner, s.OwnedBy.Table, s.OwnedBy.Column})
	}
	return needs
}

// orHave is the one that is there.
func orHave[T any](have, want *T) *T {
	if have != nil {
		return have
	}
	return want
}
