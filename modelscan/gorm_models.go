package modelscan

import (
	"go/ast"
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// gormStructs are the structs named by the options, by the call of AutoMigrate
// they are passed to; else those that look like models, in one call.
func (s *scanner) gormStructs() [][]*typeDecl {
	hit := map[string]bool{}
	calls := s.o.Gorm.Calls
	key := "gorm.calls"
	if len(calls) == 0 {
		key, calls = "gorm.models", [][]string{s.o.Gorm.Models}
	}
	listed := s.o.Gorm.listed()
	if len(listed) == 0 {
		return [][]*typeDecl{slices.DeleteFunc(s.gormLike(), func(d *typeDecl) bool { return !s.gormModel(d, false) })}
	}
	var list [][]*typeDecl
	for _, patterns := range calls {
		list = append(list, slices.DeleteFunc(s.typesNamed(patterns, hit), func(d *typeDecl) bool { return !s.gormModel(d, true) }))
	}
	s.unmatched(key, listed, hit)
	return list
}

// gormModel reports whether a type can be a model. What is listed and cannot is
// reported.
func (s *scanner) gormModel(d *typeDecl, listed bool) bool {
	_, ok := stripParens(d.spec.Type).(*ast.StructType)
	switch {
	case !ok && listed && !isTypeOfStruct(s, d):
		s.fail(d.spec.Name.Pos(), d.name, "correct models of [gorm]", "%s is no struct, and so no model", d.name)
		return false
	case ok && d.spec.TypeParams != nil:
		if listed {
			s.fail(d.spec.Name.Pos(), d.name, "declare a struct that embeds "+d.name+"[…] with its type arguments", "generic struct %s cannot be a model by itself", d.name)
		}
		return false
	}
	return s.notes(d).first("ignore") == nil && !matchType(s.o.Exclude, d, map[string]bool{})
}

func isTypeOfStruct(s *scanner, d *typeDecl) bool {
	return s.l.resolve(d.spec.Name, scope{file: d.file}).form == structForm
}

// gormLike are the structs that embed gorm.Model or have gorm tags, or embed the
// base of those that have, and that no such struct embeds.
func (s *scanner) gormLike() []*typeDecl {
	embedded := map[*typeDecl]bool{}
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || !s.looksGorm(st, d.file) {
				continue
			}
			list = append(list, d)
			for _, e := range s.embeddedIn(d, st) {
				embedded[e] = true
			}
		}
	}
	list = append(list, s.gormKin(list, embedded)...)
	return slices.DeleteFunc(list, func(d *typeDecl) bool { return embedded[d] })
}

// embeddedIn are the types that a struct embeds.
func (s *scanner) embeddedIn(d *typeDecl, st *ast.StructType) []*typeDecl {
	var list []*typeDecl
	for _, f := range st.Fields.List {
		if len(f.Names) > 0 && !isEmbeddedTag(f) {
			continue
		}
		for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
			if e != d {
				list = append(list, e)
			}
		}
	}
	return list
}

// gormKin are the structs without tags of their own that embed what models of
// GORM embed and that has tags: a base with the key. What embeds a model is none
// for that.
func (s *scanner) gormKin(models []*typeDecl, embedded map[*typeDecl]bool) []*typeDecl {
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || slices.Contains(models, d) {
				continue
			}
			if slices.ContainsFunc(s.embeddedIn(d, st), func(e *typeDecl) bool { return embedded[e] && slices.Contains(models, e) }) {
				list = append(list, d)
			}
		}
	}
	return list
}

func (s *scanner) looksGorm(st *ast.StructType, f *file) bool {
	for _, field := range st.Fields.List {
		if gormTag(field) != "" {
			return true
		}
		if sel, ok := field.Type.(*ast.SelectorExpr); ok && len(field.Names) == 0 && sel.Sel.Name == "Model" {
			if id, ok := sel.X.(*ast.Ident); ok {
				if path, ok := s.l.importNamed(f, id.Name); ok && path == "gorm.io/gorm" {
					return true
				}
			}
		}
	}
	return false
}

func isEmbeddedTag(f *ast.Field) bool {
	return strings.Contains(strings.ToLower(gormTag(f)), "embedded")
}

func gormTag(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	_, rest, ok := strings.Cut(f.Tag.Value, `gorm:"`)
	if !ok {
		return ""
	}
	return rest
}

// gormJoins finds the types of join_tables.
func (s *scanner) gormJoins(types *gormTypes) []gorm.Join {
	var list []gorm.Join
	for _, key := range slices.Sorted(maps.Keys(s.o.Gorm.JoinTables)) {
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			s.probs.add(schema.Pos{}, `write "User.Languages" = "UserLanguage"`, "join_tables of [gorm]: %q names no field", key)
			continue
		}
		model, table := s.oneType(key[:dot]), s.oneType(s.o.Gorm.JoinTables[key])
		if model != nil && table != nil {
			list = append(list, gorm.Join{Model: types.decl(model, nil, scope{file: model.file}), Field: key[dot+1:], Table: types.decl(table, nil, scope{file: table.file})})
		}
	}
	return list
}

// oneType is the one type of that name, or nil after a report.
func (s *scanner) oneType(name string) *typeDecl {
	found := s.typesNamed([]string{name}, map[string]bool{})
	if len(found) == 1 {
		return found[0]
	}
	s.probs.add(schema.Pos{}, "write import/path.Type", "join_tables of [gorm]: %s is the name of %d types", name, len(found))
	return nil
}
