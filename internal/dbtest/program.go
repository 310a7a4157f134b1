package dbtest

import (
	"crypto/sha256"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// programs holds a func() (string, error) for each program that was asked for.
var programs sync.Map

// Program builds the main package in dir, which is a module of its own, and
// returns the path of the binary: a witness whose modules are none of gen's.
// flags are those of go build. It is built once for all tests of a process, at
// a place of its own for each checkout and flags, where the next process finds
// it. Where its modules cannot be had the test is skipped, in CI it fails.
func Program(t testing.TB, dir string, flags ...string) string {
	t.Helper()
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.Join(append([]string{dir}, flags...), "\n")
	build, _ := programs.LoadOrStore(key, sync.OnceValues(func() (string, error) {
		bin := filepath.Join(CacheDir(), fmt.Sprintf("%s-%x", filepath.Base(dir), sha256.Sum256([]byte(key)))[:len(filepath.Base(dir))+13])
		cmd := exec.Command("go", append(append([]string{"build", "-o", bin}, flags...), ".")...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go build %s in %s: %w\n%s", strings.Join(flags, " "), dir, err, out)
		}
		return bin, nil
	}))
	bin, err := build.(func() (string, error))()
	if err != nil {
		Absent(t, err.Error())
	}
	return bin
}
