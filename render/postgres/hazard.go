package postgres

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// changeHazards are those that follow from the change on any product. What a
// type change does to values is told by the renderer, which knows the casts.
// There are none on a table that the plan creates: it is empty, and no program
// knows it.
func (r *renderer) changeHazards(c diff.Change) []render.Hazard {
	if r.now.created[diff.TableOf(c)] {
		return nil
	}
	var hazards []render.Hazard
	for _, h := range diff.Hazards(c) {
		if a, alter := c.(diff.AlterColumn); alter && (h.ID == "DATA07" || h.ID == "CORR02" && r.provenNotNull(a.Table, a.To.Name)) {
			continue
		}
		hazards = append(hazards, render.Hazard{ID: h.ID, Text: h.Text})
	}
	return hazards
}

// inTheWay refuses a change of columns that something gen does not manage uses:
// the server would refuse it when the revision runs. does is what happens to the
// columns, at the change of that number in the plan.
func (r *renderer) inTheWay(at int, table schema.Name, does string, columns ...string) {
	var users []string
	for _, o := range r.now.unmanaged {
		if standsInTheWay(o, does) && usesAny(o, table, columns) {
			users = append(users, called(o))
		}
	}
	if len(users) > 0 {
		saved := r.at
		r.at = at
		defer func() { r.at = saved }()
		r.refuseOnce(short(table)+"."+strings.Join(columns, ", ")+" cannot "+does+" while what gen does not manage uses it: "+strings.Join(once(users), ", "), byHand)
	}
}

// What happens to a column.
const (
	beDropped       = "be dropped"
	beMadeAnew      = "be dropped and added again"
	getTheOtherType = "get the other type"
)

const byHand = "drop that in a revision written by hand and make it again in another one after this change, or declare it in a file of `objects`: then gen does both (docs/objects.md)"

// standsInTheWay reports whether a server refuses to touch a column that an
// object of the kind uses. The index behind a foreign key is built anew for
// another type wherever the key stands.
func standsInTheWay(o schema.Object, does string) bool {
	switch strings.TrimPrefix(o.Kind, "ignored ") { // what the configuration leaves alone is there all the same
	case "view", "materialized view", "rule", "policy", "trigger", "function", "procedure", "publication":
		return true
	case "foreign key constraint":
		return does != getTheOtherType && len(o.Uses) > 0
	}
	return false
}

// called is an object of which no table says where it stands.
func called(o schema.Object) string {
	name := o.Kind + " " + short(o.Name)
	if !o.Table.IsZero() {
		name = o.Kind + " " + o.Name.Local + " on " + short(o.Table)
	}
	return name
}

func usesAny(o schema.Object, table schema.Name, columns []string) bool {
	return slices.ContainsFunc(o.Uses, func(c schema.ColumnRef) bool { return c.Table == table && slices.Contains(columns, c.Column) })
}

// mergeHazards adds those hazards that have not been told word by word.
func mergeHazards(have, more []render.Hazard) []render.Hazard {
	have = slices.Clone(have)
	for _, h := range more {
		if !slices.ContainsFunc(have, func(o render.Hazard) bool { return o.ID == h.ID && o.Text == h.Text }) {
			have = append(have, h)
		}
	}
	return have
}

// hazardOrder: what loses data first, then what may fail, who loses a right, what breaks
// running programs, then what makes people wait.
var hazardOrder = []string{"DATA", "CORR", "AUTH", "COMPAT", "LOCK"}

func sortHazards(h []render.Hazard) []render.Hazard {
	rank := func(h render.Hazard) int {
		for i, p := range hazardOrder {
			if strings.HasPrefix(h.ID, p) {
				return i
			}
		}
		return len(hazardOrder)
	}
	slices.SortStableFunc(h, func(a, b render.Hazard) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
	return h
}
