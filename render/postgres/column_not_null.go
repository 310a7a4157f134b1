package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// SET NOT NULL reads every row while nobody can read the table, but for one of
// which a valid check says that there is no NULL. Such a check is added NOT VALID,
// which is brief, and validated while programs read and write; SET NOT NULL is
// brief then, and the check goes. All supported versions do so, and the server
// finds the name of the constraint that PostgreSQL 18 makes of it. In one
// statement DROP CONSTRAINT would come first, and the table be read after all.

// proveAhead shows before all changes that a column has no NULL. One that gets a
// default by the same change has to wait: until then programs may count on NULL.
func (r *renderer) proveAhead(c diff.AlterColumn) {
	if !r.becomesNotNull(c) || hasSource(c.To) && !hasSource(c.From) || !r.steady(c.Table, []string{c.To.Name}) {
		return
	}
	name := r.checkName(c.Table)
	r.addProof(c.Table, c.To.Name, name)
	r.validateProof(c.Table, c.To.Name, name)
	r.prepared.check[r.at] = name
}

// proveLater reports whether a column can become NOT NULL behind all changes, and
// has it so: a check that holds for new rows comes first.
func (r *renderer) proveLater(a *alteration) bool {
	c := a.c
	if !r.online || c.To.NotNullConstraint != nil || !r.becomesNotNull(c) || r.now.created[c.Table] || r.needsNotNull(a) {
		return false
	}
	name := r.checkName(c.Table)
	saved := r.at
	r.at = a.at
	defer func() { r.at = saved }()
	r.addProof(c.Table, c.To.Name, name)
	r.later(func() { r.setProven(c.Table, c.To.Name, name) })
	return true
}

// setProven validates the check, and puts NOT NULL in its place.
func (r *renderer) setProven(table schema.Name, column, check string) {
	r.validateProof(table, column, check)
	s := on(setNotNullProven, table)
	s.SQL, s.Why = r.alterTableSQL(table, "ALTER COLUMN "+r.Ident(column)+" SET NOT NULL"), whyProven
	r.add(alone(r.quiet(table, s)))
	r.add(alone(r.droppingProof(table, check)))
}

const whyProven = "a valid check shows that no row is without a value, so nothing is read"

// becomesNotNull reports whether nothing but rows is in the way of NOT NULL.
func (r *renderer) becomesNotNull(c diff.AlterColumn) bool {
	return c.To.NotNull && !holdsNew(c.From) && c.From.Generated == nil && c.To.Generated == nil && !retyped(c) &&
		!r.provenNotNull(c.Table, c.To.Name)
}

// hasSource reports whether a row gets a value where the insert has none.
func hasSource(c schema.Column) bool { return c.Default != "" || c.Serial || c.Identity != nil }

// needsNotNull reports whether something else in the plan needs the column to be
// NOT NULL, or alters it.
func (r *renderer) needsNotNull(a *alteration) bool {
	table, column := a.c.Table, a.c.To.Name
	if a.c.To.Identity != nil {
		return true
	}
	return slices.ContainsFunc(r.plan.Changes[a.at+1:], func(c diff.Change) bool {
		switch c := c.(type) {
		case diff.RenameTable:
			return c.From == table
		case diff.RenameColumn, diff.ReplaceIndex, diff.DropTable:
			return diff.TableOf(c) == table
		case diff.AlterColumn:
			return c.Table == table && c.To.Name == column
		case diff.AddConstraint:
			pk, ok := c.Constraint.(schema.PrimaryKey)
			return ok && c.Table == table && slices.Contains(pk.Columns, column)
		case diff.AdoptIndex:
			return c.Table == table
		case diff.AlterTable:
			return diff.Relates(c)
		case diff.CreateTable:
			return len(c.Table.Parents()) > 0
		case diff.CreateObject:
			return c.Object.Kind == schema.KindReplicaIdentity && c.Object.Table == table
		case diff.AlterObject:
			return c.To.Kind == schema.KindReplicaIdentity && c.To.Table == table
		}
		return false
	})
}

// checkName is the name of a check that goes again.
func (r *renderer) checkName(table schema.Name) string {
	for i := 0; ; i++ {
		name := schema.Name{Schema: table.Schema, Local: numbered(r.Truncate("gen_tmp_"+table.Local+"_not_null"), i, r.MaxIdentifier)}
		if len(r.owners[name]) == 0 {
			r.owners[name] = append(r.owners[name], owner{"constraint", table, name.Local})
			return name.Local
		}
	}
}

func (r *renderer) addProof(table schema.Name, column, name string) {
	s := on(addCheckNotValid, table)
	s.SQL = r.alterTableSQL(table, "ADD CONSTRAINT "+r.Ident(name)+" CHECK ("+r.Ident(column)+" IS NOT NULL) NOT VALID")
	s.Why = "new rows need a value from here on; those there are come next"
	at := len(r.out)
	r.add(alone(r.quiet(table, s)))
	// It is the next statement where rows may be in the way.
	r.out[at].Hazards = slices.DeleteFunc(r.out[at].Hazards, func(h render.Hazard) bool { return h.ID == "CORR02" })
}

func (r *renderer) validateProof(table schema.Name, column, name string) {
	s := on(validateCheck, table)
	s.SQL = r.alterTableSQL(table, "VALIDATE CONSTRAINT "+r.Ident(name))
	s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row has no value in " + short(table) + "." + column})
	s.Why = "reads the rows while programs go on, so that SET NOT NULL need not"
	r.add(alone(r.quiet(table, s)))
}

func (r *renderer) droppingProof(table schema.Name, name string) render.Statement {
	s := on(dropConstraint, table)
	s.SQL = r.alterTableSQL(table, "DROP CONSTRAINT "+r.Ident(name))
	s.Why = "NOT NULL says the same"
	return r.quiet(table, s)
}
