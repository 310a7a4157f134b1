package modelscan

import (
	"maps"
	"strings"
)

// What the readers of ORMs have in common.

// typeTexts are [types]: what the reader at work was told of Go types.
func (s *scanner) typeTexts() map[string]string {
	all := map[string]string{}
	if s.o.Gorm != nil {
		maps.Copy(all, s.o.Gorm.Types)
	}
	if s.o.Xorm != nil {
		maps.Copy(all, s.o.Xorm.Types)
	}
	if s.o.Bun != nil {
		maps.Copy(all, s.o.Bun.Types)
	}
	return all
}

// addOrmTable enters a table of another ORM than GORM into the lists.
func (s *scanner) addOrmTable(def *tableDef) {
	if first := s.byName[s.nameKey(def.Name)]; first != nil {
		s.probs.add(def.Pos, "leave one of them out", "table %s is declared twice, first by %s at %s", s.shownName(def.Name), first.decl.name, first.Pos)
		return
	}
	s.byType[def.decl] = def
	s.byGoName[def.decl.name] = append(s.byGoName[def.decl.name], def)
	s.byName[s.nameKey(def.Name)] = def
	s.tables = append(s.tables, def)
	s.useSchema(def.Name.Schema, def.Pos)
}

// ormTableNotes applies the directives that are about the table itself; the
// name is the ORM's to say.
func (s *scanner) ormTableNotes(def *tableDef, orm string) {
	name := def.Name
	for _, d := range def.notes {
		switch d.name {
		case "table":
			s.tableDirective(def, d)
			if def.Name != name {
				s.fail(d.pos, def.decl.name, "leave the name out of the directive", "//gen:table says %s, %s takes this model for %s", s.shownName(def.Name), orm, s.shownName(name))
				def.Name = name
			}
		case "was":
			s.wasDirective(def, d)
		case "comment":
			s.tableComment(def, d)
		}
	}
}

// readColumnSQL reads what stands behind a column's name in CREATE TABLE.
func (s *scanner) readColumnSQL(def *tableDef, c *column, sql string) {
	p := &columnSQL{s: s, c: c, def: def, t: s.written(sql, c.use)}
	p.toks = sqlTokens(p.t)
	p.read()
}

// cutAll cuts names as the server does.
func (s *scanner) cutAll(names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = s.cut(n)
	}
	return list
}

// ormIndex makes an index on plain columns.
func (s *scanner) ormIndex(def *tableDef, use *fieldUse, name string, unique bool, columns []string) {
	var keys []string
	for _, c := range columns {
		keys = append(keys, s.quoted(s.cut(c)))
	}
	line := s.written(s.quoted(s.cut(name))+" ("+strings.Join(keys, ", ")+")", use)
	s.indexDirective(def, directive{name: "index", args: line, pos: use.pos}, newSQLParser(line, s.fold), unique)
}
