package modelscan

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// addGormTables makes a tableDef of each table that AutoMigrate would create.
// Columns are filled in by gormColumns.
func (s *scanner) addGormTables() {
	if len(s.gormTables) == 0 {
		return
	}
	options, strict, withoutRowid, ok := s.gormTableOptions()
	if !ok {
		return
	}
	for i := range s.gormTables {
		t := &s.gormTables[i]
		def := &tableDef{gorm: t, named: true}
		def.Options, def.Strict, def.WithoutRowid = slices.Clone(options), strict, withoutRowid
		def.Name = s.gormName(t.Name)
		switch {
		case t.Join != nil:
			use := t.Join.Origin.(*fieldUse)
			def.decl = s.declOf(use)
			def.Pos = s.l.pos(use.pos, use.sym())
		default:
			def.decl = t.Model.Origin.(*typeDecl)
			def.notes = s.singles(s.notes(def.decl).list, true, def.decl.name)
			def.Pos = s.l.pos(def.decl.spec.Name.Pos(), def.decl.name)
			s.byType[def.decl] = def
			s.byGoName[def.decl.name] = append(s.byGoName[def.decl.name], def)
		}
		s.gormHidden(def)
		s.gormTableNotes(def)
		if s.sqlite() && strings.Contains(t.Name, ".") {
			s.probs.add(def.Pos, "return a name without a dot", "SQLite has no schemas: table %s cannot be there", t.Name)
		}
		s.byName[s.nameKey(def.Name)] = def
		s.tables = append(s.tables, def)
		s.useSchema(def.Name.Schema, def.Pos)
	}
}

// gormHidden warns about models whose table another model makes.
func (s *scanner) gormHidden(def *tableDef) {
	winner := "the relation " + def.decl.name
	if def.gorm.Model != nil {
		winner = def.decl.name
	}
	for _, t := range def.gorm.Also {
		if d, ok := t.Origin.(*typeDecl); ok {
			s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "leave one of them out of calls of [gorm], or let them say the same",
				"model %s adds to table %s, which an earlier call of AutoMigrate makes for %s: columns that both have are taken as that one says", d.name, s.shownName(def.Name), winner)
		}
	}
	for _, t := range def.gorm.Hidden {
		d, ok := t.Origin.(*typeDecl)
		if !ok || t.Name == "" {
			continue // a join table that a model of its own takes the place of
		}
		s.gorm[d] = true
		s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "leave one of them out of models of [gorm]",
			"model %s makes table %s as well as %s does: GORM creates the table of %s and passes over the other", d.name, s.shownName(def.Name), winner, winner)
	}
}

// declOf is the declaration that a field stands in.
func (s *scanner) declOf(use *fieldUse) *typeDecl {
	for _, d := range use.scope.file.pkg.order {
		if d.spec.Pos() <= use.pos && use.pos < d.spec.End() {
			return d
		}
	}
	return &typeDecl{name: use.owner, file: use.scope.file}
}

// gormName cuts schema.table.
func (s *scanner) gormName(name string) schema.Name {
	n := schema.Name{Schema: s.o.DefaultSchema, Local: s.cut(name)}
	if before, after, ok := strings.Cut(name, "."); ok && !s.sqlite() {
		n = schema.Name{Schema: before, Local: s.cut(after)}
	}
	return n
}

// gormTableNotes applies the directives that are about the table itself.
func (s *scanner) gormTableNotes(def *tableDef) {
	name := def.Name
	for _, d := range def.notes {
		switch d.name {
		case "table":
			s.tableDirective(def, d)
			if def.Name != name {
				s.fail(d.pos, def.decl.name, "leave the name out of the directive", "//gen:table says %s, GORM takes this model for %s", s.shownName(def.Name), s.shownName(name))
				def.Name = name
			}
		case "was":
			s.wasDirective(def, d)
		case "comment":
			s.tableComment(def, d)
		}
	}
}

// gormTable fills in columns, keys and constraints.
func (s *scanner) gormTable(def *tableDef) {
	t := def.gorm
	for i := range t.Columns {
		def.cols = append(def.cols, s.gormColumn(def, &t.Columns[i]))
	}
	s.gormPrimaryKey(def)
	for _, u := range t.Uniques {
		s.gormUnique(def, u)
	}
	for _, c := range t.Checks {
		def.Checks = append(def.Checks, schema.Check{Name: s.cut(c.Name), Expr: outerParens(text{s: c.Expr}).s, Pos: s.gormPos(c.Field)})
	}
	for _, ix := range t.Indexes {
		s.gormIndex(def, ix)
	}
	for _, fk := range t.ForeignKeys {
		s.gormForeignKey(def, fk)
	}
	for _, c := range def.cols {
		s.overlay(def, c)
	}
	s.keys(def)
}

// gormPos is where a field of a model stands.
func (s *scanner) gormPos(f *gorm.StructField) schema.Pos {
	use := f.Origin.(*fieldUse)
	return s.l.pos(use.pos, use.sym())
}

// gormPrimaryKey: where the one column of the key is unique as well,
// PostgreSQL makes one constraint of both and gives it the name of the other.
func (s *scanner) gormPrimaryKey(def *tableDef) {
	t := def.gorm
	if len(t.PrimaryKey) == 0 {
		return
	}
	pk := &schema.PrimaryKey{Columns: t.PrimaryKey, Derived: true, Pos: def.Pos}
	if c := s.column(def, t.PrimaryKey[0]); c != nil {
		pk.Pos = c.Pos
	}
	def.PrimaryKey = pk
	if !s.postgres() {
		return
	}
	for _, name := range t.PrimaryKey {
		if c := s.column(def, name); c != nil {
			c.NotNull = true
		}
	}
	if len(t.PrimaryKey) != 1 {
		return
	}
	i := slices.IndexFunc(t.Uniques, func(u gorm.Unique) bool { return u.Column == t.PrimaryKey[0] })
	if i >= 0 {
		pk.Name = s.cut(t.Uniques[i].Name)
		pk.Derived = pk.Name == ""
		t.Uniques = slices.Delete(slices.Clone(t.Uniques), i, i+1)
	}
}

// gormUnique: the name depends on the version of GORM that created the table,
// so another one is no difference.
func (s *scanner) gormUnique(def *tableDef, u gorm.Unique) {
	if s.column(def, u.Column) == nil {
		s.probs.add(s.gormPos(u.Field), "", "unique: there is no column for it: the migration fails")
		return
	}
	def.Uniques = append(def.Uniques, schema.Unique{Name: s.cut(u.Name), Derived: true, Columns: []string{u.Column}, Pos: s.gormPos(u.Field)})
}

// gormIndex reads the statement that GORM would write.
func (s *scanner) gormIndex(def *tableDef, ix gorm.Index) {
	use := ix.Field.Origin.(*fieldUse)
	class := strings.ToUpper(strings.TrimSpace(ix.Class))
	if class != "" && class != "UNIQUE" {
		s.fail(use.pos, use.sym(), "leave class out, or use gen:\"index:…\" and //gen:index", "field %s: index %s: %s has no class %s", use.sym(), ix.Name, s.productName(), ix.Class)
		return
	}
	var b strings.Builder
	b.WriteString(s.quoted(s.cut(ix.Name)))
	if s.postgres() && ix.Type != "" {
		b.WriteString(" using " + ix.Type)
	}
	b.WriteString(" (")
	for i, k := range ix.Keys {
		if i > 0 {
			b.WriteString(", ")
		}
		if k.Expr != "" {
			b.WriteString(k.Expr)
		} else {
			b.WriteString(s.quoted(k.Column))
		}
		if k.Collate != "" {
			b.WriteString(" COLLATE " + k.Collate)
		}
		if k.Sort != "" {
			b.WriteString(" " + k.Sort)
		}
	}
	b.WriteString(")")
	if ix.Option != "" {
		b.WriteString(" " + ix.Option)
	}
	if ix.Where != "" {
		b.WriteString(" where " + ix.Where)
	}
	if s.gormIndexes[s.gormIndexKey(def, ix)] {
		s.probs.warn(s.gormPos(ix.Field), "give it a name of its own", "index %s of table %s is not created: GORM passes over an index whose name exists, and another table has one", ix.Name, s.shownName(def.Name))
		return
	}
	if s.postgres() {
		s.gormIndexes[s.gormIndexKey(def, ix)] = true
	}
	line := s.written(b.String(), use)
	s.indexDirective(def, directive{name: "index", args: line, pos: use.pos}, newSQLParser(line, s.fold), class == "UNIQUE")
}

func (s *scanner) gormIndexKey(def *tableDef, ix gorm.Index) schema.Name {
	return schema.Name{Schema: def.Name.Schema, Local: s.cut(ix.Name)}
}

func (s *scanner) quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// written is text that stands in no file: every byte of it is where the field
// is.
func (s *scanner) written(sql string, use *fieldUse) text {
	return text{s: sql, base: use.pos, offs: make([]int32, len(sql))}
}

func (s *scanner) gormForeignKey(def *tableDef, fk gorm.ForeignKey) {
	use := fk.Field.Origin.(*fieldUse)
	k := schema.ForeignKey{Name: s.cut(fk.Name), Columns: fk.Columns, RefTable: s.gormName(fk.RefTable), RefColumns: fk.RefColumns, Pos: s.l.pos(use.pos, use.sym())}
	for _, a := range []struct {
		key, text string
		to        *schema.Action
	}{{"OnDelete", fk.OnDelete, &k.OnDelete}, {"OnUpdate", fk.OnUpdate, &k.OnUpdate}} {
		if a.text == "" {
			continue
		}
		action, ok := actions[strings.ToLower(strings.Join(strings.Fields(a.text), " "))]
		if !ok {
			s.fail(use.pos, use.sym(), "actions are CASCADE, RESTRICT, SET NULL, SET DEFAULT and NO ACTION", "field %s: constraint: %s:%s is no action", use.sym(), a.key, a.text)
			continue
		}
		*a.to = action
	}
	if s.byName[s.nameKey(k.RefTable)] == nil {
		s.fail(use.pos, use.sym(), "add the model to models of [gorm], or leave the key out: gorm:\"constraint:-\"", "field %s: the foreign key refers to table %s, which no model makes: the migration fails", use.sym(), s.shownName(k.RefTable))
		return
	}
	for _, name := range k.Columns {
		if s.column(def, name) == nil {
			s.fail(use.pos, use.sym(), "", "field %s: the foreign key needs column %s of table %s, which is not there: the migration fails", use.sym(), name, s.shownName(def.Name))
			return
		}
	}
	def.ForeignKeys = append(def.ForeignKeys, k)
}
