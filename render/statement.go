// Package render is what the dialects' renderers share: the [Statement] they
// make out of a [diff.Plan], and how its facts are told in the comment above
// it. The renderers themselves are render/postgres and render/sqlite. All of
// it is pure.
package render

import (
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A Statement is one SQL statement and what is known about it before it runs.
type Statement struct {
	SQL string // without the semicolon at the end

	// Change is what the statement is part of; the first statement of a change
	// tells the reader what changes, the others only their own facts.
	Change diff.Change
	First  bool
	// Also are further changes that this statement carries out in the same
	// pass over the table, and that no earlier statement told of.
	Also []diff.Change

	// Why the statement stands there, where its change does not say it: a clause
	// without a full stop.
	Why string

	Tx Tx

	Locks    []Lock      // in the order taken; empty: none that anybody notices
	Rewrites bool        // the table's rows are written anew
	Scans    bool        // the table's rows are read while the lock is held
	Sizes    []TableSize // of tables locked for long, where they are known
	Hazards  []Hazard    // what may go wrong or hurt, most serious first
	// Prechecks are queries, each on one line, that find the rows there are now on
	// which the statement would fail, and show their keys.
	Prechecks []string
	Loses     string // what is lost for good: "what was written to orders.status"; empty: nothing

	// Rebuild marks the statements of a SQLite table rebuild: they run with
	// foreign keys switched off around their transaction.
	Rebuild bool
	// Joined marks one that is no part of a rebuild and runs in the same
	// transaction and under the same settings all the same; Rebuild is set too.
	Joined bool
}

// Tx says how a statement relates to transactions.
type Tx int

const (
	// InTx: runs in one transaction with its neighbours.
	InTx Tx = iota
	// OwnTx: must be committed before what follows may run (ALTER TYPE … ADD VALUE).
	OwnTx
	// NoTx: the server refuses it inside a transaction (CREATE INDEX CONCURRENTLY).
	NoTx
	// Batches: one data statement, repeated until no row is affected, in a
	// transaction each time.
	Batches
)

// A Lock is a lock on a relation. Mode is in the words of the server's manual,
// "ACCESS EXCLUSIVE"; Long says that it is held while rows are read or written,
// otherwise it is brief.
type Lock struct {
	Relation schema.Name
	Mode     string
	Long     bool
}

// A Hazard is something a reviewer should know. ID is stable, upper case
// ("LOCK01", "DATA02"); Text is a sentence without a full stop. Object is what
// it is about ("orders.status"), where that is not the change of the statement.
type Hazard struct {
	ID     string
	Text   string
	Object string
	Note   bool // of a lock on small tables: worth knowing, and no danger
}

// Options are what a renderer must know besides the plan.
type Options struct {
	// ServerVersion: PostgreSQL's server_version_num (150018), SQLite's
	// sqlite3_libversion_number (3053004). 0: the oldest supported.
	ServerVersion int
	// Online: what reads every row of a table that others use is a step of its
	// own, under a lock that lets them, where the product can do it in two.
	Online bool
}

// An UnsupportedError says that a change cannot be planned, why, and what a
// person can do about it.
type UnsupportedError struct {
	Change diff.Change
	Why    string // "SQLite cannot …", one sentence without full stop
	Hint   string // what to do instead
}

func (e *UnsupportedError) Error() string { return e.Why }
