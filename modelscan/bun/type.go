package bun

import "reflect"

// A Type is a Go type as package reflect shows it. Types are compared by
// pointer: the same struct is the same *Type.
type Type struct {
	Kind    reflect.Kind // Invalid: the type could not be read, Trouble says why
	Name    string       // "User"; empty for types without a name
	Package string       // import path; empty for predeclared types
	Elem    *Type        // of pointers, slices, arrays and maps
	Trouble string
	SQL     string                // the column type that the configuration gives it; empty: none
	Own     bool                  // declared in one of the packages of the models
	Fields  func() []*StructField // of a struct, in source order, unexported ones included; nil: none
	Origin  any                   // of the caller
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

// indirect strips one pointer: bun strips no more.
func (t *Type) indirect() *Type {
	if t.Kind == reflect.Pointer {
		return t.Elem
	}
	return t
}

func (t *Type) fields() []*StructField {
	if t.Fields == nil {
		return nil
	}
	return t.Fields()
}

// unreadable is the part of the type that cannot be read and that decides
// about the column, or nil.
func (t *Type) unreadable() *Type {
	for t.Kind == reflect.Slice || t.Kind == reflect.Array || t.Kind == reflect.Pointer {
		t = t.Elem
	}
	if t.Trouble == "" {
		return nil
	}
	return t
}

// is reports whether the type is the named one: "time.Time".
func (t *Type) is(name string) bool {
	return t.Name != "" && t.Package+"."+t.Name == name
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
