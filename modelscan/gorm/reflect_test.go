package gorm

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The tests write models as Go structs and show them to the package by
// reflection, as GORM looks at them.

// reflected are the Types of one run.
type reflected map[reflect.Type]*Type

func (r reflected) of(t reflect.Type) *Type {
	if have := r[t]; have != nil {
		return have
	}
	out := &Type{Kind: t.Kind(), Name: t.Name(), Package: t.PkgPath()}
	r[t] = out
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		out.Elem = r.of(t.Elem())
	}
	out.Facts = reflectedFacts{r, t}
	return out
}

type reflectedFacts struct {
	r reflected
	t reflect.Type
}

func (f reflectedFacts) Fields() []*StructField {
	var list []*StructField
	for i := range f.t.NumField() {
		s := f.t.Field(i)
		list = append(list, &StructField{Name: s.Name, Type: f.r.of(s.Type), Tag: s.Tag, Anonymous: s.Anonymous, Exported: s.IsExported(), Origin: f.t.Name() + "." + s.Name})
	}
	return list
}

func (f reflectedFacts) Time() bool {
	return f.t.Kind() == reflect.Struct && f.t.ConvertibleTo(reflect.TypeFor[time.Time]())
}

func (f reflectedFacts) zero() any { return reflect.New(f.t).Interface() }

func (f reflectedFacts) TableName(Naming) (string, bool, error) {
	m, ok := f.zero().(interface{ TableName() string })
	if !ok {
		return "", false, nil
	}
	return m.TableName(), true, nil
}

func (f reflectedFacts) Valuer() bool { _, ok := f.zero().(driver.Valuer); return ok }

func (f reflectedFacts) ZeroValue() (*Type, error) {
	v, err := f.zero().(driver.Valuer).Value()
	if err != nil || v == nil {
		return nil, nil
	}
	return f.r.of(reflect.TypeOf(v)), nil
}

func (f reflectedFacts) GormDataType() (string, bool, error) {
	m, ok := f.zero().(interface{ GormDataType() string })
	if !ok {
		return "", false, nil
	}
	return m.GormDataType(), true, nil
}

func (f reflectedFacts) GormDBDataType(dialect string, field *Field) (string, bool, error) {
	m, ok := f.zero().(interface {
		GormDBDataType(dialect string, size int) string
	})
	if !ok {
		return "", false, nil
	}
	return m.GormDBDataType(dialect, field.Size), true, nil
}

func (f reflectedFacts) Serializer() bool { return false }

// types shows structs to the package.
func types(models ...any) []*Type {
	r := reflected{}
	var list []*Type
	for _, m := range models {
		list = append(list, r.of(reflect.TypeOf(m)))
	}
	return list
}

// migrate is Migrate on structs, as text. Problems end the test.
func migrate(t testing.TB, c Config, models ...any) string {
	t.Helper()
	tables, problems := Migrate(types(models...), c)
	for _, p := range problems {
		t.Errorf("%s", problemLine(p))
	}
	return dump(tables)
}

func problemLine(p Problem) string {
	if p.Field != nil {
		return fmt.Sprintf("%v: %s", p.Field.Origin, p.Text)
	}
	return p.Model.Name + ": " + p.Text
}

// problems are those of Migrate.
func problems(c Config, models ...any) string {
	_, list := Migrate(types(models...), c)
	var lines []string
	for _, p := range list {
		lines = append(lines, problemLine(p))
	}
	return strings.Join(lines, "\n")
}

// dump writes tables as one would read them out.
func dump(tables []Table) string {
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "%s\n", t.Name)
		for _, c := range t.Columns {
			fmt.Fprintf(&b, "  %s %s", c.Name, c.SQL)
			if c.Comment != "" {
				fmt.Fprintf(&b, " -- %s", c.Comment)
			}
			b.WriteString("\n")
		}
		if len(t.PrimaryKey) > 0 {
			fmt.Fprintf(&b, "  key (%s)\n", strings.Join(t.PrimaryKey, ", "))
		}
		for _, u := range t.Uniques {
			fmt.Fprintf(&b, "  unique %s (%s)\n", u.Name, u.Column)
		}
		for _, c := range t.Checks {
			fmt.Fprintf(&b, "  check %s (%s)\n", c.Name, c.Expr)
		}
		for _, k := range t.ForeignKeys {
			fmt.Fprintf(&b, "  %s (%s) -> %s (%s)", k.Name, strings.Join(k.Columns, ", "), k.RefTable, strings.Join(k.RefColumns, ", "))
			for _, a := range []struct{ on, do string }{{"delete", k.OnDelete}, {"update", k.OnUpdate}} {
				if a.do != "" {
					fmt.Fprintf(&b, " on %s %s", a.on, a.do)
				}
			}
			b.WriteString("\n")
		}
		for _, x := range t.Indexes {
			var keys []string
			for _, k := range x.Keys {
				key := k.Column
				if k.Expr != "" {
					key = "= " + k.Expr
				}
				if k.Length > 0 {
					key += fmt.Sprintf(" first %d", k.Length)
				}
				if k.Collate != "" {
					key += " collate " + k.Collate
				}
				keys = append(keys, strings.TrimSpace(key+" "+k.Sort))
			}
			fmt.Fprintf(&b, "  %s\n", strings.Join(strings.Fields(strings.Join([]string{x.Class, "index", x.Name, x.Type, "(" + strings.Join(keys, ", ") + ")", x.Option, pair("where", x.Where), pair("comment", x.Comment)}, " ")), " "))
		}
	}
	return b.String()
}

func pair(word, text string) string {
	if text == "" {
		return ""
	}
	return word + " " + text
}

// same fails unless got is want, written with the indentation of Go code.
func same(t testing.TB, got, want string) {
	t.Helper()
	want = strings.TrimPrefix(want, "\n")
	indent := want[:len(want)-len(strings.TrimLeft(want, "\t"))]
	var lines []string
	for _, l := range strings.Split(strings.TrimRight(want, "\t\n"), "\n") {
		lines = append(lines, strings.ReplaceAll(strings.TrimPrefix(l, indent), "\t", "  "))
	}
	if want = strings.Join(lines, "\n") + "\n"; want != got {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
