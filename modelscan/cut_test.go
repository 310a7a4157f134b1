package modelscan

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"

	"strings"
	"testing"
)

func TestCutBodies(t *testing.T) {
	src := `package p

type T struct{ A int }

func F(f func() struct{ X int }) (interface{ M() }, [2]struct{}) {
	s := "}" + ` + "`}`" + ` // }
	return nil, nil
}

func local() {
	//gen:table a
	type A struct { X int } //gen:x
	s := "//gen:table b"
}

func (t *T) TableName() string { return "ts" }

func G[P interface{ ~int }](p P) struct{ Y int } { if true { } }

func external(int)

var v = func() int { return 1 }
`
	got := string(cutBodies([]byte(src)))
	want := src
	for _, body := range []string{"\ts := \"}\" + `}` // }", "\treturn nil, nil", "type A struct { X int }", "\ts := \"//gen:table b\"", " if true { } "} {
		want = strings.Replace(want, body, strings.Repeat(" ", len(body)), 1)
	}
	want = strings.ReplaceAll(want, "\t//gen", " //gen")
	want = strings.ReplaceAll(want, "\t  ", "   ")
	if got != want {
		t.Errorf("got:\n%s", got)
	}
}

// TestCutBodiesKeepsDeclarations cuts files of the standard library: they
// still parse, and every declaration begins where it did.
func TestCutBodiesKeepsDeclarations(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src/go/*/*.go"))
	if len(files) == 0 {
		t.Fatal("the standard library is not there in source")
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		cut := cutBodies(src)
		after, err := parser.ParseFile(token.NewFileSet(), path, cut, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if len(cut) != len(src) || len(before.Decls) != len(after.Decls) {
			t.Errorf("%s: %d declarations, %d after the cut", path, len(before.Decls), len(after.Decls))
			continue
		}
		for i, d := range before.Decls {
			if d.Pos() != after.Decls[i].Pos() || d.End() != after.Decls[i].End() {
				t.Errorf("%s: declaration %d moved", path, i)
			}
		}
	}
}

func FuzzCutBodies(f *testing.F) {
	f.Add("package p\nfunc F() { }\n")
	f.Add("package p\nfunc F(")
	f.Add("package p\nfunc (a) [{\n'\\'")
	f.Fuzz(func(t *testing.T, s string) {
		if got := cutBodies([]byte(s)); len(got) != len(s) || strings.Count(string(got), "\n") != strings.Count(s, "\n") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
