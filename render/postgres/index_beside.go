package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// replaceIndex builds the new index under a name of its own, and gives it that of
// the old one when this has gone: neither a query nor a rule is without for a
// moment. A run that is cut off in between goes on where it was, as each of the
// statements can be looked up in the catalog or is in the runner's transaction.
func (r *renderer) replaceIndex(c diff.ReplaceIndex) {
	table := r.now.table(c.Table)
	if !r.indexOffered(c.Table, c.To) {
		return
	}
	switch {
	case r.now.created[c.Table]:
		r.dropIndex(diff.DropIndex{Table: c.Table, Index: c.From})
		r.createIndex(diff.CreateIndex{Table: c.Table, Index: c.To})
		return
	case table.PartitionBy != "":
		r.replacePartitioned(c)
		return
	}
	beside := c.To
	beside.Name = r.temporaryIndex(c.Table, c.To.Name)
	r.buildIndex(c.Table, beside)
	if c.Identity {
		s := on(setReplicaIdentity, c.Table)
		s.SQL = r.alterTableSQL(c.Table, "REPLICA IDENTITY USING INDEX "+r.Ident(beside.Name))
		r.add(s)
	}
	clustered := c.Clustered || clusterable(c.To) && r.clustered(c.Table, c.From.Name)
	s := on(dropIndexConcurrently, c.Table)
	s.SQL, s.Tx = "DROP INDEX CONCURRENTLY "+r.indexName(c.Table, c.From.Name), render.NoTx
	s.Hazards = r.withReplaced(c, clustered)
	r.add(s)
	r.takeName(c.Table, beside.Name, c.To.Name)
	if clustered {
		s := on(clusterOn, c.Table)
		s.SQL = r.alterTableSQL(c.Table, "CLUSTER ON "+r.Ident(c.To.Name))
		r.add(s)
	}
	r.finishIndex(c.Table, c.To)
}

// takeName gives an index the name that is free by now.
func (r *renderer) takeName(table schema.Name, from, to string) {
	s := on(alterIndex, schema.Name{Schema: table.Schema, Local: from})
	s.SQL = "ALTER INDEX " + r.indexName(table, from) + " RENAME TO " + r.Ident(to)
	r.add(s)
}

// clusterable: ALTER TABLE … CLUSTER ON wants an index that can be scanned in
// order, over all rows (check_index_is_clusterable in
// src/backend/commands/cluster.c of PostgreSQL 18).
func clusterable(x schema.Index) bool {
	return (x.Method == "btree" || x.Method == "gist") && x.Where == ""
}

func (r *renderer) clustered(table schema.Name, index string) bool {
	return slices.ContainsFunc(r.now.unmanaged, func(o schema.Object) bool {
		return o.Kind == "clustered index" && o.Table == table && o.Name.Local == index
	})
}

// withReplaced warns of what hangs on the index and is not set again.
func (r *renderer) withReplaced(c diff.ReplaceIndex, clustered bool) []render.Hazard {
	gone, maybe := r.withIndexNamed(c.Table, c.From.Name, nil, nil)
	gone = slices.DeleteFunc(gone, func(what string) bool { return clustered && what == "clustered index "+c.From.Name })
	return alongside(gone, maybe)
}

// temporaryIndex is the name that an index has until the one it replaces has gone.
func (r *renderer) temporaryIndex(table schema.Name, index string) string {
	name := r.Truncate("gen_tmp_" + index)
	for i := 0; ; i++ {
		n := schema.Name{Schema: table.Schema, Local: numbered(name, i, r.MaxIdentifier)}
		if len(r.owners[n]) == 0 {
			r.owners[n] = append(r.owners[n], owner{"index", table, n.Local})
			r.now.created[n] = true
			return n.Local
		}
	}
}

// numbered is the name, from the second time on with a number behind it.
func numbered(name string, i, limit int) string {
	if i == 0 {
		return name
	}
	suffix := fmt.Sprint(i)
	return strings.ToValidUTF8(name[:min(len(name), limit-len(suffix))], "") + suffix
}

// replacePartitioned builds the new index of a partitioned table as
// createPartitionedIndex does. The old one goes from the table and all its
// partitions at once and briefly, as it cannot go CONCURRENTLY. Where others make
// the partitions nobody knows them here: the old index goes first.
func (r *renderer) replacePartitioned(c diff.ReplaceIndex) {
	leaves := r.leaves(c.Table)
	if r.openPartitions(c.Table) || leaves == 0 {
		drop := len(r.out)
		r.dropIndex(diff.DropIndex{Table: c.Table, Index: c.From})
		if r.openPartitions(c.Table) {
			r.out[drop].Hazards = sortHazards(append(r.out[drop].Hazards, render.Hazard{ID: "LOCK27",
				Text: "the old index goes before the new one is built, as partitions that gen does not manage must get it in one go"}))
		}
		r.createIndex(diff.CreateIndex{Table: c.Table, Index: c.To})
		return
	}
	beside := c.To
	beside.Name = r.temporaryIndex(c.Table, c.To.Name)
	r.indexOnly(c.Table, beside)
	parts := r.indexBelow(c.Table, beside, func(n schema.Name) string { return r.temporaryIndex(n, c.To.Name) })
	r.dropIndex(diff.DropIndex{Table: c.Table, Index: c.From})
	r.takeName(c.Table, beside.Name, c.To.Name)
	old := map[schema.Name]string{c.Table: c.From.Name}
	for _, p := range parts {
		old[p.table] = r.attachedName(p.table, old[r.now.table(p.table).PartitionOf.Parent])
		r.takeName(p.table, p.index, r.nameOfPart(p.table, old[p.table], c))
	}
	r.finishIndex(c.Table, c.To)
}

// leaves counts the tables below that hold rows.
func (r *renderer) leaves(table schema.Name) int {
	n := 0
	for _, below := range r.now.below(table) {
		if r.now.table(below).PartitionBy == "" && !r.now.created[below] {
			n++
		}
	}
	return n
}

// attachedName is the index of a partition that belongs to that one of its table;
// empty where it is not known.
func (r *renderer) attachedName(partition schema.Name, parent string) string {
	for _, a := range r.now.table(partition).PartitionOf.Attached {
		if a.Parent == parent {
			return a.Name
		}
	}
	return ""
}

// nameOfPart is what the index of a partition is called at last: as before, where
// the server would call both by the same name, else as the server would call it.
func (r *renderer) nameOfPart(partition schema.Name, old string, c diff.ReplaceIndex) string {
	name := diff.AttachedIndexName(partition, c.To)
	if old != "" && name == diff.AttachedIndexName(partition, c.From) {
		return old
	}
	for i := 0; ; i++ {
		n := schema.Name{Schema: partition.Schema, Local: numbered(name, i, r.MaxIdentifier)}
		if n.Local == old || len(r.owners[n]) == 0 && !r.attached(n) {
			return n.Local
		}
	}
}

// attached reports whether an index of a partition has the name.
func (r *renderer) attached(n schema.Name) bool {
	for name, t := range r.now.tables {
		if name.Schema == n.Schema && t.PartitionOf != nil &&
			slices.ContainsFunc(t.PartitionOf.Attached, func(a schema.Attached) bool { return a.Name == n.Local }) {
			return true
		}
	}
	return false
}

// adoptIndex adds the constraint with the index that is there, which gets its name.
func (r *renderer) adoptIndex(c diff.AdoptIndex) {
	if !r.constraintOffered(c.Table, c.Constraint) {
		return
	}
	if c.Index.Comment != "" {
		r.comment("INDEX "+r.indexName(c.Table, c.Index.Name), "")
	}
	r.addUsing(c.Table, c.Constraint, c.Index.Name)
}

// releaseIndex builds the index before the constraint goes.
func (r *renderer) releaseIndex(c diff.ReleaseIndex) {
	if !r.indexOffered(c.Table, c.Index) {
		return
	}
	if r.now.created[c.Table] {
		r.dropOneConstraint(c.Table, c.Constraint)
		r.createIndex(diff.CreateIndex{Table: c.Table, Index: c.Index})
		return
	}
	beside := c.Index
	if beside.Name == c.Constraint.ConstraintName() {
		beside.Name = r.temporaryIndex(c.Table, c.Index.Name)
	}
	r.buildIndex(c.Table, beside)
	r.dropOneConstraint(c.Table, c.Constraint)
	if beside.Name != c.Index.Name {
		r.takeName(c.Table, beside.Name, c.Index.Name)
	}
	r.finishIndex(c.Table, c.Index)
}
