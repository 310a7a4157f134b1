package observe

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

	inTheWay []*sql.Conn
	waited   bool
	taken    []Lock
	err      error
}

const behindQuery = `SELECT n.nspname::text, c.relname::text, l.mode,
	c.relkind IN ('r', 'p', 'v', 'm', 'f')
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock'
AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND EXISTS (SELECT FROM pg_catalog.pg_locks w WHERE w.pid = $1 AND NOT w.granted)`

// Behind begins a transaction with each of the statements inTheWay, on connections
// of db, and then watches the session of the process pid in the same database.
// The statement under watch must be sent afterwards, and End called when it is
// over. The transactions are rolled back one after the other as the statement
// waits, so that it always comes to its end.
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
	w.inTheWay = append(w.inTheWay, conn)
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
		waits, err := w.look(ctx, looker, pid)
		if err != nil {
			if ctx.Err() != nil {
				return nil // End came first
			}
			return err
		}
		if waits {
			w.waited = true
			w.releaseFirst()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	return nil
}

// look notes what the session has and waits for, if it waits.
func (w *Watch) look(ctx context.Context, looker *sql.Conn, pid int) (waits bool, err error) {
	rows, err := looker.QueryContext(ctx, behindQuery, pid)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var name schema.Name
		var mode string
		var table bool
		if err := rows.Scan(&name.Schema, &name.Local, &mode, &table); err != nil {
			return false, err
		}
		waits = true
		if table {
			w.taken = append(w.taken, Lock{Relation: name, Mode: modeName(mode)})
		}
	}
	return waits, rows.Err()
}

func (w *Watch) release() {
	for len(w.inTheWay) > 0 {
		w.releaseFirst()
	}
}

// releaseFirst ends the first transaction in the way, also when all is cancelled.
func (w *Watch) releaseFirst() {
	conn := w.inTheWay[0]
	w.inTheWay = slices.Delete(w.inTheWay, 0, 1)
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
