package migrations

import (
	"fmt"
	"strings"
)

// FileError is something wrong in a revision file.
type FileError struct {
	Path      string // empty when the text did not come from a file
	Line, Col int    // from 1; Col counts bytes; 0 when the whole file is meant
	Msg       string // the fact
	Hint      string // what to do; may be empty
}

func (e *FileError) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path + ":")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", e.Line, e.Col)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(e.Msg)
	if e.Hint != "" {
		b.WriteString("\n    hint: " + e.Hint)
	}
	return b.String()
}

// FileErrors are all the mistakes found, in the order of files and lines.
type FileErrors []*FileError

func (e FileErrors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives errors.As the single errors.
func (e FileErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// nearest returns the known word most like word, or "" when none is close: at
// most half of it may be wrong.
func nearest(word string, known []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", 2*(len(word)/2)+1
	for _, k := range known {
		d := 2 * editDistance(word, k)
		if d > 0 && word != "" && k != "" && word[0] == k[0] {
			d-- // people seldom miss the first letter
		}
		if d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// didYouMean is a hint: the nearest known word, or all of them.
func didYouMean(word string, known []string) string {
	if k := nearest(word, known); k != "" {
		return "did you mean " + k + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// editDistance is Levenshtein's, over bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}
