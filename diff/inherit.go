package diff

import (
	"slices"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// How PostgreSQL treats a table together with those that have columns from it
// (manual, §5.11 and §5.12): what ALTER TABLE does to a column of a parent, but for
// its comment and compression, it does to all below; checks, and of partitioned
// tables also keys, foreign keys and indexes, are there on a child because the
// parent has them. So a change stands once, at the parent, and what a child has by
// it is no change of the child.

// A family is who has columns from whom, on both sides of a plan.
type family struct {
	parents  map[schema.Name][]schema.Name
	children map[schema.Name][]schema.Name
}

func familyOf(databases ...*schema.Database) family {
	f := family{map[schema.Name][]schema.Name{}, map[schema.Name][]schema.Name{}}
	for _, db := range databases {
		for i := range db.Tables {
			t := &db.Tables[i]
			for _, p := range t.Parents() {
				if !slices.Contains(f.parents[t.Name], p) {
					f.parents[t.Name] = append(f.parents[t.Name], p)
					f.children[p] = append(f.children[p], t.Name)
				}
			}
		}
	}
	return f
}

// below are the tables that have columns from n, at any depth, each once.
func (f family) below(n schema.Name) []schema.Name {
	var list []schema.Name
	var walk func(schema.Name)
	walk = func(n schema.Name) {
		for _, c := range f.children[n] {
			if !slices.Contains(list, c) {
				list = append(list, c)
				walk(c)
			}
		}
	}
	walk(n)
	return list
}

// depth is how many tables stand above n; those above come first where tables
// are sorted by it.
func (f family) depth(n schema.Name) int {
	deepest := 0
	for _, p := range f.parents[n] {
		if p != n {
			deepest = max(deepest, 1+f.depth(p))
		}
	}
	return deepest
}

// A course is the states that a column goes through, beginning with that of the
// database. before and after are the steps that are the table's own: before what
// happens above, and after it. So the way back finds the same states.
type course struct {
	states        []schema.Column
	before, after []AlterColumn
}

// followers are the parts of a column that follow the parent's when they change.
func followers() []facet[schema.Column] {
	type column = schema.Column
	return []facet[column]{
		{"type", func(to *column, from column) { to.Type, to.Collation = from.Type, from.Collation }},
		{"null", func(to *column, from column) { to.NotNull = from.NotNull }},
		{"default", func(to *column, from column) { to.Default, to.Generated = from.Default, from.Generated }},
		{"storage", func(to *column, from column) { to.Storage = from.Storage }},
		{"statistics", func(to *column, from column) { to.Statistics = from.Statistics }},
	}
}

// following are the followers that change between the states.
func following(states []schema.Column) []facet[schema.Column] {
	var list []facet[schema.Column]
	for _, f := range followers() {
		for i := 1; i < len(states); i++ {
			var a, b schema.Column
			f.copy(&a, states[i-1])
			f.copy(&b, states[i])
			if !same(a, b) {
				list = append(list, f)
				break
			}
		}
	}
	return list
}

// course follows a column that both sides have.
func (d *differ) course(p *tablePair, name string) course {
	if c, ok := p.courses[name]; ok {
		return c
	}
	have, want := *p.have.Column(name), *p.want.Column(name)
	c := course{states: []schema.Column{have}}
	at := have
	step := func(list *[]AlterColumn, to schema.Column) {
		if !same(bareColumn(at), bareColumn(to)) {
			*list = append(*list, AlterColumn{p.name, at, to})
			c.states = append(c.states, to)
			at = to
		}
	}
	above := d.courseAbove(p, name)
	follow := following(above)
	with := func(col, from schema.Column) schema.Column {
		for _, f := range follow {
			f.copy(&col, from)
		}
		return col
	}
	follows := func(name string) bool {
		return slices.ContainsFunc(follow, func(f facet[schema.Column]) bool { return f.name == name })
	}
	if len(above) > 1 {
		step(&c.before, with(at, above[0]))
		if follows("type") && !follows("default") && at.Default != "" && at.Default != want.Default {
			// Either default may not fit the other type.
			step(&c.before, withoutDefault(at))
		}
		for _, s := range above[1:] {
			at = with(at, s)
			if p.want.PartitionOf != nil {
				at.Identity = want.Identity
			}
			c.states = append(c.states, at)
		}
	}
	if slices.Contains(p.defaultsAgain, name) && !follows("default") {
		step(&c.after, withoutDefault(at))
	}
	step(&c.after, want)
	if p.courses == nil {
		p.courses = map[string]course{}
	}
	p.courses[name] = c
	return c
}

// courseAbove is the course of the parent's column that this one follows, as
// handed down; nil where there is none.
func (d *differ) courseAbove(p *tablePair, name string) []schema.Column {
	for _, n := range p.keptParents() {
		q := d.pairOf(n)
		if q == nil || q.have == nil || q.want == nil || q.have.Column(name) == nil || q.want.Column(name) == nil {
			continue
		}
		states := slices.Clone(d.course(q, name).states)
		for i, s := range states {
			states[i] = handedDown(q.name, s)
		}
		return states
	}
	return nil
}

// keptParents are those the table has columns from all the while.
func (p *tablePair) keptParents() []schema.Name {
	if p.have == nil || p.want == nil {
		return nil
	}
	var kept []schema.Name
	for _, n := range p.have.Parents() {
		if slices.Contains(p.want.Parents(), n) {
			kept = append(kept, n)
		}
	}
	return kept
}

func (d *differ) pairOf(n schema.Name) *tablePair {
	if d.byName == nil {
		d.byName = map[schema.Name]*tablePair{}
		for _, p := range d.tables {
			d.byName[p.name] = p
		}
	}
	return d.byName[n]
}

// handedDown is the column as those below have it from table. One that is serial
// is one with a default there.
func handedDown(table schema.Name, c schema.Column) schema.Column {
	if c.Serial {
		d := dialect.Postgres()
		seq := schema.Name{Schema: table.Schema, Local: d.DerivedName(table.Local, c.Name, "seq")}
		c.Serial, c.Default = false, "nextval("+d.Literal(d.QName(seq))+"::regclass)"
	}
	c.Inherited, c.Was, c.Backfill, c.NotNullConstraint = true, nil, "", nil
	return c
}

// Inherited is a column of table as a new table below it has it. A comment and a
// statistics target are not handed down; an identity is only to partitions, and
// from PostgreSQL 17 on: identity says whether.
func Inherited(table schema.Name, c schema.Column, identity bool) schema.Column {
	c = handedDown(table, c)
	c.Comment, c.Statistics = "", nil
	if !identity {
		c.Identity = nil
	}
	return c
}

// fromAbove applies to the columns of p what becomes of those above: gone are
// columns that go with a parent's, come are those that come with one.
func (d *differ) fromAbove(p *tablePair) (gone, come map[string]bool) {
	gone, come = map[string]bool{}, map[string]bool{}
	kept := p.keptParents()
	has := func(name string, side func(*tablePair) *schema.Table) bool {
		return slices.ContainsFunc(kept, func(n schema.Name) bool {
			q := d.pairOf(n)
			return q != nil && side(q) != nil && side(q).Column(name) != nil
		})
	}
	haves := func(q *tablePair) *schema.Table { return q.have }
	wants := func(q *tablePair) *schema.Table { return q.want }
	for _, c := range p.have.Columns {
		if c.Inherited && has(c.Name, haves) && !has(c.Name, wants) {
			gone[c.Name] = true
		}
	}
	for _, c := range p.want.Columns {
		if has(c.Name, wants) && !has(c.Name, haves) && p.have.Column(c.Name) == nil {
			come[c.Name] = true
		}
	}
	return gone, come
}

// arrived is the wanted column as it comes with the parent's, left one that is
// there as it would go with the parent's.
func (d *differ) arrived(p *tablePair, want schema.Column) schema.Column {
	return d.asAbove(p, want, p.want, func(q *tablePair) *schema.Table { return q.want })
}

func (d *differ) left(p *tablePair, have schema.Column) schema.Column {
	return d.asAbove(p, have, p.have, func(q *tablePair) *schema.Table { return q.have })
}

// asAbove is the column of t, one side of p, as the parents of that side hand it
// down.
func (d *differ) asAbove(p *tablePair, own schema.Column, t *schema.Table, side func(*tablePair) *schema.Table) schema.Column {
	for _, n := range p.keptParents() {
		if q := d.pairOf(n); q != nil && side(q) != nil {
			if c := side(q).Column(own.Name); c != nil {
				col := Inherited(q.name, *c, false)
				if t.PartitionOf != nil {
					col.Identity = own.Identity
				}
				return col
			}
		}
	}
	return own
}

// Followed is a column of a table below the one that c alters, after c.
func Followed(c AlterColumn, below schema.Column) schema.Column {
	states := []schema.Column{handedDown(c.Table, c.From), handedDown(c.Table, c.To)}
	for _, f := range following(states) {
		f.copy(&below, states[1])
	}
	return below
}
