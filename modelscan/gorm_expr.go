package modelscan

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// expr evaluates an expression. What is not known is an unknownVal; an error
// is what cannot even be followed.
func (e *evaluation) expr(x ast.Expr, vars env) (val, error) {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return e.expr(x.X, vars)
	case *ast.BasicLit:
		return val{kind: constVal, c: constant.MakeFromLiteral(x.Value, x.Kind, 0)}, nil
	case *ast.Ident:
		return e.identExpr(x, vars), nil
	case *ast.StarExpr:
		v, err := e.expr(x.X, vars)
		if v.kind == pointerVal {
			v.kind = zeroVal
		}
		return v, err
	case *ast.UnaryExpr:
		return e.unary(x, vars)
	case *ast.BinaryExpr:
		return e.binary(x, vars)
	case *ast.SelectorExpr:
		return e.selectorExpr(x, vars)
	case *ast.IndexExpr:
		if key, ok := e.settingsKey(x, vars); ok {
			return val{kind: constVal, c: constant.MakeString(e.db.field.Settings[key])}, nil
		}
		return val{}, nil
	case *ast.CompositeLit:
		return e.composite(x)
	case *ast.CallExpr:
		outs, err := e.callExpr(x, vars)
		if err != nil {
			return val{}, err
		}
		return oneOf(outs), nil
	}
	return val{}, nil
}

// oneOf is the value that all ways of a call agree on.
func oneOf(outs []returns) val {
	if len(outs) == 0 || len(outs[0]) != 1 {
		return val{}
	}
	first := outs[0][0]
	for _, o := range outs[1:] {
		v := o[0]
		if !v.same(first) {
			if v.t == first.t {
				return val{t: v.t}
			}
			return val{}
		}
	}
	return first
}

func (e *evaluation) identExpr(x *ast.Ident, vars env) val {
	if v, ok := vars[x.Name]; ok {
		return v
	}
	switch x.Name {
	case "nil":
		return val{kind: nilVal}
	case "true", "false":
		return boolVal(x.Name == "true")
	}
	if c := e.g.s.l.constOf(x, e.file, 0, 0); c.Kind() != constant.Unknown {
		return val{kind: constVal, c: c}
	}
	return val{}
}

func (e *evaluation) unary(x *ast.UnaryExpr, vars env) (val, error) {
	v, err := e.expr(x.X, vars)
	if err != nil {
		return v, err
	}
	switch {
	case x.Op == token.NOT:
		if v = asConst(v); v.kind == constVal && v.c.Kind() == constant.Bool {
			return boolVal(!constant.BoolVal(v.c)), nil
		}
	case x.Op == token.AND && v.kind == zeroVal:
		return val{kind: pointerVal, t: v.t}, nil
	case x.Op == token.SUB && v.kind == constVal:
		return val{kind: constVal, c: constant.UnaryOp(token.SUB, v.c, 0)}, nil
	}
	return val{}, nil
}

// asConst is the zero value of a basic type as a constant.
func asConst(v val) val {
	if v.kind != zeroVal || v.t == nil {
		return v
	}
	switch k := v.t.Kind; {
	case k == reflect.String:
		return val{kind: constVal, c: constant.MakeString(""), t: v.t}
	case k == reflect.Bool:
		return val{kind: constVal, c: constant.MakeBool(false), t: v.t}
	case k >= reflect.Int && k <= reflect.Float64:
		return val{kind: constVal, c: constant.MakeInt64(0), t: v.t}
	}
	return v
}

func (e *evaluation) binary(x *ast.BinaryExpr, vars env) (val, error) {
	a, err := e.expr(x.X, vars)
	if err != nil {
		return val{}, err
	}
	b, err := e.expr(x.Y, vars)
	if err != nil {
		return val{}, err
	}
	a, b = asConst(a), asConst(b)
	if x.Op == token.LAND || x.Op == token.LOR {
		return logic(x.Op, a, b), nil
	}
	switch {
	case a.kind == constVal && b.kind == constVal:
		return constOp(x.Op, a, b), nil
	case x.Op == token.EQL || x.Op == token.NEQ:
		if same, known := equalVals(a, b); known {
			return boolVal(same == (x.Op == token.EQL)), nil
		}
	case x.Op == token.ADD && a.t != nil && a.t.Kind == reflect.String || b.t != nil && b.t.Kind == reflect.String:
		return val{t: e.g.basicType("string", reflect.String)}, nil
	}
	return val{}, nil
}

func logic(op token.Token, a, b val) val {
	for _, v := range []val{a, b} {
		if v.kind == constVal && v.c.Kind() == constant.Bool && constant.BoolVal(v.c) == (op == token.LOR) {
			return v
		}
	}
	if a.kind == constVal && b.kind == constVal {
		return b
	}
	return val{}
}

func constOp(op token.Token, a, b val) val {
	if a.c.Kind() != b.c.Kind() {
		a.c, b.c = constant.ToFloat(a.c), constant.ToFloat(b.c)
	}
	if a.c.Kind() != b.c.Kind() || a.c.Kind() == constant.Unknown {
		return val{}
	}
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		if a.c.Kind() == constant.Bool && op != token.EQL && op != token.NEQ {
			return val{}
		}
		return boolVal(constant.Compare(a.c, op, b.c))
	case token.ADD:
		if a.c.Kind() != constant.Bool {
			return val{kind: constVal, c: constant.BinaryOp(a.c, op, b.c), t: a.t}
		}
	case token.SUB, token.MUL:
		if a.c.Kind() == constant.Int || a.c.Kind() == constant.Float {
			return val{kind: constVal, c: constant.BinaryOp(a.c, op, b.c), t: a.t}
		}
	}
	return val{}
}

// equalVals compares with nil, and zero values with each other.
func equalVals(a, b val) (same, known bool) {
	if a.kind == nilVal {
		a, b = b, a
	}
	if b.kind == nilVal {
		switch a.kind {
		case nilVal:
			return true, true
		case pointerVal, errorVal, constVal, dbVal, fieldVal, settingsVal:
			return false, true
		case zeroVal:
			return a.t.Kind == reflect.Slice || a.t.Kind == reflect.Map, true
		}
		return false, false
	}
	if a.kind == zeroVal && b.kind == zeroVal && a.t == b.t {
		return true, true
	}
	return false, false
}

func (e *evaluation) composite(x *ast.CompositeLit) (val, error) {
	if x.Type == nil {
		return val{}, nil
	}
	t := e.g.of(x.Type, e.scope)
	if len(x.Elts) == 0 && (t.Kind == reflect.Struct || t.Kind == reflect.Array) {
		return val{kind: zeroVal, t: t}, nil
	}
	return val{t: t}, nil
}

// selectorExpr is a field of a value, or a constant of a package.
func (e *evaluation) selectorExpr(x *ast.SelectorExpr, vars env) (val, error) {
	if id, ok := x.X.(*ast.Ident); ok {
		if _, local := vars[id.Name]; !local {
			if c := e.g.s.l.constOf(x, e.file, 0, 0); c.Kind() != constant.Unknown {
				return val{kind: constVal, c: c}, nil
			}
		}
	}
	v, err := e.expr(x.X, vars)
	if err != nil {
		return v, err
	}
	switch v.kind {
	case dbVal: // Dialector, Config and the like lead to the dialector again
		return v, nil
	case fieldVal:
		return e.fieldOf(x.Sel.Name), nil
	case zeroVal, pointerVal:
		if f := findField(v.t, x.Sel.Name, 0); f != nil {
			return asConst(zeroOf(f.Type)), nil
		}
	case unknownVal:
		if v.t != nil {
			if f := findField(v.t, x.Sel.Name, 0); f != nil {
				return val{t: f.Type}, nil
			}
		}
	}
	return val{}, nil
}

// fieldOf is a field of schema.Field.
func (e *evaluation) fieldOf(name string) val {
	f := e.db.field
	switch name {
	case "TagSettings":
		return val{kind: settingsVal}
	case "Size":
		return val{kind: constVal, c: constant.MakeInt64(int64(f.Size))}
	case "Name":
		return val{kind: constVal, c: constant.MakeString(f.Name)}
	case "DBName":
		return val{kind: constVal, c: constant.MakeString(f.DBName)}
	}
	return val{}
}

// settingsKey is the key of field.TagSettings["KEY"].
func (e *evaluation) settingsKey(x *ast.IndexExpr, vars env) (string, bool) {
	v, err := e.expr(x.X, vars)
	if err != nil || v.kind != settingsVal || e.db == nil {
		return "", false
	}
	key, err := e.expr(x.Index, vars)
	if err != nil || key.kind != constVal || key.c.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(key.c), true
}

func findField(t *gorm.Type, name string, depth int) *gorm.StructField {
	if t == nil || t.Facts == nil || depth > 6 {
		return nil
	}
	fields := t.Facts.Fields()
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	for _, f := range fields {
		if !f.Anonymous {
			continue
		}
		inner := f.Type
		if inner.Kind == reflect.Pointer {
			inner = inner.Elem
		}
		if found := findField(inner, name, depth+1); found != nil {
			return found
		}
	}
	return nil
}

// callExpr evaluates a conversion or a call.
func (e *evaluation) callExpr(x *ast.CallExpr, vars env) ([]returns, error) {
	var args []val
	for _, a := range x.Args {
		v, err := e.expr(a, vars)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	one := func(v val) ([]returns, error) { return []returns{{v}}, nil }
	fun := ast.Unparen(x.Fun)
	switch f := fun.(type) {
	case *ast.Ident:
		if f.Name == "len" && len(args) == 1 {
			return one(lenOf(args[0]))
		}
		if fn, file := e.g.s.l.function(e.file.pkg, f.Name); fn != nil {
			return (&evaluation{g: e.g, file: file, scope: scope{file: file}, db: e.db, depth: e.depth + 1}).function(fn, nil, args)
		}
	case *ast.SelectorExpr:
		if id, ok := f.X.(*ast.Ident); ok {
			if _, local := vars[id.Name]; !local {
				if importPath, ok := e.g.s.l.importNamed(e.file, id.Name); ok {
					if outs, ok := e.library(importPath, f.Sel.Name, args); ok {
						return outs, nil
					}
					if p := e.g.s.l.imported(e.file.pkg, importPath); p != nil {
						if fn, file := e.g.s.l.function(p, f.Sel.Name); fn != nil {
							return (&evaluation{g: e.g, file: file, scope: scope{file: file}, db: e.db, depth: e.depth + 1}).function(fn, nil, args)
						}
					}
				}
				break
			}
		}
		return e.methodCall(f, args, vars)
	}
	if len(args) == 1 {
		if t := e.g.of(fun, e.scope); t.Kind != reflect.Invalid {
			return one(convert(args[0], t))
		}
	}
	return nil, fmt.Errorf("it calls %s, which cannot be followed", types.ExprString(x.Fun))
}

func lenOf(v val) val {
	switch {
	case v.kind == zeroVal && (v.t.Kind == reflect.Slice || v.t.Kind == reflect.Map || v.t.Kind == reflect.String), v.kind == nilVal:
		return val{kind: constVal, c: constant.MakeInt64(0)}
	case v.kind == constVal && v.c.Kind() == constant.String:
		return val{kind: constVal, c: constant.MakeInt64(int64(len(constant.StringVal(v.c))))}
	}
	return val{}
}

// convert is T(v).
func convert(v val, t *gorm.Type) val {
	switch v.kind {
	case constVal:
		if v.c.Kind() == constant.String && t.Kind == reflect.String || v.c.Kind() == constant.Bool && t.Kind == reflect.Bool ||
			v.c.Kind() == constant.Int && t.Kind >= reflect.Int && t.Kind <= reflect.Uint64 {
			return val{kind: constVal, c: v.c, t: t}
		}
		return val{t: t}
	case zeroVal:
		if v.t.Kind == t.Kind {
			return asConst(val{kind: zeroVal, t: t})
		}
		return val{t: t}
	case pointerVal:
		if t.Kind == reflect.Pointer {
			return val{kind: pointerVal, t: t.Elem}
		}
	case nilVal:
		return zeroOf(t)
	}
	return val{t: t}
}

// methodCall is a call of a method of a value.
func (e *evaluation) methodCall(f *ast.SelectorExpr, args []val, vars env) ([]returns, error) {
	recv, err := e.expr(f.X, vars)
	if err != nil {
		return nil, err
	}
	name := f.Sel.Name
	if recv.kind == dbVal && name == "Name" {
		return []returns{{{kind: constVal, c: constant.MakeString(e.db.dialect)}}}, nil
	}
	if recv.t == nil {
		return nil, fmt.Errorf("it calls %s, which cannot be followed", types.ExprString(f))
	}
	if dialect := driverName(recv.t); dialect != "" && name == "Name" {
		return []returns{{{kind: constVal, c: constant.MakeString(dialect)}}}, nil
	}
	facts, ok := recv.t.Facts.(*gormFacts)
	zero := recv.kind == zeroVal || recv.kind == pointerVal || recv.kind == constVal
	switch {
	case !ok || !zero:
	case facts.Time() && name == "IsZero":
		return []returns{{boolVal(true)}}, nil
	case name == "Value" && facts.knownType() != nil:
		t := facts.zeroOf(facts.knownType())
		if t == nil {
			return []returns{{{kind: nilVal}, {kind: nilVal}}}, nil
		}
		return []returns{{{t: t}, {kind: nilVal}}}, nil
	case facts.knownType() != nil && name == "String":
		return []returns{{{t: e.g.basicType("string", reflect.String)}}}, nil
	default:
		if m := facts.method(name); m != nil {
			return e.g.call(m, e.db, e.depth+1, append([]val{}, args...))
		}
	}
	return nil, fmt.Errorf("it calls %s, which cannot be followed", types.ExprString(f))
}

// driverName is the dialect of a GORM driver's Dialector type.
func driverName(t *gorm.Type) string {
	if t.Name != "Dialector" {
		return ""
	}
	switch t.Package {
	case "gorm.io/driver/postgres", "gorm.io/driver/mysql", "gorm.io/driver/sqlite", "gorm.io/driver/sqlserver":
		return strings.TrimPrefix(t.Package, "gorm.io/driver/")
	case "github.com/glebarez/sqlite":
		return "sqlite"
	}
	return ""
}

// library is what functions of the standard library return, by the types.
func (e *evaluation) library(importPath, name string, args []val) ([]returns, bool) {
	str := val{t: e.g.basicType("string", reflect.String)}
	bytes := val{t: &gorm.Type{Kind: reflect.Slice, Elem: e.g.basicType("byte", reflect.Uint8)}}
	null := val{kind: nilVal}
	texts := func() (list []string, ok bool) {
		for _, a := range args {
			if a = asConst(a); a.kind != constVal || a.c.Kind() != constant.String {
				return nil, false
			}
			list = append(list, constant.StringVal(a.c))
		}
		return list, true
	}
	constant1 := func(s string) ([]returns, bool) {
		return []returns{{{kind: constVal, c: constant.MakeString(s)}}}, true
	}
	switch importPath + "." + name {
	case "encoding/json.Marshal", "encoding/json.MarshalIndent", "gopkg.in/yaml.v3.Marshal":
		return []returns{{bytes, null}}, true
	case "errors.New", "fmt.Errorf":
		return []returns{{{kind: errorVal}}}, true
	case "fmt.Sprintf":
		if s, ok := sprintf(args); ok {
			return constant1(s)
		}
		return []returns{{str}}, true
	case "strings.ToLower", "strings.ToUpper", "strings.TrimSpace":
		if t, ok := texts(); ok {
			return constant1(map[string]func(string) string{"ToLower": strings.ToLower, "ToUpper": strings.ToUpper, "TrimSpace": strings.TrimSpace}[name](t[0]))
		}
		return []returns{{str}}, true
	case "strings.EqualFold":
		if t, ok := texts(); ok {
			return []returns{{boolVal(strings.EqualFold(t[0], t[1]))}}, true
		}
	case "strings.Join", "strings.Repeat", "strings.ReplaceAll", "strings.Replace", "strconv.Itoa", "strconv.FormatInt", "strconv.FormatUint",
		"strconv.Quote", "fmt.Sprint", "encoding/hex.EncodeToString", "fmt.Sprintln":
		return []returns{{str}}, true
	}
	return nil, false
}

// sprintf prints %s, %d and %v of constants.
func sprintf(args []val) (string, bool) {
	if len(args) == 0 || args[0].kind != constVal || args[0].c.Kind() != constant.String {
		return "", false
	}
	var plain []any
	for _, a := range args[1:] {
		if a = asConst(a); a.kind != constVal {
			return "", false
		}
		switch a.c.Kind() {
		case constant.String:
			plain = append(plain, constant.StringVal(a.c))
		case constant.Int:
			n, ok := constant.Int64Val(a.c)
			if !ok {
				return "", false
			}
			plain = append(plain, n)
		default:
			return "", false
		}
	}
	s := fmt.Sprintf(constant.StringVal(args[0].c), plain...)
	return s, !strings.Contains(s, "%!")
}
