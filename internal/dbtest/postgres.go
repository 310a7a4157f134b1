package dbtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/internal/pgserver"
)

// Postgres returns the URL of a fresh, empty database on the default major,
//
//	postgres://postgres@127.0.0.1:<port>/<name>?sslmode=disable
//
// as its superuser. The database is dropped when the test ends, whoever is still
// connected. The default major is that of GEN_TEST_PG_BIN, else of pg_config,
// else the highest under /usr/lib/postgresql, else the highest of the matrix.
func Postgres(t testing.TB) string {
	t.Helper()
	needUnix(t)
	in, err := defaultInstall()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	if in == nil {
		absent(t, "no PostgreSQL server (initdb, postgres) found: run scripts/test-deps, or set GEN_TEST_PG_BIN to its bin directory")
	}
	return freshDatabase(t, in)
}

// PostgresBin is the directory with the programs of the server that Postgres uses.
func PostgresBin(t testing.TB) string {
	t.Helper()
	in, err := defaultInstall()
	if err != nil || in == nil {
		t.Fatalf("dbtest: no PostgreSQL server: %v", err)
	}
	return in.Bin
}

// PostgresMajor is Postgres on the given major: that of GEN_TEST_PG_<major>, else
// of the directory scripts/pg-matrix fills, else /usr/lib/postgresql/<major>/bin.
func PostgresMajor(t testing.TB, major int) string {
	t.Helper()
	needUnix(t)
	bin, ok := matrix()[major]
	if !ok {
		absent(t, "no PostgreSQL %d found: run scripts/pg-matrix, or set GEN_TEST_PG_%d to its bin directory", major, major)
	}
	in, err := probe(bin)
	if err != nil {
		t.Fatalf("dbtest: PostgreSQL %d: %v", major, err)
	}
	if in.Major != major {
		t.Fatalf("dbtest: %s holds %s and not PostgreSQL %d", bin, in.Version, major)
	}
	return freshDatabase(t, in)
}

// PostgresAtLeast is Postgres, or where the default major is older than the given
// one PostgresMajor of the oldest of PostgresMajors that is not.
func PostgresAtLeast(t testing.TB, major int) string {
	t.Helper()
	if major <= pgserver.OldestMajor {
		return Postgres(t)
	}
	in, err := defaultInstall()
	if err != nil || in == nil || in.Major >= major {
		return Postgres(t)
	}
	for _, m := range PostgresMajors() {
		if m >= major {
			return PostgresMajor(t, m)
		}
	}
	return PostgresMajor(t, major) // which says what is missing
}

// PostgresReaches reports whether PostgresAtLeast has a server. Where there is none
// at all it is true too: the test is to say what is missing.
func PostgresReaches(major int) bool {
	if major <= pgserver.OldestMajor {
		return true
	}
	in, err := defaultInstall()
	return err != nil || in == nil || in.Major >= major || slices.ContainsFunc(PostgresMajors(), func(m int) bool { return m >= major })
}

// PostgresMajors lists the majors PostgresMajor can start here, ascending,
// restricted to those GEN_TEST_PG_MAJORS names where it is set. It may be empty.
func PostgresMajors() []int {
	majors := slices.Sorted(maps.Keys(matrix()))
	only := os.Getenv("GEN_TEST_PG_MAJORS")
	if only == "" {
		return majors
	}
	wanted := strings.FieldsFunc(only, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.DeleteFunc(majors, func(major int) bool {
		return !slices.Contains(wanted, strconv.Itoa(major))
	})
}

// needUnix: servers are guarded by a shell (internal/spawn).
func needUnix(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "windows" {
		absent(t, "servers are started on Unix only")
	}
}

// clusters holds the servers of this test process by bin directory: one each,
// started at first use. It cannot live in a test, because it serves all tests of
// the process.
var clusters sync.Map // string → func() (*cluster, error)

func clusterOf(in *pgserver.Install) (*cluster, error) {
	start, _ := clusters.LoadOrStore(in.Bin, sync.OnceValues(func() (*cluster, error) { return startCluster(in) }))
	return start.(func() (*cluster, error))()
}

// clusterAt is the server of this process that the URL leads to, nil if none.
func clusterAt(rawURL string) (at *cluster) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil
	}
	clusters.Range(func(_, start any) bool {
		c, err := start.(func() (*cluster, error))()
		if err == nil && u.Host == fmt.Sprintf("127.0.0.1:%d", c.Port) {
			at = c
		}
		return at == nil
	})
	return at
}

// databases numbers the databases of this process.
var databases atomic.Int64

func freshDatabase(t testing.TB, in *pgserver.Install) string {
	t.Helper()
	c, err := clusterOf(in)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	admin := c.url("postgres")
	name := databaseName(t.Name(), databases.Add(1))
	create := "CREATE DATABASE " + name + " TEMPLATE template0"
	if in.Major >= 15 {
		// The default, wal_log, writes each page of the template to the log too:
		// three times the work where no checkpoint waits for a disk.
		create += " STRATEGY file_copy"
	}
	if err := exec1(admin, create); err != nil {
		t.Fatalf("dbtest: creating a database: %v", err)
	}
	t.Cleanup(func() {
		if err := exec1(admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dbtest: dropping the test's database: %v", err)
		}
	})
	return c.url(name)
}

// url is where the superuser reaches a database whose name needs no escape.
func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.Port, database)
}

// databaseName tells in a server's log which test it was: a plain identifier of at
// most 63 bytes, unique by its number.
func databaseName(test string, number int64) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, strings.TrimPrefix(test, "Test"))
	return fmt.Sprintf("t%d_%.40s", number, plain)
}

// adminTimeout bounds one statement of dbtest itself.
const adminTimeout = time.Minute

// exec1 runs SQL on a connection of its own, without a transaction around it.
func exec1(url, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// Exec runs a script of any number of statements in the database at url, and fails
// the test, with the line of the script, when one is refused. The server runs a
// script of several statements as one transaction unless it holds BEGIN or COMMIT.
func Exec(t testing.TB, url, script string) {
	t.Helper()
	if err := exec1(url, script); err != nil {
		t.Fatalf("dbtest: %s", describe(err, script))
	}
}

// describe adds the line of the script an error of the server points at.
func describe(err error, script string) string {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Position == 0 {
		return err.Error()
	}
	runes := []rune(script) // Position counts characters from 1
	at := min(int(refused.Position)-1, len(runes))
	before := string(runes[:at])
	line := strings.Count(before, "\n") + 1
	text, _, _ := strings.Cut(script[strings.LastIndex(before, "\n")+1:], "\n")
	return fmt.Sprintf("%v\nline %d: %s", err, line, strings.TrimSpace(text))
}

// Role makes a login role that needs a password and may do nothing in the database
// at url but connect to it: what PUBLIC may do there (temporary tables, schema
// public) is revoked. Each of grants is SQL the superuser then runs there, with
// {role} for the quoted role:
//
//	reader := dbtest.Role(t, url, `GRANT USAGE ON SCHEMA public TO {role}`)
//
// It returns url as that role, password included. The role, with all it owns in
// this database, is dropped when the test ends.
func Role(t testing.TB, url string, grants ...string) string {
	t.Helper()
	number := databases.Add(1)
	role, password := fmt.Sprintf("role%d", number), fmt.Sprintf("secret-%d", number)
	database := databaseOf(t, url)
	quoted := pgx.Identifier{role}.Sanitize()
	script := fmt.Sprintf(`
		REVOKE ALL ON DATABASE %[1]s FROM PUBLIC;
		REVOKE ALL ON SCHEMA public FROM PUBLIC;
		CREATE ROLE %[2]s LOGIN PASSWORD '%[3]s';
		GRANT CONNECT ON DATABASE %[1]s TO %[2]s;`, pgx.Identifier{database}.Sanitize(), quoted, password)
	for _, grant := range grants {
		script += "\n" + strings.ReplaceAll(grant, "{role}", quoted) + ";"
	}
	Exec(t, url, script)
	t.Cleanup(func() {
		if err := exec1(url, fmt.Sprintf("DROP OWNED BY %[1]s CASCADE; DROP ROLE %[1]s", quoted)); err != nil {
			t.Errorf("dbtest: dropping the test's role: %v", err)
		}
	})
	return WithUser(t, url, role, password)
}

// WithUser returns url with another user and password; an empty password leaves
// it out.
func WithUser(t testing.TB, rawURL, user, password string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	u.User = url.User(user)
	if password != "" {
		u.User = url.UserPassword(user, password)
	}
	return u.String()
}

func databaseOf(t testing.TB, rawURL string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return strings.TrimPrefix(u.Path, "/")
}
