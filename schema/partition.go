package schema

import "slices"

// A Partition says of which table another one is a partition, and which rows it
// holds (PostgreSQL).
type Partition struct {
	Parent Name `json:"parent"`
	// Bound is as the server prints it: "FOR VALUES FROM (1) TO (10)",
	// "FOR VALUES IN ('a', 'b')", "FOR VALUES WITH (modulus 4, remainder 0)",
	// "DEFAULT".
	Bound string `json:"bound"`
	// Attached are the indexes and constraints that the partition has because its
	// parent has them, by the names of both. They stand in no other list of the
	// partition. Only read from a database, not compared: nobody chooses these
	// names. Sorted by the parent's.
	Attached []Attached `json:"attached,omitempty"`
}

// An Attached is one index or constraint with an index, or foreign key, of a
// partition that belongs to one of the partitioned table.
type Attached struct {
	Parent string `json:"parent"`
	Name   string `json:"name"`
}

// Clone returns a deep copy.
func (p Partition) Clone() Partition {
	p.Attached = slices.Clone(p.Attached)
	return p
}

// Parents are the tables that t has columns and constraints from: the one it is
// a partition of, or those it inherits from.
func (t *Table) Parents() []Name {
	if t.PartitionOf != nil {
		return []Name{t.PartitionOf.Parent}
	}
	return t.Inherits
}

// Children lists, for each table that others have columns from, these others in
// the order of db.
func (d *Database) Children() map[Name][]Name {
	var children map[Name][]Name
	for i := range d.Tables {
		for _, p := range d.Tables[i].Parents() {
			if children == nil {
				children = map[Name][]Name{}
			}
			children[p] = append(children[p], d.Tables[i].Name)
		}
	}
	return children
}
