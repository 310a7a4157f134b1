// Package postgres finds what lint.Rules describe in revisions for PostgreSQL, 13
// to 18. It reads statements by their words: PostgreSQL's own grammar as a Go
// module without cgo is that of version 17, which does not know what gen writes
// for 18 (NOT VALID of NOT NULL, VIRTUAL, NOT ENFORCED, WITHOUT OVERLAPS), takes
// a second to load and makes the program larger by half.
//
// It goes by the grammar of the manual's pages of each statement, and leaves
// expressions alone. A statement it cannot place has no verb.
package postgres

import (
	"github.com/gen-migrate/gen/internal/phrase"
	"github.com/gen-migrate/gen/migrations"
)

// A statement is what one statement of a step says.
type statement struct {
	source *migrations.Statement
	step   *migrations.Step
	p      phrase.Phrase

	verb    string // how it begins, as in forms; "" where it is none of them
	unknown string // what of it could not be placed; "" where all could

	names        []string // what it is about: tables, indexes, types, …; keys
	table        string   // the table behind ON or FROM; a key
	guarded      bool     // IF EXISTS, IF NOT EXISTS
	cascade      bool
	concurrently bool

	columns     []column     // of CREATE TABLE
	constraints []constraint // of CREATE TABLE and CREATE DOMAIN
	actions     []action     // of ALTER TABLE
	parent      string       // PARTITION OF
	partitioned bool         // PARTITION BY
	only        bool         // ON ONLY, ALTER TABLE ONLY

	unique bool          // of an index
	method string        // of an index, lower case
	keys   []string      // of an index: a column's name, or an expression as written
	where  phrase.Phrase // of an index or an UPDATE
	rest   phrase.Phrase // what follows the names
}

// name is the first of names, or "".
func (s *statement) name() string {
	if len(s.names) == 0 {
		return ""
	}
	return s.names[0]
}

// A column is one of CREATE TABLE or ADD COLUMN.
type column struct {
	name      string
	typ       string // as normalType
	written   string // the type as written
	notNull   bool
	primary   bool
	unique    bool
	def       phrase.Phrase // DEFAULT; nil: none
	generated string        // "", "stored", "virtual"
	expr      phrase.Phrase // of a generated column
	identity  bool
	checks    []constraint
	refs      *constraint
}

// serial reports whether the type is one of the serials.
func (c column) serial() bool {
	switch c.typ {
	case "serial", "bigserial", "smallserial", "serial4", "serial8", "serial2":
		return true
	}
	return false
}

// A constraint is one of a table, a column or a domain.
type constraint struct {
	name        string
	kind        string // primary key, unique, foreign key, check, exclude, not null
	columns     []string
	ref         string // a key
	refColumns  []string
	cascades    bool // ON DELETE CASCADE and the like
	notValid    bool
	notEnforced bool
	usingIndex  string // a key
	expr        phrase.Phrase
}

// An action is one of ALTER TABLE.
type action struct {
	kind     string // as in actionForms
	column   string
	col      column     // of ADD COLUMN
	con      constraint // of ADD CONSTRAINT; its name alone of others
	typ      string     // of TYPE
	written  string
	using    bool
	def      phrase.Phrase // of SET DEFAULT
	to       string        // new name, schema, owner; the other table of ATTACH, DETACH
	guarded  bool
	cascade  bool
	modifier string // CONCURRENTLY or FINALIZE of DETACH; FULL, NOTHING of REPLICA IDENTITY
	p        phrase.Phrase
}

// parse reads one statement. schema is the one that names without one lead to.
func parse(source *migrations.Statement, step *migrations.Step, schema string) *statement {
	s := &statement{source: source, step: step, p: phrase.Postgres(source.SQL)}
	n := names{schema}
	for _, f := range forms() {
		rest, ok := s.p.After(f.words...)
		if !ok {
			continue
		}
		s.verb = f.verb
		if f.read != nil {
			f.read(n, s, rest)
		}
		return s
	}
	s.unknown = "the statement"
	return s
}

// A form is how a statement begins, what it is called and who reads the rest.
type form struct {
	words []string
	verb  string
	read  func(names, *statement, phrase.Phrase) // nil: the rest matters to no rule
}

// forms are all statements of PostgreSQL 18 that may stand in a revision. Of two
// that fit, the first counts.
func forms() []form {
	return []form{
		{[]string{"ALTER", "TABLE"}, "ALTER TABLE", readAlterTable},
		{[]string{"ALTER", "FOREIGN", "TABLE"}, "ALTER FOREIGN TABLE", readNamed},
		{[]string{"ALTER", "INDEX"}, "ALTER INDEX", readNamed},
		{[]string{"ALTER", "TYPE"}, "ALTER TYPE", readNamed},
		{[]string{"ALTER", "DOMAIN"}, "ALTER DOMAIN", readNamed},
		{[]string{"ALTER", "SEQUENCE"}, "ALTER SEQUENCE", readNamed},
		{[]string{"ALTER", "SCHEMA"}, "ALTER SCHEMA", readNamed},
		{[]string{"ALTER", "EXTENSION"}, "ALTER EXTENSION", readNamed},
		{[]string{"ALTER", "VIEW"}, "ALTER VIEW", readNamed},
		{[]string{"ALTER", "MATERIALIZED", "VIEW"}, "ALTER MATERIALIZED VIEW", readNamed},
		{[]string{"ALTER", "POLICY"}, "ALTER POLICY", readOn},
		{[]string{"ALTER", "DEFAULT", "PRIVILEGES"}, "ALTER DEFAULT PRIVILEGES", nil},
		{[]string{"ALTER", "FUNCTION|PROCEDURE|ROUTINE|AGGREGATE"}, "ALTER FUNCTION", readNamed},
		{[]string{"ALTER", "DATABASE|ROLE|USER|GROUP|SYSTEM|TABLESPACE|SERVER|PUBLICATION|SUBSCRIPTION|TRIGGER|RULE|STATISTICS|COLLATION|CONVERSION|LANGUAGE|OPERATOR|TEXT|EVENT|LARGE|PROCEDURAL"}, "ALTER OTHER", nil},

		{[]string{"CREATE", "GLOBAL|LOCAL?", "TEMPORARY|TEMP", "TABLE"}, "CREATE TEMPORARY TABLE", readNamed},
		{[]string{"CREATE", "UNLOGGED?", "TABLE"}, "CREATE TABLE", readCreateTable},
		{[]string{"CREATE", "FOREIGN", "TABLE"}, "CREATE FOREIGN TABLE", nil},
		{[]string{"CREATE", "UNIQUE?", "INDEX"}, "CREATE INDEX", readCreateIndex},
		{[]string{"CREATE", "TYPE", "*", "AS", "ENUM"}, "CREATE ENUM", readCreateEnum},
		{[]string{"CREATE", "TYPE"}, "CREATE TYPE", readNamed},
		{[]string{"CREATE", "DOMAIN"}, "CREATE DOMAIN", readCreateDomain},
		{[]string{"CREATE", "SCHEMA"}, "CREATE SCHEMA", readNamed},
		{[]string{"CREATE", "EXTENSION"}, "CREATE EXTENSION", readNamed},
		{[]string{"CREATE", "TEMPORARY|TEMP?", "SEQUENCE"}, "CREATE SEQUENCE", readNamed},
		{[]string{"CREATE", "MATERIALIZED", "VIEW"}, "CREATE MATERIALIZED VIEW", readNamed},
		{[]string{"CREATE", "OR?", "REPLACE?", "TEMPORARY|TEMP?", "RECURSIVE?", "VIEW"}, "CREATE VIEW", readNamed},
		{[]string{"CREATE", "OR?", "REPLACE?", "FUNCTION|PROCEDURE"}, "CREATE FUNCTION", readNamed},
		{[]string{"CREATE", "OR?", "REPLACE?", "CONSTRAINT?", "TRIGGER"}, "CREATE TRIGGER", readOn},
		{[]string{"CREATE", "POLICY"}, "CREATE POLICY", readOn},
		{[]string{"CREATE", "DATABASE"}, "CREATE DATABASE", nil},
		{[]string{"CREATE", "PUBLICATION"}, "CREATE PUBLICATION", readCreatePublication},
		{[]string{"CREATE", "OR?", "REPLACE?", "TRUSTED?", "PROCEDURAL?", "AGGREGATE|LANGUAGE|RULE|TRANSFORM"}, "CREATE OTHER", nil},
		{[]string{"CREATE", "DEFAULT?", "ACCESS|CAST|COLLATION|CONVERSION|EVENT|FOREIGN|OPERATOR|ROLE|USER|GROUP|SERVER|STATISTICS|SUBSCRIPTION|TABLESPACE|TEXT"}, "CREATE OTHER", nil},

		{[]string{"DROP", "TABLE"}, "DROP TABLE", readDrop},
		{[]string{"DROP", "INDEX"}, "DROP INDEX", readDrop},
		{[]string{"DROP", "SCHEMA"}, "DROP SCHEMA", readDrop},
		{[]string{"DROP", "DATABASE"}, "DROP DATABASE", readDrop},
		{[]string{"DROP", "SEQUENCE"}, "DROP SEQUENCE", readDrop},
		{[]string{"DROP", "TYPE"}, "DROP TYPE", readDrop},
		{[]string{"DROP", "DOMAIN"}, "DROP DOMAIN", readDrop},
		{[]string{"DROP", "VIEW"}, "DROP VIEW", readDrop},
		{[]string{"DROP", "MATERIALIZED", "VIEW"}, "DROP MATERIALIZED VIEW", readDrop},
		{[]string{"DROP", "EXTENSION"}, "DROP EXTENSION", readDrop},
		{[]string{"DROP", "FUNCTION|PROCEDURE|ROUTINE|AGGREGATE"}, "DROP FUNCTION", readDrop},
		{[]string{"DROP", "TRIGGER"}, "DROP TRIGGER", readOn},
		{[]string{"DROP", "POLICY"}, "DROP POLICY", readOn},
		{[]string{"DROP", "RULE"}, "DROP RULE", readOn},
		{[]string{"DROP", "OWNED"}, "DROP OWNED", readDrop},
		{[]string{"DROP", "ACCESS|CAST|COLLATION|CONVERSION|EVENT|FOREIGN|LANGUAGE|OPERATOR|PUBLICATION|ROLE|USER|GROUP|SERVER|STATISTICS|SUBSCRIPTION|TABLESPACE|TEXT|TRANSFORM|PROCEDURAL"}, "DROP OTHER", readDrop},

		{[]string{"REINDEX"}, "REINDEX", readReindex},
		{[]string{"VACUUM"}, "VACUUM", readVacuum},
		{[]string{"CLUSTER"}, "CLUSTER", readCluster},
		{[]string{"REFRESH", "MATERIALIZED", "VIEW"}, "REFRESH", readRefresh},
		{[]string{"TRUNCATE", "TABLE?"}, "TRUNCATE", readDrop},
		{[]string{"UPDATE"}, "UPDATE", readUpdate},
		{[]string{"DELETE", "FROM"}, "DELETE", readUpdate},
		{[]string{"INSERT", "INTO"}, "INSERT", readNamed},
		{[]string{"MERGE", "INTO"}, "MERGE", readNamed},
		{[]string{"COPY"}, "COPY", nil},
		{[]string{"SELECT|VALUES|TABLE"}, "SELECT", nil},
		{[]string{"WITH"}, "WITH", nil},
		{[]string{"("}, "SELECT", nil},
		{[]string{"DO"}, "DO", nil},
		{[]string{"CALL"}, "CALL", nil},
		{[]string{"GRANT"}, "GRANT", nil},
		{[]string{"REVOKE"}, "REVOKE", nil},
		{[]string{"SET|RESET"}, "SET", nil},
		{[]string{"COMMENT|SECURITY|ANALYZE|ANALYSE|LOCK|NOTIFY|LISTEN|UNLISTEN|SHOW|EXPLAIN|CHECKPOINT|DISCARD|SAVEPOINT|RELEASE|ROLLBACK|LOAD|REASSIGN|IMPORT|PREPARE|EXECUTE|DEALLOCATE|DECLARE|FETCH|MOVE|CLOSE"}, "OTHER", nil},
	}
}
