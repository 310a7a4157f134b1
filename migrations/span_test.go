package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/dbtest"
)

var spanHistory = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE a (x int);\n\n-- gen:step\nINSERT INTO a VALUES (1);\n\n-- gen:down\nDROP TABLE a;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nINSERT INTO a VALUES (2);\n\n-- gen:step tx=each\nINSERT INTO a VALUES (3);\nINSERT INTO nowhere VALUES (4);\n\n-- gen:down\n"},
}

// What is left of the history, whose last statement fails, for each span.
func TestSpans(t *testing.T) {
	for _, d := range []Dialect{SQLite, Postgres} {
		for _, c := range []struct {
			span    Span
			current []string
			rows    []string
			undone  int
		}{
			{SpanStep, []string{"aaaa1111"}, []string{"1", "2", "3"}, 0},
			{SpanRevision, []string{"aaaa1111"}, []string{"1"}, 0},
			{SpanRun, nil, nil, 1},
		} {
			t.Run(string(d)+" "+[...]string{"step", "revision", "run"}[c.span], func(t *testing.T) {
				db := openSQLite(t)
				if d == Postgres {
					db = openURL(t, dbtest.Postgres(t))
				}
				m := newRunner(t, db, d, files(d, spanHistory...), WithTransaction(c.span))
				res, err := m.Upgrade(context.Background(), "head")
				se, ok := errors.AsType[*StatementError](err)
				if !ok || len(se.Undone) != c.undone {
					t.Fatalf("%v", err)
				}
				wantCurrent(t, m, c.current...)
				if !slices.Equal(res.To, append([]string{}, c.current...)) || len(res.Applied) != len(c.current) {
					t.Errorf("result: to %v, applied %d", res.To, len(res.Applied))
				}
				if c.rows != nil {
					if got := query(t, db, "SELECT CAST(x AS text) FROM a ORDER BY x"); !slices.Equal(got, c.rows) {
						t.Errorf("rows %v, want %v", got, c.rows)
					}
				}
				if _, err := db.Exec("CREATE TABLE nowhere (x int)"); err != nil {
					t.Fatal(err)
				}
				if c.span == SpanRevision {
					m = newRunner(t, db, d, files(d, spanHistory...), WithTransaction(SpanRun))
				} else if c.span == SpanStep {
					m = newRunner(t, db, d, files(d, spanHistory...))
				}
				upgrade(t, m, "head")
				if got := query(t, db, "SELECT CAST(x AS text) FROM a ORDER BY x"); !slices.Equal(got, []string{"1", "2", "3"}) {
					t.Errorf("rows %v after the rerun", got)
				}
			})
		}
	}
}

func TestSpansRefuse(t *testing.T) {
	db := openSQLite(t)
	for _, c := range []struct{ name, body, want string }{
		{"batch", "-- gen:up tx=batch\nUPDATE a SET x = 1 WHERE x = 0;\n", "has a tx=batch step"},
		{"outside", "-- gen:up tx=each\nVACUUM;\n", "has a statement that runs outside transactions: VACUUM"},
		{"foreign keys", "-- gen:up foreign_keys=off\nSELECT 1;\n\n-- gen:step\nSELECT 2;\n", "with and without foreign_keys=off"},
	} {
		_, err := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", c.body}), WithTransaction(SpanRevision)).Upgrade(context.Background(), "head")
		if _, ok := errors.AsType[*SpanError](err); !ok || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if got := query(t, db, "SELECT name FROM sqlite_schema"); len(got) > 0 {
		t.Errorf("something was written: %v", got)
	}
}

func TestLockOfTransactions(t *testing.T) {
	url := dbtest.Postgres(t)
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (x int);\n\n-- gen:step\nINSERT INTO a VALUES (1);\n\n-- gen:step tx=each\nINSERT INTO a VALUES (2);\n\n-- gen:down\nDROP TABLE a;\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=batch\nDELETE FROM a WHERE ctid IN (SELECT ctid FROM a LIMIT 1);\n\n-- gen:down\n"})
	errs := make(chan error)
	for range 6 {
		m := newRunner(t, openURL(t, url), Postgres, fsys, WithLock(LockTransaction))
		go func() { _, err := m.Upgrade(context.Background(), "head"); errs <- err }()
	}
	for range 6 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	db := openURL(t, url)
	wantCurrent(t, newRunner(t, db, Postgres, fsys), "bbbb2222")
	if got := query(t, db, "SELECT count(*)::text FROM gen_log WHERE event = 'up'"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("applied %v times", got)
	}
	for body, want := range map[string]string{
		"-- gen:up\nSET search_path = x;\n":                              "changes the session (SET)",
		"-- gen:up tx=each\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n":   "runs outside transactions",
		"-- gen:up\nSET LOCAL search_path = pg_catalog;\nSELECT 1;\n":    "",
		"-- gen:up tx=each\n-- gen:go Count\n\n-- gen:step\nSELECT 1;\n": "calls Count outside a transaction",
	} {
		m := newRunner(t, db, Postgres, files(Postgres, [2]string{"cccc3333<", body}), WithLock(LockTransaction), WithSchema(fmt.Sprintf("other%d", len(body))), countCalls())
		_, err := m.Upgrade(context.Background(), "head")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", body, err)
		}
	}
	// A runner of the other kind keeps it waiting.
	if _, err := db.Exec("SELECT pg_advisory_lock($1)", lockKey("late", TableRevisions)); err != nil {
		t.Fatal(err)
	}
	_, err := newRunner(t, openURL(t, url), Postgres, fsys, WithLock(LockTransaction), WithSchema("late"), WithLockWait(0)).Upgrade(context.Background(), "head")
	if held, ok := errors.AsType[*LockHeldError](err); !ok || held.Holder.PID == 0 {
		t.Error(err)
	}
}

// A statement that waits in vain says for whom.
func TestBlockersAreNamed(t *testing.T) {
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nALTER TABLE a ADD COLUMN y int;\n\n-- gen:down\n"})
	if _, err := db.Exec("CREATE TABLE a (x int)"); err != nil {
		t.Fatal(err)
	}
	tx, err := openURL(t, url+"&application_name=reporting").Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("SELECT x FROM a"); err != nil {
		t.Fatal(err)
	}
	// Whoever looks has its connection before the time runs: on a busy machine a
	// server may need seconds to open one.
	openConnections(t, db, 3)
	var retried, blocked []Blocker
	m := newRunner(t, db, Postgres, fsys, WithLockTimeout(3*time.Second), WithRetries(1), WithHooks(Hooks{
		Retry:   func(_ context.Context, ev RetryEvent) { retried = ev.Blockers },
		Blocked: func(_ context.Context, ev BlockedEvent) { blocked = ev.Blockers },
	}))
	_, err = m.Upgrade(context.Background(), "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok {
		t.Fatal(err)
	}
	for what, list := range map[string][]Blocker{"error": se.Blockers, "retry": retried, "hook": blocked} {
		if len(list) != 1 || list[0].Application != "reporting" || list[0].State != "idle in transaction" {
			t.Errorf("%s: %v", what, list)
		}
	}
	if !strings.Contains(err.Error(), "blocked by: process ") || !strings.Contains(err.Error(), "SELECT x FROM a") {
		t.Error(err)
	}
}

// openConnections leaves n connections in the pool.
func openConnections(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	db.SetMaxIdleConns(n)
	var list []*sql.Conn
	for range n {
		c, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	for _, c := range list {
		c.Close()
	}
}

// The connection that looks is cut off at its first look; the hook is called at
// a later one.
func TestBlockersAreLookedForAgain(t *testing.T) {
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	other := openURL(t, url)
	openConnections(t, db, 3)
	openConnections(t, other, 2)
	if _, err := other.Exec("CREATE TABLE a (x int)"); err != nil {
		t.Fatal(err)
	}
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("SELECT x FROM a"); err != nil {
		t.Fatal(err)
	}
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nALTER TABLE a ADD COLUMN y int;\n\n-- gen:down\n"})
	cut := make(chan int)
	go func() {
		n := 0
		for range 500 {
			_ = other.QueryRow("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_blocking_pids%' AND pid <> pg_backend_pid()").Scan(&n)
			if n > 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		cut <- n
	}()
	var blocked []Blocker
	m := newRunner(t, db, Postgres, fsys, WithLockTimeout(10*time.Second), WithRetries(0), WithHooks(Hooks{
		Blocked: func(_ context.Context, ev BlockedEvent) { blocked = ev.Blockers; _ = tx.Rollback() },
	}))
	if _, err = m.Upgrade(context.Background(), "head"); err != nil {
		t.Fatal(err)
	}
	if n := <-cut; n != 1 || len(blocked) != 1 {
		t.Errorf("%d connections were cut off, blockers %v", n, blocked)
	}
}

func TestTimeoutsByClass(t *testing.T) {
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	timeouts := WithStatementTimeouts(StatementTimeouts{Transaction: 40 * time.Second, Batch: 50 * time.Second, Outside: 60 * time.Millisecond})
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE s (t text);\nINSERT INTO s SELECT 'tx ' || current_setting('statement_timeout');\n\n" +
		"-- gen:step statement_timeout=20s\nINSERT INTO s SELECT 'own ' || current_setting('statement_timeout');\n\n" +
		"-- gen:step tx=batch\nINSERT INTO s SELECT 'batch ' || current_setting('statement_timeout') WHERE NOT EXISTS (SELECT FROM s WHERE t LIKE 'batch%');\n\n-- gen:down\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nCALL slow();\n\n-- gen:down\n"})
	if _, err := db.Exec("CREATE PROCEDURE slow() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(5); END $$"); err != nil {
		t.Fatal(err)
	}
	_, err := newRunner(t, db, Postgres, fsys, timeouts).Upgrade(context.Background(), "head")
	if err == nil || !strings.Contains(err.Error(), "57014") {
		t.Errorf("the slow statement: %v", err)
	}
	if got, want := query(t, db, "SELECT t FROM s"), []string{"tx 40s", "own 20s", "batch 50s"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// With SpanStatement each statement of a step has a transaction, which hooks look
// into through the event; statements that the server refuses in one have none.
func TestSpanStatement(t *testing.T) {
	history := [][2]string{{"aaaa1111<", "-- gen:up\nCREATE TABLE a (x int);\nCREATE TABLE b (x int);\n\n-- gen:step tx=each\nCREATE TABLE c (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\n\n" +
		"-- gen:down\nDROP TABLE c;\nDROP TABLE b;\nDROP TABLE a;\n"}}
	for _, c := range []struct {
		span     Span
		up, down []bool // is this the transaction of the statement before?
	}{
		{SpanStep, []bool{false, true, false, false}, []bool{false, true, true}},
		{SpanStatement, []bool{false, false, false, false}, []bool{false, false, false}},
	} {
		db := openURL(t, dbtest.Postgres(t))
		var same, outside []bool
		last := ""
		m := newRunner(t, db, Postgres, files(Postgres, history...), WithTransaction(c.span), WithHooks(Hooks{AfterStatement: func(ctx context.Context, ev StatementEvent) {
			var id string
			if err := ev.Tx.QueryRowContext(ctx, "SELECT pg_catalog.pg_current_xact_id()::text").Scan(&id); err != nil {
				t.Error(err)
			}
			same, outside, last = append(same, id == last), append(outside, ev.Outside), id
		}}))
		upgrade(t, m, "head")
		if !slices.Equal(same, c.up) || !slices.Equal(outside, []bool{false, false, false, true}) {
			t.Errorf("span %d up: the same transaction %v, outside %v", c.span, same, outside)
		}
		same, last = nil, ""
		downgrade(t, m, "base")
		if !slices.Equal(same, c.down) {
			t.Errorf("span %d down: the same transaction %v", c.span, same)
		}
		wantCurrent(t, m)
	}
}
