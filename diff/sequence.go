package diff

import "github.com/gen-migrate/gen/schema"

// sequenceChanges compares the sequences. Ownership is told apart from the
// rest where the column on either side comes or goes in the same plan:
// dropping a column drops the sequences it owns, and one that is not there
// yet cannot own any (PostgreSQL, CREATE SEQUENCE).
func (d *differ) sequenceChanges() []Change {
	var changes []Change
	byName := func(a, b *schema.Sequence) int { return a.Name.Compare(b.Name) }
	sides(d.have.Sequences, d.want.Sequences, byName, func(have, want *schema.Sequence) {
		switch {
		case have == nil:
			first := *want
			if !d.owned(d.have, want.OwnedBy) {
				first.OwnedBy = schema.ColumnRef{}
			}
			changes = append(changes, CreateSequence{first})
			changes = appendAlter(changes, first, *want)
		case want == nil:
			last := *have
			if !d.owned(d.want, have.OwnedBy) {
				last.OwnedBy = schema.ColumnRef{}
			}
			changes = appendAlter(changes, *have, last)
			changes = append(changes, DropSequence{last})
		case have.OwnedBy != want.OwnedBy && !d.owned(d.want, have.OwnedBy):
			free := have.Clone()
			free.OwnedBy = schema.ColumnRef{}
			changes = appendAlter(changes, *have, free)
			changes = appendAlter(changes, free, *want)
		default:
			changes = appendAlter(changes, *have, *want)
		}
	})
	return changes
}

// owned reports whether the owner, if any, is there in db.
func (d *differ) owned(db *schema.Database, owner schema.ColumnRef) bool {
	if owner == (schema.ColumnRef{}) {
		return true
	}
	t := db.Table(owner.Table)
	return t != nil && t.Column(owner.Column) != nil
}

func appendAlter(changes []Change, from, to schema.Sequence) []Change {
	if same(bareSequence(from), bareSequence(to)) {
		return changes
	}
	return append(changes, AlterSequence{from, to})
}

// Restarts reports whether a sequence must begin anew to get from one set of
// options to the other: no number that fits the bounds of from fits those of
// to, as when the increment changes its sign. A bound that is nil is not known,
// and then nothing has to begin anew.
func Restarts(from, to schema.SequenceOptions) bool {
	beyond := func(least, most *int64) bool { return least != nil && most != nil && *least > *most }
	return beyond(to.Min, from.Max) || beyond(from.Min, to.Max)
}
