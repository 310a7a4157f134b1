package modelscan

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
)

// An EntSetup is how a program calls schema.Create of ent, as far as its
// source says it in constants.
type EntSetup struct {
	DisableForeignKeys bool // WithForeignKeys(false)
	// Unclear is what changes the tables while the program runs: somebody has
	// to look.
	Unclear []Problem // sorted by position
}

// entHints say what to do about the options that change the tables.
var entHints = map[string]string{
	"WithGlobalUniqueID": `put ent_types under [ignore], and the ranges of ids into the schema with entsql.IncrementStart`,
	"WithHooks":          "say in objects what the hook changes about the tables",
	"WithDiffHook":       "say in objects what the hook changes about the tables",
}

// FindEnt looks under dir for the options of ent's schema.Create. Test files
// are passed over. Nothing is built or run.
func FindEnt(ctx context.Context, dir string) (*EntSetup, error) {
	root, err := filepath.Abs(cmpOr(dir, "."))
	if err != nil {
		return nil, fmt.Errorf("finding options of ent: %w", err)
	}
	f := &gormFinder{root: root, tree: newTree(root), fset: token.NewFileSet(), byDir: map[string]*gormPkg{}, said: map[string]gormSaid{}}
	f.l = &loader{dir: root, shownDir: map[string]string{}, fset: f.fset}
	err = walkPackages(root, func(d string) {
		if ctx.Err() == nil {
			f.pkg(d)
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("finding options of ent: %w", err)
	}
	setup := &EntSetup{}
	for _, d := range f.dirs() {
		for _, file := range f.byDir[d].files {
			at := gormPlace{pkg: f.byDir[d], file: file}
			ast.Inspect(file, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					f.entOption(setup, c, at)
				}
				return true
			})
		}
	}
	setup.Unclear = sortProblems(f.out.Unclear)
	return setup, nil
}

// entOption reads migrate.WithForeignKeys(false) and its like; the functions
// are those of ent's package schema, which the generated one hands on.
func (f *gormFinder) entOption(setup *EntSetup, c *ast.CallExpr, at gormPlace) {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || len(c.Args) == 0 {
		return
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok || id.Name != "migrate" && f.importOf(at, id.Name) != entSchemaPath {
		return
	}
	value, _ := c.Args[0].(*ast.Ident)
	switch name := sel.Sel.Name; {
	case name == "WithForeignKeys" && value != nil && value.Name == "false":
		setup.DisableForeignKeys = true
	case name == "WithForeignKeys" && value != nil && value.Name == "true", name == "WithGlobalUniqueID" && value != nil && value.Name == "false":
	case name == "WithForeignKeys":
		f.unclear(c.Pos(), "write disable_foreign_keys into [ent]", "whether there are foreign keys is no constant")
	case entHints[name] != "":
		f.unclear(c.Pos(), entHints[name], "%s changes tables while the program runs", name)
	}
}
