package diff

import (
	"github.com/gen-migrate/gen/schema"
)

// columnChanges compares the columns of a table that stays. Their order is no
// difference. New columns come in declared order. What a column has by a change of
// a parent's is no change here. before are the changes that must be made before
// those of parents.
func (d *differ) columnChanges(p *tablePair) (before, changes []Change) {
	have := columnsByName(p.have)
	want := columnsByName(p.want)
	gone, come := d.fromAbove(p)
	for i := range p.have.Columns {
		c := p.have.Columns[i]
		if gone[c.Name] {
			// What the table says of it otherwise is taken back before, so that the way
			// back says it again.
			if led := d.left(p, c); !same(bareColumn(c), bareColumn(led)) {
				before = append(before, AlterColumn{p.name, c, led})
			}
		} else if want[c.Name] == nil {
			changes = append(changes, DropColumn{p.name, c})
		}
	}
	for i := range p.want.Columns {
		w := p.want.Columns[i]
		switch h := have[w.Name]; {
		case come[w.Name]:
			if c := d.arrived(p, w); !same(bareColumn(c), bareColumn(w)) {
				changes = append(changes, AlterColumn{p.name, c, w})
			}
		case h == nil || gone[w.Name]:
			changes = append(changes, AddColumn{p.name, w})
		default:
			c := d.course(p, w.Name)
			for _, step := range c.before {
				before = append(before, step)
			}
			for _, step := range c.after {
				changes = append(changes, step)
			}
		}
	}
	return before, changes
}

func columnsByName(t *schema.Table) map[string]*schema.Column {
	m := make(map[string]*schema.Column, len(t.Columns))
	for i := range t.Columns {
		m[t.Columns[i].Name] = &t.Columns[i]
	}
	return m
}

// typeChanges reports whether the values themselves are stored or compared in
// another way, so that a foreign key over the column cannot stay.
func typeChanges(have, want *schema.Column) bool {
	return have != nil && want != nil && (have.Type.Text != want.Type.Text || have.Collation != want.Collation)
}
