package spawn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// guardScript starts a server and outlives the process just long enough
// to stop it and remove its files. Its standard input is a pipe whose other
// end only this process holds, so end of file means that process ended:
// by returning, by a panic, by a signal it could not catch.
//
// (Pdeathsig would not do: Linux sends it when the parent *thread* ends, which
// Go does not let a program control, and nobody would remove the directory.)
//
// $1 is the directory to remove, $2 the signal that stops the server, the rest
// its command line. The file "exit" in the directory says that the server has
// ended.
//
// The signal is sent until the server has ended: what a shell starts in the
// background ignores SIGINT and SIGQUIT (POSIX, Shell & Utilities, 2.11) until it
// has set up signals of its own, and one that came before would be lost. A pid is
// signalled only while unreaped, or a moment later, so it is not another's.
const guardScript = `
dir=$1 signal=$2
shift 2
exec 3<&0
"$@" </dev/null >"$dir/log" 2>&1 3<&- &
server=$!
{ read -r _ <&3; while kill -s "$signal" "$server"; do sleep 0.1; done; } 2>/dev/null &
watch=$!
wait "$server"
echo $? >"$dir/exit"
kill "$watch" 2>/dev/null
read -r _ <&3
rm -rf "$dir"
`

// A Server is a running server with the shell that guards it.
type Server struct {
	Dir  string         // removed when the server has ended
	Port int            // on 127.0.0.1
	pipe io.WriteCloser // closing it stops the server
	sh   *exec.Cmd
	lock func() // releases the directory: see RemoveStale
}

// A Recipe is how to start one product's server.
type Recipe struct {
	Name    string                              // begins its directory's name
	Root    string                              // where the directory is made; empty: Root()
	Signal  string                              // ends it at once: "QUIT"
	Prepare func(dir string) error              // fills dir; what it makes is then given to the account
	Command func(dir string, port int) []string // the server in the foreground
	Ready   func(dir string) bool               // whether it, and no other server, accepts connections
}

// Start starts the server in a new directory on a free port and returns when it
// is ready.
func (r Recipe) Start(ctx context.Context, who Account) (*Server, error) {
	// A port that was free may be taken before the server binds it.
	for attempt := 1; ; attempt++ {
		g, err := r.startOnce(ctx, who)
		if err == nil || attempt == 5 || !errors.Is(err, errPortTaken) {
			return g, err
		}
	}
}

var errPortTaken = errors.New("the port is taken")

func (r Recipe) startOnce(ctx context.Context, who Account) (_ *Server, err error) {
	dir, err := os.MkdirTemp(cmp.Or(r.Root, Root()), r.Name+"-")
	if err != nil {
		return nil, err
	}
	guard := false // from its start on it removes dir
	release, err := own(dir)
	defer func() {
		if !guard {
			os.RemoveAll(dir)
			release()
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := who.Own(dir); err != nil {
		return nil, err
	}
	if err := r.Prepare(dir); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if err := who.Own(dir); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	g, err := StartGuarded(who, dir, r.Signal, r.Command(dir, port)...)
	if err != nil {
		return nil, err
	}
	guard = true
	g.Port, g.lock = port, release
	if err := g.WaitReady(ctx, func() bool { return r.Ready(dir) }); err != nil {
		if strings.Contains(g.LogTail(), "Address already in use") {
			err = errPortTaken
		}
		g.Stop()
		return nil, err
	}
	return g, nil
}

// StartGuarded starts command under the guard as the account. dir must exist and
// belong to it.
func StartGuarded(who Account, dir, signal string, command ...string) (*Server, error) {
	sh := exec.Command("/bin/sh", append([]string{"-c", guardScript, "gen-guard", dir, signal}, command...)...)
	sh.Dir = dir
	sh.Env = CleanEnv()
	sh.SysProcAttr = who.guardAttr()
	pipe, err := sh.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := sh.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command[0], err)
	}
	return &Server{Dir: dir, pipe: pipe, sh: sh}, nil
}

// Stop ends the server and returns when it is gone and its files are removed.
func (g *Server) Stop() {
	g.pipe.Close()
	g.sh.Wait()
	if g.lock != nil {
		g.lock()
	}
}

// exited reports whether the server has ended by itself.
func (g *Server) exited() bool {
	_, err := os.Stat(filepath.Join(g.Dir, "exit"))
	return err == nil
}

// LogTail is the end of what the server has printed.
func (g *Server) LogTail() string {
	text, _ := os.ReadFile(filepath.Join(g.Dir, "log"))
	const most = 4000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return string(text)
}

// StartTimeout is generous: a loaded machine with slow disks must not fail.
const StartTimeout = 90 * time.Second

// WaitReady polls until ready says so. It errors when the server ends first or
// takes longer than StartTimeout.
func (g *Server) WaitReady(ctx context.Context, ready func() bool) error {
	deadline := time.Now().Add(StartTimeout)
	for !ready() {
		if g.exited() {
			return fmt.Errorf("the server ended while starting:\n%s", g.LogTail())
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server was not ready after %v:\n%s", StartTimeout, g.LogTail())
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// freePort asks the kernel for a TCP port on loopback that is free now. Another
// process may take it before the server binds it: callers start again then.
func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// CleanEnv is the environment of servers and tools: no PG* or MYSQL_* settings of
// the developer, and messages in English.
func CleanEnv() []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if name == "TZ" || name == "LANG" || name == "LANGUAGE" || strings.HasPrefix(name, "LC_") ||
			strings.HasPrefix(name, "PG") || strings.HasPrefix(name, "MYSQL_") {
			continue
		}
		env = append(env, entry)
	}
	return env
}

// RunAs runs a program to its end as the account and errors with what it printed.
func RunAs(ctx context.Context, who Account, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = CleanEnv()
	cmd.SysProcAttr = who.attr()
	out, err := cmd.CombinedOutput()
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("running %s %s: %w (every directory above it must be open to that account)", program, who, err)
	}
	if err != nil {
		return fmt.Errorf("running %s %s: %w\n%s", program, who, err, out)
	}
	return nil
}
