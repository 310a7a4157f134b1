package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/internal/spawn"
)

// Options say what a throw-away server is like.
type Options struct {
	User string // its superuser; empty: postgres
	Root string // where its directory is made; empty: TMPDIR, else in memory where there is room
}

// A Server is a running throw-away server.
type Server struct {
	Install

	user, password string
	process        *spawn.Server
}

// namePrefix begins the names of the servers' directories.
const namePrefix = "gen-scratch-pg"

// Start makes an empty cluster and starts its server: UTF8, locale C. What
// earlier ones have left behind is removed before. ctx ends the starting, not
// the server: that is Stop's.
func Start(ctx context.Context, in Install, o Options) (*Server, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.New("throw-away servers are started on Unix only")
	}
	who, err := spawn.ChooseAccount()
	if err != nil {
		return nil, err
	}
	return startAs(ctx, who, in, o)
}

func startAs(ctx context.Context, who spawn.Account, in Install, o Options) (*Server, error) {
	if o.User == "" || strings.HasPrefix(o.User, "pg_") { // such names are the server's own
		o.User = "postgres"
	}
	if o.Root == "" {
		o.Root = root()
	}
	spawn.RemoveStale(o.Root, namePrefix, who)
	s := &Server{Install: in, user: o.User, password: rand.Text()}
	var reached *Install
	process, err := spawn.Recipe{
		Name: namePrefix + strconv.Itoa(in.Major), Root: o.Root,
		Signal: "QUIT", // the immediate shutdown: nothing is worth a checkpoint
		Prepare: func(dir string) (err error) {
			if reached, err = Reachable(ctx, who, &in, dir); err != nil {
				return err
			}
			return s.initdb(ctx, who, reached, dir)
		},
		Command: func(dir string, port int) []string { return command(reached.Bin, dir, port) },
		Ready:   Ready,
	}.Start(ctx, who)
	if err != nil {
		return nil, fmt.Errorf("starting %s %s: %w", in.Version, who, err)
	}
	s.process = process
	return s, nil
}

// root is where the directories of servers are made.
func root() string {
	if dir := os.Getenv("TMPDIR"); dir != "" {
		return dir
	}
	return spawn.Root()
}

// Stop ends the server and returns when it is gone and its files are removed.
func (s *Server) Stop() { s.process.Stop() }

// URL is where the superuser reaches a database of the server.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(s.user, s.password), Path: "/" + database}
	q := url.Values{}
	if dir := SocketDir(s.process.Dir); dir != "" {
		q.Set("host", dir)
		q.Set("port", strconv.Itoa(s.process.Port))
	} else {
		u.Host = "127.0.0.1:" + strconv.Itoa(s.process.Port)
		q.Set("sslmode", "disable")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// initdb makes the cluster. Through the socket, which stands in a directory of
// this user alone, nobody is asked for the password; over TCP everybody is.
func (s *Server) initdb(ctx context.Context, who spawn.Account, in *Install, dir string) error {
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(s.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := who.Own(dir); err != nil {
		return err
	}
	args := []string{"-D", filepath.Join(dir, "data"), "-U", s.user, "--pwfile=" + password, "--auth-local=trust", "--auth-host=scram-sha-256",
		"-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync"}
	if in.Major >= 14 {
		args = append(args, "--no-instructions")
	}
	err := spawn.RunAs(ctx, who, dir, filepath.Join(in.Bin, "initdb"), args...)
	return errors.Join(err, os.Remove(password))
}

// settings trade durability for speed: the data lives as long as a command.
// lc_messages=C: gen reads some of the messages.
func settings() []string {
	return []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
		"max_wal_size=1GB", "checkpoint_timeout=1h", "autovacuum=off", "jit=off", "shared_buffers=32MB", "max_connections=20",
		"password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC", "lc_messages=C",
	}
}

func command(bin, dir string, port int) []string {
	listen := ""
	if SocketDir(dir) == "" {
		listen = "127.0.0.1"
	}
	words := []string{filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"),
		"-c", "port=" + strconv.Itoa(port), "-c", "unix_socket_directories=" + SocketDir(dir), "-c", "listen_addresses=" + listen}
	for _, s := range settings() {
		words = append(words, "-c", s)
	}
	return words
}

// SocketDir is dir when a socket's path in it fits the kernel's 107 bytes (103
// on BSD and macOS), else empty: no socket.
func SocketDir(dir string) string {
	most := 107
	if runtime.GOOS != "linux" {
		most = 103
	}
	if len(dir)+len("/.s.PGSQL.65535.lock") > most || strings.ContainsAny(dir, `,"`) {
		return ""
	}
	return dir
}

// Ready reads the state from the server's own postmaster.pid (line 8) in
// dir/data, so that no other server on the same port can be taken for ours.
func Ready(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready"
}

// Reachable is in where the account can run it, else a copy in dir: what root has
// in its own home is closed to every other account.
func Reachable(ctx context.Context, who spawn.Account, in *Install, dir string) (*Install, error) {
	if err := spawn.RunAs(ctx, who, dir, filepath.Join(in.Bin, "postgres"), "--version"); !errors.Is(err, fs.ErrPermission) {
		return in, err
	}
	moved := *in
	moved.Bin = filepath.Join(dir, "install", "bin")
	// The programs find their libraries and share directory beside their own.
	if out, err := exec.CommandContext(ctx, "cp", "-RP", filepath.Dir(in.Bin), filepath.Join(dir, "install")).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copying %s: %w\n%s", filepath.Dir(in.Bin), err, out)
	}
	if err := who.Own(dir); err != nil {
		return nil, err
	}
	return &moved, spawn.RunAs(ctx, who, dir, filepath.Join(moved.Bin, "postgres"), "--version")
}
