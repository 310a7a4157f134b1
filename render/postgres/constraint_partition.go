package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A constraint of a partitioned table is brief where each partition has one like it
// already: the server takes these over (DefineIndex in
// src/backend/commands/indexcmds.c and addFkRecurseReferencing in tablecmds.c of
// PostgreSQL 18), under the names that it would have given them. They can be made
// partition by partition without keeping out anybody.

// rowsBelow are the partitions of a table that hold rows, at any depth; none where
// others make them too, as nobody knows them here.
func (r *renderer) rowsBelow(table schema.Name) []schema.Name {
	var leaves []schema.Name
	for _, n := range append([]schema.Name{table}, r.now.below(table)...) {
		t := r.now.table(n)
		switch {
		case t.PartitionBy != "" && r.openPartitions(n):
			return nil
		case t.PartitionBy == "" && !r.now.created[n]:
			leaves = append(leaves, n)
		}
	}
	return leaves
}

// buildPartsAhead gives the partitions the key that their table is to have, before
// all changes.
func (r *renderer) buildPartsAhead(c diff.AddConstraint, x schema.Index) {
	columns := slices.Concat(keyColumns(c.Constraint), x.Include)
	leaves := r.rowsBelow(c.Table)
	_, primary := c.Constraint.(schema.PrimaryKey)
	for _, n := range append(slices.Clone(leaves), c.Table) {
		t := r.now.table(n)
		if !r.steady(n, columns) || primary && (t.PrimaryKey != nil || slices.ContainsFunc(columns, func(name string) bool { return !t.Column(name).NotNull })) {
			return
		}
	}
	for _, n := range leaves {
		name, held := r.partConstraint(n, c)
		part, own := x, withName(c.Constraint, name)
		if part.Name = name; held {
			part.Name = r.temporaryIndex(n, name)
			own = withName(c.Constraint, part.Name)
			r.prepared.named[r.at] = append(r.prepared.named[r.at], partName{n, part.Name, name})
		}
		r.buildForKey(n, part)
		from := len(r.out)
		r.addUsing(n, own, part.Name)
		r.out[from] = alone(r.out[from])
		r.out[from].Why = "the constraint of " + short(c.Table) + " takes over those of its partitions, and builds nothing then"
		r.prepared.parts[r.at] = true
	}
}

// lockParts says what a key of a partitioned table locks below it. Before PostgreSQL
// 18 that is as little as CREATE INDEX, and a trigger where one is made that can wait
// for the end of the transaction.
func (r *renderer) lockParts(s *render.Statement, table schema.Name, c schema.Constraint) {
	waits := false
	switch c := c.(type) {
	case schema.PrimaryKey:
		waits = c.Deferrable || c.Deferred
	case schema.Unique:
		waits = c.Deferrable || c.Deferred
	}
	for _, n := range r.now.below(table) {
		mode := share
		if made := !r.prepared.parts[r.at] || r.now.table(n).PartitionBy != ""; waits && made {
			mode = shareRowExclusive
		}
		s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: mode, Long: s.Locks[0].Long})
	}
}

// addPartsFirst reports whether a foreign key of a partitioned table can be given to
// its partitions first, NOT VALID and then validated, and has it so: before
// PostgreSQL 18 that of the table itself is always valid.
func (r *renderer) addPartsFirst(c diff.AddConstraint) bool {
	fk, ok := c.Constraint.(schema.ForeignKey)
	if !ok || !r.online || r.version >= 180000 || r.now.created[c.Table] || r.now.table(c.Table).PartitionBy == "" ||
		fk.Name == "" || fk.NotValid || fk.RefTable == c.Table || !r.isLeftAlone(c.Table, fk) {
		return false
	}
	leaves := r.rowsBelow(c.Table)
	var parts []schema.ForeignKey
	for i, n := range leaves {
		name, _ := r.partConstraint(n, c)
		part := withName(fk, name).(schema.ForeignKey)
		part.NotValid, part.Comment = true, ""
		s := on(addForeignKeyNotValid, n, fk.RefTable)
		s.SQL, s.Why = r.alterTableSQL(n, r.addClause(part)), "the foreign key of "+short(c.Table)+" takes over those of its partitions, and reads nothing then"
		r.add(s)
		if i == 0 {
			r.out[len(r.out)-1].Hazards = slices.DeleteFunc(r.out[len(r.out)-1].Hazards, func(h render.Hazard) bool { return h.ID == "CORR02" })
		}
		parts = append(parts, part)
	}
	if len(leaves) == 0 {
		return false
	}
	r.later(func() {
		for i, n := range leaves {
			s := on(validateForeignKey, n, fk.RefTable)
			s.SQL = r.alterTableSQL(n, "VALIDATE CONSTRAINT "+r.Ident(parts[i].Name))
			s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row of " + short(n) + " refers to nothing"})
			r.add(alone(s))
		}
		s := on(takeForeignKeys, c.Table, fk.RefTable)
		s.SQL = r.alterTableSQL(c.Table, r.addClause(fk))
		r.add(alone(r.withFamily(c.Table, s)))
		if fk.Comment != "" {
			r.commentConstraint(c.Table, fk)
		}
	})
	return true
}

// partConstraint is the name that the constraint of a partition is to have: the one
// that is known for it, as it comes back, or that which the server would give it,
// with a number where it is taken. held says that something has it which goes with
// the plan.
func (r *renderer) partConstraint(partition schema.Name, c diff.AddConstraint) (name string, held bool) {
	if name := r.knownPart(partition, c); name != "" {
		return name, false
	}
	columns, label := strings.Join(keyColumns(c.Constraint), "_"), "key"
	switch c := c.Constraint.(type) {
	case schema.PrimaryKey:
		columns, label = "", "pkey"
	case schema.ForeignKey:
		columns, label = strings.Join(c.Columns, "_"), "fkey"
	}
	for i := 0; ; i++ {
		numbered := label
		if i > 0 {
			numbered += strconv.Itoa(i)
		}
		n := schema.Name{Schema: partition.Schema, Local: r.DerivedName(partition.Local, columns, numbered)}
		held = r.attached(n)
		if len(r.owners[n]) == 0 && (!held || r.attachedGoes(partition, n.Local)) {
			r.owners[n] = append(r.owners[n], owner{"constraint", partition, n.Local})
			return n.Local, held
		}
	}
}

// knownPart is the name of the index of a partition that is known to belong to that
// of the constraint, where there is none of this name now.
func (r *renderer) knownPart(partition schema.Name, c diff.AddConstraint) string {
	name := c.Constraint.ConstraintName()
	table := r.now.table(c.Table)
	if slices.ContainsFunc(table.Constraints(), func(k schema.Constraint) bool { return k.ConstraintName() == name }) ||
		slices.ContainsFunc(table.Indexes, func(x schema.Index) bool { return x.Name == name }) {
		return ""
	}
	var known func(n schema.Name) string
	known = func(n schema.Name) string {
		of := r.now.table(n).PartitionOf
		switch {
		case n == c.Table:
			return name
		case of == nil:
			return ""
		}
		return r.attachedName(n, known(of.Parent))
	}
	return known(partition)
}

// attachedGoes reports whether an index of a partition goes with that of the table
// above which it belongs to, as the plan drops this.
func (r *renderer) attachedGoes(partition schema.Name, index string) bool {
	if slices.ContainsFunc(r.plan.Changes, func(c diff.Change) bool {
		switch c := c.(type) {
		case diff.DropConstraint:
			return c.Table == partition && c.Constraint.ConstraintName() == index
		case diff.DropIndex:
			return c.Table == partition && c.Index.Name == index
		}
		return false
	}) {
		return true
	}
	of := r.now.table(partition).PartitionOf
	return of != nil && slices.ContainsFunc(of.Attached, func(a schema.Attached) bool {
		return a.Name == index && r.attachedGoes(of.Parent, a.Parent)
	})
}

// A partName is the name that the index of a partition has until another one with
// the name it is to have has gone.
type partName struct {
	table     schema.Name
	now, then string
}

func withName(c schema.Constraint, name string) schema.Constraint {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Name, c.Comment = name, ""
		return c
	case schema.Unique:
		c.Name, c.Comment = name, ""
		return c
	case schema.ForeignKey:
		c.Name, c.Comment = name, ""
		return c
	}
	return c
}
