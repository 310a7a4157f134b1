package migrations

import (
	"context"
	"slices"
	"time"
)

// A transaction is long when it has been open for longTransaction. One look is good
// for lookAgain: a thousand short revisions ask the server once or twice.
const (
	longTransaction = time.Minute
	lookAgain       = 5 * time.Second
)

// strong reports whether a statement takes a lock that others would queue up
// behind, or waits for old transactions as CONCURRENTLY does. Of a procedure, a DO
// block and a Go function nobody can tell, so they count.
func strong(words []string) bool {
	switch word(words, 0) {
	case "", "ALTER", "DROP", "TRUNCATE", "LOCK", "CLUSTER", "REINDEX", "REFRESH", "DO", "CALL":
		return true
	case "VACUUM":
		return contains(words, "FULL")
	case "CREATE":
		return slices.ContainsFunc([]string{"INDEX", "TRIGGER", "RULE", "POLICY", "REFERENCES", "PARTITION", "INHERITS"},
			func(w string) bool { return contains(words, w) })
	}
	return false
}

// beforeLocks warns of long transactions before units take strong locks: those that
// nobody was told of in this run. The caller has no transaction open, in which the
// server would show the past.
func (x *run) beforeLocks(ctx context.Context, us []unit) {
	if x.dialect != Postgres || x.outer || time.Since(x.looked) < x.opts.lookAgain {
		return
	}
	rules := postgresRules()
	if !slices.ContainsFunc(us, func(u unit) bool { return u.statement == nil || strong(statementWords(rules, u.statement.SQL)) }) {
		return
	}
	x.longTransactions(ctx)
}

// longTransactions tells of transactions that a strong lock would wait for, and
// everybody behind it.
func (x *run) longTransactions(ctx context.Context) {
	if x.dialect != Postgres {
		return
	}
	x.looked = time.Now()
	open, err := readBlockers(ctx, x.conn, `WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.backend_type = 'client backend' AND a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $1) ORDER BY a.xact_start, a.pid`,
		x.opts.longTransaction.Seconds())
	if err != nil {
		return // a warning that cannot be had stops nobody
	}
	open = slices.DeleteFunc(open, x.told)
	if len(open) == 0 {
		return
	}
	for _, b := range open {
		x.opts.log.WarnContext(ctx, "a transaction has been open for long; statements that need its tables will wait", "holder", b.String())
	}
	if f := x.opts.hooks.LongTransactions; f != nil {
		f(ctx, open)
	}
}

// told reports whether this run has spoken of the transaction before, and notes
// that it has now. A process is known by its id and the begin of its transaction.
func (x *run) told(b Blocker) bool {
	began := x.looked.Add(-b.Age)
	if last, ok := x.spoken[b.PID]; ok && began.Sub(last).Abs() < 2*time.Second {
		return true
	}
	if x.spoken == nil {
		x.spoken = map[int]time.Time{}
	}
	x.spoken[b.PID] = began
	return false
}
