package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A directive is a comment -- gen:word … of a file of objects. The only word is
// was: earlier names of what the statement below creates.
type directive struct {
	begin      int // of the comment, in the file
	word, rest string
	at         int // of rest
}

// A former is one earlier name, as the file says it.
type former struct {
	schema.Former
	argTexts []string // of a routine; nil where they are not told
}

const howWas = "write -- gen:was old_name on a line of its own, right above the CREATE statement of what has the new name"

// readDirectives gives the statements of a file their directives. list are all
// statements, also those that are refused.
func (s *scratch) readDirectives(f introspect.SQLFile, list []*definition) {
	end := 0
	for i := 0; i <= len(list); i++ {
		begin, text := len(f.Text), f.Text[end:]
		var d *definition
		if i < len(list) {
			d = list[i]
			begin = d.tokens[0].begin
			text = f.Text[end:begin]
		}
		for _, x := range directivesIn(text, end) {
			s.above(f, x, d, begin)
		}
		if d == nil {
			return
		}
		// Between the words of a statement nothing is above it.
		for j, t := range d.tokens {
			if j > 0 {
				for _, x := range directivesIn(f.Text[d.tokens[j-1].end:t.begin], d.tokens[j-1].end) {
					s.misplaced(f, x, "it stands within a statement")
				}
			}
		}
		end = d.tokens[len(d.tokens)-1].end
	}
}

func (s *scratch) misplaced(f introspect.SQLFile, x directive, why string) {
	s.refuse(position(f, x.begin), "-- gen:"+x.word, why, howWas)
}

// directivesIn reads the comments of a text between two statements or two words,
// which begins at offset of its file.
func directivesIn(text string, offset int) []directive {
	if !strings.Contains(text, "gen:") {
		return nil
	}
	var list []directive
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "--"):
			line, _, _ := strings.Cut(text[i:], "\n")
			if x, ok := asDirective(line, offset+i); ok {
				list = append(list, x)
			}
			i += len(line)
		case strings.HasPrefix(text[i:], "/*"):
			end := commentEnd(text, i)
			if end < 0 {
				return list
			}
			i = end
		default:
			i++
		}
	}
	return list
}

// asDirective reads a comment; gen: with a letter behind it makes one.
func asDirective(line string, begin int) (directive, bool) {
	body := strings.TrimLeft(strings.TrimPrefix(line, "--"), " \t")
	rest, ok := strings.CutPrefix(body, "gen:")
	if !ok || rest == "" || !isWordStart(rest[0]) {
		return directive{}, false
	}
	n := 0
	for n < len(rest) && (isWordStart(rest[n]) || rest[n] == '-') {
		n++
	}
	return directive{begin: begin, word: rest[:n], rest: rest[n:], at: begin + len(line) - len(rest) + n}, true
}

// above hands a directive to the statement below it, which begins at begin.
func (s *scratch) above(f introspect.SQLFile, x directive, d *definition, begin int) {
	line := f.Text[:x.begin]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	between := f.Text[x.begin:begin]
	switch {
	case x.word != "was":
		s.refuse(position(f, x.begin), "-- gen:"+x.word, "there is no such directive in a file of objects", "the only one is -- gen:was old_name")
	case strings.TrimSpace(line) != "":
		s.misplaced(f, x, "it stands behind something else on its line")
	case d == nil:
		s.misplaced(f, x, "no statement stands below it")
	case emptyLine(between):
		s.misplaced(f, x, "an empty line stands between it and the statement below")
	default:
		s.readWas(f, x, d)
	}
}

// emptyLine reports whether a line of the text is empty; what follows the last line
// break is the beginning of the statement's own line.
func emptyLine(text string) bool {
	lines := strings.Split(text, "\n")
	for _, line := range lines[:len(lines)-1] {
		if strings.TrimSpace(line) == "" {
			return true
		}
	}
	return false
}

// readWas reads the names behind -- gen:was.
func (s *scratch) readWas(f introspect.SQLFile, x directive, d *definition) {
	at := position(f, x.begin)
	refuse := func(why, hint string) { s.refuse(at, "-- gen:was"+strings.TrimRight(x.rest, " \t\r"), why, hint) }
	switch {
	case d.kind == "":
		refuse("the statement below creates nothing that could be renamed", howWas)
		return
	case d.kind == schema.KindExtension:
		refuse("extensions cannot be renamed: they have the names of their files", "take the directive away: the old extension is dropped and the new one created")
		return
	case d.target().made == "":
		refuse("what the statement below creates has no name of its own", "give it one")
		return
	}
	names, ok := formersIn(x.rest)
	if !ok || len(names) == 0 {
		refuse("it names nothing that can be read", "write -- gen:was old_name, or schema.old_name, or for one of several routines old_name(integer, text); several names with commas between them")
		return
	}
	to := d.target()
	for _, n := range names {
		n.Pos = at
		attached := schema.BelongsToRelation(d.kind) || d.kind == schema.KindPublication
		switch {
		case attached && n.Name.Schema != "":
			refuse("a "+d.kind+" has no schema of its own", "write its name alone: -- gen:was "+pg.Ident(n.Name.Local))
			continue
		case n.argTexts != nil && !schema.IsRoutine(d.kind):
			refuse("only routines have arguments", "write the name alone")
			continue
		case n.Name.Schema == "" && !attached:
			n.Name.Schema = s.schemas[0]
		}
		same := n.Name.Local == to.made && (attached || n.Name.Schema == s.schemaOf(to))
		if same && n.argTexts == nil {
			refuse(n.Name.Local+" is what it is called now", "write the name it had before, or take the directive away")
			continue
		}
		d.was = append(d.was, n)
	}
}

// formersIn reads names with commas between them.
func formersIn(text string) (list []former, ok bool) {
	tokens := lex(text)
	for i := 0; i < len(tokens); {
		var n former
		if !tokens[i].name() {
			return nil, false
		}
		n.Name.Local = pg.Truncate(tokens[i].text)
		i++
		if i+1 < len(tokens) && tokens[i].is(".") && tokens[i+1].name() {
			n.Name = schema.Name{Schema: n.Name.Local, Local: pg.Truncate(tokens[i+1].text)}
			i += 2
		}
		if i < len(tokens) && tokens[i].is("(") {
			if n.argTexts, i, ok = argumentsIn(text, tokens, i+1); !ok {
				return nil, false
			}
		}
		list = append(list, n)
		if i == len(tokens) {
			return list, true
		}
		if !tokens[i].is(",") {
			return nil, false
		}
		i++
	}
	return nil, false
}

// argumentsIn reads types up to the closing parenthesis and returns the index
// behind it. The list is not nil.
func argumentsIn(text string, tokens []token, i int) (list []string, next int, ok bool) {
	list = []string{}
	depth, begin := 0, i
	for ; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.is("("):
			depth++
		case t.is(")") && depth > 0:
			depth--
		case t.is(")"), t.is(",") && depth == 0:
			if i > begin {
				list = append(list, text[tokens[begin].begin:tokens[i-1].end])
			} else if t.is(",") || len(list) > 0 {
				return nil, 0, false
			}
			if t.is(")") {
				return list, i + 1, true
			}
			begin = i + 1
		}
	}
	return nil, 0, false
}
