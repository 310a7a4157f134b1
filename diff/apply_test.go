package diff

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// Apply returns the database that db becomes when the changes are made, one
// after the other. It is the model of what a server does: a change that does
// not fit the state it meets (what it drops is not as it says, what it needs
// is not there, a name is taken, something still depends on what goes) is an
// error that names the change. db is not changed.
//
// It holds Diff to its word without a server.
func Apply(db *schema.Database, changes []Change) (*schema.Database, error) {
	m := model{schema.Clone(db)}
	for i, c := range changes {
		if err := m.apply(c); err != nil {
			l := Describe(c)
			return nil, fmt.Errorf("change %d (%s %s %s): %w", i+1, l.Sign, l.Object, l.Detail, err)
		}
		if err := m.check(); err != nil {
			l := Describe(c)
			return nil, fmt.Errorf("after change %d (%s %s %s): %w", i+1, l.Sign, l.Object, l.Detail, err)
		}
	}
	m.db.Sort()
	return m.db, nil
}

type model struct{ db *schema.Database }

func (m *model) apply(c Change) error {
	switch c := c.(type) {
	case CreateSchema:
		return create(&m.db.Schemas, c.Schema, schemaIs(c.Schema.Name))
	case DropSchema:
		return drop(&m.db.Schemas, bareSchema, c.Schema, schemaIs(c.Schema.Name))
	case AlterSchema:
		return alter(m.db.Schemas, bareSchema, c.From, c.To, schemaIs(c.From.Name))
	case CreateEnum:
		return create(&m.db.Enums, c.Enum, enumIs(c.Enum.Name))
	case DropEnum:
		return drop(&m.db.Enums, bareEnum, c.Enum, enumIs(c.Enum.Name))
	case AlterEnum:
		return alter(m.db.Enums, bareEnum, c.From, c.To, enumIs(c.From.Name))
	case CreateSequence:
		return create(&m.db.Sequences, c.Sequence, sequenceIs(c.Sequence.Name))
	case DropSequence:
		return drop(&m.db.Sequences, bareSequence, c.Sequence, sequenceIs(c.Sequence.Name))
	case AlterSequence:
		return alter(m.db.Sequences, bareSequence, c.From, c.To, sequenceIs(c.From.Name))
	case CreateTable:
		return create(&m.db.Tables, c.Table.Clone(), tableIs(c.Table.Name))
	case DropTable:
		return m.dropTable(c.Table)
	case CreateObject:
		return create(&m.db.Objects, c.Object, objectIs(c.Object.Ref()))
	case DropObject:
		return drop(&m.db.Objects, bareObject, c.Object, objectIs(c.Object.Ref()))
	case AlterObject:
		return alter(m.db.Objects, bareObject, c.From, c.To, objectIs(c.From.Ref()))
	case RenameTable:
		return m.rename(Renames{Tables: []TableRename{{From: c.From, To: c.To}}})
	case RenameObject:
		return m.rename(Renames{Objects: []ObjectRename{{From: c.From, To: c.To}}})
	case RenameColumn:
		return m.rename(Renames{Columns: []ColumnRename{{Table: c.Table, From: c.From, To: c.To}}})
	}
	return m.applyInTable(c)
}

// applyInTable makes a change to what belongs to a table.
func (m *model) applyInTable(c Change) error {
	t, err := m.table(c)
	if err != nil {
		return err
	}
	switch c := c.(type) {
	case AlterTable:
		if !same(bareTable(*t), bareTable(c.From)) {
			return fmt.Errorf("the table is not as the change says")
		}
		to := c.To
		to.Columns, to.PrimaryKey, to.Uniques, to.ForeignKeys = t.Columns, t.PrimaryKey, t.Uniques, t.ForeignKeys
		to.Checks, to.Exclusions, to.Indexes = t.Checks, t.Exclusions, t.Indexes
		*t = to
		return nil
	case AddColumn:
		return create(&t.Columns, c.Column.Clone(), columnIs(c.Column.Name))
	case DropColumn:
		if user := mentionedBy(t, c.Column.Name); user != "" {
			return fmt.Errorf("the %s depends on it", user)
		}
		return drop(&t.Columns, bareColumn, c.Column, columnIs(c.Column.Name))
	case AlterColumn:
		if c.From.Type != c.To.Type {
			for _, o := range m.db.Objects {
				if slices.Contains(o.Uses, schema.ColumnRef{Table: c.Table, Column: c.To.Name}) {
					return fmt.Errorf("%s depends on it", o.Ref())
				}
			}
		}
		return alter(t.Columns, bareColumn, c.From, c.To, columnIs(c.From.Name))
	case CreateIndex:
		return create(&t.Indexes, c.Index.Clone(), indexIs(c.Index.Name))
	case DropIndex:
		return drop(&t.Indexes, bareIndex, c.Index, indexIs(c.Index.Name))
	case AlterIndex:
		return alter(t.Indexes, bareIndex, c.From, c.To, indexIs(c.From.Name))
	case RenameIndex:
		i := slices.IndexFunc(t.Indexes, indexIs(c.From))
		if i < 0 {
			return fmt.Errorf("there is no index %s", c.From)
		}
		t.Indexes[i].Name = c.To
		return nil
	case ReplaceIndex, AdoptIndex, ReleaseIndex:
		for _, part := range Apart(c) {
			if err := m.applyInTable(part); err != nil {
				return err
			}
		}
		return nil
	case AddConstraint:
		if _, ok := c.Constraint.(schema.PrimaryKey); ok && t.PrimaryKey != nil {
			return fmt.Errorf("the table has a primary key")
		}
		addConstraint(t, c.Constraint)
		return nil
	case DropConstraint:
		return replace(t, c.Constraint, nil)
	case AlterConstraint:
		return replace(t, c.From, c.To)
	case RenameConstraint:
		return replace(t, c.From, c.To)
	}
	return fmt.Errorf("no change of the closed set")
}

// table finds the table that a change is about.
func (m *model) table(c Change) (*schema.Table, error) {
	n := opOf(c).where
	t := m.db.Table(n)
	if t == nil {
		return nil, fmt.Errorf("there is no table %s", n)
	}
	return t, nil
}

// dropTable also takes the sequences along that the table's columns own.
func (m *model) dropTable(t schema.Table) error {
	for _, s := range m.db.Sequences {
		if s.OwnedBy.Table == t.Name {
			return fmt.Errorf("it would take the sequence %s along", s.Name)
		}
	}
	have := m.db.Table(t.Name)
	if have == nil {
		return fmt.Errorf("there is no table %s", t.Name)
	}
	a, b := wholeBare(*have), wholeBare(t)
	if !same(a, b) {
		return fmt.Errorf("the table is not as the change says")
	}
	m.db.Tables = slices.DeleteFunc(m.db.Tables, tableIs(t.Name))
	return nil
}

func (m *model) rename(r Renames) error {
	d := differ{}
	d.checkRenames(m.db, r)
	if err := d.err(); err != nil {
		return err
	}
	m.db = ApplyRenames(m.db, r)
	return nil
}

// replace puts to, unless it is nil, into the place of from.
func replace(t *schema.Table, from, to schema.Constraint) error {
	all := t.Constraints()
	i := slices.IndexFunc(all, func(c schema.Constraint) bool { return constraintKind.same(c, from) })
	if i < 0 {
		return fmt.Errorf("there is no such constraint")
	}
	if to == nil {
		all = slices.Delete(all, i, i+1)
	} else {
		all[i] = to
	}
	setConstraints(t, all)
	return nil
}

func create[T any](list *[]T, v T, is func(T) bool) error {
	if slices.ContainsFunc(*list, is) {
		return fmt.Errorf("it is there already")
	}
	*list = append(*list, v)
	return nil
}

func drop[T any](list *[]T, bare func(T) T, v T, is func(T) bool) error {
	if err := alter(*list, bare, v, v, is); err != nil {
		return err
	}
	*list = slices.DeleteFunc(*list, is)
	return nil
}

func alter[T any](list []T, bare func(T) T, from, to T, is func(T) bool) error {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return fmt.Errorf("it is not there")
	}
	if !same(bare(list[i]), bare(from)) {
		return fmt.Errorf("it is not as the change says")
	}
	list[i] = to
	return nil
}

func schemaIs(name string) func(schema.Schema) bool {
	return func(s schema.Schema) bool { return s.Name == name }
}

func enumIs(n schema.Name) func(schema.Enum) bool {
	return func(e schema.Enum) bool { return e.Name == n }
}

func sequenceIs(n schema.Name) func(schema.Sequence) bool {
	return func(s schema.Sequence) bool { return s.Name == n }
}

func objectIs(r schema.Ref) func(schema.Object) bool {
	return func(o schema.Object) bool { return o.Ref() == r }
}

func tableIs(n schema.Name) func(schema.Table) bool {
	return func(t schema.Table) bool { return t.Name == n }
}

func columnIs(name string) func(schema.Column) bool {
	return func(c schema.Column) bool { return c.Name == name }
}

func indexIs(name string) func(schema.Index) bool {
	return func(x schema.Index) bool { return x.Name == name }
}

// wholeBare is a table with everything in it, without what is never compared,
// in one order; that of its columns is none.
func wholeBare(t schema.Table) schema.Table {
	t = t.Clone()
	one := schema.Database{Tables: []schema.Table{t}}
	one.Sort()
	t = one.Tables[0]
	t.Pos, t.Was = schema.Pos{}, nil
	all := t.Constraints()
	for i := range all {
		all[i] = bareConstraint(all[i])
	}
	setConstraints(&t, all)
	for i := range t.Indexes {
		t.Indexes[i] = bareIndex(t.Indexes[i])
	}
	for i := range t.Columns {
		t.Columns[i] = bareColumn(t.Columns[i])
	}
	slices.SortFunc(t.Columns, func(a, b schema.Column) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return t
}

// mentionedBy is the first expression of the table that may use the column.
func mentionedBy(t *schema.Table, column string) string {
	for _, c := range t.Columns {
		if c.Generated != nil && c.Name != column && mentionsColumn(c.Generated.Expr, column) {
			return "generated column " + c.Name
		}
	}
	for _, c := range t.Checks {
		if mentionsColumn(c.Expr, column) {
			return "check " + c.Name
		}
	}
	for _, x := range t.Indexes {
		for _, k := range x.Keys {
			if mentionsColumn(k.Expr, column) {
				return "index " + x.Name
			}
		}
		if mentionsColumn(x.Where, column) {
			return "predicate of index " + x.Name
		}
	}
	return ""
}
