package erd

import (
	"github.com/gen-migrate/gen/schema"
)

// A Diagram is a schema as it is drawn. Lengths are in pixels (CSS), from the
// left upper corner.
type Diagram struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	// Schemas are the namespaces of the boxes, sorted, behind those of
	// Options.Schemas; none where the dialect has none. Their place in the list
	// decides the colour.
	Schemas []string `json:"schemas,omitempty"`
	Boxes   []Box    `json:"boxes"`
	Edges   []Edge   `json:"edges"`
	// Undrawn are kinds of objects that are in the schema and not in the diagram,
	// with their number: "3 views".
	Undrawn []string `json:"undrawn,omitempty"`
}

// A Box is a table or an enum.
type Box struct {
	ID   string      `json:"id"`   // "b1", "b2", …: in the order of the list, the name plays no part
	Kind string      `json:"kind"` // KindTable or KindEnum
	Name schema.Name `json:"name"`
	Note string      `json:"note,omitempty"` // "partitioned by RANGE (at)"
	Rows []Row       `json:"rows"`
	Sign Sign        `json:"sign,omitempty"`
	Pos  schema.Pos  `json:"pos,omitzero"`

	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`

	text    string // the name as it is written
	comment string
	colour  int // place of the schema in Schemas
}

// Kinds of boxes.
const (
	KindTable = "table"
	KindEnum  = "enum"
)

// A Row is a line of a box: a column, a value of an enum, or that there are
// partitions.
type Row struct {
	Kind    string   `json:"kind"`           // RowColumn, RowValue, RowPartitions
	Keys    []string `json:"keys,omitempty"` // PK, FK, UK, in this order
	Name    string   `json:"name"`
	Type    string   `json:"type,omitempty"` // the server's words
	NotNull bool     `json:"not_null,omitempty"`
	Sign    Sign     `json:"sign,omitempty"`
	// Partitions are the names of those folded into the row.
	Partitions []schema.Name `json:"partitions,omitempty"`

	name, kind string // name and type as they are written
	title      string // all there is to say
}

// Kinds of rows.
const (
	RowColumn     = "column"
	RowValue      = "value"
	RowPartitions = "partitions"
)

// An Edge is a line from one box to another: from the table that has a foreign
// key to the one it refers to, or from an heir to what it inherits from.
type Edge struct {
	Kind string `json:"kind"` // EdgeReference, EdgeInherits
	Name string `json:"name,omitempty"`
	From int    `json:"from"` // place in Boxes
	To   int    `json:"to"`
	// Columns refer to RefColumns; none of heirs.
	Columns    []string `json:"columns,omitempty"`
	RefColumns []string `json:"ref_columns,omitempty"`

	FromRow int `json:"from_row"` // place in Rows; -1: the head of the box
	ToRow   int `json:"to_row"`
	// FromEnd is how many rows refer to one, ToEnd how many one refers to.
	FromEnd End  `json:"from_end,omitempty"`
	ToEnd   End  `json:"to_end,omitempty"`
	Loose   bool `json:"loose,omitempty"` // not valid or not enforced; inheritance
	Sign    Sign `json:"sign,omitempty"`

	title string
	line  []point // corners, from the one end to the other
}

// Kinds of edges.
const (
	EdgeReference = "reference"
	EdgeInherits  = "inherits"
)

// An End says how many rows there may be at one end of a foreign key.
type End string

const (
	One        End = "one"
	ZeroOrOne  End = "zero or one"
	ZeroOrMore End = "zero or more"
)

// A Sign says what becomes of something. Nothing, where there is none.
type Sign string

const (
	Added   Sign = "+"
	Removed Sign = "-"
	Changed Sign = "~"
)

// A Part is what a Sign may stand at: a table or enum (Name alone), a column of
// a table or a value of an enum, a foreign key.
type Part struct {
	Name       schema.Name
	Column     string
	Constraint string
}

// Options choose what is drawn.
type Options struct {
	// Tables are patterns of path.Match, of local names, or of schema.name where
	// there is a dot. A table is drawn when one fits. None: all tables.
	Tables []string
	// Around is a table, Depth how many foreign keys away from it, in either
	// direction, a table may be. The zero name: no matter.
	Around schema.Name
	Depth  int
	// Only are the tables and enums to be drawn, exactly; a partition stands for its
	// table. Nil: no matter.
	Only map[schema.Name]bool
	// Schemas have the colours, in this order; those that are missing come behind. So
	// two diagrams may have the same.
	Schemas []string
	// Signs are put where they belong.
	Signs map[Part]Sign
}

// New is the diagram of a database, with every box at its place. It is an error
// when a pattern is none, or Around is not there. db is not changed.
func New(db *schema.Database, o Options) (*Diagram, error) {
	s, err := choose(db, o)
	if err != nil {
		return nil, err
	}
	d := s.draw(o)
	for i := range d.Boxes {
		d.Boxes[i].measure()
	}
	d.layout()
	return d, nil
}
