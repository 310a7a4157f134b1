package postgres

import (
	"maps"
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A state is the schema at one moment of a plan. A renderer asks it what else
// hangs on the object at hand; names and expressions in it are those in force.
type state struct {
	enums     map[schema.Name]schema.Enum
	sequences map[schema.Name]schema.Sequence
	tables    map[schema.Name]*schema.Table
	unmanaged []schema.Object
	domains   map[schema.Name]schema.Object // those that are managed
	objects   []schema.Object               // those there are before the plan, with the names of now
	children  map[schema.Name][]schema.Name // by parent; nil where it has to be made again
	created   map[schema.Name]bool          // relations the plan creates, by their present name
}

func newState(db schema.Database) *state {
	s := &state{
		enums:     map[schema.Name]schema.Enum{},
		sequences: map[schema.Name]schema.Sequence{},
		tables:    map[schema.Name]*schema.Table{},
		unmanaged: db.Unmanaged,
		objects:   db.Objects,
		domains:   domainsOf(db.Objects),
		created:   map[schema.Name]bool{},
	}
	for _, e := range db.Enums {
		s.enums[e.Name] = e
	}
	for _, q := range db.Sequences {
		s.sequences[q.Name] = q
	}
	for _, t := range db.Tables {
		s.tables[t.Name] = clone(t)
	}
	return s
}

// clone copies what apply changes in place.
func clone(t schema.Table) *schema.Table {
	t.Columns = slices.Clone(t.Columns)
	t.Uniques = slices.Clone(t.Uniques)
	t.ForeignKeys = slices.Clone(t.ForeignKeys)
	t.Checks = slices.Clone(t.Checks)
	t.Exclusions = slices.Clone(t.Exclusions)
	t.Indexes = slices.Clone(t.Indexes)
	return &t
}

// names are those of all tables, sorted.
func (s *state) names() []schema.Name {
	return slices.SortedFunc(maps.Keys(s.tables), schema.Name.Compare)
}

// table is never nil: a change may speak of a table that no state holds when a
// plan is made by hand.
func (s *state) table(n schema.Name) *schema.Table {
	t := s.tables[n]
	if t == nil {
		t = &schema.Table{Name: n}
		s.tables[n] = t
	}
	return t
}

// apply carries out a change.
func (s *state) apply(c diff.Change) {
	if parts := diff.Apart(c); len(parts) > 1 {
		for _, part := range parts {
			s.apply(part)
		}
		return
	}
	switch c := c.(type) {
	case diff.AlterTable:
		if diff.Relates(c) {
			s.relate(c)
			return
		}
	case diff.AddColumn, diff.DropColumn, diff.AlterColumn, diff.AddConstraint:
		s.handDown(c)
	case diff.CreateTable, diff.DropTable, diff.RenameTable:
		s.children = nil
	}
	s.applyDomain(c)
	switch c := c.(type) {
	case diff.CreateEnum:
		s.enums[c.Enum.Name] = c.Enum
	case diff.DropEnum:
		delete(s.enums, c.Enum.Name)
	case diff.AlterEnum:
		s.enums[c.To.Name] = c.To
	case diff.CreateSequence:
		s.sequences[c.Sequence.Name] = c.Sequence
		s.created[c.Sequence.Name] = true
	case diff.DropSequence:
		delete(s.sequences, c.Sequence.Name)
		delete(s.created, c.Sequence.Name)
	case diff.AlterSequence:
		s.sequences[c.To.Name] = c.To
	case diff.CreateTable:
		s.tables[c.Table.Name] = clone(c.Table)
		s.created[c.Table.Name] = true
	case diff.DropTable:
		delete(s.tables, c.Table.Name)
		delete(s.created, c.Table.Name)
	case diff.CreateObject:
		if schema.IsRelation(c.Object.Kind) {
			s.created[c.Object.Name] = true
		}
	case diff.DropObject:
		delete(s.created, c.Object.Name)
	case diff.AlterTable:
		t := s.table(c.To.Name)
		t.Method, t.Unlogged, t.Options, t.Comment = c.To.Method, c.To.Unlogged, c.To.Options, c.To.Comment
	case diff.RenameTable:
		s.rename(c.From, diff.Renames{Tables: []diff.TableRename{{From: c.From, To: c.To}}})
	case diff.AddColumn:
		t := s.table(c.Table)
		t.Columns = append(t.Columns, c.Column)
	case diff.DropColumn:
		s.dropColumn(s.table(c.Table), c.Column.Name)
	case diff.AlterColumn:
		s.setColumn(s.table(c.Table), c.To)
	case diff.RenameObject:
		s.renameObject(c)
	case diff.RenameColumn:
		s.rename(c.Table, diff.Renames{Columns: []diff.ColumnRename{{Table: c.Table, From: c.From, To: c.To}}})
	case diff.AddConstraint:
		s.addConstraint(s.table(c.Table), c.Constraint)
	case diff.DropConstraint:
		s.dropConstraint(s.table(c.Table), c.Constraint)
	case diff.AlterConstraint:
		s.dropConstraint(s.table(c.Table), c.From)
		s.addConstraint(s.table(c.Table), c.To)
	case diff.RenameConstraint:
		s.dropConstraint(s.table(c.Table), c.From)
		s.addConstraint(s.table(c.Table), c.To)
	case diff.CreateIndex:
		t := s.table(c.Table)
		t.Indexes = append(t.Indexes, c.Index)
	case diff.DropIndex:
		t := s.table(c.Table)
		t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool { return x.Name == c.Index.Name })
	case diff.AlterIndex:
		for i, x := range s.table(c.Table).Indexes {
			if x.Name == c.From.Name {
				s.table(c.Table).Indexes[i] = c.To
			}
		}
	case diff.RenameIndex:
		for i, x := range s.table(c.Table).Indexes {
			if x.Name == c.From {
				s.table(c.Table).Indexes[i].Name = c.To
			}
		}
	}
}

func (s *state) setColumn(t *schema.Table, c schema.Column) {
	if have := t.Column(c.Name); have != nil {
		*have = c
		return
	}
	t.Columns = append(t.Columns, c)
}

// dropColumn also takes what the server takes along: indexes and constraints
// of its table that use the column, and foreign keys that it is part of.
func (s *state) dropColumn(t *schema.Table, name string) {
	t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool { return c.Name == name })
	d := dependsOn(t, name)
	for _, c := range d.constraints {
		s.dropConstraint(t, c)
	}
	for _, x := range d.indexes {
		t.Indexes = slices.DeleteFunc(t.Indexes, func(y schema.Index) bool { return y.Name == x.Name })
	}
}

func (s *state) addConstraint(t *schema.Table, c schema.Constraint) {
	switch c := c.(type) {
	case schema.PrimaryKey:
		t.PrimaryKey = &c
		for i := range t.Columns {
			if slices.Contains(c.Columns, t.Columns[i].Name) {
				t.Columns[i].NotNull = true
			}
		}
	case schema.Unique:
		t.Uniques = append(t.Uniques, c)
	case schema.ForeignKey:
		t.ForeignKeys = append(t.ForeignKeys, c)
	case schema.Check:
		t.Checks = append(t.Checks, c)
	case schema.Exclusion:
		t.Exclusions = append(t.Exclusions, c)
	}
}

func (s *state) dropConstraint(t *schema.Table, c schema.Constraint) {
	name := c.ConstraintName()
	if t.PrimaryKey != nil && t.PrimaryKey.Name == name {
		t.PrimaryKey = nil
	}
	t.Uniques = slices.DeleteFunc(t.Uniques, func(c schema.Unique) bool { return c.Name == name })
	t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(c schema.ForeignKey) bool { return c.Name == name })
	t.Checks = slices.DeleteFunc(t.Checks, func(c schema.Check) bool { return c.Name == name })
	t.Exclusions = slices.DeleteFunc(t.Exclusions, func(c schema.Exclusion) bool { return c.Name == name })
}

// rename lets everything follow a new name as the server lets it. Only what
// can name the table is looked at: itself, what refers to it, sequences.
func (s *state) rename(table schema.Name, r diff.Renames) {
	db := schema.Database{Objects: s.objects, Unmanaged: s.unmanaged}
	below := s.below(table)
	for name, t := range s.tables {
		if name == table || slices.Contains(below, name) || slices.Contains(t.Parents(), table) || slices.ContainsFunc(t.ForeignKeys, func(fk schema.ForeignKey) bool { return fk.RefTable == table }) {
			db.Tables = append(db.Tables, *t)
			delete(s.tables, name)
		}
	}
	for _, q := range s.sequences {
		db.Sequences = append(db.Sequences, q)
	}
	renamed := diff.ApplyRenames(&db, r)
	for i := range renamed.Tables {
		s.tables[renamed.Tables[i].Name] = &renamed.Tables[i]
	}
	for _, q := range renamed.Sequences {
		s.sequences[q.Name] = q
	}
	s.objects, s.unmanaged, s.children = renamed.Objects, renamed.Unmanaged, nil
	for _, t := range r.Tables {
		if s.created[t.From] {
			delete(s.created, t.From)
			s.created[t.To] = true
		}
	}
}

// renameObject lets types and expressions of all tables follow.
func (s *state) renameObject(c diff.RenameObject) {
	db := schema.Database{Objects: s.objects, Unmanaged: s.unmanaged}
	for _, n := range s.names() {
		db.Tables = append(db.Tables, *s.tables[n])
	}
	for _, e := range s.enums {
		db.Enums = append(db.Enums, e)
	}
	for _, q := range s.sequences {
		db.Sequences = append(db.Sequences, q)
	}
	renamed := diff.ApplyRenames(&db, diff.Renames{Objects: []diff.ObjectRename{{From: c.From, To: c.To}}})
	for i := range renamed.Tables {
		s.tables[renamed.Tables[i].Name] = &renamed.Tables[i]
	}
	clear(s.enums)
	for _, e := range renamed.Enums {
		s.enums[e.Name] = e
	}
	clear(s.sequences)
	for _, q := range renamed.Sequences {
		s.sequences[q.Name] = q
	}
	s.objects, s.unmanaged = renamed.Objects, renamed.Unmanaged
	if s.created[c.From.Name] {
		delete(s.created, c.From.Name)
		s.created[c.To.Name] = true
	}
}

// Dependents are what of a table uses one of its columns. Foreign keys of
// other tables that refer to it stand in referring.
type dependents struct {
	constraints []schema.Constraint // primary key, uniques, checks, exclusions, foreign keys; in this order
	indexes     []schema.Index
	generated   []schema.Column
}

func dependsOn(t *schema.Table, column string) dependents {
	var d dependents
	if pk := t.PrimaryKey; pk != nil && (slices.Contains(pk.Columns, column) || slices.Contains(pk.Include, column)) {
		d.constraints = append(d.constraints, *pk)
	}
	for _, c := range t.Uniques {
		if slices.Contains(c.Columns, column) || slices.Contains(c.Include, column) {
			d.constraints = append(d.constraints, c)
		}
	}
	for _, c := range t.Checks {
		if mentions(c.Expr, column) {
			d.constraints = append(d.constraints, c)
		}
	}
	for _, c := range t.Exclusions {
		keys := make([]schema.IndexKey, len(c.Elements))
		for i, e := range c.Elements {
			keys[i] = e.Key
		}
		if keysUse(keys, c.Include, c.Where, column) {
			d.constraints = append(d.constraints, c)
		}
	}
	for _, c := range t.ForeignKeys {
		if slices.Contains(c.Columns, column) {
			d.constraints = append(d.constraints, c)
		}
	}
	for _, x := range t.Indexes {
		if keysUse(x.Keys, x.Include, x.Where, column) {
			d.indexes = append(d.indexes, x)
		}
	}
	for _, c := range t.Columns {
		if c.Generated != nil && c.Name != column && mentions(c.Generated.Expr, column) {
			d.generated = append(d.generated, c)
		}
	}
	return d
}

func keysUse(keys []schema.IndexKey, include []string, where, column string) bool {
	for _, k := range keys {
		if k.Column == column || mentions(k.Expr, column) {
			return true
		}
	}
	return slices.Contains(include, column) || mentions(where, column)
}

// A reference is a foreign key together with its table.
type reference struct {
	table schema.Name
	key   schema.ForeignKey
}

// referring are the foreign keys of any table, this one too, that refer to
// the column; to any column where it is empty.
func (s *state) referring(table schema.Name, column string) []reference {
	var found []reference
	for name, t := range s.tables {
		for _, fk := range t.ForeignKeys {
			if fk.RefTable == table && (column == "" || slices.Contains(fk.RefColumns, column)) {
				found = append(found, reference{name, fk})
			}
		}
	}
	// Few are found: sorting the names of all tables each time took seconds.
	slices.SortStableFunc(found, func(a, b reference) int { return a.table.Compare(b.table) })
	return found
}
