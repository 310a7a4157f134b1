package diff

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// findObjects makes renames of the hints on objects, enums and sequences, those of tables
// being settled. What others are called by comes first: the arguments of a routine
// name types, a trigger stands on a view.
func (f *finder) findObjects() {
	for _, is := range []func(kind string) bool{
		func(kind string) bool { return !schema.IsRoutine(kind) && !schema.BelongsToRelation(kind) },
		schema.IsRoutine, schema.BelongsToRelation,
	} {
		f.findObjectsOf(is)
	}
	f.findMultiranges()
}

// findMultiranges lets the multirange of a range type that stays have the name that
// is wanted: nobody but its range type says what it was called.
func (f *finder) findMultiranges() {
	n := newRenamer(f.renames)
	have := map[schema.Ref]schema.Name{} // by what the range type is called after the renames
	for _, o := range f.have.Objects {
		have[n.ref(o.Ref())] = o.Multirange()
	}
	for _, o := range f.want.Objects {
		from, to := have[o.Ref()], o.Multirange()
		if from == to || from.IsZero() || to.IsZero() {
			continue
		}
		f.renames.Objects = append(f.renames.Objects, ObjectRename{
			From: schema.Ref{Kind: schema.RefMultirange, Name: from}, To: schema.Ref{Kind: schema.RefMultirange, Name: to}, Pos: o.Pos})
	}
}

// A hinted is a wanted object with the names it had.
type hinted struct {
	ref schema.Ref
	was []schema.Former
	pos schema.Pos
}

func (f *finder) findObjectsOf(is func(kind string) bool) {
	n := newRenamer(f.renames)
	have := map[schema.Ref]schema.Ref{} // by what they are called after the renames so far
	for _, e := range f.have.Enums {
		ref := schema.Ref{Kind: schema.RefEnum, Name: e.Name}
		have[n.ref(ref)] = ref
	}
	for _, s := range f.have.Sequences {
		ref := schema.Ref{Kind: schema.RefSequence, Name: s.Name}
		have[n.ref(ref)] = ref
	}
	for _, o := range f.have.Objects {
		have[n.ref(o.Ref())] = o.Ref()
	}
	want := map[schema.Ref]bool{}
	var open []hinted
	add := func(h hinted) {
		want[h.ref] = true
		if len(h.was) > 0 && is(h.ref.Kind) {
			open = append(open, h)
		}
	}
	for _, e := range f.want.Enums {
		add(hinted{schema.Ref{Kind: schema.RefEnum, Name: e.Name}, e.Was, e.Pos})
	}
	for _, s := range f.want.Sequences {
		add(hinted{schema.Ref{Kind: schema.RefSequence, Name: s.Name}, s.Was, s.Pos})
	}
	for _, o := range f.want.Objects {
		add(hinted{o.Ref(), o.Was, o.Pos})
	}
	// One whose new name is free first: its old name may be the next one's new name.
	for len(open) > 0 {
		rest := slices.DeleteFunc(slices.Clone(open), func(h hinted) bool {
			_, taken := have[h.ref]
			return !taken && f.renameObject(h, have)
		})
		if len(rest) == len(open) {
			break
		}
		open = rest
	}
	for _, h := range open {
		both := func(old schema.Ref) bool { return !want[old] }
		old := f.formers(h, have)
		if i := slices.IndexFunc(old, both); i >= 0 {
			f.conflict(h.pos, "take the directive away if the rename is done, or drop one of them in a revision of its own",
				"%s was %s, and the database has both", h.ref, refName(old[i]))
		}
	}
}

// renameObject makes a rename of the hint where the database has the old name,
// and takes that out of have. It reports false where there is none.
func (f *finder) renameObject(h hinted, have map[schema.Ref]schema.Ref) bool {
	old := f.formers(h, have)
	if len(old) == 0 {
		return false
	}
	if len(old) > 1 {
		f.conflict(h.pos, "leave only the one in the directive that it was", "%s was %s and %s, and the database has both", h.ref, refName(old[0]), refName(old[1]))
		return true
	}
	f.renames.Objects = append(f.renames.Objects, ObjectRename{From: have[old[0]], To: h.ref, Pos: h.pos})
	delete(have, old[0])
	return true
}

// formers are the identities in have that the object had. A routine whose
// arguments the hint does not tell is the one with the same, or the only one of
// the name.
func (f *finder) formers(h hinted, have map[schema.Ref]schema.Ref) []schema.Ref {
	var found []schema.Ref
	add := func(r schema.Ref) bool {
		_, there := have[r]
		if there && r != h.ref && !slices.Contains(found, r) {
			found = append(found, r)
		}
		return there
	}
	for _, was := range h.was {
		r := h.ref
		if r.Name.Local = was.Name.Local; !schema.BelongsToRelation(r.Kind) {
			r.Name.Schema = was.Name.Schema
		}
		if was.Told {
			r.Args = was.Args
		}
		if add(r) || was.Told || !schema.IsRoutine(r.Kind) {
			continue
		}
		var others []schema.Ref
		for other := range have {
			if other.Kind == r.Kind && other.Name == r.Name {
				others = append(others, other)
			}
		}
		one := Conflict{Pos: was.Pos, Hint: "write its arguments behind the name: " + was.Name.String() + "(integer, text)",
			Text: fmt.Sprintf("%s was %s, and the database has %d of that name", h.ref, was.Name, len(others))}
		switch {
		case len(others) == 1:
			add(others[0])
		case len(others) > 1 && !slices.Contains(f.list, one):
			f.list = append(f.list, one)
		}
	}
	return found
}
