package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/gen-migrate/gen/"

// rooms holds the house rules: what each room may import of the house, and of
// the world outside the standard library. The longest matching path decides.
var rooms = []struct {
	room    string
	house   []string
	outside []string
}{
	{"schema", nil, nil},
	{"dialect", []string{"schema"}, nil},
	{"modelscan", []string{"schema", "dialect", "modelscan/gorm", "modelscan/bun", "modelscan/xorm", "modelscan/ent"}, []string{"golang.org/x/tools/go/packages", "golang.org/x/mod"}},
	{"modelscan/xorm", nil, nil},
	{"modelscan/ent", nil, nil},
	{"modelscan/gorm", nil, []string{"github.com/jinzhu/inflection"}},
	{"modelscan/bun", nil, []string{"github.com/jinzhu/inflection"}},
	{"introspect", []string{"schema"}, nil},
	{"introspect/postgres", []string{"schema", "dialect", "introspect"}, []string{"github.com/jackc/pgx/v5"}},
	{"introspect/sqlite", []string{"schema", "dialect", "introspect", "internal/sqlitelex"}, []string{"modernc.org/sqlite"}},
	{"diff", []string{"schema", "dialect"}, []string{"github.com/google/go-cmp"}},
	{"render", []string{"schema", "dialect", "diff"}, nil},
	{"render/postgres", []string{"schema", "dialect", "diff", "render", "internal/phrase"}, nil},
	{"render/sqlite", []string{"schema", "dialect", "diff", "render", "internal/sqlitelex"}, nil},
	{"erd", []string{"schema"}, nil},
	{"lint", []string{"migrations"}, nil},
	{"lint/postgres", []string{"migrations", "lint", "internal/phrase"}, nil},
	{"lint/sqlite", []string{"migrations", "lint", "internal/phrase", "internal/sqlitelex"}, nil},
	{"review", []string{"schema", "diff", "erd", "migrations"}, nil},
	{"migrations", nil, nil},
	{"internal/sqlitelex", []string{"dialect"}, nil},
	{"internal/observe", []string{"schema"}, nil},
	{"internal/phrase", []string{"internal/sqlitelex"}, nil},
	{"autogen", []string{"autogen/plan", "cmd", "diff", "schema"}, nil},
	{"autogen/plan", []string{"diff", "render"}, nil},
	{"internal/spawn", nil, nil},
	{"internal/pgserver", []string{"internal/spawn"}, nil},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") && e.Name() != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		room := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		i := slices.IndexFunc(rooms, func(r struct {
			room    string
			house   []string
			outside []string
		}) bool {
			return r.room == room
		})
		if i < 0 {
			return nil
		}
		seen[room] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if inside, ok := strings.CutPrefix(imported, module); ok {
				if !slices.Contains(rooms[i].house, inside) {
					t.Errorf("%s: room %s may not import %s", path, room, inside)
				}
				continue
			}
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") {
				continue // standard library
			}
			if !slices.ContainsFunc(rooms[i].outside, func(allowed string) bool {
				return imported == allowed || strings.HasPrefix(imported, allowed+"/")
			}) {
				t.Errorf("%s: room %s may not import %s", path, room, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rooms {
		if !seen[r.room] {
			t.Errorf("room %s has no files: is the table out of date?", r.room)
		}
	}
}
