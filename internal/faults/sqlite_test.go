//go:build unix

package faults

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"
)

// litePortrait is portrait for a SQLite file, and the file's own health.
func litePortrait(t testing.TB, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out []string
	for _, q := range []string{
		"PRAGMA integrity_check",
		"SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name",
		"SELECT 'hit', what, count(*) FROM hits GROUP BY what ORDER BY what",
		"SELECT 'n', * FROM n ORDER BY i",
		"SELECT 'row', revision, parents, state, kind, checksum, down_checksum, cursor, total, inflight, error FROM gen_revisions ORDER BY seq",
	} {
		out = append(out, liteRows(t, db, q)...)
	}
	return out
}

func liteRows(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(values...))
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

func liteURL(path string) string { return "sqlite://" + path }

// TestSQLiteKill kills gen after every system call that changes the database or
// its journal.
func TestSQLiteKill(t *testing.T) {
	t.Parallel()
	strace := findStrace(t)
	for _, run := range []struct {
		name   string
		before []string
		args   []string
		sample int
	}{
		{"upgrade", nil, []string{"upgrade", "head"}, 8},
		{"downgrade", []string{"upgrade", "head"}, []string{"downgrade", "rev01"}, 3},
	} {
		t.Run(run.name, func(t *testing.T) {
			t.Parallel()
			dir := writeHistory(t, "sqlite", feathers)
			prepare := func(t testing.TB) string {
				path := filepath.Join(t.TempDir(), "app.db")
				if run.before != nil {
					runGen(t, dir, liteURL(path), run.before...)
				}
				return path
			}
			path := prepare(t)
			_, calls := stepGen(t, strace, dir, path, 0, run.args...)
			want := litePortrait(t, path)
			if calls < 50 {
				t.Fatalf("only %d calls: is the list of system calls right for this machine?", calls)
			}
			var points []int
			for n := range calls {
				points = append(points, n+1)
			}
			if all() { // every second, and the other ones next time: a call between two writes of one commit is like its neighbour
				points = sampledEvery(points, 2)
			}
			for _, n := range sampled(points, run.sample) {
				t.Run(fmt.Sprintf("call %d", n), func(t *testing.T) {
					path := prepare(t)
					g, _ := stepGen(t, strace, dir, path, n, run.args...)
					if g.code == 0 {
						t.Log("the run was over before: no fault, and not counted")
						return
					}
					injected.Add(1)
					runGen(t, dir, liteURL(path), run.args...)
					if d := cmp.Diff(want, litePortrait(t, path)); d != "" {
						t.Errorf("a rerun ends elsewhere (- undisturbed, + rerun):\n%s\nThe disturbed run said:\n%s", d, g.out.String())
					}
				})
			}
		})
	}
}

func sampledEvery(points []int, step int) []int {
	var out []int
	for i := 0; i < len(points); i += step {
		out = append(out, points[i])
	}
	return out
}

// fileCalls are the system calls by which SQLite changes files.
const fileCalls = "pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat"

// stepGen runs gen under strace, which stops it after each of fileCalls on the
// database's files, so that it can be killed exactly behind the n-th; 0 lets it
// run. It returns how many calls there were.
func stepGen(t testing.TB, strace, dir, path string, n int, args ...string) (g *gen, calls int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	command := []string{"-f", "-qq", "-o", "/proc/self/fd/3", "-e", "trace=" + fileCalls,
		"-e", "inject=" + fileCalls + ":signal=STOP", "-e", "signal=SIGSTOP",
		"-P", path, "-P", path + "-journal", "-P", path + "-wal",
		program, "-C", dir, "--url", liteURL(path)}
	cmd := exec.Command(strace, append(command, args...)...)
	cmd.ExtraFiles = []*os.File{w}
	g = start(t, cmd)
	w.Close()
	hung := time.AfterFunc(patience, g.kill)
	defer hung.Stop()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		pid, rest, _ := strings.Cut(lines.Text(), " ")
		if !strings.Contains(rest, "--- SIGSTOP ") {
			continue
		}
		id, err := strconv.Atoi(pid)
		if err != nil {
			t.Fatalf("strace said %q", lines.Text())
		}
		calls++
		if calls == n {
			syscall.Kill(id, syscall.SIGKILL)
			// strace sometimes waits for ever for a thread of the dead.
			defer time.AfterFunc(2*time.Second, g.kill).Stop()
			break
		}
		syscall.Kill(id, syscall.SIGCONT)
	}
	out := g.wait(t)
	if n == 0 && g.code != 0 {
		t.Fatalf("exit %d\n%s", g.code, out)
	}
	return g, calls
}

// findStrace is the program that stops and counts; without it, or where tracing
// is forbidden, the test is skipped by name.
func findStrace(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("NOT TESTED: kills inside SQLite need strace: apt-get install strace")
	}
	if out, err := exec.Command(path, "-f", "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: strace may not trace here: %v\n%s", err, out)
	}
	return path
}

// TestSQLiteFull lets the database reach its limit at every size on its way.
func TestSQLiteFull(t *testing.T) {
	t.Parallel()
	dir := writeHistory(t, "sqlite", feathers)
	path := filepath.Join(t.TempDir(), "whole.db")
	runGen(t, dir, liteURL(path), "upgrade", "head")
	want := litePortrait(t, path)
	sizes := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, n := range sampled(sizes, 3) {
		t.Run(fmt.Sprintf("%d pages", n), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			g := startGen(t, dir, liteURL(path)+fmt.Sprintf("?_pragma=max_page_count(%d)", n), "upgrade", "head")
			out := g.wait(t)
			if g.code == 0 {
				t.Skip("it fits")
			}
			if g.code != 2 || !strings.Contains(out, "full") {
				t.Errorf("exit %d, want 2 and the reason:\n%s", g.code, out)
			}
			injected.Add(1)
			runGen(t, dir, liteURL(path), "upgrade", "head")
			if d := cmp.Diff(want, litePortrait(t, path)); d != "" {
				t.Errorf("a rerun ends elsewhere (- undisturbed, + rerun):\n%s\nThe disturbed run said:\n%s", d, out)
			}
		})
	}
}
