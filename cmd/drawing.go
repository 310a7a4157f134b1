package cmd

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gen-migrate/gen/migrations"
)

// A drawing puts revisions, newest first, into lanes: a lane is a line of the
// graph on its way down to the parent it waits for. Lanes that wait for the
// same parent become one, the leftmost; otherwise a lane never moves, and one
// that has ended leaves a gap, which the next line to open takes.
//
//   - 6783c5cbd30a, merge
//     ├─╮
//     │ *  9c41d07be2a5, ours
//   - │  77aa01d3c8e4, theirs
//     ├─╯
//   - 4be0c9a1d7f2, first
type drawing struct {
	lanes []string // the id each lane waits for; empty: a gap
	ended int      // 1 + the lane of the revision drawn last, when it was a root; else 0
}

// rows are the text in front of one revision, and the lines above and below it
// that hold none.
type rows struct {
	above []string
	node  string
	more  string // the lanes beside further text of the revision
	below []string
}

// next draws a revision whose parents are among those still to come; others
// end the lane.
func (d *drawing) next(r *migrations.Revision, shown map[string]bool) rows {
	var out rows
	at := slices.Index(d.lanes, r.ID)
	if at < 0 {
		if at = d.gap(0); d.ended == at+1 {
			// Right below a root it would look like its parent.
			out.above = append(out.above, d.line(at, nil, 0, 0))
		}
	}
	d.set(at, r.ID)
	out.node = replaceAt(d.line(at, nil, 0, 0), 2*at, '*')
	out.more = d.line(at, nil, 0, 0)
	parents := slices.DeleteFunc(slices.Clone(r.Parents), func(p string) bool { return !shown[p] })
	if len(parents) == 0 {
		out.more = replaceAt(out.more, 2*at, ' ')
	}
	out.below = d.descend(at, parents)
	d.ended = 0
	if len(out.below) == 0 && (at >= len(d.lanes) || d.lanes[at] == "") {
		d.ended = at + 1
	}
	return out
}

// descend has lane at go on to the parents: the first in the lane itself, the
// others in lanes that wait for them or are opened. It returns the lines that
// show it.
func (d *drawing) descend(at int, parents []string) (lines []string) {
	d.lanes[at] = ""
	if len(parents) > 0 {
		same := slices.Index(d.lanes, parents[0])
		d.lanes[at] = parents[0]
		var opened []int
		for _, p := range parents[1:] {
			i := slices.Index(d.lanes, p)
			if i < 0 {
				i = d.gap(at + 1)
				d.set(i, p)
			}
			opened = append(opened, i)
		}
		if len(opened) > 0 {
			lines = append(lines, d.line(at, opened, '╮', '┬'))
		}
		if same >= 0 {
			low, high := min(at, same), max(at, same)
			lines = append(lines, d.line(low, []int{high}, '╯', '┴'))
			d.lanes[high] = ""
		}
	}
	for len(d.lanes) > 0 && d.lanes[len(d.lanes)-1] == "" {
		d.lanes = d.lanes[:len(d.lanes)-1]
	}
	return lines
}

// gap is the first free lane from one on.
func (d *drawing) gap(from int) int {
	for i := from; i < len(d.lanes); i++ {
		if d.lanes[i] == "" {
			return i
		}
	}
	return max(from, len(d.lanes))
}

func (d *drawing) set(i int, id string) {
	for len(d.lanes) <= i {
		d.lanes = append(d.lanes, "")
	}
	d.lanes[i] = id
}

// line draws the lanes, and from lane at a line to each of the others: corner
// at the outermost, tee at those in between.
func (d *drawing) line(at int, others []int, corner, tee rune) string {
	width := len(d.lanes)
	cells := make([]rune, 2*width)
	for i := range cells {
		cells[i] = ' '
		if i%2 == 0 && d.lanes[i/2] != "" {
			cells[i] = '│'
		}
	}
	if len(others) == 0 {
		return strings.TrimRight(string(cells), " ")
	}
	low, high := min(at, slices.Min(others)), max(at, slices.Max(others))
	for i := 2*low + 1; i < 2*high; i++ {
		switch {
		case i%2 == 1, cells[i] == ' ':
			cells[i] = '─'
		case i/2 != at && !slices.Contains(others, i/2):
			cells[i] = '┼'
		}
	}
	for _, o := range others {
		switch {
		case o == high:
			cells[2*o] = corner
		case o == low:
			cells[2*o] = map[rune]rune{'╮': '╭', '╯': '╰'}[corner]
		default:
			cells[2*o] = tee
		}
	}
	switch at {
	case low:
		cells[2*at] = '├'
	case high:
		cells[2*at] = '┤'
	default:
		cells[2*at] = '┼'
	}
	return strings.TrimRight(string(cells), " ")
}

func replaceAt(text string, i int, r rune) string {
	cells := []rune(text)
	for len(cells) <= i {
		cells = append(cells, ' ')
	}
	cells[i] = r
	return string(cells)
}

// printGraph draws the revisions, newest first, with their branches.
func (a *app) printGraph(l *listing, revs []*migrations.Revision) {
	shown := map[string]bool{}
	for _, r := range revs {
		shown[r.ID] = true
	}
	var d drawing
	for _, r := range revs {
		f := d.next(r, shown)
		for _, line := range f.above {
			a.printf("%s\n", line)
		}
		text := a.paint(r.ID, bold) + a.paint(l.marks(r), cyan) + ", " + r.Message
		if len(r.Depends) > 0 {
			text += a.paint(" (needs "+strings.Join(r.Depends, ", ")+")", dim)
		}
		a.printf("%s  %s\n", f.node, text)
		if a.globals.verbose {
			for _, fact := range l.facts(r) {
				a.printf("%-*s      %s\n", utf8.RuneCountInString(f.node), f.more, fact)
			}
		}
		for _, line := range f.below {
			a.printf("%s\n", line)
		}
	}
}

// mermaid is the graph as a Mermaid flowchart, oldest below: solid lines lead
// from parents, dotted ones from what a revision depends on.
func mermaid(l *listing, revs []*migrations.Revision) string {
	shown := map[string]bool{}
	for _, r := range revs {
		shown[r.ID] = true
	}
	var b strings.Builder
	b.WriteString("flowchart BT\n")
	var heads, current []string
	for _, r := range slices.Backward(revs) {
		b.WriteString("  r" + r.ID + `["` + r.ID)
		if labels := l.labels[r.ID]; len(labels) > 0 {
			b.WriteString(" (" + mermaidText(strings.Join(labels, ", ")) + ")")
		}
		if r.Message != "" {
			b.WriteString("<br/>" + mermaidText(r.Message))
		}
		b.WriteString("\"]\n")
		if len(l.graph.Children(r.ID)) == 0 {
			heads = append(heads, "r"+r.ID)
		}
		if slices.Contains(l.at, r.ID) {
			current = append(current, "r"+r.ID)
		}
	}
	for _, r := range slices.Backward(revs) {
		for _, p := range r.Parents {
			if shown[p] {
				b.WriteString("  r" + p + " --> r" + r.ID + "\n")
			}
		}
		for _, need := range l.graph.Dependencies(r.ID) {
			if shown[need.ID] {
				b.WriteString("  r" + need.ID + " -.-> r" + r.ID + "\n")
			}
		}
	}
	if len(heads) > 0 {
		b.WriteString("  classDef head stroke-width:3px\n  class " + strings.Join(heads, ",") + " head\n")
	}
	if len(current) > 0 {
		b.WriteString("  classDef current fill:#cfe8cf\n  class " + strings.Join(current, ",") + " current\n")
	}
	return b.String()
}

// mermaidText writes text so that Mermaid and the page around it take no
// character of it for their own.
func mermaidText(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch c {
		case '"', '#', '<', '>', '&', ';', '`':
			b.WriteString("#" + strconv.Itoa(int(c)) + ";")
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
