package corpus_test

import (
	"context"
	"os"
	"regexp"
	"slices"
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

// An accessCase is one change of owners or privileges: base holds on both sides.
type accessCase struct{ name, base, from, to string }

const (
	table  = "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, n serial, a text, b text);\n"
	view   = "CREATE VIEW v AS SELECT 1 AS x, 2 AS y;\n"
	addTwo = "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';\n"
)

var accessCases = []accessCase{
	{"table: one privilege", table, "", "GRANT SELECT ON t TO gen_ann"},
	{"table: several privileges", table, "GRANT SELECT ON t TO gen_ann", "GRANT SELECT, INSERT, UPDATE, DELETE ON t TO gen_ann"},
	{"table: all privileges", table, "", "GRANT ALL ON t TO gen_ann"},
	{"table: everybody", table, "", "GRANT SELECT ON t TO PUBLIC"},
	{"table: from one to another", table, "GRANT SELECT ON t TO gen_ann", "GRANT SELECT ON t TO gen_bob"},
	{"table: grant option", table, "GRANT SELECT ON t TO gen_ann", "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION"},
	{"table: passed on", table, "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION", "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION; SET ROLE gen_ann; GRANT SELECT ON t TO gen_bob; RESET ROLE"},
	{"table: passed on, and on", table, "", "GRANT SELECT ON t TO gen_bob WITH GRANT OPTION; SET ROLE gen_bob; GRANT SELECT ON t TO gen_ann WITH GRANT OPTION; SET ROLE gen_ann; GRANT SELECT ON t TO gen_cat; RESET ROLE"},
	{"table: the owner's own", table, "", "REVOKE INSERT, DELETE ON t FROM CURRENT_USER"},
	{"table: owner", table, "", "ALTER TABLE t OWNER TO gen_ann"},
	{"table: owner with privileges", table, "GRANT SELECT ON t TO gen_ann, gen_bob", "GRANT SELECT ON t TO gen_bob; ALTER TABLE t OWNER TO gen_ann"},
	{"table: owner, and the former keeps some", table, "", "ALTER TABLE t OWNER TO gen_ann; GRANT SELECT ON t TO postgres"},
	{"table: owner without all privileges", table, "", "ALTER TABLE t OWNER TO gen_ann; REVOKE INSERT ON t FROM gen_ann"},
	{"table: a role with a name to quote", table, "", `GRANT SELECT ON t TO "Gen Dot"`},
	{"column: one", table, "", "GRANT SELECT (a) ON t TO gen_ann"},
	{"column: some to others", table, "GRANT SELECT (a), UPDATE (b) ON t TO gen_ann", "GRANT SELECT (b), UPDATE (b) ON t TO gen_ann"},
	{"column: in place of the table", table, "GRANT SELECT ON t TO gen_ann", "GRANT SELECT (a, b) ON t TO gen_ann"},
	{"column: and the table", table, "GRANT SELECT, UPDATE ON t TO gen_ann; GRANT SELECT (a) ON t TO gen_ann", "GRANT UPDATE ON t TO gen_ann; GRANT SELECT (a) ON t TO gen_ann"},
	{"column: grant option", table, "GRANT SELECT (a) ON t TO gen_ann", "GRANT SELECT (a) ON t TO gen_ann WITH GRANT OPTION"},
	{"column: dropped", "", "CREATE TABLE t (a text, b text); GRANT SELECT (a, b) ON t TO gen_ann", "CREATE TABLE t (a text); GRANT SELECT (a) ON t TO gen_ann"},
	{"column: another type", "", "CREATE TABLE t (a integer); GRANT SELECT (a) ON t TO gen_ann", "CREATE TABLE t (a bigint); GRANT SELECT (a) ON t TO gen_ann"},
	{"column: plain becomes generated", "", "CREATE TABLE t (a integer, b integer); GRANT SELECT (b) ON t TO gen_ann", "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (b) ON t TO gen_ann"},
	{"column: generated from another type", "", "CREATE TABLE t (a integer, b numeric GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (a, b) ON t TO gen_ann; GRANT SELECT ON t TO gen_bob", "CREATE TABLE t (a bigint, b numeric GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (a, b) ON t TO gen_ann; GRANT SELECT ON t TO gen_bob"},
	{"column: system column", table, "", "GRANT SELECT (tableoid) ON t TO gen_ann"},
	{"sequence: usage", "CREATE SEQUENCE s;", "", "GRANT USAGE ON SEQUENCE s TO gen_ann"},
	{"sequence: owner", "CREATE SEQUENCE s;", "", "ALTER SEQUENCE s OWNER TO gen_ann"},
	{"sequence: of an identity column", table, "", "GRANT USAGE, SELECT ON SEQUENCE t_id_seq TO gen_ann"},
	{"sequence: of a serial column", table, "GRANT USAGE ON SEQUENCE t_n_seq TO gen_ann", "GRANT SELECT ON SEQUENCE t_n_seq TO gen_ann"},
	{"sequence: goes with the table to another owner", table, "GRANT USAGE ON SEQUENCE t_n_seq TO gen_bob", "GRANT USAGE ON SEQUENCE t_n_seq TO gen_ann; ALTER TABLE t OWNER TO gen_bob"},
	{"sequence: owned by a column", "CREATE TABLE o (a bigint); CREATE SEQUENCE s OWNED BY o.a;", "", "GRANT USAGE ON SEQUENCE s TO gen_ann; ALTER TABLE o OWNER TO gen_cat"},
	{"sequence: serial becomes identity", "", "CREATE TABLE t (a serial); GRANT USAGE ON SEQUENCE t_a_seq TO gen_ann", "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY); GRANT USAGE ON SEQUENCE t_a_seq TO gen_ann"},
	{"view: privileges", view, "GRANT SELECT ON v TO gen_ann", "GRANT SELECT, INSERT ON v TO gen_ann"},
	{"view: owner", view, "", "ALTER VIEW v OWNER TO gen_ann"},
	{"view: made again", "", "CREATE VIEW v AS SELECT 1 AS x; GRANT SELECT ON v TO gen_ann; REVOKE INSERT ON v FROM CURRENT_USER", "CREATE VIEW v AS SELECT 2 AS z, 1 AS x; GRANT SELECT (x) ON v TO gen_ann; ALTER VIEW v OWNER TO gen_bob"},
	{"view: a column more", "", "CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW v AS SELECT 1 AS x, 2 AS y; GRANT SELECT (y) ON v TO gen_ann"},
	{"materialized view: privileges and owner", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;", "", "GRANT SELECT ON m TO gen_ann; ALTER MATERIALIZED VIEW m OWNER TO gen_bob"},
	{"function: not for everybody", addTwo, "", "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC; GRANT EXECUTE ON FUNCTION f(integer) TO gen_ann"},
	{"function: owner", addTwo, "", "ALTER FUNCTION f(integer) OWNER TO gen_ann"},
	{"function: made again", "", addTwo + "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC", "CREATE FUNCTION f(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC"},
	{"procedure: privileges and owner", "CREATE PROCEDURE p(n integer) LANGUAGE sql AS 'SELECT 1';", "", "REVOKE ALL ON PROCEDURE p(integer) FROM PUBLIC; ALTER PROCEDURE p(integer) OWNER TO gen_ann"},
	{"aggregate: privileges and owner", "CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer);", "", "REVOKE ALL ON FUNCTION agg(integer) FROM PUBLIC; ALTER AGGREGATE agg(integer) OWNER TO gen_ann"},
	{"aggregate: with arguments of both kinds", "CREATE AGGREGATE agg(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);", "", "REVOKE ALL ON FUNCTION agg(float8, anyelement) FROM PUBLIC"},
	{"aggregate: of an ordered set", "CREATE AGGREGATE agg(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);", "", "REVOKE ALL ON FUNCTION agg(anyelement) FROM PUBLIC; ALTER AGGREGATE agg(ORDER BY anyelement) OWNER TO gen_ann"},
	{"domain: privileges and owner", "CREATE DOMAIN d AS text;", "", "REVOKE ALL ON TYPE d FROM PUBLIC; GRANT USAGE ON TYPE d TO gen_ann; ALTER DOMAIN d OWNER TO gen_bob"},
	{"enum: privileges and owner", "CREATE TYPE e AS ENUM ('x');", "", "REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann"},
	{"enum: rebuilt", "", "CREATE TYPE e AS ENUM ('x', 'y'); REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann", "CREATE TYPE e AS ENUM ('y', 'x'); REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann"},
	{"composite type: privileges and owner", "CREATE TYPE c AS (x integer);", "", "REVOKE ALL ON TYPE c FROM PUBLIC; ALTER TYPE c OWNER TO gen_ann"},
	{"range type: privileges", "CREATE TYPE r AS RANGE (SUBTYPE = integer);", "", "REVOKE ALL ON TYPE r FROM PUBLIC"},
	{"schema: privileges", "", "", "GRANT USAGE ON SCHEMA app TO gen_ann"},
	{"schema: owner", "", "", "ALTER SCHEMA app OWNER TO gen_ann"},
	{"schema: public", "", "", "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT CREATE, USAGE ON SCHEMA public TO gen_ann"},
	{"defaults: tables of a schema", "", "", "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann IN SCHEMA public GRANT SELECT ON TABLES TO gen_bob"},
	{"defaults: tables everywhere", "", "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT SELECT ON TABLES TO gen_bob", "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT SELECT, INSERT ON TABLES TO gen_bob WITH GRANT OPTION"},
	{"defaults: functions not for everybody", "", "", "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"},
	{"defaults: sequences, types and schemas", "", "", "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann IN SCHEMA public GRANT USAGE ON SEQUENCES TO gen_bob; ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT USAGE ON SCHEMAS TO gen_bob; ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE USAGE ON TYPES FROM PUBLIC"},
	{"defaults: and a new table", "", "", "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO gen_bob; " + table},
	{"defaults: under which a new table has more", "", "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob", "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob; " + table + "GRANT SELECT ON t TO gen_ann; REVOKE ALL ON t FROM gen_bob"},
	{"defaults: gone with what they gave", "", "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob; " + table, ""},
	{"table: new, with everything", "", "", table + "GRANT SELECT ON t TO gen_ann; GRANT UPDATE (a) ON t TO gen_bob; GRANT USAGE ON SEQUENCE t_n_seq TO gen_bob; ALTER TABLE t OWNER TO gen_cat"},
	{"function: new, not for everybody", "", "", addTwo + "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC"},
}

// roles are there on every server that such cases run on.
const roles = `DO $$ DECLARE r text; BEGIN
 FOREACH r IN ARRAY ARRAY['gen_ann', 'gen_bob', 'gen_cat', 'Gen Dot'] LOOP
  BEGIN EXECUTE format('CREATE ROLE %I', r); EXCEPTION WHEN duplicate_object OR unique_violation THEN END;
 END LOOP; END $$;
CREATE SCHEMA app;
`

// accessOf reads a database with owners and privileges.
func accessOf(t *testing.T, url string) (*schema.Database, int) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	db, info, err := inspectpg.Inspect(ctx, c, introspect.Options{Objects: true, Privileges: true, Schemas: []string{"public", "app"}})
	if err != nil {
		t.Fatal(err)
	}
	return db, info.ServerVersion
}

// leadAccess runs the plan to want and returns the way back.
func leadAccess(t *testing.T, url string, want *schema.Database) (back diff.Plan, script string) {
	t.Helper()
	have, version := accessOf(t, url)
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	script = carryOut(t, url, p, version)
	now, _ := accessOf(t, url)
	again, err := diff.Diff(now, want, diff.Renames{})
	if err != nil {
		t.Error(err)
	}
	for _, c := range again.Changes {
		l := diff.Describe(c)
		t.Errorf("a second comparison has %s %s %s", l.Sign, l.Object, l.Detail)
	}
	return p.Reverse(), script
}

// TestAccessArrives changes owners and privileges there, back, and the other
// way (with GEN_TEST_ACCESS=all), with pg_dump as the witness.
func TestAccessArrives(t *testing.T) {
	t.Parallel()
	for i, c := range accessCases {
		if !sampled(i) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			load := func(sql string) (string, string) {
				url := dbtest.Postgres(t)
				dbtest.Exec(t, url, roles+c.base+sql)
				return url, grantsSorted(dbtest.PgDumpAccess(t, url))
			}
			from, before := load(c.from)
			to, after := load(c.to)
			if before == after {
				t.Fatal("there is no difference")
			}
			if !strings.Contains(c.to, "SET ROLE") {
				filesSay(t, to, c.base+c.to)
			}
			ways := []struct{ name, url, other, start, want string }{{"there", from, to, before, after}, {"the other way", to, from, after, before}}
			if os.Getenv("GEN_TEST_ACCESS") != "all" {
				ways = ways[:1] // and back, which differs from the other way only in how it was planned
			}
			for _, way := range ways {
				want, version := accessOf(t, way.other)
				back, script := leadAccess(t, way.url, want)
				if d := cmp.Diff(way.want, grantsSorted(dbtest.PgDumpAccess(t, way.url))); d != "" {
					t.Errorf("%s: it arrives elsewhere (- wanted, + reached):\n%s\n%s", way.name, d, script)
				}
				script = carryOut(t, way.url, back, version)
				if d := cmp.Diff(way.start, grantsSorted(dbtest.PgDumpAccess(t, way.url))); d != "" {
					t.Errorf("%s: the way back leads elsewhere (- began, + returned):\n%s\n%s", way.name, d, script)
				}
			}
		})
	}
}

// saidByModels are the statements of a case that make what models say.
var saidByModels = regexp.MustCompile(`^\s*CREATE (TABLE|SEQUENCE|SCHEMA|TYPE \w+ AS ENUM)`)

// filesSay holds that a database is what files of objects with the statements
// say that made it.
func filesSay(t *testing.T, url, script string) {
	t.Helper()
	var kept []string
	for _, s := range strings.SplitAfter(script, ";") {
		if !saidByModels.MatchString(s) {
			kept = append(kept, s)
		}
	}
	text := strings.ReplaceAll(strings.Join(kept, ""), "CURRENT_USER", "postgres")
	have, _ := accessOf(t, url)
	want := schema.Clone(have)
	want.Objects, want.Access = nil, nil
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	read, err := inspectpg.Objects(ctx, c, want, have, []introspect.SQLFile{{Path: "schema/a.sql", Text: text}},
		introspect.Options{Privileges: true, Schemas: []string{"public", "app"}})
	if err != nil {
		t.Fatalf("reading the files: %v\n%s", err, text)
	}
	want.Objects, want.Access = read.Objects, read.Access
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Changes {
		l := diff.Describe(c)
		t.Errorf("the files say otherwise: %s %s %s", l.Sign, l.Object, l.Detail)
	}
	if t.Failed() {
		t.Log(text)
	}
}

// grantsSorted puts GRANTs that follow each other into one order: that of an ACL
// means nothing.
func grantsSorted(dump string) string {
	lines := strings.Split(dump, "\n")
	for i := 0; i < len(lines); i++ {
		begin := i
		for i < len(lines) && strings.HasPrefix(lines[i], "GRANT ") {
			i++
		}
		slices.Sort(lines[begin:i])
	}
	return strings.Join(lines, "\n")
}
