package modelscan

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// GormOptions are what GORM decides by its configuration at run time, and
// which structs are its models. Their zero value, with GORM's own defaults,
// takes structs for models that look like it.
type GormOptions struct {
	// Models are those passed to AutoMigrate, in its order: patterns as in
	// [Options.Include]. Empty: structs that embed gorm.Model or have gorm tags
	// and are not embedded in others.
	Models []string

	TablePrefix         string
	SingularTable       bool
	NoLowerCase         bool
	IdentifierMaxLength int
	DisableForeignKeys  bool // DisableForeignKeyConstraintWhenMigrating
	IgnoreRelations     bool // IgnoreRelationshipsWhenMigrating

	// JoinTables are the calls of SetupJoinTable: "Type.Field" to the type of
	// the join table, both named as in Models.
	JoinTables map[string]string

	// Version is that of gorm.io/gorm, "1.25.12"; empty: what go.mod requires,
	// else the newest known.
	Version string

	// Types name the column types of Go types that decide them at run time:
	// "import/path.Type" to a type, or to "postgres=jsonb sqlite=text".
	Types map[string]string
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
	var models []*gorm.Type
	for _, d := range s.gormStructs() {
		models = append(models, types.decl(d, nil, scope{file: d.file}))
	}
	c.Joins = s.gormJoins(types)
	tables, problems := gorm.Migrate(models, c)
	for _, p := range problems {
		s.gormProblem(p)
	}
	if len(problems) > 0 {
		for _, m := range models { // nobody else's table
			s.gorm[m.Origin.(*typeDecl)] = true
		}
		return
	}
	s.gormTables = tables
	for _, t := range tables {
		if t.Model != nil {
			if d, ok := t.Model.Origin.(*typeDecl); ok {
				s.gorm[d] = true
			}
		}
	}
}

// gormJoins finds the types of join_tables.
func (s *scanner) gormJoins(types *gormTypes) []gorm.Join {
	var list []gorm.Join
	for _, key := range slices.Sorted(maps.Keys(s.o.Gorm.JoinTables)) {
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			s.probs.add(schema.Pos{}, `write "User.Languages" = "UserLanguage"`, "join_tables of [gorm]: %q names no field", key)
			continue
		}
		model, table := s.oneType(key[:dot]), s.oneType(s.o.Gorm.JoinTables[key])
		if model != nil && table != nil {
			list = append(list, gorm.Join{Model: types.decl(model, nil, scope{file: model.file}), Field: key[dot+1:], Table: types.decl(table, nil, scope{file: table.file})})
		}
	}
	return list
}

// oneType is the one type of that name, or nil after a report.
func (s *scanner) oneType(name string) *typeDecl {
	found := s.typesNamed([]string{name}, map[string]bool{})
	if len(found) == 1 {
		return found[0]
	}
	s.probs.add(schema.Pos{}, "write import/path.Type", "join_tables of [gorm]: %s is the name of %d types", name, len(found))
	return nil
}

// gormConfig is GORM's configuration.
func (s *scanner) gormConfig() (gorm.Config, bool) {
	o := s.o.Gorm
	c := gorm.Config{
		Dialect:            s.o.Dialect.Name,
		Naming:             gorm.Naming{TablePrefix: o.TablePrefix, SingularTable: o.SingularTable, NoLowerCase: o.NoLowerCase, IdentifierMaxLength: o.IdentifierMaxLength},
		DisableForeignKeys: o.DisableForeignKeys,
		IgnoreRelations:    o.IgnoreRelations,
	}
	if !s.postgres() && !s.sqlite() {
		s.probs.add(schema.Pos{}, "", "GORM models are read for PostgreSQL and SQLite, not for %s", s.productName())
		return c, false
	}
	required := s.l.required()
	version := cmp.Or(o.Version, required["gorm.io/gorm"])
	v, err := parseVersion(version)
	if err == nil && v.Before(1, 20, 0) {
		err = errors.New(version + " is older than 1.20; tags of GORM 1 mean something else")
	}
	if err != nil {
		s.probs.add(schema.Pos{}, `write [gorm] version = "1.25.12"`, "the version of gorm.io/gorm: %s", err)
		return c, false
	}
	if v.Before(1, 24, 0) {
		s.probs.warn(schema.Pos{}, "compare gen schema with what AutoMigrate makes, or update gorm.io/gorm",
			"go.mod requires gorm.io/gorm %s; gen knows the rules of 1.24 and newer and follows those of 1.24", version)
	}
	c.Version = v
	c.Driver = s.gormDriver(required)
	return c, true
}

// gormDriver is the version of the driver that go.mod requires; zero where it
// requires none. glebarez/sqlite is a copy of GORM's own SQLite driver with
// other numbers: 1.9 took over its 1.5.0 and 1.10 its 1.5.4.
func (s *scanner) gormDriver(required map[string]string) gorm.Version {
	v, err := parseVersion(required["gorm.io/driver/"+s.o.Dialect.Name])
	if copied := required["github.com/glebarez/sqlite"]; err == nil && v == (gorm.Version{}) && copied != "" && s.sqlite() {
		if v, err = parseVersion(copied); err == nil {
			switch {
			case !v.Before(1, 10, 0):
				v = gorm.Version{Major: 1, Minor: 5, Patch: 4}
			case !v.Before(1, 9, 0):
				v = gorm.Version{Major: 1, Minor: 5}
			default:
				v = gorm.Version{Major: 1, Minor: 4}
			}
		}
	}
	if err != nil {
		return gorm.Version{}
	}
	return v
}

var versionPattern = regexp.MustCompile(`^v?(\d+)\.(\d+)(?:\.(\d+))?`)

// parseVersion reads "v1.25.12" or "1.25"; empty is the zero Version.
func parseVersion(s string) (gorm.Version, error) {
	if s == "" {
		return gorm.Version{}, nil
	}
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return gorm.Version{}, fmt.Errorf("%q is no version", s)
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	return gorm.Version{Major: n[0], Minor: n[1], Patch: n[2]}, nil
}

// required are the versions that the models' go.mod asks for.
func (l *loader) required() map[string]string {
	t := l.fallback
	if t == nil {
		dir := l.dir
		for _, p := range l.models() {
			dir = p.dir
			break
		}
		t = newTree(dir)
	}
	if len(t.versions) == 0 {
		if data, err := os.ReadFile(filepath.Join(l.dir, "go.mod")); err == nil {
			t.readMod(string(data))
		}
	}
	return t.versions
}

// gormStructs are the structs named by the options, else those that look like
// models.
func (s *scanner) gormStructs() []*typeDecl {
	hit := map[string]bool{}
	excluded := map[string]bool{}
	var list []*typeDecl
	if patterns := s.o.Gorm.Models; len(patterns) > 0 {
		list = s.typesNamed(patterns, hit)
		s.unmatched("gorm.models", patterns, hit)
	} else {
		list = s.gormLike()
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool {
		_, ok := stripParens(d.spec.Type).(*ast.StructType)
		switch {
		case !ok && len(s.o.Gorm.Models) > 0 && !isTypeOfStruct(s, d):
			s.fail(d.spec.Name.Pos(), d.name, "correct models of [gorm]", "%s is no struct, and so no model", d.name)
			return true
		case ok && d.spec.TypeParams != nil:
			if len(s.o.Gorm.Models) > 0 {
				s.fail(d.spec.Name.Pos(), d.name, "declare a struct that embeds "+d.name+"[…] with its type arguments", "generic struct %s cannot be a model by itself", d.name)
			}
			return true
		}
		return s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, excluded)
	})
}

func isTypeOfStruct(s *scanner, d *typeDecl) bool {
	return s.l.resolve(d.spec.Name, scope{file: d.file}).form == structForm
}

// gormLike are the structs that embed gorm.Model or have gorm tags, and that
// no such struct embeds.
func (s *scanner) gormLike() []*typeDecl {
	embedded := map[*typeDecl]bool{}
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || !s.looksGorm(st, d.file) {
				continue
			}
			list = append(list, d)
			for _, f := range st.Fields.List {
				if len(f.Names) > 0 && !isEmbeddedTag(f) {
					continue
				}
				for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
					embedded[e] = e != d
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool { return embedded[d] })
}

func (s *scanner) looksGorm(st *ast.StructType, f *file) bool {
	for _, field := range st.Fields.List {
		if gormTag(field) != "" {
			return true
		}
		if sel, ok := field.Type.(*ast.SelectorExpr); ok && len(field.Names) == 0 && sel.Sel.Name == "Model" {
			if id, ok := sel.X.(*ast.Ident); ok {
				if path, ok := s.l.importNamed(f, id.Name); ok && path == "gorm.io/gorm" {
					return true
				}
			}
		}
	}
	return false
}

func isEmbeddedTag(f *ast.Field) bool {
	return strings.Contains(strings.ToLower(gormTag(f)), "embedded")
}

func gormTag(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	_, rest, ok := strings.Cut(f.Tag.Value, `gorm:"`)
	if !ok {
		return ""
	}
	return rest
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
