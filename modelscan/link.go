package modelscan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// link does what needs all tables: it resolves references, gives names to
// what has none and finds names given twice.
func (s *scanner) link() {
	s.families()
	s.db.Tables = make([]schema.Table, 0, len(s.tables))
	for _, def := range s.tables {
		for _, r := range def.refs {
			s.resolveRef(def, r)
		}
		if s.sqlite() {
			s.sqliteKeys(def)
		}
	}
	s.inheritAll()
	s.linkOwners()
	slices.SortStableFunc(s.tables, func(a, b *tableDef) int { return a.Name.Compare(b.Name) })
	s.names()
	for _, def := range s.tables {
		def.Columns = make([]schema.Column, 0, len(def.cols))
		for _, c := range def.cols {
			def.Columns = append(def.Columns, c.Column)
		}
		s.db.Tables = append(s.db.Tables, def.Table)
	}
	s.toastOptions()
}

// sqliteKeys settles the keys that count up: in SQLite that is what a single
// primary key of type exactly "integer" does (lang_createtable.html#rowid).
func (s *scanner) sqliteKeys(def *tableDef) {
	if def.WithoutRowid && def.PrimaryKey == nil {
		s.fail(def.decl.spec.Name.Pos(), def.decl.name, "mark the key with pk", "table %s is WITHOUT ROWID and has no primary key", def.Name)
	}
	for _, c := range def.cols {
		for _, key := range []string{"identity", "serial", "autoincrement"} {
			it := c.use.notes.item(key)
			if it == nil {
				continue
			}
			single := def.PrimaryKey != nil && len(def.PrimaryKey.Columns) == 1 && def.PrimaryKey.Columns[0] == c.Name
			switch {
			case !single:
				s.failAt(c, it.pos, "make it the only column of the primary key, or write "+key+"@pg", "in SQLite only a single integer primary key counts up")
			case def.WithoutRowid:
				s.failAt(c, it.pos, "leave without_rowid out", "a table WITHOUT ROWID has no key that counts up")
			case !strings.Contains(strings.ToLower(c.Type.Text), "int"):
				if c.Type.Text != "" {
					s.failAt(c, it.pos, "", "%s needs an integer column, not %s", key, c.Type.Text)
				}
			default:
				c.Type.Text = "integer"
			}
		}
	}
}

// A namer hands out names that are free within one schema, as PostgreSQL
// does: the derived name, and with 1, 2, … behind the label when it is taken
// (ChooseRelationName, ChooseConstraintName).
type namer struct {
	s         *scanner
	relations map[schema.Name]string // tables, indexes, sequences → what has the name
	at        map[schema.Name]schema.Pos
	rules     map[schema.Name]bool // names of checks and foreign keys, per schema
}

func (s *scanner) names() {
	n := &namer{s: s, relations: map[schema.Name]string{}, at: map[schema.Name]schema.Pos{}, rules: map[schema.Name]bool{}}
	for _, def := range s.tables {
		n.take(def.Name, "table "+s.shownName(def.Name), def.Pos)
	}
	for _, q := range s.db.Sequences {
		n.take(q.Name, "sequence "+s.shownName(q.Name), q.Pos)
	}
	for _, e := range s.db.Enums {
		if what, ok := n.relations[e.Name]; ok && strings.HasPrefix(what, "table") {
			s.probs.add(e.Pos, "give one of them another name", "enum %s has the name of a table, which is a type as well", s.shownName(e.Name))
		}
	}
	for _, def := range s.tables {
		n.chosen(def)
	}
	for _, def := range s.tables {
		n.derived(def)
	}
}

// take claims a relation name and reports one that is claimed already.
func (n *namer) take(name schema.Name, what string, pos schema.Pos) {
	key := n.s.nameKey(name)
	if first, ok := n.relations[key]; ok {
		hint := "give one of them another name"
		if limit := n.s.o.Dialect.MaxIdentifier; limit > 0 && len(name.Local) >= limit-3 {
			hint += fmt.Sprintf("; names are cut at %d bytes", limit)
		}
		n.s.probs.add(pos, hint, "%s: the name is taken by %s at %s", what, first, n.at[key])
		return
	}
	n.relations[key], n.at[key] = what, pos
}

// chosen claims the names that users chose.
func (n *namer) chosen(def *tableDef) {
	in := func(local string) schema.Name { return schema.Name{Schema: def.Name.Schema, Local: local} }
	on := " of table " + n.s.shownName(def.Name)
	constraints := map[string]schema.Pos{}
	constraint := func(kind, name string, pos schema.Pos, relation bool) {
		if name == "" {
			return
		}
		if first, ok := constraints[name]; ok {
			n.s.probs.add(pos, "give one of them another name", "%s %s%s: a constraint of that name stands at %s", kind, name, on, first)
			return
		}
		constraints[name] = pos
		n.rules[in(name)] = true
		if relation && n.s.postgres() {
			n.take(in(name), kind+" "+name+on, pos)
		}
	}
	if pk := def.PrimaryKey; pk != nil {
		constraint("primary key", pk.Name, pk.Pos, true)
	}
	for _, c := range def.Uniques {
		constraint("unique constraint", c.Name, c.Pos, true)
	}
	for _, c := range def.Exclusions {
		constraint("exclusion constraint", c.Name, c.Pos, true)
	}
	for _, c := range def.Checks {
		constraint("check", c.Name, c.Pos, false)
	}
	for _, c := range def.ForeignKeys {
		constraint("foreign key", c.Name, c.Pos, false)
	}
	for _, ix := range def.Indexes {
		if !ix.Derived {
			n.take(in(ix.Name), "index "+ix.Name+on, ix.Pos)
		}
	}
}

// relation hands out a free name for what is, or is backed by, an index.
func (n *namer) relation(def *tableDef, columns, label string, pos schema.Pos) string {
	return n.free(def, columns, label, func(name schema.Name) bool {
		_, taken := n.relations[n.s.nameKey(name)]
		return taken || n.rules[name]
	}, func(name schema.Name) {
		n.relations[n.s.nameKey(name)], n.at[n.s.nameKey(name)] = "an index of table "+n.s.shownName(def.Name), pos
	})
}

// rule hands out a free name for a check or a foreign key.
func (n *namer) rule(def *tableDef, columns, label string) string {
	return n.free(def, columns, label, func(name schema.Name) bool { return n.rules[name] }, func(name schema.Name) { n.rules[name] = true })
}

func (n *namer) free(def *tableDef, columns, label string, taken func(schema.Name) bool, claim func(schema.Name)) string {
	for i := 0; ; i++ {
		l := label
		if i > 0 {
			l = fmt.Sprintf("%s%d", label, i)
		}
		name := schema.Name{Schema: def.Name.Schema, Local: n.s.o.Dialect.DerivedName(def.Name.Local, columns, l)}
		if !taken(name) {
			claim(name)
			return name.Local
		}
	}
}

// derived names what has no name, in the order CREATE TABLE would.
func (n *namer) derived(def *tableDef) {
	if pk := def.PrimaryKey; pk != nil && pk.Derived && pk.Name == "" {
		pk.Name = n.relation(def, "", "pkey", pk.Pos)
	}
	for i := range def.Checks {
		if c := &def.Checks[i]; c.Derived {
			c.Name = n.rule(def, n.s.checkColumn(def, c.Expr), "check")
		}
	}
	for i := range def.Uniques {
		if c := &def.Uniques[i]; c.Derived && c.Name == "" {
			c.Name = n.relation(def, strings.Join(c.Columns, "_"), "key", c.Pos)
		}
	}
	for i := range def.Exclusions {
		if c := &def.Exclusions[i]; c.Derived {
			var keys []schema.IndexKey
			for _, e := range c.Elements {
				keys = append(keys, e.Key)
			}
			c.Name = n.relation(def, indexName(keys), "excl", c.Pos)
		}
	}
	for i := range def.Indexes {
		if ix := &def.Indexes[i]; ix.Derived {
			ix.Name = n.relation(def, indexName(ix.Keys), "idx", ix.Pos)
		}
	}
	for i := range def.ForeignKeys {
		if c := &def.ForeignKeys[i]; c.Derived {
			c.Name = n.rule(def, strings.Join(c.Columns, "_"), "fkey")
		}
	}
}

// indexName joins the names PostgreSQL gives the columns of an index: that of
// the column, or one for the expression, numbered when it was used before
// (ChooseIndexColumnNames in indexcmds.c).
func indexName(keys []schema.IndexKey) string {
	var names []string
	for _, k := range keys {
		orig := cmp.Or(k.Column, expressionName(k.Expr))
		name := orig
		for i := 1; slices.Contains(names, name); i++ {
			name = fmt.Sprintf("%s%d", orig, i)
		}
		names = append(names, name)
	}
	return strings.Join(names, "_")
}

// expressionName is the name of a result column made of an expression
// (FigureColname in parse_target.c), as far as the text tells.
func expressionName(expr string) string {
	toks := sqlTokens(text{s: expr})
	if len(toks) == 0 {
		return "expr"
	}
	i := 0
	for i+2 < len(toks) && toks[i+1].s == "." && toks[i+1].kind == tokPunct {
		i += 2
	}
	t := toks[i]
	if t.kind != tokWord && t.kind != tokIdent {
		return "expr"
	}
	switch {
	case i+1 == len(toks):
		return t.s
	case toks[i+1].s == "(" && closing(toks, i+1) == len(toks)-1:
		if t.s == "cast" {
			return "expr"
		}
		return t.s
	case t.s == "case" && toks[len(toks)-1].s == "end":
		return "case"
	case toks[i+1].s == ":" && i+3 < len(toks) && toks[i+2].s == ":":
		return t.s
	}
	return "expr"
}

// checkColumn is the column that a check's derived name mentions: the only
// column in its expression, or none.
func (s *scanner) checkColumn(def *tableDef, expr string) string {
	found := ""
	toks := sqlTokens(text{s: expr})
	for i, t := range toks {
		if t.kind != tokWord && t.kind != tokIdent {
			continue
		}
		if i+1 < len(toks) && (toks[i+1].s == "(" || toks[i+1].s == ".") || i > 0 && toks[i-1].s == ":" {
			continue
		}
		c := s.column(def, t.s)
		if c == nil {
			continue
		}
		if found != "" && found != c.Name {
			return ""
		}
		found = c.Name
	}
	return found
}
