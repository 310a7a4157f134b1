package migrations

import (
	"log/slog"
	"time"
)

type options struct {
	log         *slog.Logger
	lockWait    time.Duration // negative: as long as the context lasts
	lockTimeout time.Duration
	retries     int
	schema      string
	funcs       map[string]Func
	vars        map[string]string
	hooks       Hooks
	appliedBy   string
	tool        string
	detail      func(error) Detail
	allowAhead  bool
	acceptLoss  []string
	lockMode    LockMode
	span        Span
	timeouts    StatementTimeouts

	longTransaction, lookAgain time.Duration // constants but for tests
}

// detailOf reads an error with the caller's function, and with the default one
// where that knows nothing.
func (o *options) detailOf(err error) Detail {
	d := o.detail(err)
	if d == (Detail{}) {
		d = errorDetail(err)
	}
	if d.Message == "" {
		d.Message = err.Error()
	}
	return d
}

// Option changes a Runner.
type Option func(*options)

// WithSlog sends records of runs, waits and retries to log. Default: none.
func WithSlog(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// WithLockWait limits the wait for another run. 0 does not wait at all.
// Default: as long as the context lasts.
func WithLockWait(d time.Duration) Option { return func(o *options) { o.lockWait = max(d, 0) } }

// WithLockTimeout is PostgreSQL's lock_timeout for steps that name none.
// Default 5 s, NoTimeout for none.
func WithLockTimeout(d time.Duration) Option { return func(o *options) { o.lockTimeout = d } }

// WithRetries is how often a step that failed on a lock_timeout or deadlock is
// tried again. Default 10.
func WithRetries(n int) Option { return func(o *options) { o.retries = n } }

// WithSchema names the PostgreSQL schema of the version table; a missing
// schema is created. Default: where search_path has the table, else its first
// schema.
func WithSchema(schema string) Option { return func(o *options) { o.schema = schema } }

// WithFunc registers the function of "-- gen:go name" steps.
func WithFunc(name string, f Func) Option {
	return func(o *options) {
		if o.funcs == nil {
			o.funcs = map[string]Func{}
		}
		o.funcs[name] = f
	}
}

// WithVars sets the variables that revisions declare with "-- vars:".
func WithVars(vars map[string]string) Option { return func(o *options) { o.vars = vars } }

// WithHooks has h called as runs go on.
func WithHooks(h Hooks) Option { return func(o *options) { o.hooks = h } }

// WithAppliedBy names who runs, for the version table. Default user@host.
func WithAppliedBy(who string) Option { return func(o *options) { o.appliedBy = who } }

// WithTool names the program and its version, for the version table. Default
// gen (library).
func WithTool(tool string) Option { return func(o *options) { o.tool = tool } }

// WithErrorDetail reads a driver's errors. The default, which also serves where
// f returns nothing, understands pgx and lib/pq by the names of their fields.
func WithErrorDetail(f func(error) Detail) Option { return func(o *options) { o.detail = f } }

// WithAllowAhead lets RequireHead pass when the database holds revisions that
// this program does not know: an older program beside a newer database.
func WithAllowAhead() Option { return func(o *options) { o.allowAhead = true } }

// LockMode says how runs keep out of each other's way on PostgreSQL.
type LockMode int

const (
	// LockSession is an advisory lock that the run's connection holds from its
	// first write to its end. It needs a session of the server's own: not a
	// pooler that gives each transaction another one.
	LockSession LockMode = iota
	// LockTransaction takes the lock anew in each transaction, and looks whether
	// another run was faster. It works through any pooler, and refuses
	// statements that run outside transactions or change the session.
	LockTransaction
)

// WithLock chooses the lock. Default LockSession. SQLite knows one way only.
func WithLock(m LockMode) Option { return func(o *options) { o.lockMode = m } }

// Span says how much one transaction holds.
type Span int

const (
	SpanStep     Span = iota // what the file says: a step, or a part of one
	SpanRevision             // a revision
	SpanRun                  // all that the run does
	// SpanStatement is a statement, whatever the file says: a run that measures what
	// each one does, on a database that is thrown away. What a step sets for its
	// transaction (SET LOCAL) does not reach the next statement.
	SpanStatement
)

// wide reports whether a transaction holds more than the file says.
func (s Span) wide() bool { return s == SpanRevision || s == SpanRun }

// WithTransaction widens the transactions beyond what the files say. Revisions
// that cannot run so are refused before anything is changed: those with
// statements outside transactions, with tx=batch, or with steps that need
// different settings. A run in one transaction holds every lock to its end.
func WithTransaction(s Span) Option { return func(o *options) { o.span = s } }

// StatementTimeouts limit statements by what they are; a step's own
// statement_timeout wins. 0 and NoTimeout are no limit.
type StatementTimeouts struct {
	Transaction time.Duration // in a step's transaction
	Batch       time.Duration // each turn of a tx=batch step
	Outside     time.Duration // outside transactions: CREATE INDEX CONCURRENTLY, VACUUM, …
}

// WithStatementTimeouts sets them. Default none.
func WithStatementTimeouts(t StatementTimeouts) Option { return func(o *options) { o.timeouts = t } }

// WithAcceptDataLoss names revisions whose way back may lose the data that their
// files say it loses (gen:loses): full ids or beginnings of four characters and
// more. Without it Downgrade returns a *DataLossError before it changes anything.
func WithAcceptDataLoss(revisions ...string) Option {
	return func(o *options) { o.acceptLoss = append(o.acceptLoss, revisions...) }
}
