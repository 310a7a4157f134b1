package migrations

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"
)

// session is what a run asks of its pinned connection beyond statements. One
// connection does lock, statements and journal, so that losing it loses all
// three together.
type session interface {
	// locate finds the version table; it reads only.
	locate(ctx context.Context) (*store, error)
	// open takes the lock and sets the session up. The store is located.
	open(ctx context.Context, s *store) error
	// begin opens a transaction with a step's settings; st may be nil.
	begin(ctx context.Context, st *Step) error
	// commit ends it, after the step's own checks.
	commit(ctx context.Context, st *Step) error
	// rollback ends it, whatever state it is in.
	rollback(ctx context.Context, st *Step)
	// outside prepares for a statement without transaction; the function it
	// returns undoes that.
	outside(ctx context.Context, st *Step, words []string) (func(context.Context), error)
	// reset undoes what statements did to the session.
	reset(ctx context.Context) error
	// close gives up the lock and hands the connection back.
	close()
}

// newSession returns the session of a dialect on a connection.
func (m *Runner) newSession(conn *sql.Conn, command string) session {
	if m.dialect == SQLite {
		return &sqliteSession{conn: conn, opts: &m.opts, busy: -1}
	}
	return &postgresSession{db: m.db, conn: conn, opts: &m.opts, command: command}
}

// backoff waits between attempts: 50 ms growing to 1 s, with jitter so that
// waiters do not come in step.
type backoff struct{ next time.Duration }

// wait sleeps, and returns early with an error when ctx ends.
func (b *backoff) wait(ctx context.Context, most time.Duration) error {
	if b.next == 0 {
		b.next = 50 * time.Millisecond
	}
	d := b.next/2 + rand.N(b.next)
	b.next = min(b.next*3/2, time.Second)
	t := time.NewTimer(min(d, most))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// cleanup returns a context for the last words of a run whose own context may
// have ended.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
}

// waiting reports a wait to the caller, at once and then every five seconds.
type waiting struct {
	opts    *options
	started time.Time
	told    time.Time
}

// left is how long may still be waited; it is negative when the time is up.
func (w *waiting) left() time.Duration {
	if w.started.IsZero() {
		w.started = time.Now()
	}
	if w.opts.lockWait < 0 {
		return time.Hour
	}
	return w.opts.lockWait - time.Since(w.started)
}

// due reports whether it is time to tell the caller again.
func (w *waiting) due() bool { return w.told.IsZero() || time.Since(w.told) >= 5*time.Second }

func (w *waiting) tell(ctx context.Context, h Holder) {
	w.told = time.Now()
	waited := time.Since(w.started)
	w.opts.log.InfoContext(ctx, "waiting for the migration lock", "holder", h.String(), "waited", waited)
	if f := w.opts.hooks.LockWait; f != nil {
		f(ctx, h, waited)
	}
}
