package dbtest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gen-migrate/gen/internal/pgserver"
)

// CacheDir is the directory shared by test runs of this user: initdb templates
// and the binaries scripts/pg-matrix and scripts/pg-dump-18 fetch. It is
// $XDG_CACHE_HOME/gen-test, by default $HOME/.cache/gen-test, and need not exist.
func CacheDir() string {
	base := os.Getenv("XDG_CACHE_HOME")
	if home := os.Getenv("HOME"); base == "" && home != "" {
		base = filepath.Join(home, ".cache")
	}
	if base == "" {
		base = filepath.Join(os.TempDir(), "cache-"+strconv.Itoa(os.Getuid()))
	}
	return filepath.Join(base, "gen-test")
}

// defaultInstall finds the PostgreSQL of Postgres: GEN_TEST_PG_BIN (which must
// then work), else pg_config's, else the highest under /usr/lib/postgresql,
// else the highest of the matrix. nil means there is none.
func defaultInstall() (*pgserver.Install, error) {
	if bin := os.Getenv("GEN_TEST_PG_BIN"); bin != "" {
		in, err := probe(bin)
		if err != nil {
			return nil, fmt.Errorf("GEN_TEST_PG_BIN: %w", err)
		}
		return in, nil
	}
	if out, err := printed("pg_config", "--bindir"); err == nil {
		// pg_config comes with the client library too: the server may be absent.
		if in, err := probe(out); err == nil && in.Major >= pgserver.OldestMajor {
			return in, nil
		}
	}
	for _, found := range []map[int]string{systemBins(), cachedBins()} {
		majors := slices.Sorted(maps.Keys(found))
		for _, major := range slices.Backward(majors) {
			if in, err := probe(found[major]); err == nil {
				return in, nil
			}
		}
	}
	return nil, nil
}

// matrix finds one bin directory per major that can be started here:
// GEN_TEST_PG_<major> before the cache of scripts/pg-matrix before
// /usr/lib/postgresql/<major>/bin.
func matrix() map[int]string {
	bins := systemBins()
	maps.Copy(bins, cachedBins())
	for _, entry := range os.Environ() {
		name, bin, _ := strings.Cut(entry, "=")
		digits, ok := strings.CutPrefix(name, "GEN_TEST_PG_")
		if major, err := strconv.Atoi(digits); ok && err == nil && bin != "" {
			bins[major] = bin
		}
	}
	maps.DeleteFunc(bins, func(major int, _ string) bool { return major < pgserver.OldestMajor })
	return bins
}

// systemBins lists the Debian layout, /usr/lib/postgresql/<major>/bin.
func systemBins() map[int]string {
	return binsUnder("/usr/lib/postgresql")
}

// cachedBins lists what scripts/pg-matrix has put into the cache directory.
func cachedBins() map[int]string {
	return binsUnder(filepath.Join(CacheDir(), "pg"))
}

// binsUnder lists root/<major>/bin directories that hold initdb and postgres.
func binsUnder(root string) map[int]string {
	bins := map[int]string{}
	entries, err := os.ReadDir(root)
	if err != nil {
		return bins // not there: nothing is installed that way
	}
	for _, entry := range entries {
		major, err := strconv.Atoi(entry.Name())
		bin := filepath.Join(root, entry.Name(), "bin")
		if err == nil && major >= pgserver.OldestMajor && pgserver.IsServerBin(bin) {
			bins[major] = bin
		}
	}
	return bins
}

// probe asks the postgres program in bin for its version.
func probe(bin string) (*pgserver.Install, error) {
	if !pgserver.IsServerBin(bin) {
		return nil, fmt.Errorf("%s: no initdb and postgres in it", bin)
	}
	version, major, err := programVersion(filepath.Join(bin, "postgres"))
	if err != nil {
		return nil, err
	}
	return &pgserver.Install{Bin: bin, Version: version, Major: major}, nil
}

// programVersion runs a PostgreSQL program with --version.
func programVersion(path string) (version string, major int, err error) {
	version, err = printed(path, "--version")
	if err != nil {
		return "", 0, fmt.Errorf("asking %s for its version: %w", path, err)
	}
	major, err = pgserver.MajorOf(path, version)
	return version, major, err
}

// answers holds a func() (string, error) for each program that was asked.
var answers sync.Map

// printed is what a program prints with the argument, without the blanks around
// it. A process asks each program once: every fresh database and every dump
// needs to know, and to start a dozen programs takes longer than either.
func printed(program, arg string) (string, error) {
	path, err := exec.LookPath(program) // PATH may be another one by the next call
	if err != nil {
		return "", err
	}
	ask, _ := answers.LoadOrStore(path+" "+arg, sync.OnceValues(func() (string, error) {
		out, err := exec.Command(path, arg).Output()
		return strings.TrimSpace(string(out)), err
	}))
	return ask.(func() (string, error))()
}
