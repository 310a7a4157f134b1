package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

func (d *differ) enumChanges() []Change {
	var changes []Change
	byName := func(a, b *schema.Enum) int { return a.Name.Compare(b.Name) }
	sides(d.have.Enums, d.want.Enums, byName, func(have, want *schema.Enum) {
		switch {
		case have == nil:
			changes = append(changes, CreateEnum{*want})
		case want == nil:
			changes = append(changes, DropEnum{*have})
		case !same(bareEnum(*have), bareEnum(*want)):
			changes = append(changes, AlterEnum{From: *have, To: *want})
		}
	})
	return changes
}

// checkEnums refuses to make an enum anew by whose values a table is partitioned:
// the server gives the column of a partition key no other type.
func (d *differ) checkEnums() {
	for i := range d.have.Enums {
		have := &d.have.Enums[i]
		want := d.want.Enum(have.Name)
		if want == nil || slices.Equal(have.Values, want.Values) || (AlterEnum{From: *have, To: *want}).OnlyAdds() {
			continue
		}
		for _, t := range d.tables {
			if t.have == nil || t.want == nil || t.have.PartitionBy == "" {
				continue
			}
			for _, c := range t.have.Columns {
				if c.Type.Ref == have.Name && t.want.Column(c.Name) != nil && mentionsColumn(t.have.PartitionBy, c.Name) {
					d.conflict(want.Pos, "keep the values and their order, new ones may be added; or make a new table that is partitioned by a new type, and copy the rows",
						"enum %s cannot be made anew with other values: column %s.%s is in the way: the table is partitioned by it", have.Name, short(t.name), c.Name)
				}
			}
		}
	}
}

// OnlyAdds reports whether every value the enum had stays, in its order: then
// ALTER TYPE … ADD VALUE does it, otherwise the type is built anew.
func (c AlterEnum) OnlyAdds() bool {
	rest := c.To.Values
	for _, v := range c.From.Values {
		i := slices.Index(rest, v)
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

// Removed are the values that are gone, in their order.
func (c AlterEnum) Removed() []string {
	var gone []string
	for _, v := range c.From.Values {
		if !slices.Contains(c.To.Values, v) {
			gone = append(gone, v)
		}
	}
	return gone
}

// Added are the values that are new, in their order.
func (c AlterEnum) Added() []string { return AlterEnum{From: c.To, To: c.From}.Removed() }
