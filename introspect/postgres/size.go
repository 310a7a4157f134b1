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
  ELSE coalesce(pg_relation_size(c.oid), 0) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
UNION ALL SELECT current_setting('server_version_num')::int, '', '', 0`

// TableSizes returns the bytes that the rows of each table and materialized view
// take, by schema and name, and the server_version_num. It takes no lock that
// anybody waits for.
func TableSizes(ctx context.Context, db *sql.DB) (sizes map[[2]string]int64, version int, err error) {
	rows, err := db.QueryContext(ctx, sizeQuery)
	if err != nil {
		return nil, 0, fmt.Errorf("reading table sizes: %w", err)
	}
	defer rows.Close()
	sizes = map[[2]string]int64{}
	for rows.Next() {
		var schema, name string
		var size int64
		if err := rows.Scan(&version, &schema, &name, &size); err != nil {
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
