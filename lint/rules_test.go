package lint_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/lint/postgres"
	"github.com/gen-migrate/gen/lint/sqlite"
	"github.com/gen-migrate/gen/migrations"
)

var update = flag.Bool("update", false, "rewrite what the corpus wants")

// A ruleCase is what the corpus has on one rule: RULE/before (or "before" of the
// archive), RULE/fires, RULE/quiet, RULE/want and RULE/config.
type ruleCase struct {
	before, fires, quiet, want, config string
}

// TestRules holds each rule of each product to three cases: one in which it fires,
// with the findings in words; one in which it must not; and the first once more with
// lines that leave the findings out.
func TestRules(t *testing.T) {
	for _, d := range []migrations.Dialect{migrations.Postgres, migrations.SQLite} {
		t.Run(string(d), func(t *testing.T) {
			cases := map[string]*ruleCase{}
			files, err := filepath.Glob("testdata/" + string(d) + "/*.txtar")
			if err != nil || len(files) == 0 {
				t.Fatal("no corpus", err)
			}
			for _, f := range files {
				readCases(t, f, cases)
			}
			for _, rule := range lint.Rules() {
				if !slices.Contains(rule.On, d) {
					continue
				}
				c := cases[rule.ID]
				if c == nil {
					t.Errorf("the corpus has nothing on %s", rule.ID)
					continue
				}
				delete(cases, rule.ID)
				t.Run(rule.ID, func(t *testing.T) { c.check(t, d, rule) })
			}
			for id := range cases {
				t.Errorf("the corpus has %s, which is no rule for %s", id, d)
			}
			if *update {
				for _, f := range files {
					rewrite(t, d, f)
				}
			}
		})
	}
}

func readCases(t *testing.T, path string, cases map[string]*ruleCase) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := ""
	for _, f := range archive.Files {
		id, part, ok := strings.Cut(f.Name, "/")
		if !ok {
			before = string(f.Data)
			continue
		}
		c := cases[id]
		if c == nil {
			c = &ruleCase{before: before}
			cases[id] = c
		}
		to := map[string]*string{"before": &c.before, "fires": &c.fires, "quiet": &c.quiet, "want": &c.want, "config": &c.config}[part]
		if to == nil {
			t.Fatalf("%s: unknown part %s", path, f.Name)
		}
		*to = string(f.Data)
	}
}

func (c *ruleCase) check(t *testing.T, d migrations.Dialect, rule lint.Rule) {
	if c.fires == "" || c.quiet == "" {
		t.Fatal("needs fires and quiet")
	}
	fired := c.run(t, d, rule, c.fires, true)
	if len(fired) == 0 {
		t.Fatal("does not fire")
	}
	if !*update {
		if diff := cmp.Diff(c.want, findingText(fired)); diff != "" {
			t.Errorf("fires otherwise (- want, + got; -update):\n%s", diff)
		}
	}
	if quiet := c.run(t, d, rule, c.quiet, false); len(quiet) > 0 {
		t.Errorf("must be quiet here:\n%s", findingText(quiet))
	}
	if rule.Family() == "LINT" {
		return // about the lines themselves
	}
	lines := strings.Split(c.fires, "\n")
	at := []int{}
	for _, f := range fired {
		if n := f.Line - headerLines; !slices.Contains(at, n) {
			at = append(at, n)
		}
	}
	slices.Sort(at)
	for _, n := range slices.Backward(at) {
		lines = slices.Insert(lines, n-1, "-- gen:lint-ignore "+rule.ID+" looked at")
	}
	for _, f := range c.runAll(t, d, rule, strings.Join(lines, "\n"), true) {
		if f.Rule == rule.ID || f.Rule == "LINT01" {
			t.Errorf("left out, and still there: %s", findingText([]lint.Finding{f}))
		}
	}
}

// run is the findings of the rule.
func (c *ruleCase) run(t *testing.T, d migrations.Dialect, rule lint.Rule, body string, fires bool) []lint.Finding {
	t.Helper()
	return slices.DeleteFunc(c.runAll(t, d, rule, body, fires), func(f lint.Finding) bool { return f.Rule != rule.ID })
}

func (c *ruleCase) runAll(t *testing.T, d migrations.Dialect, rule lint.Rule, body string, fires bool) []lint.Finding {
	t.Helper()
	parents := "aaaa"
	if fires && strings.Contains(c.config, "two heads") {
		parents = ""
	}
	first := parse(t, d, "aaaa", "", c.before)
	second := parse(t, d, "bbbb", parents, body)
	o := lint.Options{Severity: map[string]lint.Severity{}}
	if rule.Severity == lint.Off {
		o.Severity[rule.ID] = lint.Note
	}
	return lint.Run(d, reader(d, c.config), []*migrations.Revision{first, second}, func(r *migrations.Revision) bool { return r == second }, o)
}

var configured = regexp.MustCompile(`(server|library)=([0-9]+)`)

func reader(d migrations.Dialect, config string) lint.Reader {
	n := 0
	if m := configured.FindStringSubmatch(config); m != nil {
		n, _ = strconv.Atoi(m[2])
	}
	if d == migrations.SQLite {
		return sqlite.New(sqlite.Facts{Library: n})
	}
	return postgres.New(postgres.Facts{Server: n, LockTimeout: true})
}

func parse(t *testing.T, d migrations.Dialect, id, parents, body string) *migrations.Revision {
	t.Helper()
	text := fmt.Sprintf("-- revision: %s\n-- parents: %s\n-- dialect: %s\n\n-- gen:up\n%s", id, parents, d, body)
	r, err := migrations.Parse(id+".sql", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return r
}

// findingText is a line for each finding; lines count from the statements on.
func findingText(findings []lint.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%d:%d %s %s: %s\n", f.Line-headerLines, f.Col, f.Severity, f.Object, f.Text)
	}
	return b.String()
}

// rewrite puts what was found into the archive.
func rewrite(t *testing.T, d migrations.Dialect, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]*ruleCase{}
	readCases(t, path, cases)
	var out []txtar.File
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, "/want") {
			continue
		}
		out = append(out, f)
		if id, part, _ := strings.Cut(f.Name, "/"); part == "fires" {
			rule, _ := lint.FindRule(id)
			c := cases[id]
			out = append(out, txtar.File{Name: id + "/want", Data: []byte(findingText(c.run(t, d, rule, c.fires, true)))})
		}
	}
	archive.Files = out
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryRuleIsLookedFor holds the list of rules against the rooms.
func TestEveryRuleIsLookedFor(t *testing.T) {
	ours := []string{"DATA13", "TX03", "LINT01", "LINT02"} // of Run itself
	for d, checked := range map[migrations.Dialect][]string{migrations.Postgres: postgres.Checked(), migrations.SQLite: sqlite.Checked()} {
		for _, rule := range lint.Rules() {
			looked := slices.Contains(checked, rule.ID) || slices.Contains(ours, rule.ID)
			if on := slices.Contains(rule.On, d); on != looked {
				t.Errorf("%s: %s is listed: %v, looked for: %v", d, rule.ID, on, looked)
			}
		}
	}
}

// headerLines are the lines that parse puts before a body.
const headerLines = 5
