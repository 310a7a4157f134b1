package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A typeKey is a type with its modifier, as columns have it.
type typeKey struct {
	typ oid
	mod int32
}

// A columnType is what the server says about a typeKey.
type columnType struct {
	typ       schema.Type
	collation oid
	storage   byte
	kind      byte // typtype
	base      oid  // of a domain
}

// typeKeys are the types of all columns.
func (k *catalog) typeKeys() (types []oid, mods []int32) {
	for key := range k.columnTypes {
		types, mods = append(types, key.typ), append(mods, key.mod)
	}
	return types, mods
}

func (k *catalog) readColumnType(r *row) {
	key := typeKey{r.oid(), int32(r.int())}
	t := columnType{typ: schema.Type{Text: r.text()}, collation: r.oid(), storage: r.char(), kind: r.char(), base: r.oid()}
	id, namespace, name := r.oid(), k.namespaces[r.oid()], r.text()
	if namespace != "pg_catalog" && namespace != "information_schema" && !k.members[object{class: classType, id: id}] {
		t.typ.Ref = schema.Name{Schema: namespace, Local: name}
	}
	k.columnTypes[key] = t
}

// collationOIDs are all collations that columns and index keys name.
func (k *catalog) collationOIDs() []oid {
	seen := map[oid]bool{0: true}
	var list []oid
	add := func(id oid) {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	for _, rel := range k.relations {
		for i := range rel.columns {
			add(rel.columns[i].collation)
		}
		for _, x := range rel.indexes {
			for _, id := range x.collations {
				add(id)
			}
		}
	}
	slices.Sort(list)
	return list
}

// enumType is the canonical form of a type that is (an array of) an enum of
// want, or a type that want's files of objects make, whether the server has it
// yet or not.
func (w *canonizer) enumType(t schema.Type) (schema.Type, bool) {
	text := strings.TrimSpace(t.Text)
	base := strings.TrimSuffix(text, "[]")
	array := base != text
	ref := t.Ref
	if ref.IsZero() {
		// The name of a built-in type is that type.
		if _, builtin, _ := w.memo.parseType(base); builtin || len(w.want.Enums)+len(w.want.Objects) == 0 {
			return t, false
		}
		tokens := lex(base)
		switch {
		case len(tokens) == 1 && tokens[0].name():
			ref = schema.Name{Schema: pg.DefaultSchema, Local: tokens[0].text}
		case len(tokens) == 3 && tokens[0].name() && tokens[1].is(".") && tokens[2].name():
			ref = schema.Name{Schema: tokens[0].text, Local: tokens[2].text}
		default:
			return t, false
		}
	}
	out := schema.Type{Text: pg.QName(ref), Ref: ref}
	if w.want.Enum(ref) == nil && !slices.ContainsFunc(w.want.Objects, func(o schema.Object) bool { return makesType(o, ref) }) {
		return t, false
	}
	if array {
		out.Text += "[]"
	}
	return out, true
}

// makesType reports whether the object is a type of that name, or brings it: a
// range its multirange.
func makesType(o schema.Object, n schema.Name) bool {
	return schema.IsType(o.Kind) && o.Name == n ||
		o.Kind == schema.KindRange && strings.Contains(o.SQL, "MULTIRANGE_TYPE_NAME = "+pg.QName(n)+")")
}

// isEnum reports whether the type is (an array of) an enum of want.
func (w *canonizer) isEnum(t schema.Type) (schema.Type, bool) {
	out, ok := w.enumType(t)
	return out, ok && w.want.Enum(out.Ref) != nil
}

// fillType spells the type of a wanted column.
func (w *canonizer) fillType(t *schema.Table, c *schema.Column) {
	object := "column " + t.Name.String() + "." + c.Name
	if enum, ok := w.enumType(c.Type); ok {
		c.Type = enum
		return
	}
	text, known, err := w.memo.parseType(c.Type.Text)
	switch fact, asked := w.facts.types[text]; {
	case err != nil:
		w.refuse(c.Pos, object+": type", err.Error(), "")
	case known:
		c.Type = schema.Type{Text: text}
	case !asked:
		w.refuse(c.Pos, object+": type", "type "+text+" is unknown", "")
	case fact.refused != "" && w.newExtension():
		c.Type = schema.Type{Text: text} // it may bring the type
	case fact.refused != "":
		hint := fact.hint
		if hint == "" {
			hint = "if an extension brings the type, run CREATE EXTENSION in a revision first; if it is an enum of your models, declare it with //gen:enum"
		}
		w.refuse(c.Pos, object+": type", fact.refused, hint)
	default:
		c.Type = schema.Type{Text: fact.text, Ref: fact.ref}
	}
}

// elementType is the type without modifiers as the server writes it behind a
// literal: character varying(20) → character varying, bit(3) → "bit".
func elementType(text string) string {
	array := ""
	for strings.HasSuffix(text, "[]") {
		text, array = strings.TrimSuffix(text, "[]"), "[]"
	}
	if open := strings.IndexByte(text, '('); open > 0 && !strings.Contains(text[:open], `"`) {
		if shut := strings.IndexByte(text[open:], ')'); shut > 0 {
			text = text[:open] + text[open+shut+1:]
		}
	}
	switch {
	case text == "character":
		text = "bpchar"
	case text == "bit":
		text = `"bit"`
	case strings.HasPrefix(text, "interval "):
		text = "interval"
	}
	return text + array
}
