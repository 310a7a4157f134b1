package erd

import (
	_ "embed"
	"html/template"
	"strings"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// HTML is the diagram as one page that needs nothing else: with a list of the
// tables, search, and a drawing to be moved and zoomed. Without scripts the
// drawing scrolls and the list leads to its boxes.
func (d *Diagram) HTML(title string) ([]byte, error) {
	page, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = page.Execute(&b, struct {
		Title   string
		CSS     template.CSS
		JS      template.JS
		Drawing template.HTML
		Summary string
		Undrawn string
		Schemas []legend
		Boxes   []entry
	}{
		Title: visible(title), CSS: template.CSS(pageCSS + drawingCSS), JS: template.JS(pageJS),
		Drawing: template.HTML(d.Drawing("", true)), // made of escaped parts alone
		Summary: d.summary(), Undrawn: strings.Join(d.Undrawn, ", "), Schemas: d.legend(), Boxes: d.entries(),
	})
	return []byte(b.String()), err
}

// A legend says which colour a schema has.
type legend struct {
	Name   string
	Colour int
}

func (d *Diagram) legend() []legend {
	if len(d.Schemas) < 2 {
		return nil
	}
	var out []legend
	for i, s := range d.Schemas {
		out = append(out, legend{visible(s), i % palette})
	}
	return out
}

// An entry of the list of boxes. Words is what is searched.
type entry struct {
	ID, Name, Words string
	Enum            bool
}

func (d *Diagram) entries() []entry {
	out := make([]entry, len(d.Boxes))
	for i, b := range d.Boxes {
		words := []string{b.Name.String()}
		for _, r := range b.Rows {
			words = append(words, r.Name)
		}
		name := b.Name.String()
		if len(d.Schemas) == 1 {
			name = b.Name.Local
		}
		out[i] = entry{b.ID, visible(name), visible(strings.ToLower(strings.Join(words, " "))), b.Kind == KindEnum}
	}
	return out
}
