package migrations_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// An application that embeds this package must not get a driver, a command
// line or a Go compiler with it.
func TestImportsOnlyTheStandardLibrary(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	helper, err := filepath.Glob("migrationstest/*.go")
	if err != nil || len(helper) == 0 {
		t.Fatal("no files of migrationstest", err)
	}
	for _, name := range append(files, helper...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			if imp.Path.Value == `"github.com/gen-migrate/gen/migrations"` {
				continue
			}
			if first, _, _ := strings.Cut(imp.Path.Value, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", name, imp.Path.Value)
			}
		}
	}
}
