package postgres

import (
	"context"
	"database/sql"
	"fmt"
)

// sizeQuery lists tables with the bytes of their rows, those of all partitions for
// a partitioned one. The file's length is asked, as relpages is 0 until the first
// VACUUM or ANALYZE; a table that is dropped meanwhile has none.
const sizeQuery = `SELECT current_setting('server_version_num')::int, n.nspname, c.relname,
  CASE WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(pg_relation_size(p.relid)), 0)::bigint FROM pg_partition_tree(c.oid) p)
  ELSE coalesce(pg_relation_size(c.oid), 0) END,
  CASE WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(greatest(r.reltuples, 0)), 0)::bigint FROM pg_partition_tree(c.oid) p JOIN pg_class r ON r.oid = p.relid WHERE p.isleaf)
  ELSE CASE WHEN c.reltuples < 0 OR c.reltuples = 0 AND c.relpages = 0 THEN -1 ELSE c.reltuples::bigint END END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
UNION ALL SELECT current_setting('server_version_num')::int, '', '', 0, 0`

// A TableSize is the bytes that the rows of a table take, and how many these are as
// the server last estimated; -1: it never has.
type TableSize struct{ Bytes, Rows int64 }

// TableSizes returns the size of each table and materialized view, by schema and
// name, and the server_version_num. It takes no lock that anybody waits for.
func TableSizes(ctx context.Context, db *sql.DB) (sizes map[[2]string]TableSize, version int, err error) {
	rows, err := db.QueryContext(ctx, sizeQuery)
	if err != nil {
		return nil, 0, fmt.Errorf("reading table sizes: %w", err)
	}
	defer rows.Close()
	sizes = map[[2]string]TableSize{}
	for rows.Next() {
		var schema, name string
		var size TableSize
		if err := rows.Scan(&version, &schema, &name, &size.Bytes, &size.Rows); err != nil {
			return nil, 0, fmt.Errorf("reading table sizes: %w", err)
		}
		if name != "" {
			sizes[[2]string{schema, name}] = size
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("reading table sizes: %w", err)
	}
	return sizes, version, nil
}
