package render

import (
	"strings"

	"github.com/gen-migrate/gen/diff"
)

// headline is the line of a change: what diff calls it, and where it was
// declared.
func headline(c diff.Change) string {
	l := diff.Describe(c)
	text := strings.TrimSpace(l.Sign + " " + l.Object + " " + l.Detail)
	return alignPos(text, position(l.Pos))
}
