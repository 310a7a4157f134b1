package modelscan

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/bun"
	"github.com/gen-migrate/gen/schema"
)

// addBunTable makes a tableDef of a table that CreateTable would make. Its
// columns are filled in when all tables are known.
func (s *scanner) addBunTable(t *bun.Table) {
	d := t.Model.Origin.(*typeDecl)
	def := &tableDef{decl: d, named: true}
	def.Name = s.gormName(t.Name)
	def.Pos = s.l.pos(d.spec.Name.Pos(), d.name)
	def.notes = s.singles(s.notes(d).list, true, d.name)
	def.fill = func() { s.bunTable(def, t) }
	s.ormTableNotes(def, "bun")
	if s.sqlite() && strings.Contains(t.Name, ".") {
		s.probs.add(def.Pos, "name it without a dot", "SQLite has no schemas: table %s cannot be there", t.Name)
	}
	s.bun.tables[s.nameKey(def.Name)] = t
	s.addOrmTable(def)
}

// bunTable fills in columns, keys and constraints.
func (s *scanner) bunTable(def *tableDef, t *bun.Table) {
	if len(t.Columns) == 0 {
		s.fail(def.decl.spec.Name.Pos(), def.decl.name, "", "model %s has no columns", def.decl.name)
		return
	}
	for i := range t.Columns {
		c := s.bunColumn(def, &t.Columns[i])
		if first := s.column(def, c.Name); first != nil {
			s.failAt(c, c.use.pos, "name one of them otherwise", "column %s of table %s is there already, as %s: CREATE TABLE fails", c.Name, s.shownName(def.Name), first.Name)
			continue
		}
		def.cols = append(def.cols, c)
	}
	s.bunPrimaryKey(def, t.PrimaryKey)
	for _, u := range t.Uniques {
		s.bunUnique(def, u)
	}
	for _, fk := range t.ForeignKeys {
		s.bunForeignKey(def, fk)
	}
	for _, c := range def.cols {
		s.overlayOf(def, c, "bun", "bun")
	}
	s.keys(def)
}

// bunColumn reads a column as bun writes it.
func (s *scanner) bunColumn(def *tableDef, col *bun.Column) *column {
	use := *col.Field.Origin.(*fieldUse)
	use.notes = s.fieldNotes(use.node, use.owner)
	c := &column{use: &use, items: use.notes.items}
	c.Pos = s.l.pos(use.pos, use.sym())
	c.Name = s.cut(col.Name)
	c.typ = s.l.resolve(use.node.Type, use.scope)
	p := &columnSQL{s: s, c: c, def: def, t: s.written(col.SQL, &use)}
	toks, bad := bunTokens(p.t)
	if bad {
		s.failAt(c, use.pos, `a comma ends a value unless it stands in double quotes: default:\"…\"`, "the column cannot be read: %s", col.SQL)
		return c
	}
	if p.toks = toks; len(toks) == 0 && s.sqlite() {
		return c // SQLite takes a column without a type
	}
	p.read()
	return c
}

// bunTokens cuts the SQL of a column. Text that a comma in single quotes has
// cut in two is no SQL.
func bunTokens(t text) (toks []tok, bad bool) {
	if t.scanTop(func(int) bool { return true }) != nil {
		return nil, true
	}
	return sqlTokens(t), false
}

func (s *scanner) bunPrimaryKey(def *tableDef, names []string) {
	if len(names) == 0 {
		return
	}
	pk := &schema.PrimaryKey{Columns: names, Derived: true, Pos: def.Pos}
	for i, name := range names {
		c := s.column(def, name)
		if c == nil {
			continue
		}
		if i == 0 {
			pk.Pos = c.Pos
		}
		c.NotNull = c.NotNull || s.postgres()
	}
	def.PrimaryKey = pk
}

// bunUnique: PostgreSQL makes one of keys with the same columns, and gives it
// the first name among them (transformIndexConstraints in parse_utilcmd.c).
func (s *scanner) bunUnique(def *tableDef, u bun.Unique) {
	use := u.Field.Origin.(*fieldUse)
	for i, name := range u.Columns {
		if slices.Contains(u.Columns[:i], name) {
			s.fail(use.pos, use.sym(), "", "field %s: column %s stands twice in unique constraint %s: CREATE TABLE fails", use.sym(), name, u.Name)
			return
		}
	}
	name := s.cut(u.Name)
	if s.postgres() {
		if pk := def.PrimaryKey; pk != nil && slices.Equal(pk.Columns, u.Columns) {
			if pk.Name == "" && name != "" {
				pk.Name, pk.Derived = name, false
			}
			return
		}
		for i := range def.Uniques {
			have := &def.Uniques[i]
			if !slices.Equal(have.Columns, u.Columns) {
				continue
			}
			if have.Name == "" && name != "" {
				have.Name, have.Derived = name, false
			}
			return
		}
	}
	def.Uniques = append(def.Uniques, schema.Unique{Name: name, Derived: name == "", Columns: u.Columns, Pos: s.l.pos(use.pos, use.sym())})
}

func (s *scanner) bunForeignKey(def *tableDef, fk bun.ForeignKey) {
	use := fk.Field.Origin.(*fieldUse)
	k := schema.ForeignKey{Columns: fk.Columns, RefTable: s.gormName(fk.RefTable), RefColumns: fk.RefColumns, Derived: true, Pos: s.l.pos(use.pos, use.sym())}
	for _, a := range []struct {
		key, text string
		to        *schema.Action
	}{{"on_delete", fk.OnDelete, &k.OnDelete}, {"on_update", fk.OnUpdate, &k.OnUpdate}} {
		if a.text == "" {
			continue
		}
		action, ok := actions[strings.ToLower(strings.Join(strings.Fields(a.text), " "))]
		if !ok {
			s.fail(use.pos, use.sym(), "actions are CASCADE, RESTRICT, SET NULL, SET DEFAULT and NO ACTION", "field %s: %s:%s is no action", use.sym(), a.key, a.text)
			continue
		}
		*a.to = action
	}
	other := s.bun.tables[s.nameKey(k.RefTable)]
	switch {
	case other == nil:
		s.fail(use.pos, use.sym(), "add the model to models of [bun], or leave foreign_keys out", "field %s: the foreign key refers to table %s, which no model makes: CREATE TABLE fails", use.sym(), s.shownName(k.RefTable))
		return
	case s.postgres() && !bunKey(other, fk.RefColumns):
		s.fail(use.pos, use.sym(), "make them unique, or leave foreign_keys out", "field %s: the foreign key refers to (%s) of table %s, which is neither its primary key nor unique: CREATE TABLE fails",
			use.sym(), strings.Join(fk.RefColumns, ", "), s.shownName(k.RefTable))
		return
	}
	def.ForeignKeys = append(def.ForeignKeys, k)
}

// bunKey reports whether columns are a key of a table, in any order.
func bunKey(t *bun.Table, columns []string) bool {
	same := func(key []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(key)), slices.Sorted(slices.Values(columns)))
	}
	return same(t.PrimaryKey) || slices.ContainsFunc(t.Uniques, func(u bun.Unique) bool { return same(u.Columns) })
}

// bunTagWarning says that bun tags are not read.
func (s *scanner) bunTagWarning(pos schema.Pos, owner string) {
	if s.o.Bun == nil {
		s.probs.warn(pos, "write [bun] into gen.toml to read them, or say in gen tags what the table needs",
			"struct %s: bun tags are not read without [bun] in gen.toml", owner)
		return
	}
	s.probs.warn(pos, "add it to models of [bun], or leave it out with //gen:ignore",
		"struct %s has bun tags and is none of the models of [bun]: its bun tags are not read", owner)
}
