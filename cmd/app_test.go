package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignalled: who stops a command by a signal is told so, with the
// signal's own exit status; what has been told already stays as it is.
func TestSignalled(t *testing.T) {
	stopped := func(s syscall.Signal) context.Context {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(signalError{s})
		return ctx
	}
	failed := errors.New("context canceled")
	for _, tt := range []struct {
		name string
		ctx  context.Context
		err  error
		code int
		text string
	}{
		{"nothing wrong", stopped(syscall.SIGINT), nil, 0, ""},
		{"no signal", context.Background(), failed, 2, "context canceled"},
		{"SIGINT", stopped(syscall.SIGINT), failed, 130, "stopped by a signal: interrupt"},
		{"SIGTERM", stopped(syscall.SIGTERM), failed, 143, "stopped by a signal: terminated"},
		{"what it was at stands below", stopped(syscall.SIGINT), errors.New("reading\nmore"), 130, "stopped by a signal: interrupt\n    reading\n    more"},
		{"told already", stopped(syscall.SIGINT), &exitError{code: 4}, 4, "exit status 4"},
	} {
		err := signalled(tt.ctx, tt.err)
		if tt.err == nil {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if code := exitCode(err); code != tt.code || errorText(err) != tt.text {
			t.Errorf("%s: %d %q, want %d %q", tt.name, code, errorText(err), tt.code, tt.text)
		}
	}
}

// TestAnswerCutOff: what could not be written to stdout is an error, in JSON
// and with a finding too.
func TestAnswerCutOff(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"--format", "json", "heads"}, {"history"}} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "migrations"), 0o700); err != nil {
			t.Fatal(err)
		}
		const file = "-- revision: 4be0c9a1d7f2\n-- parents:\n-- dialect: sqlite\n\n-- gen:up\nSELECT 1;\n"
		if err := os.WriteFile(filepath.Join(dir, "migrations", "a.sql"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		var speech strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: fullDisk{}, stderr: &speech, getenv: func(string) string { return "" }, now: time.Now}
		if code := a.run(context.Background(), append([]string{"-C", dir}, args...)); code != exitWrong || !strings.Contains(speech.String(), "disk full") {
			t.Errorf("%v: exit %d, %q", args, code, speech.String())
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }
