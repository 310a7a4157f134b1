package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

// exclusive is a mode that only statements written by hand take.
const exclusive = "EXCLUSIVE"

// WrittenLocks says which locks a statement that a person wrote takes on
// tables and views, in the words of the annotations: "ACCESS EXCLUSIVE on
// orders". It goes by the words of the statement alone, so it names the strongest
// lock the form may take, and it is "" for what the words do not tell: functions,
// blocks, statements on other objects. A table that the statement itself
// makes is not named.
//
// The modes are those of PostgreSQL's manual, §13.3.1 and the pages of the
// statements; TestWrittenLocks holds them against the server.
func WrittenLocks(sql string) string {
	w := phrase.Postgres(sql)
	for _, f := range writtenForms {
		rest, ok := w.After(f.words...)
		if !ok {
			continue
		}
		return f.locks(rest)
	}
	return ""
}

// A writtenForm is how a statement begins, and what follows tells. Of two that
// fit, the first counts.
type writtenForm struct {
	words []string // "A|B": one of these; "A?": or not there
	locks func(phrase.Phrase) string
}

var writtenForms = []writtenForm{
	{[]string{"ALTER", "TABLE", "IF?", "EXISTS?", "ONLY?"}, alterTableLocks},
	{[]string{"CREATE", "UNIQUE?", "INDEX", "CONCURRENTLY"}, onBehind("ON", shareUpdateExclusive)},
	{[]string{"CREATE", "UNIQUE?", "INDEX"}, onBehind("ON", share)},
	{[]string{"DROP", "INDEX", "CONCURRENTLY"}, ofIndex(shareUpdateExclusive)},
	{[]string{"DROP", "INDEX"}, ofIndex(accessExclusive)},
	{[]string{"REINDEX", "TABLE", "CONCURRENTLY"}, onFirst(shareUpdateExclusive)},
	{[]string{"REINDEX", "TABLE"}, onFirst(share)},
	{[]string{"REINDEX", "INDEX", "CONCURRENTLY"}, ofIndex(shareUpdateExclusive)},
	{[]string{"REINDEX", "INDEX"}, ofIndex(share)},
	{[]string{"DROP", "TABLE|VIEW", "IF?", "EXISTS?"}, onEach(accessExclusive)},
	{[]string{"DROP", "MATERIALIZED", "VIEW", "IF?", "EXISTS?"}, onEach(accessExclusive)},
	{[]string{"ALTER", "VIEW", "IF?", "EXISTS?"}, onFirst(accessExclusive)},
	{[]string{"ALTER", "MATERIALIZED", "VIEW", "IF?", "EXISTS?"}, alterTableLocks},
	{[]string{"TRUNCATE", "TABLE?", "ONLY?"}, onEach(accessExclusive)},
	{[]string{"LOCK", "TABLE?", "ONLY?"}, lockLocks},
	{[]string{"CLUSTER", "VERBOSE?"}, onFirst(accessExclusive)},
	{[]string{"VACUUM"}, vacuumLocks},
	{[]string{"ANALYZE|ANALYSE", "VERBOSE?"}, onEach(shareUpdateExclusive)},
	{[]string{"REFRESH", "MATERIALIZED", "VIEW", "CONCURRENTLY"}, onFirst(exclusive)},
	{[]string{"REFRESH", "MATERIALIZED", "VIEW"}, onFirst(accessExclusive)},
	{[]string{"CREATE", "OR?", "REPLACE?", "CONSTRAINT?", "TRIGGER"}, onBehind("ON", shareRowExclusive)},
	{[]string{"DROP", "TRIGGER"}, onBehind("ON", accessExclusive)},
	{[]string{"ALTER", "TRIGGER"}, onBehind("ON", accessExclusive)},
	{[]string{"CREATE|ALTER|DROP", "POLICY"}, onBehind("ON", accessExclusive)},
	{[]string{"CREATE", "OR?", "REPLACE?", "RULE"}, onBehind("TO", accessExclusive)},
	{[]string{"DROP", "RULE"}, onBehind("ON", accessExclusive)},
	{[]string{"COMMENT", "ON", "TABLE|VIEW"}, onFirst(shareUpdateExclusive)},
	{[]string{"COMMENT", "ON", "COLUMN"}, onTableOf(shareUpdateExclusive)},
	{[]string{"CREATE", "STATISTICS"}, onBehind("FROM", shareUpdateExclusive)},
	{[]string{"ALTER", "PUBLICATION", "*", "ADD|DROP", "TABLE", "ONLY?"}, onFirst(shareUpdateExclusive)},
	{[]string{"CREATE", "GLOBAL|LOCAL?", "TEMPORARY|TEMP?", "UNLOGGED?", "TABLE"}, newTableLocks},
	{[]string{"INSERT", "INTO"}, onFirst(rowExclusive)},
	{[]string{"UPDATE", "ONLY?"}, onFirst(rowExclusive)},
	{[]string{"DELETE", "FROM", "ONLY?"}, onFirst(rowExclusive)},
	{[]string{"MERGE", "INTO", "ONLY?"}, onFirst(rowExclusive)},
	{[]string{"COPY"}, copyLocks},
}

// onFirst, onEach and onBehind are forms whose table comes at once, with others
// behind commas, or behind a word. ofIndex names the index, whose table only the
// server knows.
func onFirst(mode string) func(phrase.Phrase) string {
	return func(p phrase.Phrase) string { return locked(mode, p.Name()) }
}

func onEach(mode string) func(phrase.Phrase) string {
	return func(p phrase.Phrase) string {
		var names []string
		for _, part := range p.Parts() {
			names = append(names, part.Name())
		}
		return locked(mode, names...)
	}
}

func onBehind(word, mode string) func(phrase.Phrase) string {
	return func(p phrase.Phrase) string {
		for i, t := range p {
			if t.Depth == 0 && t.Is(word) {
				rest, _ := p[i+1:].After("ONLY?")
				return locked(mode, rest.Name())
			}
		}
		return ""
	}
}

// onTableOf is a form that names a column, with its table before it.
func onTableOf(mode string) func(phrase.Phrase) string {
	return func(p phrase.Phrase) string {
		n := len(p) - len(p.AfterName())
		if n < 3 {
			return ""
		}
		return locked(mode, p[:n-2].Name())
	}
}

func ofIndex(mode string) func(phrase.Phrase) string {
	return func(p phrase.Phrase) string {
		p, _ = p.After("IF?", "EXISTS?")
		var names []string
		for _, part := range p.Parts() {
			if name := part.Name(); name != "" {
				names = append(names, "the table of "+name)
			}
		}
		return locked(mode, names...)
	}
}

// newTableLocks are those on tables that a new one refers to, or is a part of.
func newTableLocks(p phrase.Phrase) string {
	for i, t := range p {
		if rest, ok := p[i:].After("PARTITION", "OF"); ok && t.Depth == 0 {
			return locked(accessExclusive, rest.Name())
		}
	}
	return locked(shareRowExclusive, p.References()...)
}

// vacuumLocks tell VACUUM FULL, which builds the table anew.
func vacuumLocks(p phrase.Phrase) string {
	mode := shareUpdateExclusive
	for len(p) > 0 && (p[0].Depth > 0 || p[0].Is("(") || p[0].Is(")") || p[0].Is("FULL") || p[0].Is("FREEZE") || p[0].Is("VERBOSE") || p[0].Is("ANALYZE")) {
		if p[0].Is("FULL") {
			mode = accessExclusive
		}
		p = p[1:]
	}
	return onEach(mode)(p)
}

func lockLocks(p phrase.Phrase) string {
	for i, t := range p {
		if t.Is("IN") && t.Depth == 0 {
			var mode []string
			for _, t := range p[i+1:] {
				if t.Is("MODE") {
					return onEach(strings.Join(mode, " "))(p[:i])
				}
				mode = append(mode, t.Text)
			}
		}
	}
	return onEach(accessExclusive)(p)
}

// copyLocks tell COPY FROM, which writes, from COPY TO.
func copyLocks(p phrase.Phrase) string {
	for _, t := range p {
		if t.Depth == 0 && t.Is("FROM") {
			return locked(rowExclusive, p.Name())
		}
	}
	return ""
}

// alterForms are the actions of ALTER TABLE with a weaker lock than ACCESS
// EXCLUSIVE.
var alterForms = []struct {
	words []string
	mode  string
}{
	{[]string{"VALIDATE", "CONSTRAINT"}, shareUpdateExclusive},
	{[]string{"ADD", "FOREIGN", "KEY"}, shareRowExclusive},
	{[]string{"ALTER", "COLUMN?", "*", "SET", "STATISTICS"}, shareUpdateExclusive},
	{[]string{"ALTER", "COLUMN?", "*", "SET|RESET", "("}, shareUpdateExclusive},
	{[]string{"SET", "("}, shareUpdateExclusive},
	{[]string{"RESET", "("}, shareUpdateExclusive},
	{[]string{"CLUSTER", "ON"}, shareUpdateExclusive},
	{[]string{"SET", "WITHOUT", "CLUSTER"}, shareUpdateExclusive},
	{[]string{"ENABLE|DISABLE", "ALWAYS|REPLICA?", "TRIGGER"}, shareRowExclusive},
	{[]string{"ATTACH", "PARTITION"}, shareUpdateExclusive},
	{[]string{"DETACH", "PARTITION", "*", "CONCURRENTLY|FINALIZE"}, shareUpdateExclusive},
}

var modeOrder = []string{rowShare, rowExclusive, shareUpdateExclusive, share, shareRowExclusive, exclusive, accessExclusive}

func alterTableLocks(p phrase.Phrase) string {
	table, actions := p.Name(), p.AfterName().Parts()
	strongest, byMode := 0, map[string][]string{}
	for _, action := range actions {
		strongest = max(strongest, slices.Index(modeOrder, actionMode(action)))
		byMode[shareRowExclusive] = append(byMode[shareRowExclusive], action.References()...)
		// The partition itself is locked so by DETACH … CONCURRENTLY too, in its last transaction.
		if rest, ok := action.After("ATTACH|DETACH", "PARTITION"); ok {
			byMode[accessExclusive] = append(byMode[accessExclusive], rest.Name())
		}
	}
	mode := modeOrder[strongest]
	byMode[mode] = append([]string{table}, byMode[mode]...)
	var texts []string
	for _, m := range slices.Backward(modeOrder) {
		if text := locked(m, byMode[m]...); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " and ")
}

// actionMode is the mode of one action of ALTER TABLE on the table itself.
func actionMode(action phrase.Phrase) string {
	words := action
	if rest, ok := action.After("ADD", "CONSTRAINT", "*"); ok {
		words = append(phrase.Phrase{{Text: "ADD"}}, rest...)
	}
	for _, f := range alterForms {
		if _, ok := words.After(f.words...); ok {
			return f.mode
		}
	}
	return accessExclusive
}

// locked is the mode on the tables, or "" when there are none.
func locked(mode string, tables ...string) string {
	var names []string
	for _, t := range tables {
		if t != "" {
			names = append(names, t)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return mode + " on " + strings.Join(names, ", ")
}
