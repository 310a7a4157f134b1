package modelscan

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/dialect"
)

const inModels = "package models\n\n//gen:table users\ntype User struct {\n\tID int64 `gen:\"pk\"`\n}\n"

// From the root of a workspace, and in a directory without a module, models are
// found as well. The go command has no answer to ./... there.
func TestScanWithoutAModule(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	for name, c := range map[string]struct {
		files    string
		patterns []string
		found    string // pattern of Find
		warned   bool
	}{
		"workspace": {
			files:    "-- go.work --\ngo 1.26\n\nuse (\n\t./a\n\t./b/c\n)\n-- a/go.mod --\nmodule a.test\n\ngo 1.26\n-- a/models/m.go --\n" + inModels + "-- b/c/go.mod --\nmodule c.test\n\ngo 1.26\n-- d/go.mod --\nmodule d.test\n-- d/m.go --\n" + inModels,
			patterns: []string{"./..."}, found: "./a/models", warned: true},
		"workspace, the package named": {
			files:    "-- go.work --\ngo 1.26\n\nuse ./a\n-- a/go.mod --\nmodule a.test\n\ngo 1.26\n-- a/models/m.go --\n" + inModels,
			patterns: []string{"./a/models"}, found: "./a/models"},
		"no module": {
			files:    "-- models/m.go --\n" + inModels,
			patterns: []string{"./..."}, found: "./models", warned: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{}
			for _, f := range txtar.Parse([]byte(c.files)).Files {
				files[f.Name] = string(f.Data)
			}
			write(t, dir, files)
			res, err := Scan(context.Background(), Options{Dir: dir, Patterns: c.patterns, Dialect: dialect.SQLite()})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Database.Tables) != 1 {
				t.Errorf("%d tables", len(res.Database.Tables))
			}
			warned := len(res.Warnings) == 1 && strings.Contains(res.Warnings[0].Text, "were read without it")
			if warned != c.warned {
				t.Errorf("warnings %v", res.Warnings)
			}
			found, err := Find(context.Background(), dir)
			if err != nil || len(found) != 1 || found[0].Pattern != c.found {
				t.Errorf("found %v, %v", found, err)
			}
		})
	}
}
