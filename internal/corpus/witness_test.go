package corpus_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// The witnesses say what is in a database without any of gen's own readers.

// dumpWitness is pg_dump's text as statements, one per entry, sorted, with
// what never makes a difference put into one form:
//
//  1. the columns and constraints of a CREATE TABLE are sorted: ADD COLUMN
//     appends, so a table that grew has another order
//  2. PostgreSQL 18 prints the name of a NOT NULL constraint where it is not
//     the one it would choose; a rename of the column leaves the old name
//  3. storage parameters are sorted: SET appends
//  4. of the two spellings that PostgreSQL has for varchar IN (…) the second
//     is taken: a text that was read from the catalog and used again comes back
//     that way (reference: ruleutils.c prints what it parsed, casts included)
//  5. what belongs to gen's version tables is left out
//  6. the columns of extended statistics are sorted: the server prints them as
//     they stand in the table, which is as they came
//
// Names of objects that nobody chose are dealt with by sameWitness.
func dumpWitness(t testing.TB, d *database) string {
	t.Helper()
	var kept []string
	for _, s := range dumpStatements(dbtest.PgDump(t, d.url)) {
		if strings.Contains(s, "public.gen_revisions") || strings.Contains(s, "public.gen_log") {
			continue
		}
		if strings.HasPrefix(s, "CREATE TABLE ") || strings.HasPrefix(s, "CREATE UNLOGGED TABLE ") {
			s = sortTableBody(s)
		}
		kept = append(kept, foldTexts(s))
	}
	slices.Sort(kept)
	return strings.Join(kept, "\n")
}

var dumpStart = regexp.MustCompile(`^(CREATE|ALTER|COMMENT|SET|SELECT|GRANT|REVOKE|DROP) `)

var dumpTuning = regexp.MustCompile(`(?m)^ALTER TABLE .* ALTER COLUMN .* SET (STATISTICS|STORAGE|COMPRESSION|\()`)

// dumpStatements cuts a dump at the empty lines before a statement. What tunes
// a column follows its table without one.
func dumpStatements(dump string) []string {
	dump = dumpTuning.ReplaceAllString(dump, "\n$0")
	var list []string
	for _, block := range strings.Split(strings.TrimRight(dump, "\n"), "\n\n") {
		if n := len(list); n > 0 && !dumpStart.MatchString(strings.TrimLeft(block, "\n")) {
			list[n-1] += "\n\n" + block
			continue
		}
		list = append(list, strings.TrimLeft(block, "\n"))
	}
	return list
}

var (
	dumpOptions    = regexp.MustCompile(`(?m)^(WITH \()(.*)(\);?)$`)
	dumpStatistics = regexp.MustCompile(`(?m)^(CREATE STATISTICS .* ON )(.*)( FROM .*;?)$`)
	varcharArray   = regexp.MustCompile(`\(\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]\)`)
	varcharItem    = regexp.MustCompile(`'(?:[^']|'')*'::character varying`)
)

// foldTexts takes one of several texts that mean the same.
func foldTexts(s string) string {
	s = dumpOptions.ReplaceAllStringFunc(s, func(line string) string {
		m := dumpOptions.FindStringSubmatch(line)
		options := strings.Split(m[2], ", ")
		slices.Sort(options)
		return m[1] + strings.Join(options, ", ") + m[3]
	})
	s = dumpStatistics.ReplaceAllStringFunc(s, func(line string) string {
		m := dumpStatistics.FindStringSubmatch(line)
		columns := strings.Split(m[2], ", ")
		slices.Sort(columns)
		return m[1] + strings.Join(columns, ", ") + m[3]
	})
	return varcharArray.ReplaceAllStringFunc(s, func(array string) string {
		return "(ARRAY[" + varcharItem.ReplaceAllString(varcharArray.FindStringSubmatch(array)[1], "($0)::text") + "])"
	})
}

var notNullName = regexp.MustCompile(` CONSTRAINT ("([^"]|"")+"|[^ "]+) NOT NULL`)

func sortTableBody(s string) string {
	lines := strings.Split(s, "\n")
	var head, body, tail []string
	for i, l := range lines {
		switch {
		case i == 0:
			head = append(head, l)
		case len(tail) == 0 && strings.HasPrefix(l, "    "):
			l = notNullName.ReplaceAllString(strings.TrimSuffix(l, ","), " NOT NULL")
			body = append(body, l)
		default:
			tail = append(tail, l)
		}
	}
	slices.Sort(body)
	return strings.Join(slices.Concat(head, body, tail), "\n")
}

var (
	dumpConstraint = regexp.MustCompile(`(?s)^ALTER TABLE ONLY (.+?)\n    ADD CONSTRAINT ("(?:[^"]|"")+"|[^ "]+) (.*)$`)
	dumpCheck      = regexp.MustCompile(`^    CONSTRAINT ("(?:[^"]|"")+"|[^ "]+) (CHECK .*)$`)
	dumpIndex      = regexp.MustCompile(`(?s)^CREATE (UNIQUE )?INDEX ("(?:[^"]|"")+"|[^ "]+) ON (.*)$`)
	dumpTable      = regexp.MustCompile(`^CREATE (?:UNLOGGED )?TABLE (.+) \(`)
	dumpIdentity   = regexp.MustCompile(`(?s)^ALTER TABLE (.+) ALTER COLUMN (.+) ADD GENERATED .*\n    SEQUENCE NAME (\S+|.*"[^"]*")\n`)
	pragmaIndex    = regexp.MustCompile(`^index (.+) (on .+: unique=.*)$`)
	dumpOwned      = regexp.MustCompile(`^ALTER SEQUENCE (.+) OWNED BY (.+);$`)
)

// A called is an object whose name nobody may have chosen: a constraint, an
// index, the sequence of a column.
type called struct {
	what      string // what it is, without the name
	name      string
	statement int // of the witness
}

func cutWitness(witness string) []string { return strings.Split(witness, ";\n") }

func nameless(witness string) []called {
	var list []called
	seen := map[string]int{}
	put := func(statement int, what, name string) {
		list = append(list, called{fmt.Sprintf("%s #%d", what, seen[what]), name, statement})
		seen[what]++
	}
	for i, s := range cutWitness(witness) {
		if m := dumpConstraint.FindStringSubmatch(s); m != nil {
			put(i, "constraint of "+m[1]+": "+strings.TrimSuffix(m[3], ";"), m[2])
		}
		if m := dumpIndex.FindStringSubmatch(s); m != nil {
			put(i, "index: "+m[1]+strings.TrimSuffix(m[3], ";"), m[2])
		}
		if m := dumpIdentity.FindStringSubmatch(s); m != nil {
			put(i, "sequence of "+m[1]+"."+m[2], m[3])
		}
		if m := dumpOwned.FindStringSubmatch(strings.TrimSuffix(s, ";") + ";"); m != nil {
			put(i, "sequence of "+m[2], m[1])
		}
		for _, l := range strings.Split(s, "\n") {
			if c := dumpCheck.FindStringSubmatch(l); c != nil {
				put(i, "check of "+dumpTable.FindString(s)+": "+c[2], c[1])
			}
			if x := pragmaIndex.FindStringSubmatch(l); x != nil {
				put(i, "index of "+x[2], x[1])
			}
		}
	}
	return list
}

// withNamesOf gives the objects of got the names that the same objects have
// in want, where nobody chose those names: a table that was renamed keeps the
// names of its constraints, indexes and sequences.
func withNamesOf(got, want string, models *schema.Database) string {
	derived, wanted := derivedNames(models), map[string]string{}
	for _, c := range nameless(want) {
		wanted[c.what] = c.name
	}
	list := cutWitness(got)
	for _, c := range nameless(got) {
		w, ok := wanted[c.what]
		switch {
		case !ok || w == c.name:
		case strings.HasPrefix(c.what, "sequence"): // a name with its schema, used elsewhere too
			for i := range list {
				list[i] = replaceName(list[i], c.name, w)
			}
		case derived[unquote(w)]:
			list[c.statement] = replaceName(list[c.statement], c.name, w)
		}
	}
	return sortWitness(strings.Join(list, ";\n"))
}

func sortWitness(text string) string {
	if !strings.Contains(text, ";\n") {
		// Lines further in belong to the line before them.
		var blocks [][]string
		for _, l := range strings.Split(text, "\n") {
			if n := len(blocks); n > 0 && strings.HasPrefix(l, " ") {
				blocks[n-1] = append(blocks[n-1], l)
			} else {
				blocks = append(blocks, []string{l})
			}
		}
		var list []string
		for _, b := range blocks {
			slices.Sort(b[1:])
			list = append(list, strings.Join(b, "\n"))
		}
		slices.Sort(list)
		return strings.Join(list, "\n")
	}
	list := strings.Split(strings.TrimSuffix(text, ";")+"\n", ";\n")
	for i, s := range list {
		if dumpTable.MatchString(s) {
			list[i] = sortTableBody(s)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ";\n")
}

func unquote(name string) string {
	if strings.HasPrefix(name, `"`) {
		return strings.ReplaceAll(strings.Trim(name, `"`), `""`, `"`)
	}
	return name
}

func derivedNames(db *schema.Database) map[string]bool {
	names := map[string]bool{}
	for _, t := range db.Tables {
		if t.PrimaryKey != nil && t.PrimaryKey.Derived {
			names[t.PrimaryKey.Name] = true
		}
		for _, c := range t.Uniques {
			names[c.Name] = names[c.Name] || c.Derived
		}
		for _, c := range t.ForeignKeys {
			names[c.Name] = names[c.Name] || c.Derived
		}
		for _, c := range t.Checks {
			names[c.Name] = names[c.Name] || c.Derived
		}
		for _, c := range t.Exclusions {
			names[c.Name] = names[c.Name] || c.Derived
		}
		for _, x := range t.Indexes {
			names[x.Name] = names[x.Name] || x.Derived
		}
	}
	return names
}

// replaceName replaces a whole name, quoted or not, qualified or not.
func replaceName(text, from, to string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, from)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := i + len(from)
		whole := (i == 0 || !isNameByte(text[i-1])) && (end == len(text) || !isNameByte(text[end]))
		b.WriteString(text[:i])
		if whole {
			b.WriteString(to)
		} else {
			b.WriteString(from)
		}
		text = text[end:]
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// pragmaWitness is what SQLite's pragmas say of a database, and of what they
// do not say the tokens of the catalog's text: checks, generated expressions,
// names of constraints, AUTOINCREMENT, deferred foreign keys. The collation of
// a column is found by creating an index on it, which is rolled back.
func pragmaWitness(t testing.TB, d *database) string {
	t.Helper()
	w := &pragmas{t: t, d: d}
	for _, r := range w.rows(`SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name`) {
		kind, name, table, text := r[0], r[1], r[2], r[3]
		if strings.HasPrefix(table, "gen_") {
			continue
		}
		switch kind {
		case "table":
			if of := w.rows(`SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?`, name)[0][0]; of != "table" {
				w.line("%s table %s: %s", of, name, strings.Join(tokens(text), " "))
				continue
			}
			w.table(name, text)
		case "index":
			toks := tokens(text)
			w.line("index %s on %s: unique=%v %s", name, table, toks[1] == "unique", strings.Join(toks[slices.Index(toks, "("):], " "))
		default:
			w.line("%s %s on %s: %s", kind, name, table, strings.Join(tokens(text), " "))
		}
	}
	if bad := w.rows(`PRAGMA foreign_key_check`); len(bad) > 0 {
		w.line("rows violate foreign keys: %v", bad)
	}
	if ok := w.rows(`PRAGMA integrity_check`); ok[0][0] != "ok" {
		w.line("integrity: %v", ok)
	}
	return w.b.String()
}

type pragmas struct {
	t testing.TB
	d *database
	b strings.Builder
}

func (w *pragmas) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *pragmas) rows(query string, args ...any) [][]string {
	w.t.Helper()
	rows, err := w.d.sql.QueryContext(w.t.Context(), query, args...)
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return readRows(w.t, rows)
}

func (w *pragmas) table(name, text string) {
	toks := tokens(text)
	for _, r := range w.rows(`SELECT type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?`, name) {
		w.line("table %s %s without_rowid=%s strict=%s autoincrement=%v", name, r[0], r[1], r[2], slices.Contains(toks, "autoincrement"))
	}
	var columns, keys, indexes []string
	for _, r := range w.rows(`SELECT name, type, "notnull", coalesce(dflt_value, ''), pk, hidden FROM pragma_table_xinfo(?)`, name) {
		columns = append(columns, fmt.Sprintf("  column %s %s notnull=%s default=%q pk=%s hidden=%s collate=%s",
			r[0], r[1], r[2], strings.Join(tokens(r[3]), " "), r[4], r[5], w.collation(name, r[0])))
	}
	byID := map[string]string{}
	for _, r := range w.rows(`SELECT id, "table", "from", coalesce("to", ''), on_update, on_delete, match FROM pragma_foreign_key_list(?) ORDER BY id, seq`, name) {
		byID[r[0]] += fmt.Sprintf(" %s→%s.%s update %s delete %s match %s,", r[2], r[1], r[3], r[4], r[5], r[6])
	}
	for _, k := range byID {
		keys = append(keys, "  foreign key"+k)
	}
	for _, r := range w.rows(`SELECT name, "unique", origin, partial FROM pragma_index_list(?)`, name) {
		line := fmt.Sprintf("  index unique=%s origin=%s partial=%s", r[1], r[2], r[3])
		if r[2] == "c" {
			line += " " + r[0]
		}
		for _, k := range w.rows(`SELECT coalesce(name, 'expression'), "desc", coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno`, r[0]) {
			line += fmt.Sprintf(" (%s desc=%s %s)", k[0], k[1], k[2])
		}
		indexes = append(indexes, line)
	}
	for _, list := range [][]string{columns, keys, indexes, clauses(toks)} {
		slices.Sort(list)
		for _, l := range list {
			w.line("%s", l)
		}
	}
}

// collation is a column's, as an index on it inherits it.
func (w *pragmas) collation(table, column string) string {
	ctx := context.Background()
	tx, err := w.d.sql.BeginTx(ctx, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer tx.Rollback()

	if _, err := tx.ExecContext(ctx, "CREATE INDEX witness_probe ON "+ident(table)+" ("+ident(column)+")"); err != nil {
		w.t.Fatal(err)
	}
	var coll string
	if err := tx.QueryRowContext(ctx, `SELECT coll FROM pragma_index_xinfo('witness_probe') WHERE seqno = 0`).Scan(&coll); err != nil {
		w.t.Fatal(err)
	}
	return strings.ToLower(coll)
}

// clauses are the parts of a CREATE TABLE that no pragma tells of.
func clauses(toks []string) []string {
	var list []string
	for i, tok := range toks {
		switch tok {
		case "check", "as":
			if i+1 < len(toks) && toks[i+1] == "(" {
				list = append(list, "  "+tok+" "+strings.Join(inner(toks[i+1:]), " "))
			}
		case "constraint":
			list = append(list, "  constraint "+toks[i+1])
		case "deferrable":
			line := "  deferrable"
			if i > 0 && toks[i-1] == "not" {
				line = "  not deferrable"
			}
			if i+2 < len(toks) && toks[i+1] == "initially" {
				line += " " + toks[i+2]
			}
			list = append(list, line)
		case "conflict":
			list = append(list, "  on conflict "+toks[i+1])
		}
	}
	return list
}

// inner is what stands in the parentheses that toks begins with.
func inner(toks []string) []string {
	depth := 0
	for i, tok := range toks {
		switch tok {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return toks[:i+1]
			}
		}
	}
	return toks
}

// tokens cuts SQL at blanks and signs. Names are unquoted, words are lower
// case; comments are gone.
func tokens(text string) []string {
	var list []string
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c <= ' ':
			i++
		case strings.HasPrefix(text[i:], "--"):
			if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
				i += n
			} else {
				i = len(text)
			}
		case c == '\'' || c == '"' || c == '`':
			end := i + 1
			for end < len(text) {
				if text[end] == c {
					if end+1 < len(text) && text[end+1] == c {
						end += 2
						continue
					}
					break
				}
				end++
			}
			tok := text[i : end+1]
			if c != '\'' {
				// A name: the same with quotes as without, but never a keyword.
				tok = strings.ReplaceAll(tok[1:len(tok)-1], string([]byte{c, c}), string(c))
				if reserved[strings.ToLower(tok)] {
					tok = "name:" + tok
				}
				tok = strings.ToLower(tok)
			}
			list = append(list, tok)
			i = end + 1
		case isNameByte(c):
			end := i
			for end < len(text) && (isNameByte(text[end]) || text[end] == '.' && c >= '0' && c <= '9') {
				end++
			}
			list = append(list, strings.ToLower(text[i:end]))
			i = end
		default:
			list = append(list, string(c))
			i++
		}
	}
	return list
}

// reserved are the words that clauses looks for.
var reserved = map[string]bool{"check": true, "as": true, "constraint": true, "deferrable": true, "conflict": true, "autoincrement": true}

// releases are those of an ORM to hold gen against: all, or in short runs (one
// for each major of the server) the newest, which is the last.
func releases[T any](all []T) []T {
	if testing.Short() {
		return all[len(all)-1:]
	}
	return all
}
