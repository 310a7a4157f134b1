package dbtest

import (
	"os"
	"testing"
)

// inCI reports whether missing equipment must fail the test.
func inCI() bool {
	switch os.Getenv("CI") {
	case "", "0", "false":
		return false
	}
	return true
}

// Absent ends the test because something it needs cannot be had: a failure
// where CI is set, else a skip that says what.
func Absent(t testing.TB, what string) {
	t.Helper()
	absent(t, "%s", what)
}

// absent ends the test because something is not installed: a failure where CI
// is set, else a skip. format names what is missing and what to do about it.
func absent(t testing.TB, format string, args ...any) {
	t.Helper()
	if inCI() {
		t.Fatalf("dbtest: "+format+" (CI is set, so this is a failure and not a skip)", args...)
	}
	t.Skipf("dbtest: NOT TESTED: "+format, args...)
}
