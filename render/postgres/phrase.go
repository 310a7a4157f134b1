package postgres

import (
	"slices"
	"strings"
)

// A phrase is a part of a statement as the words that stand in it.
type phrase []sqlWord

// A sqlWord is a keyword or name, or a sign.
type sqlWord struct {
	text   string // keywords and plain names in upper case, signs as they are
	plain  string // as written
	quoted bool
	depth  int // of parentheses around it; those themselves stand outside
}

func (w sqlWord) is(word string) bool { return !w.quoted && w.text == word }

// phraseOf cuts a statement. Strings and comments are left out.
func phraseOf(sql string) phrase {
	var out phrase
	depth := 0
	for i := 0; i < len(sql); {
		c := sql[i]
		switch {
		case strings.HasPrefix(sql[i:], "--"):
			end := strings.IndexByte(sql[i:], '\n')
			if end < 0 {
				return out
			}
			i += end
		case strings.HasPrefix(sql[i:], "/*"):
			i = commentEnd(sql, i)
		case c == '\'':
			escapes := i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e')
			i = quoteEnd(sql, i, escapes)
		case c == '"':
			end := quoteEnd(sql, i, false)
			out = append(out, sqlWord{text: sql[i:end], plain: sql[i:end], quoted: true, depth: depth})
			i = end
		case c == '$' && dollarTag(sql[i:]) != "":
			tag := dollarTag(sql[i:])
			end := strings.Index(sql[i+len(tag):], tag)
			if end < 0 {
				return out
			}
			i += end + 2*len(tag)
		case isNameByte(c):
			end := i
			for end < len(sql) && (isNameByte(sql[end]) || sql[end] == '$') {
				end++
			}
			out = append(out, sqlWord{text: strings.ToUpper(sql[i:end]), plain: sql[i:end], depth: depth})
			i = end
		default:
			if c == ')' {
				depth--
			}
			if c > ' ' {
				out = append(out, sqlWord{text: string(c), plain: string(c), depth: depth})
			}
			if c == '(' {
				depth++
			}
			i++
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// commentEnd is behind a block comment, which may hold others.
func commentEnd(sql string, i int) int {
	depth := 0
	for i < len(sql) {
		switch {
		case strings.HasPrefix(sql[i:], "/*"):
			depth++
			i += 2
		case strings.HasPrefix(sql[i:], "*/"):
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return i
}

// quoteEnd is behind the quote that ends what begins at i.
func quoteEnd(sql string, i int, escapes bool) int {
	quote := sql[i]
	for i++; i < len(sql); i++ {
		switch {
		case escapes && sql[i] == '\\':
			i++
		case sql[i] == quote && i+1 < len(sql) && sql[i+1] == quote:
			i++
		case sql[i] == quote:
			return i + 1
		}
	}
	return len(sql)
}

// dollarTag is the dollar quote at the beginning of s, or "".
func dollarTag(s string) string {
	end := strings.IndexByte(s[1:], '$')
	if end < 0 {
		return ""
	}
	for i, c := range []byte(s[1 : 1+end]) {
		if !isNameByte(c) || i == 0 && c >= '0' && c <= '9' {
			return ""
		}
	}
	return s[:end+2]
}

// after is what follows the words, if the phrase begins with them. "A|B" is one
// of these, "A?" may be missing, "*" is a name.
func (p phrase) after(want ...string) (phrase, bool) {
	for _, w := range want {
		if w == "*" {
			if len(p) == 0 {
				return p, false
			}
			p = p.afterName()
			continue
		}
		options, optional := strings.CutSuffix(w, "?")
		if len(p) > 0 && slices.ContainsFunc(strings.Split(options, "|"), p[0].is) {
			p = p[1:]
		} else if !optional {
			return p, false
		}
	}
	return p, true
}

// name is the name, with its schema, at the beginning of a phrase; "" when
// there is none.
func (p phrase) name() string {
	var b strings.Builder
	for _, w := range p[:len(p)-len(p.afterName())] {
		b.WriteString(w.plain)
	}
	return b.String()
}

// afterName is what follows that name.
func (p phrase) afterName() phrase {
	for len(p) > 0 && (p[0].quoted || isNameByte(p[0].text[0])) {
		p = p[1:]
		if len(p) == 0 || !p[0].is(".") {
			break
		}
		p = p[1:]
	}
	if len(p) > 0 && p[0].is("*") { // tables and those that inherit from them
		return p[1:]
	}
	return p
}

// parts are what stands between the commas outside parentheses.
func (p phrase) parts() []phrase {
	var out []phrase
	from := 0
	for i, w := range p {
		if w.depth == 0 && w.is(",") {
			out, from = append(out, p[from:i]), i+1
		}
	}
	return append(out, p[from:])
}

// references are the tables that foreign keys in the phrase refer to, each once.
func (p phrase) references() []string {
	var out []string
	for i, w := range p {
		if w.is("REFERENCES") {
			if name := p[i+1:].name(); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
