package dialect

import (
	"strings"
	"sync"
)

// SQLite is the SQLite library that gen is linked with.
func SQLite() Dialect {
	return Dialect{
		Name:             "sqlite",
		TransactionalDDL: true,
		reserved:         sqliteWords(),
	}
}

// Affinity is what SQLite makes of a declared type: the class it converts
// values to when it stores them, "INTEGER", "TEXT", "BLOB" (none), "REAL" or
// "NUMERIC". The rules, in this order, are those of datatype3.html §3.1. A
// column of type ANY in a STRICT table has none of them.
func Affinity(declared string) string {
	declared = strings.ToUpper(declared)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(declared, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return "INTEGER"
	case has("CHAR", "CLOB", "TEXT"):
		return "TEXT"
	case has("BLOB"), declared == "":
		return "BLOB"
	case has("REAL", "FLOA", "DOUB"):
		return "REAL"
	}
	return "NUMERIC"
}

// sqliteReserved: the whole keyword list of SQLite's manual
// (lang_keywords.html, 3.53). Many are allowed as names today; quoting them
// all keeps the text valid in later versions.
const sqliteReserved = `
abort action add after all alter always analyze and as asc attach
autoincrement before begin between by cascade case cast check collate column
commit conflict constraint create cross current current_date current_time
current_timestamp database default deferrable deferred delete desc detach
distinct do drop each else end escape except exclude exclusive exists explain
fail filter first following for foreign from full generated glob group groups
having if ignore immediate in index indexed initially inner insert instead
intersect into is isnull join key last left like limit match materialized
natural no not nothing notnull null nulls of offset on or order others outer
over partition plan pragma preceding primary query raise range recursive
references regexp reindex release rename replace restrict returning right
rollback row rows savepoint select set table temp temporary then ties to
transaction trigger unbounded union unique update using vacuum values view
virtual when where window with without`

// sqliteWords is made once: a Dialect is asked for at every line.
var sqliteWords = sync.OnceValue(func() map[string]bool { return words(sqliteReserved) })
