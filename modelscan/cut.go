package modelscan

import (
	"bytes"
	"errors"
	goscanner "go/scanner"
)

// cutBodies returns src with the bodies of functions blanked, so that they
// need not be parsed and cannot be wrong. Line and column of everything else
// stay. Bodies of TableName methods are kept, and of the others the comments
// that are directives: a type in a function is no table, so they are mistakes
// that must not go unnoticed.
//
// It follows the lexical structure only: strings, runes, comments, brackets.
// Where that does not work out (a body that never ends) the rest is left as
// it is and the parser says what is wrong.
func cutBodies(src []byte) []byte {
	if !bytes.Contains(src, []byte("\nfunc")) {
		return src
	}
	c := cutter{src: src}
	for c.i < len(c.src) {
		if c.lineStart() && c.keyword("func") {
			c.function()
			continue
		}
		c.step()
	}
	if c.out == nil {
		return src
	}
	return c.out
}

type cutter struct {
	src, out   []byte
	i          int
	directives []int // where the comments start that are directives
}

func (c *cutter) lineStart() bool { return c.i == 0 || c.src[c.i-1] == '\n' }

func (c *cutter) keyword(w string) bool {
	rest := c.src[c.i:]
	return len(rest) > len(w) && string(rest[:len(w)]) == w && !identByte(rest[len(w)])
}

func identByte(b byte) bool {
	return b == '_' || b >= 0x80 || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// step passes one token: a comment, a literal, a word or a byte.
func (c *cutter) step() {
	rest := c.src[c.i:]
	switch b := rest[0]; {
	case b == '/' && len(rest) > 1 && rest[1] == '/':
		if bytes.HasPrefix(rest, []byte("//gen:")) {
			c.directives = append(c.directives, c.i)
		}
		c.to(bytes.IndexByte(rest, '\n'))
	case b == '/' && len(rest) > 1 && rest[1] == '*':
		end := bytes.Index(rest[2:], []byte("*/"))
		if end >= 0 {
			end += 4
		}
		c.to(end)
	case b == '`':
		end := bytes.IndexByte(rest[1:], '`')
		if end >= 0 {
			end += 2
		}
		c.to(end)
	case b == '"' || b == '\'':
		c.quoted(b)
	case identByte(b):
		for c.i < len(c.src) && identByte(c.src[c.i]) {
			c.i++
		}
	default:
		c.i++
	}
}

// to moves n bytes on, or to the end when n is negative.
func (c *cutter) to(n int) {
	if n < 0 {
		c.i = len(c.src)
		return
	}
	c.i += max(n, 1)
}

// quoted passes a string or rune literal; it ends at the line's end at the
// latest.
func (c *cutter) quoted(q byte) {
	for c.i++; c.i < len(c.src); c.i++ {
		switch c.src[c.i] {
		case '\\':
			c.i++
		case '\n':
			return
		case q:
			c.i++
			return
		}
	}
}

// function passes a function declaration and blanks its body.
func (c *cutter) function() {
	start := c.i
	for c.i < len(c.src) {
		switch b := c.src[c.i]; {
		case b == '(' || b == '[':
			c.balanced()
		case b == '\n':
			return // no body
		case b == '{':
			open := c.i
			if !c.balanced() {
				return
			}
			if !bytes.Contains(c.src[start:open], []byte(" TableName(")) {
				c.blank(open+1, c.i-1)
			}
			return
		case c.keyword("struct") || c.keyword("interface"):
			c.step()
			for c.i < len(c.src) && c.src[c.i] == ' ' {
				c.i++
			}
			if c.i < len(c.src) && c.src[c.i] == '{' {
				c.balanced()
			}
		default:
			c.step()
		}
	}
}

// balanced passes the bracket at hand with all it encloses. It is false, at
// the end of the file, when the bracket is never closed.
func (c *cutter) balanced() bool {
	depth := 0
	for c.i < len(c.src) {
		switch c.src[c.i] {
		case '(', '[', '{':
			depth++
			c.i++
		case ')', ']', '}':
			depth--
			c.i++
			if depth == 0 {
				return true
			}
		default:
			c.step()
		}
	}
	return false
}

// blank overwrites what is between from and to, but for line ends and
// directives.
func (c *cutter) blank(from, to int) {
	if c.out == nil {
		c.out = bytes.Clone(c.src)
	}
	keep := c.directives
	for k := from; k < to; k++ {
		for len(keep) > 0 && keep[0] < k {
			keep = keep[1:]
		}
		if len(keep) > 0 && keep[0] == k {
			if n := bytes.IndexByte(c.src[k:to], '\n'); n > 0 {
				k += n
				continue
			}
		}
		if c.out[k] != '\n' {
			c.out[k] = ' '
		}
	}
	c.directives = nil
}

// parseErrors turns the parser's error into positions and sentences.
func parseErrors(err error) []*parseError {
	if err == nil {
		return nil
	}
	var list goscanner.ErrorList
	if !errors.As(err, &list) {
		return []*parseError{{text: err.Error()}}
	}
	var out []*parseError
	for _, e := range list {
		out = append(out, &parseError{pos: e.Pos, text: e.Msg})
	}
	return out
}
