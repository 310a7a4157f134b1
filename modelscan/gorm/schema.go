package gorm

import (
	"fmt"
	"slices"
	"strings"
)

// A model is gorm's schema.Schema: a struct as it is parsed.
type model struct {
	Name  string // of the Go type; many2many's name for join tables
	Type  *Type
	Table string

	p         *parser
	fields    []*Field
	byName    map[string]*Field
	byPath    map[string]*Field // "Embed.Field"
	byColumn  map[string]*Field
	columns   []string // in order
	primary   []*Field
	priority  *Field // the primary field that counts up
	relations []namedRelation
	failed    bool // a problem was reported; what follows from it is not
}

// A namedRelation is a relation under the name one model knows it by.
type namedRelation struct {
	key string
	*relation
}

// relation finds a relation by the name it is registered under.
func (m *model) relation(key string) *relation {
	for _, r := range m.relations {
		if r.key == key {
			return r.relation
		}
	}
	return nil
}

// setRelation registers a relation, in place of an earlier one of that name.
func (m *model) setRelation(key string, r *relation) {
	for i := range m.relations {
		if m.relations[i].key == key {
			m.relations[i].relation = r
			return
		}
	}
	m.relations = append(m.relations, namedRelation{key, r})
}

// lookUp finds a field by column, by Go name, or by the column its name makes.
func (m *model) lookUp(name string) *Field {
	if f := m.byColumn[name]; f != nil {
		return f
	}
	if f := m.byName[name]; f != nil {
		return f
	}
	if !m.p.c.looksUpByNaming() {
		return nil
	}
	return m.byColumn[m.p.c.Naming.Column(name)]
}

// lookUpNear finds a field by Go name among the neighbours of an embedded one.
func (m *model) lookUpNear(path []string, name string) *Field {
	if !m.p.c.nearNames() {
		return nil
	}
	for i := len(path) - 1; i >= 0; i-- {
		if f := m.byPath[strings.Join(path[:i], ".")+"."+name]; f != nil {
			return f
		}
	}
	return nil
}

func (m *model) fail(f *Field, hint, format string, args ...any) {
	m.failed = true
	m.p.problem(m, f, hint, fmt.Sprintf(format, args...))
}

// undecided reports what only the running program knows.
func (m *model) undecided(f *Field, what string, err error) {
	m.failed = true
	m.p.undecided(m, f, what, err)
}

// A parser holds the models of one run.
type parser struct {
	c         Config
	models    map[*Type]*model
	joins     map[string]*model // by shape: reflect makes equal structs one type
	embedding []*Type
	problems  []Problem
}

func (p *parser) problem(m *model, f *Field, hint, text string) {
	pr := Problem{Model: m.Type, Text: text, Hint: hint}
	if f != nil {
		pr.Field = f.Source
	}
	p.problems = append(p.problems, pr)
}

func (p *parser) undecided(m *model, f *Field, what string, err error) {
	pr := Problem{Model: m.Type, Text: "the column type is decided by the program: " + what + " cannot be read: " + err.Error(), Undecided: f.indirect()}
	if f != nil {
		pr.Field = f.Source
	}
	p.problems = append(p.problems, pr)
}

// parse reads a struct with its relations, once.
func (p *parser) parse(t *Type) *model {
	if m := p.models[t]; m != nil {
		return m
	}
	return p.parseStruct(t, p.tableName(t), false)
}

func (p *parser) tableName(t *Type) string {
	name, ok, err := t.facts().TableName(p.c.Naming)
	switch {
	case err != nil:
		p.problems = append(p.problems, Problem{Model: t, Text: "the name of the table is decided by the program: " + err.Error(),
			Hint: "let TableName return a constant, or name the table with //gen:table"})
		return t.Name
	case ok:
		return name
	case strings.Contains(t.Name, "["):
		p.problems = append(p.problems, Problem{Model: t, Text: "generic struct " + t.Name + " has no name that a table could have",
			Hint: "give it a method TableName"})
	}
	return p.c.Naming.Table(t.Name)
}

// parseStruct reads the fields of a struct, and of a model the relations.
func (p *parser) parseStruct(t *Type, table string, embedded bool) *model {
	m := &model{Name: t.Name, Type: t, Table: table, p: p, byName: map[string]*Field{}, byPath: map[string]*Field{}, byColumn: map[string]*Field{}}
	for _, src := range t.facts().Fields() {
		if !src.Exported {
			continue
		}
		f := m.parseField(src)
		if f.embedded != nil {
			m.fields = append(m.fields, f.embedded.fields...)
			continue
		}
		m.fields = append(m.fields, f)
	}
	for _, f := range m.fields {
		m.register(f)
	}
	m.findPrimary()
	m.autoIncrement()
	if embedded {
		return m
	}
	p.models[t] = m
	p.relationsOf(m)
	return m
}

// register makes a field known under its names. Of two fields with one column
// the one with the shorter path is the column, else the first.
func (m *model) register(f *Field) {
	if f.DBName == "" && f.typ != "" {
		f.DBName = m.p.c.Naming.Column(f.Name)
	}
	path := strings.Join(f.path, ".")
	if f.DBName != "" {
		old := m.byColumn[f.DBName]
		if old == nil || f.permitted && len(f.path) < len(old.path) {
			if old == nil {
				m.columns = append(m.columns, f.DBName)
			}
			m.byColumn[f.DBName], m.byName[f.Name], m.byPath[path] = f, f, f
			if old != nil && old.primaryKey {
				m.primary = slices.DeleteFunc(m.primary, func(k *Field) bool { return k.DBName == old.DBName })
			}
			if f.primaryKey {
				m.primary = append(m.primary, f)
			}
		}
	}
	if have := m.byName[f.Name]; have == nil || have.Settings["-"] == "-" {
		m.byName[f.Name] = f
	}
	if have := m.byPath[path]; have == nil || have.Settings["-"] == "-" {
		m.byPath[path] = f
	}
}

// findPrimary: without a tagged key, the field of column or name id is it.
func (m *model) findPrimary() {
	id := m.lookUp("id")
	if id == nil {
		id = m.lookUp("ID")
	}
	switch {
	case id == nil:
	case id.primaryKey:
		m.priority = id
	case len(m.primary) == 0:
		id.primaryKey = true
		m.primary = append(m.primary, id)
		m.priority = id
	}
	if m.priority != nil {
		return
	}
	if len(m.primary) == 1 {
		m.priority = m.primary[0]
		return
	}
	if !m.p.c.countingKey() {
		return
	}
	for _, f := range m.primary {
		if f.autoInc {
			m.priority = f
			return
		}
	}
}

// autoIncrement: a primary key of whole numbers counts up unless the tag says
// anything about it.
func (m *model) autoIncrement() {
	f := m.priority
	if f == nil || f.kindType != intType && f.kindType != uintType {
		return
	}
	if _, said := f.Settings["AUTOINCREMENT"]; !said {
		f.hasDefault, f.autoInc = true, true
	}
}

// relationsOf reads the relations of a model: the fields that are no columns.
func (p *parser) relationsOf(m *model) {
	var fields []*Field
	for _, f := range m.fields {
		if f.typ == "" && (f.kindType == "" || !m.p.c.kindIsNoRelation()) && f.permitted {
			fields = append(fields, f)
			m.byName[f.Name] = f
			m.byPath[strings.Join(f.path, ".")] = f
		}
	}
	for _, f := range fields {
		if m.failed {
			return
		}
		m.parseRelation(f)
	}
}
