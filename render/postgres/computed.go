package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A computed is a generated column that is dropped and added again, with what
// hangs on it.
type computed struct {
	change int // the change it is told under
	column schema.Column
	deps   dependents
	refs   []reference
}

// freeze turns virtual columns into plain ones that keep their values. DROP
// EXPRESSION does not work on them (PostgreSQL's manual, ALTER TABLE), so they
// become stored ones on the way.
func (r *renderer) freeze(table schema.Name, group []*alteration) {
	for _, a := range group {
		if !a.freeze {
			continue
		}
		stored := a.c.From
		stored.Generated = &schema.Generated{Expr: a.c.From.Generated.Expr}
		c := r.takeOut(table, a.at, a.c.From)
		r.putBack(table, []computed{{change: a.at, column: stored, deps: c.deps, refs: c.refs}})
		s := on(dropExpression, table)
		s.SQL = r.alterTableSQL(table, "ALTER COLUMN "+a.name+" DROP EXPRESSION")
		r.addFor(r.quiet(table, s), a.at)
		plain := stored
		plain.Generated = nil
		r.now.setColumn(r.now.table(table), plain)
	}
}

// dropComputed drops the generated columns that change in a way the server
// cannot follow in place, and those computed from a column that gets another
// type, which it refuses.
func (r *renderer) dropComputed(table schema.Name, group []*alteration) []computed {
	var out []computed
	gone := func(name string) bool {
		return slices.ContainsFunc(out, func(c computed) bool { return c.column.Name == name })
	}
	for _, a := range group {
		if a.replace {
			c := r.takeOut(table, a.at, a.c.From)
			c.column = a.c.To
			out = append(out, c)
		}
	}
	for _, a := range group {
		if !a.retype {
			continue
		}
		for _, g := range dependsOn(r.now.table(table), a.c.To.Name).generated {
			if !gone(g.Name) {
				out = append(out, r.takeOut(table, a.at, g))
			}
		}
	}
	return out
}

// takeOut drops a column after what hangs on it, as far as the server would
// not take that along.
func (r *renderer) takeOut(table schema.Name, change int, column schema.Column) computed {
	t := r.now.table(table)
	c := computed{change: change, column: column, deps: dependsOn(t, column.Name), refs: r.now.referring(table, column.Name)}
	for _, ref := range c.refs {
		r.dropForeignKeyFor(ref, change)
	}
	s := on(dropColumn, table)
	s.SQL = r.alterTableSQL(table, "DROP COLUMN "+r.Ident(column.Name))
	if column.Generated == nil {
		s.Loses = "what was written to " + short(table) + "." + column.Name
	}
	r.inTheWay(change, table, beMadeAnew, column.Name)
	s.Hazards = append(s.Hazards, r.withColumn(table, column.Name)...)
	r.addFor(r.quiet(table, s), change)
	r.now.dropColumn(t, column.Name)
	return c
}

func (r *renderer) dropForeignKeyFor(ref reference, change int) {
	s := on(dropForeignKey, ref.table, ref.key.RefTable)
	s.SQL = r.alterTableSQL(ref.table, "DROP CONSTRAINT "+r.Ident(ref.key.Name))
	r.addFor(r.quiet(ref.table, s), change)
	r.now.dropConstraint(r.now.table(ref.table), ref.key)
}

// putBack adds the columns again, all in one statement, and then what hung on
// them.
func (r *renderer) putBack(table schema.Name, columns []computed) {
	if len(columns) == 0 {
		return
	}
	t := r.now.table(table)
	f := addColumn
	var subs []string
	var changes []int
	for _, c := range columns {
		subs = append(subs, "ADD COLUMN "+r.columnDefinition(c.column, false))
		changes = append(changes, c.change)
		switch {
		case !c.column.Generated.Virtual:
			f = addColumnRewriting
		case c.column.NotNull && f == addColumn:
			f = addColumnScanning
		}
		r.now.setColumn(t, c.column)
	}
	slices.Sort(changes)
	s := on(f, table)
	if f == addColumnRewriting {
		s.Hazards = []render.Hazard{facts[setExpression].hazard}
	}
	s.SQL = r.alterTableSQL(table, subs...)
	r.addFor(r.quiet(table, s), slices.Compact(changes)...)
	for _, c := range columns {
		r.putBackDependents(table, c)
	}
}

func (r *renderer) putBackDependents(table schema.Name, c computed) {
	t := r.now.table(table)
	saved := r.at
	r.at = c.change
	defer func() { r.at = saved }()
	r.finishColumn(table, c.column)
	for _, con := range c.deps.constraints {
		if !slices.ContainsFunc(t.Constraints(), func(x schema.Constraint) bool { return x.ConstraintName() == con.ConstraintName() }) {
			r.addOneConstraint(table, con)
			r.now.addConstraint(t, con)
		}
	}
	for _, x := range c.deps.indexes {
		if !slices.ContainsFunc(t.Indexes, func(y schema.Index) bool { return y.Name == x.Name }) {
			r.rebuildIndex(table, x)
			t.Indexes = append(t.Indexes, x)
		}
	}
	for _, ref := range c.refs {
		r.addOneConstraint(ref.table, ref.key)
		r.now.addConstraint(r.now.table(ref.table), ref.key)
	}
}

// rebuildIndex creates an index in the transaction that dropped it; the table
// is locked already.
func (r *renderer) rebuildIndex(table schema.Name, x schema.Index) {
	s := on(createIndex, table)
	s.SQL = r.createIndexSQL(table, x, false)
	r.onTable(table, s)
	if x.Comment != "" {
		r.commentIndex(table, x)
	}
}
