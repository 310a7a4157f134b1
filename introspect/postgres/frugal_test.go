package postgres_test

import (
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
)

// TestWhatTablesNeedStaysOnTheServer: of thousands of tables the records of what
// needs what are more rows than their columns, and nobody looks at them.
func TestWhatTablesNeedStaysOnTheServer(t *testing.T) {
	rows := func(t *testing.T, sql string) (map[string]int, int) {
		url := dbtest.Postgres(t)
		dbtest.Exec(t, url, sql)
		_, info, err := postgres.Inspect(t.Context(), connect(t, url), introspect.Options{Objects: true})
		if err != nil {
			t.Fatal(err)
		}
		read := map[string]int{}
		for _, q := range info.Timing {
			read[q.Query] = q.Rows
		}
		return read, info.ServerVersion / 10000
	}
	const tables = `CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id serial PRIMARY KEY, up int REFERENCES t, name text DEFAULT 'x' CHECK (name <> ''), mood mood, moods mood[]);
CREATE INDEX ON t (lower(name)) WHERE mood = 'glad';`
	for _, c := range []struct {
		name, sql           string
		dependencies, users int
	}{
		{"tables and enums", tables, 0, 0},
		{"a view of a table", tables + `CREATE VIEW v AS SELECT id FROM t`, 1, 0}, // the column of the table; before 16 its rule says the view itself too
		{"a domain under a column", tables + `CREATE DOMAIN d AS text; ALTER TABLE t ADD code d`, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			read, major := rows(t, c.sql)
			if c.dependencies > 0 && major < 16 {
				c.dependencies++
			}
			if read["dependencies"] != c.dependencies || read["users of objects"] != c.users {
				t.Errorf("%d dependencies and %d users were read, want %d and %d", read["dependencies"], read["users of objects"], c.dependencies, c.users)
			}
		})
	}
}
