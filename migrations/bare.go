package migrations

import (
	"context"
	"errors"
	"fmt"
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
	restore(ctx)
	if err != nil {
		return x.explain(j, err, at, at+1)
	}
	if touchesSession(x.dialect, j.units[at:at+1]) {
		if err := x.sess.reset(ctx); err != nil {
			return err
		}
	}
	return x.arrived(ctx, j)
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
		return false, &EditedError{Revision: j.rev.ID, Path: j.rev.Path, What: "the statements that already ran",
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
			return false, &EditedError{Revision: j.rev.ID, Path: j.rev.Path, What: "the statements that already ran",
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
	return x.explain(j, &StatementError{Revision: j.rev.ID, Path: j.rev.Path, Line: u.statement.Line, Col: u.statement.Col, SQL: text,
		Reverting: j.dir == Down, Err: errInvalidIndex,
		Detail: Detail{Message: errInvalidIndex.Error(), Hint: found.first[0]}}, j.row.Cursor, j.row.Cursor+1)
}

var errInvalidIndex = errors.New("an INVALID index of this name exists, which IF NOT EXISTS would take for success; drop it first")
