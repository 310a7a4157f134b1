package migrations

import (
	"context"
	"fmt"
	"strings"
)

var postgresStore = storeSQL{
	create: []string{
		`CREATE TABLE %[1]s (
  revision text PRIMARY KEY,
  parents text NOT NULL,
  depends text NOT NULL,
  message text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'applied', 'reverting')),
  checksum text NOT NULL,
  down_checksum text,
  down_sql text,
  cursor integer NOT NULL,
  total integer NOT NULL,
  inflight boolean NOT NULL,
  inflight_sql text,
  prefix text NOT NULL,
  error text,
  started_at timestamptz NOT NULL,
  applied_at timestamptz,
  duration_ms bigint,
  applied_by text NOT NULL,
  tool text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY)`,
		`CREATE TABLE %[2]s (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  run uuid NOT NULL,
  revision text,
  event text NOT NULL,
  detail jsonb)`,
	},
	now:       "pg_catalog.clock_timestamp()",
	ago:       "pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => ?)",
	timeText:  `pg_catalog.to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
	numbered:  true,
	loggedCTE: true,
}

// postgresFacts is what one catalog query tells about the server and the place
// of the version table.
type postgresFacts struct {
	version   int // server_version_num
	standby   bool
	inSchema  string // the schema whose gen_revisions is in use; empty when there is none
	newSchema string // where a new one would go; empty when search_path names no schema
	elsewhere string // schemas with a gen_revisions that search_path does not reach; at most three, and …
	chosen    bool   // the connection itself names its search_path, as for one of many tenants
	hasSchema bool   // newSchema exists
}

// locatePostgres finds the version table: in schema when that is not empty,
// else in the first schema of search_path that has one. It reads the catalog
// only.
func locatePostgres(ctx context.Context, q Tx, schema string) (*store, postgresFacts, error) {
	const query = `SELECT pg_catalog.current_setting('server_version_num')::int,
  pg_catalog.pg_is_in_recovery(),
  coalesce((SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = CASE WHEN $1 = '' THEN pg_catalog.to_regclass('gen_revisions')
      ELSE pg_catalog.to_regclass(pg_catalog.quote_ident($1) || '.gen_revisions') END), ''),
  CASE WHEN $1 = '' THEN coalesce(pg_catalog.current_schema()::text, '') ELSE $1 END,
  coalesce((SELECT pg_catalog.string_agg(CASE n WHEN 4 THEN '…' ELSE name END, ', ' ORDER BY n) FROM (
    SELECT n.nspname::text AS name, pg_catalog.row_number() OVER (ORDER BY n.nspname) AS n FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'gen_revisions' AND c.relkind = 'r'
    ORDER BY n.nspname LIMIT 4) found), ''),
  EXISTS (SELECT 1 FROM pg_catalog.pg_settings WHERE name = 'search_path' AND source = 'client'),
  $1 = '' OR EXISTS (SELECT 1 FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)`
	var f postgresFacts
	// A cast of the one parameter would be needed at each use; text is what
	// every driver sends for a Go string.
	text := strings.ReplaceAll(query, "$1", "$1::text")
	err := q.QueryRowContext(ctx, text, schema).Scan(&f.version, &f.standby, &f.inSchema, &f.newSchema, &f.elsewhere, &f.chosen, &f.hasSchema)
	if err != nil {
		return nil, f, fmt.Errorf("looking for %s: %w", TableRevisions, err)
	}
	s := &store{sql: postgresStore, schema: f.inSchema, exists: f.inSchema != ""}
	if !s.exists {
		// A role's or database's search_path may have changed since; one that the
		// URL names is meant.
		if schema == "" && f.elsewhere != "" && !(f.chosen && f.newSchema != "") {
			return nil, f, fmt.Errorf("the version table %s stands in schema %s, which search_path does not name or this role may not use\n    hint: name the schema (run.schema in gen.toml, search_path in the URL, migrations.WithSchema), correct search_path, or grant USAGE on the schema", TableRevisions, f.elsewhere)
		}
		s.schema = f.newSchema
	}
	s.revisions = quote(s.schema) + "." + TableRevisions
	s.log = quote(s.schema) + "." + TableLog
	return s, f, nil
}
