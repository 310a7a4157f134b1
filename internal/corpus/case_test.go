package corpus_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

var update = flag.Bool("update", false, "write what came out into testdata/cases")

// A golden is testdata/cases/<object>_<what>.txtar: what a change of models
// becomes on each product. Its files:
//
//	old.go new.go   the models before and after; without one there are none
//	args            lines "rename old=new", "no-rename old", "only postgres",
//	                "only sqlite", "from 15": PostgreSQL from that major on,
//	                "fails": the upgrade is refused by the server, and the
//	                database is as before
//	setup.sql       what the models need and gen does not manage (PostgreSQL)
//	rows.sql        rows put in between
//
// and what comes out, written by -update:
//
//	changes         the changes in words; sqlite.changes where SQLite differs
//	postgres.sql postgres.down.sql sqlite.sql sqlite.down.sql
//	error           or sqlite.error: why there is no plan
//	fails           or sqlite.fails: what the server says against it
//
// Every case runs on real servers: to old, to new (where a second plan must be
// empty), back to old and again to new.
type golden struct {
	name    string
	archive *txtar.Archive
	args    caseArgs
	out     map[string]string // what came out, by file name
}

type caseArgs struct {
	answers diff.Answers
	only    string
	from    int
	fails   bool
}

func TestCases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "testdata", "cases", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			g := &golden{name: filepath.Base(path), archive: archive, out: map[string]string{}}
			g.parseArgs(t)
			dir := g.write(t)
			compared := true
			for _, p := range []product{postgres, sqlite} {
				switch {
				case g.args.only != "" && g.args.only != p.dialect.Name:
				case p.postgres() && leftOut(t, g.args.from):
					compared = false
				default:
					ran := false
					t.Run(p.dialect.Name, func(t *testing.T) { ran = g.run(t, p.since(g.args.from), dir) })
					compared = compared && ran
				}
			}
			if compared && !t.Failed() {
				g.compare(t, path)
			}
		})
	}
}

func (g *golden) file(name string) (string, bool) {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

func (g *golden) parseArgs(t *testing.T) {
	t.Helper()
	text, _ := g.file("args")
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "":
		case "rename":
			g.args.answers.Rename = append(g.args.answers.Rename, value)
		case "no-rename":
			g.args.answers.NoRename = append(g.args.answers.NoRename, value)
		case "fails":
			g.args.fails = true
		case "only":
			g.args.only = value
		case "from":
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			g.args.from = n
		default:
			t.Fatalf("unknown argument %q", line)
		}
	}
}

// write puts the models into a module of their own.
func (g *golden) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("go.mod", "module example.com/m\n\ngo 1.26\n")
	for _, version := range []string{"old", "new"} {
		if text, ok := g.file(version + ".go"); ok {
			put(version+"/models.go", text)
		}
	}
	return dir
}

func (g *golden) models(t *testing.T, d *database, dir, version string) *schema.Database {
	t.Helper()
	if _, ok := g.file(version + ".go"); !ok {
		return &schema.Database{}
	}
	return d.scan(t, dir, "./"+version)
}

// run takes the case through a real database. It is false where the server spells
// expressions in another way than the files.
func (g *golden) run(t *testing.T, p product, dir string) bool {
	d := newDatabase(t, p, "app", "other")
	if setup, ok := g.file("setup.sql"); ok && d.postgres() {
		d.exec(t, setup)
	}
	if _, ok := g.file("old.go"); ok {
		d.step(t, g.models(t, d, dir, "old"), diff.Answers{})
	}
	rows, _ := g.file("rows.sql")
	d.exec(t, rows)
	before := catalog(d.have(t))
	want := g.models(t, d, dir, "new")
	plan, err := d.plan(t.Context(), t, want, g.args.answers)
	prefix := ""
	if !d.postgres() {
		prefix = "sqlite."
	}
	if err != nil {
		g.out[prefix+"error"] = strings.TrimRight(strings.ReplaceAll(err.Error(), dir+"/", ""), "\n") + "\n"
		return true
	}
	g.out[prefix+"changes"] = describe(plan)
	for i, one := range []diff.Plan{plan, plan.Reverse()} {
		name := []string{".sql", ".down.sql"}[i]
		o := render.Options{ServerVersion: d.version}
		if d.postgres() {
			o.ServerVersion = max(g.args.from, 15) * 10000
		}
		list, err := d.render(one, o)
		if u, ok := errors.AsType[*render.UnsupportedError](err); ok {
			g.out[prefix+"error"] = fmt.Sprintf("%v\n", explain(u))
			return true
		}
		if err != nil {
			t.Fatal(err)
		}
		g.out[d.dialect.Name+name] = statementsText(list)
	}
	if len(plan.Changes) == 0 {
		return true
	}
	data := d.revision(t, plan)
	d.same(t, want, g.args.answers, data)
	d.add(data)
	if g.args.fails {
		_, err := d.runnerOf(t).Upgrade(t.Context(), "head")
		if err == nil {
			t.Fatalf("the upgrade was to fail:\n%s", data)
		}
		line, _, _ := strings.Cut(err.Error(), "\n")
		g.out[prefix+"fails"] = line + "\n"
		if got := catalog(d.have(t)); got != before {
			t.Errorf("a revision that failed has changed the database (-before +after):\n%s\n%s", lineDiff(before, got), data)
		}
		return !d.postgres() || d.version >= 150000
	}
	d.upgrade(t, "head")
	d.clean(t, want)
	after := catalog(d.have(t))
	d.downgrade(t, "-1")
	if got := catalog(d.have(t)); got != before {
		t.Errorf("down does not lead back (-before +after):\n%s\n%s", lineDiff(before, got), data)
	}
	d.upgrade(t, "head")
	if got := catalog(d.have(t)); got != after {
		t.Errorf("up again leads elsewhere (-first +again):\n%s\n%s", lineDiff(after, got), data)
	}
	return !d.postgres() || d.version >= 150000
}

// outputs are the files that come out, in the order of the archive.
var outputs = []string{"changes", "error", "postgres.sql", "postgres.down.sql", "fails", "sqlite.changes", "sqlite.error", "sqlite.sql", "sqlite.down.sql", "sqlite.fails"}

func (g *golden) compare(t *testing.T, path string) {
	t.Helper()
	if g.args.only == "sqlite" {
		for _, name := range []string{"changes", "error", "fails"} {
			if text, ok := g.out["sqlite."+name]; ok {
				g.out[name] = text
				delete(g.out, "sqlite."+name)
			}
		}
	}
	for _, name := range []string{"changes", "error"} {
		if g.out["sqlite."+name] == g.out[name] {
			delete(g.out, "sqlite."+name)
		}
	}
	result := &txtar.Archive{Comment: g.archive.Comment}
	for _, f := range g.archive.Files {
		if !slices.Contains(outputs, f.Name) {
			result.Files = append(result.Files, f)
		}
	}
	for _, name := range outputs {
		if text, ok := g.out[name]; ok {
			result.Files = append(result.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	want, got := string(txtar.Format(g.archive)), string(txtar.Format(result))
	if want == got {
		return
	}
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s (-want +got; go test ./internal/corpus -run TestCases -update writes it):\n%s", g.name, lineDiff(want, got))
}
