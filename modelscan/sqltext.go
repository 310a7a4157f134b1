package modelscan

import (
	"go/token"
	"strings"
)

// A tok is one token of SQL-like text.
type tok struct {
	kind tokKind
	s    string // words in lower case, quoted identifiers and strings without quotes
	raw  string
	i, j int // raw is text[i:j]
}

type tokKind int

const (
	tokWord   tokKind = iota // unquoted identifier or key word
	tokIdent                 // "quoted identifier"
	tokString                // 'string'
	tokNumber
	tokPunct // any other byte, one at a time
	tokEnd
)

// sqlTokens cuts text into tokens. It accepts every input; a quote that is
// never closed reaches to the end.
func sqlTokens(t text) []tok {
	var toks []tok
	s := t.s
	for i := 0; i < len(s); {
		j := i + 1
		k := tok{kind: tokPunct, i: i}
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '\'' || c == '"':
			k.kind = tokString
			if c == '"' {
				k.kind = tokIdent
			}
			k.s, j = quotedText(s, i)
		case c >= '0' && c <= '9':
			k.kind = tokNumber
			for j < len(s) && (identByte(s[j]) || s[j] == '.') {
				j++
			}
		case identByte(c):
			k.kind = tokWord
			for j < len(s) && (identByte(s[j]) || s[j] == '$') {
				j++
			}
			k.s = foldASCII(s[i:j])
		}
		k.raw, k.j = s[i:j], j
		if k.kind == tokNumber || k.kind == tokPunct {
			k.s = k.raw
		}
		toks = append(toks, k)
		i = j
	}
	return toks
}

func quotedText(s string, i int) (value string, end int) {
	q := s[i]
	var b strings.Builder
	for i++; i < len(s); i++ {
		if s[i] == q {
			if i+1 >= len(s) || s[i+1] != q {
				return b.String(), i + 1
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), len(s)
}

// foldASCII folds an unquoted identifier as PostgreSQL does in UTF-8.
func foldASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// outerParens takes the parentheses off text that is enclosed in one pair of
// them as a whole, as often as it is.
func outerParens(t text) text {
	for {
		t = t.trim()
		if len(t.s) < 2 || t.s[0] != '(' || t.s[len(t.s)-1] != ')' {
			return t
		}
		toks := sqlTokens(t)
		if closing(toks, 0) != len(toks)-1 {
			return t
		}
		t = t.sub(1, len(t.s)-1)
	}
}

// closing is the index of the token that closes the parenthesis at toks[i],
// or -1.
func closing(toks []tok, i int) int {
	depth := 0
	for ; i < len(toks); i++ {
		if toks[i].kind != tokPunct {
			continue
		}
		switch toks[i].s {
		case "(":
			depth++
		case ")":
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// An ident is an identifier as written in SQL: name is folded by the
// dialect's rule unless it was quoted.
type ident struct {
	name   string
	raw    string // as written, without quotes
	quoted bool
	pos    token.Pos
	time   string // "period" or "without overlaps" where that stands beside it
}

// A sqlParser reads the arguments of a directive. bad is the first mistake;
// after it every method returns zero values.
type sqlParser struct {
	t    text
	toks []tok
	at   int
	fold func(string) string
	bad  *lexError
}

func newSQLParser(t text, fold func(string) string) *sqlParser {
	p := &sqlParser{t: t, toks: sqlTokens(t), fold: fold}
	p.bad = t.scanTop(func(int) bool { return true })
	return p
}

func (p *sqlParser) peek() tok {
	if p.bad != nil || p.at >= len(p.toks) {
		return tok{kind: tokEnd, i: len(p.t.s), j: len(p.t.s)}
	}
	return p.toks[p.at]
}

func (p *sqlParser) done() bool { return p.peek().kind == tokEnd }

func (p *sqlParser) fail(what string) {
	if p.bad == nil {
		p.bad = &lexError{p.t.at(p.peek().i), what}
	}
}

// isWord reports whether the next tokens are these words.
func (p *sqlParser) isWord(words ...string) bool {
	if p.bad != nil {
		return false
	}
	for k, w := range words {
		if p.at+k >= len(p.toks) || p.toks[p.at+k].kind != tokWord || p.toks[p.at+k].s != w {
			return false
		}
	}
	return true
}

func (p *sqlParser) accept(words ...string) bool {
	if !p.isWord(words...) {
		return false
	}
	p.at += len(words)
	return true
}

func (p *sqlParser) isPunct(s string) bool {
	t := p.peek()
	return t.kind == tokPunct && t.s == s
}

func (p *sqlParser) acceptPunct(s string) bool {
	if !p.isPunct(s) {
		return false
	}
	p.at++
	return true
}

// ident reads an identifier.
func (p *sqlParser) ident(what string) ident {
	t := p.peek()
	id := ident{raw: t.raw, pos: p.t.at(t.i)}
	switch t.kind {
	case tokIdent:
		id.name, id.raw, id.quoted = t.s, t.s, true
		if t.s == "" {
			p.fail("an empty name in double quotes")
		}
	case tokWord:
		id.name = p.fold(t.raw)
	default:
		p.fail(what + " is missing")
		return id
	}
	p.at++
	return id
}

// qualified reads a.b.c.
func (p *sqlParser) qualified(what string) []ident {
	ids := []ident{p.ident(what)}
	for p.acceptPunct(".") {
		ids = append(ids, p.ident(what))
	}
	return ids
}

// parens reads (…) and returns what is between.
func (p *sqlParser) parens(what string) text {
	if !p.isPunct("(") {
		p.fail(what + " in parentheses is missing")
		return text{base: p.t.pos()}
	}
	end := closing(p.toks, p.at)
	if end < 0 {
		p.fail("missing )")
		return text{base: p.t.pos()}
	}
	inner := p.t.sub(p.toks[p.at].j, p.toks[end].i)
	p.at = end + 1
	return inner.trim()
}

// rest takes all that is left.
func (p *sqlParser) rest() text {
	r := p.t.sub(p.peek().i, len(p.t.s)).trim()
	p.at = len(p.toks)
	return r
}

// end complains about what is left.
func (p *sqlParser) end() {
	if !p.done() {
		p.fail("unexpected " + p.peek().raw)
	}
}

// columns reads a list of plain names out of the text between parentheses; what
// stands beside them in keys over time is noted.
func columns(list text, fold func(string) string) ([]ident, *lexError) {
	parts, err := list.split(',')
	if err != nil {
		return nil, err
	}
	var ids []ident
	for _, part := range parts {
		p := newSQLParser(part.trim(), fold)
		period := len(p.toks) > 1 && !p.isWord("period", "without", "overlaps") && p.accept("period")
		id := p.ident("a column name")
		switch {
		case period:
			id.time = "period"
		case p.accept("without", "overlaps"):
			id.time = "without overlaps"
		}
		ids = append(ids, id)
		p.end()
		if p.bad != nil {
			return ids, p.bad
		}
	}
	return ids, nil
}
