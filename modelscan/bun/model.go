package bun

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A model is bun's schema.Table: a struct as it is parsed.
type model struct {
	Type     *Type
	TypeName string // exported; extend takes it from the struct it extends, and the others too
	Stem     string // the name of the type as columns of others spell it
	Name     string // of the table, as m2m: finds it
	Table    string // of the table, as SQL names it

	p         *parser
	all       []*Field // columns, scanonly ones and relations
	fields    []*Field // columns, in order
	primary   []*Field
	relations []*Field
	byName    map[string]*Field // of columns and scanonly fields, by column and by alt:
	unique    map[string][]*Field
	keys      map[string]*relation // by Go name
	junction  bool                 // some m2m: names it
	started   bool
	failed    bool
}

// A Field is a field of a model.
type Field struct {
	Source *StructField
	Tag    Tag
	GoName string
	Name   string // of the column, with the prefixes of embedding

	model         *model // that declares it
	typ           *Type  // without a pointer
	index         []int
	pk            bool
	notNull       bool
	autoIncrement bool
	identity      bool
	def           string
	discovered    string
	userType      string
	createType    string
	undecided     *Type // why there is none
}

// A parser holds the models of one run.
type parser struct {
	c          Config
	models     map[*Type]*model
	registered []*model
	problems   []Problem
}

func (m *model) fail(f *Field, hint, format string, args ...any) {
	m.failed = true
	m.p.add(m, f, Problem{Hint: hint, Text: fmt.Sprintf(format, args...)})
}

func (m *model) warn(f *Field, hint, format string, args ...any) {
	m.p.add(m, f, Problem{Hint: hint, Text: fmt.Sprintf(format, args...), Warning: true})
}

func (p *parser) add(m *model, f *Field, pr Problem) {
	pr.Model = m.Type
	if f != nil {
		pr.Field = f.Source
	}
	p.problems = append(p.problems, pr)
}

// model reads the fields of a struct, once. A struct that is just being read
// is returned as far as it is known, as bun does.
func (p *parser) model(t *Type) *model {
	m := p.models[t]
	if m == nil {
		m = &model{Type: t, p: p, byName: map[string]*Field{}}
		p.models[t] = m
	}
	if m.started {
		return m
	}
	m.started = true
	m.TypeName = exported(t.Name)
	m.Stem = Underscore(t.Name)
	m.setName(p.c.TableName(t.Name))
	if p.c.Version.Before(1, 2, 0) {
		m.readFields11(t, "", nil, nil)
	} else {
		m.readFields()
	}
	return m
}

func (m *model) setName(name string) { m.Name, m.Table = name, name }

// isBaseModel reports whether a field is the embedded bun.BaseModel.
func isBaseModel(f *StructField) bool {
	return f.Anonymous && f.Name == "BaseModel" && (f.Type.is("github.com/uptrace/bun/schema.BaseModel") || f.Type.is("github.com/uptrace/bun.BaseModel"))
}

// baseModel reads the tag of the embedded bun.BaseModel.
func (m *model) baseModel(src *StructField) {
	tag := ParseTag(src.Tag.Get("bun"))
	f := &Field{Source: src}
	if slices.Contains(TableOptions(), tag.Name) {
		m.warn(f, "write table:"+tag.Name+" if that is meant", "%s is the name of the table here, not an option", tag.Name)
	}
	m.unknownOptions(f, tag, TableOptions())
	if tag.Name != "" {
		m.setName(tag.Name)
	}
	if s, ok := tag.Option("table"); ok {
		m.setName(s)
	}
}

func (m *model) unknownOptions(f *Field, tag Tag, known []string) {
	for _, key := range slices.Sorted(maps.Keys(tag.Options)) {
		if !slices.Contains(known, key) {
			m.warn(f, "options are "+strings.Join(known, ", "), "bun passes over the option %q", key)
		}
	}
}

// An embedded field is one of a struct that stands in the model.
type embeddedField struct {
	prefix string
	index  int
	*Field
}

// readFields is Table.processFields of bun 1.2 and later.
func (m *model) readFields() {
	own := map[string]bool{}
	var embedded []embeddedField
	for i, src := range m.Type.fields() {
		tagText := src.Tag.Get("bun")
		if tagText == "-" {
			own[src.Name] = true
			continue
		}
		tag := ParseTag(tagText)
		if !src.Exported && !src.Anonymous {
			continue
		}
		prefix, embed := tag.Option("embed")
		switch {
		case isBaseModel(src):
			m.baseModel(src)
		case src.Anonymous:
			t := src.Type.indirect()
			if m.unreadable(src, t) || t.Kind != reflect.Struct {
				continue
			}
			part := m.p.model(t)
			for _, f := range part.all {
				embedded = append(embedded, embeddedField{"", i, f})
			}
			if tag.Has("inherit") || tag.Has("extend") {
				m.TypeName, m.Stem, m.Name, m.Table = part.TypeName, part.Stem, part.Name, part.Table
			}
		case embed:
			t := src.Type.indirect()
			if m.unreadable(src, t) {
				continue
			}
			if t.Kind != reflect.Struct {
				m.fail(&Field{Source: src}, "", "embed: %s is no struct: bun panics", t)
				continue
			}
			for _, f := range m.p.model(t).all {
				embedded = append(embedded, embeddedField{prefix, i, f})
			}
		default:
			f := m.newField(src, tag, "")
			f.index = []int{i}
			if groups, ok := tag.uniqueGroups(); ok {
				m.addUnique(f, "", groups)
			}
			m.addField(f)
			own[f.Name] = true
			if f.typ.Kind == reflect.Struct && f.typ.Own {
				m.p.model(f.typ) // bun reads it now; what embeds this struct sees the fields so far
			}
		}
	}
	m.addEmbedded(own, embedded)
	if len(embedded) > 0 && !m.p.c.Version.Before(1, 2, 8) {
		for _, list := range [][]*Field{m.all, m.fields, m.primary} {
			slices.SortStableFunc(list, func(a, b *Field) int {
				n := min(len(a.index), len(b.index))
				return slices.Compare(a.index[:n], b.index[:n])
			})
		}
	}
}

// unreadable reports an embedded type that cannot be read: its columns are
// not known.
func (m *model) unreadable(src *StructField, t *Type) bool {
	if t.Trouble == "" {
		return false
	}
	m.fail(&Field{Source: src}, "", "the embedded type %s cannot be read: %s", t, t.Trouble)
	return true
}

// addEmbedded takes over the fields of embedded structs, but for those that
// are ambiguous: the model's own go first, and of several only one with a tag.
func (m *model) addEmbedded(own map[string]bool, embedded []embeddedField) {
	count, tagged := map[string]int{}, map[string]int{}
	for name := range own {
		count[name]++
		tagged[name]++
	}
	for _, e := range embedded {
		count[e.prefix+e.Name]++
		if !e.Tag.isZero() {
			tagged[e.prefix+e.Name]++
		}
	}
	for _, e := range embedded {
		name := e.prefix + e.Name
		if m.p.c.Version.Before(1, 2, 11) {
			name = e.Name
		}
		if count[name] > 1 && (e.Tag.isZero() || tagged[name] != 1) {
			continue
		}
		f := *e.Field
		f.index = append([]int{e.index}, e.Field.index...)
		f.Name = e.prefix + e.Name
		m.addField(&f)
		if groups, ok := f.Tag.uniqueGroups(); ok && !m.p.c.Version.Before(1, 2, 6) {
			m.addUnique(&f, e.prefix, groups)
		}
	}
}

func (m *model) addUnique(f *Field, prefix string, groups []string) {
	if m.unique == nil {
		m.unique = map[string][]*Field{}
	}
	for _, g := range groups {
		if g != "" {
			g = prefix + g
		}
		m.unique[g] = append(m.unique[g], f)
	}
}

func (m *model) addField(f *Field) {
	m.all = append(m.all, f)
	if f.Tag.Has("rel") || f.Tag.Has("m2m") {
		m.relations = append(m.relations, f)
		return
	}
	m.byName[f.Name] = f
	if alt, ok := f.Tag.Option("alt"); ok {
		m.byName[alt] = f
	}
	if f.Tag.Has("scanonly") {
		return
	}
	m.fields = append(m.fields, f)
	if f.pk {
		m.primary = append(m.primary, f)
	}
}

// newField reads the tag of a field.
func (m *model) newField(src *StructField, tag Tag, prefix string) *Field {
	name := Underscore(src.Name)
	f := &Field{Source: src, Tag: tag, GoName: src.Name, model: m, typ: src.Type.indirect()}
	if tag.Name != "" && tag.Name != name {
		if slices.Contains(FieldOptions(), tag.Name) {
			m.warn(f, "write \","+tag.Name+"\" if the option is meant", "%s is the name of the column here, not an option", tag.Name)
		}
		name = tag.Name
	}
	// Releases 1.2.0 to 1.2.3 had lost the option.
	if s, ok := tag.Option("column"); ok && (m.p.c.Version.Before(1, 2, 0) || !m.p.c.Version.Before(1, 2, 4)) {
		name = s
	}
	f.Name = prefix + name
	m.unknownOptions(f, tag, FieldOptions())
	if tag.Has("join") && !tag.Has("rel") && !tag.Has("m2m") {
		m.warn(f, "write rel:belongs-to, rel:has-one, rel:has-many or m2m: beside it", "join: without rel: says nothing")
	}
	f.pk = tag.Has("pk")
	f.autoIncrement = tag.Has("autoincrement")
	f.identity = tag.Has("identity")
	f.notNull = tag.Has("notnull") || f.pk || f.autoIncrement && !m.p.c.Version.Before(1, 2, 12)
	f.def, _ = tag.Option("default")
	f.userType = cmp.Or(lastOption(tag, "type"), f.typ.SQL)
	f.discovered = m.p.discover(f.typ)
	if f.userType == "" && !tag.Has("composite") && !tag.Has("hstore") {
		f.undecided = f.typ.unreadable()
	}
	return f
}

func lastOption(tag Tag, key string) string {
	s, _ := tag.Option(key)
	return s
}
