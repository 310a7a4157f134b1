package modelscan

import (
	"go/ast"
	"go/constant"
	"go/token"

	"github.com/gen-migrate/gen/modelscan/ent"
)

// constant is the value of an expression of constants, of kind Unknown where
// it is none.
func (r *entReader) constant(x ast.Expr) constant.Value {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		if v := r.constant(x.X); x.Op == token.SUB && (v.Kind() == constant.Int || v.Kind() == constant.Float) {
			return constant.UnaryOp(token.SUB, v, 0)
		}
	case *ast.BasicLit:
		return constant.MakeFromLiteral(x.Value, x.Kind, 0)
	case *ast.ParenExpr:
		return r.constant(x.X)
	case *ast.SelectorExpr: // UsersColumns[1].Name
		if ix, ok := x.X.(*ast.IndexExpr); ok && x.Sel.Name == "Name" {
			if c := r.columnRef(ix); c != nil {
				return constant.MakeString(c.Name)
			}
		}
	}
	return constant.MakeUnknown()
}

func (r *entReader) text(x ast.Expr, to *string) bool {
	v := r.constant(x)
	if v.Kind() != constant.String {
		return false
	}
	*to = constant.StringVal(v)
	return true
}

func (r *entReader) number(x ast.Expr) (int64, bool) {
	v := r.constant(x)
	if v.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(v)
}

func (r *entReader) truth(x ast.Expr, to *bool) bool {
	id, ok := x.(*ast.Ident)
	if !ok || id.Name != "true" && id.Name != "false" {
		return false
	}
	*to = id.Name == "true"
	return true
}

// pairs goes through the keys and values of a map.
func (r *entReader) pairs(x ast.Expr, set func(key string, x ast.Expr) bool) bool {
	lit, ok := x.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		var key string
		if !ok || !r.text(kv.Key, &key) || !set(key, kv.Value) {
			return false
		}
	}
	return true
}

func (r *entReader) texts(x ast.Expr, to *map[string]string) bool {
	*to = map[string]string{}
	return r.pairs(x, func(key string, x ast.Expr) bool {
		var text string
		ok := r.text(x, &text)
		(*to)[key] = text
		return ok
	})
}

func (r *entReader) truths(x ast.Expr, to *map[string]bool) bool {
	*to = map[string]bool{}
	return r.pairs(x, func(key string, x ast.Expr) bool {
		var yes bool
		ok := r.truth(x, &yes)
		(*to)[key] = yes
		return ok
	})
}

func (r *entReader) textList(x ast.Expr, to *[]string) bool {
	lit, ok := x.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range lit.Elts {
		var text string
		if !r.text(e, &text) {
			return false
		}
		*to = append(*to, text)
	}
	return true
}

// columnList reads []*schema.Column{UsersColumns[0], …}.
func (r *entReader) columnList(x ast.Expr, to *[]*ent.Column) bool {
	lit, ok := x.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range lit.Elts {
		ix, ok := e.(*ast.IndexExpr)
		if !ok {
			return false
		}
		c := r.columnRef(ix)
		if c == nil {
			return false
		}
		*to = append(*to, c)
	}
	return true
}

// columnRef is XColumns[n], or nil.
func (r *entReader) columnRef(x *ast.IndexExpr) *ent.Column {
	id, ok := x.X.(*ast.Ident)
	if !ok || r.vars[id.Name].value == nil {
		return nil
	}
	n, ok := r.number(x.Index)
	list := r.columns(id)
	if !ok || n < 0 || n >= int64(len(list)) {
		return nil
	}
	return list[n]
}
