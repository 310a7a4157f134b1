package corpus_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// An objectCase is one change of what is told by its definition: base holds on
// both sides.
type objectCase struct{ name, base, from, to string }

const people = `CREATE TABLE users (id bigint PRIMARY KEY, name text, age integer, born date, tags text[]);
INSERT INTO users VALUES (1, 'ann', 30, '2000-01-01', '{a}'), (2, 'bob', 40, '1990-01-01', '{b,c}');
`

// Two functions of one name, of which neither replaces the other.
const (
	one     = "CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n';\n"
	another = "CREATE FUNCTION f(m integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 2::bigint';\n"
)

const stamp = `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
`

var objectCases = []objectCase{
	{"view: query", people, "CREATE VIEW v AS SELECT id, name FROM users", "CREATE VIEW v AS SELECT id, name FROM users WHERE age > 3"},
	{"view: column at the end", people, "CREATE VIEW v AS SELECT id FROM users", "CREATE VIEW v AS SELECT id, name FROM users"},
	{"view: column renamed", people, "CREATE VIEW v AS SELECT id FROM users", "CREATE VIEW v AS SELECT id AS key FROM users"},
	{"view: type of a column", people, "CREATE VIEW v AS SELECT id FROM users", "CREATE VIEW v AS SELECT id::integer FROM users"},
	{"view: options", people, "CREATE VIEW v AS SELECT id FROM users", "CREATE VIEW v WITH (security_barrier) AS SELECT id FROM users WITH LOCAL CHECK OPTION"},
	{"view: default of a column", people + "CREATE VIEW v AS SELECT id, name FROM users;", "", "ALTER VIEW v ALTER COLUMN name SET DEFAULT 'x'"},
	{"view: comment", people + "CREATE VIEW v AS SELECT id FROM users;", "", "COMMENT ON VIEW v IS 'it''s'"},
	{"view: changed under another", people, "CREATE VIEW v AS SELECT id FROM users; CREATE VIEW w AS SELECT id FROM v", "CREATE VIEW v AS SELECT name, id FROM users; CREATE VIEW w AS SELECT id FROM v"},
	{"view: becomes materialized", people, "CREATE VIEW v AS SELECT id FROM users", "CREATE MATERIALIZED VIEW v AS SELECT id FROM users"},
	{"view: swapped with another", people, "CREATE VIEW v AS SELECT id FROM users; CREATE VIEW w AS SELECT id FROM v", "CREATE VIEW w AS SELECT id FROM users; CREATE VIEW v AS SELECT id FROM w"},
	{"view: recursive", people, "", "CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 10"},
	{"view: of a function", people, "", "CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n'; CREATE VIEW v AS SELECT f(age) AS f FROM users"},
	{"view: grouped by the key", people, "", "CREATE VIEW v AS SELECT id, name, count(*) AS n FROM users GROUP BY id"},
	{"column: type under a view", "", "CREATE TABLE t (id integer, n integer); INSERT INTO t VALUES (1, 2); CREATE VIEW v AS SELECT id, n FROM t", "CREATE TABLE t (id integer, n bigint); INSERT INTO t VALUES (1, 2); CREATE VIEW v AS SELECT id, n FROM t"},
	{"column: type under a view of a view", "", "CREATE TABLE t (n integer); CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w AS SELECT n FROM v; CREATE MATERIALIZED VIEW m AS SELECT n FROM w", "CREATE TABLE t (n bigint); CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w AS SELECT n FROM v; CREATE MATERIALIZED VIEW m AS SELECT n FROM w"},
	{"column: type under a policy", "", "CREATE TABLE t (n integer); CREATE POLICY p ON t USING (n > 0)", "CREATE TABLE t (n bigint); CREATE POLICY p ON t USING (n > 0)"},
	{"column: type under a trigger", stamp, "CREATE TABLE t (n integer); CREATE TRIGGER g BEFORE UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE TABLE t (n bigint); CREATE TRIGGER g BEFORE UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"column: type under a rule", "", "CREATE TABLE t (n integer); CREATE RULE r AS ON INSERT TO t WHERE new.n < 0 DO INSTEAD NOTHING", "CREATE TABLE t (n bigint); CREATE RULE r AS ON INSERT TO t WHERE new.n < 0 DO INSTEAD NOTHING"},
	{"column: type under statistics", "", "CREATE TABLE t (n integer, m integer); CREATE STATISTICS s ON n, m FROM t", "CREATE TABLE t (n bigint, m integer); CREATE STATISTICS s ON n, m FROM t"},
	{"column: dropped with its view", "", "CREATE TABLE t (id integer, n integer); CREATE VIEW v AS SELECT n FROM t", "CREATE TABLE t (id integer)"},
	{"column: shown by the view no more, then dropped", "", "CREATE TABLE t (id integer, n integer); CREATE VIEW v AS SELECT id, n FROM t", "CREATE TABLE t (id integer); CREATE VIEW v AS SELECT id FROM t"},
	{"column: of a domain", "CREATE DOMAIN d AS integer CHECK (VALUE > 0);", "CREATE TABLE t (n integer)", "CREATE TABLE t (n d)"},
	{"column: default calls a new function", "", "CREATE TABLE t (n integer)", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (n integer DEFAULT f())"},
	{"column: check calls a new function", "", "CREATE TABLE t (n integer)", "CREATE FUNCTION f(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (n integer CHECK (f(n)))"},
	{"column: index over a new function", "", "CREATE TABLE t (n integer)", "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE t (n integer); CREATE INDEX i ON t (f(n))"},
	{"table: dropped with all that hangs on it", stamp, "CREATE TABLE t (n integer, m integer); CREATE VIEW v AS SELECT n FROM t; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE POLICY p ON t; CREATE STATISTICS s ON n, m FROM t; ALTER TABLE t ENABLE ROW LEVEL SECURITY", ""},
	{"primary key: changed under a view that groups by it", "", "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k PRIMARY KEY (a)); CREATE VIEW v AS SELECT a, b FROM t GROUP BY a", "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k PRIMARY KEY (b)); CREATE VIEW v AS SELECT b, a FROM t GROUP BY b"},
	{"materialized view: query", people, "CREATE MATERIALIZED VIEW m AS SELECT id FROM users; CREATE UNIQUE INDEX i ON m (id)", "CREATE MATERIALIZED VIEW m AS SELECT id FROM users WHERE id > 1; CREATE UNIQUE INDEX i ON m (id)"},
	{"materialized view: index", people, "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users; CREATE INDEX i ON m (id)", "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users; CREATE INDEX i ON m (name) WITH (fillfactor = 70)"},
	{"materialized view: options", people, "CREATE MATERIALIZED VIEW m AS SELECT id FROM users", "CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT id FROM users"},
	{"function: body", "", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 2'"},
	{"function: result", "", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'"},
	{"function: name of a parameter", "", "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'", "CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql AS 'SELECT b'"},
	{"function: default of a parameter", "", "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'", "CREATE FUNCTION f(a integer DEFAULT 3) RETURNS integer LANGUAGE sql AS 'SELECT a'"},
	{"function: value of a default", "", "CREATE FUNCTION f(a integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT a'", "CREATE FUNCTION f(a integer DEFAULT 3) RETURNS integer LANGUAGE sql AS 'SELECT a'"},
	{"function: another parameter", "", "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'", "CREATE FUNCTION f(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a'"},
	{"function: attributes", "", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql IMMUTABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL SAFE COST 3 SET work_mem = '1MB' AS 'SELECT 1'"},
	{"function: becomes a procedure", "", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS ''", "CREATE PROCEDURE f() LANGUAGE sql AS ''"},
	{"function: result under a view", people, "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f() AS f", "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; CREATE VIEW v AS SELECT f() AS f"},
	{"function: result under a trigger that stays", people + stamp, "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION other()"},
	{"functions that call each other", "", "", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION a() RETURNS integer LANGUAGE sql AS 'SELECT f()'"},
	{"function: of a row type", "", "", "CREATE TABLE t (n integer); CREATE FUNCTION a(t) RETURNS integer LANGUAGE sql AS 'SELECT $1.n'"},
	{"aggregate: start value", "", "CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer)", "CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '5')"},
	{"aggregate: without arguments", "", "", "CREATE AGGREGATE n(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0')"},
	{"aggregate: ordered set", "", "", "CREATE AGGREGATE p(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE)"},
	{"trigger: when", people + stamp, "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.age > 1) EXECUTE FUNCTION stamp()"},
	{"trigger: disabled", people + stamp + "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();", "", "ALTER TABLE users DISABLE TRIGGER g"},
	{"trigger: always to replica", people + stamp + "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();", "ALTER TABLE users ENABLE ALWAYS TRIGGER g", "ALTER TABLE users ENABLE REPLICA TRIGGER g"},
	{"trigger: instead of, on a view", people + stamp + "CREATE VIEW v AS SELECT id FROM users;", "", "CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"trigger: on a view that is made again", people + stamp, "CREATE VIEW v AS SELECT id FROM users; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE VIEW v AS SELECT name, id FROM users; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"trigger: comment", people + stamp + "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();", "", "COMMENT ON TRIGGER g ON users IS 'x'"},
	{"constraint trigger: deferred", people + stamp, "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"rule: on insert", people, "", "CREATE RULE r AS ON INSERT TO users WHERE new.age < 0 DO INSTEAD NOTHING"},
	{"rule: disabled", people + "CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING;", "", "ALTER TABLE users DISABLE RULE r"},
	{"policy: expression", people, "CREATE POLICY p ON users USING (id > 0)", "CREATE POLICY p ON users USING (id > 1) WITH CHECK (age > 0)"},
	{"policy: command", people, "CREATE POLICY p ON users FOR SELECT USING (id > 0)", "CREATE POLICY p ON users FOR UPDATE USING (id > 0)"},
	{"policy: restrictive", people, "CREATE POLICY p ON users USING (id > 0)", "CREATE POLICY p ON users AS RESTRICTIVE USING (id > 0)"},
	{"policy: of another table", people + "CREATE TABLE teams (id bigint PRIMARY KEY, owner text);", "", "CREATE POLICY p ON users USING (name IN (SELECT owner FROM teams))"},
	{"row security: on", people, "", "ALTER TABLE users ENABLE ROW LEVEL SECURITY"},
	{"row security: forced without being on", people, "", "ALTER TABLE users FORCE ROW LEVEL SECURITY"},
	{"row security: forced too", people, "ALTER TABLE users ENABLE ROW LEVEL SECURITY", "ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY"},
	{"replica identity: full", people, "", "ALTER TABLE users REPLICA IDENTITY FULL"},
	{"replica identity: nothing to an index", "CREATE TABLE t (a integer NOT NULL UNIQUE);", "ALTER TABLE t REPLICA IDENTITY NOTHING", "ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key"},
	{"replica identity: of a new index", "", "CREATE TABLE t (a integer NOT NULL)", "CREATE TABLE t (a integer NOT NULL); CREATE UNIQUE INDEX u ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX u"},
	{"replica identity: its index changes", "", "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX i",
		"CREATE TABLE t (a integer NOT NULL, b integer NOT NULL); CREATE UNIQUE INDEX i ON t (a, b); ALTER TABLE t REPLICA IDENTITY USING INDEX i"},
	{"replica identity: its key changes", "", "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k UNIQUE (a)); ALTER TABLE t REPLICA IDENTITY USING INDEX k",
		"CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k UNIQUE (a, b)); ALTER TABLE t REPLICA IDENTITY USING INDEX k"},
	{"statistics: kinds", people, "CREATE STATISTICS s (ndistinct) ON name, age FROM users", "CREATE STATISTICS s (ndistinct, mcv) ON name, age FROM users"},
	{"statistics: target", people + "CREATE STATISTICS s ON name, age FROM users;", "", "ALTER STATISTICS s SET STATISTICS 7"},
	{"domain: check", "", "CREATE DOMAIN d AS integer", "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0)"},
	{"domain: another check", "CREATE TABLE t (a integer);", "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0)", "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 1)"},
	{"domain: check not valid", "", "CREATE DOMAIN d AS integer", "CREATE DOMAIN d AS integer; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID"},
	{"domain: default and not null", "", "CREATE DOMAIN d AS text", "CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL"},
	{"domain: default", "", "CREATE DOMAIN d AS text DEFAULT 'x'", "CREATE DOMAIN d AS text DEFAULT 'y'"},
	{"domain: type, unused", "", "CREATE DOMAIN d AS text", "CREATE DOMAIN d AS integer"},
	{"domain: of a domain", "", "", "CREATE DOMAIN d AS integer; CREATE DOMAIN e AS d CHECK (VALUE < 9)"},
	{"domain: check by a function", "", "CREATE DOMAIN d AS integer", "CREATE FUNCTION f(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE DOMAIN d AS integer CHECK (f(VALUE))"},
	{"domain: collation", "", "CREATE DOMAIN d AS text", `CREATE DOMAIN d AS text COLLATE "C"`},
	{"composite: attribute added", "", "CREATE TYPE c AS (a integer)", "CREATE TYPE c AS (a integer, b text)"},
	{"composite: attribute of another type", "", "CREATE TYPE c AS (a integer)", "CREATE TYPE c AS (a bigint)"},
	{"composite: attribute in front", "", "CREATE TYPE c AS (a integer)", "CREATE TYPE c AS (b text, a integer)"},
	{"composite: attribute added under a column", "", "CREATE TYPE c AS (a integer); CREATE TABLE t (x c)", "CREATE TYPE c AS (a integer, b text); CREATE TABLE t (x c)"},
	{"composite: empty", "", "CREATE TYPE c AS ()", "CREATE TYPE c AS (a integer)"},
	{"composite: comment", "CREATE TYPE c AS (a integer);", "", "COMMENT ON TYPE c IS 'x'"},
	{"range: subtype", "", "CREATE TYPE r AS RANGE (SUBTYPE = date)", "CREATE TYPE r AS RANGE (SUBTYPE = text, COLLATION = \"C\")"},
	{"range: with its difference", "", "", "CREATE FUNCTION d(time, time) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT EXTRACT(EPOCH FROM ($1 - $2))::double precision'; CREATE TYPE r AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = d)"},
	{"collation: locale", "", "CREATE COLLATION c (provider = icu, locale = 'de')", "CREATE COLLATION c (provider = icu, locale = 'fr', deterministic = false)"},
	{"extension", "", "", "CREATE EXTENSION hstore"},

	{"comment: on the check of a domain that changes", "", `CREATE DOMAIN d AS integer CONSTRAINT "C c" CHECK (VALUE > 0); COMMENT ON CONSTRAINT "C c" ON DOMAIN d IS 'x'`,
		`CREATE DOMAIN d AS integer CONSTRAINT "C c" CHECK (VALUE > 1) CONSTRAINT e CHECK (VALUE < 9); COMMENT ON CONSTRAINT "C c" ON DOMAIN d IS 'x'; COMMENT ON CONSTRAINT e ON DOMAIN d IS 'y'`},
	{"comment: on columns of a view that is made again", people, `CREATE VIEW v AS SELECT id AS "A b" FROM users; COMMENT ON COLUMN v."A b" IS 'x'`, `CREATE VIEW v AS SELECT name, id AS "A b" FROM users; COMMENT ON COLUMN v."A b" IS 'x'`},
	{"comment: on a column of a view that stays", people + "CREATE VIEW v AS SELECT id FROM users;", "", "COMMENT ON COLUMN v.id IS 'x'"},
	{"comment: on an attribute that goes", "", `CREATE TYPE c AS (a integer, "B b" text); COMMENT ON COLUMN c."B b" IS 'x'`, "CREATE TYPE c AS (a integer); COMMENT ON COLUMN c.a IS 'y'"},
	{"materialized view: columns", people + "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;", "ALTER MATERIALIZED VIEW m ALTER COLUMN id SET (n_distinct = 5, n_distinct_inherited = 3)",
		"ALTER MATERIALIZED VIEW m ALTER COLUMN id SET (n_distinct = 6); ALTER MATERIALIZED VIEW m ALTER COLUMN name SET STATISTICS 7; ALTER MATERIALIZED VIEW m ALTER COLUMN name SET STORAGE EXTERNAL; ALTER MATERIALIZED VIEW m ALTER COLUMN name SET COMPRESSION pglz; ALTER MATERIALIZED VIEW m SET (toast.autovacuum_enabled = false); COMMENT ON COLUMN m.id IS 'x'"},

	{"made anew: a function under a default, a check, an index and an exclusion constraint", "",
		one + `CREATE TABLE t (n integer DEFAULT f(1), m integer CHECK (f(m) > 0), CONSTRAINT x EXCLUDE USING btree (f(n) WITH =)); CREATE INDEX i ON t (f(n)); CREATE INDEX j ON t (n) WHERE f(n) > 1`,
		another + `CREATE TABLE t (n integer DEFAULT f(1), m integer CHECK (f(m) > 0), CONSTRAINT x EXCLUDE USING btree (f(n) WITH =)); CREATE INDEX i ON t (f(n)); CREATE INDEX j ON t (n) WHERE f(n) > 1`},
	{"made anew: a function under the check of a domain", "", one + "CREATE DOMAIN d AS integer CHECK (f(VALUE) > 0)", another + "CREATE DOMAIN d AS integer CHECK (f(VALUE) > 0)"},
	{"made anew: a collation under an index", "", "CREATE COLLATION c (provider = icu, locale = 'de'); CREATE TABLE t (x text); CREATE INDEX i ON t (x COLLATE c)",
		"CREATE COLLATION c (provider = icu, locale = 'fr'); CREATE TABLE t (x text); CREATE INDEX i ON t (x COLLATE c)"},
	{"overloaded: a default calls the other one", "", one + "CREATE TABLE t (n integer DEFAULT f(1))",
		one + "CREATE FUNCTION f(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 2::bigint'; CREATE TABLE t (n integer DEFAULT f(1::bigint))"},
	{"publication: of nothing", "", "", `CREATE PUBLICATION "P p"; COMMENT ON PUBLICATION "P p" IS 'x'`},
	{"publication: of all tables", people, "CREATE PUBLICATION p FOR TABLE users", "CREATE PUBLICATION p FOR ALL TABLES"},
	{"publication: another table", people + "CREATE TABLE teams (id bigint PRIMARY KEY);", "CREATE PUBLICATION p FOR TABLE users", "CREATE PUBLICATION p FOR TABLE teams"},
	{"publication: a new table", people, "CREATE PUBLICATION p FOR TABLE users", "CREATE TABLE teams (id bigint PRIMARY KEY); CREATE PUBLICATION p FOR TABLE users, teams"},
	{"publication: its table goes", people, "CREATE TABLE teams (id bigint PRIMARY KEY); CREATE PUBLICATION p FOR TABLE users, teams", "CREATE PUBLICATION p FOR TABLE users"},
	{"publication: options", people, "CREATE PUBLICATION p FOR TABLE users", "CREATE PUBLICATION p FOR TABLE users WITH (publish = 'insert, truncate', publish_via_partition_root = true)"},
	{"publication: what it publishes", people, "CREATE PUBLICATION p FOR TABLE users WITH (publish = 'insert')", "CREATE PUBLICATION p FOR TABLE users WITH (publish = '')"},
	{"publication: columns", people, "CREATE PUBLICATION p FOR TABLE users (id, name)", "CREATE PUBLICATION p FOR TABLE users (id, age)"},
	{"publication: rows", people, "CREATE PUBLICATION p FOR TABLE users", "CREATE PUBLICATION p FOR TABLE users WHERE (age > 3)"},
	{"publication: a column of it goes", "", "CREATE TABLE t (a integer PRIMARY KEY, b text); CREATE PUBLICATION p FOR TABLE t (a, b)", "CREATE TABLE t (a integer PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t (a)"},
	{"publication: a column in its filter gets another type", "", "CREATE TABLE t (a integer PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t WHERE (a > 3)", "CREATE TABLE t (a bigint PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t WHERE (a > 3)"},
	{"publication: of a schema", people, "CREATE PUBLICATION p FOR TABLE users", "CREATE PUBLICATION p FOR TABLES IN SCHEMA public"},
	{"publication: of a schema in place of columns", people, "CREATE PUBLICATION p FOR TABLE users (id, name)", "CREATE PUBLICATION p FOR TABLES IN SCHEMA public, TABLE users"},
	{"publication: of a table elsewhere", "CREATE SCHEMA o; CREATE TABLE o.t (a integer PRIMARY KEY); CREATE TABLE t (a integer PRIMARY KEY);", "CREATE PUBLICATION p FOR TABLE o.t", "CREATE PUBLICATION p FOR TABLE o.t, t"},
	{"publication: generated columns", "CREATE TABLE t (a integer PRIMARY KEY, b integer GENERATED ALWAYS AS (a + 1) STORED);", "CREATE PUBLICATION p FOR TABLE t", "CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored)"},

	{"composite: an attribute that a view shows is dropped", "", `CREATE TYPE c AS (a integer, "b B" text); CREATE TABLE t (x c); CREATE VIEW v AS SELECT (x)."b B" FROM t; CREATE VIEW w AS SELECT (x).a FROM t`,
		"CREATE TYPE c AS (a integer); CREATE TABLE t (x c); CREATE VIEW w AS SELECT (x).a FROM t"},
	{"composite: an attribute that a view shows gets another type", "", "CREATE TYPE c AS (a integer, b text); CREATE VIEW v AS SELECT (row(1, 'x')::c).a", "CREATE TYPE c AS (a bigint, b text); CREATE VIEW v AS SELECT (row(1, 'x')::c).a"},
}

func TestObjectChanges(t *testing.T) {
	for _, c := range objectCases {
		t.Run(strings.ReplaceAll(c.name, "/", " "), func(t *testing.T) {
			t.Parallel()
			needsMajor(t, c.base+c.from+c.to)
			load := func(side string) (url, dump string) {
				url = dbtest.Postgres(t)
				dbtest.Exec(t, url, c.base+side)
				return url, dbtest.PgDump(t, url)
			}
			from, before := load(c.from)
			to, after := load(c.to)
			if before == after {
				t.Fatal("there is no difference")
			}
			ways := []struct{ name, url, other, start, want string }{{"there", from, to, before, after}, {"the other way", to, from, after, before}}
			if testing.Short() {
				ways = ways[:1] // and back, which differs from the other way only in how it was planned
			}
			for _, way := range ways {
				other, version := objectsOf(t, way.other)
				back := lead(t, way.url, other)
				if d := cmp.Diff(way.want, dbtest.PgDump(t, way.url)); d != "" {
					t.Errorf("%s: it arrives elsewhere (- wanted, + reached):\n%s", way.name, d)
				}
				script := carryOut(t, way.url, back, version)
				if d := cmp.Diff(way.start, dbtest.PgDump(t, way.url)); d != "" {
					t.Errorf("%s: the way back leads elsewhere (- began, + returned):\n%s\n%s", way.name, d, script)
				}
			}
		})
	}
}

// needsMajor skips what the server cannot say yet.
func needsMajor(t *testing.T, script string) {
	t.Helper()
	for word, major := range map[string]int{"COMPRESSION": 14, "MULTIRANGE": 14, "TABLES IN SCHEMA": 15, "TABLE users (id": 15, "FOR TABLE t (a": 15, "TABLE users WHERE": 15, "TABLE t WHERE": 15,
		"publish_generated_columns": 18} {
		if !strings.Contains(script, word) {
			continue
		}
		if _, version := objectsOf(t, dbtest.Postgres(t)); version/10000 < major {
			t.Skipf("needs PostgreSQL %d: %s", major, word)
		}
	}
}
