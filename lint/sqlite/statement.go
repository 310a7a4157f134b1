// Package sqlite finds what lint.Rules describe in revisions for SQLite. It reads
// statements by their words; one it cannot place has no verb.
package sqlite

import (
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/migrations"
)

// A statement is what one statement of a step says. Names are folded.
type statement struct {
	source *migrations.Statement
	step   *migrations.Step
	p      phrase.Phrase

	verb    string // "" where it is none of those below
	name    string
	table   string // the table behind ON or INTO
	guarded bool
	unique  bool
	columns []column
	foreign []foreignKey
	keys    [][]string // primary key and unique constraints
	primary bool       // the table has a primary key
	auto    bool       // AUTOINCREMENT
	indexed []string   // of CREATE INDEX: its columns
	partial bool
	action  string // of ALTER TABLE: ADD COLUMN, DROP COLUMN, RENAME, RENAME COLUMN
	column  string // of ALTER TABLE
	to      string
	where   bool
	rest    phrase.Phrase
}

// A column is one of CREATE TABLE or ADD COLUMN.
type column struct {
	name      string
	notNull   bool
	def       bool // a default other than NULL
	generated bool
}

// A foreignKey is one of a table.
type foreignKey struct {
	columns  []string
	ref      string
	cascades bool // ON DELETE CASCADE, SET NULL or SET DEFAULT
}

// verbs are all statements of SQLite that may stand in a revision.
func verbs() []struct {
	words []string
	verb  string
} {
	return []struct {
		words []string
		verb  string
	}{
		{[]string{"CREATE", "TEMP|TEMPORARY", "TABLE"}, "CREATE TEMPORARY TABLE"},
		{[]string{"CREATE", "TABLE"}, "CREATE TABLE"},
		{[]string{"CREATE", "VIRTUAL", "TABLE"}, "CREATE VIRTUAL TABLE"},
		{[]string{"CREATE", "UNIQUE?", "INDEX"}, "CREATE INDEX"},
		{[]string{"CREATE", "TEMP|TEMPORARY?", "VIEW"}, "CREATE VIEW"},
		{[]string{"CREATE", "TEMP|TEMPORARY?", "TRIGGER"}, "CREATE TRIGGER"},
		{[]string{"ALTER", "TABLE"}, "ALTER TABLE"},
		{[]string{"DROP", "TABLE"}, "DROP TABLE"},
		{[]string{"DROP", "INDEX"}, "DROP INDEX"},
		{[]string{"DROP", "VIEW"}, "DROP VIEW"},
		{[]string{"DROP", "TRIGGER"}, "DROP TRIGGER"},
		{[]string{"INSERT|REPLACE", "OR?", "ABORT|FAIL|IGNORE|REPLACE|ROLLBACK?", "INTO"}, "INSERT"},
		{[]string{"UPDATE", "OR?", "ABORT|FAIL|IGNORE|REPLACE|ROLLBACK?"}, "UPDATE"},
		{[]string{"DELETE", "FROM"}, "DELETE"},
		{[]string{"WITH"}, "WITH"},
		{[]string{"SELECT|VALUES"}, "SELECT"},
		{[]string{"PRAGMA|ANALYZE|REINDEX|VACUUM|SAVEPOINT|RELEASE|ROLLBACK|EXPLAIN|ATTACH|DETACH"}, "OTHER"},
	}
}

// parse reads one statement.
func parse(source *migrations.Statement, step *migrations.Step) *statement {
	s := &statement{source: source, step: step, p: phrase.SQLite(source.SQL)}
	for _, v := range verbs() {
		rest, ok := s.p.After(v.words...)
		if !ok {
			continue
		}
		s.verb = v.verb
		if after, ok := rest.After("IF", "NOT?", "EXISTS"); ok {
			s.guarded, rest = true, after
		}
		s.name, s.rest = last(rest), rest.AfterName()
		s.read()
		return s
	}
	return s
}

// last is the name at the beginning of p without its schema.
func last(p phrase.Phrase) string {
	name := p[:len(p)-len(p.AfterName())]
	if len(name) == 0 {
		return ""
	}
	return local(name[len(name)-1])
}

func local(w phrase.Word) string {
	text := w.Plain
	if w.Kind == phrase.Quoted && len(text) > 1 {
		text = text[1 : len(text)-1]
	}
	return sqlitelex.Fold(text)
}

func word(p phrase.Phrase) string { return p.Column(local) }

func list(p phrase.Phrase) []string { return p.Columns(local) }

// read reads what the rules need of the rest.
func (s *statement) read() {
	switch s.verb {
	case "CREATE TABLE":
		s.readTable()
	case "CREATE INDEX":
		s.unique = s.p.Begins("CREATE", "UNIQUE")
		if on, ok := s.rest.After("ON"); ok {
			s.table = last(on)
			if in, rest, ok := on.AfterName().Inside(); ok {
				s.indexed, s.partial = list(in), rest.Begins("WHERE")
			}
		}
	case "CREATE TRIGGER":
		if on, ok := s.rest.Behind("ON"); ok {
			s.table = last(on)
		}
	case "ALTER TABLE":
		s.readAlter()
	case "UPDATE", "DELETE":
		s.table, s.where = s.name, s.rest.Has("WHERE")
	}
}

func (s *statement) readTable() {
	in, _, ok := s.rest.Inside()
	if !ok {
		return
	}
	for _, part := range in.Parts() {
		p := part
		if rest, ok := p.After("CONSTRAINT"); ok {
			p = rest.AfterName()
		}
		switch {
		case p.Begins("PRIMARY", "KEY"), p.Begins("UNIQUE"):
			s.primary = s.primary || p.Begins("PRIMARY")
			key, _ := p.After("PRIMARY|UNIQUE", "KEY?")
			cols, _, _ := key.Inside()
			s.keys = append(s.keys, list(cols))
		case p.Begins("FOREIGN", "KEY"):
			cols, rest, _ := p[2:].Inside()
			s.foreign = append(s.foreign, references(list(cols), rest))
		case p.Begins("CHECK"):
		default:
			s.addColumn(part)
		}
	}
	s.auto = in.HasAnywhere("AUTOINCREMENT")
}

func (s *statement) addColumn(p phrase.Phrase) {
	c := column{name: word(p), notNull: p.Has("NOT", "NULL"), generated: p.Has("AS", "(")}
	if def, ok := p.Behind("DEFAULT"); ok {
		c.def = !def.Begins("NULL")
	}
	s.columns = append(s.columns, c)
	if p.Has("PRIMARY", "KEY") {
		s.primary = true
		s.keys = append(s.keys, []string{c.name})
	}
	if p.Has("UNIQUE") {
		s.keys = append(s.keys, []string{c.name})
	}
	if i := p.Find("REFERENCES"); i >= 0 {
		s.foreign = append(s.foreign, references([]string{c.name}, p[i:]))
	}
}

// references reads REFERENCES table … ; p begins with it.
func references(columns []string, p phrase.Phrase) foreignKey {
	f := foreignKey{columns: columns}
	if rest, ok := p.After("REFERENCES"); ok {
		f.ref = last(rest)
	}
	if on, ok := p.Behind("ON", "DELETE"); ok {
		f.cascades = on.Begins("CASCADE|SET")
	}
	return f
}

func (s *statement) readAlter() {
	p := s.rest
	switch {
	case p.Begins("RENAME", "TO"):
		s.action, s.to = "RENAME", word(p[2:])
	case p.Begins("RENAME"):
		p, _ = p.After("RENAME", "COLUMN?")
		s.action, s.column = "RENAME COLUMN", word(p)
		if to, ok := p.AfterName().After("TO"); ok {
			s.to = word(to)
		}
	case p.Begins("ADD", "CONSTRAINT|CHECK"):
		s.action = "ADD CONSTRAINT"
	case p.Begins("ADD"):
		p, _ = p.After("ADD", "COLUMN?")
		s.action, s.column = "ADD COLUMN", word(p)
		s.addColumn(p)
	case p.Begins("DROP", "CONSTRAINT"):
		s.action = "DROP CONSTRAINT"
	case p.Begins("DROP"):
		p, _ = p.After("DROP", "COLUMN?")
		s.action, s.column = "DROP COLUMN", word(p)
	case p.Begins("ALTER"):
		s.action = "ALTER COLUMN"
	default:
		s.verb = "" // not one of lang_altertable.html
	}
}

// mentions reports whether the name stands in a statement.
func mentions(p phrase.Phrase, name string) bool {
	for _, w := range p {
		if w.IsName() && strings.EqualFold(local(w), name) {
			return true
		}
	}
	return false
}
