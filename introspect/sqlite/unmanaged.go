package sqlite

import (
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// Parts of a table that schema.Table has no field for. They are objects of
// their table; SQL is the clause. A rebuild of the table would lose them, so
// render/sqlite refuses one.
const (
	constraintNameKind = "constraint name" // of NOT NULL, DEFAULT, COLLATE, or of nothing
	conflictKind       = "conflict clause"
)

func (r *reader) unmanaged(kind, name, sql string) {
	r.extra = append(r.extra, schema.Object{
		Kind:  kind,
		Name:  schema.Name{Local: name},
		Table: r.table.Name,
		SQL:   sql,
	})
}

// isVirtual reports whether a catalog row of type table is a virtual table,
// which has no pages of its own.
func (e entry) isVirtual() bool { return e.kind == "table" && e.rootpage == 0 }

// module returns the module of a virtual table, folded.
func (e entry) module() string {
	c := newCursor(e.sql)
	for !c.done() && !c.accept("USING") {
		c.i++
	}
	return sqlitelex.Fold(c.at(0).Value)
}

// shadows returns the folded names of the tables that virtual tables keep
// their content in. SQLite itself knows those of the modules it has; of a
// module it has not, every table named after the virtual table counts, since
// to take one of them for an ordinary table would mean to drop it.
func (c *catalog) shadows() map[string]bool {
	found := map[string]bool{}
	for _, l := range c.list {
		if l.kind == "shadow" {
			found[sqlitelex.Fold(l.name)] = true
		}
	}
	for _, v := range c.entries {
		if !v.isVirtual() || c.modules[v.module()] {
			continue
		}
		prefix := sqlitelex.Fold(v.name) + "_"
		for _, e := range c.entries {
			if e.kind == "table" && strings.HasPrefix(sqlitelex.Fold(e.name), prefix) {
				found[sqlitelex.Fold(e.name)] = true
			}
		}
	}
	return found
}
