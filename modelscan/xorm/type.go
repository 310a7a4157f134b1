package xorm

import "reflect"

// A Type is a Go type as package reflect shows it. Types are compared by
// pointer: the same Go type is the same *Type.
type Type struct {
	Kind    reflect.Kind // Invalid: the type could not be read, Trouble says why
	Name    string       // "User", "Box[int]"; empty for types without a name
	Package string       // import path; empty for predeclared types
	Elem    *Type        // of pointers, slices, arrays and maps
	Trouble string
	Facts   Facts // nil: no fields and no methods
	Origin  any   // of the caller
}

// Facts are what declarations say about a type. Methods are those of the
// pointer to the type, promoted ones included. An error says why something
// cannot be known without running the program.
type Facts interface {
	// Fields are those of a struct, in source order, unexported ones included.
	Fields() []*Field
	// Time: the type is a struct that converts to time.Time.
	Time() bool
	// Conversion: the type has FromDB([]byte) error and ToDB() ([]byte, error);
	// byValue: none of them needs a pointer.
	Conversion() (has, byValue bool)
	// SQLType is the column type that the configuration names for the type.
	SQLType() string
	// TableName and TableComment are what the methods return; ok is false
	// without one.
	TableName() (name string, ok bool, err error)
	TableComment() (text string, ok bool, err error)
	// TableIndices are the indexes that the method returns; ok is false without
	// one.
	TableIndices() (list []Index, ok bool, err error)
}

// A Field is a field of a struct.
type Field struct {
	Name     string
	Type     *Type
	Tag      reflect.StructTag
	Exported bool
	Origin   any // of the caller: where it was declared
}

func (t *Type) facts() Facts {
	if t.Facts == nil {
		return noFacts{}
	}
	return t.Facts
}

// noFacts are those of a type without fields and methods.
type noFacts struct{}

func (noFacts) Fields() []*Field                     { return nil }
func (noFacts) Time() bool                           { return false }
func (noFacts) Conversion() (bool, bool)             { return false, false }
func (noFacts) SQLType() string                      { return "" }
func (noFacts) TableName() (string, bool, error)     { return "", false, nil }
func (noFacts) TableComment() (string, bool, error)  { return "", false, nil }
func (noFacts) TableIndices() ([]Index, bool, error) { return nil, false, nil }

// A sqlType is xorm's schemas.SQLType.
type sqlType struct {
	name   string
	length int64 // the default one
	asIs   bool  // from the configuration: the name is SQL
}

// sqlTypeOf is xorm's Type2SQLType: the type follows from the kind, and of
// structs from what they convert to.
func sqlTypeOf(t *Type, v Version) sqlType {
	if text := t.facts().SQLType(); text != "" {
		return sqlType{name: text, asIs: true}
	}
	switch t.Kind {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return sqlType{name: "INT"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return sqlType{name: "UNSIGNED INT"}
	case reflect.Int64:
		return sqlType{name: "BIGINT"}
	case reflect.Uint64:
		return sqlType{name: "UNSIGNED BIGINT"}
	case reflect.Float32:
		return sqlType{name: "FLOAT"}
	case reflect.Float64:
		return sqlType{name: "DOUBLE"}
	case reflect.Complex64, reflect.Complex128:
		return sqlType{name: "VARCHAR", length: 64}
	case reflect.Array, reflect.Slice, reflect.Map:
		if isByte(t.Elem) {
			return sqlType{name: "BLOB"}
		}
	case reflect.Bool:
		return sqlType{name: "BOOL"}
	case reflect.String:
		return sqlType{name: "VARCHAR", length: 255}
	case reflect.Struct:
		return structType(t, v)
	case reflect.Pointer:
		return sqlTypeOf(t.Elem, v)
	}
	return sqlType{name: "TEXT"}
}

// isByte: a named byte type is another type to reflect.
func isByte(t *Type) bool { return t != nil && t.Kind == reflect.Uint8 && t.Package == "" }

// nullTypes are the types of database/sql that xorm knows, by their one field
// beside Valid; a struct with the same fields converts to them.
var nullTypes = []struct {
	name, field string
	kind        reflect.Kind
	sql         sqlType
}{
	{"NullFloat64", "Float64", reflect.Float64, sqlType{name: "DOUBLE"}},
	{"NullString", "String", reflect.String, sqlType{name: "VARCHAR", length: 255}},
	{"NullInt32", "Int32", reflect.Int32, sqlType{name: "INTEGER"}},
	{"NullInt64", "Int64", reflect.Int64, sqlType{name: "BIGINT"}},
	{"NullBool", "Bool", reflect.Bool, sqlType{name: "BOOLEAN"}},
}

func structType(t *Type, v Version) sqlType {
	if t.facts().Time() {
		return sqlType{name: "DATETIME"}
	}
	if v.before(1, 2, 2) {
		return sqlType{name: "TEXT"}
	}
	fields := t.facts().Fields()
	for _, n := range nullTypes {
		if t.Package == "database/sql" && t.Name == n.name {
			return n.sql
		}
		if len(fields) == 2 && plain(fields[0], n.field, n.kind) && plain(fields[1], "Valid", reflect.Bool) {
			return n.sql
		}
	}
	return sqlType{name: "TEXT"}
}

func plain(f *Field, name string, kind reflect.Kind) bool {
	return f.Name == name && f.Type.Kind == kind && f.Type.Package == ""
}

// unreadable is the type among those that decide which could not be read, or
// nil.
func (t *Type) unreadable() *Type {
	for depth := 0; t != nil && depth < 64; depth++ {
		if t.facts().SQLType() != "" {
			return nil
		}
		switch t.Kind {
		case reflect.Invalid:
			return t
		case reflect.Pointer:
			t = t.Elem
		case reflect.Array, reflect.Slice, reflect.Map: // bytes, or not
			if t.Elem == nil || t.Elem.Kind != reflect.Invalid {
				return nil
			}
			t = t.Elem
		default:
			return nil
		}
	}
	return nil
}
