package pgserver

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An Install is one PostgreSQL installation that can start servers.
type Install struct {
	Bin     string // directory with initdb and postgres
	Version string // what postgres --version prints, such as "postgres (PostgreSQL) 17.10"
	Major   int
}

// OldestMajor is the first major gen supports. Older servers are not offered.
const OldestMajor = 13

// usual are the places where distributions and installers put the programs,
// as patterns: Debian, RPMs of postgresql.org, Alpine and openSUSE, the
// sources, Homebrew on both kinds of Macs, MacPorts, Postgres.app.
func usual() []string {
	return []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/lib/postgresql*/bin", "/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/opt/local/lib/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}
}

// Find lists the installations of this machine, newest major first and each
// major once: those in bins, which must hold one, before those of PATH, of
// pg_config and of the usual directories.
func Find(bins []string) ([]Install, error) {
	var found []Install
	add := func(in *Install, err error) {
		if err == nil && in.Major >= OldestMajor && !slices.ContainsFunc(found, func(f Install) bool { return f.Major == in.Major }) {
			found = append(found, *in)
		}
	}
	for _, bin := range bins {
		in, err := Probe(bin)
		if err != nil {
			return nil, err
		}
		add(in, nil)
	}
	for _, bin := range candidates() {
		add(Probe(bin)) // what is no installation is passed over
	}
	slices.SortFunc(found, func(a, b Install) int { return cmp.Compare(b.Major, a.Major) })
	return found, nil
}

// candidates are the directories in which programs may be.
func candidates() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // initdb stands beside the program, not beside the link
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range usual() {
		found, _ := filepath.Glob(pattern) // the patterns are well-formed
		dirs = append(dirs, found...)
	}
	return dirs
}

// Probe asks the postgres program in bin for its version.
func Probe(bin string) (*Install, error) {
	if !IsServerBin(bin) {
		return nil, fmt.Errorf("%s: no initdb and postgres in it", bin)
	}
	path := filepath.Join(bin, "postgres")
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("asking %s for its version: %w", path, err)
	}
	version := strings.TrimSpace(string(out))
	major, err := MajorOf(path, version)
	if err != nil {
		return nil, err
	}
	return &Install{Bin: bin, Version: version, Major: major}, nil
}

// IsServerBin reports whether a directory holds the programs of a server.
func IsServerBin(bin string) bool {
	return IsProgram(filepath.Join(bin, "initdb")) && IsProgram(filepath.Join(bin, "postgres"))
}

// IsProgram reports whether path is a file that may be run.
func IsProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

var versionNumber = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// MajorOf is the major version in what a PostgreSQL program prints with --version.
func MajorOf(path, version string) (int, error) {
	m := versionNumber.FindStringSubmatch(version)
	if m == nil {
		return 0, fmt.Errorf("%s --version prints %q, which is not PostgreSQL", path, version)
	}
	return strconv.Atoi(m[1])
}
