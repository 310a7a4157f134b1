package corpus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// eighteenCases are changes of what PostgreSQL 18 has brought to constraints.
var eighteenCases = []objectCase{
	{"check: enforced no more", "", "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0)); INSERT INTO t VALUES (1)", "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NOT ENFORCED); INSERT INTO t VALUES (1)"},
	{"check: not enforced, new", "CREATE TABLE t (a integer); INSERT INTO t VALUES (-1);", "", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED; COMMENT ON CONSTRAINT c ON t IS 'x'"},
	{"check: not enforced becomes not valid", "", "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NOT ENFORCED); INSERT INTO t VALUES (-1)", "CREATE TABLE t (a integer); INSERT INTO t VALUES (-1); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"},
	{"check: another expression, not enforced", "", "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NOT ENFORCED)", "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 1) NOT ENFORCED)"},
	{"foreign key: enforced no more", "CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p VALUES (1);", "CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES p); INSERT INTO t VALUES (1)", "CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT ENFORCED); INSERT INTO t VALUES (1)"},
	{"foreign key: not enforced, and deferrable", "CREATE TABLE p (id integer PRIMARY KEY);", "CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES p)", "CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES p DEFERRABLE NOT ENFORCED)"},
	{"foreign key: not enforced becomes not valid", "CREATE TABLE p (id integer PRIMARY KEY);", "CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT ENFORCED)", "CREATE TABLE t (a integer); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID"},
	{"foreign key: not enforced, new", "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer); INSERT INTO t VALUES (7);", "", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT ENFORCED"},
	{"primary key: without overlaps", "", "CREATE TABLE t (a int4range, v daterange NOT NULL, CONSTRAINT k PRIMARY KEY (a)); INSERT INTO t VALUES ('[1,2)', '[2024-01-01,2024-02-01)')", "CREATE TABLE t (a int4range, v daterange, CONSTRAINT k PRIMARY KEY (a, v WITHOUT OVERLAPS)); INSERT INTO t VALUES ('[1,2)', '[2024-01-01,2024-02-01)')"},
	{"primary key: with and without overlaps", "", "CREATE TABLE t (a int4range, v daterange, PRIMARY KEY (a, v))", "CREATE TABLE t (a int4range, v daterange, PRIMARY KEY (a, v WITHOUT OVERLAPS))"},
	{"unique: without overlaps", "CREATE TABLE t (a int4range, b int4range, v daterange);", "", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b, v WITHOUT OVERLAPS)"},
	{"foreign key: of a period", "CREATE TABLE p (a int4range, v daterange, PRIMARY KEY (a, v WITHOUT OVERLAPS)); CREATE TABLE t (z int4range, v daterange);", "", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (z, PERIOD v) REFERENCES p (a, PERIOD v)"},
	{"foreign key: of a period, its key made anew", "", "CREATE TABLE p (a int4range, v daterange, CONSTRAINT k UNIQUE (a, v WITHOUT OVERLAPS)); CREATE TABLE t (z int4range, v daterange, CONSTRAINT f FOREIGN KEY (z, PERIOD v) REFERENCES p (a, PERIOD v))",
		"CREATE TABLE p (a int4range, v daterange NOT NULL, CONSTRAINT k PRIMARY KEY (a, v WITHOUT OVERLAPS)); CREATE TABLE t (z int4range, v daterange, CONSTRAINT f FOREIGN KEY (z, PERIOD v) REFERENCES p (a, PERIOD v))"},
	{"table over time", "", "", "CREATE TABLE p (a int4range, v daterange, PRIMARY KEY (a, v WITHOUT OVERLAPS)); CREATE TABLE t (z int4range, v daterange, UNIQUE (z, v WITHOUT OVERLAPS), FOREIGN KEY (z, PERIOD v) REFERENCES p (a, PERIOD v))"},
	{"generated column: virtual", "", "CREATE TABLE t (a integer); INSERT INTO t VALUES (1)", "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL); INSERT INTO t VALUES (1)"},
	{"generated column: another virtual expression", "", "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL)", "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 3) VIRTUAL)"},
}

func TestChangesOfPostgres18(t *testing.T) {
	for _, c := range eighteenCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			load := func(side string) (url, dump string) {
				url = dbtest.PostgresMajor(t, 18)
				dbtest.Exec(t, url, c.base+side)
				return url, dbtest.PgDump(t, url)
			}
			from, before := load(c.from)
			to, after := load(c.to)
			for _, way := range []struct{ name, url, other, start, want string }{{"there", from, to, before, after}, {"the other way", to, from, after, before}} {
				other, version := objectsOf(t, way.other)
				for _, o := range other.Unmanaged {
					t.Errorf("%s: not managed: %s %s", way.name, o.Kind, o.Name)
				}
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
