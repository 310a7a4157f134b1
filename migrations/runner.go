package migrations

import (
	"context"
	crand "crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"slices"
	"sync"
	"time"
)

// Runner applies and reverts the revisions of a directory on one database.
// Its methods may be called from several goroutines and processes at once: one
// of them works, the others wait and then find nothing left to do.
type Runner struct {
	db      *sql.DB
	dialect Dialect
	graph   *Graph
	opts    options
}

// Func is the body of a "-- gen:go Name" step. With tx=on it works in the
// step's transaction, which commits when it returns nil, and runs exactly
// once. With tx=each it works on the connection without a transaction, and
// runs again when the process died before its end was recorded.
type Func func(ctx context.Context, tx Tx) error

// Hooks are called as a run goes on, from its own goroutine. Any may be nil.
// On SQLite a revision that another process took over in the meantime ends
// with an error and is planned anew.
type Hooks struct {
	LockWait        func(ctx context.Context, holder Holder, waited time.Duration)
	BeforeRevision  func(ctx context.Context, ev RevisionEvent)
	BeforeStep      func(ctx context.Context, ev StepEvent)
	AfterStep       func(ctx context.Context, ev StepEvent) // done, or failed and rolled back: Err
	BeforeStatement func(ctx context.Context, ev StatementEvent)
	AfterStatement  func(ctx context.Context, ev StatementEvent)
	Retry           func(ctx context.Context, ev RetryEvent)
	// Batch is called after each turn of a batch.
	Batch func(ctx context.Context, ev BatchEvent)
	// Blocked is called, from a goroutine of its own, when a statement waits for
	// others, and then every five seconds.
	Blocked func(ctx context.Context, ev BlockedEvent)
	// LongTransactions is called before a statement takes a lock that others would
	// queue up behind, when transactions have been open for a minute and more: what
	// waits for them, others wait for. Each transaction is told of once.
	LongTransactions func(ctx context.Context, open []Blocker)
	AfterRevision    func(ctx context.Context, ev RevisionEvent)
}

// RevisionEvent is the start or end of a revision.
type RevisionEvent struct {
	Revision  *Revision
	Direction Direction
	Index     int // of Count revisions of this run, from 0
	Count     int
	Resumed   int           // statements an earlier run has done
	Duration  time.Duration // at the end
	Err       error         // at the end
}

// StepEvent is the start or end of a step of a revision. A step that is tried
// again has one start and one end; Retry tells of the attempts between.
type StepEvent struct {
	Revision  *Revision
	Direction Direction
	Step      Step
	Index     int // of Count steps of the section, from 0
	Count     int
	Duration  time.Duration // at the end
	Err       error         // at the end
}

// StatementEvent is the start or end of a statement or Go call.
type StatementEvent struct {
	Revision  *Revision
	Direction Direction
	Step      Step
	SQL       string // as sent; empty for a Go call
	Line, Col int    // where it stands in the file
	Index     int    // of Count statements of the revision, from 0
	Count     int
	Outside   bool          // sent outside any transaction
	Tx        Tx            // what it runs on; a hook may ask it until it returns
	Rows      int64         // affected, at the end; -1 when the driver does not tell
	Duration  time.Duration // at the end
	Err       error         // at the end
}

// RetryEvent is a step that was rolled back because of a lock and is tried
// again after Wait.
type RetryEvent struct {
	Revision *Revision
	Attempt  int // 1 after the first failure
	Attempts int // as often as it is tried at most
	Err      error
	Wait     time.Duration
	Blockers []Blocker // who had the lock, as far as could be seen
}

// BatchEvent is a finished turn of a tx=batch step, or of Batches.
type BatchEvent struct {
	Revision *Revision
	Step     Step
	Turns    int   // of this run
	Rows     int64 // affected in all of them
	// About is how many rows the table has as the server last estimated it, 0
	// when it does not say: the most there may be to do.
	About   int64
	Elapsed time.Duration
}

// BlockedEvent is a statement that waits for the locks of others.
type BlockedEvent struct {
	Revision *Revision
	Blockers []Blocker
	Waited   time.Duration
}

// Direction is up or down.
type Direction int

// The directions of a run.
const (
	Up Direction = iota
	Down
)

func (d Direction) String() string {
	if d == Down {
		return "down"
	}
	return "up"
}

// New reads the revision files of fsys, typically an embed.FS, and returns a
// Runner for db. It does not touch the database, and the Runner never closes
// it. A pool of one connection is enough.
func New(db *sql.DB, d Dialect, fsys fs.FS, opts ...Option) (*Runner, error) {
	dir, err := Load(d, fsys)
	if err != nil {
		return nil, err
	}
	return NewFromDir(db, dir, opts...), nil
}

// NewFromDir is New for a directory that has been read.
func NewFromDir(db *sql.DB, dir *Dir, opts ...Option) *Runner {
	m := &Runner{db: db, dialect: dir.dialect, graph: dir.graph, opts: options{
		log: slog.New(slog.DiscardHandler), lockWait: -1, lockTimeout: defaultLockTimeout, retries: 10,
		appliedBy: defaultAppliedBy(), tool: "gen (library)", detail: errorDetail,
		longTransaction: longTransaction, lookAgain: lookAgain,
	}}
	for _, o := range opts {
		o(&m.opts)
	}
	return m
}

func defaultAppliedBy() string {
	who := ""
	for _, name := range [...]string{"USER", "LOGNAME", "USERNAME"} {
		if v := os.Getenv(name); v != "" {
			who = v
			break
		}
	}
	if who == "" { // no shell has set the environment: a container, a unit of systemd
		if u, err := user.Current(); err == nil {
			who = u.Username
		}
	}
	if who == "" {
		who = "unknown"
	}
	host, err := os.Hostname()
	if err != nil {
		return who
	}
	return who + "@" + host
}

// Graph returns the revisions' order.
func (m *Runner) Graph() *Graph { return m.graph }

// Result is what a run did.
type Result struct {
	From, To []string // the database's heads before and after; none is base
	Applied  []Done   // in order; also the revisions reverted by a downgrade
}

// Done is one revision that a run finished.
type Done struct {
	Revision   *Revision
	Direction  Direction
	Steps      int
	Statements int // of all steps; Go calls count as one
	Resumed    int // how many of them an earlier run had done
	Duration   time.Duration
}

// Upgrade applies the revisions that lead to target: a symbol as in
// Graph.Resolve. When there is nothing to do it reads the version table once,
// takes no lock and returns an empty Result. After an error the Result tells
// what was finished before; it is nil when nothing was tried.
func (m *Runner) Upgrade(ctx context.Context, target string) (*Result, error) {
	return m.run(ctx, Up, target)
}

// Downgrade reverts the revisions that stand between target and the database's
// heads, latest first. A revision that offers no way back stops it before
// anything is changed.
func (m *Runner) Downgrade(ctx context.Context, target string) (*Result, error) {
	return m.run(ctx, Down, target)
}

// run is one upgrade or downgrade on one connection.
type run struct {
	*Runner
	conn   *sql.Conn
	sess   session
	store  *store
	id     string // uuid in the log
	epoch  int64  // last log id seen; where no lock outlives a transaction
	target string // as asked for
	outer  bool   // one transaction around the whole run is open

	done []string // revisions finished

	looked time.Time         // for long transactions, last
	spoken map[int]time.Time // of which processes, and when their transactions began

	seen    sync.Mutex
	blocked []Blocker // who blocked the statement that runs or has just failed
}

func (m *Runner) run(ctx context.Context, dir Direction, target string) (res *Result, err error) {
	x, err := m.connect(ctx, [...]string{Up: "upgrade", Down: "downgrade"}[dir])
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	x.target = target
	st, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	aim, err := m.aim(st, dir, target)
	if err != nil {
		return nil, err
	}
	plan, err := m.plan(st, aim)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(m.accepted(st, plan, target), m.fits(st, plan), x.unlocks(plan)); err != nil {
		return nil, err
	}
	res = &Result{From: plan.From, To: plan.From}
	if len(plan.Revisions) == 0 && !plan.mend {
		return res, nil
	}
	if err := x.sess.open(ctx, x.store); err != nil {
		return res, err
	}
	for {
		err = x.attempt(ctx, aim, res)
		if err == nil || !staleErr(err) {
			return res, err
		}
		m.opts.log.InfoContext(ctx, "another process changed the version table; planning anew")
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
	}
}

// attempt reads, plans and applies, under the lock.
func (x *run) attempt(ctx context.Context, aim aim, res *Result) error {
	rights := []string{"SELECT", "INSERT", "UPDATE"}
	if aim.dir == Down {
		rights = []string{"SELECT", "UPDATE", "DELETE"}
	}
	if err := x.canWrite(ctx, rights...); err != nil {
		return err
	}
	if err := x.ensureTables(ctx); err != nil {
		return err
	}
	st, err := x.read(ctx)
	if err != nil {
		return err
	}
	defer func() { res.To = st.heads() }()
	plan, err := x.plan(st, aim)
	if err != nil {
		return err
	}
	if err := errors.Join(x.accepted(st, plan, x.target), x.fits(st, plan), x.unlocks(plan)); err != nil {
		return err
	}
	if plan.mend {
		if err := x.mend(ctx, st, plan); err != nil {
			return err
		}
	}
	if x.opts.span == SpanRun && len(plan.Revisions) > 0 {
		return x.inOne(ctx, st, plan, res)
	}
	return x.each(ctx, st, plan, res)
}

// each runs the plan's revisions one after the other.
func (x *run) each(ctx context.Context, st *state, plan *Plan, res *Result) error {
	for i, p := range plan.Revisions {
		done, err := x.revision(ctx, st, p, i, len(plan.Revisions))
		if se, ok := errors.AsType[*StatementError](err); ok {
			se.Target, se.GoOn = x.target, x.goOn(st, plan, i)
			se.atBase = len(plan.From) == 0 && i == 0
			for _, r := range plan.Revisions[i+1:] {
				se.Remaining = append(se.Remaining, r.Revision.ID)
			}
		}
		if err != nil {
			return err
		}
		res.Applied = append(res.Applied, done)
	}
	return nil
}

// connect takes one connection and finds the version table.
func (m *Runner) connect(ctx context.Context, command string) (*run, error) {
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	x := &run{Runner: m, conn: conn, sess: m.newSession(conn, command), id: newUUID()}
	if x.store, err = x.sess.locate(ctx); err != nil {
		x.sess.close()
		return nil, err
	}
	return x, nil
}

// ensureTables creates the tables unless they exist.
func (x *run) ensureTables(ctx context.Context) error {
	if x.store.exists {
		return nil
	}
	err := x.transaction(ctx, nil, func() error {
		// Look again, now that nobody else can create them.
		st, err := x.relocate(ctx)
		if err != nil || st.exists {
			return err
		}
		if x.dialect == Postgres && x.opts.schema != "" {
			if _, err := x.conn.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(x.opts.schema)); err != nil {
				return fmt.Errorf("creating schema %s: %w", x.opts.schema, err)
			}
		}
		if err := x.store.create(ctx, x.conn, x.id); err != nil {
			return err
		}
		x.store.exists = true
		return nil
	})
	if err != nil {
		return x.refusedCreating(ctx, err)
	}
	return nil
}

func (x *run) relocate(ctx context.Context) (*store, error) {
	st, err := x.sess.locate(ctx)
	if err == nil && st.exists {
		x.store = st
	}
	return st, err
}

// newUUID is a random (version 4) uuid.
func newUUID() string {
	var b [16]byte
	crand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// sameSet compares two lists of ids without regard to order.
func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
