package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/introspect"
)

// QueriesAlone sends the first round of queries, which is all but the texts of
// expressions, and throws away what comes.
func QueriesAlone(ctx context.Context, c *pgx.Conn, o introspect.Options) error {
	var version int
	if err := c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return err
	}
	o.Schemas = []string{"public"}
	queries := firstPipeline(version, o)
	for i := range queries {
		queries[i].read = nil
	}
	if err := newCatalog(version, o).pipeline(ctx, c.PgConn(), queries); err != nil {
		return err
	}
	_, err := c.Exec(ctx, "ROLLBACK")
	return err
}
