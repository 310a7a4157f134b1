package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

func lockIndexChecks() []check {
	return []check{
		{"LOCK01", indexNotConcurrent},
		{"LOCK02", dropIndexNotConcurrent},
		{"LOCK03", reindexNotConcurrent},
		{"LOCK04", concurrentlyCannotRun},
		{"LOCK27", indexReplaced},
		{"LOCK31", refreshNotConcurrent},
	}
}

func indexNotConcurrent(v *visit) {
	if v.verb == "CREATE INDEX" && !v.concurrently && !v.only && v.old(v.table) {
		v.say(v.table, v.name(), "writes on %s wait until the index is built", v.table)
	}
}

func dropIndexNotConcurrent(v *visit) {
	if v.verb != "DROP INDEX" || v.concurrently {
		return
	}
	for _, name := range v.names {
		ix := v.state.indexes[name]
		if ix == nil {
			v.say("", name, "locks out everybody from the table of %s", name)
		} else if v.old(ix.table) {
			v.say(ix.table, name, "locks out everybody from %s", ix.table)
		}
	}
}

func reindexNotConcurrent(v *visit) {
	if v.verb == "REINDEX" && !v.concurrently && !(v.table != "" && !v.old(v.table)) {
		v.say(v.table, v.name(), "writes, and reads by the index, wait until %s is built", orElse(v.name(), "it"))
	}
}

func concurrentlyCannotRun(v *visit) {
	switch {
	case v.verb == "CREATE INDEX" && v.concurrently && !v.only && v.state.tables[v.table] != nil && v.state.tables[v.table].partitioned:
		v.say("", v.table, "%s is partitioned: the server refuses CONCURRENTLY", v.table)
	case v.verb == "DO" || v.verb == "CREATE FUNCTION":
		for _, w := range v.p {
			if w.Kind != phrase.String {
				continue
			}
			body := phrase.Postgres(unquoted(w))
			for i := range body {
				if body[i:].Begins("CREATE", "UNIQUE?", "INDEX", "CONCURRENTLY") || body[i:].Begins("DROP|REINDEX", "INDEX|TABLE", "CONCURRENTLY") {
					v.say("", "", "CONCURRENTLY in a block or function fails")
					return
				}
			}
		}
	}
}

// unquoted is what stands in a literal.
func unquoted(w phrase.Word) string {
	text := w.Plain
	if strings.HasPrefix(text, "$") {
		tag := text[:strings.IndexByte(text[1:], '$')+2]
		return strings.TrimSuffix(text[len(tag):], tag)
	}
	text = strings.TrimLeft(text, "eE")
	return strings.ReplaceAll(strings.Trim(text, "'"), "''", "'")
}

func indexReplaced(v *visit) {
	if v.verb != "DROP INDEX" {
		return
	}
	for _, name := range v.names {
		ix := v.state.indexes[name]
		for _, s := range v.after {
			if s.verb != "CREATE INDEX" || ix != nil && s.table != ix.table {
				continue
			}
			if s.name() == name || ix != nil && len(ix.keys) > 0 && len(s.keys) > 0 && s.keys[0] == ix.keys[0] {
				v.say("", name, "%s is dropped before %s is there: queries run without it in between", name, orElse(s.name(), "its replacement"))
				break
			}
		}
	}
}

func refreshNotConcurrent(v *visit) {
	if v.verb == "REFRESH" && !v.concurrently && v.old(v.name()) && !v.rest.Has("WITH", "NO", "DATA") {
		v.say(v.name(), v.name(), "nobody can read %s while its query runs", v.name())
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
