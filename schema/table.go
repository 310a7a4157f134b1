package schema

import (
	"cmp"
	"slices"
)

// A Table is a table with everything that belongs to it: an ordinary one, a
// partitioned one, a partition, or one that inherits from others. What a table
// has because a parent has it (see Parents) is told of the columns, each of which
// stands in the list with Inherited set, and left out of all other lists.
type Table struct {
	Name        Name         `json:"name"`
	Columns     []Column     `json:"columns"` // in declared order; the order itself is never a difference
	PrimaryKey  *PrimaryKey  `json:"primary_key,omitempty"`
	Uniques     []Unique     `json:"uniques,omitempty"`
	ForeignKeys []ForeignKey `json:"foreign_keys,omitempty"`
	Checks      []Check      `json:"checks,omitempty"`
	Exclusions  []Exclusion  `json:"exclusions,omitempty"`
	Indexes     []Index      `json:"indexes,omitempty"` // without those that back a constraint

	PartitionBy string     `json:"partition_by,omitempty"` // the key of a partitioned table as the server prints it: "RANGE (at)"; PostgreSQL
	PartitionOf *Partition `json:"partition_of,omitempty"` // PostgreSQL
	Inherits    []Name     `json:"inherits,omitempty"`     // in their order, which tells that of the columns; PostgreSQL
	// OpenPartitions: the partitions of this table are made while programs run, and
	// are nobody's business here. Only in models, never compared.
	OpenPartitions bool `json:"open_partitions,omitempty"`

	// Method is the access method that stores the table; empty: heap, the product's
	// own (PostgreSQL). In models empty means that nobody has said it.
	Method       string   `json:"method,omitempty"`
	Unlogged     bool     `json:"unlogged,omitempty"`      // PostgreSQL
	Strict       bool     `json:"strict,omitempty"`        // SQLite STRICT
	WithoutRowid bool     `json:"without_rowid,omitempty"` // SQLite WITHOUT ROWID
	Options      []Option `json:"options,omitempty"`       // storage parameters ("fillfactor"), sorted by name
	Comment      string   `json:"comment,omitempty"`

	Was []Name `json:"was,omitempty"` // earlier names (a rename hint); only in models, never compared
	Pos Pos    `json:"pos,omitzero"`
}

// An Option is one storage parameter of a table or an index. Values are in
// the server's normal spelling: booleans as "true" and "false".
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Constraints lists all constraints of the table: the primary key, uniques,
// checks, exclusions, and foreign keys last, as they need the keys. Of no
// table (nil) there are none.
func (t *Table) Constraints() []Constraint {
	if t == nil {
		return nil
	}
	var all []Constraint
	if t.PrimaryKey != nil {
		all = append(all, *t.PrimaryKey)
	}
	for _, c := range t.Uniques {
		all = append(all, c)
	}
	for _, c := range t.Checks {
		all = append(all, c)
	}
	for _, c := range t.Exclusions {
		all = append(all, c)
	}
	for _, c := range t.ForeignKeys {
		all = append(all, c)
	}
	return all
}

func (t *Table) sort() {
	sortConstraints(t.Uniques, func(a, b Unique) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Columns, b.Columns))
	})
	sortConstraints(t.ForeignKeys, func(a, b ForeignKey) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Columns, b.Columns), a.RefTable.Compare(b.RefTable))
	})
	sortConstraints(t.Checks, func(a, b Check) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Expr, b.Expr))
	})
	sortConstraints(t.Exclusions, func(a, b Exclusion) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(t.Indexes, func(a, b Index) int { return cmp.Compare(a.Name, b.Name) })
	if of := t.PartitionOf; of != nil {
		slices.SortFunc(of.Attached, func(a, b Attached) int { return cmp.Or(cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Name, b.Name)) })
	}
	slices.SortFunc(t.Options, func(a, b Option) int { return cmp.Compare(a.Name, b.Name) })
	for i := range t.Indexes {
		slices.SortFunc(t.Indexes[i].Options, func(a, b Option) int { return cmp.Compare(a.Name, b.Name) })
	}
}

// sortConstraints also tells those apart that compare equal, by all they hold:
// a table may have two constraints without a name that differ in little.
func sortConstraints[C Constraint](list []C, compare func(a, b C) int) {
	slices.SortFunc(list, func(a, b C) int {
		if n := compare(a, b); n != 0 {
			return n
		}
		return cmp.Compare(formatConstraint(a), formatConstraint(b))
	})
}
