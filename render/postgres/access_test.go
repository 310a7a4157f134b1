package postgres

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestAccessLocks holds the locks of GRANT and OWNER TO against the servers, on
// tables, the sequences that go with them, and views.
func TestAccessLocks(t *testing.T) {
	if testing.Short() {
		t.Skip("starts every server")
	}
	eachMajor(t, func(t *testing.T, major int) {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, dbtest.PostgresMajor(t, major))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		exec := func(sql string) {
			t.Helper()
			if _, err := conn.Exec(ctx, sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
		exec("CREATE TABLE t (id bigserial, a text); CREATE VIEW v AS SELECT 1 AS x; CREATE SEQUENCE s")
		got := map[string]string{}
		for _, sql := range []string{
			"GRANT SELECT ON TABLE t TO pg_monitor", "REVOKE SELECT ON TABLE t FROM pg_monitor", "GRANT SELECT (a) ON TABLE t TO pg_monitor", "GRANT USAGE ON SEQUENCE s TO pg_monitor",
			"GRANT SELECT ON TABLE v TO pg_monitor", "ALTER TABLE t OWNER TO pg_monitor", "ALTER VIEW v OWNER TO pg_monitor", "ALTER SEQUENCE s OWNER TO pg_monitor",
		} {
			exec("BEGIN")
			exec(sql)
			var locks []string
			if err := conn.QueryRow(ctx, `SELECT coalesce(array_agg(c.relname || ' ' || l.mode ORDER BY c.relname, l.mode), '{}') FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND c.relname IN ('t', 'v', 's', 't_id_seq') AND l.mode <> 'AccessShareLock'`).Scan(&locks); err != nil {
				t.Fatal(err)
			}
			exec("ROLLBACK")
			got[sql] = strings.Join(locks, ", ")
		}
		want := map[string]string{
			"GRANT SELECT ON TABLE t TO pg_monitor": "", "REVOKE SELECT ON TABLE t FROM pg_monitor": "", "GRANT SELECT (a) ON TABLE t TO pg_monitor": "", "GRANT USAGE ON SEQUENCE s TO pg_monitor": "",
			"GRANT SELECT ON TABLE v TO pg_monitor": "", "ALTER TABLE t OWNER TO pg_monitor": "t AccessExclusiveLock, t_id_seq AccessExclusiveLock",
			"ALTER VIEW v OWNER TO pg_monitor": "v AccessExclusiveLock", "ALTER SEQUENCE s OWNER TO pg_monitor": "s AccessExclusiveLock",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("locks (- ours, + the server's):\n%s", d)
		}
	})
}
