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
	table  schema.Name
	column schema.Column
	deps   dependents
	refs   []reference
	below  []lowered // parents first
}

// A lowered is what a table below has of its own on the column that it has from
// the one above, and that goes and comes with it.
type lowered struct {
	table  schema.Name
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
		r.putBack(table, []computed{{change: a.at, column: stored, deps: c.deps, refs: c.refs, below: c.below}})
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
// type, which it refuses, here and in the tables below.
func (r *renderer) dropComputed(table schema.Name, group []*alteration) []computed {
	var out []computed
	gone := func(table schema.Name, name string) bool {
		return slices.ContainsFunc(out, func(c computed) bool { return c.table == table && c.column.Name == name })
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
		for _, n := range append([]schema.Name{table}, r.now.below(table)...) {
			for _, g := range dependsOn(r.now.table(n), a.c.To.Name).generated {
				if !gone(n, g.Name) && !(n != table && g.Inherited) { // that one went with the one above
					out = append(out, r.takeOut(n, a.at, g))
				}
			}
		}
	}
	return out
}

// takeOut drops a column after what hangs on it, here and in the tables below, as
// far as the server would not take that along.
func (r *renderer) takeOut(table schema.Name, change int, column schema.Column) computed {
	t := r.now.table(table)
	c := computed{change: change, table: table, column: column, deps: dependsOn(t, column.Name), refs: r.now.referring(table, column.Name)}
	c.below = r.lower(table, column.Name)
	refs := c.refs
	for _, l := range c.below {
		refs = append(refs[:len(refs):len(refs)], l.refs...)
	}
	for _, ref := range refs {
		r.dropForeignKeyFor(ref, change)
	}
	s := on(dropColumn, table)
	s.SQL = r.alterTableSQL(table, "DROP COLUMN "+r.Ident(column.Name))
	if column.Generated == nil {
		s.Loses = "what was written to " + short(table) + "." + column.Name
	}
	r.inTheWay(change, table, beMadeAnew, column.Name)
	s.Hazards = append(s.Hazards, r.withColumn(table, column.Name)...)
	for _, l := range c.below {
		r.inTheWay(change, l.table, beMadeAnew, column.Name)
		s.Hazards = mergeHazards(s.Hazards, r.withColumn(l.table, column.Name))
	}
	r.addFor(r.quiet(table, s), change)
	r.now.dropColumn(t, column.Name)
	for _, l := range c.below {
		r.now.dropColumn(r.now.table(l.table), column.Name)
	}
	return c
}

// lower is what tables below have of their own on a column that goes with that of
// the table. One that is theirs as well stays.
func (r *renderer) lower(table schema.Name, column string) []lowered {
	var list []lowered
	for _, n := range r.now.below(table) {
		t := r.now.table(n)
		if c := t.Column(column); c != nil && c.Inherited && !slices.ContainsFunc(list, func(l lowered) bool { return l.table == n }) {
			list = append(list, lowered{table: n, column: *c, deps: dependsOn(t, column), refs: r.now.referring(n, column)})
		}
	}
	return list
}

func (r *renderer) dropForeignKeyFor(ref reference, change int) {
	s := on(dropForeignKey, ref.table, ref.key.RefTable)
	s.SQL = r.alterTableSQL(ref.table, "DROP CONSTRAINT "+r.Ident(ref.key.Name))
	r.addFor(r.quiet(ref.table, s), change)
	r.now.dropConstraint(r.now.table(ref.table), ref.key)
}

// putBackAll is putBack for each table that the columns are of, in their order.
func (r *renderer) putBackAll(columns []computed) {
	for len(columns) > 0 {
		table := columns[0].table
		var here, rest []computed
		for _, c := range columns {
			if c.table == table {
				here = append(here, c)
			} else {
				rest = append(rest, c)
			}
		}
		r.putBack(table, here)
		columns = rest
	}
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
	saved := r.at
	r.at = c.change
	defer func() { r.at = saved }()
	r.finishColumn(table, c.column)
	r.putBackOn(table, c.deps)
	for _, l := range c.below {
		r.putBackBelow(l, c.column)
		r.putBackOn(l.table, l.deps)
	}
	for _, ref := range c.refs {
		r.putBackKey(ref)
	}
	for _, l := range c.below {
		for _, ref := range l.refs {
			r.putBackKey(ref)
		}
	}
}

func (r *renderer) putBackOn(table schema.Name, d dependents) {
	t := r.now.table(table)
	for _, con := range d.constraints {
		if !slices.ContainsFunc(t.Constraints(), func(x schema.Constraint) bool { return x.ConstraintName() == con.ConstraintName() }) {
			r.addOneConstraint(table, con)
			r.now.addConstraint(t, con)
		}
	}
	for _, x := range d.indexes {
		if !slices.ContainsFunc(t.Indexes, func(y schema.Index) bool { return y.Name == x.Name }) {
			r.rebuildIndex(table, x)
			t.Indexes = append(t.Indexes, x)
		}
	}
}

// putBackKey adds a foreign key, unless it came back with its table.
func (r *renderer) putBackKey(ref reference) {
	t := r.now.table(ref.table)
	if !slices.ContainsFunc(t.ForeignKeys, func(k schema.ForeignKey) bool { return k.Name == ref.key.Name }) {
		r.addOneConstraint(ref.table, ref.key)
		r.now.addConstraint(t, ref.key)
	}
}

// putBackBelow gives the column of a table below, which came with the one above,
// what it had otherwise.
func (r *renderer) putBackBelow(l lowered, above schema.Column) {
	t := r.now.table(l.table)
	c := l.column
	c.Type, c.Collation, c.Generated = above.Type, above.Collation, above.Generated
	one := *t
	one.Columns = []schema.Column{c}
	if sub, ok := r.inheritedLater(one); ok && len(sub) > 0 {
		s := on(setStorage, l.table)
		s.SQL = r.alterTableSQL(l.table, sub...)
		r.onTable(l.table, s)
	}
	r.now.setColumn(t, c)
	if c.Comment != "" {
		r.commentColumn(l.table, c)
	}
}

// rebuildIndex creates an index in the transaction that dropped it; the table
// is locked already.
func (r *renderer) rebuildIndex(table schema.Name, x schema.Index) {
	s := on(createIndex, table)
	s.SQL = r.createIndexSQL(table, x, false)
	r.onTable(table, s)
	r.finishIndex(table, x)
}
