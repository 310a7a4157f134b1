package gorm

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A dataType is gorm's schema.DataType: one of the general ones, the text of
// type:, or empty for what is no column.
type dataType string

const (
	boolType   dataType = "bool"
	intType    dataType = "int"
	uintType   dataType = "uint"
	floatType  dataType = "float"
	stringType dataType = "string"
	timeType   dataType = "time"
	bytesType  dataType = "bytes"
)

// A Field is a field of a model, at any depth of embedding.
type Field struct {
	Name     string // in Go
	DBName   string
	Settings map[string]string // of the gorm tag, keys in upper case; embedding fields add theirs
	Size     int
	Source   *StructField

	path     []string // Go names from the model's struct down to this field
	owner    *model   // the model it is a column of
	embedder *model   // the embedded struct it comes from; nil: the model itself
	embedded *model   // the fields of an embedded struct

	typ          dataType
	kindType     dataType // typ before type: was looked at
	primaryKey   bool
	autoInc      bool
	hasDefault   bool
	defaultText  string
	defaultValue *literal // the default as a value; nil: the text is SQL
	notNull      bool
	unique       bool
	comment      string
	precision    int
	scale        int
	permitted    bool // not shut out by `-`
	noMigration  bool
}

// indirect is the type of the field without pointers.
func (f *Field) indirect() *Type { return f.Source.Type.indirect() }

// parseField reads a field of a struct.
func (m *model) parseField(src *StructField) *Field {
	tag := src.Tag.Get("gorm")
	set := m.p.c.settings(tag, ";")
	f := &Field{
		Name: src.Name, DBName: set["COLUMN"], Settings: set, Source: src,
		path: []string{src.Name}, owner: m, permitted: true,
		primaryKey: truth(set["PRIMARYKEY"], set["PRIMARY_KEY"]),
		autoInc:    truth(set["AUTOINCREMENT"]),
		hasDefault: truth(set["AUTOINCREMENT"]),
		notNull:    truth(set["NOT NULL"], set["NOTNULL"]),
		unique:     truth(set["UNIQUE"]),
		comment:    set["COMMENT"],
	}
	if m.p.c.cutShort(tag) {
		m.fail(f, `take the backslash away`, "the tag ends in a backslash: GORM before 1.31.1 panics")
	}
	valuer := f.indirect().facts().Valuer()
	probe := m.probe(f, valuer)
	m.serializer(f, probe)
	f.numbers()
	m.kind(f, probe)
	if name, ok, err := probe.facts().GormDataType(); ok {
		if err != nil {
			m.undecided(f, "its GormDataType method", err)
		}
		f.typ = dataType(name)
	}
	f.kindType = f.typ
	f.tagType()
	if f.Size == 0 {
		f.Size = kindSize(probe.indirect().Kind)
	}
	f.permissions()
	if f.isEmbedded(valuer) {
		m.embed(f, probe)
	}
	return f
}

// probe is the type that decides: what Value returns for the zero value of a
// Valuer, and of a struct the first field, at any depth. On the way tags of
// those structs become settings of the field.
func (m *model) probe(f *Field, valuer bool) *Type {
	t := f.indirect()
	if !valuer {
		return t
	}
	if _, ok, _ := t.facts().GormDataType(); ok {
		return t
	}
	value, err := t.facts().ZeroValue()
	if err != nil {
		if m.settled(f) {
			value = &Type{Kind: reflect.String} // all that is asked is said already
		} else {
			m.undecided(f, "its Value method", err)
		}
	}
	if value == nil {
		value = t
	}
	return m.firstField(f, value)
}

// settled: the tag or GormDBDataType says the type of the column, and nothing
// asks for the kind of the value: no default that is read by it, no key that
// may count up.
func (m *model) settled(f *Field) bool {
	if f.primaryKey || strings.EqualFold(f.Name, "id") || strings.EqualFold(f.DBName, "id") {
		return false
	}
	if text, ok := f.Settings["DEFAULT"]; ok && !rawDefault(strings.TrimSpace(text)) {
		return false
	}
	if f.decided() {
		return true
	}
	sql, ok, err := f.indirect().facts().GormDBDataType(m.p.c.Dialect, f)
	return ok && err == nil && sql != ""
}

// decided: the tag alone says the type of the column.
func (f *Field) decided() bool { return f.Settings["TYPE"] != "" }

func (m *model) firstField(f *Field, t *Type) *Type {
	s := t.indirect()
	if s.Kind != reflect.Struct || s.facts().Time() {
		return t
	}
	fields := s.facts().Fields()
	for _, inner := range fields {
		for key, value := range m.p.c.settings(inner.Tag.Get("gorm"), ";") {
			if _, ok := f.Settings[key]; !ok {
				f.Settings[key] = value
			}
		}
	}
	if len(fields) == 0 {
		return t
	}
	first := fields[0].Type.indirect()
	if first == s {
		return first
	}
	return m.firstField(f, first)
}

// serializer: what a serializer writes is text unless the kind says otherwise.
func (m *model) serializer(f *Field, probe *Type) {
	name := f.Settings["JSON"]
	if name == "" {
		name = f.Settings["SERIALIZER"]
	}
	if probe.facts().Serializer() || name != "" {
		f.typ = stringType
	}
}

// numbers reads size, precision and scale.
func (f *Field) numbers() {
	if s, ok := f.Settings["SIZE"]; ok {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1
		}
		f.Size = n
	}
	f.precision, _ = strconv.Atoi(f.Settings["PRECISION"])
	f.scale, _ = strconv.Atoi(f.Settings["SCALE"])
	if d, ok := f.Settings["DEFAULT"]; ok {
		f.hasDefault, f.defaultText = true, strings.TrimSpace(d)
	}
}

// kind takes the general type from the kind of the probe, and the default
// with it.
func (m *model) kind(f *Field, probe *Type) {
	t := probe.indirect()
	switch t.Kind {
	case reflect.Bool:
		f.typ = boolType
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.typ = intType
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.typ = uintType
	case reflect.Float32, reflect.Float64:
		f.typ = floatType
	case reflect.String:
		f.typ = stringType
	case reflect.Struct:
		if !t.facts().Time() {
			return
		}
		f.typ = timeType
	case reflect.Array, reflect.Slice:
		if isByte(t.Elem) && f.typ == "" {
			f.typ = bytesType
		}
		return
	case reflect.Invalid:
		if f.decided() || f.typ != "" || f.hidden() {
			return
		}
		m.undecided(f, "its type", problemText(t.Trouble))
		f.typ = stringType
		return
	default:
		return
	}
	m.parseDefault(f)
}

// hidden: the tag says that the field is no column.
func (f *Field) hidden() bool {
	v, ok := f.Settings["-"]
	v = strings.ToLower(strings.TrimSpace(v))
	return ok && (v == "-" || v == "all")
}

// isByte: GORM asks for uint8 itself, not for types made of it.
func isByte(t *Type) bool { return t.Kind == reflect.Uint8 && t.Package == "" }

// tagType lets type: override what was found.
func (f *Field) tagType() {
	text, ok := f.Settings["TYPE"]
	if !ok {
		return
	}
	general := []dataType{boolType, intType, uintType, floatType, stringType, timeType, bytesType}
	f.typ = dataType(text)
	if low := dataType(strings.ToLower(text)); slices.Contains(general, low) {
		f.typ = low
	}
}

func kindSize(k reflect.Kind) int {
	switch k {
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Float64:
		return 64
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return 32
	case reflect.Int16, reflect.Uint16:
		return 16
	case reflect.Int8, reflect.Uint8:
		return 8
	}
	return 0
}

// permissions reads `-`, -> and <- as far as they say that a field is there at
// all.
func (f *Field) permissions() {
	create, update, read := true, true, true
	if v, ok := f.Settings["-"]; ok {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "-":
			create, update, read = false, false, false
			f.typ = ""
		case "all":
			create, update, read = false, false, false
			f.typ, f.noMigration = "", true
		case "migration":
			f.noMigration = true
		}
	}
	if v, ok := f.Settings["->"]; ok {
		create, update, read = false, false, strings.ToLower(v) != "false"
	}
	if v, ok := f.Settings["<-"]; ok {
		create = v == "<-" || strings.Contains(v, "create")
		update = v == "<-" || strings.Contains(v, "update")
	}
	f.permitted = create || update || read
}

func (f *Field) isEmbedded(valuer bool) bool {
	if _, ok := f.Settings["EMBEDDED"]; ok {
		return true
	}
	return f.Source.Anonymous && !valuer && f.kindType != timeType && f.kindType != bytesType && f.permitted
}

// embed takes the fields of a struct for fields of the model.
func (m *model) embed(f *Field, probe *Type) {
	t := probe.indirect()
	switch t.Kind {
	case reflect.Struct:
	case reflect.Invalid:
		m.undecided(f, "its type", problemText(t.Trouble))
		return
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Slice, reflect.Uintptr, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		m.fail(f, "only structs can be embedded", "%s cannot be embedded: it is no struct", f.Source.Type)
		return
	default: // GORM embeds only structs and says nothing about other kinds
		return
	}
	if slices.Contains(m.p.embedding, t) {
		m.fail(f, "leave it out with gorm:\"-\"", "%s embeds itself", t)
		return
	}
	m.p.embedding = append(m.p.embedding, t)
	inner := m.p.parseStruct(t, m.Table, true)
	m.p.embedding = m.p.embedding[:len(m.p.embedding)-1]
	f.permitted = false
	f.embedded = inner
	prefix, prefixed := f.Settings["EMBEDDEDPREFIX"]
	for _, e := range inner.fields {
		e.owner, e.embedder = m, inner
		e.path = append([]string{f.Name}, e.path...)
		if prefixed && e.DBName != "" {
			e.DBName = prefix + e.DBName
		}
		e.demote()
		for k, v := range f.Settings {
			e.Settings[k] = v
		}
	}
}

// demote: a field that is a primary key only by its name is none in an
// embedded struct; the model looks for one by name again.
func (f *Field) demote() {
	if !f.primaryKey || truth(f.Settings["PRIMARYKEY"], f.Settings["PRIMARY_KEY"]) {
		return
	}
	f.primaryKey = false
	if !truth(f.Settings["AUTOINCREMENT"]) {
		f.autoInc = false
	}
	if !f.autoInc && f.defaultText == "" {
		f.hasDefault = false
	}
}
