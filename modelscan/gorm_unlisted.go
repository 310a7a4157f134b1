package modelscan

import "go/ast"

// unlistedGorm warns about structs that look like models of GORM and are none
// of those the configuration lists, nor part of one: a forgotten model must not
// go unseen.
func (s *scanner) unlistedGorm() {
	if s.o.Gorm == nil || len(s.o.Gorm.listed()) == 0 {
		return
	}
	parts := map[*typeDecl]bool{}
	for d := range s.gorm {
		s.gormParts(d, parts)
	}
	for _, d := range s.gormLike() {
		st, ok := stripParens(d.spec.Type).(*ast.StructType)
		if !ok || s.gorm[d] || parts[d] || s.saysTable(d, st) || hasGenTag(st) || s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, map[string]bool{}) {
			continue
		}
		s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "add it to models of [gorm], or write //gen:ignore above it",
			"struct %s has gorm tags and is none of the models of [gorm]", d.name)
	}
}

// gormParts marks the structs that a model embeds.
func (s *scanner) gormParts(d *typeDecl, parts map[*typeDecl]bool) {
	st, ok := stripParens(d.spec.Type).(*ast.StructType)
	if !ok || parts[d] {
		return
	}
	parts[d] = true
	for _, f := range st.Fields.List {
		if len(f.Names) > 0 && !isEmbeddedTag(f) {
			continue
		}
		for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
			s.gormParts(e, parts)
		}
	}
}
