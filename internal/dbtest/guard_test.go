//go:build unix

package dbtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/spawn"
)

// TestServerEndsWithAKilledTest runs this test binary again, kills it while its
// server runs, and looks for what is left.
func TestServerEndsWithAKilledTest(t *testing.T) {
	if os.Getenv("DBTEST_VICTIM") != "" {
		u := Postgres(t)
		fmt.Printf("\nvictim: %s %s\n", mustAsk(t, u, `SHOW data_directory`), u)
		time.Sleep(5 * time.Minute)
		t.Fatal("nobody killed the test")
	}
	Postgres(t) // skips where there is no server
	cmd := exec.Command(os.Args[0], "-test.run=^TestServerEndsWithAKilledTest$")
	cmd.Env = append(os.Environ(), "DBTEST_VICTIM=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var data, u string
	for lines := bufio.NewScanner(out); data == "" && lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "victim: "); ok {
			data, u, _ = strings.Cut(rest, " ")
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	if data == "" {
		t.Fatal("the second run started no server")
	}
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, statErr := os.Stat(filepath.Dir(data))
		_, askErr := ask(t, u, `SELECT 'up'`)
		if os.IsNotExist(statErr) && askErr != nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("90 s after the test was killed: directory %v, server %v; want both gone", statErr, askErr)
		}
	}
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	who := spawn.Account{}
	g, err := spawn.StartGuarded(who, dir, "TERM", "/bin/sh", "-c", "echo no such luck >&2; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	err = g.WaitReady(context.Background(), func() bool { return false })
	if err == nil || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("error %v, want what the server printed", err)
	}
	g.Stop()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory is still there after stop: %v", err)
	}
}

// TestServerThatIsStoppedWhileItStarts is one that does not hear the first signal:
// it has not set up its own yet.
func TestServerThatIsStoppedWhileItStarts(t *testing.T) {
	dir := t.TempDir()
	g, err := spawn.StartGuarded(spawn.Account{}, dir, "TERM",
		"/bin/sh", "-c", `trap '' TERM; : >deaf; sleep 0.5; trap 'exit 0' TERM; while :; do sleep 0.05; done`)
	if err != nil {
		t.Fatal(err)
	}
	deaf := func() bool { _, err := os.Stat(filepath.Join(dir, "deaf")); return err == nil }
	if err := g.WaitReady(t.Context(), deaf); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() { g.Stop(); close(stopped) }()
	select {
	case <-stopped:
	case <-time.After(spawn.StartTimeout):
		t.Fatal("the server runs on: a signal that came early was lost")
	}
}
