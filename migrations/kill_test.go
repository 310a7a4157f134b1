package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// The test binary runs itself as the program that is killed: GEN_KILL names
// dialect, database, schema and the moment.
const killEnv = "GEN_KILL"

func countCalls() Option {
	return WithFunc("Count", func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO hits (what) VALUES ('go')")
		return err
	})
}

// killedProgram is what TestKilledBetweenStatements starts as a program of its own:
// it upgrades and ends itself with SIGKILL before or after its n-th statement.
func killedProgram(t *testing.T) {
	d, url, schema := Dialect(os.Getenv(killEnv)), os.Getenv("GEN_KILL_URL"), os.Getenv("GEN_KILL_SCHEMA")
	at, err := strconv.Atoi(os.Getenv("GEN_KILL_AT"))
	if err != nil {
		t.Fatal(err)
	}
	driver, bodies := "sqlite", liteSweep
	if d == Postgres {
		driver, bodies = "pgx", elephantSweep
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	moment := func(context.Context, StatementEvent) {
		if n++; n == at {
			self, err := os.FindProcess(os.Getpid())
			if err != nil {
				t.Fatal(err)
			}
			self.Kill()
			select {} // the signal is on its way
		}
	}
	m := newRunner(t, db, d, files(d, bodies...), countCalls(), WithSchema(schema), WithHooks(Hooks{BeforeStatement: moment, AfterStatement: moment}))
	if _, err := m.Upgrade(context.Background(), "head"); err != nil {
		t.Fatal(err)
	}
}

func TestKilledBetweenStatements(t *testing.T) {
	if os.Getenv(killEnv) != "" {
		killedProgram(t)
		return
	}
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			base, driver, bodies := "", "sqlite", liteSweep
			if d == Postgres {
				base, driver, bodies = dbtest.Postgres(t), "pgx", elephantSweep
			}
			step := 3
			if os.Getenv("GEN_FAULTS") == "all" {
				step = 1
			}
			var want []string
			killed := 0
			for at := 0; ; at += step {
				url, schema := filepath.Join(t.TempDir(), "k.db"), ""
				if d == Postgres {
					schema = fmt.Sprintf("k%d", at)
					url = base + "&search_path=" + schema
					dbtest.Exec(t, base, "CREATE SCHEMA "+schema)
				}
				child := exec.Command(os.Args[0], "-test.run=^TestKilledBetweenStatements$", "-test.count=1")
				child.Env = append(os.Environ(), killEnv+"="+string(d), "GEN_KILL_URL="+url, "GEN_KILL_SCHEMA="+schema, "GEN_KILL_AT="+strconv.Itoa(at))
				out, err := child.CombinedOutput()
				died := false
				if exit, ok := errors.AsType[*exec.ExitError](err); ok {
					died = exit.ExitCode() == -1
				}
				if err != nil && !died {
					t.Fatalf("%v\n%s", err, out)
				}
				db, err := sql.Open(driver, url)
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				if _, err := newRunner(t, db, d, files(d, bodies...), countCalls(), WithSchema(schema)).Upgrade(context.Background(), "head"); err != nil {
					t.Fatalf("killed at %d: rerun: %v", at, err)
				}
				got := query(t, db, "SELECT revision || ' ' || state || ' ' || cursor || '/' || total || ' ' || inflight FROM gen_revisions ORDER BY seq")
				got = append(append(got, query(t, db, "SELECT what FROM hits")...), query(t, db, "SELECT i || ' ' || done FROM n ORDER BY i")...)
				if at == 0 {
					want = got
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("killed at %d: %s", at, diff)
				}
				if at > 0 && !died {
					break
				}
				if died {
					killed++
				}
			}
			if killed < 5 {
				t.Errorf("only %d kills", killed)
			}
			t.Logf("%d kills", killed)
		})
	}
}
