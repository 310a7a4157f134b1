package render

import "strings"

// MostRows is how many rows a precheck gives at most.
const MostRows = 100

// OneLine is a query on one line, as a revision file keeps it: line breaks become
// spaces, but those in string literals, for which chr is the function that gives a
// character (chr, char). Comments and line breaks within quoted names have no such
// form: ok is false then.
func OneLine(sql, chr string) (line string, ok bool) {
	if !strings.ContainsAny(sql, "\n\r") {
		return sql, !strings.Contains(sql, "--") || !commented(sql)
	}
	var b strings.Builder
	for i := 0; i < len(sql); {
		c := sql[i]
		switch {
		case c == '\'':
			n := literalEnd(sql, i)
			b.WriteString(literalLine(sql[i:n], chr))
			i = n
		case c == '"' || c == '`' || c == '[':
			n := nameEnd(sql, i)
			if strings.ContainsAny(sql[i:n], "\n\r") {
				return "", false
			}
			b.WriteString(sql[i:n])
			i = n
		case c == '-' && strings.HasPrefix(sql[i:], "--"):
			return "", false
		case c == '\n' || c == '\r':
			b.WriteByte(' ')
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), true
}

// commented reports whether -- begins a comment: it stands in no literal or name.
func commented(sql string) bool {
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case c == '\'':
			i = literalEnd(sql, i)
		case c == '"' || c == '`':
			i = nameEnd(sql, i)
		case strings.HasPrefix(sql[i:], "--"):
			return true
		default:
			i++
		}
	}
	return false
}

// literalEnd is the end of the string literal that opens at sql[i]. In E” a
// backslash takes the next character along.
func literalEnd(sql string, i int) int {
	escapes := i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e') && (i < 2 || !isWordByte(sql[i-2]))
	for i++; i < len(sql); i++ {
		switch {
		case escapes && sql[i] == '\\':
			i++
		case sql[i] == '\'' && i+1 < len(sql) && sql[i+1] == '\'':
			i++
		case sql[i] == '\'':
			return i + 1
		}
	}
	return len(sql)
}

func nameEnd(sql string, i int) int {
	shut := sql[i]
	if shut == '[' {
		shut = ']'
	}
	if n := strings.IndexByte(sql[i+1:], shut); n >= 0 {
		return i + n + 2
	}
	return len(sql)
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// literalLine is a literal without line breaks: 'a' || chr(10) || 'b'.
func literalLine(literal, chr string) string {
	if !strings.ContainsAny(literal, "\n\r") {
		return literal
	}
	line := strings.NewReplacer("\n", "' || "+chr+"(10) || '", "\r", "' || "+chr+"(13) || '").Replace(literal)
	return "(" + line + ")"
}
