package bun

import (
	"strings"

	"github.com/jinzhu/inflection"
)

// Underscore is bun's name of a column for a Go name: an underscore before an
// upper-case letter that is neither the first nor the last and has a
// lower-case neighbour.
func Underscore(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isUpper(c) {
			b.WriteByte(c)
			continue
		}
		if i > 0 && i+1 < len(s) && (isLower(s[i-1]) || isLower(s[i+1])) {
			b.WriteByte('_')
		}
		b.WriteByte(c + 'a' - 'A')
	}
	return b.String()
}

// TableName is the name of the table of a struct, unless the tag gives one.
func (c Config) TableName(typeName string) string {
	if c.Singular {
		return Underscore(typeName)
	}
	return inflection.Plural(Underscore(typeName))
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// exported is a name with its first letter in upper case.
func exported(s string) string {
	if s != "" && isLower(s[0]) {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
