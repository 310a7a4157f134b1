package postgres

import (
	"strings"
	"unicode/utf8"
)

// A token is one lexical element of an SQL expression (manual, §4.1).
type token struct {
	kind  tokenKind
	text  string // meaning: words folded to lower case, strings without quotes
	begin int    // byte offsets in the source
	end   int
}

type tokenKind byte

const (
	word     tokenKind = iota // unquoted identifier or key word
	quoted                    // "identifier"
	literal                   // 'string', in any of its spellings; text is its value
	bits                      // B'…' or X'…'; text begins with b or x
	numeral                   // numeric constant
	operator                  // any run of operator characters
	mark                      // ( ) [ ] , ; . : :: and $1
	broken                    // an unterminated quote or comment: the rest of the text
)

// lex splits text into tokens; white space and comments are left out.
func lex(text string) []token {
	var list []token
	for i := 0; ; {
		t, ok := lexNext(text, i)
		if !ok {
			return list
		}
		list = append(list, t)
		i = t.end
	}
}

// lexWhole is lex of a text whose tokens all matter, behind one with Unicode
// escapes too: that one is read to its end, and keeps its escapes.
func lexWhole(text string) []token {
	var list []token
	for i := 0; ; {
		t, ok := lexNext(text, i)
		if !ok {
			return list
		}
		if t.unicode(text) {
			t = lexUnicode(text, t.begin)
		}
		list = append(list, t)
		i = t.end
	}
}

// unicode reports whether the token is U&'…' or U&"…", of which lex knows the
// beginning only.
func (t token) unicode(text string) bool {
	return t.kind == broken && strings.HasPrefix(text[t.begin+1:], "&")
}

// lexNext is the token at or behind i; false where there is none.
func lexNext(text string, i int) (token, bool) {
	for i < len(text) {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
			i++
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return token{}, false
			}
			i += end
		case strings.HasPrefix(text[i:], "/*"):
			end := commentEnd(text, i)
			if end < 0 {
				return token{broken, text[i:], i, len(text)}, true
			}
			i = end
		default:
			return lexOne(text, i), true
		}
	}
	return token{}, false
}

// commentEnd is the offset behind the comment at i; comments nest. -1: open.
func commentEnd(text string, i int) int {
	depth := 0
	for i < len(text) {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			depth++
			i += 2
		case strings.HasPrefix(text[i:], "*/"):
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return -1
}

// lexUnicode is the token U&'…' or U&"…" at begin, its escapes as they are written.
func lexUnicode(text string, begin int) token {
	if text[begin+2] == '"' {
		t := lexQuoted(text, begin+2)
		t.begin = begin
		return t
	}
	return lexString(text, begin, begin+2, false, literal, "u&")
}

const operatorChars = "+-*/<>=~!@#%^&|`?"

func lexOne(text string, i int) token {
	c := text[i]
	rest := text[i:]
	switch {
	case c == '\'':
		return lexString(text, i, i, false, literal, "")
	case (c == 'e' || c == 'E') && strings.HasPrefix(rest[1:], "'"):
		return lexString(text, i, i+1, true, literal, "")
	case (c == 'n' || c == 'N') && strings.HasPrefix(rest[1:], "'"):
		return lexString(text, i, i+1, false, literal, "")
	case (c == 'b' || c == 'B' || c == 'x' || c == 'X') && strings.HasPrefix(rest[1:], "'"):
		return lexString(text, i, i+1, false, bits, strings.ToLower(rest[:1]))
	case (c == 'u' || c == 'U') && (strings.HasPrefix(rest[1:], "&'") || strings.HasPrefix(rest[1:], `&"`)):
		// Unicode escapes are left to the server: such a token equals only itself.
		return token{broken, rest, i, len(text)}
	case c == '"':
		return lexQuoted(text, i)
	case c == '$':
		return lexDollar(text, i)
	case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		return lexNumber(text, i)
	case isWordStart(c):
		end := i
		for end < len(text) && (isWordStart(text[end]) || text[end] >= '0' && text[end] <= '9' || text[end] == '$') {
			end++
		}
		return token{word, foldASCII(text[i:end]), i, end}
	case strings.HasPrefix(rest, "::"):
		return token{mark, "::", i, i + 2}
	case strings.IndexByte(operatorChars, c) >= 0:
		return lexOperator(text, i)
	}
	_, size := utf8.DecodeRuneInString(rest)
	return token{mark, rest[:size], i, i + size}
}

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// foldASCII lower-cases as the server does in a multi-byte encoding: ASCII only.
func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

// lexString reads the string whose quote is at open. Adjacent strings on
// separate lines, which SQL joins, stay two tokens: they then differ from the
// server's spelling and the server is asked.
func lexString(text string, begin, open int, escapes bool, kind tokenKind, prefix string) token {
	var b strings.Builder
	b.WriteString(prefix)
	for i := open + 1; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\'' && i+1 < len(text) && text[i+1] == '\'':
			b.WriteByte('\'')
			i++
		case c == '\'':
			return token{kind, b.String(), begin, i + 1}
		case c == '\\' && escapes && i+1 < len(text):
			i++
			switch text[i] {
			case '\\', '\'':
				b.WriteByte(text[i])
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			default: // octal, hexadecimal, Unicode: kept as written, so equal only to itself
				b.WriteByte('\\')
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return token{broken, text[begin:], begin, len(text)}
}

func lexQuoted(text string, begin int) token {
	var b strings.Builder
	for i := begin + 1; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return token{quoted, b.String(), begin, i + 1}
	}
	return token{broken, text[begin:], begin, len(text)}
}

// lexDollar reads $tag$…$tag$, or the mark $.
func lexDollar(text string, begin int) token {
	end := strings.IndexByte(text[begin+1:], '$')
	if end < 0 {
		return token{mark, "$", begin, begin + 1}
	}
	tag := text[begin : begin+end+2]
	for i, c := range []byte(tag[1 : len(tag)-1]) {
		if !isWordStart(c) && (i == 0 || c < '0' || c > '9') {
			return token{mark, "$", begin, begin + 1}
		}
	}
	body := text[begin+len(tag):]
	shut := strings.Index(body, tag)
	if shut < 0 {
		return token{broken, text[begin:], begin, len(text)}
	}
	return token{literal, body[:shut], begin, begin + len(tag) + shut + len(tag)}
}

func lexNumber(text string, begin int) token {
	i := begin
	for i < len(text) {
		c := text[i]
		exponent := (c == '+' || c == '-') && (text[i-1] == 'e' || text[i-1] == 'E') && i > begin &&
			!strings.HasPrefix(text[begin:], "0x") && !strings.HasPrefix(text[begin:], "0X")
		if c >= '0' && c <= '9' || c == '.' || c == '_' || exponent || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			i++
			continue
		}
		break
	}
	return token{numeral, foldASCII(text[begin:i]), begin, i}
}

// lexOperator reads the longest run of operator characters, with the manual's
// two exceptions (§4.1.3): a comment ends it, and a trailing + or - belongs to it
// only together with one of ~ ! @ # % ^ & | ` ?.
func lexOperator(text string, begin int) token {
	end := begin
	for end < len(text) && strings.IndexByte(operatorChars, text[end]) >= 0 {
		if end > begin && (strings.HasPrefix(text[end:], "--") || strings.HasPrefix(text[end:], "/*")) {
			break
		}
		end++
	}
	op := text[begin:end]
	if !strings.ContainsAny(op, "~!@#%^&|`?") {
		for len(op) > 1 && (op[len(op)-1] == '+' || op[len(op)-1] == '-') {
			op = op[:len(op)-1]
		}
	}
	text = op
	if op == "!=" {
		text = "<>" // the parser itself rewrites it
	}
	return token{operator, text, begin, begin + len(op)}
}

// is reports whether t is that unquoted word or mark.
func (t token) is(text string) bool {
	return t.text == text && (t.kind == word || t.kind == mark)
}

// name reports whether t can be (part of) an identifier.
func (t token) name() bool { return t.kind == word || t.kind == quoted }

// stripParens removes parentheses that enclose the whole expression, and white
// space around it. A row constructor's parentheses stay.
func stripParens(text string) string {
	for {
		text = strings.TrimSpace(text)
		if !strings.HasPrefix(text, "(") || !strings.HasSuffix(text, ")") {
			return text
		}
		tokens := lex(text)
		if !enclosed(tokens) {
			return text
		}
		text = text[1 : len(text)-1]
	}
}

// enclosed reports whether the first and last token are a pair of parentheses
// with one expression between them.
func enclosed(tokens []token) bool {
	if len(tokens) < 3 || !tokens[0].is("(") || !tokens[len(tokens)-1].is(")") {
		return false
	}
	depth := 0
	for i, t := range tokens {
		switch {
		case t.kind == broken:
			return false
		case t.is("("), t.is("["):
			depth++
		case t.is(")"), t.is("]"):
			depth--
			if depth == 0 && i < len(tokens)-1 {
				return false
			}
		case t.is(",") && depth == 1:
			return false
		}
	}
	return depth == 0
}
