package migrations

import (
	"context"
	"fmt"
)

// Times are text in UTC with milliseconds, which sorts and which
// strftime writes.
var sqliteStore = storeSQL{
	create: []string{
		`CREATE TABLE %[1]s (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  revision TEXT NOT NULL UNIQUE,
  parents TEXT NOT NULL,
  depends TEXT NOT NULL,
  message TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'applied', 'reverting')),
  checksum TEXT NOT NULL,
  down_checksum TEXT,
  down_sql TEXT,
  cursor INTEGER NOT NULL,
  total INTEGER NOT NULL,
  inflight INTEGER NOT NULL,
  inflight_sql TEXT,
  prefix TEXT NOT NULL,
  error TEXT,
  started_at TEXT NOT NULL,
  applied_at TEXT,
  duration_ms INTEGER,
  applied_by TEXT NOT NULL,
  tool TEXT NOT NULL)`,
		`CREATE TABLE %[2]s (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL DEFAULT (strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now')),
  run TEXT NOT NULL,
  revision TEXT,
  event TEXT NOT NULL,
  detail TEXT)`,
	},
	now:      "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
	ago:      "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ? || ' seconds')",
	timeText: "%s",
}

// locateSQLite finds the version table in the main database.
func locateSQLite(ctx context.Context, q Tx) (*store, error) {
	s := &store{sql: sqliteStore, revisions: TableRevisions, log: TableLog}
	var n int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", TableRevisions).Scan(&n); err != nil {
		return nil, fmt.Errorf("looking for %s: %w", TableRevisions, err)
	}
	s.exists = n > 0
	return s, nil
}
