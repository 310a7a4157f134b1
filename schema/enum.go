package schema

// An Enum is an enumerated type (PostgreSQL).
type Enum struct {
	Name    Name     `json:"name"`
	Values  []string `json:"values"` // in sort order
	Comment string   `json:"comment,omitempty"`
	Was     []Former `json:"was,omitempty"` // earlier names (a rename hint), in models and files of objects; never compared
	Pos     Pos      `json:"pos,omitzero"`
}
