package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// script writes one, or fails the test.
func scriptOf(t *testing.T, d Dialect, fsys fstest.MapFS, dir Direction, span string, opts ...Option) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := newRunner(t, nil, d, fsys, opts...).WriteScript(&out, dir, span); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// versionRows is the version table without times and durations.
func versionRows(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return query(t, db, `SELECT revision || '|' || parents || '|' || depends || '|' || message || '|' || kind || '|' || state || '|' || checksum || '|' ||
		coalesce(down_checksum, '') || '|' || coalesce(down_sql, '') || '|' || cursor || '|' || total || '|' || inflight || '|' || prefix || '|' ||
		coalesce(error, '') || '|' || applied_by || '|' || tool FROM gen_revisions ORDER BY seq`)
}

var rebuildStep = [2]string{"dddd4444<cccc3333", "-- gen:up foreign_keys=off\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);\nINSERT INTO new_users SELECT id, name, age FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users; -- it's; done\nCREATE INDEX users_age ON users (age);\n\n-- gen:down\nSELECT 'semicolon; ''quoted''' -- at the end\n;\n"}

func TestSQLiteScriptEqualsRun(t *testing.T) {
	fsys := files(SQLite, append(blog, rebuildStep)...)
	run := func(t *testing.T, db *sql.DB, script string) {
		t.Helper()
		conn, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(context.Background(), script); err != nil {
			t.Fatalf("%v\n%s", err, script)
		}
	}
	schema := func(db *sql.DB) []string {
		return append(query(t, db, "SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'gen\\_%' ESCAPE '\\' ORDER BY 1"),
			query(t, db, "SELECT name FROM users ORDER BY id")...)
	}
	online, offline := openSQLite(t), openSQLite(t)
	for _, stage := range []struct {
		dir  Direction
		span string
	}{{Up, "base:bbbb2222"}, {Up, "bbbb2222:head"}, {Down, "dddd4444:aaaa1111"}, {Up, "aaaa1111:+1"}} {
		_, target, _ := strings.Cut(stage.span, ":")
		m := newRunner(t, online, SQLite, fsys)
		if stage.dir == Up {
			upgrade(t, m, target)
		} else {
			downgrade(t, m, target)
		}
		run(t, offline, scriptOf(t, SQLite, fsys, stage.dir, stage.span))
		if diff := cmp.Diff(versionRows(t, online), versionRows(t, offline)); diff != "" {
			t.Errorf("%s: version rows (- run, + script): %s", stage.span, diff)
		}
		if diff := cmp.Diff(schema(online), schema(offline)); diff != "" {
			t.Errorf("%s: schema (- run, + script): %s", stage.span, diff)
		}
		events := "SELECT coalesce(revision, '') || ' ' || event FROM gen_log ORDER BY id"
		if diff := cmp.Diff(query(t, online, events), query(t, offline, events)); diff != "" {
			t.Errorf("%s: log (- run, + script): %s", stage.span, diff)
		}
	}
	// A run goes on where the scripts ended.
	if res := upgrade(t, newRunner(t, offline, SQLite, fsys), "head"); len(res.Applied) != 2 {
		t.Errorf("applied %v", applied(res))
	}
}

func TestSQLiteScriptGuards(t *testing.T) {
	fsys := files(SQLite, blog...)
	tests := []struct{ at, span, want string }{
		{"", "aaaa1111:head", "CHECK constraint failed: gen: the database is not at aaaa1111, for which this script was written; gen current tells where it is"},
		{"aaaa1111", "base:head", "CHECK constraint failed: gen: the database is not at base, for which this script was written"},
		{"cccc3333", "aaaa1111:head", "CHECK constraint failed: gen: the database is not at aaaa1111"},
		{"aaaa1111", "bbbb2222:head", "CHECK constraint failed: gen: the database is not at bbbb2222"},
	}
	for _, tt := range tests {
		t.Run(tt.at+" "+tt.span, func(t *testing.T) {
			db := openSQLite(t)
			if tt.at != "" {
				upgrade(t, newRunner(t, db, SQLite, fsys), tt.at)
			}
			before := query(t, db, "SELECT name FROM sqlite_schema ORDER BY 1")
			script := scriptOf(t, SQLite, fsys, Up, tt.span)
			if _, err := db.Exec(script); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
			// A client that does not stop at errors, as sqlite3 without -bail.
			other := openSQLite(t)
			if tt.at != "" {
				upgrade(t, newRunner(t, other, SQLite, fsys), tt.at)
			}
			conn, err := other.Conn(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			for _, st := range scriptStatements(t, script) {
				conn.ExecContext(context.Background(), st)
			}
			conn.ExecContext(context.Background(), "ROLLBACK")
			if diff := cmp.Diff(before, query(t, other, "SELECT name FROM sqlite_schema ORDER BY 1")); diff != "" {
				t.Errorf("a client that does not stop: %s", diff)
			}
		})
	}
}

// scriptStatements cuts a script as a client does.
func scriptStatements(t *testing.T, script string) []string {
	t.Helper()
	var out []string
	rest := script
	for {
		i := strings.Index(rest, ";\n")
		if i < 0 {
			return out
		}
		out, rest = append(out, rest[:i+1]), rest[i+2:]
	}
}

// psql runs a script as a person does.
func psql(t *testing.T, url, script string, flags ...string) (string, error) {
	t.Helper()
	bin, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("psql is not installed")
	}
	file := filepath.Join(t.TempDir(), "script.sql")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, append(flags, "-X", "-q", "-f", file, url)...).CombinedOutput()
	return string(out), err
}

var odd = [][2]string{
	{"dddd4444<cccc3333", "-- gen:up\nCREATE TABLE notes (id int, body text);\nINSERT INTO notes VALUES (1, 'it''s; \\ $gen$ :x');\nCREATE FUNCTION three() RETURNS int LANGUAGE sql AS $$SELECT 3; SELECT 3$$;\n\n-- gen:step tx=batch lock_timeout=2s\nUPDATE notes SET body = 'x $gen_batch$ y' WHERE body LIKE 'it%';\n\n-- gen:step lock_timeout=3s statement_timeout=0\nSET search_path = pg_catalog;\nSELECT pg_catalog.set_config('lock_timeout', '1', false);\n\n-- gen:down tx=each\nDROP FUNCTION three();\nVACUUM notes;\nDROP TABLE notes;\n"},
	{"eeee5555<dddd4444", "-- gen:up tx=each lock_timeout=1s\nREINDEX INDEX CONCURRENTLY users_age;\nANALYZE users;\nSET search_path = 'nowhere';\n\n-- gen:down\n"},
}

func TestPostgresScriptEqualsRun(t *testing.T) {
	fsys := files(Postgres, append(shop, odd...)...)
	onlineURL, offlineURL := dbtest.Postgres(t), dbtest.Postgres(t)
	online, offline := openURL(t, onlineURL), openURL(t, offlineURL)
	for _, stage := range []struct {
		dir  Direction
		span string
	}{{Up, "base:aaaa1111"}, {Up, "aaaa1111:head"}, {Down, "head:aaaa1111"}, {Up, "aaaa1111:+1"}, {Down, "bbbb2222:base"}, {Up, "base:head"}} {
		_, target, _ := strings.Cut(stage.span, ":")
		m := newRunner(t, online, Postgres, fsys)
		if stage.dir == Up {
			upgrade(t, m, target)
		} else {
			downgrade(t, m, target)
		}
		script := scriptOf(t, Postgres, fsys, stage.dir, stage.span)
		if out, err := psql(t, offlineURL, script); err != nil || out != "" && strings.Contains(out, "ERROR") {
			t.Fatalf("%s: %v\n%s\n%s", stage.span, err, out, script)
		}
		if diff := cmp.Diff(versionRows(t, online), versionRows(t, offline)); diff != "" {
			t.Errorf("%s: version rows (- run, + script): %s", stage.span, diff)
		}
		if diff := cmp.Diff(snapshot(t, online), snapshot(t, offline)); diff != "" {
			t.Errorf("%s: schema and data (- run, + script): %s", stage.span, diff)
		}
		events := "SELECT coalesce(revision, '') || ' ' || event || ' ' || coalesce((detail - 'duration_ms')::text, '') FROM gen_log ORDER BY id"
		if diff := cmp.Diff(query(t, online, events), query(t, offline, events)); diff != "" {
			t.Errorf("%s: log (- run, + script): %s", stage.span, diff)
		}
	}
}

func TestPostgresScriptGuards(t *testing.T) {
	fsys := files(Postgres, shop...)
	for _, tt := range []struct{ at, span, want string }{
		{"", "aaaa1111:head", "gen: this database has no version table, and the script is for one at aaaa1111"},
		{"aaaa1111", "base:bbbb2222", "gen: the database is not at base, for which this script was written"},
		{"cccc3333", "aaaa1111:head", "gen: the database is not at aaaa1111"},
	} {
		t.Run(tt.at+" "+tt.span, func(t *testing.T) {
			url := dbtest.Postgres(t)
			db := openURL(t, url)
			if tt.at != "" {
				upgrade(t, newRunner(t, db, Postgres, fsys), tt.at)
			}
			before := snapshot(t, db)
			script := scriptOf(t, Postgres, fsys, Up, tt.span)
			out, err := psql(t, url, script)
			if err == nil || !strings.Contains(out, tt.want) {
				t.Errorf("got %v\n%s", err, out)
			}
			// A client that does not stop: one that knows nothing of psql's \\set.
			psql(t, url, strings.Replace(script, "\\set ON_ERROR_STOP on", "", 1))
			if diff := cmp.Diff(before, snapshot(t, db)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a runner at work", func(t *testing.T) {
		url := dbtest.Postgres(t)
		db := openURL(t, url)
		conn, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(context.Background(), "SELECT pg_advisory_lock($1)", lockKey("public", TableRevisions)); err != nil {
			t.Fatal(err)
		}
		out, err := psql(t, url, scriptOf(t, Postgres, fsys, Up, "head", WithLockWait(100*time.Millisecond)))
		if err == nil || !strings.Contains(out, "gen: another migration run holds the lock; waited 100ms") {
			t.Errorf("got %v\n%s", err, out)
		}
		time.AfterFunc(200*time.Millisecond, func() {
			conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock_all()")
		})
		if out, err := psql(t, url, scriptOf(t, Postgres, fsys, Up, "head")); err != nil {
			t.Errorf("the script did not wait for the lock: %v\n%s", err, out)
		}
	})
}

// A script that stopped in the middle is finished by a run.
func TestPostgresScriptStopsAndGoesOn(t *testing.T) {
	fsys := files(Postgres, shop...)
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	script := scriptOf(t, Postgres, fsys, Up, "head")
	broken := strings.Replace(script, "CREATE INDEX CONCURRENTLY users_age ON users (age)", "CREATE INDEX CONCURRENTLY users_age ON users (nope)", 2)
	if out, err := psql(t, url, broken); err == nil || !strings.Contains(out, `column "nope" does not exist`) {
		t.Fatalf("got %v\n%s", err, out)
	}
	if out, err := psql(t, url, script); err == nil || !strings.Contains(out, "the database is not at base") {
		t.Errorf("a second start: %v\n%s", err, out)
	}
	m := newRunner(t, db, Postgres, fsys)
	s, err := m.Status(context.Background())
	if err != nil || len(s.Interrupted) != 1 || s.Interrupted[0].Cursor != 1 {
		t.Fatalf("status %+v, %v", s, err)
	}
	upgrade(t, m, "head")
	other := openURL(t, dbtest.Postgres(t))
	upgrade(t, newRunner(t, other, Postgres, fsys), "head")
	if diff := cmp.Diff(snapshot(t, other), snapshot(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestScriptRefuses(t *testing.T) {
	fsys := files(SQLite, blog[0], [2]string{"bbbb2222<aaaa1111", "-- gen:up\n-- gen:go Backfill\n\n-- gen:down\n"},
		[2]string{"cccc3333<bbbb2222", "-- gen:up tx=batch\nDELETE FROM users;\n\n-- gen:irreversible data is gone\n"})
	tests := []struct {
		dir        Direction
		span, want string
	}{
		{Up, "aaaa1111:bbbb2222", "01_bbbb2222.sql:7:1: revision bbbb2222 calls the Go function Backfill, which a script cannot"},
		{Up, "bbbb2222:head", "02_cccc3333.sql:7:1: revision cccc3333 has a tx=batch step, and SQLite's SQL has no loop"},
		{Up, "current:head", `revision "current:head": a script is written without looking at a database`},
		{Up, "-1:head", `revision "-1:head": a script is written without looking at a database`},
		{Up, "nope:head", `revision "nope": no revision or label is called "nope"`},
		{Down, "base", `revision "base": a script to go back must say from where`},
		{Down, "head:bbbb2222", "revision cccc3333 cannot be reverted: data is gone"},
		{Down, "aaaa1111:bbbb2222", `revision "bbbb2222": bbbb2222 is not applied`},
	}
	for _, tt := range tests {
		t.Run(tt.span, func(t *testing.T) {
			var out bytes.Buffer
			_, err := newRunner(t, nil, SQLite, fsys, WithFunc("Backfill", func(context.Context, Tx) error { return nil })).WriteScript(&out, tt.dir, tt.span)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
			if out.Len() > 0 {
				t.Errorf("wrote %s", out.String())
			}
		})
	}
	p, err := newRunner(t, nil, SQLite, fsys).WriteScript(&bytes.Buffer{}, Up, "head:head")
	if err != nil || len(p.Revisions) != 0 {
		t.Errorf("%v, %v", p, err)
	}
}

// liteScript runs a script on one connection.
func liteScript(t *testing.T, db *sql.DB, script string) error {
	t.Helper()
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = conn.ExecContext(context.Background(), script)
	if err != nil {
		conn.ExecContext(context.Background(), "ROLLBACK") // what closing the client does
	}
	return err
}

func TestSQLiteScriptChecksForeignKeys(t *testing.T) {
	fsys := files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up foreign_keys=off\nDELETE FROM p;\n"})
	db := openSQLite(t)
	err := liteScript(t, db, scriptOf(t, SQLite, fsys, Up, "head"))
	if err == nil || !strings.Contains(err.Error(), "gen: rows would refer to nothing; PRAGMA foreign_key_check lists them") {
		t.Errorf("got %v", err)
	}
	if got := query(t, db, "SELECT id FROM p"); len(got) != 1 {
		t.Errorf("the rows are gone: %v", got)
	}
	wantCurrent(t, newRunner(t, db, SQLite, fsys), "aaaa1111")
}

func TestSQLiteScriptSeesAnotherRun(t *testing.T) {
	fsys := files(SQLite, blog...)
	db := openSQLite(t)
	upgrade(t, newRunner(t, db, SQLite, fsys), "aaaa1111")
	first, second, _ := strings.Cut(scriptOf(t, SQLite, fsys, Up, "aaaa1111:head"), "-- up cccc3333")
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	upgrade(t, newRunner(t, db, SQLite, fsys), "head")
	_, err = conn.ExecContext(context.Background(), "-- up cccc3333"+second)
	if err == nil || !strings.Contains(err.Error(), "or another process migrated meanwhile") {
		t.Errorf("got %v", err)
	}
}

func TestPostgresScriptSchemaAndVariables(t *testing.T) {
	fsys := fstest.MapFS{"a.sql": {Data: []byte("-- revision: aaaa1111\n-- parents:\n-- vars: greeting\n-- dialect: postgres\n\n-- gen:up\nCREATE TABLE hello (text text DEFAULT :'greeting');\n\n-- gen:down\nDROP TABLE hello;\n")}}
	opts := []Option{WithSchema(`odd "schema`), WithVars(map[string]string{"greeting": "it's ann"})}
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	if out, err := psql(t, url, scriptOf(t, Postgres, fsys, Up, "head", opts...)); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := query(t, db, `SELECT down_sql FROM "odd ""schema".gen_revisions`); len(got) != 1 || !strings.Contains(got[0], "DROP TABLE hello") {
		t.Errorf("rows: %v", got)
	}
	if got := query(t, db, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'hello'::regclass"); got[0] != "'it''s ann'::text" {
		t.Errorf("default is %s", got[0])
	}
	m := newRunner(t, db, Postgres, fsys, opts...)
	wantCurrent(t, m, "aaaa1111")
	if out, err := psql(t, url, scriptOf(t, Postgres, fsys, Down, "head:base", opts...)); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wantCurrent(t, m)
	var out bytes.Buffer
	if _, err := newRunner(t, nil, Postgres, fsys).WriteScript(&out, Up, "head"); err == nil || !strings.Contains(err.Error(), "needs the variable greeting") {
		t.Errorf("got %v", err)
	}
}

// A client that goes on after an error, as psql does by itself: where no
// statement runs outside a transaction nothing happens behind a guard or a
// statement that failed.
func TestPostgresScriptBehindAnError(t *testing.T) {
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE users (id int, age int);\nINSERT INTO users VALUES (1);\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nALTER TABLE users ADD COLUMN a int;\nALTER TABLE users ADD COLUMN b int;\n\n-- gen:step tx=batch\nUPDATE users SET age = 1 WHERE age IS NULL;\n"},
		[2]string{"cccc3333<bbbb2222", "-- gen:up\nDROP TABLE users;\n"})
	script := scriptOf(t, Postgres, fsys, Up, "aaaa1111:head")
	for _, tt := range []struct{ name, at, old, new, rows string }{
		{"the guard", "head", "", "", "applied applied applied"},
		{"the guard, from before", "", "", "", ""},
		{"a statement", "aaaa1111", "ADD COLUMN b int", "ADD COLUMN b nosuchtype", "applied running"},
		{"a batch", "aaaa1111", "SET age = 1", "SET nope = 1", "applied running"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url := dbtest.Postgres(t)
			db := openURL(t, url)
			if tt.at != "" {
				upgrade(t, newRunner(t, db, Postgres, fsys), tt.at)
			}
			if out, err := psql(t, url, replaced(script, tt.old, tt.new), "-v", "ON_ERROR_STOP=0"); err != nil || !strings.Contains(out, "ERROR") {
				t.Fatalf("%v\n%s", err, out)
			}
			if tt.at == "" {
				if got := query(t, db, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"); len(got) != 0 {
					t.Errorf("left %v", got)
				}
				return
			}
			if got := strings.Join(query(t, db, "SELECT state FROM gen_revisions ORDER BY seq"), " "); got != tt.rows {
				t.Errorf("rows are %s, want %s", got, tt.rows)
			}
			if got := query(t, db, "SELECT to_regclass('users')"); tt.at != "head" && got[0] == "" {
				t.Error("the last revision ran")
			}
		})
	}
}

func replaced(text, old, new string) string {
	if old == "" {
		return text
	}
	return strings.ReplaceAll(text, old, new)
}

func TestTerminated(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1":                 "SELECT 1;",
		"SELECT ';' -- at the end": "SELECT ';' -- at the end\n;",
		"CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END": "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;",
	} {
		if got := terminated(SQLite, text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestScriptTimeoutsAndDataLoss(t *testing.T) {
	fsys := files(Postgres, shop[0], [2]string{"bbbb2222<aaaa1111", "-- gen:up\nSELECT 1;\n\n-- gen:step tx=batch\nDELETE FROM users;\n\n-- gen:step tx=each\nVACUUM users;\n\n-- gen:down\n-- gen:loses every name\nUPDATE users SET name = NULL;\n"})
	script := scriptOf(t, Postgres, fsys, Up, "head", WithLockTimeout(4*time.Second),
		WithStatementTimeouts(StatementTimeouts{Transaction: 7 * time.Second, Batch: 8 * time.Second, Outside: 9 * time.Second}))
	for _, want := range []string{"SET lock_timeout = '4000ms';", "SET LOCAL statement_timeout = '7000ms';\nSELECT 1;",
		"PERFORM pg_catalog.set_config('statement_timeout', '8000ms', true);\n    EXECUTE", "SET statement_timeout = '9000ms';\nVACUUM users;"} {
		if !strings.Contains(script, want) {
			t.Errorf("the script does not say %s\n%s", want, script)
		}
	}
	var out bytes.Buffer
	_, err := newRunner(t, nil, Postgres, fsys).WriteScript(&out, Down, "head:aaaa1111")
	if _, ok := errors.AsType[*DataLossError](err); !ok || out.Len() > 0 {
		t.Errorf("got %v\n%s", err, out.String())
	}
	if !strings.Contains(scriptOf(t, Postgres, fsys, Down, "head:aaaa1111", WithAcceptDataLoss("bbbb2222")), "SET name = NULL") {
		t.Error("what was agreed to is not written")
	}
}
