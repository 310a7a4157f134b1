package modelscan

import (
	"strconv"

	"github.com/gen-migrate/gen/schema"
)

// sequenceDirective reads what follows CREATE SEQUENCE.
func (s *scanner) sequenceDirective(p *pkg, d directive) {
	if s.sqlite() {
		s.fail(d.pos, p.name, "write //gen:sequence@pg", "SQLite has no sequences")
		return
	}
	sp := newSQLParser(d.args, s.fold)
	ids := sp.qualified("the name of the sequence")
	q := schema.Sequence{Pos: s.l.pos(d.pos, p.name)}
	var owner []ident
	for !sp.done() {
		if sp.accept("was") {
			s.sequenceWas(p, d, sp, &q)
			continue
		}
		owner = sp.sequenceOption(&q, owner)
	}
	if s.badSQL(sp.bad, p.name, "directive //gen:sequence") {
		return
	}
	name, ok := s.objectName(ids, p, p.name, "sequence")
	if !ok {
		return
	}
	q.Name = name
	s.useSchema(name.Schema, q.Pos)
	s.db.Sequences = append(s.db.Sequences, q)
	if len(owner) > 0 {
		s.owners = append(s.owners, sequenceOwner{at: len(s.db.Sequences) - 1, pkg: p, ids: owner})
	}
}

// sequenceWas reads the names that the sequence had before.
func (s *scanner) sequenceWas(p *pkg, d directive, sp *sqlParser, q *schema.Sequence) {
	for {
		ids := sp.qualified("the name it had before")
		if sp.bad != nil {
			return
		}
		if old, ok := s.objectName(ids, p, p.name, "sequence"); ok {
			q.Was = append(q.Was, schema.Former{Name: old, Pos: s.l.pos(d.pos, p.name)})
		}
		if !sp.acceptPunct(",") {
			return
		}
	}
}

// A sequenceOwner is an OWNED BY that waits for the tables.
type sequenceOwner struct {
	at  int // in the database's sequences
	pkg *pkg
	ids []ident // [schema.]table.column
}

// linkOwners resolves OWNED BY, all sequences being known.
func (s *scanner) linkOwners() {
	var list []renamed
	for _, q := range s.db.Sequences {
		list = append(list, renamed{q.Name, q.Was, q.Pos})
	}
	s.checkFormer("sequence", "//gen:sequence: was", list)
	for _, o := range s.owners {
		n := len(o.ids)
		name := schema.Name{Schema: s.schemaOf(o.pkg), Local: ""}
		if n < 2 || n > 3 {
			s.fail(o.ids[0].pos, o.pkg.name, "write owned by table.column", "directive //gen:sequence: owned by needs a table and a column")
			continue
		}
		name.Local = o.ids[n-2].name
		if n == 3 {
			name.Schema = o.ids[0].name
		}
		t := s.byName[name]
		if t == nil {
			s.fail(o.ids[0].pos, o.pkg.name, "", "directive //gen:sequence: no struct declares a table %s", s.shownName(name))
			continue
		}
		if c := s.needColumn(t, o.ids[n-1], "directive //gen:sequence"); c != nil {
			s.db.Sequences[o.at].OwnedBy = schema.ColumnRef{Table: t.Name, Column: c.Name}
		}
	}
}

func (p *sqlParser) sequenceOption(q *schema.Sequence, owner []ident) []ident {
	o := &q.Options
	switch {
	case p.accept("as"):
		types := map[string]string{"smallint": "smallint", "int2": "smallint", "int": "integer", "int4": "integer", "integer": "integer", "bigint": "bigint", "int8": "bigint"}
		w := p.peek()
		if types[w.s] == "" {
			p.fail("the type of a sequence is smallint, integer or bigint")
			return owner
		}
		o.Type = types[w.s]
		p.at++
	case p.accept("increment", "by"), p.accept("increment"):
		o.Increment = p.integer()
	case p.accept("no", "minvalue"):
		o.Min = nil
	case p.accept("no", "maxvalue"):
		o.Max = nil
	case p.accept("minvalue"):
		o.Min = p.integer()
	case p.accept("maxvalue"):
		o.Max = p.integer()
	case p.accept("start", "with"), p.accept("start"):
		o.Start = p.integer()
	case p.accept("cache"):
		o.Cache = p.integer()
	case p.accept("no", "cycle"):
		o.Cycle = false
	case p.accept("cycle"):
		o.Cycle = true
	case p.accept("unlogged"):
		q.Unlogged = true
	case p.accept("owned", "by", "none"):
	case p.accept("owned", "by"):
		return p.qualified("the owning column")
	default:
		p.end()
	}
	return owner
}

// integer reads a number with an optional sign.
func (p *sqlParser) integer() *int64 {
	sign := ""
	if p.isPunct("-") {
		sign = "-"
		p.at++
	}
	n, err := strconv.ParseInt(sign+p.peek().raw, 10, 64)
	if err != nil {
		p.fail("a whole number is missing")
		return nil
	}
	p.at++
	return &n
}
