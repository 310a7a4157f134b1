package modelscan

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"slices"

	"github.com/gen-migrate/gen/modelscan/bun"
	"github.com/gen-migrate/gen/schema"
)

// BunOptions are what a program tells bun when it runs, and which structs are
// its models. Their zero value takes structs for models that look like it, and
// no foreign keys.
type BunOptions struct {
	// Models are those passed to CreateTable and RegisterModel, in that order:
	// patterns as in [Options.Include]. Empty: structs that embed bun.BaseModel
	// or have a primary key in a bun tag. Of several for one table that with
	// all columns makes it.
	Models []string

	// ForeignKeys is WithForeignKeys in every CreateTable; ForeignKeysOf names
	// the models where only some have it, as in Models.
	ForeignKeys   bool
	ForeignKeysOf []string

	Varchar        int  // CreateTable's Varchar: the length of VARCHAR columns that name none; 0: the dialect's
	SingularTables bool // SetTableNameInflector with a function that returns its argument

	// Version is that of github.com/uptrace/bun, "1.2.18"; empty: what go.mod
	// requires, else the newest known.
	Version string

	// Compat asks for what the tags do not state: see [Result.Implied].
	Compat bool

	// Types name the column types of Go types that cannot be read, or that are
	// stored otherwise than bun would: as in [GormOptions].
	Types map[string]string
}

// bunScan is what a scanner knows of the models of bun.
type bunScan struct {
	models map[*typeDecl]bool // tables, and what looks at them
	tables map[schema.Name]*bun.Table
}

// bunModels reads the structs that are models of bun and makes a tableDef of
// each table. It is done before the native tables are looked for: no struct is
// both.
func (s *scanner) bunModels() {
	if s.o.Bun == nil {
		return
	}
	s.bun.models, s.bun.tables = map[*typeDecl]bool{}, map[schema.Name]*bun.Table{}
	c, ok := s.bunConfig()
	if !ok {
		return
	}
	structs := s.bunStructs()
	for _, d := range structs {
		s.bun.models[d] = true // nobody else's table
	}
	if len(s.o.Bun.Models) == 0 {
		structs = s.bunMakers(structs)
	}
	types := newBunTypes(s)
	var models []*bun.Type
	for _, d := range structs {
		models = append(models, types.decl(d))
	}
	hit := map[string]bool{}
	c.ForeignKeysOf = map[*bun.Type]bool{}
	for _, d := range s.typesNamed(s.o.Bun.ForeignKeysOf, hit) {
		c.ForeignKeysOf[types.decl(d)] = true
	}
	s.unmatched("bun.foreign_keys_of", s.o.Bun.ForeignKeysOf, hit)
	tables, problems := bun.Create(models, c)
	for _, p := range problems {
		s.bunProblem(p)
	}
	for _, t := range s.bunChoose(tables) {
		s.addBunTable(&t)
	}
}

// bunConfig is what decides besides the structs.
func (s *scanner) bunConfig() (bun.Config, bool) {
	o := s.o.Bun
	c := bun.Config{Dialect: s.o.Dialect.Name, ForeignKeys: o.ForeignKeys, Varchar: o.Varchar, Singular: o.SingularTables}
	if !s.postgres() && !s.sqlite() {
		s.probs.add(schema.Pos{}, "", "bun models are read for PostgreSQL and SQLite, not for %s", s.productName())
		return c, false
	}
	v, err := parseBunVersion(cmp.Or(o.Version, s.l.required()["github.com/uptrace/bun"]))
	if err != nil {
		s.probs.add(schema.Pos{}, `write [bun] version = "1.2.18"`, "the version of github.com/uptrace/bun: %s", err)
		return c, false
	}
	c.Version = v
	return c, true
}

// parseBunVersion reads "v1.2.18" or "1.2", which is the first of its kind;
// empty is the zero Version.
func parseBunVersion(s string) (bun.Version, error) {
	if s == "" {
		return bun.Version{}, nil
	}
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return bun.Version{}, fmt.Errorf("%q is no version", s)
	}
	v := bun.Version{Major: number(m[1]), Minor: number(m[2]), Patch: number(m[3])}
	if v.Before(1, 1, 0) {
		return v, errors.New(s + " is older than 1.1, which made primary keys of fields by their names")
	}
	return v, nil
}

// number is a decimal number without a sign; 0 for the empty string.
func number(digits string) int {
	n := 0
	for _, d := range []byte(digits) {
		n = n*10 + int(d-'0')
	}
	return n
}

// bunStructs are the structs named by the options, else those that look like
// models.
func (s *scanner) bunStructs() []*typeDecl {
	patterns := s.o.Bun.Models
	hit, excluded := map[string]bool{}, map[string]bool{}
	var list []*typeDecl
	if len(patterns) > 0 {
		list = s.typesNamed(patterns, hit)
		s.unmatched("bun.models", patterns, hit)
	} else {
		list = s.bunLike()
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool {
		switch {
		case d.spec.TypeParams != nil:
			if len(patterns) > 0 {
				s.fail(d.spec.Name.Pos(), d.name, "declare a struct that embeds "+d.name+"[…] with its type arguments", "generic struct %s cannot be a model by itself", d.name)
			}
			return true
		case len(patterns) > 0 && !isTypeOfStruct(s, d):
			s.fail(d.spec.Name.Pos(), d.name, "correct models of [bun]", "%s is no struct, and so no model", d.name)
			return true
		}
		return s.gorm[d] || s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, excluded)
	})
}

// bunProblem reports what package bun found, with the field's place.
func (s *scanner) bunProblem(p bun.Problem) {
	pos, sym := token.NoPos, p.Model.Name
	if d, ok := p.Model.Origin.(*typeDecl); ok {
		pos, sym = d.spec.Name.Pos(), d.name
	}
	text := "model " + sym + ": " + p.Text
	if p.Field != nil {
		use := p.Field.Origin.(*fieldUse)
		pos, sym = use.pos, use.sym()
		text = "field " + sym + ": " + p.Text
	}
	hint := p.Hint
	if u := p.Undecided; u != nil {
		hint = `say it in the tag: bun:",type:…"`
		if u.Name != "" && u.Package != "" {
			hint = fmt.Sprintf(`write under [types] in gen.toml: "%s.%s" = "text", or what else it is stored as; or bun:",type:…" in the tag`, u.Package, u.Name)
		}
	}
	if p.Warning {
		s.probs.warn(s.l.pos(pos, sym), hint, "%s", text)
		return
	}
	s.probs.add(s.l.pos(pos, sym), hint, "%s", text)
}
