package corpus_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// beside is what one.sql has none of.
const beside = `CREATE TABLE plain (a integer, b text, c text COLLATE "C");
CREATE INDEX plain_a ON plain (a);
CREATE SEQUENCE seq;
CREATE TABLE parted (a integer, b integer) PARTITION BY LIST (a);
`

// catalogChanges change one fact each, one after the other.
var catalogChanges = []string{
	"COMMENT ON EXTENSION pg_trgm IS 'x'",
	"COMMENT ON COLLATION german IS 'x'",
	"ALTER COLLATION german RENAME TO deutsch",
	"COMMENT ON DOMAIN positive IS 'x'",
	"COMMENT ON CONSTRAINT positive_check ON DOMAIN positive IS 'x'",
	"ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO other_check",
	"ALTER DOMAIN positive SET DEFAULT 2",
	"ALTER DOMAIN positive DROP NOT NULL",
	"ALTER DOMAIN positive ADD CHECK (VALUE < 100) NOT VALID",
	"REVOKE ALL ON DOMAIN positive FROM PUBLIC",
	"COMMENT ON COLUMN place.street IS 'x'",
	"COMMENT ON TYPE place IS 'x'",
	"ALTER TYPE place RENAME ATTRIBUTE street TO road",
	"ALTER TYPE place ADD ATTRIBUTE country text",
	"COMMENT ON TYPE span IS 'x'",
	"COMMENT ON TYPE mood IS 'x'",
	"ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
	"ALTER TYPE mood ADD VALUE 'glad'",
	"ALTER FUNCTION add(integer, integer) COST 6",
	"ALTER FUNCTION add(integer, integer) STRICT",
	"ALTER FUNCTION add(integer, integer) LEAKPROOF",
	"ALTER FUNCTION add(integer, integer) STABLE",
	"ALTER FUNCTION add(integer, integer) PARALLEL UNSAFE",
	"ALTER FUNCTION add(integer, integer) SET work_mem = '2MB'",
	"ALTER FUNCTION of_user(users) RESET ALL",
	"ALTER FUNCTION everybody() SECURITY INVOKER",
	"ALTER FUNCTION everybody() ROWS 7",
	"ALTER FUNCTION everybody() DEPENDS ON EXTENSION pg_trgm",
	"REVOKE ALL ON FUNCTION everybody() FROM PUBLIC",
	"COMMENT ON PROCEDURE tidy(integer) IS 'x'",
	"ALTER PROCEDURE tidy(integer) SECURITY DEFINER",
	"COMMENT ON AGGREGATE total(integer) IS 'x'",
	"ALTER AGGREGATE total(integer) RENAME TO summed",
	"GRANT SELECT ON feelings TO PUBLIC",
	"GRANT SELECT (id) ON happy TO PUBLIC",
	"ALTER VIEW feelings SET (security_barrier = false)",
	"ALTER VIEW feelings RESET (security_barrier)",
	"ALTER VIEW feelings ALTER COLUMN name SET DEFAULT 'x'",
	"ALTER VIEW feelings RENAME COLUMN name TO label",
	"COMMENT ON COLUMN feelings.label IS 'x'",
	"COMMENT ON VIEW happy IS NULL",
	"ALTER MATERIALIZED VIEW totals SET (fillfactor = 50)",
	"ALTER MATERIALIZED VIEW totals SET (toast.autovacuum_enabled = false)",
	"ALTER MATERIALIZED VIEW totals ALTER COLUMN total SET STATISTICS 7",
	"ALTER MATERIALIZED VIEW totals ALTER COLUMN total SET STORAGE EXTERNAL",
	"ALTER MATERIALIZED VIEW totals ALTER COLUMN total SET (n_distinct = 5)",
	"ALTER MATERIALIZED VIEW totals CLUSTER ON totals_user",
	"COMMENT ON COLUMN totals.n IS 'x'",
	"COMMENT ON INDEX totals_user IS 'x'",
	"ALTER INDEX totals_user SET (fillfactor = 50)",
	"ALTER INDEX totals_user RENAME TO totals_u",
	"ALTER TRIGGER touch ON users RENAME TO touched",
	"ALTER TABLE users DISABLE TRIGGER touched",
	"ALTER TABLE users ENABLE ALWAYS TRIGGER touched",
	"ALTER TRIGGER touched ON users DEPENDS ON EXTENSION pg_trgm",
	"COMMENT ON TRIGGER touched ON users IS 'x'",
	"ALTER TABLE orders DISABLE TRIGGER ALL",
	"ALTER RULE quiet ON orders RENAME TO still",
	"ALTER TABLE orders DISABLE RULE still",
	"COMMENT ON RULE still ON orders IS 'x'",
	"ALTER POLICY own ON users USING (true)",
	"ALTER POLICY own ON users TO pg_monitor",
	"ALTER POLICY write ON users WITH CHECK (true)",
	"COMMENT ON POLICY own ON users IS 'x'",
	"ALTER TABLE users DISABLE ROW LEVEL SECURITY",
	"ALTER TABLE users NO FORCE ROW LEVEL SECURITY",
	"ALTER TABLE users REPLICA IDENTITY DEFAULT",
	"ALTER TABLE orders REPLICA IDENTITY NOTHING",
	"ALTER STATISTICS corr SET STATISTICS 51",
	"ALTER STATISTICS corr RENAME TO correlation",
	"COMMENT ON STATISTICS correlation IS 'x'",
	"CREATE SCHEMA elsewhere",
	"ALTER EXTENSION pg_trgm SET SCHEMA elsewhere",
	"ALTER FUNCTION touch() SET SCHEMA elsewhere",
	"CREATE FUNCTION noticed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
	"CREATE EVENT TRIGGER noticing ON ddl_command_end EXECUTE FUNCTION noticed()",
	"CREATE PUBLICATION p",
	"CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)",
	"CREATE TEXT SEARCH CONFIGURATION searching (COPY = simple)",
	"CREATE CAST (mood AS text[]) WITH INOUT",
	"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
	"CREATE FOREIGN DATA WRAPPER wrapped",
	"CREATE SERVER far FOREIGN DATA WRAPPER wrapped",
	"CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)",
	"CREATE TABLE child () INHERITS (plain)",
	"CREATE TYPE shell",
	"CREATE CONVERSION converted FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
	"CREATE ACCESS METHOD heaped TYPE TABLE HANDLER heap_tableam_handler",
	"COMMENT ON SEQUENCE seq IS 'x'",
	"ALTER SEQUENCE seq CACHE 5",
	"COMMENT ON SCHEMA public IS 'x'",
	"GRANT SELECT ON plain TO PUBLIC",
	"ALTER TABLE plain ALTER COLUMN a SET (n_distinct = 4)",
	"ALTER TABLE plain ALTER COLUMN b SET STORAGE EXTERNAL",
	"ALTER TABLE plain CLUSTER ON plain_a",
	"COMMENT ON INDEX plain_a IS 'x'",
}

// TestNothingIsSilent changes one fact of the catalog after the other. Each must
// be a difference, or among what is not managed.
func TestNothingIsSilent(t *testing.T) {
	t.Parallel()
	one, err := os.ReadFile(filepath.Join("..", "..", "testdata", "objects", "one.sql"))
	if err != nil {
		t.Fatal(err)
	}
	url := dbtest.Postgres(t)
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	exec := func(sql string) {
		t.Helper()
		if _, err := c.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	read := func() *schema.Database {
		t.Helper()
		db, _, err := inspectpg.Inspect(ctx, c, introspect.Options{Objects: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	exec(string(one))
	exec(beside)
	before := read()
	for _, sql := range catalogChanges {
		exec(sql)
		after := read()
		unmanaged := !cmp.Equal(before.Unmanaged, after.Unmanaged)
		p, err := diff.Diff(before, after, diff.Renames{})
		if !unmanaged && err == nil && len(p.Changes) == 0 {
			t.Errorf("silent: %s", sql)
		}
		if strings.HasPrefix(sql, "COMMENT") && err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		before = after
	}
}
