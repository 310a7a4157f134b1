package sqlite

import (
	"testing"

	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
)

// FuzzParse holds that no text makes the reader panic.
func FuzzParse(f *testing.F) {
	for _, sql := range []string{
		"", "(", "ALTER TABLE", "ALTER TABLE t ADD", "ALTER TABLE t RENAME", "CREATE TABLE t (", "CREATE TABLE t (,)", "CREATE INDEX i ON t", "CREATE TABLE [a b] (`x` INTEGER PRIMARY KEY AUTOINCREMENT)",
		"CREATE TABLE t (a REFERENCES", "CREATE TABLE t (FOREIGN KEY", "UPDATE t SET a = 1, (b, c) = (1, 2)", "INSERT INTO t (a, a) VALUES (1, 2)", "DROP TABLE t", "ALTER TABLE t RENAME TO u", "x'", "'", "ALTER TABLE t DROP",
		"CREATE TRIGGER tr AFTER INSERT ON", "WITH", "PRAGMA",
	} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		rev := &migrations.Revision{ID: "aaaa", Dialect: migrations.SQLite, Up: []migrations.Step{{Statements: []migrations.Statement{{SQL: sql}, {SQL: sql}}}}}
		r := New(Facts{Library: 3024000})
		for range 2 {
			r.Read(lint.Section{Revision: rev, Steps: rev.Up, Selected: true})
		}
	})
}
