package modelscan

import (
	"go/ast"
	"strings"
	"unicode"

	"github.com/gen-migrate/gen/schema"
)

// mapName makes a database name of a Go name.
func (s *scanner) mapName(name string) string {
	if s.o.NameMapper == "lower" {
		return strings.ToLower(name)
	}
	return snake(name)
}

// snake is scany's rule, so that rows scan into the fields they came from: an
// underscore before an upper-case letter that begins a word of lower-case
// letters, and between a lower-case letter or digit and an upper-case one.
//
// It equals replacing (.)([A-Z][a-z]+) and then ([a-z0-9])([A-Z]) by $1_$2.
func snake(name string) string {
	if strings.ToLower(name) == name {
		return name
	}
	first := splitWords(name)
	var b strings.Builder
	for i := 0; i < len(first); i++ {
		c := first[i]
		if i > 0 && isUpper(c) && (isLower(first[i-1]) || isDigit(first[i-1])) {
			b.WriteByte('_')
		}
		b.WriteByte(c)
	}
	return strings.ToLower(b.String())
}

// splitWords inserts "_" before every capital followed by lower-case letters
// that has any character before it which no such word has used up.
func splitWords(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+2 < len(s) && isUpper(s[i+1]) && isLower(s[i+2]) && s[i] != '\n' {
			b.WriteByte(s[i])
			b.WriteByte('_')
			j := i + 2
			for j < len(s) && isLower(s[j]) {
				j++
			}
			b.WriteString(s[i+1 : j])
			i = j
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// plural is the plural of an English noun by the regular rules alone: y after
// a consonant becomes ies; after s, x, z, ch and sh comes es; else s. A word
// that already ends in s after a consonant other than s, or in es, is taken
// for a plural. Irregular words stay wrong: say //gen:table people.
func plural(word string) string {
	n := len(word)
	if n < 2 {
		return word + "s"
	}
	last, before := word[n-1], word[n-2]
	switch {
	case last == 's' && (before == 'e' || !isVowel(before) && before != 's'):
		return word
	case last == 'y' && !isVowel(before):
		return word[:n-1] + "ies"
	case last == 's' || last == 'x' || last == 'z', strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	}
	return word + "s"
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// objectName is the name of a table, an enum or a sequence from one or two
// identifiers.
func (s *scanner) objectName(ids []ident, p *pkg, sym, what string) (schema.Name, bool) {
	last := ids[len(ids)-1]
	name := schema.Name{Schema: s.schemaOf(p), Local: s.cut(last.name)}
	switch {
	case len(ids) > 2:
		s.fail(ids[0].pos, sym, "write schema.name", "the name of %s %s has more than two parts", what, last.name)
		return name, false
	case len(ids) == 2 && s.sqlite():
		s.fail(ids[0].pos, sym, "name it for SQLite alone with @sqlite", "SQLite has no schemas: %s %s.%s cannot be there", what, ids[0].raw, last.raw)
		return name, false
	case len(ids) == 2:
		name.Schema = ids[0].name
	}
	return name, true
}

// cut is the part of a name that counts.
func (s *scanner) cut(name string) string { return s.o.Dialect.Truncate(name) }

// docText is a doc comment as one line, without directives.
func docText(groups ...*ast.CommentGroup) string {
	for i := len(groups) - 1; i >= 0; i-- {
		if groups[i] == nil {
			continue
		}
		if t := strings.Join(strings.FieldsFunc(groups[i].Text(), unicode.IsSpace), " "); t != "" {
			return t
		}
	}
	return ""
}
