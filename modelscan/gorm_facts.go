package modelscan

import (
	"errors"
	"go/ast"
	"reflect"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// configure takes the type of the column from [types] or from //gen:type.
func (f *gormFacts) configure(key string) {
	if text, ok := f.g.s.typeTexts()[key]; ok {
		f.sql = f.g.s.choice(text)
		return
	}
	if f.decl == nil || !f.decl.file.pkg.model {
		return
	}
	if d := f.g.s.notes(f.decl).first("type"); d != nil {
		f.sql = f.g.s.choice(d.args.s)
	}
}

// configured is a type whose package cannot be found and whose column type the
// configuration names.
func (g *gormTypes) configured(importPath, name, text string) *gorm.Type {
	key := importPath + "." + name
	if g.named[key] == nil {
		t := &gorm.Type{Kind: reflect.Struct, Name: name, Package: importPath}
		t.Facts = &gormFacts{g: g, t: t, sql: g.s.choice(text)}
		g.named[key] = t
	}
	return g.named[key]
}

// choice is the part of "postgres=jsonb sqlite=text" that speaks to the
// dialect, or all of a text without products.
func (s *scanner) choice(text_ string) string {
	for _, c := range typeChoices(text{s: text_}) {
		if mine, _ := s.speaksToUs(c.product); mine {
			return c.value.s
		}
	}
	return ""
}

// TableName evaluates the method; with the naming strategy as its argument it
// must not use it.
func (f *gormFacts) TableName(gorm.Naming) (string, bool, error) {
	m := f.method("TableName")
	if m == nil || len(m.decl.Type.Params.List) > 1 || m.decl.Type.Results.NumFields() != 1 {
		return "", false, nil
	}
	if name, ok := f.g.s.constantReturn(m.method); ok {
		return name, true, nil
	}
	v, err := f.g.evalString(m, nil)
	if err == nil {
		return v, true, nil
	}
	if f.decl != nil {
		if name := f.g.s.directiveName(f.decl); name != "" {
			return name, true, nil
		}
	}
	return "", true, errors.New("method TableName does not return a constant: " + err.Error())
}

func (f *gormFacts) Valuer() bool {
	if k := f.knownType(); k != nil {
		return k.valuer
	}
	m := f.method("Value")
	return m != nil && isValuer(m.decl) && isDriverValue(m.decl.Type.Results.List[0].Type)
}

// isDriverValue reports whether a result is driver.Value, or any, which is the
// same to Go only by name; a method of another result is no Valuer.
func isDriverValue(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == "Value"
	case *ast.Ident:
		return x.Name == "Value"
	}
	return false
}

func (f *gormFacts) Serializer() bool {
	m := f.method("Value")
	scan := f.method("Scan")
	return m != nil && scan != nil && m.decl.Type.Params.NumFields() == 3 && m.decl.Type.Results.NumFields() == 2 && scan.decl.Type.Params.NumFields() == 4
}

func (f *gormFacts) ZeroValue() (*gorm.Type, error) {
	if k := f.knownType(); k != nil {
		return f.zeroOf(k), nil
	}
	m := f.method("Value")
	if m == nil {
		return nil, nil
	}
	if k := m.of.knownType(); k != nil {
		return m.of.zeroOf(k), nil
	}
	return f.g.evalValue(m)
}

func (f *gormFacts) GormDataType() (string, bool, error) {
	if f.sql != "" {
		return f.sql, true, nil
	}
	m := f.method("GormDataType")
	if m == nil {
		if k := f.knownType(); k != nil && k.name != "" {
			return k.name, true, nil
		}
		return "", false, nil
	}
	v, err := f.g.evalString(m, nil)
	return v, true, err
}

func (f *gormFacts) GormDBDataType(dialect string, field *gorm.Field) (string, bool, error) {
	if f.sql != "" {
		return f.sql, true, nil
	}
	m := f.method("GormDBDataType")
	if m == nil {
		k := f.knownType()
		if k == nil || k.sql[0] == "" {
			return "", false, nil
		}
		return k.sql[map[string]int{"postgres": 0, "sqlite": 1, "mysql": 2}[dialect]], true, nil
	}
	v, err := f.g.evalString(m, &gormDBArgs{dialect: dialect, field: field})
	return v, true, err
}

// directiveName is the name that //gen:table gives a struct, or "".
func (s *scanner) directiveName(d *typeDecl) string {
	n := s.notes(d).first("table")
	if n == nil {
		return ""
	}
	sp := newSQLParser(n.args, s.fold)
	if t := sp.peek(); t.kind != tokIdent && (t.kind != tokWord || isTableWord(t.s) || sp.optionNext()) {
		return ""
	}
	ids := sp.qualified("the name of the table")
	if sp.bad != nil {
		return ""
	}
	var parts []string
	for _, id := range ids {
		parts = append(parts, id.name)
	}
	return strings.Join(parts, ".")
}

// typesNamed lists the types that patterns name, in the order of
// the patterns.
func (s *scanner) typesNamed(patterns []string, hit map[string]bool) []*typeDecl {
	var list []*typeDecl
	for _, pattern := range patterns {
		for _, p := range s.l.models() {
			for _, t := range p.order {
				if matchType([]string{pattern}, t, hit) && !slices.Contains(list, t) {
					list = append(list, t)
				}
			}
		}
	}
	return list
}
