package diff

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// facets says what differs between two states of an object, one text for each
// field: "not null", "default 0 → 1", "comment none → 'who pays'". It walks by
// reflection, so that no difference goes without words. The bare forms of the
// two states are of one type.
func facets[T any](from, to T) []string {
	return facetsOf("", reflect.ValueOf(from), reflect.ValueOf(to))
}

func facetsOf(label string, from, to reflect.Value) []string {
	if sameValue(from, to) {
		return nil
	}
	switch from.Kind() {
	case reflect.Struct:
		return structFacets(label, from, to)
	case reflect.Pointer:
		if !from.IsNil() && !to.IsNil() {
			return facetsOf(label, from.Elem(), to.Elem())
		}
	case reflect.Bool:
		if to.Bool() {
			return []string{label}
		}
		return []string{opposite(label)}
	}
	return []string{strings.TrimSpace(label + " " + valueText(label, from) + " → " + valueText(label, to))}
}

// opposite says that a flag is off.
func opposite(label string) string {
	switch label {
	case "not valid":
		return "validated"
	case "not null constraint not valid":
		return "not null constraint validated"
	case "not null constraint no inherit":
		return "not null constraint inherit"
	case "nulls not distinct":
		return "nulls distinct"
	case "identity always":
		return "identity by default"
	case "generated virtual":
		return "generated stored"
	case "no inherit":
		return "inherit"
	case "without rowid":
		return "with rowid"
	}
	return "not " + label
}

func structFacets(label string, from, to reflect.Value) []string {
	switch from.Interface().(type) {
	case schema.Name, schema.ColumnRef:
		return []string{label + " " + valueText(label, from) + " → " + valueText(label, to)}
	case schema.Type:
		f, t := from.Interface().(schema.Type), to.Interface().(schema.Type)
		if f.Text != t.Text {
			return []string{valueText("type", reflect.ValueOf(f.Text)) + " → " + valueText("type", reflect.ValueOf(t.Text))}
		}
		return []string{"type " + f.Text + " of " + valueText("", reflect.ValueOf(f.Ref)) + " → " + valueText("", reflect.ValueOf(t.Ref))}
	}
	var all []string
	for i := range from.NumField() {
		field := from.Type().Field(i)
		name := fieldLabel(field)
		switch {
		case field.Name == "NotNull" && !to.Field(i).Bool():
			if from.Field(i).Bool() {
				all = append(all, "not null → null")
			}
			continue
		case field.Name == "NotNull" && !from.Field(i).Bool():
			all = append(all, "null → not null")
			continue
		case label == "identity" || label == "generated" || label == "not null constraint":
			name = label + " " + name
		}
		all = append(all, facetsOf(name, from.Field(i), to.Field(i))...)
	}
	return all
}

// fieldLabel is the field's name in JSON, in words.
func fieldLabel(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return strings.ReplaceAll(name, "_", " ")
}

func valueText(label string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "none"
		}
		return valueText(label, v.Elem())
	case reflect.String:
		switch s := v.String(); {
		case s == "":
			return "none"
		case label == "comment" || label == "value":
			return "'" + s + "'"
		default:
			return s
		}
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Slice:
		if v.Len() == 0 {
			return "none"
		}
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = valueText("", v.Index(i))
		}
		return list(parts)
	case reflect.Struct:
		return structText(v)
	}
	return ""
}

// structText is the fields that are set, with their labels.
func structText(v reflect.Value) string {
	switch s := v.Interface().(type) {
	case schema.Name:
		if s.IsZero() {
			return "none"
		}
		return short(s)
	case schema.ColumnRef:
		if s == (schema.ColumnRef{}) {
			return "none"
		}
		return column(s.Table, s.Column)
	case schema.Option:
		return s.Name + "=" + s.Value
	case schema.Identity:
		return identityText(s)
	case schema.Generated:
		if s.Virtual {
			return "(" + s.Expr + ") virtual"
		}
		return "(" + s.Expr + ")"
	}
	var parts []string
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() {
			continue
		}
		name := fieldLabel(v.Type().Field(i))
		if f.Kind() == reflect.Bool {
			parts = append(parts, name)
			continue
		}
		parts = append(parts, strings.TrimSpace(name+" "+valueText(name, f)))
	}
	if len(parts) == 0 {
		return "set"
	}
	return strings.Join(parts, " ")
}

// identityText leaves out what the server takes anyway.
func identityText(id schema.Identity) string {
	text := "by default"
	if id.Always {
		text = "always"
	}
	number := func(label string, n *int64) {
		if n != nil && *n != 1 {
			text += " " + label + " " + strconv.FormatInt(*n, 10)
		}
	}
	number("start", id.Options.Start)
	number("increment", id.Options.Increment)
	number("cache", id.Options.Cache)
	if id.Options.Cycle {
		text += " cycle"
	}
	return text
}
