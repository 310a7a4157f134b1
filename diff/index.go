package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

var indexKind = kind[schema.Index]{
	name:    func(x schema.Index) string { return x.Name },
	derived: func(x schema.Index) bool { return x.Derived },
	rename:  renameIndex,
	alters:  indexAlters,
	same:    func(a, b schema.Index) bool { return same(bareIndex(a), bareIndex(b)) },
}

// indexChanges turns the pairs into changes.
func (d *differ) indexChanges(p *tablePair) []Change {
	var changes []Change
	for _, x := range p.indexes {
		switch {
		case x.have == nil:
			changes = append(changes, CreateIndex{p.name, *x.want})
		case x.want == nil:
			changes = append(changes, DropIndex{p.name, *x.have})
		case x.anew:
			changes = append(changes, DropIndex{p.name, *x.have}, CreateIndex{p.name, *x.want})
		case d.replaced(p, x):
			identity, clustered, _ := d.goesOn(p, *x.have, *x.want)
			changes = append(changes, ReplaceIndex{p.name, *x.have, *x.want, identity, clustered})
		default:
			changes = append(changes, alterIndex(p.name, *x.have, *x.want)...)
		}
	}
	return changes
}

func alterIndex(table schema.Name, have, want schema.Index) []Change {
	var changes []Change
	renamed := renameIndex(have, want.Name)
	switch {
	case !indexAlters(renamed, want):
		return []Change{DropIndex{table, have}, CreateIndex{table, want}}
	case have.Name != want.Name:
		changes = append(changes, RenameIndex{table, have.Name, want.Name, want.Pos})
	}
	if !same(bareIndex(renamed), bareIndex(want)) {
		changes = append(changes, AlterIndex{table, renamed, want})
	}
	return changes
}

// indexAlters: storage parameters, the comment, and the statistics targets of its
// expressions; the rest needs a new index.
func indexAlters(from, to schema.Index) bool {
	from.Options, from.Comment = to.Options, to.Comment
	from.Keys = slices.Clone(from.Keys)
	for i := range min(len(from.Keys), len(to.Keys)) {
		from.Keys[i].Statistics = to.Keys[i].Statistics
	}
	return same(bareIndex(from), bareIndex(to))
}

func renameIndex(x schema.Index, name string) schema.Index {
	x.Name = name
	return x
}

func indexesOf(t *schema.Table) []schema.Index {
	if t == nil {
		return nil
	}
	return t.Indexes
}

// uniqueIndexColumns are the columns of an index that a foreign key can refer
// to: unique, whole columns only, no predicate.
func uniqueIndexColumns(x schema.Index) []string {
	if !x.Unique || x.Where != "" {
		return nil
	}
	var columns []string
	for _, k := range x.Keys {
		if k.Column == "" {
			return nil
		}
		columns = append(columns, k.Column)
	}
	return columns
}
