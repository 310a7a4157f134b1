package corpus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// enumCases take a value from an enum that objects use. The other way round,
// where it is added, they stay; the way back of that is the hard one.
var enumCases = []objectCase{
	{"enum: value removed under a view of its column", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (c e, n integer); CREATE VIEW v AS SELECT c FROM t; CREATE VIEW w AS SELECT c FROM v`, `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e, n integer); CREATE VIEW v AS SELECT c FROM t; CREATE VIEW w AS SELECT c FROM v`},
	{"enum: value removed under a materialized view with an index", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (c e, n integer); CREATE MATERIALIZED VIEW m AS SELECT c FROM t; CREATE INDEX i ON m (c)`, `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e, n integer); CREATE MATERIALIZED VIEW m AS SELECT c FROM t; CREATE INDEX i ON m (c)`},
	{"enum: value removed under a policy and a trigger", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (c e, n integer); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE POLICY p ON t USING (c IS NOT NULL); CREATE TRIGGER g BEFORE UPDATE OF c ON t FOR EACH ROW WHEN (NEW.c IS NOT NULL) EXECUTE FUNCTION stamp()`, `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e, n integer); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE POLICY p ON t USING (c IS NOT NULL); CREATE TRIGGER g BEFORE UPDATE OF c ON t FOR EACH ROW WHEN (NEW.c IS NOT NULL) EXECUTE FUNCTION stamp()`},
	{"enum: value removed under a rule and statistics", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (c e, n integer); CREATE RULE r AS ON INSERT TO t WHERE NEW.c IS NULL DO INSTEAD NOTHING; CREATE STATISTICS s ON c, n FROM t`, `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e, n integer); CREATE RULE r AS ON INSERT TO t WHERE NEW.c IS NULL DO INSTEAD NOTHING; CREATE STATISTICS s ON c, n FROM t`},
	{"enum: value removed under a function", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1'`, `CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1'`},
	{"enum: value removed under a function and a view of what it returns", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT NULL::e'; CREATE VIEW v AS SELECT f() AS f`, `CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT NULL::e'; CREATE VIEW v AS SELECT f() AS f`},
	{"enum: value removed under a function that names only the column", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (c e, n integer); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(c) FROM t; END`, `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e, n integer); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(c) FROM t; END`},
	{"enum: value removed under a domain and a composite type", "", `CREATE TYPE e AS ENUM ('a', 'b'); CREATE DOMAIN d AS e; CREATE TYPE c AS (x e)`, `CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS e; CREATE TYPE c AS (x e)`},
	{"enum: made anew under an heir with defaults of its own", "", "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e DEFAULT 'a', y e, s text DEFAULT ('a'::e)::text); CREATE TABLE u (z e[]) INHERITS (t); ALTER TABLE u ALTER x DROP DEFAULT, ALTER y SET DEFAULT 'b', ALTER s SET DEFAULT 'c'; CREATE INDEX i ON u (y) WHERE x = 'a'; INSERT INTO u VALUES ('a', 'b', 'c', '{a}')", "CREATE TYPE e AS ENUM ('b', 'a'); CREATE TABLE t (x e DEFAULT 'a', y e, s text DEFAULT ('a'::e)::text); CREATE TABLE u (z e[]) INHERITS (t); ALTER TABLE u ALTER x DROP DEFAULT, ALTER y SET DEFAULT 'b', ALTER s SET DEFAULT 'c'; CREATE INDEX i ON u (y) WHERE x = 'a'; INSERT INTO u VALUES ('a', 'b', 'c', '{a}')"},
	{"enum: made anew under a partition", "", "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (k integer, x e DEFAULT 'a', CHECK (x <> 'b')) PARTITION BY LIST (k); CREATE INDEX i ON t (x) WHERE x = 'a'; CREATE TABLE u PARTITION OF t FOR VALUES IN (1); ALTER TABLE u ALTER x SET DEFAULT 'b'; INSERT INTO t VALUES (1, 'a')", "CREATE TYPE e AS ENUM ('b', 'a'); CREATE TABLE t (k integer, x e DEFAULT 'a', CHECK (x <> 'b')) PARTITION BY LIST (k); CREATE INDEX i ON t (x) WHERE x = 'a'; CREATE TABLE u PARTITION OF t FOR VALUES IN (1); ALTER TABLE u ALTER x SET DEFAULT 'b'; INSERT INTO t VALUES (1, 'a')"},
}

func TestEnumUnderObjects(t *testing.T) { thereAndBack(t, enumCases) }

// foundCases are what random databases were needed to find.
var foundCases = []objectCase{
	{"column with a statistics target added to the parent", "CREATE TABLE cities (name text); CREATE TABLE capitals (country text) INHERITS (cities);", "", "ALTER TABLE cities ADD COLUMN area integer; ALTER TABLE ONLY cities ALTER area SET STATISTICS 50"},
	{"column of a domain becomes an array of it", "CREATE DOMAIN d AS integer;", "CREATE TABLE t (n d)", "CREATE TABLE t (n d[])"},
}

func TestFoundAtRandom(t *testing.T) { thereAndBack(t, foundCases) }

// thereAndBack leads from one side to the other and back, and the same the other
// way round, with pg_dump as the witness.
func thereAndBack(t *testing.T, cases []objectCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			load := func(side string) (url, dump string) {
				url = dbtest.PostgresAtLeast(t, neededMajor(c.from))
				dbtest.Exec(t, url, c.base+side)
				return url, dbtest.PgDump(t, url)
			}
			from, before := load(c.from)
			to, after := load(c.to)
			for _, way := range []struct{ name, url, other, start, want string }{{"there", from, to, before, after}, {"the other way", to, from, after, before}} {
				other, version := objectsOf(t, way.other)
				back := lead(t, way.url, other)
				if d := cmp.Diff(way.want, dbtest.PgDump(t, way.url)); d != "" {
					t.Errorf("%s: it arrives elsewhere (- wanted, + reached):\n%s", way.name, d)
				}
				carryOut(t, way.url, back, version)
				if d := cmp.Diff(way.start, dbtest.PgDump(t, way.url)); d != "" {
					t.Errorf("%s: the way back leads elsewhere (- began, + returned):\n%s", way.name, d)
				}
			}
		})
	}
}
