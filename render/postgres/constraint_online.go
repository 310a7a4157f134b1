package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// inTwo is the constraint as it is added first, NOT VALID, where the rows that are
// there are checked in a later transaction, under a lock that lets others read and
// write. A foreign key of a partitioned table cannot be NOT VALID before
// PostgreSQL 18.
func (r *renderer) inTwo(table schema.Name, c schema.Constraint) (schema.Constraint, bool) {
	if !r.online || r.now.created[table] || c.ConstraintName() == "" {
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

// addThenValidate adds the constraint, which holds for new rows from then on, and
// has the others checked when that is committed.
func (r *renderer) addThenValidate(table schema.Name, unchecked schema.Constraint) {
	from := len(r.out)
	r.addOneConstraint(table, unchecked)
	s := on(validateCheck, table)
	if fk, ok := unchecked.(schema.ForeignKey); ok {
		s = on(validateForeignKey, table, fk.RefTable)
	}
	s.SQL, s.Tx = r.alterTableSQL(table, "VALIDATE CONSTRAINT "+r.Ident(unchecked.ConstraintName())), render.OwnTx
	// It is here that rows may be in the way.
	first := &r.out[from]
	s.Hazards = slices.DeleteFunc(slices.Clone(first.Hazards), func(h render.Hazard) bool { return h.ID != "CORR02" })
	first.Hazards = slices.DeleteFunc(first.Hazards, func(h render.Hazard) bool { return h.ID == "CORR02" })
	r.onTable(table, s)
}
