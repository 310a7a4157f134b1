//go:build unix

package faults

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// A blocker holds something that a statement of the history waits for.
type blocker struct {
	name  string
	to    string // the revision to be at before
	holds string // the statement that holds it, in a transaction
	waits string // what the waiting statement begins with
	fate  string // what gen says became of it
}

var blockers = []blocker{
	{"a statement of a transaction", "rev01", "LOCK TABLE app.n IN ACCESS EXCLUSIVE MODE", "ALTER TABLE n ADD COLUMN note", "rolled back: "},
	{"CREATE INDEX CONCURRENTLY", "rev02", "INSERT INTO app.n VALUES (99)", "CREATE INDEX CONCURRENTLY n_done", "left behind by this statement of revision rev03, outside a transaction: the INVALID index app.n_done"},
	{"a batch", "rev03", "LOCK TABLE app.n IN EXCLUSIVE MODE", "UPDATE n SET done", "rolled back: "},
	{"the first transaction of several", "rev04", "LOCK TABLE app.n IN EXCLUSIVE MODE", "ALTER TABLE n ADD COLUMN more", "rolled back: "},
	{"ADD CONSTRAINT", "rev05", "LOCK TABLE app.n IN ACCESS EXCLUSIVE MODE", "ALTER TABLE n ADD CONSTRAINT", "rolled back: "},
	{"REINDEX CONCURRENTLY", "rev07", "INSERT INTO app.n VALUES (99)", "REINDEX INDEX CONCURRENTLY", "left behind by this statement of revision rev08, outside a transaction: the INVALID index app."},
}

// hold begins the blocker's transaction and returns what ends it.
func (b blocker) hold(t testing.TB, url string) (release func()) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "BEGIN; "+b.holds); err != nil {
		t.Fatal(err)
	}
	return func() { conn.Close(ctx) } // rolls back
}

// waiting waits until gen's statement is under way.
func (b blocker) waiting(t testing.TB, url string) {
	t.Helper()
	eventually(t, "gen runs "+b.waits, func() bool {
		return len(ask(t, url, "SELECT 'x' FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'gen %' AND wait_event_type = 'Lock' AND query LIKE '%"+b.waits+"%'")) > 0
	})
}

const backends = "SELECT application_name || ': ' || query FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'gen %'"

// A scene is a history on a database, and how it looks when all went well.
type scene struct {
	dir, base, app string
	want           []string
}

func newScene(t *testing.T, base string) scene {
	t.Helper()
	s := scene{dir: writeHistory(t, "postgres", elephants), base: base, app: inApp(t, base)}
	dbtest.Exec(t, base, fresh)
	runGen(t, s.dir, s.app, "upgrade", "head")
	s.want = portrait(t, base)
	return s
}

// at begins anew and upgrades to a revision.
func (s scene) at(t *testing.T, revision string) {
	t.Helper()
	dbtest.Exec(t, s.base, fresh)
	runGen(t, s.dir, s.app, "upgrade", revision)
}

// rerun runs gen undisturbed and compares. out is what the disturbed run said.
func (s scene) rerun(t *testing.T, out string) {
	t.Helper()
	runGen(t, s.dir, s.app, "upgrade", "head")
	s.compare(t, out)
}

func (s scene) compare(t *testing.T, out string) {
	t.Helper()
	if d := cmp.Diff(s.want, portrait(t, s.base)); d != "" {
		t.Errorf("it ends elsewhere (- undisturbed, + disturbed):\n%s\nThe disturbed run said:\n%s", d, out)
	}
}

// TestPostgresSignals interrupts gen in the middle of statements.
func TestPostgresSignals(t *testing.T) {
	t.Parallel()
	s := newScene(t, dbtest.Postgres(t))
	type interruption struct {
		blocker
		signal syscall.Signal
		code   int
	}
	var list []interruption
	for _, b := range blockers {
		list = append(list, interruption{b, syscall.SIGINT, 130}, interruption{b, syscall.SIGTERM, 143})
	}
	for _, c := range sampled(list, 4) {
		t.Run(fmt.Sprintf("%s in %s", c.signal, c.name), func(t *testing.T) {
			s.at(t, c.to)
			release := c.hold(t, s.base)
			g := startGen(t, s.dir, s.app, "upgrade", "head")
			c.waiting(t, s.base)
			g.signal(c.signal)
			out := g.wait(t)
			injected.Add(1)
			if g.code != c.code {
				t.Errorf("exit %d, want %d:\n%s", g.code, c.code, out)
			}
			if !strings.Contains(out, c.fate) || !strings.Contains(out, ": gen upgrade -C ") {
				t.Errorf("the message does not tell what became of the statement (%q) and how to go on:\n%s", c.fate, out)
			}
			// The statement was cancelled although what it waits for is still held.
			eventually(t, "no backend of gen is left", func() bool { return len(ask(t, s.base, backends)) == 0 })
			release()
			s.rerun(t, out)
		})
	}
}

// TestPostgresKillInStatement kills gen while a statement runs: the server must
// notice by itself and end it.
func TestPostgresKillInStatement(t *testing.T) {
	t.Parallel()
	s := newScene(t, dbtest.Postgres(t))
	for _, b := range sampled(blockers, 2) {
		t.Run(b.name, func(t *testing.T) {
			s.at(t, b.to)
			release := b.hold(t, s.base)
			g := startGen(t, s.dir, s.app, "upgrade", "head")
			b.waiting(t, s.base)
			g.kill()
			out := g.wait(t)
			injected.Add(1)
			if ask(t, s.base, "SHOW server_version_num")[0] >= "140000" {
				eventually(t, "the server has ended the orphan", func() bool { return len(ask(t, s.base, backends)) == 0 })
			}
			release()
			s.rerun(t, out)
		})
	}
}

// TestPostgresStopped stops a runner that holds the lock: others give up in time
// and say who it is; going on, it finishes.
func TestPostgresStopped(t *testing.T) {
	t.Parallel()
	s := newScene(t, dbtest.Postgres(t))
	for _, b := range sampled(blockers, 2) {
		t.Run(b.name, func(t *testing.T) {
			s.at(t, b.to)
			release := b.hold(t, s.base)
			g := startGen(t, s.dir, s.app, "upgrade", "head")
			b.waiting(t, s.base)
			g.signal(syscall.SIGSTOP)
			release()
			injected.Add(1)
			waiter := startGen(t, s.dir, s.app, "upgrade", "head", "--lock-wait", "300ms")
			out := waiter.wait(t)
			if waiter.code != 3 || !strings.Contains(out, fmt.Sprintf(":%d)", g.cmd.Process.Pid)) {
				t.Errorf("the waiter: exit %d, want 3 and the holder's pid %d:\n%s", waiter.code, g.cmd.Process.Pid, out)
			}
			g.signal(syscall.SIGCONT)
			if out := g.wait(t); g.code != 0 {
				t.Errorf("the holder went on and failed: exit %d\n%s", g.code, out)
			}
			s.compare(t, g.out.String())
		})
	}
}

// rounds of the tests that are the same each time but for their timing.
func rounds() int {
	if all() {
		return 6
	}
	return 1
}

// TestPostgresCrowd starts eight runners at once.
func TestPostgresCrowd(t *testing.T) {
	t.Parallel()
	s := newScene(t, dbtest.Postgres(t))
	for range rounds() {
		dbtest.Exec(t, s.base, fresh)
		crowd(t, s.dir, s.app)
		s.compare(t, "")
	}
}

// crowd is eight runners, of which each must succeed.
func crowd(t *testing.T, dir, url string) {
	t.Helper()
	var all []*gen
	for range 8 {
		all = append(all, startGen(t, dir, url, "upgrade", "head"))
	}
	for _, g := range all {
		injected.Add(1)
		if out := g.wait(t); g.code != 0 {
			t.Errorf("one of eight: exit %d\n%s", g.code, out)
		}
	}
}

func TestSQLiteCrowd(t *testing.T) {
	t.Parallel()
	dir := writeHistory(t, "sqlite", feathers)
	alone := filepath.Join(t.TempDir(), "alone.db")
	runGen(t, dir, liteURL(alone), "upgrade", "head")
	want := litePortrait(t, alone)
	for i := range rounds() {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", i))
		crowd(t, dir, liteURL(path))
		if d := cmp.Diff(want, litePortrait(t, path)); d != "" {
			t.Errorf("- alone, + eight:\n%s", d)
		}
	}
}

// has reports whether gen has a file open. Where the system does not tell it is
// taken to have it after a while.
func (g *gen) has(path string) bool {
	open, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", g.cmd.Process.Pid))
	if err != nil || len(open) == 0 {
		time.Sleep(3 * time.Second)
		return true
	}
	for _, fd := range open {
		if to, err := os.Readlink(fd); err == nil && to == path {
			return true
		}
	}
	return false
}

// TestSQLiteLocked runs gen while another connection has the file: interrupted, or
// out of patience, it ends soon.
func TestSQLiteLocked(t *testing.T) {
	t.Parallel()
	dir := writeHistory(t, "sqlite", feathers)
	for _, c := range []struct {
		name   string
		wait   string
		signal syscall.Signal
		code   int
	}{
		{"interrupted", "1m", syscall.SIGINT, 130},
		{"terminated", "1m", syscall.SIGTERM, 143},
		{"out of patience", "300ms", 0, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			runGen(t, dir, liteURL(path), "upgrade", "rev03")
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
				t.Fatal(err)
			}
			g := startGen(t, dir, liteURL(path), "upgrade", "head", "--lock-wait", c.wait)
			began := time.Now()
			if c.signal != 0 {
				eventually(t, "gen has opened the database", func() bool { return g.has(path) })
				time.Sleep(100 * time.Millisecond) // it waits by now, or soon
				began = time.Now()
				g.signal(c.signal)
			}
			out := g.wait(t)
			injected.Add(1)
			if g.code != c.code {
				t.Errorf("exit %d, want %d:\n%s", g.code, c.code, out)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s to end", took)
			}
			if _, err := db.Exec("ROLLBACK"); err != nil {
				t.Fatal(err)
			}
			runGen(t, dir, liteURL(path), "upgrade", "head")
		})
	}
}
