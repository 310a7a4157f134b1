package modelscan

import (
	"go/ast"
	"reflect"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// gormTypes shows Go types to package gorm as reflect would show them to GORM.
type gormTypes struct {
	s     *scanner
	named map[string]*gorm.Type // by package, name and type arguments
	anon  map[ast.Node]*gorm.Type
	basic map[string]*gorm.Type
	depth int
}

func newGormTypes(s *scanner) *gormTypes {
	return &gormTypes{s: s, named: map[string]*gorm.Type{}, anon: map[ast.Node]*gorm.Type{}, basic: map[string]*gorm.Type{}}
}

var basicKinds = map[string]reflect.Kind{
	"bool": reflect.Bool, "string": reflect.String,
	"int": reflect.Int, "int8": reflect.Int8, "int16": reflect.Int16, "int32": reflect.Int32, "int64": reflect.Int64, "rune": reflect.Int32,
	"uint": reflect.Uint, "uint8": reflect.Uint8, "uint16": reflect.Uint16, "uint32": reflect.Uint32, "uint64": reflect.Uint64, "byte": reflect.Uint8,
	"float32": reflect.Float32, "float64": reflect.Float64, "uintptr": reflect.Uintptr, "complex64": reflect.Complex64, "complex128": reflect.Complex128,
	"any": reflect.Interface, "error": reflect.Interface,
}

// of is the type that an expression names.
func (g *gormTypes) of(x ast.Expr, sc scope) *gorm.Type {
	if g.depth > maxDepth {
		return unknownGorm("it is defined by itself")
	}
	g.depth++
	defer func() { g.depth-- }()
	switch x := x.(type) {
	case *ast.ParenExpr:
		return g.of(x.X, sc)
	case *ast.StarExpr:
		return &gorm.Type{Kind: reflect.Pointer, Elem: g.of(x.X, sc)}
	case *ast.ArrayType:
		kind := reflect.Slice
		if x.Len != nil {
			kind = reflect.Array
		}
		return &gorm.Type{Kind: kind, Elem: g.of(x.Elt, sc)}
	case *ast.MapType:
		return &gorm.Type{Kind: reflect.Map, Elem: g.of(x.Value, sc)}
	case *ast.InterfaceType:
		return &gorm.Type{Kind: reflect.Interface}
	case *ast.FuncType:
		return &gorm.Type{Kind: reflect.Func}
	case *ast.ChanType:
		return &gorm.Type{Kind: reflect.Chan}
	case *ast.StructType:
		return g.structType(x, sc)
	case *ast.Ident:
		return g.ident(x, nil, sc)
	case *ast.SelectorExpr:
		return g.selector(x, nil, sc)
	case *ast.IndexExpr:
		return g.generic(x.X, []ast.Expr{x.Index}, sc)
	case *ast.IndexListExpr:
		return g.generic(x.X, x.Indices, sc)
	}
	return unknownGorm("it is no type")
}

func unknownGorm(why string) *gorm.Type { return &gorm.Type{Kind: reflect.Invalid, Trouble: why} }

func (g *gormTypes) structType(x *ast.StructType, sc scope) *gorm.Type {
	if t := g.anon[x]; t != nil && sc.args == nil {
		return t
	}
	t := &gorm.Type{Kind: reflect.Struct}
	t.Facts = &gormFacts{g: g, t: t, node: x, scope: sc}
	g.anon[x] = t
	return t
}

func (g *gormTypes) generic(x ast.Expr, args []ast.Expr, sc scope) *gorm.Type {
	switch x := x.(type) {
	case *ast.Ident:
		return g.ident(x, args, sc)
	case *ast.SelectorExpr:
		return g.selector(x, args, sc)
	}
	return unknownGorm("it is no type")
}

func (g *gormTypes) ident(x *ast.Ident, args []ast.Expr, sc scope) *gorm.Type {
	if bound, ok := sc.args[x.Name]; ok {
		return g.of(bound.expr, bound.scope)
	}
	if d := g.s.l.typeDecl(sc.file.pkg, x.Name); d != nil {
		return g.decl(d, args, sc)
	}
	for _, dot := range dotImports(sc.file) {
		if p := g.s.l.imported(sc.file.pkg, dot); p != nil {
			if d := g.s.l.typeDecl(p, x.Name); d != nil {
				return g.decl(d, args, sc)
			}
		}
	}
	if kind, ok := basicKinds[x.Name]; ok {
		return g.basicType(x.Name, kind)
	}
	return unknownGorm("type " + x.Name + " is not declared in package " + sc.file.pkg.name)
}

func (g *gormTypes) basicType(name string, kind reflect.Kind) *gorm.Type {
	if g.basic[name] == nil {
		g.basic[name] = &gorm.Type{Kind: kind, Name: name}
	}
	return g.basic[name]
}

func (g *gormTypes) selector(x *ast.SelectorExpr, args []ast.Expr, sc scope) *gorm.Type {
	name, ok := x.X.(*ast.Ident)
	if !ok {
		return unknownGorm("it is no type")
	}
	importPath, ok := g.s.l.importNamed(sc.file, name.Name)
	if !ok {
		return unknownGorm("nothing named " + name.Name + " is imported")
	}
	p := g.s.l.imported(sc.file.pkg, importPath)
	if p != nil {
		if d := g.s.l.typeDecl(p, x.Sel.Name); d != nil {
			return g.decl(d, args, sc)
		}
	}
	if t := g.missing(importPath, x.Sel.Name, args, sc); t != nil {
		return t
	}
	t := unknownGorm("package " + importPath + " declares no type " + x.Sel.Name)
	if p == nil {
		t = unknownGorm("package " + importPath + " cannot be found (go mod download fetches what is missing)")
	}
	t.Name, t.Package = x.Sel.Name, importPath
	return t
}

// missing is a type that is known without its source.
func (g *gormTypes) missing(importPath, name string, args []ast.Expr, sc scope) *gorm.Type {
	key := importPath + "." + name
	if text, ok := g.s.typeTexts()[key]; ok {
		return g.configured(importPath, name, text)
	}
	if key == "gorm.io/gorm.Model" {
		return g.gormModel()
	}
	known, ok := gormKnown[unversioned(importPath)+"."+name]
	if !ok {
		return nil
	}
	t := &gorm.Type{Kind: known.kind, Name: name, Package: importPath}
	if known.kind == reflect.Array || known.kind == reflect.Slice {
		t.Elem = g.basicType("byte", reflect.Uint8)
	}
	if have := g.named[key]; have != nil && len(args) == 0 {
		return have
	}
	g.named[key] = t
	f := &gormFacts{g: g, t: t, known: &known}
	if len(args) == 1 {
		f.arg = g.of(args[0], sc)
	}
	t.Facts = f
	return t
}

// gormModelSource is gorm.Model as GORM declares it in every release.
const gormModelSource = `package gorm

import (
	"time"

	"gorm.io/gorm"
)

type Model struct {
	ID        uint ` + "`gorm:\"primarykey\"`" + `
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt gorm.DeletedAt ` + "`gorm:\"index\"`" + `
}
`

// gormModel is gorm.Model where the module of GORM is not there.
func (g *gormTypes) gormModel() *gorm.Type {
	const path = "gorm.io/gorm"
	if t := g.named[path+".Model"]; t != nil {
		return t
	}
	p := &pkg{path: path, name: "gorm", parsed: map[string]bool{}, types: map[string]*typeDecl{}, methods: map[string]map[string]*method{}, consts: map[string]*constDecl{}}
	p.index(g.s.l.parse(p, path+"/model.go", []byte(gormModelSource)))
	d := p.types["Model"]
	return g.decl(d, nil, scope{file: d.file})
}

// decl is a declared type with its type arguments.
func (g *gormTypes) decl(d *typeDecl, args []ast.Expr, sc scope) *gorm.Type {
	inner := scope{file: d.file}
	name := d.name
	if params := d.spec.TypeParams; params != nil {
		inner.args = map[string]boundArg{}
		var names []string
		for _, field := range params.List {
			for _, n := range field.Names {
				if i := len(names); i < len(args) {
					inner.args[n.Name] = boundArg{args[i], sc}
					names = append(names, argName(g.of(args[i], sc)))
				}
			}
		}
		name += "[" + strings.Join(names, ",") + "]"
	}
	if d.spec.Assign.IsValid() {
		return g.of(d.spec.Type, inner)
	}
	key := d.file.pkg.path + "." + name
	if t := g.named[key]; t != nil {
		return t
	}
	t := &gorm.Type{Name: name, Package: d.file.pkg.path, Origin: d}
	g.named[key] = t
	f := &gormFacts{g: g, t: t, decl: d, scope: inner}
	t.Facts = f
	f.configure(key)
	right := g.of(d.spec.Type, inner)
	t.Kind, t.Elem, t.Trouble = right.Kind, right.Elem, right.Trouble
	if under, ok := right.Facts.(*gormFacts); ok && t.Kind == reflect.Struct {
		f.node, f.fieldScope = under.node, under.fieldScope
		if under.decl == nil {
			f.fieldScope = under.scope
		}
	}
	if d.file.pkg.path == "time" && d.name == "Time" || right.Kind == reflect.Struct && right.Facts != nil && right.Facts.Time() {
		f.time = true
	}
	return t
}

func argName(t *gorm.Type) string {
	if t.Package == "" {
		return t.String()
	}
	return t.Package + "." + t.Name
}

// gormFacts answer what GORM asks a type's methods for.
type gormFacts struct {
	g          *gormTypes
	t          *gorm.Type
	decl       *typeDecl // nil: an anonymous struct, or a type without source
	scope      scope     // of the declaration's right side
	node       *ast.StructType
	fieldScope scope
	time       bool
	known      *gormKnownType
	arg        *gorm.Type // of a generic type without source
	fields     []*gorm.StructField
	read       bool
	sql        string // from the configuration or //gen:type
}

func (f *gormFacts) Time() bool { return f.time || f.known != nil && f.known.time }

// Fields are those of the struct.
func (f *gormFacts) Fields() []*gorm.StructField {
	if f.read || f.node == nil {
		return f.fields
	}
	f.read = true
	sc := f.fieldScope
	if sc.file == nil {
		sc = f.scope
	}
	owner := f.t.Name
	for _, node := range f.node.Fields.List {
		base := gorm.StructField{Type: f.g.of(node.Type, sc)}
		if node.Tag != nil {
			base.Tag = reflect.StructTag(litText(node.Tag).s)
		}
		if len(node.Names) == 0 {
			field := base
			field.Name, field.Anonymous = embeddedName(node.Type), true
			field.Exported = ast.IsExported(field.Name)
			field.Origin = &fieldUse{node: node, name: field.Name, pos: node.Type.Pos(), owner: owner, scope: sc}
			f.fields = append(f.fields, &field)
		}
		for _, n := range node.Names {
			field := base
			field.Name, field.Exported = n.Name, ast.IsExported(n.Name)
			field.Origin = &fieldUse{node: node, name: n.Name, pos: n.Pos(), owner: owner, scope: sc}
			f.fields = append(f.fields, &field)
		}
	}
	return f.fields
}

// A gormMethod is a method with the facts of the type that declares it.
type gormMethod struct {
	*method
	of *gormFacts
}

// method finds a method of the pointer to the type: its own, or the one that
// an embedded field promotes.
func (f *gormFacts) method(name string) *gormMethod {
	level := []*gormFacts{f}
	for depth := 0; depth < 8 && len(level) > 0; depth++ {
		var next []*gormFacts
		var found []*gormMethod
		for _, at := range level {
			if at.decl != nil {
				if m := f.g.s.l.method(at.decl.file.pkg, at.decl.name, name); m != nil {
					found = append(found, &gormMethod{m, at})
					continue
				}
			}
			if at.known != nil {
				continue
			}
			for _, field := range at.Fields() {
				if !field.Anonymous {
					continue
				}
				t := field.Type
				if t.Kind == reflect.Pointer {
					t = t.Elem
				}
				if in, ok := t.Facts.(*gormFacts); ok && !slices.Contains(next, in) {
					next = append(next, in)
				}
			}
		}
		if len(found) == 1 {
			return found[0]
		}
		if len(found) > 1 {
			return nil // ambiguous: Go promotes none
		}
		level = next
	}
	return nil
}
