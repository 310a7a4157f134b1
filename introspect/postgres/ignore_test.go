package postgres

import (
	"path"
	"regexp"
	"testing"

	"github.com/gen-migrate/gen/introspect"
)

// The server's regular expressions and Go's agree on what globPattern writes.
func TestPatternsMeanTheSameToTheServer(t *testing.T) {
	names := []string{"audit_log", "audit", "auditXlog", "a.b", "a/b", "a*b", "x]y", "x-y", "it's", "héé", "A1", "a1", "public.audit_log", "", "a\\b", "a^b"}
	for _, glob := range []string{"audit_*", "audit?log", "*", "a.b", "a\\*b", "[ax]*", "[^a]*", "[a-c]1", "x[]-]y", "it's", "h??", "public.*_log", "a\\\\b", "a[*^]b", "(a|b)", "a+"} {
		if _, err := path.Match(glob, ""); err != nil {
			continue // refused with the configuration
		}
		re, err := regexp.Compile("^" + globPattern(glob) + "$")
		if err != nil {
			t.Errorf("%s: %v", glob, err)
			continue
		}
		for _, n := range names {
			if want, _ := path.Match(glob, n); want != re.MatchString(n) {
				t.Errorf("%q matches %q: %v, as %s: %v", glob, n, want, re, !want)
			}
		}
	}
}

func TestNothingIgnoredLeavesTheQueriesAsTheyAre(t *testing.T) {
	plain := firstPipeline(150000, introspect.Options{Objects: true})
	same := withoutIgnored(firstPipeline(150000, introspect.Options{Objects: true}), introspect.Ignore{})
	for i := range plain {
		if plain[i].sql != same[i].sql {
			t.Errorf("query %q has changed", plain[i].name)
		}
	}
}
