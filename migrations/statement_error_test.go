package migrations

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/internal/dbtest"
)

const users = "-- gen:up\nCREATE TABLE users (id bigint PRIMARY KEY, email text);\nINSERT INTO users VALUES (1, 'a'), (2, 'a');\n\n-- gen:down\nDROP TABLE users;\n"

// failing upgrades and returns the lines of the error below its first.
func failing(t *testing.T, m *Runner, target string) []string {
	t.Helper()
	_, err := m.Upgrade(context.Background(), target)
	if err == nil {
		t.Fatal("the upgrade went through")
	}
	return strings.Split(err.Error(), "\n")
}

func TestPostgresFailureSaysWhatIsTrueAndGoesOn(t *testing.T) {
	const up = "-- gen:up\n"
	tests := map[string]struct {
		body  string
		setup string
		want  []string // the last two lines: what is in the database, and the hint
	}{
		"an invalid index is left": {
			body: "-- gen:up tx=each\nCREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);\n",
			want: []string{
				"    left behind by this statement of revision bbbb2222, outside a transaction: the INVALID index public.users_email",
				"    hint: correct the data that stands against it, or the file, then go on from here, beginning with DROP INDEX CONCURRENTLY public.users_email: gen upgrade",
			},
		},
		"an invalid index of somebody else": {
			body:  "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email);\n",
			setup: "CREATE INDEX users_email ON users (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email'::regclass",
			want: []string{
				"    not done: this statement of revision bbbb2222, outside a transaction; nothing of it is in place",
				"    hint: run DROP INDEX CONCURRENTLY public.users_email, then go on from here: gen upgrade",
			},
		},
		"a procedure that commits and fails": {
			body: "-- gen:up tx=each\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; RAISE EXCEPTION 'no'; END $$;\nCALL p();\n",
			want: []string{
				"    not rolled back: what this statement of revision bbbb2222 had committed before it failed; in place: its first 1 statement of 2",
				"    hint: look how far it came, and say it: gen resolve bbbb2222 --done, or --redo, then go on from here: gen upgrade",
			},
		},
		"a duplicate": {
			body: up + "ALTER TABLE users ADD age int;\nALTER TABLE users ADD UNIQUE (email);\n",
			want: []string{
				"    rolled back: 2 statements of revision bbbb2222; nothing of it is in place",
				"    hint: correct the data that stands against it, or the file, then go on from here: gen upgrade",
			},
		},
		"a turn of a batch": {
			body: "-- gen:up tx=batch\nUPDATE users SET id = 1/0;\n",
			want: []string{
				"    rolled back: the first turn of this run of the batch of revision bbbb2222",
				"    hint: correct the data that stands against it, or the file, then go on from here: gen upgrade",
			},
		},
		"a missing column": {
			body: up + "ALTER TABLE users DROP nope;\n",
			want: []string{
				"    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
				"    hint: correct the file, then go on from here: gen upgrade",
			},
		},
		"a statement timeout": {
			body: "-- gen:up statement_timeout=50ms\nSELECT pg_sleep(5);\n",
			want: []string{
				"    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
				"    hint: it was not done within 50ms: have it do less at a time (tx=batch), or give it longer: statement_timeout= of the step, [run] in gen.toml, then go on from here: gen upgrade",
			},
		},
		"a session that is ended": {
			body: up + "SELECT pg_terminate_backend(pg_backend_pid());\n",
			want: []string{
				"    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
				"    hint: the connection was lost: wait until the server answers again, then go on from here: gen upgrade",
			},
		},
		"a full disk": {
			body: up + "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;\n",
			want: []string{
				"    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
				"    hint: the server's disk is full: make room there, then go on from here: gen upgrade",
			},
		},
		"too many locks": {
			body: up + "DO $$ BEGIN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200', HINT = 'You might need to increase \"max_locks_per_transaction\".'; END $$;\n",
			want: []string{
				"    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
				"    hint: the transaction holds more locks than the server has room for: divide it with -- gen:step, or raise max_locks_per_transaction and restart the server, then go on from here: gen upgrade",
			},
		},
		"a read-only session": {
			body: up + "SET TRANSACTION READ ONLY;\nDELETE FROM users;\n",
			want: []string{
				"    rolled back: 2 statements of revision bbbb2222; nothing of it is in place",
				"    hint: the session is read-only: use the primary's URL, or turn default_transaction_read_only off for this role and database, then go on from here: gen upgrade",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openPostgres(t)
			first := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users}))
			upgrade(t, first, "head")
			if tc.setup != "" {
				if _, err := db.Exec(tc.setup); err != nil {
					t.Fatal(err)
				}
			}
			m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users}, [2]string{"bbbb2222<aaaa1111", tc.body}))
			lines := failing(t, m, "head")
			if diff := cmp.Diff(tc.want, lines[len(lines)-2:]); diff != "" {
				t.Errorf("%s\nin\n%s", diff, strings.Join(lines, "\n"))
			}
		})
	}
}

func TestPostgresInvalidIndexIsBuiltAnew(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nCREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);\n"}))
	failing(t, m, "head")
	if _, err := db.Exec("DELETE FROM users WHERE id = 2"); err != nil {
		t.Fatal(err)
	}
	upgrade(t, m, "head")
	if got := query(t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email'::regclass"); got[0] != "true" {
		t.Errorf("the index is valid: %s", got[0])
	}
}

// A statement that the server refused must not be taken for done because an
// object of its name is there, or is not there.
func TestPostgresRefusedStatementIsNotDone(t *testing.T) {
	for name, body := range map[string]string{
		"another index has the name": "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n",
		"the index is not there":     "-- gen:up tx=each\nDROP INDEX CONCURRENTLY nope;\n",
	} {
		t.Run(name, func(t *testing.T) {
			db := openPostgres(t)
			m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users}, [2]string{"bbbb2222<aaaa1111", body}))
			upgrade(t, m, "aaaa1111")
			if _, err := db.Exec("CREATE INDEX users_email ON users (id)"); err != nil {
				t.Fatal(err)
			}
			first, again := failing(t, m, "head"), failing(t, m, "head")
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("the second run says something else: %s", diff)
			}
		})
	}
}

func TestPostgresLockRetriesAreToldAsWhatTheyAre(t *testing.T) {
	db := openPostgres(t)
	var told []string
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users}, [2]string{"bbbb2222<aaaa1111", "-- gen:up\nSELECT 1;\nALTER TABLE users ADD age int;\n"}),
		WithLockTimeout(1500*time.Millisecond), WithRetries(1), WithHooks(Hooks{Retry: func(_ context.Context, ev RetryEvent) {
			lines := strings.Split(ev.Err.Error(), "\n")
			told = append(told, lines[len(lines)-1])
			if ev.Attempt != 1 || ev.Attempts != 2 {
				t.Errorf("attempt %d of %d", ev.Attempt, ev.Attempts)
			}
		}}))
	upgrade(t, m, "aaaa1111")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("LOCK TABLE users"); err != nil {
		t.Fatal(err)
	}
	last := failing(t, m, "head")
	if len(told) != 1 || !strings.HasPrefix(told[0], "    rolled back: its step of revision bbbb2222; attempt 1 of 2 failed, the next follows in ") {
		t.Errorf("told %q", told)
	}
	state, hint := last[len(last)-2], last[len(last)-1]
	if state != "    rolled back: 2 statements of revision bbbb2222; tried 2 times; nothing of it is in place" {
		t.Error(state)
	}
	if !strings.Contains(hint, "wait for them, or end them with SELECT pg_terminate_backend(") || !strings.HasSuffix(hint, "or wait longer with --lock-timeout 30s (run.lock_timeout in gen.toml), then go on from here: gen upgrade") {
		t.Error(hint)
	}
}

func TestPostgresMissingRightsNameTheGrant(t *testing.T) {
	owner := dbtest.Postgres(t)
	db := openURL(t, owner)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users}, [2]string{"bbbb2222<aaaa1111", "-- gen:up\nUPDATE users SET email = 'b';\n"}))
	upgrade(t, m, "aaaa1111")
	url := dbtest.Role(t, owner)
	role := query(t, openURL(t, url), "SELECT current_user")[0]
	plain := newRunner(t, openURL(t, url), Postgres, files(Postgres, [2]string{"aaaa1111<", users}, [2]string{"bbbb2222<aaaa1111", "-- gen:up\nUPDATE users SET email = 'b';\n"}))
	for _, step := range []struct{ want, grant string }{
		{"role ROLE may not use schema public, where the version table is: it lacks USAGE on schema public\n    hint: as OWNER: GRANT USAGE ON SCHEMA public TO ROLE", "GRANT USAGE ON SCHEMA public TO "},
		{"role ROLE may not read the version table public.gen_revisions: it lacks SELECT on gen_revisions", "GRANT SELECT ON gen_revisions TO "},
		{"role ROLE may not write the version table public.gen_revisions: it lacks INSERT on gen_revisions, UPDATE on gen_revisions, INSERT on gen_log", "GRANT SELECT, INSERT, UPDATE, DELETE ON gen_revisions TO "},
		{"it lacks INSERT on gen_log\n    hint: as OWNER: GRANT SELECT, INSERT, UPDATE, DELETE ON public.gen_revisions TO ROLE; GRANT SELECT, INSERT ON public.gen_log TO ROLE", "GRANT INSERT ON gen_log TO "},
		{"permission denied for table users (SQLSTATE 42501)", ""},
		{"hint: let its owner give the right: GRANT SELECT, UPDATE ON users TO ROLE, then go on from here: gen upgrade", "GRANT SELECT, UPDATE ON users TO "},
	} {
		got := strings.Join(failing(t, plain, "head"), "\n")
		want := strings.NewReplacer("ROLE", role, "OWNER", query(t, db, "SELECT current_user")[0]).Replace(step.want)
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if step.grant != "" {
			if _, err := db.Exec(step.grant + quote(role)); err != nil {
				t.Fatal(err)
			}
		}
	}
	upgrade(t, plain, "head")
}

func TestPostgresMissingRightToCreateTheVersionTable(t *testing.T) {
	owner := dbtest.Postgres(t)
	url := dbtest.Role(t, owner, "GRANT USAGE ON SCHEMA public TO {role}")
	m := newRunner(t, openURL(t, url), Postgres, files(Postgres, [2]string{"aaaa1111<", users}))
	_, err := m.Upgrade(context.Background(), "head")
	re, ok := errors.AsType[*RightsError](err)
	if !ok {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GRANT USAGE, CREATE ON SCHEMA public TO " + quoteIfNeeded(re.Role)}, re.Grants); diff != "" {
		t.Error(diff)
	}
	if re.Owner == "pg_database_owner" {
		t.Error("nobody can log in as pg_database_owner")
	}
}

// What a server says in several lines is one error: its lines are indented, and
// none of them can pass for the hint.
func TestPostgresServersLinesStayOneError(t *testing.T) {
	db := openPostgres(t)
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<",
		"-- gen:up\nDO $$ BEGIN RAISE EXCEPTION E'one\\ntwo\\n    hint: three' USING DETAIL = E'four\\nhint: five', HINT = E'six\\nseven'; END $$;\n"}))
	lines := failing(t, m, "head")
	want := []string{
		"00_aaaa1111.sql:8:1: one", "      two", "          hint: three (SQLSTATE P0001)",
		"    detail: four", "      hint: five", "    server hint: six", "      seven",
	}
	if diff := cmp.Diff(want, lines[:min(len(want), len(lines))]); diff != "" {
		t.Error(diff)
	}
}

func TestCommandThatGoesOn(t *testing.T) {
	bodies := [][2]string{
		{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n\n-- gen:down\nDROP TABLE nope;\n"},
		{"bbbb2222<aaaa1111", "-- gen:up\nCREATE TABLE b (id int);\n\n-- gen:down\nDROP TABLE b;\n"},
		{"cccc3333<bbbb2222", "-- gen:up\nCREATE TABLE nope.c (id int);\n\n-- gen:down\n"},
		{"dddd4444<cccc3333", "-- gen:up\n"},
	}
	for _, tc := range []struct {
		name, up, down string
		opts           []Option
		want           string
	}{
		{name: "head", up: "head", want: "gen upgrade"},
		{name: "an id", up: "dddd", want: "gen upgrade dddd"},
		{name: "steps from where it stood", up: "+4", want: "gen upgrade dddd4444"},
		{name: "steps from a revision", up: "aaaa1111+2", want: "gen upgrade aaaa1111+2"},
		{name: "one transaction for all", up: "head", opts: []Option{WithTransaction(SpanRun)}, want: "gen upgrade --transaction run"},
		{name: "steps down", up: "bbbb2222", down: "-2", want: "gen downgrade -1"},
		{name: "base", up: "bbbb2222", down: "base", want: "gen downgrade base"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := newRunner(t, openSQLite(t), SQLite, files(SQLite, bodies...), tc.opts...)
			_, err := m.Upgrade(context.Background(), tc.up)
			if tc.down != "" {
				_, err = m.Downgrade(context.Background(), tc.down)
			}
			se, ok := errors.AsType[*StatementError](err)
			if !ok {
				t.Fatal(err)
			}
			if se.GoOn != tc.want || !strings.HasSuffix(err.Error(), "go on from here: "+tc.want) {
				t.Errorf("goes on with %q, in\n%s", se.GoOn, err)
			}
		})
	}
}

func TestStoppedRunDoesNotBlameTheFile(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	m := newRunner(t, openSQLite(t), SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\n"}),
		WithHooks(Hooks{AfterStatement: func(context.Context, StatementEvent) { stop() }}))
	_, err := m.Upgrade(ctx, "head")
	if err == nil || !strings.HasSuffix(err.Error(), "hint: the run was stopped, nothing is wrong with the file, then go on from here: gen upgrade") {
		t.Error(err)
	}
}

func TestHalfAppliedRevisionWithoutFile(t *testing.T) {
	db := openSQLite(t)
	failing(t, newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n\n-- gen:step\nCREATE TABLE a (id int);\n"})), "head")
	_, err := newRunner(t, db, SQLite, files(SQLite)).Upgrade(context.Background(), "heads")
	if err == nil || !strings.HasPrefix(err.Error(), "revision aaaa1111 (step 0) is half applied, begun "+time.Now().UTC().Format("2006-01-02T")) {
		t.Error(err)
	}
}

func TestEditedFileHasTwoWaysOut(t *testing.T) {
	db := openSQLite(t)
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n"})), "head")
	lines := failing(t, newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id text);\n"})), "head")
	if got := lines[len(lines)-1]; got != "    hint: put the file back and write a new revision for the change; or, when the database is as the file says now: gen accept aaaa1111" {
		t.Error(got)
	}
}

func TestWhoAppliesIsKnownWithoutEnvironment(t *testing.T) {
	for _, name := range []string{"USER", "LOGNAME", "USERNAME"} {
		t.Setenv(name, "")
	}
	if got := defaultAppliedBy(); strings.HasPrefix(got, "unknown@") || strings.HasPrefix(got, "@") {
		t.Error(got)
	}
}

func TestUnknownSymbolTellsWhereToLook(t *testing.T) {
	g := newRunner(t, openSQLite(t), SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\n"})).Graph()
	for symbol, want := range map[string]string{
		"zzzzzz":   "gen history lists the revisions",
		"aaaa1112": "did you mean aaaa1111? gen history lists the revisions",
		"haed":     "did you mean head? gen history lists the revisions",
	} {
		_, err := g.Resolve(symbol, nil)
		se, ok := errors.AsType[*SymbolError](err)
		if !ok || !strings.HasPrefix(se.Hint, want) {
			t.Errorf("%s: %v", symbol, err)
		}
	}
}

// A server that is gone leaves no SQLSTATE, only a closed connection.
func TestPostgresLostConnectionDoesNotBlameTheFile(t *testing.T) {
	for name, tc := range map[string]struct{ body, state string }{
		"in a transaction":      {"-- gen:up\nSELECT 1;\nSELECT 2;\n", "    rolled back: 2 statements of revision aaaa1111; nothing of it is in place"},
		"outside a transaction": {"-- gen:up tx=each\nSELECT 1;\nVACUUM;\n", "    done or not, the answer was lost: this statement of revision aaaa1111, outside a transaction; in place: its first 1 statement of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := pgx.ParseConfig(dbtest.Postgres(t))
			if err != nil {
				t.Fatal(err)
			}
			f := &fault{after: true}
			db := sql.OpenDB(faultConnector{stdlib.GetConnector(*config).Connect, f})
			defer db.Close()
			m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", tc.body}), WithHooks(Hooks{BeforeStatement: func(_ context.Context, ev StatementEvent) {
				if ev.Index == 1 {
					f.at = f.count + 1
				}
			}}))
			lines := failing(t, m, "head")
			if !strings.HasSuffix(lines[0], ": the connection was lost: the connection was cut") {
				t.Error(lines[0])
			}
			want := []string{tc.state, "    hint: the connection was lost: wait until the server answers again, then go on from here: gen upgrade"}
			if diff := cmp.Diff(want, lines[len(lines)-2:]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A cancelled CREATE INDEX CONCURRENTLY leaves an invalid index. The connection
// must outlive the run's context, so that the run can say so and write it down.
func TestPostgresCancelledIndexIsToldOf(t *testing.T) {
	url := dbtest.Postgres(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler { // as the command line has it
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: 5 * time.Second}
	}
	db := stdlib.OpenDB(*config)
	defer db.Close()
	m := newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", users},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n"}))
	upgrade(t, m, "aaaa1111")
	tx, err := openURL(t, url).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("UPDATE users SET email = 'c'"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	looking, ended := openURL(t, url), make(chan bool)
	go func() {
		defer close(ended)
		eventually(t, "the build waits", func() bool {
			return len(query(t, looking, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()")) > 0
		})
		cancel()
	}()
	_, err = m.Upgrade(ctx, "head")
	<-ended
	se, ok := errors.AsType[*StatementError](err)
	if !ok || !se.Stopped {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"the INVALID index public.users_email"}, se.Left); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, "SELECT error IS NOT NULL FROM gen_revisions WHERE revision = 'bbbb2222'"); got[0] != "true" {
		t.Error("the failure was not written down")
	}
}
