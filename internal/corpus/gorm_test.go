package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// ormDir is a module of its own: GORM is a witness, not a dependency.
const ormDir = "../../testdata/orm"

// ormWitness builds the program that lets GORM create tables, at a place of
// its own for each checkout.
var ormWitness = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(ormDir)
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dbtest.CacheDir(), fmt.Sprintf("orm-%x", sha256.Sum256([]byte(dir)))[:16])
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Dir = ormDir
	cmd.Env = append(cmd.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: "go build in testdata/orm: " + string(out), Err: err}
	}
	return bin, nil
})

// orm runs the witness; where its modules cannot be had the test is skipped,
// in CI it fails.
func orm(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	bin, err := ormWitness()
	if err != nil {
		dbtest.Absent(t, "the modules of testdata/orm: "+err.Error())
	}
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("orm %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// ormURL is the URL as GORM's drivers want it.
func (d *database) ormURL() string { return strings.TrimPrefix(d.url, "sqlite://") }

// A gormCase is a package of models with a configuration of GORM.
type gormCase struct {
	suite  string
	option string
	set    func(*modelscan.GormOptions)
}

func gormCases() []gormCase {
	none := func(*modelscan.GormOptions) {}
	return []gormCase{
		{"columns", "", none},
		{"keys", "", none},
		{"indexes", "", none},
		{"relations", "", none},
		{"types", "", none},
		{"edges", "", none},
		{"pg", "", none},
		{"joins", "", func(o *modelscan.GormOptions) {
			o.JoinTables = map[string]string{"User.Languages": "Spoken", "joins.User.Friends": "Friendship"}
		}},
		{"relations", "no-fks", func(o *modelscan.GormOptions) { o.DisableForeignKeys = true }},
		{"relations", "no-relations", func(o *modelscan.GormOptions) { o.IgnoreRelations = true }},
		{"relations", "singular", func(o *modelscan.GormOptions) { o.SingularTable = true }},
		{"relations", "prefix", func(o *modelscan.GormOptions) { o.TablePrefix = "pre_" }},
		{"keys", "no-lower", func(o *modelscan.GormOptions) { o.NoLowerCase = true }},
	}
}

// TestGormModelsAreWhatAutoMigrateMakes is law 7: GORM's own AutoMigrate on an
// empty database makes what gen reads from the same structs, and a database
// that gen builds from them is the same to an independent witness.
func TestGormModelsAreWhatAutoMigrateMakes(t *testing.T) {
	for _, p := range []product{postgres, sqlite} {
		for _, c := range gormCases() {
			if c.suite == "pg" && !p.postgres() {
				continue
			}
			t.Run(p.dialect.Name+"/"+strings.TrimSuffix(c.suite+"-"+c.option, "-"), func(t *testing.T) {
				t.Parallel()
				c.run(t, p)
			})
		}
	}
}

func (c gormCase) run(t *testing.T, p product) {
	theirs := newDatabase(t, p)
	if c.suite == "pg" && theirs.version/10000 < 15 {
		t.Skip("needs PostgreSQL 15: NULLS NOT DISTINCT")
	}
	args := []string{"migrate", p.dialect.Name, theirs.ormURL(), c.suite}
	if c.option != "" {
		args = append(args, c.option)
	}
	names := strings.Fields(orm(t, "", args...))
	o := &modelscan.GormOptions{Models: names}
	c.set(o)
	want := func(d *database) *schema.Database {
		res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: ormDir, Patterns: []string{"./models/" + c.suite}, Dialect: d.dialect, Gorm: o})
		if err != nil {
			t.Fatal(err)
		}
		return &res.Database
	}
	plan, err := theirs.plan(t.Context(), t, want(theirs), diff.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) > 0 {
		t.Errorf("gen finds differences in the database that AutoMigrate made:\n%s", describe(plan))
	}
	ours := build(t, p, "", want)
	if diff := cmp.Diff(strings.Split(gormWitness(t, theirs), "\n"), strings.Split(gormWitness(t, ours), "\n")); diff != "" {
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
	got := make([]string, len(words))
	for i, w := range words {
		got[i] = strings.Join(gormNames(w), "\t")
	}
	theirs := strings.Split(strings.TrimSuffix(orm(t, strings.Join(words, "\n"), "names"), "\n"), "\n")
	if diff := cmp.Diff(theirs, got); diff != "" {
		t.Errorf("(-GORM +gen):\n%s", diff)
	}
}

// gormNames are in the order in which the witness prints them.
func gormNames(word string) []string {
	n := gorm.Naming{IdentifierMaxLength: 63}
	return []string{
		n.Table(word), n.Column(word), n.JoinTable(word), n.Index("t.able", word), n.Unique("table", word), n.Check("table", word),
		gorm.Naming{SingularTable: true, TablePrefix: "x."}.Table(word),
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
