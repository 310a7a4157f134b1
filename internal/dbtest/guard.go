package dbtest

import (
	"cmp"
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

// guardScript starts a server and outlives the test process just long enough
// to stop it and remove its files. Its standard input is a pipe whose other
// end only the test process holds, so end of file means that process ended:
// by returning, by a panic, by a signal it could not catch.
//
// (Pdeathsig would not do: Linux sends it when the parent *thread* ends, which
// Go does not let a test control, and nobody would remove the directory.)
//
// $1 is the directory to remove, $2 the signal that stops the server, the rest
// its command line. The file "exit" in the directory says that the server has
// ended. A pid is signalled only while unreaped, so it cannot be another's.
const guardScript = `
dir=$1 signal=$2
shift 2
exec 3<&0
"$@" </dev/null >"$dir/log" 2>&1 3<&- &
server=$!
{ read -r _ <&3; kill -s "$signal" "$server"; } 2>/dev/null &
watch=$!
wait "$server"
echo $? >"$dir/exit"
kill "$watch" 2>/dev/null
read -r _ <&3
rm -rf "$dir"
`

// guarded is a running server with the shell that guards it.
type guarded struct {
	dir  string         // removed when the server has ended
	port int            // on 127.0.0.1
	pipe io.WriteCloser // closing it stops the server
	sh   *exec.Cmd
}

// recipe is how to start one product's server.
type recipe struct {
	name    string                              // begins its directory's name
	root    string                              // where that is made; empty: runRoot
	signal  string                              // ends it at once
	prepare func(dir string) error              // fills dir; what it makes is then given to the account
	command func(dir string, port int) []string // the server in the foreground
	ready   func(dir string) bool               // whether it, and no other server, accepts connections
}

// start starts the server in a new directory on a free port and returns when it
// is ready.
func (r recipe) start(who account) (*guarded, error) {
	// A port that was free may be taken before the server binds it.
	for attempt := 1; ; attempt++ {
		g, err := r.startOnce(who)
		if err == nil || attempt == 5 || !errors.Is(err, errPortTaken) {
			return g, err
		}
	}
}

var errPortTaken = errors.New("the port is taken")

func (r recipe) startOnce(who account) (_ *guarded, err error) {
	dir, err := os.MkdirTemp(cmp.Or(r.root, runRoot()), "gen-test-"+r.name+"-")
	if err != nil {
		return nil, err
	}
	guard := false // from its start on it removes dir
	defer func() {
		if !guard {
			os.RemoveAll(dir)
		}
	}()
	if err := who.own(dir); err != nil {
		return nil, err
	}
	if err := r.prepare(dir); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if err := who.own(dir); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	g, err := startGuarded(who, dir, r.signal, r.command(dir, port)...)
	if err != nil {
		return nil, err
	}
	guard = true
	g.port = port
	if err := g.waitReady(func() bool { return r.ready(dir) }); err != nil {
		if strings.Contains(g.logTail(), "Address already in use") {
			err = errPortTaken
		}
		g.stop()
		return nil, err
	}
	return g, nil
}

// startGuarded starts command under the guard as the account. dir must exist and
// belong to it.
func startGuarded(who account, dir, signal string, command ...string) (*guarded, error) {
	sh := exec.Command("/bin/sh", append([]string{"-c", guardScript, "dbtest-guard", dir, signal}, command...)...)
	sh.Dir = dir
	sh.Env = cleanEnv()
	sh.SysProcAttr = who.guardAttr()
	pipe, err := sh.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := sh.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command[0], err)
	}
	return &guarded{dir: dir, pipe: pipe, sh: sh}, nil
}

// stop ends the server and returns when it is gone and its files are removed.
func (g *guarded) stop() {
	g.pipe.Close()
	g.sh.Wait()
}

// exited reports whether the server has ended by itself.
func (g *guarded) exited() bool {
	_, err := os.Stat(filepath.Join(g.dir, "exit"))
	return err == nil
}

// logTail is the end of what the server has printed.
func (g *guarded) logTail() string {
	text, _ := os.ReadFile(filepath.Join(g.dir, "log"))
	const most = 4000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return string(text)
}

// startTimeout is generous: a loaded machine with slow disks must not fail tests.
const startTimeout = 90 * time.Second

// waitReady polls until ready says so. It errors when the server ends first or
// takes longer than startTimeout.
func (g *guarded) waitReady(ready func() bool) error {
	deadline := time.Now().Add(startTimeout)
	for !ready() {
		if g.exited() {
			return fmt.Errorf("the server ended while starting:\n%s", g.logTail())
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server was not ready after %v:\n%s", startTimeout, g.logTail())
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

// cleanEnv is the environment of servers and tools: no PG* or MYSQL_* settings of
// the developer, and messages in English.
func cleanEnv() []string {
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

// runAs runs a program to its end as the account and errors with what it printed.
func runAs(who account, dir, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = cleanEnv()
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
