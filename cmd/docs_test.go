package cmd

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The manual is README.md and docs/*.md. Comments in it speak to these tests;
// each is about the fenced block below it:
//
//	<!-- run -->            the commands are run by sh -e, in a scratch project
//	<!-- file: PATH -->     the block is written to that file of the project
//	<!-- prints -->         the lines that the last run printed, in this order;
//	                        others may stand between them
//	<!-- help: COMMAND -->  what --help says; -update rewrites it
//
// A scratch project lasts for one page. It begins with a go.mod and the
// default database, SQLite in gen.db. Ids, times and durations are not compared.

// A docBlock is a fenced block under one of the comments.
type docBlock struct {
	verb, arg string
	text      string
	line      int
}

var docComment = regexp.MustCompile(`^<!-- (run|file|prints|help)(?:: (.+))? -->$`)

func docBlocks(t *testing.T, page string) []docBlock {
	t.Helper()
	var list []docBlock
	var at *docBlock
	fenced := false
	for i, line := range strings.Split(readDoc(t, page), "\n") {
		m := docComment.FindStringSubmatch(line)
		fence := strings.HasPrefix(line, "```")
		switch {
		case at == nil && m != nil:
			at = &docBlock{verb: m[1], arg: m[2], line: i + 1}
		case at == nil:
		case fence && fenced:
			list, at, fenced = append(list, *at), nil, false
		case fence:
			fenced = true
		case fenced:
			at.text += line + "\n"
		case line != "":
			t.Fatalf("%s:%d: no block follows the comment %s", page, at.line, at.verb)
		}
	}
	return list
}

func readDoc(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", page))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func docPages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("../docs/*.md")
	if err != nil || len(found) == 0 {
		t.Fatal("no pages in docs", err)
	}
	pages := []string{"README.md"}
	for _, f := range found {
		pages = append(pages, "docs/"+filepath.Base(f))
	}
	return pages
}

// TestDocsRun runs the examples of the manual.
func TestDocsRun(t *testing.T) {
	t.Parallel()
	env := append(os.Environ(), goEnv(t)...)
	env = append(env, "NO_COLOR=1", "USER=ann")
	env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "DATABASE_URL=") })
	for _, page := range docPages(t) {
		blocks := docBlocks(t, page)
		if !slices.ContainsFunc(blocks, func(b docBlock) bool { return b.verb == "run" }) {
			continue
		}
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			runDoc(t, page, blocks, env)
		})
	}
}

func runDoc(t *testing.T, page string, blocks []docBlock, env []string) {
	dir := t.TempDir()
	write := func(path, text string) {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/shop\n\ngo 1.26\n")
	printed := ""
	for _, b := range blocks {
		at := fmt.Sprintf("%s:%d", page, b.line)
		switch b.verb {
		case "file":
			write(b.arg, b.text)
		case "run":
			sh := exec.Command("sh", "-e", "-c", b.text)
			sh.Dir, sh.Env = dir, env
			out, err := sh.CombinedOutput()
			printed = string(out)
			if err != nil {
				t.Fatalf("%s: %v\n%s%s", at, err, b.text, printed)
			}
		case "prints":
			if line := missingLine(printed, b.text); line != "" {
				t.Errorf("%s: the run did not print, in this order,\n%s\nIt printed:\n%s", at, line, printed)
			}
		}
	}
}

// missingLine is the first line of want that does not stand in got, behind
// those before it.
func missingLine(got, want string) string {
	lines := strings.Split(masked(got), "\n")
	for _, w := range strings.Split(masked(want), "\n") {
		if w == "" || w == "…" {
			continue
		}
		i := slices.Index(lines, w)
		if i < 0 {
			return w
		}
		lines = lines[i+1:]
	}
	return ""
}

var changing = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(`[0-9]{8}_[0-9]{4}_[0-9a-f]{12}`), "YYYYMMDD_HHMM_ID"},
	{regexp.MustCompile(`\b[0-9a-f]{12}\b`), "ID"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "SUM"},
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`), "TIME"},
	{regexp.MustCompile(`"duration_ms": [0-9.]+`), `"duration_ms": N`},
	{regexp.MustCompile(`\b[0-9.]+ ?(ms|µs|s|MB)\b`), "N"},
	{regexp.MustCompile(`SQLite [0-9.]+`), "SQLite V"},
	{regexp.MustCompile(`ann@[^" ]+`), "ann@HOST"},
	{regexp.MustCompile(`gen (devel[-0-9a-f]*|v[0-9][^" ]*)`), "gen VERSION"},
}

// masked puts a word for what changes from run to run.
func masked(text string) string {
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.mask)
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func docRoot() *cobra.Command {
	root := newRootCmd(&app{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.InitDefaultVersionFlag()
	return root
}

// TestDocsNameEveryCommandAndFlag holds docs/commands.md against the commands
// themselves.
func TestDocsNameEveryCommandAndFlag(t *testing.T) {
	const page = "docs/commands.md"
	sections := map[string]string{}
	for _, s := range strings.Split(readDoc(t, page), "\n## ")[1:] {
		title, body, _ := strings.Cut(s, "\n")
		sections[title] = body
	}
	root := docRoot()
	names := func(section string, flags *pflag.FlagSet) {
		flags.VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			for _, form := range []string{"--" + f.Name, map[bool]string{true: "-" + f.Shorthand}[f.Shorthand != ""]} {
				if !strings.Contains(sections[section], form) {
					t.Errorf("%s: section %q does not name %s", page, section, form)
				}
			}
		})
	}
	names("Global flags", root.PersistentFlags())
	for _, c := range root.Commands() {
		title := "gen " + c.Name()
		if _, ok := sections[title]; !ok && !c.Hidden && c.Name() != "help" {
			t.Errorf("%s has no section %q", page, title)
			continue
		}
		names(title, c.LocalNonPersistentFlags())
	}
}

// TestDocsHelp holds what the manual quotes of --help against --help.
func TestDocsHelp(t *testing.T) {
	const page = "docs/commands.md"
	text := readDoc(t, page)
	for _, b := range docBlocks(t, page) {
		if b.verb != "help" {
			continue
		}
		c, _, err := docRoot().Find(strings.Fields(b.arg))
		if err != nil {
			t.Fatalf("%s:%d: %v", page, b.line, err)
		}
		c.InitDefaultHelpFlag()
		var out strings.Builder
		fmt.Fprintf(&out, "%s\n\n%s", c.Long, c.UsageString())
		want, _, _ := strings.Cut(out.String(), "\nGlobal Flags:")
		want = strings.TrimRight(want, "\n") + "\n"
		if *update {
			text = strings.Replace(text, "<!-- help: "+b.arg+" -->\n```text\n"+b.text, "<!-- help: "+b.arg+" -->\n```text\n"+want, 1)
			continue
		}
		if d := cmp.Diff(want, b.text); d != "" {
			t.Errorf("%s:%d: gen %s --help says something else (go test ./cmd -run TestDocsHelp -update; - help, + page):\n%s", page, b.line, b.arg, d)
		}
	}
	if *update {
		if err := os.WriteFile(filepath.Join("..", page), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var mentionedCommand = regexp.MustCompile("(?:`|\\$ )gen ([a-z][a-z-]+)")

// TestDocsNameNoOtherCommand finds commands in the manual that do not exist.
func TestDocsNameNoOtherCommand(t *testing.T) {
	var known []string
	for _, c := range docRoot().Commands() {
		known = append(known, c.Name())
	}
	for _, page := range docPages(t) {
		for i, line := range strings.Split(readDoc(t, page), "\n") {
			for _, m := range mentionedCommand.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(known, m[1]) {
					t.Errorf("%s:%d: there is no command gen %s", page, i+1, m[1])
				}
			}
		}
	}
}

// TestDocsNameEveryWord holds docs/tags.md and docs/directives.md against the
// tables that modelscan reads tags and directives by.
func TestDocsNameEveryWord(t *testing.T) {
	tags, directives := readDoc(t, "docs/tags.md"), readDoc(t, "docs/directives.md")
	for _, key := range mapKeys(t, "../modelscan/keys.go", "keyRules") {
		if !regexp.MustCompile("`" + regexp.QuoteMeta(key) + "[`:,;]").MatchString(tags) {
			t.Errorf("docs/tags.md does not name the key %s", key)
		}
	}
	for _, name := range mapKeys(t, "../modelscan/directive.go", "directiveRules") {
		if !regexp.MustCompile("//gen:" + name + `\b`).MatchString(directives) {
			t.Errorf("docs/directives.md does not name //gen:%s", name)
		}
	}
	for _, key := range configKeys() {
		_, last, _ := strings.Cut(key, "env.NAME.")
		if last == "" && !strings.Contains(readDoc(t, "docs/configuration.md"), "`"+key+"`") {
			t.Errorf("docs/configuration.md does not name the key %s", key)
		}
	}
}

// mapKeys are the keys of a map literal in a source file.
func mapKeys(t *testing.T, path, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || spec.Names[0].Name != name || len(spec.Values) != 1 {
			return true
		}
		for _, e := range spec.Values[0].(*ast.CompositeLit).Elts {
			key, err := strconv.Unquote(e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		return false
	})
	if len(keys) == 0 {
		t.Fatalf("%s declares no map %s", path, name)
	}
	return keys
}
