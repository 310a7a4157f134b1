package pgserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/spawn"
)

// needInstall is some installation; the test is skipped where there is none, and
// fails in CI.
func needInstall(t *testing.T) Install {
	t.Helper()
	found, err := Find(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no PostgreSQL server on this machine")
		}
		t.Skip("NOT TESTED: no PostgreSQL server on this machine")
	}
	return found[0]
}

func ask(t *testing.T, url, sql string) (answer string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	return answer, conn.QueryRow(ctx, sql).Scan(&answer)
}

func TestServerListensOnlyForItsUserAndLeavesNothing(t *testing.T) {
	in := needInstall(t)
	s, err := Start(t.Context(), in, Options{User: "app owner", Root: shortDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	who, err := ask(t, s.URL("postgres"), `SELECT current_user || ' ' || current_setting('listen_addresses') || ' ' || current_setting('fsync')`)
	if err != nil || who != "app owner  off" {
		t.Errorf("got %q, %v; want the user, no address, fsync off", who, err)
	}
	info, err := os.Stat(s.process.Dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket stands in a directory of mode %v, %v; want 0700", info.Mode().Perm(), err)
	}
	if _, err := os.Stat(filepath.Join(s.process.Dir, "password")); !os.IsNotExist(err) {
		t.Errorf("the password is still in a file: %v", err)
	}
	dir := s.process.Dir
	s.Stop()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

// shortDir is a directory of the test in whose children a socket fits.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gen")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestServerWhereNoSocketFitsAsksForThePassword(t *testing.T) {
	in := needInstall(t)
	root := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), in, Options{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if _, err := ask(t, s.URL("postgres"), `SELECT 'up'`); err != nil {
		t.Error(err)
	}
	stranger := strings.Replace(s.URL("postgres"), s.password, "guessed", 1)
	if _, err := ask(t, stranger, `SELECT 'up'`); err == nil {
		t.Error("anybody on this machine can connect")
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	in := needInstall(t)
	root := shortDir(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, in, Options{Root: root}); err == nil {
		t.Error("it started in 50 ms, or did not listen to its context")
	}
	if left, _ := filepath.Glob(filepath.Join(root, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStartRemovesWhatAKilledProcessAndItsGuardLeft(t *testing.T) {
	in := needInstall(t)
	root := shortDir(t)
	who, err := spawn.ChooseAccount()
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	make := func(name string) string {
		dir := filepath.Join(root, name)
		if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "owner"), nil, 0o600), os.Chtimes(dir, old, old)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	stale, other := make(namePrefix+"15-1"), make("gen-other-1")
	young := make(namePrefix + "15-2")
	if err := os.Chtimes(young, time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	alive, err := startAs(t.Context(), who, in, Options{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Stop()
	if err := os.Chtimes(alive.process.Dir, old, old); err != nil {
		t.Fatal(err)
	}
	removed := spawn.RemoveStale(root, namePrefix, who)
	for dir, want := range map[string]bool{stale: false, other: true, young: true, alive.process.Dir: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: there %v, want %v (removed %v)", dir, err == nil, want, removed)
		}
	}
}

func TestFindNamesADirectoryWithoutAServer(t *testing.T) {
	if _, err := Find([]string{t.TempDir()}); err == nil || !strings.Contains(err.Error(), "no initdb and postgres in it") {
		t.Errorf("error %v", err)
	}
}
