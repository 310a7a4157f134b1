package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// What takes long on a table that others use is kept out of the transaction of a
// plan: either ahead of all changes, where it stops before anything has happened
// when a row is in the way, or behind them, where it is about what they make.

// prepared is what stands ready before the changes, by their number in the plan.
type prepared struct {
	index map[int]string // the index that a constraint takes over
	check map[int]string // the valid check that shows that a column has no NULL
	parts map[int]bool   // that of a partitioned table finds one at each partition
	named map[int][]partName
}

// ahead writes what can be done before all changes, while the schema is as it was.
func (r *renderer) ahead() {
	r.prepared = prepared{index: map[int]string{}, check: map[int]string{}, parts: map[int]bool{}, named: map[int][]partName{}}
	if !r.online {
		return
	}
	for i, c := range r.plan.Changes {
		r.at = i
		switch c := c.(type) {
		case diff.AlterColumn:
			r.proveAhead(c)
		case diff.AddConstraint:
			r.buildAhead(c)
		}
	}
	r.at = 0
}

// later writes statements of the change at hand behind those of all changes.
func (r *renderer) later(add func()) {
	at := r.at
	r.last = append(r.last, func() {
		r.at = at
		add()
	})
}

// alone gives a statement a transaction of its own: what it locks is free again
// before the next one takes long.
func alone(s render.Statement) render.Statement {
	s.Tx = render.OwnTx
	return s
}

// dropping is the statement of a drop, in a transaction of its own where it stands
// behind all else: it locks the tables that it is about, and no others meanwhile.
func (r *renderer) dropping(s render.Statement) render.Statement {
	if r.at < r.drops {
		return s
	}
	s.Why = "behind all else, and alone: it is not to be undone"
	return alone(s)
}

// steady reports whether the columns of the table are, when the plan begins, what
// they are at its end, but for what is easily altered.
func (r *renderer) steady(table schema.Name, columns []string) bool {
	from, to := r.plan.From.Table(table), r.plan.To.Table(table)
	if from == nil || to == nil || from.PartitionBy != to.PartitionBy || !slices.Equal(from.Parents(), to.Parents()) {
		return false
	}
	var types []schema.Name
	for _, name := range columns {
		was, is := from.Column(name), to.Column(name)
		if was == nil || is == nil || was.Type != is.Type || was.Collation != is.Collation || was.Generated != nil || is.Generated != nil {
			return false
		}
		types = append(types, was.Type.Ref)
	}
	return !slices.ContainsFunc(r.plan.Changes, func(c diff.Change) bool {
		switch c := c.(type) {
		case diff.RenameTable:
			return c.From == table || c.To == table
		case diff.CreateTable, diff.DropTable:
			return diff.TableOf(c) == table
		case diff.RenameColumn:
			return c.Table == table && (slices.Contains(columns, c.From) || slices.Contains(columns, c.To))
		case diff.AddColumn:
			return c.Table == table && slices.Contains(columns, c.Column.Name)
		case diff.DropColumn:
			return c.Table == table && slices.Contains(columns, c.Column.Name)
		case diff.AlterEnum:
			return !c.OnlyAdds() && slices.Contains(types, c.From.Name)
		case diff.RenameObject:
			return slices.Contains(types, c.From.Name) || slices.Contains(types, c.To.Name)
		case diff.AlterObject:
			return c.Rebuilds() && slices.Contains(types, c.From.Name)
		case diff.DropObject:
			return slices.Contains(types, c.Object.Name)
		}
		return false
	})
}

// follows reports whether one of the changes behind that at hand is such a one.
func (r *renderer) follows(such func(diff.Change) bool) bool {
	return slices.ContainsFunc(r.plan.Changes[min(r.at+1, len(r.plan.Changes)):], such)
}
