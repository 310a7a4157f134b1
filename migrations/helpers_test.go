package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"
)

// files makes a file system of revisions: "id<parents" → body, the header
// being written here.
func files(d Dialect, bodies ...[2]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, b := range bodies {
		id, parents, _ := strings.Cut(b[0], "<")
		fsys[fmt.Sprintf("%02d_%s.sql", i, id)] = &fstest.MapFile{Data: []byte(fmt.Sprintf(
			"-- revision: %s\n-- parents: %s\n-- message: step %d\n-- created: 2026-11-22T%02d:%02d:%02dZ\n-- dialect: %s\n\n%s", id, parents, i, i/3600, i/60%60, i%60, d, b[1]))}
	}
	return fsys
}

func openSQLite(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newRunner(t *testing.T, db *sql.DB, d Dialect, fsys fstest.MapFS, opts ...Option) *Runner {
	t.Helper()
	m, err := New(db, d, fsys, append([]Option{WithAppliedBy("tester"), WithTool("test")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func upgrade(t *testing.T, m *Runner, target string) *Result {
	t.Helper()
	res, err := m.Upgrade(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func downgrade(t *testing.T, m *Runner, target string) *Result {
	t.Helper()
	res, err := m.Downgrade(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func wantCurrent(t *testing.T, m *Runner, want ...string) {
	t.Helper()
	got, err := m.Current(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Error("current:", diff)
	}
}

func applied(res *Result) []string {
	var out []string
	for _, d := range res.Applied {
		out = append(out, d.Direction.String()+" "+d.Revision.ID)
	}
	return out
}

// query reads one column of text.
func query(t *testing.T, db *sql.DB, text string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// eventually waits until cond holds, as long as a loaded machine may take.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("waited in vain: %s", what)
			return
		}
	}
}

// active are the backends of this database at a statement that begins so.
func active(t *testing.T, db *sql.DB, statement string) int {
	t.Helper()
	return len(query(t, db, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE $1", statement+"%"))
}

var blog = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n\n-- gen:down\nDROP TABLE users;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nALTER TABLE users ADD COLUMN age INTEGER;\nINSERT INTO users (name) VALUES ('ann');\n\n-- gen:down\nDELETE FROM users WHERE name = 'ann';\nALTER TABLE users DROP COLUMN age;\n"},
	{"cccc3333<bbbb2222", "-- gen:up tx=each\nCREATE INDEX users_age ON users (age);\nINSERT INTO users (name) VALUES ('bob');\n\n-- gen:step\nINSERT INTO users (name) VALUES ('cyd');\n\n-- gen:down tx=each\nDELETE FROM users WHERE name IN ('bob', 'cyd');\nDROP INDEX users_age;\n"},
}
