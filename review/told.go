package review

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Told is the comment above a statement of a revision file, taken apart: what
// render.Comment and render.WayBack have written, or a person.
type Told struct {
	Changes []Change
	Locks   []Lock
	Facts   []string // "rewrites every row and index", "outside a transaction"
	Said    string   // the line of locks and facts as it stands; empty: there is none
	Hazards []Hazard
	Loses   []string
	Back    []string // "fallible: rows written meanwhile …"
	Other   []string // what is none of these
}

// A Change is one difference.
type Change struct {
	Sign string // "+", "-", "~"
	Text string // "orders.status text"
	Pos  string // "models/order.go:17 Order.Status"; empty: unknown
}

// A Lock is a mode and the relations it is taken on, as text.
type Lock struct {
	Mode string // "ACCESS EXCLUSIVE"
	On   string // "orders, users"
	Long bool   // held while rows are read or written
}

// A Hazard is something a reviewer should know.
type Hazard struct {
	ID, Text string
}

var (
	placeOf  = regexp.MustCompile(`^(.*?\S)\s{2,}(\S.*:\d+(?: \S+)?)$`)
	lockOf   = regexp.MustCompile(`^((?:ACCESS|ROW|SHARE|EXCLUSIVE|UPDATE| )+) on (.+)$`)
	hazardOf = regexp.MustCompile(`^hazard ([A-Z]+[0-9]+): (.*)$`)
	nextLock = regexp.MustCompile(` and ((?:ACCESS |ROW |SHARE |EXCLUSIVE |UPDATE )+on )`)
)

// factWords begin the parts of the line of facts.
var factWords = []string{"lock ", "rebuild: ", "rewrites every row", "reads every row", "in a transaction of its own", "outside a transaction"}

// Read takes a comment apart.
func Read(comment []string) Told {
	var t Told
	for _, line := range comment {
		text := strings.TrimSpace(line)
		sign, rest, signed := strings.Cut(line, " ")
		h := hazardOf.FindStringSubmatch(text)
		loses, isLoses := strings.CutPrefix(text, "loses data: ")
		back, isBack := strings.CutPrefix(text, "way back ")
		switch {
		case text == "":
		case signed && (sign == "+" || sign == "-" || sign == "~"):
			t.Changes = append(t.Changes, readChange(sign, rest))
		case !strings.HasPrefix(line, " "):
			t.Other = append(t.Other, text)
		case h != nil:
			t.Hazards = append(t.Hazards, Hazard{h[1], h[2]})
		case isLoses:
			t.Loses = append(t.Loses, loses)
		case isBack:
			t.Back = append(t.Back, back)
		case slices.ContainsFunc(factWords, func(w string) bool { return strings.HasPrefix(text, w) }):
			t.Said = text
			t.facts(strings.Split(text, " · "))
		default:
			t.Other = append(t.Other, text)
		}
	}
	return t
}

func readChange(sign, text string) Change {
	if m := placeOf.FindStringSubmatch(text); m != nil {
		return Change{sign, m[1], m[2]}
	}
	return Change{sign, strings.TrimSpace(text), ""}
}

// facts reads "lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan".
// What waits for the lock stands beside it only where it is long.
func (t *Told) facts(parts []string) {
	long := false
	for _, p := range parts {
		text, isLock := strings.CutPrefix(p, "lock ")
		switch {
		case isLock:
			text, brief := strings.CutSuffix(text, ", brief")
			long = !brief
			for _, l := range strings.Split(nextLock.ReplaceAllString(text, "\x00$1"), "\x00") {
				if m := lockOf.FindStringSubmatch(l); m != nil {
					t.Locks = append(t.Locks, Lock{Mode: m[1], On: m[2], Long: long})
				} else {
					t.Facts = append(t.Facts, "lock "+l)
				}
			}
		case strings.HasSuffix(p, " wait"), strings.HasSuffix(p, " go on"):
			// said at each lock
		default:
			t.Facts = append(t.Facts, p)
		}
	}
}

// Class is how much a lock keeps from others: "all" who read or write, those who
// "write", or "none" of these. The modes and what they conflict with:
// PostgreSQL's manual, §13.3.1.
func (l Lock) Class() string {
	switch l.Mode {
	case "ACCESS EXCLUSIVE":
		return "all"
	case "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE":
		return "write"
	}
	return "none"
}

// Waits is who waits for a lock, in words.
func (l Lock) Waits() string {
	text := map[string]string{"all": "reads and writes wait", "write": "writes wait", "none": "reads and writes go on"}[l.Class()]
	if !l.Long && l.Class() != "none" {
		text += " a moment"
	}
	return text
}

// text is the position without its column.
func text(p schema.Pos) string {
	if !p.IsValid() {
		return ""
	}
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	return strings.TrimSpace(s + " " + p.Sym)
}
