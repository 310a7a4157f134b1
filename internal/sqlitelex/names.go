package sqlitelex

import (
	"strings"

	"github.com/gen-migrate/gen/dialect"
)

// Fold is the form in which SQLite compares names: ASCII letters in lower
// case, all else as it is.
func Fold(name string) string {
	b := []byte(name)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Same reports whether SQLite takes two names for one.
func Same(a, b string) bool { return Fold(a) == Fold(b) }

// Mentions reports whether name stands in the SQL text as a word or a quoted
// identifier, in any case. A string literal is no mention. Text that cannot be
// read mentions everything.
func Mentions(sql, name string) bool {
	toks, err := Lex(sql)
	if err != nil {
		return true
	}
	for _, t := range toks {
		if t.IsName() && Same(t.Value, name) {
			return true
		}
	}
	return false
}

// Rename returns the expression with every mention of the column from written
// as to. Function calls of that name are left alone. It is right for
// expressions over one table, where a name that equals a column's is that
// column.
func Rename(expr, from, to string) string {
	toks, err := Lex(expr)
	if err != nil {
		return expr
	}
	var b strings.Builder
	end := 0
	for i, t := range toks {
		b.WriteString(expr[end:t.Start])
		end = t.End
		call := i+1 < len(toks) && toks[i+1].Is("(")
		if t.IsName() && Same(t.Value, from) && !call {
			b.WriteString(dialect.SQLite().Ident(to))
		} else {
			b.WriteString(t.Text)
		}
	}
	b.WriteString(expr[end:])
	return b.String()
}
