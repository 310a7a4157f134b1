package modelscan

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// GormOptions are what GORM decides by its configuration at run time, and
// which structs are its models. Their zero value, with GORM's own defaults,
// takes structs for models that look like it.
type GormOptions struct {
	// Models are those passed to AutoMigrate, in its order: patterns as in
	// [Options.Include]. Empty: structs that embed gorm.Model or have gorm tags
	// and are not embedded in others.
	Models []string

	// Calls are, in place of Models, those passed to each call of AutoMigrate.
	Calls [][]string

	TablePrefix         string
	SingularTable       bool
	NoLowerCase         bool
	IdentifierMaxLength int
	DisableForeignKeys  bool     // DisableForeignKeyConstraintWhenMigrating
	IgnoreRelations     bool     // IgnoreRelationshipsWhenMigrating
	NameReplacer        []string // arguments of strings.NewReplacer: old, new, …
	TableOptions        string   // Set("gorm:table_options", …)

	// JoinTables are the calls of SetupJoinTable: "Type.Field" to the type of
	// the join table, both named as in Models.
	JoinTables map[string]string

	// Version is that of gorm.io/gorm, "1.25.12"; empty: what go.mod requires,
	// else the newest known.
	Version string

	// Compat asks for what the tags do not state: see [Result.Implied].
	Compat bool

	// Types name the column types of Go types that decide them at run time:
	// "import/path.Type" to a type, or to "postgres=jsonb sqlite=text".
	Types map[string]string
}

// listed are the patterns of all models; nil takes what looks like models.
func (o *GormOptions) listed() []string {
	if len(o.Calls) > 0 {
		return slices.Concat(o.Calls...)
	}
	return o.Models
}

// gormModels reads the structs that are models of GORM. It is done before the
// native tables are looked for: no struct is both.
func (s *scanner) gormModels() {
	if s.o.Gorm == nil {
		return
	}
	c, ok := s.gormConfig()
	if !ok {
		return
	}
	types := newGormTypes(s)
	var calls [][]*gorm.Type
	for _, structs := range s.gormStructs() {
		var call []*gorm.Type
		for _, d := range structs {
			call = append(call, types.decl(d, nil, scope{file: d.file}))
		}
		calls = append(calls, call)
	}
	c.Joins = s.gormJoins(types)
	tables, problems := gorm.MigrateCalls(calls, c)
	for _, p := range problems {
		s.gormProblem(p)
	}
	if len(problems) > 0 {
		for _, m := range slices.Concat(calls...) { // nobody else's table
			s.gorm[m.Origin.(*typeDecl)] = true
		}
		return
	}
	s.gormTables = tables
	for _, t := range tables {
		for _, m := range append(t.Also, t.Model) {
			if m == nil {
				continue
			}
			if d, ok := m.Origin.(*typeDecl); ok {
				s.gorm[d] = true
			}
		}
	}
}

// gormProblem reports what package gorm found, with the field's place.
func (s *scanner) gormProblem(p gorm.Problem) {
	pos, sym := token.NoPos, ""
	if p.Model != nil {
		sym = p.Model.Name
		if d, ok := p.Model.Origin.(*typeDecl); ok {
			pos, sym = d.spec.Name.Pos(), d.name
		}
	}
	text := p.Text
	if p.Field != nil {
		if use, ok := p.Field.Origin.(*fieldUse); ok {
			pos, sym = use.pos, use.sym()
		}
		text = "field " + sym + ": " + text
	} else if sym != "" {
		text = "model " + sym + ": " + text
	}
	hint := p.Hint
	if u := p.Undecided; hint == "" && u != nil {
		hint = `say it in the tag: gorm:"type:…"`
		if u.Name != "" && u.Package != "" {
			hint = fmt.Sprintf(`write under [types] in gen.toml: "%s.%s" = "text", or what else it is stored as`, u.Package, u.Name)
		}
	}
	s.probs.add(s.l.pos(pos, sym), hint, "%s", text)
}
