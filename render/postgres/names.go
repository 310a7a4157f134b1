package postgres

import (
	"fmt"

	"github.com/gen-migrate/gen/schema"
)

// short is how a name is told to a reader: without the schema everybody has.
func short(n schema.Name) string {
	if n.Schema == "public" {
		return n.Local
	}
	return n.String()
}

// atLeast reports whether the server has the major version, and refuses the
// change at hand otherwise: what it has not, and which object needs it.
func (r *renderer) atLeast(major int, what, object string) bool {
	if r.version >= major*10000 {
		return true
	}
	r.refuse(fmt.Sprintf("PostgreSQL %d has no %s, which came with %d: %s", r.version/10000, what, major, object),
		fmt.Sprintf("take it out of the models, or move to PostgreSQL %d", major))
	return false
}

// plainName is a name in SQL without the schema that is searched anyway.
func (r *renderer) plainName(n schema.Name) string {
	if n.Schema == "pg_catalog" {
		return r.Ident(n.Local)
	}
	return r.QName(n)
}
