package modelscan

import (
	"go/ast"
	"go/token"

	"github.com/gen-migrate/gen/modelscan/ent"
)

// init reads what the generated function init sets: the tables that foreign
// keys refer to, and annotations. Its body is read by itself, so errors name
// the table they are about and stand where that is.
func (r *entReader) init(f *file, list []ast.Stmt) {
	for _, st := range list {
		as, ok := st.(*ast.AssignStmt)
		if !ok || as.Tok != token.ASSIGN || len(as.Lhs) != 1 || len(as.Rhs) != 1 || !r.assign(as.Lhs[0], as.Rhs[0]) {
			r.unreadInit(f, st)
		}
	}
}

// unreadInit reports a statement of init. Its position counts in a reading of
// its own; line and column are the file's.
func (r *entReader) unreadInit(f *file, st ast.Stmt) {
	sym := "Tables"
	ast.Inspect(st, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && r.byVar[id.Name] != nil {
			sym = id.Name
		}
		return true
	})
	r.fail(&ast.Ident{NamePos: r.vars[sym].pos}, sym, "%s: function init sets something that gen cannot read", sym)
}

// assign reads one assignment; it is false for what ent does not generate.
func (r *entReader) assign(to, value ast.Expr) bool {
	if star, ok := to.(*ast.StarExpr); ok { // *T.Annotation.Incremental = true
		return endsIn(star.X, "Annotation", "Incremental")
	}
	sel, ok := to.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch sel.Sel.Name {
	case "RefTable":
		return r.refTable(sel.X, value)
	case "Annotation":
		t := r.tableOf(sel.X)
		lit := literalOf(value)
		return t != nil && lit != nil && r.annotation(t, lit)
	case "Incremental":
		return endsIn(sel, "Annotation", "Incremental")
	case "Checks":
		inner, ok := sel.X.(*ast.SelectorExpr)
		if !ok || inner.Sel.Name != "Annotation" {
			return false
		}
		t := r.tableOf(inner.X)
		return t != nil && r.texts(value, &t.Checks)
	}
	return false
}

// endsIn reports whether an expression is ….Outer.Inner.
func endsIn(x ast.Expr, outer, inner string) bool {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != inner {
		return false
	}
	sel, ok = sel.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == outer
}

// tableOf is the table in a variable, one that is in no list as well.
func (r *entReader) tableOf(x ast.Expr) *ent.Table {
	id, ok := x.(*ast.Ident)
	if !ok || r.vars[id.Name].value == nil {
		return nil
	}
	return r.table(id)
}

// refTable reads XTable.ForeignKeys[0].RefTable = YTable.
func (r *entReader) refTable(x, value ast.Expr) bool {
	ix, ok := x.(*ast.IndexExpr)
	if !ok {
		return false
	}
	sel, ok := ix.X.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "ForeignKeys" {
		return false
	}
	t := r.tableOf(sel.X)
	n, ok := r.number(ix.Index)
	if t == nil || !ok || n < 0 || n >= int64(len(t.ForeignKeys)) {
		return false
	}
	return r.tableRef(value, &t.ForeignKeys[n].RefTable)
}

// annotation reads &entsql.Annotation{…}.
func (r *entReader) annotation(t *ent.Table, lit *ast.CompositeLit) bool {
	ok := true
	for _, e := range lit.Elts {
		kv, is := e.(*ast.KeyValueExpr)
		if !is {
			return false
		}
		key, _ := kv.Key.(*ast.Ident)
		switch {
		case key == nil:
			ok = false
		case key.Name == "Check":
			ok = ok && r.text(kv.Value, &t.Check)
		case key.Name == "Checks":
			ok = ok && r.texts(kv.Value, &t.Checks)
		case key.Name == "IncrementStart":
			n, is := r.incrementStart(kv.Value)
			t.IncrementStart = &n
			ok = ok && is
		case key.Name == "Table", key.Name == "Charset", key.Name == "Collation", key.Name == "Options", key.Name == "Incremental", key.Name == "Schema", key.Name == "Skip":
			// said in the literal of the table already, or MySQL's alone
		default:
			ok = false
		}
	}
	return ok
}

// incrementStart reads func(i int) *int { return &i }(100).
func (r *entReader) incrementStart(x ast.Expr) (int64, bool) {
	c, ok := x.(*ast.CallExpr)
	if !ok || len(c.Args) != 1 {
		return 0, false
	}
	if _, ok := c.Fun.(*ast.FuncLit); !ok {
		return 0, false
	}
	return r.number(c.Args[0])
}
