package modelscan

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

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
