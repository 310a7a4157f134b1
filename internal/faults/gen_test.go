//go:build unix

package faults

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestMain builds gen, the real one, and prints how many faults were injected.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "gen-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	flag.Parse()
	program = filepath.Join(dir, "gen")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/gen").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building gen: %v\n%s", err, out)
		return 1
	}
	code := m.Run()
	fmt.Printf("faults injected: %d\n", injected.Load())
	if all() && code == 0 && flag.Lookup("test.run").Value.String() == "" && injected.Load() < enough {
		fmt.Printf("FAIL: fewer than %d faults: something was skipped\n", enough)
		return 1
	}
	return code
}

// enough is how many faults a complete run injects at least.
const enough = 500

var (
	program  string // the built gen
	injected atomic.Int64
)

// all reports whether every fault is asked for, not a sample.
func all() bool { return os.Getenv("GEN_FAULTS") == "all" }

// sampled is keep of the faults, evenly spread, or all of them.
func sampled[T any](faults []T, keep int) []T {
	if all() || len(faults) <= keep {
		return faults
	}
	var out []T
	for i := range keep {
		out = append(out, faults[i*len(faults)/keep])
	}
	return out
}

// A gen is one running gen.
type gen struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	done chan struct{}
	code int // its exit status; -1 when a signal ended it
}

// startGen starts gen in a project on a database.
func startGen(t testing.TB, dir, url string, args ...string) *gen {
	t.Helper()
	return start(t, exec.Command(program, append([]string{"-C", dir, "--url", url}, args...)...))
}

func start(t testing.TB, cmd *exec.Cmd) *gen {
	t.Helper()
	g := &gen{cmd: cmd, done: make(chan struct{})}
	g.cmd.Env = append(os.Environ(), "NO_COLOR=1", "USER=faults")
	g.cmd.Stdout, g.cmd.Stderr = &g.out, &g.out
	if err := g.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(g.done)
		err := g.cmd.Wait()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			g.code = exit.ExitCode()
		} else if err != nil {
			g.code = -2
		}
	}()
	return g
}

// kill is kill -9.
func (g *gen) kill() { g.cmd.Process.Kill() }

func (g *gen) signal(s syscall.Signal) { g.cmd.Process.Signal(s) }

// patience is how long gen may take before a test takes it for hung.
const patience = 60 * time.Second

// wait returns what gen printed, and fails the test when it does not end.
func (g *gen) wait(t testing.TB) string {
	t.Helper()
	select {
	case <-g.done:
	case <-time.After(patience):
		g.signal(syscall.SIGCONT)
		g.signal(syscall.SIGQUIT)
		<-g.done
		t.Fatalf("gen did not end:\n%s", g.out.String())
	}
	return g.out.String()
}

// runGen runs gen to its end and fails the test unless it exits with 0.
func runGen(t testing.TB, dir, url string, args ...string) {
	t.Helper()
	g := startGen(t, dir, url, args...)
	if out := g.wait(t); g.code != 0 {
		t.Fatalf("gen %q: exit %d\n%s", args, g.code, out)
	}
}

// eventually waits until cond holds.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for !cond() {
		if ctx.Err() != nil {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(20 * time.Millisecond) // cond mostly connects anew, which takes the time that gen needs
	}
}
