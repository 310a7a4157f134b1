package migrations

import (
	"fmt"
	"strings"
	"time"
)

// StatementError is a statement that failed. It tells where it stands, what
// the server said, what the database looks like now, and the command that goes
// on.
type StatementError struct {
	Revision  string
	Path      string
	Line, Col int    // of the statement, or of the place in it that the server named
	SQL       string // the statement as sent, or the next one where a run was stopped between two; "BEGIN", "COMMIT" or "gen:go Name" where that failed
	Detail    Detail
	// RolledBack is how many statements of the revision the failure took back,
	// the failed one included. It is 0 for a statement outside a transaction.
	RolledBack int
	// Turns are those of a tx=batch step that this run had committed before, and
	// Rows what they affected. They stay, as do those of earlier runs.
	Turns int
	Rows  int64
	// Unknown says that the answer was lost: of COMMIT, or of a statement outside
	// a transaction. What was asked for is done or not; the next run sees which.
	Unknown bool
	// Outside says that the statement ran outside a transaction, so that nothing
	// took it back.
	Outside bool
	// Left names what a statement outside a transaction left behind:
	// "the INVALID index public.users_email". Repairs are the statements with
	// which the next run begins because of it.
	Left, Repairs []string
	// InDoubt says that nobody can tell what a statement outside a transaction
	// has done: Runner.Resolve records what a person found out.
	InDoubt bool
	// Done of Total statements of the revision are in place.
	Done, Total int
	// Applied are the revisions this run finished before, in order.
	Applied []string
	// Remaining are the revisions the run did not come to, in order.
	Remaining []string
	// Target is what the run was asked for.
	Target string
	// GoOn is the command that goes on from here: "gen upgrade".
	GoOn string
	// Undone are revisions that were finished and taken back with this one: the
	// run was one transaction.
	Undone []string
	// Blockers had the lock that the statement waited for, as far as could be
	// seen.
	Blockers []Blocker
	// Attempts is how often the step was tried, 0 for once. In a RetryEvent it is
	// tried again, MaxAttempts times in all, the next time after NextIn.
	Attempts, MaxAttempts int
	NextIn                time.Duration
	// Stopped says that the run's context ended, so that the statement was
	// cancelled: a signal, or a deadline of the caller.
	Stopped bool
	// Reverting tells that the revision was being downgraded.
	Reverting bool
	// Role is who ran the statement, where the server refused it that right.
	Role string
	Err  error

	step *Step // of the statement; nil when it is not known
	lost bool  // it is the connection that failed
	// atBase: it is the first revision of all.
	atBase bool
	mend   string // a statement that a person runs first
}

// Error is the fact with its place, then below it what the server said, the
// statement, what is in the database now, and last the hint.
func (e *StatementError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", e.Path, e.Line, e.Col, indented(e.Detail.Message))
	if e.Detail.SQLState != "" {
		fmt.Fprintf(&b, " (SQLSTATE %s)", e.Detail.SQLState)
	}
	for _, more := range [...]struct{ name, text string }{{"detail", e.Detail.Detail}, {"server hint", e.Detail.Hint}, {"where", e.Detail.Where}} {
		if more.text != "" {
			fmt.Fprintf(&b, "\n    %s: %s", more.name, indented(more.text))
		}
	}
	for _, k := range e.Blockers {
		fmt.Fprintf(&b, "\n    blocked by: %s", k)
	}
	fmt.Fprintf(&b, "\n    statement: %s\n    %s", indented(firstLines(e.SQL, 5)), e.state())
	if e.NextIn == 0 {
		b.WriteString("\n    hint: " + e.hint())
	}
	return b.String()
}

// Unwrap returns the driver's error.
func (e *StatementError) Unwrap() error { return e.Err }

// state says what is in the database now.
func (e *StatementError) state() string {
	if e.NextIn > 0 {
		return fmt.Sprintf("rolled back: its step of revision %s; attempt %d of %d failed, the next follows in %s",
			e.Revision, e.Attempts, e.MaxAttempts, e.NextIn.Round(time.Millisecond))
	}
	parts := []string{e.fate()}
	if e.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("tried %d times", e.Attempts))
	}
	if e.Done > 0 {
		parts = append(parts, fmt.Sprintf("in place: its first %s of %d", plural(e.Done, "statement"), e.Total))
	} else if !e.Unknown && len(e.Left) == 0 && !e.InDoubt && !e.inBatch() {
		parts = append(parts, "nothing of it is in place")
	}
	if len(e.Undone) > 0 {
		parts = append(parts, "with it: all of "+strings.Join(e.Undone, ", "))
	}
	if len(e.Applied) > 0 {
		parts = append(parts, "finished before: "+strings.Join(e.Applied, ", "))
	}
	if n := len(e.Remaining); n > 0 {
		parts = append(parts, "not begun: "+plural(n, "revision"))
	}
	return strings.Join(parts, "; ")
}

// fate says what became of the statements that were being run.
func (e *StatementError) fate() string {
	statements := fmt.Sprintf("%s of revision %s", plural(e.RolledBack, "statement"), e.Revision)
	switch {
	case e.Outside && e.Unknown:
		return fmt.Sprintf("done or not, the answer was lost: this statement of revision %s, outside a transaction", e.Revision)
	case e.Outside && len(e.Left) > 0:
		return fmt.Sprintf("left behind by this statement of revision %s, outside a transaction: %s", e.Revision, strings.Join(e.Left, ", "))
	case e.Outside && e.InDoubt:
		return fmt.Sprintf("not rolled back: what this statement of revision %s had committed before it failed", e.Revision)
	case e.Outside && e.inGo():
		return fmt.Sprintf("not rolled back: what the function of revision %s had committed before it failed", e.Revision)
	case e.Outside:
		return fmt.Sprintf("not done: this statement of revision %s, outside a transaction", e.Revision)
	case e.inBatch():
		return e.turnsFate()
	case e.Unknown:
		return "in place or rolled back, the answer was lost: " + statements
	case e.RolledBack == 0:
		return "not begun: the next step of revision " + e.Revision
	}
	return "rolled back: " + statements
}

// turnsFate is fate for a batch: of the turn that was being run, and of those
// before it.
func (e *StatementError) turnsFate() string {
	what := "rolled back: this turn"
	switch {
	case e.Unknown:
		what = "in place or rolled back, the answer was lost: this turn"
	case e.RolledBack == 0 && e.Turns > 0:
		what = "stopped between two turns"
	case e.RolledBack == 0:
		what = "not begun: the next turn"
	case e.Turns == 0:
		what = "rolled back: the first turn of this run"
	}
	what += " of the batch of revision " + e.Revision
	if e.Turns > 0 {
		what += fmt.Sprintf("; committed before it, and staying: %s of this run, %s", plural(e.Turns, "turn"), plural(int(e.Rows), "row"))
	}
	return what
}

// inBatch reports whether the statement had turns of its own, each committed.
func (e *StatementError) inBatch() bool { return e.step != nil && e.step.Tx == TxBatch }

// inGo reports whether a Go function failed.
func (e *StatementError) inGo() bool { return strings.HasPrefix(e.SQL, directivePrefix[3:]+wordGo+" ") }
