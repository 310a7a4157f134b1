package migrations

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// hint says what to do about the failure, and ends in the command that goes on.
func (e *StatementError) hint() string {
	command := e.GoOn
	if command == "" {
		command = "gen upgrade"
		if e.Reverting {
			command = "gen downgrade " + cmp.Or(e.Target, "-1")
		}
	}
	text := e.advice() + ", then go on from here"
	if len(e.Repairs) > 0 {
		text += ", beginning with " + strings.Join(e.Repairs, " and ")
	}
	return text + ": " + command
}

// advice is what to do before the run goes on, by what the server said.
func (e *StatementError) advice() string {
	switch {
	case e.mend != "":
		return "run " + e.mend
	case e.InDoubt:
		return fmt.Sprintf("look how far it came, and say it: gen resolve %s --done, or --redo", e.Revision)
	case e.Stopped:
		return "the run was stopped, nothing is wrong with the file"
	case e.lost:
		return "the connection was lost: wait until the server answers again"
	case errors.Is(e.Err, errUnlocked):
		return "take that out of the statement, or of the function it calls; " + unlockOwn
	case e.Detail.SQLState == "":
		return e.driverAdvice()
	}
	for _, a := range adviceTable() {
		if slices.ContainsFunc(a.states, func(s string) bool { return strings.HasPrefix(e.Detail.SQLState, s) }) {
			return a.text(e)
		}
	}
	return noAdvice
}

// noAdvice is for whatever nobody knows more about.
const noAdvice = "correct the file or the data"

// Advice is what helps against an error of a database that is not a statement of
// a revision: a full disk, a lost connection, a right that is missing. It is
// empty when that is not known. d is the error's detail as WithErrorDetail reads
// it.
func Advice(d Detail, err error) string {
	e := &StatementError{Detail: d, Err: err}
	if strings.HasPrefix(d.SQLState, "42") && d.SQLState != insufficientPrivilege || strings.HasPrefix(d.SQLState, "2") && d.SQLState != "25006" {
		return "" // of gen's own statements, or of data: there is no file to correct
	}
	if text := e.advice(); text != noAdvice {
		return text
	}
	return ""
}

// An adviceRow is what helps against some SQLSTATEs, each in full or the two
// characters of a class (PostgreSQL's manual, appendix A: error codes).
type adviceRow struct {
	states []string
	text   func(*StatementError) string
}

// adviceTable is read from above: a state stands before its class.
func adviceTable() []adviceRow {
	say := func(text string) func(*StatementError) string { return func(*StatementError) string { return text } }
	return []adviceRow{
		{[]string{"55P03"}, (*StatementError).lockAdvice},
		{[]string{"40P01"}, say("two sessions waited for each other, see detail: run when the other one is quiet")},
		{[]string{"40001"}, say("another transaction changed the same rows: nothing is wrong with the file")},
		{[]string{"57014"}, (*StatementError).cancelAdvice},
		{[]string{"25P03", "57P05"}, say("the server ended a session that was idle for too long: let the step do less at a time")},
		{[]string{"08", "57P"}, say("the connection was lost: wait until the server answers again")},
		{[]string{"53100"}, say("the server's disk is full: make room there")},
		{[]string{"53300"}, say("the server has no connection left: end idle ones, or raise max_connections")},
		{[]string{"53400"}, say("a limit of the server's configuration was reached: raise it for this role (ALTER ROLE … SET …)")},
		{[]string{"53"}, (*StatementError).memoryAdvice},
		{[]string{"42501"}, (*StatementError).rightsAdvice},
		{[]string{"25006"}, say("the session is read-only: use the primary's URL, or turn default_transaction_read_only off for this role and database")},
		{[]string{"2D000"}, (*StatementError).terminationAdvice},
		{[]string{"25001"}, say("this statement runs outside transactions only: put it into a step of its own, -- gen:step tx=each")},
		{[]string{"55P04"}, say("a new enum value serves once it is committed: begin a step behind it, -- gen:step")},
		{[]string{"55006"}, say("an earlier statement of the same transaction still uses it: begin a step before this one, -- gen:step; or end the session that uses it")},
		{[]string{"2BP01"}, say("drop what the detail names first, or write CASCADE if it may go with it")},
		{[]string{"42P04", "42P06", "42P07", "42701", "42710", "42723"}, (*StatementError).thereAdvice},
		{[]string{"23", "22"}, say("correct the data that stands against it, or the file")},
		{[]string{"42"}, say("correct the file")},
	}
}

// driverAdvice is for errors of which no server told a state.
func (e *StatementError) driverAdvice() string {
	if _, over := errors.AsType[*timeoutError](e.Err); over {
		return e.cancelAdvice()
	}
	var coded interface{ Code() int }
	if errors.As(e.Err, &coded) {
		if coded.Code() == 1 { // SQLITE_ERROR tells the rest in English
			return e.sqliteErrorAdvice()
		}
		return sqliteAdvice(coded.Code() & 0xff)
	}
	if e.inGo() {
		return "correct the function or the data"
	}
	return noAdvice
}

func (e *StatementError) sqliteErrorAdvice() string {
	switch text := e.Detail.Message; {
	case strings.Contains(text, "already exists"), strings.Contains(text, "duplicate column name"):
		return e.thereAdvice()
	case strings.Contains(text, "no such "), strings.Contains(text, "syntax error"):
		return "correct the file"
	}
	return noAdvice
}

// sqliteAdvice is for SQLite's primary result codes (sqlite.org/rescode.html).
func sqliteAdvice(code int) string {
	switch code {
	case 8: // SQLITE_READONLY
		return "the database file is read-only: give this user the right to write it and its directory"
	case 10: // SQLITE_IOERR
		return "the disk or the file system refuses: see to it"
	case 13: // SQLITE_FULL
		return "the disk is full, or max_page_count is reached: make room"
	case 11, 26: // SQLITE_CORRUPT, SQLITE_NOTADB
		return "the file is damaged, or no database: PRAGMA integrity_check tells; restore a backup"
	case 19: // SQLITE_CONSTRAINT
		return "correct the data that stands against it, or the file"
	}
	return noAdvice
}

// lockAdvice is for a step that gave up waiting for others.
func (e *StatementError) lockAdvice() string {
	who := "another session has the lock"
	if len(e.Blockers) > 0 {
		var ends []string
		for _, b := range e.Blockers {
			ends = append(ends, fmt.Sprintf("SELECT pg_terminate_backend(%d)", b.PID))
		}
		who = "others have the lock: wait for them, or end them with " + strings.Join(ends, ", ")
	}
	if e.step != nil && e.step.LockTimeout != 0 {
		return fmt.Sprintf("%s; or have the step wait longer: lock_timeout=%s stands in the file", who, e.step.LockTimeout)
	}
	return who + "; or wait longer with --lock-timeout 30s (run.lock_timeout in gen.toml)"
}

// thereAdvice is for what exists already. At the first revision of all it is the
// database that mostly was there before gen.
func (e *StatementError) thereAdvice() string {
	const look = "it is there already: see whether it is what the file means, and take the statement out of the file or drop what is there"
	if e.atBase && !e.Reverting {
		return "if the database was built some other way, say so (gen stamp " + e.Revision + "); else " + look
	}
	return look
}

// cancelAdvice is for a statement that the server cancelled: a timeout, or
// somebody who asked for it. The server tells which in its own language.
func (e *StatementError) cancelAdvice() string {
	switch limit := e.statementTimeout(); {
	case limit > 0:
		return fmt.Sprintf("it was not done within %s: have it do less at a time (tx=batch), or give it longer: statement_timeout= of the step, [run] in gen.toml", limit)
	case strings.Contains(e.Detail.Message, "statement timeout"):
		return "it was not done in time: SET statement_timeout in the file is too short"
	}
	return "somebody cancelled it (pg_cancel_backend); nothing is wrong with the file"
}

func (e *StatementError) statementTimeout() time.Duration {
	if e.step == nil {
		return 0
	}
	return e.step.StatementTimeout
}

// terminationAdvice is for COMMIT or ROLLBACK inside a transaction of gen's: the
// server allows them in a procedure that is called outside of one, and gen calls
// it so in tx=each. A DO block has no such place: it would leave nothing behind
// by which a rerun could tell how far it came.
func (e *StatementError) terminationAdvice() string {
	if firstWord(&scanner{src: e.SQL, rules: postgresRules()}) == "CALL" {
		return "a procedure that commits runs outside transactions only: put the CALL into a step of its own, -- gen:step tx=each"
	}
	return "gen runs this in a transaction, which the COMMIT or ROLLBACK in it would end: take that out and let a step with tx=batch repeat one statement and commit each time, or make it a procedure and CALL it in a step with tx=each"
}

// memoryAdvice is for the class "insufficient resources": mostly the table of
// locks, to which a transaction adds each table, index and partition it touches.
func (e *StatementError) memoryAdvice() string {
	if strings.Contains(e.Detail.Message+e.Detail.Hint, "max_locks_per_transaction") || strings.Contains(e.Detail.Message, "shared memory") {
		return "the transaction holds more locks than the server has room for: divide it with -- gen:step, or raise max_locks_per_transaction and restart the server"
	}
	return "the server is out of memory or other means, see its log"
}

var (
	deniedFor = regexp.MustCompile(`^permission denied for (table|view|materialized view|sequence|schema|function|procedure|database|type|domain|language|tablespace|foreign-data wrapper|foreign server) (.+)$`)
	ownerOf   = regexp.MustCompile(`^must be owner of .+`)
)

// rightsAdvice names the GRANT, where the server says in English what is
// missing.
func (e *StatementError) rightsAdvice() string {
	role := "this role"
	if e.Role != "" {
		role = quoteIfNeeded(e.Role)
	}
	if m := deniedFor.FindStringSubmatch(e.Detail.Message); m != nil {
		what, name := m[1], quoteIfNeeded(m[2])
		right := map[string]string{"schema": "USAGE, CREATE", "sequence": "USAGE, SELECT, UPDATE", "function": "EXECUTE", "procedure": "EXECUTE",
			"database": "CREATE", "tablespace": "CREATE"}[what]
		switch what {
		case "table", "view", "materialized view":
			return fmt.Sprintf("let its owner give the right: GRANT %s ON %s TO %s", tableRight(e.SQL), name, role)
		case "function", "procedure":
			name += "(…)"
		}
		return fmt.Sprintf("let its owner give the right: GRANT %s ON %s %s TO %s", cmp.Or(right, "USAGE"), strings.ToUpper(what), name, role)
	}
	if ownerOf.MatchString(e.Detail.Message) {
		return fmt.Sprintf("only the owner may do this: run with the owner's URL, or make %s a member of the owning role (GRANT owner TO %s)", role, role)
	}
	return fmt.Sprintf("%s lacks a right: run with a role that has it, or GRANT it", role)
}

// tableRight is what a statement needs on the tables it names; what it changes
// it mostly reads as well.
func tableRight(text string) string {
	switch w := firstWord(&scanner{src: text, rules: postgresRules()}); w {
	case "SELECT":
		return w
	case "INSERT", "UPDATE", "DELETE":
		return "SELECT, " + w
	case "TRUNCATE":
		return w
	}
	return "ALL"
}

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_$]*$`)

// quoteIfNeeded writes an identifier for a command to paste; a keyword as a name
// is the caller's to quote.
func quoteIfNeeded(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return quote(name)
}
