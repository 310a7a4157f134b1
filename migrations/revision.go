package migrations

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Revision is one revision file: what it is, where it stands in the graph, and
// its statements up and down.
type Revision struct {
	// ID is 4 to 32 of [0-9a-z]; NewID makes 12 hex digits.
	ID string
	// Parents are the ids this revision follows: none for a root, two or more
	// for a merge.
	Parents []string
	// Message is one line.
	Message string
	// Created is UTC; zero when the file does not say.
	Created time.Time
	// Depends are revisions of other branches that must be applied before:
	// ids, labels, or label@id.
	Depends []string
	// Labels name the branch this revision belongs to.
	Labels []string
	// Hazards are sentences about what may hurt; for people only.
	Hazards []string
	// Dialect is what Up and Down are written in. It is empty only when every
	// section of the file names its own dialect, in Variants.
	Dialect Dialect
	// Expects is the fingerprint of the schema the revision was written for;
	// empty when unknown.
	Expects string
	// Measured is the server that was seen to do what the comments say of rewrites
	// and scans; for people only. Empty when none was asked.
	Measured string
	// Vars are the names the statements may use as :'name' and :"name".
	Vars []string
	// Replaces are the ids that a squashed revision stands for.
	Replaces []string

	// Up are the steps forward; none in a merge.
	Up []Step
	// Down are the steps back. Nil means the file has no down section, an
	// empty list that there is nothing to undo.
	Down []Step
	// Irreversible is why there is no way back; empty when there may be one.
	Irreversible string

	// Variants are the sections for dialects other than Dialect.
	Variants []Variant

	// Path is where the file was read from, for messages.
	Path string
}

// Variant is a revision's content for one dialect.
type Variant struct {
	Dialect      Dialect
	Up           []Step
	Down         []Step
	Irreversible string
}

// Step is a part of a revision that runs in one way.
type Step struct {
	Tx TxMode
	// Name is for people and logs; empty when not given.
	Name string
	// LockTimeout and StatementTimeout are 0 when not given and NoTimeout when
	// the file says 0, which means never.
	LockTimeout, StatementTimeout time.Duration
	// Throttle is how long a TxBatch step rests between two turns; 0 not at all.
	Throttle time.Duration
	// ForeignKeysOff is for SQLite: the step runs with foreign keys off and
	// legacy_alter_table on, as a table rebuild needs, and every foreign key
	// of the database is checked before it commits. It needs TxOn.
	ForeignKeysOff bool
	// Loses says what the step loses for good, an entry each: "what was
	// written to orders.status". A downgrade that would run it is refused
	// unless WithAcceptDataLoss names the revision.
	Loses []string
	// Statements run in order. They are empty when Go is set.
	Statements []Statement
	// Go names a function registered with WithFunc, GoRev its version: a
	// change of either changes the checksum.
	Go, GoRev string
	// Line is where the step begins in the file; 0 when not read from one.
	Line int
}

// NoTimeout is a lock or statement timeout that never fires.
const NoTimeout time.Duration = -1

// TxMode says how a step's statements are put into transactions.
type TxMode int

const (
	// TxOn runs the whole step in one transaction.
	TxOn TxMode = iota
	// TxEach runs each statement in a transaction of its own, and those the
	// server refuses in a transaction without one.
	TxEach
	// TxBatch repeats one data statement, each time in a transaction of its
	// own, until it affects no row.
	TxBatch
)

var txModeNames = [...]string{TxOn: "on", TxEach: "each", TxBatch: "batch"}

// String is the value of tx= in a file.
func (m TxMode) String() string {
	if m >= 0 && int(m) < len(txModeNames) {
		return txModeNames[m]
	}
	return fmt.Sprintf("TxMode(%d)", int(m))
}

// For returns the content for d. It is an error when the file has no section
// for d.
func (r *Revision) For(d Dialect) (Variant, error) {
	if r.Dialect == d {
		return Variant{d, r.Up, r.Down, r.Irreversible}, nil
	}
	has := []string{}
	if r.Dialect != "" {
		has = append(has, string(r.Dialect))
	}
	for _, v := range r.Variants {
		if v.Dialect == d {
			return v, nil
		}
		has = append(has, string(v.Dialect))
	}
	return Variant{}, &FileError{Path: r.Path, Line: 1, Col: 1,
		Msg:  fmt.Sprintf("revision %s has no section for %s, only for %s", r.ID, d, strings.Join(has, ", ")),
		Hint: fmt.Sprintf("add -- gen:up dialect=%s", d)}
}

// kind is what the version table calls the revision.
func (r *Revision) kind() string {
	switch {
	case len(r.Replaces) > 0:
		return kindSquash
	case len(r.Parents) > 1:
		return kindMerge
	}
	return kindSQL
}

// CheckID returns why id cannot name a revision, or nil.
func CheckID(id string) error { return asError(checkID(id)) }

// CheckLabel returns why label cannot name a branch, or nil.
func CheckLabel(label string) error { return asError(checkLabel(label)) }

func asError(msg string) error {
	if msg == "" {
		return nil
	}
	return errors.New(msg)
}

// checkID returns why id cannot name a revision, or "".
func checkID(id string) string {
	if len(id) < 4 || len(id) > 32 {
		return fmt.Sprintf("revision id %q must have 4 to 32 characters", id)
	}
	for _, c := range []byte(id) {
		if !isDigit(c) && (c < 'a' || c > 'z') {
			return fmt.Sprintf("revision id %q may hold only 0-9 and a-z", id)
		}
	}
	if slices.Contains(symbolWords, id) {
		return fmt.Sprintf("revision id %q is a word of the command line", id)
	}
	return ""
}

// symbolWords are the revision symbols that cannot be ids or labels.
var symbolWords = []string{"head", "heads", "base", "current"}

// checkLabel returns why label cannot name a branch, or "".
func checkLabel(label string) string {
	if label == "" || slices.Contains(symbolWords, label) {
		return fmt.Sprintf("label %q is a word of the command line", label)
	}
	for _, c := range label {
		if c != '_' && c != '.' && (c >= 0x80 || !isWordStart(byte(c)) && !isDigit(byte(c))) {
			return fmt.Sprintf("label %q may hold only letters, digits, _ and .", label)
		}
	}
	return ""
}

// checkDepends returns why dep cannot be an entry of depends, or "".
func checkDepends(dep string) string {
	label, id, both := strings.Cut(dep, "@")
	if !both {
		return checkLabel(dep) // every id is also a well-formed label
	}
	if msg := checkLabel(label); msg != "" {
		return msg
	}
	return checkID(id)
}

// What the version table's column kind holds.
const (
	kindSQL    = "sql"
	kindMerge  = "merge"
	kindStamp  = "stamp"
	kindSquash = "squash"
)
