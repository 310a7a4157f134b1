package cmd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A drawing puts revisions, newest first, into lanes: a lane is a line of the
// graph on its way down to the parent it waits for. A lane never moves; one
// that has ended leaves a gap, which the next line to open takes.
//
//   - 6783c5cbd30a  merge
//     ├─╮
//     │ *  9c41d07be2a5  ours
//     *─╯  …
type drawing struct {
	lanes []string // the id each lane waits for; empty: a gap
	ended int      // 1 + the lane of the revision drawn last, when it was a root; else 0
}

// rows are the text in front of one revision and the lines above and below it
// that hold no revision; empty when there is none.
type rows struct {
	above, node, below string
	apart              bool // above is a line even when it is empty
}

// next draws a revision whose parents are among those still to come; others
// end the lane.
func (d *drawing) next(r *migrations.Revision, shown map[string]bool) rows {
	var out rows
	var joining []int
	for i, id := range d.lanes {
		if id == r.ID {
			joining = append(joining, i)
		}
	}
	at := d.gap(0)
	if len(joining) > 0 {
		at = joining[0]
		if len(joining) > 1 {
			out.above = d.line(at, joining[1:], '╯', '┴')
		}
		for _, i := range joining {
			d.lanes[i] = ""
		}
	} else if d.ended == at+1 {
		// Right below a root it would look like its parent.
		out.above, out.apart = d.line(at, nil, 0, 0), true
	}
	d.set(at, r.ID)
	out.node = d.line(at, nil, 0, 0)
	out.node = replaceAt(out.node, 2*at, '*')
	d.lanes[at] = ""
	var opened []int
	for _, p := range r.Parents {
		if !shown[p] {
			continue
		}
		switch i := slices.Index(d.lanes, p); {
		case d.lanes[at] == "":
			d.set(at, p) // also where another lane waits for it: they join above it
		case i >= 0:
			opened = append(opened, i)
		default:
			i = d.gap(at + 1)
			d.set(i, p)
			opened = append(opened, i)
		}
	}
	if len(opened) > 0 {
		out.below = d.line(at, opened, '╮', '┬')
	}
	d.ended = 0
	if d.lanes[at] == "" {
		d.ended = at + 1
	}
	for len(d.lanes) > 0 && d.lanes[len(d.lanes)-1] == "" {
		d.lanes = d.lanes[:len(d.lanes)-1]
	}
	return out
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
	var fronts []rows
	width := 0
	for _, r := range revs {
		f := d.next(r, shown)
		fronts = append(fronts, f)
		width = max(width, len([]rune(f.node)))
	}
	for i, r := range revs {
		f := fronts[i]
		if f.above != "" || f.apart {
			a.printf("%s\n", f.above)
		}
		text := a.paint(r.ID, bold) + a.paint(l.marks(r), cyan) + ", " + r.Message
		if len(r.Depends) > 0 {
			text += a.paint(" (needs "+strings.Join(r.Depends, ", ")+")", dim)
		}
		a.printf("%s  %s\n", pad(f.node, width), text)
		if f.below != "" {
			a.printf("%s\n", f.below)
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
