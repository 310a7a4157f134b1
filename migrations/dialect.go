package migrations

import (
	"fmt"
	"strings"
)

// Dialect names the SQL a revision is written in and the product it runs on.
type Dialect string

// The dialects this package lexes and runs.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// dialectNames lists every known dialect, for messages and suggestions.
var dialectNames = []string{string(Postgres), string(SQLite)}

// check returns an error that names d and the known dialects, or nil.
func (d Dialect) check() error {
	if _, ok := rulesFor(d); ok {
		return nil
	}
	return fmt.Errorf("unknown dialect %q: this version of gen runs %s", string(d), strings.Join(dialectNames, " and "))
}

// rulesFor returns the lexical rules of d. A new dialect adds a case here and
// a lex_<dialect>.go file.
func rulesFor(d Dialect) (lexRules, bool) {
	switch d {
	case Postgres:
		return postgresRules(), true
	case SQLite:
		return sqliteRules(), true
	}
	return lexRules{}, false
}
