package postgres

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/migrations"
)

// FuzzParse holds that no text makes the reader panic, and that what is no statement
// of PostgreSQL is told to be unknown.
func FuzzParse(f *testing.F) {
	for _, sql := range []string{
		"", "(", ")", "ALTER TABLE", "ALTER TABLE t ADD", "ALTER TABLE t ADD COLUMN", "ALTER TABLE t ADD CONSTRAINT", "ALTER TABLE t ALTER",
		"CREATE TABLE t (a int DEFAULT", "CREATE TABLE t (a int CHECK (", "CREATE INDEX ON", "CREATE INDEX i ON t USING", "CREATE INDEX i ON t (a,,b)",
		"CREATE TABLE t (,)", "CREATE TABLE \"a\"\"b\" (x varchar ( 3 )[])", "ALTER TABLE t ALTER a TYPE numeric(", "REINDEX (", "VACUUM (FULL", "DO $$", "DO $a$ EXECUTE '|| $a$",
		"UPDATE t SET (a, b) = (1, 2), c = 3 WHERE", "ALTER TYPE t ADD VALUE", "ALTER TYPE t RENAME TO", "DROP INDEX CONCURRENTLY IF EXISTS a, b CASCADE",
		"CREATE TABLE t (a int GENERATED ALWAYS AS (b) STORED REFERENCES x (y) ON DELETE CASCADE)", "TRUNCATE ONLY a, b CASCADE", "CREATE DOMAIN d", "CREATE DOMAIN d AS int NOT NULL CHECK (VALUE > 0)",
		"SELECT 'a", "SELECT E'\\'", "/* /* */", "ALTER TABLE a.b.c ATTACH PARTITION", "ALTER TABLE t RENAME a", "GRANT", "\x00", "é", "$", "1", "CREATE TABLE t AS",
	} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		step := &migrations.Step{Statements: []migrations.Statement{{SQL: sql}, {SQL: sql}}}
		r := New(Facts{})
		rev := &migrations.Revision{ID: "aaaa", Dialect: migrations.Postgres, Up: []migrations.Step{*step}}
		for range 2 { // the second time in view of the first
			r.Read(section(rev))
		}
		s := parse(&step.Statements[0], step, "public")
		if s.verb == "" && s.unknown == "" {
			t.Errorf("%q has no verb and is not said to be unknown", strings.TrimSpace(sql))
		}
	})
}
