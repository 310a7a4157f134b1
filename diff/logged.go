package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// references lists, for each table that stays, the other tables that a
// foreign key of it refers to before and after.
func (d *differ) references() map[schema.Name][]schema.Name {
	refs := map[schema.Name][]schema.Name{}
	for _, p := range d.tables {
		if p.have == nil || p.want == nil {
			continue
		}
		for _, fk := range p.want.ForeignKeys {
			stays := slices.ContainsFunc(p.have.ForeignKeys, func(h schema.ForeignKey) bool { return h.RefTable == fk.RefTable })
			if stays && fk.RefTable != p.name {
				refs[p.name] = append(refs[p.name], fk.RefTable)
			}
		}
	}
	return refs
}

// keepLogged puts changes between logged and unlogged in order: at no time may
// a logged table refer to an unlogged one (PostgreSQL: "could not change table
// to logged because it references unlogged table").
func (g *graph) keepLogged(refs map[schema.Name][]schema.Name) {
	at := map[schema.Name]int{}
	for i := range g.ops {
		if c, ok := g.ops[i].change.(AlterTable); ok && c.From.Unlogged != c.To.Unlogged {
			at[c.To.Name] = i
		}
	}
	if len(at) == 0 {
		return
	}
	for i := range g.ops {
		switch c := g.ops[i].change.(type) {
		case AlterTable:
			if c.From.Unlogged == c.To.Unlogged {
				continue
			}
			for _, ref := range refs[c.To.Name] {
				j, changes := at[ref]
				switch {
				case !changes:
				case c.To.Unlogged:
					g.edge(i, j)
				default:
					g.edge(j, i)
				}
			}
		case CreateTable:
			for _, fk := range c.Table.ForeignKeys {
				if j, changes := at[fk.RefTable]; changes && !c.Table.Unlogged {
					g.edge(j, i)
				}
			}
		}
	}
}
