package postgres

import (
	"strings"
	"unicode/utf8"

	"github.com/gen-migrate/gen/schema"
)

// Expressions come here as the server prints them (pg_get_expr under an empty
// search_path): no comments, identifiers folded or quoted, string literals in
// plain or E'' quotes. What is asked of them is which names they use, for
// which splitting into words is enough.

// A word is one lexical element of an expression.
type word struct {
	kind wordKind
	text string // as it stands there
	name string // of an identifier: without quotes
}

type wordKind int

const (
	wordIdent  wordKind = iota // an identifier or a keyword
	wordQuoted                 // a quoted identifier
	wordString
	wordSpace
	wordOther // one character, or "::"
)

func split(expr string) []word {
	var words []word
	for expr != "" {
		w := first(expr)
		words = append(words, w)
		expr = expr[len(w.text):]
	}
	return words
}

// first is the word that a text starts with; what is not closed ends with it.
func first(s string) word {
	switch c := s[0]; {
	case c == '\'':
		return word{kind: wordString, text: s[:closing(s, 0, false)]}
	case (c == 'E' || c == 'e') && strings.HasPrefix(s[1:], "'"):
		return word{kind: wordString, text: s[:closing(s, 1, true)]}
	case c == '"':
		text := s[:closing(s, 0, false)]
		name := strings.TrimSuffix(text[1:], `"`)
		return word{kind: wordQuoted, text: text, name: strings.ReplaceAll(name, `""`, `"`)}
	case isIdentByte(c) && !isDigit(c):
		n := run(s, isIdentByte)
		return word{kind: wordIdent, text: s[:n], name: s[:n]}
	case isDigit(c):
		return word{kind: wordOther, text: s[:run(s, func(c byte) bool { return isIdentByte(c) || c == '.' })]}
	case c == ' ' || c == '\n' || c == '\t' || c == '\r':
		return word{kind: wordSpace, text: s[:run(s, func(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' })]}
	case strings.HasPrefix(s, "::"):
		return word{kind: wordOther, text: "::"}
	}
	_, size := utf8.DecodeRuneInString(s)
	return word{kind: wordOther, text: s[:size]}
}

// closing is the end of the quoted text that opens at s[open].
func closing(s string, open int, escapes bool) int {
	for i := open + 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] != s[open]:
		case i+1 < len(s) && s[i+1] == s[open]:
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}

func run(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isIdentByte(c byte) bool {
	return c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c >= utf8.RuneSelf
}

// isName reports whether words[i] may stand for a column: an identifier that
// is no type behind "::", no function before "(" and no part of a qualified
// name.
func isName(words []word, i int) bool {
	if k := words[i].kind; k != wordIdent && k != wordQuoted {
		return false
	}
	if i > 0 && (words[i-1].text == "::" || words[i-1].text == ".") {
		return false
	}
	return i+1 == len(words) || words[i+1].text != "(" && words[i+1].text != "."
}

// mentions reports whether the expression uses the column. A keyword that is
// spelled like the column counts too where the server would print it without
// quotes, so the answer may be true once too often, never too seldom.
func mentions(expr, column string) bool {
	words := split(expr)
	for i, w := range words {
		if w.name == column && isName(words, i) {
			return true
		}
	}
	return false
}

// mentionsType reports whether the expression casts to the type.
func mentionsType(expr string, typ schema.Name) bool {
	words := split(expr)
	for i, w := range words {
		if w.text != "::" || i+1 == len(words) {
			continue
		}
		rest := words[i+1:]
		if typ.Schema != "" && len(rest) > 2 && rest[0].name == typ.Schema && rest[1].text == "." && rest[2].name == typ.Local {
			return true
		}
		if rest[0].name == typ.Local && (len(rest) < 2 || rest[1].text != ".") {
			return true
		}
	}
	return false
}

// volatile reports whether the expression may give another value for each
// row, so that a new column with it as default makes the server write every
// row. Functions of the server stand without schema; of all others nothing is
// known, and they count as volatile, which is what CREATE FUNCTION makes them
// unless told otherwise.
func volatile(expr string) bool {
	words := split(expr)
	for i, w := range words {
		if w.kind != wordIdent && w.kind != wordQuoted || i+1 == len(words) || words[i+1].text != "(" {
			continue
		}
		if i > 0 && words[i-1].text == "." {
			return true
		}
		if volatileFunctions[w.name] {
			return true
		}
	}
	return false
}

// volatileFunctions: the functions of pg_catalog of PostgreSQL 13 to 18 with
// provolatile v that can stand in a default. A test compares it with the
// servers.
var volatileFunctions = set(`array_sample array_shuffle clock_timestamp currval gen_random_uuid lastval
lo_creat lo_create lo_from_bytea nextval random random_normal set_config
setval timeofday txid_status uuidv4 uuidv7 pg_current_logfile
pg_current_wal_insert_lsn pg_current_wal_lsn pg_current_wal_flush_lsn
pg_is_in_recovery pg_logical_emit_message pg_nextoid pg_sequence_last_value
pg_xact_status pg_notify pg_sleep setseed`)

// looseOperators do not stand in a b_expr of PostgreSQL's gram.y without
// parentheses around them, which is what DEFAULT takes in the definition of a
// column: NOT would begin NOT NULL there, and COLLATE would be the column's.
var looseOperators = set("and at between collate ilike in is isnull like not notnull or overlaps similar")

// operand is the expression as it can stand behind DEFAULT.
func operand(expr string) string {
	depth := 0
	for _, w := range split(expr) {
		switch {
		case w.text == "(" || w.text == "[":
			depth++
		case w.text == ")" || w.text == "]":
			depth--
		case depth == 0 && w.kind == wordIdent && looseOperators[strings.ToLower(w.name)]:
			return "(" + expr + ")"
		}
	}
	return expr
}

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// isCall reports whether the expression is one plain function call, which
// stands in an index without parentheses of its own.
func isCall(expr string) bool {
	words := split(expr)
	i := 0
	for i+2 < len(words) && words[i].name != "" && words[i+1].text == "." {
		i += 2
	}
	if i+1 >= len(words) || words[i].name == "" || words[i].kind == wordIdent && words[i].name != strings.ToLower(words[i].name) {
		return false
	}
	depth := 0
	for j := i + 1; j < len(words); j++ {
		switch words[j].text {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			return j > i+1 && j == len(words)-1
		}
	}
	return false
}
