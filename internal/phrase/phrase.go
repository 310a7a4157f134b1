// Package phrase reads statements as the words that stand in them, for those who
// need to know what a statement does and not what its expressions mean: the locks
// of a statement written by hand (render/postgres), the rules of gen lint.
//
// It is no parser: it never fails, and what the words do not say it does not know.
package phrase

import (
	"slices"
	"strings"
)

// A Kind is the class of a word.
type Kind int

const (
	Name   Kind = iota // a keyword, a name without quotes, or a number
	Quoted             // a name in quotes
	String             // a literal; Plain is all of it, quotes included
	Sign               // one byte of anything else
)

// A Word is src[Start:End] of a statement.
type Word struct {
	Kind       Kind
	Text       string // a Name in upper case, all else as written
	Plain      string // as written
	Depth      int    // of parentheses around it; those themselves stand outside
	Start, End int
}

// Is reports whether the word is that keyword, in upper case, or that sign.
func (w Word) Is(word string) bool { return (w.Kind == Name || w.Kind == Sign) && w.Text == word }

// IsName reports whether the word may be a name: one in quotes, or any word.
func (w Word) IsName() bool {
	return w.Kind == Quoted || w.Kind == Name && (w.Plain[0] < '0' || w.Plain[0] > '9')
}

// A Phrase is a statement or a part of one.
type Phrase []Word

// After is what follows the words, if the phrase begins with them. "A|B" is one
// of these, "A?" may be missing, "*" is a name, "|" alone is that sign.
func (p Phrase) After(want ...string) (Phrase, bool) {
	for _, w := range want {
		if w == "*" {
			if len(p) == 0 {
				return p, false
			}
			p = p.AfterName()
			continue
		}
		options, optional := strings.CutSuffix(w, "?")
		if len(p) > 0 && (w == "|" && p[0].Is(w) || slices.ContainsFunc(strings.Split(options, "|"), p[0].Is)) {
			p = p[1:]
		} else if !optional {
			return p, false
		}
	}
	return p, true
}

// Begins reports whether After finds the words.
func (p Phrase) Begins(want ...string) bool {
	_, ok := p.After(want...)
	return ok
}

// Name is the name, with its schema, at the beginning of a phrase, as written; ""
// when there is none.
func (p Phrase) Name() string {
	var b strings.Builder
	for _, w := range p[:len(p)-len(p.AfterName())] {
		b.WriteString(w.Plain)
	}
	return b.String()
}

// AfterName is what follows that name.
func (p Phrase) AfterName() Phrase {
	for len(p) > 0 && (p[0].Kind == Quoted || p[0].Kind == Name) {
		p = p[1:]
		if len(p) == 0 || !p[0].Is(".") {
			break
		}
		p = p[1:]
	}
	if len(p) > 0 && p[0].Is("*") { // tables and those that inherit from them
		return p[1:]
	}
	return p
}

// Parts are what stands between the commas outside parentheses, those around the
// whole phrase left aside.
func (p Phrase) Parts() []Phrase {
	var out []Phrase
	if len(p) == 0 {
		return []Phrase{p}
	}
	from, depth := 0, p[0].Depth
	for i, w := range p {
		if w.Depth == depth && w.Is(",") {
			out, from = append(out, p[from:i]), i+1
		}
	}
	return append(out, p[from:])
}

// Inside is what stands in the parentheses the phrase begins with, and what
// follows them. ok is false where it does not begin with any.
func (p Phrase) Inside() (in, rest Phrase, ok bool) {
	if len(p) == 0 || !p[0].Is("(") {
		return nil, p, false
	}
	for i := 1; i < len(p); i++ {
		if p[i].Is(")") && p[i].Depth == p[0].Depth {
			return p[1:i], p[i+1:], true
		}
	}
	return p[1:], nil, true
}

// Find is where the words stand next, outside parentheses of the phrase; -1 when
// they do not.
func (p Phrase) Find(want ...string) int {
	for i, w := range p {
		if w.Depth == p[0].Depth && p[i:].Begins(want...) {
			return i
		}
	}
	return -1
}

// Has reports whether Find finds the words.
func (p Phrase) Has(want ...string) bool { return p.Find(want...) >= 0 }

// HasAnywhere reports whether the words stand in the phrase, at any depth.
func (p Phrase) HasAnywhere(want ...string) bool {
	for i := range p {
		if p[i:].Begins(want...) {
			return true
		}
	}
	return false
}

// Behind is what follows the words where Find finds them.
func (p Phrase) Behind(want ...string) (Phrase, bool) {
	i := p.Find(want...)
	if i < 0 {
		return nil, false
	}
	return p[i:].After(want...)
}

// References are the tables that foreign keys in the phrase refer to, each once.
func (p Phrase) References() []string {
	var out []string
	for i, w := range p {
		if w.Is("REFERENCES") {
			if name := p[i+1:].Name(); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// String is the phrase with single spaces, for comparing.
func (p Phrase) String() string {
	var b strings.Builder
	for i, w := range p {
		if i > 0 && p[i-1].End != w.Start {
			b.WriteByte(' ')
		}
		b.WriteString(w.Plain)
	}
	return b.String()
}
