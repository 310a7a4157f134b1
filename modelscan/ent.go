package modelscan

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/ent"
	"github.com/gen-migrate/gen/schema"
)

// EntOptions say where the tables are that ent generates.
type EntOptions struct {
	// Package is the package migrate that ent generates, a pattern as in
	// [Options.Patterns]: "./ent/migrate".
	Package string
	// DisableForeignKeys is WithForeignKeys(false).
	DisableForeignKeys bool
}

// entOrigin is where a literal stands.
type entOrigin struct {
	file *file
	pos  token.Pos
	sym  string // "UsersTable", "users.email"
}

// entTables reads the package and makes a tableDef of each table.
func (s *scanner) entTables() {
	if s.o.Ent == nil {
		return
	}
	if !s.postgres() && !s.sqlite() {
		s.probs.add(schema.Pos{}, "", "tables of ent are read for PostgreSQL and SQLite, not for %s", s.productName())
		return
	}
	p := s.entPackage()
	if p == nil {
		return
	}
	r := newEntReader(s, p)
	tables := r.tables()
	if r.failed {
		return
	}
	made, problems := ent.Create(tables, ent.Config{Dialect: s.o.Dialect.Name, Cut: s.cut, DisableForeignKeys: s.o.Ent.DisableForeignKeys})
	for _, p := range problems {
		o := p.Origin.(*entOrigin)
		s.fail(o.pos, o.sym, p.Hint, "%s: %s", o.sym, p.Text)
	}
	if len(problems) > 0 {
		return
	}
	for i := range made {
		s.addEntTable(&made[i])
	}
}

// entPackage is the package of the options, or nil after a report.
func (s *scanner) entPackage() *pkg {
	pattern := s.o.Ent.Package
	for _, p := range s.l.models() {
		if !s.l.matches(pattern, p.path, p.dir) {
			continue
		}
		for _, f := range p.files {
			if f.ast != nil && slices.ContainsFunc(f.ast.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"`+entSchemaPath+`"` }) {
				return p
			}
		}
	}
	s.probs.add(schema.Pos{}, `name the package that ent generates: [ent] package = "./ent/migrate"`, "[ent]: %s is no package with the tables of ent", pattern)
	return nil
}

// addEntTable enters a table into the lists; its columns are filled in when
// all tables are known.
func (s *scanner) addEntTable(m *ent.Made) {
	o := m.Table.Origin.(*entOrigin)
	def := &tableDef{named: true, decl: &typeDecl{name: o.sym, spec: &ast.TypeSpec{Name: &ast.Ident{NamePos: o.pos, Name: o.sym}}, file: o.file, read: &typeNotes{}}}
	def.Name = schema.Name{Schema: s.o.DefaultSchema, Local: s.cut(m.Table.Name)}
	if m.Table.Schema != "" && !s.sqlite() {
		def.Name.Schema = m.Table.Schema
	}
	def.Pos = s.l.pos(o.pos, o.sym)
	if s.postgres() {
		def.Comment = m.Table.Comment
	}
	def.fill = func() { s.entTable(def, m) }
	s.addOrmTable(def)
}

// entTable fills in columns, keys, constraints and indexes.
func (s *scanner) entTable(def *tableDef, m *ent.Made) {
	for _, c := range m.Columns {
		def.cols = append(def.cols, s.entColumn(def, c))
	}
	if len(m.PrimaryKey) > 0 {
		def.PrimaryKey = &schema.PrimaryKey{Columns: s.cutAll(m.PrimaryKey), Derived: true, Pos: def.Pos}
	}
	for _, c := range m.Checks {
		line := "(" + c.Expr + ")"
		if c.Name != "" {
			line = s.quoted(s.cut(c.Name)) + " " + line
		}
		t := s.written(line, &fieldUse{pos: def.decl.spec.Name.Pos()})
		s.checkDirective(def, directive{name: "check", args: t, pos: t.base}, newSQLParser(t, s.fold))
	}
	for _, ix := range m.Indexes {
		s.entIndex(def, ix)
	}
	for _, fk := range m.ForeignKeys {
		s.entForeignKey(def, fk)
	}
	s.keys(def)
}

// entColumn reads a column as ent's engine writes it.
func (s *scanner) entColumn(def *tableDef, m ent.MadeColumn) *column {
	o := m.Origin.(*entOrigin)
	use := &fieldUse{notes: &fieldNotes{}, node: &ast.Field{Type: &ast.Ident{Name: "any"}}, name: m.Name, pos: o.pos, owner: def.Name.Local, scope: scope{file: o.file}}
	c := &column{use: use}
	c.Pos = s.l.pos(o.pos, o.sym)
	c.Name = s.cut(m.Name)
	c.typ = gotype{expr: use.node.Type, form: interfaceForm}
	if s.postgres() {
		c.Comment = m.Comment
	}
	s.readColumnSQL(def, c, m.SQL)
	if m.Start != 0 && c.Identity != nil {
		c.Identity.Options.Start = &m.Start
	}
	return c
}

func (s *scanner) entIndex(def *tableDef, ix ent.MadeIndex) {
	o := ix.Origin.(*entOrigin)
	line := s.quoted(s.cut(ix.Name)) + " " + ix.SQL
	t := s.written(line, &fieldUse{pos: o.pos})
	s.indexDirective(def, directive{name: "index", args: t, pos: o.pos}, newSQLParser(t, s.fold), ix.Unique)
}

func (s *scanner) entForeignKey(def *tableDef, fk *ent.ForeignKey) {
	o := fk.Origin.(*entOrigin)
	k := schema.ForeignKey{Name: s.cut(fk.Symbol), RefTable: schema.Name{Schema: def.Name.Schema, Local: s.cut(fk.RefTable.Name)}, Pos: s.l.pos(o.pos, o.sym)}
	if fk.RefTable.Schema != "" && !s.sqlite() {
		k.RefTable.Schema = fk.RefTable.Schema
	}
	for _, c := range fk.Columns {
		k.Columns = append(k.Columns, s.cut(c.Name))
	}
	for _, c := range fk.RefColumns {
		k.RefColumns = append(k.RefColumns, s.cut(c.Name))
	}
	k.OnDelete, k.OnUpdate = actions[strings.ToLower(fk.OnDelete)], actions[strings.ToLower(fk.OnUpdate)]
	if s.byName[s.nameKey(k.RefTable)] == nil {
		s.fail(o.pos, o.sym, "generate the package again", "%s: the foreign key refers to table %s, which is not in Tables", o.sym, s.shownName(k.RefTable))
		return
	}
	def.ForeignKeys = append(def.ForeignKeys, k)
}
