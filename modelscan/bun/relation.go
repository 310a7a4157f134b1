package bun

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A relation is what a field with rel: says, as far as a table shows it.
type relation struct {
	field    *Field
	other    *model
	base     []*Field // of the model
	join     []*Field // of the other
	onUpdate string
	onDelete string
	refers   bool // belongs-to and has-one, which make foreign keys
}

// readRelations is Table.initRelations.
func (m *model) readRelations() {
	m.keys = map[string]*relation{}
	if m.failed {
		return
	}
	for _, f := range m.relations {
		kind, rel := f.Tag.Option("rel")
		if t := f.typ.element(); t.Trouble != "" {
			m.unreadableRelation(f, t, kind)
			continue
		}
		if m.keys[f.GoName] != nil {
			m.fail(f, "", "two relations are named %s: bun panics", f.GoName)
			continue
		}
		switch {
		case !rel:
			m.manyToMany(f)
		case kind == "belongs-to":
			m.keys[f.GoName] = m.belongsTo(f)
		case kind == "has-one":
			m.keys[f.GoName] = m.hasOne(f)
		case kind == "has-many":
			m.hasMany(f)
		default:
			m.fail(f, "relations are belongs-to, has-one and has-many", "rel:%s is no relation: bun panics", kind)
		}
	}
}

// unreadableRelation: only the foreign keys of belongs-to and has-one depend on
// the struct at the other end; of m2m the junction is all that matters.
func (m *model) unreadableRelation(f *Field, t *Type, kind string) {
	keys := m.p.c.ForeignKeys || m.p.c.ForeignKeysOf[m.Type]
	switch {
	case keys && (kind == "belongs-to" || kind == "has-one"):
		m.fail(f, "leave foreign_keys out, or fetch the module", "its foreign key needs a type that cannot be read: %s", t.Trouble)
	case f.Tag.Has("m2m"):
		m.junctionOf(f)
	}
}

// element is the struct of a relation of type T, *T, []T, []*T.
func (t *Type) element() *Type {
	t = t.indirect()
	if t.Kind == reflect.Slice {
		t = t.Elem.indirect()
	}
	return t
}

// joins reads join:base=other[,…]; it is nil without the option, and ok is
// false after a report.
func (m *model) joins(f *Field) (pairs [][2]string, ok bool) {
	parts := f.Tag.Options["join"]
	if len(parts) == 1 {
		parts = strings.Split(parts[0], ",")
	}
	for _, part := range parts {
		pair := strings.Split(strings.TrimSpace(part), "=")
		if len(pair) != 2 {
			m.fail(f, "write join:column=column_of_the_other", "join:%s cannot be read: bun panics", part)
			return nil, false
		}
		pairs = append(pairs, [2]string{pair[0], pair[1]})
	}
	return pairs, true
}

// related is the model of a relation to one struct.
func (m *model) related(f *Field, t *Type) *model {
	if t.Kind != reflect.Struct {
		m.fail(f, "", "a relation to %s: bun panics", t)
		return nil
	}
	return m.p.model(t)
}

func (m *model) needsKey(f *Field, of *model) bool {
	if len(of.primary) > 0 {
		return true
	}
	m.fail(f, `mark its key: bun:",pk"`, "the relation needs a primary key of %s: bun panics", of.Type)
	return false
}

// column is the field of a column that a relation needs.
func (m *model) column(f *Field, of *model, names ...string) *Field {
	for _, name := range names {
		if c := of.byName[name]; c != nil {
			return c
		}
	}
	m.fail(f, "write join:column=column_of_the_other", "the relation needs column %s of %s: bun panics", names[0], of.Type)
	return nil
}

// pair adds a pair of columns; it is false after a report.
func (r *relation) pair(base, join *Field) bool {
	if base == nil || join == nil {
		return false
	}
	r.base, r.join = append(r.base, base), append(r.join, join)
	return true
}

func (m *model) belongsTo(f *Field) *relation {
	other := m.related(f, f.typ)
	if other == nil || !m.needsKey(f, other) {
		return nil
	}
	r := &relation{field: f, other: other, refers: true}
	for _, a := range []struct {
		key string
		to  *string
	}{{"on_update", &r.onUpdate}, {"on_delete", &r.onDelete}} {
		if v := f.Tag.Options[a.key]; len(v) > 1 {
			m.fail(f, "", "%s stands twice: bun panics", a.key)
			return nil
		}
		*a.to = strings.ToUpper(lastOption(f.Tag, a.key))
	}
	pairs, ok := m.joins(f)
	if !ok {
		return nil
	}
	for _, pair := range pairs {
		if !r.pair(m.column(f, m, pair[0]), m.column(f, other, pair[1])) {
			return nil
		}
	}
	if pairs != nil {
		return r
	}
	for _, key := range other.primary {
		if !r.pair(m.column(f, m, Underscore(f.GoName)+"_"+key.Name, key.Name), key) {
			return nil
		}
	}
	return r
}

func (m *model) hasOne(f *Field) *relation {
	if !m.needsKey(f, m) {
		return nil
	}
	other := m.related(f, f.typ)
	if other == nil {
		return nil
	}
	r := &relation{field: f, other: other, refers: true}
	if !m.has(f, other, r, "") {
		return nil
	}
	return r
}

func (m *model) hasMany(f *Field) {
	if !m.needsKey(f, m) {
		return
	}
	if f.typ.Kind != reflect.Slice {
		m.fail(f, "", "has-many needs a slice, not %s: bun panics", f.typ)
		return
	}
	other := m.related(f, f.typ.Elem.indirect())
	if other == nil {
		return
	}
	polymorphic := ""
	if f.Tag.Has("polymorphic") {
		polymorphic = m.Stem + "_type"
	}
	m.has(f, other, &relation{field: f, other: other}, polymorphic)
}

// has finds the columns of has-one and has-many, and that of the type of a
// polymorphic relation.
func (m *model) has(f *Field, other *model, r *relation, polymorphic string) bool {
	pairs, ok := m.joins(f)
	if !ok {
		return false
	}
	for _, pair := range pairs {
		if polymorphic != "" && pair[0] == "type" {
			polymorphic = pair[1]
			continue
		}
		if !r.pair(m.column(f, m, pair[0]), m.column(f, other, pair[1])) {
			return false
		}
	}
	if pairs == nil {
		for _, key := range m.primary {
			if !r.pair(key, m.column(f, other, m.Stem+"_"+key.Name, key.Name)) {
				return false
			}
		}
	}
	return polymorphic == "" || m.column(f, other, polymorphic) != nil
}

// manyToMany finds the junction that m2m: names; it makes nothing, but marks
// the junction.
func (m *model) manyToMany(f *Field) {
	if f.typ.Kind != reflect.Slice {
		m.fail(f, "", "m2m needs a slice, not %s: bun panics", f.typ)
		return
	}
	other := m.related(f, f.typ.Elem.indirect())
	if other == nil || !m.needsKey(f, m) || !m.needsKey(f, other) {
		return
	}
	junction := m.junctionOf(f)
	if junction == nil {
		return
	}
	left, right := m.TypeName, other.TypeName
	pairs, ok := m.joins(f)
	if !ok {
		return
	}
	if len(pairs) > 0 {
		left, right = pairs[0][0], pairs[0][1]
	}
	for _, name := range []string{left, right} {
		side := slices.IndexFunc(junction.all, func(g *Field) bool { return g.GoName == name })
		if side < 0 {
			m.fail(f, "write join:LeftField=RightField", "m2m:%s: %s has no field %s: bun panics", junction.Name, junction.Type, name)
			return
		}
	}
}

// junctionOf marks the model that m2m: names.
func (m *model) junctionOf(f *Field) *model {
	table, _ := f.Tag.Option("m2m")
	i := slices.IndexFunc(m.p.registered, func(j *model) bool { return j.Name == table })
	if i < 0 {
		m.fail(f, "add the struct of the junction to models of [bun]; bun needs it as well: db.RegisterModel", "m2m:%s: no model has that table", table)
		return nil
	}
	m.p.registered[i].junction = true
	return m.p.registered[i]
}

// foreignKeys are those of WithForeignKeys, by the Go names of the relations.
func (m *model) foreignKeys() []ForeignKey {
	var list []ForeignKey
	for _, name := range slices.Sorted(maps.Keys(m.keys)) {
		r := m.keys[name]
		if r == nil || !m.references(r) {
			continue
		}
		list = append(list, ForeignKey{Columns: names(r.base), RefTable: r.other.Table, RefColumns: names(r.join),
			OnUpdate: r.onUpdate, OnDelete: r.onDelete, Field: r.field.Source})
	}
	return list
}

// references is Relation.References. From 1.2.10 on columns of the primary
// key refer to others only in a junction; the field knows the struct that
// declares it, not the one it is embedded in.
func (m *model) references(r *relation) bool {
	if !r.refers || m.p.c.Version.Before(1, 2, 10) {
		return r.refers
	}
	allKeys, noKeys := true, true
	for _, f := range r.base {
		allKeys = allKeys && f.pk
		noKeys = noKeys && !f.pk
	}
	return noKeys || allKeys && r.field.model.junction
}
