package dbtest

import (
	"path/filepath"
	"testing"
)

// SQLite returns the URL of a database file that does not exist yet, in a
// directory removed when the test ends: sqlite:// and an absolute path, such as
// sqlite:///tmp/TestCheck/001/test.db.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite://" + filepath.ToSlash(filepath.Join(t.TempDir(), "test.db"))
}
