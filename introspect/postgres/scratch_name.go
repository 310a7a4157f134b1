package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// paths derives from the session's search_path the two that are used here: the
// first scratch schema in front, with the managed schemas or without.
func (s *scratch) paths(session string) {
	s.fullPath = s.scratchOf[s.schemas[0]]
	s.strictPath = s.fullPath
	for _, t := range lex(session) {
		if !t.name() {
			continue
		}
		s.fullPath += ", " + pg.Ident(t.text)
		if s.scratchOf[t.text] == "" && t.text != "$user" {
			s.strictPath += ", " + pg.Ident(t.text)
		}
	}
}

// renamed is a text of the user with the scratch schemas in place of the
// managed ones. Names that an extension brought stay where they are.
func (s *scratch) renamed(text string) string {
	tokens := lexWhole(text)
	aliases := s.aliases(tokens)
	var b strings.Builder
	at := 0
	for i, t := range tokens {
		switch {
		case aliases[t.text] && i+2 < len(tokens) && tokens[i+1].is(".") && !s.known(schema.Name{Schema: t.text, Local: tokens[i+2].text}):
			// A column of a table of that name.
		case t.name() && i+2 < len(tokens) && tokens[i+1].is(".") && s.members[tokens[i+2].text] && (i == 0 || !tokens[i-1].is(".")) &&
			t.text == s.schemas[0] && s.known(schema.Name{Schema: t.text, Local: tokens[i+2].text}):
			// A function of the files has the name of one that an extension brought:
			// the search_path finds both, that of the files first.
			b.WriteString(text[at:t.begin])
			at = tokens[i+2].begin
		case t.name() && i+2 < len(tokens) && tokens[i+1].is(".") && tokens[i+2].name() && s.scratchOf[t.text] != "" &&
			!s.members[tokens[i+2].text] && (i == 0 || !tokens[i-1].is(".")):
			b.WriteString(text[at:t.begin] + s.scratchOf[t.text])
			at = t.end
		case t.name() && s.scratchOf[t.text] != "" && i > 1 && tokens[i-1].is("(") && tokens[i-2].text == "operator" && !s.operatorThere(text, tokens[i+1:]):
			b.WriteString(text[at:t.begin] + s.scratchOf[t.text])
			at = t.end
		case t.kind == literal:
			// 'app.ticket_seq' as nextval and casts to regclass name things.
			inner := lex(t.text)
			if len(inner) == 3 && inner[0].name() && inner[1].is(".") && inner[2].name() && s.scratchOf[inner[0].text] != "" && !s.members[inner[2].text] {
				b.WriteString(text[at:t.begin] + pg.Literal(s.scratchOf[inner[0].text]+"."+t.text[inner[2].begin:]))
				at = t.end
			}
		}
	}
	return b.String() + text[at:]
}

// aliases are the managed schemas whose names stand in a statement without a dot
// behind them too: as an alias, or as the name of a table, which is one. There
// NAME.x may be a column.
func (s *scratch) aliases(tokens []token) map[string]bool {
	found := map[string]bool{}
	for i, t := range tokens {
		if t.name() && s.scratchOf[t.text] != "" && (i+1 == len(tokens) || !tokens[i+1].is(".")) {
			found[t.text] = true
		}
	}
	return found
}

// known reports whether the models or the files have something of that name.
func (s *scratch) known(n schema.Name) bool {
	if s.names == nil {
		s.names = map[schema.Name]bool{}
		for _, d := range s.definitions {
			in := s.schemas[0]
			for i, t := range d.tokens {
				if t.name() && t.text == d.made {
					if i > 1 && d.tokens[i-1].is(".") {
						in = d.tokens[i-2].text
					}
					break
				}
			}
			s.names[schema.Name{Schema: in, Local: d.made}] = true
		}
		for _, t := range s.want.Tables {
			s.names[t.Name] = true
		}
		for _, e := range s.want.Enums {
			s.names[e.Name] = true
		}
		for _, q := range s.want.Sequences {
			s.names[q.Name] = true
		}
	}
	return s.names[n]
}

// operatorThere reports whether an operator of that name, which follows in
// OPERATOR(schema.name), is in the database: else an extension of the files is to
// bring it.
func (s *scratch) operatorThere(text string, after []token) bool {
	for i, t := range after {
		if t.is(")") {
			return i < 2 || s.members[strings.TrimSpace(text[after[0].end:t.begin])]
		}
	}
	return true
}

// said is a text of the server with the user's schemas.
func (s *scratch) said(text string) string {
	for own, name := range s.alias {
		text = strings.ReplaceAll(text, own, pg.Ident(name))
	}
	return text
}
