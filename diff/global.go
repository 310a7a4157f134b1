package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// WithoutGlobal returns have without the extensions, or the publications, where
// the models declare none of the kind. These belong to the whole database, where
// an administrator or a replication tool has put them for itself; whoever declares
// one of a kind says them all. What is left alone is listed among Unmanaged. Where
// that is nothing the result is have itself.
func WithoutGlobal(have, want *schema.Database) *schema.Database {
	declared := func(kind string) bool {
		return slices.ContainsFunc(want.Objects, func(o schema.Object) bool { return o.Kind == kind })
	}
	leave := map[string]bool{}
	for kind, parts := range map[string][]string{schema.KindExtension: nil, schema.KindPublication: {schema.KindPublicationTable}} {
		if !declared(kind) {
			leave[kind] = true
			for _, part := range parts {
				leave[part] = true
			}
		}
	}
	if !slices.ContainsFunc(have.Objects, func(o schema.Object) bool { return leave[o.Kind] }) {
		return have
	}
	db := schema.Clone(have)
	db.Objects = slices.DeleteFunc(db.Objects, func(o schema.Object) bool {
		if leave[o.Kind] && o.Kind != schema.KindPublicationTable { // it is part of one that is listed
			db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: o.Kind, Name: o.Name})
		}
		return leave[o.Kind]
	})
	db.Sort()
	return db
}
