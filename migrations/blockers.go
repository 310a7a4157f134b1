package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Blocker is a session that holds what somebody waits for, as PostgreSQL tells.
type Blocker struct {
	PID         int
	Application string
	User        string
	State       string        // "active", "idle in transaction", …
	Age         time.Duration // of its transaction
	Query       string        // running, or the last one
}

func (b Blocker) String() string {
	who := fmt.Sprintf("process %d", b.PID)
	for _, s := range []string{b.Application, b.User} {
		if s != "" {
			who += " " + s
		}
	}
	query, _, _ := strings.Cut(strings.TrimSpace(b.Query), "\n")
	if r := []rune(query); len(r) > 120 {
		query = string(r[:120]) + "…"
	}
	return fmt.Sprintf("%s, %s, in a transaction for %s: %s", who, b.State, b.Age.Round(time.Second), query)
}

const blockerColumns = `SELECT a.pid, coalesce(a.application_name, ''), coalesce(a.usename::text, ''), coalesce(a.state, ''),
  coalesce((extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint, 0), coalesce(a.query, '')
  FROM pg_catalog.pg_stat_activity a `

// readBlockers runs a query that begins with blockerColumns.
func readBlockers(ctx context.Context, q Tx, query string, args ...any) ([]Blocker, error) {
	rows, err := q.QueryContext(ctx, blockerColumns+query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Blocker
	for rows.Next() {
		var b Blocker
		var ms int64
		if err := rows.Scan(&b.PID, &b.Application, &b.User, &b.State, &ms, &b.Query); err != nil {
			return nil, err
		}
		b.Age = time.Duration(ms) * time.Millisecond
		out = append(out, b)
	}
	return out, rows.Err()
}

// The server tells who blocks whom only while somebody waits, so a second
// connection looks, first after this time, or half the lock_timeout if that is
// less.
const lookAfter = 500 * time.Millisecond

// watch looks for sessions that block the statement about to run, until the
// function it returns is called. A pool of one connection cannot look.
func (x *run) watch(ctx context.Context, rev *Revision, st *Step) (stop func()) {
	x.seen.Lock()
	x.blocked = nil
	x.seen.Unlock()
	p, ok := x.sess.(*postgresSession)
	if !ok || p.pid == 0 || x.db.Stats().MaxOpenConnections == 1 {
		return func() {}
	}
	first := lookAfter
	for _, t := range []time.Duration{x.opts.lockTimeout, st.LockTimeout} {
		if t > 0 {
			first = min(first, t/2)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	started := time.Now()
	timer := time.AfterFunc(first, func() {
		defer close(done)
		x.look(ctx, p.pid, rev, started)
	})
	return func() {
		cancel()
		if !timer.Stop() {
			<-done
		}
	}
}

// look polls until ctx ends. A connection that is not to be had, or fails, is no
// reason to stop: on a busy machine the next one is.
func (x *run) look(ctx context.Context, pid int, rev *Revision, started time.Time) {
	var told time.Time
	for ctx.Err() == nil {
		if conn, err := x.db.Conn(ctx); err == nil {
			told = x.lookThrough(ctx, conn, pid, rev, started, told)
			conn.Close()
		}
		pause(ctx)
	}
}

// lookThrough polls through a connection until that fails or ctx ends. told is
// when the hook was called last, before and after.
func (x *run) lookThrough(ctx context.Context, conn *sql.Conn, pid int, rev *Revision, started, told time.Time) time.Time {
	for ctx.Err() == nil {
		found, err := readBlockers(ctx, conn, "WHERE a.pid = ANY (pg_catalog.pg_blocking_pids($1::int)) ORDER BY a.xact_start, a.pid", pid)
		if err != nil {
			break
		}
		if len(found) > 0 {
			x.seen.Lock()
			x.blocked = found
			x.seen.Unlock()
			if f := x.opts.hooks.Blocked; f != nil && time.Since(told) > 5*time.Second && time.Since(started) >= time.Second {
				told = time.Now()
				f(ctx, BlockedEvent{Revision: rev, Blockers: found, Waited: time.Since(started)})
			}
		}
		pause(ctx)
	}
	return told
}

// pause waits for the next look.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(lookAfter):
	}
}

// blockers are those that were seen last.
func (x *run) blockers() []Blocker {
	x.seen.Lock()
	defer x.seen.Unlock()
	return slices.Clone(x.blocked)
}
