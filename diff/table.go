package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A tablePair is a table of either side, or of both.
type tablePair struct {
	name        schema.Name
	have, want  *schema.Table // nil: not there
	constraints []pair[schema.Constraint]
	indexes     []pair[schema.Index]

	// A table that is detached or attached on the way: have and want are the table
	// as it stands alone then, joined is what it becomes, own what of want is
	// attached.
	detach, attach *AlterTable
	joined         *schema.Table
	own            []implied

	courses map[string]course // by column, as far as they are known

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
		}
		d.tables = append(d.tables, p)
	})
}

// matchParts pairs the constraints and indexes of the tables that are wanted.
func (d *differ) matchParts() {
	for _, p := range d.tables {
		if p.want != nil {
			p.constraints = match(p.have.Constraints(), p.want.Constraints(), constraintKind)
			p.indexes = match(indexesOf(p.have), indexesOf(p.want), indexKind)
		}
	}
}

// checkUnmanaged refuses to drop what is there on the wanted side too, as something
// that gen does not manage: a table that is a foreign or a typed one in another
// database, or that is left alone there.
func (d *differ) checkUnmanaged() {
	unmanaged := map[schema.Name]schema.Object{}
	for _, o := range d.want.Unmanaged {
		switch strings.TrimPrefix(o.Kind, "ignored ") {
		case "table", "foreign table", "typed table", "partitioned table", "partition", "inheritance child", "extension member",
			"view", "materialized view", "sequence", "virtual table", "shadow table":
			unmanaged[o.Name] = o
		}
	}
	check := func(what string, n schema.Name, wanted bool) {
		if o, there := unmanaged[n]; there && !wanted {
			d.conflict(schema.Pos{}, "make the change in a revision written by hand, or leave the name out on both sides with [ignore]",
				"%s %s cannot be planned: on the wanted side it is the %s, which gen does not manage; it would be dropped", what, n, o.Kind)
		}
	}
	if len(unmanaged) == 0 {
		return
	}
	for _, p := range d.tables {
		if p.have != nil {
			check("table", p.have.Name, p.want != nil)
		}
	}
	for _, s := range d.have.Sequences {
		check("sequence", s.Name, slices.ContainsFunc(d.want.Sequences, func(w schema.Sequence) bool { return w.Name == s.Name }))
	}
	for _, o := range d.have.Objects {
		if o.Kind == schema.KindView || o.Kind == schema.KindMaterializedView {
			check(o.Kind, o.Name, d.want.Object(o.Ref()) != nil)
		}
	}
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

// tableChanges lists what differs within the pair. before are those that must be
// made before what happens above in the family.
func (d *differ) tableChanges(p *tablePair) (before, changes []Change) {
	switch {
	case p.have == nil:
		return nil, []Change{CreateTable{*p.want}}
	case p.want == nil:
		return nil, []Change{DropTable{*p.have}}
	}
	if p.detach != nil {
		changes = append(changes, *p.detach)
	}
	if have := relatedAs(tableOnly(*p.have), *p.want); !same(bareTable(have), bareTable(*p.want)) {
		changes = append(changes, AlterTable{have, tableOnly(*p.want)})
	}
	before, columns := d.columnChanges(p)
	changes = append(changes, columns...)
	changes = append(changes, d.adopt(p, slices.Concat(p.constraintChanges(), d.indexChanges(p)))...)
	if p.attach != nil {
		changes = append(changes, *p.attach)
	}
	return before, changes
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
		if p.joined != nil {
			slices.SortFunc(p.joined.Columns, func(a, b schema.Column) int { return place[a.Name] - place[b.Name] })
		}
	}
}
