package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// accessDeltas are the differences in privileges and owners of what is on both
// sides: those of what is on one side only go with it.
func accessDeltas(have, want *schema.Database) []delta {
	if have.Reader == "" {
		return nil
	}
	var list []delta
	a := newAccessPlan(have, want, nil)
	a.work()
	for _, change := range slices.Concat(a.defaults, a.first, a.last) {
		c := change.(AlterAccess)
		key := c.To.Key()
		if _, known := a.there[key]; known && !accessible(have)[key] {
			continue
		}
		list = append(list, accessDelta(c))
	}
	return list
}

func accessDelta(c AlterAccess) delta {
	key, from := c.To.Key(), c.From.Clone()
	to := c.To
	if c.NewOwner() == "" {
		from.Owner, to.Owner = "", ""
	}
	d := delta{Difference: Difference{Class: Changed, Kind: "privileges", Table: c.To.On.Name, Name: c.To.On.Kind, Have: accessText(from), Want: accessText(to), At: c.To.Pos}}
	if c.To.On.Args != "" {
		d.Name += " (" + c.To.On.Args + ")"
	}
	d.have, d.want = from, to
	d.adopt = func(a *adopter) {
		i := slices.IndexFunc(a.db.Access, func(o schema.Access) bool { return o.Key() == key })
		if i < 0 {
			a.db.Access = append(a.db.Access, from)
			return
		}
		a.db.Access[i] = from
	}
	return d
}

// adoptAccess gives what want has from the database alone the access it has
// there.
func adoptAccess(settled, have, want *schema.Database) {
	if have.Reader == "" {
		return
	}
	there, wanted := accessible(settled), accessible(want)
	for _, one := range have.Access {
		key := one.Key()
		if there[key] && !wanted[key] && settled.AccessTo(key) == nil {
			settled.Access = append(settled.Access, one.Clone())
		}
	}
	settled.Sort()
}
