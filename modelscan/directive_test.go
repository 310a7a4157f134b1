package modelscan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// FuzzDirective reads any directive above a struct, for both dialects: no
// panic, and an error is of the models and has a line.
func FuzzDirective(f *testing.F) {
	for _, s := range []string{
		"table sales.orders unlogged fillfactor=90", "index (a, lower(b) desc nulls last) include (c) where a > 0",
		"unique index n (a) with (x = on)", "check n ((a > 0)) not valid", "fk (a) references t (a) on delete set null (a) deferrable",
		"exclude using gist (a with =, b with operator(x.=)) where (a > 0)", "pk n (a, b)", "was a, b.c", "comment x", "type postgres=text sqlite=text",
		"enum", "index (", `unique "`, "fk a references", "table@sqlite x strict", "index using", "exclude (a with)", "index (a ())", "check", "fk (a) references t() on",
	} {
		f.Add(s)
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.org/app\n"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\n\r\x00") {
			return
		}
		dir := t.TempDir()
		src := "package m\n\n//gen:" + s + "\ntype T struct {\n\tA int `gen:\"unique\"`\n\tB string\n\tC *int\n}\n"
		if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, d := range []dialect.Dialect{dialect.Postgres(), dialect.SQLite()} {
			_, err := Scan(context.Background(), Options{Dir: dir, Dialect: d, withoutGo: true})
			var bad *Errors
			if err != nil && !errors.As(err, &bad) {
				t.Fatal(err)
			}
			if bad == nil {
				continue
			}
			for _, p := range bad.Problems {
				if p.Pos.Line == 0 || p.Pos.Col == 0 {
					t.Fatalf("%q: no position: %s", s, p)
				}
			}
		}
	})
}
