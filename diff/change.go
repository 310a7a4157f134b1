// Package diff compares two databases and says, as typed operations in an
// order that can be executed, what leads from one to the other.
//
// It is pure: no connection, no clock, no randomness, no map order. Both sides
// must be in canonical form (see package schema), so equality is plain.
package diff

import "github.com/gen-migrate/gen/schema"

// A Change is one step from one schema to the next. The closed set:
//
//	[CreateSchema]   [DropSchema]   [AlterSchema]
//	[CreateEnum]     [DropEnum]     [AlterEnum]
//	[CreateSequence] [DropSequence] [AlterSequence]
//	[CreateTable]    [DropTable]    [AlterTable]      [RenameTable]
//	[AddColumn]      [DropColumn]   [AlterColumn]     [RenameColumn]
//	[AddConstraint]  [DropConstraint] [AlterConstraint] [RenameConstraint]
//	[CreateIndex]    [DropIndex]    [AlterIndex]      [RenameIndex]
//	[ReplaceIndex]   [AdoptIndex]   [ReleaseIndex]
//	[CreateObject]   [DropObject]   [AlterObject]     [RenameObject]
//	[AlterAccess]
//
// Every Change carries both states whole, so it can be undone without looking
// anywhere else. Names inside a Change are those in force when it runs: after
// a RenameTable the later changes use the new name.
type Change interface {
	// Reverse is the change that leads back.
	Reverse() Change
	// Pos is where the wanted state was declared; of a drop, the zero Pos.
	Pos() schema.Pos
	change()
}

// Schemas.
type (
	CreateSchema struct{ Schema schema.Schema }
	DropSchema   struct{ Schema schema.Schema }
	AlterSchema  struct{ From, To schema.Schema } // same name
)

// Enum types. An AlterEnum that only adds values can be done in place; any
// other rebuilds the type.
type (
	CreateEnum struct{ Enum schema.Enum }
	DropEnum   struct{ Enum schema.Enum }
	AlterEnum  struct { // same name
		From, To schema.Enum
		// NoBack is why values that come cannot be taken away again, a sentence without
		// full stop; empty: they can. See [Plan.Reverse].
		NoBack string
	}
)

// Sequences that belong to no identity or serial column. CreateSequence
// leaves OwnedBy to a later AlterSequence where the table comes later.
type (
	CreateSequence struct{ Sequence schema.Sequence }
	DropSequence   struct{ Sequence schema.Sequence }
	AlterSequence  struct{ From, To schema.Sequence } // same name
)

// Tables. CreateTable creates all that the Table value holds: columns,
// constraints, indexes, comments; foreign keys that would close a cycle are
// left out of it and follow as AddConstraint. DropTable is its exact reverse.
// AlterTable is about the attributes of the table itself (Unlogged, Strict,
// WithoutRowid, Options, Comment); its From and To hold no columns,
// constraints or indexes.
type (
	CreateTable struct{ Table schema.Table }
	DropTable   struct{ Table schema.Table }
	AlterTable  struct{ From, To schema.Table } // same name
	RenameTable struct {
		From, To schema.Name
		At       schema.Pos
	}
)

// Columns. AlterColumn changes any attributes at once; From and To have the
// same name.
type (
	AddColumn struct {
		Table  schema.Name
		Column schema.Column
	}
	DropColumn struct {
		Table  schema.Name
		Column schema.Column
	}
	AlterColumn struct {
		Table    schema.Name
		From, To schema.Column
	}
	RenameColumn struct {
		Table    schema.Name
		From, To string
		At       schema.Pos
	}
)

// Constraints. AlterConstraint is only made of differences that need no drop:
// comment, validation (NOT VALID to valid), deferrability of a foreign key.
type (
	AddConstraint struct {
		Table      schema.Name
		Constraint schema.Constraint
	}
	DropConstraint struct {
		Table      schema.Name
		Constraint schema.Constraint
	}
	AlterConstraint struct {
		Table    schema.Name
		From, To schema.Constraint // same kind, same name
	}
	RenameConstraint struct {
		Table    schema.Name
		From, To schema.Constraint // equal but for the name
	}
)

// Indexes. AlterIndex is only made of differences that need no rebuild:
// comment and storage parameters.
type (
	CreateIndex struct {
		Table schema.Name
		Index schema.Index
	}
	DropIndex struct {
		Table schema.Name
		Index schema.Index
	}
	AlterIndex struct {
		Table    schema.Name
		From, To schema.Index // same name
	}
	RenameIndex struct {
		Table    schema.Name
		From, To string
		At       schema.Pos
	}
)

// An index is built anew beside the one that is there, which serves until then.
// A ReplaceIndex has another definition under the same name; Identity says that
// the index is the table's replica identity and stays it, Clustered that CLUSTER
// goes by it and goes on to. An AdoptIndex makes a
// unique index that of a new constraint over the same columns, and a
// ReleaseIndex puts a unique index in the place of such a constraint. A product
// that cannot have both drops the one and creates the other, see [Apart].
type (
	ReplaceIndex struct {
		Table               schema.Name
		From, To            schema.Index // same name
		Identity, Clustered bool
	}
	AdoptIndex struct {
		Table      schema.Name
		Index      schema.Index
		Constraint schema.Constraint // a PrimaryKey or a Unique
	}
	ReleaseIndex struct {
		Table      schema.Name
		Constraint schema.Constraint
		Index      schema.Index
	}
)

// Objects that are told by their definition. An AlterObject replaces the
// definition (CREATE OR REPLACE) where that is possible both ways, and changes
// facets and the comment; everything else is a drop and a create, also of what
// depends on the object. Again marks both halves where the plan has the other
// one too.
type (
	CreateObject struct {
		Object schema.Object
		Again  bool
	}
	DropObject struct {
		Object schema.Object
		Again  bool
	}
	AlterObject struct{ From, To schema.Object } // same identity and, unless it Rebuilds, shape
	// A RenameObject gives an object or an enum another name, or moves it into
	// another schema. Kind, arguments and relation are the same on both sides, by
	// the names that are in force when it runs.
	RenameObject struct {
		From, To schema.Ref
		At       schema.Pos
	}
)

// An AlterAccess gives and takes privileges, and gives a thing another owner. New:
// the plan makes the thing, and From is what the server gives it. Linked: it goes
// with the table that it belongs to, and has that one's owner. Had are the
// privileges on what the plan drops to make the thing anew.
type AlterAccess struct {
	From, To    schema.Access // about the same thing, and with owners
	Linked, New bool
	Had         []schema.Grant
}

// TableOf returns the table (of an object, the relation) a change is about, by
// its name when the change runs; zero for changes of other things.
func TableOf(c Change) schema.Name {
	switch c := c.(type) {
	case CreateTable:
		return c.Table.Name
	case DropTable:
		return c.Table.Name
	case AlterTable:
		return c.From.Name
	case RenameTable:
		return c.From
	case AddColumn:
		return c.Table
	case DropColumn:
		return c.Table
	case AlterColumn:
		return c.Table
	case RenameColumn:
		return c.Table
	case AddConstraint:
		return c.Table
	case DropConstraint:
		return c.Table
	case AlterConstraint:
		return c.Table
	case RenameConstraint:
		return c.Table
	case CreateIndex:
		return c.Table
	case DropIndex:
		return c.Table
	case AlterIndex:
		return c.Table
	case RenameIndex:
		return c.Table
	case ReplaceIndex:
		return c.Table
	case AdoptIndex:
		return c.Table
	case ReleaseIndex:
		return c.Table
	case CreateObject:
		return c.Object.Table
	case DropObject:
		return c.Object.Table
	case AlterObject:
		return c.To.Table
	case RenameObject:
		return c.From.Table
	case AlterAccess:
		if class := schema.AccessClass(c.To.On); class == "tables" || class == "sequences" {
			return c.To.On.Name
		}
	}
	return schema.Name{}
}

func (c CreateSchema) Reverse() Change     { return DropSchema(c) }
func (c DropSchema) Reverse() Change       { return CreateSchema(c) }
func (c AlterSchema) Reverse() Change      { return AlterSchema{c.To, c.From} }
func (c CreateEnum) Reverse() Change       { return DropEnum(c) }
func (c DropEnum) Reverse() Change         { return CreateEnum(c) }
func (c AlterEnum) Reverse() Change        { return AlterEnum{c.To, c.From, c.NoBack} }
func (c CreateSequence) Reverse() Change   { return DropSequence(c) }
func (c DropSequence) Reverse() Change     { return CreateSequence(c) }
func (c AlterSequence) Reverse() Change    { return AlterSequence{c.To, c.From} }
func (c CreateTable) Reverse() Change      { return DropTable(c) }
func (c DropTable) Reverse() Change        { return CreateTable(c) }
func (c AlterTable) Reverse() Change       { return AlterTable{c.To, c.From} }
func (c RenameTable) Reverse() Change      { return RenameTable{c.To, c.From, c.At} }
func (c AddColumn) Reverse() Change        { return DropColumn(c) }
func (c DropColumn) Reverse() Change       { return AddColumn(c) }
func (c AlterColumn) Reverse() Change      { return AlterColumn{c.Table, c.To, c.From} }
func (c RenameColumn) Reverse() Change     { return RenameColumn{c.Table, c.To, c.From, c.At} }
func (c AddConstraint) Reverse() Change    { return DropConstraint(c) }
func (c DropConstraint) Reverse() Change   { return AddConstraint(c) }
func (c AlterConstraint) Reverse() Change  { return AlterConstraint{c.Table, c.To, c.From} }
func (c RenameConstraint) Reverse() Change { return RenameConstraint{c.Table, c.To, c.From} }
func (c CreateIndex) Reverse() Change      { return DropIndex(c) }
func (c DropIndex) Reverse() Change        { return CreateIndex(c) }
func (c AlterIndex) Reverse() Change       { return AlterIndex{c.Table, c.To, c.From} }
func (c RenameIndex) Reverse() Change      { return RenameIndex{c.Table, c.To, c.From, c.At} }
func (c ReplaceIndex) Reverse() Change {
	return ReplaceIndex{c.Table, c.To, c.From, c.Identity, c.Clustered}
}
func (c AdoptIndex) Reverse() Change   { return ReleaseIndex{c.Table, c.Constraint, c.Index} }
func (c ReleaseIndex) Reverse() Change { return AdoptIndex{c.Table, c.Index, c.Constraint} }
func (c CreateObject) Reverse() Change { return DropObject(c) }
func (c DropObject) Reverse() Change   { return CreateObject(c) }
func (c AlterObject) Reverse() Change  { return AlterObject{c.To, c.From} }
func (c RenameObject) Reverse() Change { return RenameObject{c.To, c.From, c.At} }
func (c AlterAccess) Reverse() Change  { return AlterAccess{c.To, c.From, c.Linked, c.New, c.Had} }

func (c CreateSchema) Pos() schema.Pos     { return c.Schema.Pos }
func (c DropSchema) Pos() schema.Pos       { return schema.Pos{} }
func (c AlterSchema) Pos() schema.Pos      { return c.To.Pos }
func (c CreateEnum) Pos() schema.Pos       { return c.Enum.Pos }
func (c DropEnum) Pos() schema.Pos         { return schema.Pos{} }
func (c AlterEnum) Pos() schema.Pos        { return c.To.Pos }
func (c CreateSequence) Pos() schema.Pos   { return c.Sequence.Pos }
func (c DropSequence) Pos() schema.Pos     { return schema.Pos{} }
func (c AlterSequence) Pos() schema.Pos    { return c.To.Pos }
func (c CreateTable) Pos() schema.Pos      { return c.Table.Pos }
func (c DropTable) Pos() schema.Pos        { return schema.Pos{} }
func (c AlterTable) Pos() schema.Pos       { return c.To.Pos }
func (c RenameTable) Pos() schema.Pos      { return c.At }
func (c AddColumn) Pos() schema.Pos        { return c.Column.Pos }
func (c DropColumn) Pos() schema.Pos       { return schema.Pos{} }
func (c AlterColumn) Pos() schema.Pos      { return c.To.Pos }
func (c RenameColumn) Pos() schema.Pos     { return c.At }
func (c AddConstraint) Pos() schema.Pos    { return c.Constraint.ConstraintPos() }
func (c DropConstraint) Pos() schema.Pos   { return schema.Pos{} }
func (c AlterConstraint) Pos() schema.Pos  { return c.To.ConstraintPos() }
func (c RenameConstraint) Pos() schema.Pos { return c.To.ConstraintPos() }
func (c CreateIndex) Pos() schema.Pos      { return c.Index.Pos }
func (c DropIndex) Pos() schema.Pos        { return schema.Pos{} }
func (c AlterIndex) Pos() schema.Pos       { return c.To.Pos }
func (c RenameIndex) Pos() schema.Pos      { return c.At }
func (c ReplaceIndex) Pos() schema.Pos     { return c.To.Pos }
func (c AdoptIndex) Pos() schema.Pos       { return c.Constraint.ConstraintPos() }
func (c ReleaseIndex) Pos() schema.Pos     { return c.Index.Pos }
func (c CreateObject) Pos() schema.Pos     { return c.Object.Pos }
func (c DropObject) Pos() schema.Pos       { return schema.Pos{} }
func (c AlterObject) Pos() schema.Pos      { return c.To.Pos }
func (c RenameObject) Pos() schema.Pos     { return c.At }
func (c AlterAccess) Pos() schema.Pos      { return c.To.Pos }

func (CreateSchema) change()     {}
func (DropSchema) change()       {}
func (AlterSchema) change()      {}
func (CreateEnum) change()       {}
func (DropEnum) change()         {}
func (AlterEnum) change()        {}
func (CreateSequence) change()   {}
func (DropSequence) change()     {}
func (AlterSequence) change()    {}
func (CreateTable) change()      {}
func (DropTable) change()        {}
func (AlterTable) change()       {}
func (RenameTable) change()      {}
func (AddColumn) change()        {}
func (DropColumn) change()       {}
func (AlterColumn) change()      {}
func (RenameColumn) change()     {}
func (AddConstraint) change()    {}
func (DropConstraint) change()   {}
func (AlterConstraint) change()  {}
func (RenameConstraint) change() {}
func (CreateIndex) change()      {}
func (DropIndex) change()        {}
func (AlterIndex) change()       {}
func (RenameIndex) change()      {}
func (ReplaceIndex) change()     {}
func (AdoptIndex) change()       {}
func (ReleaseIndex) change()     {}
func (CreateObject) change()     {}
func (DropObject) change()       {}
func (AlterObject) change()      {}
func (RenameObject) change()     {}
func (AlterAccess) change()      {}
