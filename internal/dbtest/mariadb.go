package dbtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/pgserver"
	"github.com/gen-migrate/gen/internal/spawn"
)

// MariaDB returns the DSN of a fresh, empty database on a throw-away MariaDB
// server, in the form of github.com/go-sql-driver/mysql and as its superuser:
//
//	root@tcp(127.0.0.1:<port>)/<name>
//
// The database is dropped when the test ends. The programs are looked for in
// GEN_TEST_MARIADB_BIN, on PATH and in /usr/sbin.
func MariaDB(t testing.TB) string {
	t.Helper()
	needUnix(t)
	server, err := mariaDBOf(needMariaDB(t))
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	name := databaseName(t.Name(), databases.Add(1))
	if err := server.exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("dbtest: creating a database: %v", err)
	}
	t.Cleanup(func() {
		if err := server.exec("DROP DATABASE IF EXISTS " + name); err != nil {
			t.Errorf("dbtest: dropping the test's database: %v", err)
		}
	})
	return fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s", server.Port, name)
}

// needMariaDB is the paths of MariaDB's programs by name; the test ends where one
// is missing.
func needMariaDB(t testing.TB) map[string]string {
	t.Helper()
	programs := map[string]string{}
	for _, name := range []string{"mariadbd", "mariadb-install-db", "mariadb"} {
		path := findMariaDB(name)
		if path == "" {
			absent(t, "no MariaDB server (%s) found: run scripts/test-deps, or set GEN_TEST_MARIADB_BIN to its directory", name)
		}
		programs[name] = path
	}
	return programs
}

// findMariaDB is the path of one of MariaDB's programs, or empty.
func findMariaDB(name string) string {
	if bin := os.Getenv("GEN_TEST_MARIADB_BIN"); bin != "" && pgserver.IsProgram(filepath.Join(bin, name)) {
		return filepath.Join(bin, name)
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if path := filepath.Join("/usr/sbin", name); pgserver.IsProgram(path) {
		return path
	}
	return ""
}

// mariaServer is a running MariaDB server.
type mariaServer struct {
	*spawn.Server
	client string
}

// mariaServers holds the one server of this process, by the path of mariadbd:
// what clusters is for PostgreSQL.
var mariaServers sync.Map // string → func() (*mariaServer, error)

func mariaDBOf(programs map[string]string) (*mariaServer, error) {
	start, _ := mariaServers.LoadOrStore(programs["mariadbd"], sync.OnceValues(func() (*mariaServer, error) {
		who, err := spawn.ChooseAccount()
		if err != nil {
			return nil, err
		}
		return startMariaDB(who, programs)
	}))
	return start.(func() (*mariaServer, error))()
}

// mariaLogSize must be the same for installing and starting: small, because the
// whole log is written out when the server starts.
const mariaLogSize = "--innodb-log-file-size=8M"

func startMariaDB(who spawn.Account, programs map[string]string) (*mariaServer, error) {
	g, err := spawn.Recipe{
		Name:   "gen-test-mariadb",
		Signal: "KILL", // nothing is worth an orderly shutdown
		Prepare: func(dir string) error {
			return spawn.RunAs(context.Background(), who, dir, programs["mariadb-install-db"], "--no-defaults",
				"--datadir="+filepath.Join(dir, "data"), "--auth-root-authentication-method=normal", "--skip-test-db",
				"--innodb-data-file-path=ibdata1:12M:autoextend", "--innodb-autoextend-increment=1", mariaLogSize)
		},
		Command: func(dir string, port int) []string {
			return []string{programs["mariadbd"], "--no-defaults", "--datadir=" + filepath.Join(dir, "data"),
				"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(port), "--socket=" + mariaSocket(dir),
				"--pid-file=" + filepath.Join(dir, "mariadbd.pid"), "--tmpdir=" + dir,
				"--innodb-data-file-path=ibdata1:12M:autoextend", mariaLogSize,
				"--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
				"--innodb-flush-method=nosync", "--skip-log-bin", "--performance-schema=OFF",
				"--character-set-server=utf8mb4", "--default-time-zone=+00:00"}
		},
		Ready: func(dir string) bool { return greets(mariaSocket(dir)) },
	}.Start(context.Background(), who)
	if err != nil {
		return nil, fmt.Errorf("starting %s %s: %w", programs["mariadbd"], who, err)
	}
	return &mariaServer{Server: g, client: programs["mariadb"]}, nil
}

func mariaSocket(dir string) string { return filepath.Join(dir, "s") }

// greets reports whether a server sends its greeting on the socket. The socket is
// in the server's own directory, so it cannot be another server's.
func greets(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(time.Second))
	// A packet's header (three bytes of length, one of sequence), then the protocol
	// version, 10 in every server since 1998. An error packet has 255 there.
	greeting := make([]byte, 5)
	n, err := conn.Read(greeting)
	return err == nil && n == 5 && greeting[4] == 10
}

// exec runs SQL with the mariadb client.
func (s *mariaServer) exec(sql string) error {
	cmd := exec.Command(s.client, "--no-defaults", "--socket="+mariaSocket(s.Dir), "--user=root", "--execute="+sql)
	cmd.Env = spawn.CleanEnv()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
