package sqlite

import (
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
)

type token = sqlitelex.Token

// A cursor walks the tokens of one statement. The first failure sticks: after
// it every method answers with nothing, and err tells why.
type cursor struct {
	toks []token
	i    int
	err  error
}

func newCursor(sql string) *cursor {
	toks, err := sqlitelex.Lex(sql)
	return &cursor{toks: toks, err: err}
}

// at returns the token n places ahead; the zero token at the end.
func (c *cursor) at(n int) token {
	if c.err != nil || c.i+n >= len(c.toks) {
		return token{Kind: sqlitelex.Op}
	}
	return c.toks[c.i+n]
}

func (c *cursor) done() bool { return c.err != nil || c.i >= len(c.toks) }

// is reports whether the next tokens are these words or operators.
func (c *cursor) is(words ...string) bool {
	for n, w := range words {
		if !c.at(n).Is(w) {
			return false
		}
	}
	return c.err == nil
}

// accept passes over the words if they come next.
func (c *cursor) accept(words ...string) bool {
	if !c.is(words...) {
		return false
	}
	c.i += len(words)
	return true
}

func (c *cursor) expect(words ...string) {
	if !c.accept(words...) {
		c.fail(strings.Join(words, " "))
	}
}

// name reads an identifier; SQLite takes a string for one as well.
func (c *cursor) name() string {
	t := c.at(0)
	if !t.IsName() && t.Kind != sqlitelex.String {
		c.fail("a name")
		return ""
	}
	c.i++
	return t.Value
}

// group reads what stands between a "(" that comes next and its ")".
func (c *cursor) group() []token {
	c.expect("(")
	start, depth := c.i, 1
	for !c.done() {
		t := c.at(0)
		c.i++
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
		}
		if depth == 0 {
			return c.toks[start : c.i-1]
		}
	}
	c.fail(")")
	return nil
}

func (c *cursor) fail(want string) {
	if c.err != nil {
		return
	}
	found := "the end"
	if c.i < len(c.toks) {
		t := c.toks[c.i]
		found = fmt.Sprintf("%q at byte %d", t.Text, t.Start)
	}
	c.err = fmt.Errorf("expected %s, found %s", want, found)
}

// split cuts tokens at the commas outside all parentheses.
func split(toks []token) [][]token {
	var parts [][]token
	start, depth := 0, 0
	for i, t := range toks {
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
		case t.Is(",") && depth == 0:
			parts = append(parts, toks[start:i])
			start = i + 1
		}
	}
	return append(parts, toks[start:])
}

// unwrap takes off parentheses around the whole.
func unwrap(toks []token) []token {
	for len(toks) > 2 && toks[0].Is("(") && closing(toks) == len(toks)-1 {
		toks = toks[1 : len(toks)-1]
	}
	return toks
}

// closing returns the index of the ")" of the "(" that toks begins with.
func closing(toks []token) int {
	depth := 0
	for i, t := range toks {
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}
