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
}

func TestEnumUnderObjects(t *testing.T) {
	for _, c := range enumCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			needsMajor(t, c.from)
			load := func(side string) (url, dump string) {
				url = dbtest.Postgres(t)
				dbtest.Exec(t, url, side)
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
