package corpus_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/xorm"
	"github.com/gen-migrate/gen/schema"
)

const xormDir = "../../testdata/orm/xorm"

// xormReleases are older releases of xorm, each with a go.mod of its name.
var xormReleases = []string{"1.2.3", "1.3.9", "1.4.1"}

// xormProgram runs the witness with a release of xorm; empty: the newest.
func xormProgram(t testing.TB, release, stdin string, args ...string) string {
	t.Helper()
	var flags []string
	if release != "" {
		flags = []string{"-modfile=xorm" + release + ".mod", "-tags=xormold"}
	}
	return runProgram(t, dbtest.Program(t, xormDir, flags...), stdin, args...)
}

func runProgram(t testing.TB, bin, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(bin), strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// An xormCase is a package of models with a configuration of xorm.
type xormCase struct {
	suite  string
	option string
	only   string // product; empty: all
	set    func(*modelscan.XormOptions)
}

func xormCases() []xormCase {
	none := func(*modelscan.XormOptions) {}
	return []xormCase{
		{"columns", "", "", none},
		{"comments", "", "", none},
		{"keys", "", "", none},
		{"indexes", "", "", func(o *modelscan.XormOptions) {
			o.TableIndices = map[string][]string{"github.com/gen-migrate/gen/testdata/orm/xorm/models/indexes.Lists": {"one (a)"}}
		}},
		{"extends", "", "", none},
		{"types", "", "", none},
		{"pg", "", "postgres", none},
		{"lite", "", "sqlite", none},
		{"columns", "gonic", "", func(o *modelscan.XormOptions) { o.TableMapper, o.ColumnMapper = "gonic", "gonic" }},
		{"columns", "same", "", func(o *modelscan.XormOptions) { o.TableMapper, o.ColumnMapper = "same", "same" }},
		{"keys", "prefix", "", func(o *modelscan.XormOptions) { o.TablePrefix, o.ColumnSuffix = "pre_", "_x" }},
	}
}

// TestXormModelsAreWhatSyncMakes is law 7 for xorm: its own Sync on an empty
// database makes what gen reads from the same structs, and a database that gen
// builds from them is the same to an independent witness.
func TestXormModelsAreWhatSyncMakes(t *testing.T) {
	for _, p := range []product{postgres, sqlite} {
		for _, c := range xormCases() {
			if c.only != "" && c.only != p.dialect.Name {
				continue
			}
			t.Run(p.dialect.Name+"/"+strings.TrimSuffix(c.suite+"-"+c.option, "-"), func(t *testing.T) {
				t.Parallel()
				c.run(t, p, "")
			})
		}
	}
}

// TestXormReleases: the release of xorm decides where releases differ.
func TestXormReleases(t *testing.T) {
	for _, release := range releases(append(xormReleases, "")) {
		if release == "" {
			continue // TestXormModelsAreWhatSyncMakes
		}
		for _, p := range []product{postgres, sqlite} {
			for _, c := range xormCases() {
				if c.option != "" || c.only != "" && c.only != p.dialect.Name {
					continue
				}
				t.Run(release+"/"+p.dialect.Name+"/"+c.suite, func(t *testing.T) {
					t.Parallel()
					c.run(t, p, release)
				})
			}
		}
	}
}

func (c xormCase) run(t *testing.T, p product, release string) {
	theirs := newDatabase(t, p)
	args := []string{"sync", p.dialect.Name, theirs.ormURL(), c.suite}
	if c.option != "" {
		args = append(args, c.option)
	}
	o := &modelscan.XormOptions{Models: strings.Fields(xormProgram(t, release, "", args...)), Version: release}
	c.set(o)
	sameAsTheirs(t, p, theirs, func(d *database) *schema.Database {
		res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: xormDir, Patterns: []string{"./models/" + c.suite}, Dialect: d.dialect, Xorm: o})
		if err != nil {
			t.Fatal(err)
		}
		return &res.Database
	}, func(d *database) string { return xormWitnessText(t, d) })
}

// xormWitnessText is the database's witness. DEFAULT NULL is none; in SQLite,
// types are the same in any case, and NOT NULL of an integer primary key says
// what is so anyway; gen writes the shorter of each.
func xormWitnessText(t testing.TB, d *database) string {
	text := d.witness(t, d)
	if d.postgres() {
		return pgNull.ReplaceAllString(text, "")
	}
	text = strings.ReplaceAll(text, `default="null" pk`, `default="" pk`)
	text = liteColumn.ReplaceAllStringFunc(text, func(line string) string {
		m := liteColumn.FindStringSubmatch(line)
		return m[1] + strings.ToLower(m[2])
	})
	return liteRowid.ReplaceAllString(text, "${1}0$2")
}

var (
	pgNull     = regexp.MustCompile(` DEFAULT NULL::[a-z ]+`)
	liteColumn = regexp.MustCompile(`(?m)^(  column \S+)( .* notnull=)`)
	liteRowid  = regexp.MustCompile(`(?m)^(  column \S+ integer notnull=)1( default="" pk=1 .*)$`)
)

// sameAsTheirs compares what the models say with the database that an ORM made
// of them, and that with one that gen makes.
func sameAsTheirs(t *testing.T, p product, theirs *database, want func(*database) *schema.Database, witness func(*database) string) {
	t.Helper()
	plan, err := theirs.plan(t.Context(), t, want(theirs), diff.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) > 0 {
		t.Errorf("gen finds differences in the database that the ORM made:\n%s", describe(plan))
	}
	ours := build(t, p, "", want)
	if diff := cmp.Diff(strings.Split(witness(theirs), "\n"), strings.Split(witness(ours), "\n")); diff != "" {
		t.Errorf("the database that gen builds is another one (-ORM +gen):\n%s", diff)
	}
}

// TestXormNames compares the mappers on words that are hard for them.
func TestXormNames(t *testing.T) {
	words := strings.Fields(gormWords)
	got := make([]string, len(words))
	for i, w := range words {
		got[i] = strings.Join([]string{xorm.Mapper{}.Name(w), xorm.Mapper{Rule: "gonic"}.Name(w), xorm.Mapper{Rule: "same"}.Name(w)}, "\t")
	}
	theirs := strings.Split(strings.TrimSuffix(xormProgram(t, "", strings.Join(words, "\n"), "names"), "\n"), "\n")
	if diff := cmp.Diff(theirs, got); diff != "" {
		t.Errorf("(-xorm +gen):\n%s", diff)
	}
}
