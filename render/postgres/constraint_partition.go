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
		part, own := x, withName(c.Constraint, r.partConstraint(n, c.Constraint))
		part.Name = own.ConstraintName()
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
		part := withName(fk, r.partConstraint(n, fk)).(schema.ForeignKey)
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

// partConstraint is the name that the server would give the constraint of a
// partition; one that is taken gets a number.
func (r *renderer) partConstraint(table schema.Name, c schema.Constraint) string {
	columns, label := strings.Join(keyColumns(c), "_"), "key"
	switch c := c.(type) {
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
		n := schema.Name{Schema: table.Schema, Local: r.DerivedName(table.Local, columns, numbered)}
		if len(r.owners[n]) == 0 && !r.attached(n) {
			r.owners[n] = append(r.owners[n], owner{"constraint", table, n.Local})
			return n.Local
		}
	}
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
