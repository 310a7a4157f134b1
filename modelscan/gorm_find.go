package modelscan

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A GormSetup is how a program sets GORM up, as far as its source says it in
// constants.
type GormSetup struct {
	// Models are the structs passed to AutoMigrate and to CreateTable of a
	// migrator, "import/path.Type", in the order of the calls.
	Models   []string
	Packages []string // of the models, as patterns for [Options.Patterns], sorted

	// Migrations is where the program has SQL migrations of its own; the caller
	// of FindGorm fills it in.
	Migrations string

	// Calls are the models by the calls that migrate them, where there are
	// several and one function has them all, so that their order is known; else
	// nil. Those of a loop over models are one for each.
	Calls [][]string

	// JoinTables are the calls of SetupJoinTable: "import/path.Type.Field" to
	// "import/path.Type".
	JoinTables map[string]string

	TablePrefix         string
	SingularTable       bool
	NoLowerCase         bool
	IdentifierMaxLength int
	DisableForeignKeys  bool
	IgnoreRelations     bool
	NameReplacer        []string // arguments of strings.NewReplacer
	TableOptions        string   // Set("gorm:table_options", …)

	// Unclear is what stands there and is not plain: somebody has to look.
	Unclear []Problem // sorted by position
}

// FindGorm looks under dir for the calls of AutoMigrate and the configuration
// of GORM. Test files are passed over. So are packages named migration(s) or
// archived, which hold models of the past; where only they migrate anything,
// the models of other packages that they name are taken. Nothing is built or
// run.
func FindGorm(ctx context.Context, dir string) (*GormSetup, error) {
	f, err := newGormFinder(dir)
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	var past []*gormPkg
	for _, d := range f.mentioning(`"gorm.io/`) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("finding models: %w", err)
		}
		switch p := f.pkg(d); {
		case p == nil:
		case f.past(p):
			past = append(past, p)
		default:
			f.read(p)
		}
	}
	if len(f.out.Models) == 0 {
		f.readPast(past)
	}
	f.countCalls()
	slices.Sort(f.out.Packages)
	f.out.Unclear = sortProblems(f.out.Unclear)
	return &f.out, nil
}

func newGormFinder(dir string) (*gormFinder, error) {
	root, err := filepath.Abs(cmpOr(dir, "."))
	if err != nil {
		return nil, err
	}
	f := &gormFinder{root: root, tree: newTree(root), fset: token.NewFileSet(), byDir: map[string]*gormPkg{}, said: map[string]gormSaid{}}
	f.l = &loader{dir: root, shownDir: map[string]string{}, fset: f.fset}
	err = walkPackages(root, func(d string) { f.all = append(f.all, d) })
	slices.Sort(f.all)
	return f, err
}

// mentioning are the directories with a Go file that has the text in it: most
// packages of a program have nothing to do with its models.
func (f *gormFinder) mentioning(text string) []string {
	var list []string
	for _, d := range f.all {
		entries, err := os.ReadDir(d)
		if err != nil {
			continue // as the go command, pass over it
		}
		hit := map[string]bool{}
		for _, e := range entries {
			name := e.Name()
			if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			path := filepath.Join(d, name)
			if src, err := os.ReadFile(path); err == nil && bytes.Contains(src, []byte(text)) {
				hit[path] = true
			}
		}
		// Build constraints are looked at last: that parses.
		if len(hit) > 0 && slices.ContainsFunc(goFilesIn(d, ""), func(path string) bool { return hit[path] }) {
			list = append(list, d)
		}
	}
	return list
}

// readPast reads packages of the past where no other migrates anything. The
// models they declare themselves are as they once were; those of other packages
// are as they are.
func (f *gormFinder) readPast(past []*gormPkg) {
	for _, p := range past {
		f.read(p)
	}
	f.done = nil // calls of migrations that stand beside each other
	f.out.Models = slices.DeleteFunc(f.out.Models, func(m string) bool {
		dir, ok := f.tree.find(m[:strings.LastIndexByte(m, '.')])
		return ok && f.pastDir(dir)
	})
	f.out.Packages = slices.DeleteFunc(f.out.Packages, func(pattern string) bool {
		return strings.HasPrefix(pattern, ".") && f.pastDir(filepath.Join(f.root, filepath.FromSlash(pattern)))
	})
}

// pastDir reports whether the package in a directory is one of the past.
func (f *gormFinder) pastDir(dir string) bool {
	p := f.pkg(dir)
	return p != nil && f.past(p)
}

// past reports whether a package holds models of the past.
func (f *gormFinder) past(p *gormPkg) bool {
	rel, err := filepath.Rel(f.root, p.dir)
	return err == nil && slices.ContainsFunc(append(strings.Split(filepath.ToSlash(rel), "/"), p.name), func(part string) bool {
		return part == "migration" || part == "migrations" || part == "archived"
	})
}

// A gormFinder is one search.
type gormFinder struct {
	root  string
	tree  *tree
	l     *loader
	fset  *token.FileSet
	all   []string            // directories, sorted
	byDir map[string]*gormPkg // that were parsed
	said  map[string]gormSaid // what the configuration says, by key
	out   GormSetup

	caught []string // models of the argument at hand
	looped bool     // it is the variable of a loop over them
	done   []gormCall
	joins  map[string]token.Pos // the calls of SetupJoinTable, by keys of JoinTables
}

// A gormCall is a call that migrates models.
type gormCall struct {
	fn     *ast.FuncDecl
	models []string
}

type gormSaid struct {
	text string
	pos  token.Pos
}

// A gormPkg is a package with the bodies of its functions.
type gormPkg struct {
	dir, path, name string
	files           []*ast.File
}

// pkg is the package in a directory, nil where there is none.
func (f *gormFinder) pkg(dir string) *gormPkg {
	if p, ok := f.byDir[dir]; ok {
		return p
	}
	files := goFilesIn(dir, "")
	if len(files) == 0 {
		return nil
	}
	p := &gormPkg{dir: dir, path: f.tree.importPath(dir)}
	f.byDir[dir] = p
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if tree, _ := parser.ParseFile(f.fset, name, src, parser.SkipObjectResolution); tree != nil {
			p.files, p.name = append(p.files, tree), tree.Name.Name
		}
	}
	return p
}

// A place is where an expression stands.
type gormPlace struct {
	pkg  *gormPkg
	file *ast.File
	fn   *ast.FuncDecl // nil at the top of a file
}

func (f *gormFinder) unclear(p token.Pos, hint, format string, args ...any) {
	f.out.Unclear = append(f.out.Unclear, Problem{Pos: f.pos(p), Text: fmt.Sprintf(format, args...), Hint: hint})
}

func (f *gormFinder) pos(p token.Pos) schema.Pos { return f.l.pos(p, "") }

// read looks through the functions and variables of a package.
func (f *gormFinder) read(p *gormPkg) {
	for _, file := range p.files {
		if !importsGorm(file) {
			continue
		}
		for _, d := range file.Decls {
			at := gormPlace{pkg: p, file: file}
			at.fn, _ = d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					f.call(n, at)
				case *ast.CompositeLit:
					f.config(n, at)
				}
				return true
			})
		}
	}
}

func importsGorm(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return strings.HasPrefix(s.Path.Value, `"gorm.io/`) })
}
