package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A typeKey is a type with its modifier, as columns have it.
type typeKey struct {
	typ oid
	mod int32
}

// A columnType is what the server says about a typeKey.
type columnType struct {
	typ       schema.Type
	collation oid
	storage   byte
	kind      byte // typtype
	base      oid  // of a domain
}

// typeKeys are the types of all columns.
func (k *catalog) typeKeys() (types []oid, mods []int32) {
	for key := range k.columnTypes {
		types, mods = append(types, key.typ), append(mods, key.mod)
	}
	return types, mods
}

func (k *catalog) readColumnType(r *row) {
	key := typeKey{r.oid(), int32(r.int())}
	t := columnType{typ: schema.Type{Text: r.text()}, collation: r.oid(), storage: r.char(), kind: r.char(), base: r.oid()}
	id, namespace, name := r.oid(), k.namespaces[r.oid()], r.text()
	if namespace != "pg_catalog" && namespace != "information_schema" && !k.members[object{class: classType, id: id}] {
		t.typ.Ref = schema.Name{Schema: namespace, Local: name}
	}
	k.columnTypes[key] = t
}

// collationOIDs are all collations that columns and index keys name.
func (k *catalog) collationOIDs() []oid {
	seen := map[oid]bool{0: true}
	var list []oid
	add := func(id oid) {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	for _, rel := range k.relations {
		for i := range rel.columns {
			add(rel.columns[i].collation)
		}
		for _, x := range rel.indexes {
			for _, id := range x.collations {
				add(id)
			}
		}
	}
	slices.Sort(list)
	return list
}
