package modelscan

import (
	"go/ast"
	"go/token"
)

// models are those that an argument stands for; ok is false where they cannot
// be read. Beyond what the GORM finder follows these are declared variables,
// and parameters of functions that hand their models on.
func (b *bunFinder) models(x ast.Expr, spread bool, at gormPlace, depth int) (models []string, ok bool) {
	b.caught = nil
	if ok = b.argument(x, spread, at, 0); ok {
		return b.caught, true
	}
	if u, is := ast.Unparen(x).(*ast.UnaryExpr); is && u.Op == token.AND {
		x = u.X
	}
	id, is := ast.Unparen(x).(*ast.Ident)
	if !is || at.fn == nil || at.fn.Body == nil || depth > 3 {
		return nil, false
	}
	if typ := declaredAs(at.fn, id.Name); typ != nil && !spread {
		b.caught = nil
		ok = b.model(typ, at)
		return b.caught, ok
	}
	if i, is := parameter(at.fn, id.Name); is {
		return b.passed(at, i, spread, depth)
	}
	if over := rangedOver(at.fn, id); over != nil {
		if i, is := parameter(at.fn, over.Name); is {
			return b.passed(at, i, true, depth)
		}
	}
	return nil, false
}

// declaredAs is the type in var name T, or nil.
func declaredAs(fn *ast.FuncDecl, name string) ast.Expr {
	var typ ast.Expr
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 0 {
			for _, id := range spec.Names {
				if id.Name == name {
					typ = spec.Type
				}
			}
		}
		return true
	})
	return typ
}

// parameter is the index of a parameter that is not variadic.
func parameter(fn *ast.FuncDecl, name string) (int, bool) {
	i := 0
	for _, p := range fn.Type.Params.List {
		_, dots := p.Type.(*ast.Ellipsis)
		for _, n := range p.Names {
			if n.Name == name {
				return i, !dots
			}
			i++
		}
	}
	return 0, false
}

// rangedOver is the variable that the loop around an identifier goes through.
func rangedOver(fn *ast.FuncDecl, id *ast.Ident) *ast.Ident {
	var over *ast.Ident
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && r.Body.Pos() <= id.Pos() && id.Pos() < r.Body.End() {
			if v, ok := r.Value.(*ast.Ident); ok && v.Name == id.Name {
				over, _ = r.X.(*ast.Ident)
			}
		}
		return true
	})
	return over
}

// passed are the models that the callers of a function pass as its parameter
// i, which holds one model or a list of them.
func (b *bunFinder) passed(fn gormPlace, i int, list bool, depth int) (models []string, ok bool) {
	found := false
	ok = true
	name := fn.fn.Name.Name
	for _, dir := range b.mentioning(name) {
		p := b.pkg(dir)
		if p == nil {
			continue
		}
		for _, file := range p.files {
			for _, decl := range file.Decls {
				at := gormPlace{pkg: p, file: file}
				at.fn, _ = decl.(*ast.FuncDecl)
				ast.Inspect(decl, func(n ast.Node) bool {
					c, is := n.(*ast.CallExpr)
					if !is || len(c.Args) <= i || !b.calls(c, at, fn, name) {
						return true
					}
					found = true
					more, read := b.models(c.Args[i], list, at, depth+1)
					models, ok = append(models, more...), ok && read
					return true
				})
			}
		}
	}
	return models, found && ok
}
