package xorm

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A table is a struct as xorm's parser leaves it.
type table struct {
	name, comment string
	columns       []*column
	indexes       []Index // names as in the tags
}

// A column is xorm's schemas.Column.
type column struct {
	name            string
	field           *Field
	typ             sqlType
	length, length2 int64
	options         []string // of ENUM and SET
	nullable        bool
	def             string
	hasDef          bool
	primary         bool
	autoIncr        bool
	onlyRead        bool // <-
	json, jsonb     bool
	comment         string
	collation       string
	indexes         []Index // its own part of them, Columns empty
}

type parser struct {
	c        Config
	done     map[*Type]*table // models that were synced before
	stack    []*Type
	problems []Problem
}

// parse reads a struct (tags.Parser.Parse). model is the one whose table it
// is or is a part of.
func (p *parser) parse(t, model *Type) *table {
	out := &table{}
	if slices.Contains(p.stack, t) {
		p.fail(model, nil, "", "%s extends itself", t.Name)
		return out
	}
	p.stack = append(p.stack, t)
	defer func() { p.stack = p.stack[:len(p.stack)-1] }()
	p.tableMethods(t, model, out)
	for _, f := range t.facts().Fields() {
		p.field(out, f, model)
	}
	p.tableIndices(t, model, out)
	return out
}

func (p *parser) tableMethods(t, model *Type, out *table) {
	if t != model {
		return
	}
	name, ok, err := t.facts().TableName()
	switch {
	case err != nil:
		p.fail(model, nil, "name the table above the struct: //gen:table name", "the name of the table is decided by the program: %s", err)
	case ok:
		out.name = name
	case strings.Contains(t.Name, "["):
		p.fail(model, nil, "give it a TableName method", "generic struct %s has no name that a table could have", t.Name)
	default:
		out.name = p.c.Tables.Name(t.Name)
	}
	if out.comment, _, err = t.facts().TableComment(); err != nil {
		p.fail(model, nil, "say it above the struct: //gen:comment text, and let the method return a constant", "the comment of the table is decided by the program: %s", err)
	}
}

// tableIndices adds what the method returns; an index of the same name gives
// way to it. A struct that is extended brings its own along.
func (p *parser) tableIndices(t, model *Type, out *table) {
	if p.c.Version.before(1, 3, 1) {
		return
	}
	list, _, err := t.facts().TableIndices()
	if err != nil {
		p.fail(model, nil, "write them into gen.toml under [xorm.table_indices]: \""+t.Package+"."+t.Name+"\" = [\"name (a, b)\", \"unique name (c)\"]",
			"what method TableIndices of %s returns cannot be read: %s", t.Name, err)
		return
	}
	for _, ix := range list {
		for _, c := range out.columns {
			c.indexes = slices.DeleteFunc(c.indexes, func(o Index) bool { return o.Name == ix.Name })
		}
		for _, name := range ix.Columns {
			i := slices.IndexFunc(out.columns, func(c *column) bool { return strings.EqualFold(c.name, name) })
			if i < 0 {
				p.fail(model, nil, "", "method TableIndices of %s: index %s is on column %s, which is not there: Sync fails", t.Name, ix.Name, name)
				return
			}
			out.columns[i].indexes = append(out.columns[i].indexes, Index{Name: ix.Name, Unique: ix.Unique})
		}
		if i := slices.IndexFunc(out.indexes, func(o Index) bool { return o.Name == ix.Name }); i >= 0 {
			out.indexes[i] = ix
			continue
		}
		out.indexes = append(out.indexes, ix)
	}
}

// field reads one field (tags.Parser.parseField).
func (p *parser) field(out *table, f *Field, model *Type) {
	if first := []rune(f.Name); unicode.IsLower(first[0]) {
		return
	}
	tag := strings.TrimSpace(f.Tag.Get(p.c.TagKey))
	if tag == "-" {
		return
	}
	if tag == "" {
		if !f.Exported {
			p.fail(model, f, `leave it out: xorm:"-"`, "xorm panics on a field that is not exported and does not begin with a small letter")
			return
		}
		out.add(p.untagged(f, model))
		return
	}
	words, err := splitTag(tag)
	if err != nil {
		p.fail(model, f, "put what holds commas in single quotes or parentheses", "tag %q: %s: Sync fails", tag, err)
		return
	}
	if c := p.tagged(out, f, words, model); c != nil {
		out.add(c)
	}
}

// add appends a column with its parts of indexes (tags.addIndex): of two
// kinds of index of one name the first counts.
func (t *table) add(c *column) {
	t.columns = append(t.columns, c)
	for _, part := range c.indexes {
		i := slices.IndexFunc(t.indexes, func(o Index) bool { return o.Name == part.Name })
		if i < 0 {
			t.indexes = append(t.indexes, Index{Name: part.Name, Unique: part.Unique, Field: c.field})
			i = len(t.indexes) - 1
		}
		t.indexes[i].Columns = append(t.indexes[i].Columns, c.name)
	}
}

func (p *parser) untagged(f *Field, model *Type) *column {
	c := &column{name: p.c.Columns.Name(f.Name), field: f, nullable: true}
	if p.converts(f.Type) {
		c.typ = sqlType{name: "TEXT"}
	} else {
		c.typ = p.typeOf(f, model)
	}
	c.length = c.typ.length
	if f.Type.Kind == reflect.Int64 && strings.EqualFold(f.Name, "ID") {
		c.autoIncr, c.primary, c.nullable = true, true, false
	}
	return c
}

// converts reports whether the field has xorm's convert.Conversion. Fields of
// models can be addressed, so methods of the pointer count; before 1.4 that
// was meant and overlooked.
func (p *parser) converts(t *Type) bool {
	if t.Kind == reflect.Pointer && t.Name == "" {
		has, _ := t.Elem.facts().Conversion()
		return has
	}
	has, byValue := t.facts().Conversion()
	return has && (byValue || !p.c.Version.before(1, 4, 0))
}

// typeOf is the column type of a field's Go type; of a struct that was synced
// before it is that of its key (tags.Parser.getSQLTypeByType).
func (p *parser) typeOf(f *Field, model *Type) sqlType {
	t := f.Type
	if t.Kind == reflect.Pointer {
		t = t.Elem
	}
	if bad := t.unreadable(); bad != nil {
		p.problems = append(p.problems, Problem{Model: model, Field: f, Text: "the column type follows from the Go type, and that cannot be read: " + bad.Trouble, Undecided: bad})
		return sqlType{}
	}
	if before := p.done[t]; before != nil && t.Kind == reflect.Struct && !p.c.Version.before(1, 2, 2) {
		var keys []*column
		for _, c := range before.columns {
			if c.primary {
				keys = append(keys, c)
			}
		}
		switch len(keys) {
		case 0:
		case 1:
			return keys[0].typ
		default:
			p.fail(model, f, `leave it out: xorm:"-"`, "%s has a primary key of more than one column: Sync fails", t.Name)
			return sqlType{}
		}
	}
	return sqlTypeOf(t, p.c.Version)
}

// tagged reads a field with a tag (tags.Parser.parseFieldWithTags); nil: it
// makes no column of its own.
func (p *parser) tagged(out *table, f *Field, words []word, model *Type) *column {
	r := &tagReader{p: p, c: &column{field: f, nullable: true}, words: words, model: model, out: out}
	if !r.read() {
		return nil
	}
	c := r.c
	if c.typ.name == "" {
		switch {
		case c.jsonb:
			c.typ = sqlType{name: "JSONB"}
		case c.json:
			c.typ = sqlType{name: "JSON"}
		default:
			c.typ = p.typeOf(f, model)
		}
	}
	if r.unsigned && slices.Contains(numericWords, c.typ.name) {
		c.typ.name = "UNSIGNED " + c.typ.name
	}
	text := sqlText(p.c.Dialect, c)
	if word, _, _ := strings.Cut(text, "("); slices.Contains(unknownTo(p.c.Dialect), word) || strings.HasPrefix(word, "UNSIGNED ") && p.c.Dialect == "postgres" {
		p.fail(model, f, "name a type that it has", "%s has no type %s: Sync fails", map[string]string{"postgres": "PostgreSQL", "sqlite": "SQLite"}[p.c.Dialect], word)
	}
	if c.length == 0 {
		c.length = c.typ.length
	}
	if c.name == "" {
		c.name = p.c.Columns.Name(f.Name)
	}
	if strings.ContainsAny(c.name, ". \"`") || c.name == "*" {
		p.fail(model, f, "write names in single quotes, and options as docs/xorm.md lists them", "%q is taken for the name of the column, which xorm cannot quote: Sync fails", c.name)
	}
	if strings.Contains(c.name, "(") {
		p.fail(model, f, "parentheses in a tag do not nest", "the word %s is taken for the name of the column", c.name)
	}
	switch {
	case r.unique:
		r.index(c.name, true)
	case r.plain:
		r.index(c.name, false)
	}
	return c
}

func atoi(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
