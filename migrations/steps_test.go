package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
