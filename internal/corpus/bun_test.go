package corpus_test

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/schema"
)

// bunDir is a module of its own: bun is a witness, not a dependency.
const bunDir = "../../testdata/orm/bun"

// A bunRelease is a module file beside that module's own, or "" for that.
type bunRelease string

// bunReleases are those that gen is held against: the last of each line. The
// statements of others are compared in package modelscan.
var bunReleases = []bunRelease{"1.1", "1.2", ""}

func (r bunRelease) String() string { return cmp.Or(string(r), "newest") }

// create lets bun create the tables of a suite and returns the names of its
// models.
func (r bunRelease) create(t testing.TB, args ...string) []string {
	t.Helper()
	var flags []string
	if r != "" {
		flags = []string{"-modfile=bun" + string(r) + ".mod"}
	}
	cmd := exec.CommandContext(t.Context(), dbtest.Program(t, bunDir, flags...), append([]string{"create"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("bun %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.Fields(stdout.String())
}

// dir is the module with the models, and with the release in its go.mod: that
// is where gen finds it.
func (r bunRelease) dir(t testing.TB) string {
	t.Helper()
	if r == "" {
		return bunDir
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"bun" + string(r) + ".mod": "go.mod", "bun" + string(r) + ".sum": "go.sum"} {
		data, err := os.ReadFile(filepath.Join(bunDir, from))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "models"), os.DirFS(filepath.Join(bunDir, "models"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A bunCase is a package of models with what the program says to CreateTable.
type bunCase struct {
	suite, option string
	options       modelscan.BunOptions
}

func bunCases() []bunCase {
	return []bunCase{
		{suite: "columns"}, {suite: "types"}, {suite: "fixed"}, {suite: "keys"}, {suite: "relations"}, {suite: "embeds"}, {suite: "pg"}, {suite: "twice"},
		{suite: "relations", option: "fks", options: modelscan.BunOptions{ForeignKeys: true}},
		{suite: "types", option: "varchar", options: modelscan.BunOptions{Varchar: 40}},
		{suite: "keys", option: "singular", options: modelscan.BunOptions{SingularTables: true}},
	}
}

// since is the major of PostgreSQL that has what the models need: multiranges.
func (c bunCase) since() int {
	if c.suite == "pg" {
		return 14
	}
	return 0
}

// TestBunModelsAreWhatCreateTableMakes is law 7: bun's own CreateTable on an
// empty database makes what gen reads from the same structs, and a database
// that gen builds from them is the same to an independent witness.
func TestBunModelsAreWhatCreateTableMakes(t *testing.T) {
	for _, r := range releases(bunReleases) {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			dir := r.dir(t)
			for _, p := range []product{postgres, sqlite} {
				for _, c := range inReach(t, bunCases(), bunCase.since) {
					if c.suite == "pg" && !p.postgres() {
						continue
					}
					t.Run(p.dialect.Name+"/"+strings.TrimSuffix(c.suite+"-"+c.option, "-"), func(t *testing.T) {
						t.Parallel()
						c.run(t, p.since(c.since()), r, dir)
					})
				}
			}
		})
	}
}

func (c bunCase) run(t *testing.T, p product, r bunRelease, dir string) {
	theirs := newDatabase(t, p)
	o := c.options
	o.Models = r.create(t, p.dialect.Name, theirs.ormURL(), c.suite, c.option)
	res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: dir, Patterns: []string{"./models/" + c.suite}, Dialect: p.dialect, Bun: &o})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := theirs.plan(t.Context(), t, &res.Database, diff.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) > 0 {
		t.Errorf("gen finds differences in the database that CreateTable made:\n%s", describe(plan))
	}
	ours := build(t, p, "", func(*database) *schema.Database { return &res.Database })
	if diff := gocmp.Diff(strings.Split(bunWitness(t, theirs), "\n"), strings.Split(bunWitness(t, ours), "\n")); diff != "" {
		t.Errorf("the database that gen builds is another one (-CreateTable +gen):\n%s", diff)
	}
}

// bunWitness is the database's witness. To SQLite types are the same in any
// case, the default null is none, and NOT NULL says nothing about a key that
// is the row's number, which has no index.
func bunWitness(t testing.TB, d *database) string {
	text := d.witness(t, d)
	if d.postgres() {
		return text
	}
	text = strings.ReplaceAll(strings.ToLower(text), `default="null" pk`, `default="" pk`)
	tables := strings.Split(text, "\ntable ")
	for i, table := range tables {
		if !strings.Contains(table, " origin=pk ") {
			tables[i] = strings.ReplaceAll(table, ` integer notnull=1 default="" pk=1 `, ` integer notnull=0 default="" pk=1 `)
		}
	}
	return strings.Join(tables, "\ntable ")
}
