package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// A machine without the go command reads models all the same, and says so. An
// empty answer here would look like tables that have been dropped.
func TestScanWithoutGoOnPath(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/x\n\ngo 1.26\n",
		"m/m.go": "package m\n\n//gen:table users\ntype User struct {\n\tID int64 `gen:\"pk\"`\n}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	res, err := Scan(context.Background(), Options{Dir: dir, Patterns: []string{"./..."}, Dialect: dialect.SQLite()})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(res.Database.Tables); n != 1 {
		t.Errorf("found %d tables, want 1", n)
	}
	if len(res.Warnings) != 1 || !strings.Contains(res.Warnings[0].Text, "the go command cannot list the packages") {
		t.Errorf("warnings %v, want one about the go command", res.Warnings)
	}
}
