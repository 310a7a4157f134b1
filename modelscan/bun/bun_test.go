package bun

import (
	"reflect"
	"testing"
)

// TestParseTag: how bun cuts a tag.
func TestParseTag(t *testing.T) {
	o := func(pairs ...string) map[string][]string {
		m := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = append(m[pairs[i]], pairs[i+1])
		}
		return m
	}
	for _, c := range []struct {
		text string
		want Tag
	}{
		{"", Tag{}},
		{"name", Tag{Name: "name"}},
		{"name,pk,type:text", Tag{Name: "name", Options: o("pk", "", "type", "text")}},
		{",pk", Tag{Options: o("pk", "")}},
		{"pk", Tag{Name: "pk"}},
		{"type:text", Tag{Options: o("type", "text")}},
		{"type:text,name", Tag{Options: o("type", "text", "name", "")}},
		{"type:numeric(10,2),pk", Tag{Options: o("type", "numeric(10,2)", "pk", "")}},
		{"default:((1),(2)),pk", Tag{Options: o("default", "((1),(2))", "pk", "")}},
		{"default:'a,b'", Tag{Options: o("default", "'a", "b'", "")}},
		{`default:"'a,b'",pk`, Tag{Options: o("default", "'a,b'", "pk", "")}},
		{`default:x"y"z,pk`, Tag{Options: o("default", "y", "z", "", "pk", "")}},
		{`default:"a\"b"`, Tag{Options: o("default", `a"b`)}},
		{`default:"never ends`, Tag{Options: o("default", "")}},
		{`"quo,ted",pk`, Tag{Name: "quo,ted", Options: o("pk", "")}},
		{"unique:a,unique:b", Tag{Options: o("unique", "a", "unique", "b")}},
		{" name , pk ", Tag{Name: " name ", Options: o(" pk ", "")}},
		{"a:b:c", Tag{Options: o("a", "b:c")}},
		{":x,pk", Tag{Options: o("pk", "")}},
		{"type:(never ends,pk", Tag{Options: o("type", "(never ends,pk")}},
		{",,", Tag{}},
	} {
		if got := ParseTag(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %+v, want %+v", c.text, got, c.want)
		}
	}
}

// TestTypes: types that no database of the tests has, or no release of Go yet.
func TestTypes(t *testing.T) {
	bytes := &Type{Kind: reflect.Uint8, Name: "byte"}
	uuid := &Type{Kind: reflect.Array, Elem: bytes, Name: "UUID", Package: "uuid"}
	text := &Type{Kind: reflect.String, Name: "string"}
	for _, c := range []struct {
		name, dialect, tag string
		version            Version
		typ                *Type
		want               string
	}{
		{"the standard library's uuid", "postgres", "", Version{}, uuid, "VARCHAR"},
		{"a list of it", "postgres", ",array", Version{1, 3, 0}, &Type{Kind: reflect.Slice, Elem: uuid}, "VARCHAR[]"},
		{"a pointer to it", "sqlite", "", Version{}, &Type{Kind: reflect.Pointer, Elem: uuid}, "VARCHAR"},
		{"it before bun knew it", "postgres", "", Version{1, 2, 18}, uuid, "BYTEA"},
		{"hstore", "postgres", ",hstore", Version{}, &Type{Kind: reflect.Map, Elem: text}, "HSTORE"},
		{"a composite type", "postgres", ",composite:address", Version{}, &Type{Kind: reflect.Struct, Name: "A"}, "address"},
		{"hstore elsewhere", "sqlite", ",hstore", Version{}, &Type{Kind: reflect.Map, Elem: text}, "VARCHAR"},
		{"two pointers", "postgres", "", Version{}, &Type{Kind: reflect.Pointer, Elem: &Type{Kind: reflect.Pointer, Elem: text}}, "VARCHAR"},
		{"elements that are pointers, from 1.2.10", "postgres", ",array", Version{1, 2, 10}, &Type{Kind: reflect.Slice, Elem: &Type{Kind: reflect.Pointer, Elem: text}}, "VARCHAR[]"},
		{"elements that are pointers, before", "postgres", ",array", Version{1, 2, 9}, &Type{Kind: reflect.Slice, Elem: &Type{Kind: reflect.Pointer, Elem: text}}, "[]"},
	} {
		src := &StructField{Name: "F", Type: c.typ, Tag: reflect.StructTag(`bun:"` + c.tag + `"`), Exported: true}
		m := &Type{Kind: reflect.Struct, Name: "M", Fields: func() []*StructField { return []*StructField{src} }}
		tables, problems := Create([]*Type{m}, Config{Dialect: c.dialect, Version: c.version})
		if len(problems) > 0 || tables[0].Columns[0].SQL != c.want {
			t.Errorf("%s: got %+v, %v, want %s", c.name, tables, problems, c.want)
		}
	}
}

// TestCircles: structs that lead back to themselves are read once.
func TestCircles(t *testing.T) {
	key := &StructField{Name: "ID", Type: &Type{Kind: reflect.Int}, Tag: `bun:",pk"`, Exported: true}
	m := &Type{Kind: reflect.Struct, Name: "M", Own: true}
	in := &StructField{Name: "M", Type: &Type{Kind: reflect.Pointer, Elem: m}, Anonymous: true, Exported: true}
	rel := &StructField{Name: "Parent", Type: &Type{Kind: reflect.Pointer, Elem: m}, Tag: `bun:"rel:belongs-to,join:id=id"`, Exported: true}
	m.Fields = func() []*StructField { return []*StructField{key, in, rel} }
	for _, v := range []Version{{}, {1, 2, 5}} {
		if tables, problems := Create([]*Type{m}, Config{Dialect: "postgres", Version: v}); len(problems) > 0 || len(tables[0].Columns) != 1 {
			t.Errorf("%v: got %+v, %+v", v, tables, problems)
		}
	}
	if _, problems := Create([]*Type{m}, Config{Dialect: "postgres", Version: Version{1, 1, 17}}); len(problems) != 1 || problems[0].Text != "M embeds itself: bun does not come to an end" {
		t.Errorf("1.1: got %+v", problems)
	}
}
