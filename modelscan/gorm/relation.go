package gorm

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jinzhu/inflection"
)

type relationKind int

const (
	belongsTo relationKind = iota + 1
	hasOne
	hasMany
	manyToMany
	has // one or many is not settled yet
)

// A relation is gorm's schema.Relationship.
type relation struct {
	name        string
	kind        relationKind
	field       *Field
	model       *model // that declares it
	other       *model // that it is about
	join        *model // of many2many
	polymorphic bool
	refs        []reference

	foreignKeys, primaryKeys []string // foreignKey: and references:
}

// A reference is one pair of key and foreign key.
type reference struct {
	primary    *Field // nil: the foreign key holds value
	value      string
	foreign    *Field
	ownPrimary bool // the key is that of the model which declares the relation
}

func (m *model) parseRelation(f *Field) {
	t := f.Source.Type.structOf()
	if t == nil {
		m.noColumn(f)
		return
	}
	r := &relation{
		name: f.Name, field: f, model: m,
		foreignKeys: nameList(f.Settings["FOREIGNKEY"]),
		primaryKeys: nameList(f.Settings["REFERENCES"]),
	}
	if t.Name == "" {
		m.fail(f, "give the struct a name, or say how it is stored: gorm:\"serializer:json\"", "an anonymous struct is no model")
		return
	}
	r.other = m.p.parse(t)
	switch {
	case m.p.c.isPolymorphic(f.Settings):
		m.polymorphicRelation(r)
	case f.Settings["MANY2MANY"] != "":
		m.manyToMany(r, f.Settings["MANY2MANY"])
	case f.Settings["BELONGSTO"] != "":
		m.guess(r, guessBelongs)
	case f.indirect().Kind == reflect.Struct:
		m.guess(r, guessAny)
	case f.indirect().Kind == reflect.Slice:
		m.guess(r, guessHas)
	default:
		m.noColumn(f)
	}
	if m.failed {
		return
	}
	if r.kind == has {
		if r.other != m && !r.polymorphic && f.embedder == nil {
			r.other.setRelation("_"+m.Name+"_"+r.name, r)
		}
		r.kind = hasMany
		if f.indirect().Kind == reflect.Struct {
			r.kind = hasOne
		}
	}
	if old := m.relation(r.name); old == nil || len(old.field.path) > 1 || !m.p.c.firstRelation() {
		m.setRelation(r.name, r)
	}
}

// noColumn: neither a column nor a relation.
func (m *model) noColumn(f *Field) {
	t := f.indirect()
	if t.Kind == reflect.Invalid {
		m.undecided(f, "its type", problemText(t.Trouble))
		return
	}
	m.fail(f, `say how it is stored: gorm:"type:…" or gorm:"serializer:json"; or leave it out: gorm:"-"`,
		"%s is neither a column nor a relation: GORM refuses the model", f.Source.Type)
}

func (c *Config) isPolymorphic(set map[string]string) bool {
	if !c.polymorphicParts() {
		return set["POLYMORPHIC"] != ""
	}
	if _, ok := set["POLYMORPHIC"]; ok {
		return true
	}
	_, typ := set["POLYMORPHICTYPE"]
	_, id := set["POLYMORPHICID"]
	return typ && id
}

// polymorphicRelation: the other side has a column for the id and one for the
// name of the table.
func (m *model) polymorphicRelation(r *relation) {
	set := r.field.Settings
	r.polymorphic, r.kind = true, has
	typeName, idName, value := set["POLYMORPHIC"]+"Type", set["POLYMORPHIC"]+"ID", m.Table
	for _, o := range []struct {
		key string
		to  *string
	}{{"POLYMORPHICTYPE", &typeName}, {"POLYMORPHICID", &idName}, {"POLYMORPHICVALUE", &value}} {
		if v, ok := set[o.key]; ok && (o.to == &value || m.p.c.polymorphicParts()) {
			*o.to = strings.TrimSpace(v)
		}
	}
	typ, id := r.other.byName[typeName], r.other.byName[idName]
	for _, n := range []struct {
		f    *Field
		name string
	}{{typ, typeName}, {id, idName}} {
		if n.f == nil {
			m.fail(r.field, "add the field "+n.name+" to "+r.other.Name, "polymorphic relation: %s has no field %s", r.other.Name, n.name)
		}
	}
	key := m.priority
	if len(r.foreignKeys) > 0 {
		key = m.lookUp(r.foreignKeys[0])
	}
	switch {
	case m.failed:
		return
	case key == nil || len(r.foreignKeys) > 1:
		m.fail(r.field, "", "polymorphic relation: %s has no single key to refer to", m.Name)
		return
	}
	r.refs = []reference{{value: value, foreign: typ}, {primary: key, foreign: id, ownPrimary: true}}
	id.takeType(key)
}

// takeType: a foreign key has the type of the key it refers to, and its size
// unless it has one.
func (f *Field) takeType(key *Field) {
	low := strings.ToLower(string(key.typ))
	if !strings.Contains(low, "auto_increment") && !strings.Contains(low, "primary key") {
		f.typ = key.typ
	}
	f.kindType = key.kindType
	if f.Size == 0 {
		f.Size = key.Size
	}
}

// manyToMany makes the join table out of the keys of both sides.
func (m *model) manyToMany(r *relation, table string) {
	r.kind = manyToMany
	own, ok := m.keyFields(r, m, r.foreignKeys, m.primary)
	refer, ok2 := m.keyFields(r, r.other, r.primaryKeys, r.other.primary)
	if !ok || !ok2 {
		return
	}
	keys, ownKeys, referKeys := map[string]*Field{}, map[string]*Field{}, map[string]*Field{}
	var fields []*StructField
	add := func(name string, key *Field) {
		keys[name] = key
		fields = append(fields, &StructField{Name: name, Type: key.Source.Type, Tag: joinTag(key.Source.Tag), Exported: true, Origin: r.field.Source.Origin})
	}
	joinForeign, joinRefs := nameList(r.field.Settings["JOINFOREIGNKEY"]), nameList(r.field.Settings["JOINREFERENCES"])
	for i, key := range own {
		name := title(m.Name) + key.Name
		if i < len(joinForeign) {
			name = title(joinForeign[i])
		}
		ownKeys[name] = key
		add(name, key)
	}
	for i, key := range refer {
		name := title(r.other.Name) + key.Name
		if ownKeys[name] != nil {
			if r.field.Name != r.other.Name {
				name = inflection.Singular(r.field.Name) + key.Name
			} else {
				name += "Reference"
			}
		}
		if i < len(joinRefs) {
			name = title(joinRefs[i])
		}
		referKeys[name] = key
		if keys[name] == nil {
			add(name, key)
		}
	}
	for _, side := range []struct {
		*model
		keys []*Field
	}{{m, own}, {r.other, refer}} {
		if len(side.keys) == 0 {
			m.fail(r.field, "give "+side.Name+" a primary key", "many2many:%s: %s has no key that the join table could refer to: GORM panics", table, side.Name)
			return
		}
	}
	for _, f := range fields {
		if !identifier(f.Name) {
			m.fail(r.field, "", "many2many:%s: %q is no name of a Go field: GORM panics", table, f.Name)
			return
		}
	}
	j := m.p.joinModel(m, r, fields)
	j.Name, j.Table, j.primary = table, m.p.c.Naming.JoinTable(table), nil
	r.join = j
	m.joinReferences(r, keys, ownKeys, referKeys)
}

// keyFields are the fields that names list, or those given.
func (m *model) keyFields(r *relation, of *model, names []string, otherwise []*Field) ([]*Field, bool) {
	if len(names) == 0 {
		return otherwise, true
	}
	var list []*Field
	for _, name := range names {
		f := of.lookUp(name)
		if f == nil {
			m.fail(r.field, "", "%s has no field %s", of.Name, name)
			return nil, false
		}
		list = append(list, f)
	}
	return list, true
}

// joinModel parses the join struct. Relations with equal join structs share
// one model, as equal structs are one type to reflect.
func (p *parser) joinModel(m *model, r *relation, fields []*StructField) *model {
	var shape strings.Builder
	for _, f := range fields {
		shape.WriteString(f.Name + " " + typeKey(f.Type) + " " + string(f.Tag) + ";")
	}
	shape.WriteString(m.Name + r.field.Name + " " + typeKey(m.Type))
	if j := p.joins[shape.String()]; j != nil {
		return j
	}
	t := &Type{Kind: reflect.Struct, Facts: joinFacts{fields: fields}, Origin: m.Type.Origin}
	j := p.parseStruct(t, p.c.Naming.Table(""), false)
	p.joins[shape.String()] = j
	return j
}

func typeKey(t *Type) string {
	if t.Name == "" && t.Elem != nil {
		return t.Kind.String() + " " + typeKey(t.Elem)
	}
	return t.Package + "." + t.Name + " " + t.Kind.String()
}

// joinFacts are those of a join struct.
type joinFacts struct {
	noFacts
	fields []*StructField
}

func (j joinFacts) Fields() []*StructField { return j.fields }

// joinReferences gives the join table its types, its key and its two
// relations.
func (m *model) joinReferences(r *relation, keys, ownKeys, referKeys map[string]*Field) {
	j := r.join
	name, otherName := m.Name, r.other.Name
	if name == otherName {
		otherName = r.field.Name
	}
	side := func(name string, other *model) *relation {
		if rel := j.relation(name); rel != nil {
			rel.refs = nil
			return rel
		}
		rel := &relation{name: name, kind: belongsTo, model: j, other: other}
		j.setRelation(name, rel)
		return rel
	}
	ownSide, otherSide := side(name, m), side(otherName, r.other)
	for _, f := range j.fields {
		if !f.permitted {
			continue
		}
		f.takeType(keys[f.Name])
		j.primary = append(j.primary, f)
		if key := ownKeys[f.Name]; key != nil {
			ownSide.field = r.field
			ownSide.refs = append(ownSide.refs, reference{primary: key, foreign: f})
			r.refs = append(r.refs, reference{primary: key, foreign: f, ownPrimary: true})
		}
		if key := referKeys[f.Name]; key != nil {
			if otherSide.field == nil {
				otherSide.field = r.field
			}
			otherSide.refs = append(otherSide.refs, reference{primary: key, foreign: f})
			r.refs = append(r.refs, reference{primary: key, foreign: f})
		}
	}
}

// title writes the first letter as a capital.
func title(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToTitle(r)) + s[n:]
}

func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// A guessLevel is what a relation is taken for at first.
type guessLevel int

const (
	guessAny guessLevel = iota
	guessBelongs
	guessEmbeddedBelongs
	guessHas
	guessEmbeddedHas
)

// guess finds the fields that make a relation, trying one kind after the
// other from the level on.
func (m *model) guess(r *relation, level guessLevel) {
	for at := level; at <= guessEmbeddedHas; at++ {
		if m.guessAt(r, at) {
			return
		}
	}
	m.fail(r.field, "name the key with foreignKey: and references:, or leave the field out: gorm:\"-\"",
		"no foreign key is found for the relation to %s: GORM refuses the model", r.other.Name)
}

func (m *model) guessAt(r *relation, at guessLevel) bool {
	gl := at
	if gl == guessAny {
		gl = guessHas
		if r.field.owner == r.other {
			gl = guessBelongs
		}
	}
	embedder := r.field.embedder
	if (gl == guessEmbeddedBelongs || gl == guessEmbeddedHas) && embedder == nil {
		return false
	}
	primarySide, foreignSide := m, r.other
	switch gl {
	case guessBelongs:
		primarySide, foreignSide = r.other, m
	case guessEmbeddedBelongs:
		primarySide, foreignSide = r.other, embedder
	case guessEmbeddedHas:
		primarySide = embedder
	}
	primaries, foreigns, ok := m.guessKeys(r, gl, primarySide, foreignSide)
	if !ok || len(foreigns) == 0 {
		return false
	}
	if primaries, ok = matchKeys(r, primarySide, primaries, foreigns); !ok {
		return false
	}
	for i, f := range foreigns {
		f.takeType(primaries[i])
		r.refs = append(r.refs, reference{
			primary: primaries[i], foreign: f,
			ownPrimary: m == primarySide && gl == guessHas || embedder == primarySide && gl == guessEmbeddedHas,
		})
	}
	r.kind = belongsTo
	if gl == guessHas || gl == guessEmbeddedHas {
		r.kind = has
	}
	return true
}

// guessKeys finds the foreign keys by foreignKey:, else by their names.
func (m *model) guessKeys(r *relation, gl guessLevel, primarySide, foreignSide *model) (primaries, foreigns []*Field, ok bool) {
	if len(r.foreignKeys) > 0 {
		for _, name := range r.foreignKeys {
			f := foreignSide.lookUp(name)
			if f == nil {
				return nil, nil, false
			}
			foreigns = append(foreigns, f)
		}
		return nil, foreigns, true
	}
	candidates := primarySide.primary
	if len(r.primaryKeys) > 0 {
		candidates = nil
		for _, name := range r.primaryKeys {
			if f := primarySide.lookUp(name); f != nil {
				candidates = append(candidates, f)
			}
		}
	}
	primaries = slices.Clone(candidates)
	for _, key := range candidates {
		stem := primarySide.Name
		if stem == "" {
			stem = r.other.Name
		}
		if gl == guessBelongs {
			stem = r.field.Name
		}
		names := []string{stem + key.Name}
		if len(candidates) == 1 {
			names = append(names, stem+"ID", stem+"Id", m.p.c.Naming.Column(stem+"ID"))
		}
		f := firstFound(names, func(name string) *Field { return foreignSide.lookUpNear(r.field.path, name) })
		if f == nil {
			f = firstFound(names, foreignSide.lookUp)
		}
		if f != nil {
			foreigns = append(foreigns, f)
			primaries = append(primaries, key)
		}
	}
	return primaries, foreigns, true
}

func firstFound(names []string, find func(string) *Field) *Field {
	for _, name := range names {
		if f := find(name); f != nil {
			return f
		}
	}
	return nil
}

// matchKeys pairs the foreign keys with keys: those of references:, else the
// primary key.
func matchKeys(r *relation, side *model, primaries, foreigns []*Field) ([]*Field, bool) {
	switch {
	case len(r.primaryKeys) > 0:
		for i, name := range r.primaryKeys {
			f := side.lookUp(name)
			switch {
			case f == nil:
				return nil, false
			case len(primaries) < i+1:
				primaries = append(primaries, f)
			case f != primaries[i]:
				return nil, false
			}
		}
	case len(primaries) == 0:
		switch {
		case len(foreigns) == 1 && side.priority != nil:
			primaries = []*Field{side.priority}
		case len(side.primary) == len(foreigns):
			primaries = slices.Clone(side.primary)
		default:
			return nil, false
		}
	}
	if len(primaries) < len(foreigns) {
		return nil, false
	}
	return primaries, true
}
