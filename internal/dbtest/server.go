package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/pgserver"
	"github.com/gen-migrate/gen/internal/spawn"
)

// A Server is a PostgreSQL server of one test, which may be crashed. Unlike the
// shared one it keeps what it has committed over a crash of its processes.
type Server struct {
	c       *cluster
	started string // the postmaster's pid
}

// superviseScript runs the server and starts it again whenever it ends, until it
// is itself told to end: by TERM, because a shell in the background ignores QUIT.
// A pid is signalled only while unreaped.
const superviseScript = `
trap 'quit=1; kill -s QUIT "$server" 2>/dev/null' TERM
while [ -z "$quit" ]; do
	"$@" &
	server=$!
	wait "$server"
	[ -n "$quit" ] && wait "$server"
	sleep 0.05
done
exit 0
`

// OwnServer starts a server of the default major for this test alone. It ends with
// the test.
func OwnServer(t testing.TB) *Server {
	t.Helper()
	// With wal_level=minimal a sequence can go back after a crash to where the
	// transaction that made it left it.
	return ownServer(t, "own", spawn.Root(), "synchronous_commit=on", "full_page_writes=on", "wal_level=replica")
}

// DurableServer is OwnServer as a server is installed: a commit is on disk, in the
// temporary directory, before it is answered. It is for measurements.
func DurableServer(t testing.TB) *Server {
	t.Helper()
	return ownServer(t, "durable", os.TempDir(), "fsync=on", "synchronous_commit=on", "full_page_writes=on", "wal_level=replica")
}

// ownServer starts a server in a directory of root, with settings on top of
// serverSettings.
func ownServer(t testing.TB, name, root string, settings ...string) *Server {
	t.Helper()
	needUnix(t)
	in, err := defaultInstall()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	if in == nil {
		absent(t, "no PostgreSQL server (initdb, postgres) found: run scripts/test-deps, or set GEN_TEST_PG_BIN to its bin directory")
	}
	who, err := spawn.ChooseAccount()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	template, err := templateOf(who, in)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	var reached *pgserver.Install
	g, err := spawn.Recipe{
		Name:   fmt.Sprintf("gen-test-%s-pg%d", name, in.Major),
		Root:   root,
		Signal: "TERM",
		Prepare: func(dir string) (err error) {
			if reached, err = pgserver.Reachable(context.Background(), who, in, dir); err != nil {
				return err
			}
			return copyTree(template, filepath.Join(dir, "data"))
		},
		Command: func(dir string, port int) []string {
			server := serverCommand(reached.Bin, dir, port)
			for _, setting := range settings {
				server = append(server, "-c", setting)
			}
			return append([]string{"/bin/sh", "-c", superviseScript, "dbtest-supervisor"}, server...)
		},
		Ready: pgserver.Ready,
	}.Start(context.Background(), who)
	if err != nil {
		t.Fatalf("dbtest: starting %s %s: %v", in.Version, who, err)
	}
	t.Cleanup(g.Stop)
	s := &Server{c: &cluster{Install: in, Server: g}}
	s.started = s.postmaster()
	return s
}

// URL is where the superuser reaches a database of the server. postgres is there.
func (s *Server) URL(database string) string { return s.c.url(database) }

// Dir is a directory that the server's processes can reach. It goes with the
// server.
func (s *Server) Dir() string { return s.c.Dir }

// Fresh makes an empty database and returns its URL. It goes with the server.
func (s *Server) Fresh(t testing.TB) string {
	t.Helper()
	name := databaseName(t.Name(), databases.Add(1))
	if err := exec1(s.URL("postgres"), "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("dbtest: creating a database: %v", err)
	}
	return s.URL(name)
}

// Crash ends the server at once, as an immediate shutdown does: no connection is
// told more than that, no checkpoint is made. It comes up again by itself; see
// Wait.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	pid, err := strconv.Atoi(s.postmaster())
	if err != nil {
		t.Fatalf("dbtest: the server has no pid: %v", err)
	}
	s.started = strconv.Itoa(pid)
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Signal(syscall.SIGQUIT)
	}
	if err != nil {
		t.Fatalf("dbtest: ending the server: %v", err)
	}
}

// Wait returns when the server that follows a crash accepts connections.
func (s *Server) Wait(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(spawn.StartTimeout)
	for s.postmaster() == s.started || !pgserver.Ready(s.c.Dir) {
		if time.Now().After(deadline) {
			t.Fatalf("dbtest: the server did not come up again:\n%s", s.c.LogTail())
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.started = s.postmaster()
}

// postmaster is the server's pid, empty while there is none.
func (s *Server) postmaster() string {
	text, err := os.ReadFile(filepath.Join(s.c.Dir, "data", "postmaster.pid"))
	if err != nil {
		return ""
	}
	pid, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(pid)
}
