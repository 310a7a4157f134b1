package sqlite

import (
	"context"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/introspect"
)

// A definition that were read otherwise than SQLite reads it is an error, not
// a table.
func TestVerify(t *testing.T) {
	tests := []struct {
		name   string
		tamper func(*catalog)
		want   string
	}{
		{"nothing", func(*catalog) {}, ""},
		{"name of a column", func(c *catalog) { c.columns[1].name = "x" }, "table t: its definition reads as columns id, b NOT NULL, c STORED, SQLite says id, x NOT NULL, c STORED"},
		{"not null", func(c *catalog) { c.columns[1].notNull = false }, "reads as columns id, b NOT NULL, c STORED, SQLite says id, b, c STORED"},
		{"generated", func(c *catalog) { c.columns[2].hidden = 2 }, "SQLite says id, b NOT NULL, c VIRTUAL"},
		{"one more column", func(c *catalog) { c.columns = append(c.columns, columnRow{table: "T", name: "d"}) }, "SQLite says id, b NOT NULL, c STORED, d"},
		{"primary key", func(c *catalog) { c.columns[0].pk = 0 }, "reads as primary key id, SQLite says (none)"},
		{"foreign key", func(c *catalog) { c.refs[0].ref = "u" }, "reads as foreign keys b→t /CASCADE, SQLite says b→u /CASCADE"},
		{"action", func(c *catalog) { c.refs[0].onDelete = "NO ACTION" }, "SQLite says b→t /; please report"},
		{"key of an index", func(c *catalog) { c.keys[0].desc = false }, "reads as indexes i(b DESC,(expression))falsetrue, SQLite says i(b,(expression))falsetrue"},
		{"predicate", func(c *catalog) {
			for i := range c.keys {
				c.keys[i].partial = false
			}
		}, "SQLite says i(b DESC,(expression))falsefalse"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, `CREATE TABLE t (id integer PRIMARY KEY, b int NOT NULL REFERENCES t ON DELETE CASCADE, c int AS (b) STORED)`, `CREATE INDEX i ON t (b DESC, (b + 1)) WHERE b > 0`)
			c, _, err := readCatalog(context.Background(), db)
			if err != nil {
				t.Fatal(err)
			}
			tt.tamper(c)
			_, err = c.database(introspect.Options{})
			if tt.want == "" && err == nil {
				return
			}
			if err == nil || tt.want == "" || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
