package migrations

import (
	"context"
	"errors"
	"fmt"
)

// settings are a step's, with the timeout of its class where it names none.
// outside says that the statement runs without a transaction. Nil stays nil.
func (x *run) settings(st *Step, outside bool) *Step {
	if st == nil || st.StatementTimeout != 0 {
		return st
	}
	own := *st
	switch {
	case outside:
		own.StatementTimeout = x.opts.timeouts.Outside
	case st.Tx == TxBatch:
		own.StatementTimeout = x.opts.timeouts.Batch
	default:
		own.StatementTimeout = x.opts.timeouts.Transaction
	}
	return &own
}

// inOne runs the plan in one transaction.
func (x *run) inOne(ctx context.Context, st *state, plan *Plan, res *Result) error {
	saved := st.clone()
	around := &Step{ForeignKeysOff: len(plan.Revisions[0].Steps) > 0 && plan.Revisions[0].Steps[0].ForeignKeysOff}
	first := plan.Revisions[0].Revision
	var undone []string
	x.longTransactions(ctx)
	err := x.retrying(ctx, first, x.settings(around, false), func() error {
		*st, x.done, res.Applied = *saved.clone(), nil, nil
		x.outer = true
		defer func() { x.outer = false }()
		err := x.each(ctx, st, plan, res)
		undone = x.done
		return err
	})
	if err == nil {
		return nil
	}
	*st, x.done, res.Applied = *saved, nil, nil
	if se, ok := errors.AsType[*StatementError](err); ok {
		se.Applied, se.Undone, se.Done = nil, undone, 0
	} else if ce, ok := errors.AsType[*commitError](err); ok {
		unknown := x.dialect == Postgres && x.opts.detailOf(ce).SQLState == ""
		last := plan.Revisions[len(plan.Revisions)-1].Revision
		err = &StatementError{Revision: last.ID, Path: last.Path, Line: 1, Col: 1, SQL: "COMMIT", Detail: x.opts.detailOf(err),
			Undone: undone, Unknown: unknown, Reverting: plan.Revisions[0].Direction == Down, Err: err}
	}
	x.recordFailure(ctx, &journey{rev: first, dir: plan.Revisions[0].Direction}, err)
	return err
}

// clone is a copy that shares no rows.
func (st *state) clone() *state {
	c := &state{byID: map[string]*Row{}, graph: st.graph}
	for _, r := range st.rows {
		row := *r
		c.rows = append(c.rows, &row)
		c.byID[row.Revision] = &row
	}
	return c
}

// SpanError is a revision that cannot run in the transactions that were asked
// for, or not under the lock that was.
type SpanError struct {
	Revision, Path string
	Line           int
	Why            string
	Hint           string
}

func (e *SpanError) Error() string {
	return fmt.Sprintf("%s:%d:1: revision %s %s\n    hint: %s", e.Path, e.Line, e.Revision, e.Why, e.Hint)
}

// fits checks that the steps of a plan can run as the options want it.
func (m *Runner) fits(st *state, p *Plan) error {
	var errs []error
	var first *Step
	for _, r := range p.Revisions {
		if m.opts.span == SpanRevision {
			first = nil
		}
		for i := range r.Steps {
			s := &r.Steps[i]
			if err := m.stepFits(r, s, first); err != nil {
				errs = append(errs, err)
				break
			}
			if first == nil {
				first = s
			}
		}
		if row := st.byID[r.Revision.ID]; row != nil && (row.State == Running || row.State == Reverting) && (m.opts.span.wide() || m.opts.lockMode == LockTransaction && m.dialect == Postgres && row.InFlight != "") {
			errs = append(errs, &SpanError{r.Revision.ID, r.Revision.Path, 1, "is half done, and goes on in its own transactions only", "finish it first, without --transaction and --lock"})
		}
	}
	return errors.Join(errs...)
}

// stepFits checks one step. first is the one whose transaction it would share.
func (m *Runner) stepFits(r PlannedRevision, s, first *Step) error {
	refuse := func(line int, hint, format string, args ...any) error {
		return &SpanError{r.Revision.ID, r.Revision.Path, line, fmt.Sprintf(format, args...), hint}
	}
	if m.opts.span.wide() {
		const hint = "run it with --transaction step, the default"
		switch {
		case s.Tx == TxBatch:
			return refuse(s.Line, hint, "has a tx=batch step, which is a transaction each time")
		case s.Go != "" && s.Tx != TxOn:
			return refuse(s.Line, hint, "calls %s outside a transaction", s.Go)
		case first != nil && first.ForeignKeysOff != s.ForeignKeysOff:
			return refuse(s.Line, hint, "has steps with and without foreign_keys=off, which cannot share a transaction")
		}
	}
	if !m.opts.span.wide() && (m.opts.lockMode != LockTransaction || m.dialect != Postgres) {
		return nil
	}
	rules, _ := rulesFor(m.dialect)
	for _, u := range stepUnits(0, s) {
		if u.statement == nil {
			if m.opts.lockMode == LockTransaction && s.Tx != TxOn {
				return refuse(s.Line, "connect to the server itself, not to a pooler", "calls %s outside a transaction, where the lock is not held", s.Go)
			}
			continue
		}
		words := statementWords(rules, u.statement.SQL)
		switch {
		case rules.classify(words) != transactional:
			return refuse(u.statement.Line, "run it with --transaction step and --lock session, the defaults", "has a statement that runs outside transactions: %s", opening(words))
		case m.opts.lockMode == LockTransaction && m.dialect == Postgres && (word(words, 0) == "SET" && word(words, 1) != "LOCAL" || word(words, 0) == "RESET"):
			return refuse(u.statement.Line, "write SET LOCAL, or connect to the server itself", "changes the session (%s), which a pooler would hand to others", opening(words))
		}
	}
	return nil
}
