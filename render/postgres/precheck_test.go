package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	read "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// A precheckCase is a change that may fail on rows.
type precheckCase struct {
	name         string
	since, until int    // majors
	base, to     string // the schema before, and what leads to that after
	rows         string // nothing is in the way
	bad          []badRows
	renames      diff.Renames
}

// badRows are rows beside the good ones. keys are those that are found; "!" is a
// query that fails as the statement does, without saying on which row.
type badRows struct{ rows, keys string }

// TestPrechecks has the server as its witness: a plan fails on the rows there are
// if, and only if, one of the queries beside its statements finds some.
func TestPrechecks(t *testing.T) {
	for _, major := range majors(t) {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) {
			s := newServer(t, newDatabase(t, major, ""))
			for _, c := range precheckCases {
				if major < c.since || c.until != 0 && major > c.until {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					online, simple := s.planned(t, c.base, c.to, c.renames)
					s.witness(t, simple, c.base+";"+c.rows, "")
					for _, bad := range c.bad {
						s.witness(t, online, c.base+";"+c.rows+";"+bad.rows, bad.keys)
					}
				})
			}
			t.Run("conversions", func(t *testing.T) { s.conversions(t, major) })
		})
	}
}

// renew leaves nothing in the database but what the script makes.
func (s *server) renew(t *testing.T, script string) {
	t.Helper()
	s.exec(t, "ROLLBACK; SET client_min_messages = warning; DROP SCHEMA IF EXISTS public, app CASCADE; CREATE SCHEMA public; CREATE SCHEMA app; SET search_path = public;"+script)
}

// planned is what leads from one schema to the other, with long locks and without.
func (s *server) planned(t *testing.T, base, to string, renames diff.Renames) (online, simple []render.Statement) {
	t.Helper()
	s.renew(t, base)
	from, version := s.objects(t)
	s.exec(t, "SET search_path = public;"+to)
	want, _ := s.objects(t)
	p, err := diff.Diff(from, want, renames)
	if err != nil {
		t.Fatal(err)
	}
	var list [2][]render.Statement
	for i := range list {
		if list[i], err = postgres.Render(p, render.Options{ServerVersion: version, Online: i == 0}); err != nil {
			t.Fatal(err)
		}
	}
	s.renew(t, "")
	return list[0], list[1]
}

// objects is the catalog with domains.
func (s *server) objects(t *testing.T) (*schema.Database, int) {
	t.Helper()
	db, info, err := read.Inspect(context.Background(), s.conn, introspect.Options{Schemas: []string{"public"}, Objects: true})
	if err != nil {
		t.Fatal(err)
	}
	return db, info.ServerVersion
}

// witness asks the queries what is in the way of the statements, and then runs them,
// in a transaction that is rolled back.
func (s *server) witness(t *testing.T, statements []render.Statement, base, keys string) {
	t.Helper()
	defer func() { s.exec(t, "ROLLBACK") }()
	s.exec(t, "BEGIN; SET LOCAL search_path = public;"+base)
	var queries, found []string
	for _, st := range statements {
		for _, q := range st.Prechecks {
			if queries = append(queries, q); strings.Contains(q, "\n") {
				t.Errorf("is not on one line: %s", q)
			}
			for _, k := range s.keys(t, q) {
				if !slices.Contains(found, k) {
					found = append(found, k)
				}
			}
		}
	}
	slices.Sort(found)
	text := strings.Join(queries, "\n")
	if d := cmp.Diff(keys, strings.Join(found, " ")); d != "" {
		t.Errorf("found with %q (-want +got):\n%s\n%s", base, d, text)
	}
	sql, err := s.tryAll(statements)
	if e, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || e.Code[:2] != "22" && e.Code[:2] != "23") {
		t.Fatalf("%v\n%s", err, sql)
	}
	if (err != nil) != (len(found) > 0) {
		t.Errorf("with %q found %q, and the plan: %v\n%s\n%s", base, found, err, sql, text)
	}
}

// clear asks the queries of statements that will succeed: they can be asked, and find
// nothing.
func (s *server) clear(t *testing.T, statements []render.Statement) {
	t.Helper()
	s.exec(t, "BEGIN")
	defer s.exec(t, "ROLLBACK")
	for _, st := range statements {
		for _, q := range st.Prechecks {
			if keys := s.keys(t, q); len(keys) > 0 {
				t.Errorf("finds %q before a plan that succeeds: %s", keys, q)
			}
		}
	}
}

// keys runs a query in a transaction that can only read.
func (s *server) keys(t *testing.T, query string) (keys []string) {
	t.Helper()
	ctx := context.Background()
	s.exec(t, "SAVEPOINT q; SET LOCAL transaction_read_only = on; SET LOCAL search_path = ''")
	defer func() { s.exec(t, "ROLLBACK TO q") }()
	result := s.conn.PgConn().ExecParams(ctx, query, nil, nil, nil, nil).Read()
	if e, ok := errors.AsType[*pgconn.PgError](result.Err); ok && (e.Code[:2] == "22" || e.Code[:2] == "23") {
		return []string{"!"}
	}
	if result.Err != nil {
		t.Errorf("%v\n%s", result.Err, query)
	}
	for _, row := range result.Rows {
		var values []string
		for _, v := range row {
			values = append(values, string(v))
		}
		keys = append(keys, strings.Join(values, ","))
	}
	return keys
}

// tryAll runs the statements in one transaction, which none of the cases minds.
func (s *server) tryAll(statements []render.Statement) (sql string, err error) {
	ctx := context.Background()
	if _, err := s.conn.PgConn().Exec(ctx, "SET LOCAL search_path = ''; SET CONSTRAINTS ALL IMMEDIATE").ReadAll(); err != nil {
		return "", err
	}
	for _, st := range statements {
		sql := strings.Replace(st.SQL, " CONCURRENTLY", "", 1)
		if _, err := s.conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			return sql, err
		}
	}
	return "", nil
}

const (
	people = "CREATE TABLE t (id int PRIMARY KEY, a text, b int, n numeric, f float8)"
	withT  = "INSERT INTO t (id, a, b) VALUES (1, 'x', 1), (2, 'y', 2), (3, NULL, NULL), (4, NULL, NULL)"
)

var precheckCases = []precheckCase{
	{name: "unique", base: people, to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", rows: withT, bad: []badRows{
		{"INSERT INTO t VALUES (5, 'x'), (6, 'x'), (7, 'y')", "1 2 5 6 7"}}},
	{name: "unique over several columns", base: people, to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)", rows: withT + "; INSERT INTO t VALUES (5, 'x'), (6, 'x'); INSERT INTO t VALUES (7, 'x', 2)", bad: []badRows{
		{"INSERT INTO t VALUES (8, 'x', 1)", "1 8"}}},
	{name: "unique without nulls apart", since: 15, base: people, to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)", rows: "INSERT INTO t VALUES (1, NULL), (2, 'x')", bad: []badRows{
		{"INSERT INTO t VALUES (3, NULL)", "1 3"}}},
	{name: "unique of a table without a key", base: "CREATE TABLE t (a text)", to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", rows: "INSERT INTO t VALUES ('x')", bad: []badRows{{"INSERT INTO t VALUES ('x')", "(0,1) (0,2)"}}},
	{name: "unique with a case that counts not", base: "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t (id int PRIMARY KEY, a text COLLATE folded)",
		to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", rows: "INSERT INTO t VALUES (1, 'x'), (2, 'y')", bad: []badRows{{"INSERT INTO t VALUES (3, 'X')", "1 3"}}},
	{name: "unique index", base: people, to: "CREATE UNIQUE INDEX u ON t (lower(a)) WHERE b > 0", rows: withT + "; INSERT INTO t VALUES (5, 'X', 0)", bad: []badRows{
		{"INSERT INTO t VALUES (6, 'X', 1)", "1 6"}}},
	{name: "unique index replaced", base: people + "; CREATE UNIQUE INDEX u ON t (a, b)", to: "DROP INDEX u; CREATE UNIQUE INDEX u ON t (b)", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'z', 2)", "2 5"}}},
	{name: "primary key", base: "CREATE TABLE t (a int, b text)", to: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a)", rows: "INSERT INTO t VALUES (1), (2)", bad: []badRows{
		{"INSERT INTO t VALUES (1)", "(0,1) (0,3)"}, {"INSERT INTO t VALUES (NULL)", "(0,3)"}}},
	{name: "primary key of an index", base: "CREATE TABLE t (a int, b text); CREATE UNIQUE INDEX k ON t (a)", to: "ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX k", rows: "INSERT INTO t VALUES (1), (2)", bad: []badRows{
		{"INSERT INTO t VALUES (NULL)", "(0,3)"}}},
	{name: "exclusion", base: "CREATE TABLE t (id int PRIMARY KEY, r int4range, b int)", to: "ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&) WHERE (b > 0)",
		rows: "INSERT INTO t VALUES (1, '[1,3)', 1), (2, '[3,5)', 1), (3, '[1,9)', 0), (4, NULL, 1), (5, 'empty', 1), (6, 'empty', 1)", bad: []badRows{{"INSERT INTO t VALUES (7, '[2,4)', 1)", "1 2 7"}}},
	{name: "key without overlaps", since: 18, base: "CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE t (id int4range NOT NULL, r int4range NOT NULL, k int UNIQUE NOT NULL)", to: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, r WITHOUT OVERLAPS)",
		rows: "INSERT INTO t VALUES ('[1,2)', '[1,3)', 1), ('[1,2)', '[3,5)', 2), ('[2,3)', '[1,9)', 3)", bad: []badRows{{"INSERT INTO t VALUES ('[1,2)', '[2,4)', 4)", "1 2 4"}, {"INSERT INTO t VALUES ('[5,6)', 'empty', 5)", "5"}}},
	{name: "not null", base: people, to: "ALTER TABLE t ALTER a SET NOT NULL", rows: "INSERT INTO t VALUES (1, 'x')", bad: []badRows{{"INSERT INTO t VALUES (2, NULL), (3, NULL)", "2 3"}}},
	{name: "not null with a default", base: people, to: "ALTER TABLE t ALTER a SET NOT NULL, ALTER a SET DEFAULT 'x'", rows: "INSERT INTO t VALUES (1, 'x')", bad: []badRows{{"INSERT INTO t VALUES (2, NULL)", "2"}}},
	{name: "not null that a check has shown", base: people + "; ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL)", to: "ALTER TABLE t ALTER a SET NOT NULL", rows: "INSERT INTO t VALUES (1, 'x')"},
	{name: "not null of heirs", base: people + "; CREATE TABLE u () INHERITS (t)", to: "ALTER TABLE t ALTER a SET NOT NULL", rows: "INSERT INTO t VALUES (1, 'x')", bad: []badRows{{"INSERT INTO u VALUES (2, NULL)", "2"}}},
	{name: "unique above heirs", base: people + "; CREATE TABLE u () INHERITS (t)", to: "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)", rows: withT + "; INSERT INTO u SELECT * FROM t", bad: []badRows{{"INSERT INTO t VALUES (5, 'x')", "1 5"}}},
	{name: "new column that must have a value", base: people, to: "ALTER TABLE t ADD c int NOT NULL", bad: []badRows{{withT, "1 2 3 4"}}},
	{name: "new column with a default, unique", base: people, to: "ALTER TABLE t ADD c int NOT NULL DEFAULT 7; ALTER TABLE t ADD CONSTRAINT u UNIQUE (c)", rows: "INSERT INTO t VALUES (1)", bad: []badRows{{"INSERT INTO t VALUES (2)", "1 2"}}},
	{name: "new column with a default, checked", base: people, to: "ALTER TABLE t ADD c int NOT NULL DEFAULT 7; ALTER TABLE t ADD CONSTRAINT k CHECK (c > b)", rows: "INSERT INTO t VALUES (1)", bad: []badRows{{"INSERT INTO t VALUES (2, 'x', 7)", "2"}}},
	{name: "new column without a default, unique and a reference", base: people, to: "ALTER TABLE t ADD c int; ALTER TABLE t ADD CONSTRAINT u UNIQUE (c), ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES t", rows: withT},
	{name: "new computed column", base: people, to: "ALTER TABLE t ADD c int GENERATED ALWAYS AS (10 / b) STORED", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'x', 0)", "!"}}},
	{name: "new computed column that must have a value", base: people, to: "ALTER TABLE t ADD c int NOT NULL GENERATED ALWAYS AS (b + 1) STORED", rows: "INSERT INTO t VALUES (1, 'x', 1)", bad: []badRows{{"INSERT INTO t VALUES (2)", "2"}}},
	{name: "column renamed, and not null", base: people, to: "ALTER TABLE t RENAME a TO z; ALTER TABLE t ALTER z SET NOT NULL; ALTER TABLE t ADD CONSTRAINT u UNIQUE (z, id)", rows: "INSERT INTO t VALUES (1, 'x')", bad: []badRows{{"INSERT INTO t VALUES (2, NULL)", "2"}},
		renames: diff.Renames{Columns: []diff.ColumnRename{{Table: inPublic("t"), From: "a", To: "z"}}}},
	{name: "table renamed, and unique", base: people, to: "ALTER TABLE t RENAME TO z; ALTER TABLE z ADD CONSTRAINT u UNIQUE (a); ALTER TABLE z ALTER b SET NOT NULL", rows: "INSERT INTO t VALUES (1, 'x', 1)", bad: []badRows{{"INSERT INTO t VALUES (2, 'x', NULL)", "1 2"}},
		renames: diff.Renames{Tables: []diff.TableRename{{From: inPublic("t"), To: inPublic("z")}}}},
	{name: "check", base: people, to: "ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0 AND a <> 'it''s\nso -- not')", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'x', 0), (6, 'it''s\nso -- not', 1)", "5 6"}}},
	{name: "check that cannot be computed", base: people, to: "ALTER TABLE t ADD CONSTRAINT c CHECK (10 / b > 0)", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'x', 0)", "!"}}},
	{name: "check without heirs", base: people + "; CREATE TABLE u () INHERITS (t)", to: "ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NO INHERIT", rows: withT + "; INSERT INTO u VALUES (5, 'x', 0)", bad: []badRows{{"INSERT INTO t VALUES (6, 'x', 0)", "6"}}},
	{name: "check validated", base: people + "; ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NOT VALID; ALTER TABLE t DISABLE TRIGGER ALL", to: "ALTER TABLE t VALIDATE CONSTRAINT c", rows: withT},
	{name: "check not valid", base: people, to: "ALTER TABLE t ADD CONSTRAINT c CHECK (b > 1) NOT VALID", rows: withT},
	{name: "foreign key", base: people + "; CREATE TABLE u (id int PRIMARY KEY, t int)", to: "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t", rows: withT + "; INSERT INTO u VALUES (1, 1), (2, NULL)", bad: []badRows{{"INSERT INTO u VALUES (3, 9)", "3"}}},
	{name: "foreign key to itself", base: people, to: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES t", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'x', 5), (6, 'x', 9)", "6"}}},
	{name: "foreign key that matches in full", base: "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE u (id int PRIMARY KEY, a int, b int)", to: "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t MATCH FULL", rows: "INSERT INTO t VALUES (1, 1); INSERT INTO u VALUES (1, 1, 1), (2, NULL, NULL)",
		bad: []badRows{{"INSERT INTO u VALUES (3, 1, NULL)", "3"}, {"INSERT INTO u VALUES (4, 1, 2)", "4"}}},
	{name: "foreign key that matches in part", base: "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE u (id int PRIMARY KEY, a int, b int)", to: "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t", rows: "INSERT INTO t VALUES (1, 1); INSERT INTO u VALUES (1, 1, 1), (2, 9, NULL)",
		bad: []badRows{{"INSERT INTO u VALUES (4, 1, 2)", "4"}}},
	{name: "foreign key to a new table", base: people, to: "CREATE TABLE z (id int PRIMARY KEY); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES z", rows: "INSERT INTO t VALUES (1)", bad: []badRows{{"INSERT INTO t VALUES (2, 'x', 1)", "2"}}},
	{name: "foreign key over heirs", base: people + "; CREATE TABLE u () INHERITS (t); CREATE TABLE w (id int PRIMARY KEY, t int); CREATE TABLE x () INHERITS (w)", to: "ALTER TABLE w ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t", rows: withT + "; INSERT INTO w VALUES (1, 1); INSERT INTO x VALUES (5, 9); INSERT INTO u VALUES (8)",
		bad: []badRows{{"INSERT INTO w VALUES (2, 8)", "2"}}},
	{name: "foreign key of a partitioned table", base: people + "; CREATE TABLE p (id int PRIMARY KEY, t int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)", to: "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t", rows: withT + "; INSERT INTO p VALUES (1, 1)", bad: []badRows{{"INSERT INTO p VALUES (2, 9)", "2"}}},
	{name: "foreign key over periods", since: 18, base: "CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE t (id int, r int4range, PRIMARY KEY (id, r WITHOUT OVERLAPS)); CREATE TABLE u (k int PRIMARY KEY, id int, r int4range)", to: "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (id, PERIOD r) REFERENCES t",
		rows: "INSERT INTO t VALUES (1, '[1,5)'), (1, '[5,9)'); INSERT INTO u VALUES (1, 1, '[2,8)'), (2, NULL, '[1,99)'), (3, 7, NULL)", bad: []badRows{{"INSERT INTO u VALUES (4, 1, '[2,10)'), (5, 2, '[1,2)')", "4 5"}}},
	{name: "check of a partitioned table", base: "CREATE TABLE p (id int PRIMARY KEY, t int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)", to: "ALTER TABLE p ADD CONSTRAINT c CHECK (t > 0)", rows: "INSERT INTO p VALUES (1, 1)", bad: []badRows{{"INSERT INTO p VALUES (2, 0)", "2"}}},
	{name: "unique of a partitioned table", base: "CREATE TABLE p (id int, t int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)", to: "ALTER TABLE p ADD CONSTRAINT u UNIQUE (id)", rows: "INSERT INTO p VALUES (1, 1)", bad: []badRows{{"INSERT INTO p VALUES (1, 0)", "public.p1,(0,1) public.p1,(0,2)"}}},

	{name: "domain gets a check", base: "CREATE DOMAIN d AS int; CREATE TABLE t (id int PRIMARY KEY, v d, w d)", to: "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)", rows: "INSERT INTO t VALUES (1, 1, 1), (2, NULL, NULL)", bad: []badRows{
		{"INSERT INTO t VALUES (3, 0, 1)", "3"}, {"INSERT INTO t VALUES (4, 1, 0)", "4"}}},
	{name: "domain becomes not null", base: "CREATE DOMAIN d AS int; CREATE TABLE t (id int PRIMARY KEY, v d)", to: "ALTER DOMAIN d SET NOT NULL", rows: "INSERT INTO t VALUES (1, 1)", bad: []badRows{{"INSERT INTO t VALUES (3)", "3"}}},
	{name: "column becomes that of a domain", base: people + "; CREATE DOMAIN d AS int CHECK (VALUE > 0)", to: "ALTER TABLE t ALTER b TYPE d", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'x', 0)", "5"}}},
	{name: "column becomes that of a new, narrower domain", base: people, to: "CREATE DOMAIN d AS varchar(3) CHECK (VALUE <> 'zz'); ALTER TABLE t ALTER a TYPE d", rows: withT, bad: []badRows{{"INSERT INTO t VALUES (5, 'zz')", "5"}, {"INSERT INTO t VALUES (6, 'long')", "6"}}},
	{name: "new column of a domain that takes no NULL", base: people + "; CREATE DOMAIN d AS int NOT NULL", to: "ALTER TABLE t ADD c d", bad: []badRows{{"INSERT INTO t VALUES (1)", "1"}}},
	{name: "new column of a domain with a check", base: people + "; CREATE DOMAIN d AS int CHECK (VALUE > 0)", to: "ALTER TABLE t ADD c d DEFAULT 3", rows: withT},
	{name: "domain of another type", base: "CREATE DOMAIN d AS text; CREATE TABLE t (id int PRIMARY KEY, v d)", to: "ALTER TABLE t DROP v; DROP DOMAIN d; CREATE DOMAIN d AS varchar(3); ALTER TABLE t ADD v d", rows: "INSERT INTO t VALUES (1, 'abc'), (2, NULL)", bad: []badRows{{"INSERT INTO t VALUES (3, 'abcd')", "3"}}},

	{name: "enum loses values", base: "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE DOMAIN d AS m; CREATE TABLE t (id int PRIMARY KEY, v m, l m[], w d)", to: "ALTER TABLE t DROP v, DROP l, DROP w; DROP DOMAIN d; DROP TYPE m; CREATE TYPE m AS ENUM ('a'); CREATE DOMAIN d AS m; ALTER TABLE t ADD v m, ADD l m[], ADD w d",
		rows: "INSERT INTO t VALUES (1, 'a', '{a,NULL}', 'a'), (2, NULL, NULL, NULL)", bad: []badRows{{"INSERT INTO t VALUES (3, 'b')", "3"}, {"INSERT INTO t VALUES (4, 'a', '{a,c}')", "4"}, {"INSERT INTO t (id, w) VALUES (5, 'c')", "5"}}},

	{name: "a partition is made beside the default one", base: "CREATE TABLE p (id int PRIMARY KEY, t int) PARTITION BY RANGE (id); CREATE TABLE p0 PARTITION OF p DEFAULT", to: "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)", rows: "INSERT INTO p VALUES (-1), (100)", bad: []badRows{{"INSERT INTO p VALUES (0), (99)", "0 99"}}},
	{name: "a table becomes a partition", base: "CREATE TABLE p (a int NOT NULL, b text) PARTITION BY RANGE (a, b); CREATE TABLE p0 PARTITION OF p DEFAULT; CREATE TABLE p1 (a int NOT NULL, b text, UNIQUE (a))", to: "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0, MINVALUE) TO (10, 'm')", rows: "INSERT INTO p1 VALUES (0, ''), (10, 'l'); INSERT INTO p VALUES (10, 'm'), (-1, 'z')",
		bad: []badRows{{"INSERT INTO p1 VALUES (11, 'a'), (9, 'n'), (-1, 'a')", "-1 11"}, {"INSERT INTO p1 VALUES (3, NULL)", "3"}, {"INSERT INTO p VALUES (5, 'q')", "(0,3)"}}},
	{name: "a table becomes a partition of a list", base: "CREATE TABLE p (a text, k int) PARTITION BY LIST (lower(a)); CREATE TABLE p1 (a text, k int UNIQUE NOT NULL)", to: "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN ('it''s', NULL)", rows: "INSERT INTO p1 VALUES ('IT''S', 1), (NULL, 2)", bad: []badRows{{"INSERT INTO p1 VALUES ('x', 3)", "3"}}},
	{name: "a table becomes a partition by hash", base: "CREATE TABLE p (a int, k int) PARTITION BY HASH (a); CREATE TABLE p1 (a int, k int UNIQUE NOT NULL)", to: "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES WITH (modulus 2, remainder 0)", rows: "INSERT INTO p1 VALUES (1, 1)", bad: []badRows{{"INSERT INTO p1 VALUES (3, 3)", "3"}}},
	{name: "a table becomes the default partition", base: "CREATE TABLE p (a int, k int) PARTITION BY LIST (a); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); CREATE TABLE p1 (a int, k int UNIQUE NOT NULL)", to: "ALTER TABLE p ATTACH PARTITION p1 DEFAULT", rows: "INSERT INTO p1 VALUES (1, 1), (NULL, 2)", bad: []badRows{{"INSERT INTO p1 VALUES (2, 3)", "3"}}},

	{name: "text to an enum", base: "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE v (id int PRIMARY KEY, v text)", to: "ALTER TABLE v ALTER v TYPE m USING v::m", rows: "INSERT INTO v VALUES (1, NULL), (2, 'a')", bad: []badRows{{"INSERT INTO v VALUES (3, 'c')", "3"}}},
	{name: "enum to an enum", base: "CREATE TYPE o AS ENUM ('a', 'c'); CREATE TABLE v (id int PRIMARY KEY, v o)", to: "CREATE TYPE m AS ENUM ('a', 'b'); ALTER TABLE v ALTER v TYPE m USING v::text::m", rows: "INSERT INTO v VALUES (1, NULL), (2, 'a')", bad: []badRows{{"INSERT INTO v VALUES (3, 'c')", "3"}}},
	{name: "values that become alike", base: "CREATE TABLE v (id int PRIMARY KEY, v numeric UNIQUE)", to: "ALTER TABLE v ALTER v TYPE numeric(5,1)", rows: "INSERT INTO v VALUES (1, 1.04), (2, 1.14)", bad: []badRows{{"INSERT INTO v VALUES (3, 1.01)", "1 3"}}},
	{name: "values that fail a check once converted", base: "CREATE TABLE v (id int PRIMARY KEY, v numeric CHECK (v < 2))", to: "ALTER TABLE v ALTER v TYPE int", rows: "INSERT INTO v VALUES (1, 1.04)", bad: []badRows{{"INSERT INTO v VALUES (3, 1.7)", "3"}}},
	{name: "values that are converted and then unique", base: "CREATE TABLE v (id int PRIMARY KEY, v numeric)", to: "ALTER TABLE v ALTER v TYPE int; ALTER TABLE v ADD CONSTRAINT u UNIQUE (v)", rows: "INSERT INTO v VALUES (1, 1.04)", bad: []badRows{{"INSERT INTO v VALUES (3, 1.2)", "1 3"}}},
}

func inPublic(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }

// A conversion is a column that gets another type.
type conversion struct {
	from, to     string
	good, bad    string // rows of id and value
	keys         string // those of the bad ones
	since, until int
}

// conversions looks at all in one database, a table each.
func (s *server) conversions(t *testing.T, major int) {
	var base, to strings.Builder
	table := func(i int) string { return fmt.Sprintf("v%d", i) }
	for i, c := range conversions {
		if major >= c.since && (c.until == 0 || major <= c.until) {
			fmt.Fprintf(&base, "CREATE TABLE %s (id int PRIMARY KEY, v %s);", table(i), c.from)
			fmt.Fprintf(&to, "ALTER TABLE %s DROP v; ALTER TABLE %[1]s ADD v %[2]s;", table(i), c.to)
		}
	}
	online, _ := s.planned(t, base.String(), to.String(), diff.Renames{})
	for i, c := range conversions {
		var statements []render.Statement
		for _, st := range online {
			if diff.TableOf(st.Change) == inPublic(table(i)) {
				statements = append(statements, st)
			}
		}
		if len(statements) == 0 {
			continue
		}
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			rows := fmt.Sprintf("CREATE TABLE %s (id int PRIMARY KEY, v %s); INSERT INTO %[1]s VALUES (1, NULL), %[3]s", table(i), c.from, c.good)
			s.witness(t, statements, rows, "")
			if c.bad != "" {
				s.witness(t, statements, rows+", "+c.bad, c.keys)
			}
		})
	}
}

var conversions = []conversion{
	{from: "text", to: "varchar(3)", good: "(2, 'abc'), (3, 'abc   ')", bad: "(4, 'abcd'), (5, 'abc d')", keys: "4 5"},
	{from: "varchar(9)", to: "varchar(3)", good: "(2, 'äöü')", bad: "(4, 'abcd')", keys: "4"},
	{from: "char(9)", to: "char(3)", good: "(2, 'abc')", bad: "(4, 'abcd')", keys: "4"},
	{from: "text", to: "char(3)", good: "(2, 'abc  ')", bad: "(4, 'abcd')", keys: "4"},
	{from: "int", to: "varchar(3)", good: "(2, 123), (3, -12)", bad: "(4, 1234)", keys: "4"},
	{from: "boolean", to: "varchar(4)", good: "(2, true)", bad: "(4, false)", keys: "4"},
	{from: "bit(4)", to: "bit(3)", good: "(2, NULL)", bad: "(4, '1111')", keys: "4"},
	{from: "varbit", to: "varbit(3)", good: "(2, '111')", bad: "(4, '1111')", keys: "4"},
	{from: "bigint", to: "int", good: "(2, 2147483647), (3, -2147483648)", bad: "(4, 2147483648), (5, -2147483649)", keys: "4 5"},
	{from: "int", to: "smallint", good: "(2, 32767)", bad: "(4, 32768)", keys: "4"},
	{from: "numeric", to: "int", good: "(2, 2147483647.4)", bad: "(4, 2147483647.5), (5, 'NaN')", keys: "4 5"},
	{from: "float8", to: "int", good: "(2, 2147483647.4)", bad: "(4, 2147483647.5), (5, 'NaN'), (6, 'Infinity')", keys: "4 5 6"},
	{from: "float8", to: "bigint", good: "(2, 9e18)", bad: "(4, 9223372036854775807)", keys: "4"},
	{from: "numeric", to: "numeric(5,2)", good: "(2, 999.994), (3, 'NaN')", bad: "(4, 999.995), (5, -1000)", keys: "4 5"},
	{from: "numeric(6,2)", to: "numeric(5,2)", good: "(2, 999.99)", bad: "(4, 1000)", keys: "4"},
	{from: "numeric(5,2)", to: "numeric(4,1)", good: "(2, 999.94)", bad: "(4, 999.95)", keys: "4"},
	{from: "int", to: "numeric(5,2)", good: "(2, 999)", bad: "(4, 1000)", keys: "4"},
	{from: "float8", to: "numeric(5,2)", good: "(2, 999.99), (3, 'NaN')", bad: "(4, 1000)", keys: "4"},
	{from: "float8", to: "real", good: "(2, 1.5)", bad: "(4, 1e300)", keys: "!"},
	{from: "varchar(9)[]", to: "varchar(3)[]", good: "(2, '{abc,NULL}')", bad: "(4, '{abc,abcd}')", keys: "4"},
	{from: "bigint[]", to: "int[]", good: "(2, '{{1,2},{3,4}}')", bad: "(4, '{{1,2},{3,2147483648}}')", keys: "4"},
	{from: "text", to: "int", good: "(2, ' 12 ')", bad: "(4, 'x')", keys: "!", until: 15},
	{from: "text", to: "int", good: "(2, ' 12 ')", bad: "(4, 'x'), (5, '3000000000')", keys: "4 5", since: 16},
	{from: "text", to: "numeric(5,2)", good: "(2, '999.99')", bad: "(4, 'x'), (5, '1000')", keys: "4 5", since: 16},
	{from: "text", to: "date", good: "(2, '2026-02-28')", bad: "(4, '2026-02-30')", keys: "4", since: 16},
	{from: "text", to: "timestamptz", good: "(2, '2026-02-28 10:00+1')", bad: "(4, 'x')", keys: "4", since: 16},
	{from: "text", to: "uuid", good: "(2, '00000000-0000-0000-0000-000000000000')", bad: "(4, 'x')", keys: "4", since: 16},
	{from: "text", to: "jsonb", good: `(2, '{"a": 1}')`, bad: "(4, '{')", keys: "4", since: 16},
	{from: "text", to: "boolean", good: "(2, 'yes')", bad: "(4, 'maybe')", keys: "4", since: 16},
	{from: "json", to: "jsonb", good: `(2, '{"a": 1}')`, bad: `(4, '"\u0000"')`, keys: "4", since: 16},
	{from: "text", to: "date", good: "(2, '2026-02-28')", bad: "(4, '2026-02-30')", keys: "!", until: 15},
	{from: "char(40)", to: "uuid", good: "(2, NULL)", bad: "(4, 'x')", keys: "!"},
	{from: "text", to: "bit(3)", good: "(2, '101')", bad: "(4, '12')", keys: "4", since: 16},
	{from: "date", to: "timestamp", good: "(2, '2026-02-28')", bad: "(4, '5000000-01-01')", keys: "!"},
	{from: "int", to: "jsonb", good: "(2, 1)"},
	{from: "timestamptz", to: "date", good: "(2, 'infinity'), (3, '2026-01-01')"},
	{from: "numeric", to: "float8", good: "(2, 1.5)", bad: "(4, 1e400)", keys: "!"},
	{from: "numeric", to: "money", good: "(2, 1.5)", bad: "(4, 1e20)", keys: "!"},
}
