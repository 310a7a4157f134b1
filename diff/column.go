package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// columnChanges compares the columns of a table that stays. Their order is no
// difference. New columns come in declared order.
func (p *tablePair) columnChanges() []Change {
	var changes []Change
	have := columnsByName(p.have)
	want := columnsByName(p.want)
	for i := range p.have.Columns {
		if c := p.have.Columns[i]; want[c.Name] == nil {
			changes = append(changes, DropColumn{p.name, c})
		}
	}
	for i := range p.want.Columns {
		w := p.want.Columns[i]
		h := have[w.Name]
		switch {
		case h == nil:
			changes = append(changes, AddColumn{p.name, w})
		case slices.Contains(p.defaultsAgain, w.Name):
			between := withoutDefault(*h)
			changes = append(changes, AlterColumn{p.name, *h, between}, AlterColumn{p.name, between, w})
		case !same(bareColumn(*h), bareColumn(w)):
			changes = append(changes, AlterColumn{p.name, *h, w})
		}
	}
	return changes
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
