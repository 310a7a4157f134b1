package modelscan

import (
	"go/ast"
	"go/constant"
	"go/token"
	"reflect"

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
