package modelscan

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A GormSetup is how a program sets GORM up, as far as its source says it in
// constants.
type GormSetup struct {
	// Models are the structs passed to AutoMigrate and to CreateTable of a
	// migrator, "import/path.Type", in the order of the calls.
	Models   []string
	Packages []string // of the models, as patterns for [Options.Patterns], sorted

	// JoinTables are the calls of SetupJoinTable: "import/path.Type.Field" to
	// "import/path.Type".
	JoinTables map[string]string

	TablePrefix         string
	SingularTable       bool
	NoLowerCase         bool
	IdentifierMaxLength int
	DisableForeignKeys  bool
	IgnoreRelations     bool

	// Unclear is what stands there and is not plain: somebody has to look.
	Unclear []Problem // sorted by position
}

// FindGorm looks under dir for the calls of AutoMigrate and the configuration
// of GORM. Test files, and packages named migration(s) or archived, which hold
// models of the past, are passed over. Nothing is built or run.
func FindGorm(ctx context.Context, dir string) (*GormSetup, error) {
	root, err := filepath.Abs(cmpOr(dir, "."))
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	f := &gormFinder{root: root, tree: newTree(root), fset: token.NewFileSet(), byDir: map[string]*gormPkg{}, said: map[string]gormSaid{}}
	f.l = &loader{dir: root, shownDir: map[string]string{}, fset: f.fset}
	err = walkPackages(root, func(d string) {
		if ctx.Err() == nil {
			f.pkg(d)
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	var dirs []string
	for d := range f.byDir {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		if !f.past(f.byDir[d]) {
			f.read(f.byDir[d])
		}
	}
	slices.Sort(f.out.Packages)
	f.out.Unclear = sortProblems(f.out.Unclear)
	return &f.out, nil
}

// past reports whether a package holds models of the past.
func (f *gormFinder) past(p *gormPkg) bool {
	rel, err := filepath.Rel(f.root, p.dir)
	return err == nil && slices.ContainsFunc(append(strings.Split(filepath.ToSlash(rel), "/"), p.name), func(part string) bool {
		return part == "migration" || part == "migrations" || part == "archived"
	})
}

// A gormFinder is one search.
type gormFinder struct {
	root  string
	tree  *tree
	l     *loader
	fset  *token.FileSet
	byDir map[string]*gormPkg
	said  map[string]gormSaid // what the configuration says, by key
	out   GormSetup
}

type gormSaid struct {
	text string
	pos  token.Pos
}

// A gormPkg is a package with the bodies of its functions.
type gormPkg struct {
	dir, path, name string
	files           []*ast.File
}

// pkg is the package in a directory, nil where there is none.
func (f *gormFinder) pkg(dir string) *gormPkg {
	if p, ok := f.byDir[dir]; ok {
		return p
	}
	files := goFilesIn(dir, "")
	if len(files) == 0 {
		return nil
	}
	p := &gormPkg{dir: dir, path: f.tree.importPath(dir)}
	f.byDir[dir] = p
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if tree, _ := parser.ParseFile(f.fset, name, src, parser.SkipObjectResolution); tree != nil {
			p.files, p.name = append(p.files, tree), tree.Name.Name
		}
	}
	return p
}

// A place is where an expression stands.
type gormPlace struct {
	pkg  *gormPkg
	file *ast.File
	fn   *ast.FuncDecl // nil at the top of a file
}

func (f *gormFinder) unclear(p token.Pos, hint, format string, args ...any) {
	f.out.Unclear = append(f.out.Unclear, Problem{Pos: f.pos(p), Text: fmt.Sprintf(format, args...), Hint: hint})
}

func (f *gormFinder) pos(p token.Pos) schema.Pos { return f.l.pos(p, "") }

// read looks through the functions and variables of a package.
func (f *gormFinder) read(p *gormPkg) {
	for _, file := range p.files {
		if !importsGorm(file) {
			continue
		}
		for _, d := range file.Decls {
			at := gormPlace{pkg: p, file: file}
			at.fn, _ = d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					f.call(n, at)
				case *ast.CompositeLit:
					f.config(n, at)
				}
				return true
			})
		}
	}
}

func importsGorm(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return strings.HasPrefix(s.Path.Value, `"gorm.io/`) })
}

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
	default:
		return
	}
	for i, arg := range c.Args {
		spread := c.Ellipsis.IsValid() && i == len(c.Args)-1
		if !f.argument(arg, spread, at, 0) {
			f.unclear(arg.Pos(), "add what is passed here to models of [gorm]", "which models are passed to %s cannot be read", sel.Sel.Name)
		}
	}
}

// joinTable reads SetupJoinTable(&Model{}, "Field", &Join{}).
func (f *gormFinder) joinTable(c *ast.CallExpr, at gormPlace) {
	if len(c.Args) == 3 {
		field, ok := f.constant(c.Args[1], at, token.STRING)
		outer, models := &gormFinder{}, f.out.Models
		*outer = *f
		outer.out.Models = nil
		if ok && outer.argument(c.Args[0], false, at, 0) && outer.argument(c.Args[2], false, at, 0) && len(outer.out.Models) > 0 {
			from, to := outer.out.Models[0], outer.out.Models[len(outer.out.Models)-1]
			f.out.Packages, f.out.Models = outer.out.Packages, models
			if f.out.JoinTables == nil {
				f.out.JoinTables = map[string]string{}
			}
			f.out.JoinTables[from+"."+field] = to
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
	for _, d := range f.dirs() {
		p := f.byDir[d]
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

func (f *gormFinder) dirs() []string {
	var list []string
	for d := range f.byDir {
		list = append(list, d)
	}
	slices.Sort(list)
	return list
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

// importOf is the path behind a package name in a file, or "".
func (f *gormFinder) importOf(at gormPlace, name string) string {
	for _, s := range at.file.Imports {
		importPath, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			continue
		}
		if s.Name != nil {
			if s.Name.Name == name {
				return importPath
			}
			continue
		}
		if path.Base(unversioned(importPath)) == name {
			return importPath
		}
		if dir, ok := f.tree.find(importPath); ok && strings.HasPrefix(dir, f.root) {
			if p := f.pkg(dir); p != nil && p.name == name {
				return importPath
			}
		}
	}
	return ""
}

// imported is a package of the module that a file imports, or nil.
func (f *gormFinder) imported(at gormPlace, name string) *gormPkg {
	importPath := f.importOf(at, name)
	dir, ok := f.tree.find(importPath)
	if importPath == "" || !ok {
		return nil
	}
	return f.pkg(dir)
}

// declaring is the path of the package that a plain type name belongs to: the
// one it stands in, or one imported with a dot.
func (f *gormFinder) declaring(at gormPlace, name string) string {
	if at.pkg.declares(name) {
		return at.pkg.path
	}
	for _, s := range at.file.Imports {
		importPath, err := strconv.Unquote(s.Path.Value)
		if err != nil || s.Name == nil || s.Name.Name != "." {
			continue
		}
		if dir, ok := f.tree.find(importPath); ok {
			if p := f.pkg(dir); p != nil && p.declares(name) {
				return importPath
			}
		}
	}
	return "" // of a function, or not to be found
}

func (p *gormPkg) declares(name string) bool {
	for _, file := range p.files {
		for _, d := range file.Decls {
			gd, ok := d.(*ast.GenDecl)
			if !ok || gd.Tok != token.TYPE {
				continue
			}
			for _, s := range gd.Specs {
				if s.(*ast.TypeSpec).Name.Name == name {
					return true
				}
			}
		}
	}
	return false
}

// model adds the struct that a type names.
func (f *gormFinder) model(x ast.Expr, at gormPlace) bool {
	importPath, name := "", ""
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		importPath, name = f.declaring(at, x.Name), x.Name
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			importPath, name = f.importOf(at, id.Name), x.Sel.Name
		}
	case *ast.StarExpr:
		return f.model(x.X, at)
	}
	if importPath == "" || name == "any" {
		return false
	}
	pattern := importPath
	if dir, ok := f.tree.find(importPath); ok {
		if rel, err := filepath.Rel(f.root, dir); err == nil && !strings.HasPrefix(rel, "..") {
			pattern = "./" + filepath.ToSlash(rel)
		}
		if rel, _ := filepath.Rel(f.root, dir); rel == "." {
			pattern = "."
		}
	}
	full := importPath + "." + name
	if !slices.Contains(f.out.Models, full) {
		f.out.Models = append(f.out.Models, full)
	}
	if !slices.Contains(f.out.Packages, pattern) {
		f.out.Packages = append(f.out.Packages, pattern)
	}
	return true
}
