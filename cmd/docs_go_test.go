package cmd

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// docsDir is a module of its own: the manual's examples use more than gen does.
const docsDir = "../testdata/docs"

// The Go examples of the manual leave out what a reader knows. docImports are the
// packages their identifiers mean, docNames what else they take from around them.
var (
	docImports = map[string]string{
		"codes": "go.opentelemetry.io/otel/codes", "context": "context", "embed": "embed", "fmt": "fmt",
		"migrations": "github.com/gen-migrate/gen/migrations", "migrationstest": "github.com/gen-migrate/gen/migrations/migrationstest",
		"pgxpool": "github.com/jackc/pgx/v5/pgxpool", "slog": "log/slog", "sql": "database/sql", "stdlib": "github.com/jackc/pgx/v5/stdlib",
		"testing": "testing", "time": "time", "trace": "go.opentelemetry.io/otel/trace",
	}
	docNames = map[string]string{
		"emptyDatabase": "func emptyDatabase(testing.TB) *sql.DB { return nil }",
		"files":         "var files embed.FS",
		"ctx":           "var ctx context.Context",
		"m":             "var m *migrations.Runner",
		"metrics":       "var metrics interface{ Observe(name string, value float64, labels ...string) }",
		"pool":          "var pool *pgxpool.Pool",
	}
)

// A goExample is a fenced block of Go on a page.
type goExample struct {
	page string
	line int
	text string
}

var goFence = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

func goExamples(t *testing.T, page string) []goExample {
	t.Helper()
	text := readDoc(t, page)
	var list []goExample
	for _, m := range goFence.FindAllStringSubmatchIndex(text, -1) {
		list = append(list, goExample{page, strings.Count(text[:m[0]], "\n") + 2, text[m[2]:m[3]]})
	}
	return list
}

// source makes a file of an example: it is one already, or declarations, or
// statements, or options, as New takes them.
func (e goExample) source(t *testing.T) string {
	t.Helper()
	at := fmt.Sprintf("//line %s:%d\n", filepath.Base(e.page), e.line)
	if strings.HasPrefix(e.text, "package ") {
		return at + e.text
	}
	for _, around := range [][2]string{
		{"", ""},
		{"var _ = []migrations.Option{\n", ",\n}"},
		{"func _() error {\n", "\nreturn nil\n}"},
	} {
		body := around[0] + at + strings.TrimRight(e.text, "\n") + around[1]
		file, err := parser.ParseFile(token.NewFileSet(), "", "package example\n"+body, 0)
		if err == nil {
			return e.completed(t, file, body)
		}
	}
	t.Fatalf("%s:%d: the example is no Go", e.page, e.line)
	return ""
}

// completed adds what an example takes from around it. Statements that end in
// unused variables are examples all the same.
func (e goExample) completed(t *testing.T, file *ast.File, body string) string {
	t.Helper()
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && docNames[id.Name] != "" && !declaresVar(file, id.Name) && !slices.Contains(names, docNames[id.Name]) {
			names = append(names, docNames[id.Name])
		}
		return true
	})
	if !strings.HasPrefix(body, "//line") {
		for _, v := range []string{"db", "m"} {
			if regexp.MustCompile(`(?m)^` + v + `(, err)? :=|^\w+, ` + v + ` :=`).MatchString(e.text) {
				body = strings.Replace(body, "\nreturn nil\n}", "\n_ = "+v+"\nreturn nil\n}", 1)
			}
		}
		if strings.Contains(e.text, ", err :=") && !strings.Contains(e.text, "if err") {
			body = strings.Replace(body, "\nreturn nil\n}", "\nreturn err\n}", 1)
		}
	}
	var head strings.Builder
	head.WriteString("package example\n\n")
	for _, name := range sortedKeys(docImports) {
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(body + strings.Join(names, "\n")) {
			fmt.Fprintf(&head, "import %q\n", docImports[name])
		}
	}
	text, err := format.Source([]byte(head.String() + "\n" + strings.Join(names, "\n") + "\n\n" + body))
	if err != nil {
		t.Fatalf("%s:%d: %v", e.page, e.line, err)
	}
	return string(text)
}

// declaresVar reports whether a file declares a variable itself.
func declaresVar(file *ast.File, name string) bool {
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, spec := range g.Specs {
				if slices.ContainsFunc(spec.(*ast.ValueSpec).Names, func(id *ast.Ident) bool { return id.Name == name }) {
					return true
				}
			}
		}
	}
	return false
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestDocsGo has the Go examples of README.md and docs/library.md compiled and
// vetted, with the modules they name.
func TestDocsGo(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(path, text string) {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "docs.go"} {
		text, err := os.ReadFile(filepath.Join(docsDir, name))
		if err != nil {
			t.Fatal(err)
		}
		write(name, strings.Replace(string(text), "gen => ../..", "gen => "+root, 1))
	}
	run := func(args ...string) ([]byte, error) {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
		return cmd.CombinedOutput()
	}
	if out, err := run("mod", "download"); err != nil {
		dbtest.Absent(t, fmt.Sprintf("the modules of testdata/docs: %v\n%s", err, out))
	}
	count := 0
	for _, page := range []string{"README.md", "docs/library.md"} {
		for i, e := range goExamples(t, page) {
			name := "example.go"
			if strings.Contains(e.text, "func Test") {
				name = "example_test.go"
			}
			pkg := fmt.Sprintf("%s%d", strings.ToLower(strings.TrimSuffix(filepath.Base(page), ".md")), i)
			write(filepath.Join(pkg, name), e.source(t))
			write(filepath.Join(pkg, "migrations", "a.sql"), "-- revision: aaaa1111\n")
			count++
		}
	}
	if count < 9 {
		t.Errorf("%d examples: where are the others?", count)
	}
	if out, err := run("vet", "./..."); err != nil {
		t.Errorf("the examples of the manual do not compile: %v\n%s", err, out)
	}
}
