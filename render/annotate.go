package render

import (
	"strings"
	"unicode/utf8"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// posColumn is where the source position stands in the line of a change,
// counted in characters from 0 behind the comment sign.
const posColumn = 45

// Comment returns the comment lines above a statement in a revision file,
// without the comment sign: what changes and where that was declared (only
// above the first statement of a change), why it stands there, the locks, what is lost, what may
// go wrong. A statement about which there is nothing to say has none.
//
//   - orders.status text                         models/order.go:17 Order.Status
//     lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan
func Comment(s Statement) []string {
	var lines []string
	if s.First && s.Change != nil {
		lines = append(lines, headline(s.Change))
	}
	for _, c := range s.Also {
		lines = append(lines, headline(c))
	}
	if s.Why != "" {
		lines = append(lines, "  why: "+s.Why)
	}
	if facts := Facts(s); facts != "" {
		lines = append(lines, "  "+facts)
	}
	if len(s.Sizes) > 0 {
		lines = append(lines, "  "+sizesText(s.Sizes))
	}
	if s.Loses != "" {
		lines = append(lines, "  loses data: "+s.Loses)
	}
	for _, h := range s.Hazards {
		word := "hazard "
		if h.Note {
			word = "note "
		}
		lines = append(lines, "  "+word+h.ID+": "+h.Text)
	}
	for i, line := range lines {
		lines[i] = oneLine(line)
	}
	return lines
}

// WayBack returns comment lines for a statement of a way back, which say of each
// change it tells how far back it leads, where that is not all the way.
func WayBack(s Statement) []string {
	var told []diff.Change
	if s.First && s.Change != nil {
		told = append(told, s.Change)
	}
	var lines []string
	for _, c := range append(told, s.Also...) {
		if class, reason := ClassOf(c.Reverse()); class != Exact {
			lines = append(lines, oneLine("  way back "+class.String()+": "+reason))
		}
	}
	return lines
}

// position is file:line and the Go name; the column is of no use to a reader.
func position(p schema.Pos) string {
	p.Col = 0
	return strings.TrimSpace(p.String() + " " + p.Sym)
}

// alignPos puts the position of a change at its column.
func alignPos(text, pos string) string {
	if pos == "" {
		return text
	}
	gap := max(2, posColumn-utf8.RuneCountInString(text))
	return text + strings.Repeat(" ", gap) + pos
}

// Facts is the line of a comment that tells locks, rewrite, scan and transaction;
// empty where none of them is worth a word.
func Facts(s Statement) string {
	var parts []string
	if len(s.Locks) > 0 {
		parts = append(parts, "lock "+lockText(s.Locks))
		if w := waiting(s.Locks); w != "" {
			parts = append(parts, w)
		}
	}
	blocking := len(s.Locks) > 0 && waiting(s.Locks) != readsAndWritesGoOn
	switch {
	case s.Rebuild && !s.Joined && s.First:
		parts = append(parts, "rebuild: every row is copied into a new table, foreign keys off meanwhile")
	case s.Rebuild && !s.Joined:
	case s.Rewrites && len(s.Locks) == 0:
		// SQLite, which has no lock modes, leaves the indexes as they are.
		parts = append(parts, "rewrites every row")
	case s.Rewrites:
		parts = append(parts, "rewrites every row and index")
	case s.Scans && blocking:
		parts = append(parts, "no rewrite", "reads every row")
	case s.Scans && s.Tx != NoTx:
		parts = append(parts, "reads every row")
	case blocking:
		parts = append(parts, "no rewrite", "no scan")
	}
	switch s.Tx {
	case OwnTx:
		parts = append(parts, "in a transaction of its own")
	case NoTx:
		parts = append(parts, "outside a transaction")
	case Batches:
		parts = append(parts, "repeated until no row is left")
	}
	return strings.Join(parts, " · ")
}

// lockText joins relations of one mode: "ACCESS EXCLUSIVE on orders, users,
// brief". The word brief stands where no lock is held for long.
func lockText(locks []Lock) string {
	var b strings.Builder
	long := false
	for i, l := range locks {
		long = long || l.Long
		switch {
		case i == 0:
			b.WriteString(l.Mode + " on ")
		case locks[i-1].Mode == l.Mode:
			b.WriteString(", ")
		default:
			b.WriteString(" and " + l.Mode + " on ")
		}
		b.WriteString(Short(l.Relation))
	}
	if !long {
		b.WriteString(", brief")
	}
	return b.String()
}

const readsAndWritesGoOn = "reads and writes go on"

// waiting says who waits while the locks are held for long; empty where they
// are brief. The modes and what they conflict with: PostgreSQL's manual,
// §13.3.1.
func waiting(locks []Lock) string {
	worst := ""
	for _, l := range locks {
		if !l.Long {
			continue
		}
		switch l.Mode {
		case "ACCESS EXCLUSIVE":
			return "reads and writes wait"
		case "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE":
			worst = "writes wait"
		default:
			if worst == "" {
				worst = readsAndWritesGoOn
			}
		}
	}
	return worst
}

// oneLine keeps a comment a comment: a line break in a name or an expression
// would end it.
func oneLine(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s)
}
