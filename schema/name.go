package schema

import (
	"cmp"
	"fmt"
)

// A Name is the identity of an object that lives in a namespace. Both parts
// are the raw identifiers, never quoted. Schema is empty in dialects without
// namespaces (SQLite).
type Name struct {
	Schema string `json:"schema,omitempty"`
	Local  string `json:"name"`
}

// String joins the parts with a dot, for messages; it does not quote.
func (n Name) String() string {
	if n.Schema == "" {
		return n.Local
	}
	return n.Schema + "." + n.Local
}

// IsZero reports whether no name was given.
func (n Name) IsZero() bool { return n == Name{} }

// Compare orders names by schema, then by local name.
func (n Name) Compare(o Name) int {
	return cmp.Or(cmp.Compare(n.Schema, o.Schema), cmp.Compare(n.Local, o.Local))
}

// A Pos tells where an object was declared in the user's source. It is the
// zero Pos for objects read from a database, and never part of a comparison.
type Pos struct {
	File string `json:"file,omitempty"` // as shown to the user: relative to the working directory where possible
	Line int    `json:"line,omitempty"` // from 1
	Col  int    `json:"col,omitempty"`  // from 1, in bytes
	Sym  string `json:"sym,omitempty"`  // the Go name it came from: "Order.Status", "Order"
}

// IsValid reports whether the position is known.
func (p Pos) IsValid() bool { return p.File != "" }

// String is file:line:col as compilers print it, without Sym; parts that are
// unknown are left out.
func (p Pos) String() string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}
