package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// inTwo is the constraint as it is added first, NOT VALID, where the rows that are
// there are checked in a later transaction, under a lock that lets others read and
// write. A foreign key of a partitioned table cannot be NOT VALID before
// PostgreSQL 18.
func (r *renderer) inTwo(table schema.Name, c schema.Constraint) (schema.Constraint, bool) {
	if !r.online || r.now.created[table] || c.ConstraintName() == "" || !r.isLeftAlone(table, c) {
		return nil, false
	}
	switch c := c.(type) {
	case schema.ForeignKey:
		if c.NotValid || c.NotEnforced || r.now.table(table).PartitionBy != "" && r.version < 180000 {
			return nil, false
		}
		c.NotValid = true
		return c, true
	case schema.Check:
		if c.NotValid || c.NotEnforced {
			return nil, false
		}
		c.NotValid = true
		return c, true
	}
	return nil, false
}

// isLeftAlone reports whether a constraint of the table that is added now can be
// validated behind all other changes: none of them renames it, demands of it that
// it is valid (a table that is attached keeps only valid foreign keys), or makes a
// table below.
func (r *renderer) isLeftAlone(table schema.Name, added schema.Constraint) bool {
	fk, _ := added.(schema.ForeignKey)
	at := r.at
	return !r.follows(func(c diff.Change) bool {
		at++
		switch c := c.(type) {
		case diff.RenameTable:
			return c.From == table || c.From == fk.RefTable
		case diff.RenameConstraint, diff.RenameColumn, diff.DropTable, diff.DropConstraint, diff.AlterConstraint:
			return diff.TableOf(c) == table
		case diff.AlterColumn:
			return c.Table == table && c.To.NotNull && !c.From.NotNull && r.proves(added, c.To.Name) && r.prepared.check[at] == ""
		case diff.AlterTable:
			return diff.Relates(c)
		case diff.CreateTable:
			return len(c.Table.Parents()) > 0
		}
		return false
	})
}

// addThenValidate adds the constraint, which holds for new rows from then on. The
// others are checked when all else is committed: what the plan drops and makes
// again is gone within one transaction only.
func (r *renderer) addThenValidate(table schema.Name, unchecked schema.Constraint) {
	from := len(r.out)
	r.addOneConstraint(table, unchecked)
	s := on(validateCheck, table)
	if fk, ok := unchecked.(schema.ForeignKey); ok {
		s = on(validateForeignKey, table, fk.RefTable)
	}
	s.SQL, s.Tx = r.alterTableSQL(table, "VALIDATE CONSTRAINT "+r.Ident(unchecked.ConstraintName())), render.OwnTx
	// It is there that rows may be in the way.
	first := &r.out[from]
	s.Hazards = slices.DeleteFunc(slices.Clone(first.Hazards), func(h render.Hazard) bool { return h.ID != "CORR02" })
	first.Hazards = slices.DeleteFunc(first.Hazards, func(h render.Hazard) bool { return h.ID == "CORR02" })
	r.later(func() { r.add(r.validating(table, unchecked, s)) })
}

// validating adds the locks on the tables below, which a check that is not inherited
// leaves alone.
func (r *renderer) validating(table schema.Name, c schema.Constraint, s render.Statement) render.Statement {
	if check, ok := c.(schema.Check); ok && check.NoInherit {
		return r.hushed(table, s)
	}
	return r.quiet(table, s)
}
