package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
)

// A column that is renamed between the two pipelines is printed with its new
// name next to a row that still has the old one.
func TestInspectNoticesWhatChangesMeanwhile(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE t (a int, CHECK (a > 0)); CREATE TABLE plain (a int)`)
	for _, c := range []struct {
		name, between string
		moved         bool
	}{
		{"nothing", "SELECT 1", false},
		{"a column that no expression uses", "ALTER TABLE plain RENAME a TO b", false},
		{"a column in an expression", "ALTER TABLE t RENAME a TO b", true},
		{"a function", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(t.Context())
			version, err := serverVersion(t.Context(), conn.PgConn())
			if err != nil {
				t.Fatal(err)
			}
			k := newCatalog(version, introspect.Options{Schemas: []string{"public"}})
			if err := k.pipeline(t.Context(), conn.PgConn(), firstPipeline(k.version, k.options)); err != nil {
				t.Fatal(err)
			}
			dbtest.Exec(t, url, c.between)
			if err := k.pipeline(t.Context(), conn.PgConn(), k.secondPipeline()); err != nil {
				t.Fatal(err)
			}
			if k.moved != c.moved {
				t.Errorf("moved is %v, want %v", k.moved, c.moved)
			}
		})
	}
}
