package diff

import (
	"cmp"

	"github.com/gen-migrate/gen/schema"
)

// schemaChanges compares the namespaces.
func (d *differ) schemaChanges() []Change {
	var changes []Change
	byName := func(a, b *schema.Schema) int { return cmp.Compare(a.Name, b.Name) }
	sides(d.have.Schemas, d.want.Schemas, byName, func(have, want *schema.Schema) {
		switch {
		case have == nil:
			changes = append(changes, CreateSchema{*want})
		case want == nil:
			changes = append(changes, DropSchema{*have})
		case !same(bareSchema(*have), bareSchema(*want)):
			changes = append(changes, AlterSchema{*have, *want})
		}
	})
	return changes
}

// checkSchemas refuses to drop a schema with something in it that gen does
// not manage: the server would refuse too, or take it along with CASCADE.
func (d *differ) checkSchemas() {
	// These are no objects in the schema but notes on it.
	goesWithSchema := map[string]bool{"privileges": true, "default privileges": true, "comment": true, "security label": true}
	wanted := map[string]bool{}
	for _, s := range d.want.Schemas {
		wanted[s.Name] = true
	}
	for _, s := range d.have.Schemas {
		if wanted[s.Name] {
			continue
		}
		for _, o := range d.have.Unmanaged {
			if o.Name.Schema == s.Name && o.Table.IsZero() && !goesWithSchema[o.Kind] {
				d.conflict(schema.Pos{}, "keep the schema in the models, or drop the "+o.Kind+" first",
					"schema %s is in no model any more and cannot be dropped: it holds the %s %s, which gen does not manage",
					s.Name, o.Kind, o.Name)
			}
		}
	}
}
