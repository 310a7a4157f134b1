package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A tablePair is a table of either side, or of both.
type tablePair struct {
	name        schema.Name
	have, want  *schema.Table // nil: not there
	constraints []pair[schema.Constraint]
	indexes     []pair[schema.Index]

	defaultsAgain []string // columns whose default is taken away and set again: what it calls is made anew
}

func (d *differ) pairTables() {
	byName := func(a, b *schema.Table) int { return a.Name.Compare(b.Name) }
	sides(d.have.Tables, d.want.Tables, byName, func(have, want *schema.Table) {
		p := &tablePair{have: have, want: want}
		switch {
		case want == nil:
			p.name = have.Name
		default:
			p.name = want.Name
			p.constraints = match(have.Constraints(), want.Constraints(), constraintKind)
			p.indexes = match(indexesOf(have), indexesOf(want), indexKind)
		}
		d.tables = append(d.tables, p)
	})
}

// keepUnmanaged lets what gen does not manage live on, except for what goes
// with its table.
func (d *differ) keepUnmanaged() {
	gone := map[schema.Name]bool{}
	for _, p := range d.tables {
		gone[p.name] = p.want == nil
	}
	d.want.Unmanaged = slices.DeleteFunc(slices.Clone(d.have.Unmanaged), func(o schema.Object) bool { return gone[o.Table] })
}

// changes lists what differs within the pair.
func (p *tablePair) changes() []Change {
	switch {
	case p.have == nil:
		return []Change{CreateTable{*p.want}}
	case p.want == nil:
		return []Change{DropTable{*p.have}}
	}
	var changes []Change
	if !same(bareTable(*p.have), bareTable(*p.want)) {
		changes = append(changes, AlterTable{tableOnly(*p.have), tableOnly(*p.want)})
	}
	changes = append(changes, p.columnChanges()...)
	changes = append(changes, p.constraintChanges()...)
	changes = append(changes, p.indexChanges()...)
	return changes
}

// arrangeColumns puts the columns of Plan.To into the order that executing
// the plan gives: those that stay as they stand, then the new ones as added.
func (d *differ) arrangeColumns(ordered []Change) {
	added := map[schema.Name][]string{}
	for _, c := range ordered {
		if c, ok := c.(AddColumn); ok {
			added[c.Table] = append(added[c.Table], c.Column.Name)
		}
	}
	for _, p := range d.tables {
		if p.have == nil || p.want == nil {
			continue
		}
		place := map[string]int{}
		for i, c := range p.have.Columns {
			place[c.Name] = i
		}
		for i, name := range added[p.name] {
			place[name] = len(p.have.Columns) + i
		}
		slices.SortFunc(p.want.Columns, func(a, b schema.Column) int { return place[a.Name] - place[b.Name] })
	}
}
