package dbtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSQLiteIsAFreshFile(t *testing.T) {
	one, two := SQLite(t), SQLite(t)
	if one == two {
		t.Errorf("two calls gave the same file %s", one)
	}
	path, ok := strings.CutPrefix(one, "sqlite://")
	if !ok || !filepath.IsAbs(path) {
		t.Fatalf("%s is not sqlite:// and an absolute path", one)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s: %v, want a file that does not exist yet", path, err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Errorf("the directory is not there to write in: %v", err)
	}
}
