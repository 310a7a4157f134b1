package migrations

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// StatementError is a statement that failed. It tells where it stands, what
// the server said, and what the database looks like now.
type StatementError struct {
	Revision  string
	Path      string
	Line, Col int    // of the statement, or of the place in it that the server named
	SQL       string // the statement as sent; "BEGIN", "COMMIT" or "gen:go Name" where that failed
	Detail    Detail
	// RolledBack is how many statements of the revision the failure took back,
	// the failed one included.
	RolledBack int
	// Unknown says that the answer to COMMIT was lost: those statements are
	// in place or rolled back, all of them; the next run sees which.
	Unknown bool
	// Done of Total statements of the revision are in place.
	Done, Total int
	// Applied are the revisions this run finished before, in order.
	Applied []string
	// Remaining are the revisions the run did not come to, in order.
	Remaining []string
	// Target is what the run was asked for.
	Target string
	// Undone are revisions that were finished and taken back with this one: the
	// run was one transaction.
	Undone []string
	// Blockers had the lock that the statement waited for, as far as could be
	// seen.
	Blockers []Blocker
	// Reverting tells that the revision was being downgraded.
	Reverting bool
	Err       error
}

func (e *StatementError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", e.Path, e.Line, e.Col, e.Detail.Message)
	if e.Detail.SQLState != "" {
		fmt.Fprintf(&b, " (SQLSTATE %s)", e.Detail.SQLState)
	}
	for _, more := range [...]struct{ name, text string }{{"detail", e.Detail.Detail}, {"server hint", e.Detail.Hint}, {"where", e.Detail.Where}} {
		if more.text != "" {
			fmt.Fprintf(&b, "\n    %s: %s", more.name, more.text)
		}
	}
	for _, k := range e.Blockers {
		fmt.Fprintf(&b, "\n    blocked by: %s", k)
	}
	fmt.Fprintf(&b, "\n    statement: %s\n    %s", firstLines(e.SQL, 5), e.state())
	return b.String()
}

// state says what is in the database now, and what to do.
func (e *StatementError) state() string {
	what, again := "upgrade", "gen upgrade"
	if e.Reverting {
		what, again = "downgrade", "gen downgrade"
	}
	text := fmt.Sprintf("rolled back: %s of revision %s", plural(e.RolledBack, "statement"), e.Revision)
	if e.Unknown {
		text = fmt.Sprintf("in place or rolled back, the answer was lost: %s of revision %s", plural(e.RolledBack, "statement"), e.Revision)
	}
	if e.Done > 0 {
		text += fmt.Sprintf("; in place: its first %s of %d", plural(e.Done, "statement"), e.Total)
	} else if !e.Unknown {
		text += "; nothing of it is in place"
	}
	if len(e.Undone) > 0 {
		text += fmt.Sprintf("; with it: all of %s", strings.Join(e.Undone, ", "))
	}
	if len(e.Applied) > 0 {
		text += fmt.Sprintf("; finished before: %s", strings.Join(e.Applied, ", "))
	}
	if n := len(e.Remaining); n > 0 {
		text += fmt.Sprintf("; not begun: %s", plural(n, "revision"))
	}
	if e.Target != "" && e.Target != "head" {
		again += " " + e.Target
	}
	return text + fmt.Sprintf("\n    hint: correct the file or the data, then run the %s again with %s; it goes on from here", what, again)
}

func (e *StatementError) Unwrap() error { return e.Err }

// Detail is what a database error says beyond its text.
type Detail struct {
	SQLState string
	Message  string
	Detail   string
	Hint     string
	Where    string
	Position int // 1-based character in the statement; 0 unknown
}

// errorDetail reads a driver's error without importing the driver: it takes
// the first error of the chain with a SQLState method and, if that is a
// struct, its fields Message, Detail, Hint, Where and Position, the names that
// pgx and lib/pq share.
func errorDetail(err error) Detail {
	d := Detail{Message: err.Error()}
	var coded interface {
		error
		SQLState() string
	}
	if !errors.As(err, &coded) {
		return d
	}
	d.SQLState = coded.SQLState()
	v := reflect.Indirect(reflect.ValueOf(coded))
	if v.Kind() != reflect.Struct {
		return d
	}
	text := func(name string) string {
		switch f := v.FieldByName(name); {
		case !f.IsValid():
			return ""
		case f.Kind() == reflect.String:
			return f.String()
		case f.CanInt():
			return strconv.FormatInt(f.Int(), 10)
		}
		return ""
	}
	if m := text("Message"); m != "" {
		d.Message = m
	}
	d.Detail, d.Hint, d.Where = text("Detail"), text("Hint"), text("Where")
	d.Position, _ = strconv.Atoi(text("Position"))
	return d
}

// Holder is the session that has the lock, as far as the server tells.
type Holder struct {
	PID         int
	Application string
	User        string
	Client      string
	Since       time.Time // when its current transaction or statement began
	Query       string
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	text := fmt.Sprintf("process %d", h.PID)
	if h.Application != "" {
		text += " (" + h.Application + ")"
	}
	if h.Client != "" {
		text += " from " + h.Client
	}
	if !h.Since.IsZero() {
		text += " since " + h.Since.UTC().Format(time.RFC3339)
	}
	return text
}

// LockHeldError says that the lock was not obtained in time.
type LockHeldError struct {
	Holder Holder
	Waited time.Duration
}

func (e *LockHeldError) Error() string {
	text := fmt.Sprintf("another migration run holds the lock: %s; waited %s", e.Holder, e.Waited.Round(time.Millisecond))
	if e.Holder.Query != "" {
		text += "\n    running: " + firstLines(e.Holder.Query, 3)
	}
	if e.Holder.PID != 0 {
		text += fmt.Sprintf("\n    hint: wait for it, or end it with SELECT pg_terminate_backend(%d); a rerun goes on where it stopped", e.Holder.PID)
	}
	return text
}

// EditedError is an applied revision whose file no longer says what ran.
type EditedError struct {
	Revision string
	Path     string
	What     string // "statements", "parents", or "the statements that already ran"
	Recorded string // checksum or parents in the version table
	File     string // the same of the file
}

func (e *EditedError) Error() string {
	return fmt.Sprintf("%s: revision %s was edited after it was applied: %s differ\n    recorded: %s\n    file:     %s\n    hint: restore the file from version control and write a new revision for the change",
		e.Path, e.Revision, e.What, e.Recorded, e.File)
}

// MissingError is an applied revision that has no file.
type MissingError struct {
	Revision  string
	Message   string
	AppliedAt time.Time
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("revision %s (%s) is applied since %s, but its file is missing\n    hint: restore the file from version control; if this program is older than the database, run the newer one",
		e.Revision, e.Message, e.AppliedAt.UTC().Format(time.RFC3339))
}

// InterruptedError is a half-run revision that cannot go on by itself.
type InterruptedError struct {
	Revision    string
	Path        string
	State       State
	Done, Total int
	Statement   string // what was running when the run ended; may be empty
	Msg         string
	Hint        string
}

func (e *InterruptedError) Error() string {
	text := fmt.Sprintf("revision %s is half done (%s, %d of %d): %s", e.Revision, e.State, e.Done, e.Total, e.Msg)
	if e.Statement != "" {
		text += "\n    statement: " + firstLines(e.Statement, 5)
	}
	if e.Hint != "" {
		text += "\n    hint: " + e.Hint
	}
	return text
}

// IrreversibleError is a downgrade that a revision does not offer.
type IrreversibleError struct {
	Revision string
	Path     string
	Reason   string // empty when the file simply has no down section
}

func (e *IrreversibleError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("revision %s cannot be reverted: %s has no gen:down section\n    hint: write one; the checksum does not cover it", e.Revision, e.Path)
	}
	return fmt.Sprintf("revision %s cannot be reverted: %s\n    hint: its file says gen:irreversible (%s); restore a backup, or write a revision that goes forward", e.Revision, e.Reason, e.Path)
}

// DataLossError is a downgrade that would lose data which nobody has agreed to
// lose. Nothing was changed.
type DataLossError struct {
	Revisions []DataLoss // in the order in which they would be reverted
}

// DataLoss is what reverting one revision loses, as its file says.
type DataLoss struct {
	Revision, Path string
	Loses          []string
}

func (e *DataLossError) Error() string {
	var b, flags strings.Builder
	b.WriteString("the downgrade loses data for good")
	for _, r := range e.Revisions {
		fmt.Fprintf(&b, "\n    revision %s: %s", r.Revision, strings.Join(r.Loses, ", "))
		flags.WriteString(" --accept-data-loss " + r.Revision)
	}
	fmt.Fprintf(&b, "\n    hint: nothing was changed; to lose it, add%s (migrations.WithAcceptDataLoss)", flags.String())
	return b.String()
}

// FuncError is a gen:go step whose function this program does not have.
type FuncError struct {
	Revision, Path string
	Line           int
	Name           string
}

func (e *FuncError) Error() string {
	return fmt.Sprintf("%s:%d:1: revision %s calls the Go function %s, which this program does not have\n    hint: run the upgrade with the application's own binary, which registers it: migrations.WithFunc(%q, …)",
		e.Path, e.Line, e.Revision, e.Name, e.Name)
}

// VarError is a variable that a revision declares and nobody set.
type VarError struct {
	Revision, Path, Name string
}

func (e *VarError) Error() string {
	return fmt.Sprintf("%s: revision %s needs the variable %s\n    hint: set it with -x %s=<value>, or migrations.WithVars", e.Path, e.Revision, e.Name, e.Name)
}

// NotAtHeadError says that the database is not at the heads of the files.
type NotAtHeadError struct {
	Current []string
	Heads   []string
	Pending []string
}

func (e *NotAtHeadError) Error() string {
	return fmt.Sprintf("database is at %s, %s behind head %s\n    hint: gen upgrade head", orBaseIDs(e.Current), plural(len(e.Pending), "revision"), strings.Join(e.Heads, ", "))
}

// errStale ends an attempt whose view of the version table another process
// has overtaken; the runner reads again and plans anew.
var errStale = errors.New("another process changed the version table meanwhile")

func orBaseIDs(ids []string) string {
	if len(ids) == 0 {
		return "base"
	}
	return strings.Join(ids, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// firstLines shortens a statement for a message.
func firstLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	if len(lines) > n {
		lines = append(lines[:n], "…")
	}
	for i, l := range lines {
		if r := []rune(l); len(r) > 200 {
			lines[i] = string(r[:200]) + "…"
		}
	}
	return strings.Join(lines, "\n      ")
}
