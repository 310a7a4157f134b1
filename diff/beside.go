package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// What an index is for goes on while it changes where the new one can be built
// beside it: no query is without, and no row gets in that a unique one keeps out.

// Apart is the change as one for a product that cannot build the new index
// beside the old one: what goes, then what comes. Any other change is itself.
func Apart(c Change) []Change {
	switch c := c.(type) {
	case ReplaceIndex:
		return []Change{DropIndex{c.Table, c.From}, CreateIndex{c.Table, c.To}}
	case AdoptIndex:
		return []Change{DropIndex{c.Table, c.Index}, AddConstraint{c.Table, c.Constraint}}
	case ReleaseIndex:
		return []Change{DropConstraint{c.Table, c.Constraint}, CreateIndex{c.Table, c.Index}}
	}
	return []Change{c}
}

// replaced reports whether the index gets another definition and can be there
// until the one with that definition is built: it is not in the way of what
// happens to a column. A dialect without namespaces (SQLite) has one writer at
// a time, and there nothing is built beside.
func (d *differ) replaced(p *tablePair, x pair[schema.Index]) bool {
	return x.have != nil && x.want != nil && !x.anew && p.name.Schema != "" && x.have.Name == x.want.Name &&
		!indexAlters(*x.have, *x.want) && d.steady(p, *x.have) && d.steady(p, *x.want)
}

// steady reports whether the columns of the index that stay keep their type and
// how they are computed.
func (d *differ) steady(p *tablePair, x schema.Index) bool {
	var rebuilt map[schema.ColumnRef]schema.Name
	for _, c := range p.have.Columns {
		if !indexUses(x, c.Name) {
			continue
		}
		if rebuilt == nil {
			rebuilt = d.rebuiltColumns()
		}
		w := p.want.Column(c.Name)
		_, again := rebuilt[schema.ColumnRef{Table: p.name, Column: c.Name}]
		if again || w != nil && (c.Type != w.Type || c.Collation != w.Collation || !same(c.Generated, w.Generated)) {
			return false
		}
	}
	return true
}

func indexUses(x schema.Index, column string) bool {
	return slices.Contains(x.Include, column) ||
		slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return k.Column == column }) ||
		slices.ContainsFunc(indexExprs(x), func(sql string) bool { return mentionsColumn(sql, column) })
}

// goesOn reports what the index is to its table before and after, and is all the
// time: the replica identity, what CLUSTER goes by. all: it is nothing that must be
// taken away and given again.
func (d *differ) goesOn(p *tablePair, have, want schema.Index) (identity, clustered, all bool) {
	is := func(db *schema.Database, kind, index string) bool {
		o := db.Object(schema.Ref{Kind: kind, Name: p.name, Table: p.name})
		return o != nil && slices.Contains(o.Needs, indexRef(p.name, index))
	}
	all = true
	keeps := func(kind string, can bool) bool {
		had := is(d.have, kind, have.Name)
		kept := had && is(d.want, kind, want.Name) && can
		all = all && (kept || !had)
		return kept
	}
	identity = keeps(schema.KindReplicaIdentity, identifies(p.have, have) && identifies(p.want, want))
	clustered = keeps(schema.KindCluster, clusterable(have) && clusterable(want))
	return identity && all, clustered && all, all
}

// identifies reports whether the index can be the replica identity of the table. It
// must be one all the time, so the columns must be NOT NULL.
func identifies(t *schema.Table, x schema.Index) bool {
	columns := uniqueIndexColumns(x)
	return len(columns) > 0 &&
		!slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return !k.Collation.IsZero() || !k.Opclass.IsZero() }) &&
		!slices.ContainsFunc(columns, func(name string) bool { c := t.Column(name); return c == nil || !c.NotNull })
}

// clusterable: ALTER TABLE … CLUSTER ON wants an index that can be scanned in
// order, over all rows (check_index_is_clusterable in
// src/backend/commands/cluster.c of PostgreSQL 18).
func clusterable(x schema.Index) bool {
	return (x.Method == "btree" || x.Method == "gist") && x.Where == ""
}

// followsIndex reports whether a state of a table is about an index that is renamed,
// which the server follows.
func (d *differ) followsIndex(have, want schema.Object) bool {
	if !schema.IsState(have.Kind) || len(have.Needs) == 0 || have.SQL == want.SQL {
		return false
	}
	p := d.pairOf(want.Table)
	follows := func(from, to string) bool {
		return slices.Contains(have.Needs, indexRef(have.Table, from)) && slices.Contains(want.Needs, indexRef(want.Table, to))
	}
	return p != nil && (slices.ContainsFunc(p.indexes, func(x pair[schema.Index]) bool {
		return x.have != nil && x.want != nil && follows(x.have.Name, x.want.Name) && indexAlters(renameIndex(*x.have, x.want.Name), *x.want)
	}) || slices.ContainsFunc(p.constraints, func(c pair[schema.Constraint]) bool {
		return c.have != nil && c.want != nil && follows((*c.have).ConstraintName(), (*c.want).ConstraintName()) &&
			constraintKind.alters(renameConstraint(*c.have, (*c.want).ConstraintName()), *c.want)
	}))
}

// adopt finds, among the changes of a table's constraints and indexes, a unique
// index that goes and a constraint that comes over the same columns, and the
// other way round, and makes one change of the two. The server does not take
// the index of a partitioned table (PostgreSQL 18, ALTER TABLE).
func (d *differ) adopt(p *tablePair, changes []Change) []Change {
	if p.name.Schema == "" || p.have.PartitionBy != "" || p.want.PartitionBy != "" {
		return changes
	}
	gone := make([]bool, len(changes))
	find := func(fits func(Change) bool) int {
		for i, c := range changes {
			if !gone[i] && fits(c) {
				return i
			}
		}
		return -1
	}
	changes = slices.Clone(changes)
	for i, c := range changes {
		switch c := c.(type) {
		case AddConstraint:
			j := find(func(o Change) bool {
				x, ok := o.(DropIndex)
				return ok && holds(x.Index, c.Constraint) && d.steady(p, x.Index)
			})
			if j >= 0 {
				changes[i], gone[j] = AdoptIndex{c.Table, changes[j].(DropIndex).Index, c.Constraint}, true
			}
		case CreateIndex:
			j := find(func(o Change) bool {
				k, ok := o.(DropConstraint)
				return ok && holds(c.Index, k.Constraint) && d.steady(p, c.Index)
			})
			if j >= 0 {
				changes[i], gone[j] = ReleaseIndex{c.Table, changes[j].(DropConstraint).Constraint, c.Index}, true
			}
		}
	}
	var rest []Change
	for i, c := range changes {
		if !gone[i] {
			rest = append(rest, c)
		}
	}
	return rest
}

// holds reports whether the index can be that of the constraint: unique, plain
// columns in that order, with the order of rows that a constraint's has
// (PostgreSQL 18, ALTER TABLE: "It must be a b-tree index with default sort
// ordering"). Storage parameters would be those of the constraint then, which
// gen does not manage.
func holds(x schema.Index, c schema.Constraint) bool {
	var columns, include []string
	distinct := true
	switch c := c.(type) {
	case schema.PrimaryKey:
		if c.WithoutOverlaps {
			return false
		}
		columns, include = c.Columns, c.Include
	case schema.Unique:
		if c.WithoutOverlaps {
			return false
		}
		columns, include, distinct = c.Columns, c.Include, !c.NullsNotDistinct
	default:
		return false
	}
	plain := func(k schema.IndexKey) bool {
		return k.Column != "" && k.Collation.IsZero() && k.Opclass.IsZero() && !k.Desc && !k.NullsFirst
	}
	return x.Method == "btree" && len(x.Options) == 0 && x.NullsNotDistinct != distinct && len(columns) > 0 &&
		slices.Equal(uniqueIndexColumns(x), columns) && slices.Equal(x.Include, include) &&
		!slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return !plain(k) })
}

// besideOp tells what such a change has to do with others. A column that both
// definitions use is no reason to come before what alters it: differ.steady has
// seen to it that nothing happens to it that the old one cannot bear.
func besideOp(c Change) op {
	switch c := c.(type) {
	case ReplaceIndex:
		from, to := indexNeeds(c.Table, c.From), indexNeeds(c.Table, c.To)
		return op{change: c, phase: phaseIndex, where: c.Table,
			ends:  uniqueKey(c.Table, uniqueIndexColumns(c.From)),
			makes: slices.Concat(indexSelf(c.Table, c.To.Name), uniqueKey(c.Table, uniqueIndexColumns(c.To))),
			leaves: slices.DeleteFunc(from, func(k key) bool {
				return (k.kind == keyColumn || k.kind == keyTable) && slices.Contains(to, k)
			}),
			needs: to}
	case AdoptIndex:
		unique := uniqueKey(c.Table, keyColumns(c.Constraint))
		return op{change: c, phase: addPhase(c.Constraint), where: c.Table,
			ends:  unique,
			makes: slices.Concat([]key{{keyConstraint, c.Table, c.Constraint.ConstraintName()}}, unique),
			needs: constraintNeeds(c.Table, c.Constraint),
			frees: indexKeys(c.Table, c.Index.Name), takes: takenBy(c.Table, c.Constraint)}
	case ReleaseIndex:
		unique := uniqueKey(c.Table, keyColumns(c.Constraint))
		return op{change: c, phase: phaseIndex, where: c.Table,
			ends:  slices.Concat([]key{{keyConstraint, c.Table, c.Constraint.ConstraintName()}}, unique),
			makes: slices.Concat(indexSelf(c.Table, c.Index.Name), unique),
			// The columns are the same, and one may lose its NOT NULL when the key is gone.
			leaves: constraintNeeds(c.Table, c.Constraint),
			frees:  takenBy(c.Table, c.Constraint), takes: indexKeys(c.Table, c.Index.Name)}
	}
	panic("diff: not about an index beside another")
}
