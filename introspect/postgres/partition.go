package postgres

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// isTable reports whether gen manages the relation as a table: an ordinary or a
// partitioned one of which all tables it has columns from are managed too. Typed
// tables, foreign tables and a partition half detached are not. Nobody may ask
// before relations, members of extensions and inheritance are read.
func (k *catalog) isTable(rel *relation) bool {
	if !rel.judged {
		rel.judged, rel.managed = true, k.judgeTable(rel)
	}
	return rel.managed
}

func (k *catalog) judgeTable(rel *relation) bool {
	if rel.kind != 'r' && rel.kind != 'p' || rel.ofType != 0 || rel.detaching || k.passedOver(rel) {
		return false
	}
	for _, id := range rel.parents {
		if parent := k.relations[id]; parent == nil || !k.isTable(parent) {
			return false
		}
	}
	return true
}

// implied reports whether a check is there because a parent of the table has it.
func (c *constraintRow) implied() bool { return c.kind == 'c' && c.inherited && !c.local }

// buildAncestry says of the table what it has to do with others.
func (k *catalog) buildAncestry(rel *relation, t *schema.Table) {
	t.PartitionBy = rel.partitionKey
	if len(rel.parents) == 0 {
		return
	}
	if !rel.partition {
		for _, id := range rel.parents {
			t.Inherits = append(t.Inherits, k.relations[id].name)
		}
		return
	}
	parent := k.relations[rel.parents[0]]
	t.PartitionOf = &schema.Partition{Parent: parent.name, Bound: rel.bound}
	attach := func(parent, name string) {
		t.PartitionOf.Attached = append(t.PartitionOf.Attached, schema.Attached{Parent: parent, Name: name})
	}
	for _, c := range rel.attached {
		// Of a foreign key between two partitioned tables there is a row for every
		// pair of partitions; the one that speaks of the same table is the copy.
		if of := k.constraints[c.parent]; of != nil && of.relation == parent && of.refTable == c.refTable {
			attach(of.name, c.name)
		}
	}
	for _, x := range rel.indexes {
		if of := k.parentIndex(x); of != nil && rel.backingAttached(x) == nil {
			attach(of.name.Local, x.relation.name.Local)
		}
	}
	slices.SortFunc(t.PartitionOf.Attached, func(a, b schema.Attached) int { return cmp.Compare(a.Parent, b.Parent) })
}

// parentIndex is the index of the partitioned table that this one belongs to, or
// nil.
func (k *catalog) parentIndex(x *indexRow) *relation {
	if len(x.relation.parents) == 0 {
		return nil
	}
	return k.relations[x.relation.parents[0]]
}

// backingAttached is the attached constraint that the index serves, or nil.
func (t *relation) backingAttached(x *indexRow) *constraintRow {
	for _, c := range t.attached {
		if c.index == x.relation.oid && c.kind != 'f' {
			return c
		}
	}
	return nil
}

// inheritedIdentity is the sequence of an identity column that a partition has
// from its partitioned table (PostgreSQL 17), or nil.
func (k *catalog) inheritedIdentity(rel *relation, column string) *sequence {
	for rel != nil && len(rel.parents) > 0 {
		if rel = k.relations[rel.parents[0]]; rel == nil {
			break
		}
		for i := range rel.columns {
			if c := &rel.columns[i]; c.name == column {
				if s := k.identities[columnKey{rel.oid, c.number}]; s != nil {
					return s
				}
			}
		}
	}
	return nil
}

// unmanagedAncestry lists what is told apart on a child and has no place there: a
// comment on what it has from its parent, a check that is valid on one of both,
// and what it would keep if it were to lose its parent.
func (k *catalog) unmanagedAncestry(rel *relation, add addObject) {
	commented := func(id oid, name string) {
		if _, ok := k.comments[object{class: classConstraint, id: id}]; ok {
			add("comment", schema.Name{Schema: rel.name.Schema, Local: name}, rel.name)
		}
	}
	for _, c := range rel.attached {
		of := k.constraints[c.parent]
		if of != nil && of.relation == rel {
			continue // one for each partition of the table referred to
		}
		commented(c.oid, c.name)
		if of != nil && of.validated != c.validated {
			add("constraint valid apart from its parent's", schema.Name{Schema: rel.name.Schema, Local: c.name}, rel.name)
		}
	}
	for i := range rel.columns {
		if c := &rel.columns[i]; c.inherited && c.local {
			add("column declared in the table and in a parent", schema.Name{Schema: rel.name.Schema, Local: c.name}, rel.name)
		}
	}
	for _, c := range rel.constraints {
		if c.kind == 'c' && c.inherited && c.local {
			add("check declared in the table and in a parent", schema.Name{Schema: rel.name.Schema, Local: c.name}, rel.name)
		}
		if !c.implied() {
			continue
		}
		commented(c.oid, c.name)
		for _, id := range rel.parents {
			parent := k.relations[id]
			if parent != nil && slices.ContainsFunc(parent.constraints, func(p *constraintRow) bool {
				return p.kind == 'c' && p.name == c.name && p.validated != c.validated
			}) {
				add("constraint valid apart from its parent's", schema.Name{Schema: rel.name.Schema, Local: c.name}, rel.name)
				break
			}
		}
	}
}
