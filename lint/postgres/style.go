package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

func styleChecks() []check {
	return []check{
		{"STYLE01", charType},
		{"STYLE02", varcharLength},
		{"STYLE03", serialType},
		{"STYLE04", withoutZone},
		{"STYLE05", nameTooLong},
		{"STYLE06", nameNeedsQuotes},
		{"STYLE07", noPrimaryKey},
		{"STYLE08", notQualified},
		{"STYLE09", padding},
	}
}

func charType(v *visit) {
	v.newColumns(func(c *column) {
		if baseType(c.typ) == "char" && !strings.HasPrefix(c.written, `"`) {
			v.say("", v.name()+"."+c.name, "%s.%s is %s", v.name(), c.name, c.written)
		}
	})
}

func varcharLength(v *visit) {
	v.newColumns(func(c *column) {
		if strings.HasPrefix(c.typ, "varchar(") {
			v.say("", v.name()+"."+c.name, "%s.%s is %s", v.name(), c.name, c.written)
		}
	})
}

func serialType(v *visit) {
	v.newColumns(func(c *column) {
		if c.serial() {
			v.say("", v.name()+"."+c.name, "%s.%s is %s", v.name(), c.name, c.written)
		}
	})
}

func withoutZone(v *visit) {
	v.newColumns(func(c *column) {
		if baseType(c.typ) == "timestamp" {
			v.say("", v.name()+"."+c.name, "%s.%s is %s", v.name(), c.name, c.written)
		}
	})
}

// newNames are the names that the statement gives.
func (v *visit) newNames() []string {
	var out []string
	add := func(name string) {
		if name != "" {
			out = append(out, name)
		}
	}
	if strings.HasPrefix(v.verb, "CREATE ") && v.verb != "CREATE OTHER" && v.verb != "CREATE EXTENSION" && v.verb != "CREATE PUBLICATION" {
		add(bare(v.name()))
	}
	if v.verb == "CREATE TABLE" {
		for _, c := range v.columns {
			add(c.name)
		}
		for _, c := range v.constraints {
			add(c.name)
		}
	}
	for i := range v.actions {
		switch a := &v.actions[i]; a.kind {
		case "ADD COLUMN":
			add(a.column)
		case "ADD CONSTRAINT":
			add(a.con.name)
		case "RENAME", "RENAME COLUMN", "RENAME CONSTRAINT":
			add(a.to)
		}
	}
	return out
}

func nameTooLong(v *visit) {
	for _, name := range v.newNames() {
		if len(name) > 63 {
			v.say("", name, "the server cuts it to %s", name[:63])
		}
	}
}

func nameNeedsQuotes(v *visit) {
	for _, name := range v.newNames() {
		if strings.ContainsFunc(name, func(r rune) bool {
			return r != '_' && r != '$' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && r < 0x80
		}) {
			v.say("", name, "%q has to be quoted in every query", name)
		}
	}
}

func noPrimaryKey(v *visit) {
	if v.verb != "CREATE TABLE" || v.parent != "" || v.unknown != "" || v.rest.Has("INHERITS") || v.p.Has("LIKE") || len(v.columns) == 0 {
		return
	}
	after := newState(v.state.schema)
	after.apply(v.statement)
	for _, s := range v.after {
		if s.verb == "ALTER TABLE" && s.name() == v.name() {
			after.apply(s)
		}
	}
	if after.key(v.name()) == nil {
		v.say("", v.name(), "%s has no primary key", v.name())
	}
}

// notQualified finds tables without schema.
func notQualified(v *visit) {
	switch v.verb {
	case "CREATE TABLE", "ALTER TABLE", "UPDATE", "DELETE", "INSERT", "CREATE VIEW", "CREATE FUNCTION", "CREATE SEQUENCE":
	default:
		return
	}
	for i, w := range v.p {
		if !w.IsName() || local(w) != bare(v.name()) || i == 0 {
			continue
		}
		if !v.p[i-1].Is(".") {
			v.say("", v.name(), "%s leads where the search_path says", v.name())
		}
		return
	}
}

// width is how many bytes a value of the type takes, and to which multiple of
// bytes it is put; 0: variable. Source: pg_type.typlen and typalign.
func width(typ string) int {
	if strings.HasSuffix(typ, "]") {
		return 0
	}
	switch baseType(typ) {
	case "bigint", "double precision", "timestamp", "timestamptz", "time", "bigserial", "serial8", "money", "interval":
		return 8
	case "integer", "real", "date", "serial", "serial4", "oid":
		return 4
	case "smallint", "smallserial", "serial2":
		return 2
	case "boolean":
		return 1
	}
	return 0
}

func padding(v *visit) {
	if v.verb != "CREATE TABLE" {
		return
	}
	at, wasted := 0, 0
	for _, c := range v.columns {
		w := width(c.typ)
		if w == 0 {
			return // behind a variable one nothing can be told
		}
		gap := (w - at%w) % w
		wasted += gap
		at += gap + w
	}
	if wasted >= 4 {
		v.say("", v.name(), "%d bytes of each row of %s are padding", wasted, v.name())
	}
}

// bodies are the literals of a statement as statements of their own: the blocks
// of DO and of functions.
func (v *visit) bodies() []phrase.Phrase {
	if v.verb != "DO" && v.verb != "CREATE FUNCTION" {
		return nil
	}
	var out []phrase.Phrase
	for _, w := range v.p {
		if w.Kind == phrase.String && len(w.Plain) > 8 {
			out = append(out, phrase.Postgres(unquoted(w)))
		}
	}
	return out
}
