package gorm

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

// Facts are what a declaration says about a type. Methods are those of the
// pointer to the type, promoted ones included, as GORM asks for them. An error
// says why something cannot be known without running the program.
type Facts interface {
	// Fields are those of a struct, in source order, unexported ones included.
	Fields() []*StructField
	// Time: the type is a struct that converts to time.Time.
	Time() bool
	// TableName is what method TableName returns. ok is false without one.
	TableName(n Naming) (name string, ok bool, err error)
	// Valuer: the type has Value() (driver.Value, error).
	Valuer() bool
	// ZeroValue is the type of what Value returns for the zero value of the
	// type; nil when that is nil or an error.
	ZeroValue() (*Type, error)
	// GormDataType is what the method returns. ok is false without one.
	GormDataType() (name string, ok bool, err error)
	// GormDBDataType is what the method returns for the dialect. ok is false
	// without one.
	GormDBDataType(dialect string, f *Field) (sql string, ok bool, err error)
	// Serializer: the type is a schema.SerializerInterface.
	Serializer() bool
}

// A StructField is a field of a struct.
type StructField struct {
	Name      string
	Type      *Type
	Tag       reflect.StructTag
	Anonymous bool
	Exported  bool
	Origin    any // of the caller: where it was declared
}

// indirect strips pointers.
func (t *Type) indirect() *Type {
	for t.Kind == reflect.Pointer {
		t = t.Elem
	}
	return t
}

// structOf is the struct that a relation of type T, *T, []T, … is about; nil
// when there is none.
func (t *Type) structOf() *Type {
	for t.Kind == reflect.Slice || t.Kind == reflect.Array || t.Kind == reflect.Pointer {
		t = t.Elem
	}
	if t.Kind != reflect.Struct {
		return nil
	}
	return t
}

// String is the type in Go's words, as far as names tell.
func (t *Type) String() string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Kind == reflect.Pointer:
		return "*" + t.Elem.String()
	case t.Kind == reflect.Slice || t.Kind == reflect.Array:
		return "[]" + t.Elem.String()
	case t.Kind == reflect.Invalid:
		return "unknown type"
	}
	return t.Kind.String()
}

func (t *Type) facts() Facts {
	if t.Facts == nil {
		return noFacts{}
	}
	return t.Facts
}

// noFacts are those of a type without methods.
type noFacts struct{}

func (noFacts) Fields() []*StructField                              { return nil }
func (noFacts) Time() bool                                          { return false }
func (noFacts) TableName(Naming) (string, bool, error)              { return "", false, nil }
func (noFacts) Valuer() bool                                        { return false }
func (noFacts) ZeroValue() (*Type, error)                           { return nil, nil }
func (noFacts) GormDataType() (string, bool, error)                 { return "", false, nil }
func (noFacts) GormDBDataType(string, *Field) (string, bool, error) { return "", false, nil }
func (noFacts) Serializer() bool                                    { return false }
