package sqlite

import (
	"fmt"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// readIndex reads CREATE INDEX on a table that is read already.
func readIndex(name, sql string, t *schema.Table) (schema.Index, error) {
	text, err := parseIndex(sql)
	if err != nil {
		return schema.Index{}, fmt.Errorf("reading the definition of index %s: %w", name, err)
	}
	s := tableScope(t)
	x := schema.Index{Name: name, Unique: text.unique}
	for _, k := range text.keys {
		x.Keys = append(x.Keys, indexKey(t, s, k))
	}
	if len(text.where) > 0 {
		x.Where = s.normal(text.where)
	}
	return x, nil
}

// indexKey resolves one key. SQLite has NULLs first in ascending order and
// can have them nowhere else, so NullsFirst only repeats the default.
func indexKey(t *schema.Table, s scope, k keyText) schema.IndexKey {
	key := schema.IndexKey{Desc: k.desc, NullsFirst: k.desc}
	coll := normalCollation(k.collation)
	if len(k.expr) == 1 && k.expr[0].IsName() {
		if c := t.Column(s.column(k.expr[0].Value)); c != nil {
			key.Column = c.Name
			if k.collation != "" && coll != c.Collation.Local {
				key.Collation.Local = explicit(coll)
			}
			return key
		}
	}
	key.Expr = s.normal(k.expr)
	if len(k.expr) == 1 && k.expr[0].Kind == sqlitelex.Quoted {
		// A string, since it names no column; but 'text' as a key SQLite takes
		// for a name (sqlite3StringToId).
		key.Expr = quote(k.expr[0].Value)
	}
	if k.collation != "" {
		key.Collation.Local = explicit(coll)
	}
	return key
}

// explicit spells a collation where none would mean another one than BINARY.
func explicit(coll string) string {
	if coll == "" {
		return "BINARY"
	}
	return coll
}

func tableScope(t *schema.Table) scope {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return newScope(t.Name.Local, names)
}
