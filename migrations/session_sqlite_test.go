package migrations

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSQLiteStatementTimeoutAndCancel(t *testing.T) {
	const forever = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) INSERT INTO a SELECT x FROM c WHERE x < 0;\n"
	for name, attribute := range map[string]string{"statement timeout": " statement_timeout=500ms", "cancelled": ""} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			hooks := WithHooks(Hooks{BeforeStatement: func(_ context.Context, ev StatementEvent) {
				if attribute == "" && ev.Index == 1 {
					time.AfterFunc(100*time.Millisecond, cancel)
				}
			}})
			db := openSQLite(t)
			m := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up" + attribute + "\nCREATE TABLE a (x);\n" + forever}), hooks)
			started := time.Now()
			if _, err := m.Upgrade(ctx, "head"); err == nil || time.Since(started) > time.Minute {
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
