package erd

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths of the drawing, in pixels. The letters are those of a monospace font:
// text is as wide as it has cells, whichever font a browser has. Of the common
// ones SF Mono is the widest, 0.618 of its size; 7.5 pixels of 12 leave a rest.
const (
	cellWidth  = 7.5 // at 12 px
	smallCell  = 5.6 // at 9 px
	rowHeight  = 18
	headHeight = 28
	noteHeight = 16
	boxPadding = 10
	signWidth  = 14 // before the keys, in boxes that have a sign
	gapWidth   = 14 // between name and type
	nullWidth  = 24 // "NN"

	mostName = 36 // cells of a name; what is longer is cut, and whole in its title
	mostType = 28
	mostNote = 44
)

// measure decides how large the box is, and cuts what would make it too large.
func (b *Box) measure() {
	b.text = clip(b.text, mostName)
	b.Note = visible(b.Note)
	names, types, null := 0, 0, false
	for i := range b.Rows {
		r := &b.Rows[i]
		r.name, r.kind = clip(r.name, mostName), clip(r.kind, mostType)
		names, types = max(names, cells(r.name)), max(types, cells(r.kind))
		null = null || r.NotNull
	}
	w := b.gutter() + px(names, cellWidth) + boxPadding
	if types > 0 {
		w += gapWidth + px(types, cellWidth)
	}
	if null {
		w += nullWidth
	}
	b.W = max(w, px(cells(b.text), cellWidth*13/12)+2*boxPadding+b.headExtra(), px(cells(clip(b.Note, mostNote)), smallCell*10/9)+2*boxPadding, 120)
	b.H = b.head() + rowHeight*len(b.Rows) + 6
}

// gutter is the room before the names of rows: signs and keys.
func (b *Box) gutter() int {
	keys, sign := 0, 0
	for _, r := range b.Rows {
		keys = max(keys, cells(strings.Join(r.Keys, " ")))
		if r.Sign != "" {
			sign = signWidth
		}
	}
	if keys == 0 {
		return boxPadding + sign
	}
	return boxPadding + sign + px(keys, smallCell) + 8
}

// headExtra is the room in the head for a sign and for the word "enum".
func (b *Box) headExtra() int {
	extra := 0
	if b.Sign != "" {
		extra += signWidth
	}
	if b.Kind == KindEnum {
		extra += 40
	}
	return extra
}

// head is the height of all above the rows.
func (b *Box) head() int {
	if b.Note != "" {
		return headHeight + noteHeight
	}
	return headHeight
}

// rowY is the middle of a row, counted from the top of the box; of -1, that of
// its head.
func (b *Box) rowY(row int) int {
	if row < 0 {
		return headHeight / 2
	}
	return b.head() + 3 + row*rowHeight + rowHeight/2
}

func px(cells int, width float64) int { return int(float64(cells)*width + 0.999) }

// cells is how many columns of a monospace font a text takes: two for what is
// wide in East Asian fonts (Unicode, UAX 11), none for what combines.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
			r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f000):
			n += 2
		default:
			n++
		}
	}
	return n
}

// clip is a text that takes at most so many cells, in characters that can be seen.
func clip(s string, most int) string {
	s = visible(s)
	if cells(s) <= most {
		return s
	}
	n, end := 0, 0
	for i, r := range s {
		if n += cells(string(r)); n > most-1 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return s[:end] + "…"
}

// visible replaces what XML cannot hold or nobody can see: control characters by
// their pictures, direction marks, which would turn the text around them, and what
// is no UTF-8 by the sign of replacement.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20:
			return 0x2400 + r
		case r == 0x7f:
			return 0x2421
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfffe, r == 0xffff, r == utf8.RuneError:
			return utf8.RuneError
		}
		return r
	}, s)
}
