package modelscan

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// columnType finds the type of a column. In this order: type:, enum:,
// //gen:type and //gen:enum of the Go type, the table of known types, the
// kind of the Go type.
func (s *scanner) columnType(def *tableDef, c *column) {
	n := c.use.notes
	array := n.item("array")
	if array != nil && s.sqlite() {
		s.cannot(c, *array, "has no arrays")
		return
	}
	t, ok := s.baseType(def, c)
	if !ok {
		return
	}
	if array != nil {
		if strings.HasSuffix(t.Text, "[]") {
			s.failAt(c, array.pos, "", "array: type %s is an array already", t.Text)
		} else {
			t.Text += "[]"
		}
	}
	c.Type = t
	s.strictType(def, c)
}

func (s *scanner) baseType(def *tableDef, c *column) (schema.Type, bool) {
	n := c.use.notes
	if it := n.item("type"); it != nil {
		for _, other := range []string{"size", "precision", "enum"} {
			if o := n.item(other); o != nil {
				s.failAt(c, o.pos, "write it into the type", "%s cannot stand beside type:%s", other, it.value.s)
			}
		}
		return s.typeText(c, it.value)
	}
	if it := n.item("enum"); it != nil {
		return s.enumItem(c, *it)
	}
	return s.derive(def, c, c.typ)
}

// typeText reads a type written out.
func (s *scanner) typeText(c *column, t text) (schema.Type, bool) {
	if s.sqlite() {
		return schema.Type{Text: t.s}, s.sqliteTypeText(c, t)
	}
	if kind, ok := serialTypes[strings.ToLower(t.s)]; ok {
		c.Serial = true
		return schema.Type{Text: kind}, true
	}
	canonical, known, err := dialect.ParseType(t.s)
	if err != nil {
		s.failAt(c, t.pos(), "", "type %q: %s", t.s, err)
		return schema.Type{}, false
	}
	if known {
		return schema.Type{Text: canonical}, true
	}
	if typ, ok := s.enumTypeText(c, t); ok {
		return typ, true
	}
	if !s.foreignTypeText(t) {
		s.failAt(c, t.pos(), "type holds the type alone; the rest has keys of its own (notnull, default:, pk, …)", "type %q is no name of a type", t.s)
		return schema.Type{}, false
	}
	return schema.Type{Text: canonical}, true
}

// foreignTypeText reports whether text has the shape of a type that gen does
// not know: [schema.]name [(…)] [[]].
func (s *scanner) foreignTypeText(t text) bool {
	sp := newSQLParser(t, s.fold)
	sp.qualified("a type")
	if sp.isPunct("(") {
		sp.parens("modifiers")
	}
	for sp.acceptPunct("[") {
		if sp.peek().kind == tokNumber {
			sp.at++
		}
		if !sp.acceptPunct("]") {
			return false
		}
	}
	sp.end()
	return sp.bad == nil
}

// sqliteConstraintWords begin what cannot be part of a type (the grammar of
// column-constraint in SQLite's manual).
var sqliteConstraintWords = []string{"constraint", "primary", "not", "null", "unique", "check", "default", "collate", "references", "generated", "as", "autoincrement"}

// sqliteTypeText: SQLite takes any words for a type, with one or two numbers
// behind them.
func (s *scanner) sqliteTypeText(c *column, t text) bool {
	sp := newSQLParser(t, s.fold)
	for k := sp.peek(); k.kind == tokWord || k.kind == tokIdent; k = sp.peek() {
		if k.kind == tokWord && slices.Contains(sqliteConstraintWords, k.s) {
			break
		}
		sp.at++
	}
	if sp.at > 0 && sp.isPunct("(") {
		sp.parens("modifiers")
	}
	sp.end()
	if sp.bad == nil {
		return true
	}
	s.failAt(c, sp.bad.pos, "type holds the type alone; the rest has keys of its own (notnull, default:, pk, …)", "type %q is no type: %s", t.s, sp.bad.what)
	return false
}

// serialTypes are no types but words for a type with a default.
var serialTypes = map[string]string{
	"smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
}

// enumTypeText recognizes the name of one of our enums, or an array of it.
func (s *scanner) enumTypeText(c *column, t text) (schema.Type, bool) {
	sp := newSQLParser(t, s.fold)
	ids := sp.qualified("a type")
	array := sp.acceptPunct("[")
	if array && sp.peek().kind == tokNumber {
		sp.at++
	}
	if array {
		sp.acceptPunct("]")
	}
	sp.end()
	if sp.bad != nil || len(ids) > 2 {
		return schema.Type{}, false
	}
	e := s.enumNamed(ids, c.use.scope.file.pkg)
	if e == nil {
		return schema.Type{}, false
	}
	typ := s.enumType(c, e)
	if array {
		typ.Text += "[]"
	}
	return typ, true
}

// enumType is the type of a column of an enum. In SQLite it is text, and a
// check holds it to the values.
func (s *scanner) enumType(c *column, e *schema.Enum) schema.Type {
	c.enum = e
	if s.sqlite() {
		return schema.Type{Text: "text"}
	}
	return schema.Type{Text: s.o.Dialect.QName(e.Name), Ref: e.Name}
}

func (s *scanner) enumItem(c *column, it item) (schema.Type, bool) {
	sp := newSQLParser(it.value, s.fold)
	ids := sp.qualified("the name of the enum")
	sp.end()
	if sp.bad != nil || len(ids) > 2 {
		s.failAt(c, it.value.pos(), "", "enum: %q is no name", it.value.s)
		return schema.Type{}, false
	}
	e := s.enumNamed(ids, c.use.scope.file.pkg)
	if e == nil {
		var names []string
		for _, known := range s.enumList {
			names = append(names, known.Name.Local)
		}
		s.failAt(c, it.value.pos(), didYouMean(it.value.s, names, "declare it with //gen:enum above a string type"), "no enum is named %s", it.value.s)
		return schema.Type{}, false
	}
	typ := s.enumType(c, e)
	if c.typ.form == sliceForm {
		if s.sqlite() {
			s.failAt(c, it.pos, "write type@sqlite:text beside it", "SQLite has no arrays")
			return schema.Type{}, false
		}
		typ.Text += "[]"
	}
	return typ, true
}

// derive finds the column type of a Go type.
func (s *scanner) derive(def *tableDef, c *column, t gotype) (schema.Type, bool) {
	if d := s.typeNote(t); d != nil {
		if d.name == "type" {
			return s.typeDirective(c, t, d)
		}
		for _, decl := range t.chain {
			if s.notes(decl).first("enum") == nil {
				continue
			}
			if e := s.enumOf(decl); e != nil {
				return s.enumType(c, e), s.noSize(c)
			}
			return schema.Type{}, false // its error was reported
		}
	}
	if d := s.relation(t); d != nil {
		s.failAt(c, c.use.pos, `leave it out: gen:"-"; the key itself is a field with ref:`+d.decl.name, "%s is the table %s, not a column", t, s.shownName(d.Name))
		return schema.Type{}, false
	}
	switch {
	case t.form == unknownForm:
		s.failAt(c, c.use.pos, s.typeHint(), "the type %s of this field is not known: %s", t, t.trouble)
		return schema.Type{}, false
	case t.form == sliceForm:
		return s.sliceType(def, c, t)
	case t.form != basicForm:
		s.failAt(c, c.use.pos, s.typeHint(), "no column type follows from type %s (%s)", t, article(t.form))
		return schema.Type{}, false
	case t.kind == dialect.GoJSON:
		s.failAt(c, c.use.pos, s.typeHint(), "no column type follows from %s, which can be stored as json, jsonb or text", t)
		return schema.Type{}, false
	case s.hasValuer(t):
		s.failAt(c, c.use.pos, "say what it stores: gen:\"type:…\", or //gen:type above its declaration",
			"type %s has a method Value: what it stores does not follow from its kind", t)
		return schema.Type{}, false
	}
	return s.kindType(def, c, t)
}

// relation is the table that a field of type T, *T or []T stands for, or nil.
func (s *scanner) relation(t gotype) *tableDef {
	for t.form == sliceForm && t.elem != nil {
		t = *t.elem
	}
	if t.form != structForm || len(t.chain) == 0 {
		return nil
	}
	return s.byType[t.chain[0]]
}

func (s *scanner) typeHint() string {
	example := "type:jsonb"
	if s.sqlite() {
		example = "type:text"
	}
	return `say what to store: gen:"` + example + `"; or leave the field out: gen:"-"`
}

func article(f form) string {
	if f == arrayForm || f == interfaceForm {
		return "an " + f.String()
	}
	return "a " + f.String()
}

// sliceType: PostgreSQL has arrays of everything it has.
func (s *scanner) sliceType(def *tableDef, c *column, t gotype) (schema.Type, bool) {
	if s.sqlite() {
		s.failAt(c, c.use.pos, `write gen:"type@sqlite:text", or leave the field out: gen:"-"`, "SQLite has no arrays: no column type follows from %s", t)
		return schema.Type{}, false
	}
	elem := *t.elem
	for elem.form == sliceForm && s.typeNote(elem) == nil {
		elem = *elem.elem
	}
	if elem.expr == nil { // of a known array type
		elem.expr = t.expr
	}
	typ, ok := s.derive(def, c, elem)
	if ok && !strings.HasSuffix(typ.Text, "[]") {
		typ.Text += "[]"
	}
	return typ, ok
}

// hasValuer reports whether a declared type decides itself what it stores.
// Types of text may have the method: what they store is text.
func (s *scanner) hasValuer(t gotype) bool {
	if t.known || t.kind == dialect.GoString {
		return false
	}
	for _, d := range t.chain {
		if m := s.l.method(d.file.pkg, d.name, "Value"); m != nil && isValuer(m.decl) {
			return true
		}
	}
	return false
}

func isValuer(d *ast.FuncDecl) bool {
	return d.Type.Params.NumFields() == 0 && d.Type.Results.NumFields() == 2
}

// kindType is the type of a kind, with size and precision.
func (s *scanner) kindType(def *tableDef, c *column, t gotype) (schema.Type, bool) {
	if t.pg != "" {
		if !s.postgres() {
			s.failAt(c, c.use.pos, `write gen:"type@sqlite:text" or what else it is stored as`, "%s has no type for %s", s.productName(), t)
			return schema.Type{}, false
		}
		return schema.Type{Text: t.pg}, s.noSize(c)
	}
	typ, ok := s.o.Dialect.GoType(t.kind, def.Strict)
	if !ok {
		why := s.productName()
		if def.Strict {
			why = "a STRICT table of SQLite"
		}
		s.failAt(c, c.use.pos, `say what to store: gen:"type@`+shortProduct(s.o.Dialect.Name)+`:text"`, "%s has no type for %s", why, t)
		return schema.Type{}, false
	}
	return s.sized(def, c, t, typ)
}

// sized applies size: to text, precision: to numbers with a scale and to
// times.
func (s *scanner) sized(def *tableDef, c *column, t gotype, typ string) (schema.Type, bool) {
	n := c.use.notes
	size, precision := n.item("size"), n.item("precision")
	if size != nil {
		if t.kind != dialect.GoString {
			s.failAt(c, size.pos, "write the whole type: type:…", "size has no meaning for %s", t)
			return schema.Type{}, false
		}
		length := s.number(c, *size, 1, 10485760)
		switch {
		case s.postgres():
			typ = fmt.Sprintf("character varying(%d)", length)
		case !def.Strict: // SQLite knows the word and holds nobody to it
			typ = fmt.Sprintf("varchar(%d)", length)
		}
	}
	if precision == nil {
		return schema.Type{Text: typ}, true
	}
	switch t.kind {
	case dialect.GoDecimal:
		text := fmt.Sprintf("numeric(%s)", precision.value.s)
		if canonical, _, err := dialect.ParseType(text); err != nil {
			s.failAt(c, precision.value.pos(), "", "precision: %s", err)
		} else if typ = canonical; s.sqlite() {
			typ = strings.ReplaceAll(canonical, ",0)", ")")
		}
	case dialect.GoTime, dialect.GoTimestamp, dialect.GoClock:
		p := s.number(c, *precision, 0, 6)
		if s.postgres() {
			head, zone, _ := strings.Cut(typ, " ")
			typ = fmt.Sprintf("%s(%d) %s", head, p, zone)
		} // SQLite's times are text of any precision
	default:
		s.failAt(c, precision.pos, "write the whole type: type:numeric(12,2)", "precision has no meaning for %s", t)
		return schema.Type{}, false
	}
	return schema.Type{Text: typ}, true
}

// noSize reports size and precision on a type that takes none.
func (s *scanner) noSize(c *column) bool {
	for _, key := range []string{"size", "precision"} {
		if it := c.use.notes.item(key); it != nil {
			s.failAt(c, it.pos, "write the whole type: type:…", "%s has no meaning for %s", key, c.typ)
			return false
		}
	}
	return true
}

// typeDirective reads `//gen:type jsonb` and `//gen:type postgres=jsonb
// sqlite=text`.
func (s *scanner) typeDirective(c *column, t gotype, d *directive) (schema.Type, bool) {
	parts := typeChoices(d.args)
	if len(parts) == 0 {
		s.fail(d.pos, c.sym(), "write //gen:type jsonb", "//gen:type names no type")
		return schema.Type{}, false
	}
	for _, p := range parts {
		mine, known := s.speaksToUs(p.product)
		switch {
		case !known:
			s.fail(p.pos, c.sym(), "products are postgres, mysql and sqlite", "//gen:type: unknown product %s", p.product)
			return schema.Type{}, false
		case mine && p.value.s == "":
			s.fail(p.pos, c.sym(), "", "//gen:type names no type for %s", s.productName())
			return schema.Type{}, false
		case mine:
			typ, ok := s.typeText(c, p.value)
			return typ, ok && s.noSize(c)
		}
	}
	s.failAt(c, c.use.pos, "add "+s.o.Dialect.Name+"=… to it", "//gen:type of %s names no type for %s", t, s.productName())
	return schema.Type{}, false
}

// strictType: what a STRICT table of SQLite takes (stricttables.html).
func (s *scanner) strictType(def *tableDef, c *column) {
	if !def.Strict || slices.Contains([]string{"int", "integer", "real", "text", "blob", "any"}, strings.ToLower(c.Type.Text)) {
		return
	}
	s.failAt(c, c.use.pos, "a STRICT table takes int, integer, real, text, blob and any", "type %s cannot be in a STRICT table", c.Type.Text)
}
