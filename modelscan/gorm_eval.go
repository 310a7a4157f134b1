package modelscan

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"reflect"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// The evaluator follows a method of the user's code on the zero value of its
// type, as far as that is plain: constants, fields of zero values, if and
// switch, calls of functions whose source is at hand. Where a condition is not
// known both ways are followed and must come to the same. Anything else is an
// error; nothing is guessed.

// A val is what the evaluator knows of a value.
type val struct {
	kind valKind
	c    constant.Value
	t    *gorm.Type // of zero and typed; nil: not known

	level int // of the block that declares the variable which holds it
}

type valKind int

const (
	unknownVal  valKind = iota // a value of type t, if that is known
	constVal                   // c
	nilVal                     // nil
	zeroVal                    // the zero value of t
	pointerVal                 // a pointer to the zero value of t
	errorVal                   // an error that is not nil
	dbVal                      // the *gorm.DB
	fieldVal                   // the *schema.Field
	settingsVal                // its TagSettings
)

// gormDBArgs are the arguments of GormDBDataType.
type gormDBArgs struct {
	dialect string
	field   *gorm.Field
}

// An evaluation is one call.
type evaluation struct {
	g     *gormTypes
	file  *file
	scope scope
	db    *gormDBArgs
	depth int // of calls
	level int // of blocks
}

type env map[string]val

// A returns is what one way through a body returns.
type returns []val

const maxCalls = 12

var errDeep = errors.New("it calls too deep")

// evalString is the string constant that a method returns.
func (g *gormTypes) evalString(m *gormMethod, db *gormDBArgs) (string, error) {
	outs, err := g.call(m, db, 0, nil)
	if err != nil {
		return "", err
	}
	result := ""
	for i, o := range outs {
		if len(o) != 1 || o[0].kind != constVal || o[0].c.Kind() != constant.String {
			return "", errors.New("it returns what is not constant")
		}
		if s := constant.StringVal(o[0].c); i == 0 {
			result = s
		} else if s != result {
			return "", fmt.Errorf("it returns %q or %q", result, s)
		}
	}
	return result, nil
}

// evalValue is the type of what a Value method returns for the zero value; nil
// for nil.
func (g *gormTypes) evalValue(m *gormMethod) (*gorm.Type, error) {
	outs, err := g.call(m, nil, 0, nil)
	if err != nil {
		return nil, err
	}
	var result *gorm.Type
	for i, o := range outs {
		t, err := g.driverType(o)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			result = t
		} else if !sameKind(result, t) {
			return nil, fmt.Errorf("it returns %s or %s", shownType(result), shownType(t))
		}
	}
	return result, nil
}

func shownType(t *gorm.Type) string {
	if t == nil {
		return "nil"
	}
	return t.String()
}

func sameKind(a, b *gorm.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a == b || a.Kind == b.Kind && a.Kind != reflect.Struct && a.Facts == nil && b.Facts == nil
}

// driverType is the type of the first of (value, error).
func (g *gormTypes) driverType(o returns) (*gorm.Type, error) {
	if len(o) != 2 {
		return nil, errors.New("it does not return two values")
	}
	v := o[0]
	if o[1].kind == errorVal || v.kind == nilVal {
		return nil, nil
	}
	switch {
	case v.kind == constVal && v.t == nil:
		switch v.c.Kind() {
		case constant.String:
			return g.basicType("string", reflect.String), nil
		case constant.Bool:
			return g.basicType("bool", reflect.Bool), nil
		case constant.Int:
			return g.basicType("int", reflect.Int), nil
		case constant.Float:
			return g.basicType("float64", reflect.Float64), nil
		}
	case v.t != nil && v.kind != pointerVal && v.t.Kind != reflect.Interface && v.t.Kind != reflect.Invalid:
		return v.t, nil
	}
	return nil, errors.New("it is not plain what it returns")
}

// call evaluates a method on the zero value of the type that declares it.
func (g *gormTypes) call(m *gormMethod, db *gormDBArgs, depth int, args []val) ([]returns, error) {
	recv := val{kind: zeroVal, t: m.of.t}
	if _, ptr := m.decl.Recv.List[0].Type.(*ast.StarExpr); ptr {
		recv.kind = pointerVal
	}
	e := &evaluation{g: g, file: m.file, scope: m.of.scope, db: db, depth: depth}
	e.scope.file = m.file
	if db != nil && args == nil {
		args = []val{{kind: dbVal}, {kind: fieldVal}}
	}
	return e.function(m.decl, &recv, args)
}

func (e *evaluation) function(decl *ast.FuncDecl, recv *val, args []val) ([]returns, error) {
	if e.depth > maxCalls {
		return nil, errDeep
	}
	body := e.g.s.l.body(e.file, decl)
	if body == nil {
		return nil, errors.New("its body cannot be read")
	}
	vars := env{}
	if recv != nil && len(decl.Recv.List[0].Names) == 1 {
		vars[decl.Recv.List[0].Names[0].Name] = *recv
	}
	i := 0
	for _, p := range decl.Type.Params.List {
		for _, n := range p.Names {
			if i < len(args) {
				vars[n.Name] = args[i]
			}
			i++
		}
	}
	if decl.Type.Results != nil {
		for _, r := range decl.Type.Results.List {
			for _, n := range r.Names {
				vars[n.Name] = zeroOf(e.g.of(r.Type, e.scope))
			}
		}
	}
	outs, falls, err := e.block(body.List, vars)
	if err != nil {
		return nil, err
	}
	if falls || len(outs) == 0 {
		return nil, errors.New("it does not end in a return that can be read")
	}
	return outs, nil
}

// zeroOf is the zero value of a type.
func zeroOf(t *gorm.Type) val {
	switch t.Kind {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
		if t.Kind != reflect.Slice && t.Kind != reflect.Map {
			return val{kind: nilVal, t: t}
		}
	}
	return val{kind: zeroVal, t: t}
}

func (v val) same(o val) bool {
	if v.kind != o.kind || v.t != o.t {
		return false
	}
	return v.kind != constVal || v.c.Kind() == o.c.Kind() && constant.Compare(v.c, token.EQL, o.c)
}

func boolVal(b bool) val { return val{kind: constVal, c: constant.MakeBool(b)} }
