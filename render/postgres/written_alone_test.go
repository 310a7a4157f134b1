package postgres_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/observe"
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
							if observe.Strength(mode) > observe.Strength(saw[table]) {
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

// locksBehind runs a statement while another session is in its way, and returns
// the strongest lock on each table that it has or waits for.
func locksBehind(t *testing.T, url, inTheWay, sql string) map[string]string {
	t.Helper()
	return newServer(t, url).behind(t, sql, inTheWay)
}
