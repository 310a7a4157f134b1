package modelscan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/dialect"
)

// TestWithAndWithoutGo reads some cases through the go command and without
// it: both ways must say the same.
func TestWithAndWithoutGo(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	for _, name := range []string{"resolve", "names", "body", "errors_types", "errors_tables", "keys"} {
		t.Run(name, func(t *testing.T) {
			ar, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			dir, o, _ := unpack(t, ar)
			o.Dir, o.Dialect = dir, dialect.Postgres()
			without := outcome(t, o)
			o.withoutGo = false
			if diff := cmp.Diff(without, outcome(t, o)); diff != "" {
				t.Errorf("(-without the go command +with it):\n%s", diff)
			}
		})
	}
}

func outcome(t *testing.T, o Options) string {
	res, err := Scan(context.Background(), o)
	var bad *Errors
	if errors.As(err, &bad) {
		return bad.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dump(res.Database)
}

func TestScanStopsWhenCancelled(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, withoutGo := range []bool{false, true} {
		if _, err := Scan(ctx, Options{Dir: dir, Dialect: dialect.SQLite(), withoutGo: withoutGo}); !errors.Is(err, context.Canceled) {
			t.Errorf("without go %v: error %v, want context canceled", withoutGo, err)
		}
	}
}

func TestScanRefusesItsSurroundings(t *testing.T) {
	for name, o := range map[string]Options{
		"no dialect":        {Dir: t.TempDir()},
		"unknown mapper":    {Dir: t.TempDir(), Dialect: dialect.SQLite(), NameMapper: "camel"},
		"missing directory": {Dir: filepath.Join(t.TempDir(), "nowhere"), Dialect: dialect.SQLite()},
	} {
		_, err := Scan(context.Background(), o)
		var bad *Errors
		if err == nil || errors.As(err, &bad) {
			t.Errorf("%s: error %v, want one about the surroundings", name, err)
		}
	}
}
