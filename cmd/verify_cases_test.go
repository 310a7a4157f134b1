package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	renderpg "github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestVerifyOfPlans has gen verify carry out what gen has planned: there may be
// nothing to find, and every comment must be understood. The cases are those of
// render/postgres; a few of them, all with GEN_VERIFY=all.
func TestVerifyOfPlans(t *testing.T) {
	paths, err := filepath.Glob("../render/postgres/testdata/evolve/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	major := 0
	for _, m := range dbtest.PostgresMajors() {
		major = max(major, m)
	}
	if major == 0 {
		dbtest.Postgres(t)
	}
	for i, path := range paths {
		if i%14 != 0 && os.Getenv("GEN_VERIFY") != "all" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			verifyCase(t, path, major)
		})
	}
}

func verifyCase(t *testing.T, path string, major int) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	renames := diff.Renames{}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		n, _ := strconv.Atoi(value)
		if key == "since" && major < n || key == "until" && major > n {
			t.Logf("left out on PostgreSQL %d: %s", major, line)
			return
		}
		if key == "rename" {
			renames = addRename(renames, value)
		}
	}
	from, to := databaseFrom(t, files["from.json"]), databaseFrom(t, files["to.json"])
	plan, err := diff.Diff(from, to, renames)
	if err != nil {
		t.Fatal(err)
	}
	o := render.Options{ServerVersion: major * 10000, Online: true}
	up, err := renderpg.Render(plan, o)
	if refused, ok := errors.AsType[*render.UnsupportedError](err); ok { // on this version: the goldens hold which
		t.Logf("left out on PostgreSQL %d: %v", major, refused)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	down, err := renderpg.Render(plan.Reverse(), o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	begin := &migrations.Revision{ID: "1111aaaa1111", Message: "before", Created: time.Unix(0, 0), Dialect: migrations.Postgres, Irreversible: "it is where the case begins",
		Up: []migrations.Step{{Statements: written(t, files["unmanaged.sql"]+files["from.sql"])}}}
	change := &migrations.Revision{ID: "2222bbbb2222", Parents: []string{begin.ID}, Message: "the change", Created: time.Unix(60, 0), Dialect: migrations.Postgres, Up: steps(up), Down: steps(down)}
	for _, r := range []*migrations.Revision{begin, change} {
		d, err := migrations.Open(migrations.Postgres, dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Create(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "gen.toml"), []byte("models = [\".\"]\nrevisions = \".\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, speech bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &speech, getenv: func(string) string { return "" }, now: time.Now}
	code := a.run(t.Context(), []string{"verify", "--no-models", "2222", "-C", dir, "--url", dbtest.PostgresMajor(t, major)})
	if code != 0 || strings.Contains(out.String(), "to compare with") || strings.Contains(out.String(), "not seen") {
		t.Errorf("exit status %d\n%s%s", code, out.String(), speech.String())
	}
}

func databaseFrom(t *testing.T, text string) *schema.Database {
	t.Helper()
	db := &schema.Database{}
	if err := json.Unmarshal([]byte(text), db); err != nil {
		t.Fatal(err)
	}
	return db
}

// written are the statements of a script.
func written(t *testing.T, script string) []migrations.Statement {
	t.Helper()
	statements, err := migrations.Split(migrations.Postgres, script)
	if err != nil {
		t.Fatal(err)
	}
	for i := range statements {
		statements[i] = migrations.Statement{SQL: statements[i].SQL}
	}
	return statements
}

func addRename(r diff.Renames, rule string) diff.Renames {
	from, to, _ := strings.Cut(rule, "=")
	table, column, isColumn := strings.Cut(to, ".")
	if !isColumn {
		r.Tables = append(r.Tables, diff.TableRename{From: schema.Name{Schema: "public", Local: from}, To: schema.Name{Schema: "public", Local: to}})
		return r
	}
	_, old, _ := strings.Cut(from, ".")
	r.Columns = append(r.Columns, diff.ColumnRename{Table: schema.Name{Schema: "public", Local: table}, From: old, To: column})
	return r
}
