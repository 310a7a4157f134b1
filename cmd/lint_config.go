package cmd

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gen-migrate/gen/lint"
)

// thresholdKey is the one key of [lint] that is no rule.
const thresholdKey = "threshold"

// lintProblems says what is wrong in [lint].
func (c *config) lintProblems() []string {
	var problems []string
	for _, key := range slices.Sorted(maps.Keys(c.Lint)) {
		if key != thresholdKey {
			if r, ok := lint.FindRule(key); !ok {
				hint := didYouMeanRule(key)
				if nearest(key, []string{thresholdKey}) != "" {
					hint = "did you mean threshold?"
				}
				problems = append(problems, fmt.Sprintf("unknown key lint.%s (%s)", key, hint))
				continue
			} else if r.ID != key {
				if _, twice := c.Lint[r.ID]; twice {
					problems = append(problems, fmt.Sprintf("lint.%s and lint.%s are one rule", r.ID, key))
				}
			}
		}
		if _, err := lint.ParseSeverity(c.Lint[key]); err != nil {
			problems = append(problems, fmt.Sprintf("lint.%s: %s", key, err))
		}
	}
	return problems
}

// lintSeverities are those of [lint], by id.
func (c *config) lintSeverities() map[string]lint.Severity {
	out := map[string]lint.Severity{}
	for key, text := range c.Lint {
		if r, ok := lint.FindRule(key); ok {
			out[r.ID], _ = lint.ParseSeverity(text) // check has read it
		}
	}
	return out
}

// lintThreshold is lint.threshold.
func (c *config) lintThreshold() lint.Severity {
	if text, ok := c.Lint[thresholdKey]; ok {
		s, _ := lint.ParseSeverity(text) // check has read it
		return s
	}
	return lint.Warning
}
