package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// Expressions of tables look into values of composite types: ((address).zip). The
// server neither drops the attribute nor gives it another type while one does.

// freeAttributes makes way for the attributes that go or get another type.
func (d *differ) freeAttributes(p *objectPair) {
	lost := lostAttributes(p.have.Shape, p.want.Shape)
	if len(lost) == 0 {
		return
	}
	for _, u := range p.have.Users {
		t := d.pairOf(u.Table)
		if t == nil || t.have == nil || t.want == nil || !mentionsAny(userExprs(t.have, u), lost) {
			continue
		}
		if have, want := d.columnsOf(u); u.Kind == schema.RefDefault && have != nil && have.Generated != nil {
			if want != nil && want.Generated != nil && want.Generated.Expr == have.Generated.Expr {
				d.conflict(p.want.Pos, "drop the column in one revision, and add it again with the new definition in the next",
					"%s cannot be changed: column %s.%s is generated out of an attribute that goes or gets another type", p.have.Ref(), short(t.name), have.Name)
			}
			continue
		}
		d.freeUser(p, u)
	}
}

// checkTyped refuses other attributes where there is a typed table, which the
// server changes only together with the type.
func (d *differ) checkTyped(p *objectPair) {
	for _, u := range p.have.Users {
		if u.Kind == schema.RefOther && schema.IsTypedTable(u.Name.Local) {
			d.conflict(p.want.Pos, "write it by hand, in a revision of its own: ALTER TYPE … ADD, ALTER or DROP ATTRIBUTE … CASCADE, which changes the typed tables too",
				"%s cannot be changed: %s is made of it, which gen does not manage, and the server changes both only together", p.have.Ref(), u.Name.Local)
		}
	}
}

// userExprs are the expressions of a user of an object that is a constraint, an
// index or a default of the table.
func userExprs(t *schema.Table, u schema.Ref) []string {
	switch u.Kind {
	case schema.RefConstraint, schema.KindIndex: // the index may be that of a constraint
		for _, x := range t.Indexes {
			if x.Name == u.Name.Local {
				return indexExprs(x)
			}
		}
		for _, c := range t.Constraints() {
			if c.ConstraintName() == u.Name.Local {
				return constraintExprs(c)
			}
		}
	case schema.RefDefault:
		if c := t.Column(u.Name.Local); c != nil {
			return columnExprs(*c)
		}
	}
	return nil
}

func columnExprs(c schema.Column) []string {
	exprs := []string{c.Default}
	if c.Generated != nil {
		exprs = append(exprs, c.Generated.Expr)
	}
	return exprs
}

// mentionsAny reports whether one of the names stands in one of the expressions.
func mentionsAny(exprs, names []string) bool {
	return slices.ContainsFunc(exprs, func(sql string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return mentionsColumn(sql, n) })
	})
}

// AddsAttribute reports whether the change gives a composite type an attribute, or
// one another type, whose name stands in one of the expressions.
func AddsAttribute(c Change, exprs []string) bool {
	alter, ok := c.(AlterObject)
	return ok && alter.To.Kind == schema.KindComposite && mentionsAny(exprs, lostAttributes(alter.To.Shape, alter.From.Shape))
}

// tieAttributes makes what looks into an attribute that goes, or gets another type,
// go before that, and what comes to look into attributes come after.
func (d *differ) tieAttributes(ops []op) {
	for i := range ops {
		c, ok := ops[i].change.(AlterObject)
		if !ok || c.To.Kind != schema.KindComposite || slices.Equal(c.From.Shape, c.To.Shape) {
			continue
		}
		names := append(lostAttributes(c.From.Shape, c.To.Shape), lostAttributes(c.To.Shape, c.From.Shape)...)
		keys := columnKeys(c.To.Name, names)
		ops[i].rebuilds = keys
		for j := range ops {
			if slices.ContainsFunc(c.From.Users, func(u schema.Ref) bool { return leavesUser(ops[j].change, u) }) {
				ops[j].leaves = append(ops[j].leaves, keys...)
			}
			if mentionsAny(comingExprs(ops[j].change), names) {
				ops[j].needs = append(ops[j].needs, keys...)
			}
		}
	}
}

// leavesUser reports whether the change takes the user of an object away.
func leavesUser(c Change, u schema.Ref) bool {
	is := func(name string, kinds ...string) bool {
		return TableOf(c) == u.Table && u.Name.Local == name && slices.Contains(kinds, u.Kind)
	}
	switch c := c.(type) {
	case DropTable:
		return c.Table.Name == u.Table
	case DropColumn:
		return is(c.Column.Name, schema.RefDefault)
	case AlterColumn:
		return is(c.From.Name, schema.RefDefault) && !slices.Equal(columnExprs(c.From), columnExprs(c.To))
	case DropConstraint:
		return is(c.Constraint.ConstraintName(), schema.RefConstraint, schema.KindIndex)
	case DropIndex:
		return is(c.Index.Name, schema.KindIndex)
	case ReplaceIndex:
		return is(c.From.Name, schema.KindIndex)
	}
	return false
}

// comingExprs are the expressions that come with the change.
func comingExprs(c Change) []string {
	var exprs []string
	switch c := c.(type) {
	case CreateTable:
		for _, col := range c.Table.Columns {
			exprs = append(exprs, columnExprs(col)...)
		}
		for _, k := range c.Table.Constraints() {
			exprs = append(exprs, constraintExprs(k)...)
		}
		for _, x := range c.Table.Indexes {
			exprs = append(exprs, indexExprs(x)...)
		}
	case AddColumn:
		return columnExprs(c.Column)
	case AlterColumn:
		if !slices.Equal(columnExprs(c.From), columnExprs(c.To)) {
			return columnExprs(c.To)
		}
	case AddConstraint:
		return constraintExprs(c.Constraint)
	case CreateIndex:
		return indexExprs(c.Index)
	case ReplaceIndex:
		return indexExprs(c.To)
	}
	return exprs
}
