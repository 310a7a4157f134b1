package postgres_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/render/postgres"
)

// TestLocksOfStatementsThatRunAlone is TestWrittenLocks for what the server refuses
// in a transaction: a second session sees what the first one holds, and waits for,
// while a third one is in its way.
func TestLocksOfStatementsThatRunAlone(t *testing.T) {
	tests := []struct {
		sql string
		// inTheWay is what the third session has done, each in turn: a statement with
		// several transactions takes other locks in each.
		inTheWay []string
		since    int
	}{
		{sql: "ALTER TABLE parted DETACH PARTITION part1 CONCURRENTLY", inTheWay: []string{"LOCK part1 IN SHARE UPDATE EXCLUSIVE MODE", "SELECT FROM part1"}, since: 14},
		{sql: "CREATE INDEX CONCURRENTLY i ON users (t)", inTheWay: []string{"INSERT INTO users VALUES (1)"}},
		{sql: "DROP INDEX CONCURRENTLY users_idx", inTheWay: []string{"INSERT INTO users VALUES (1)"}},
		{sql: "REINDEX TABLE CONCURRENTLY users", inTheWay: []string{"INSERT INTO users VALUES (1)"}},
		{sql: "VACUUM FULL users", inTheWay: []string{"SELECT FROM users"}},
	}
	for _, major := range majors(t) {
		t.Run(strconv.Itoa(major), func(t *testing.T) {
			for _, tt := range tests {
				if major < tt.since {
					continue
				}
				t.Run(tt.sql, func(t *testing.T) {
					t.Parallel()
					saw := map[string]string{}
					for _, sql := range tt.inTheWay {
						url := newDatabase(t, major, writtenScene)
						for table, mode := range locksBehind(t, url, sql, tt.sql) {
							if strength(mode) > strength(saw[table]) {
								saw[table] = mode
							}
						}
					}
					if d := cmp.Diff(said(postgres.WrittenLocks(tt.sql)), saw); d != "" {
						t.Errorf("(- said, + the server): %s", d)
					}
				})
			}
		})
	}
}

// locksBehind starts a statement while another session is in its way, and returns
// the strongest lock on each table that it has or waits for.
func locksBehind(t *testing.T, url, inTheWay, sql string) map[string]string {
	t.Helper()
	ctx := context.Background()
	first, second, third := newServer(t, url), newServer(t, url), newServer(t, url)
	third.exec(t, "BEGIN; "+inTheWay)
	done := make(chan error, 1)
	go func() {
		_, err := first.conn.Exec(ctx, sql, pgx.QueryExecModeExec)
		done <- err
	}()
	pid := first.conn.PgConn().PID()
	saw := map[string]string{}
	for deadline := time.Now().Add(time.Minute); len(saw) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not wait for %s", sql, inTheWay)
		}
		rows, err := second.conn.Query(ctx, `SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = $1 AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
AND EXISTS (SELECT FROM pg_locks w WHERE w.pid = $1 AND NOT w.granted)`, pgx.QueryExecModeExec, pid)
		if err != nil {
			t.Fatal(err)
		}
		var table, mode string
		if _, err := pgx.ForEachRow(rows, []any{&table, &mode}, func() error {
			if mode = modeName(mode); strength(mode) > strength(saw[table]) {
				saw[table] = mode
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	third.exec(t, "ROLLBACK")
	if err := <-done; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return saw
}
