package modelscan

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/modelscan/xorm"
)

// An XormSetup is how a program sets xorm up, as far as its source says it in
// constants.
type XormSetup struct {
	// Models are the structs passed to Sync, Sync2, SyncWithOptions and
	// CreateTables, "import/path.Type", in the order of the calls.
	Models   []string
	Packages []string // of the models, as patterns for [Options.Patterns], sorted

	Tables, Columns xorm.Mapper // empty rules: xorm's own
	Tag             string      // SetTagIdentifier

	// Unclear is what stands there and is not plain: somebody has to look.
	Unclear []Problem // sorted by position
}

// FindXorm looks under dir for the calls that create tables and for the
// mappers of the engine. Test files are passed over. Packages named
// migration(s) or archived hold models of the past: of what they create only
// structs of other packages are taken. Nothing is built or run.
func FindXorm(ctx context.Context, dir string) (*XormSetup, error) {
	f, err := newGormFinder(dir)
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	x := &xormFinder{gormFinder: f}
	dirs := f.mentioning("xorm")
	for _, past := range []bool{false, true} {
		for _, d := range dirs {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("finding models: %w", err)
			}
			if p := f.pkg(d); p != nil && f.past(p) == past && importsXorm(p) {
				x.read(p, past)
			}
		}
	}
	x.setup.Models, x.setup.Packages, x.setup.Unclear = f.out.Models, f.out.Packages, sortProblems(f.out.Unclear)
	slices.Sort(x.setup.Packages)
	return &x.setup, nil
}

// dirs are the directories of the packages read so far, sorted.
func (f *gormFinder) dirs() []string { return slices.Sorted(maps.Keys(f.byDir)) }

// An xormFinder is one search. How arguments are followed is the GORM
// finder's.
type xormFinder struct {
	*gormFinder
	setup XormSetup
}

func importsXorm(p *gormPkg) bool {
	for _, file := range p.files {
		for _, s := range file.Imports {
			importPath, _ := strconv.Unquote(s.Path.Value)
			if isXormPath(importPath) {
				return true
			}
		}
	}
	return false
}

func isXormPath(importPath string) bool {
	return importPath == "xorm.io/core" || slices.ContainsFunc(xormPaths, func(p string) bool { return importPath == p || strings.HasPrefix(importPath, p+"/") })
}

func (x *xormFinder) read(p *gormPkg, past bool) {
	for _, file := range p.files {
		for _, d := range file.Decls {
			at := gormPlace{pkg: p, file: file}
			at.fn, _ = d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					x.call(c, at, past)
				}
				return true
			})
		}
	}
}

// syncCalls are the methods that create tables, and how many arguments stand
// before the models.
var syncCalls = map[string]int{"Sync": 0, "Sync2": 0, "CreateTables": 0, "SyncWithOptions": 1}

func (x *xormFinder) call(c *ast.CallExpr, at gormPlace, past bool) {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if id, ok := sel.X.(*ast.Ident); ok && x.importOf(at, id.Name) != "" {
		return // a function of another package
	}
	if skip, ok := syncCalls[sel.Sel.Name]; ok && len(c.Args) > skip {
		x.models(c, c.Args[skip:], at, past)
		return
	}
	if past || len(c.Args) != 1 {
		return
	}
	switch sel.Sel.Name {
	case "SetMapper":
		x.mapper(c.Args[0], at, &x.setup.Tables, "table_mapper")
		x.mapper(c.Args[0], at, &x.setup.Columns, "column_mapper")
	case "SetTableMapper":
		x.mapper(c.Args[0], at, &x.setup.Tables, "table_mapper")
	case "SetColumnMapper":
		x.mapper(c.Args[0], at, &x.setup.Columns, "column_mapper")
	case "SetTagIdentifier":
		if s, ok := x.constant(c.Args[0], at, token.STRING); !ok {
			x.unread("tag", c.Args[0])
		} else if x.agrees("SetTagIdentifier", s, c.Args[0]) {
			x.setup.Tag = s
		}
	}
}

func (x *xormFinder) unread(key string, at ast.Expr) {
	x.unclear(at.Pos(), "write "+key+" into [xorm]", "what is passed here is no constant and cannot be read")
}

// models adds the arguments of a call that creates tables.
func (x *xormFinder) models(c *ast.CallExpr, args []ast.Expr, at gormPlace, past bool) {
	for i, arg := range args {
		inner := &gormFinder{}
		*inner = *x.gormFinder
		inner.out, inner.caught = GormSetup{}, nil
		spread := c.Ellipsis.IsValid() && i == len(args)-1
		ok := inner.argument(arg, spread, at, 0)
		ok = spread && x.registered(inner, arg, at) || ok
		if !ok && !past {
			x.unclear(arg.Pos(), "add what is passed here to models of [xorm]", "which models are passed to %s cannot be read", c.Fun.(*ast.SelectorExpr).Sel.Name)
		}
		inner.out.Models = inner.caught
		x.merge(&inner.out, past)
	}
}

// merge adds what a call named. Packages of the past keep what they declare.
func (x *xormFinder) merge(found *GormSetup, past bool) {
	for _, m := range found.Models {
		importPath := m[:strings.LastIndexByte(m, '.')]
		dir, _ := x.tree.find(importPath)
		var p *gormPkg
		if past && dir != "" {
			p = x.pkg(dir)
		}
		if past && (p == nil || x.past(p)) || slices.Contains(x.out.Models, m) {
			continue
		}
		x.out.Models = append(x.out.Models, m)
		pattern := importPath
		if rel, err := filepath.Rel(x.root, dir); err == nil && dir != "" && !strings.HasPrefix(rel, "..") {
			pattern = "./" + filepath.ToSlash(rel)
			if rel == "." {
				pattern = "."
			}
		}
		if !slices.Contains(x.out.Packages, pattern) {
			x.out.Packages = append(x.out.Packages, pattern)
		}
	}
}

// registered follows a list in a variable of a package that functions of the
// package append their arguments to: func RegisterModel(bean any) { models =
// append(models, bean) }. What is passed to these functions are the models.
func (x *xormFinder) registered(into *gormFinder, arg ast.Expr, at gormPlace) bool {
	id, ok := ast.Unparen(arg).(*ast.Ident)
	if !ok {
		return false
	}
	found := false
	for _, file := range at.pkg.files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			place := gormPlace{pkg: at.pkg, file: file, fn: fn}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				for _, a := range appendedTo(n, id.Name) {
					if p, isParam := a.(*ast.Ident); isParam && param(fn, p.Name) >= 0 {
						found = x.callers(into, place, param(fn, p.Name)) || found
					} else {
						found = into.argument(a, false, place, 1) || found
					}
				}
				return true
			})
		}
	}
	return found
}

// appendedTo are what name = append(name, …) adds.
func appendedTo(n ast.Node, name string) []ast.Expr {
	as, ok := n.(*ast.AssignStmt)
	if !ok || len(as.Lhs) != 1 || len(as.Rhs) != 1 {
		return nil
	}
	if id, ok := as.Lhs[0].(*ast.Ident); !ok || id.Name != name {
		return nil
	}
	c, ok := as.Rhs[0].(*ast.CallExpr)
	if !ok || len(c.Args) < 2 {
		return nil
	}
	if id, ok := c.Fun.(*ast.Ident); !ok || id.Name != "append" {
		return nil
	}
	return c.Args[1:]
}

// param is the index of the parameter of that name, or -1.
func param(fn *ast.FuncDecl, name string) int {
	i := 0
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// callers adds what the callers of a function pass as its parameter i; all
// from there on where it is variadic.
func (x *xormFinder) callers(into *gormFinder, fn gormPlace, i int) bool {
	variadic := false
	if list := fn.fn.Type.Params.List; len(list) > 0 {
		_, variadic = list[len(list)-1].Type.(*ast.Ellipsis)
		variadic = variadic && i == fn.fn.Type.Params.NumFields()-1
	}
	found := false
	for _, dir := range x.mentioning(fn.fn.Name.Name) {
		p := x.pkg(dir)
		if p == nil {
			continue
		}
		for _, file := range p.files {
			for _, decl := range file.Decls {
				at := gormPlace{pkg: p, file: file}
				at.fn, _ = decl.(*ast.FuncDecl)
				ast.Inspect(decl, func(n ast.Node) bool {
					c, ok := n.(*ast.CallExpr)
					if !ok || len(c.Args) <= i || !x.gormFinder.calls(c, at, fn, fn.fn.Name.Name) {
						return true
					}
					last := i
					if variadic {
						last = len(c.Args) - 1
					}
					for _, a := range c.Args[i : last+1] {
						if into.argument(a, c.Ellipsis.IsValid() && a == c.Args[len(c.Args)-1], at, 1) {
							found = true
						} else {
							x.unclear(a.Pos(), "add what is passed here to models of [xorm]", "which model is passed to %s cannot be read", fn.fn.Name.Name)
						}
					}
					return true
				})
			}
		}
	}
	return found
}
