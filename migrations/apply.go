package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// journey is one revision on its way up or down. The row is what the version
// table holds; it changes only when a transaction has committed.
type journey struct {
	rev     *Revision
	dir     Direction
	variant Variant
	units   []unit
	row     Row
	stored  bool  // the row is in the table
	was     State // the state before; the row's key together with its cursor
	started time.Time
	count   int // revisions in this run, and this one's place
	index   int
	open    openStep
	refused bool // the statement in flight has failed and left nothing
}

// revision runs one planned revision to its end.
func (x *run) revision(ctx context.Context, st *state, p PlannedRevision, index, count int) (Done, error) {
	j := x.journey(st, p)
	j.index, j.count = index, count
	resumed := j.row.Cursor
	ev := RevisionEvent{Revision: j.rev, Direction: j.dir, Index: index, Count: count, Resumed: p.Skip}
	if f := x.opts.hooks.BeforeRevision; f != nil {
		f(ctx, ev)
	}
	x.opts.log.InfoContext(ctx, "revision begins", "revision", j.rev.ID, "message", j.rev.Message, "direction", j.dir.String(), "resumed", p.Skip)
	err := x.travel(ctx, j)
	x.stepEnds(ctx, j, err)
	if err != nil {
		x.recordFailure(ctx, j, err)
	} else {
		x.done = append(x.done, j.rev.ID)
	}
	x.reflect(st, j, err)
	ev.Duration, ev.Err = time.Since(j.started), err
	if f := x.opts.hooks.AfterRevision; f != nil {
		f(ctx, ev)
	}
	if err != nil {
		return Done{}, err
	}
	x.opts.log.InfoContext(ctx, "revision done", "revision", j.rev.ID, "direction", j.dir.String(), "duration", ev.Duration)
	return Done{Revision: j.rev, Direction: j.dir, Steps: len(p.Steps), Statements: len(j.units), Resumed: resumed, Duration: ev.Duration}, nil
}

// journey prepares a revision's row.
func (x *run) journey(st *state, p PlannedRevision) *journey {
	j := &journey{rev: p.Revision, dir: p.Direction, variant: p.variant, started: time.Now()}
	steps := j.variant.Up
	if j.dir == Down {
		steps = j.variant.Down
	}
	j.units = units(steps)
	if old := st.byID[j.rev.ID]; old != nil {
		j.row, j.stored, j.was = *old, true, old.State
	}
	if j.dir == Up {
		kind := j.rev.kind()
		j.row.Revision, j.row.Parents, j.row.Depends = j.rev.ID, j.rev.Parents, j.rev.Depends
		j.row.Message, j.row.Kind = j.rev.Message, kind
		j.row.Checksum, j.row.DownChecksum = j.variant.Checksum(), j.variant.DownChecksum()
		j.row.DownSQL = x.downSQL(j.rev, j.variant)
		j.row.AppliedBy, j.row.Tool = x.opts.appliedBy, x.opts.tool
	}
	j.row.Total = len(j.units)
	return j
}

// copyable is an error when downSQL would lack the value of a variable.
func (x *run) copyable(r *Revision, v Variant) error {
	return errors.Join(x.unset(r, func(name string) bool { return x.uses(v.Down, name) })...)
}

// downSQL is the way back as the version table keeps it: complete by itself,
// so with the variables filled in.
func (x *run) downSQL(r *Revision, v Variant) string {
	v.Down = x.filled(r, v.Down)
	return formatDown(plainDown(v), "")
}

// plainDown leaves out of the way back what running takes no notice of: the text in
// the version table may be run by a release that does not know the directive.
func plainDown(v Variant) Variant {
	v.Down = slices.Clone(v.Down)
	for i := range v.Down {
		v.Down[i].Statements = slices.Clone(v.Down[i].Statements)
		for j := range v.Down[i].Statements {
			v.Down[i].Statements[j].Ignores, v.Down[i].Statements[j].Prechecks = nil, nil
		}
	}
	return v
}

// reflect brings the state in line with what happened.
func (x *run) reflect(st *state, j *journey, err error) {
	switch {
	case err == nil && j.dir == Down:
		st.set(j.rev.ID, nil)
	case j.stored:
		st.set(j.rev.ID, &j.row)
	}
}

// travel runs the revision. A revision of one transaction needs no row before
// its end: row and effects commit together. Any other writes its row first,
// and moves the cursor with each part.
func (x *run) travel(ctx context.Context, j *journey) error {
	progress := Running
	if j.dir == Down {
		progress = Reverting
	}
	if j.was != progress {
		if j.atOnce() && (x.opts.span != SpanStatement || len(j.units) < 2) || x.opts.span.wide() {
			return x.group(ctx, j, len(j.units))
		}
		if err := x.begin(ctx, j, progress); err != nil {
			return err
		}
	} else if finished, err := x.resume(ctx, j); finished || err != nil {
		return err
	}
	if j.row.Cursor == len(j.units) {
		return x.group(ctx, j, 0) // an interrupted run did everything but say so
	}
	for j.row.Cursor < len(j.units) {
		if err := x.advance(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// atOnce reports whether the revision is one transaction.
func (j *journey) atOnce() bool {
	return len(j.units) == 0 || j.units[0].of.Tx == TxOn && j.units[len(j.units)-1].step == j.units[0].step
}

// begin writes the row ahead of a revision of several parts.
func (x *run) begin(ctx context.Context, j *journey, progress State) error {
	next := j.row
	next.State, next.Cursor, next.InFlight, next.Prefix, next.Error = progress, 0, "", "", ""
	err := x.journal(ctx, func() error {
		ev := x.event(j, "start", nil)
		if j.stored {
			return x.store.update(ctx, x.conn, &next, j.was, j.row.Cursor, ev)
		}
		return x.store.insert(ctx, x.conn, &next, ev)
	})
	if err == nil {
		j.row, j.stored, j.was = next, true, progress
	}
	return err
}

// advance runs the next part: the rest of a tx=on step, one statement of a
// tx=each step, or a whole batch.
func (x *run) advance(ctx context.Context, j *journey) error {
	u := j.units[j.row.Cursor]
	switch {
	case u.of.Tx == TxOn:
		n := 1
		for x.opts.span != SpanStatement && j.row.Cursor+n < len(j.units) && j.units[j.row.Cursor+n].step == u.step {
			n++
		}
		return x.group(ctx, j, n)
	case u.of.Tx == TxBatch:
		return x.batch(ctx, j)
	case u.statement == nil || x.classify(u) != transactional:
		return x.bare(ctx, j)
	}
	return x.group(ctx, j, 1)
}

func (x *run) classify(u unit) class {
	if u.statement == nil {
		return transactional
	}
	rules, _ := rulesFor(x.dialect)
	return rules.classify(statementWords(rules, u.statement.SQL))
}

// group runs the next n units and moves the cursor, in one transaction.
func (x *run) group(ctx context.Context, j *journey, n int) error {
	from := j.row.Cursor
	if !j.stored || j.was == Applied {
		from = 0
	}
	us := j.units[from : from+n]
	var step *Step
	if n > 0 {
		step = us[0].of
	}
	x.beforeLocks(ctx, us)
	next := j.row
	reached := from // for the message: units tried, the failed one included
	err := x.retrying(ctx, j.rev, x.settings(step, false), func() error {
		for i := range us {
			reached = from + i + 1
			if _, err := x.exec(ctx, j, from+i); err != nil {
				return err
			}
		}
		if touchesSession(x.dialect, us) {
			if err := x.keptLock(ctx, j, us); err != nil {
				return err
			}
			if err := x.sess.reset(ctx); err != nil {
				return err
			}
		}
		next = j.row
		return x.save(ctx, j, &next, from+n, "")
	})
	if err != nil {
		return x.explain(ctx, j, err, from, reached)
	}
	return x.moved(ctx, j, next)
}

// moved takes over the row that was committed.
func (x *run) moved(ctx context.Context, j *journey, next Row) error {
	j.row, j.stored, j.was = next, true, next.State
	return nil
}

// save writes the row with its cursor at the given place, and finishes the
// revision when that is the end. The caller has a transaction open.
func (x *run) save(ctx context.Context, j *journey, next *Row, cursor int, inflight string) error {
	was, old := j.was, j.row.Cursor
	next.Cursor, next.InFlight, next.Prefix = cursor, inflight, prefixHash(j.units, cursor)
	finished := cursor == len(j.units) && inflight == ""
	detail := map[string]any{"cursor": cursor, "total": len(j.units)}
	if finished {
		next.Error = ""
		next.Duration = time.Since(j.started)
		detail["duration_ms"] = next.Duration.Milliseconds()
	}
	switch {
	case finished && j.dir == Down:
		return x.store.delete(ctx, x.conn, j.rev.ID, x.event(j, "down", detail))
	case finished:
		next.State = Applied
		ev := x.event(j, "up", detail)
		if j.stored {
			return x.store.update(ctx, x.conn, next, was, old, ev)
		}
		return x.store.insert(ctx, x.conn, next, ev)
	}
	return x.store.update(ctx, x.conn, next, was, old, x.event(j, "step", detail))
}

func (x *run) event(j *journey, name string, detail map[string]any) event {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["direction"] = j.dir.String()
	if name != "step" { // who reverted is nowhere else; a step is by who began
		detail["by"], detail["tool"] = x.opts.appliedBy, x.opts.tool
	}
	return event{run: x.id, revision: j.rev.ID, name: name, detail: detail}
}

// exec runs unit i and reports the rows it affected, -1 when unknown.
func (x *run) exec(ctx context.Context, j *journey, i int) (int64, error) {
	u := j.units[i]
	ev := StatementEvent{Revision: j.rev, Direction: j.dir, Step: *u.of, Line: u.of.Line, Col: 1, Index: i, Count: len(j.units), Tx: x.conn, Rows: -1}
	ev.Outside = u.of.Tx == TxEach && (u.statement == nil || x.classify(u) != transactional)
	shift := func(pos int) int { return pos }
	if u.statement != nil {
		rules, _ := rulesFor(x.dialect)
		ev.SQL, shift = substitute(rules, u.statement.SQL, j.rev.Vars, x.opts.vars)
		ev.Line, ev.Col = u.statement.Line, u.statement.Col
	}
	x.stepBegins(ctx, j, i)
	if f := x.opts.hooks.BeforeStatement; f != nil {
		f(ctx, ev)
	}
	started := time.Now()
	unwatch := x.watch(ctx, j.rev, u.of)
	ev.Rows, ev.Err = x.send(ctx, j, u, ev.SQL)
	unwatch()
	ev.Duration = time.Since(started)
	if f := x.opts.hooks.AfterStatement; f != nil {
		f(ctx, ev)
	}
	x.opts.log.DebugContext(ctx, "statement", "revision", j.rev.ID, "line", ev.Line, "rows", ev.Rows, "duration", ev.Duration, "err", ev.Err)
	if ev.Err == nil {
		return ev.Rows, nil
	}
	return 0, x.statementError(j, ev, u, shift)
}

func (x *run) send(ctx context.Context, j *journey, u unit, text string) (int64, error) {
	// PostgreSQL has statement_timeout; here it is ours to keep.
	if t := x.settings(u.of, u.of.Tx == TxEach && x.classify(u) != transactional).StatementTimeout; x.dialect == SQLite && t > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, t, &timeoutError{t})
		defer cancel()
	}
	if u.statement == nil {
		return -1, x.call(ctx, j, u.of)
	}
	res, err := x.conn.ExecContext(ctx, text)
	if err != nil {
		if over, ok := context.Cause(ctx).(*timeoutError); ok {
			err = over // the driver says that a context ended
		}
		return -1, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		n = -1
	}
	return n, nil
}

// A timeoutError is a statement_timeout of SQLite, which the run keeps.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("statement_timeout of %s is over", e.limit) }

// Unwrap lets the caller see that it was a matter of time.
func (e *timeoutError) Unwrap() error { return context.DeadlineExceeded }

// call runs a Go function, and makes sure that it left the step's transaction
// open: one that committed, or swallowed an error that rolled back, would have
// the rest of the step run without protection.
func (x *run) call(ctx context.Context, j *journey, st *Step) error {
	f := x.opts.funcs[st.Go]
	if st.Tx != TxOn {
		return f(context.WithValue(ctx, runKey{}, funcRun{x, j, st}), x.conn)
	}
	before, err := x.transactionMark(ctx)
	if err != nil {
		return err
	}
	if err := f(ctx, x.conn); err != nil {
		return err
	}
	after, err := x.transactionMark(ctx)
	if err == nil && before != after {
		err = fmt.Errorf("the Go function %s ended the transaction of its step; use tx=each if it has transactions of its own", st.Go)
	}
	return err
}

// transactionMark identifies the open transaction.
func (x *run) transactionMark(ctx context.Context) (mark string, err error) {
	if x.dialect == Postgres {
		err = x.conn.QueryRowContext(ctx, "SELECT pg_catalog.pg_current_xact_id()::text").Scan(&mark)
		return mark, err
	}
	// SQLite tells only by refusing a second BEGIN.
	if _, err := x.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return "inside", ctx.Err()
	}
	_, err = x.conn.ExecContext(ctx, "ROLLBACK")
	return "outside", err
}

// statementError puts the driver's error where it belongs in the file.
func (x *run) statementError(j *journey, ev StatementEvent, u unit, shift func(int) int) *StatementError {
	e := &StatementError{Revision: j.rev.ID, Path: j.rev.Path, Line: ev.Line, Col: ev.Col, SQL: ev.SQL,
		Detail: x.opts.detailOf(ev.Err), Reverting: j.dir == Down, Err: ev.Err,
		step: x.settings(u.of, u.of.Tx == TxEach && x.classify(u) != transactional)}
	if slices.Contains([]string{"55P03", "40P01", "57014", ""}, e.Detail.SQLState) { // it may well have waited, and then failed for its own reasons
		e.Blockers = x.blockers()
	}
	if u.statement == nil {
		e.SQL = directivePrefix[3:] + wordGo + " " + u.of.Go
		return e
	}
	if p := e.Detail.Position; p > 0 {
		e.Line, e.Col = u.statement.at(shift(byteOffset(ev.SQL, p)))
	}
	return e
}

// byteOffset turns a server's 1-based character position into an offset.
func byteOffset(text string, position int) int {
	n := 0
	for i := range text {
		if n++; n == position {
			return i
		}
	}
	return len(text)
}

// at maps an offset of the statement into the file.
func (s *Statement) at(offset int) (line, col int) {
	line, col = s.Line, s.Col
	for i := 0; i < offset && i < len(s.SQL); i++ {
		if s.SQL[i] == '\n' {
			line, col = line+1, 1
		} else {
			col++
		}
	}
	return line, col
}

// explain completes an error of the units from..reached, which were rolled
// back.
func (x *run) explain(ctx context.Context, j *journey, err error, from, reached int) error {
	if _, held := errors.AsType[*LockHeldError](err); held || staleErr(err) {
		return err
	}
	se, ok := errors.AsType[*StatementError](err)
	if !ok {
		// No statement failed, but the begin or the end of their transaction:
		// a deferred constraint, foreign_key_check, or a lost connection.
		u := unit{of: &Step{}}
		if len(j.units) > 0 {
			u = j.units[min(max(reached-1, from), len(j.units)-1)]
		}
		se = &StatementError{Revision: j.rev.ID, Path: j.rev.Path, Line: u.of.Line, Col: 1, SQL: "BEGIN",
			Detail: x.opts.detailOf(err), Reverting: j.dir == Down, Err: err, step: u.of}
		if u.statement != nil {
			se.Line, se.Col = u.statement.Line, u.statement.Col
		}
		if ce, ok := errors.AsType[*commitError](err); ok {
			se.SQL = "COMMIT"
			// A server that refuses says why; anything else is a lost answer.
			se.Unknown = x.dialect == Postgres && x.opts.detailOf(ce).SQLState == ""
		} else if reached > from {
			se.SQL = "the entry in " + TableRevisions
		}
	}
	se.RolledBack, se.Done, se.Total, se.Applied = reached-from, from, len(j.units), append([]string(nil), x.done...)
	if se.Stopped = ctx.Err() != nil; se.Stopped && se.SQL == "BEGIN" && from < len(j.units) {
		se.SQL = x.flightText(j, from) // nothing failed: it is what comes next
	}
	if se.lost = x.answerLost(se); se.lost && se.Detail.SQLState == "" {
		se.Detail.Message = "the connection was lost: " + se.Detail.Message
	}
	if se.Detail.SQLState == insufficientPrivilege && !x.outer {
		se.Role = x.role(ctx)
	}
	return se
}

// recordFailure notes the error in the tables, as far as the connection still
// allows.
func (x *run) recordFailure(ctx context.Context, j *journey, failure error) {
	if _, held := errors.AsType[*LockHeldError](failure); held || x.outer || staleErr(failure) {
		return // nothing has run, and whoever has the lock still has it
	}
	interrupted := ctx.Err() != nil
	ctx, cancel := cleanup(ctx)
	defer cancel()
	if interrupted { // somebody waits for the end of this
		ctx, cancel = context.WithTimeout(ctx, time.Second)
		defer cancel()
	}
	x.journal(ctx, func() error {
		ev := x.event(j, "fail", map[string]any{"error": failure.Error(), "cursor": j.row.Cursor})
		if !j.stored || j.was == Applied {
			return x.store.note(ctx, x.conn, ev)
		}
		next := j.row
		next.Error = failure.Error()
		if j.refused {
			next.InFlight = ""
		}
		return x.store.update(ctx, x.conn, &next, j.was, j.row.Cursor, ev)
	})
}

// mend puts rows back that an interrupted run had only announced.
func (x *run) mend(ctx context.Context, st *state, p *Plan) error {
	planned := map[string]bool{}
	for _, r := range p.Revisions {
		planned[r.Revision.ID] = true
	}
	for _, row := range slices.Clone(st.rows) {
		if !untouched(row) || planned[row.Revision] {
			continue
		}
		next, running := *row, row.State == Running
		next.State = Applied
		err := x.journal(ctx, func() error {
			ev := event{run: x.id, revision: row.Revision, name: "mend", detail: map[string]any{"was": string(row.State)}}
			if running {
				return x.store.delete(ctx, x.conn, row.Revision, ev)
			}
			return x.store.update(ctx, x.conn, &next, row.State, row.Cursor, ev)
		})
		if err != nil {
			return err
		}
		if running {
			st.set(row.Revision, nil)
		} else {
			st.set(row.Revision, &next)
		}
	}
	return nil
}
