package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// Rebuilds reports whether the object is made anew under its name, and the columns
// that have it are given the new one: a domain gets another type or collation,
// which no ALTER DOMAIN changes.
func (c AlterObject) Rebuilds() bool { return rebuilds(c.From, c.To) }

func rebuilds(from, to schema.Object) bool {
	return from.Kind == schema.KindDomain && !slices.Equal(from.Shape, to.Shape)
}

// rebuilt reports whether the pair is a domain to be rebuilt. One that no column
// keeps, not by a domain over it either, is dropped and made again, as everything else is.
func (d *differ) rebuilt(have, want *schema.Object) bool {
	return have != nil && want != nil && rebuilds(*have, *want) && d.kept(have)
}

// kept reports whether a column keeps the type, or a domain over it that is of it
// before and after.
func (d *differ) kept(o *schema.Object) bool {
	if slices.ContainsFunc(o.Users, d.keeps) {
		return true
	}
	for i := range d.have.Objects {
		over := &d.have.Objects[i]
		if over.Kind != schema.KindDomain || !slices.Contains(over.Needs, o.Ref()) {
			continue
		}
		if w := d.want.Object(over.Ref()); w != nil && !rebuilds(*over, *w) && d.kept(over) {
			return true
		}
	}
	return false
}

// keeps reports whether the user is a column that has the type on both sides.
func (d *differ) keeps(u schema.Ref) bool {
	have, want := d.columnsOf(u)
	return u.Kind == schema.RefColumn && have != nil && want != nil && have.Type.Text == want.Type.Text && have.Collation == want.Collation
}

// columnsOf are the column on both sides, nil where there is none.
func (d *differ) columnsOf(u schema.Ref) (have, want *schema.Column) {
	for _, t := range d.tables {
		if t.have != nil && t.want != nil && t.have.Name == u.Table {
			return t.have.Column(u.Name.Local), t.want.Column(u.Name.Local)
		}
	}
	return nil, nil
}

// checkRebuilt refuses what cannot be given the new type.
func (d *differ) checkRebuilt(p *objectPair) {
	for _, u := range p.have.Users {
		switch {
		case u.Kind == schema.RefOther:
			d.freeUser(p, u)
		case d.keeps(u) && mentionsColumn(d.have.Table(u.Table).PartitionBy, u.Name.Local):
			d.inTheWay(p, "column "+short(u.Table)+"."+u.Name.Local, "the table is partitioned by it", storedRecipe)
		}
	}
}

// typesAnew are the enums that go or are made anew, and the domains that are
// rebuilt, by themselves or along with what they are of.
func (d *differ) typesAnew() []schema.Name {
	names := d.enumsAnew()
	for _, p := range d.objects {
		if p.rebuilt || p.along != (schema.Ref{}) {
			names = append(names, p.have.Name)
		}
	}
	return names
}
