package cmd

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// halfDone is the half_done of gen current --format json.
func (f *fleet) halfDone(t *testing.T, url string) []halfDone {
	t.Helper()
	code, out, speech := f.run(context.Background(), "current", "--url", url, "--format", "json")
	var doc currentReport
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 0 {
		t.Fatalf("exit %d, %v\n%s%s", code, err, out, speech)
	}
	return doc.HalfDone
}

// TestCurrentOfHalfDone: text and JSON say where a half-done revision is, on its
// way up and on its way down: step, statement, error, since when, by whom.
func TestCurrentOfHalfDone(t *testing.T) {
	t.Parallel()
	for _, product := range []string{"postgres", "sqlite"} {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, map[string]string{"migrations/a.sql": "-- revision: aaaa11111111\n-- parents:\n-- message: two steps\n-- dialect: " + product + `

-- gen:up
CREATE TABLE t (x int);

-- gen:step tx=each name=fill
INSERT INTO t VALUES (1);
INSERT INTO t
  SELECT x FROM missing;

-- gen:down
DELETE FROM t;

-- gen:step
DROP TABLE nowhere;
`})
			url, file := "sqlite://a.db", filepath.Join(f.dir, "migrations/a.sql")
			if product == "postgres" {
				url = dbtest.Postgres(t)
			}
			if got := f.halfDone(t, url); got == nil || len(got) > 0 {
				t.Errorf("before anything has run: %v", got)
			}
			ctx := context.Background()
			if code, _, speech := f.run(ctx, "upgrade", "--url", url); code != 2 {
				t.Fatalf("exit %d: %s", code, speech)
			}
			want := halfDone{Revision: "aaaa11111111", Message: "two steps", Direction: "up", Done: 2, Total: 3,
				Step: 2, Steps: 2, Name: "fill", Tx: "each", File: file, Line: 11, Statement: "INSERT INTO t", Tool: "gen " + version()}
			untimed := cmpopts.IgnoreFields(halfDone{}, "Error", "Since", "FailedAt", "By")
			got := f.halfDone(t, url)
			if d := cmp.Diff([]halfDone{want}, got, untimed); d != "" {
				t.Fatal(d)
			}
			moment := regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
			if h := got[0]; !strings.Contains(h.Error, "missing") || !moment.MatchString(h.Since) || !moment.MatchString(h.FailedAt) || !strings.Contains(h.By, "@") {
				t.Errorf("error %q since %q failed at %q by %q", h.Error, h.Since, h.FailedAt, h.By)
			}
			_, out, _ := f.run(ctx, "current", "--url", url)
			for _, part := range []string{
				"aaaa11111111 (half done, going up: 2 of 3 statements), two steps\n",
				"    at step 2 of 2 fill (tx=each), " + file + ":11: INSERT INTO t\n",
				"    last error at " + got[0].FailedAt + ": " + file + ":",
				"    begun " + got[0].Since + " by " + got[0].By + ", gen "} {
				if !strings.Contains(out, part) {
					t.Errorf("the text does not say %q:\n%s", part, out)
				}
			}
			if _, verbose, _ := f.run(ctx, "current", "-v", "--url", url); !strings.Contains(verbose, "at step 2 of 2 fill") {
				t.Errorf("with -v: %s", verbose)
			}

			// Mended, it goes on; its way back then stops half way.
			f.sql(t, url, "CREATE TABLE missing (x int)")
			if code, _, speech := f.run(ctx, "upgrade", "--url", url); code != 0 {
				t.Fatal(speech)
			}
			f.run(ctx, "downgrade", "base", "--url", url)
			want = halfDone{Revision: "aaaa11111111", Message: "two steps", Direction: "down", Done: 1, Total: 2,
				Step: 2, Steps: 2, Tx: "on", File: file, Line: 18, Statement: "DROP TABLE nowhere", Tool: "gen " + version()}
			got = f.halfDone(t, url)
			if d := cmp.Diff([]halfDone{want}, got, untimed); d != "" {
				t.Fatal(d)
			}
			if h := got[0]; !strings.Contains(h.Error, "nowhere") || !moment.MatchString(h.Since) || !moment.MatchString(h.FailedAt) || !strings.Contains(h.By, "@") {
				t.Errorf("error %q since %q failed at %q by %q", h.Error, h.Since, h.FailedAt, h.By)
			}
		})
	}
}

// sql runs a statement on a database of the fleet.
func (f *fleet) sql(t *testing.T, url, text string) {
	t.Helper()
	a := &app{globals: globals{dir: f.dir, url: url}, getenv: func(string) string { return "" }}
	db, err := a.openDatabase(context.Background(), &config{URL: url}, writing)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	if _, err := db.sql.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// TestCurrentOfARun: a run that has the lock is named, and a statement that was
// under way when its run ended is not told as done or failed. A right to SELECT on
// the version table alone is enough for the rest.
func TestCurrentOfARun(t *testing.T) {
	t.Parallel()
	f := newFleet(t, map[string]string{"migrations/a.sql": "-- revision: aaaa11111111\n-- parents:\n-- dialect: postgres\n\n-- gen:up\nCREATE TABLE t (x int);\n\n-- gen:step tx=each\nCALL odd();\nSELECT 1;\n"})
	url := dbtest.Postgres(t)
	ctx := context.Background()
	dbtest.Exec(t, url, "CREATE PROCEDURE odd() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$")
	if code, _, speech := f.run(ctx, "upgrade", "--url", url); code == 0 {
		t.Fatal(speech)
	}
	// The process that was terminated has its lock until it has ended.
	admin, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var left int
		if err := admin.QueryRow(ctx, "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = d.oid) + (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid AND a.pid <> pg_backend_pid() AND backend_type = 'client backend') FROM pg_database d WHERE datname = current_database()").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("a backend of the run is left")
		}
	}
	got := f.halfDone(t, url)
	if len(got) != 1 || !got[0].InDoubt || !got[0].Decide || got[0].Statement != "CALL odd()" || got[0].Done != 1 || got[0].Running != nil {
		t.Errorf("got %+v", got)
	}
	if _, out, _ := f.run(ctx, "current", "--url", url); !strings.Contains(out, "cannot tell whether it was done: gen resolve aaaa11111111 --done, or --redo\n") {
		t.Error(out)
	}
	conn, err := pgx.Connect(ctx, url+"&application_name=gen%20upgrade%20pod-7:1")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKeyOf("public")); err != nil {
		t.Fatal(err)
	}
	if got := f.halfDone(t, url); got[0].Running == nil || got[0].Running.Application != "gen upgrade pod-7:1" || got[0].Running.PID != int(conn.PgConn().PID()) {
		t.Errorf("the run is not named: %+v", got[0].Running)
	}
	if _, out, _ := f.run(ctx, "current", "--url", url); !strings.Contains(out, "a run has the lock: process ") || strings.Contains(out, "when its run ended") {
		t.Error(out)
	}
	reader := dbtest.Role(t, url, "GRANT USAGE ON SCHEMA public TO {role}", "GRANT SELECT ON gen_revisions TO {role}")
	if got := f.halfDone(t, reader); len(got) != 1 || got[0].Statement != "CALL odd()" || got[0].Since == "" || got[0].By == "" {
		t.Errorf("without a right to read the log: %+v", got)
	}
}

// TestResolveSaysHowToGoOn: of a revision on its way back that is not an upgrade.
func TestResolveSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t, map[string]string{"migrations/a.sql": "-- revision: aaaa11111111\n-- parents:\n-- dialect: postgres\n\n-- gen:up tx=each\nCALL odd();\n\n-- gen:down tx=each\nCALL odd();\nSELECT 1;\n"})
	url := dbtest.Postgres(t)
	ctx := context.Background()
	dbtest.Exec(t, url, "CREATE PROCEDURE odd() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$")
	for _, tt := range []struct {
		run  []string
		want string
	}{
		{[]string{"upgrade"}, "recorded: it has been done; gen upgrade goes on from there"},
		{[]string{"downgrade", "base"}, "recorded: it has been done; gen downgrade aaaa11111111@-1 goes on from there"},
	} {
		f.run(ctx, append(tt.run, "--url", url)...)
		code, _, speech := f.run(ctx, append(tt.run, "--url", url)...)
		if code != 4 {
			t.Fatalf("%v: exit %d: %s", tt.run, code, speech)
		}
		if code, _, speech := f.run(ctx, "resolve", "aaaa", "--done", "--url", url); code != 0 || !strings.Contains(speech, tt.want) {
			t.Errorf("%v: exit %d: %s", tt.run, code, speech)
		}
		_, next, _ := strings.Cut(tt.want, "; gen ")
		next, _, _ = strings.Cut(next, " goes")
		if code, _, speech := f.run(ctx, append(strings.Fields(next), "--url", url)...); code != 0 {
			t.Errorf("gen %s: exit %d: %s", next, code, speech)
		}
	}
	if got := f.halfDone(t, url); len(got) > 0 {
		t.Errorf("still half done: %+v", got)
	}
}
