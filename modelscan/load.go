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
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A loader holds what was read so far. Packages of models are read whole;
// others file by file, when a type of theirs is asked for.
type loader struct {
	dir      string // absolute; patterns and shown paths are relative to it
	tags     string
	fset     *token.FileSet
	pkgs     map[string]*pkg // by import path
	shownDir map[string]string
	fallback *tree // set where the go command could not say where packages are
}

// A pkg is one Go package.
type pkg struct {
	path    string
	name    string // "" when unknown
	dir     string
	goFiles []string          // absolute, of the build, sorted
	imports map[string]string // import path in the source → path of the package, where they differ
	model   bool              // named by the patterns: all its files are parsed

	files   []*file
	parsed  map[string]bool   // by absolute path
	sources map[string][]byte // read but not parsed yet
	types   map[string]*typeDecl
	methods map[string]map[string]*method // receiver type → name
	consts  map[string]*constDecl
	order   []*typeDecl // in source order
}

// A file is a parsed file.
type file struct {
	path string
	ast  *ast.File
	pkg  *pkg
	errs []*parseError

	whole *ast.File // with the bodies of functions, once one was asked for
}

type parseError struct {
	pos  token.Position
	text string
}

// A typeDecl is a type declared at the top of a file.
type typeDecl struct {
	name string
	spec *ast.TypeSpec
	doc  []*ast.CommentGroup // of the declaration and of the spec
	file *file

	read *typeNotes // its directives, once they were read
}

// A constDecl is one name of a const declaration.
type constDecl struct {
	name  string
	typ   ast.Expr // nil: that of the value
	value ast.Expr // nil when there is none
	iota  int
	pos   token.Pos
	file  *file
}

type method struct {
	decl *ast.FuncDecl
	file *file
}

// load finds the packages that the patterns name and parses them.
func load(ctx context.Context, o Options) (*loader, *problems, error) {
	dir, err := filepath.Abs(cmpOr(o.Dir, "."))
	if err != nil {
		return nil, nil, fmt.Errorf("finding the working directory: %w", err)
	}
	l := &loader{
		dir:      dir,
		tags:     o.Tags,
		fset:     token.NewFileSet(),
		pkgs:     map[string]*pkg{},
		shownDir: map[string]string{},
	}
	var probs problems
	if err := l.find(ctx, o, &probs); err != nil {
		return nil, nil, err
	}
	if err := l.parseModels(ctx); err != nil {
		return nil, nil, err
	}
	return l, &probs, nil
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// models are the packages the patterns name, by import path.
func (l *loader) models() []*pkg {
	var list []*pkg
	for _, p := range l.pkgs {
		if p.model {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pkg) int { return strings.Compare(a.path, b.path) })
	return list
}

// add makes the package known.
func (l *loader) add(path, name, dir string, goFiles []string) *pkg {
	files := slices.Clone(goFiles)
	slices.Sort(files)
	p := &pkg{
		path: path, name: name, dir: dir, goFiles: files,
		imports: map[string]string{},
		parsed:  map[string]bool{}, sources: map[string][]byte{},
		types: map[string]*typeDecl{}, methods: map[string]map[string]*method{}, consts: map[string]*constDecl{},
	}
	l.pkgs[path] = p
	return p
}

// parseModels parses all files of the model packages, as many at once as
// there are processors.
func (l *loader) parseModels(ctx context.Context) error {
	type job struct {
		p    *pkg
		path string
		out  *file
		err  error
	}
	var jobs []*job
	for _, p := range l.models() {
		for _, f := range p.goFiles {
			jobs = append(jobs, &job{p: p, path: f})
		}
	}
	next := make(chan *job)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(1, len(jobs))) {
		wg.Go(func() {
			for j := range next {
				src, err := os.ReadFile(j.path)
				if err != nil {
					j.err = fmt.Errorf("reading a file of package %s: %w", j.p.path, err)
					continue
				}
				j.out = l.parse(j.p, j.path, src)
			}
		})
	}
	for _, j := range jobs {
		if ctx.Err() == nil {
			next <- j
		}
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.err != nil {
			return j.err
		}
		j.p.index(j.out)
	}
	return nil
}

// parse reads one file with its comments. Function bodies are blanked first,
// but for those of TableName methods: they cost time and may be broken.
func (l *loader) parse(p *pkg, path string, src []byte) *file {
	f := &file{path: path, pkg: p}
	tree, err := parser.ParseFile(l.fset, path, cutBodies(src), parser.ParseComments|parser.SkipObjectResolution)
	f.ast = tree
	f.errs = parseErrors(err)
	return f
}

// index makes the declarations of a parsed file known to its package.
func (p *pkg) index(f *file) {
	p.parsed[f.path] = true
	p.files = append(p.files, f)
	delete(p.sources, f.path)
	if f.ast == nil {
		return
	}
	if p.name == "" {
		p.name = f.ast.Name.Name
	}
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			p.indexMethod(f, d)
		case *ast.GenDecl:
			p.indexDecl(f, d)
		}
	}
}

func (p *pkg) indexMethod(f *file, d *ast.FuncDecl) {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return
	}
	recv := receiverName(d.Recv.List[0].Type)
	if p.methods[recv] == nil {
		p.methods[recv] = map[string]*method{}
	}
	p.methods[recv][d.Name.Name] = &method{d, f}
}

func receiverName(x ast.Expr) string {
	for {
		switch t := x.(type) {
		case *ast.StarExpr:
			x = t.X
		case *ast.ParenExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

func (p *pkg) indexDecl(f *file, d *ast.GenDecl) {
	switch d.Tok {
	case token.TYPE:
		for _, s := range d.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			t := &typeDecl{name: spec.Name.Name, spec: spec, file: f}
			if d.Doc != nil && (!d.Lparen.IsValid() || len(d.Specs) == 1) {
				t.doc = append(t.doc, d.Doc)
			}
			if spec.Doc != nil {
				t.doc = append(t.doc, spec.Doc)
			}
			if p.types[t.name] == nil {
				p.types[t.name] = t
			}
			p.order = append(p.order, t)
		}
	case token.CONST:
		p.indexConsts(f, d)
	}
}

// indexConsts repeats type and values of the spec before where a spec has
// none, as the language says.
func (p *pkg) indexConsts(f *file, d *ast.GenDecl) {
	var typ ast.Expr
	var values []ast.Expr
	for i, s := range d.Specs {
		spec, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if spec.Type != nil || len(spec.Values) > 0 {
			typ, values = spec.Type, spec.Values
		}
		for k, n := range spec.Names {
			c := &constDecl{name: n.Name, typ: typ, iota: i, pos: n.Pos(), file: f}
			if k < len(values) {
				c.value = values[k]
			}
			if n.Name == "_" {
				continue
			}
			p.consts[n.Name] = c
		}
	}
}

// want makes sure that the files which may declare name are parsed. A file is
// a candidate when the name stands in it as a whole word; those where it
// stands as the grammar of a declaration wants it come first.
func (l *loader) want(p *pkg, name string, found func() bool) bool {
	if found() {
		return true
	}
	if p.model {
		return false
	}
	var likely, possible []string
	for _, path := range p.goFiles {
		if p.parsed[path] {
			continue
		}
		src, ok := p.sources[path]
		if !ok {
			var err error
			if src, err = os.ReadFile(path); err != nil {
				src = nil // gone since it was listed: as if it declared nothing
			}
			p.sources[path] = src
		}
		switch mention(src, name) {
		case 2:
			likely = append(likely, path)
		case 1:
			possible = append(possible, path)
		}
	}
	for _, path := range append(likely, possible...) {
		p.index(l.parse(p, path, p.sources[path]))
		if found() {
			return true
		}
	}
	return false
}

// mention is 2 where src has "type name" or "func (… name)", 1 where it has
// the word at all, else 0.
func mention(src []byte, name string) int {
	if !bytes.Contains(src, []byte(name)) {
		return 0
	}
	if bytes.Contains(src, []byte("type "+name+" ")) || bytes.Contains(src, []byte("type "+name+"[")) {
		return 2
	}
	return 1
}

// typeDecl is the declaration of a type of a package, or nil.
func (l *loader) typeDecl(p *pkg, name string) *typeDecl {
	l.want(p, name, func() bool { return p.types[name] != nil })
	return p.types[name]
}

// constDecl is the declaration of a constant of a package, or nil.
func (l *loader) constDecl(p *pkg, name string) *constDecl {
	l.want(p, name, func() bool { return p.consts[name] != nil })
	return p.consts[name]
}

// method is a method declared on a type of a package, or nil. In packages
// that are not models only files that mention both names are read.
func (l *loader) method(p *pkg, recv, name string) *method {
	find := func() bool { return p.methods[recv][name] != nil }
	l.want(p, name, find)
	return p.methods[recv][name]
}

// shown is the path of a file as the user sees it: relative to the working
// directory, in the module cache by module and version, else absolute.
func (l *loader) shown(path string) string {
	dir, base := filepath.Split(path)
	s, ok := l.shownDir[dir]
	if !ok {
		s = dir
		if rel, err := filepath.Rel(l.dir, dir); err == nil && l.near(rel) {
			s = rel
		} else if _, inCache, found := strings.Cut(filepath.ToSlash(dir), "/pkg/mod/"); found {
			s = inCache
		}
		l.shownDir[dir] = s
	}
	return filepath.ToSlash(filepath.Join(s, base))
}

// near reports whether a relative path stays in sight: within the working
// directory, or not above the third directory over it.
func (l *loader) near(rel string) bool {
	rel = filepath.ToSlash(rel)
	return strings.Count(rel, "../") < 3 && !strings.Contains(rel, "pkg/mod/")
}

// filesRead lists all parsed files, as shown, sorted.
func (l *loader) filesRead() []string {
	var list []string
	for _, p := range l.pkgs {
		for path := range p.parsed {
			list = append(list, l.shown(path))
		}
	}
	slices.Sort(list)
	return list
}
