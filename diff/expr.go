package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gen-migrate/gen/schema"
)

// A token is one lexical element of an SQL expression. The tokens of a text,
// put together, are the text.
type token struct {
	kind tokenKind
	text string // as it stands there
	name string // of an identifier: the raw name; of a string: its value
}

type tokenKind int

const (
	tokenSpace  tokenKind = iota // blanks and comments
	tokenIdent                   // also keywords, which look the same
	tokenString                  // 'x', E'x', $$x$$
	tokenNumber
	tokenOther // one character of an operator or of punctuation; "::" is one
)

// lex splits an expression. It never fails: what is not closed goes to the end
// of the text. brackets says that [x] is an identifier (SQLite) and not an
// array subscript.
func lex(sql string, brackets bool) []token {
	var tokens []token
	for sql != "" {
		t := lexOne(sql, brackets)
		tokens = append(tokens, t)
		sql = sql[len(t.text):]
	}
	return tokens
}

func lexOne(s string, brackets bool) token {
	c, size := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsSpace(c):
		n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) })
		return token{kind: tokenSpace, text: upTo(s, n)}
	case strings.HasPrefix(s, "--"):
		return token{kind: tokenSpace, text: upTo(s, strings.IndexByte(s, '\n'))}
	case strings.HasPrefix(s, "/*"):
		return token{kind: tokenSpace, text: through(s, 2, "*/")}
	case c == '\'':
		return quoted(tokenString, s, 0, '\'', false)
	case (c == 'e' || c == 'E') && strings.HasPrefix(s[1:], "'"):
		return quoted(tokenString, s, 1, '\'', true)
	case c == '"', c == '`':
		return quoted(tokenIdent, s, 0, byte(c), false)
	case c == '[' && brackets:
		text := through(s, 1, "]")
		return token{kind: tokenIdent, text: text, name: strings.TrimSuffix(text[1:], "]")}
	case c == '$' && dollarTag(s) != "":
		tag := dollarTag(s)
		text := through(s, len(tag), tag)
		return token{kind: tokenString, text: text, name: strings.TrimSuffix(text[len(tag):], tag)}
	case isIdentStart(c):
		n := strings.IndexFunc(s, func(r rune) bool { return !isIdentStart(r) && !isDigit(r) && r != '$' })
		text := upTo(s, n)
		return token{kind: tokenIdent, text: text, name: text}
	case isDigit(c):
		n := strings.IndexFunc(s, func(r rune) bool { return !isDigit(r) && r != '.' && !isIdentStart(r) })
		return token{kind: tokenNumber, text: upTo(s, n)}
	case strings.HasPrefix(s, "::"):
		return token{kind: tokenOther, text: "::"}
	}
	return token{kind: tokenOther, text: s[:size]}
}

// quoted reads a text in quotes that starts at s[skip]; a doubled quote stands
// for one, and with escapes a backslash takes the next character along.
func quoted(kind tokenKind, s string, skip int, quote byte, escapes bool) token {
	var name strings.Builder
	i := skip + 1
	for i < len(s) {
		switch {
		case escapes && s[i] == '\\' && i+1 < len(s):
			name.WriteByte(s[i+1])
			i += 2
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			name.WriteByte(quote)
			i += 2
		case s[i] == quote:
			return token{kind: kind, text: s[:i+1], name: name.String()}
		default:
			name.WriteByte(s[i])
			i++
		}
	}
	return token{kind: kind, text: s, name: name.String()}
}

// dollarTag is the opening $tag$ that s starts with, or nothing.
func dollarTag(s string) string {
	n := strings.IndexByte(s[1:], '$')
	if n < 0 {
		return ""
	}
	for i, c := range s[1 : 1+n] {
		if !isIdentStart(c) && (i == 0 || !isDigit(c)) {
			return ""
		}
	}
	return s[:n+2]
}

func isIdentStart(c rune) bool { return c == '_' || unicode.IsLetter(c) || c >= 0x80 }
func isDigit(c rune) bool      { return c >= '0' && c <= '9' }

func upTo(s string, n int) string {
	if n < 0 {
		return s
	}
	return s[:n]
}

// through is s up to and with the first end after its first skip bytes.
func through(s string, skip int, end string) string {
	n := strings.Index(s[skip:], end)
	if n < 0 {
		return s
	}
	return s[:skip+n+len(end)]
}

// names returns every name, of one or two parts, that the expression may mean:
// its identifiers, and the contents of its strings, since nextval and casts
// name sequences and types in strings. Too many are returned, never too few;
// whoever asks knows which names there are.
func names(sql string) []schema.Name {
	if sql == "" {
		return nil
	}
	var found []schema.Name
	tokens := significant(lex(sql, false))
	for i, t := range tokens {
		switch t.kind {
		case tokenIdent:
			found = append(found, schema.Name{Local: t.name})
			if i+2 < len(tokens) && tokens[i+1].text == "." && tokens[i+2].kind == tokenIdent {
				found = append(found, schema.Name{Schema: t.name, Local: tokens[i+2].name})
			}
		case tokenString:
			inner := significant(lex(t.name, false))
			switch {
			case len(inner) == 1 && inner[0].kind == tokenIdent:
				found = append(found, schema.Name{Local: inner[0].name})
			case len(inner) == 3 && inner[0].kind == tokenIdent && inner[1].text == "." && inner[2].kind == tokenIdent:
				found = append(found, schema.Name{Schema: inner[0].name, Local: inner[2].name})
			}
		}
	}
	return found
}

// mentionsColumn reports whether the expression has an identifier of that name
// that may be a column.
func mentionsColumn(sql, column string) bool {
	for _, t := range lex(sql, false) {
		if t.kind == tokenIdent && (t.name == column || strings.EqualFold(t.name, column)) {
			return true
		}
	}
	return false
}

// significant leaves out blanks and comments.
func significant(tokens []token) []token {
	kept := tokens[:0:0]
	for _, t := range tokens {
		if t.kind != tokenSpace {
			kept = append(kept, t)
		}
	}
	return kept
}
