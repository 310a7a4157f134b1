package erd

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// edges makes the lines between boxes that are there. Those of a partition's own
// keys begin at the row of partitions.
func (d *Diagram) edges(s *scene, signs map[Part]Sign) {
	boxes := map[schema.Name]int{}
	for i, b := range d.Boxes {
		if b.Kind == KindTable {
			boxes[b.Name] = i
		}
	}
	for _, t := range s.every {
		from, drawn := boxes[s.root(t.Name)]
		if !drawn {
			continue
		}
		for _, k := range t.ForeignKeys {
			to, drawn := boxes[s.root(k.RefTable)]
			if !drawn {
				continue
			}
			e := reference(t, k, s.named[k.RefTable])
			e.From, e.To = from, to
			e.FromRow = d.Boxes[from].row(t.Name, first(k.Columns))
			e.ToRow = d.Boxes[to].row(k.RefTable, first(e.RefColumns))
			e.Sign = signs[Part{Name: t.Name, Constraint: k.Name}]
			d.Edges = append(d.Edges, e)
		}
		for _, n := range t.Inherits {
			to, drawn := boxes[s.root(n)]
			if !drawn || t.PartitionOf != nil {
				continue
			}
			d.Edges = append(d.Edges, Edge{Kind: EdgeInherits, From: from, To: to, FromRow: -1, ToRow: -1, Loose: true,
				title: t.Name.String() + " inherits from " + n.String()})
		}
	}
}

// row is where a column of a table stands in its box; a partition of the box's
// table stands in the row of partitions.
func (b *Box) row(table schema.Name, column string) int {
	return slices.IndexFunc(b.Rows, func(r Row) bool {
		if table != b.Name {
			return r.Kind == RowPartitions
		}
		return r.Kind == RowColumn && r.Name == column
	})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// refColumns are the columns a key refers to: where it does not say, the primary
// key.
func refColumns(k schema.ForeignKey, ref *schema.Table) []string {
	if len(k.RefColumns) == 0 && ref != nil && ref.PrimaryKey != nil {
		return ref.PrimaryKey.Columns
	}
	return k.RefColumns
}

// reference is the edge of a foreign key. How many rows refer to one follows from
// what is unique, whether one must refer at all from what is not null: with MATCH
// SIMPLE one null is enough for a row to refer to nothing, with MATCH FULL all
// columns are null or none (PostgreSQL's manual, CREATE TABLE, REFERENCES).
func reference(t *schema.Table, k schema.ForeignKey, ref *schema.Table) Edge {
	e := Edge{Kind: EdgeReference, Name: k.Name, Columns: k.Columns, RefColumns: refColumns(k, ref), FromEnd: ZeroOrMore, ToEnd: One, Loose: k.NotValid || k.NotEnforced}
	for _, u := range uniques(t) {
		if !slices.ContainsFunc(u, func(c string) bool { return !slices.Contains(k.Columns, c) }) {
			e.FromEnd = ZeroOrOne
		}
	}
	nulls := 0
	for _, name := range k.Columns {
		if c := t.Column(name); c != nil && !c.NotNull && !inKey(t, name) {
			nulls++
		}
	}
	if nulls > 0 && (!k.MatchFull || nulls == len(k.Columns)) {
		e.ToEnd = ZeroOrOne
	}
	e.title = t.Name.String() + " (" + strings.Join(k.Columns, ", ") + ") → " +
		k.RefTable.String() + " (" + strings.Join(e.RefColumns, ", ") + ")"
	for _, word := range []struct {
		is   bool
		text string
	}{
		{k.OnDelete != "", "on delete " + strings.ToLower(string(k.OnDelete))}, {k.OnUpdate != "", "on update " + strings.ToLower(string(k.OnUpdate))},
		{k.NotValid, "not valid"}, {k.NotEnforced, "not enforced"}, {k.Deferrable, "deferrable"},
	} {
		if word.is {
			e.title += ", " + word.text
		}
	}
	if k.Name != "" {
		e.title = k.Name + "\n" + e.title
	}
	return e
}

// inKey: the columns of a primary key are never null on PostgreSQL, whether or
// not the models say so.
func inKey(t *schema.Table, column string) bool {
	return t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, column)
}
