package modelscan

import (
	"context"
	"go/ast"
	"slices"

	"github.com/gen-migrate/gen/modelscan/bun"
)

// BunModels lists the structs that are taken for models of bun where nobody
// lists them, "import/path.Type", in the order of the source. More are structs
// that the program registers: they are models unless one of the others makes
// their table. An error is about the models: several structs for one table of
// which none is chosen.
func BunModels(ctx context.Context, o Options, more []string) ([]string, error) {
	o.Bun = &BunOptions{}
	s, err := newScanner(ctx, o)
	if err != nil {
		return nil, err
	}
	list := s.bunStructs()
	tables := map[string]bool{}
	for _, d := range list {
		tables[s.bunTableOf(d)] = true
	}
	for _, d := range s.typesNamed(more, map[string]bool{}) {
		if !slices.Contains(list, d) && !tables[s.bunTableOf(d)] {
			list = append(list, d)
		}
	}
	list = s.bunMakers(list)
	if err := s.probs.err(); err != nil {
		return nil, err
	}
	var names []string
	for _, d := range list {
		names = append(names, d.file.pkg.path+"."+d.name)
	}
	return names, nil
}

// bunMakers are the structs without those that only look at the table of
// another.
func (s *scanner) bunMakers(list []*typeDecl) []*typeDecl {
	types := newBunTypes(s)
	var models []*bun.Type
	for _, d := range list {
		models = append(models, types.decl(d))
	}
	c, _ := s.bunConfig()
	tables := bun.Columns(models, c)
	lookers := map[any]bool{}
	for _, t := range tables {
		lookers[t.Model.Origin] = true
	}
	for _, t := range s.bunChoose(tables) {
		delete(lookers, t.Model.Origin)
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool { return lookers[d] })
}

// bunTableOf is the table that a struct names or its name makes.
func (s *scanner) bunTableOf(d *typeDecl) string {
	if st, ok := stripParens(d.spec.Type).(*ast.StructType); ok {
		return s.bunTableName(st, d)
	}
	return ""
}
