// Package cmd is the command line of gen: one file per command, each of the
// shape options, constructor, run. It joins the rooms and holds no logic of
// theirs. Only report.go prints errors and picks the exit status; only
// dialects.go knows which dialects there are.
package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gen-migrate/gen/migrations"
)

// An app is what every command is given: the outside world and the global
// flags. Tests build one with their own streams.
type app struct {
	stdin  io.Reader
	stdout io.Writer // the answer
	stderr io.Writer // speech: progress, hints, errors
	getenv func(string) string
	now    func() time.Time

	// Terminal facts; false in tests and pipes.
	stdinTTY, stdoutTTY, stderrTTY bool

	args    []string // of the command line
	globals globals
	timing  *timing
	secrets []secret // never to be printed; see secret.go
	warned  *serverWarnings

	helpless error // --help on a command that is not there
}

// globals are the flags every command takes.
type globals struct {
	url       string
	config    string
	dir       string
	env       string
	format    string
	quiet     bool
	verbose   bool
	noColor   bool
	timing    bool
	buildTags string
	vars      []string // -x key=value
}

// Main runs the command line of this process and returns its exit status:
// 0 done, 1 something was found, 2 anything wrong, and the runner's own codes
// (docs/commands.md). SIGINT and SIGTERM cancel; a second one ends at once,
// unless it comes with the first: timeout(1) and others signal the process and
// then its group.
func Main() int {
	a := &app{
		warned: &serverWarnings{},
		stdin:  os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv:    os.Getenv,
		now:       time.Now,
		stdinTTY:  isTerminal(os.Stdin),
		stdoutTTY: isTerminal(os.Stdout),
		stderrTTY: isTerminal(os.Stderr),
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		first := time.Now()
		cancel(signalError{s})
		for range signals {
			if time.Since(first) > 200*time.Millisecond {
				os.Exit(exitSignal(s))
			}
		}
	}()
	return a.run(ctx, os.Args[1:])
}

// run executes one command line and returns the exit status.
func (a *app) run(ctx context.Context, args []string) int {
	answer := &checkedWriter{w: a.stdout}
	a.stdout = answer
	root := newRootCmd(a)
	root.SetArgs(stepsLast(root, args))
	a.args = args
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := missingValue(root, args)
	if err == nil {
		err = cmp.Or(root.ExecuteContext(ctx), a.helpless)
	} else if asksForJSON(args) {
		a.globals.format = "json"
	}
	err = signalled(ctx, err)
	a.timing.print(a)
	if answer.err != nil {
		a.globals.format = "text" // stdout takes no JSON any more
		if err == nil || exitCode(err) == exitFound {
			err = withHint(fmt.Errorf("writing the answer: %w", answer.err), "what was written is incomplete")
		}
	}
	return a.report(err)
}

// A checkedWriter remembers the first error: a plan that a full disk cut off
// must not pass for the whole.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if c.err == nil {
		c.err = err
	}
	return n, err
}

// stepsLast moves arguments such as -1 behind a "--": to flag parsing they
// would be flags, to Alembic's users they are revisions. The value of a flag that
// takes a revision stays where it is.
func stepsLast(root *cobra.Command, args []string) []string {
	if slices.Contains(args, "--") {
		return args
	}
	var rest, steps []string
	for i, arg := range args {
		if isStep(arg) && !valueOfFlag(root, args, i) {
			steps = append(steps, arg)
		} else {
			rest = append(rest, arg)
		}
	}
	if len(steps) == 0 {
		return args
	}
	return append(append(rest, "--"), steps...)
}

// stepFlags are the flags of which -1 is a value like another.
var stepFlags = []string{"head", "depends-on", "onto", "rev-range", "message"}

// valueOfFlag reports whether args[i] is the value of one of these.
func valueOfFlag(root *cobra.Command, args []string, i int) bool {
	if i == 0 {
		return false
	}
	cmd, _, err := root.Find(slices.DeleteFunc(slices.Clone(args), isStep))
	if err != nil {
		return false
	}
	f := flagOf(cmd, args[i-1])
	return f != nil && slices.Contains(stepFlags, f.Name)
}

// missingValue finds a flag without the value it needs before a step: to flag
// parsing the "--" of stepsLast would be that value, and the step a flag.
func missingValue(root *cobra.Command, args []string) error {
	if slices.Contains(args, "--") || !slices.ContainsFunc(args, isStep) {
		return nil
	}
	rest := slices.DeleteFunc(slices.Clone(args), isStep)
	cmd, _, err := root.Find(rest)
	if err != nil || len(rest) == 0 {
		return nil // it will be told
	}
	var flags []string
	if last := len(args) - 1; !isStep(args[last]) || !valueOfFlag(root, args, last) {
		flags = append(flags, rest[len(rest)-1])
	}
	for i, arg := range args[1:] {
		if isStep(arg) && !valueOfFlag(root, args, i+1) {
			flags = append(flags, args[i])
		}
	}
	for _, arg := range flags {
		f := flagOf(cmd, arg)
		if f == nil || f.NoOptDefVal != "" {
			continue
		}
		what, _ := pflag.UnquoteUsage(f)
		hint := fmt.Sprintf("run `%s --help`", cmd.CommandPath())
		if f.Name == "accept-data-loss" {
			step := args[slices.IndexFunc(args, isStep)]
			hint = fmt.Sprintf("name the revision that may lose it; gen downgrade %s --dry-run shows which one does, and what", step)
		}
		return withHint(fmt.Errorf("%s needs a value: %s", arg, what), hint)
	}
	return nil
}

// flagOf is the flag that an argument of a command is, when its value is not in
// the same argument.
func flagOf(cmd *cobra.Command, arg string) *pflag.Flag {
	if name, long := strings.CutPrefix(arg, "--"); long {
		return cmd.Flag(name)
	}
	if len(arg) != 2 || arg[0] != '-' {
		return nil
	}
	if f := cmd.Flags().ShorthandLookup(arg[1:]); f != nil {
		return f
	}
	return cmd.InheritedFlags().ShorthandLookup(arg[1:])
}

func isStep(arg string) bool {
	n, err := strconv.Atoi(arg)
	return err == nil && n < 0
}

// path makes a path of the configuration or a flag relative to --dir.
func (a *app) path(p string) string {
	if p == "" || filepath.IsAbs(p) || a.globals.dir == "" {
		return p
	}
	return filepath.Join(a.globals.dir, p)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}

// signalled gives the error of a command that a signal stopped the status of
// that signal, and says so.
func signalled(ctx context.Context, err error) error {
	s, ok := context.Cause(ctx).(signalError)
	var exit *exitError
	if err == nil || !ok || errors.As(err, &exit) {
		return err
	}
	if se, ok := errors.AsType[*migrations.StatementError](err); ok && se.Stopped {
		// What the server said to the cancelling is nobody's concern.
		se.Detail = migrations.Detail{Message: "stopped by a signal: " + s.Error()}
		return &exitError{code: exitSignal(s.signal), err: err}
	}
	text := strings.ReplaceAll(err.Error(), "\n", "\n    ")
	if text == s.Error() || text == context.Canceled.Error() {
		return &exitError{code: exitSignal(s.signal), err: fmt.Errorf("stopped by a signal: %s", s)}
	}
	return &exitError{code: exitSignal(s.signal), err: &stoppedError{s, text, err}}
}

// A stoppedError is what a command was at when a signal stopped it.
type stoppedError struct {
	by   signalError
	text string
	err  error
}

func (e *stoppedError) Error() string {
	return fmt.Sprintf("stopped by a signal: %s\n    %s", e.by, e.text)
}
func (e *stoppedError) Unwrap() error { return e.err }

type signalError struct{ signal os.Signal }

func (e signalError) Error() string { return e.signal.String() }

func exitSignal(s os.Signal) int {
	if s == syscall.SIGTERM {
		return 143
	}
	return 130
}
