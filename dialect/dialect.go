// Package dialect holds the facts about each database product as data:
// quoting, limits, naming rules, type tables, what runs inside a transaction.
// It decides nothing and talks to no server.
package dialect

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gen-migrate/gen/schema"
)

// A Dialect is what gen knows about one product. Values come from [Postgres],
// [SQLite] and [ByName]; they are compared by Name.
type Dialect struct {
	Name          string // "postgres", "sqlite"
	DefaultSchema string // the namespace of a name that has none; empty without namespaces
	MaxIdentifier int    // bytes of an identifier that count; 0: all of them

	// TransactionalDDL: CREATE, ALTER and DROP can be rolled back.
	TransactionalDDL bool

	reserved map[string]bool // words that must be quoted as identifiers
}

// ByName returns the dialect of a URL scheme or of a `dialect:` header. Known
// aliases: postgresql, sqlite3. The error of a product that is planned and not
// there yet says so.
func ByName(name string) (Dialect, error) {
	switch strings.ToLower(name) {
	case "postgres", "postgresql", "pg":
		return Postgres(), nil
	case "sqlite", "sqlite3", "file":
		return SQLite(), nil
	case "mysql", "mariadb", "mssql", "sqlserver", "oracle":
		return Dialect{}, fmt.Errorf("dialect %s is coming and not there yet; this version of gen speaks postgres and sqlite", strings.ToLower(name))
	}
	return Dialect{}, fmt.Errorf("unknown dialect %q; this version of gen speaks postgres and sqlite", name)
}

// Ident returns s as an identifier in SQL text, quoted where the dialect needs
// it: anything but lower-case letters, digits and underscores, or a word of
// the grammar.
func (d Dialect) Ident(s string) string {
	if isPlain(s) && !d.reserved[s] {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// Idents returns the identifiers as a comma-separated list.
func (d Dialect) Idents(names []string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.Ident(n))
	}
	return b.String()
}

// QName returns n as a qualified name in SQL text.
func (d Dialect) QName(n schema.Name) string {
	if n.Schema == "" {
		return d.Ident(n.Local)
	}
	return d.Ident(n.Schema) + "." + d.Ident(n.Local)
}

// Literal returns s as a string literal, under standard_conforming_strings.
func (d Dialect) Literal(s string) string {
	return `'` + strings.ReplaceAll(s, `'`, `''`) + `'`
}

// Truncate returns the part of an identifier that counts. PostgreSQL cuts
// longer names at 63 bytes, never within a character (its manual, §4.1.1).
func (d Dialect) Truncate(s string) string {
	if d.MaxIdentifier == 0 || len(s) <= d.MaxIdentifier {
		return s
	}
	n := d.MaxIdentifier
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// DerivedName is the name PostgreSQL itself gives an object without one: the
// parts joined by "_", the longer of table and columns cut until the whole
// fits (makeObjectName, src/backend/commands/indexcmds.c of PostgreSQL 18).
// label is pkey, key, fkey, idx, check, excl or seq. columns is empty where
// the rule uses the table alone.
func (d Dialect) DerivedName(table, columns, label string) string {
	limit := d.MaxIdentifier
	if limit == 0 {
		limit = 1 << 20
	}
	over := len(label) + 1
	if columns != "" {
		over++
	}
	room := limit - over
	n1, n2 := len(table), len(columns)
	for n1+n2 > room {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	name := clip(table, n1)
	if columns != "" {
		name += "_" + clip(columns, n2)
	}
	return name + "_" + label
}

// clip cuts s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func isPlain(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c == '_':
		case c >= '0' && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return true
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
