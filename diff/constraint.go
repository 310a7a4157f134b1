package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

var constraintKind = kind[schema.Constraint]{
	name:    schema.Constraint.ConstraintName,
	derived: constraintDerived,
	rename:  renameConstraint,
	alters:  constraintAlters,
	same: func(a, b schema.Constraint) bool {
		return same(bareConstraint(a), bareConstraint(b))
	},
}

// constraintChanges turns the pairs into changes.
func (p *tablePair) constraintChanges() []Change {
	var changes []Change
	for _, c := range p.constraints {
		switch {
		case c.have == nil:
			changes = append(changes, AddConstraint{p.name, *c.want})
		case c.want == nil:
			changes = append(changes, DropConstraint{p.name, *c.have})
		case c.anew:
			changes = append(changes, DropConstraint{p.name, *c.have}, AddConstraint{p.name, *c.want})
		default:
			changes = append(changes, alterConstraint(p.name, *c.have, *c.want)...)
		}
	}
	return changes
}

func alterConstraint(table schema.Name, have, want schema.Constraint) []Change {
	var changes []Change
	renamed := renameConstraint(have, want.ConstraintName())
	switch {
	case !constraintAlters(renamed, want):
		return []Change{DropConstraint{table, have}, AddConstraint{table, want}}
	case have.ConstraintName() != want.ConstraintName():
		changes = append(changes, RenameConstraint{table, have, at(renamed, want.ConstraintPos())})
	}
	if !same(bareConstraint(renamed), bareConstraint(want)) {
		changes = append(changes, AlterConstraint{table, renamed, want})
	}
	return changes
}

// constraintAlters: comments always, validation in one direction, and of foreign
// keys deferrability and whether they are enforced; everything else is part of
// what a constraint is (PostgreSQL 18, ALTER TABLE … ALTER CONSTRAINT: "Currently
// only foreign key constraints may be altered in this fashion").
func constraintAlters(from, to schema.Constraint) bool {
	switch to := to.(type) {
	case schema.PrimaryKey:
		from, ok := from.(schema.PrimaryKey)
		from.Comment = to.Comment
		return ok && same(bareConstraint(from), bareConstraint(to))
	case schema.Unique:
		from, ok := from.(schema.Unique)
		from.Comment = to.Comment
		return ok && same(bareConstraint(from), bareConstraint(to))
	case schema.ForeignKey:
		from, ok := from.(schema.ForeignKey)
		from.Comment = to.Comment
		from.Deferrable, from.Deferred = to.Deferrable, to.Deferred
		from.NotValid = from.NotValid && to.NotValid
		if from.NotEnforced != to.NotEnforced && !to.NotValid { // enforced, it is also validated
			from.NotEnforced, from.NotValid = to.NotEnforced, false
		}
		return ok && same(bareConstraint(from), bareConstraint(to))
	case schema.Check:
		from, ok := from.(schema.Check)
		from.Comment = to.Comment
		from.NotValid = from.NotValid && to.NotValid
		return ok && same(bareConstraint(from), bareConstraint(to))
	case schema.Exclusion:
		from, ok := from.(schema.Exclusion)
		from.Comment = to.Comment
		return ok && same(bareConstraint(from), bareConstraint(to))
	}
	return false
}

func constraintDerived(c schema.Constraint) bool {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return c.Derived
	case schema.Unique:
		return c.Derived
	case schema.ForeignKey:
		return c.Derived
	case schema.Check:
		return c.Derived
	case schema.Exclusion:
		return c.Derived
	}
	return false
}

// settled is the constraint with a name that is a fact.
func settled(c schema.Constraint) schema.Constraint {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Derived = false
		return c
	case schema.Unique:
		c.Derived = false
		return c
	case schema.ForeignKey:
		c.Derived = false
		return c
	case schema.Check:
		c.Derived = false
		return c
	case schema.Exclusion:
		c.Derived = false
		return c
	}
	return c
}

func renameConstraint(c schema.Constraint, name string) schema.Constraint {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Name = name
		return c
	case schema.Unique:
		c.Name = name
		return c
	case schema.ForeignKey:
		c.Name = name
		return c
	case schema.Check:
		c.Name = name
		return c
	case schema.Exclusion:
		c.Name = name
		return c
	}
	return c
}

// at is the constraint as declared there.
func at(c schema.Constraint, pos schema.Pos) schema.Constraint {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Pos = pos
		return c
	case schema.Unique:
		c.Pos = pos
		return c
	case schema.ForeignKey:
		c.Pos = pos
		return c
	case schema.Check:
		c.Pos = pos
		return c
	case schema.Exclusion:
		c.Pos = pos
		return c
	}
	return c
}

// setConstraints replaces all constraints of a table.
func setConstraints(t *schema.Table, all []schema.Constraint) {
	t.PrimaryKey, t.Uniques, t.ForeignKeys, t.Checks, t.Exclusions = nil, nil, nil, nil, nil
	for _, c := range all {
		addConstraint(t, c)
	}
}

func addConstraint(t *schema.Table, c schema.Constraint) {
	switch c := c.(type) {
	case schema.PrimaryKey:
		t.PrimaryKey = &c
	case schema.Unique:
		t.Uniques = append(t.Uniques, c)
	case schema.ForeignKey:
		t.ForeignKeys = append(t.ForeignKeys, c)
	case schema.Check:
		t.Checks = append(t.Checks, c)
	case schema.Exclusion:
		t.Exclusions = append(t.Exclusions, c)
	}
}

// replaceForeignKeys marks the foreign keys that stay as they are and cannot
// stay in place: the key they refer to goes or is made anew, or the columns of
// both ends change their type. A dialect without namespaces (SQLite) ties no
// foreign key to an index, and there nothing is replaced.
func (d *differ) replaceForeignKeys() {
	byName := map[schema.Name]*tablePair{}
	for _, p := range d.tables {
		byName[p.name] = p
	}
	for _, p := range d.tables {
		for i := range p.constraints {
			c := &p.constraints[i]
			if c.have == nil || c.want == nil || p.name.Schema == "" {
				continue
			}
			have, isKey := (*c.have).(schema.ForeignKey)
			want, stays := (*c.want).(schema.ForeignKey)
			if ref := byName[want.RefTable]; isKey && stays && ref != nil {
				c.anew = ref.losesKey(have.RefColumns) || bothEndsChange(p, ref, want)
			}
		}
	}
}

// losesKey reports whether a unique key over just these columns is dropped,
// even where another one like it stays: a foreign key depends on the very
// index it was made with.
func (p *tablePair) losesKey(columns []string) bool {
	if p.have == nil || p.want == nil {
		return false
	}
	for _, c := range p.constraints {
		if c.have == nil || !sameSet(keyColumns(*c.have), columns) {
			continue
		}
		if c.want == nil || !constraintAlters(renameConstraint(*c.have, (*c.want).ConstraintName()), *c.want) {
			return true
		}
	}
	for _, x := range p.indexes {
		if x.have == nil || !sameSet(uniqueIndexColumns(*x.have), columns) {
			continue
		}
		if x.want == nil || !indexAlters(renameIndex(*x.have, x.want.Name), *x.want) {
			return true
		}
	}
	return false
}

func bothEndsChange(p, ref *tablePair, c schema.ForeignKey) bool {
	if p.have == nil || ref.have == nil || ref.want == nil || len(c.Columns) != len(c.RefColumns) {
		return false
	}
	for i := range c.Columns {
		if typeChanges(p.have.Column(c.Columns[i]), p.want.Column(c.Columns[i])) &&
			typeChanges(ref.have.Column(c.RefColumns[i]), ref.want.Column(c.RefColumns[i])) {
			return true
		}
	}
	return false
}

// keyColumns are the columns of a primary key or unique constraint.
func keyColumns(c schema.Constraint) []string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return c.Columns
	case schema.Unique:
		return c.Columns
	}
	return nil
}

func sameSet(a, b []string) bool {
	return len(a) > 0 && len(a) == len(b) &&
		slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// checkReferences refuses a foreign key to a table that this plan drops.
func (d *differ) checkReferences() {
	dropped := map[schema.Name]bool{}
	for _, p := range d.tables {
		dropped[p.name] = p.want == nil
	}
	for _, t := range d.want.Tables {
		for _, c := range t.ForeignKeys {
			if dropped[c.RefTable] {
				d.conflict(c.Pos, "declare a model for "+c.RefTable.String()+", or take the foreign key away",
					"the foreign key of %s refers to %s, which is in no model and would be dropped", t.Name, c.RefTable)
			}
		}
	}
}
