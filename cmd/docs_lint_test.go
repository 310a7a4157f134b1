package cmd

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/lint"
)

// TestDocsLintRules holds the rules in docs/lint.md against the rules themselves;
// -update rewrites them.
func TestDocsLintRules(t *testing.T) {
	const page, mark = "docs/lint.md", "<!-- rules -->\n"
	head, have, ok := strings.Cut(readDoc(t, page), mark)
	if !ok {
		t.Fatalf("%s has no %s", page, mark)
	}
	want := lintRulesText()
	if *update {
		if err := os.WriteFile("../"+page, []byte(head+mark+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, have); d != "" {
		t.Errorf("%s says something else (go test ./cmd -run TestDocsLintRules -update; - rules, + page):\n%s", page, d)
	}
}

func lintRulesText() string {
	var b strings.Builder
	for _, family := range lint.Families() {
		fmt.Fprintf(&b, "\n### %s: %s\n", family[0], family[1])
		for _, r := range lint.Rules() {
			if r.Family() != family[0] {
				continue
			}
			fmt.Fprintf(&b, "\n#### %s %s\n\n*%s · %s*\n\n%s\n\n- Blocks: %s\n- Safe way: %s\n", r.ID, r.Name, r.Severity, strings.Join(products(r), ", "), r.Why, r.Blocks, r.Safe)
		}
	}
	return b.String()
}
