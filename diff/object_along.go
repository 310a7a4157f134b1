package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// DomainsOver are the domains of a type that is made anew which must be made anew
// with it, inside of its change: columns have them, and the changes say nothing of
// them. One that no column has is dropped and made again by the changes.
func DomainsOver(objects []schema.Object, of schema.Ref, changes []Change) []schema.Object {
	var list []schema.Object
	for _, o := range objects {
		if o.Kind != schema.KindDomain || !slices.Contains(o.Needs, of) {
			continue
		}
		said := func(c Change) bool {
			switch c := c.(type) {
			case CreateObject:
				return c.Object.Ref() == o.Ref()
			case DropObject:
				return c.Object.Ref() == o.Ref()
			case AlterObject:
				return c.To.Ref() == o.Ref()
			}
			return false
		}
		if !slices.ContainsFunc(changes, said) {
			list = append(list, o)
		}
	}
	return list
}

// markAlong marks these domains, and those over them in turn. They are made as they
// are wanted: the server writes the type below into their checks.
func (d *differ) markAlong() {
	type step struct{ of, root schema.Ref }
	var open []step
	for _, n := range d.typesAnew() {
		if d.have.Enum(n) != nil && d.want.Enum(n) == nil {
			continue // it goes, and nothing is made of it
		}
		for _, kind := range []string{schema.RefEnum, schema.KindDomain} {
			r := schema.Ref{Kind: kind, Name: n}
			open = append(open, step{r, r})
		}
	}
	for ; len(open) > 0; open = open[1:] {
		for _, p := range d.objects {
			if p.have == nil || p.want == nil || p.along != (schema.Ref{}) || p.have.Kind != schema.KindDomain || !slices.Contains(p.have.Needs, open[0].of) {
				continue
			}
			if p.have.SQL == p.want.SQL && slices.Equal(p.have.Shape, p.want.Shape) && d.kept(p.have) {
				p.along, p.anew = open[0].root, false
				open = append(open, step{p.have.Ref(), open[0].root})
			}
		}
	}
}

// staysPut reports whether the object need not be dropped for what it is of: it is
// made anew with it, or after it has left it.
func (p *objectPair) staysPut(need schema.Ref) bool {
	base := need.Kind == schema.RefEnum || need.Kind == schema.KindDomain
	return base && (p.rebuilt && !slices.Contains(p.want.Needs, need) || p.along != (schema.Ref{}))
}

// tieAlong makes what has to do with these domains wait for the change that they
// are part of.
func (d *differ) tieAlong(ops []op) {
	for i := range ops {
		var root schema.Ref
		switch c := ops[i].change.(type) {
		case AlterEnum:
			root = schema.Ref{Kind: schema.RefEnum, Name: c.To.Name}
		case AlterObject:
			root = c.To.Ref()
		default:
			continue
		}
		for _, p := range d.objects {
			if p.along == root {
				ops[i].rebuilds = append(ops[i].rebuilds, rebuildKeys(*p.have)...)
			}
		}
	}
}

// rebuildKeys is what others know a domain by that is made anew.
func rebuildKeys(o schema.Object) []key {
	return append(objectKeys(o), key{kind: keyEnum, name: o.Name}, key{kind: keyEnumDefault, name: o.Name})
}
