package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/internal/phrase"
)

// TestKeepsRows holds the table of type changes that leave the rows alone against the
// server: a table that was written anew has another file.
func TestKeepsRows(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a server")
	}
	types := []string{
		"integer", "bigint", "smallint", "text", "varchar", "varchar(10)", "varchar(20)", "char(10)", "char(20)", "numeric", "numeric(10,2)", "numeric(12,2)", "numeric(12,3)",
		"timestamp", "timestamp(3)", "timestamp(6)", "timestamptz(3)", "timestamptz(6)", "time", "time(3)", "interval", "interval(3)", "varbit", "varbit(8)", "varbit(16)", "bit(8)",
		"inet", "cidr", "json", "jsonb", "date", "real", "double precision", "boolean", "uuid", "bytea", "xml", "text[]", "varchar(10)[]", "varchar(20)[]", "name", "oid", "money",
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	zone := func(s string) bool { return strings.HasPrefix(s, "timestamp") }
	compared := 0
	for _, from := range types {
		for _, to := range types {
			if zone(from) && zone(to) && strings.HasPrefix(from, "timestamptz") != strings.HasPrefix(to, "timestamptz") {
				continue // depends on TimeZone, and said so
			}
			tx, err := conn.Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var before, after uint32
			_, err = tx.Exec(ctx, fmt.Sprintf("CREATE TABLE t (a %s)", from))
			if err == nil {
				err = tx.QueryRow(ctx, "SELECT pg_relation_filenode('t')").Scan(&before)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.Exec(ctx, fmt.Sprintf("ALTER TABLE t ALTER COLUMN a TYPE %s", to))
			refused := err != nil
			if !refused {
				if err := tx.QueryRow(ctx, "SELECT pg_relation_filenode('t')").Scan(&after); err != nil {
					t.Fatal(err)
				}
			}
			if err := tx.Rollback(ctx); err != nil {
				t.Fatal(err)
			}
			if refused {
				continue // no cast: a USING is needed
			}
			compared++
			said := keepsRows(normalType(phrase.Postgres(from)), normalType(phrase.Postgres(to)))
			if kept := before == after; said != kept {
				t.Errorf("%s to %s: said to keep the rows: %v, the server: %v", from, to, said, kept)
			}
		}
	}
	if compared < 300 {
		t.Errorf("only %d type changes", compared)
	}
}

// TestStableFunctions holds the list of functions that give all rows one value.
func TestStableFunctions(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a server")
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT DISTINCT proname::text FROM pg_proc WHERE provolatile = 'v' AND proname = ANY($1)", stableFunctions())
	if err != nil {
		t.Fatal(err)
	}
	volatile, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(volatile) > 0 {
		t.Errorf("the server calls these volatile: %s", strings.Join(volatile, ", "))
	}
}
