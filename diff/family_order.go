package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// parentKeys are what a table needs of those it has columns from.
func parentKeys(t schema.Table) []key {
	var keys []key
	for _, n := range t.Parents() {
		keys = append(keys, key{kind: keyTable, name: n})
		for _, c := range t.Columns {
			if c.Inherited {
				keys = append(keys, columnKey(n, c.Name))
			}
		}
	}
	return keys
}

func sameParents(a, b schema.Table) bool {
	if a.PartitionOf != nil || b.PartitionOf != nil {
		return samePlace(a.PartitionOf, b.PartitionOf)
	}
	return slices.Equal(a.Inherits, b.Inherits)
}

// Relates reports whether the change is about the parents of the table: it is then
// about nothing else.
func Relates(c AlterTable) bool { return !sameParents(c.From, c.To) }

// joins reports whether the change attaches a table, or lets it inherit; one that
// is no change of parents or takes them away does not.
func joins(c AlterTable) bool {
	return c.To.PartitionOf != nil || len(c.To.Inherits) > len(c.From.Inherits)
}

// relationOp is a table that is detached or attached. The way of a table between
// the two is its own: see family.tie.
func relationOp(c AlterTable) op {
	o := op{change: c, where: c.To.Name}
	if joins(c) {
		o.phase = phaseAttach
		o.needs = append(parentKeys(c.To), key{kind: keyTable, name: c.To.Name})
		o.takes = boundKeys(c.To)
		return o
	}
	o.phase = phaseDetach
	o.leaves = append(parentKeys(c.From), key{kind: keyTable, name: c.To.Name})
	o.frees = boundKeys(c.From)
	return o
}

// boundKeys is the place of a partition: two must never hold the same rows.
func boundKeys(t schema.Table) []nameKey {
	if t.PartitionOf == nil {
		return nil
	}
	return []nameKey{{space{"partition", t.PartitionOf.Parent}, ""}}
}

// tie puts the changes of a family into order.
//
//   - What is done to a column of a table is done to those below: who needs or
//     leaves the column there waits for, or comes before, the change above.
//   - Changes of one column in tables of one family stay in their order.
//   - A table is detached before it or a table above changes, and attached after.
//   - A check, or a column, that a table has by itself as well is dropped above
//     first.
func (f family) tie(ops []op) {
	if len(f.parents) == 0 {
		return
	}
	steps := map[string][]int{}
	for i := range ops {
		o := &ops[i]
		switch c := o.change.(type) {
		case AddColumn, DropColumn:
			f.spread(o)
		case AlterColumn:
			f.spread(o)
			if f.dropped(ops, c) {
				o.leaves = append(o.leaves, columnKey(c.Table, c.To.Name))
			}
			if len(f.children[c.Table])+len(f.parents[c.Table]) > 0 {
				steps[c.To.Name] = append(steps[c.To.Name], i)
			}
		case DropConstraint:
			for _, n := range f.below(c.Table) {
				o.leaves = append(o.leaves, key{keyConstraint, n, c.Constraint.ConstraintName()})
			}
		}
	}
	for name, list := range steps {
		for n, i := range list {
			for _, j := range list[:n] {
				a, b := ops[j].where, ops[i].where
				if slices.Contains(f.below(a), b) || slices.Contains(f.below(b), a) {
					step := key{keyStep, a, name + "\x00" + b.String()}
					ops[j].makes, ops[i].needs = append(ops[j].makes, step), append(ops[i].needs, step)
				}
			}
		}
	}
	f.tieRelations(ops)
}

// dropped reports whether the column goes, after the change, with that of a table
// above.
func (f family) dropped(ops []op, c AlterColumn) bool {
	return slices.ContainsFunc(ops, func(o op) bool {
		drop, ok := o.change.(DropColumn)
		return ok && drop.Column.Name == c.To.Name && slices.Contains(f.below(drop.Table), c.Table)
	})
}

// spread lets what is done to columns of a table be done to those of the tables
// below.
func (f family) spread(o *op) {
	below := f.below(o.where)
	for _, list := range []*[]key{&o.makes, &o.ends, &o.rebuilds} {
		for _, k := range slices.Clone(*list) {
			if k.kind != keyColumn {
				continue
			}
			for _, n := range below {
				*list = append(*list, columnKey(n, k.sub))
			}
		}
	}
}

// tieRelations orders the tables that change their parents.
func (f family) tieRelations(ops []op) {
	place := func(n schema.Name, half string) key { return key{keyPlace, n, half} }
	for i := range ops {
		c, ok := ops[i].change.(AlterTable)
		if !ok || sameParents(c.From, c.To) {
			continue
		}
		side, half := c.From, "out"
		if joins(c) {
			side, half = c.To, "in"
		}
		if j := rebound(ops, c); j >= 0 {
			// All else is done before, as in a partition that stays.
			back := place(c.To.Name, "back")
			ops[i].makes, ops[j].needs = append(ops[i].makes, back), append(ops[j].needs, back)
			half = "in"
		}
		mark := place(c.To.Name, half)
		if half == "out" {
			ops[i].makes = append(ops[i].makes, mark)
		} else {
			ops[i].needs = append(ops[i].needs, mark)
		}
		about := map[schema.Name]bool{c.To.Name: true}
		for list := side.Parents(); len(list) > 0; list = list[1:] {
			if !about[list[0]] {
				about[list[0]] = true
				list = append(list, f.parents[list[0]]...)
			}
		}
		for j := range ops {
			if j == i || !about[TableOf(ops[j].change)] || !f.ownChange(ops[j].change) {
				continue
			}
			if half == "out" {
				ops[j].needs = append(ops[j].needs, mark)
			} else {
				ops[j].makes = append(ops[j].makes, mark)
			}
		}
	}
}

// rebound is where the partition that c detaches is attached to the same table
// again; -1 where it is not, or c is no such change.
func rebound(ops []op, c AlterTable) int {
	return slices.IndexFunc(ops, func(o op) bool {
		a, ok := o.change.(AlterTable)
		return ok && c.From.PartitionOf != nil && a.To.PartitionOf != nil && a.From.PartitionOf == nil &&
			a.To.Name == c.To.Name && a.To.PartitionOf.Parent == c.From.PartitionOf.Parent
	})
}

// ownChange reports whether the change is about a table itself and what belongs to
// it, rather than where it stands or whether it is there.
func (f family) ownChange(c Change) bool {
	switch c := c.(type) {
	case AlterTable:
		return sameParents(c.From, c.To)
	case AddColumn, DropColumn, AlterColumn, AddConstraint, DropConstraint, AlterConstraint, RenameConstraint,
		CreateIndex, DropIndex, AlterIndex, RenameIndex, ReplaceIndex, AdoptIndex, ReleaseIndex:
		return true
	}
	return false
}

// checkFamily refuses what PostgreSQL has no statement for.
func (d *differ) checkFamily() {
	for _, p := range d.tables {
		if p.want == nil {
			continue
		}
		if p.have != nil && p.have.PartitionBy != p.want.PartitionBy {
			d.otherKey(p.have, p.want)
		}
		d.checkParents(p.want)
		d.checkKeys(p.want)
	}
}

func (d *differ) otherKey(have, want *schema.Table) {
	name, was := short(want.Name), short(want.Name)+"_old"
	recipe := "in a revision written by hand: rename the table to " + was + ", create " + name + " as it is to be, " +
		"copy the rows (INSERT INTO " + name + " SELECT … FROM " + was + "), and drop " + was
	switch {
	case have.PartitionBy == "":
		d.conflict(want.Pos, "in a revision written by hand: rename the table to "+was+", create "+name+" partitioned, and either copy the rows or ATTACH "+was+" as one of its partitions",
			"table %s cannot become partitioned: PostgreSQL has no statement for it", name)
	case want.PartitionBy == "":
		d.conflict(want.Pos, recipe, "table %s cannot stop being partitioned: PostgreSQL has no statement for it", name)
	default:
		d.conflict(want.Pos, recipe, "table %s cannot be partitioned by %s instead of %s: PostgreSQL has no statement for it", name, want.PartitionBy, have.PartitionBy)
	}
}

// checkParents holds a table to what its parents make of it.
func (d *differ) checkParents(t *schema.Table) {
	for _, n := range t.Parents() {
		p := d.want.Table(n)
		if p == nil {
			d.conflict(t.Pos, "declare "+short(n)+" too, or leave the table out", "table %s has columns from %s, which is not there", short(t.Name), short(n))
			continue
		}
		if t.PartitionOf != nil && p.PartitionBy == "" {
			d.conflict(t.Pos, "say how it is partitioned: //gen:partition by range (…)", "table %s is to be a partition of %s, which is not partitioned", short(t.Name), short(n))
		}
		for _, c := range p.Columns {
			own := t.Column(c.Name)
			switch {
			case own == nil:
				d.conflict(t.Pos, "", "table %s lacks column %s, which it has from %s", short(t.Name), c.Name, short(n))
			case own.Type.Text != c.Type.Text:
				d.conflict(own.Pos, "give it the same type", "column %s is %s, and %s in %s, from which the table has it", column(t.Name, c.Name), own.Type.Text, c.Type.Text, short(n))
			case c.NotNull && !own.NotNull:
				d.conflict(own.Pos, "a column that is NOT NULL in a parent is so below", "column %s may be null, and in %s, from which the table has it, it may not", column(t.Name, c.Name), short(n))
			}
		}
		if t.PartitionOf == nil {
			continue
		}
		for _, c := range t.Columns {
			if p.Column(c.Name) == nil {
				d.conflict(c.Pos, "add it to "+short(n), "a partition has the columns of its table and no others: %s", column(t.Name, c.Name))
			}
		}
	}
}

// checkKeys refuses a unique key of a partitioned table that does not hold the
// columns by which it is partitioned: each partition only knows its own rows.
func (d *differ) checkKeys(t *schema.Table) {
	if t.PartitionBy == "" {
		return
	}
	columns, plain := partitionColumns(t)
	full := Alone(d.want.Table, t, nil)
	lacks := func(has []string) string {
		for _, c := range columns {
			if !slices.Contains(has, c) {
				return c
			}
		}
		return ""
	}
	refuse := func(pos schema.Pos, what string, has []string) {
		switch c := lacks(has); {
		case !plain:
			d.conflict(pos, "make the key unique on each partition, or partition by columns", "%s of %s cannot be: the table is partitioned by an expression, and a unique key must hold all of %s", what, short(t.Name), t.PartitionBy)
		case c != "":
			d.conflict(pos, "add the column to the key, or make the key unique on each partition", "%s of %s must hold %s: the table is partitioned by it", what, short(t.Name), c)
		}
	}
	for _, c := range full.Constraints() {
		switch c := c.(type) {
		case schema.PrimaryKey:
			refuse(c.Pos, "the primary key", c.Columns)
		case schema.Unique:
			refuse(c.Pos, "unique constraint "+c.Name, c.Columns)
		case schema.Exclusion:
			var has []string
			for _, e := range c.Elements {
				has = append(has, e.Key.Column)
			}
			refuse(c.Pos, "exclusion constraint "+c.Name, has)
		case schema.Check:
			if c.NoInherit && hasCheck(t, c.Name) {
				d.conflict(c.Pos, "take no inherit away", "check %s of %s cannot be NO INHERIT: the table is partitioned", c.Name, short(t.Name))
			}
		}
	}
	for _, x := range full.Indexes {
		if x.Unique {
			var has []string
			for _, k := range x.Keys {
				has = append(has, k.Column)
			}
			refuse(x.Pos, "unique index "+x.Name, has)
		}
	}
}

// partitionColumns are the columns of the key; plain is whether it has nothing
// else.
func partitionColumns(t *schema.Table) (columns []string, plain bool) {
	tokens := lex(t.PartitionBy, false)
	plain = true
	depth := 0
	first := false
	for _, k := range tokens {
		switch {
		case k.kind == tokenSpace:
		case k.text == "(":
			depth++
			first = depth == 1
			plain = plain && depth == 1
		case k.text == ")":
			depth--
		case k.text == "," && depth == 1:
			first = true
		case first && t.Column(k.name) != nil:
			columns = append(columns, k.name)
			first = false
		case first:
			first = false
			plain = false
		}
	}
	return columns, plain
}
