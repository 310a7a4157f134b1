package observe

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gen-migrate/gen/schema"
)

// lookEvery is how often the other session looks, and mostWait after which time what
// is in the way goes whether the statement waits for it or not.
const (
	lookEvery = 3 * time.Millisecond
	mostWait  = 10 * time.Second
)

// A Watch sees the locks of a session that runs a statement outside a transaction,
// each time that it waits for one of the transactions in its way.
type Watch struct {
	cancel context.CancelFunc
	done   chan struct{}
	end    sync.Once

	inTheWay []blocker
	waited   bool
	taken    []Lock
	err      error
}

// A blocker is a transaction in the way, and the process of its session.
type blocker struct {
	conn *sql.Conn
	pid  int
}

const behindQuery = `SELECT n.nspname::text, c.relname::text, l.mode,
	c.relkind IN ('r', 'p', 'v', 'm', 'f')
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock'
AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

// blockersQuery are the processes that a statement waits for, not only for a lock on
// a relation: CREATE INDEX CONCURRENTLY waits for transactions to end.
const blockersQuery = `SELECT pg_catalog.array_to_string(pg_catalog.pg_blocking_pids($1), ',')`

// Behind begins a transaction with each of the statements inTheWay, on connections
// of db, and then watches the session of the process pid in the same database.
// The statement under watch must be sent afterwards, and End called when it is
// over. Each transaction is rolled back when the statement has waited for it, and all
// after ten seconds, so that it always comes to its end.
func Behind(ctx context.Context, db *sql.DB, pid int, inTheWay ...string) (*Watch, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &Watch{cancel: cancel, done: make(chan struct{})}
	for _, sql := range inTheWay {
		if err := w.block(ctx, db, sql); err != nil {
			w.release()
			cancel()
			return nil, fmt.Errorf("standing in the way with %s: %w", sql, err)
		}
	}
	looker, err := db.Conn(ctx)
	if err != nil {
		w.release()
		cancel()
		return nil, err
	}
	go func() {
		defer close(w.done)
		defer w.release()
		defer looker.Close()
		w.err = w.watch(ctx, looker, pid)
	}()
	return w, nil
}

// block puts a transaction in the way.
func (w *Watch) block(ctx context.Context, db *sql.DB, sql string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	w.inTheWay = append(w.inTheWay, blocker{conn: conn})
	last := &w.inTheWay[len(w.inTheWay)-1]
	if err := conn.QueryRowContext(ctx, "SELECT pg_catalog.pg_backend_pid()").Scan(&last.pid); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, sql)
	return err
}

// watch looks until nothing is in the way any more.
func (w *Watch) watch(ctx context.Context, looker *sql.Conn, pid int) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	begun := time.Now()
	for len(w.inTheWay) > 0 && time.Since(begun) < mostWait {
		if err := w.turn(ctx, looker, pid); err != nil {
			if ctx.Err() != nil {
				return nil // End came first
			}
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	return nil
}

// turn notes the locks of a session that waits for one in its way, and ends that
// one.
func (w *Watch) turn(ctx context.Context, looker *sql.Conn, pid int) error {
	var list string
	if err := looker.QueryRowContext(ctx, blockersQuery, pid).Scan(&list); err != nil {
		return err
	}
	pids := strings.Split(list, ",")
	i := slices.IndexFunc(w.inTheWay, func(b blocker) bool { return slices.Contains(pids, strconv.Itoa(b.pid)) })
	if i < 0 {
		return nil
	}
	w.waited = true
	if err := w.look(ctx, looker, pid); err != nil {
		return err
	}
	w.releaseOne(i)
	return nil
}

// look notes what the session has and waits for.
func (w *Watch) look(ctx context.Context, looker *sql.Conn, pid int) error {
	rows, err := looker.QueryContext(ctx, behindQuery, pid)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name schema.Name
		var mode string
		var table bool
		if err := rows.Scan(&name.Schema, &name.Local, &mode, &table); err != nil {
			return err
		}
		if table {
			w.taken = append(w.taken, Lock{Relation: name, Mode: modeName(mode)})
		}
	}
	return rows.Err()
}

func (w *Watch) release() {
	for len(w.inTheWay) > 0 {
		w.releaseOne(0)
	}
}

// releaseOne ends a transaction in the way, also when all is cancelled.
func (w *Watch) releaseOne(i int) {
	conn := w.inTheWay[i].conn
	w.inTheWay = slices.Delete(w.inTheWay, i, i+1)
	ctx, cancel := context.WithTimeout(context.Background(), mostWait)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "ROLLBACK") // a connection that is lost holds nothing any more
	_ = conn.Close()
}

// End ends the watch, and returns the strongest lock on each table that was seen.
// waited says whether anything was: a statement that none of those in its way
// kept from its end has not been seen.
func (w *Watch) End() (locks []Lock, waited bool, err error) {
	w.end.Do(w.cancel)
	<-w.done
	return strongest(w.taken), w.waited, w.err
}
