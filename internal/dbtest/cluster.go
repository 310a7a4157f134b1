package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/internal/pgserver"
	"github.com/gen-migrate/gen/internal/spawn"
)

// cluster is a running PostgreSQL server.
type cluster struct {
	*pgserver.Install
	*spawn.Server
}

// templateArgs are initdb's. Locale C makes texts and orders the same on every
// machine; 1 MB of WAL instead of 16 halves what each start must copy.
func templateArgs(major int, data string) []string {
	args := []string{"-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
		"--wal-segsize=1", "--no-sync"}
	if major >= 14 {
		args = append(args, "--no-instructions")
	}
	return args
}

// hostAccess is pg_hba.conf: the administrator needs no password, everyone else
// does, so that tests can be refused.
const hostAccess = `local all postgres trust
host all postgres 127.0.0.1/32 trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`

// serverSettings trade durability for speed (the data lives as long as the test
// process) and fix what would differ between machines.
var serverSettings = []string{
	"listen_addresses=127.0.0.1",
	"fsync=off",
	"synchronous_commit=off",
	"full_page_writes=off",
	"wal_level=minimal",
	"max_wal_senders=0",
	"max_wal_size=1GB",
	"checkpoint_timeout=1h",
	"autovacuum=off",
	"jit=off",
	"shared_buffers=32MB",
	"max_connections=100",
	"max_locks_per_transaction=512", // benchmarks make 5,000 tables in one transaction
	"password_encryption=scram-sha-256",
	"timezone=UTC",
	"log_timezone=UTC",
	"lc_messages=C",
}

// startCluster starts a server of in with an empty data directory.
func startCluster(in *pgserver.Install) (*cluster, error) {
	who, err := spawn.ChooseAccount()
	if err != nil {
		return nil, err
	}
	return startClusterAs(who, in)
}

func startClusterAs(who spawn.Account, in *pgserver.Install) (*cluster, error) {
	template, err := templateOf(who, in)
	if err != nil {
		return nil, err
	}
	var reached *pgserver.Install // in, or a copy of it in the server's directory
	g, err := spawn.Recipe{
		Name:   fmt.Sprintf("gen-test-pg%d", in.Major),
		Signal: "QUIT", // the immediate shutdown: nothing is worth a checkpoint
		Prepare: func(dir string) (err error) {
			if reached, err = pgserver.Reachable(context.Background(), who, in, dir); err != nil {
				return err
			}
			return copyTree(template, filepath.Join(dir, "data"))
		},
		Command: func(dir string, port int) []string { return serverCommand(reached.Bin, dir, port) },
		Ready:   pgserver.Ready,
	}.Start(context.Background(), who)
	if err != nil {
		return nil, fmt.Errorf("starting %s %s: %w", in.Version, who, err)
	}
	return &cluster{Install: in, Server: g}, nil
}

func serverCommand(bin, dir string, port int) []string {
	command := []string{filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"),
		"-c", "port=" + strconv.Itoa(port), "-c", "unix_socket_directories=" + pgserver.SocketDir(dir)}
	for _, setting := range serverSettings {
		command = append(command, "-c", setting)
	}
	return command
}

// templateOf is a data directory as initdb made it for in, cached per version
// under CacheDir. Test processes at the same time wait for each other, and the
// template appears by a rename, so none sees half of one.
func templateOf(who spawn.Account, in *pgserver.Install) (string, error) {
	root := filepath.Join(CacheDir(), "pg-template")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", err
	}
	template := filepath.Join(root, templateName(in))
	release, err := spawn.LockFile(template + ".lock")
	if err != nil {
		return "", err
	}
	defer release()
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}

	// The account may not reach the cache directory: make it outside, move it in.
	work, err := os.MkdirTemp(spawn.Root(), "gen-test-initdb-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := who.Own(work); err != nil {
		return "", err
	}
	reached, err := pgserver.Reachable(context.Background(), who, in, work)
	if err != nil {
		return "", err
	}
	data := filepath.Join(work, "data")
	if err := spawn.RunAs(context.Background(), who, work, filepath.Join(reached.Bin, "initdb"), templateArgs(in.Major, data)...); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(hostAccess), 0o600); err != nil {
		return "", err
	}
	half, err := os.MkdirTemp(root, "half-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(half)
	if err := copyTree(data, filepath.Join(half, "data")); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(half, "data"), template); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return template, nil
}

// templateName changes with all that goes into a template, so that none made by
// another release of the server or of this package is used.
func templateName(in *pgserver.Install) string {
	made := sha256.New()
	fmt.Fprintf(made, "%s %q %s", in.Bin, templateArgs(in.Major, ""), hostAccess)
	return fmt.Sprintf("%s-%x", fileName(in.Version), made.Sum(nil)[:6])
}

// fileName turns a version line into a file name.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '+':
			return r
		}
		return '_'
	}, s)
}

// copyTree copies directories and regular files, private to their owner as
// PostgreSQL demands. Anything else in a template would be a surprise: an error.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.Mkdir(target, 0o700)
		case d.Type().IsRegular():
			return copyFile(path, target)
		}
		return fmt.Errorf("%s is neither a directory nor a regular file", path)
	})
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := dst.ReadFrom(src); err != nil {
		dst.Close()
		return err
	}
	return dst.Close()
}
