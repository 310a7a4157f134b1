package migrations

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Keyset is a walk over a table in the order of a unique key, some rows at a time.
type Keyset struct {
	// Name tells the walks of one revision apart; it keeps the place to resume at.
	Name string
	// Table and Key as SQL writes them: public.orders, id. The key is unique, not
	// null, and not the smallest value of its type nor the empty string.
	Table, Key string
	// Size is how many rows a turn takes; 0 is 1000.
	Size int
	// Throttle is how long to rest between two turns.
	Throttle time.Duration
}

// Range are the keys of one turn: After < key <= UpTo.
type Range[K int64 | string] struct{ After, UpTo K }

// Batches calls f for the rows of a table, a range of keys at a time, each in a
// transaction of its own that also notes how far it came: a run that was killed
// goes on behind the last range that committed, and no range runs twice. It is for
// the function of a "-- gen:go" step with tx=each, with the ctx and Tx that the
// function was given. f works on the Tx and neither commits nor rolls back.
func Batches[K int64 | string](ctx context.Context, tx Tx, k Keyset, f func(ctx context.Context, r Range[K]) error) error {
	fr, ok := ctx.Value(runKey{}).(funcRun)
	if !ok {
		return errors.New("migrations.Batches works only in the function of a gen:go step with tx=each, with the function's own context")
	}
	x, j := fr.run, fr.journey
	if k.Size <= 0 {
		k.Size = 1000
	}
	after, err := lastKey[K](ctx, x, k, j.rev.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the table is empty
	}
	if err != nil {
		return err
	}
	progress := x.progressOf(ctx, j, *fr.step, k.Table)
	next := "SELECT max(k), count(*) FROM (SELECT " + k.Key + " AS k FROM " + k.Table + " WHERE " + k.Key + " > ? ORDER BY " + k.Key + " LIMIT ?) AS page"
	for {
		var upTo sql.Null[K]
		var rows int64
		err := x.retrying(ctx, j.rev, x.settings(&Step{Tx: TxBatch, LockTimeout: fr.step.LockTimeout, StatementTimeout: fr.step.StatementTimeout}, false), func() error {
			if err := tx.QueryRowContext(ctx, x.store.bind(next), after, k.Size).Scan(&upTo, &rows); err != nil || !upTo.Valid {
				return err
			}
			if err := f(ctx, Range[K]{after, upTo.V}); err != nil {
				return err
			}
			return x.store.note(ctx, x.conn, event{run: x.id, revision: j.rev.ID, name: "batch", detail: map[string]any{"name": k.Name, "key": fmt.Sprint(upTo.V)}})
		})
		if err != nil {
			return fmt.Errorf("batch of %s behind %v: %w", k.Table, after, err)
		}
		if !upTo.Valid {
			return nil
		}
		after = upTo.V
		progress(rows)
		if err := rest(ctx, k.Throttle); err != nil {
			return err
		}
	}
}

// runKey finds the run in a function's context.
type runKey struct{}

type funcRun struct {
	run     *run
	journey *journey
	step    *Step
}

// lastKey is where an interrupted walk of this revision stopped: what its log says
// since the revision last began; before the first key when it says nothing.
func lastKey[K int64 | string](ctx context.Context, x *run, k Keyset, revision string) (K, error) {
	last, found, err := noted[K](ctx, x, k.Name, revision)
	p, number := any(&last).(*int64)
	if found || err != nil || !number {
		return last, err
	}
	// Not the smallest int64, which a narrower column would not take.
	var first sql.NullInt64
	if err := x.conn.QueryRowContext(ctx, "SELECT min("+k.Key+") FROM "+k.Table).Scan(&first); err != nil {
		return last, err
	}
	if !first.Valid {
		return last, sql.ErrNoRows
	}
	*p = first.Int64 - 1
	return last, nil
}

// noted is the key of the last turn that the log knows.
func noted[K int64 | string](ctx context.Context, x *run, name, revision string) (last K, found bool, err error) {
	rows, err := x.conn.QueryContext(ctx, x.store.bind("SELECT detail FROM "+x.store.log+" WHERE revision = ? AND event = 'batch' AND id > (SELECT max(id) FROM "+x.store.log+
		" WHERE revision = ? AND event = 'start') ORDER BY id DESC"), revision, revision)
	if err != nil {
		return last, false, fmt.Errorf("reading %s: %w", x.store.log, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var d struct{ Name, Key string }
		if err := rows.Scan(&text); err != nil {
			return last, false, fmt.Errorf("reading %s: %w", x.store.log, err)
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return last, false, fmt.Errorf("reading %s: %w", x.store.log, err)
		}
		if d.Name != name {
			continue
		}
		if p, ok := any(&last).(*string); ok {
			*p = d.Key
		} else if _, err := fmt.Sscan(d.Key, &last); err != nil {
			return last, false, fmt.Errorf("reading %s: key %q: %w", x.store.log, d.Key, err)
		}
		return last, true, nil
	}
	return last, false, rows.Err()
}

// batch repeats one statement, each time in a transaction of its own, until it
// affects no row; that last time commits together with the cursor.
func (x *run) batch(ctx context.Context, j *journey) error {
	at, step := j.row.Cursor, j.units[j.row.Cursor].of
	progress := x.progress(ctx, j, at)
	var before turns
	for {
		next, begun, finished := j.row, false, false
		var affected int64
		err := x.retrying(ctx, j.rev, x.settings(step, false), func() error {
			next, begun, finished = j.row, true, false
			rows, err := x.exec(ctx, j, at)
			if err != nil {
				return err
			}
			if err := x.keptLock(ctx, j, j.units[at:at+1]); err != nil {
				return err
			}
			affected = rows
			if rows < 0 {
				return errNoRowCount
			}
			if finished = rows == 0; !finished {
				return nil
			}
			return x.save(ctx, j, &next, at+1, "")
		})
		if err != nil {
			return x.explainTurn(ctx, j, err, begun, before)
		}
		if finished {
			return x.moved(ctx, j, next)
		}
		before.count++
		before.rows += affected
		progress(affected)
		if err := rest(ctx, step.Throttle); err != nil {
			return x.explainTurn(ctx, j, err, false, before)
		}
	}
}

// turns are those of a batch that this run has committed.
type turns struct {
	count int
	rows  int64
}

// explainTurn is explain for a turn of a batch, or for the rest before it: that
// one has begun nothing.
func (x *run) explainTurn(ctx context.Context, j *journey, err error, begun bool, before turns) error {
	reached := j.row.Cursor
	if begun {
		reached++
	}
	err = x.explain(ctx, j, err, j.row.Cursor, reached)
	if se, ok := errors.AsType[*StatementError](err); ok {
		se.Turns, se.Rows = before.count, before.rows
	}
	return err
}

var errNoRowCount = errors.New("the driver does not tell how many rows were affected, so tx=batch would never end")

// progress tells of the turns of a tx=batch step.
func (x *run) progress(ctx context.Context, j *journey, at int) func(rows int64) {
	u := j.units[at]
	rules, _ := rulesFor(x.dialect)
	t := &takeApart{tokens: statementTokens(rules, u.statement.SQL)}
	table := ""
	if t.skip("UPDATE") || t.skip("DELETE", "FROM") {
		t.skip("ONLY")
		table = t.name()
	}
	return x.progressOf(ctx, j, *u.of, table)
}

func (x *run) progressOf(ctx context.Context, j *journey, st Step, table string) func(rows int64) {
	ev := BatchEvent{Revision: j.rev, Step: st}
	started := time.Now()
	told := started
	if table != "" && x.dialect == Postgres {
		// An estimate that cannot be had is none: not worth an error.
		_ = x.conn.QueryRowContext(ctx, "SELECT greatest(reltuples, 0)::bigint FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)", strings.TrimSpace(table)).Scan(&ev.About)
	}
	return func(rows int64) {
		ev.Turns++
		ev.Rows += rows
		ev.Elapsed = time.Since(started)
		if f := x.opts.hooks.Batch; f != nil {
			f(ctx, ev)
		}
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			x.opts.log.InfoContext(ctx, "batch", "revision", j.rev.ID, "turns", ev.Turns, "rows", ev.Rows, "about", ev.About)
		}
	}
}

// rest sleeps, and returns early with an error when ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
