package modelscan

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"path"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/dialect"
)

// A scope is where an expression stands: its file, and what the type
// parameters of the enclosing generic type are bound to.
type scope struct {
	file *file
	args map[string]boundArg
}

type boundArg struct {
	expr  ast.Expr
	scope scope
}

// A structType is a struct together with the scope its field types are read
// in. decl is nil for an anonymous struct.
type structType struct {
	decl  *typeDecl
	node  *ast.StructType
	scope scope
}

// maxDepth ends the resolution of types that are defined by themselves.
const maxDepth = 64

// resolve says what a type expression means. It never fails: a type that
// cannot be found has form unknownForm and says why.
func (l *loader) resolve(x ast.Expr, sc scope) gotype {
	t := l.resolveDeep(x, sc, 0)
	t.expr = x
	return t
}

func (l *loader) resolveDeep(x ast.Expr, sc scope, depth int) gotype {
	if depth > maxDepth {
		return gotype{form: unknownForm, trouble: "it is defined by itself"}
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return l.resolveDeep(x.X, sc, depth+1)
	case *ast.StarExpr:
		t := l.resolveDeep(x.X, sc, depth+1)
		t.null = true
		return t
	case *ast.Ident:
		return l.resolveIdent(x, nil, sc, depth)
	case *ast.SelectorExpr:
		return l.resolveSelector(x, nil, sc, depth)
	case *ast.IndexExpr:
		return l.resolveGeneric(x.X, []ast.Expr{x.Index}, sc, depth)
	case *ast.IndexListExpr:
		return l.resolveGeneric(x.X, x.Indices, sc, depth)
	case *ast.ArrayType:
		return l.resolveArray(x, sc, depth)
	case *ast.StructType:
		return gotype{form: structForm, structure: &structType{node: x, scope: sc}}
	case *ast.MapType:
		return gotype{form: mapForm}
	case *ast.InterfaceType:
		return gotype{form: interfaceForm}
	case *ast.FuncType:
		return gotype{form: funcForm}
	case *ast.ChanType:
		return gotype{form: chanForm}
	}
	return gotype{form: unknownForm, trouble: "it is no type"}
}

func (l *loader) resolveArray(x *ast.ArrayType, sc scope, depth int) gotype {
	elem := l.resolveDeep(x.Elt, sc, depth+1)
	elem.expr = x.Elt
	if x.Len != nil {
		return gotype{form: arrayForm, elem: &elem}
	}
	if elem.form == basicForm && elem.kind == dialect.GoUint8 && !elem.null && !elem.known {
		return gotype{kind: dialect.GoBytes}
	}
	return gotype{form: sliceForm, elem: &elem}
}

func (l *loader) resolveGeneric(x ast.Expr, args []ast.Expr, sc scope, depth int) gotype {
	switch x := x.(type) {
	case *ast.Ident:
		return l.resolveIdent(x, args, sc, depth)
	case *ast.SelectorExpr:
		return l.resolveSelector(x, args, sc, depth)
	}
	return gotype{form: unknownForm, trouble: "it is no type"}
}

func (l *loader) resolveIdent(x *ast.Ident, args []ast.Expr, sc scope, depth int) gotype {
	if bound, ok := sc.args[x.Name]; ok {
		return l.resolveDeep(bound.expr, bound.scope, depth+1)
	}
	if d := l.typeDecl(sc.file.pkg, x.Name); d != nil {
		return l.resolveDecl(d, args, sc, depth)
	}
	for _, dot := range dotImports(sc.file) {
		if k, ok := known(dot, x.Name); ok {
			return l.resolveKnown(k, args, sc, depth)
		}
		if p := l.imported(sc.file.pkg, dot); p != nil {
			if d := l.typeDecl(p, x.Name); d != nil {
				return l.resolveDecl(d, args, sc, depth)
			}
		}
	}
	if kind, ok := universe[x.Name]; ok {
		return gotype{kind: kind}
	}
	switch x.Name {
	case "any", "error":
		return gotype{form: interfaceForm}
	case "complex64", "complex128", "uintptr":
		return gotype{form: unknownForm, trouble: "no column can hold it"}
	}
	return gotype{form: unknownForm, trouble: fmt.Sprintf("type %s is not declared in package %s", x.Name, sc.file.pkg.name)}
}

func (l *loader) resolveSelector(x *ast.SelectorExpr, args []ast.Expr, sc scope, depth int) gotype {
	name, ok := x.X.(*ast.Ident)
	if !ok {
		return gotype{form: unknownForm, trouble: "it is no type"}
	}
	importPath, ok := l.importNamed(sc.file, name.Name)
	if !ok {
		return gotype{form: unknownForm, trouble: fmt.Sprintf("nothing named %s is imported", name.Name)}
	}
	if k, ok := known(importPath, x.Sel.Name); ok {
		return l.resolveKnown(k, args, sc, depth)
	}
	p := l.imported(sc.file.pkg, importPath)
	if p == nil {
		return gotype{form: unknownForm, trouble: fmt.Sprintf("package %s cannot be found (go mod download fetches what is missing)", importPath)}
	}
	d := l.typeDecl(p, x.Sel.Name)
	if d == nil {
		return gotype{form: unknownForm, trouble: fmt.Sprintf("package %s declares no type %s", importPath, x.Sel.Name)}
	}
	return l.resolveDecl(d, args, sc, depth)
}

// resolveKnown makes a gotype of a row of the table. Types that wrap a type
// argument are what their argument is.
func (l *loader) resolveKnown(k knownType, args []ast.Expr, sc scope, depth int) gotype {
	if k.arg {
		if len(args) != 1 {
			return gotype{form: unknownForm, trouble: "its type argument is missing"}
		}
		t := l.resolveDeep(args[0], sc, depth+1)
		t.null = t.null || k.null
		return t
	}
	t := gotype{kind: k.kind, pg: k.pg, null: k.null, known: true}
	if k.array {
		elem := t
		elem.null = false
		return gotype{form: sliceForm, elem: &elem, null: k.null, known: true}
	}
	return t
}

// resolveDecl follows a declaration. The scope of its right side binds the
// type parameters to args, which are read where the type is used.
func (l *loader) resolveDecl(d *typeDecl, args []ast.Expr, sc scope, depth int) gotype {
	inner := scope{file: d.file}
	if params := d.spec.TypeParams; params != nil {
		inner.args = map[string]boundArg{}
		i := 0
		for _, field := range params.List {
			for _, n := range field.Names {
				if i < len(args) {
					inner.args[n.Name] = boundArg{args[i], sc}
				}
				i++
			}
		}
		if i != len(args) {
			return gotype{form: unknownForm, trouble: fmt.Sprintf("type %s takes %d type arguments, not %d", d.name, i, len(args))}
		}
	}
	t := l.resolveDeep(d.spec.Type, inner, depth+1)
	if d.spec.Assign.IsValid() { // an alias is what it stands for
		return t
	}
	right := stripParens(d.spec.Type)
	if _, pointer := right.(*ast.StarExpr); pointer {
		return gotype{form: unknownForm, trouble: "it is a named pointer type"}
	}
	if inPlace, ok := right.(*ast.StructType); ok {
		t.structure = &structType{decl: d, node: inPlace, scope: inner}
	}
	t.chain = append([]*typeDecl{d}, t.chain...)
	return t
}

func stripParens(x ast.Expr) ast.Expr {
	for {
		p, ok := x.(*ast.ParenExpr)
		if !ok {
			return x
		}
		x = p.X
	}
}

// importNamed is the path of the import that a file calls name.
func (l *loader) importNamed(f *file, name string) (string, bool) {
	if f.ast == nil {
		return "", false
	}
	for _, spec := range f.ast.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			if spec.Name.Name == name {
				return importPath, true
			}
			continue
		}
		if l.importName(f.pkg, importPath) == name {
			return importPath, true
		}
	}
	return "", false
}

// importName is the name of the package behind an import path; where the
// package cannot be found, the one its path suggests.
func (l *loader) importName(from *pkg, importPath string) string {
	real := importPath
	if r, ok := from.imports[importPath]; ok {
		real = r
	}
	if p := l.pkgs[real]; p != nil && p.name != "" {
		return p.name
	}
	guess := path.Base(unversioned(importPath))
	if l.fallback == nil {
		return guess
	}
	if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
		return guess // the standard library keeps to the rule
	}
	if p := l.imported(from, importPath); p != nil && p.name != "" {
		return p.name
	}
	return guess
}

func dotImports(f *file) []string {
	var list []string
	if f.ast == nil {
		return nil
	}
	for _, spec := range f.ast.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			if importPath, err := strconv.Unquote(spec.Path.Value); err == nil {
				list = append(list, importPath)
			}
		}
	}
	return list
}

// constOf evaluates a constant expression of strings, numbers and booleans.
// The Value is of kind Unknown where it cannot.
func (l *loader) constOf(x ast.Expr, f *file, iota, depth int) constant.Value {
	unknown := constant.MakeUnknown()
	if depth > maxDepth || x == nil {
		return unknown
	}
	switch x := x.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(x.Value, x.Kind, 0)
	case *ast.ParenExpr:
		return l.constOf(x.X, f, iota, depth+1)
	case *ast.Ident:
		if x.Name == "iota" {
			return constant.MakeInt64(int64(iota))
		}
		if c := l.constDecl(f.pkg, x.Name); c != nil {
			return l.constOf(c.value, c.file, c.iota, depth+1)
		}
	case *ast.SelectorExpr:
		name, ok := x.X.(*ast.Ident)
		if !ok {
			return unknown
		}
		importPath, ok := l.importNamed(f, name.Name)
		if !ok {
			return unknown
		}
		if p := l.imported(f.pkg, importPath); p != nil {
			if c := l.constDecl(p, x.Sel.Name); c != nil {
				return l.constOf(c.value, c.file, c.iota, depth+1)
			}
		}
	case *ast.CallExpr: // a conversion; of strings to string types it keeps the value
		if len(x.Args) == 1 {
			if v := l.constOf(x.Args[0], f, iota, depth+1); v.Kind() == constant.String {
				return v
			}
		}
	case *ast.BinaryExpr:
		a, b := l.constOf(x.X, f, iota, depth+1), l.constOf(x.Y, f, iota, depth+1)
		if x.Op == token.ADD && a.Kind() == b.Kind() && (a.Kind() == constant.String || a.Kind() == constant.Int) {
			return constant.BinaryOp(a, x.Op, b)
		}
	}
	return unknown
}
