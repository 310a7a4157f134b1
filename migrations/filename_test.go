package migrations

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFileTemplate(t *testing.T) {
	r := &Revision{ID: "9c41d07be2a5", Message: "orders: add status, index it", Created: time.Date(2026, 11, 22, 9, 14, 5, 0, time.FixedZone("", 3600))}
	bare := &Revision{ID: "9c41d07be2a5", Created: r.Created}
	tests := []struct {
		names FileNames
		rev   *Revision
		want  string // the name, or "error: …"
	}{
		{FileNames{}, r, "20261122_0814_9c41d07be2a5_orders_add_status_index_it.sql"},
		{FileNames{SlugLength: 12}, r, "20261122_0814_9c41d07be2a5_orders_add.sql"},
		{FileNames{Template: "{id}_{slug}"}, r, "9c41d07be2a5_orders_add_status_index_it.sql"},
		{FileNames{Template: "{year}/{month}/{day}-{hour}{minute}{second}-{id}"}, r, "2026/11/22-081405-9c41d07be2a5.sql"},
		{FileNames{Template: "{epoch}_{id}"}, r, "1795335245_9c41d07be2a5.sql"},
		{FileNames{Template: "{id}-{slug}"}, bare, "9c41d07be2a5.sql"},
		{FileNames{Template: "{slug}_{id}"}, bare, "9c41d07be2a5.sql"},
		{FileNames{Template: "{id}_{slag}"}, r, `error: file template "{id}_{slag}": there is no token {slag}: did you mean slug?`},
		{FileNames{Template: "{slug}"}, r, `error: file template "{slug}" has no {id}`},
		{FileNames{Template: "{id}_{slug"}, r, `error: file template "{id}_{slug": a brace has no partner`},
		{FileNames{Template: "../{id}"}, r, `error: file template "../{id}": a part of it is empty or begins with . or _`},
		{FileNames{Template: "/{id}"}, r, `error: file template "/{id}": a part of it is empty`},
		{FileNames{Template: `a\{id}`}, r, `error: file template "a\\{id}" holds a character`},
		{FileNames{SlugLength: -1}, r, "error: the slug length -1 is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.names.Template, func(t *testing.T) {
			got := ""
			if err := tt.names.Check(); err != nil {
				got = "error: " + err.Error()
			} else {
				got = tt.names.Name(tt.rev)
			}
			checkAnswer(t, got, tt.want)
		})
	}
}

// writeRevisions puts files into a directory: name → "id<parents".
func writeRevisions(t *testing.T, dir string, names map[string]string) {
	t.Helper()
	for name, text := range names {
		id, parents, _ := strings.Cut(text, "<")
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		body := "-- revision: " + id + "\n-- parents: " + parents + "\n-- message: " + strings.TrimSuffix(name, ".sql") + "\n-- dialect: sqlite\n\n-- gen:up\n"
		if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDirectoriesInsideEachOther(t *testing.T) {
	root := t.TempDir()
	inner := filepath.Join(root, "billing")
	writeRevisions(t, root, map[string]string{"a.sql": "aaaa1111<", "2026/11/b.sql": "bbbb2222<aaaa1111", "billing/x.sql": "xxxx1111<", "billing/deep/y.sql": "yyyy2222<xxxx1111"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inner, link); err != nil {
		t.Skip(err)
	}
	t.Chdir(root)
	d, err := Open(SQLite, root, inner, root+"/", inner, ".", "./billing/../billing", link)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"aaaa1111", "bbbb2222", "xxxx1111", "yyyy2222"}, ids(d.Graph().Revisions())); diff != "" {
		t.Error(diff)
	}
	if err := d.UseFileNames(FileNames{Template: "{year}/{id}"}); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	for parent, want := range map[string]string{"bbbb2222": filepath.Join(root, "2027/cccc3333.sql"), "yyyy2222": filepath.Join(inner, "2027/cccc3333.sql")} {
		file, err := d.Create(&Revision{ID: "cccc3333", Parents: []string{parent}, Created: at, Dialect: SQLite})
		if err != nil || file != want {
			t.Errorf("after %s: wrote %s, %v; want %s", parent, file, err, want)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	for _, spelled := range []string{"billing", "./billing/", link} {
		file, err := d.CreateIn(spelled, &Revision{ID: "cccc3333", Parents: []string{"bbbb2222"}, Created: at, Dialect: SQLite})
		if want := filepath.Join(inner, "2027/cccc3333.sql"); err != nil || file != want {
			t.Errorf("in %s: wrote %s, %v; want %s", spelled, file, err, want)
		}
		os.Remove(file)
	}
	if _, err := d.CreateIn(filepath.Join(root, "other"), &Revision{ID: "dddd4444", Dialect: SQLite}); err == nil || !strings.Contains(err.Error(), "other is not one of the revision directories: "+root) {
		t.Errorf("got %v", err)
	}
}
