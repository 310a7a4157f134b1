package diff

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A slot is a place for a name that one thing can have at a time. Relations and
// types share theirs: every relation is a type.
type slot struct {
	space string
	table schema.Name // of what belongs to a relation
	args  string      // of a routine
	name  schema.Name
}

// aside is a slot for the time in which the name is somebody else's.
func (s slot) aside() slot {
	s.name.Local = temporary(s.name, s.name.Local)
	return s
}

// A move is one rename on its way. Without an object it is that of a table.
type move struct {
	from, to slot
	object   schema.Ref // identity afterwards
	at       schema.Pos
}

func (m move) compare(o move) int {
	return cmp.Or(cmp.Compare(m.rank(), o.rank()), cmp.Compare(m.from.space, o.from.space), m.from.table.Compare(o.from.table),
		m.from.name.Compare(o.from.name), cmp.Compare(m.from.args, o.from.args))
}

// rank: tables, then what stands in the arguments of routines and below triggers,
// then these.
func (m move) rank() int {
	switch kind := m.object.Kind; {
	case kind == "":
		return 0
	case schema.BelongsToRelation(kind):
		return 3
	case schema.IsRoutine(kind):
		return 2
	}
	return 1
}

func (m move) change(from, to schema.Name) Change {
	if m.object.Kind == "" {
		return RenameTable{from, to, m.at}
	}
	f, t := m.object, m.object
	f.Name, t.Name = from, to
	return RenameObject{f, t, m.at}
}

// objectMoves are the moves of objects, under the arguments and on the relations
// that are in force by then.
func objectMoves(list []ObjectRename) []move {
	var moves []move
	for _, r := range list {
		from, to := slot{name: r.From.Name}, slot{name: r.To.Name}
		switch kind := r.To.Kind; {
		case schema.IsRoutine(kind):
			to.space, to.args = "routine", r.To.Args
		case schema.BelongsToRelation(kind):
			to.space, to.table = kind, r.To.Table
			from.name.Schema = r.To.Name.Schema
		case !schema.IsRelation(kind) && !schema.IsType(kind) && kind != schema.RefEnum && kind != schema.RefSequence && kind != schema.RefMultirange:
			to.space = kind
		}
		from.space, from.args, from.table = to.space, to.args, to.table
		moves = append(moves, move{from: from, to: to, object: r.To, at: r.Pos})
	}
	return moves
}

// refNames are the names of an object where it shares them with tables.
func refNames(r schema.Ref) []nameKey {
	switch {
	case r.Kind == schema.RefEnum || r.Kind == schema.RefMultirange:
		return []nameKey{typeKey(r.Name)}
	case r.Kind == schema.RefSequence:
		return []nameKey{relationKey(r.Name)}
	case schema.IsRelation(r.Kind) || schema.IsType(r.Kind):
		return objectNames(schema.Object{Kind: r.Kind, Name: r.Name})
	}
	return nil
}

// checkObjectRename refuses a name that is taken.
func (d *differ) checkObjectRename(have *schema.Database, r ObjectRename, taken registry) {
	told := r.From.Kind == schema.RefEnum && have.Enum(r.From.Name) != nil || // not by a definition
		r.From.Kind == schema.RefSequence && slices.ContainsFunc(have.Sequences, func(s schema.Sequence) bool { return s.Name == r.From.Name }) ||
		r.From.Kind == schema.RefMultirange && slices.ContainsFunc(have.Objects, func(o schema.Object) bool { return o.Multirange() == r.From.Name })
	switch {
	case !told && have.Object(r.From) == nil:
		d.conflict(r.Pos, "", "%s cannot be renamed to %s: it is not in the database", r.From, r.To.Name)
	}
	for _, k := range refNames(r.To) {
		if h, ok := taken[k]; ok {
			d.conflict(r.Pos, "give one of them another name first, in a revision of its own", "%s cannot be renamed to %s: %s has the name", r.From, r.To.Name, h.what)
			break
		}
	}
	taken.hold(refNames(r.To), holder{what: r.From.String() + ", renamed,"})
}

// keepRenames are the renames of objects that go on. One that must be dropped and
// made again anyway is dropped under its old name and made under the new one.
func (d *differ) keepRenames(list []ObjectRename) []ObjectRename {
	var kept []ObjectRename
	for _, r := range list {
		i := slices.IndexFunc(d.objects, func(p *objectPair) bool {
			return p.have != nil && (p.have.Ref() == r.To || r.To.Kind == schema.RefMultirange && p.have.Multirange() == r.To.Name)
		})
		if i < 0 || !d.objects[i].anew {
			kept = append(kept, r)
			continue
		}
		if before := d.renamed[r.To]; before != nil {
			d.former[r.To] = before
		}
	}
	return kept
}
