package modelscan

import (
	"go/ast"
	"go/token"

	"github.com/gen-migrate/gen/dialect"
)

// fieldNotes are what one field of the source says, for every struct that
// embeds it alike. They are read once.
type fieldNotes struct {
	tag   fieldTag
	items []item // that speak to the dialect at hand
	bad   bool   // the tag could not be read; it was reported
	skip  bool   // gen:"-" or db:"-"
}

// item is the item with that key, or nil.
func (n *fieldNotes) item(key string) *item {
	for i := range n.items {
		if n.items[i].key == key {
			return &n.items[i]
		}
	}
	return nil
}

// A fieldUse is a field as it is met on the way down from a table's struct.
type fieldUse struct {
	notes  *fieldNotes
	node   *ast.Field
	name   string // Go name
	pos    token.Pos
	owner  string // name of the struct that declares it
	scope  scope
	prefix string // of the column name
	path   string // named fields passed on the way, for the rule of hiding
	depth  int    // anonymous fields passed since the last named one
}

// sym is the Go name of the field for positions and messages.
func (f *fieldUse) sym() string { return f.owner + "." + f.name }

// A structWalk collects the fields of a struct and of all it embeds.
type structWalk struct {
	s     *scanner
	table string // of the Go type, for messages
	out   []*fieldUse
	stack []*ast.StructType
}

// flatten lists the fields that make columns, in source order, embedded
// structs in place. As in the language a field hides those of the same name
// that lie deeper.
func (s *scanner) flatten(def *tableDef) []*fieldUse {
	w := structWalk{s: s, table: def.decl.name}
	top := &structType{decl: def.decl, node: def.node, scope: scope{file: def.decl.file}}
	w.walk(top, def.decl.name, "", "", 0)
	shallowest := map[string]int{}
	for _, f := range w.out {
		key := f.path + f.name
		if d, ok := shallowest[key]; !ok || f.depth < d {
			shallowest[key] = f.depth
		}
	}
	var out []*fieldUse
	for _, f := range w.out {
		if f.depth == shallowest[f.path+f.name] && !f.notes.skip && !f.notes.bad {
			out = append(out, f)
		}
	}
	return out
}

func (w *structWalk) walk(st *structType, owner, prefix, path string, depth int) {
	for _, n := range w.stack {
		if n == st.node {
			return // a struct that embeds a pointer to itself
		}
	}
	w.stack = append(w.stack, st.node)
	defer func() { w.stack = w.stack[:len(w.stack)-1] }()
	for _, node := range st.node.Fields.List {
		notes := w.s.fieldNotes(node, owner)
		base := fieldUse{notes: notes, node: node, owner: owner, scope: st.scope, prefix: prefix, path: path, depth: depth}
		if len(node.Names) == 0 {
			w.anonymous(base)
			continue
		}
		for _, n := range node.Names {
			f := base
			f.name, f.pos = n.Name, n.Pos()
			w.named(f)
		}
	}
}

func (w *structWalk) named(f fieldUse) {
	if f.name == "_" {
		return
	}
	if !ast.IsExported(f.name) && !f.notes.tag.has && !f.notes.tag.hasDB {
		return
	}
	if f.notes.item("embed") == nil || f.notes.skip {
		w.out = append(w.out, &f)
		return
	}
	w.embed(f, f.path+f.name+".", 0)
}

// anonymous handles an embedded field: a struct is taken apart unless a name
// or a type in its tag, or the table of known types, makes it one column.
func (w *structWalk) anonymous(f fieldUse) {
	f.name, f.pos = embeddedName(f.node.Type), f.node.Type.Pos()
	if f.notes.skip || f.notes.bad {
		w.out = append(w.out, &f)
		return
	}
	if f.notes.item("embed") != nil {
		w.embed(f, f.path, f.depth+1)
		return
	}
	typ := w.s.l.resolve(f.node.Type, f.scope)
	column := f.notes.tag.db != "" || f.notes.item("column") != nil || f.notes.item("type") != nil || w.s.typeNote(typ) != nil
	switch {
	case column || typ.form != structForm && typ.form != unknownForm && typ.form != interfaceForm:
		if ast.IsExported(f.name) || f.notes.tag.has || f.notes.tag.hasDB {
			w.out = append(w.out, &f)
		}
	case typ.form == structForm:
		w.embed(f, f.path, f.depth+1)
	case typ.form == interfaceForm:
		w.s.fail(f.pos, f.sym(), `leave it out with gen:"-"`, "field %s: an embedded interface has no columns", f.sym())
	default:
		w.s.fail(f.pos, f.sym(), `leave it out with gen:"-"`, "field %s: embedded type %s cannot be read: %s", f.sym(), typ, typ.trouble)
	}
}

// embed walks into the struct type of a field.
func (w *structWalk) embed(f fieldUse, path string, depth int) {
	typ := w.s.l.resolve(f.node.Type, f.scope)
	if typ.form != structForm || typ.structure == nil {
		why := "is no struct"
		if typ.form == unknownForm {
			why = "cannot be read: " + typ.trouble
		}
		w.s.fail(f.pos, f.sym(), "", "field %s: embed: type %s %s", f.sym(), typ, why)
		return
	}
	prefix := f.prefix
	if it := f.notes.item("embed"); it != nil {
		prefix += it.value.s
	}
	owner := f.owner + "." + f.name
	if len(typ.chain) > 0 {
		owner = typ.chain[len(typ.chain)-1].name
	}
	w.walk(typ.structure, owner, prefix, path, depth)
}

func embeddedName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return embeddedName(x.X)
	case *ast.ParenExpr:
		return embeddedName(x.X)
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.IndexExpr:
		return embeddedName(x.X)
	case *ast.IndexListExpr:
		return embeddedName(x.X)
	case *ast.Ident:
		return x.Name
	}
	return "?"
}

// fieldNotes reads the tag of a field.
func (s *scanner) fieldNotes(f *ast.Field, owner string) *fieldNotes {
	if n := s.fields[f]; n != nil {
		return n
	}
	n := &fieldNotes{}
	s.fields[f] = n
	if f.Tag == nil {
		return n
	}
	name := embeddedName(f.Type)
	if len(f.Names) > 0 {
		name = f.Names[0].Name
	}
	sym := owner + "." + name
	tag, bad := parseTag(f.Tag)
	n.tag = tag
	if bad == nil && tag.has && name != "_" {
		n.items, bad = tagItems(tag.gen)
	}
	if bad != nil {
		n.bad = true
		s.fail(bad.pos, sym, `a tag is written key:"value" key:"value"`, "field %s: %s", sym, bad.what)
		return n
	}
	n.items = s.ourItems(n.items, sym)
	n.skip = tag.db == "-" || n.item("-") != nil
	return n
}

// typeNote is the //gen:type or //gen:enum of a type, or of the first of the
// types it is declared as.
func (s *scanner) typeNote(t gotype) *directive {
	for _, d := range t.chain {
		n := s.notes(d)
		if e := n.first("enum"); e != nil {
			return e
		}
		if e := n.first("type"); e != nil {
			return e
		}
	}
	return nil
}

// stringKind reports whether the field holds text, as the program sees it.
func stringKind(t gotype) bool { return t.form == basicForm && t.kind == dialect.GoString }
