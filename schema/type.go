package schema

// A Type is a column type in the words of the server.
type Type struct {
	// Text is the canonical spelling. PostgreSQL: what format_type prints under
	// an empty search_path ("character varying(255)", "integer[]",
	// `public.mood`); SQLite: the declared type as stored in the catalog, empty
	// for a column without one.
	Text string `json:"text"`
	// Ref names the user-defined type that Text is (an array) of; zero for a
	// built-in type and for types of extensions.
	Ref Name `json:"ref,omitzero"`
}

// String is the canonical spelling.
func (t Type) String() string { return t.Text }
