package postgres

import "github.com/gen-migrate/gen/internal/phrase"

// readAlterTable reads the actions of ALTER TABLE.
func readAlterTable(n names, s *statement, p phrase.Phrase) {
	if p.Begins("ALL", "IN", "TABLESPACE") {
		s.unknown = "which tables are moved"
		return
	}
	p = s.guard(p)
	if rest, ok := p.After("ONLY"); ok {
		s.only, p = true, rest
	}
	s.names, s.table = []string{n.key(p)}, n.key(p)
	for _, part := range p.AfterName().Parts() {
		a := readAction(n, part)
		if a.kind == "" {
			s.unknown = "the action " + firstWords(part)
		}
		s.cascade = s.cascade || a.cascade
		s.actions = append(s.actions, a)
	}
}

// firstWords are enough of a phrase to find it again.
func firstWords(p phrase.Phrase) string {
	if len(p) == 0 {
		return "behind a comma"
	}
	return p[:min(3, len(p))].String()
}

// actionForms are the actions of ALTER TABLE in PostgreSQL 18, and what is read of
// them behind these words. Of two that fit, the first counts.
func actionForms() []struct {
	words []string
	kind  string
	read  func(names, *action, phrase.Phrase)
} {
	type form = struct {
		words []string
		kind  string
		read  func(names, *action, phrase.Phrase)
	}
	return []form{
		{[]string{"ADD", "CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|NOT"}, "ADD CONSTRAINT", addConstraint},
		{[]string{"ADD", "GENERATED"}, "", nil},
		{[]string{"ADD", "COLUMN?"}, "ADD COLUMN", addColumn},
		{[]string{"DROP", "CONSTRAINT"}, "DROP CONSTRAINT", namedConstraint},
		{[]string{"VALIDATE", "CONSTRAINT"}, "VALIDATE CONSTRAINT", namedConstraint},
		{[]string{"ALTER", "CONSTRAINT"}, "ALTER CONSTRAINT", namedConstraint},
		{[]string{"DROP", "COLUMN?"}, "DROP COLUMN", dropColumn},
		{[]string{"RENAME", "CONSTRAINT"}, "RENAME CONSTRAINT", namedConstraint},
		{[]string{"RENAME", "TO"}, "RENAME", newName},
		{[]string{"RENAME", "COLUMN?"}, "RENAME COLUMN", renameColumn},
		{[]string{"SET", "SCHEMA"}, "SET SCHEMA", newName},
		{[]string{"OWNER", "TO"}, "OWNER", newName},
		{[]string{"ATTACH", "PARTITION"}, "ATTACH PARTITION", otherTable},
		{[]string{"DETACH", "PARTITION"}, "DETACH PARTITION", otherTable},
		{[]string{"SET", "LOGGED|UNLOGGED"}, "SET LOGGED", nil},
		{[]string{"SET", "ACCESS", "METHOD"}, "SET ACCESS METHOD", nil},
		{[]string{"SET", "TABLESPACE"}, "SET TABLESPACE", nil},
		{[]string{"SET", "WITHOUT", "CLUSTER|OIDS"}, "SET OPTION", nil},
		{[]string{"SET|RESET", "("}, "SET OPTION", nil},
		{[]string{"CLUSTER", "ON"}, "SET OPTION", nil},
		{[]string{"REPLICA", "IDENTITY"}, "REPLICA IDENTITY", replicaIdentity},
		{[]string{"ENABLE|DISABLE|FORCE|NO", "FORCE?", "ROW", "LEVEL", "SECURITY"}, "ROW SECURITY", nil},
		{[]string{"ENABLE|DISABLE", "ALWAYS|REPLICA?", "TRIGGER|RULE"}, "ENABLE TRIGGER", nil},
		{[]string{"NO?", "INHERIT"}, "INHERIT", otherTable},
		{[]string{"NOT?", "OF"}, "OF", nil},
		{[]string{"OPTIONS"}, "SET OPTION", nil},
		{[]string{"MERGE|SPLIT", "PARTITION|PARTITIONS"}, "", nil},
		{[]string{"ALTER", "COLUMN?"}, "ALTER COLUMN", alterColumn},
	}
}

func readAction(n names, p phrase.Phrase) action {
	a := action{p: p}
	for _, f := range actionForms() {
		rest, ok := p.After(f.words...)
		if !ok {
			continue
		}
		a.kind = f.kind
		if f.read != nil {
			f.read(n, &a, rest)
		}
		break
	}
	a.cascade = endsWith(p, "CASCADE") && (a.kind == "DROP COLUMN" || a.kind == "DROP CONSTRAINT")
	return a
}

func (a *action) guard(p phrase.Phrase) phrase.Phrase {
	rest, ok := p.After("IF", "NOT?", "EXISTS")
	if !ok {
		return p
	}
	a.guarded = true
	return rest
}

func addConstraint(n names, a *action, _ phrase.Phrase) {
	var ok bool
	if a.con, ok = readConstraint(n, a.p[1:]); !ok {
		a.kind = ""
	}
}

func addColumn(n names, a *action, p phrase.Phrase) {
	p = a.guard(p)
	a.col = readColumn(n, p)
	a.column = a.col.name
	if len(p) < 2 {
		a.kind = ""
	}
}

func namedConstraint(_ names, a *action, p phrase.Phrase) {
	p = a.guard(p)
	a.con.name = word(p)
	if to, ok := p.AfterName().After("TO"); ok {
		a.to = word(to)
	}
}

func dropColumn(_ names, a *action, p phrase.Phrase) {
	a.column = word(a.guard(p))
}

func renameColumn(_ names, a *action, p phrase.Phrase) {
	a.column = word(p)
	if to, ok := p.AfterName().After("TO"); ok {
		a.to = word(to)
		return
	}
	a.kind = ""
}

func newName(_ names, a *action, p phrase.Phrase) { a.to = word(p) }

func otherTable(n names, a *action, p phrase.Phrase) {
	a.to, p = n.key(p), p.AfterName()
	if p.Begins("CONCURRENTLY|FINALIZE") {
		a.modifier = p[0].Text
	}
}

func replicaIdentity(_ names, a *action, p phrase.Phrase) {
	if len(p) > 0 {
		a.modifier = p[0].Text
	}
}

// alterColumn tells the forms of ALTER COLUMN.
func alterColumn(_ names, a *action, p phrase.Phrase) {
	a.column, p = word(p), p.AfterName()
	switch {
	case p.Begins("TYPE") || p.Begins("SET", "DATA", "TYPE"):
		a.kind = "TYPE"
		p, _ = p.After("SET?", "DATA?", "TYPE")
		end := len(p)
		if i := p.Find("USING"); i >= 0 {
			a.using, end = true, i
		}
		if i := p.Find("COLLATE"); i >= 0 && i < end {
			end = i
		}
		a.typ, a.written = normalType(p[:end]), p[:end].String()
	case p.Begins("SET", "NOT", "NULL"):
		a.kind = "SET NOT NULL"
	case p.Begins("DROP", "NOT", "NULL"):
		a.kind = "DROP NOT NULL"
	case p.Begins("SET", "DEFAULT"):
		a.kind, a.def = "SET DEFAULT", p[2:]
	case p.Begins("DROP", "DEFAULT"):
		a.kind = "DROP DEFAULT"
	case p.Begins("ADD", "GENERATED"):
		a.kind = "ADD IDENTITY"
	case p.Begins("DROP", "IDENTITY|EXPRESSION"):
		a.kind = "DROP IDENTITY"
	case p.Begins("SET", "EXPRESSION"):
		a.kind = "SET EXPRESSION"
	case p.Begins("RESTART") || p.Begins("SET", "GENERATED|SEQUENCE|INCREMENT|MINVALUE|MAXVALUE|START|CACHE|CYCLE|NO|RESTART"):
		a.kind = "ALTER IDENTITY"
		if p.Begins("RESTART") || p.Has("RESTART") {
			a.modifier = "RESTART"
		}
	case p.Begins("SET|RESET", "STATISTICS|STORAGE|COMPRESSION|("):
		a.kind = "SET OPTION"
	case p.Begins("OPTIONS"):
		a.kind = "SET OPTION"
	default:
		a.kind = ""
	}
}
