package modelscan

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/dialect"
)

var update = flag.Bool("update", false, "write what came out into testdata")

// TestScan runs the cases of testdata. A case is a txtar file: Go files, an
// optional file "options" (one "key value" per line), and for each dialect
// "want.<dialect>" (the database as dump prints it) or "errors.<dialect>"
// (one problem per line), and "warnings.<dialect>" where there are any.
func TestScan(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases:", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, path)
		})
	}
}

func runCase(t *testing.T, path string) {
	ar, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir, o, dialects := unpack(t, ar)
	out := *ar
	out.Files = slices.DeleteFunc(slices.Clone(ar.Files), func(f txtar.File) bool { return isAnswer(f.Name) })
	for _, name := range dialects {
		d, err := dialect.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		o.Dir, o.Dialect = dir, d
		res, err := Scan(context.Background(), o)
		var bad *Errors
		switch {
		case errors.As(err, &bad):
			out.Files = append(out.Files, txtar.File{Name: "errors." + name, Data: []byte(clean(bad.Error(), dir) + "\n")})
		case err != nil:
			t.Fatal(err)
		default:
			out.Files = append(out.Files, txtar.File{Name: "want." + name, Data: []byte(dump(res.Database))})
			if len(res.Warnings) > 0 {
				w := (&Errors{Problems: res.Warnings}).Error()
				out.Files = append(out.Files, txtar.File{Name: "warnings." + name, Data: []byte(clean(w, dir) + "\n")})
			}
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(&out), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(ar)), string(txtar.Format(&out))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func clean(s, dir string) string { return strings.ReplaceAll(s, dir, "$DIR") }

func isAnswer(name string) bool {
	return strings.HasPrefix(name, "want.") || strings.HasPrefix(name, "errors.") || strings.HasPrefix(name, "warnings.")
}

// unpack writes the files of a case into a directory of its own.
func unpack(t *testing.T, ar *txtar.Archive) (dir string, o Options, dialects []string) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.withoutGo = true
	mod := false
	for _, f := range ar.Files {
		if isAnswer(f.Name) {
			_, d, _ := strings.Cut(f.Name, ".")
			if !slices.Contains(dialects, d) {
				dialects = append(dialects, d)
			}
			continue
		}
		if f.Name == "options" {
			readOptions(t, &o, string(f.Data))
			continue
		}
		mod = mod || f.Name == "go.mod"
		p := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !mod {
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.org/app\n\ngo 1.24\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, o, dialects
}

func readOptions(t *testing.T, o *Options, data string) {
	for line := range strings.Lines(data) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "":
		case "patterns":
			o.Patterns = strings.Fields(value)
		case "tags":
			o.Tags = value
		case "schema":
			o.DefaultSchema = value
		case "mapper":
			o.NameMapper = value
		case "docs":
			o.CommentsFromDoc = true
		case "include":
			o.Include = strings.Fields(value)
		case "exclude":
			o.Exclude = strings.Fields(value)
		case "golist":
			o.withoutGo = false
		default:
			t.Fatalf("options: unknown key %s", key)
		}
	}
}
