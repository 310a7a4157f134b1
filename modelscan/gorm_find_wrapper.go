package modelscan

import "go/ast"

// variadic is the index of the variadic parameter of that name, or -1.
func variadic(fn *ast.FuncDecl, name string) int {
	i := 0
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			if _, dots := p.Type.(*ast.Ellipsis); dots && n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// forwarded adds what the callers of a wrapper pass to it.
func (f *gormFinder) forwarded(wrapper gormPlace, from, depth int) bool {
	found, ok := false, true
	name := wrapper.fn.Name.Name
	for _, d := range f.mentioning(name) {
		p := f.pkg(d)
		if p == nil {
			continue
		}
		for _, file := range p.files {
			for _, decl := range file.Decls {
				at := gormPlace{pkg: p, file: file}
				at.fn, _ = decl.(*ast.FuncDecl)
				ast.Inspect(decl, func(n ast.Node) bool {
					c, is := n.(*ast.CallExpr)
					if !is || !f.calls(c, at, wrapper, name) {
						return true
					}
					for i := from; i < len(c.Args); i++ {
						found = true
						ok = f.argument(c.Args[i], c.Ellipsis.IsValid() && i == len(c.Args)-1, at, depth+1) && ok
					}
					return true
				})
			}
		}
	}
	return found && ok
}

// calls reports whether a call is one of the wrapper, as far as names tell.
func (f *gormFinder) calls(c *ast.CallExpr, at, wrapper gormPlace, name string) bool {
	switch fun := c.Fun.(type) {
	case *ast.Ident:
		return fun.Name == name && at.pkg == wrapper.pkg && wrapper.fn.Recv == nil
	case *ast.SelectorExpr:
		if fun.Sel.Name != name {
			return false
		}
		id, ok := fun.X.(*ast.Ident)
		if wrapper.fn.Recv == nil {
			return ok && f.imported(at, id.Name) == wrapper.pkg
		}
		return name != "AutoMigrate" && name != "CreateTable"
	}
	return false
}
