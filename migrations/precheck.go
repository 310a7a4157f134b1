package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Finding is what the query of one gen:precheck line found.
type Finding struct {
	Revision  *Revision
	Direction Direction
	Statement Statement // the one that would fail
	Query     Precheck  // as it was sent, variables filled in
	Verdict   Verdict
	// Keys are the columns of the query, Rows some of the rows it found, at most
	// five, Count how many it gave; More says that it was cut short by its own LIMIT.
	Keys  []string
	Rows  [][]string
	Count int
	More  bool
	// Why is, of an Unchecked one, why; of one that is Undecided, the place of what
	// may mend it before; of an InTheWay without rows, what the server said: a value
	// cannot be converted, and it does not tell which. It holds no value of a row.
	Why string

	missing bool // Unchecked, as something is not there
}

// Verdict is what a precheck has shown.
type Verdict int

const (
	// Clear: no row is in the way now.
	Clear Verdict = iota
	// InTheWay: the statement would fail on rows that are there now.
	InTheWay
	// Undecided: it would fail now, but what runs before it writes to the same
	// table, or may: perhaps these rows are mended by then.
	Undecided
	// Unchecked: the query could not be run now.
	Unchecked
)

var verdictNames = [...]string{Clear: "clear", InTheWay: "in the way", Undecided: "undecided", Unchecked: "unchecked"}

// String is the word that stands in JSON.
func (v Verdict) String() string { return verdictNames[v] }

// shown is how many rows a Finding tells.
const shown = 5

// Precheck runs the gen:precheck queries of what Upgrade(ctx, target) would run,
// each in a read-only transaction of its own, and returns what each has found, in
// the order of the statements. It changes nothing and takes no lock but those of
// reading. timeout limits each query; 0 is no limit. The error is that with which
// Plan stops, or a connection that fails; rows in the way are none.
func (m *Runner) Precheck(ctx context.Context, target string, timeout time.Duration) ([]Finding, error) {
	return m.precheck(ctx, Up, target, timeout)
}

// PrecheckDowngrade is Precheck for what Downgrade would run.
func (m *Runner) PrecheckDowngrade(ctx context.Context, target string, timeout time.Duration) ([]Finding, error) {
	return m.precheck(ctx, Down, target, timeout)
}

func (m *Runner) precheck(ctx context.Context, dir Direction, target string, timeout time.Duration) ([]Finding, error) {
	plan, err := m.planOnly(ctx, dir, target)
	if err != nil {
		return nil, err
	}
	x, err := m.connect(ctx, "precheck")
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	rules, ok := rulesFor(m.dialect)
	if !ok {
		return nil, m.dialect.check()
	}
	var out []Finding
	before := menders{rules: rules}
	for _, r := range plan.Revisions {
		before.revision = r.Revision
		skip := r.Skip
		for _, u := range units(r.Steps) {
			if skip > 0 {
				skip--
				continue
			}
			if u.statement != nil {
				for _, q := range u.statement.Prechecks {
					f := Finding{Revision: r.Revision, Direction: dir, Statement: *u.statement, Query: q}
					if err := x.inquire(ctx, &f, timeout); err != nil {
						return nil, fmt.Errorf("%s:%d: gen:precheck: %w", r.Revision.Path, q.Line, err)
					}
					before.judge(&f)
					out = append(out, f)
				}
			}
			before.add(u)
		}
	}
	return out, nil
}

// inquire runs the query of a finding.
func (x *run) inquire(ctx context.Context, f *Finding, timeout time.Duration) error {
	if timeout > 0 && x.dialect == SQLite {
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = limited
	}
	err := x.readOnly(ctx, timeout, func(q querier) error { return f.read(ctx, q) })
	if err == nil {
		return nil
	}
	d := x.opts.detailOf(err)
	switch class := d.SQLState[:min(2, len(d.SQLState))]; {
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && timeout > 0, d.SQLState == "57014" && ctx.Err() == nil:
		f.Verdict, f.Why = Unchecked, fmt.Sprintf("it took longer than %s", timeout)
	case d.SQLState == "55P03":
		f.Verdict, f.Why = Unchecked, "others hold a lock on the table"
	case class == "22", class == "23":
		// The server says the value as well, which may be nobody's business.
		f.Verdict, f.Why = InTheWay, "a value cannot be converted ("+d.SQLState+"), and the server does not say in which row"
	case class == "42", class == "3F", class == "25", class == "0A", x.dialect == SQLite && isMissing(d.Message):
		f.Verdict, f.Why = Unchecked, d.Message
		f.missing = x.dialect == SQLite || slices.Contains([]string{"42P01", "42703", "42704", "42883", "3F000"}, d.SQLState)
	default:
		return err
	}
	f.Rows, f.Count, f.More = nil, 0, false
	return nil
}

// isMissing tells from SQLite's words that it could not read the query.
func isMissing(message string) bool {
	return strings.Contains(message, "no such ") || strings.Contains(message, "syntax error") || strings.Contains(message, "malformed")
}

// readOnly runs f in a transaction that cannot write.
func (x *run) readOnly(ctx context.Context, timeout time.Duration, f func(querier) error) error {
	if x.dialect == SQLite {
		const on, off = "PRAGMA query_only = 1", "PRAGMA query_only = 0"
		if _, err := x.conn.ExecContext(ctx, on); err != nil {
			return err
		}
		defer func() {
			ctx, cancel := cleanup(ctx)
			defer cancel()
			x.conn.ExecContext(ctx, off)
		}()
		return f(x.conn)
	}
	tx, err := x.conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	limit := timeout
	if limit == 0 {
		limit = NoTimeout
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', $2, true)",
		millis(x.opts.lockTimeout), millis(limit)); err != nil {
		return err
	}
	return f(tx)
}

// A querier reads, in a transaction or without.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// read reads the rows that the query finds.
func (f *Finding) read(ctx context.Context, q querier) error {
	rows, err := q.QueryContext(ctx, f.Query.SQL)
	if err != nil {
		return err
	}
	defer rows.Close()
	if f.Keys, err = rows.Columns(); err != nil {
		return err
	}
	for rows.Next() {
		f.Count++
		if f.Count > shown {
			continue
		}
		values := make([]sql.NullString, len(f.Keys))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = "NULL"
			if v.Valid {
				row[i] = v.String
			}
		}
		f.Rows = append(f.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if f.Count > 0 {
		f.Verdict, f.More = InTheWay, f.Count == limitOf(f.Query.SQL)
	}
	return nil
}

var limitAtEnd = regexp.MustCompile(`(?i)\bLIMIT\s+(\d+)$`)

// limitOf is the number of the LIMIT at the end of the query; -1 without one.
func limitOf(query string) int {
	m := limitAtEnd.FindStringSubmatch(query)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return -1
	}
	return n
}

// menders are the statements of a run so far that may change what a query finds.
type menders struct {
	rules    lexRules
	revision *Revision // the one at hand
	all      []mender
	seen     int // statements
}

// A mender writes to the table, or to nobody knows which.
type mender struct {
	of     *Revision
	place  string
	table  string // lower case; empty: any
	schema bool   // it changes the table itself, which the same revision's queries know of
}

// judge takes what is in the way for undecided where something before may mend it.
func (m *menders) judge(f *Finding) {
	if f.missing && m.seen > 0 {
		f.Why += "; what makes it runs before"
	}
	if f.Verdict != InTheWay {
		return
	}
	names := namesIn(m.rules, f.Query.SQL)
	i := slices.IndexFunc(m.all, func(w mender) bool {
		return !(w.schema && w.of == m.revision) && (w.table == "" || slices.Contains(names, w.table))
	})
	if i >= 0 {
		f.Verdict, f.Why = Undecided, m.all[i].place
	}
}

// add looks at one more statement, or a Go function, which may do anything.
func (m *menders) add(u unit) {
	m.seen++
	w := mender{of: m.revision, place: fmt.Sprintf("%s:%d", m.revision.Path, u.of.Line)}
	if u.statement == nil {
		m.all = append(m.all, w)
		return
	}
	w.place = fmt.Sprintf("%s:%d", m.revision.Path, u.statement.Line)
	sql := u.statement.SQL
	words := statementWords(m.rules, sql)
	names := namesIn(m.rules, sql)
	target := func(skip ...string) string {
		i := 0
		for _, s := range words {
			if !contains(skip, s) {
				break
			}
			i++
		}
		return tableAt(m.rules, sql, i)
	}
	switch word(words, 0) {
	case "UPDATE":
		w.table = target("UPDATE", "ONLY", "OR", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "IGNORE")
	case "DELETE":
		w.table = target("DELETE", "FROM", "ONLY")
	case "INSERT", "REPLACE", "MERGE":
		w.table = target("INSERT", "REPLACE", "MERGE", "INTO", "OR", "ROLLBACK", "ABORT", "FAIL", "IGNORE")
	case "COPY", "TRUNCATE":
		w.table = target("COPY", "TRUNCATE", "TABLE", "ONLY")
	case "WITH", "DO", "CALL", "EXECUTE":
	case "SELECT":
		if slices.Contains(names, "setval") || !slices.Contains(words, "(") {
			return
		}
	case "ALTER", "DROP":
		if word(words, 1) != "TABLE" || word(words, 0) == "ALTER" && !containsAny(words, "TYPE", "DROP", "RENAME") {
			return
		}
		w.table, w.schema = target("ALTER", "DROP", "TABLE", "IF", "EXISTS", "ONLY"), true
	default:
		return
	}
	m.all = append(m.all, w)
}

func containsAny(words []string, any ...string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return contains(words, s) })
}

// tableAt is the last part of the name that begins at the significant token i, in
// lower case.
func tableAt(rules lexRules, sql string, i int) string {
	tokens := tokensOf(rules, sql)
	name := ""
	for ; i < len(tokens); i += 2 {
		name = nameOf(tokens[i])
		if i+1 >= len(tokens) || tokens[i+1] != "." {
			break
		}
	}
	return name
}

// namesIn are the words and quoted identifiers of sql, in lower case.
func namesIn(rules lexRules, sql string) []string {
	var names []string
	for _, t := range tokensOf(rules, sql) {
		names = append(names, nameOf(t))
	}
	return names
}

// nameOf is a token as a name, without quotes, in lower case.
func nameOf(token string) string { return strings.ToLower(strings.Trim(token, "\"`[]")) }

// tokensOf are the significant tokens of sql as they stand.
func tokensOf(rules lexRules, sql string) []string {
	s := scanner{src: sql, rules: rules}
	var tokens []string
	for {
		t, err := s.next()
		if err != nil || t.kind == tokenEOF {
			return tokens
		}
		switch t.kind {
		case tokenSpace, tokenLine, tokenBlock:
			continue
		}
		tokens = append(tokens, sql[t.start:t.end])
	}
}
