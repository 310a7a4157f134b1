package migrations

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFileName(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 14, 5, 0, time.FixedZone("", 3600))
	for message, want := range map[string]string{
		"orders: add status, index it": "20261122_0814_9c41d07be2a5_orders_add_status_index_it.sql",
		"":                             "20261122_0814_9c41d07be2a5.sql",
		"Größe der Bäume":              "20261122_0814_9c41d07be2a5_größe_der_bäume.sql",
		"a message that is longer than forty characters": "20261122_0814_9c41d07be2a5_a_message_that_is_longer_than_forty.sql",
		strings.Repeat("x", 50):                          "20261122_0814_9c41d07be2a5_" + strings.Repeat("x", 40) + ".sql",
		"../../etc/passwd":                               "20261122_0814_9c41d07be2a5_etc_passwd.sql",
	} {
		if got := FileName(&Revision{ID: "9c41d07be2a5", Message: message, Created: at}); got != want {
			t.Errorf("%q: got %s, want %s", message, got, want)
		}
	}
}

// A file from a system that does not care about case is read like the others.
func TestUpperCaseExtension(t *testing.T) {
	fsys := fstest.MapFS{
		"A.SQL":   {Data: []byte("-- revision: aaaa1111\n-- parents:\n-- dialect: sqlite\n\n-- gen:up\n")},
		"b.Sql":   {Data: []byte("-- revision: bbbb2222\n-- parents: aaaa1111\n-- dialect: sqlite\n\n-- gen:up\n")},
		"c.sql.x": {Data: []byte("no revision")},
	}
	dir, err := Load(SQLite, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"aaaa1111", "bbbb2222"}, ids(dir.Graph().Revisions())); diff != "" {
		t.Error(diff)
	}
	if wrong := dir.Misnamed(); len(wrong) != 2 || wrong[0].Hint != "rename it to A_aaaa1111.sql" {
		t.Errorf("got %v", wrong)
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if len(id) != 12 || checkID(id) != "" || strings.Trim(id, "0123456789abcdef") != "" || seen[id] {
			t.Fatalf("bad or repeated id %q", id)
		}
		seen[id] = true
	}
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	var parents []string
	var names []string
	for i, message := range []string{"first", "second"} {
		d, err := Open(SQLite, dir)
		if err != nil {
			t.Fatal(err)
		}
		r := &Revision{ID: []string{"aaaa1111", "bbbb2222"}[i], Parents: parents, Message: message, Dialect: SQLite,
			Created: time.Date(2026, 11, 22, 8, 14, i, 0, time.UTC), Up: []Step{{Statements: []Statement{{SQL: "SELECT 1"}}}}}
		file, err := d.Create(r)
		if err != nil {
			t.Fatal(err)
		}
		names, parents = append(names, filepath.Base(file)), []string{r.ID}
		if _, err := d.Create(r); err == nil {
			t.Error("the same file was written twice")
		}
	}
	entries, _ := os.ReadDir(dir)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(append(names, "HEADS"), got); diff != "" {
		t.Error(diff)
	}
	heads, _ := os.ReadFile(filepath.Join(dir, "HEADS"))
	if string(heads) != "bbbb2222 second\n\n"+headsNote {
		t.Errorf("HEADS is %q", heads)
	}
	d, err := Open(SQLite, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.CheckHeads(); err != nil {
		t.Error(err)
	}
	if _, err := d.Create(&Revision{ID: "cccc3333", Parents: []string{"nope1234"}, Dialect: SQLite}); err == nil {
		t.Error("a revision without its parent was written")
	}
	if after, _ := os.ReadDir(dir); len(after) != len(entries) {
		t.Error("a refused revision left a file")
	}
}

func TestCheckHeads(t *testing.T) {
	good := "-- revision: aaaa1111\n-- parents:\n-- message: one\n-- dialect: sqlite\n-- gen:up\n"
	tests := []struct {
		name  string
		heads string
		want  string // first line of the error
	}{
		{"equal", "aaaa1111 one\n", ""},
		{"another message", "# comment\r\naaaa1111 uno\r\n", ""},
		{"another head", "bbbb2222 two\n", "HEADS: the file says the heads are bbbb2222, the revisions say aaaa1111"},
		{"missing", "", "HEADS: the file says the heads are none, the revisions say aaaa1111"},
		{"git conflict", "<<<<<<< ours\naaaa1111 one\n=======\nbbbb2222 two\n>>>>>>> theirs\n", "HEADS:1:1: git conflict: two branches of work each added a revision"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"a.sql": {Data: []byte(good)}}
			if tt.heads != "" {
				fsys["HEADS"] = &fstest.MapFile{Data: []byte(tt.heads)}
			}
			d, err := Load(SQLite, fsys)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := d.CheckHeads(); err != nil {
				got, _, _ = strings.Cut(err.Error(), "\n")
			}
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	rev := func(id, parents string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("-- revision: " + id + "\n-- parents: " + parents + "\n-- dialect: sqlite\n-- gen:up\n")}
	}
	a := fstest.MapFS{"m/one_aaaa1111.sql": rev("aaaa1111", ""), "m/readme.md": {}, "m/.hidden.sql": {Data: []byte("x")}, "m/_old/x.sql": {Data: []byte("x")}}
	for _, other := range []string{"x.sql~", "x.sql.bak", "x.sql.orig", "#x.sql#", ".#x.sql", ".x.sql.swp", "HEADS", "x.go", "x.sql.md", ".git/x.sql", "__cache__/x.sql"} {
		a["m/"+other] = &fstest.MapFile{Data: []byte("no revision")}
	}
	b := fstest.MapFS{"two.sql": rev("bbbb2222", "aaaa1111")}
	d, err := Load(SQLite, a, b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"aaaa1111", "bbbb2222"}, ids(d.Graph().Revisions())); diff != "" {
		t.Error(diff)
	}
	if bad := d.Misnamed(); len(bad) != 1 || bad[0].Path != "two.sql" {
		t.Errorf("misnamed: %v", bad)
	}
	broken := fstest.MapFS{"a.sql": {Data: []byte("SELECT 1;")}, "b.sql": {Data: []byte("-- revision: x\n-- parents:\n-- dialect: sqlite\n-- gen:up\n")}}
	_, err = Load(SQLite, broken)
	errs, ok := errors.AsType[FileErrors](err)
	if !ok || errs[0].Path != "a.sql" || errs[len(errs)-1].Path != "b.sql" {
		t.Errorf("got %v", err)
	}
	if _, err := Load("mysql", a); err == nil || !strings.Contains(err.Error(), `unknown dialect "mysql"`) {
		t.Errorf("got %v", err)
	}
	if _, err := Open(SQLite, filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
