package migrations

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
