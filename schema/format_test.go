package schema

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// full is a Database with every field set to something of its own, by
// reflection: lists hold one element, pointers point.
func full() *Database {
	var d Database
	n := 0
	fill(reflect.ValueOf(&d).Elem(), &n)
	return &d
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprintf("v%d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	default:
		panic("no value for a " + v.Kind().String())
	}
}

// each visits every value that can be set, with its path.
func visit(path string, v reflect.Value, f func(path string, v reflect.Value)) {
	f(path, v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			visit(path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			visit(path+"[]", v.Index(i), f)
		}
	case reflect.Pointer:
		visit(path+"*", v.Elem(), f)
	}
}

func TestEveryFieldShowsInFormat(t *testing.T) {
	before := Format(full())
	var paths []string
	visit("Database", reflect.ValueOf(full()).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	if len(paths) < 150 {
		t.Fatalf("only %d fields are visited", len(paths))
	}
	for _, path := range paths {
		d := full()
		visit("Database", reflect.ValueOf(d).Elem(), func(p string, v reflect.Value) {
			if p != path {
				return
			}
			switch v.Kind() {
			case reflect.String:
				v.SetString("other")
			case reflect.Int, reflect.Int64:
				v.SetInt(-1)
			case reflect.Bool:
				v.SetBool(false)
			}
		})
		kind := ""
		visit("Database", reflect.ValueOf(d).Elem(), func(p string, v reflect.Value) {
			if p == path {
				kind = v.Kind().String()
			}
		})
		switch kind {
		case "string", "int", "int64", "bool":
			if Format(d) == before {
				t.Errorf("%s does not show", path)
			}
		}
	}
}

func TestFormat(t *testing.T) {
	at := func(line int) Pos { return Pos{File: "m.go", Line: line, Col: 2, Sym: "User.Email"} }
	one := int64(1)
	n := func(local string) Name { return Name{Schema: "public", Local: local} }
	d := &Database{
		Schemas:   []Schema{{Name: "public", Comment: "it's"}},
		Enums:     []Enum{{Name: n("mood"), Values: []string{"so so", "fine"}}},
		Sequences: []Sequence{{Name: n("s"), Options: SequenceOptions{Type: "bigint", Start: &one, Cycle: true}, OwnedBy: ColumnRef{Table: n("user"), Column: "id"}}},
		Tables: []Table{{
			Name: n("user"), Comment: "two\nlines", Options: []Option{{Name: "fillfactor", Value: "70"}},
			Columns: []Column{
				{Name: "id", Type: Type{Text: "bigint"}, NotNull: true, Identity: &Identity{Always: true, Options: SequenceOptions{Start: &one}}},
				{Name: "E Mail", Type: Type{Text: "text"}, Default: "''::text", Pos: at(9), Was: []string{"mail"}},
				{Name: "l", Type: Type{Text: "text"}, Generated: &Generated{Expr: `lower("E Mail")`}},
			},
			PrimaryKey:  &PrimaryKey{Name: "user_pkey", Columns: []string{"id"}},
			ForeignKeys: []ForeignKey{{Name: "f", Derived: true, Columns: []string{"id"}, RefTable: n("user"), RefColumns: []string{"id"}, OnDelete: Cascade, Deferrable: true}},
			Checks:      []Check{{Expr: "id > 0", NotValid: true}},
			Indexes:     []Index{{Name: "i", Unique: true, Method: "btree", Keys: []IndexKey{{Column: "l", Desc: true}, {Expr: "id + 1"}}, Where: "id > 0"}},
		}},
		Unmanaged: []Object{{Kind: "trigger", Name: n("trg"), Table: n("user"), Uses: []ColumnRef{{Table: n("user"), Column: "id"}}}},
	}
	want := `schema public comment 'it''s'
enum public.mood ('so so', 'fine')
sequence public.s as bigint start 1 cycle owned by public.user.id
table public.user with (fillfactor='70') comment "two\nlines"
  id bigint not null identity always (start 1)
  "E Mail" text default (''::text) was (mail) -- m.go:9:2 User.Email
  l text generated (lower("E Mail"))
  primary key user_pkey (id)
  foreign key f derived (id) references public.user (id) on delete CASCADE deferrable
  check (id > 0) not valid
  unique index i using btree (l desc, (id + 1)) where (id > 0)
unmanaged 'trigger' public.trg on public.user uses (public.user.id)
`
	if got := Format(d); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestFormatOfOddNames(t *testing.T) {
	// Names that would read as something else, or as each other, without quotes.
	seen := map[string]string{}
	for _, name := range []string{"", "a b", `a"b`, `a\"b`, "a.b", "A", "1a", "größe", "a\nb", `a\nb`, `"a.b"`} {
		text := Format(&Database{Tables: []Table{{Name: Name{Local: name}, Columns: []Column{{Name: name, Type: Type{Text: "text"}}}}}})
		if other, ok := seen[text]; ok {
			t.Errorf("%q and %q look alike:\n%s", name, other, text)
		}
		seen[text] = name
		if n := strings.Count(text, "\n"); n != 2 {
			t.Errorf("%q makes %d lines:\n%s", name, n, text)
		}
	}
	two := Format(&Database{Enums: []Enum{{Name: Name{Local: "e"}, Values: []string{"a', 'b"}}}})
	one := Format(&Database{Enums: []Enum{{Name: Name{Local: "e"}, Values: []string{"a", "b"}}}})
	if one == two {
		t.Error("a value with quotes looks like two")
	}
}
