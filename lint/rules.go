package lint

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// Rules are all rules, by family and id.
func Rules() []Rule {
	return slices.Concat(lockRules(), dataRules(), compatRules(), corrRules(), styleRules(), txRules(), ltRules(), lintRules())
}

// FindRule is the rule with that id, in any case, or that name.
func FindRule(word string) (Rule, bool) {
	for _, r := range Rules() {
		if r.is(word) {
			return r, true
		}
	}
	return Rule{}, false
}

// The products a rule is for.
func postgres() []migrations.Dialect { return []migrations.Dialect{migrations.Postgres} }
func sqlite() []migrations.Dialect   { return []migrations.Dialect{migrations.SQLite} }
func both() []migrations.Dialect {
	return []migrations.Dialect{migrations.Postgres, migrations.SQLite}
}

// Families are the beginnings of ids, and what the rules of each are about.
func Families() [][2]string {
	return [][2]string{
		{"LOCK", "who waits for how long while the statement runs"},
		{"DATA", "data that is lost or cut"},
		{"COMPAT", "programs of today that fail or err afterwards"},
		{"CORR", "a statement that fails on the rows there are, or a rule that no longer holds"},
		{"STYLE", "types and names that are regretted later"},
		{"TX", "transactions, and what cannot be told from the text"},
		{"LT", "SQLite"},
		{"LINT", "the lines that leave findings out"},
	}
}

// Family is the letters an id begins with.
func (r Rule) Family() string { return strings.TrimRight(r.ID, "0123456789") }
