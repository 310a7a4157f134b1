package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// deltas lists what differs within the pair.
func (d *differ) tableDeltas(p *tablePair) []delta {
	if p.have == nil || p.want == nil {
		return []delta{p.wholeTableDelta()}
	}
	list := p.attributeDeltas()
	list = append(list, p.columnDeltas(d.ledFromAbove(p), d.family.below(p.name))...)
	for _, c := range withOnePrimaryKey(p.constraints) {
		if d, ok := p.constraintDelta(c.have, c.want); ok {
			list = append(list, d)
		}
	}
	for _, x := range p.indexes {
		if d, ok := p.indexDelta(x.have, x.want); ok {
			list = append(list, d)
		}
	}
	return list
}

// withOnePrimaryKey pairs two primary keys that have nothing in common: a table
// cannot have both.
func withOnePrimaryKey(pairs []pair[schema.Constraint]) []pair[schema.Constraint] {
	isKey := func(c *schema.Constraint) bool {
		if c == nil {
			return false
		}
		_, ok := (*c).(schema.PrimaryKey)
		return ok
	}
	old := slices.IndexFunc(pairs, func(p pair[schema.Constraint]) bool { return p.want == nil && isKey(p.have) })
	neu := slices.IndexFunc(pairs, func(p pair[schema.Constraint]) bool { return p.have == nil && isKey(p.want) })
	if old < 0 || neu < 0 {
		return pairs
	}
	pairs = slices.Clone(pairs)
	pairs[neu].have = pairs[old].have
	return slices.Delete(pairs, old, old+1)
}

// wholeTableDelta is a table that only one side has.
func (p *tablePair) wholeTableDelta() delta {
	d := delta{Difference: Difference{Class: classOf(p.have, p.want), Kind: "table", Table: p.name}}
	if p.have != nil {
		table := *p.have
		d.have, d.Have = table, tableText(table)
		_, d.needs, _ = wholeTable(table)
		d.adopt = func(a *adopter) { a.db.Tables = append(a.db.Tables, table.Clone()) }
		return d
	}
	d.want, d.Want, d.At = *p.want, tableText(*p.want), p.want.Pos
	d.takes, _, _ = wholeTable(*p.want)
	d.adopt = func(a *adopter) { a.gone[p.name] = true }
	return d
}

// A facet is a part of a column or a table that is compared by itself. What
// belongs together is one: a default, an identity and the like exclude each
// other.
type facet[T any] struct {
	name string
	copy func(to *T, from T)
}

// columnFacets are all of a column but its name.
func columnFacets() []facet[schema.Column] {
	type column = schema.Column
	return []facet[column]{
		{"type", func(to *column, from column) { to.Type = from.Type }},
		{"null", func(to *column, from column) { to.NotNull = from.NotNull }},
		{"not-null-constraint", func(to *column, from column) { to.NotNullConstraint = from.NotNullConstraint }},
		{"default", func(to *column, from column) {
			to.Default, to.Identity, to.Generated = from.Default, from.Identity, from.Generated
			to.Serial, to.Autoincrement = from.Serial, from.Autoincrement
		}},
		{"collation", func(to *column, from column) { to.Collation = from.Collation }},
		{"storage", func(to *column, from column) { to.Storage = from.Storage }},
		{"compression", func(to *column, from column) { to.Compression = from.Compression }},
		{"statistics", func(to *column, from column) { to.Statistics = from.Statistics }},
		{"comment", func(to *column, from column) { to.Comment = from.Comment }},
	}
}

func columnFacet(name string) facet[schema.Column] {
	all := columnFacets()
	return all[slices.IndexFunc(all, func(f facet[schema.Column]) bool { return f.name == name })]
}

// tableFacets are all of a table but its name and what stands in lists.
func tableFacets() []facet[schema.Table] {
	type table = schema.Table
	return []facet[table]{
		{"partition-by", func(to *table, from table) { to.PartitionBy = from.PartitionBy }},
		{"partition-of", func(to *table, from table) { to.PartitionOf = from.PartitionOf }},
		{"inherits", func(to *table, from table) { to.Inherits = from.Inherits }},
		{"method", func(to *table, from table) { to.Method = from.Method }},
		{"unlogged", func(to *table, from table) { to.Unlogged = from.Unlogged }},
		{"strict", func(to *table, from table) { to.Strict = from.Strict }},
		{"without-rowid", func(to *table, from table) { to.WithoutRowid = from.WithoutRowid }},
		{"options", func(to *table, from table) { to.Options = from.Options }},
		{"comment", func(to *table, from table) { to.Comment = from.Comment }},
	}
}

// facetsThatDiffer calls f for each with both sides reduced to it.
func facetsThatDiffer[T any](all []facet[T], have, want T, f func(one facet[T], have, want T)) {
	for _, one := range all {
		var h, w T
		one.copy(&h, have)
		one.copy(&w, want)
		if !same(h, w) {
			f(one, h, w)
		}
	}
}

func (p *tablePair) attributeDeltas() []delta {
	var list []delta
	facetsThatDiffer(tableFacets(), *p.have, *p.want, func(one facet[schema.Table], h, w schema.Table) {
		have := *p.have
		list = append(list, delta{
			Difference: Difference{Class: Changed, Kind: "table", Table: p.name, Facet: one.name,
				Have: attributeText(h), Want: attributeText(w), At: p.want.Pos},
			have: have, want: *p.want,
			adopt: func(a *adopter) { one.copy(a.table(p.name), have) },
		})
	})
	return list
}

// ledFromAbove is the table of the database with what comes from its parents as
// it is wanted: what differs then is the table's own.
func (d *differ) ledFromAbove(p *tablePair) *schema.Table {
	if len(p.keptParents()) == 0 {
		return p.have
	}
	led := p.have.Clone()
	gone, come := d.fromAbove(p)
	led.Columns = slices.DeleteFunc(led.Columns, func(c schema.Column) bool { return gone[c.Name] })
	for i := range led.Columns {
		c := &led.Columns[i]
		if p.want.Column(c.Name) == nil {
			continue
		}
		if way := d.course(p, c.Name); len(way.after) > 0 {
			*c = way.after[0].From
		} else {
			*c = way.states[len(way.states)-1]
		}
	}
	for _, c := range p.want.Columns {
		if come[c.Name] {
			led.Columns = append(led.Columns, d.arrived(p, c))
		}
	}
	return &led
}

// columnDeltas compares the columns with those of have. What is taken back is taken
// back in the tables below too.
func (p *tablePair) columnDeltas(have *schema.Table, below []schema.Name) []delta {
	var list []delta
	haves, wants := columnsByName(have), columnsByName(p.want)
	inherits := func(a *adopter, do func(t *schema.Table)) {
		for _, n := range below {
			if _, ok := a.at[n]; ok {
				do(a.table(n))
			}
		}
	}
	for i := range have.Columns {
		if c := have.Columns[i]; wants[c.Name] == nil {
			list = append(list, delta{
				Difference: Difference{Class: Leftover, Kind: "column", Table: p.name, Name: c.Name, Have: columnDefinition(c)},
				have:       c, needs: columnNeeds(p.name, c),
				adopt: func(a *adopter) {
					t := a.table(p.name)
					t.Columns = append(t.Columns, c.Clone())
					inherits(a, func(t *schema.Table) {
						if t.Column(c.Name) == nil {
							t.Columns = append(t.Columns, Inherited(p.name, c.Clone(), false))
						}
					})
				},
			})
		}
	}
	for i := range p.want.Columns {
		w := p.want.Columns[i]
		h := haves[w.Name]
		if h == nil {
			list = append(list, delta{
				Difference: Difference{Class: Missing, Kind: "column", Table: p.name, Name: w.Name, Want: columnDefinition(w), At: w.Pos},
				want:       w, takes: append(serialSequence(p.name, w), columnKey(p.name, w.Name), key{keyOwner, p.name, w.Name}),
				adopt: func(a *adopter) {
					t := a.table(p.name)
					t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool { return c.Name == w.Name })
					inherits(a, func(t *schema.Table) {
						t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool { return c.Name == w.Name && c.Inherited })
					})
				},
			})
			continue
		}
		for _, one := range p.facetDeltas(*h, w) {
			follows := slices.ContainsFunc(followers(), func(f facet[schema.Column]) bool { return f.name == one.Facet || one.Facet == "collation" })
			if adopt, f := one.adopt, columnFacet(one.Facet); follows {
				one.adopt = func(a *adopter) {
					adopt(a)
					inherits(a, func(t *schema.Table) {
						if c := t.Column(w.Name); c != nil {
							f.copy(c, handedDown(p.name, h.Clone()))
						}
					})
				}
			}
			list = append(list, one)
		}
	}
	return list
}

func (p *tablePair) facetDeltas(have, want schema.Column) []delta {
	var list []delta
	facetsThatDiffer(columnFacets(), have, want, func(one facet[schema.Column], h, w schema.Column) {
		d := delta{
			Difference: Difference{Class: Changed, Kind: "column", Table: p.name, Name: want.Name, Facet: one.name,
				Have: facetText(one.name, h), Want: facetText(one.name, w), At: want.Pos},
			have: have, want: want,
			needs: without(columnNeeds(p.name, h), columnNeeds(p.name, w)),
			adopt: func(a *adopter) { one.copy(a.table(p.name).Column(want.Name), have.Clone()) },
		}
		h.Name, w.Name = have.Name, want.Name
		d.takes = without(serialSequence(p.name, w), serialSequence(p.name, h))
		list = append(list, d)
	})
	return list
}

func (p *tablePair) constraintDelta(have, want *schema.Constraint) (delta, bool) {
	d := delta{Difference: Difference{Class: classOf(have, want), Table: p.name}}
	switch {
	case have == nil:
		d.want, d.At = *want, (*want).ConstraintPos()
		d.Kind, d.Name, d.Want = constraintWord(*want), (*want).ConstraintName(), constraintText(*want, "")
		d.takes = uniqueKey(p.name, keyColumns(*want))
	case want == nil:
		d.have = *have
		d.Kind, d.Name, d.Have = constraintWord(*have), (*have).ConstraintName(), constraintText(*have, "")
		d.needs = constraintNeeds(p.name, *have)
	default:
		wanted := nameIfFree(constraintKind, *have, *want)
		if constraintKind.name(*have) == constraintKind.name(wanted) && constraintKind.same(*have, wanted) {
			return delta{}, false
		}
		d.have, d.want, d.At = *have, *want, (*want).ConstraintPos()
		d.Kind, d.Name = constraintWord(*have), (*have).ConstraintName()
		d.Have, d.Want = constraintText(*have, ""), constraintText(wanted, d.Name)
		d.needs = constraintNeeds(p.name, *have)
		d.takes = without(uniqueKey(p.name, keyColumns(*want)), uniqueKey(p.name, keyColumns(*have)))
	}
	d.adopt = func(a *adopter) { a.replaceConstraint(p.name, have, want) }
	return d, true
}

func (p *tablePair) indexDelta(have, want *schema.Index) (delta, bool) {
	d := delta{Difference: Difference{Class: classOf(have, want), Kind: "index", Table: p.name}}
	switch {
	case have == nil:
		d.want, d.At = *want, want.Pos
		d.Name, d.Want = want.Name, indexDefinition(*want, want.Name)
		d.takes = uniqueKey(p.name, uniqueIndexColumns(*want))
	case want == nil:
		d.have, d.Name, d.Have = *have, have.Name, indexDefinition(*have, have.Name)
		d.needs = indexNeeds(p.name, *have)
	default:
		wanted := nameIfFree(indexKind, *have, *want)
		if have.Name == wanted.Name && indexKind.same(*have, wanted) {
			return delta{}, false
		}
		d.have, d.want, d.At = *have, *want, want.Pos
		d.Name, d.Have, d.Want = have.Name, indexDefinition(*have, have.Name), indexDefinition(wanted, have.Name)
		d.needs = indexNeeds(p.name, *have)
		d.takes = without(uniqueKey(p.name, uniqueIndexColumns(*want)), uniqueKey(p.name, uniqueIndexColumns(*have)))
	}
	d.adopt = func(a *adopter) { a.replaceIndex(p.name, have, want) }
	return d, true
}

// nameIfFree is the wanted object under the name that the database has, where
// nobody chose another and it can stay under it.
func nameIfFree[T any](k kind[T], have, want T) T {
	if !k.chosen(want) && k.alters(k.rename(have, k.name(want)), want) {
		return k.rename(want, k.name(have))
	}
	return want
}

// ColumnFacets are the values of Difference.Facet of a column.
func ColumnFacets() []string { return facetNames(columnFacets()) }

// TableFacets are the values of Difference.Facet of a table.
func TableFacets() []string { return facetNames(tableFacets()) }

func facetNames[T any](all []facet[T]) []string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.name
	}
	return names
}
