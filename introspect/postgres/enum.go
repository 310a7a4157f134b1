package postgres

import "github.com/gen-migrate/gen/schema"

// A typeRow is a row of pg_type that is an object of its own.
type typeRow struct {
	name    schema.Name
	kind    byte // typtype: e d r b p
	defined bool
	values  []string
	words   string // what a base type is like
}

func (k *catalog) readType(r *row) {
	id := r.oid()
	k.typeOrder = append(k.typeOrder, id)
	k.types[id] = &typeRow{name: schema.Name{Schema: k.namespaces[r.oid()], Local: r.text()}, kind: r.char(), defined: r.bool(), words: r.text()}
}

func (k *catalog) readEnumValue(r *row) {
	if t := k.types[r.oid()]; t != nil {
		t.values = append(t.values, r.text())
	}
}

func (k *catalog) buildEnums(db *schema.Database) {
	for _, id := range k.typeOrder {
		t := k.types[id]
		if t.kind == 'e' && !k.members[object{class: classType, id: id}] {
			db.Enums = append(db.Enums, schema.Enum{Name: t.name, Values: t.values, Comment: k.comment(classType, id, 0)})
		}
	}
}
