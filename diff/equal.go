package diff

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// Same reports whether two databases are equal in everything, what is not managed
// and what is never compared included, as two that were read from like servers
// are: nothing is to be done then, nor can anything stand in its way. Both are
// in canonical form and sorted. It may be false where [Diff] finds no change.
func Same(a, b *schema.Database) bool {
	x, y := *a, *b
	x.Reader, y.Reader = "", ""
	return same(x, y)
}

// same reports whether two canonical values are equal. An absent list and an
// empty one are. It walks by reflection on purpose: a field that is added to
// package schema is compared from its first day. What is never compared is
// taken away before, by the functions named bare….
func same[T any](a, b T) bool {
	return sameValue(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func sameValue(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return sameValue(a.Elem(), b.Elem())
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return a.Elem().Type() == b.Elem().Type() && sameValue(a.Elem(), b.Elem())
	case reflect.String:
		return a.String() == b.String()
	case reflect.Bool:
		return a.Bool() == b.Bool()
	case reflect.Int, reflect.Int64:
		return a.Int() == b.Int()
	}
	panic("diff: package schema holds a " + a.Kind().String() + ", which is not compared")
}

// bareSchema takes away what is never compared; so do the next ones.
func bareSchema(s schema.Schema) schema.Schema {
	s.Pos = schema.Pos{}
	return s
}

func bareEnum(e schema.Enum) schema.Enum {
	e.Pos, e.Was = schema.Pos{}, nil
	return e
}

func bareSequence(s schema.Sequence) schema.Sequence {
	s.Pos, s.Was = schema.Pos{}, nil
	return s
}

// bareTable is the table itself: what stands in lists of its own is compared
// there.
func bareTable(t schema.Table) schema.Table {
	t = tableOnly(t)
	t.Pos, t.Was, t.OpenPartitions = schema.Pos{}, nil, false
	if t.PartitionOf != nil {
		of := *t.PartitionOf
		of.Attached = nil
		t.PartitionOf = &of
	}
	return t
}

// tableOnly is the table without columns, constraints and indexes. What is
// attached to a parent's stays: it says what is left when the table is detached.
func tableOnly(t schema.Table) schema.Table {
	t.Columns, t.PrimaryKey, t.Uniques, t.ForeignKeys = nil, nil, nil, nil
	t.Checks, t.Exclusions, t.Indexes = nil, nil, nil
	return t
}

func bareColumn(c schema.Column) schema.Column {
	c.Pos, c.Was, c.Backfill, c.Inherited = schema.Pos{}, nil, "", false
	return c
}

func bareIndex(x schema.Index) schema.Index {
	x.Pos, x.Derived = schema.Pos{}, false
	return x
}

// bareConstraint also brings a foreign key into a normal order: its pairs of
// columns are a set, and (a, b) → (x, y) is (b, a) → (y, x).
func bareConstraint(c schema.Constraint) schema.Constraint {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Pos, c.Derived = schema.Pos{}, false
		return c
	case schema.Unique:
		c.Pos, c.Derived = schema.Pos{}, false
		return c
	case schema.ForeignKey:
		c.Pos, c.Derived = schema.Pos{}, false
		return sortPairs(c)
	case schema.Check:
		c.Pos, c.Derived = schema.Pos{}, false
		return c
	case schema.Exclusion:
		c.Pos, c.Derived = schema.Pos{}, false
		return c
	}
	panic("diff: unknown constraint")
}

func sortPairs(c schema.ForeignKey) schema.ForeignKey {
	if len(c.Columns) < 2 || len(c.Columns) != len(c.RefColumns) {
		return c
	}
	type pair struct{ column, ref string }
	pairs := make([]pair, len(c.Columns))
	for i := range pairs {
		pairs[i] = pair{c.Columns[i], c.RefColumns[i]}
	}
	free := pairs
	if c.Period { // its pair stays the last
		free = pairs[:len(pairs)-1]
	}
	slices.SortFunc(free, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.ref, b.ref))
	})
	c.Columns, c.RefColumns = make([]string, len(pairs)), make([]string, len(pairs))
	for i, p := range pairs {
		c.Columns[i], c.RefColumns[i] = p.column, p.ref
	}
	if len(c.SetColumns) > 1 {
		c.SetColumns = slices.Sorted(slices.Values(c.SetColumns))
	}
	return c
}
