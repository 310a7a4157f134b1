package sqlite

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// TestPrechecks has the library as its witness: a plan fails on the rows there are
// if, and only if, one of the queries beside its statements finds some.
func TestPrechecks(t *testing.T) {
	const people = `CREATE TABLE t (id integer PRIMARY KEY, a text, b integer)`
	renamed := diff.Renames{Columns: []diff.ColumnRename{{Table: schema.Name{Local: "t"}, From: "a", To: "select"}}}
	moved := diff.Renames{Tables: []diff.TableRename{{From: schema.Name{Local: "t"}, To: schema.Name{Local: "z"}}}}
	for _, c := range []struct {
		name      string
		from, to  []string
		good, bad string
		keys      string
		renames   diff.Renames
	}{
		{name: "not null", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, b integer)`}, good: `INSERT INTO t VALUES (1, 'x', 1)`, bad: `INSERT INTO t VALUES (2, NULL, 1)`, keys: "2"},
		{name: "not null of a rebuild", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, b text)`}, good: `INSERT INTO t VALUES (1, 'x', 1)`, bad: `INSERT INTO t VALUES (2, NULL, 1)`, keys: "2"},
		{name: "a column renamed, and not null", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, "select" text NOT NULL, b integer)`}, renames: renamed, good: `INSERT INTO t VALUES (1, 'x', 1)`, bad: `INSERT INTO t VALUES (2, NULL, 1)`, keys: "2"},
		{name: "a table renamed, and unique", from: []string{people}, to: []string{`CREATE TABLE z (id integer PRIMARY KEY, a text UNIQUE, b integer)`}, renames: moved, good: `INSERT INTO t VALUES (1, 'x', 1), (2, NULL, 1), (3, NULL, 1)`, bad: `INSERT INTO t VALUES (4, 'x', 1)`, keys: "1 4"},
		{name: "unique", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, UNIQUE (a, b))`}, good: `INSERT INTO t VALUES (1, 'x', 1), (2, 'x', 2), (3, 'x', NULL), (4, 'x', NULL)`, bad: `INSERT INTO t VALUES (5, 'x', 1)`, keys: "1 5"},
		{name: "unique index", from: []string{people}, to: []string{people, `CREATE UNIQUE INDEX u ON t (a COLLATE NOCASE) WHERE b > 0`}, good: `INSERT INTO t VALUES (1, 'x', 1), (2, 'x', 0)`, bad: `INSERT INTO t VALUES (5, 'X', 1)`, keys: "1 5"},
		{name: "unique with another collation", from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text UNIQUE)`}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text COLLATE NOCASE UNIQUE)`}, good: `INSERT INTO t VALUES (1, 'x')`, bad: `INSERT INTO t VALUES (5, 'X')`, keys: "1 5"},
		{name: "primary key", from: []string{`CREATE TABLE t (a text, b integer)`}, to: []string{`CREATE TABLE t (a text, b integer, PRIMARY KEY (a))`}, good: `INSERT INTO t VALUES ('x', 1), (NULL, 1), (NULL, 2)`, bad: `INSERT INTO t VALUES ('x', 3)`, keys: "1 4"},
		{name: "primary key without rowid", from: []string{`CREATE TABLE t (a text, b integer)`}, to: []string{`CREATE TABLE t (a text, b integer, PRIMARY KEY (a)) WITHOUT ROWID`}, good: `INSERT INTO t VALUES ('x', 1)`, bad: `INSERT INTO t VALUES (NULL, 3)`, keys: "2"},
		{name: "integer primary key", from: []string{`CREATE TABLE t (a text, b integer)`}, to: []string{`CREATE TABLE t (a integer PRIMARY KEY, b integer)`}, good: `INSERT INTO t VALUES ('7', 1), (NULL, 1)`, bad: `INSERT INTO t VALUES ('x', 3)`, keys: "3"},
		{name: "integer primary key twice", from: []string{`CREATE TABLE t (a text, b integer)`}, to: []string{`CREATE TABLE t (a integer PRIMARY KEY, b integer)`}, good: `INSERT INTO t VALUES ('7', 1)`, bad: `INSERT INTO t VALUES ('07', 3)`, keys: "1 2"},
		{name: "check", from: []string{people}, to: []string{"CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, CONSTRAINT c CHECK (\"b\" > 0 AND a <> 'it''s\nso'))"}, good: `INSERT INTO t VALUES (1, 'x', 1), (2, NULL, NULL)`, bad: "INSERT INTO t VALUES (5, 'it''s\nso', 1), (6, 'x', 0)", keys: "5 6"},
		{name: "check of a new column", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, c integer DEFAULT 5, CONSTRAINT k CHECK (c > b))`}, good: `INSERT INTO t VALUES (1, 'x', 1)`, bad: `INSERT INTO t VALUES (6, 'x', 5)`, keys: "6"},
		{name: "new column that must have a value", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, c integer NOT NULL)`}, bad: `INSERT INTO t VALUES (6, 'x', 5)`, keys: "6"},
		{name: "new column with a default, unique", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, c integer NOT NULL DEFAULT 1 UNIQUE)`}, good: `INSERT INTO t VALUES (1, 'x', 5)`, bad: `INSERT INTO t VALUES (6, 'x', 5)`, keys: "1 6"},
		{name: "new computed column", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, c integer NOT NULL GENERATED ALWAYS AS (b + 1) STORED)`}, good: `INSERT INTO t VALUES (1, 'x', 5)`, bad: `INSERT INTO t VALUES (6, 'x', NULL)`, keys: "6"},
		{name: "foreign key", from: []string{people, `CREATE TABLE u (id integer PRIMARY KEY, t text)`}, to: []string{people, `CREATE TABLE u (id integer PRIMARY KEY, t text REFERENCES t (id))`}, good: `INSERT INTO t VALUES (1, 'x', 5); INSERT INTO u VALUES (1, '1'), (2, NULL)`, bad: `INSERT INTO u VALUES (3, '7')`, keys: "3"},
		{name: "foreign key to text", from: []string{`CREATE TABLE t (id text PRIMARY KEY)`, `CREATE TABLE u (id integer PRIMARY KEY, t integer)`}, to: []string{`CREATE TABLE t (id text PRIMARY KEY)`, `CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t (id))`}, good: `INSERT INTO t VALUES ('1'); INSERT INTO u VALUES (1, 1), (2, NULL)`, bad: `INSERT INTO t VALUES ('07'); INSERT INTO u VALUES (3, 7)`, keys: "3"},
		{name: "foreign key to itself", from: []string{people}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer REFERENCES t)`}, good: `INSERT INTO t VALUES (1, 'x', 1)`, bad: `INSERT INTO t VALUES (6, 'x', 7)`, keys: "6"},
		{name: "foreign key to a new table", from: []string{people}, to: []string{`CREATE TABLE z (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text, b integer REFERENCES z (id))`}, good: `INSERT INTO t VALUES (1, 'x', NULL)`, bad: `INSERT INTO t VALUES (6, 'x', 7)`, keys: "6"},
		{name: "a foreign key that is violated already", from: []string{people, `CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t (id))`}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b text)`, `CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t (id))`},
			bad: `PRAGMA foreign_keys = OFF; INSERT INTO u VALUES (3, 7)`, keys: "u|3|t"},
		{name: "strict", from: []string{`CREATE TABLE t (id integer PRIMARY KEY, i integer, r real, x text, b blob, n any)`}, to: []string{`CREATE TABLE t (id integer PRIMARY KEY, i integer, r real, x text, b blob, n any) STRICT`},
			good: `INSERT INTO t VALUES (1, '12.0', '1.5', 7, x'00', 'q'), (2, NULL, NULL, NULL, NULL, NULL), (3, 4, 5, 6.5, x'00', 1)`,
			bad:  `INSERT INTO t (id, i) VALUES (4, 'x'), (5, 1.5), (6, '12x'); INSERT INTO t (id, r) VALUES (7, 'y'); INSERT INTO t (id, x) VALUES (8, x'00'); INSERT INTO t (id, b) VALUES (9, 'z')`, keys: "4 5 6 7 8 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := diff.Diff(newLab(t, c.from...).inspect(), newLab(t, c.to...).inspect(), c.renames)
			if err != nil {
				t.Fatal(err)
			}
			for _, version := range []int{oldest, newest} {
				statements, err := Render(p, render.Options{ServerVersion: version})
				if err != nil {
					t.Fatal(err)
				}
				witness(t, statements, append(slices.Clone(c.from), c.good), "")
				witness(t, statements, append(slices.Clone(c.from), c.good, c.bad), c.keys)
			}
		})
	}
}

// witness asks the queries what is in the way, and then runs the statements as a
// runner does.
func witness(t *testing.T, statements []render.Statement, script []string, keys string) {
	t.Helper()
	l := newLab(t, script...)
	var found []string
	var text strings.Builder
	for _, st := range statements {
		for _, q := range st.Prechecks {
			fmt.Fprintf(&text, "%s\n    above %s\n", q, st.SQL)
			if strings.Contains(q, "\n") {
				t.Errorf("is not on one line: %s", q)
			}
			for _, row := range strings.Split(l.rows(q), "; ") {
				if row != "" && !slices.Contains(found, row) {
					found = append(found, row)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	if d := gocmp.Diff(keys, strings.Join(found, " ")); d != "" {
		t.Errorf("found (-want +got):\n%s\n%s", d, &text)
	}
	l.must("PRAGMA foreign_keys = OFF")
	l.must("PRAGMA legacy_alter_table = ON")
	var failed error
	for _, st := range statements {
		if failed = cmp.Or(failed, l.exec(st.SQL)); failed != nil {
			break
		}
	}
	if failed == nil && l.rows("PRAGMA foreign_key_check") != "" {
		failed = fmt.Errorf("foreign_key_check finds rows")
	}
	if (failed != nil) != (len(found) > 0) {
		t.Errorf("found %q, and the plan: %v\n%s", found, failed, &text)
	}
}
