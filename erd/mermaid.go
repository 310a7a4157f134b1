package erd

import (
	"fmt"
	"regexp"
	"strings"
)

// Mermaid is the diagram in Mermaid's language, for pages that draw it
// themselves. Partitions are folded, enums stand in the types.
//
// The grammar is Mermaid's erDiagram.jison: names of entities are quoted and may
// not hold `"`, `%`, a backslash or a line break; names and types of attributes
// are words of letters, digits and -_[]() and are not PK, FK or UK. What does not
// fit is written with entity codes (#34;) in the one case, with underscores and
// the real name as comment in the other.
func (d *Diagram) Mermaid() []byte {
	var b strings.Builder
	b.WriteString("erDiagram\n")
	for i := range d.Boxes {
		if d.Boxes[i].Kind == KindTable {
			d.Boxes[i].mermaid(&b)
		}
	}
	for _, e := range d.Edges {
		label := e.Name
		if e.Kind == EdgeInherits {
			label = "inherits from"
		} else if label == "" {
			label = strings.Join(e.Columns, ", ")
		}
		line := "--"
		if e.Loose {
			line = ".."
		}
		fmt.Fprintf(&b, "    %s %s%s%s %s : %s\n", mermaidName(d.Boxes[e.From].Name.String()), leftEnd[e.FromEnd], line, rightEnd[e.ToEnd],
			mermaidName(d.Boxes[e.To].Name.String()), mermaidName(label))
	}
	return []byte(b.String())
}

// leftEnd and rightEnd are the ends of a line. An heir, which has none, is of one.
var (
	leftEnd  = map[End]string{One: "||", ZeroOrOne: "|o", ZeroOrMore: "}o", "": "||"}
	rightEnd = map[End]string{One: "||", ZeroOrOne: "o|", ZeroOrMore: "o{", "": "||"}
)

func (b *Box) mermaid(w *strings.Builder) {
	fmt.Fprintf(w, "    %s", mermaidName(b.Name.String()))
	var rows []string
	for _, r := range b.Rows {
		if r.Kind != RowColumn {
			continue
		}
		name, kind := mermaidWord(r.Name), mermaidWord(strings.ReplaceAll(r.kind, " ", "_"))
		row := kind + " " + name
		if len(r.Keys) > 0 {
			row += " " + strings.Join(r.Keys, ", ")
		}
		var notes []string
		if name != r.Name {
			notes = append(notes, r.Name)
		}
		if r.NotNull {
			notes = append(notes, "not null")
		}
		if len(notes) > 0 {
			row += " " + `"` + mermaidText(strings.Join(notes, ", ")) + `"`
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		w.WriteString("\n")
		return
	}
	w.WriteString(" {\n        " + strings.Join(rows, "\n        ") + "\n    }\n")
}

// mermaidName is a quoted name. Nothing cannot be quoted.
func mermaidName(s string) string {
	if s == "" {
		return `"␀"`
	}
	return `"` + mermaidText(s) + `"`
}

// directions: Mermaid takes a line that says one, in the middle of a name too.
var directions = regexp.MustCompile(`(?i)(direction)\s+(TB|BT|RL|LR)`)

// mermaidText is text within quotes, no character of which Mermaid or the page
// takes for its own.
func mermaidText(s string) string {
	s = directions.ReplaceAllString(visible(s), "${1}_$2")
	var b strings.Builder
	for _, c := range s {
		switch c {
		case '"', '#', '<', '>', '&', ';', '`', '%', '\\':
			fmt.Fprintf(&b, "#%d;", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// mermaidKey begins a word that Mermaid takes for the mark of a key.
var mermaidKey = regexp.MustCompile(`(?i)^(pk|fk|uk)([^a-z0-9_]|$)`)

func mermaidWord(s string) string {
	word := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-_[]()", r), r >= 0xc0 && r != 0xfffd:
			return r
		}
		return '_'
	}, visible(s))
	if word == "" || !strings.ContainsRune("_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", rune(word[0])) && word[0] < 0x80 || mermaidKey.MatchString(word) {
		return "_" + word
	}
	return word
}
