package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// restoreClones gives the triggers that partitions have from the one of a
// partitioned table the state they had, where it is not that of the table's. It goes
// when the trigger is made again, or fires otherwise: the server hands the state down
// (PostgreSQL 15, ALTER TABLE … ENABLE TRIGGER).
func (r *renderer) restoreClones(o schema.Object) {
	if o.Kind != schema.KindTrigger {
		return
	}
	below := r.now.below(o.Table)
	for _, u := range r.now.unmanaged {
		if u.Kind != schema.ClonedTrigger || u.Name.Local != o.Name.Local || !slices.Contains(below, u.Table) {
			continue
		}
		clone := o
		clone.Table = u.Table
		for _, f := range u.Facets {
			how := map[string]string{"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS", "O": "ENABLE"}[f.Value]
			if sql := r.enabled(clone, how); sql != "" {
				r.onObject(facetForm[o.Kind], clone, sql)
			}
		}
	}
}
