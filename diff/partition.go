package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A table that becomes a partition, stops being one or gets another bound, and one
// that inherits from other tables than before, is changed in up to three parts:
// it is taken out of where it stands (detach), changed on its own into what it is
// to be, and put in again (attach). While it stands alone it has by itself what it
// has from its parents otherwise: the lists of the pair say so.

// regroup sets up the parts for a pair whose parents differ.
func (d *differ) regroup(p *tablePair) {
	if p.have == nil || p.want == nil || p.name.Schema == "" {
		return
	}
	if d.rebind(p) {
		return
	}
	kept := keptInherits(p.have.Inherits, p.want.Inherits)
	leaves := p.have.PartitionOf != nil && !samePlace(p.have.PartitionOf, p.want.PartitionOf) || len(kept) < len(p.have.Inherits)
	joins := p.want.PartitionOf != nil && !samePlace(p.have.PartitionOf, p.want.PartitionOf) || len(kept) < len(p.want.Inherits)
	if !leaves && !joins {
		p.settleMerged(d)
		return
	}
	alone := Alone(d.have.Table, p.have, kept)
	if leaves {
		p.detach = &AlterTable{tableOnly(*p.have), relatedAs(tableOnly(*p.have), alone)}
	}
	goal := p.want
	target, own := aloneWith(d.want.Table, goal, kept)
	p.joined, p.own = goal, own
	if joins {
		p.attach = &AlterTable{relatedAs(tableOnly(*goal), target), tableOnly(*goal)}
	}
	p.have, p.want = &alone, &target
	p.settleMerged(d)
}

// relatedAs is the table with the parents of another value of it.
func relatedAs(t, other schema.Table) schema.Table {
	t.PartitionOf, t.Inherits = other.PartitionOf, other.Inherits
	return t
}

func samePlace(a, b *schema.Partition) bool {
	return a != nil && b != nil && a.Parent == b.Parent && a.Bound == b.Bound
}

// keptInherits are the parents that stay. A new one comes last, on the way back as
// well: so what stays is what both lists begin with.
func keptInherits(have, want []schema.Name) []schema.Name {
	n := 0
	for n < min(len(have), len(want)) && have[n] == want[n] {
		n++
	}
	return slices.Clone(want[:n])
}

// rebind is for a partition that only gets another bound: it stays a partition of
// the same table as far as anything else is concerned, and leaves it for a moment
// when all that is done.
func (d *differ) rebind(p *tablePair) bool {
	have, want := p.have.PartitionOf, p.want.PartitionOf
	if have == nil || want == nil || have.Parent != want.Parent || have.Bound == want.Bound {
		return false
	}
	p.settleMerged(d)
	between := tableOnly(*p.want)
	between.PartitionOf = nil
	from := relatedAs(between, *p.have)
	p.detach = &AlterTable{from, between}
	p.attach = &AlterTable{between, tableOnly(*p.want)}
	return true
}

// Alone is a table as it is when it is detached from its partitioned table,
// or inherits from those of kept only: what it had from the others is its own.
// Names of what it had are those of Attached, or a rule gives them.
// table finds the others by name.
func Alone(table func(schema.Name) *schema.Table, t *schema.Table, kept []schema.Name) schema.Table {
	alone, _ := aloneWith(table, t, kept)
	return alone
}

// An implied is one index or constraint that a table has from its parent.
type implied struct {
	parent string // its name there
	index  bool
	at     int // in Indexes, or in Constraints()
}

// aloneWith also says where in the lists of the result the things stand that were
// attached.
func aloneWith(table func(schema.Name) *schema.Table, t *schema.Table, kept []schema.Name) (schema.Table, []implied) {
	alone := t.Clone()
	alone.PartitionOf, alone.Inherits = nil, slices.Clone(kept)
	stays := func(column string) bool {
		return slices.ContainsFunc(kept, func(n schema.Name) bool { p := table(n); return p != nil && p.Column(column) != nil })
	}
	for i := range alone.Columns {
		c := &alone.Columns[i]
		c.Inherited = c.Inherited && stays(c.Name)
		if t.PartitionOf != nil {
			c.Identity = nil // detaching takes it away (PostgreSQL 17)
		}
	}
	type copied struct {
		parent     string
		constraint schema.Constraint
		index      *schema.Index
	}
	var copies []copied
	for _, n := range t.Parents() {
		parent := table(n)
		if parent == nil || slices.Contains(kept, n) {
			continue
		}
		full := Alone(table, parent, nil)
		for _, c := range full.Constraints() {
			check, isCheck := c.(schema.Check)
			switch {
			case isCheck && (check.NoInherit || hasCheck(&alone, check.Name)):
			case isCheck:
				check.Comment = ""
				alone.Checks = append(alone.Checks, check)
			case t.PartitionOf != nil:
				copies = append(copies, copied{parent: c.ConstraintName(), constraint: attachedConstraint(t, c)})
			}
		}
		for _, x := range full.Indexes {
			if t.PartitionOf != nil {
				own := attachedIndex(t, x)
				copies = append(copies, copied{parent: x.Name, index: &own})
			}
		}
	}
	var own []implied
	for _, c := range copies {
		if c.index != nil {
			alone.Indexes = append(alone.Indexes, *c.index)
			own = append(own, implied{parent: c.parent, index: true, at: len(alone.Indexes) - 1})
			continue
		}
		addConstraint(&alone, c.constraint)
	}
	all := alone.Constraints()
	for _, c := range copies {
		if c.constraint != nil {
			at := slices.IndexFunc(all, func(x schema.Constraint) bool { return same(x, c.constraint) })
			own = append(own, implied{parent: c.parent, at: at})
		}
	}
	return alone, own
}

func hasCheck(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Checks, func(c schema.Check) bool { return c.Name == name })
}

// attachedName is the name of what a partition has from its parent, and whether a
// rule gave it.
func attachedName(t *schema.Table, parent, rule string) (name string, derived bool) {
	for _, a := range t.PartitionOf.Attached {
		if a.Parent == parent {
			return a.Name, false
		}
	}
	return rule, true
}

func ruleName(t *schema.Table, columns []string, label string) string {
	return dialect.Postgres().DerivedName(t.Name.Local, strings.Join(columns, "_"), label)
}

// attachedConstraint is the partition's own of a constraint of its parent.
func attachedConstraint(t *schema.Table, c schema.Constraint) schema.Constraint {
	name := func(columns []string, label string) (string, bool) {
		return attachedName(t, c.ConstraintName(), ruleName(t, columns, label))
	}
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Name, c.Derived = name(nil, "pkey")
		c.Comment, c.Pos = "", schema.Pos{}
		return c
	case schema.Unique:
		c.Name, c.Derived = name(slices.Concat(c.Columns, c.Include), "key")
		c.Comment, c.Pos = "", schema.Pos{}
		return c
	case schema.ForeignKey:
		c.Name, c.Derived = name(c.Columns, "fkey")
		c.Comment, c.Pos = "", schema.Pos{}
		return c
	case schema.Exclusion:
		var columns []string
		for _, e := range c.Elements {
			columns = append(columns, keyName(e.Key))
		}
		c.Name, c.Derived = name(columns, "excl")
		c.Comment, c.Pos = "", schema.Pos{}
		return c
	}
	return c
}

// attachedIndex is the partition's own of an index of its parent.
func attachedIndex(t *schema.Table, x schema.Index) schema.Index {
	var columns []string
	for _, k := range x.Keys {
		columns = append(columns, keyName(k))
	}
	x.Name, x.Derived = attachedName(t, x.Name, ruleName(t, append(columns, x.Include...), "idx"))
	x.Comment, x.Pos = "", schema.Pos{}
	return x
}

// keyName is what the server calls a key in the name of an index: an expression
// that is a call by its function, any other "expr" (FigureIndexColname,
// src/backend/parser/parse_target.c, as far as functions go).
func keyName(k schema.IndexKey) string {
	if k.Column != "" {
		return k.Column
	}
	name := ""
	for _, t := range lex(k.Expr, false) {
		switch {
		case t.kind == tokenIdent:
			name = t.name
		case t.text == "(" && name != "":
			return name
		case t.text != ".":
			return "expr"
		}
	}
	return "expr"
}

// AttachedIndexName is the name that the server gives, where it is free, to what a
// partition gets for an index of its table.
func AttachedIndexName(partition schema.Name, x schema.Index) string {
	t := schema.Table{Name: partition, PartitionOf: &schema.Partition{}}
	return attachedIndex(&t, x).Name
}

// rejoin puts the names that were settled while the table stood alone into what is
// attached, and the table back among its parents.
func (p *tablePair) rejoin() {
	if p.joined == nil {
		return
	}
	goal := p.joined
	attached := map[string]bool{}
	if goal.PartitionOf != nil {
		goal.PartitionOf.Attached = nil
		all := p.want.Constraints()
		for _, o := range p.own {
			name := ""
			if o.index {
				name = p.want.Indexes[o.at].Name
			} else {
				name = all[o.at].ConstraintName()
			}
			attached[name] = true
			goal.PartitionOf.Attached = append(goal.PartitionOf.Attached, schema.Attached{Parent: o.parent, Name: name})
		}
	}
	var rest []schema.Constraint
	for _, c := range p.want.Constraints() {
		check, isCheck := c.(schema.Check)
		if !attached[c.ConstraintName()] && (!isCheck || hasCheck(goal, check.Name)) {
			rest = append(rest, c)
		}
	}
	setConstraints(goal, rest)
	goal.Indexes = slices.DeleteFunc(slices.Clone(p.want.Indexes), func(x schema.Index) bool { return attached[x.Name] })
	if p.attach != nil {
		p.attach.To.PartitionOf = goal.PartitionOf
	}
	for i := range goal.Columns {
		c := &goal.Columns[i]
		if had := p.want.Column(c.Name); had != nil && goal.PartitionOf == nil {
			c.Inherited = had.Inherited // to inherit does not take away what is the table's own
		}
	}
}

// settleMerged takes over from the database how a column, or a check, came to be
// both the table's own and a parent's: nothing but making it anew changes that, and
// only dropping it there shows the difference. Inspect lists it.
func (p *tablePair) settleMerged(d *differ) {
	for i := range p.want.Columns {
		w := &p.want.Columns[i]
		if h := p.have.Column(w.Name); h != nil {
			w.Inherited = h.Inherited
		}
	}
	impliedBy := func(db *schema.Database, t *schema.Table, c schema.Check) bool {
		return slices.ContainsFunc(t.Parents(), func(n schema.Name) bool {
			q := db.Table(n)
			return q != nil && slices.ContainsFunc(q.Checks, func(x schema.Check) bool { return x.Name == c.Name && !x.NoInherit })
		})
	}
	for _, c := range p.have.Checks {
		if !hasCheck(p.want, c.Name) && impliedBy(d.want, p.want, c) && impliedBy(d.have, p.have, c) {
			p.want.Checks = append(p.want.Checks, c)
		}
	}
	p.want.Checks = slices.DeleteFunc(p.want.Checks, func(c schema.Check) bool {
		return !hasCheck(p.have, c.Name) && impliedBy(d.want, p.want, c) && impliedBy(d.have, p.have, c)
	})
	if of, had := p.want.PartitionOf, p.have.PartitionOf; of != nil && had != nil {
		of.Attached = slices.Clone(had.Attached)
	}
}
