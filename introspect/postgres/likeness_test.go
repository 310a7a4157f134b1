package postgres_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// What gen does not manage is listed with words that tell it from what has the same
// kind and name in another database.
func TestInspectTellsHowUnmanagedThingsDiffer(t *testing.T) {
	url := dbtest.Postgres(t)
	ctx := context.Background()
	c := connect(t, url)
	exec := func(sql string) {
		t.Helper()
		if _, err := c.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	read := func() *schema.Database {
		t.Helper()
		db, _, err := postgres.Inspect(ctx, c, introspect.Options{Objects: true, Privileges: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	exec(`
CREATE EXTENSION hstore;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (a integer) SERVER s;
CREATE TYPE c AS (a integer, b text);
CREATE TABLE typed OF c;
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY, b serial, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 50));
ALTER TABLE t ADD CONSTRAINT i EXCLUDE ((a + 1) WITH =);
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100;
ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5);
COMMENT ON SEQUENCE t_b_seq IS 'counts';
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TRIGGER z BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE COLLATION own FROM "C";
CREATE STATISTICS stats ON a, b FROM t;
CREATE PUBLICATION pub;
CREATE DOMAIN filled AS text CONSTRAINT filled_always NOT NULL;
CREATE EVENT TRIGGER g ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION e();
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gen_other') THEN CREATE ROLE gen_other SUPERUSER; END IF; END $$`)
	before, version := read(), 0
	if err := c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		t.Fatal(err)
	}
	alterations := []string{
		"ALTER FOREIGN TABLE f ADD COLUMN b text",
		"ALTER FOREIGN TABLE f ALTER COLUMN a SET NOT NULL",
		"ALTER FOREIGN TABLE f ADD CHECK (a > 0)",
		"COMMENT ON COLUMN f.a IS 'x'",
		"COMMENT ON FOREIGN TABLE f IS 'x'",
		"ALTER FOREIGN TABLE f OPTIONS (ADD table_name 'y')",
		"ALTER TABLE typed ALTER COLUMN b SET DEFAULT 'x'",
		"CREATE INDEX ON typed (a)",
		"ALTER INDEX u SET (fillfactor = 60)",
		"ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 200",
		"ALTER TABLE t ALTER COLUMN a SET (n_distinct = 6)",
		"COMMENT ON SEQUENCE t_b_seq IS 'counts on'",
		"ALTER SEQUENCE t_a_seq RENAME TO chosen",
		"ALTER TABLE p1 DISABLE TRIGGER z",
		"ALTER TABLE p1 ENABLE ALWAYS TRIGGER z",
		"COMMENT ON OPERATOR === (integer, integer) IS 'x'",
		"ALTER OPERATOR === (integer, integer) OWNER TO gen_other",
		"COMMENT ON EVENT TRIGGER g IS 'x'",
		"ALTER EVENT TRIGGER g OWNER TO gen_other",
		"COMMENT ON SERVER s IS 'x'",
		"ALTER SERVER s OWNER TO gen_other",
		"ALTER COLLATION own OWNER TO gen_other",
		"ALTER STATISTICS stats OWNER TO gen_other",
		"ALTER PUBLICATION pub OWNER TO gen_other",
		"GRANT USAGE ON LANGUAGE plpgsql TO gen_other",
		"REVOKE EXECUTE ON FUNCTION hstore(text, text) FROM PUBLIC",
	}
	if version >= 170000 { // before, NOT NULL of a domain has no name
		alterations = append(alterations, "ALTER DOMAIN filled RENAME CONSTRAINT filled_always TO filled_ever")
	}
	for _, sql := range alterations {
		exec(sql)
		now := read()
		if cmp.Equal(before.Unmanaged, now.Unmanaged) {
			t.Errorf("silent: %s", sql)
		}
		before = now
	}
	// What is made again comes back with its owner, who is managed or not.
	for kind, want := range map[string]string{
		schema.KindStatistics: "ALTER STATISTICS public.stats OWNER TO gen_other", schema.KindCollation: "ALTER COLLATION public.own OWNER TO gen_other",
		schema.KindPublication: "ALTER PUBLICATION pub OWNER TO gen_other",
	} {
		var got []string
		for _, o := range before.Objects {
			if o.Kind == kind {
				got = o.Grants
			}
		}
		if d := cmp.Diff([]string{want}, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", kind, d)
		}
	}
}
