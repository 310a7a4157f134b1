package modelscan

import (
	"go/ast"
	"go/token"
	"slices"
)

// call reads db.AutoMigrate(…), db.Migrator().CreateTable(…) and
// db.SetupJoinTable(…).
func (f *gormFinder) call(c *ast.CallExpr, at gormPlace) {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if id, ok := sel.X.(*ast.Ident); ok && f.importOf(at, id.Name) != "" {
		return // a function of another package
	}
	switch sel.Sel.Name {
	case "AutoMigrate", "CreateTable":
	case "SetupJoinTable":
		f.joinTable(c, at)
		return
	case "Set":
		f.tableOptions(c, at)
		return
	default:
		return
	}
	f.caught, f.looped = nil, false
	for i, arg := range c.Args {
		spread := c.Ellipsis.IsValid() && i == len(c.Args)-1
		if !f.argument(arg, spread, at, 0) {
			f.unclear(arg.Pos(), "add what is passed here to models of [gorm]", "which models are passed to %s cannot be read", sel.Sel.Name)
		}
	}
	for _, m := range f.caught {
		if !slices.Contains(f.out.Models, m) {
			f.out.Models = append(f.out.Models, m)
		}
		if f.looped {
			f.done = append(f.done, gormCall{at.fn, []string{m}})
		}
	}
	if !f.looped && len(f.caught) > 0 {
		f.done = append(f.done, gormCall{at.fn, slices.Clone(f.caught)})
	}
}

// countCalls keeps the calls apart where their order is known.
func (f *gormFinder) countCalls() {
	if len(f.done) < 2 {
		return
	}
	for _, c := range f.done {
		if c.fn == nil || c.fn != f.done[0].fn {
			return
		}
	}
	for _, c := range f.done {
		f.out.Calls = append(f.out.Calls, c.models)
	}
}

// tableOptions reads Set("gorm:table_options", "…").
func (f *gormFinder) tableOptions(c *ast.CallExpr, at gormPlace) {
	if len(c.Args) != 2 {
		return
	}
	if key, ok := f.constant(c.Args[0], at, token.STRING); !ok || key != "gorm:table_options" {
		return
	}
	text, ok := f.constant(c.Args[1], at, token.STRING)
	if !ok {
		f.unread("gorm:table_options", "table_options", c.Args[1])
		return
	}
	if f.agrees("gorm:table_options", text, c.Args[1]) {
		f.out.TableOptions = text
	}
}

// joinTable reads SetupJoinTable(&Model{}, "Field", &Join{}).
func (f *gormFinder) joinTable(c *ast.CallExpr, at gormPlace) {
	if len(c.Args) == 3 {
		field, ok := f.constant(c.Args[1], at, token.STRING)
		f.caught = nil
		if ok && f.argument(c.Args[0], false, at, 0) && f.argument(c.Args[2], false, at, 0) && len(f.caught) == 2 {
			key := f.caught[0] + "." + field
			if f.out.JoinTables == nil {
				f.out.JoinTables, f.joins = map[string]string{}, map[string]token.Pos{}
			}
			f.out.JoinTables[key], f.joins[key] = f.caught[1], c.Pos()
			return
		}
	}
	f.unclear(c.Pos(), "write it into join_tables of [gorm]", "which join table is set up here cannot be read")
}

// argument adds the models of one argument; it is false where they cannot be
// read.
func (f *gormFinder) argument(x ast.Expr, spread bool, at gormPlace, depth int) bool {
	if depth > 6 {
		return false
	}
	x = ast.Unparen(x)
	if spread {
		return f.list(x, at, depth+1)
	}
	switch x := x.(type) {
	case *ast.UnaryExpr:
		return x.Op == token.AND && f.argument(x.X, false, at, depth+1)
	case *ast.CompositeLit:
		return x.Type != nil && f.model(x.Type, at)
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "new" && len(x.Args) == 1 {
			return f.model(x.Args[0], at)
		}
		if star, ok := ast.Unparen(x.Fun).(*ast.StarExpr); ok {
			return f.model(star.X, at)
		}
	case *ast.Ident:
		return f.variable(x, at, depth)
	}
	return false
}

// variable is an element of a list that is gone through, or a variable that
// holds a model.
func (f *gormFinder) variable(x *ast.Ident, at gormPlace, depth int) bool {
	if at.fn == nil || at.fn.Body == nil {
		return false
	}
	found := false
	ast.Inspect(at.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if id, ok := n.Value.(*ast.Ident); ok && id.Name == x.Name && n.Body.Pos() <= x.Pos() && x.Pos() < n.Body.End() {
				found = f.list(n.X, at, depth+1) || found
				f.looped = f.looped || found
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && len(n.Rhs) == 1 && n.Pos() < x.Pos() {
				if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == x.Name {
					found = f.argument(n.Rhs[0], false, at, depth+1) || found
				}
			}
		}
		return true
	})
	return found
}

// list adds the elements of a list of models.
func (f *gormFinder) list(x ast.Expr, at gormPlace, depth int) bool {
	if depth > 6 {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		ok := true
		for _, e := range x.Elts {
			if lit, elided := e.(*ast.CompositeLit); elided && lit.Type == nil {
				array, is := x.Type.(*ast.ArrayType)
				ok = is && f.model(array.Elt, at) && ok
				continue
			}
			ok = f.argument(e, false, at, depth+1) && ok
		}
		return ok
	case *ast.Ident:
		if at.fn != nil {
			if ok, is := f.local(x, at, depth); is {
				return ok
			}
			if i := variadic(at.fn, x.Name); i >= 0 {
				return f.forwarded(at, i, depth)
			}
		}
		return f.packageList(at.pkg, x.Name, depth)
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			return f.packageList(f.imported(at, id.Name), x.Sel.Name, depth)
		}
	case *ast.CallExpr:
		switch fun := x.Fun.(type) {
		case *ast.Ident:
			if fun.Name == "append" && len(x.Args) > 0 {
				ok := f.list(x.Args[0], at, depth+1)
				for i, a := range x.Args[1:] {
					ok = f.argument(a, x.Ellipsis.IsValid() && i == len(x.Args)-2, at, depth+1) && ok
				}
				return ok
			}
			return f.returned(at.pkg, fun.Name, depth)
		case *ast.SelectorExpr:
			if id, ok := fun.X.(*ast.Ident); ok {
				return f.returned(f.imported(at, id.Name), fun.Sel.Name, depth)
			}
		}
	}
	return false
}

// local is a list in a variable of the function.
func (f *gormFinder) local(x *ast.Ident, at gormPlace, depth int) (ok, is bool) {
	ok = true
	ast.Inspect(at.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
				return true
			}
			if id, match := n.Lhs[0].(*ast.Ident); !match || id.Name != x.Name || n.Pos() > x.Pos() {
				return true
			}
			value := n.Rhs[0]
			if call, isCall := value.(*ast.CallExpr); isCall && is { // xs = append(xs, …)
				if id, _ := call.Fun.(*ast.Ident); id != nil && id.Name == "append" && len(call.Args) > 0 {
					for i, a := range call.Args[1:] {
						ok = f.argument(a, call.Ellipsis.IsValid() && i == len(call.Args)-2, at, depth+1) && ok
					}
					return true
				}
			}
			ok, is = f.list(value, at, depth+1) && ok, true
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if id.Name == x.Name && i < len(n.Values) {
					ok, is = f.list(n.Values[i], at, depth+1) && ok, true
				}
			}
		}
		return true
	})
	return ok, is
}

// packageList is a list in a variable of a package.
func (f *gormFinder) packageList(p *gormPkg, name string, depth int) bool {
	if p == nil {
		return false
	}
	for _, file := range p.files {
		for _, d := range file.Decls {
			gd, ok := d.(*ast.GenDecl)
			if !ok || gd.Tok != token.VAR {
				continue
			}
			for _, s := range gd.Specs {
				spec := s.(*ast.ValueSpec)
				for i, id := range spec.Names {
					if id.Name == name && i < len(spec.Values) {
						return f.list(spec.Values[i], gormPlace{pkg: p, file: file}, depth+1)
					}
				}
			}
		}
	}
	return false
}

// returned is the list that a function returns.
func (f *gormFinder) returned(p *gormPkg, name string, depth int) bool {
	fn, file := f.function(p, name)
	if fn == nil || fn.Body == nil || len(fn.Body.List) == 0 {
		return false
	}
	ret, ok := fn.Body.List[len(fn.Body.List)-1].(*ast.ReturnStmt)
	return ok && len(ret.Results) == 1 && f.list(ret.Results[0], gormPlace{p, file, fn}, depth+1)
}

func (f *gormFinder) function(p *gormPkg, name string) (*ast.FuncDecl, *ast.File) {
	if p == nil {
		return nil, nil
	}
	for _, file := range p.files {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == name && fn.Recv == nil {
				return fn, file
			}
		}
	}
	return nil, nil
}
