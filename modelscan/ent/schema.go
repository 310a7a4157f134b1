package ent

// A Table is ent's schema.Table.
type Table struct {
	Name, Schema, Comment string
	Columns               []*Column
	PrimaryKey            []*Column
	Indexes               []*Index
	ForeignKeys           []*ForeignKey
	View                  bool
	Check                 string            // of the annotation
	Checks                map[string]string // of the annotation, by name
	IncrementStart        *int64            // of the annotation
	Origin                any               // of the caller: where it was declared
}

// A Column is ent's schema.Column.
type Column struct {
	Name       string
	Type       string            // "TypeString", … as in package field
	SchemaType map[string]string // by dialect
	Size       int64
	Unique     bool
	Increment  bool
	Nullable   bool
	Default    Default
	Collation  string
	Comment    string
	Origin     any
}

// A Default is the value of a column's Default. Of its fields at most one is
// set.
type Default struct {
	Text      *string           // a string
	Plain     string            // a number or a boolean, as fmt prints it
	Expr      string            // schema.Expr
	ByDialect map[string]string // map[string]schema.Expr, by dialect
}

// An Index is ent's schema.Index with its annotation.
type Index struct {
	Name    string
	Unique  bool
	Columns []*Column

	OpClass        string
	OpClassColumns map[string]string
	Desc           bool
	DescColumns    map[string]bool
	Include        []string
	Type           string
	Types          map[string]string
	Where          string
	Origin         any
}

// A ForeignKey is ent's schema.ForeignKey.
type ForeignKey struct {
	Symbol     string
	Columns    []*Column
	RefTable   *Table
	RefColumns []*Column
	OnUpdate   string // "CASCADE", …
	OnDelete   string
	Origin     any
}

// A Config is what decides besides the values.
type Config struct {
	Dialect            string // postgres or sqlite
	DisableForeignKeys bool   // WithForeignKeys(false)
	// Cut is what the server makes of a name that is too long.
	Cut func(name string) string
}

// A Made is a table as CREATE TABLE makes it, with its indexes.
type Made struct {
	Table       *Table
	Columns     []MadeColumn
	PrimaryKey  []string // nil: a column's SQL says it
	Indexes     []MadeIndex
	Checks      []MadeCheck
	ForeignKeys []*ForeignKey // with symbols as they are written
}

// A MadeColumn is a column as the engine writes it.
type MadeColumn struct {
	*Column
	SQL   string // what stands behind the name
	Start int64  // of its identity; 0: the default
}

// A MadeIndex is an index as the engine writes it.
type MadeIndex struct {
	Name   string
	Unique bool
	SQL    string // what stands behind the table's name: [USING …] (…) [INCLUDE …] [WHERE …]
	Origin any
}

// A MadeCheck is a check of the table.
type MadeCheck struct {
	Name string // empty: the server names it
	Expr string
}

// A Problem is why a table cannot be made. Origin is that of the column,
// index, key or table.
type Problem struct {
	Origin     any
	Text, Hint string
}
