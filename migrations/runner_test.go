package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"
)

// files makes a file system of revisions: "id<parents" → body, the header
// being written here.
func files(d Dialect, bodies ...[2]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, b := range bodies {
		id, parents, _ := strings.Cut(b[0], "<")
		fsys[fmt.Sprintf("%02d_%s.sql", i, id)] = &fstest.MapFile{Data: []byte(fmt.Sprintf(
			"-- revision: %s\n-- parents: %s\n-- message: step %d\n-- created: 2026-11-22T%02d:%02d:%02dZ\n-- dialect: %s\n\n%s", id, parents, i, i/3600, i/60%60, i%60, d, b[1]))}
	}
	return fsys
}

func openSQLite(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newRunner(t *testing.T, db *sql.DB, d Dialect, fsys fstest.MapFS, opts ...Option) *Runner {
	t.Helper()
	m, err := New(db, d, fsys, append([]Option{WithAppliedBy("tester"), WithTool("test")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func upgrade(t *testing.T, m *Runner, target string) *Result {
	t.Helper()
	res, err := m.Upgrade(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func downgrade(t *testing.T, m *Runner, target string) *Result {
	t.Helper()
	res, err := m.Downgrade(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func wantCurrent(t *testing.T, m *Runner, want ...string) {
	t.Helper()
	got, err := m.Current(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Error("current:", diff)
	}
}

func applied(res *Result) []string {
	var out []string
	for _, d := range res.Applied {
		out = append(out, d.Direction.String()+" "+d.Revision.ID)
	}
	return out
}

// query reads one column of text.
func query(t *testing.T, db *sql.DB, text string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

var blog = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n\n-- gen:down\nDROP TABLE users;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nALTER TABLE users ADD COLUMN age INTEGER;\nINSERT INTO users (name) VALUES ('ann');\n\n-- gen:down\nDELETE FROM users WHERE name = 'ann';\nALTER TABLE users DROP COLUMN age;\n"},
	{"cccc3333<bbbb2222", "-- gen:up tx=each\nCREATE INDEX users_age ON users (age);\nINSERT INTO users (name) VALUES ('bob');\n\n-- gen:step\nINSERT INTO users (name) VALUES ('cyd');\n\n-- gen:down tx=each\nDELETE FROM users WHERE name IN ('bob', 'cyd');\nDROP INDEX users_age;\n"},
}

func TestUpgradeAndDowngrade(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	wantCurrent(t, m)
	if got := query(t, db, "SELECT name FROM sqlite_schema"); got != nil {
		t.Errorf("reading created %v", got)
	}
	res := upgrade(t, m, "+1")
	if diff := cmp.Diff([]string{"up aaaa1111"}, applied(res)); diff != "" {
		t.Error(diff)
	}
	res = upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"up bbbb2222", "up cccc3333"}, applied(res)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"aaaa1111"}, {"cccc3333"}}, [][]string{res.From, res.To}); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, m, "cccc3333")
	if diff := cmp.Diff([]string{"ann", "bob", "cyd"}, query(t, db, "SELECT name FROM users ORDER BY id")); diff != "" {
		t.Error(diff)
	}
	if err := m.RequireHead(context.Background()); err != nil {
		t.Error(err)
	}
	if res = upgrade(t, m, "head"); len(res.Applied) != 0 {
		t.Errorf("a second upgrade applied %v", applied(res))
	}
	if diff := cmp.Diff([]string{"down cccc3333"}, applied(downgrade(t, m, "-1"))); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, m, "bbbb2222")
	if diff := cmp.Diff([]string{"down bbbb2222", "down aaaa1111"}, applied(downgrade(t, m, "base"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"gen_log", "gen_revisions"}, query(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"layout ", "up aaaa1111", "up bbbb2222", "start cccc3333", "step cccc3333", "step cccc3333", "up cccc3333",
		"start cccc3333", "step cccc3333", "down cccc3333", "down bbbb2222", "down aaaa1111"},
		query(t, db, "SELECT event || ' ' || coalesce(revision, '') FROM gen_log ORDER BY id")); diff != "" {
		t.Error(diff)
	}
}

func TestVersionRow(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	upgrade(t, m, "head")
	st, err := m.Status(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	row := st.Rows[2]
	if time.Since(row.AppliedAt) > time.Minute || row.AppliedAt.Before(row.StartedAt) {
		t.Errorf("started %s, applied %s", row.StartedAt, row.AppliedAt)
	}
	row.StartedAt, row.AppliedAt, row.Duration = time.Time{}, time.Time{}, 0
	v, _ := m.Graph().Revision("cccc3333").For(SQLite)
	want := Row{Revision: "cccc3333", Parents: []string{"bbbb2222"}, Message: "step 2", Kind: "sql", State: Applied,
		Checksum: v.Checksum(), DownChecksum: v.DownChecksum(), Prefix: prefixHash(units(v.Up), 3), Cursor: 3, Total: 3,
		DownSQL:   "\n-- gen:down tx=each\nDELETE FROM users WHERE name IN ('bob', 'cyd');\n\nDROP INDEX users_age;\n",
		AppliedBy: "tester", Tool: "test", Seq: 3}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
}

func TestPlanWritesNothing(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	p, err := m.Plan(context.Background(), "head")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range p.Revisions {
		for _, s := range r.Steps {
			for _, st := range s.Statements {
				got = append(got, fmt.Sprintf("%s tx=%s %s", r.Revision.ID, s.Tx, st.SQL))
			}
		}
	}
	want := []string{
		"aaaa1111 tx=on CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)",
		"bbbb2222 tx=on ALTER TABLE users ADD COLUMN age INTEGER",
		"bbbb2222 tx=on INSERT INTO users (name) VALUES ('ann')",
		"cccc3333 tx=each CREATE INDEX users_age ON users (age)",
		"cccc3333 tx=each INSERT INTO users (name) VALUES ('bob')",
		"cccc3333 tx=on INSERT INTO users (name) VALUES ('cyd')",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"cccc3333"}, p.To); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, "SELECT name FROM sqlite_schema"); got != nil {
		t.Errorf("planning created %v", got)
	}
}

func TestFailedStatement(t *testing.T) {
	db := openSQLite(t)
	fsys := files(SQLite, blog[0], [2]string{"bbbb2222<aaaa1111", "-- gen:up\nINSERT INTO users (name) VALUES ('ann');\nINSERT INTO nowhere\n  VALUES (1);\n"})
	res, err := newRunner(t, db, SQLite, fsys).Upgrade(context.Background(), "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]string{"up aaaa1111"}, applied(res)); diff != "" {
		t.Error(diff)
	}
	type facts struct {
		Path, SQL                    string
		Line, Col, Back, Done, Total int
		Applied                      []string
	}
	want := facts{"01_bbbb2222.sql", "INSERT INTO nowhere\n  VALUES (1)", 9, 1, 2, 0, 2, []string{"aaaa1111"}}
	if diff := cmp.Diff(want, facts{se.Path, se.SQL, se.Line, se.Col, se.RolledBack, se.Done, se.Total, se.Applied}); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(err.Error(), "no such table: nowhere") {
		t.Error(err)
	}
	if got := query(t, db, "SELECT name FROM users"); got != nil {
		t.Errorf("left %v", got)
	}
	// The file is corrected, and the run goes on.
	fsys["01_bbbb2222.sql"].Data = []byte(strings.Replace(string(fsys["01_bbbb2222.sql"].Data), "nowhere\n  VALUES (1)", "users (name) VALUES ('bob')", 1))
	m := newRunner(t, db, SQLite, fsys)
	upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"ann", "bob"}, query(t, db, "SELECT name FROM users ORDER BY id")); diff != "" {
		t.Error(diff)
	}
}

func TestHalfDoneRevisionGoesOn(t *testing.T) {
	db := openSQLite(t)
	body := "-- gen:up tx=each\nINSERT INTO users (name) VALUES ('one');\nINSERT INTO users (name) VALUES ('two');\nINSERT INTO users (nome) VALUES ('three');\n"
	fsys := files(SQLite, blog[0], [2]string{"bbbb2222<aaaa1111", body})
	m := newRunner(t, db, SQLite, fsys)
	_, err := m.Upgrade(context.Background(), "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok || se.Done != 2 || se.RolledBack != 1 {
		t.Fatalf("got %v", err)
	}
	wantCurrent(t, m, "aaaa1111")
	st, err := m.Status(context.Background())
	if err != nil || len(st.Interrupted) != 1 || st.Interrupted[0].Cursor != 2 || !strings.Contains(st.Interrupted[0].Error, "nome") {
		t.Fatalf("status %+v, %v", st, err)
	}
	if _, err := m.Downgrade(context.Background(), "base"); !asInterrupted(err) {
		t.Errorf("downgrade of a half-applied revision: %v", err)
	}
	edit := func(old, new string) *Runner {
		text := strings.Replace(body, old, new, 1)
		return newRunner(t, db, SQLite, files(SQLite, blog[0], [2]string{"bbbb2222<aaaa1111", text}))
	}
	if _, err := edit("'one'", "'zero'").Upgrade(context.Background(), "head"); !asEdited(err) {
		t.Errorf("the done part was edited: %v", err)
	}
	res := upgrade(t, edit("nome", "name"), "head")
	if res.Applied[0].Resumed != 2 {
		t.Errorf("resumed %d", res.Applied[0].Resumed)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, query(t, db, "SELECT name FROM users ORDER BY id")); diff != "" {
		t.Error(diff)
	}
}

func asEdited(err error) bool      { _, ok := errors.AsType[*EditedError](err); return ok }
func asMissing(err error) bool     { _, ok := errors.AsType[*MissingError](err); return ok }
func asInterrupted(err error) bool { _, ok := errors.AsType[*InterruptedError](err); return ok }

func TestEditedAndMissingFiles(t *testing.T) {
	db := openSQLite(t)
	ctx := context.Background()
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, blog[:2]...)), "head")
	before := query(t, db, "SELECT count(*) FROM gen_log")
	edited := append([][2]string(nil), blog...)
	edited[0][1] = strings.Replace(edited[0][1], "name TEXT", "name TEXT NOT NULL", 1)
	m := newRunner(t, db, SQLite, files(SQLite, edited...))
	if _, err := m.Upgrade(ctx, "head"); !asEdited(err) {
		t.Errorf("edited: %v", err)
	}
	if err := m.RequireHead(ctx); !asEdited(err) {
		t.Errorf("edited: %v", err)
	}
	reparented := append([][2]string(nil), blog...)
	reparented[1][0] = "bbbb2222<dddd4444"
	reparented = append(reparented, [2]string{"dddd4444<aaaa1111", "-- gen:up\n"})
	if _, err := newRunner(t, db, SQLite, files(SQLite, reparented...)).Upgrade(ctx, "head"); !asEdited(err) {
		t.Errorf("inserted below an applied child: %v", err)
	}
	m = newRunner(t, db, SQLite, files(SQLite, blog[:1]...))
	if _, err := m.Upgrade(ctx, "head"); !asMissing(err) {
		t.Errorf("missing: %v", err)
	}
	if err := m.RequireHead(ctx); !asMissing(err) {
		t.Errorf("missing: %v", err)
	}
	if err := newRunner(t, db, SQLite, files(SQLite, blog[:1]...), WithAllowAhead()).RequireHead(ctx); err != nil {
		t.Errorf("ahead: %v", err)
	}
	if diff := cmp.Diff(before, query(t, db, "SELECT count(*) FROM gen_log")); diff != "" {
		t.Error("a refused run wrote:", diff)
	}
	// The way back of a missing file is in the table.
	if diff := cmp.Diff([]string{"down bbbb2222"}, applied(downgrade(t, m, "-1"))); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, m, "aaaa1111")
}

func TestIrreversible(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog[0],
		[2]string{"bbbb2222<aaaa1111", "-- gen:up\nDELETE FROM users;\n\n-- gen:irreversible the rows are gone\n"},
		[2]string{"cccc3333<bbbb2222", "-- gen:up\n-- gen:down\n"},
		[2]string{"dddd4444<cccc3333", "-- gen:up\nSELECT 1;\n"}))
	upgrade(t, m, "head")
	_, err := m.Downgrade(context.Background(), "base")
	if ie, ok := errors.AsType[*IrreversibleError](err); !ok || !strings.Contains(err.Error(), "the rows are gone") || !strings.Contains(err.Error(), "no gen:down section") {
		t.Fatalf("got %v, %v", ie, err)
	}
	wantCurrent(t, m, "dddd4444")
}

func TestRebuildWithForeignKeysOff(t *testing.T) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "fk.db")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	rebuild := "CREATE TABLE new_p (id INTEGER PRIMARY KEY, x TEXT);\nINSERT INTO new_p (id) SELECT id FROM p%s;\nDROP TABLE p;\nALTER TABLE new_p RENAME TO p;\n"
	first := [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (id INTEGER REFERENCES p ON DELETE CASCADE);\nCREATE VIEW v AS SELECT id FROM p;\nINSERT INTO p VALUES (1), (2);\nINSERT INTO c VALUES (1), (2);\n"}
	bad := files(SQLite, first, [2]string{"bbbb2222<aaaa1111", "-- gen:up foreign_keys=off\n" + fmt.Sprintf(rebuild, " WHERE id = 1")})
	_, err = newRunner(t, db, SQLite, bad).Upgrade(ctx, "head")
	if fe, ok := errors.AsType[*ForeignKeyError](err); !ok || !cmp.Equal(fe.Rows, []string{"c rowid 2 → p"}) {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]string{"1", "2"}, query(t, db, "SELECT id FROM p ORDER BY 1")); diff != "" {
		t.Error(diff)
	}
	good := files(SQLite, first, [2]string{"bbbb2222<aaaa1111", "-- gen:up foreign_keys=off\n" + fmt.Sprintf(rebuild, "")})
	upgrade(t, newRunner(t, db, SQLite, good), "head")
	if diff := cmp.Diff([]string{"1", "2"}, query(t, db, "SELECT id FROM c ORDER BY 1")); diff != "" {
		t.Error("rows of the child:", diff)
	}
	if diff := cmp.Diff([]string{"1", "0"}, append(query(t, db, "PRAGMA foreign_keys"), query(t, db, "PRAGMA legacy_alter_table")...)); diff != "" {
		t.Error("pragmas:", diff)
	}
}

func TestBatchAndGoSteps(t *testing.T) {
	db := openSQLite(t)
	fsys := files(SQLite, [2]string{"aaaa1111<", `-- gen:up
CREATE TABLE n (i INTEGER, done INTEGER DEFAULT 0);
INSERT INTO n (i) WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 25) SELECT x FROM c;

-- gen:step tx=batch name=fill
UPDATE n SET done = done + 1 WHERE i IN (SELECT i FROM n WHERE done = 0 LIMIT 10);

-- gen:step
-- gen:go Double

-- gen:step tx=each
-- gen:go Note
VACUUM;
`})
	fsys["00_aaaa1111.sql"].Data = []byte(strings.Replace(string(fsys["00_aaaa1111.sql"].Data), "VACUUM;\n", "\n-- gen:step tx=each\nVACUUM;\n", 1))
	if _, err := newRunner(t, db, SQLite, fsys).Upgrade(context.Background(), "head"); !strings.Contains(fmt.Sprint(err), "calls the Go function Double") || !strings.Contains(fmt.Sprint(err), "Note") {
		t.Fatalf("got %v", err)
	}
	if got := query(t, db, "SELECT name FROM sqlite_schema"); got != nil {
		t.Errorf("a refused run created %v", got)
	}
	var rows []int64
	upgrade(t, newRunner(t, db, SQLite, fsys,
		WithFunc("Double", func(ctx context.Context, tx Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE n SET i = i * 2")
			return err
		}),
		WithFunc("Note", func(ctx context.Context, tx Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO n VALUES (1000, 1)")
			return err
		}),
		WithHooks(Hooks{AfterStatement: func(_ context.Context, ev StatementEvent) {
			if ev.Step.Tx == TxBatch {
				rows = append(rows, ev.Rows)
			}
		}})), "head")
	if diff := cmp.Diff([]int64{10, 10, 5, 0}, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1650 26"}, query(t, db, "SELECT sum(i) || ' ' || sum(done) FROM n")); diff != "" {
		t.Error(diff)
	}
}

func TestVariables(t *testing.T) {
	db := openSQLite(t)
	fsys := files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE :\"tab\" (x TEXT);\nINSERT INTO :\"tab\" VALUES (:'val'), (':''val'''), (';');\n\n-- gen:down\nDROP TABLE :\"tab\";\n"})
	fsys["00_aaaa1111.sql"].Data = []byte(strings.Replace(string(fsys["00_aaaa1111.sql"].Data), "-- dialect", "-- vars: tab, val\n-- dialect", 1))
	_, err := newRunner(t, db, SQLite, fsys, WithVars(map[string]string{"tab": "a"})).Upgrade(context.Background(), "head")
	if ve, ok := errors.AsType[*VarError](err); !ok || ve.Name != "val" {
		t.Fatalf("got %v", err)
	}
	vars := WithVars(map[string]string{"tab": `odd "name"`, "val": "it's"})
	upgrade(t, newRunner(t, db, SQLite, fsys, vars), "head")
	if diff := cmp.Diff([]string{"it's", ":'val'", ";"}, query(t, db, `SELECT x FROM "odd ""name"""`)); diff != "" {
		t.Error(diff)
	}
	// The table's copy of the way back is complete by itself.
	downgrade(t, newRunner(t, db, SQLite, fstest.MapFS{}), "base")
	if got := query(t, db, "SELECT name FROM sqlite_schema WHERE name LIKE 'odd%'"); got != nil {
		t.Errorf("left %v", got)
	}
}

func TestStamp(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	ctx := context.Background()
	if _, err := m.Stamp(ctx, "bbbb2222"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m, "bbbb2222")
	if _, err := m.Stamp(ctx, "head"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m, "cccc3333")
	if diff := cmp.Diff([]string{"aaaa1111 stamp", "bbbb2222 stamp", "cccc3333 stamp"}, query(t, db, "SELECT revision || ' ' || kind FROM gen_revisions ORDER BY seq")); diff != "" {
		t.Error(diff)
	}
	if _, err := m.Stamp(ctx, "base"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m)
}

func TestInMemoryDatabaseOfOneConnection(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	upgrade(t, m, "head")
	downgrade(t, m, "base")
	upgrade(t, m, "head")
	wantCurrent(t, m, "cccc3333")
}

func TestStepOfSeveralStatementsIsOneTransaction(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (x);\n\n-- gen:step\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\nINSERT INTO b VALUES (3);\n"}))
	_, err := m.Upgrade(context.Background(), "head")
	if se, ok := errors.AsType[*StatementError](err); !ok || se.Done != 1 || se.RolledBack != 3 || se.Total != 4 {
		t.Fatalf("got %v", err)
	}
	if got := query(t, db, "SELECT x FROM a"); got != nil {
		t.Errorf("left %v", got)
	}
}

func TestSQLiteStatementTimeoutAndCancel(t *testing.T) {
	const forever = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) INSERT INTO a SELECT x FROM c WHERE x < 0;\n"
	for name, attribute := range map[string]string{"statement timeout": " statement_timeout=100ms", "cancelled": ""} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			if attribute == "" {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
			}
			db := openSQLite(t)
			m := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up" + attribute + "\nCREATE TABLE a (x);\n" + forever}))
			started := time.Now()
			if _, err := m.Upgrade(ctx, "head"); err == nil || time.Since(started) > 5*time.Second {
				t.Fatalf("after %s: %v", time.Since(started), err)
			}
			wantCurrent(t, m)
			if got := query(t, db, "SELECT name FROM sqlite_schema WHERE name = 'a'"); got != nil {
				t.Error("the table is left")
			}
			if got := query(t, db, "SELECT event FROM gen_log ORDER BY id"); !cmp.Equal(got, []string{"layout", "fail"}) {
				t.Errorf("log: %v", got)
			}
		})
	}
}

func TestSQLiteLockHeld(t *testing.T) {
	db := openSQLite(t)
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	_, err = newRunner(t, db, SQLite, files(SQLite, blog...), WithLockWait(100*time.Millisecond)).Upgrade(ctx, "head")
	if _, ok := errors.AsType[*LockHeldError](err); !ok {
		t.Fatalf("got %v", err)
	}
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, blog...)), "head")
}

func TestRelativeTargetDoesNotMoveWhileWaiting(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	upgrade(t, m, "+1")
	x, err := m.connect(context.Background(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.sess.close()
	st, err := x.read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	up, err := m.aim(st, Up, "+1")
	if err != nil {
		t.Fatal(err)
	}
	down, err := m.aim(st, Down, "-1")
	if err != nil {
		t.Fatal(err)
	}
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, blog...)), "+1") // another process does it first
	if st, err = x.read(context.Background()); err != nil {
		t.Fatal(err)
	}
	if p, err := m.plan(st, up); err != nil || len(p.Revisions) != 0 {
		t.Errorf("the waiter would go on to %+v, %v", p, err)
	}
	if _, err := m.plan(st, down); err == nil || !strings.Contains(err.Error(), "cannot be reverted before bbbb2222") {
		t.Errorf("the waiter would revert something else: %v", err)
	}
}

func TestGoFunctionMayNotEndItsTransaction(t *testing.T) {
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			db := openSQLite(t)
			if d == Postgres {
				db = openPostgres(t)
			}
			fsys := files(d, [2]string{"aaaa1111<", "-- gen:up\n-- gen:go F\n"})
			for text, want := range map[string]string{"COMMIT": "ended the transaction of its step", "ROLLBACK": "ended the transaction of its step"} {
				m := newRunner(t, db, d, fsys, WithFunc("F", func(ctx context.Context, tx Tx) error {
					_, err := tx.ExecContext(ctx, text)
					return err
				}))
				if _, err := m.Upgrade(context.Background(), "head"); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", text, err)
				}
				wantCurrent(t, m)
			}
			m := newRunner(t, db, d, fsys, WithFunc("F", func(ctx context.Context, tx Tx) error { return nil }),
				WithErrorDetail(func(error) Detail { return Detail{} }))
			upgrade(t, m, "head")
		})
	}
}

func TestDowngradeThatLosesData(t *testing.T) {
	db := openSQLite(t)
	fsys := files(SQLite,
		[2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (x);\n\n-- gen:down\n-- gen:loses table a\nDROP TABLE a;\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up\nALTER TABLE a ADD COLUMN y;\n\n-- gen:down\n-- gen:loses what was written to a.y\nALTER TABLE a DROP COLUMN y;\n"})
	m := newRunner(t, db, SQLite, fsys, WithAcceptDataLoss("bbbb"))
	upgrade(t, m, "head")
	_, err := m.Downgrade(context.Background(), "base")
	lost, ok := errors.AsType[*DataLossError](err)
	if !ok {
		t.Fatal(err)
	}
	want := []DataLoss{{"aaaa1111", "00_aaaa1111.sql", []string{"table a"}}}
	if diff := cmp.Diff(want, lost.Revisions); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, m, "bbbb2222") // nothing was changed
	plan, err := m.PlanDowngrade(context.Background(), "base")
	if err != nil || len(plan.Revisions) != 2 || !cmp.Equal(plan.Revisions[0].Loses, []string{"what was written to a.y"}) {
		t.Error("plan:", plan, err)
	}
	// The version table keeps the mark, so it holds where the file is gone too.
	delete(fsys, "01_bbbb2222.sql")
	if _, err := newRunner(t, db, SQLite, fsys).Downgrade(context.Background(), "aaaa1111"); err == nil || !strings.Contains(err.Error(), "--accept-data-loss bbbb2222") {
		t.Error("without the file:", err)
	}
	downgrade(t, newRunner(t, db, SQLite, fsys, WithAcceptDataLoss("aaaa1111", "bbbb2222")), "base")
}
