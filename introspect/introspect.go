// Package introspect is what the readers of live catalogs share. The readers
// are introspect/postgres and introspect/sqlite; each offers
//
//	Inspect(ctx, conn, Options)      catalog → schema.Database (have)
//	Canonical(ctx, conn, want, have) want in the server's own words
//
// Both only read. What may be changed on the way (a temporary table that asks
// the server to spell an expression) is rolled back.
package introspect

import (
	"fmt"
	"time"

	"github.com/gen-migrate/gen/schema"
)

// Options say what of the catalog is wanted.
type Options struct {
	// Schemas are the namespaces to manage, by name. Empty: the dialect's
	// default schema. Objects elsewhere are not read. Ignored by dialects
	// without namespaces.
	Schemas []string
	// Exclude are relations to pass over wherever they are met, as name or
	// schema.name: gen's own tables.
	Exclude []string
	// Ignore is left alone: it is not read, and listed in Unmanaged as "ignored
	// table" and so on. PostgreSQL.
	Ignore Ignore
	// Objects: also read what is told by its definition (schema.Object); otherwise
	// that is among what is not managed. PostgreSQL.
	Objects bool
	// Privileges: also read whose things are and who may do what with them
	// (schema.Access); otherwise what is not as the product gives it is among what
	// is not managed. PostgreSQL.
	Privileges bool
	// Alias gives schemas another name in all that is read: what was built in a
	// schema for a moment stands for another one. The keys are unlike any other
	// word in the database.
	Alias map[string]string
	// LockTimeout bounds the wait for a lock that another session holds on what
	// is read. Zero: five seconds.
	LockTimeout time.Duration
}

// An Ignore is what a reader leaves alone, by patterns of path.Match on the name or
// schema.name. What hangs on an ignored relation (columns, indexes, triggers, its
// sequences, partitions) goes with it. Owners are patterns on the names of roles:
// tables, views and sequences that belong to one.
type Ignore struct {
	Tables, Views, Sequences, Owners []string
}

// A Note is something the reader could not settle and did not guess:
// "equal by EXPLAIN, unconfirmed". Notes do not make two databases differ.
type Note struct {
	Pos    schema.Pos
	Object string // "users.age check"
	Text   string
}

// A WantError says that the server does not accept something in the models:
// a type it does not know, an expression it cannot parse.
type WantError struct {
	Pos    schema.Pos // of the declaration in the models
	Object string     // "column orders.total: type"
	Text   string     // the server's own message
	Hint   string
}

func (e *WantError) Error() string {
	s := fmt.Sprintf("%s: %s", e.Object, e.Text)
	if e.Pos.IsValid() {
		s = e.Pos.String() + ": " + s
	}
	return s
}

// A SQLFile is a file of CREATE statements.
type SQLFile struct {
	Path string // as shown to the user
	Text string
}
