package modelscan

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/bun"
)

// bunLike are the structs that look like tables: they embed bun.BaseModel, or
// have a primary key and are in no other struct, or are the junction that
// another names; and do not extend another.
func (s *scanner) bunLike() []*typeDecl {
	parts := map[*typeDecl]bool{}
	looks := map[*typeDecl]bunLooks{}
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || d.spec.Assign.IsValid() {
				continue
			}
			l := s.bunLooks(st, d.file)
			if !l.tags && !l.base {
				continue
			}
			looks[d] = l
			list = append(list, d)
			for _, f := range l.embeds {
				for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
					parts[e] = parts[e] || e != d
				}
			}
		}
	}
	isTable := func(d *typeDecl) bool {
		l := looks[d]
		return !l.extends && (l.base || l.key && !parts[d])
	}
	junctions := map[string]bool{}
	for _, d := range list {
		for _, name := range looks[d].m2m {
			junctions[name] = junctions[name] || isTable(d)
		}
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool {
		return !isTable(d) && (looks[d].extends || !junctions[s.bunTableOf(d)])
	})
}

// bunLooks are the marks of bun on a struct.
type bunLooks struct {
	tags, base, key, extends bool
	m2m                      []string // tables of junctions
	embeds                   []*ast.Field
}

func (s *scanner) bunLooks(st *ast.StructType, f *file) bunLooks {
	var l bunLooks
	for _, field := range st.Fields.List {
		text, has := bunTag(field)
		tag := bun.ParseTag(text)
		l.tags = l.tags || has
		l.key = l.key || tag.Has("pk")
		l.m2m = append(l.m2m, tag.Options["m2m"]...)
		switch {
		case tag.Has("embed"):
			l.embeds = append(l.embeds, field)
		case len(field.Names) > 0:
		case s.isBunBase(field, f):
			l.base = true
		default:
			l.extends = l.extends || tag.Has("extend") || tag.Has("inherit")
			l.embeds = append(l.embeds, field)
		}
	}
	return l
}

func (s *scanner) isBunBase(field *ast.Field, f *file) bool {
	sel, ok := field.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "BaseModel" {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	path, ok := s.l.importNamed(f, id.Name)
	return ok && (path == "github.com/uptrace/bun" || path == "github.com/uptrace/bun/schema")
}

// bunTag is the value behind bun: in the tag of a field.
func bunTag(f *ast.Field) (string, bool) {
	if f.Tag == nil || !strings.Contains(f.Tag.Value, `bun:`) {
		return "", false
	}
	return structTag(f).Lookup("bun")
}
