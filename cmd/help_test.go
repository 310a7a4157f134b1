package cmd

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The topics are sections of the documentation of package migrations, word for
// word.
func TestHelpTopicsAreTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../migrations/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for topic, section := range map[string]string{"format": "// # A revision file\n", "symbols": "// # The graph\n"} {
		_, rest, _ := strings.Cut(string(text), section)
		body, _, found := strings.Cut(rest, "// # ")
		if !found {
			t.Fatalf("%s: the section %q is not there", topic, section)
		}
		var lines []string
		for line := range strings.Lines(body) {
			line = strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "//")
			if code, isCode := strings.CutPrefix(line, "\t"); isCode {
				line = "  " + code
			}
			lines = append(lines, strings.TrimPrefix(line, " "))
		}
		// A line of code has kept one of its two spaces.
		want := strings.TrimSpace(strings.Join(lines, "\n"))
		got := strings.TrimSpace(strings.ReplaceAll("\n"+helpTopics()[topic], "\n  ", "\n "))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (- documentation, + help): %s", topic, diff)
		}
	}
}
