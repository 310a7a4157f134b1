package schema

// A Sequence is a sequence that belongs neither to an identity column nor to
// a serial one (PostgreSQL).
type Sequence struct {
	Name     Name            `json:"name"`
	Options  SequenceOptions `json:"options,omitzero"`
	OwnedBy  ColumnRef       `json:"owned_by,omitzero"` // zero: owned by none
	Unlogged bool            `json:"unlogged,omitempty"`
	Comment  string          `json:"comment,omitempty"`
	Was      []Former        `json:"was,omitempty"` // earlier names (a rename hint); only in models, never compared
	Pos      Pos             `json:"pos,omitzero"`
}

// SequenceOptions are those of CREATE SEQUENCE. In models nil and empty mean
// the server's default; in canonical form every field is filled in.
type SequenceOptions struct {
	Type      string `json:"type,omitempty"` // smallint, integer, bigint; of an identity: the column's type
	Start     *int64 `json:"start,omitempty"`
	Increment *int64 `json:"increment,omitempty"`
	Min       *int64 `json:"min,omitempty"`
	Max       *int64 `json:"max,omitempty"`
	Cache     *int64 `json:"cache,omitempty"`
	Cycle     bool   `json:"cycle,omitempty"`
}

// A ColumnRef names a column of a table. It can be compared and be a key.
type ColumnRef struct {
	Table  Name   `json:"table,omitzero"`
	Column string `json:"column,omitempty"`
}
