package modelscan

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/modelscan/xorm"
	"github.com/gen-migrate/gen/schema"
)

// XormOptions are what xorm decides by its engine at run time, and which
// structs are its models. Their zero value, with xorm's own defaults, takes
// structs with xorm tags for models.
type XormOptions struct {
	// Models are those passed to Sync, in its order: patterns as in
	// [Options.Include]. Empty: structs that have xorm tags and are not extended
	// by others.
	Models []string

	TableMapper  string // snake (the default), gonic or same
	ColumnMapper string // as TableMapper
	TablePrefix  string // NewPrefixMapper
	TableSuffix  string
	ColumnPrefix string
	ColumnSuffix string
	Tag          string // SetTagIdentifier; empty: xorm

	// TableIndices are the indexes of models whose method TableIndices cannot be
	// read: a pattern as in Models to a list of "name (a, b)" and "unique name (c)".
	TableIndices map[string][]string

	// Version is that of xorm.io/xorm, "1.3.9"; empty: what go.mod requires,
	// else the newest known.
	Version string

	// Types name the column types of Go types that cannot be read:
	// "import/path.Type" to a type, or to "postgres=jsonb sqlite=text".
	Types map[string]string
}

// xormScan is what a scanner knows of the models of xorm.
type xormScan struct {
	models map[*typeDecl]bool
}

// xormModels reads the structs that are models of xorm and makes a tableDef of
// each. It is done before the native tables are looked for: no struct is both.
func (s *scanner) xormModels() {
	if s.o.Xorm == nil {
		return
	}
	s.xorm.models = map[*typeDecl]bool{}
	c, ok := s.xormConfig()
	if !ok {
		return
	}
	types := newXormTypes(s)
	var models []*xorm.Type
	indices, hit := slices.Sorted(maps.Keys(s.o.Xorm.TableIndices)), map[string]bool{}
	for _, d := range s.xormStructs() {
		s.xorm.models[d] = true // nobody else's table
		models = append(models, types.decl(d))
		matchType(indices, d, hit)
	}
	s.unmatched("xorm.table_indices", indices, hit)
	tables, problems := xorm.Sync(models, c)
	for _, p := range problems {
		s.xormProblem(p)
	}
	if len(problems) > 0 {
		return
	}
	for i := range tables {
		s.addXormTable(&tables[i])
	}
}

// xormConfig is the configuration of the engine.
func (s *scanner) xormConfig() (xorm.Config, bool) {
	o := s.o.Xorm
	if !s.postgres() && !s.sqlite() {
		s.probs.add(schema.Pos{}, "", "models of xorm are read for PostgreSQL and SQLite, not for %s", s.productName())
		return xorm.Config{}, false
	}
	ok := true
	for _, m := range []string{o.TableMapper, o.ColumnMapper} {
		if m != "" && !slices.Contains(xorm.Mappers(), m) {
			s.probs.add(schema.Pos{}, didYouMean(m, xorm.Mappers(), "mappers are snake, gonic and same"), "[xorm]: unknown mapper %s", m)
			ok = false
		}
	}
	v, err := s.xormVersion()
	if err != nil {
		s.probs.add(schema.Pos{}, `write [xorm] version = "1.3.9", the one whose rules hold`, "the version of xorm: %s", err)
		ok = false
	}
	return xorm.Config{
		Dialect: s.o.Dialect.Name,
		Tables:  xorm.Mapper{Rule: o.TableMapper, Prefix: o.TablePrefix, Suffix: o.TableSuffix},
		Columns: xorm.Mapper{Rule: o.ColumnMapper, Prefix: o.ColumnPrefix, Suffix: o.ColumnSuffix},
		TagKey:  o.Tag, Version: v,
	}, ok
}

// xormPaths are the import paths that xorm has had, and that of a fork in use.
var xormPaths = []string{"xorm.io/xorm", "github.com/xorm-io/xorm", "github.com/go-xorm/xorm"}

// xormVersion is the version that decides. Before 1.1 tags mean nearly the
// same, and nearly is not enough.
func (s *scanner) xormVersion() (xorm.Version, error) {
	text := s.o.Xorm.Version
	for _, path := range xormPaths {
		text = cmp.Or(text, s.l.required()[path])
	}
	if text == "" {
		return xorm.Version{}, nil
	}
	var v xorm.Version
	m := versionPattern.FindStringSubmatch(text)
	if m == nil {
		return v, fmt.Errorf("%q is no version", text)
	}
	for i, n := range []*int{&v.Major, &v.Minor, &v.Patch} {
		*n, _ = strconv.Atoi(m[i+1]) // the patch may be missing
	}
	if v.Major < 1 || v.Major == 1 && v.Minor < 1 {
		return v, fmt.Errorf("%s is older than 1.1, whose rules gen does not know", text)
	}
	return v, nil
}

// xormStructs are the structs named by the options, else those that look like
// models.
func (s *scanner) xormStructs() []*typeDecl {
	list := s.xormLike()
	patterns := s.o.Xorm.Models
	if len(patterns) > 0 {
		hit := map[string]bool{}
		list = s.typesNamed(patterns, hit)
		s.unmatched("xorm.models", patterns, hit)
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool {
		if len(patterns) > 0 {
			switch {
			case d.spec.TypeParams != nil:
				s.fail(d.spec.Name.Pos(), d.name, "declare a struct that extends "+d.name+"[…] with its type arguments", "generic struct %s cannot be a model by itself", d.name)
				return true
			case !isTypeOfStruct(s, d):
				s.fail(d.spec.Name.Pos(), d.name, "correct models of [xorm]", "%s is no struct, and so no model", d.name)
				return true
			}
		}
		return d.spec.TypeParams != nil || s.notes(d).first("ignore") != nil || matchType(s.o.Exclude, d, map[string]bool{})
	})
}

// xormLike are the structs that have xorm tags, and that no such struct
// extends.
func (s *scanner) xormLike() []*typeDecl {
	extended := map[*typeDecl]bool{}
	var list []*typeDecl
	for _, p := range s.l.models() {
		for _, d := range p.order {
			st, ok := stripParens(d.spec.Type).(*ast.StructType)
			if !ok || !slices.ContainsFunc(st.Fields.List, func(f *ast.Field) bool { return s.xormTag(f) != "" }) {
				continue
			}
			list = append(list, d)
			for _, e := range s.extended(d, st) {
				extended[e] = true
			}
		}
	}
	return slices.DeleteFunc(list, func(d *typeDecl) bool { return extended[d] })
}

// extended are the structs whose columns a struct takes over.
func (s *scanner) extended(d *typeDecl, st *ast.StructType) []*typeDecl {
	var list []*typeDecl
	for _, f := range st.Fields.List {
		if !slices.Contains(strings.Fields(strings.ToLower(strings.ReplaceAll(s.xormTag(f), "(", " "))), "extends") {
			continue
		}
		for _, e := range s.l.resolve(f.Type, scope{file: d.file}).chain {
			if e != d {
				list = append(list, e)
			}
		}
	}
	return list
}

// xormTag is the field's tag for xorm, or "".
func (s *scanner) xormTag(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	_, rest, ok := strings.Cut(f.Tag.Value, cmp.Or(s.o.Xorm.Tag, "xorm")+`:"`)
	if !ok {
		return ""
	}
	tag, _, _ := strings.Cut(rest, `"`)
	return tag
}

// xormProblem reports what package xorm found, with the field's place.
func (s *scanner) xormProblem(p xorm.Problem) {
	pos, sym, text := token.NoPos, "", p.Text
	if d, ok := p.Model.Origin.(*typeDecl); ok {
		pos, sym = d.spec.Name.Pos(), d.name
		text = "model " + sym + ": " + p.Text
	}
	if p.Field != nil {
		use := p.Field.Origin.(*fieldUse)
		pos, sym = use.pos, use.sym()
		text = "field " + sym + ": " + p.Text
	}
	hint := p.Hint
	if u := p.Undecided; hint == "" && u != nil {
		hint = `say the type in the tag: xorm:"text"`
		if u.Name != "" && u.Package != "" {
			hint = fmt.Sprintf(`write under [types] in gen.toml: "%s.%s" = "text", or what else it is stored as`, u.Package, u.Name)
		}
	}
	s.probs.add(s.l.pos(pos, sym), hint, "%s", text)
}
