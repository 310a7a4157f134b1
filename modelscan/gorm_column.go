package modelscan

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// gormColumn reads a column as GORM writes it. The text is that of the type
// tag where there is one, and so may hold more than a type.
func (s *scanner) gormColumn(def *tableDef, col *gorm.Column) *column {
	use := *col.Field.Source.Origin.(*fieldUse)
	use.notes = s.fieldNotes(use.node, use.owner)
	if def.gorm.Join != nil {
		use.notes = &fieldNotes{} // what the key's own field says is about its own table
	}
	c := &column{use: &use, items: use.notes.items}
	c.Pos = s.l.pos(use.pos, use.sym())
	c.Name = s.cut(col.Name)
	c.typ = s.l.resolve(use.node.Type, use.scope)
	if s.postgres() {
		c.Comment = col.Comment
	}
	p := &columnSQL{s: s, c: c, def: def, t: s.written(col.SQL, &use)}
	p.toks = sqlTokens(p.t)
	p.read()
	return c
}

// columnSQL reads what stands behind a column's name in CREATE TABLE.
type columnSQL struct {
	s    *scanner
	def  *tableDef
	c    *column
	t    text
	toks []tok
	at   int
}

// clauseWords begin a clause behind the type.
var clauseWords = []string{"not", "null", "default", "primary", "unique", "check", "collate", "constraint", "references", "generated", "comment", "auto_increment", "autoincrement", "on", "as"}

func (p *columnSQL) clauseAt(i int) bool {
	return i < len(p.toks) && p.toks[i].kind == tokWord && slices.Contains(clauseWords, p.toks[i].s)
}

// upTo is the text from token i to the next clause, and moves there.
func (p *columnSQL) upTo(i int) text {
	j := i
	for depth := 0; j < len(p.toks); j++ {
		if depth == 0 && j > i && p.clauseAt(j) {
			break
		}
		if p.toks[j].kind == tokPunct {
			switch p.toks[j].s {
			case "(":
				depth++
			case ")":
				depth--
			}
		}
	}
	p.at = j
	if i >= len(p.toks) {
		return text{}
	}
	return p.t.sub(p.toks[i].i, p.toks[j-1].j)
}

func (p *columnSQL) accept(words ...string) bool {
	for i, w := range words {
		if p.at+i >= len(p.toks) || p.toks[p.at+i].kind != tokWord || p.toks[p.at+i].s != w {
			return false
		}
	}
	p.at += len(words)
	return true
}

func (p *columnSQL) refuse(format string, args ...any) {
	p.s.failAt(p.c, p.c.use.pos, "say it in gen: tags or with //gen: directives", format, args...)
}

func (p *columnSQL) read() {
	if len(p.toks) == 0 || p.clauseAt(0) {
		if len(p.toks) == 0 {
			p.refuse("the column has no type")
			return
		}
	} else {
		typ, ok := p.s.typeText(p.c, p.upTo(0))
		p.c.Type = typ
		if !ok {
			return
		}
	}
	if p.c.Serial {
		p.c.NotNull = true
	}
	for p.at < len(p.toks) {
		if !p.clause() {
			return
		}
	}
}

// clause reads one clause; it is false after a refusal.
func (p *columnSQL) clause() bool {
	c := p.c
	switch {
	case p.accept("not", "null"):
		c.NotNull = true
	case p.accept("null"):
	case p.accept("primary", "key"):
		p.def.PrimaryKey = &schema.PrimaryKey{Columns: []string{c.Name}, Derived: true, Pos: c.Pos}
		c.NotNull = c.NotNull || p.s.postgres()
		if p.s.sqlite() && p.accept("autoincrement") {
			c.Autoincrement = true
		}
	case p.accept("unique"):
		p.def.Uniques = append(p.def.Uniques, schema.Unique{Derived: true, Columns: []string{c.Name}, Pos: c.Pos})
	case p.accept("default"):
		return p.defaultClause()
	case p.accept("collate"):
		sp := newSQLParser(p.upTo(p.at), p.s.fold)
		c.Collation = nameOf(sp.qualified("the name of the collation"))
		if sp.end(); sp.bad != nil {
			p.refuse("the type says more than gen can read: %s", p.t.s)
			return false
		}
	case p.accept("generated"):
		return p.generated()
	default:
		p.refuse("the type says more than gen can read: %s", p.t.s)
		return false
	}
	return true
}

func (p *columnSQL) defaultClause() bool {
	t := p.upTo(p.at)
	plain := outerParens(t)
	switch {
	case plain.s == "":
		p.refuse("the default is empty")
		return false
	case strings.EqualFold(plain.s, "null"):
		return true
	case p.s.sqlite() && t.s[0] != '(' && slices.ContainsFunc(sqlTokens(t), func(k tok) bool { return k.kind == tokPunct && k.s == "(" }):
		p.s.failAt(p.c, p.c.use.pos, "write it in parentheses: default:("+t.s+")", "SQLite refuses the default %s without parentheses", t.s)
		return false
	}
	if p.c.Serial {
		p.refuse("a column that counts up has no default of its own: %s", p.t.s)
		return false
	}
	p.c.Default = plain.s
	return true
}

// generated reads ALWAYS AS (expr) STORED and … AS IDENTITY.
func (p *columnSQL) generated() bool {
	c := p.c
	always := p.accept("always")
	if !always && !p.accept("by", "default") {
		p.refuse("the type says more than gen can read: %s", p.t.s)
		return false
	}
	switch {
	case p.accept("as", "identity"):
		c.Identity = &schema.Identity{Always: always}
		c.NotNull = true
		if !integerTypes[c.Type.Text] {
			p.refuse("identity needs a column of type smallint, integer or bigint, not %s", c.Type.Text)
			return false
		}
		return true
	case always && p.accept("as") && p.at < len(p.toks) && p.toks[p.at].s == "(":
		end := closing(p.toks, p.at)
		if end < 0 {
			break
		}
		c.Generated = &schema.Generated{Expr: outerParens(p.t.sub(p.toks[p.at].i, p.toks[end].j)).s}
		p.at = end + 1
		if p.accept("virtual") {
			c.Generated.Virtual = true
		} else {
			p.accept("stored")
		}
		return true
	}
	p.refuse("the type says more than gen can read: %s", p.t.s)
	return false
}

// overlayKeys are the keys of gen tags that a GORM model may have: what GORM
// cannot say. The rest it says itself.
var overlayKeys = []string{"was", "collate", "comment", "index", "unique", "check", "ref", "ondelete", "onupdate", "match", "deferrable", "deferred",
	"nullsnotdistinct", "notvalid", "fkname", "storage", "compression", "statistics", "backfill"}

// overlay applies what gen tags add to a column of a GORM model.
func (s *scanner) overlay(def *tableDef, c *column) { s.overlayOf(def, c, "GORM", "gorm") }

// overlayOf applies them to a column that an ORM's tag says.
func (s *scanner) overlayOf(def *tableDef, c *column, orm, tag string) {
	for _, it := range c.items {
		switch {
		case !slices.Contains(overlayKeys, it.key):
			s.failAt(c, it.pos, orm+" models take "+strings.Join(overlayKeys, ", "), "%s is said in the %s tag; gen tags of a %s model add what %s cannot say", it.key, tag, orm, orm)
		case it.key == "collate":
			s.collation(c, it)
		case it.key == "storage":
			c.Storage = s.word(c, it, "plain", "external", "extended", "main")
		case it.key == "compression":
			c.Compression = s.word(c, it, "pglz", "lz4")
		case it.key == "statistics":
			n := s.number(c, it, 0, 10000)
			c.Statistics = &n
		case it.key == "backfill":
			s.backfill(c, it)
		case it.key == "was":
			parts, _ := it.value.split(',')
			for _, old := range parts {
				c.Was = append(c.Was, s.cut(plainName(old.trim().s)))
			}
		case it.key == "comment" && !s.sqlite():
			s.comment(c)
		}
	}
}
