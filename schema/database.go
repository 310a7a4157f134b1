package schema

import (
	"cmp"
	"slices"
)

// A Database is everything gen manages in one database, plus the list of what
// it saw and does not manage. The zero Database is an empty database.
type Database struct {
	Schemas   []Schema   `json:"schemas,omitempty"`
	Enums     []Enum     `json:"enums,omitempty"`
	Sequences []Sequence `json:"sequences,omitempty"`
	Tables    []Table    `json:"tables,omitempty"`
	// Objects is everything that is told by its own CREATE statement: views,
	// routines, triggers, policies and the like. Nil where they are not managed;
	// they are among Unmanaged then.
	Objects []Object `json:"objects,omitempty"`

	// Access is whose things are and who may do what with them. Nil where that is
	// not managed; what is not as the product gives it is among Unmanaged then.
	// What has no entry is as the product gives it.
	Access []Access `json:"access,omitempty"`
	// Reader is the role that has read the database, and makes what is new. Only
	// set where access is managed. Not compared.
	Reader string `json:"reader,omitempty"`

	// NamesNotNull: the product names the constraint behind every NOT NULL. Not
	// compared. (PostgreSQL 18+)
	NamesNotNull bool `json:"names_not_null,omitempty"`

	// Unmanaged lists what the catalog holds and gen does not manage. It is
	// reported, never compared, altered or dropped.
	Unmanaged []Object `json:"unmanaged,omitempty"`
}

// A Schema is a namespace.
type Schema struct {
	Name    string `json:"name"`
	Comment string `json:"comment,omitempty"`
	Pos     Pos    `json:"pos,omitzero"`
}

// Sort puts every list whose order means nothing into its one order: by name,
// and by definition where there is no name. Columns, key columns and enum
// values keep theirs.
func (d *Database) Sort() {
	slices.SortFunc(d.Schemas, func(a, b Schema) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Enums, func(a, b Enum) int { return a.Name.Compare(b.Name) })
	slices.SortFunc(d.Sequences, func(a, b Sequence) int { return a.Name.Compare(b.Name) })
	slices.SortFunc(d.Tables, func(a, b Table) int { return a.Name.Compare(b.Name) })
	for i := range d.Tables {
		d.Tables[i].sort()
	}
	for i := range d.Access {
		d.Access[i].sort()
	}
	slices.SortFunc(d.Access, func(a, b Access) int { return a.Key().Compare(b.Key()) })
	for _, list := range [][]Object{d.Objects, d.Unmanaged} {
		for i := range list {
			list[i].sort()
		}
		slices.SortFunc(list, func(a, b Object) int { return a.Ref().Compare(b.Ref()) })
	}
}

// Table returns the table of that name, or nil.
func (d *Database) Table(n Name) *Table {
	for i := range d.Tables {
		if d.Tables[i].Name == n {
			return &d.Tables[i]
		}
	}
	return nil
}

// Enum returns the enum type of that name, or nil.
func (d *Database) Enum(n Name) *Enum {
	for i := range d.Enums {
		if d.Enums[i].Name == n {
			return &d.Enums[i]
		}
	}
	return nil
}
