// Package sqlitelex cuts SQLite's SQL into tokens, by the rules of the
// library's own tokenizer (src/tokenize.c, lang_expr.html), and answers the
// few questions about SQL that need no grammar.
//
// It is shared by introspect/sqlite, which reads the text of the catalog, and
// render/sqlite, which writes it.
package sqlitelex

import (
	"fmt"
	"strings"
)

// A Kind is the class of a token.
type Kind int

const (
	Word   Kind = iota // a keyword or an identifier without quotes
	Quoted             // an identifier in "…", […] or `…`
	String             // '…'
	Number             // 1, 1.5e3, 0xff, 1_000
	Blob               // x'…'
	Op                 // an operator, a bracket, a comma, a semicolon
	Param              // ?1, :a, @a, $a
)

// A Token is one token. Text is as written; Value is what it stands for: the
// identifier, or the content of a string, without quotes. Start and End are
// byte offsets in the source, with source[Start:End] == Text.
type Token struct {
	Kind       Kind
	Text       string
	Value      string
	Start, End int
}

// Is reports whether the token is that operator or that word without quotes,
// in any case. A quoted identifier is never a word.
func (t Token) Is(s string) bool {
	switch t.Kind {
	case Op:
		return t.Text == s
	case Word:
		return strings.EqualFold(t.Text, s)
	}
	return false
}

// IsName reports whether the token may be an identifier.
func (t Token) IsName() bool { return t.Kind == Word || t.Kind == Quoted }

// Lex returns the tokens of src; white space and comments stand between them
// and are left out. The error names what is not closed or not SQL.
func Lex(src string) ([]Token, error) {
	var toks []Token
	for i := 0; i < len(src); {
		n, skip := space(src[i:])
		if skip {
			i += n
			continue
		}
		t, err := next(src[i:])
		if err != nil {
			return nil, fmt.Errorf("%w at byte %d of %q", err, i, excerpt(src, i))
		}
		t.Start, t.End = i, i+len(t.Text)
		toks = append(toks, t)
		i = t.End
	}
	return toks, nil
}

// space returns the length of the white space or comment s begins with. An
// unclosed /* ends with the text, as in SQLite.
func space(s string) (int, bool) {
	switch {
	case isSpace(s[0]):
		return 1, true
	case strings.HasPrefix(s, "--"):
		if n := strings.IndexByte(s, '\n'); n >= 0 {
			return n + 1, true
		}
		return len(s), true
	case strings.HasPrefix(s, "/*"):
		if n := strings.Index(s[2:], "*/"); n >= 0 {
			return n + 4, true
		}
		return len(s), true
	case strings.HasPrefix(s, "\ufeff"):
		return len("\ufeff"), true
	}
	return 0, false
}

func next(s string) (Token, error) {
	c := s[0]
	switch {
	case c == '\'' || c == '"' || c == '`':
		return quoted(s, c)
	case c == '[':
		n := strings.IndexByte(s, ']')
		if n < 0 {
			return Token{}, fmt.Errorf("a name in brackets is not closed")
		}
		return Token{Kind: Quoted, Text: s[:n+1], Value: s[1:n]}, nil
	case (c == 'x' || c == 'X') && len(s) > 1 && s[1] == '\'':
		return blob(s)
	case isDigit(c) || c == '.' && len(s) > 1 && isDigit(s[1]):
		n := number(s)
		return Token{Kind: Number, Text: s[:n], Value: s[:n]}, nil
	case isIdent(c) && c != '$':
		n := 1
		for n < len(s) && isIdent(s[n]) {
			n++
		}
		return Token{Kind: Word, Text: s[:n], Value: s[:n]}, nil
	case c == '?' || c == ':' || c == '@' || c == '$' || c == '#':
		n := 1
		for n < len(s) && isIdent(s[n]) {
			n++
		}
		return Token{Kind: Param, Text: s[:n], Value: s[1:n]}, nil
	}
	for _, op := range []string{"->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"} {
		if strings.HasPrefix(s, op) {
			return Token{Kind: Op, Text: op, Value: op}, nil
		}
	}
	if strings.IndexByte("()+-*/%,;=<>&|~.", c) >= 0 {
		return Token{Kind: Op, Text: s[:1], Value: s[:1]}, nil
	}
	return Token{}, fmt.Errorf("unrecognised character %q", s[:1])
}

// quoted reads a string or identifier whose quote is doubled inside.
func quoted(s string, q byte) (Token, error) {
	kind := Quoted
	if q == '\'' {
		kind = String
	}
	for i := 1; i < len(s); i++ {
		if s[i] != q {
			continue
		}
		if i+1 < len(s) && s[i+1] == q {
			i++
			continue
		}
		one := string(q)
		return Token{Kind: kind, Text: s[:i+1], Value: strings.ReplaceAll(s[1:i], one+one, one)}, nil
	}
	return Token{}, fmt.Errorf("a quote %c is not closed", q)
}

func blob(s string) (Token, error) {
	n := strings.IndexByte(s[2:], '\'')
	if n < 0 {
		return Token{}, fmt.Errorf("a blob literal is not closed")
	}
	for _, c := range []byte(s[2 : 2+n]) {
		if !isHex(c) {
			return Token{}, fmt.Errorf("a blob literal holds %q, which is no hexadecimal digit", c)
		}
	}
	return Token{Kind: Blob, Text: s[:n+3], Value: s[2 : 2+n]}, nil
}

func number(s string) int {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isHex(s[2]) {
		n := 2
		for n < len(s) && (isHex(s[n]) || s[n] == '_') {
			n++
		}
		return n
	}
	digits := func(n int) int {
		for n < len(s) && (isDigit(s[n]) || s[n] == '_') {
			n++
		}
		return n
	}
	n := digits(0)
	if n < len(s) && s[n] == '.' {
		n = digits(n + 1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if m < len(s) && isDigit(s[m]) {
			n = digits(m)
		}
	}
	return n
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// isIdent: letters, digits, "_", "$" and every byte above ASCII.
func isIdent(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '$' || c >= 0x80
}

func excerpt(s string, at int) string {
	end := min(len(s), at+40)
	return s[at:end]
}
