package migrations

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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
