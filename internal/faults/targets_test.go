//go:build unix

package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestTargets ends gen while it works on many databases: one waits for a lock in a
// statement, the others are wherever they are. A rerun brings all of them where an
// undisturbed run would.
func TestTargets(t *testing.T) {
	t.Parallel()
	undisturbed := newScene(t, dbtest.Postgres(t))
	var fleet []scene
	var list strings.Builder
	for i := range 5 {
		base := dbtest.Postgres(t)
		fleet = append(fleet, scene{dir: undisturbed.dir, base: base, app: inApp(t, base), want: undisturbed.want})
		fmt.Fprintf(&list, "tenant%d %s\n", i, inApp(t, base))
	}
	file := filepath.Join(undisturbed.dir, "targets")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	targets := []string{"upgrade", "head", "--targets", file, "--parallel", "2"}
	type interruption struct {
		blocker
		signal syscall.Signal
		code   int
	}
	var faults []interruption
	for _, b := range blockers {
		faults = append(faults, interruption{b, syscall.SIGKILL, -1}, interruption{b, syscall.SIGTERM, 143})
	}
	for _, c := range sampled(faults, 4) {
		t.Run(fmt.Sprintf("%s in %s", c.signal, c.name), func(t *testing.T) {
			for _, s := range fleet {
				dbtest.Exec(t, s.base, fresh)
			}
			stuck := fleet[1]
			runGen(t, stuck.dir, stuck.app, "upgrade", c.to)
			release := c.hold(t, stuck.base)
			g := startGen(t, stuck.dir, stuck.base, targets...)
			c.waiting(t, stuck.base)
			g.signal(c.signal)
			out := g.wait(t)
			injected.Add(1)
			if g.code != c.code {
				t.Errorf("exit %d, want %d:\n%s", g.code, c.code, out)
			}
			if c.signal == syscall.SIGTERM && !(strings.Contains(out, "tenant1  failed") && strings.Contains(out, "5 targets: ")) {
				t.Errorf("the summary is missing:\n%s", out)
			}
			release()
			runGen(t, stuck.dir, stuck.base, targets...)
			for _, s := range fleet {
				s.compare(t, out)
			}
		})
	}
}
