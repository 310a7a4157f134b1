package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const prechecked = `-- revision: abcd
-- parents:
-- dialect: postgres

-- gen:up
-- no order without a total
-- gen:precheck SELECT id FROM orders WHERE total IS NULL LIMIT 100
-- gen:precheck WITH x AS (SELECT ';') SELECT * FROM x
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;

-- gen:down
-- gen:precheck SELECT 1
ALTER TABLE orders ALTER COLUMN total DROP NOT NULL;
`

func TestPrecheckBelongsToTheStatementBelow(t *testing.T) {
	rev, err := Parse("a.sql", []byte(prechecked))
	if err != nil {
		t.Fatal(err)
	}
	want := Statement{
		SQL: "ALTER TABLE orders ALTER COLUMN total SET NOT NULL", Line: 9, Col: 1, Comment: []string{"no order without a total"},
		Prechecks: []Precheck{{"SELECT id FROM orders WHERE total IS NULL LIMIT 100", 7}, {"WITH x AS (SELECT ';') SELECT * FROM x", 8}},
	}
	if d := cmp.Diff(want, rev.Up[0].Statements[0]); d != "" {
		t.Error(d)
	}
	text, err := Format(rev)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(prechecked, string(text)); d != "" {
		t.Errorf("written again (-want +got):\n%s", d)
	}
	without, err := Parse("a.sql", bytes.ReplaceAll([]byte(prechecked), []byte("-- gen:precheck SELECT 1\n"), nil))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := checksum(rev.Down), checksum(without.Down); a != b {
		t.Errorf("checksum %s with the line, %s without", a, b)
	}
	v, _ := rev.For(Postgres)
	if down := formatDown(plainDown(v), ""); strings.Contains(down, wordPrecheck) {
		t.Errorf("is stored with the way back: %s", down)
	}
}

func TestPrecheckMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"-- gen:precheck":                               "gen:precheck has no query",
		"-- gen:precheck DELETE FROM orders":            "gen:precheck is a SELECT, and not DELETE",
		"-- gen:precheck SELECT 1; SELECT 2":            "gen:precheck is no query on one line",
		"-- gen:precheck SELECT 1;":                     "gen:precheck is no query on one line",
		"-- gen:precheck SELECT 'x":                     "gen:precheck is no query on one line",
		"-- gen:precheck SELECT 1 -- all of them":       "gen:precheck is no query on one line",
		"-- gen:precheck SELECT 1\n-- gen:step\nSELECT": "no statement follows gen:precheck",
	} {
		_, err := Parse("a.sql", []byte("-- revision: abcd\n-- parents:\n-- dialect: postgres\n\n-- gen:up\n"+line+"\nSELECT 1;\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

// What the queries find, and what cannot be said before the run.
const (
	firstRun = `-- gen:up
CREATE TABLE t (id integer PRIMARY KEY, a text, b integer);
INSERT INTO t VALUES (1, 'x', 1), (2, NULL, 2), (3, NULL, 3);
-- gen:down
DROP TABLE t;
`
	secondRun = `-- gen:up
-- gen:precheck SELECT id FROM t WHERE b > 99 LIMIT 5
SELECT 1;
-- gen:precheck SELECT id, b FROM t WHERE a IS NULL ORDER BY id LIMIT 2
SELECT 2;
CREATE TABLE u (id integer);
-- gen:precheck SELECT id FROM u
SELECT 3;
UPDATE u SET id = 1;
-- gen:precheck SELECT id FROM t WHERE b = 3
SELECT 4;
UPDATE t SET b = 4 WHERE b = 3;
-- gen:precheck SELECT id FROM t WHERE b = 3
SELECT 5;
`
)

func TestPrecheckFindsRows(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { findsRows(t, openSQLite(t), SQLite, "SQL logic error: no such table: u (1)") })
	t.Run("PostgreSQL", func(t *testing.T) {
		findsRows(t, openPostgres(t), Postgres, `relation "u" does not exist`)
	})
}

func findsRows(t *testing.T, db *sql.DB, d Dialect, missing string) {
	fsys := files(d, [2]string{"aaaa", firstRun}, [2]string{"bbbb<aaaa", secondRun})
	m := newRunner(t, db, d, fsys)
	upgrade(t, m, "aaaa")
	found, err := m.Precheck(context.Background(), "head", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %d %t %v %v %s", f.Query.Line, f.Verdict, f.Count, f.More, f.Keys, f.Rows, f.Why)))
	}
	want := []string{
		"8 clear 0 false [id] []",
		"10 in the way 2 true [id b] [[2 2] [3 3]]",
		"13 unchecked 0 false [] [] " + missing + "; what makes it runs before",
		"16 in the way 1 false [id] [[3]]",
		"19 undecided 1 false [id] [[3]] 01_bbbb.sql:18",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	// Nothing has changed, and the run is not held up.
	wantCurrent(t, m, "aaaa")
	if res := upgrade(t, m, "head"); len(res.Applied) != 1 {
		t.Errorf("applied %v", res.Applied)
	}
}

func TestPrecheckCannotWrite(t *testing.T) {
	write := map[Dialect]string{Postgres: "WITH x AS (DELETE FROM t RETURNING id) SELECT id FROM x", SQLite: "SELECT id FROM t WHERE no_such_function(id)"}
	for d, open := range map[Dialect]func() *sql.DB{SQLite: func() *sql.DB { return openSQLite(t) }, Postgres: func() *sql.DB { return openPostgres(t) }} {
		m := newRunner(t, open(), d, files(d, [2]string{"aaaa", firstRun}, [2]string{"bbbb<aaaa", "-- gen:up\n-- gen:precheck " + write[d] + "\nSELECT 1;\n"}))
		upgrade(t, m, "aaaa")
		found, err := m.Precheck(context.Background(), "head", 0)
		if err != nil || len(found) != 1 || found[0].Verdict != Unchecked {
			t.Errorf("%s: %v, %v", d, found, err)
		}
	}
}

// What takes longer than allowed, or waits for a lock, is not checked.
func TestPrecheckEnds(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa", firstRun}, [2]string{"bbbb<aaaa", "-- gen:up\n-- gen:precheck SELECT id FROM t WHERE pg_sleep(60) IS NULL\nSELECT 1;\n"}), WithLockTimeout(50*time.Millisecond))
	upgrade(t, m, "aaaa")
	why := func(timeout time.Duration) string {
		found, err := m.Precheck(context.Background(), "head", timeout)
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		return found[0].Verdict.String() + ": " + found[0].Why
	}
	if got, want := why(100*time.Millisecond), "unchecked: it took longer than 100ms"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("LOCK TABLE t"); err != nil {
		t.Fatal(err)
	}
	if got, want := why(0), "unchecked: others hold a lock on the table"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
