package modelscan

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWholeVocabularyHasCases: every key, every directive and every known
// option of //gen:table appears in a case.
func TestWholeVocabularyHasCases(t *testing.T) {
	var all strings.Builder
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for _, key := range keyNames() {
		if ok, _ := regexp.MatchString(`["; ]`+regexp.QuoteMeta(key)+`[":;,@]`, all.String()); !ok {
			t.Errorf("no case has the key %s", key)
		}
	}
	for _, name := range directiveNames() {
		if ok, _ := regexp.MatchString(`(?m)^//gen:`+name+`\b`, all.String()); !ok {
			t.Errorf("no case has the directive %s", name)
		}
	}
	for _, m := range []map[string]bool{postgresTableWords, sqliteTableWords} {
		for w := range m {
			if !strings.Contains(all.String(), " "+w) {
				t.Errorf("no case has the word %s of //gen:table", w)
			}
		}
	}
}
