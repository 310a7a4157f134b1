package modelscan

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

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

// bunLike are the structs that look like tables: they embed bun.BaseModel, or
// have a primary key and are in no other struct, or are the junction that
// another names; and do not extend another.
func (s *scanner) bunLike() []*typeDecl {
	parts := map[*typeDecl]bool{}
	looks := map[*typeDecl]bunLooks{}
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || d.spec.Assign.IsValid() {
				continue
			}
			l := s.bunLooks(st, d.file)
			if !l.tags && !l.base {
				continue
			}
			looks[d] = l
			list = append(list, d)
			for _, f := range l.embeds {
				for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
					parts[e] = parts[e] || e != d
				}
			}
		}
	}
	isTable := func(d *typeDecl) bool {
		l := looks[d]
		return !l.extends && (l.base || l.key && !parts[d])
	}
	junctions := map[string]bool{}
	for _, d := range list {
		for _, name := range looks[d].m2m {
			junctions[name] = junctions[name] || isTable(d)
		}
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool {
		return !isTable(d) && (looks[d].extends || !junctions[s.bunTableOf(d)])
	})
}

// bunLooks are the marks of bun on a struct.
type bunLooks struct {
	tags, base, key, extends bool
	m2m                      []string // tables of junctions
	embeds                   []*ast.Field
}

func (s *scanner) bunLooks(st *ast.StructType, f *file) bunLooks {
	var l bunLooks
	for _, field := range st.Fields.List {
		text, has := bunTag(field)
		tag := bun.ParseTag(text)
		l.tags = l.tags || has
		l.key = l.key || tag.Has("pk")
		l.m2m = append(l.m2m, tag.Options["m2m"]...)
		switch {
		case tag.Has("embed"):
			l.embeds = append(l.embeds, field)
		case len(field.Names) > 0:
		case s.isBunBase(field, f):
			l.base = true
		default:
			l.extends = l.extends || tag.Has("extend") || tag.Has("inherit")
			l.embeds = append(l.embeds, field)
		}
	}
	return l
}

func (s *scanner) isBunBase(field *ast.Field, f *file) bool {
	sel, ok := field.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "BaseModel" {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	path, ok := s.l.importNamed(f, id.Name)
	return ok && (path == "github.com/uptrace/bun" || path == "github.com/uptrace/bun/schema")
}

// bunTag is the value behind bun: in the tag of a field.
func bunTag(f *ast.Field) (string, bool) {
	if f.Tag == nil || !strings.Contains(f.Tag.Value, `bun:`) {
		return "", false
	}
	return structTag(f).Lookup("bun")
}

// bunChoose leaves one struct for each table. Of those the options list the
// first makes the table, as CREATE TABLE IF NOT EXISTS would; of those that
// only look like models the one with all columns.
func (s *scanner) bunChoose(tables []bun.Table) []bun.Table {
	byName := map[schema.Name][]bun.Table{}
	var out []bun.Table
	for _, t := range tables {
		key := s.nameKey(s.gormName(t.Name))
		byName[key] = append(byName[key], t)
	}
	for _, t := range tables {
		key := s.nameKey(s.gormName(t.Name))
		rivals := byName[key]
		if len(rivals) == 0 {
			continue // chosen before
		}
		byName[key] = nil
		if len(rivals) == 1 {
			out = append(out, t)
			continue
		}
		if winner, ok := s.bunWinner(rivals); ok {
			out = append(out, winner)
		}
	}
	return out
}

func (s *scanner) bunWinner(rivals []bun.Table) (bun.Table, bool) {
	if len(s.o.Bun.Models) > 0 {
		for _, other := range rivals[1:] {
			s.bunWarnTwice(rivals[0], other)
		}
		return rivals[0], true
	}
	if own := slices.DeleteFunc(slices.Clone(rivals), func(t bun.Table) bool { return s.bunEmbedsModel(t.Model.Origin.(*typeDecl)) }); len(own) > 0 {
		rivals = own
	}
	var full []bun.Table
	for _, t := range rivals {
		if !slices.ContainsFunc(rivals, func(o bun.Table) bool { return !holds(t, o) }) {
			full = append(full, t)
		}
	}
	if len(full) > 0 && !slices.ContainsFunc(full, func(t bun.Table) bool { return !sameColumns(full[0], t) }) {
		return full[0], true
	}
	why := "none has all columns"
	if len(full) > 0 {
		why = "their columns differ"
	}
	var all []string
	for _, t := range rivals {
		d := t.Model.Origin.(*typeDecl)
		all = append(all, fmt.Sprintf("%s (%s)", d.name, s.l.pos(d.spec.Name.Pos(), d.name)))
	}
	d := rivals[0].Model.Origin.(*typeDecl)
	s.fail(d.spec.Name.Pos(), d.name, "list the one that makes it in models of [bun], with all other models",
		"table %s is that of %s, and %s", rivals[0].Name, strings.Join(all, ", "), why)
	return bun.Table{}, false
}

// bunEmbedsModel reports whether a struct embeds one with a bun.BaseModel: as
// rows of a join do.
func (s *scanner) bunEmbedsModel(d *typeDecl) bool {
	st, ok := stripParens(d.spec.Type).(*ast.StructType)
	return ok && slices.ContainsFunc(s.bunLooks(st, d.file).embeds, func(f *ast.Field) bool {
		return slices.ContainsFunc(s.l.resolve(f.Type, scope{file: d.file}).chain, func(e *typeDecl) bool {
			in, ok := stripParens(e.spec.Type).(*ast.StructType)
			return ok && e != d && s.bunLooks(in, e.file).base
		})
	})
}

func (s *scanner) bunWarnTwice(winner, other bun.Table) {
	w, d := winner.Model.Origin.(*typeDecl), other.Model.Origin.(*typeDecl)
	s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "leave one of them out of models of [bun]",
		"model %s makes table %s as well as %s does: the one listed first, %s, is taken", d.name, other.Name, w.name, w.name)
}

// holds reports whether a table has all columns of the other.
func holds(t, other bun.Table) bool {
	return !slices.ContainsFunc(other.Columns, func(c bun.Column) bool {
		return !slices.ContainsFunc(t.Columns, func(d bun.Column) bool { return d.Name == c.Name })
	})
}

// sameColumns reports whether two tables with the same names of columns say
// the same about them.
func sameColumns(t, other bun.Table) bool {
	return holds(other, t) && !slices.ContainsFunc(t.Columns, func(c bun.Column) bool {
		return !slices.ContainsFunc(other.Columns, func(d bun.Column) bool { return d.Name == c.Name && d.SQL == c.SQL })
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
