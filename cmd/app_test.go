package cmd

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/gen-migrate/gen/diff"
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
		{"SIGINT", stopped(syscall.SIGINT), failed, 130, "stopped by a signal: interrupt\ncontext canceled"},
		{"SIGTERM", stopped(syscall.SIGTERM), failed, 143, "stopped by a signal: terminated\ncontext canceled"},
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

// TestObjectOf: a hazard in a revision's header names something a reviewer
// can find.
func TestObjectOf(t *testing.T) {
	for _, tt := range []struct {
		line diff.Line
		want string
	}{
		{diff.Line{Kind: "column", Object: "orders.note", Detail: "text"}, "orders.note"},
		{diff.Line{Kind: "check", Object: "check", Detail: "on orders (total >= 0)"}, "check on orders"},
		{diff.Line{Kind: "check", Object: "check positive", Detail: "on orders (total >= 0)"}, "check positive"},
	} {
		if got := objectOf(tt.line); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.line, got, tt.want)
		}
	}
}
