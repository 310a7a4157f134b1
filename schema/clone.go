package schema

import "slices"

// Clone returns a deep copy of d: nothing in it shares memory with d. Nil
// stays nil, empty stays empty.
func Clone(d *Database) *Database {
	c := *d
	c.Schemas = slices.Clone(d.Schemas)
	c.Enums = each(d.Enums, Enum.Clone)
	c.Sequences = each(d.Sequences, Sequence.Clone)
	c.Tables = each(d.Tables, Table.Clone)
	c.Objects = each(d.Objects, Object.Clone)
	c.Access = each(d.Access, Access.Clone)
	c.Unmanaged = each(d.Unmanaged, Object.Clone)
	return &c
}

// Clone returns a deep copy.
func (o Object) Clone() Object {
	o.Shape = slices.Clone(o.Shape)
	o.Facets = slices.Clone(o.Facets)
	o.Grants = slices.Clone(o.Grants)
	o.Uses = slices.Clone(o.Uses)
	o.Needs = slices.Clone(o.Needs)
	o.Users = slices.Clone(o.Users)
	o.Was = slices.Clone(o.Was)
	return o
}

// Clone returns a deep copy.
func (e Enum) Clone() Enum {
	e.Values = slices.Clone(e.Values)
	e.Was = slices.Clone(e.Was)
	return e
}

// Clone returns a deep copy.
func (s Sequence) Clone() Sequence {
	s.Options, s.Was = s.Options.Clone(), slices.Clone(s.Was)
	return s
}

// Clone returns a deep copy.
func (o SequenceOptions) Clone() SequenceOptions {
	o.Start = pointee(o.Start)
	o.Increment = pointee(o.Increment)
	o.Min = pointee(o.Min)
	o.Max = pointee(o.Max)
	o.Cache = pointee(o.Cache)
	return o
}

// Clone returns a deep copy.
func (t Table) Clone() Table {
	t.Columns = each(t.Columns, Column.Clone)
	if t.PrimaryKey != nil {
		pk := t.PrimaryKey.Clone()
		t.PrimaryKey = &pk
	}
	t.Uniques = each(t.Uniques, Unique.Clone)
	t.ForeignKeys = each(t.ForeignKeys, ForeignKey.Clone)
	t.Checks = slices.Clone(t.Checks)
	t.Exclusions = each(t.Exclusions, Exclusion.Clone)
	t.Indexes = each(t.Indexes, Index.Clone)
	if t.PartitionOf != nil {
		of := t.PartitionOf.Clone()
		t.PartitionOf = &of
	}
	t.Inherits = slices.Clone(t.Inherits)
	t.Options = slices.Clone(t.Options)
	t.Was = slices.Clone(t.Was)
	return t
}

// Clone returns a deep copy.
func (c Column) Clone() Column {
	if c.Identity != nil {
		id := *c.Identity
		id.Options = id.Options.Clone()
		c.Identity = &id
	}
	c.Generated = pointee(c.Generated)
	c.Statistics = pointee(c.Statistics)
	c.NotNullConstraint = pointee(c.NotNullConstraint)
	c.Was = slices.Clone(c.Was)
	return c
}

// Clone returns a deep copy.
func (c PrimaryKey) Clone() PrimaryKey {
	c.Columns = slices.Clone(c.Columns)
	c.Include = slices.Clone(c.Include)
	return c
}

// Clone returns a deep copy.
func (c Unique) Clone() Unique {
	c.Columns = slices.Clone(c.Columns)
	c.Include = slices.Clone(c.Include)
	return c
}

// Clone returns a deep copy.
func (c ForeignKey) Clone() ForeignKey {
	c.Columns = slices.Clone(c.Columns)
	c.RefColumns = slices.Clone(c.RefColumns)
	c.SetColumns = slices.Clone(c.SetColumns)
	return c
}

// Clone returns a deep copy.
func (c Exclusion) Clone() Exclusion {
	c.Elements = slices.Clone(c.Elements)
	for i := range c.Elements {
		c.Elements[i].Key = c.Elements[i].Key.clone()
	}
	c.Include = slices.Clone(c.Include)
	return c
}

// Clone returns a deep copy.
func (x Index) Clone() Index {
	x.Keys = each(x.Keys, IndexKey.clone)
	x.Include = slices.Clone(x.Include)
	x.Options = slices.Clone(x.Options)
	return x
}

func (k IndexKey) clone() IndexKey {
	k.OpclassOptions, k.Statistics = slices.Clone(k.OpclassOptions), pointee(k.Statistics)
	return k
}

// each is slices.Clone with a deep copy of the elements.
func each[T any](s []T, clone func(T) T) []T {
	if s == nil {
		return nil
	}
	c := make([]T, len(s))
	for i := range s {
		c[i] = clone(s[i])
	}
	return c
}

func pointee[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
