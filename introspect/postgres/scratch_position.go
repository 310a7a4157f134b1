package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// positionOf finds the statement that makes what the server describes.
func (s *scratch) positionOf(described string) schema.Pos {
	tokens := lex(described)
	for _, d := range s.definitions {
		if d.made != "" && slices.ContainsFunc(tokens, func(t token) bool { return t.name() && t.text == d.made }) {
			return d.pos
		}
	}
	return schema.Pos{}
}

// place is the position of the statement that an object comes from: the nth that
// makes something of its kind and name, as overloaded routines come in any order.
// Of what belongs to a table, those that name the table come first.
func (s *scratch) place(o schema.Object, nth *int) schema.Pos {
	var found []schema.Pos
	for _, d := range s.definitions {
		if !d.makes(o) {
			continue
		}
		if !o.Table.IsZero() && s.mentions(d, o.Table) {
			return d.pos
		}
		found = append(found, d.pos)
	}
	if len(found) == 0 {
		return schema.Pos{}
	}
	at := found[min(*nth, len(found)-1)]
	*nth++
	return at
}

// makes reports whether the statement makes an object of that kind and name, on
// whichever table.
func (d *definition) makes(o schema.Object) bool {
	switch o.Kind {
	case schema.KindPublicationTable:
		i := d.globalName()
		return i > 0 && !d.is(0, "comment") && d.tokens[i].text == o.Name.Local
	case schema.KindRowSecurity:
		return d.is(0, "alter", "table") && d.has("row", "level", "security")
	case schema.KindReplicaIdentity:
		return d.is(0, "alter", "table") && d.has("replica", "identity")
	case schema.KindCluster:
		return d.is(0, "alter") && d.has("cluster", "on")
	case schema.KindRange:
		return d.kind == schema.KindComposite && d.made == o.Name.Local
	case schema.KindWindow:
		return d.kind == schema.KindFunction && d.made == o.Name.Local
	}
	return d.kind == o.Kind && d.made == o.Name.Local
}

// has reports whether the words stand somewhere in the statement.
func (d *definition) has(words ...string) bool {
	for i := range d.tokens {
		if d.is(i, words...) {
			return true
		}
	}
	return false
}

// mentions reports whether the statement names the table, which belongs to the
// first schema where it has none.
func (s *scratch) mentions(d *definition, table schema.Name) bool {
	for i, t := range d.tokens {
		in := s.schemas[0]
		if i > 1 && d.tokens[i-1].is(".") {
			in = d.tokens[i-2].text
		}
		if t.name() && table == (schema.Name{Schema: in, Local: t.text}) {
			return true
		}
	}
	return false
}
