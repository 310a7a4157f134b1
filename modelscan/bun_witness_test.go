package modelscan

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan/bun"
)

// bunDir is a module of its own: bun is a witness, not a dependency.
const bunDir = "../testdata/orm/bun"

// bunReleases are the module files of the witness and the releases in them.
// What changed between them: the calls of Version.Before in modelscan/bun.
var bunReleases = map[string]string{"": "1.3.0", "1.1": "1.1.17", "1.2.5": "1.2.5", "1.2.9": "1.2.9", "1.2": "1.2.18"}

// askBun runs the witness.
func askBun(t testing.TB, file, stdin string, args ...string) string {
	t.Helper()
	var flags []string
	if file != "" {
		flags = []string{"-modfile=bun" + file + ".mod"}
	}
	cmd := exec.CommandContext(t.Context(), dbtest.Program(t, bunDir, flags...), args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("bun %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// TestBunStatements: what gen reads is what bun writes, word for word, in each
// dialect and release. No database is needed.
func TestBunStatements(t *testing.T) {
	for file, version := range bunReleases {
		for _, product := range []string{"postgres", "sqlite", "mysql"} {
			for _, suite := range []string{"columns", "types", "fixed", "keys", "relations", "embeds", "pg", "twice"} {
				for _, option := range []string{"", "fks", "varchar", "singular"} {
					if suite == "pg" && product != "postgres" || suite == "fixed" && product == "mysql" || option == "fks" && suite != "relations" || option == "singular" && (suite == "relations" || suite == "pg") {
						continue
					}
					t.Run(strings.TrimSuffix(version+"/"+product+"/"+suite+"-"+option, "-"), func(t *testing.T) {
						t.Parallel()
						theirs := strings.Split(strings.TrimSuffix(askBun(t, file, "", "sql", product, suite, option), "\n"), "\n")
						var models []string
						for i, line := range theirs {
							name, statement, _ := strings.Cut(line, "\t")
							models = append(models, name)
							theirs[i] = plainStatement(statement)
						}
						v, err := parseBunVersion(version)
						if err != nil {
							t.Fatal(err)
						}
						c := bun.Config{Dialect: product, Version: v, ForeignKeys: option == "fks", Singular: option == "singular"}
						if option == "varchar" {
							c.Varchar = 40
						}
						if diff := cmp.Diff(theirs, bunStatements(t, suite, models, c)); diff != "" {
							t.Errorf("(-bun +gen):\n%s", diff)
						}
					})
				}
			}
		}
	}
}

// bunStatements are gen's statements for the models of a suite.
func bunStatements(t *testing.T, suite string, models []string, c bun.Config) []string {
	t.Helper()
	s, err := newScanner(context.Background(), Options{Dir: bunDir, Patterns: []string{"./models/" + suite}, Dialect: dialect.Postgres()})
	if err != nil {
		t.Fatal(err)
	}
	types := newBunTypes(s)
	var list []*bun.Type
	for _, d := range s.typesNamed(models, map[string]bool{}) {
		list = append(list, types.decl(d))
	}
	tables, problems := bun.Create(list, c)
	for _, p := range problems {
		if !p.Warning {
			t.Errorf("%s: %s", p.Model.Name, p.Text)
		}
	}
	var out []string
	for _, table := range tables {
		out = append(out, plainStatement(bunStatement(table, c.Dialect)))
	}
	return out
}

// bunStatement writes a table as bun does, without actions that are none.
func bunStatement(t bun.Table, product string) string {
	quote := func(name string) string {
		q := `"`
		if product == "mysql" {
			q = "`"
		}
		return q + strings.ReplaceAll(name, ".", q+"."+q) + q
	}
	list := func(names []string) string {
		var quoted []string
		for _, n := range names {
			quoted = append(quoted, quote(n))
		}
		return "(" + strings.Join(quoted, ", ") + ")"
	}
	var parts []string
	for _, c := range t.Columns {
		parts = append(parts, quote(c.Name)+" "+c.SQL)
	}
	if len(t.PrimaryKey) > 0 {
		parts = append(parts, "PRIMARY KEY "+list(t.PrimaryKey))
	}
	for _, u := range t.Uniques {
		name := ""
		if u.Name != "" {
			name = "CONSTRAINT " + quote(u.Name) + " "
		}
		parts = append(parts, name+"UNIQUE "+list(u.Columns))
	}
	for _, k := range t.ForeignKeys {
		line := "FOREIGN KEY " + list(k.Columns) + " REFERENCES " + quote(k.RefTable) + " " + list(k.RefColumns)
		if k.OnUpdate != "" {
			line += " ON UPDATE " + k.OnUpdate
		}
		if k.OnDelete != "" {
			line += " ON DELETE " + k.OnDelete
		}
		parts = append(parts, line)
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", quote(t.Name), strings.Join(parts, ", "))
}

var (
	bunNoAction = regexp.MustCompile(` ON (UPDATE|DELETE) NO ACTION`)
	bunSpaces   = regexp.MustCompile(` +`)
)

// plainStatement leaves out what says nothing, and sorts the foreign keys,
// whose order was random up to 1.2.9.
func plainStatement(s string) string {
	s = bunSpaces.ReplaceAllString(bunNoAction.ReplaceAllString(s, ""), " ")
	s = strings.NewReplacer(" ,", ",", " )", ")").Replace(s)
	head, keys, found := strings.Cut(strings.TrimSuffix(s, ")"), ", FOREIGN KEY ")
	if !found {
		return s
	}
	list := strings.Split(keys, ", FOREIGN KEY ")
	slices.Sort(list)
	return head + "\n  FOREIGN KEY " + strings.Join(list, "\n  FOREIGN KEY ")
}

// TestBunNames compares the names of columns on words that are hard for bun.
func TestBunNames(t *testing.T) {
	words := strings.Fields(bunWords)
	var got []string
	for _, w := range words {
		got = append(got, bun.Underscore(w))
	}
	theirs := strings.Split(strings.TrimSuffix(askBun(t, "", strings.Join(words, "\n"), "names"), "\n"), "\n")
	if diff := cmp.Diff(theirs, got); diff != "" {
		t.Errorf("(-bun +gen):\n%s", diff)
	}
}

// TestBunTags: gen cuts tags as bun does, whatever stands in them.
func TestBunTags(t *testing.T) {
	pieces := []string{",", ",", ":", `"`, `"`, `\`, "(", ")", "'", " ", "a", "pk", "type:", "default:", "unique", "varchar(3,4)", "é"}
	random := rand.New(rand.NewPCG(1, 2))
	var quoted, want []string
	for range 5000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		tag := bun.ParseTag(b.String())
		quoted = append(quoted, strconv.Quote(b.String()))
		want = append(want, fmt.Sprintf("%s: %q %q", quoted[len(quoted)-1], tag.Name, tag.Options))
	}
	got := strings.Split(strings.TrimSuffix(askBun(t, "", strings.Join(quoted, "\n"), "tags"), "\n"), "\n")
	for i := range got {
		got[i] = quoted[min(i, len(quoted)-1)] + ": " + got[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-gen +bun):\n%s", diff)
	}
}

const bunWords = `
ID UserID XMLHTTPRequest HTTPSPort OAuthID IDs TmP PlanB UserID2 A AB ABC Ab A1 A1B X_y A_B A__B Über ÄÖÜ CaféID MD5Hash X509Cert CreatedAtUTC IPv4
EC2ID S3Key FooBarBaz FOOBar FooBAR FooB FBar UserIds UTF8Text PostgreSQL URL URLs Name_X VMID
`
