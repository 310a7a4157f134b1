package cmd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A line of the accept list is
//
//   - table old_orders "4 columns 3f2a9c01b7de"          # left over in the database
//   - column users.legacy "text default ('x')"           # …
//   - index users_old_idx on users "using btree (mail)"  # …
//   - index users_mail_idx on users "using btree (mail)" # missing in the database
//     ~ column users.mail type "varchar(100)" -> "text"    # differs from User.Mail
//
// A sign, the kind, the object (a part of a table with on, a column with a dot),
// of a column or table the facet, and the state that is accepted. Identifiers
// that are not plain, and all states, are quoted as Go quotes; none stands for
// nothing. The default schema may be left out.

var acceptSigns = []struct {
	sign  string
	class diff.Class
	text  string
}{
	{"-", diff.Leftover, "left over in the database"},
	{"+", diff.Missing, "missing in the database"},
	{"~", diff.Changed, "differs"},
}

// acceptText is a difference as a line of the list, without reason.
func acceptText(d diff.Difference, defaultSchema string) string {
	var words []string
	for _, s := range acceptSigns {
		if s.class == d.Class {
			words = append(words, s.sign)
		}
	}
	words = append(words, d.Kind)
	table := acceptIdent(d.Table.Local)
	if d.Table.Schema != defaultSchema && d.Kind != "schema" {
		table = acceptIdent(d.Table.Schema) + "." + table
	}
	switch {
	case !partOfTable(d.Kind):
		words = append(words, table)
	case d.Kind == "column":
		words = append(words, table+"."+acceptIdent(d.Name))
	case d.Name == "":
		words = append(words, "on", table)
	default:
		words = append(words, acceptIdent(d.Name), "on", table)
	}
	if d.Facet != "" {
		words = append(words, d.Facet)
	}
	switch d.Class {
	case diff.Leftover:
		words = append(words, acceptValue(d.Have))
	case diff.Missing:
		words = append(words, acceptValue(d.Want))
	default:
		words = append(words, acceptValue(d.Have), "->", acceptValue(d.Want))
	}
	return strings.Join(words, " ")
}

// acceptReason is the reason of a new line: its class, and the Go name it is
// about.
func acceptReason(d diff.Difference) string {
	text := ""
	for _, s := range acceptSigns {
		if s.class == d.Class {
			text = s.text
		}
	}
	switch {
	case d.Class == diff.Leftover || d.At.Sym == "":
		return text
	case d.Class == diff.Missing:
		return text + ": " + d.At.Sym
	}
	return text + " from " + d.At.Sym
}

func partOfTable(kind string) bool {
	return !slices.Contains([]string{"schema", "enum", "sequence", "table"}, kind)
}

func acceptIdent(s string) string {
	plain := s != "" && s != "on"
	for i := range len(s) {
		plain = plain && isPlain(s[i], i == 0)
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}

func isPlain(c byte, first bool) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' && !first
}

func acceptValue(s string) string {
	if s == "" {
		return "none"
	}
	return strconv.Quote(s)
}

// An acceptParser reads one line. bad, fact and hint are about the first
// mistake in it.
type acceptParser struct {
	line          string
	defaultSchema string

	at     int
	reason string

	bad        int // offset
	fact, hint string
}

func (p *acceptParser) fail(at int, hint, format string, args ...any) {
	if p.fact == "" {
		p.bad, p.fact, p.hint = at, fmt.Sprintf(format, args...), hint
	}
}

// parse is false for a line that accepts nothing, and after a mistake.
func (p *acceptParser) parse() (d diff.Difference, ok bool) {
	p.space()
	if p.at == len(p.line) || p.line[p.at] == '#' {
		return d, false
	}
	d.Class = p.sign()
	start := p.skip()
	if d.Kind = p.word(); p.fact == "" && !slices.Contains(diff.DifferenceKinds(), d.Kind) {
		hint := "kinds are " + strings.Join(diff.DifferenceKinds(), ", ")
		if near := nearest(d.Kind, diff.DifferenceKinds()); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.fail(start, hint, "%q is no kind of object", d.Kind)
	}
	p.object(&d)
	if d.Class == diff.Changed && (d.Kind == "column" || d.Kind == "table") {
		start = p.skip()
		if d.Facet = p.word(); p.fact == "" && !slices.Contains(facetsOf(d.Kind), d.Facet) {
			p.fail(start, "one of "+strings.Join(facetsOf(d.Kind), ", "), "it is not said what of the %s differs", d.Kind)
		}
	}
	p.states(&d)
	p.end()
	return d, p.fact == ""
}

// facetsOf are what of a column or table can differ by itself.
func facetsOf(kind string) []string {
	if kind == "table" {
		return diff.TableFacets()
	}
	return diff.ColumnFacets()
}

func (p *acceptParser) sign() diff.Class {
	for _, s := range acceptSigns {
		if strings.HasPrefix(p.line[p.at:], s.sign+" ") || strings.HasPrefix(p.line[p.at:], s.sign+"\t") {
			p.at++
			return s.class
		}
	}
	p.fail(p.at, "- is left over in the database, + missing there, ~ changed; comments begin with #; gen init --baseline writes the lines", "a line begins with -, + or ~ and a space")
	return ""
}

// object reads what the difference is about.
func (p *acceptParser) object(d *diff.Difference) {
	if p.fact != "" {
		return
	}
	start := p.skip()
	example := map[bool]string{true: "write users_mail_idx on users", false: "write users"}[partOfTable(d.Kind)]
	if d.Kind == "column" {
		example = "write users.mail"
	}
	var parts []string
	onAt := p.peekWord("on")
	if !onAt || !partOfTable(d.Kind) || d.Kind == "column" {
		parts = p.name()
	}
	switch {
	case p.fact != "":
	case !partOfTable(d.Kind):
		d.Table = p.tableName(start, parts, d.Kind, example)
	case d.Kind == "column":
		if len(parts) < 2 {
			p.fail(start, example, "a column is named with its table")
			return
		}
		d.Name = parts[len(parts)-1]
		d.Table = p.tableName(start, parts[:len(parts)-1], d.Kind, example)
	default:
		if len(parts) > 1 {
			p.fail(start, example, "the name of a %s is one word", d.Kind)
			return
		}
		if len(parts) == 1 {
			d.Name = parts[0]
		}
		start = p.skip()
		if !p.peekWord("on") {
			p.fail(start, example, "on and the table are missing")
			return
		}
		p.at += len("on")
		start = p.skip()
		d.Table = p.tableName(start, p.name(), d.Kind, example)
		if d.Kind == "object" && d.Name == schema.KindExtension {
			d.Table.Schema = "" // an extension is the database's
		}
	}
}

func (p *acceptParser) tableName(start int, parts []string, kind, example string) schema.Name {
	switch {
	case p.fact != "":
	case kind == "schema" && len(parts) == 1:
		return schema.Name{Local: parts[0]}
	case len(parts) == 1:
		return schema.Name{Schema: p.defaultSchema, Local: parts[0]}
	case len(parts) == 2:
		return schema.Name{Schema: parts[0], Local: parts[1]}
	default:
		p.fail(start, example, "this is no name")
	}
	return schema.Name{}
}

// states reads what is accepted.
func (p *acceptParser) states(d *diff.Difference) {
	const hint = `copy the line that gen init --baseline writes: a state stands in double quotes, none is nothing`
	switch d.Class {
	case diff.Leftover:
		d.Have = p.value(hint)
	case diff.Missing:
		d.Want = p.value(hint)
	case diff.Changed:
		d.Have = p.value(hint)
		start := p.skip()
		if p.fact == "" && !strings.HasPrefix(p.line[p.at:], "->") {
			p.fail(start, `write "what the database has" -> "what the models say"`, "-> is missing")
			return
		}
		p.at = min(p.at+2, len(p.line))
		d.Want = p.value(hint)
	}
}

// end is the reason, or nothing.
func (p *acceptParser) end() {
	start := p.skip()
	switch {
	case p.fact != "" || start == len(p.line):
	case p.line[start] == '#':
		p.reason = strings.TrimSpace(p.line[start+1:])
	default:
		p.fail(start, "a reason stands behind a #", "the line goes on where it should end")
	}
}

func (p *acceptParser) space() {
	for p.at < len(p.line) && (p.line[p.at] == ' ' || p.line[p.at] == '\t') {
		p.at++
	}
}

// skip passes over space and returns where it ends.
func (p *acceptParser) skip() int {
	p.space()
	return p.at
}

// word reads up to the next space.
func (p *acceptParser) word() string {
	p.space()
	start := p.at
	for p.at < len(p.line) && p.line[p.at] != ' ' && p.line[p.at] != '\t' {
		p.at++
	}
	return p.line[start:p.at]
}

func (p *acceptParser) peekWord(w string) bool {
	rest, ok := strings.CutPrefix(p.line[p.at:], w)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// name reads identifiers joined by dots.
func (p *acceptParser) name() []string {
	var parts []string
	for p.fact == "" {
		start := p.at
		switch {
		case p.at < len(p.line) && p.line[p.at] == '"':
			parts = append(parts, p.quoted())
		default:
			for p.at < len(p.line) && isPlain(p.line[p.at], p.at == start) {
				p.at++
			}
			if p.at == start {
				p.fail(start, "a name with anything but letters, digits and _ stands in double quotes", "a name is missing")
				return nil
			}
			parts = append(parts, p.line[start:p.at])
		}
		if p.at == len(p.line) || p.line[p.at] != '.' {
			break
		}
		p.at++
	}
	return parts
}

// quoted reads a text in quotes.
func (p *acceptParser) quoted() string {
	prefix, err := strconv.QuotedPrefix(p.line[p.at:])
	if err != nil {
		p.fail(p.at, `a " in it is written \", a backslash \\`, "the text in quotes does not end, or is none")
		return ""
	}
	text, _ := strconv.Unquote(prefix)
	p.at += len(prefix)
	return text
}

// value reads a state.
func (p *acceptParser) value(hint string) string {
	if p.fact != "" {
		return ""
	}
	start := p.skip()
	switch {
	case p.peekWord("none"):
		p.at += len("none")
		return ""
	case start < len(p.line) && p.line[start] == '"':
		return p.quoted()
	}
	p.fail(start, hint, "the state that is accepted is missing")
	return ""
}
