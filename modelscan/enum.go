package modelscan

import (
	"cmp"
	"go/ast"
	"go/constant"
	"slices"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// enumOf is the enum type that //gen:enum makes of a Go type: its values are
// the type's constants, files by name, within a file from top to bottom. It
// is nil for types without the directive, and for those where something is
// wrong, which was reported then.
func (s *scanner) enumOf(t *typeDecl) *schema.Enum {
	if e, ok := s.enums[t]; ok {
		return e
	}
	d := s.notes(t).first("enum")
	if d == nil {
		return nil
	}
	s.enums[t] = nil // in case of an error
	if k := s.l.resolve(t.spec.Name, scope{file: t.file}); k.kind != dialect.GoString || k.form != basicForm {
		s.fail(d.pos, t.name, "an enum type has text values: declare type "+t.name+" string", "//gen:enum stands on %s, which is no string type", t.name)
		return nil
	}
	name, ok := s.enumName(t, d)
	if !ok {
		return nil
	}
	e := &schema.Enum{Name: name, Pos: s.l.pos(d.pos, t.name)}
	if !s.enumValues(t, e) {
		return nil
	}
	if len(e.Values) == 0 {
		s.fail(d.pos, t.name, "declare const …"+" "+t.name+` = "…"`, "//gen:enum on %s: the type has no constants", t.name)
		return nil
	}
	s.enumComment(t, e)
	s.enumWas(t, e)
	s.enums[t] = e
	s.enumList = append(s.enumList, e)
	return e
}

func (s *scanner) enumComment(t *typeDecl, e *schema.Enum) {
	d := s.notes(t).first("comment")
	if d != nil {
		e.Comment = d.args.s
	}
	if e.Comment == "" && (d != nil || s.o.CommentsFromDoc) {
		e.Comment = docText(t.doc...)
	}
}

// enumWas reads the names that the type had before. SQLite has no such types, so
// there a hint has nothing to say.
func (s *scanner) enumWas(t *typeDecl, e *schema.Enum) {
	d := s.notes(t).first("was")
	if d == nil || s.sqlite() {
		return
	}
	for _, old := range s.formerNames(*d, e.Name.Schema, t.file.pkg, t.name, "enum") {
		e.Was = append(e.Was, schema.Former{Name: old, Pos: s.l.pos(d.pos, t.name)})
	}
}

func (s *scanner) enumName(t *typeDecl, d *directive) (schema.Name, bool) {
	if d.args.s == "" {
		return schema.Name{Schema: s.schemaOf(t.file.pkg), Local: s.mapName(t.name)}, true
	}
	sp := newSQLParser(d.args, s.fold)
	ids := sp.qualified("the name of the enum")
	sp.end()
	if s.badSQL(sp.bad, t.name, "directive //gen:enum") {
		return schema.Name{}, false
	}
	return s.objectName(ids, t.file.pkg, t.name, "enum")
}

// enumValues collects the constants of the type.
func (s *scanner) enumValues(t *typeDecl, e *schema.Enum) bool {
	p := t.file.pkg
	if !p.model { // all files that may declare one
		s.l.want(p, t.name, func() bool { return false })
	}
	var list []*constDecl
	for _, c := range p.consts {
		if id, ok := c.typ.(*ast.Ident); ok && id.Name == t.name {
			list = append(list, c)
		} else if c.typ == nil && convertsTo(c.value, t.name) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *constDecl) int {
		return cmp.Or(cmp.Compare(a.file.path, b.file.path), cmp.Compare(a.pos, b.pos))
	})
	ok := true
	for _, c := range list {
		v := s.l.constOf(c.value, c.file, c.iota, 0)
		if v.Kind() != constant.String {
			s.fail(c.pos, t.name, "give it a string literal", "constant %s of enum %s has no value that can be read", c.name, t.name)
			ok = false
			continue
		}
		value := constant.StringVal(v)
		if s.postgres() && len(value) > 63 {
			s.fail(c.pos, t.name, "", "constant %s of enum %s is longer than the 63 bytes PostgreSQL allows", c.name, t.name)
			ok = false
		}
		if !slices.Contains(e.Values, value) { // two names for one value are one value
			e.Values = append(e.Values, value)
		}
	}
	return ok
}

// convertsTo reports whether x is T(…).
func convertsTo(x ast.Expr, name string) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == name
}

// addEnums puts the enums into the database. SQLite has none: there the
// columns are text with a check.
func (s *scanner) addEnums() {
	if s.sqlite() {
		return
	}
	seen := map[schema.Name]*schema.Enum{}
	for _, e := range s.enumList {
		if first := seen[e.Name]; first != nil {
			s.probs.add(e.Pos, "", "enum %s is declared twice, first at %s", e.Name, first.Pos)
			continue
		}
		seen[e.Name] = e
		s.useSchema(e.Name.Schema, e.Pos)
		s.db.Enums = append(s.db.Enums, *e)
	}
	var list []renamed
	for _, e := range s.db.Enums {
		list = append(list, renamed{e.Name, e.Was, e.Pos})
	}
	s.checkFormer("enum", "//gen:was", list)
}

// enumNamed finds an enum by the name its type has in the database.
func (s *scanner) enumNamed(ids []ident, p *pkg) *schema.Enum {
	want := schema.Name{Schema: s.schemaOf(p), Local: ids[len(ids)-1].name}
	if len(ids) == 2 {
		want.Schema = ids[0].name
	}
	for _, e := range s.enumList {
		if e.Name == want || len(ids) == 1 && e.Name.Local == want.Local && e.Name.Schema == s.o.DefaultSchema {
			return e
		}
	}
	return nil
}
