package cmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sqlMigrations is the first directory below dir, by name, with SQL files of
// another migration tool: one that has migration or migrate in its path. Empty
// where there is none. Revisions of gen's own are no such files.
func sqlMigrations(dir string) string {
	found := ""
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(dir, path)
		switch {
		case err != nil || relErr != nil:
			return nil
		case e.IsDir() && rel != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "vendor" || e.Name() == "node_modules" || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(e.Name(), ".sql"):
			return nil
		}
		if text, err := os.ReadFile(path); err != nil || strings.HasPrefix(string(text), "-- revision:") {
			return nil
		}
		at := filepath.ToSlash(filepath.Dir(rel))
		if low := strings.ToLower(at); strings.Contains(low, "migration") || strings.Contains(low, "migrate") {
			found = at
			return fs.SkipAll
		}
		return nil
	})
	return found
}
