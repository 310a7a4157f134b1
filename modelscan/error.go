package modelscan

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Problem is one mistake in the models, or one thing worth a warning.
type Problem struct {
	Pos  schema.Pos // zero where no line is to blame, such as a package pattern
	Text string     // a sentence without full stop
	Hint string     // what to do about it; may be empty
}

// String is "file:line:col: text     hint: …" on one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Pos.IsValid() {
		b.WriteString(p.Pos.String() + ": ")
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		b.WriteString("     hint: " + p.Hint)
	}
	return b.String()
}

// Errors are all mistakes that one run found, sorted by position. It is the
// error of [Scan] whenever the models are to blame.
type Errors struct {
	Problems []Problem // never empty
}

// Error prints one problem per line.
func (e *Errors) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// problems collects what is wrong; it drops repeats, which come from structs
// that several tables embed.
type problems struct {
	errs  []Problem
	warns []Problem
}

func (p *problems) add(pos schema.Pos, hint, format string, args ...any) {
	p.errs = append(p.errs, Problem{Pos: pos, Text: fmt.Sprintf(format, args...), Hint: hint})
}

func (p *problems) warn(pos schema.Pos, hint, format string, args ...any) {
	p.warns = append(p.warns, Problem{Pos: pos, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// err is nil or an *Errors.
func (p *problems) err() error {
	if len(p.errs) == 0 {
		return nil
	}
	return &Errors{Problems: sortProblems(p.errs)}
}

func sortProblems(list []Problem) []Problem {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(list, func(a, b Problem) bool {
		a.Pos.Sym, b.Pos.Sym = "", ""
		return a == b
	})
}

// pos is where p lies, as the user is shown it; sym is the Go name there.
func (l *loader) pos(p token.Pos, sym string) schema.Pos {
	if !p.IsValid() {
		return schema.Pos{Sym: sym}
	}
	at := l.fset.PositionFor(p, false)
	return schema.Pos{File: l.shown(at.Filename), Line: at.Line, Col: at.Column, Sym: sym}
}

// suggest returns the candidate closest to name, or "" when none is close:
// one edit for short names, two from six bytes on, three from twelve.
func suggest(name string, candidates []string) string {
	limit := 1
	switch {
	case len(name) >= 12:
		limit = 3
	case len(name) >= 6:
		limit = 2
	}
	best, bestDist := "", limit+1
	for _, c := range candidates {
		if c == name {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c), bestDist); d < bestDist {
			best, bestDist = c, d
		}
	}
	return best
}

// didYouMean is a hint with the closest candidate, or otherwise.
func didYouMean(name string, candidates []string, otherwise string) string {
	if s := suggest(name, candidates); s != "" {
		return "did you mean " + s + "?"
	}
	return otherwise
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours between a and b (optimal string alignment); it may stop at limit.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
