package modelscan

import (
	"cmp"
	"go/ast"

	"github.com/gen-migrate/gen/modelscan/bun"
)

// unlistedBun warns about structs that look like models of bun and are none,
// nor part of one: a forgotten model must not go unseen. Without a list these
// are the structs with bun tags that have neither bun.BaseModel nor a key.
func (s *scanner) unlistedBun() {
	if s.o.Bun == nil {
		return
	}
	listed := len(s.o.Bun.Models) > 0
	parts := map[*typeDecl]bool{}
	for d := range s.bun.models {
		s.bunParts(d, parts)
	}
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || d.spec.TypeParams != nil || s.bun.models[d] || s.gorm[d] || parts[d] || s.saysTable(d, st) || hasGenTag(st) || s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, map[string]bool{}) {
				continue
			}
			switch l := s.bunLooks(st, d.file); {
			case !l.tags && !l.base || l.extends || s.bunView(st, d):
			case listed && (l.base || l.key):
				s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "add it to models of [bun], or write //gen:ignore above it",
					"struct %s looks like a model of bun and is none of the models of [bun]", d.name)
			case !listed:
				s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "list the models in [bun], or write //gen:ignore above it",
					"struct %s has bun tags, but neither bun.BaseModel nor a primary key: it is not taken for a table", d.name)
			}
		}
	}
}

// bunView reports whether a struct names the table of a model: it is another
// look at that table.
func (s *scanner) bunView(st *ast.StructType, d *typeDecl) bool {
	return s.bun.tables[s.nameKey(s.gormName(s.bunTableName(st, d)))] != nil
}

// bunTableName is the table that a struct names or its name makes.
func (s *scanner) bunTableName(st *ast.StructType, d *typeDecl) string {
	name := bun.Config{Singular: s.o.Bun.SingularTables}.TableName(d.name)
	for _, f := range st.Fields.List {
		if len(f.Names) > 0 || !s.isBunBase(f, d.file) {
			continue
		}
		text, _ := bunTag(f)
		tag := bun.ParseTag(text)
		name = cmp.Or(tag.Name, name)
		if t, ok := tag.Option("table"); ok {
			name = t
		}
	}
	return name
}

// bunParts marks the structs that a struct embeds, and those behind them.
func (s *scanner) bunParts(d *typeDecl, parts map[*typeDecl]bool) {
	st, ok := stripParens(d.spec.Type).(*ast.StructType)
	if !ok || parts[d] {
		return
	}
	parts[d] = true
	for _, f := range s.bunLooks(st, d.file).embeds {
		for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
			s.bunParts(e, parts)
		}
	}
}
