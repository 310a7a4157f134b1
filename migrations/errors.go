package migrations

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

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
	if e.Holder.PID == 0 {
		return fmt.Sprintf("another process holds the lock; waited %s\n    hint: wait for it, or wait longer with --lock-wait 10m; a rerun goes on where it stopped", e.Waited.Round(time.Millisecond))
	}
	text := fmt.Sprintf("another migration run holds the lock: %s; waited %s", e.Holder, e.Waited.Round(time.Millisecond))
	if e.Holder.Query != "" {
		text += "\n    running: " + firstLines(e.Holder.Query, 3)
	}
	return text + fmt.Sprintf("\n    hint: wait for it, longer with --lock-wait 10m, or end it with SELECT pg_terminate_backend(%d); a rerun goes on where it stopped", e.Holder.PID)
}

// editedPrefix is EditedError.What of a half-applied revision.
const editedPrefix = "the statements that already ran"

// EditedError is an applied revision whose file no longer says what ran.
type EditedError struct {
	Revision string
	Path     string
	What     string // "statements", "parents", or "the statements that already ran"
	Recorded string // checksum or parents in the version table
	File     string // the same of the file
}

func (e *EditedError) Error() string {
	when, hint := "it was applied", "put the file back and write a new revision for the change; or, when the database is as the file says now: gen accept "+e.Revision
	if e.What == editedPrefix {
		when, hint = "a part of it had run", "put those statements back as they were, and correct only what has not run: gen current shows where it stands"
	}
	return fmt.Sprintf("%s: revision %s was edited after %s: %s differ\n    recorded: %s\n    file:     %s\n    hint: %s",
		e.Path, e.Revision, when, e.What, indented(e.Recorded), indented(e.File), hint)
}

// MissingError is a revision of the version table that has no file.
type MissingError struct {
	Revision  string
	Message   string
	State     State     // Running is half applied, Reverting half taken back
	StartedAt time.Time // of the first attempt
	AppliedAt time.Time // zero for one that was never finished
}

func (e *MissingError) Error() string {
	stands := "is applied since " + e.AppliedAt.UTC().Format(time.RFC3339)
	switch {
	case e.State == Running:
		stands = "is half applied, begun " + e.StartedAt.UTC().Format(time.RFC3339)
	case e.State == Reverting:
		stands = "is half taken back"
	}
	hint := "restore the file from version control: is it on another branch? If this program is older than the database, run the newer one"
	if e.State != Running {
		hint += fmt.Sprintf(". The database keeps the way back: gen downgrade %s@-1", e.Revision)
	}
	return fmt.Sprintf("revision %s %s, but its file is missing\n    hint: %s", Named(e.Revision, indented(e.Message)), stands, hint)
}

// Named is a revision for messages: its id, and behind it the message where it has
// one: "9c41d0 (add column)".
func Named(id, message string) string {
	if message == "" {
		return id
	}
	return id + " (" + message + ")"
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
	GoOn      string     // the command that agrees to it
}

// DataLoss is what reverting one revision loses, as its file says.
type DataLoss struct {
	Revision, Path string
	Loses          []string
}

func (e *DataLossError) Error() string {
	var b strings.Builder
	b.WriteString("the downgrade loses data for good")
	for _, r := range e.Revisions {
		fmt.Fprintf(&b, "\n    revision %s: %s", r.Revision, strings.Join(r.Loses, ", "))
	}
	fmt.Fprintf(&b, "\n    hint: nothing was changed; to lose it: %s", e.GoOn)
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

// indented is a text of several lines as part of one error: whoever prints
// errors takes a line that is not indented for another one, and one behind
// "    hint: " for what helps.
func indented(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), "\r", ""), "\n", "\n      ")
}
