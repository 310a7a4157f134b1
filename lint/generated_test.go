package lint_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
)

var hazardLine = regexp.MustCompile(`(?m)^ *hazard ([A-Z]+[0-9]+):`)

// goldens are the plans of the house's cases, as they stand in the golden files.
func goldens(t *testing.T, suffix string, dirs ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range dirs {
		files, err := filepath.Glob(dir + "/*.txtar")
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases in %s: %v", dir, err)
		}
		for _, path := range files {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, suffix) && strings.HasSuffix(f.Name, ".sql") {
					out[filepath.Base(path)+" "+f.Name] = string(f.Data)
				}
			}
		}
	}
	return out
}

// TestGeneratedIsKnown holds that each statement gen writes is one that gen lint can
// place, and that of each it tells the locks that the plan does. Those of byHistory it
// knows by the revisions before, which a plan alone has not.
func TestGeneratedIsKnown(t *testing.T) {
	byHistory := []string{"LOCK24", "LOCK28", "LOCK32"}
	statements := 0
	for name, text := range goldens(t, "postgres", "../testdata/cases") {
		list, err := migrations.Split(migrations.Postgres, text)
		if err != nil {
			continue
		}
		for i := range list {
			statements++
			st := list[i]
			st.Line = i + 1
			rev := &migrations.Revision{ID: "aaaa", Dialect: migrations.Postgres, Up: []migrations.Step{{Tx: migrations.TxEach, Statements: []migrations.Statement{st}}}, Down: []migrations.Step{}}
			var told, found []string
			for _, m := range hazardLine.FindAllStringSubmatch(strings.Join(st.Comment, "\n"), -1) {
				told = append(told, m[1])
			}
			for _, f := range lint.Run(migrations.Postgres, reader(migrations.Postgres, ""), []*migrations.Revision{rev}, func(*migrations.Revision) bool { return true }, lint.Options{}) {
				found = append(found, f.Rule)
				if f.Rule == "TX05" {
					t.Errorf("%s: %s: %s", name, st.SQL, f.Text)
				}
			}
			for _, id := range told {
				if strings.HasPrefix(id, "LOCK") && !slices.Contains(byHistory, id) && !slices.Contains(found, id) {
					t.Errorf("%s: the plan tells %s, and gen lint does not: %s", name, id, st.SQL)
				}
			}
		}
	}
	if statements < 500 {
		t.Errorf("only %d statements: are the golden files elsewhere?", statements)
	}
}
