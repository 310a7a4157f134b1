package phrase

import "strings"

// Postgres cuts a statement as PostgreSQL does (manual 4.1). What is not closed
// reaches to the end.
func Postgres(sql string) Phrase {
	var out Phrase
	depth := 0
	add := func(kind Kind, from, to int) {
		text := sql[from:to]
		if kind == Name {
			text = strings.ToUpper(text)
		}
		out = append(out, Word{kind, text, sql[from:to], depth, from, to})
	}
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
			end := quoteEnd(sql, i, false)
			add(String, i, end)
			i = end
		case (c == 'e' || c == 'E') && i+1 < len(sql) && sql[i+1] == '\'':
			end := quoteEnd(sql, i+1, true)
			add(String, i, end)
			i = end
		case c == '"':
			end := quoteEnd(sql, i, false)
			add(Quoted, i, end)
			i = end
		case c == '$' && dollarTag(sql[i:]) != "":
			tag := dollarTag(sql[i:])
			end := strings.Index(sql[i+len(tag):], tag)
			if end < 0 {
				end = len(sql)
			} else {
				end += i + 2*len(tag)
			}
			add(String, i, end)
			i = end
		case isNameByte(c):
			end := i
			for end < len(sql) && (isNameByte(sql[end]) || sql[end] == '$') {
				end++
			}
			add(Name, i, end)
			i = end
		default:
			if c == ')' {
				depth--
			}
			if c > ' ' {
				add(Sign, i, i+1)
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
