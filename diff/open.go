package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// WithoutOpen returns have without the partitions that the models leave to others:
// those of tables that are wanted with OpenPartitions, at any depth, with their
// triggers, policies and the like. They are listed among Unmanaged instead, each
// with the table it is a partition of, and hold their names. Where there are none
// the result is have itself.
func WithoutOpen(have, want *schema.Database) *schema.Database {
	open := map[schema.Name]bool{}
	for i := range want.Tables {
		if t := &want.Tables[i]; t.OpenPartitions {
			for _, n := range append(slices.Clone(t.Was), t.Name) {
				open[n] = true
			}
		}
	}
	var gone []schema.Name
	root := map[schema.Name]schema.Name{}
	f := familyOf(have)
	for n := range open {
		for _, below := range f.below(n) {
			if t := have.Table(below); t != nil && t.PartitionOf != nil {
				gone = append(gone, below)
				root[below] = n
			}
		}
	}
	if len(gone) == 0 {
		return have
	}
	db := schema.Clone(have)
	passed := func(n schema.Name) bool { return slices.Contains(gone, n) }
	db.Tables = slices.DeleteFunc(db.Tables, func(t schema.Table) bool { return passed(t.Name) })
	db.Objects = slices.DeleteFunc(db.Objects, func(o schema.Object) bool {
		if passed(o.Table) {
			db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: o.Kind, Name: o.Name, Table: root[o.Table]})
		}
		return passed(o.Table)
	})
	for i := range db.Unmanaged {
		if o := &db.Unmanaged[i]; passed(o.Table) {
			o.Table = root[o.Table]
		}
	}
	for _, n := range gone {
		db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: "partition", Name: n, Table: root[n]})
	}
	db.Sort()
	return db
}
