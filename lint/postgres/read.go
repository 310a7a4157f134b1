package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

// guard moves over IF [NOT] EXISTS.
func (s *statement) guard(p phrase.Phrase) phrase.Phrase {
	rest, ok := p.After("IF", "NOT?", "EXISTS")
	s.guarded = s.guarded || ok
	if ok {
		return rest
	}
	return p
}

func endsWith(p phrase.Phrase, word string) bool { return len(p) > 0 && p[len(p)-1].Is(word) }

// readNamed reads a statement whose name comes at once.
func readNamed(n names, s *statement, p phrase.Phrase) {
	p, _ = s.guard(p).After("ONLY?")
	s.names, s.rest = []string{n.key(p)}, p.AfterName()
	s.cascade = endsWith(s.rest, "CASCADE")
}

// readOn reads NAME … ON TABLE.
func readOn(n names, s *statement, p phrase.Phrase) {
	p = s.guard(p)
	s.names, s.rest = []string{n.key(p)}, p.AfterName()
	if on, ok := s.rest.Behind("ON"); ok {
		on, _ = on.After("ONLY?")
		s.table = n.key(on)
	}
	s.cascade = endsWith(s.rest, "CASCADE")
}

// readDrop reads a list of names: DROP, TRUNCATE.
func readDrop(n names, s *statement, p phrase.Phrase) {
	if rest, ok := p.After("CONCURRENTLY"); ok {
		s.concurrently, p = true, rest
	}
	p = s.guard(p)
	if endsWith(p, "CASCADE") {
		s.cascade, p = true, p[:len(p)-1]
	}
	for _, part := range p.Parts() {
		part, _ = part.After("ONLY?")
		if key := n.key(part); key != "" {
			s.names = append(s.names, key)
		}
	}
}

func readCreateEnum(n names, s *statement, _ phrase.Phrase) {
	rest, _ := s.p.After("CREATE", "TYPE")
	readNamed(n, s, rest)
}

func readCreatePublication(n names, s *statement, p phrase.Phrase) {
	if tables, ok := p.AfterName().After("FOR", "TABLE"); ok {
		for _, part := range tables.Parts() {
			part, _ = part.After("TABLE?", "ONLY?")
			s.names = append(s.names, n.key(part))
		}
	}
}

func readCreateIndex(n names, s *statement, p phrase.Phrase) {
	s.unique = s.p.Begins("CREATE", "UNIQUE")
	if rest, ok := p.After("CONCURRENTLY"); ok {
		s.concurrently, p = true, rest
	}
	p = s.guard(p)
	if !p.Begins("ON") {
		s.names, p = []string{n.key(p)}, p.AfterName()
	}
	on, ok := p.After("ON")
	if !ok {
		s.unknown = "the index"
		return
	}
	if rest, ok := on.After("ONLY"); ok {
		s.only, on = true, rest
	}
	s.table, p = n.key(on), on.AfterName()
	s.method = "btree"
	if rest, ok := p.After("USING"); ok {
		s.method, p = word(rest), rest.AfterName()
	}
	in, rest, ok := p.Inside()
	if !ok {
		s.unknown = "the columns of the index"
		return
	}
	for _, part := range in.Parts() {
		key := word(part)
		if len(part) > 1 && (part[1].Is("(") || part[1].Is(".")) || key == "" {
			key = part.String()
		}
		s.keys = append(s.keys, key)
	}
	s.where, _ = rest.Behind("WHERE")
	s.rest = rest
}

func readReindex(n names, s *statement, p phrase.Phrase) {
	if in, rest, ok := p.Inside(); ok {
		s.concurrently, p = in.Has("CONCURRENTLY"), rest
	}
	p, ok := p.After("INDEX|TABLE|SCHEMA|DATABASE|SYSTEM")
	if !ok {
		s.unknown = "what is reindexed"
	}
	if rest, ok := p.After("CONCURRENTLY"); ok {
		s.concurrently, p = true, rest
	}
	s.names = []string{n.key(p)}
	if s.p.Has("TABLE") {
		s.table = s.name()
	}
}

func readVacuum(n names, s *statement, p phrase.Phrase) {
	if in, rest, ok := p.Inside(); ok {
		if in.Has("FULL") && !in.Has("FULL", "FALSE|OFF|0") {
			s.verb = "VACUUM FULL"
		}
		p = rest
	}
	for len(p) > 0 && (p[0].Is("FULL") || p[0].Is("FREEZE") || p[0].Is("VERBOSE") || p[0].Is("ANALYZE")) {
		if p[0].Is("FULL") {
			s.verb = "VACUUM FULL"
		}
		p = p[1:]
	}
	readDrop(n, s, p)
	s.table = s.name()
}

func readCluster(n names, s *statement, p phrase.Phrase) {
	if _, rest, ok := p.Inside(); ok {
		p = rest
	}
	p, _ = p.After("VERBOSE?")
	s.names, s.table = []string{n.key(p)}, n.key(p)
}

func readRefresh(n names, s *statement, p phrase.Phrase) {
	if rest, ok := p.After("CONCURRENTLY"); ok {
		s.concurrently, p = true, rest
	}
	s.names, s.rest = []string{n.key(p)}, p.AfterName()
}

// readUpdate reads UPDATE and DELETE FROM.
func readUpdate(n names, s *statement, p phrase.Phrase) {
	p, _ = p.After("ONLY?")
	s.names, s.table, s.rest = []string{n.key(p)}, n.key(p), p.AfterName()
	s.where, _ = s.rest.Behind("WHERE")
}

func readCreateDomain(n names, s *statement, p phrase.Phrase) {
	s.names = []string{n.key(p)}
	p, _ = p.AfterName().After("AS?")
	c := readColumnRest(n, p)
	s.columns = []column{c}
	s.constraints = c.checks
	if c.notNull {
		s.constraints = append(s.constraints, constraint{kind: "not null"})
	}
}

func readCreateTable(n names, s *statement, p phrase.Phrase) {
	p = s.guard(p)
	s.names, p = []string{n.key(p)}, p.AfterName()
	if of, ok := p.After("PARTITION", "OF"); ok {
		s.parent, s.rest = n.key(of), of.AfterName()
		s.partitioned = s.rest.Has("PARTITION", "BY")
		return
	}
	if _, ok := p.After("OF"); ok {
		s.unknown = "the columns of a typed table"
		return
	}
	in, rest, ok := p.Inside()
	if _, as := rest.Behind("AS"); as || !ok {
		s.unknown = "the columns of CREATE TABLE … AS"
		if !ok && !p.Has("AS") {
			s.unknown = "the columns"
		}
		return
	}
	s.rest = rest
	s.partitioned = rest.Has("PARTITION", "BY")
	for _, part := range in.Parts() {
		if len(part) == 0 || part.Begins("LIKE") {
			continue
		}
		if con, ok := readConstraint(n, part); ok {
			s.constraints = append(s.constraints, con)
			continue
		}
		s.columns = append(s.columns, readColumn(n, part))
	}
}

// constraintWords begin what follows a column's type.
const constraintWords = "CONSTRAINT|NOT|NULL|DEFAULT|GENERATED|PRIMARY|UNIQUE|CHECK|REFERENCES|COLLATE|STORAGE|COMPRESSION|DEFERRABLE|INITIALLY|NO|ENFORCED|OPTIONS|WITH"

// readColumn reads NAME TYPE and what follows.
func readColumn(n names, p phrase.Phrase) column {
	c := readColumnRest(n, p[min(1, len(p)):])
	c.name = word(p)
	for i := range c.checks {
		c.checks[i].columns = []string{c.name}
	}
	if c.refs != nil {
		c.refs.columns = []string{c.name}
	}
	return c
}

// readColumnRest reads TYPE and what follows.
func readColumnRest(n names, p phrase.Phrase) column {
	var c column
	end := 0
	for end < len(p) && !(p[end].Depth == p[0].Depth && p[end:].Begins(constraintWords) && end > 0 && !p[end:].Begins("WITH", "TIME")) {
		end++
	}
	c.typ, c.written = normalType(p[:end]), p[:end].String()
	p = p[end:]
	name := ""
	for len(p) > 0 {
		switch {
		case p.Begins("CONSTRAINT"):
			name, p = word(p[1:]), p[1:].AfterName()
			continue
		case p.Begins("NOT", "NULL"):
			c.notNull, p = true, p[2:]
		case p.Begins("PRIMARY", "KEY"):
			c.primary, c.notNull, p = true, true, p[2:]
		case p.Begins("UNIQUE"):
			c.unique, p = true, p[1:]
		case p.Begins("DEFAULT"):
			c.def, p = exprUntil(p[1:])
		case p.Begins("GENERATED", "ALWAYS|BY", "DEFAULT?", "AS", "IDENTITY"):
			c.identity, c.notNull = true, true
			p, _ = p.After("GENERATED", "ALWAYS|BY", "DEFAULT?", "AS", "IDENTITY")
			_, p, _ = p.Inside()
		case p.Begins("GENERATED", "ALWAYS", "AS"):
			in, rest, _ := p[3:].Inside()
			// PostgreSQL 18 computes without a word for it when the column is read.
			c.expr, c.generated, p = in, "virtual", rest
			if rest.Begins("STORED") {
				c.generated = "stored"
			}
		case p.Begins("CHECK"):
			in, rest, _ := p[1:].Inside()
			c.checks = append(c.checks, constraint{name: name, kind: "check", expr: in})
			p = rest
		case p.Begins("REFERENCES"):
			con := constraint{name: name, kind: "foreign key"}
			p = con.references(n, p)
			c.refs = &con
		default:
			p = p[1:]
		}
		name = ""
	}
	return c
}

// exprUntil is the expression at the beginning, up to the next constraint.
func exprUntil(p phrase.Phrase) (expr, rest phrase.Phrase) {
	end := min(1, len(p))
	if len(p) > 0 && p[0].Is("(") {
		_, behind, _ := p.Inside()
		end = len(p) - len(behind)
	}
	for end < len(p) && !(p[end].Depth == p[0].Depth && p[end:].Begins(constraintWords) && !p[end:].Begins("WITH", "TIME")) {
		end++
	}
	return p[:end], p[end:]
}

// references reads REFERENCES table (columns) …; p begins with it.
func (c *constraint) references(n names, p phrase.Phrase) phrase.Phrase {
	p = p[1:]
	c.ref, p = n.key(p), p.AfterName()
	if in, rest, ok := p.Inside(); ok {
		c.refColumns, p = list(in), rest
	}
	if on, ok := p.Behind("ON", "DELETE"); ok {
		c.cascades = on.Begins("CASCADE|SET")
	}
	return p
}

// readConstraint reads a constraint of a table.
func readConstraint(n names, p phrase.Phrase) (constraint, bool) {
	var c constraint
	if rest, ok := p.After("CONSTRAINT"); ok {
		c.name, p = word(rest), rest.AfterName()
	}
	switch {
	case p.Begins("PRIMARY", "KEY"):
		c.kind, p = "primary key", p[2:]
	case p.Begins("UNIQUE"):
		c.kind, p = "unique", p[1:]
		p, _ = p.After("NULLS?", "NOT?", "DISTINCT?")
	case p.Begins("FOREIGN", "KEY"):
		c.kind, p = "foreign key", p[2:]
	case p.Begins("CHECK"):
		c.kind, p = "check", p[1:]
	case p.Begins("EXCLUDE"):
		c.kind, p = "exclude", p[1:]
	case p.Begins("NOT", "NULL"):
		c.kind, p = "not null", p[2:]
		c.columns, p = []string{word(p)}, p.AfterName()
	default:
		return c, false
	}
	if in, rest, ok := p.Inside(); ok {
		if c.kind == "check" {
			c.expr = in
		} else {
			c.columns = list(in)
		}
		p = rest
	}
	if p.Begins("REFERENCES") {
		c.references(n, p)
	}
	if index, ok := p.After("USING", "INDEX"); ok && !index.Begins("TABLESPACE") {
		c.usingIndex = n.key(index)
	}
	c.notValid, c.notEnforced = p.Has("NOT", "VALID"), p.Has("NOT", "ENFORCED")
	return c, true
}

// isNotNullOf is the column that a check says is not null, or "".
func (c constraint) isNotNullOf() string {
	if c.kind == "not null" && len(c.columns) == 1 {
		return c.columns[0]
	}
	p := c.expr
	for len(p) > 2 && p[0].Is("(") && p[len(p)-1].Is(")") {
		p = p[1 : len(p)-1]
	}
	if c.kind == "check" && len(p) == 4 && p[1:].Begins("IS", "NOT", "NULL") {
		return word(p)
	}
	return ""
}

// mentions reports whether a name stands in an expression.
func mentions(p phrase.Phrase, name string) bool {
	for _, w := range p {
		if w.IsName() && local(w) == name {
			return true
		}
	}
	return false
}

// mentionsText is mentions of an expression that is kept as text.
func mentionsText(expr, name string) bool {
	return strings.Contains(expr, "(") && mentions(phrase.Postgres(expr), name)
}
