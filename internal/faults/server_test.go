//go:build unix

package faults

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestPostgresServerCrash ends the server at requests of gen, and in the middle of
// statements that wait; it comes up again and gen is run again.
func TestPostgresServerCrash(t *testing.T) {
	t.Parallel()
	own := dbtest.OwnServer(t)
	dbtest.Exec(t, own.URL("postgres"), "CREATE DATABASE app")
	s := newScene(t, own.URL("app"))
	dbtest.Exec(t, s.base, fresh)
	p := startProxy(t, s.app, func(message) verdict { return pass })
	runGen(t, s.dir, p.url, "upgrade", "head")
	p.close()
	var moments []message
	for _, m := range p.messages() {
		if m.request() || m.ready() {
			moments = append(moments, m)
		}
	}
	keep := 4
	if all() {
		keep = 60
	}
	for i := range keep {
		at := moments[i*len(moments)/keep]
		t.Run(fmt.Sprintf("%s message %d", [...]string{"client", "server"}[at.from], at.n), func(t *testing.T) {
			dbtest.Exec(t, s.base, fresh)
			fired := false
			p := startProxy(t, s.app, func(m message) verdict {
				if !fired && m.from == at.from && m.n == at.n {
					fired = true
					own.Crash(t)
				}
				return pass
			})
			defer p.close()
			out := startGen(t, s.dir, p.url, "upgrade", "head").wait(t)
			if !fired {
				t.Log("the run was over before: no fault, and not counted")
				return
			}
			injected.Add(1)
			own.Wait(t)
			s.rerun(t, out)
		})
	}
	for _, b := range sampled(blockers, 1) {
		t.Run("in "+b.name, func(t *testing.T) {
			s.at(t, b.to)
			release := b.hold(t, s.base)
			g := startGen(t, s.dir, s.app, "upgrade", "head")
			b.waiting(t, s.base)
			own.Crash(t)
			out := g.wait(t)
			release()
			injected.Add(1)
			if g.code != 2 {
				t.Errorf("exit %d, want 2:\n%s", g.code, out)
			}
			own.Wait(t)
			s.rerun(t, out)
		})
	}
}

// TestPostgresDiskFull runs a history in a tablespace that has too little room.
func TestPostgresDiskFull(t *testing.T) {
	t.Parallel()
	own := dbtest.OwnServer(t)
	disk := filepath.Join(own.Dir(), "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m,mode=0777", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: a disk that is full needs the right to mount one: %v\n%s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", disk).Run() })
	space := filepath.Join(disk, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	ownedLike(t, space, filepath.Join(own.Dir(), "data"))
	dbtest.Exec(t, own.URL("postgres"), "CREATE DATABASE app")
	if err := exec1(own.URL("app"), "CREATE TABLESPACE small LOCATION '"+space+"'"); err != nil {
		t.Skipf("NOT TESTED: the server may not use the disk: %v", err)
	}
	const rows = "INSERT INTO filler SELECT g, repeat('x', 900) FROM generate_series(1, 400) g;\n"
	dir := writeHistory(t, "postgres", []string{
		"-- gen:up\nCREATE TABLE hits (what text);\nCREATE TABLE n (i int);\nCREATE TABLE filler (i int, pad text) TABLESPACE small;\n",
		"-- gen:up\nINSERT INTO hits VALUES ('2');\n" + rows,
		"-- gen:up tx=each\nINSERT INTO hits VALUES ('3a');\n" + rows + "INSERT INTO hits VALUES ('3b');\n",
		"-- gen:up tx=each\nINSERT INTO hits VALUES ('4');\nCREATE INDEX CONCURRENTLY filler_i ON filler (i) TABLESPACE small;\n",
		"-- gen:up\nINSERT INTO hits VALUES ('5a');\n\n-- gen:step\nINSERT INTO hits VALUES ('5b');\n" + rows,
	})
	s := scene{dir: dir, base: own.URL("app"), app: inApp(t, own.URL("app"))}
	dbtest.Exec(t, s.base, fresh)
	runGen(t, s.dir, s.app, "upgrade", "head")
	s.want = portrait(t, s.base)
	size := func(kb int) {
		t.Helper()
		if out, err := exec.Command("mount", "-o", fmt.Sprintf("remount,size=%dk", kb), disk).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	for _, kb := range sampled([]int{100, 250, 400, 550, 700, 850, 950, 1050, 1150, 1300}, 3) {
		t.Run(fmt.Sprintf("%d kB", kb), func(t *testing.T) {
			dbtest.Exec(t, s.base, fresh)
			dbtest.Exec(t, s.base, "CHECKPOINT") // only this gives the room back
			size(kb)
			g := startGen(t, s.dir, s.app, "upgrade", "head")
			out := g.wait(t)
			size(64 << 10)
			if g.code == 0 {
				t.Log("it fits: no fault, and not counted")
				return
			}
			injected.Add(1)
			if g.code != 2 || !strings.Contains(out, "53100") {
				t.Errorf("exit %d, want 2 and the reason:\n%s", g.code, out)
			}
			s.rerun(t, out)
		})
	}
}

func exec1(url, text string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}

// ownedLike gives a file to the owner of another, who runs the server.
func ownedLike(t testing.TB, path, like string) {
	t.Helper()
	info, err := os.Stat(like)
	if err != nil {
		t.Fatal(err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := os.Chown(path, int(st.Uid), int(st.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}
