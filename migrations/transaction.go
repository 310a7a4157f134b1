package migrations

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// optimistic reports whether no lock outlives a transaction, so that each one must
// look whether another run was faster.
func (x *run) optimistic() bool { return x.dialect == SQLite || x.opts.lockMode == LockTransaction }

// transaction runs f in a transaction with a step's settings. When the run is
// optimistic it first makes sure that nobody wrote the tables since they were
// read; errStale tells that somebody did.
func (x *run) transaction(ctx context.Context, st *Step, f func() error) error {
	if x.outer {
		return f()
	}
	if err := x.sess.begin(ctx, st); err != nil {
		x.sess.rollback(ctx, st)
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	epoch := x.epoch
	err := x.guard(ctx)
	if err == nil {
		err = f()
	}
	if err == nil && x.optimistic() && x.store.exists {
		err = x.readEpoch(ctx, &epoch)
	}
	if err == nil {
		if err = x.sess.commit(ctx, st); err != nil {
			err = &commitError{err}
		}
	}
	if err != nil {
		x.sess.rollback(ctx, st)
		return err
	}
	x.epoch = epoch
	return nil
}

// commitError is a transaction whose statements went through and whose end did
// not.
type commitError struct{ err error }

func (e *commitError) Error() string { return "committing: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

// guard compares the log's last id with the one this run has seen.
func (x *run) guard(ctx context.Context) error {
	if !x.optimistic() || !x.store.exists {
		return nil
	}
	var now int64
	if err := x.readEpoch(ctx, &now); err != nil {
		return err
	}
	if now != x.epoch {
		return errStale
	}
	return nil
}

// journal makes one change of the tables. PostgreSQL does it in one statement,
// which needs no transaction around it.
func (x *run) journal(ctx context.Context, f func() error) error {
	if x.store.sql.loggedCTE && !x.optimistic() {
		return f()
	}
	return x.transaction(ctx, nil, f)
}

// retrying is transaction, tried again when it failed on a lock: a step that
// waits for a lock blocks everyone behind it, so it gives up soon and comes
// back later.
func (x *run) retrying(ctx context.Context, rev *Revision, st *Step, f func() error) error {
	for attempt := 1; ; attempt++ {
		err := x.transaction(ctx, st, f)
		se, _ := errors.AsType[*StatementError](err)
		if se != nil && attempt > 1 {
			se.Attempts = attempt
		}
		if err == nil || x.outer || attempt > x.opts.retries || !x.lockConflict(err) || ctx.Err() != nil {
			return err
		}
		// Full jitter, from half a second to thirty.
		most := min(500*time.Millisecond<<min(attempt-1, 6), 30*time.Second)
		pause := rand.N(most)
		told := err
		if se != nil {
			again := *se
			again.Attempts, again.MaxAttempts, again.NextIn = attempt, x.opts.retries+1, max(pause, 1)
			told = &again
		}
		x.opts.log.WarnContext(ctx, "a lock was not free; trying the step again", "revision", rev.ID, "attempt", attempt, "wait", pause, "err", told)
		if h := x.opts.hooks.Retry; h != nil {
			h(ctx, RetryEvent{Revision: rev, Attempt: attempt, Attempts: x.opts.retries + 1, Err: told, Wait: pause, Blockers: x.blockers()})
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			t.Stop()
			return err
		case <-t.C:
		}
	}
}

// lockConflict reports lock_not_available and deadlock_detected.
func (x *run) lockConflict(err error) bool {
	state := x.opts.detailOf(err).SQLState
	return state == "55P03" || state == "40P01"
}

func staleErr(err error) bool { return errors.Is(err, errStale) }

// touchesSession reports whether statements may have changed the session in a
// way that outlives them or hides the version table: only DDL and plain data
// statements surely do not.
func touchesSession(d Dialect, us []unit) bool {
	if d != Postgres {
		return false
	}
	rules := postgresRules()
	for _, u := range us {
		if u.statement == nil {
			return true
		}
		if !contains(plainOpenings, firstWord(&scanner{src: u.statement.SQL, rules: rules})) {
			return true
		}
	}
	return false
}

var plainOpenings = []string{"CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "TRUNCATE",
	"INSERT", "UPDATE", "DELETE", "MERGE", "REINDEX", "VACUUM", "ANALYZE", "CLUSTER", "LOCK", "REFRESH"}

func firstWord(s *scanner) string {
	for {
		t, err := s.next()
		if err != nil || t.kind == tokenEOF {
			return ""
		}
		switch t.kind {
		case tokenSpace, tokenLine, tokenBlock:
			continue
		}
		return significant(t, s.src[t.start:t.end])
	}
}
