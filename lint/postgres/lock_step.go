package postgres

import (
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

func lockStepChecks() []check {
	return []check{
		{"LOCK22", noLockTimeout},
		{"LOCK23", noStatementTimeout},
		{"LOCK24", workAfterLock},
		{"LOCK25", altersCouldBeOne},
		{"LOCK26", severalTables},
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// locked are the tables, there before, on which the statement takes a lock that
// keeps others from writing at least.
func (v *visit) locked(s *statement) []string {
	var tables []string
	add := func(names ...string) {
		for _, name := range names {
			if v.old(name) && !slices.Contains(tables, name) {
				tables = append(tables, name)
			}
		}
	}
	switch s.verb {
	case "ALTER TABLE":
		for i := range s.actions {
			switch a := &s.actions[i]; a.kind {
			case "VALIDATE CONSTRAINT", "SET OPTION":
			case "ADD CONSTRAINT":
				add(s.name())
				if a.con.kind == "foreign key" {
					add(a.con.ref)
				}
			default:
				add(s.name())
			}
		}
	case "DROP TABLE", "TRUNCATE":
		add(s.names...)
	case "CREATE INDEX":
		if !s.concurrently {
			add(s.table)
		}
	case "CREATE TRIGGER", "DROP TRIGGER", "CREATE POLICY", "ALTER POLICY", "DROP POLICY":
		add(s.table)
	case "VACUUM FULL", "CLUSTER":
		add(s.name())
	case "CREATE TABLE":
		for _, c := range s.constraints {
			add(c.ref)
		}
		for _, c := range s.columns {
			if c.refs != nil {
				add(c.refs.ref)
			}
		}
	}
	return tables
}

func noLockTimeout(v *visit) {
	if len(v.locked(v.statement)) == 0 {
		return
	}
	for _, s := range v.earlier() {
		if s.verb == "SET" && s.p.Begins("SET", "LOCAL|SESSION?", "LOCK_TIMEOUT") && !strings.Contains(s.p.String(), " 0") && !strings.Contains(s.p.String(), "'0") {
			return
		}
	}
	table := v.locked(v.statement)[0]
	switch {
	case v.step.LockTimeout == migrations.NoTimeout:
		v.say("", table, "the step waits for the lock on %s for ever, and everybody behind it does too", table)
	case v.step.LockTimeout == 0 && !v.facts.LockTimeout:
		v.say("", table, "neither the step nor run.lock_timeout bounds how long the lock on %s is waited for", table)
	}
}

// long reports whether a statement reads or writes a table from end to end.
func (s *statement) long() bool {
	switch s.verb {
	case "UPDATE", "DELETE", "INSERT", "MERGE", "WITH", "REFRESH", "VACUUM FULL", "CLUSTER", "REINDEX":
		return true
	case "CREATE INDEX":
		return !s.only
	}
	return slices.ContainsFunc(s.actions, func(a action) bool { return a.kind == "VALIDATE CONSTRAINT" })
}

func noStatementTimeout(v *visit) {
	if !v.long() || v.table != "" && !v.old(v.table) {
		return
	}
	if v.step.StatementTimeout == migrations.NoTimeout || v.step.StatementTimeout == 0 && !v.facts.StatementTimeout {
		v.say(v.table, orElse(v.table, v.name()), "nothing bounds how long the statement runs")
	}
}

func workAfterLock(v *visit) {
	if !v.long() || v.verb == "ALTER TABLE" { // VALIDATE: LOCK07
		return
	}
	if v.verb == "INSERT" && v.p.Has("VALUES") {
		return // a few rows
	}
	for _, s := range v.earlier() {
		if tables := v.locked(s); len(tables) > 0 && s.verb != "CREATE INDEX" && s.verb != "CREATE TABLE" {
			v.say(tables[0], tables[0], "runs while the step holds the lock of %s on %s", s.verb, tables[0])
			return
		}
	}
}

func altersCouldBeOne(v *visit) {
	if v.verb != "ALTER TABLE" || !v.old(v.name()) || !mergeable(v.statement) {
		return
	}
	before := v.earlier()
	if len(before) == 0 {
		return
	}
	last := before[len(before)-1]
	if last.verb != "ALTER TABLE" || last.name() != v.name() || last.only != v.only || !mergeable(last) {
		return
	}
	// What the first one adds, the second cannot always use in the same statement.
	for _, a := range last.actions {
		for _, b := range v.actions {
			if a.column != "" && (a.column == b.column || slices.Contains(b.con.columns, a.column) || mentions(b.con.expr, a.column)) {
				return
			}
			if a.con.name != "" && a.con.name == b.con.name {
				return
			}
		}
	}
	// SET NOT NULL and DROP CONSTRAINT together read the table: LOCK30.
	if has(last, "SET NOT NULL") && has(v.statement, "DROP CONSTRAINT") {
		return
	}
	v.say(v.name(), v.name(), "both this ALTER TABLE and the one before it are on %s", v.name())
}

func has(s *statement, kind string) bool {
	return slices.ContainsFunc(s.actions, func(a action) bool { return a.kind == kind })
}

// mergeable reports whether all actions may stand beside others: those of RENAME,
// SET SCHEMA and of partitions stand alone.
func mergeable(s *statement) bool {
	for _, a := range s.actions {
		switch a.kind {
		case "RENAME", "RENAME COLUMN", "RENAME CONSTRAINT", "SET SCHEMA", "ATTACH PARTITION", "DETACH PARTITION", "VALIDATE CONSTRAINT", "SET OPTION", "":
			return false
		}
	}
	return true
}

func severalTables(v *visit) {
	mine := v.locked(v.statement)
	if len(mine) == 0 || v.verb == "CREATE TABLE" {
		return
	}
	var before []string
	for _, s := range v.earlier() {
		for _, t := range v.locked(s) {
			if s.verb != "CREATE TABLE" && !slices.Contains(before, t) {
				before = append(before, t)
			}
		}
	}
	for i, t := range mine {
		if slices.Contains(before, t) {
			continue
		}
		if len(before) > 0 {
			v.say(t, t, "%s is locked while the step holds %s", t, strings.Join(before, ", "))
			return
		}
		if i > 0 && v.verb != "ALTER TABLE" { // the tables of one foreign key: LOCK05
			v.say(t, t, "%s is locked while the statement holds %s", t, strings.Join(mine[:i], ", "))
			return
		}
	}
}
