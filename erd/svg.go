package erd

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
)

// drawingCSS is how a drawing looks, by itself or in a page, in light and dark.
//
//go:embed drawing.css
var drawingCSS string

// CSS is the style sheet of drawings that stand in a page ([Diagram.Drawing]).
func CSS() string { return drawingCSS }

// SVG is the diagram as a document of its own.
func (d *Diagram) SVG() []byte {
	var b strings.Builder
	d.write(&b, "", drawingCSS, false)
	b.WriteString("\n")
	return []byte(b.String())
}

// Drawing is the diagram as an svg element for a page that has [CSS] and, should
// there be several drawings in it, an own prefix for the ids of each. With reach
// every box can be reached with the keyboard.
func (d *Diagram) Drawing(prefix string, reach bool) string {
	var b strings.Builder
	d.write(&b, prefix, "", reach)
	return b.String()
}

func (d *Diagram) write(b *strings.Builder, prefix, style string, reach bool) {
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" class="erd" width="%d" height="%d" viewBox="0 0 %d %d" role="group" aria-label="%s">`,
		d.Width, d.Height, d.Width, d.Height, attribute(d.summary()))
	if style != "" {
		b.WriteString("\n<style>\n" + style + "</style>")
	}
	fmt.Fprintf(b, "\n"+`<rect class="paper" width="%d" height="%d"/>`, d.Width, d.Height)
	for i := range d.Edges {
		d.edge(b, &d.Edges[i], prefix)
	}
	for i := range d.Boxes {
		d.Boxes[i].write(b, prefix, reach)
	}
	b.WriteString("\n</svg>")
}

// summary says what there is to see to those who do not see it.
func (d *Diagram) summary() string {
	tables := 0
	for _, b := range d.Boxes {
		if b.Kind == KindTable {
			tables++
		}
	}
	return fmt.Sprintf("%s, %s", plural(tables, "table"), plural(len(d.Edges), "relation"))
}

// signClass is the class of what has a sign, with a space before it.
func signClass(s Sign) string {
	switch s {
	case Added:
		return " add"
	case Removed:
		return " rem"
	case Changed:
		return " chg"
	}
	return ""
}

// signText is a sign as it is written: the minus of a keyboard is too short to be
// seen beside a plus.
func signText(s Sign) string {
	if s == Removed {
		return "−"
	}
	return string(s)
}

const palette = 8 // colours in drawing.css

func (b *Box) write(w *strings.Builder, prefix string, reach bool) {
	fmt.Fprintf(w, "\n"+`<g id="%s%s" class="b c%d%s%s" transform="translate(%d,%d)"`, prefix, b.ID, b.colour%palette, map[bool]string{true: " enum"}[b.Kind == KindEnum], signClass(b.Sign), b.X, b.Y)
	if reach {
		fmt.Fprintf(w, ` tabindex="0" role="group" aria-label="%s"`, attribute(b.label()))
	}
	fmt.Fprintf(w, `><rect class="box" width="%d" height="%d" rx="4"/><path class="head" d="M0 %dV4a4 4 0 0 1 4-4H%da4 4 0 0 1 4 4V%dz"/>`, b.W, b.H, b.head(), b.W-4, b.head())
	title := b.Name.String()
	if b.comment != "" {
		title += "\n" + b.comment
	}
	if b.Pos.IsValid() {
		title += "\n" + b.Pos.String()
	}
	x := boxPadding
	if b.Sign != "" {
		fmt.Fprintf(w, `<text class="sign" x="%d" y="19">%s</text>`, boxPadding-2, signText(b.Sign))
		x += signWidth
	}
	fmt.Fprintf(w, `<text class="name" x="%d" y="19"><title>%s</title>%s</text>`, x, content(title), content(b.text))
	if b.Kind == KindEnum {
		fmt.Fprintf(w, `<text class="note" x="%d" y="18" text-anchor="end">enum</text>`, b.W-boxPadding)
	}
	if b.Note != "" {
		fmt.Fprintf(w, `<text class="note" x="%d" y="%d"><title>%s</title>%s</text>`, boxPadding, headHeight+8, content(b.Note), content(clip(b.Note, mostNote)))
	}
	for i := range b.Rows {
		b.writeRow(w, i)
	}
	w.WriteString("</g>")
}

// writeRow writes one row.
func (b *Box) writeRow(w *strings.Builder, i int) {
	r := &b.Rows[i]
	top := b.head() + 3 + i*rowHeight
	base := top + rowHeight - 5
	fmt.Fprintf(w, `<g class="r%s">`, signClass(r.Sign))
	if r.Sign != "" {
		fmt.Fprintf(w, `<rect x="1" y="%d" width="%d" height="%d"/><text class="sign" x="%d" y="%d">%s</text>`, top, b.W-2, rowHeight, boxPadding-2, base, signText(r.Sign))
	}
	if len(r.Keys) > 0 {
		fmt.Fprintf(w, `<text class="key" x="%d" y="%d">%s</text>`, b.gutter()-8-px(cells(strings.Join(r.Keys, " ")), smallCell), base-1, strings.Join(r.Keys, " "))
	}
	class := ""
	if r.Kind == RowPartitions {
		class = ` class="parts"`
	}
	fmt.Fprintf(w, `<text%s x="%d" y="%d"><title>%s</title>%s</text>`, class, b.gutter(), base, content(r.title), content(r.name))
	right := b.W - boxPadding
	if b.hasNull() {
		if r.NotNull {
			fmt.Fprintf(w, `<text class="nn" x="%d" y="%d" text-anchor="end"><title>not null</title>NN</text>`, right, base-1)
		}
		right -= nullWidth - 4
	}
	if r.kind != "" {
		fmt.Fprintf(w, `<text class="type" x="%d" y="%d" text-anchor="end"><title>%s</title>%s</text>`, right, base, content(r.title), content(r.kind))
	}
	w.WriteString("</g>")
}

func (b *Box) hasNull() bool {
	for _, r := range b.Rows {
		if r.NotNull {
			return true
		}
	}
	return false
}

// label is the box in words.
func (b *Box) label() string {
	noun := "column"
	if b.Kind == KindEnum {
		noun = "value"
	}
	text := fmt.Sprintf("%s %s, %s", b.Kind, b.Name, plural(len(b.Rows), noun))
	switch b.Sign {
	case Added:
		return "added: " + text
	case Removed:
		return "removed: " + text
	case Changed:
		return "changed: " + text
	}
	return text
}

func (d *Diagram) edge(w *strings.Builder, e *Edge, prefix string) {
	class := "e"
	if e.Loose {
		class += " loose"
	}
	fmt.Fprintf(w, "\n"+`<g class="%s%s" data-a="%s%s" data-b="%s%s"><title>%s</title>%s`,
		class, signClass(e.Sign), prefix, d.Boxes[e.From].ID, prefix, d.Boxes[e.To].ID, content(e.title), e.paths())
	if e.Sign != "" && len(e.line) > 1 {
		p, side := e.line[0], side(e.line[0], e.line[1])
		fmt.Fprintf(w, `<text class="sign" x="%d" y="%d" text-anchor="middle">%s</text>`, p.x+side*22, p.y-5, signText(e.Sign))
	}
	w.WriteString("</g>")
}

// side is 1 where a line goes right, else -1.
func side(from, to point) int {
	if to.x > from.x {
		return 1
	}
	return -1
}

// paths are the ends and the line, which has round corners and may be dashed.
func (e *Edge) paths() string {
	n := len(e.line)
	if n < 2 {
		return ""
	}
	var ends, b strings.Builder
	first, last := e.line[0], e.line[n-1]
	from, to := side(first, e.line[1]), side(last, e.line[n-2])
	first.x += foot(&ends, first, from, e.FromEnd)
	if e.Kind == EdgeInherits {
		fmt.Fprintf(&ends, "M%d %dl%d -5v10z", last.x, last.y, 9*to)
		last.x += 9 * to
	} else {
		last.x += foot(&ends, last, to, e.ToEnd)
	}
	line := append([]point{first}, e.line[1:n-1]...)
	line = append(line, last)
	fmt.Fprintf(&b, "M%d %d", first.x, first.y)
	for i := 1; i < len(line)-1; i++ {
		p := line[i]
		r := min(5, distance(line[i-1], p)/2, distance(p, line[i+1])/2)
		a, c := towards(p, line[i-1], r), towards(p, line[i+1], r)
		fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", a.x, a.y, p.x, p.y, c.x, c.y)
	}
	fmt.Fprintf(&b, "L%d %d", last.x, last.y)
	return fmt.Sprintf(`<path d="%s"/><path class="line" d="%s"/>`, ends.String(), b.String())
}

// foot draws the end of a line at p, which goes on to the side, and returns how
// far from p the line itself begins.
func foot(b *strings.Builder, p point, side int, end End) int {
	circle := func(at int) {
		fmt.Fprintf(b, "M%d %da4 4 0 1 0 8 0a4 4 0 1 0 -8 0", p.x+side*at-4, p.y)
	}
	switch end {
	case ZeroOrMore:
		fmt.Fprintf(b, "M%d %dl%d 5l%d 5M%d %dh%d", p.x, p.y-5, 10*side, -10*side, p.x, p.y, 10*side)
		circle(14)
		return 18 * side
	case ZeroOrOne:
		fmt.Fprintf(b, "M%d %dv10M%d %dh%d", p.x+6*side, p.y-5, p.x, p.y, 9*side)
		circle(13)
		return 17 * side
	case One:
		fmt.Fprintf(b, "M%d %dv10M%d %dv10", p.x+5*side, p.y-5, p.x+9*side, p.y-5)
	}
	return 0
}

func distance(a, b point) int { return abs(a.x-b.x) + abs(a.y-b.y) }

// towards is the point on the way from p to q, which are above or beside each
// other.
func towards(p, q point, by int) point {
	switch {
	case q.x > p.x:
		p.x += by
	case q.x < p.x:
		p.x -= by
	case q.y > p.y:
		p.y += by
	default:
		p.y -= by
	}
	return p
}

// content and attribute write text into the document. Line breaks of a title
// stay; everything else that is no character of XML is replaced.
func content(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = html.EscapeString(visible(l))
	}
	return strings.Join(lines, "\n")
}

func attribute(s string) string { return html.EscapeString(visible(s)) }
