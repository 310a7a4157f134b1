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
)

// A Found is a package that seems to hold models.
type Found struct {
	Dir     string // relative to the directory that was searched, with slashes
	Pattern string // for [Options.Patterns]: "./internal/models"
	Package string // name

	Directives int // //gen: directives
	Gen        int // structs with gen tags
	DB         int // structs with db tags and no gen tags
	Gorm       int // structs with gorm tags, or that embed gorm.Model
	Bun        int // structs with bun tags, or that embed bun.BaseModel
	Xorm       int // structs with xorm tags
	Ent        int // lists of tables that ent generated: 1 in its package migrate
}

// Native reports whether the package says something in gen's own language.
func (f Found) Native() bool { return f.Directives > 0 || f.Gen > 0 }

// Find looks for packages that hold models under dir, as far as the go
// command would go for "./...", without asking it. Only files that contain
// one of the marks are parsed; files that cannot be parsed count as far as
// they can. The result is sorted by directory.
func Find(ctx context.Context, dir string) ([]Found, error) {
	root, err := filepath.Abs(cmpOr(dir, "."))
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	var found []Found
	err = walkPackages(root, func(d string) {
		if ctx.Err() != nil {
			return
		}
		if f, ok := findIn(root, d); ok {
			found = append(found, f)
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	slices.SortFunc(found, func(a, b Found) int { return strings.Compare(a.Dir, b.Dir) })
	return found, nil
}

// marks are what a file with models contains.
var marks = [][]byte{[]byte(`gen:"`), []byte("//gen:"), []byte(`db:"`), []byte(`gorm:"`), []byte(`bun:"`), []byte("gorm.Model"), []byte("bun.BaseModel"),
	[]byte(`xorm:"`), []byte(entSchemaPath)}

func findIn(root, dir string) (Found, bool) {
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return Found{}, false
	}
	f := Found{Dir: filepath.ToSlash(rel), Pattern: "."}
	if f.Dir != "." {
		f.Pattern = "./" + f.Dir
	}
	for _, path := range goFilesIn(dir, "") {
		src, err := os.ReadFile(path)
		if err != nil || !slices.ContainsFunc(marks, func(m []byte) bool { return bytes.Contains(src, m) }) {
			continue
		}
		tree, _ := parser.ParseFile(token.NewFileSet(), path, cutBodies(src), parser.ParseComments|parser.SkipObjectResolution)
		if tree == nil {
			continue
		}
		f.count(tree)
	}
	return f, f.Directives+f.Gen+f.DB+f.Gorm+f.Bun+f.Xorm+f.Ent > 0
}

func (f *Found) count(tree *ast.File) {
	f.Package = tree.Name.Name
	for _, g := range tree.Comments {
		for _, c := range g.List {
			d, _ := parseDirective(c)
			if _, ours := directiveRules[d.name]; ours {
				f.Directives++
			}
		}
	}
	for _, d := range tree.Decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range gd.Specs {
			if vs, ok := s.(*ast.ValueSpec); ok && isEntTables(vs) {
				f.Ent++
			}
			if ts, ok := s.(*ast.TypeSpec); ok {
				if st, ok := stripParens(ts.Type).(*ast.StructType); ok {
					f.countStruct(st)
				}
			}
		}
	}
}

func (f *Found) countStruct(st *ast.StructType) {
	var gen, db, gorm, bun, xorm bool
	for _, field := range st.Fields.List {
		if len(field.Names) == 0 {
			if sel, ok := field.Type.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok {
					gorm = gorm || x.Name == "gorm" && sel.Sel.Name == "Model"
					bun = bun || x.Name == "bun" && sel.Sel.Name == "BaseModel"
				}
			}
		}
		tag, _ := parseTag(field.Tag)
		gen = gen || tag.has
		db = db || tag.hasDB
		gorm = gorm || slices.Contains(tag.orms, "gorm")
		bun = bun || slices.Contains(tag.orms, "bun")
		xorm = xorm || slices.Contains(tag.orms, "xorm")
	}
	for _, c := range []struct {
		yes bool
		n   *int
	}{{gen, &f.Gen}, {db && !gen, &f.DB}, {gorm, &f.Gorm}, {bun, &f.Bun}, {xorm, &f.Xorm}} {
		if c.yes {
			*c.n++
		}
	}
}
