package migrations

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

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
	// The way back needs what it uses, and a stamp what the way back uses: the table
	// keeps a copy of that.
	only := func(names ...string) Option {
		values := map[string]string{}
		for _, n := range names {
			values[n] = "a"
		}
		return WithVars(values)
	}
	bare := newRunner(t, db, SQLite, fsys)
	for what, err := range map[string]error{
		"downgrade": func() error { _, err := bare.PlanDowngrade(context.Background(), "base"); return err }(),
		"accept":    bare.Accept(context.Background(), "aaaa1111"),
		"stamp":     func() error { _, err := bare.PurgeAndStamp(context.Background(), "head"); return err }(),
		"script":    func() error { _, err := bare.WriteStampScript(io.Discard, "head"); return err }(),
	} {
		if ve, ok := errors.AsType[*VarError](err); !ok || ve.Name != "tab" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if _, err := newRunner(t, db, SQLite, fsys, only("tab")).PlanDowngrade(context.Background(), "base"); err != nil {
		t.Error(err)
	}
	other := openSQLite(t)
	if _, err := newRunner(t, other, SQLite, fsys, only("tab")).Stamp(context.Background(), "head"); err != nil {
		t.Error(err)
	}
	// The table's copy of the way back is complete by itself.
	downgrade(t, newRunner(t, db, SQLite, fstest.MapFS{}), "base")
	if got := query(t, db, "SELECT name FROM sqlite_schema WHERE name LIKE 'odd%'"); got != nil {
		t.Errorf("left %v", got)
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
