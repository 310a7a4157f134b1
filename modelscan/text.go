package modelscan

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"unicode/utf8"
)

// A text is a piece of a tag or a directive that knows where each of its
// bytes stands in the file.
type text struct {
	s    string
	base token.Pos // of s[0], where offs is nil
	offs []int32   // offset from base of each byte of s; nil: byte i is at base+i
}

// at is the position of byte i; i may be len(s).
func (t text) at(i int) token.Pos {
	if t.offs == nil {
		return t.base + token.Pos(i)
	}
	if i < len(t.offs) {
		return t.base + token.Pos(t.offs[i])
	}
	if len(t.offs) == 0 {
		return t.base
	}
	return t.base + token.Pos(t.offs[len(t.offs)-1]) + 1
}

func (t text) pos() token.Pos { return t.at(0) }

// sub is t.s[i:j] with its positions.
func (t text) sub(i, j int) text {
	if t.offs == nil {
		return text{s: t.s[i:j], base: t.base + token.Pos(i)}
	}
	if i == j {
		return text{base: t.at(i)}
	}
	return text{s: t.s[i:j], base: t.base, offs: t.offs[i:j]}
}

func (t text) trim() text {
	i := len(t.s) - len(strings.TrimLeft(t.s, " \t\r\n"))
	j := max(i, len(strings.TrimRight(t.s, " \t\r\n")))
	return t.sub(i, j)
}

// litText is the value of a string literal of the Go source. It must be one
// that the Go scanner accepted.
func litText(lit *ast.BasicLit) text {
	if len(lit.Value) < 2 {
		return text{base: lit.ValuePos}
	}
	body := text{s: lit.Value[1 : len(lit.Value)-1], base: lit.ValuePos + 1}
	if lit.Value[0] == '`' {
		return body
	}
	return body.unescape()
}

// unescape resolves the backslashes of an interpreted Go string. What is no
// escape is kept as it is.
func (t text) unescape() text {
	if !strings.Contains(t.s, `\`) {
		return t
	}
	var b strings.Builder
	var offs []int32
	put := func(s string, at int) {
		for range len(s) {
			offs = append(offs, int32(t.at(at)-t.base))
		}
		b.WriteString(s)
	}
	for i := 0; i < len(t.s); {
		if t.s[i] != '\\' || i+1 == len(t.s) {
			put(t.s[i:i+1], i)
			i++
			continue
		}
		s, n := escape(t.s[i:])
		put(s, i)
		i += n
	}
	return text{s: b.String(), base: t.base, offs: offs}
}

// escape is the value of the escape sequence that s begins with and its
// length in the source.
func escape(s string) (value string, n int) {
	const simple, values = `abfnrtv\'"`, "\a\b\f\n\r\t\v\\'\""
	if i := strings.IndexByte(simple, s[1]); i >= 0 {
		return values[i : i+1], 2
	}
	digits, base, asRune := 0, 16, false
	start := 2
	switch s[1] {
	case 'x':
		digits = 2
	case 'u':
		digits, asRune = 4, true
	case 'U':
		digits, asRune = 8, true
	default:
		if s[1] < '0' || s[1] > '7' {
			return s[:2], 2
		}
		digits, base, start = 3, 8, 1
	}
	if len(s) < start+digits {
		return s[:1], 1
	}
	var v uint64
	if _, err := fmt.Sscanf(s[start:start+digits], map[int]string{16: "%x", 8: "%o"}[base], &v); err != nil {
		return s[:1], 1
	}
	if asRune {
		return string(utf8.AppendRune(nil, rune(v))), start + digits
	}
	return string([]byte{byte(v)}), start + digits
}

// A lexError is a quote or a parenthesis without its partner.
type lexError struct {
	pos  token.Pos
	what string // "missing )"
}

// split cuts t at every sep outside of (), '…' and "…". The parts are not
// trimmed.
func (t text) split(sep byte) ([]text, *lexError) {
	var parts []text
	start := 0
	err := t.scanTop(func(i int) bool {
		if t.s[i] == sep {
			parts = append(parts, t.sub(start, i))
			start = i + 1
		}
		return true
	})
	return append(parts, t.sub(start, len(t.s))), err
}

// scanTop calls f for each byte outside of (), '…' and "…" until it returns
// false, and says what is left open at the end.
func (t text) scanTop(f func(i int) bool) *lexError {
	var open []int
	for i := 0; i < len(t.s); i++ {
		switch c := t.s[i]; c {
		case '\'', '"':
			end := strings.IndexByte(t.s[i+1:], c)
			if end < 0 {
				return &lexError{t.at(i), fmt.Sprintf("missing closing %c", c)}
			}
			i += 1 + end
			continue
		case '(':
			open = append(open, i)
			continue
		case ')':
			if len(open) == 0 {
				return &lexError{t.at(i), "unexpected )"}
			}
			open = open[:len(open)-1]
			continue
		}
		if len(open) == 0 && !f(i) {
			return nil
		}
	}
	if len(open) > 0 {
		return &lexError{t.at(open[len(open)-1]), "missing )"}
	}
	return nil
}
