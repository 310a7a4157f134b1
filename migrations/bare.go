package migrations

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// bare runs the next unit outside a transaction: its start is written down,
// it runs, its end is written down. What a kill in between leaves is found out
// by resume.
func (x *run) bare(ctx context.Context, j *journey) error {
	at := j.row.Cursor
	u := j.units[at]
	words := []string{}
	text := directivePrefix[3:] + wordGo + " " + u.of.Go
	if u.statement != nil {
		rules, _ := rulesFor(x.dialect)
		text, _ = substitute(rules, u.statement.SQL, j.rev.Vars, x.opts.vars)
		words = statementWords(rules, text)
		if err := x.invalidNamesake(ctx, j, u, text, words); err != nil {
			return err
		}
	}
	x.beforeLocks(ctx, j.units[at:at+1])
	next := j.row
	if err := x.journal(ctx, func() error { return x.save(ctx, j, &next, at, text) }); err != nil {
		return err
	}
	j.row = next
	restore, err := x.sess.outside(ctx, x.settings(u.of, true), words)
	if err != nil {
		return err
	}
	_, err = x.exec(ctx, j, at)
	// A context that has ended would cost the connection, and with it all that is
	// left to be said: pgx calls it safe to retry, database/sql then closes.
	after, cancel := cleanup(ctx)
	restore(after)
	cancel()
	if err != nil {
		return x.aftermath(ctx, j, text, x.explain(ctx, j, err, at, at+1))
	}
	if touchesSession(x.dialect, j.units[at:at+1]) {
		if err := x.regainLock(ctx, j); err != nil {
			return err
		}
		if err := x.sess.reset(ctx); err != nil {
			return err
		}
	}
	return x.arrived(ctx, j)
}

// aftermath completes the error of a statement that failed outside a
// transaction: what it left, which the next run mends. One that the server
// refused and that left nothing is not in flight any more: it must not be taken
// for done later, because an object of its name exists.
func (x *run) aftermath(ctx context.Context, j *journey, text string, err error) error {
	se, ok := errors.AsType[*StatementError](err)
	if !ok {
		return err
	}
	se.Outside, se.RolledBack = true, 0
	if se.Unknown = se.lost; se.Unknown {
		return err
	}
	ctx, cancel := cleanup(ctx)
	defer cancel()
	found, probing := x.probe(ctx, text)
	switch {
	case probing != nil:
		se.Unknown = true
	case found.verdict == probeUnknown:
		se.InDoubt = true
	case len(found.first) > 0:
		se.Left, se.Repairs = found.left, found.first
	default:
		j.refused = true
	}
	return err
}

// answerLost reports whether it is the connection that failed, so that nobody
// knows about the statement. A class 08 or 57P error ends the session.
func (x *run) answerLost(e *StatementError) bool {
	if x.dialect != Postgres || e.Stopped || errors.Is(e.Err, errInvalidIndex) || errors.Is(e.Err, errUnlocked) || errors.Is(e.Err, errNoRowCount) || e.Detail.SQLState == "" && e.inGo() {
		return false // a Go function may fail without a server
	}
	state := e.Detail.SQLState
	return state == "" || strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")
}

// arrived writes down that the unit in flight is done.
func (x *run) arrived(ctx context.Context, j *journey) error {
	next := j.row
	if err := x.journal(ctx, func() error { return x.save(ctx, j, &next, j.row.Cursor+1, "") }); err != nil {
		return err
	}
	return x.moved(ctx, j, next)
}

// resume goes on with a revision that an earlier run left half done. The plan
// has checked that its done part is unchanged. It reports whether that finished
// the revision: what was in flight was its last statement, and is done.
func (x *run) resume(ctx context.Context, j *journey) (finished bool, err error) {
	x.opts.log.WarnContext(ctx, "resuming a half-done revision", "revision", j.rev.ID, "done", j.row.Cursor, "total", j.row.Total)
	if j.row.InFlight == "" {
		return false, nil
	}
	at := j.row.Cursor
	if at > len(j.units) || prefixHash(j.units, at) != j.row.Prefix {
		return false, &EditedError{Revision: j.rev.ID, Path: j.rev.Path, What: editedPrefix,
			Recorded: j.row.Prefix, File: prefixHash(j.units, min(at, len(j.units)))}
	}
	same := false
	if at < len(j.units) {
		same = x.flightText(j, at) == j.row.InFlight
	}
	found, err := x.probe(ctx, j.row.InFlight)
	if err != nil {
		return false, fmt.Errorf("finding out how far revision %s came: %w", j.rev.ID, err)
	}
	if found.verdict == probeUnknown {
		return false, &InterruptedError{Revision: j.rev.ID, Path: j.rev.Path, State: j.row.State, Done: at, Total: len(j.units), Statement: j.row.InFlight,
			Msg:  "its next statement may or may not have run, and the database cannot tell",
			Hint: fmt.Sprintf("look, then say: gen resolve %s --done, or --redo", j.rev.ID)}
	}
	for _, repair := range found.first {
		x.opts.log.WarnContext(ctx, "repairing what an interrupted statement left", "revision", j.rev.ID, "statement", repair)
		if _, err := x.conn.ExecContext(ctx, repair); err != nil {
			return false, fmt.Errorf("repairing what an interrupted statement of revision %s left (%s): %w", j.rev.ID, repair, err)
		}
	}
	if found.verdict == probeDone {
		if !same {
			return false, &EditedError{Revision: j.rev.ID, Path: j.rev.Path, What: editedPrefix,
				Recorded: j.row.InFlight, File: x.flightText(j, at)}
		}
		return at+1 == len(j.units), x.arrived(ctx, j)
	}
	// It has not happened: forget it, and let the loop run what the file says.
	next := j.row
	if err := x.journal(ctx, func() error {
		next.InFlight = ""
		return x.store.update(ctx, x.conn, &next, j.was, at, x.event(j, "resume", map[string]any{"cursor": at, "repaired": found.first}))
	}); err != nil {
		return false, err
	}
	j.row = next
	return false, nil
}

// flightText is what the row holds while unit i runs outside a transaction.
func (x *run) flightText(j *journey, i int) string {
	if i >= len(j.units) {
		return ""
	}
	u := j.units[i]
	if u.statement == nil {
		return directivePrefix[3:] + wordGo + " " + u.of.Go
	}
	rules, _ := rulesFor(x.dialect)
	text, _ := substitute(rules, u.statement.SQL, j.rev.Vars, x.opts.vars)
	return text
}

// invalidNamesake refuses to let CREATE INDEX CONCURRENTLY IF NOT EXISTS
// accept an invalid index of the same name: the server would call that
// success.
func (x *run) invalidNamesake(ctx context.Context, j *journey, u unit, text string, words []string) error {
	if x.dialect != Postgres || word(words, 0) != "CREATE" || !contains(words, "INDEX") || !contains(words, "EXISTS") {
		return nil
	}
	found, err := x.probe(ctx, text)
	if err != nil {
		return err
	}
	if len(found.first) == 0 {
		return nil
	}
	err = x.explain(ctx, j, &StatementError{Revision: j.rev.ID, Path: j.rev.Path, Line: u.statement.Line, Col: u.statement.Col, SQL: text,
		Reverting: j.dir == Down, Err: errInvalidIndex,
		Detail: Detail{Message: errInvalidIndex.Error()}}, j.row.Cursor, j.row.Cursor+1)
	if se, ok := errors.AsType[*StatementError](err); ok { // it is not ours to drop: no run of this revision has made it
		se.Outside, se.RolledBack, se.mend = true, 0, found.first[0]
	}
	return err
}

var errInvalidIndex = errors.New("an INVALID index of this name exists, which IF NOT EXISTS would take for success")
