package migrations_test

import (
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// An application that embeds this package must not get a driver, a command
// line or a Go compiler with it.
func TestImportsOnlyTheStandardLibrary(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			if first, _, _ := strings.Cut(imp.Path.Value, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", e.Name(), imp.Path.Value)
			}
		}
	}
}
