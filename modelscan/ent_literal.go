package modelscan

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"strconv"

	"github.com/gen-migrate/gen/modelscan/ent"
)

// An entReader reads the literals of one generated package: variables that
// hold columns and tables, the list Tables, and what init sets afterwards.
// What has another form than ent generates is an error, never passed over.
type entReader struct {
	s      *scanner
	vars   map[string]entVar
	lists  map[string][]*ent.Column // XColumns
	byVar  map[string]*ent.Table    // XTable
	list   []*ent.Table
	inits  []*file
	failed bool
}

type entVar struct {
	value ast.Expr
	file  *file
	pos   token.Pos
}

func newEntReader(s *scanner, p *pkg) *entReader {
	r := &entReader{s: s, vars: map[string]entVar{}, lists: map[string][]*ent.Column{}, byVar: map[string]*ent.Table{}}
	for _, f := range p.files {
		if f.ast == nil {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == "init" && d.Recv == nil {
					r.inits = append(r.inits, f)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						for i, n := range v.Names {
							if i < len(v.Values) {
								r.vars[n.Name] = entVar{v.Values[i], f, n.Pos()}
							}
						}
					}
				}
			}
		}
	}
	return r
}

func (r *entReader) fail(n ast.Node, sym, format string, args ...any) {
	r.failed = true
	r.s.fail(n.Pos(), sym, "gen reads the package as ent generates it: run go generate ./ent again, or name another one in [ent] package", format, args...)
}

// tables are those of the variable Tables, in its order.
func (r *entReader) tables() []*ent.Table {
	v, ok := r.vars["Tables"]
	lit, isLit := v.value.(*ast.CompositeLit)
	if !ok || !isLit {
		r.failed = true
		r.s.probs.add(r.s.l.pos(v.pos, "Tables"), `name the package that ent generates: [ent] package = "./ent/migrate"`, "[ent]: the package has no list of tables in a variable Tables")
		return nil
	}
	for _, e := range lit.Elts {
		id, ok := e.(*ast.Ident)
		if !ok {
			r.fail(e, "Tables", "Tables: an element is no variable")
			continue
		}
		if t := r.table(id); t != nil {
			r.list = append(r.list, t)
		}
	}
	for _, f := range r.inits {
		for _, d := range r.s.l.whole(f).Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil && fn.Body != nil {
				r.init(f, fn.Body.List)
			}
		}
	}
	for _, t := range r.list {
		r.views(t)
	}
	return r.list
}

// views are not tables; the program that made them says so.
func (r *entReader) views(t *ent.Table) {
	if o := t.Origin.(*entOrigin); t.View {
		r.s.probs.warn(r.s.l.pos(o.pos, o.sym), "say the view in objects", "%s is a view: gen does not read its definition here", t.Name)
	}
}

// table reads &schema.Table{…} of a variable.
func (r *entReader) table(id *ast.Ident) *ent.Table {
	if t := r.byVar[id.Name]; t != nil {
		return t
	}
	v := r.vars[id.Name]
	lit := literalOf(v.value)
	if lit == nil || !isSchemas(lit.Type, "Table") {
		r.fail(id, id.Name, "%s is no literal of a table", id.Name)
		return nil
	}
	t := &ent.Table{Origin: &entOrigin{v.file, v.pos, id.Name}}
	r.byVar[id.Name] = t
	r.fields(lit, id.Name, func(key string, x ast.Expr) bool {
		switch key {
		case "Name":
			return r.text(x, &t.Name)
		case "Schema":
			return r.text(x, &t.Schema)
		case "Comment":
			return r.text(x, &t.Comment)
		case "Pos":
			return true
		case "View":
			return r.truth(x, &t.View)
		case "Columns":
			name, ok := x.(*ast.Ident)
			if ok {
				t.Columns = r.columns(name)
			}
			return ok
		case "PrimaryKey":
			return r.columnList(x, &t.PrimaryKey)
		case "ForeignKeys":
			return r.each(x, func(lit *ast.CompositeLit) bool { return r.foreignKey(t, lit, v.file, id.Name) })
		case "Indexes":
			return r.each(x, func(lit *ast.CompositeLit) bool { return r.index(t, lit, v.file, id.Name) })
		}
		return false
	})
	for _, c := range t.Columns {
		c.Origin.(*entOrigin).sym = t.Name + "." + c.Name
	}
	return t
}

// fields goes through Key: value of a literal. set is false for what it does
// not know or cannot read.
func (r *entReader) fields(lit *ast.CompositeLit, sym string, set func(key string, x ast.Expr) bool) {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		key, isIdent := (*ast.Ident)(nil), false
		if ok {
			key, isIdent = kv.Key.(*ast.Ident)
		}
		if !isIdent {
			r.fail(e, sym, "%s: an element without a field's name", sym)
			continue
		}
		if !set(key.Name, kv.Value) {
			r.fail(kv, sym, "%s: %s has a value that gen cannot read", sym, key.Name)
		}
	}
}

// each goes through the literals of a list; elements may leave out their type.
func (r *entReader) each(x ast.Expr, do func(*ast.CompositeLit) bool) bool {
	list, ok := x.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range list.Elts {
		lit := literalOf(e)
		if lit == nil || !do(lit) {
			return false
		}
	}
	return true
}

// columns reads []*schema.Column{…} of a variable.
func (r *entReader) columns(id *ast.Ident) []*ent.Column {
	if list, ok := r.lists[id.Name]; ok {
		return list
	}
	r.lists[id.Name] = nil // a list that is made of itself has nothing yet
	v := r.vars[id.Name]
	var list []*ent.Column
	if v.value == nil || !r.each(v.value, func(lit *ast.CompositeLit) bool {
		list = append(list, r.column(lit, v.file, id.Name+"["+strconv.Itoa(len(list))+"]"))
		return true
	}) {
		r.fail(id, id.Name, "%s is no literal of columns", id.Name)
	}
	r.lists[id.Name] = list
	return list
}

func (r *entReader) column(lit *ast.CompositeLit, f *file, sym string) *ent.Column {
	c := &ent.Column{Origin: &entOrigin{f, lit.Pos(), sym}}
	r.fields(lit, sym, func(key string, x ast.Expr) bool {
		switch key {
		case "Name":
			return r.text(x, &c.Name)
		case "Type":
			sel, ok := x.(*ast.SelectorExpr)
			if ok {
				c.Type = sel.Sel.Name
			}
			return ok
		case "Unique":
			return r.truth(x, &c.Unique)
		case "Increment":
			return r.truth(x, &c.Increment)
		case "Nullable":
			return r.truth(x, &c.Nullable)
		case "Size":
			n, ok := r.number(x)
			c.Size = n
			return ok
		case "Comment":
			return r.text(x, &c.Comment)
		case "Collation":
			return r.text(x, &c.Collation)
		case "SchemaType":
			return r.texts(x, &c.SchemaType)
		case "Default":
			return r.defaultValue(x, &c.Default)
		case "Enums", "Attr", "Key": // MySQL's alone, and what the engine fills in
			return true
		}
		return false
	})
	return c
}

// defaultValue is a literal, schema.Expr("…") or map[string]schema.Expr{…}.
func (r *entReader) defaultValue(x ast.Expr, d *ent.Default) bool {
	switch x := x.(type) {
	case *ast.CallExpr:
		return isSchemas(x.Fun, "Expr") && len(x.Args) == 1 && r.text(x.Args[0], &d.Expr)
	case *ast.CompositeLit:
		return r.texts(x, &d.ByDialect)
	case *ast.Ident:
		if x.Name == "true" || x.Name == "false" {
			d.Plain = x.Name
			return true
		}
		return false
	}
	switch v := r.constant(x); v.Kind() {
	case constant.String:
		text := constant.StringVal(v)
		d.Text = &text
	case constant.Int:
		d.Plain = v.ExactString()
	case constant.Float:
		f, _ := constant.Float64Val(v)
		d.Plain = fmt.Sprint(f)
	default:
		return false
	}
	return true
}

func (r *entReader) foreignKey(t *ent.Table, lit *ast.CompositeLit, f *file, sym string) bool {
	fk := &ent.ForeignKey{Origin: &entOrigin{f, lit.Pos(), sym}}
	r.fields(lit, sym+".ForeignKeys", func(key string, x ast.Expr) bool {
		switch key {
		case "Symbol":
			return r.text(x, &fk.Symbol)
		case "Columns":
			return r.columnList(x, &fk.Columns)
		case "RefColumns":
			return r.columnList(x, &fk.RefColumns)
		case "OnUpdate":
			return referenceOption(x, &fk.OnUpdate)
		case "OnDelete":
			return referenceOption(x, &fk.OnDelete)
		case "RefTable":
			return r.tableRef(x, &fk.RefTable)
		}
		return false
	})
	t.ForeignKeys = append(t.ForeignKeys, fk)
	return true
}

// referenceOption reads schema.SetNull and the like.
func referenceOption(x ast.Expr, to *string) bool {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	*to, ok = map[string]string{"NoAction": "NO ACTION", "Restrict": "RESTRICT", "Cascade": "CASCADE", "SetNull": "SET NULL", "SetDefault": "SET DEFAULT"}[sel.Sel.Name]
	return ok
}

func (r *entReader) tableRef(x ast.Expr, to **ent.Table) bool {
	id, ok := x.(*ast.Ident)
	if !ok || r.vars[id.Name].value == nil {
		return false
	}
	*to = r.table(id)
	return *to != nil
}

func (r *entReader) index(t *ent.Table, lit *ast.CompositeLit, f *file, sym string) bool {
	ix := &ent.Index{Origin: &entOrigin{f, lit.Pos(), sym}}
	r.fields(lit, sym+".Indexes", func(key string, x ast.Expr) bool {
		switch key {
		case "Name":
			return r.text(x, &ix.Name)
		case "Unique":
			return r.truth(x, &ix.Unique)
		case "Columns":
			return r.columnList(x, &ix.Columns)
		case "Annotation":
			lit := literalOf(x)
			if lit == nil {
				return false
			}
			r.indexAnnotation(ix, lit, sym+".Indexes")
			return true
		}
		return false
	})
	t.Indexes = append(t.Indexes, ix)
	return true
}

func (r *entReader) indexAnnotation(ix *ent.Index, lit *ast.CompositeLit, sym string) {
	r.fields(lit, sym, func(key string, x ast.Expr) bool {
		switch key {
		case "OpClass":
			return r.text(x, &ix.OpClass)
		case "OpClassColumns":
			return r.texts(x, &ix.OpClassColumns)
		case "Desc":
			return r.truth(x, &ix.Desc)
		case "DescColumns":
			return r.truths(x, &ix.DescColumns)
		case "IncludeColumns":
			return r.textList(x, &ix.Include)
		case "Type":
			return r.text(x, &ix.Type)
		case "Types":
			return r.texts(x, &ix.Types)
		case "Where":
			return r.text(x, &ix.Where)
		case "Prefix", "PrefixColumns": // MySQL's
			return true
		}
		return false
	})
}
