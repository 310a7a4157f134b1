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

// unseen warns where something gen does not manage uses one of the columns:
// the server then refuses to drop the column or to change its type.
func (r *renderer) unseen(table schema.Name, columns ...string) []render.Hazard {
	var users []string
	for _, o := range r.now.unmanaged {
		switch o.Kind {
		case "view", "materialized view", "rule", "policy", "trigger":
			if usesAny(o, table, columns) {
				users = append(users, o.Kind+" "+short(o.Name))
			}
		}
	}
	if len(users) == 0 {
		return nil
	}
	return []render.Hazard{{ID: "CORR15", Text: "fails while what gen does not manage uses the column (" + strings.Join(once(users), ", ") + "): drop that before, make it again after"}}
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
