package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/xorm"
	"github.com/gen-migrate/gen/schema"
)

// A witnessModule is a module under testdata/orm that lets an ORM create
// tables: ORMs are witnesses, not dependencies.
type witnessModule struct {
	dir   string
	build func() (string, error)
}

// newWitnessModule is the module in a directory; modfile names another go.mod
// for it, empty: its own.
func newWitnessModule(dir, modfile string) *witnessModule {
	return &witnessModule{dir, sync.OnceValues(func() (string, error) {
		abs, err := filepath.Abs(filepath.Join(dir, modfile))
		if err != nil {
			return "", err
		}
		// At a place of its own for each checkout.
		bin := filepath.Join(dbtest.CacheDir(), fmt.Sprintf("orm-%x", sha256.Sum256([]byte(abs)))[:16])
		args := []string{"build", "-o", bin}
		if modfile != "" {
			args = append(args, "-modfile="+modfile)
		}
		cmd := exec.Command("go", append(args, ".")...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go build in %s: %w: %s", dir, err, out)
		}
		return bin, nil
	})}
}

// run runs the witness; where its modules cannot be had the test is skipped,
// in CI it fails.
func (m *witnessModule) run(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	bin, err := m.build()
	if err != nil {
		dbtest.Absent(t, "the modules of "+m.dir+": "+err.Error())
	}
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(m.dir), strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

const xormDir = "../../testdata/orm/xorm"

var xormWitness = newWitnessModule(xormDir, "")

// xormReleases are older releases of xorm, by the version in the name of their
// go.mod.
var xormReleases = map[string]*witnessModule{
	"1.2.3": newWitnessModule(xormDir, "xorm1.2.3.mod"),
	"1.3.9": newWitnessModule(xormDir, "xorm1.3.9.mod"),
	"1.4.1": newWitnessModule(xormDir, "xorm1.4.1.mod"),
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
				c.run(t, p, xormWitness, "")
			})
		}
	}
}

// TestXormReleases: the release of xorm decides where releases differ.
func TestXormReleases(t *testing.T) {
	for _, release := range slices.Sorted(maps.Keys(xormReleases)) {
		for _, p := range []product{postgres, sqlite} {
			for _, c := range xormCases() {
				if c.option != "" || c.only != "" && c.only != p.dialect.Name {
					continue
				}
				t.Run(release+"/"+p.dialect.Name+"/"+c.suite, func(t *testing.T) {
					t.Parallel()
					c.run(t, p, xormReleases[release], release)
				})
			}
		}
	}
}

func (c xormCase) run(t *testing.T, p product, witness *witnessModule, version string) {
	theirs := newDatabase(t, p)
	args := []string{"sync", p.dialect.Name, theirs.ormURL(), c.suite}
	if c.option != "" {
		args = append(args, c.option)
	}
	o := &modelscan.XormOptions{Models: strings.Fields(witness.run(t, "", args...)), Version: version}
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
	theirs := strings.Split(strings.TrimSuffix(xormWitness.run(t, strings.Join(words, "\n"), "names"), "\n"), "\n")
	if diff := cmp.Diff(theirs, got); diff != "" {
		t.Errorf("(-xorm +gen):\n%s", diff)
	}
}
