package modelscan

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"regexp"
	"strings"

	"github.com/gen-migrate/gen/modelscan/xorm"
)

var indexLine = regexp.MustCompile(`^\s*(unique\s+)?(\S+)\s*\(([^()]+)\)\s*$`)

// indexLines reads "name (a, b)" and "unique name (c)".
func indexLines(lines []string) ([]xorm.Index, error) {
	var list []xorm.Index
	for _, line := range lines {
		m := indexLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("%q is not name (a, b) or unique name (c)", line)
		}
		ix := xorm.Index{Name: m[2], Unique: m[1] != ""}
		for c := range strings.SplitSeq(m[3], ",") {
			ix.Columns = append(ix.Columns, strings.TrimSpace(c))
		}
		list = append(list, ix)
	}
	return list, nil
}

// tableIndices follows a method TableIndices as programs write it: indexes
// are made by schemas.NewIndex or as literals, get columns by AddColumn, and
// are returned in a list. Anything else is an error.
func (s *scanner) tableIndices(m *method) ([]xorm.Index, error) {
	body := s.l.body(m.file, m.decl)
	if body == nil {
		return nil, errors.New("its body cannot be read")
	}
	r := &indicesReader{s: s, file: m.file, made: map[string]*xorm.Index{}, lists: map[string][]*xorm.Index{}}
	for _, st := range body.List {
		if ret, ok := st.(*ast.ReturnStmt); ok {
			return r.result(ret)
		}
		if err := r.statement(st); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("it does not end in a return that can be read")
}

// An indicesReader holds the variables of one method.
type indicesReader struct {
	s     *scanner
	file  *file
	made  map[string]*xorm.Index
	lists map[string][]*xorm.Index
}

func (r *indicesReader) result(ret *ast.ReturnStmt) ([]xorm.Index, error) {
	if len(ret.Results) != 1 {
		return nil, errors.New("it does not return a list")
	}
	list, err := r.list(ret.Results[0])
	if err != nil {
		return nil, err
	}
	out := make([]xorm.Index, len(list))
	for i, ix := range list {
		out[i] = *ix
	}
	return out, nil
}

func (r *indicesReader) unread(n ast.Node) error {
	return fmt.Errorf("line %d is not plain", r.s.l.pos(n.Pos(), "").Line)
}

func (r *indicesReader) statement(st ast.Stmt) error {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if len(st.Lhs) == 1 && len(st.Rhs) == 1 && (st.Tok == token.DEFINE || st.Tok == token.ASSIGN) {
			if id, ok := st.Lhs[0].(*ast.Ident); ok {
				return r.assign(id.Name, st.Rhs[0])
			}
		}
	case *ast.DeclStmt:
		if gd, ok := st.Decl.(*ast.GenDecl); ok && gd.Tok == token.VAR && len(gd.Specs) == 1 {
			spec := gd.Specs[0].(*ast.ValueSpec)
			if len(spec.Names) == 1 && len(spec.Values) == 1 {
				return r.assign(spec.Names[0].Name, spec.Values[0])
			}
			if len(spec.Names) == 1 && len(spec.Values) == 0 {
				r.lists[spec.Names[0].Name] = nil
				return nil
			}
		}
	case *ast.ExprStmt:
		if call, ok := st.X.(*ast.CallExpr); ok {
			return r.addColumn(call)
		}
	}
	return r.unread(st)
}

func (r *indicesReader) assign(name string, x ast.Expr) error {
	if ix, err := r.index(x); err == nil {
		r.made[name] = ix
		return nil
	}
	list, err := r.list(x)
	if err == nil {
		r.lists[name] = list
	}
	return err
}

// addColumn reads index.AddColumn("a", "b").
func (r *indicesReader) addColumn(c *ast.CallExpr) error {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "AddColumn" || c.Ellipsis.IsValid() {
		return r.unread(c)
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok || r.made[id.Name] == nil {
		return r.unread(c)
	}
	for _, a := range c.Args {
		name, err := r.text(a)
		if err != nil {
			return err
		}
		r.made[id.Name].Columns = append(r.made[id.Name].Columns, name)
	}
	return nil
}

// index is schemas.NewIndex(name, type), a literal of schemas.Index, or a
// variable that holds one.
func (r *indicesReader) index(x ast.Expr) (*xorm.Index, error) {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if ix := r.made[x.Name]; ix != nil {
			return ix, nil
		}
	case *ast.UnaryExpr:
		if lit, ok := x.X.(*ast.CompositeLit); ok && x.Op == token.AND && isSchemas(lit.Type, "Index") {
			return r.literal(lit)
		}
	case *ast.CompositeLit:
		if x.Type == nil { // of a list of pointers
			return r.literal(x)
		}
	case *ast.CallExpr:
		if isSchemas(x.Fun, "NewIndex") && len(x.Args) == 2 {
			name, err := r.text(x.Args[0])
			unique, known := indexKind(x.Args[1])
			if err == nil && known {
				return &xorm.Index{Name: name, Unique: unique}, nil
			}
		}
	}
	return nil, r.unread(x)
}

func (r *indicesReader) literal(lit *ast.CompositeLit) (*xorm.Index, error) {
	ix := &xorm.Index{}
	typed := false
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil, r.unread(e)
		}
		key, _ := kv.Key.(*ast.Ident)
		var err error
		switch {
		case key == nil:
			err = r.unread(kv)
		case key.Name == "Name":
			ix.Name, err = r.text(kv.Value)
		case key.Name == "Type":
			if ix.Unique, typed = indexKind(kv.Value); !typed {
				err = r.unread(kv)
			}
		case key.Name == "Cols":
			cols, ok := kv.Value.(*ast.CompositeLit)
			if !ok {
				return nil, r.unread(kv)
			}
			for _, c := range cols.Elts {
				name, bad := r.text(c)
				if bad != nil {
					return nil, bad
				}
				ix.Columns = append(ix.Columns, name)
			}
		case key.Name == "IsRegular":
		default:
			err = r.unread(kv)
		}
		if err != nil {
			return nil, err
		}
	}
	if !typed { // of no type, Sync makes none
		return nil, r.unread(lit)
	}
	return ix, nil
}

func isSchemas(x ast.Expr, name string) bool {
	sel, ok := x.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name
}

func indexKind(x ast.Expr) (unique, known bool) {
	switch {
	case isSchemas(x, "IndexType"):
		return false, true
	case isSchemas(x, "UniqueType"):
		return true, true
	}
	return false, false
}

func (r *indicesReader) text(x ast.Expr) (string, error) {
	if v := r.s.l.constOf(x, r.file, 0, 0); v.Kind() == constant.String {
		return constant.StringVal(v), nil
	}
	return "", r.unread(x)
}

// list is a literal, a variable, or append of one.
func (r *indicesReader) list(x ast.Expr) ([]*xorm.Index, error) {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if x.Name == "nil" {
			return nil, nil
		}
		if list, ok := r.lists[x.Name]; ok {
			return list, nil
		}
	case *ast.CompositeLit:
		if _, ok := x.Type.(*ast.ArrayType); ok {
			return r.all(nil, x.Elts)
		}
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "append" && len(x.Args) > 0 && !x.Ellipsis.IsValid() {
			list, err := r.list(x.Args[0])
			if err != nil {
				return nil, err
			}
			return r.all(list, x.Args[1:])
		}
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "make" {
			return nil, nil
		}
	}
	return nil, r.unread(x)
}

func (r *indicesReader) all(list []*xorm.Index, elts []ast.Expr) ([]*xorm.Index, error) {
	for _, e := range elts {
		ix, err := r.index(e)
		if err != nil {
			return nil, err
		}
		list = append(list, ix)
	}
	return list, nil
}
