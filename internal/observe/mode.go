package observe

import (
	"slices"
	"strings"
)

// modes are the lock modes in the words of PostgreSQL's manual, §13.3.1, weakest
// first.
var modes = [...]string{"ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"}

// Strength orders modes: 0 for ACCESS SHARE, 7 for ACCESS EXCLUSIVE, -1 for what is
// no mode.
func Strength(mode string) int { return slices.Index(modes[:], mode) }

// modeName spells pg_locks.mode ("ShareRowExclusiveLock") as the manual does.
func modeName(s string) string {
	s = strings.TrimSuffix(s, "Lock")
	var b strings.Builder
	for i, c := range s {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.ToUpper(b.String())
}
