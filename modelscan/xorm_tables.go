package modelscan

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/xorm"
	"github.com/gen-migrate/gen/schema"
)

// addXormTable makes a tableDef of a table that Sync would create. Its columns
// are filled in when all tables are known.
func (s *scanner) addXormTable(t *xorm.Table) {
	d := t.Model.Origin.(*typeDecl)
	def := &tableDef{decl: d, named: true}
	def.Name = s.gormName(t.Name)
	def.Pos = s.l.pos(d.spec.Name.Pos(), d.name)
	def.notes = s.singles(s.notes(d).list, true, d.name)
	def.Comment = t.Comment
	def.fill = func() { s.xormTable(def, t) }
	s.ormTableNotes(def, "xorm")
	if s.sqlite() && strings.Contains(t.Name, ".") {
		s.probs.add(def.Pos, "return a name without a dot", "SQLite has no schemas: table %s cannot be there", t.Name)
	}
	s.addOrmTable(def)
}

// xormTable fills in columns, keys and indexes.
func (s *scanner) xormTable(def *tableDef, t *xorm.Table) {
	for i := range t.Columns {
		def.cols = append(def.cols, s.xormColumn(def, &t.Columns[i]))
	}
	if len(t.PrimaryKey) > 0 {
		def.PrimaryKey = &schema.PrimaryKey{Columns: s.cutAll(t.PrimaryKey), Derived: true, Pos: def.Pos}
		if c := s.column(def, def.PrimaryKey.Columns[0]); c != nil {
			def.PrimaryKey.Pos = c.Pos
		}
	}
	for _, ix := range t.Indexes {
		s.xormIndex(def, ix)
	}
	for _, c := range def.cols {
		s.overlayOf(def, c, "xorm", "xorm")
	}
	s.keys(def)
}

// xormColumn reads a column as xorm writes it.
func (s *scanner) xormColumn(def *tableDef, col *xorm.Column) *column {
	use := *col.Field.Origin.(*fieldUse)
	use.notes = s.fieldNotes(use.node, use.owner)
	c := &column{use: &use, items: use.notes.items}
	c.Pos = s.l.pos(use.pos, use.sym())
	c.Name = s.cut(col.Name)
	c.typ = s.l.resolve(use.node.Type, use.scope)
	c.Comment = col.Comment
	s.readColumnSQL(def, c, col.SQL)
	return c
}

// xormIndex reads the statement that xorm would write.
func (s *scanner) xormIndex(def *tableDef, ix xorm.Index) {
	use := &fieldUse{name: "TableIndices", owner: def.decl.name, pos: def.decl.spec.Name.Pos(), scope: scope{file: def.decl.file}}
	if ix.Field != nil {
		use = ix.Field.Origin.(*fieldUse)
	}
	s.ormIndex(def, use, ix.Name, ix.Unique, ix.Columns)
}

// unlistedXorm warns about structs that look like models of xorm and are none
// of those the configuration lists, nor part of one: a forgotten model must
// not go unseen.
func (s *scanner) unlistedXorm() {
	if s.o.Xorm == nil || len(s.o.Xorm.Models) == 0 {
		return
	}
	parts := map[*typeDecl]bool{}
	for d := range s.xorm.models {
		s.xormParts(d, parts)
	}
	for _, d := range s.xormLike() {
		st, ok := stripParens(d.spec.Type).(*ast.StructType)
		if !ok || parts[d] || s.saysTable(d, st) || hasGenTag(st) || s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, map[string]bool{}) || s.joins(d, st) {
			continue
		}
		s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "add it to models of [xorm], or write //gen:ignore above it",
			"struct %s has xorm tags and is none of the models of [xorm]", d.name)
	}
}

// joins reports whether a struct extends a model: it holds rows of a join.
func (s *scanner) joins(d *typeDecl, st *ast.StructType) bool {
	return slices.ContainsFunc(s.extended(d, st), func(e *typeDecl) bool { return s.xorm.models[e] })
}

// xormParts marks the model and the structs that it extends or stores as
// text.
func (s *scanner) xormParts(d *typeDecl, parts map[*typeDecl]bool) {
	st, ok := stripParens(d.spec.Type).(*ast.StructType)
	if !ok || parts[d] {
		return
	}
	parts[d] = true
	for _, f := range st.Fields.List {
		ast.Inspect(f.Type, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.Ident, *ast.SelectorExpr:
				for _, e := range s.l.resolve(x.(ast.Expr), scope{file: d.file}).chain {
					if e.file.pkg.model {
						s.xormParts(e, parts)
					}
				}
				return false
			}
			return true
		})
	}
}
