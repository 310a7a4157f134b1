package modelscan

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// Options say what to read and for which product.
type Options struct {
	Dir      string   // working directory of patterns and of shown paths; empty: "."
	Patterns []string // package patterns as go list takes them; empty: "./..."
	Tags     string   // build tags, separated by commas

	Dialect       dialect.Dialect
	DefaultSchema string // of names that have none; empty: the dialect's own; of no effect in dialects without schemas

	// NameMapper makes column names of fields without a db tag: "snake" (the
	// default; UserID → user_id, as scany does) or "lower" (userid, as sqlx).
	NameMapper string
	// CommentsFromDoc takes the Go doc comments of structs and fields as
	// comments of tables and columns where no comment is given.
	CommentsFromDoc bool

	// Include names structs that are tables although nothing in them says so;
	// Exclude names structs that are none whatever they say. A pattern is a
	// type name, package.Type or import/path.Type, with the wildcards of
	// path.Match. One that matches no struct is an error.
	Include, Exclude []string

	// Gorm reads structs as models of GORM; nil: their gorm tags are not read.
	Gorm *GormOptions
	// Xorm reads structs as models of xorm; nil: their xorm tags are not read.
	Xorm *XormOptions
	// Bun reads structs as models of bun; nil: their bun tags are not read.
	Bun *BunOptions
	// Ent reads the tables that ent generates; nil: there are none.
	Ent *EntOptions

	withoutGo bool // tests: find packages without the go command
}

// A Result is what [Scan] found.
type Result struct {
	Database schema.Database
	// Implied is what models of GORM do not state; a table that is not in it
	// states all.
	Implied  schema.Implied
	Warnings []Problem // sorted by position
	Files    []string  // all files that were parsed, as shown in positions, sorted
	Packages []string  // import paths of the packages the patterns name, sorted
}

// Scan reads the packages and returns the database their structs describe.
// When the models are to blame the error is an [*Errors] with every mistake
// of the run; other errors are about the surroundings (a directory that is
// not there, a cancelled context).
func Scan(ctx context.Context, o Options) (*Result, error) {
	s, err := newScanner(ctx, o)
	if err != nil {
		return nil, err
	}
	s.readPackages()
	s.buildTables()
	s.link()
	if err := s.probs.err(); err != nil {
		return nil, err
	}
	s.db.Sort()
	return &Result{
		Database: s.db,
		Implied:  s.implied(),
		Warnings: sortProblems(s.probs.warns),
		Files:    s.l.filesRead(),
		Packages: s.l.packagePaths(),
	}, nil
}

// A scanner is one run over the models.
type scanner struct {
	o     Options
	l     *loader
	probs *problems
	db    schema.Database

	attached   map[token.Pos]bool // directives that stand where they are read
	embedded   map[*typeDecl]bool // structs that others embed
	schemas    map[*pkg]string    // //gen:schema
	fields     map[*ast.Field]*fieldNotes
	enums      map[*typeDecl]*schema.Enum
	enumList   []*schema.Enum // of the database, in the order found
	tables     []*tableDef
	partitions []*tableDef // those that directives make
	byType     map[*typeDecl]*tableDef
	byGoName   map[string][]*tableDef
	byName     map[schema.Name]*tableDef
	used       map[string]bool // schemas that something lies in
	owners     []sequenceOwner

	gorm        map[*typeDecl]bool // structs that are models of GORM
	gormTables  []gorm.Table
	gormIndexes map[schema.Name]bool // taken names of their indexes

	xorm xormScan
	bun  bunScan
}

func newScanner(ctx context.Context, o Options) (*scanner, error) {
	if o.Dialect.Name == "" {
		return nil, fmt.Errorf("no dialect was chosen to read the models for")
	}
	switch o.NameMapper {
	case "":
		o.NameMapper = "snake"
	case "snake", "lower":
	default:
		return nil, fmt.Errorf("unknown name mapper %q: there are snake and lower", o.NameMapper)
	}
	if o.DefaultSchema == "" || o.Dialect.DefaultSchema == "" { // a product without schemas has no other default
		o.DefaultSchema = o.Dialect.DefaultSchema
	}
	if o.Ent != nil && len(o.Patterns) > 0 && !slices.Contains(o.Patterns, o.Ent.Package) {
		o.Patterns = append(slices.Clone(o.Patterns), o.Ent.Package)
	}
	l, probs, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	return &scanner{
		o: o, l: l, probs: probs,
		attached: map[token.Pos]bool{},
		embedded: map[*typeDecl]bool{},
		schemas:  map[*pkg]string{},
		fields:   map[*ast.Field]*fieldNotes{},
		enums:    map[*typeDecl]*schema.Enum{},
		byType:   map[*typeDecl]*tableDef{},
		byGoName: map[string][]*tableDef{},
		byName:   map[schema.Name]*tableDef{},
		used:     map[string]bool{},

		gorm:        map[*typeDecl]bool{},
		gormIndexes: map[schema.Name]bool{},
	}, nil
}

func (s *scanner) fail(p token.Pos, sym, hint, format string, args ...any) {
	s.probs.add(s.l.pos(p, sym), hint, format, args...)
}

func (s *scanner) sqlite() bool   { return s.o.Dialect.Name == "sqlite" }
func (s *scanner) postgres() bool { return s.o.Dialect.Name == "postgres" }

// fold is what the dialect makes of an identifier that is not quoted.
func (s *scanner) fold(name string) string {
	if s.postgres() {
		return foldASCII(name)
	}
	return name
}

// readPackages reads directives and syntax errors, and decides which structs
// are tables.
func (s *scanner) readPackages() {
	models := s.l.models()
	for _, p := range models {
		s.syntaxErrors(p)
		s.packageDirectives(p)
	}
	for _, p := range models {
		for _, t := range p.order {
			s.notes(t)
		}
	}
	s.markEmbedded(models)
	for _, p := range models {
		s.stray(p)
		for _, t := range p.order {
			s.enumOf(t)
		}
	}
	s.gormModels()
	s.addGormTables()
	s.bunModels()
	s.xormModels()
	s.entTables()
	included, excluded := map[string]bool{}, map[string]bool{}
	for _, p := range models {
		for _, t := range p.order {
			s.classify(t, included, excluded)
		}
	}
	s.unlistedGorm()
	s.unlistedBun()
	s.unlistedXorm()
	s.unmatched("include", s.o.Include, included)
	s.unmatched("exclude", s.o.Exclude, excluded)
	if len(s.tables) == 0 && len(s.probs.errs) == 0 {
		s.probs.warn(schema.Pos{}, "mark structs with //gen:table or gen tags", "no struct in %s is a table", strings.Join(s.l.packagePaths(), ", "))
	}
}

func (s *scanner) unmatched(key string, patterns []string, hit map[string]bool) {
	for _, pattern := range patterns {
		if !hit[pattern] {
			s.probs.add(schema.Pos{}, "patterns are Type, package.Type or import/path.Type", "%s pattern %q matches no struct", key, pattern)
		}
	}
}

// syntaxErrors reports what the parser could not read: a declaration behind
// it may be lost, and with it a table.
func (s *scanner) syntaxErrors(p *pkg) {
	for _, f := range p.files {
		for _, e := range f.errs {
			at := schema.Pos{File: s.l.shown(f.path), Line: e.pos.Line, Col: e.pos.Column}
			s.probs.add(at, "", "%s", e.text)
		}
	}
}

// packageDirectives reads //gen:schema and //gen:sequence.
func (s *scanner) packageDirectives(p *pkg) {
	for _, d := range s.packageNotes(p) {
		switch d.name {
		case "schema":
			s.schemaDirective(p, d)
		case "sequence":
			defer s.sequenceDirective(p, d) // after the schema of the package is known
		}
	}
}

func (s *scanner) schemaDirective(p *pkg, d directive) {
	if s.sqlite() {
		s.fail(d.pos, p.name, "write //gen:schema@pg", "SQLite has no schemas")
		return
	}
	sp := newSQLParser(d.args, s.fold)
	id := sp.ident("the name of the schema")
	if sp.isWord("was") {
		s.fail(sp.t.at(sp.peek().i), p.name, "rename it in a revision written by hand, ALTER SCHEMA old RENAME TO "+id.raw+", together with the models, and take was away",
			"directive //gen:schema: a schema cannot be renamed by a hint, as the names of all that is in it, also of what gen does not manage, go with it")
		return
	}
	sp.end()
	if s.badSQL(sp.bad, p.name, "directive //gen:schema") {
		return
	}
	s.schemas[p] = id.name
	s.useSchema(id.name, s.l.pos(d.pos, p.name))
}

// useSchema makes sure that the schema is part of the database.
func (s *scanner) useSchema(name string, pos schema.Pos) {
	if name == "" || s.used[name] {
		return
	}
	s.used[name] = true
	s.db.Schemas = append(s.db.Schemas, schema.Schema{Name: name, Pos: pos})
}

func (s *scanner) schemaOf(p *pkg) string {
	if name, ok := s.schemas[p]; ok {
		return name
	}
	return s.o.DefaultSchema
}

// badSQL reports what a sqlParser could not read.
func (s *scanner) badSQL(bad *lexError, sym, what string) bool {
	if bad == nil {
		return false
	}
	s.fail(bad.pos, sym, "", "%s: %s", what, bad.what)
	return true
}

// markEmbedded marks the structs that are parts of others: those a struct
// with gen tags, or one that says it is a table, embeds, directly or by way of
// others. A view of a table that embeds its struct and says nothing itself
// does not take the table away.
func (s *scanner) markEmbedded(models []*pkg) {
	var mark func(t *typeDecl)
	mark = func(t *typeDecl) {
		st, ok := stripParens(t.spec.Type).(*ast.StructType)
		if !ok {
			return
		}
		for _, f := range st.Fields.List {
			if len(f.Names) > 0 && !s.hasEmbed(f, t.name) {
				continue
			}
			for _, d := range s.l.resolve(f.Type, scope{file: t.file}).chain {
				if !s.embedded[d] && d != t {
					s.embedded[d] = true
					mark(d)
				}
			}
		}
	}
	for _, p := range models {
		for _, t := range p.order {
			st, ok := stripParens(t.spec.Type).(*ast.StructType)
			if !ok || s.notes(t).first("ignore") != nil || matchType(s.o.Exclude, t, map[string]bool{}) {
				continue
			}
			if s.saysTable(t, st) || hasGenTag(st) {
				mark(t)
			}
		}
	}
}

// saysTable reports whether a struct says itself that it is a table.
func (s *scanner) saysTable(t *typeDecl, st *ast.StructType) bool {
	// Where models of an ORM are read the method is the ORM's: structs that are
	// not among the models have it as well.
	method := s.o.Gorm == nil && s.o.Xorm == nil && s.o.Bun == nil && s.l.method(t.file.pkg, t.name, "TableName") != nil
	return s.notes(t).table || hasMarker(st) || method
}

func (s *scanner) hasEmbed(f *ast.Field, owner string) bool {
	return f.Tag != nil && strings.Contains(f.Tag.Value, "embed") && s.fieldNotes(f, owner).item("embed") != nil
}

// classify makes a tableDef of a struct that is a table.
func (s *scanner) classify(t *typeDecl, included, excluded map[string]bool) {
	st, ok := stripParens(t.spec.Type).(*ast.StructType)
	if !ok || t.spec.Assign.IsValid() {
		return
	}
	in := matchType(s.o.Include, t, included)
	if matchType(s.o.Exclude, t, excluded) {
		return
	}
	n := s.notes(t)
	if n.first("ignore") != nil || s.gorm[t] || s.xorm.models[t] || s.bun.models[t] {
		return
	}
	marker := s.marker(st, t)
	method := s.l.method(t.file.pkg, t.name, "TableName")
	says := in || s.saysTable(t, st)
	if !says && (s.embedded[t] || !hasGenTag(st)) {
		return
	}
	if t.spec.TypeParams != nil {
		if says {
			s.fail(t.spec.Name.Pos(), t.name, "declare a struct that embeds "+t.name+"[…] with its type arguments", "generic struct %s cannot be a table", t.name)
		}
		return
	}
	if method != nil && !isTableName(method.decl) {
		method = nil
	}
	s.addTable(t, st, append(slices.Clone(n.list), marker...), method)
}

func isTableName(d *ast.FuncDecl) bool {
	if d.Type.Params.NumFields() != 0 || d.Type.Results.NumFields() != 1 {
		return false
	}
	res, ok := d.Type.Results.List[0].Type.(*ast.Ident)
	return ok && res.Name == "string"
}

// hasGenTag reports whether a field has a gen tag, or something that was
// meant to be one.
func hasGenTag(st *ast.StructType) bool {
	for _, f := range st.Fields.List {
		if f.Tag == nil || !strings.Contains(f.Tag.Value, "gen:") {
			continue
		}
		if tag, bad := parseTag(f.Tag); tag.has || bad != nil {
			return true
		}
	}
	return false
}

// matchType reports whether one of the patterns names the type, and notes
// each that does.
func matchType(patterns []string, t *typeDecl, hit map[string]bool) bool {
	found := false
	for _, pattern := range patterns {
		for _, name := range []string{t.name, t.file.pkg.name + "." + t.name, t.file.pkg.path + "." + t.name} {
			if ok, err := path.Match(pattern, name); err == nil && ok {
				hit[pattern], found = true, true
			}
		}
	}
	return found
}
