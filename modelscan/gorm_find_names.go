package modelscan

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

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
	f.caught = append(f.caught, importPath+"."+name)
	if !slices.Contains(f.out.Packages, pattern) {
		f.out.Packages = append(f.out.Packages, pattern)
	}
	return true
}
