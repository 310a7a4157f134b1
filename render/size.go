package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Size is how large a table is: the bytes of its rows, and how many these are as
// the server last estimated; negative where it does not know.
type Size struct{ Bytes, Rows int64 }

// String tells a size by its first digit, so that the text changes as seldom as what
// it means: "10 GB, 40 M rows", "8 kB", "empty".
func (s Size) String() string {
	if s.Bytes == 0 {
		return "empty"
	}
	text := rounded(s.Bytes, 1024, "bytes", "kB", "MB", "GB", "TB", "PB")
	if s.Rows >= 0 {
		text += ", " + strings.TrimSuffix(rounded(s.Rows, 1000, "", "k", "M", "G", "T"), " ") + " rows"
	}
	return text
}

// rounded is n with one digit that counts and the largest unit that it reaches.
func rounded(n, step int64, units ...string) string {
	unit := 0
	for digit(n) >= 1000 && unit < len(units)-1 {
		n, unit = (n+step/2)/step, unit+1
	}
	return fmt.Sprintf("%d %s", digit(n), units[unit])
}

// digit rounds to one digit that counts.
func digit(n int64) int64 {
	power := int64(1)
	for n/power >= 10 {
		power *= 10
	}
	return (n + power/2) / power * power
}

// A TableSize is the size of a table that a statement locks for long.
type TableSize struct {
	Relation schema.Name
	Size     Size
}

// TellSizes has statements say how large the tables are that they lock while rows are
// read or written. Where all of these are known and under small bytes, what they say
// of locks (LOCK…) is a note and no hazard: the lock is over soon.
func TellSizes(statements []Statement, sizes map[schema.Name]Size, small int64) {
	for i := range statements {
		s := &statements[i]
		short, known := true, false
		for _, l := range s.Locks {
			size, ok := sizes[l.Relation]
			if !l.Long {
				continue
			}
			short = short && ok && size.Bytes < small
			if known = known || ok; ok && !slices.ContainsFunc(s.Sizes, func(t TableSize) bool { return t.Relation == l.Relation }) {
				s.Sizes = append(s.Sizes, TableSize{l.Relation, size})
			}
		}
		for j, h := range s.Hazards {
			s.Hazards[j].Note = known && short && strings.HasPrefix(h.ID, "LOCK")
		}
	}
}

// sizesText is the line about sizes in the comment.
func sizesText(list []TableSize) string {
	var parts []string
	for _, t := range list {
		parts = append(parts, Short(t.Relation)+" "+t.Size.String())
	}
	return "size " + strings.Join(parts, "; ")
}
