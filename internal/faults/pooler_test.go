//go:build unix

package faults

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// startPooler starts PgBouncer in transaction mode before a database and returns
// the database's URL through it.
func startPooler(t *testing.T, database string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
		if _, err := os.Stat(program); err != nil {
			dbtest.Absent(t, "poolers need pgbouncer: apt-get install pgbouncer")
		}
	}
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // another process may take the port first
		if through := tryPooler(t, program, *u); through != "" {
			return through
		}
	}
	t.Fatal("pgbouncer does not start")
	return ""
}

// tryPooler is empty when PgBouncer ends instead of answering.
func tryPooler(t *testing.T, program string, u url.URL) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	dir, err := os.MkdirTemp("", "gen-pooler-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	users := filepath.Join(dir, "users.txt")
	settings := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf("[databases]\n* = host=127.0.0.1 port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\nauth_type = any\nauth_file = %s\npool_mode = transaction\ndefault_pool_size = 4\nserver_round_robin = 1\nignore_startup_parameters = extra_float_digits,search_path\n",
		u.Port(), port, users)
	text = strings.Replace(text, "* = host", "* = user=postgres host", 1)
	for path, body := range map[string]string{users: "\"postgres\" \"\"\n", settings: text} {
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	os.Chmod(dir, 0o755)
	args := []string{settings}
	if os.Getuid() == 0 {
		args = []string{"-u", "nobody", settings}
	}
	pooler := exec.Command(program, args...)
	var said strings.Builder
	pooler.Stdout, pooler.Stderr = &said, &said
	if err := pooler.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); pooler.Wait() }()
	t.Cleanup(func() { pooler.Process.Kill(); <-ended })
	u.Host = fmt.Sprintf("127.0.0.1:%d", port)
	through, dead := u.String(), false
	eventually(t, "pgbouncer answers", func() bool {
		select {
		case <-ended:
			dead = true
			t.Logf("pgbouncer ended: %s", said.String())
			return true
		default:
			return exec1(through, "SELECT 1") == nil
		}
	})
	if dead {
		return ""
	}
	return through
}

// TestPooler runs gen through a pooler that gives each transaction another server
// connection.
func TestPooler(t *testing.T) {
	t.Parallel()
	base := dbtest.Postgres(t)
	through := startPooler(t, base)
	dir := writeHistory(t, "postgres", []string{
		"-- gen:up\nCREATE TABLE hits (what text);\nINSERT INTO hits VALUES ('1');\n",
		"-- gen:up\nINSERT INTO hits VALUES ('2a');\n\n-- gen:step tx=each\nINSERT INTO hits VALUES ('2b');\nALTER TABLE hits ADD COLUMN note text;\n",
		"-- gen:up tx=each\nINSERT INTO hits VALUES ('3');\nCREATE INDEX CONCURRENTLY hits_what ON hits (what);\n",
	})
	// Somebody else uses the pool, so that transactions really change connections.
	stop := make(chan struct{})
	busy := make(chan struct{})
	go func() {
		defer close(busy)
		for {
			select {
			case <-stop:
				return
			default:
				exec1(through, "SELECT pg_sleep(0.002)")
			}
		}
	}()
	defer func() { close(stop); <-busy }()

	g := startGen(t, dir, through, "upgrade", "rev02")
	out := g.wait(t)
	if g.code != 2 || !strings.Contains(out, "pooler in transaction mode") || !strings.Contains(out, "--lock transaction") {
		t.Errorf("exit %d, want 2 and a hint:\n%s", g.code, out)
	}
	if locks := ask(t, base, "SELECT 'held' FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"); len(locks) > 0 {
		t.Errorf("the refusal leaves %d locks with the pooler", len(locks))
	}
	var all []*gen
	for range 4 {
		all = append(all, startGen(t, dir, through, "upgrade", "rev02", "--lock", "transaction"))
	}
	for _, g := range all {
		if out := g.wait(t); g.code != 0 {
			t.Errorf("exit %d:\n%s", g.code, out)
		}
	}
	if got := ask(t, base, "SELECT what FROM hits ORDER BY what"); !slices.Equal(got, []string{"1", "2a", "2b"}) {
		t.Errorf("rows %v: something ran twice, or not at all", got)
	}
	g = startGen(t, dir, through, "upgrade", "head", "--lock", "transaction")
	if out := g.wait(t); g.code != 2 || !strings.Contains(out, "outside transactions") {
		t.Errorf("exit %d, want 2 and the statement:\n%s", g.code, out)
	}
	runGen(t, dir, base, "upgrade", "head")

	// The other commands that write have it from the configuration.
	g = startGen(t, dir, through, "stamp", "rev02")
	if out := g.wait(t); g.code != 2 || !strings.Contains(out, "run.lock in gen.toml") {
		t.Errorf("exit %d, want 2 and a hint:\n%s", g.code, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "gen.toml"), []byte("revisions = \"migrations\"\n[run]\nlock = \"transaction\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	runGen(t, dir, through, "stamp", "rev02")
	runGen(t, dir, through, "stamp", "rev03")
	runGen(t, dir, through, "accept", "rev03")
	runGen(t, dir, through, "upgrade")
	if got := ask(t, base, "SELECT revision FROM gen_revisions ORDER BY revision"); !slices.Equal(got, []string{"rev01", "rev02", "rev03"}) {
		t.Errorf("rows %v", got)
	}
}

// TestPoolerKill kills gen behind a pooler while its statement waits: the server
// notices by itself, ends it, and gives the lock up.
func TestPoolerKill(t *testing.T) {
	t.Parallel()
	base := dbtest.Postgres(t)
	through := startPooler(t, base)
	dir := writeHistory(t, "postgres", []string{
		"-- gen:up\nCREATE TABLE hits (what text);\n",
		"-- gen:up lock_timeout=0\nINSERT INTO hits VALUES ('2');\nALTER TABLE hits ADD COLUMN note text;\n",
	})
	runGen(t, dir, through, "upgrade", "rev01", "--lock", "transaction")
	b := blocker{holds: "LOCK TABLE hits IN SHARE MODE"}
	release := b.hold(t, base)
	g := startGen(t, dir, through, "upgrade", "--lock", "transaction")
	const waiting = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
	eventually(t, "gen's statement waits", func() bool { return len(ask(t, base, waiting)) > 0 })
	g.kill()
	out := g.wait(t)
	injected.Add(1)
	if ask(t, base, "SHOW server_version_num")[0] >= "140000" {
		eventually(t, "the server has ended the orphan", func() bool { return len(ask(t, base, waiting)) == 0 })
	}
	release()
	runGen(t, dir, through, "upgrade", "--lock", "transaction")
	if got := ask(t, base, "SELECT what FROM hits"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("rows %v; the killed run said:\n%s", got, out)
	}
}

// TestStandby refuses to migrate a server that replays another's changes, and reads
// it.
func TestStandby(t *testing.T) {
	t.Parallel()
	own := dbtest.OwnServer(t)
	dbtest.Exec(t, own.URL("postgres"), "CREATE DATABASE app")
	dir := writeHistory(t, "postgres", elephants)
	runGen(t, dir, own.URL("app"), "upgrade", "rev01")
	dbtest.Exec(t, own.URL("app"), "CHECKPOINT")
	signal := filepath.Join(own.Dir(), "data", "standby.signal")
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ownedLike(t, signal, filepath.Join(own.Dir(), "data"))
	own.Crash(t)
	own.Wait(t)
	g := startGen(t, dir, own.URL("app"), "upgrade", "head")
	if out := g.wait(t); g.code != 2 || !strings.Contains(out, "standby") || !strings.Contains(out, "primary") {
		t.Errorf("exit %d, want 2 and a hint:\n%s", g.code, out)
	}
	g = startGen(t, dir, own.URL("app"), "current")
	if out := g.wait(t); g.code != 0 || !strings.Contains(out, "rev01") {
		t.Errorf("current: exit %d\n%s", g.code, out)
	}
}
