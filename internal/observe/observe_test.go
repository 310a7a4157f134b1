package observe_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/schema"
)

const scene = `CREATE SCHEMA app;
CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1);
CREATE TABLE app.o (id int);
CREATE SEQUENCE q;
`

func open(t *testing.T) (*sql.DB, *sql.Conn) {
	t.Helper()
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, scene)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return db, conn
}

func exec(t *testing.T, conn *sql.Conn, sql string) {
	t.Helper()
	if _, err := conn.ExecContext(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func look(t *testing.T, conn *sql.Conn) observe.Facts {
	t.Helper()
	facts, err := observe.Look(context.Background(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func TestBetween(t *testing.T) {
	public := func(name string) schema.Name { return schema.Name{Schema: "public", Local: name} }
	_, conn := open(t)
	for _, c := range []struct {
		what, before, sql string
		made              bool // the statement before belongs to the same revision
		told              []string
		want              observe.Seen
	}{
		{what: "nothing", sql: "SELECT 1"},
		{what: "a brief lock", sql: "ALTER TABLE t ADD b int", want: observe.Seen{Locks: []observe.Lock{{Relation: public("t"), Mode: "ACCESS EXCLUSIVE"}}}},
		{what: "a scan and an index", sql: "CREATE INDEX i ON t (a)", want: observe.Seen{Locks: []observe.Lock{{Relation: public("t"), Mode: "SHARE"}}, Scans: true, Builds: []schema.Name{public("i")}}},
		{what: "a rewrite", sql: "ALTER TABLE t ALTER id TYPE bigint", want: observe.Seen{Locks: []observe.Lock{{Relation: public("t"), Mode: "ACCESS EXCLUSIVE"}}, Rewrites: true, Scans: true, Builds: []schema.Name{public("t_pkey")}}},
		{what: "tables that go", sql: "DROP TABLE t, app.o", want: observe.Seen{Locks: []observe.Lock{{Relation: schema.Name{Schema: "app", Local: "o"}, Mode: "ACCESS EXCLUSIVE"}, {Relation: public("t"), Mode: "ACCESS EXCLUSIVE"}}}},
		{what: "a lock that was held before, and one that is new", before: "LOCK t IN SHARE MODE", sql: "COMMENT ON TABLE t IS 'x'; COMMENT ON TABLE app.o IS 'x'",
			want: observe.Seen{Locks: []observe.Lock{{Relation: schema.Name{Schema: "app", Local: "o"}, Mode: "SHARE UPDATE EXCLUSIVE"}, {Relation: public("t"), Mode: "SHARE UPDATE EXCLUSIVE"}}}},
		{what: "only what was held before", before: "LOCK t", sql: "ALTER TABLE t ADD b int", want: observe.Seen{Locks: []observe.Lock{{Relation: public("t"), Mode: "ACCESS EXCLUSIVE", Held: true}}}},
		{what: "a table of the same revision", before: "CREATE TABLE made (a int)", made: true, sql: "CREATE INDEX j ON made (a)"},
		{what: "a sequence that nobody speaks of", sql: "ALTER SEQUENCE q INCREMENT 2"},
		{what: "a sequence that the comment names", sql: "ALTER SEQUENCE q INCREMENT 2", told: []string{"q"}, want: observe.Seen{Locks: []observe.Lock{{Relation: public("q"), Mode: "SHARE ROW EXCLUSIVE"}}}},
		{what: "a sequence that goes", sql: "DROP SEQUENCE q", want: observe.Seen{Locks: []observe.Lock{{Relation: public("q"), Mode: "ACCESS EXCLUSIVE"}}}},
	} {
		t.Run(c.what, func(t *testing.T) {
			exec(t, conn, "BEGIN")
			defer exec(t, conn, "ROLLBACK")
			existing := look(t, conn)
			if c.before != "" {
				exec(t, conn, c.before)
			}
			before := look(t, conn)
			if !c.made {
				existing = nil
			}
			exec(t, conn, c.sql)
			if d := cmp.Diff(c.want, observe.Between(before, look(t, conn), existing, observe.About(c.sql, c.told))); d != "" {
				t.Errorf("(- want, + saw): %s", d)
			}
		})
	}
}

// A statement that waits for what is in its way is seen, one that does not is not; it
// comes to its end also when nobody looks any more.
func TestBehind(t *testing.T) {
	ctx := context.Background()
	db, conn := open(t)
	var pid int
	if err := conn.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what, sql string
		inTheWay  []string
		waited    bool
		want      []string
	}{
		{"waits for a transaction", "CREATE INDEX CONCURRENTLY i ON t (a)", []string{"INSERT INTO t VALUES (2, 2)"}, true, []string{"SHARE UPDATE EXCLUSIVE on public.t"}},
		{"waits for two", "VACUUM FULL t", []string{"SELECT FROM app.o", "SELECT FROM t"}, true, []string{"ACCESS EXCLUSIVE on public.t"}},
		{"waits for nobody", "VACUUM t", []string{"SELECT FROM app.o"}, false, nil},
		{"nobody is in the way", "VACUUM t", nil, false, nil},
	} {
		watch, err := observe.Behind(ctx, db, pid, c.inTheWay...)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, conn, c.sql)
		locks, waited, err := watch.End()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range locks {
			got = append(got, fmt.Sprintf("%s on %s", l.Mode, l.Relation))
		}
		if waited != c.waited || !slices.Equal(got, c.want) {
			t.Errorf("%s: waited %v, locks %q", c.what, waited, got)
		}
	}
	if _, err := observe.Behind(ctx, db, pid, "SELECT FROM t", "LOCK nowhere"); err == nil {
		t.Error("what cannot stand in the way is no error")
	}
	exec(t, conn, "BEGIN; LOCK t; ROLLBACK") // not kept waiting by those that were begun
}
