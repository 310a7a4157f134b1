package bun

import (
	"slices"
	"strings"
)

// A Tag is what stands behind bun: in a struct tag: a name, and options with
// the values they were given, one for each time they stand there.
type Tag struct {
	Name    string
	Options map[string][]string
}

// Has reports whether an option stands in the tag.
func (t Tag) Has(option string) bool { _, ok := t.Options[option]; return ok }

// Option is the last value of an option.
func (t Tag) Option(option string) (string, bool) {
	v, ok := t.Options[option]
	if !ok {
		return "", false
	}
	return v[len(v)-1], true
}

func (t Tag) isZero() bool { return t.Name == "" && t.Options == nil }

// ParseTag cuts "name,option,option:value" as bun's tagparser does. Commas in
// parentheses and in double quotes belong to the value, those in single quotes
// do not. What follows a quoted value up to the next comma is an option of its
// own. It takes any text.
func ParseTag(s string) Tag {
	p := tagParser{s: s}
	for p.more() {
		p.part()
		if p.more() && p.s[p.i] == ',' {
			p.i++
		}
	}
	return p.tag
}

type tagParser struct {
	s     string
	i     int
	tag   Tag
	named bool // the place of the name is behind us
}

func (p *tagParser) more() bool { return p.i < len(p.s) }

// next is the next byte, 0 at the end.
func (p *tagParser) next() byte {
	if !p.more() {
		return 0
	}
	p.i++
	return p.s[p.i-1]
}

// part reads one part of the tag, and the comma behind a bare word.
func (p *tagParser) part() {
	start := p.i
	for p.more() {
		switch p.next() {
		case ',':
			p.word(p.s[start : p.i-1])
			return
		case ':':
			key := p.s[start : p.i-1]
			p.option(key, p.value())
			return
		case '"':
			p.word(p.quoted())
			return
		}
	}
	p.word(p.s[start:])
}

// word is the name if it is the first part, else an option.
func (p *tagParser) word(w string) {
	if p.named {
		p.option(w, "")
		return
	}
	p.named = true
	p.tag.Name = w
}

func (p *tagParser) option(key, value string) {
	p.named = true
	if key == "" {
		return
	}
	if p.tag.Options == nil {
		p.tag.Options = map[string][]string{}
	}
	p.tag.Options[key] = append(p.tag.Options[key], value)
}

// value reads up to a comma; a double quote anywhere begins the value anew.
func (p *tagParser) value() string {
	start := p.i
	for p.more() {
		switch p.next() {
		case '"':
			return p.quoted()
		case ',':
			return p.s[start : p.i-1]
		case '(':
			p.parens()
		}
	}
	return p.s[start:]
}

// quoted reads up to the closing quote; one without an end is empty.
func (p *tagParser) quoted() string {
	if i := strings.IndexByte(p.s[p.i:], '"'); i >= 0 && p.s[p.i+i-1] != '\\' {
		s := p.s[p.i : p.i+i]
		p.i += i + 1
		return s
	}
	var b []byte
	for p.more() {
		switch c := p.next(); c {
		case '\\':
			b = append(b, p.next())
		case '"':
			return string(b)
		default:
			b = append(b, c)
		}
	}
	return ""
}

// parens passes over the rest of a pair of parentheses.
func (p *tagParser) parens() {
	depth := 0
	for p.more() {
		switch p.next() {
		case '"':
			p.quoted()
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return
			}
			depth--
		}
	}
}

// FieldOptions are the options that bun knows of a field, those of every
// release, and those of embedded fields.
func FieldOptions() []string {
	return []string{"alias", "alt", "array", "autoincrement", "column", "composite", "default", "embed", "hstore", "identity", "join", "join_on",
		"json_use_number", "m2m", "msgpack", "multirange", "notnull", "nullzero", "on_delete", "on_update", "pk", "polymorphic", "rel",
		"scanonly", "skipupdate", "soft_delete", "type", "unique"}
}

// TableOptions are the options of the embedded bun.BaseModel.
func TableOptions() []string { return []string{"alias", "select", "table"} }

// uniqueGroups are the names in unique:a,b or unique:a,unique:b; "" is a
// constraint without a name.
func (t Tag) uniqueGroups() ([]string, bool) {
	v, ok := t.Options["unique"]
	if len(v) == 1 {
		v = strings.Split(v[0], ",")
	}
	return slices.Clone(v), ok
}
