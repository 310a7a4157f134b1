package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

func corrChecks() []check {
	return []check{
		{"CORR04", jsonColumn},
		{"CORR05", shortKey},
		{"CORR12", enumValueUsed},
		{"CORR13", enumValueUnplaced},
		{"CORR14", enumCreated},
		{"CORR15", untracked},
		{"CORR16", immutableReplaced},
		{"CORR17", extensionChanged},
		{"CORR18", accessChanged},
		{"CORR19", ownerChanged},
		{"CORR20", replicationWithoutKey},
		{"CORR21", sessionDependent},
		{"CORR22", sequenceRestarted},
	}
}

// newColumns calls look for each column that the statement makes or gives a new
// type to.
func (v *visit) newColumns(look func(c *column)) {
	switch v.verb {
	case "CREATE TABLE":
		for i := range v.columns {
			look(&v.columns[i])
		}
	case "ALTER TABLE":
		for i := range v.actions {
			switch a := &v.actions[i]; a.kind {
			case "ADD COLUMN":
				look(&a.col)
			case "TYPE":
				look(&column{name: a.column, typ: a.typ, written: a.written})
			}
		}
	}
}

func jsonColumn(v *visit) {
	v.newColumns(func(c *column) {
		if baseType(c.typ) == "json" {
			v.say("", v.name()+"."+c.name, "%s.%s is json, which has no equality", v.name(), c.name)
		}
	})
}

func shortKey(v *visit) {
	if v.verb != "CREATE TABLE" {
		return
	}
	short := func(name string) {
		for _, c := range v.columns {
			if c.name != name {
				continue
			}
			switch t := v.typeOf(v.name(), name); t {
			case "integer":
				v.say("", v.name()+"."+name, "the key %s.%s ends at 2,147,483,647", v.name(), name)
			case "smallint":
				v.say("", v.name()+"."+name, "the key %s.%s ends at 32,767", v.name(), name)
			}
		}
	}
	for _, c := range v.columns {
		if c.primary {
			short(c.name)
		}
	}
	for _, c := range v.constraints {
		if c.kind == "primary key" && len(c.columns) == 1 {
			short(c.columns[0])
		}
	}
}

func enumValueUsed(v *visit) {
	for _, s := range v.earlier() {
		if s.verb != "ALTER TYPE" || !s.rest.Begins("ADD", "VALUE") {
			continue
		}
		value, _ := s.rest.After("ADD", "VALUE", "IF?", "NOT?", "EXISTS?")
		if len(value) > 0 && value[0].Kind == phrase.String && v.verb != "ALTER TYPE" && hasLiteral(v.p, strings.ToLower(unquoted(value[0]))) &&
			!slices.ContainsFunc(v.before, func(b *statement) bool {
				return b.step == v.step && b.verb == "CREATE ENUM" && b.name() == s.name()
			}) {
			v.say("", s.name(), "%s is added to %s in the same transaction, and cannot be used in it", value[0].Plain, s.name())
		}
	}
}

func enumValueUnplaced(v *visit) {
	if v.verb == "ALTER TYPE" && v.rest.Begins("ADD", "VALUE") && !v.rest.Has("BEFORE|AFTER") {
		v.say("", v.name(), "the new value of %s comes last", v.name())
	}
}

func enumCreated(v *visit) {
	if v.verb == "CREATE ENUM" {
		v.say("", v.name(), "values of %s can never be removed", v.name())
	}
}

func untracked(v *visit) {
	if v.verb != "CREATE FUNCTION" {
		return
	}
	body, ok := v.rest.Behind("AS")
	if ok && len(body) > 0 && body[0].Kind == phrase.String {
		v.say("", v.name(), "the body of %s is a string, into which the server does not look", v.name())
	}
}

func immutableReplaced(v *visit) {
	if v.verb != "CREATE FUNCTION" || !v.p.Begins("CREATE", "OR", "REPLACE") {
		return
	}
	name := bare(v.name())
	for _, key := range sortedKeys(v.state.indexes) {
		ix := v.state.indexes[key]
		if mentions(ix.where, name) || slices.ContainsFunc(ix.keys, func(k string) bool { return mentionsText(k, name) }) {
			v.say("", v.name(), "index %s holds what %s gave before", key, v.name())
		}
	}
	for _, key := range sortedKeys(v.state.tables) {
		t := v.state.tables[key]
		for _, c := range sortedKeys(t.columns) {
			if t.columns[c].generated != "" && mentions(t.columns[c].expr, name) {
				v.say("", v.name(), "%s.%s holds what %s gave before", key, c, v.name())
			}
		}
		for _, c := range t.constraints {
			if c.kind == "check" && mentions(c.expr, name) {
				v.say("", v.name(), "rows of %s were checked with what %s gave before", key, v.name())
			}
		}
	}
}

func extensionChanged(v *visit) {
	switch {
	case v.verb == "ALTER EXTENSION" && v.rest.Begins("UPDATE"):
		v.say("", v.name(), "the update script of %s runs", v.name())
	case v.verb == "DROP EXTENSION":
		v.say("", v.name(), "extension %s goes with all that belongs to it", v.name())
	}
}

func accessChanged(v *visit) {
	switch v.verb {
	case "GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES":
		v.say("", "", "rights change")
	case "CREATE POLICY", "ALTER POLICY", "DROP POLICY":
		if v.old(v.table) {
			v.say("", v.table, "which rows of %s a role sees changes", v.table)
		}
	}
	v.each("ROW SECURITY", func(a *action) {
		v.say("", v.name(), "which rows of %s a role sees changes", v.name())
	})
}

func ownerChanged(v *visit) {
	owner := v.rest.Begins("OWNER", "TO") || v.verb == "ALTER TABLE" && has(v.statement, "OWNER")
	if owner && v.old(v.name()) {
		v.say("", v.name(), "%s gets another owner", v.name())
	}
}

func replicationWithoutKey(v *visit) {
	v.each("REPLICA IDENTITY", func(a *action) {
		if a.modifier == "FULL" || a.modifier == "NOTHING" {
			v.say("", v.name(), "REPLICA IDENTITY %s", a.modifier)
		}
	})
	if v.verb == "CREATE PUBLICATION" {
		for _, name := range v.names {
			if v.state.whole(name) && v.state.key(name) == nil {
				v.say("", name, "%s is published and has no primary key", name)
			}
		}
	}
	v.each("DROP CONSTRAINT", func(a *action) {
		if c := v.state.constraint(v.name(), a.con.name); c != nil && c.kind == "primary key" && v.state.published[v.name()] {
			v.say("", v.name(), "%s is published and loses its primary key", v.name())
		}
	})
}

func sessionDependent(v *visit) {
	moments := []string{"now", "today", "tomorrow", "yesterday"}
	v.newColumns(func(c *column) {
		if hasLiteral(c.def, moments...) {
			v.say("", v.name()+"."+c.name, "the default is the moment at which the statement runs, not that of the insert")
		}
	})
	v.each("SET DEFAULT", func(a *action) {
		if hasLiteral(a.def, moments...) {
			v.say("", v.name()+"."+a.column, "the default is the moment at which the statement runs, not that of the insert")
		}
	})
	v.each("TYPE", func(a *action) {
		from, to := v.from(a.column), a.typ
		zones := from == "timestamp" && to == "timestamptz" || from == "timestamptz" && to == "timestamp" || from == "" && (to == "timestamptz" || to == "timestamp")
		if !zones || a.p.Has("AT", "TIME", "ZONE") {
			return
		}
		for _, s := range v.earlier() {
			if s.verb == "SET" && (s.p.Has("TIMEZONE") || s.p.Has("TIME", "ZONE")) {
				return
			}
		}
		v.say("", v.name()+"."+a.column, "what time it is afterwards depends on the session's TimeZone")
	})
}

func sequenceRestarted(v *visit) {
	switch {
	case v.verb == "ALTER SEQUENCE" && v.rest.Has("RESTART"):
		v.say("", v.name(), "%s gives out numbers that may be taken", v.name())
	case v.verb == "TRUNCATE" && v.p.Has("RESTART", "IDENTITY"):
		return
	case v.verb == "SELECT" && v.p.Has("SETVAL") && !v.p.HasAnywhere("MAX"):
		v.say("", "", "setval to a number that does not come from the rows")
	}
	v.each("ALTER IDENTITY", func(a *action) {
		if a.modifier == "RESTART" {
			v.say("", v.name()+"."+a.column, "%s.%s gives out numbers that may be taken", v.name(), a.column)
		}
	})
}
