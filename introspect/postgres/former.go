package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// formerNames are what the server calls the objects that a plan will rename, by
// their new names. Nothing can be asked about a name that is not there yet, so
// questions are put with these.
type formerNames struct {
	types, routines, collations, sequences map[schema.Name]schema.Name
}

func formerNamesOf(have *schema.Database) formerNames {
	f := formerNames{map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}}
	for _, s := range have.Sequences {
		if len(s.Was) > 0 {
			f.sequences[s.Name] = s.Was[0].Name
		}
	}
	for _, e := range have.Enums {
		if len(e.Was) > 0 {
			f.types[e.Name] = e.Was[0].Name
		}
	}
	for _, o := range have.Objects {
		switch {
		case len(o.Was) == 0:
		case schema.IsRoutine(o.Kind):
			f.routines[o.Name] = o.Was[0].Name
		case o.Kind == schema.KindCollation:
			f.collations[o.Name] = o.Was[0].Name
		case o.Kind == schema.KindRange:
			f.types[o.Name], f.routines[o.Name] = o.Was[0].Name, o.Was[0].Name // and its constructors
			if len(o.Was) > 1 {
				f.types[o.Multirange()], f.routines[o.Multirange()] = o.Was[1].Name, o.Was[1].Name
			}
		case schema.IsType(o.Kind):
			f.types[o.Name] = o.Was[0].Name
		}
	}
	// Of several routines of one name only some may be new to it: the server tells
	// them apart by their arguments where all have the old one.
	for _, o := range have.Objects {
		if schema.IsRoutine(o.Kind) && len(o.Was) == 0 {
			delete(f.routines, o.Name)
		}
	}
	return f
}

func (f formerNames) none() bool {
	return len(f.types)+len(f.routines)+len(f.collations)+len(f.sequences) == 0
}

// local is the former local name of the object, or the one it has.
func (f formerNames) local(o schema.Object) string {
	for _, m := range []map[schema.Name]schema.Name{f.routines, f.types, f.collations} {
		if old, ok := m[o.Name]; ok {
			return old.Local
		}
	}
	return o.Name.Local
}

// columns are the columns with former types and collations.
func (f formerNames) columns(list []schema.Column) []schema.Column {
	if f.none() {
		return list
	}
	list = slices.Clone(list)
	for i := range list {
		list[i].Type.Text = f.text(list[i].Type.Text)
		if old, ok := f.collations[list[i].Collation]; ok {
			list[i].Collation = old
		}
	}
	return list
}

// text is an expression or the name of a type under the former names. A name
// without a schema belongs to the first one; it is a routine before a parenthesis,
// a collation behind COLLATE, and a type behind :: or AS, before a literal, or
// where nothing else stands.
func (f formerNames) text(sql string) string {
	if sql == "" || f.none() {
		return sql
	}
	tokens := lex(sql)
	var b strings.Builder
	at := 0
	for i := 0; i < len(tokens); i++ {
		if old, ok := f.drawn(tokens[i]); ok {
			b.WriteString(sql[at:tokens[i].begin] + pg.Literal(pg.QName(old)))
			at = tokens[i].end
			continue
		}
		if !tokens[i].name() || i > 0 && tokens[i-1].is(".") {
			continue
		}
		n, last := schema.Name{Schema: pg.DefaultSchema, Local: tokens[i].text}, i
		if i+2 < len(tokens) && tokens[i+1].is(".") && tokens[i+2].name() {
			n, last = schema.Name{Schema: tokens[i].text, Local: tokens[i+2].text}, i+2
		}
		if old, ok := f.meant(n, tokens, i, last); ok {
			b.WriteString(sql[at:tokens[i].begin] + pg.QName(old))
			at = tokens[last].end
			i = last
		}
	}
	return b.String() + sql[at:]
}

// drawn is the former name of the sequence that a literal names, as nextval and
// casts to regclass do. A literal that only happens to read so means nothing else in
// a comparison: both sides are put alike.
func (f formerNames) drawn(t token) (old schema.Name, ok bool) {
	if t.kind != literal || len(f.sequences) == 0 {
		return old, false
	}
	switch name := lex(t.text); {
	case len(name) == 1 && name[0].name():
		old, ok = f.sequences[schema.Name{Schema: pg.DefaultSchema, Local: name[0].text}]
	case len(name) == 3 && name[0].name() && name[1].is(".") && name[2].name():
		old, ok = f.sequences[schema.Name{Schema: name[0].text, Local: name[2].text}]
	}
	return old, ok
}

// meant is the former name of what tokens first to last name.
func (f formerNames) meant(n schema.Name, tokens []token, first, last int) (old schema.Name, ok bool) {
	behind := func(words ...string) bool {
		return first > 0 && slices.ContainsFunc(words, tokens[first-1].is)
	}
	var next token
	if last+1 < len(tokens) {
		next = tokens[last+1]
	}
	switch {
	case next.is("("):
		old, ok = f.routines[n]
	case behind("collate"):
		old, ok = f.collations[n]
	case first != last, behind("::", "as"), next.kind == literal && next.end > 0, last-first+1 == len(tokens), next.is("[") && first == 0:
		old, ok = f.types[n]
	}
	return old, ok
}
