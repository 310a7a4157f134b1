package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/internal/dbtest"
)

func openPostgres(t *testing.T) *sql.DB {
	t.Helper()
	return openURL(t, dbtest.Postgres(t))
}

func openURL(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var shop = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);\nINSERT INTO users (name) VALUES ('ann');\n\n-- gen:down\nDROP TABLE users;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nALTER TABLE users ADD COLUMN age int;\n\n-- gen:step tx=each\nCREATE INDEX CONCURRENTLY users_age ON users (age);\nINSERT INTO users (name) VALUES ('bob');\n\n-- gen:step tx=batch\nUPDATE users SET age = 1 WHERE id IN (SELECT id FROM users WHERE age IS NULL LIMIT 1);\n\n-- gen:down tx=each\nDELETE FROM users WHERE name = 'bob';\nDROP INDEX CONCURRENTLY users_age;\nALTER TABLE users DROP COLUMN age;\n"},
	{"cccc3333<bbbb2222", "-- gen:up\nSET search_path = '';\nCREATE FUNCTION public.two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 2; END; $$;\nSET ROLE pg_monitor;\n\n-- gen:down\nDROP FUNCTION two();\n"},
}

// snapshot is everything of a test database that must come out the same.
func snapshot(t *testing.T, db *sql.DB) []string {
	t.Helper()
	out := query(t, db, `SELECT format('%s %s %s %s', c.relkind, c.relname, i.indisvalid, (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
		FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'gen\_%' ORDER BY 1`)
	out = append(out, query(t, db, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1")...)
	if len(query(t, db, "SELECT to_regclass('public.users')")[0]) > 0 {
		out = append(out, query(t, db, "SELECT (to_jsonb(u) - 'id')::text FROM users u ORDER BY id")...)
	}
	return out
}

func TestPostgresUpgradeAndDowngrade(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, shop...))
	wantCurrent(t, m)
	empty := snapshot(t, db)
	res := upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"up aaaa1111", "up bbbb2222", "up cccc3333"}, applied(res)); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, m, "cccc3333")
	if diff := cmp.Diff([]string{"r users  id,name,age", "i users_age t age", "i users_pkey t id", "S users_id_seq  last_value,log_cnt,is_called", "two",
		`{"age": 1, "name": "ann"}`, `{"age": 1, "name": "bob"}`}, sorted(snapshot(t, db)), cmp.Transformer("sort", func(s []string) []string { return sorted(s) })); diff != "" {
		t.Error(diff)
	}
	if res := upgrade(t, m, "head"); len(res.Applied) != 0 {
		t.Errorf("a second upgrade applied %v", applied(res))
	}
	downgrade(t, m, "base")
	if diff := cmp.Diff(empty, snapshot(t, db)); diff != "" {
		t.Error(diff)
	}
	// The pool's connections are as before: nothing of the run leaks.
	if diff := cmp.Diff([]string{"", "0", `"$user", public`}, append(query(t, db, "SELECT current_setting('application_name')"),
		append(query(t, db, "SELECT current_setting('lock_timeout')"), query(t, db, "SELECT current_setting('search_path')")...)...)); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"); got[0] != "0" {
		t.Errorf("%s advisory locks left", got[0])
	}
}

func sorted(s []string) []string {
	out := append([]string(nil), s...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func TestPostgresErrorPosition(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n\n  SELECT 'größe',\n       nocolumn\n  FROM a;\n"}))
	_, err := m.Upgrade(context.Background(), "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok || se.Line != 11 || se.Col != 8 || se.Detail.SQLState != "42703" || se.RolledBack != 2 {
		t.Fatalf("got %+v", err)
	}
	if got := query(t, db, "SELECT to_regclass('a')"); got[0] != "" {
		t.Error("the table is left")
	}
	if got := query(t, db, "SELECT event || ' ' || revision || ' ' || (detail->>'error' LIKE '%nocolumn%')::text FROM gen_log WHERE event = 'fail'"); !cmp.Equal(got, []string{"fail aaaa1111 true"}) {
		t.Errorf("log: %v", got)
	}
}

func TestPostgresSchemaOfTheVersionTable(t *testing.T) {
	ctx := context.Background()
	db := openPostgres(t)
	fsys := files(Postgres, shop[0])
	upgrade(t, newRunner(t, db, Postgres, fsys, WithSchema("odd \"schema")), "head")
	if got := query(t, db, `SELECT count(*) FROM "odd ""schema".gen_revisions`); got[0] != "1" {
		t.Errorf("%s rows", got[0])
	}
	_, err := newRunner(t, db, Postgres, fsys).Upgrade(ctx, "head")
	if err == nil || !strings.Contains(err.Error(), `stands in schema odd "schema, which search_path does not name or`) {
		t.Errorf("got %v", err)
	}
}

func TestPostgresReadingNeedsOnlySelect(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	m := newRunner(t, db, Postgres, files(Postgres, shop...))
	upgrade(t, m, "bbbb2222")
	reader := newRunner(t, openURL(t, dbtest.Role(t, url, "GRANT USAGE ON SCHEMA public TO {role}", "GRANT SELECT ON gen_revisions TO {role}")), Postgres, files(Postgres, shop...))
	wantCurrent(t, reader, "bbbb2222")
	err := reader.RequireHead(ctx)
	if e, ok := errors.AsType[*NotAtHeadError](err); !ok || !cmp.Equal(e.Pending, []string{"cccc3333"}) {
		t.Errorf("got %v", err)
	}
	if _, err := reader.Upgrade(ctx, "head"); err == nil {
		t.Error("a role that may only read has upgraded")
	}
}

func TestEightRunnersAtOnce(t *testing.T) {
	for _, d := range []Dialect{Postgres, SQLite} {
		t.Run(string(d), func(t *testing.T) {
			var open func() *sql.DB
			fsys := files(SQLite, blog...)
			if d == Postgres {
				url := dbtest.Postgres(t)
				open, fsys = func() *sql.DB { return openURL(t, url) }, files(Postgres, shop...)
			} else {
				first := openSQLite(t)
				path := query(t, first, "SELECT file FROM pragma_database_list")[0]
				open = func() *sql.DB {
					db, err := sql.Open("sqlite", path)
					if err != nil {
						t.Error(err)
					}
					t.Cleanup(func() { db.Close() })
					return db
				}
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			total := map[string]int{}
			for range 8 {
				m := newRunner(t, open(), d, fsys)
				wg.Go(func() {
					res, err := m.Upgrade(context.Background(), "head")
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					for _, a := range res.Applied {
						total[a.Revision.ID]++
					}
				})
			}
			wg.Wait()
			db := open()
			if got := query(t, db, "SELECT name FROM users ORDER BY id"); !(d == Postgres && cmp.Equal(got, []string{"ann", "bob"}) || d == SQLite && cmp.Equal(got, []string{"ann", "bob", "cyd"})) {
				t.Errorf("users: %v", got)
			}
			for id, n := range total {
				if n != 1 {
					t.Errorf("revision %s was finished %d times", id, n)
				}
			}
			if got := query(t, db, "SELECT count(*) FROM gen_log WHERE event = 'up'"); got[0] != "3" {
				t.Errorf("%s revisions in the log", got[0])
			}
		})
	}
}

func TestPostgresLockHeld(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	inside, leave := make(chan bool), make(chan bool)
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\n-- gen:go Wait\n"})
	holder := newRunner(t, db, Postgres, fsys, WithFunc("Wait", func(ctx context.Context, tx Tx) error {
		close(inside)
		<-leave
		return nil
	}))
	done := make(chan error)
	go func() { _, err := holder.Upgrade(ctx, "head"); done <- err }()
	<-inside
	var told []string
	nop := WithFunc("Wait", func(context.Context, Tx) error { return nil })
	waiter := newRunner(t, openURL(t, url), Postgres, fsys, nop, WithLockWait(300*time.Millisecond),
		WithHooks(Hooks{LockWait: func(_ context.Context, h Holder, _ time.Duration) { told = append(told, h.Application) }}))
	_, err := waiter.Upgrade(ctx, "head")
	le, ok := errors.AsType[*LockHeldError](err)
	if !ok || le.Holder.PID == 0 || !strings.HasPrefix(le.Holder.Application, "gen upgrade ") || le.Waited < 300*time.Millisecond {
		t.Fatalf("got %v", err)
	}
	if len(told) != 1 || !strings.HasPrefix(told[0], "gen upgrade ") {
		t.Errorf("told %v", told)
	}
	// Reading waits for nobody.
	if _, err := waiter.Status(ctx); err != nil {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if _, err := newRunner(t, openURL(t, url), Postgres, fsys, nop).Upgrade(short, "head"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestPostgresInvalidIndexIsRebuilt(t *testing.T) {
	ctx := context.Background()
	db := openPostgres(t)
	body := "-- gen:up tx=each\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1), (1);\nCREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);\n"
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", body}))
	_, err := m.Upgrade(ctx, "head")
	if se, ok := errors.AsType[*StatementError](err); !ok || se.Detail.SQLState != "23505" || se.Done != 2 {
		t.Fatalf("got %v", err)
	}
	if got := query(t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"); got[0] != "false" {
		t.Fatalf("the index is valid: %v", got)
	}
	query(t, db, "DELETE FROM t WHERE ctid = '(0,1)' RETURNING 1")
	// Somebody may also change the statement before trying again.
	m = newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", strings.Replace(body, "t_a ON", "t_b ON", 1)}))
	upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"t_b true"}, query(t, db, "SELECT c.relname || ' ' || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 't'::regclass")); diff != "" {
		t.Error(diff)
	}
}

func TestPostgresInvalidNamesakeIsNotAccepted(t *testing.T) {
	ctx := context.Background()
	db := openPostgres(t)
	query(t, db, "CREATE TABLE t AS SELECT 1 AS a FROM generate_series(1, 2)")
	if _, err := db.Exec("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)"); err == nil {
		t.Fatal("the index was built")
	}
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);\n"}))
	if _, err := m.Upgrade(ctx, "head"); err == nil || !strings.Contains(err.Error(), "INVALID index") || !strings.Contains(err.Error(), "DROP INDEX CONCURRENTLY public.t_a") {
		t.Errorf("got %v", err)
	}
}

func TestPostgresLockTimeoutIsRetried(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	query(t, db, "CREATE TABLE t (a int)")
	other := openURL(t, url)
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("LOCK TABLE t"); err != nil {
		t.Fatal(err)
	}
	retries := 0
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up lock_timeout=50ms\nALTER TABLE t ADD b int;\n"}),
		WithHooks(Hooks{Retry: func(_ context.Context, ev RetryEvent) {
			if retries++; retries == 2 {
				tx.Rollback()
			}
		}}))
	if _, err := m.Upgrade(ctx, "head"); err != nil {
		t.Fatal(err)
	}
	if retries < 2 {
		t.Errorf("%d retries", retries)
	}
}

func TestPostgresDeferredConstraintFailsAtCommit(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1);\n"}))
	_, err := m.Upgrade(context.Background(), "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok || se.SQL != "COMMIT" || se.Detail.SQLState != "23503" || se.RolledBack != 3 {
		t.Fatalf("got %v", err)
	}
	wantCurrent(t, m)
}

func TestPostgresFunctionsAndCancel(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE t (a int);\nSELECT pg_sleep(300);\n"}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { _, err := m.Upgrade(ctx, "head"); done <- err }()
	eventually(t, "the statement runs", func() bool { return active(t, db, "SELECT pg_sleep(300)") == 1 })
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the run goes on")
	}
	eventually(t, "the statement ends in the server", func() bool { return active(t, db, "SELECT pg_sleep(300)") == 0 })
	wantCurrent(t, m)
	if got := query(t, db, "SELECT to_regclass('t')"); got[0] != "" {
		t.Error("the table is left")
	}
}

func TestPostgresCallNeedsADecision(t *testing.T) {
	ctx := context.Background()
	db := openPostgres(t)
	fsys := files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; RAISE EXCEPTION 'no'; END $$;\n\n-- gen:step tx=each\nCALL p();\n"})
	m := newRunner(t, db, Postgres, fsys)
	if _, err := m.Upgrade(ctx, "head"); err == nil {
		t.Fatal("the call went through")
	}
	_, err := m.Upgrade(ctx, "head")
	if ie, ok := errors.AsType[*InterruptedError](err); !ok || ie.Statement != "CALL p()" {
		t.Fatalf("got %v", err)
	}
}

func TestResolveAndAccept(t *testing.T) {
	ctx := context.Background()
	db := openPostgres(t)
	body := "-- gen:up\nCREATE TABLE t (a int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; IF (SELECT count(*) FROM t) < 3 THEN RAISE EXCEPTION 'no'; END IF; END $$;\n\n-- gen:step tx=each\nCALL p();\nINSERT INTO t VALUES (10);\n"
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", body}))
	for range 2 {
		if _, err := m.Upgrade(ctx, "head"); err == nil {
			t.Fatal("the call went through")
		}
	}
	if err := m.Resolve(ctx, "aaaa", false); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Upgrade(ctx, "head"); err == nil || asInterrupted(err) {
		t.Fatalf("the call was not tried again: %v", err)
	}
	if err := m.Resolve(ctx, "aaaa", true); err != nil {
		t.Fatal(err)
	}
	upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"1", "1", "10"}, query(t, db, "SELECT a FROM t")); diff != "" {
		t.Error(diff)
	}
	if err := m.Resolve(ctx, "aaaa", true); err == nil {
		t.Error("nothing was in doubt")
	}

	m = newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", strings.Replace(body, "10", "11", 1)}))
	if err := m.RequireHead(ctx); !asEdited(err) {
		t.Fatalf("got %v", err)
	}
	if err := m.Accept(ctx, "aaaa1111"); err != nil {
		t.Fatal(err)
	}
	if err := m.RequireHead(ctx); err != nil {
		t.Error(err)
	}
}

func TestPostgresTerminatedWhileBuildingAnIndex(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Postgres(t)
	db, other := openURL(t, url), openURL(t, url)
	m := newRunner(t, db, Postgres, files(Postgres,
		[2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE t (a int);\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nINSERT INTO t VALUES (1);\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n"}))
	upgrade(t, m, "+1")
	// A writer that stays open keeps the build waiting.
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("INSERT INTO t VALUES (2)"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := m.Upgrade(ctx, "head"); done <- err }()
	eventually(t, "the build waits", func() bool {
		return len(query(t, other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY t_a%' AND wait_event_type = 'Lock' AND datname = current_database()")) > 0
	})
	if t.Failed() {
		tx.Rollback() // for the run to end
	}
	if err := <-done; err == nil {
		t.Fatal("the run survived its backend")
	}
	if got := query(t, other, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"); !cmp.Equal(got, []string{"false"}) {
		t.Fatalf("index: %v", got)
	}
	tx.Rollback()
	res := upgrade(t, m, "head")
	if res.Applied[0].Resumed != 1 {
		t.Errorf("resumed %d", res.Applied[0].Resumed)
	}
	if got := query(t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"); !cmp.Equal(got, []string{"true"}) {
		t.Errorf("index: %v", got)
	}
	if got := query(t, db, "SELECT a FROM t"); !cmp.Equal(got, []string{"1"}) {
		t.Errorf("rows: %v", got)
	}
}

func TestEveryPostgresMajor(t *testing.T) {
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			db := openURL(t, dbtest.PostgresMajor(t, major))
			db.SetMaxOpenConns(1) // one connection is enough
			m := newRunner(t, db, Postgres, files(Postgres, shop...))
			upgrade(t, m, "head")
			wantCurrent(t, m, "cccc3333")
			downgrade(t, m, "base")
			wantCurrent(t, m)
		})
	}
}

// lock_timeout would end the build's wait for old transactions and leave an
// invalid index.
func TestPostgresLockTimeoutSparesConcurrently(t *testing.T) {
	url := dbtest.Postgres(t)
	db, other := openURL(t, url), openURL(t, url)
	query(t, db, "CREATE TABLE t (a int)")
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	looking, ended := openURL(t, url), make(chan bool)
	go func() {
		defer close(ended)
		eventually(t, "the build waits", func() bool {
			return len(query(t, looking, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()")) > 0
		})
		time.Sleep(100 * time.Millisecond) // five times the lock_timeout
		tx.Rollback()
	}()
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n"}), WithLockTimeout(20*time.Millisecond))
	upgrade(t, m, "head")
	<-ended
	if got := query(t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"); !cmp.Equal(got, []string{"true"}) {
		t.Errorf("index: %v", got)
	}
}

// A run that was cut off behind its last statement, before its end was written
// down, is finished by the next one.
func TestTheStatementInFlightWasTheLast(t *testing.T) {
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	const create = "CREATE INDEX CONCURRENTLY n_i ON n (i)"
	m := newRunner(t, db, Postgres, files(Postgres,
		[2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE n (i int);\n\n-- gen:down\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\n" + create + ";\n\n-- gen:down tx=each\nDROP INDEX CONCURRENTLY n_i;\n"}))
	upgrade(t, m, "head")
	row := func() []string {
		return query(t, db, "SELECT concat_ws(' ', state, cursor, total, inflight, inflight_sql) FROM gen_revisions WHERE revision = 'bbbb2222'")
	}
	want := row()
	if _, err := db.Exec("UPDATE gen_revisions SET state = 'running', cursor = 0, prefix = '', inflight = true, inflight_sql = $1 WHERE revision = 'bbbb2222'", create); err != nil {
		t.Fatal(err)
	}
	upgrade(t, m, "head")
	if diff := cmp.Diff(want, row()); diff != "" {
		t.Error("after the upgrade:", diff)
	}
	if _, err := db.Exec("DROP INDEX n_i; UPDATE gen_revisions SET state = 'reverting', cursor = 0, prefix = '', inflight = true, inflight_sql = 'DROP INDEX CONCURRENTLY n_i' WHERE revision = 'bbbb2222'"); err != nil {
		t.Fatal(err)
	}
	downgrade(t, m, "aaaa1111")
	if got := row(); len(got) > 0 {
		t.Error("after the downgrade:", got)
	}
}
