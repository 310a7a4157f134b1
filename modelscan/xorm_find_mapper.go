package modelscan

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/xorm"
)

// mapper reads a mapper; the first that is said counts.
func (x *xormFinder) mapper(e ast.Expr, at gormPlace, to *xorm.Mapper, key string) {
	m, ok := x.mapperOf(e, at, 0)
	if !ok {
		x.unclear(e.Pos(), "write "+key+", table_prefix, … into [xorm]", "which mapper is set here cannot be read")
	}
	if m.Rule != "" && x.agrees(key, strings.TrimSpace(m.Prefix+" "+m.Rule+" "+m.Suffix), e) {
		*to = m
	}
}

// mapperOf is false where a part of the mapper cannot be read; what can be is
// in the result.
func (x *xormFinder) mapperOf(e ast.Expr, at gormPlace, depth int) (m xorm.Mapper, ok bool) {
	if depth > 6 {
		return m, false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return x.mapperOf(e.X, at, depth+1)
	case *ast.CompositeLit:
		return x.mapperLit(e, at, depth)
	case *ast.SelectorExpr:
		return x.mapperNamed(e, at)
	case *ast.Ident:
		return x.mapperVariable(e, at, depth)
	case *ast.CallExpr:
		if id, isIdent := e.Fun.(*ast.Ident); isIdent && id.Name == "new" && len(e.Args) == 1 {
			return x.mapperOf(e.Args[0], at, depth+1)
		}
		sel, isSel := e.Fun.(*ast.SelectorExpr)
		if !isSel || len(e.Args) == 0 {
			return m, false
		}
		m, ok = x.mapperOf(e.Args[0], at, depth+1)
		switch {
		case sel.Sel.Name == "NewCacheMapper":
			return m, ok
		case (sel.Sel.Name == "NewPrefixMapper" || sel.Sel.Name == "NewSuffixMapper") && len(e.Args) == 2:
			text, constant := x.constant(e.Args[1], at, token.STRING)
			if sel.Sel.Name == "NewPrefixMapper" {
				m.Prefix = text + m.Prefix
			} else {
				m.Suffix += text
			}
			return m, ok && constant
		}
	}
	return m, false
}

// mapperNamed is names.SnakeMapper, core.GonicMapper, names.LintGonicMapper, …
func (x *xormFinder) mapperNamed(e *ast.SelectorExpr, at gormPlace) (m xorm.Mapper, ok bool) {
	id, isIdent := e.X.(*ast.Ident)
	if !isIdent || !isXormPath(x.importOf(at, id.Name)) && !slices.Contains([]string{"names", "core", "xorm"}, path.Base(id.Name)) {
		return m, false
	}
	m.Rule = map[string]string{"SnakeMapper": "snake", "GonicMapper": "gonic", "LintGonicMapper": "gonic", "SameMapper": "same"}[e.Sel.Name]
	return m, m.Rule != ""
}

// mapperLit is names.GonicMapper{…} or names.PrefixMapper{Mapper: …, Prefix: …}.
func (x *xormFinder) mapperLit(e *ast.CompositeLit, at gormPlace, depth int) (m xorm.Mapper, ok bool) {
	sel, isSel := e.Type.(*ast.SelectorExpr)
	if !isSel {
		return m, false
	}
	if sel.Sel.Name != "PrefixMapper" && sel.Sel.Name != "SuffixMapper" {
		return x.mapperNamed(sel, at)
	}
	if len(e.Elts) != 2 {
		return m, false
	}
	parts := []ast.Expr{e.Elts[0], e.Elts[1]}
	for _, elt := range e.Elts {
		if kv, keyed := elt.(*ast.KeyValueExpr); keyed {
			if key, _ := kv.Key.(*ast.Ident); key != nil && key.Name == "Mapper" {
				parts[0] = kv.Value
			} else {
				parts[1] = kv.Value
			}
		}
	}
	m, ok = x.mapperOf(parts[0], at, depth+1)
	text, constant := x.constant(parts[1], at, token.STRING)
	if sel.Sel.Name == "PrefixMapper" {
		m.Prefix = text + m.Prefix
	} else {
		m.Suffix += text
	}
	return m, ok && constant
}

// mapperVariable is a variable of the function that is set once.
func (x *xormFinder) mapperVariable(e *ast.Ident, at gormPlace, depth int) (m xorm.Mapper, ok bool) {
	if at.fn == nil || at.fn.Body == nil {
		return m, false
	}
	times := 0
	ast.Inspect(at.fn.Body, func(n ast.Node) bool {
		if as, is := n.(*ast.AssignStmt); is && len(as.Lhs) == 1 && len(as.Rhs) == 1 {
			if id, is := as.Lhs[0].(*ast.Ident); is && id.Name == e.Name {
				m, ok = x.mapperOf(as.Rhs[0], at, depth+1)
				times++
			}
		}
		return true
	})
	return m, ok && times == 1
}
