package corpus_test

import (
	"regexp"
	"strings"
)

// The cases of objects stand in tables of their own (object_case_test.go,
// object_refuse_test.go). Here they get an id and a place in the battery: the
// id is the name in small letters, the place follows from the word before the
// colon.

// groupOfKind has titles of the battery's groups by that word.
var groupOfKind = map[string]string{
	"view": groupViews, "materialized view": groupViews, "comment": groupViews,
	"function": groupRoutines, "functions that call each other": groupRoutines, "aggregate": groupRoutines, "overloaded": groupRoutines, "made anew": groupRoutines,
	"trigger": groupTriggers, "constraint trigger": groupTriggers, "rule": groupTriggers, "statistics": groupTriggers,
	"policy": groupSecurity, "row security": groupSecurity, "replica identity": groupSecurity,
	"domain": groupDomains, "composite": groupTypes, "range": groupTypes, "collation": groupTypes, "extension": groupTypes,
	"publication": groupPublications, "column": groupColumns, "table": groupTables, "primary key": groupConstraints,
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

func idOf(name string) string {
	return strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "_"), "_")
}

// objectChanges are the cases of objects by group.
func objectChanges() map[string][]change {
	groups := map[string][]change{}
	for _, c := range objectCases {
		kind, _, _ := strings.Cut(c.name, ":")
		group, ok := groupOfKind[kind]
		if !ok {
			group = groupObjects
		}
		groups[group] = append(groups[group], change{id: idOf(c.name), what: c.name, base: c.base, from: c.from, to: c.to, since: neededMajor(c.base + c.from + c.to)})
	}
	for _, c := range refusedCases {
		groups[groupRefused] = append(groups[groupRefused], change{id: idOf(c.name), what: c.name, from: c.from, to: c.to, since: neededMajor(c.from + c.to), refused: c.want})
	}
	return groups
}

// neededMajor is the first major that can say the script; 0: all can.
func neededMajor(script string) int {
	needed := 0
	for word, major := range map[string]int{"COMPRESSION": 14, "MULTIRANGE": 14, "BEGIN ATOMIC": 14, "TABLES IN SCHEMA": 15, "FOR TABLE users (id": 15, ", TABLE users (id": 15, "FOR TABLE t (a": 15, "TABLE users WHERE": 15, "TABLE t WHERE": 15,
		"publish_generated_columns": 18} {
		if strings.Contains(script, word) {
			needed = max(needed, major)
		}
	}
	return needed
}
