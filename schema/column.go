package schema

// A Column is one column of a table.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	// NotNull: every row has a value. A rule that is NOT VALID is in NotNullConstraint
	// alone.
	NotNull bool `json:"not_null,omitempty"`
	// NotNullConstraint is what the constraint behind NOT NULL says besides: nil where
	// it is as the product gives it, as in models, where nobody can say it.
	// (PostgreSQL 18+)
	NotNullConstraint *NotNull `json:"not_null_constraint,omitempty"`

	Default   string     `json:"default,omitempty"` // SQL expression; empty: none (DEFAULT NULL is none)
	Identity  *Identity  `json:"identity,omitempty"`
	Generated *Generated `json:"generated,omitempty"`

	// Serial: the default is nextval of a sequence that the column owns, with
	// the name and the options that the serial pseudo-types give it, and that no
	// other column draws from (PostgreSQL). Such a sequence stands in no other
	// list and Default is empty. One that differs in any of this is a Sequence.
	Serial bool `json:"serial,omitempty"`
	// Autoincrement: SQLite's AUTOINCREMENT keyword on an INTEGER PRIMARY KEY.
	Autoincrement bool `json:"autoincrement,omitempty"`

	// Inherited: the column is there because a parent of the table has it, and
	// goes with the parent's. A column that a parent has and that the table declares
	// as well is not (PostgreSQL's attislocal).
	Inherited bool `json:"inherited,omitempty"`

	Collation   Name   `json:"collation,omitzero"`    // zero: the type's own
	Storage     string `json:"storage,omitempty"`     // plain, external, extended, main; empty: the type's own (PostgreSQL)
	Compression string `json:"compression,omitempty"` // pglz, lz4; empty: the server's default (PostgreSQL 14+)
	Statistics  *int   `json:"statistics,omitempty"`  // statistics target; nil: the server's default (PostgreSQL)
	Comment     string `json:"comment,omitempty"`

	// Backfill is what rows that are there get when the column is added: an expression
	// over the other columns. Empty: the default. Only in models, never compared.
	Backfill string `json:"backfill,omitempty"`

	Was []string `json:"was,omitempty"` // earlier names (a rename hint); only in models, never compared
	Pos Pos      `json:"pos,omitzero"`
}

// A NotNull is the constraint behind NOT NULL.
type NotNull struct {
	Name      string `json:"name,omitempty"` // empty: what the product makes of table and column
	NotValid  bool   `json:"not_valid,omitempty"`
	NoInherit bool   `json:"no_inherit,omitempty"`
	Comment   string `json:"comment,omitempty"`
}

// Identity is GENERATED … AS IDENTITY with the options of its sequence.
type Identity struct {
	Always  bool            `json:"always,omitempty"` // GENERATED ALWAYS; otherwise BY DEFAULT
	Options SequenceOptions `json:"options,omitzero"`
}

// Generated is a column computed from others.
type Generated struct {
	Expr    string `json:"expr"`
	Virtual bool   `json:"virtual,omitempty"` // computed when read; otherwise STORED
}
