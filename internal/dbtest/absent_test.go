package dbtest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// verdict records how a test ended instead of ending it.
type verdict struct {
	testing.TB
	end string
}

func (v *verdict) Helper() {}
func (v *verdict) Skipf(format string, args ...any) {
	v.end = "skip: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (v *verdict) Fatalf(format string, args ...any) {
	v.end = "fail: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// endOf runs f as a test of its own and tells how it ended.
func endOf(t *testing.T, f func(testing.TB)) string {
	v := &verdict{TB: t, end: "pass"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(v)
	}()
	<-done
	return v.end
}

func TestMissingServerSkipsOrFails(t *testing.T) {
	for _, c := range []struct{ ci, want string }{
		{"", "skip: dbtest: NOT TESTED: no PostgreSQL 99 found"},
		{"false", "skip: dbtest: NOT TESTED: no PostgreSQL 99 found"},
		{"true", "fail: dbtest: no PostgreSQL 99 found"},
		{"1", "fail: dbtest: no PostgreSQL 99 found"},
	} {
		t.Run("CI="+c.ci, func(t *testing.T) {
			t.Setenv("CI", c.ci)
			if got := endOf(t, func(t testing.TB) { PostgresMajor(t, 99) }); !strings.HasPrefix(got, c.want) {
				t.Errorf("ended with %q, want %q…", got, c.want)
			}
		})
	}
}

func TestMissingPgDumpSkipsOrFails(t *testing.T) {
	for _, c := range []struct{ ci, dump, want string }{
		{"", "", "skip: dbtest: NOT TESTED: no pg_dump for PostgreSQL 99"},
		{"true", "", "fail: dbtest: no pg_dump for PostgreSQL 99"},
		{"true", "optional", "skip: dbtest: NOT TESTED: no pg_dump for PostgreSQL 99"},
		{"true", "/nonexistent/pg_dump", "fail: dbtest: no pg_dump for PostgreSQL 99"},
	} {
		t.Run("CI="+c.ci+" GEN_TEST_PG_DUMP="+c.dump, func(t *testing.T) {
			t.Setenv("CI", c.ci)
			t.Setenv("GEN_TEST_PG_DUMP", c.dump)
			if got := endOf(t, func(t testing.TB) { needPgDump(t, 99) }); !strings.HasPrefix(got, c.want) {
				t.Errorf("ended with %q, want %q…", got, c.want)
			}
		})
	}
}

func TestWrongDefaultDirectoryFails(t *testing.T) {
	t.Setenv("CI", "")
	t.Setenv("GEN_TEST_PG_BIN", "/nonexistent")
	got := endOf(t, func(t testing.TB) { Postgres(t) })
	if want := "fail: dbtest: GEN_TEST_PG_BIN: /nonexistent"; !strings.HasPrefix(got, want) {
		t.Errorf("ended with %q, want %q…", got, want)
	}
}
