package modelscan

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

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
		what := "has gorm tags"
		if !s.looksGorm(st, d.file) {
			what = "embeds what models of GORM embed"
		}
		s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "add it to models of [gorm], or write //gen:ignore above it",
			"struct %s %s and is none of the models of [gorm]", d.name, what)
	}
	s.unlistedJoins()
}

// unlistedJoins warns about calls of SetupJoinTable that the configuration does
// not have, or has otherwise: they came into the program after gen init. Only
// those of models that were read are looked at.
func (s *scanner) unlistedJoins() {
	f, err := newGormFinder(s.o.Dir)
	if err != nil {
		return // the models were found there: what cannot be read now is no model
	}
	for _, d := range f.mentioning(".SetupJoinTable(") {
		if p := f.pkg(d); p != nil && !f.past(p) {
			f.read(p)
		}
	}
	have := map[string]string{}
	for key, table := range s.o.Gorm.JoinTables {
		if dot := strings.LastIndexByte(key, '.'); dot >= 0 {
			have[s.oneName(key[:dot])+key[dot:]] = s.oneName(table)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(f.out.JoinTables)) {
		dot := strings.LastIndexByte(key, '.')
		model, table := s.oneName(key[:dot]), s.oneName(f.out.JoinTables[key])
		said, is := have[model+key[dot:]]
		switch {
		case model == "" || is && said == table && table != "":
		case is:
			s.probs.warn(f.pos(f.joins[key]), fmt.Sprintf("write %q = %q under [gorm.join_tables]", key, f.out.JoinTables[key]),
				"SetupJoinTable makes %s the join table of %s; join_tables of [gorm] says another one", f.out.JoinTables[key], key)
		default:
			s.probs.warn(f.pos(f.joins[key]), fmt.Sprintf("write %q = %q under [gorm.join_tables]", key, f.out.JoinTables[key]),
				"SetupJoinTable makes %s the join table of %s, and join_tables of [gorm] does not have it", f.out.JoinTables[key], key)
		}
	}
}

// oneName is the full name of the one type that a pattern names, or "".
func (s *scanner) oneName(pattern string) string {
	found := s.typesNamed([]string{pattern}, map[string]bool{})
	if len(found) != 1 {
		return ""
	}
	return found[0].file.pkg.path + "." + found[0].name
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
