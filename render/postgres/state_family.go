package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// childrenOf are the tables that have columns from n, sorted by name.
func (s *state) childrenOf(n schema.Name) []schema.Name {
	if s.children == nil {
		s.children = map[schema.Name][]schema.Name{}
		for name, t := range s.tables {
			for _, p := range t.Parents() {
				s.children[p] = append(s.children[p], name)
			}
		}
		for _, list := range s.children {
			slices.SortFunc(list, schema.Name.Compare)
		}
	}
	return s.children[n]
}

// below are childrenOf at any depth.
func (s *state) below(n schema.Name) []schema.Name {
	var list []schema.Name
	for _, c := range s.childrenOf(n) {
		if !slices.Contains(list, c) {
			list = append(append(list, c), s.below(c)...)
		}
	}
	return list
}

// depth is how many tables stand above n.
func (s *state) depth(n schema.Name) int {
	deepest := 0
	if t := s.tables[n]; t != nil {
		for _, p := range t.Parents() {
			deepest = max(deepest, 1+s.depth(p))
		}
	}
	return deepest
}

// defaultBelow reports whether a table below n has a default of the column.
func (s *state) defaultBelow(n schema.Name, column string) bool {
	return slices.ContainsFunc(s.below(n), func(b schema.Name) bool {
		c := s.tables[b].Column(column)
		return c != nil && c.Default != ""
	})
}

// defaultOf is the default partition of a table.
func (s *state) defaultOf(parent schema.Name) (schema.Name, bool) {
	for _, n := range s.childrenOf(parent) {
		if of := s.tables[n].PartitionOf; of != nil && of.Bound == "DEFAULT" {
			return n, true
		}
	}
	return schema.Name{}, false
}

// keysOfFamily are the tables that foreign keys of a partitioned table, and of those
// it is itself a part of, refer to, and those with foreign keys to it. A partition
// takes part in them. Sorted by name.
func (s *state) keysOfFamily(n schema.Name) (to, from []schema.Name) {
	for t := s.tables[n]; t != nil; t = s.tables[t.PartitionOf.Parent] {
		for _, fk := range t.ForeignKeys {
			to = append(to, fk.RefTable)
		}
		for _, r := range s.referring(t.Name, "") {
			from = append(from, r.table)
		}
		if t.PartitionOf == nil {
			break
		}
	}
	slices.SortFunc(to, schema.Name.Compare)
	slices.SortFunc(from, schema.Name.Compare)
	return slices.Compact(to), slices.Compact(from)
}

// inherited is the column as a new table has it from its parents.
func (s *state) inherited(t schema.Table, column string) (schema.Column, bool) {
	var found *schema.Column
	for _, n := range t.Parents() {
		p := s.tables[n]
		if p == nil || p.Column(column) == nil {
			continue
		}
		c := diff.Inherited(n, *p.Column(column), t.PartitionOf != nil)
		if found == nil {
			found = &c
		}
		found.NotNull = found.NotNull || c.NotNull
	}
	if found == nil {
		return schema.Column{}, false
	}
	return *found, true
}

// handDown carries a change of a table out on those below, as the server does.
func (s *state) handDown(c diff.Change) {
	below := s.below(diff.TableOf(c))
	for _, n := range below {
		t := s.tables[n]
		switch c := c.(type) {
		case diff.AddColumn:
			if t.Column(c.Column.Name) == nil {
				t.Columns = append(t.Columns, diff.Inherited(c.Table, c.Column, t.PartitionOf != nil))
			}
		case diff.DropColumn:
			if own := t.Column(c.Column.Name); own != nil && own.Inherited {
				s.dropColumn(t, c.Column.Name)
			}
		case diff.AlterColumn:
			if own := t.Column(c.To.Name); own != nil {
				*own = diff.Followed(c, *own)
			}
		case diff.AddConstraint:
			if pk, ok := c.Constraint.(schema.PrimaryKey); ok && t.PartitionOf != nil {
				for i := range t.Columns {
					t.Columns[i].NotNull = t.Columns[i].NotNull || slices.Contains(pk.Columns, t.Columns[i].Name)
				}
			}
		}
	}
}

// relate lets a table have by itself what it had from parents, or the other way
// round.
func (s *state) relate(c diff.AlterTable) {
	t := s.table(c.To.Name)
	alone := diff.Alone(func(n schema.Name) *schema.Table { return s.tables[n] }, t, c.To.Inherits)
	if of := c.To.PartitionOf; of != nil {
		gone := func(name string) bool {
			return slices.ContainsFunc(of.Attached, func(a schema.Attached) bool { return a.Name == name })
		}
		for _, con := range alone.Constraints() {
			if gone(con.ConstraintName()) {
				s.dropConstraint(&alone, con)
			}
		}
		alone.Indexes = slices.DeleteFunc(alone.Indexes, func(x schema.Index) bool { return gone(x.Name) })
		parent := s.tables[of.Parent]
		alone.Checks = slices.DeleteFunc(alone.Checks, func(k schema.Check) bool {
			return parent != nil && slices.ContainsFunc(parent.Checks, func(p schema.Check) bool { return p.Name == k.Name })
		})
		for i := range alone.Columns {
			alone.Columns[i].Inherited = true
		}
	}
	alone.PartitionOf, alone.Inherits = c.To.PartitionOf, c.To.Inherits
	*t = alone
	s.children = nil
}
