package lint

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A use is one rule of one gen:lint-ignore line: the line and the rule as written.
type use struct {
	statement *migrations.Statement
	ignore    int
	rule      string
}

// ignored reports whether a line above the statement leaves the rule out, and
// notes which did.
func (h Hit) ignored(rule Rule, used map[use]bool) bool {
	if h.Statement == nil {
		return false
	}
	ignored := false
	for i, ig := range h.Statement.Ignores {
		for _, name := range ig.Rules {
			if rule.is(name) {
				used[use{h.Statement, i, name}] = true
				ignored = true
			}
		}
	}
	return ignored
}

// is reports whether that is the rule's id or name.
func (r Rule) is(word string) bool { return strings.EqualFold(r.ID, word) || r.Name == word }

// ignoreHits are the lines that name no rule, or one that finds nothing there.
func ignoreHits(s Section, used map[use]bool) []Hit {
	var hits []Hit
	for i := range s.Steps {
		for j := range s.Steps[i].Statements {
			st := &s.Steps[i].Statements[j]
			for k, ig := range st.Ignores {
				at := *st
				at.Line, at.Col = ig.Line, 1
				for _, name := range ig.Rules {
					known := slices.ContainsFunc(Rules(), func(r Rule) bool { return r.is(name) })
					switch {
					case used[use{st, k, name}]:
					case !known:
						hits = append(hits, Hit{Rule: "LINT02", Statement: &at, Object: name, Text: "there is no rule " + name})
					default:
						hits = append(hits, Hit{Rule: "LINT01", Statement: &at, Object: name, Text: name + " finds nothing at the statement below, so there is nothing to leave out"})
					}
				}
			}
		}
	}
	return hits
}
