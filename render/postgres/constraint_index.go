package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A primary key or unique constraint of a table that others use gets an index that
// is built beside them: ADD CONSTRAINT … USING INDEX is brief.

// buildAhead builds the index of a constraint before all changes, so that the
// constraint comes where it would have come: one that takes the place of another
// leaves no moment without a rule.
func (r *renderer) buildAhead(c diff.AddConstraint) {
	x, ok := r.indexOf(c)
	if ok && r.now.tables[c.Table].PartitionBy != "" {
		r.buildPartsAhead(c, x)
		return
	}
	if !ok || !r.steady(c.Table, slices.Concat(keyColumns(c.Constraint), x.Include)) {
		return
	}
	if r.indexNameTaken(c) {
		x.Name = r.temporaryIndex(c.Table, x.Name)
	}
	r.buildForKey(c.Table, x)
	r.prepared.index[r.at] = x.Name
}

// buildLater reports whether the index can be built, and the constraint be added,
// behind all changes, and has it so.
func (r *renderer) buildLater(c diff.AddConstraint) bool {
	x, ok := r.indexOf(c)
	if !ok || r.now.created[c.Table] || r.now.tables[c.Table].PartitionBy != "" || r.replacesKey(c) || r.needsKey(c) {
		return false
	}
	r.later(func() {
		r.buildForKey(c.Table, x)
		from := len(r.out)
		r.addUsing(c.Table, c.Constraint, x.Name)
		r.out[from].Tx = render.OwnTx
	})
	return true
}

func (r *renderer) buildForKey(table schema.Name, x schema.Index) {
	at := len(r.out)
	r.buildIndex(table, x)
	r.out[at].Why = "the constraint takes the index over, so that programs need not wait for it to be built"
}

// indexOf is the index of a constraint that can be built by itself: WITHOUT
// OVERLAPS has no such form.
func (r *renderer) indexOf(c diff.AddConstraint) (schema.Index, bool) {
	x := schema.Index{Name: c.Constraint.ConstraintName(), Unique: true, Method: "btree"}
	switch k := c.Constraint.(type) {
	case schema.PrimaryKey:
		if k.WithoutOverlaps {
			return x, false
		}
		x.Include = k.Include
	case schema.Unique:
		if k.WithoutOverlaps || k.NullsNotDistinct && r.version < 150000 {
			return x, false
		}
		x.Include, x.NullsNotDistinct = k.Include, k.NullsNotDistinct
	default:
		return x, false
	}
	for _, name := range keyColumns(c.Constraint) {
		x.Keys = append(x.Keys, schema.IndexKey{Column: name})
	}
	return x, r.online && x.Name != "" && r.now.tables[c.Table] != nil
}

func keyColumns(c schema.Constraint) []string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return c.Columns
	case schema.Unique:
		return c.Columns
	}
	return nil
}

// indexNameTaken reports whether something else has the name of the constraint before
// the plan, or wants it.
func (r *renderer) indexNameTaken(c diff.AddConstraint) bool {
	name := c.Constraint.ConstraintName()
	n := schema.Name{Schema: c.Table.Schema, Local: name}
	from := r.plan.From.Table(c.Table)
	return len(r.owners[n]) > 1 || slices.ContainsFunc(from.Constraints(), func(k schema.Constraint) bool { return k.ConstraintName() == name }) ||
		slices.ContainsFunc(r.owners[n], func(o owner) bool { return o.kind != "constraint" })
}

// replacesKey reports whether the plan drops what the constraint may come in the
// place of: it would be missed while the index is built.
func (r *renderer) replacesKey(c diff.AddConstraint) bool {
	_, primary := c.Constraint.(schema.PrimaryKey)
	columns := keyColumns(c.Constraint)
	shares := func(others []string) bool {
		return slices.ContainsFunc(others, func(name string) bool { return slices.Contains(columns, name) })
	}
	return slices.ContainsFunc(r.plan.Changes, func(o diff.Change) bool {
		switch o := o.(type) {
		case diff.DropConstraint:
			_, also := o.Constraint.(schema.PrimaryKey)
			return o.Table == c.Table && (primary && also || shares(keyColumns(o.Constraint)))
		case diff.DropIndex:
			return o.Table == c.Table && o.Index.Unique &&
				slices.ContainsFunc(o.Index.Keys, func(k schema.IndexKey) bool { return shares([]string{k.Column}) })
		}
		return false
	})
}

// needsKey reports whether something behind it in the plan needs the constraint, or
// alters its table.
func (r *renderer) needsKey(key diff.AddConstraint) bool {
	table := key.Table
	_, primary := key.Constraint.(schema.PrimaryKey)
	return r.follows(func(c diff.Change) bool {
		switch c := c.(type) {
		case diff.RenameTable:
			return c.From == table
		case diff.RenameConstraint, diff.RenameColumn, diff.DropTable, diff.AlterConstraint, diff.RenameIndex:
			return diff.TableOf(c) == table
		case diff.AddConstraint:
			fk, ok := c.Constraint.(schema.ForeignKey)
			return ok && fk.RefTable == table
		case diff.CreateTable:
			return len(c.Table.Parents()) > 0 || slices.ContainsFunc(c.Table.ForeignKeys, func(fk schema.ForeignKey) bool { return fk.RefTable == table })
		case diff.AlterTable:
			return diff.Relates(c)
		case diff.CreateObject:
			return c.Object.Kind == schema.KindReplicaIdentity && c.Object.Table == table || primary && uses(c.Object, table)
		case diff.AlterObject:
			return c.To.Kind == schema.KindReplicaIdentity && c.To.Table == table || primary && uses(c.To, table)
		}
		return false
	})
}

// uses reports whether the object shows the table: GROUP BY a primary key makes a
// view need it.
func uses(o schema.Object, table schema.Name) bool {
	return slices.ContainsFunc(o.Uses, func(c schema.ColumnRef) bool { return c.Table == table })
}

// addUsing adds a constraint with an index that is there, which gets its name.
func (r *renderer) addUsing(table schema.Name, c schema.Constraint, index string) {
	s := on(adoptIndex, table)
	kind, deferred, primary := "UNIQUE", "", false
	switch k := c.(type) {
	case schema.PrimaryKey:
		kind, deferred, primary = "PRIMARY KEY", deferrable(k.Deferrable, k.Deferred), true
		for _, name := range k.Columns {
			if col := r.now.table(table).Column(name); col != nil && !col.NotNull {
				s.Scans, s.Hazards = true, append(s.Hazards, facts[setNotNull].hazard, render.Hazard{ID: "CORR02", Text: "fails if a row has no value in " + short(table) + "." + name})
				s.Locks[0].Long = true
				break
			}
		}
	case schema.Unique:
		deferred = deferrable(k.Deferrable, k.Deferred)
	}
	s.SQL = r.alterTableSQL(table, "ADD CONSTRAINT "+r.Ident(c.ConstraintName())+" "+kind+" USING INDEX "+r.Ident(index)+deferred)
	if primary || r.version >= 180000 || r.now.created[table] {
		s = r.quiet(table, s) // the NOT NULL of its columns goes down to heirs, and 18 locks them for any constraint
	}
	r.add(s)
	if commentOf(c) != "" {
		r.commentConstraint(table, c)
	}
}
