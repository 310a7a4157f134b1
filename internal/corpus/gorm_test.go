package corpus_test

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// ormDir is a module of its own: GORM is a witness, not a dependency.
const ormDir = "../../testdata/orm"

// A gormRelease is GORM with the drivers of its time.
type gormRelease struct {
	version string // empty: that of go.mod
	names   gorm.Naming
	unnamed bool // uniques have the names the server gives them
}

// gormReleases are those that gen is held against. What changed between them:
// modelscan/gorm/version.go.
var gormReleases = []gormRelease{
	{version: "1.24", unnamed: true},
	{version: "1.25.0", unnamed: true},
	{version: "1.25.12", names: gorm.Naming{IdentifierMaxLength: 63}},
	{names: gorm.Naming{IdentifierMaxLength: 63}},
}

func (r gormRelease) String() string { return cmp.Or(r.version, "newest") }

// orm runs the witness.
func (r gormRelease) orm(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	var flags []string
	if r.version != "" {
		flags = []string{"-modfile=gorm" + r.version + ".mod", "-tags=gorm" + r.version}
	}
	cmd := exec.CommandContext(t.Context(), dbtest.Program(t, ormDir, flags...), args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("orm %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// dir is the module with the models, and with the release in its go.mod: that
// is where gen finds it.
func (r gormRelease) dir(t testing.TB) string {
	t.Helper()
	if r.version == "" {
		return ormDir
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"gorm" + r.version + ".mod": "go.mod", "gorm" + r.version + ".sum": "go.sum"} {
		data, err := os.ReadFile(filepath.Join(ormDir, from))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, sub := range []string{"models", "nocgo"} {
		if err := os.CopyFS(filepath.Join(dir, sub), os.DirFS(filepath.Join(ormDir, sub))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ormURL is the URL as GORM's drivers want it.
func (d *database) ormURL() string { return strings.TrimPrefix(d.url, "sqlite://") }

// A gormCase is a package of models with a configuration of GORM.
type gormCase struct {
	suite  string
	option string
	set    func(*modelscan.GormOptions)
	newest bool // older releases cannot do it, or do it the same way
}

// anywhere: what older releases do otherwise here is the same in every dialect.
func (c gormCase) anywhere() bool {
	return c.suite == "types" || c.suite == "joins" || c.suite == "calls"
}

func gormCases() []gormCase {
	none := func(*modelscan.GormOptions) {}
	return []gormCase{
		{"columns", "", none, false},
		{"keys", "", none, false},
		{"indexes", "", none, false},
		{"relations", "", none, false},
		{"types", "", none, false},
		{"edges", "", none, false},
		{"pg", "", none, false},
		{"joins", "", func(o *modelscan.GormOptions) {
			o.JoinTables = map[string]string{"User.Languages": "Spoken", "joins.User.Friends": "Friendship"}
		}, false},
		{"late", "", none, true},
		{"datatypes", "", none, true},
		{"relations", "no-fks", func(o *modelscan.GormOptions) { o.DisableForeignKeys = true }, true},
		{"relations", "no-relations", func(o *modelscan.GormOptions) { o.IgnoreRelations = true }, true},
		{"relations", "singular", func(o *modelscan.GormOptions) { o.SingularTable = true }, true},
		{"relations", "prefix", func(o *modelscan.GormOptions) { o.TablePrefix = "pre_" }, true},
		{"calls", "calls", oneByOne, false},
		{"relations", "calls", oneByOne, true},
		{"edges", "calls", oneByOne, true},
		{"relations", "replacer", func(o *modelscan.GormOptions) { o.NameReplacer = []string{"CID", "Cid", "User", "Member"} }, true},
		{"keys", "no-lower", func(o *modelscan.GormOptions) { o.NoLowerCase = true }, true},
	}
}

// oneByOne is a call of AutoMigrate for each model.
func oneByOne(o *modelscan.GormOptions) {
	for _, m := range o.Models {
		o.Calls = append(o.Calls, []string{m})
	}
	o.Models = nil
}

// TestGormModelsAreWhatAutoMigrateMakes is law 7: GORM's own AutoMigrate on an
// empty database makes what gen reads from the same structs, and a database
// that gen builds from them is the same to an independent witness.
func TestGormModelsAreWhatAutoMigrateMakes(t *testing.T) {
	for _, r := range releases(gormReleases) {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			dir := r.dir(t)
			for _, p := range []product{postgres, sqlite} {
				for _, c := range inReach(t, gormCases(), gormCase.since) {
					if c.suite == "pg" && !p.postgres() || r.version != "" && (c.newest || !p.postgres() && c.anywhere()) {
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

// since is the major of PostgreSQL that has what the models need: NULLS NOT
// DISTINCT.
func (c gormCase) since() int {
	if c.suite == "pg" {
		return 15
	}
	return 0
}

func (c gormCase) run(t *testing.T, p product, r gormRelease, dir string) {
	theirs := newDatabase(t, p)
	args := []string{"migrate", p.dialect.Name, theirs.ormURL(), c.suite}
	if c.option != "" {
		args = append(args, c.option)
	}
	o := &modelscan.GormOptions{Models: strings.Fields(r.orm(t, "", args...))}
	c.set(o)
	res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: dir, Patterns: []string{"./models/" + c.suite}, Dialect: p.dialect, Gorm: o})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := theirs.plan(t.Context(), t, &res.Database, diff.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) > 0 {
		t.Errorf("gen finds differences in the database that AutoMigrate made:\n%s", describe(plan))
	}
	ours := build(t, p, "", func(*database) *schema.Database { return &res.Database })
	if diff := gocmp.Diff(strings.Split(gormWitness(t, theirs), "\n"), strings.Split(gormWitness(t, ours), "\n")); diff != "" {
		t.Errorf("the database that gen builds is another one (-AutoMigrate +gen):\n%s", diff)
	}
}

// gormWitness is the database's witness. GORM's SQLite driver writes strings in
// double quotes, DEFAULT NULL and ASC, types in any case, and names the unique
// constraint of a column, which gen leaves without a name in SQLite.
func gormWitness(t testing.TB, d *database) string {
	text := d.witness(t, d)
	if d.postgres() {
		return text
	}
	text = liteString.ReplaceAllString(text, `default="$1" pk`)
	text = strings.ReplaceAll(text, `default="null" pk`, `default="" pk`)
	for strings.Contains(text, `''`) { // how quotes are doubled depends on those around
		text = strings.ReplaceAll(text, `''`, `'`)
	}
	text = strings.ReplaceAll(strings.ToLower(text), " asc )", " )")
	return liteUnique.ReplaceAllString(text, "")
}

var (
	liteString = regexp.MustCompile(`default="'(.*)'" pk`)
	liteUnique = regexp.MustCompile(`(?m)^  constraint uni_.*\n`)
)

// TestGormNames compares the naming strategy on words that are hard for it.
func TestGormNames(t *testing.T) {
	words := strings.Fields(gormWords)
	for _, r := range gormReleases {
		t.Run(r.String(), func(t *testing.T) {
			got := make([]string, len(words))
			for i, w := range words {
				got[i] = strings.Join(r.namesOf(w), "\t")
			}
			theirs := strings.Split(strings.TrimSuffix(r.orm(t, strings.Join(words, "\n"), "names"), "\n"), "\n")
			if diff := gocmp.Diff(theirs, got); diff != "" {
				t.Errorf("(-GORM +gen):\n%s", diff)
			}
		})
	}
}

// namesOf are in the order in which the witness prints them.
func (r gormRelease) namesOf(word string) []string {
	n := r.names
	unique := n.Unique("table", word)
	if r.unnamed {
		unique = ""
	}
	return []string{
		n.Table(word), n.Column(word), n.JoinTable(word), n.Index("t.able", word), unique, n.Check("table", word),
		gorm.Naming{SingularTable: true, TablePrefix: "x."}.Table(word),
		gorm.Naming{Replacer: []string{"CID", "Cid", "User", "Member"}, NoLowerCase: true}.Column(word),
	}
}

const gormWords = `
ID UserID HTTPSPort OIDCClient OAuthToken IPv4 IPv6 IDs Name_X EC2ID MD5Hash X509Cert CreatedAtUTC FooID1 PostgreSQL XSSFilter S3Key APIKeys VMID
HTTPServer userID UserIDs SQLInjection UTF8Text ASCIICode CPUUsage A AB ABC aB Ab A1 A1B Über Größe ÄÖÜ CaféID 日本 x X _x X_ __A A__B user_languages User_Languages
Person People SalesPerson Human Man Woman Child Equipment UserEquipment Information Rice Money Species Series Fish Sheep Jeans Police
Status Index Virus Axis Leaf Data Media Metadata Hero Tomato Criterion Process Users Schema Category Box Bus Quiz Ox Mouse Matrix Vertex Analysis
Wife Half Hive Query Toy Church Dish Kiss Alias Octopus Buffalo News Movie Move Sex Shoe Day Medium Datum Bacterium Address Company API APIKey UUIDs
AVeryLongModelNameThatGoesOnAndOnUntilItIsLongerThanSixtyThreeBytesLong ÜberlangerNameMitUmlautenDerDieGrenzeVonDreiundsechzigBytesÜberschreitetÄÖÜ
`

// TestGormCircle: tables whose foreign keys go in a circle are created all the
// same; AutoMigrate fails at them on an empty database.
func TestGormCircle(t *testing.T) {
	dir := t.TempDir()
	src := "package m\n\ntype Hen struct {\n\tID uint\n\tFirstID uint\n\tFirst *Egg\n}\n\ntype Egg struct {\n\tID uint\n\tLayerID uint\n\tLayer *Hen\n}\n"
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "m.go": src} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []product{postgres, sqlite} {
		t.Run(p.dialect.Name, func(t *testing.T) {
			t.Parallel()
			res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: dir, Patterns: []string{"."}, Dialect: p.dialect, Gorm: &modelscan.GormOptions{Models: []string{"Hen", "Egg"}}})
			if err != nil {
				t.Fatal(err)
			}
			keys := 0
			for _, table := range build(t, p, "", func(*database) *schema.Database { return &res.Database }).have(t).Tables {
				keys += len(table.ForeignKeys)
			}
			if keys != 2 {
				t.Errorf("got %d foreign keys, want 2", keys)
			}
		})
	}
}
