package migrations

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteScript writes what an upgrade or downgrade does as one SQL file, without
// a database: for people who run SQL themselves. span is "A:B", both symbols
// of Graph.Resolve; for an upgrade A may be left out and is base then.
//
// The script guards itself: its first transaction fails unless exactly the
// revisions up to A are applied, and each later one unless those before it
// have been committed. It has the file's transactions, and writes the version
// and log tables with them as a run does, so that a script that stopped in the
// middle is finished by the next Upgrade. On PostgreSQL it holds the lock of
// the runners while it works.
//
// A Go step, and on SQLite a tx=batch step, cannot be written down and are
// errors that name the revision, as is a way back that loses data nobody has
// agreed to lose. WithTransaction and WithLock do not apply: the transactions
// are those of the files. The Plan tells what the script does.
func (m *Runner) WriteScript(w io.Writer, dir Direction, span string) (*Plan, error) {
	from, aim, err := m.span(dir, span)
	if err != nil {
		return nil, err
	}
	p, err := m.scriptPlan(dir, from, aim)
	if err != nil || len(p.Revisions) == 0 {
		return p, err
	}
	s := m.newScript(dir, from, p)
	s.write(p)
	if s.err != nil {
		return nil, s.err
	}
	_, err = w.Write(s.out.Bytes())
	return p, err
}

// span resolves A:B to what is applied at A, and B.
func (m *Runner) span(dir Direction, span string) (from map[string]bool, aim string, err error) {
	low, high, both := strings.Cut(span, ":")
	switch {
	case !both && dir == Down:
		return nil, "", &SymbolError{Symbol: span, Msg: "a script to go back must say from where", Hint: "write <from>:" + span}
	case !both:
		low, high = "base", span
	}
	if low == "" {
		low = "base"
	}
	if high == "" {
		high = "heads"
	}
	if CountsFromCurrent(low) || high == "current" {
		return nil, "", noDatabase(span)
	}
	t, err := m.graph.Resolve(low, nil)
	if err != nil {
		return nil, "", err
	}
	return m.graph.ancestors(t.Revisions...), high, nil
}

// noDatabase is the error of a symbol that only a database could resolve.
func noDatabase(text string) error {
	return &SymbolError{Symbol: text, Msg: "a script is written without looking at a database, so nothing can count from where it stands", Hint: "name the revision; gen current tells it"}
}

// scriptPlan is the plan of a run from there.
func (m *Runner) scriptPlan(dir Direction, from map[string]bool, aim string) (*Plan, error) {
	path, err := [...]func(string, map[string]bool) ([]*Revision, error){Up: m.graph.UpgradePath, Down: m.graph.DowngradePath}[dir](aim, from)
	if err != nil {
		return nil, err
	}
	p := &Plan{From: m.graph.Current(from)}
	after := map[string]bool{}
	for id := range from {
		after[id] = true
	}
	var errs []error
	st := &state{byID: map[string]*Row{}, graph: m.graph}
	for id := range from {
		st.byID[id] = &Row{Revision: id, State: Applied}
	}
	for _, r := range path {
		pr, err := m.planRevision(st, r, dir)
		errs = append(errs, err, m.scriptable(r, pr.Steps))
		p.Revisions = append(p.Revisions, pr)
		after[r.ID] = dir == Up
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := m.accepted(st, p, orBaseIDs(p.From)+":"+aim+" --sql"); err != nil {
		return nil, err
	}
	p.To = m.graph.Current(after)
	return p, nil
}

// scriptable refuses what SQL alone cannot do.
func (m *Runner) scriptable(r *Revision, steps []Step) error {
	var errs []error
	for _, st := range steps {
		switch {
		case st.Go != "":
			errs = append(errs, &FileError{Path: r.Path, Line: st.Line, Col: 1, Msg: fmt.Sprintf("revision %s calls the Go function %s, which a script cannot", r.ID, st.Go),
				Hint: "run this revision with the application's own binary"})
		case st.Tx == TxBatch && m.dialect == SQLite:
			errs = append(errs, &FileError{Path: r.Path, Line: st.Line, Col: 1, Msg: fmt.Sprintf("revision %s has a tx=batch step, and SQLite's SQL has no loop to repeat it in a script", r.ID),
				Hint: "run this revision with gen upgrade"})
		}
	}
	return errors.Join(errs...)
}

// script writes one file. It takes the place of the connection for the store,
// which makes the version and log entries.
type script struct {
	x    *run
	out  bytes.Buffer
	in   scriptDialect
	dir  Direction
	from map[string]bool
	all  []unit // of every revision
	part int    // how many parts are done at this point of the script; see begin
	err  error
}

// scriptDialect writes what differs between the products.
type scriptDialect interface {
	// start writes the settings of the session, and the transaction that makes
	// the tables when they are to be made and then fails unless the database
	// is where the script begins.
	start(s *script)
	// makeTables writes the transaction that makes the tables unless they are there,
	// and nothing else.
	makeTables(s *script)
	// begin and commit write a transaction with the settings of a step, which
	// may be nil, that fails unless the part before it was done.
	begin(s *script, st *Step)
	commit(s *script, st *Step)
	// settle undoes what statements may have done to the session.
	settle(s *script, us []unit)
	// outside writes a statement that has no transaction.
	outside(s *script, u unit, text string)
	// batch writes a statement that is repeated until it affects no row, and
	// with that last time what f writes.
	batch(s *script, u unit, text string, f func())
	// finish writes what comes last.
	finish(s *script)
	// literal is a value of a version or log entry.
	literal(value any) string
}

func (m *Runner) newScript(dir Direction, from map[string]bool, p *Plan) *script {
	s := &script{dir: dir, from: from, x: &run{Runner: m}}
	h := sha256.New()
	if len(p.Revisions) == 0 {
		fmt.Fprintf(h, "stamp %s %s\n", strings.Join(p.From, ","), strings.Join(p.To, ","))
	}
	for _, r := range p.Revisions {
		s.all = append(s.all, units(r.Steps)...)
		fmt.Fprintf(h, "%s %s %s %s\n", dir, r.Revision.ID, checksum(r.Steps), strings.Join(p.From, ","))
	}
	sum := hex.EncodeToString(h.Sum(nil))
	// A uuid of one's own making, version 8: the same script has the same run.
	s.x.id = fmt.Sprintf("%s-%s-8%s-8%s-%s", sum[:8], sum[8:12], sum[13:16], sum[17:20], sum[20:32])
	if m.dialect == SQLite {
		s.x.store = &store{sql: sqliteStore, revisions: TableRevisions, log: TableLog, exists: true}
		s.in = sqliteScript{}
		return s
	}
	home := ""
	if m.opts.schema != "" {
		home = quote(m.opts.schema) + "."
	}
	s.x.store = &store{sql: postgresStore, schema: m.opts.schema, revisions: home + TableRevisions, log: home + TableLog, exists: true}
	s.in = postgresScript{}
	return s
}

// write writes everything.
func (s *script) write(p *Plan) {
	s.header(p)
	s.in.start(s)
	for _, r := range p.Revisions {
		s.printf("\n-- %s %s\n", r.Direction, strings.TrimSpace(r.Revision.ID+"  "+r.Revision.Message))
		s.revision(r)
	}
	s.printf("\n")
	s.in.finish(s)
}

func (s *script) header(p *Plan) {
	what, runs := map[Direction]string{Up: "Upgrade", Down: "Downgrade"}[s.dir], plural(len(p.Revisions), "revision")
	if len(p.Revisions) == 0 {
		what, runs = "Stamp", "the record alone, no statement of a revision"
	}
	s.printf("-- %s from %s to %s: %s, for %s\n", what, orBaseIDs(p.From), orBaseIDs(p.To), runs, s.x.dialect)
	s.printf("-- written by %s\n", s.x.opts.tool)
	s.printf("--\n-- It stops at once unless exactly the revisions up to %s are applied.\n-- Run it on one connection, in no transaction of your own, with\n-- ", orBaseIDs(p.From))
}

// revision writes one revision as travel runs it.
func (s *script) revision(p PlannedRevision) {
	j := s.journey(p)
	if j.atOnce() {
		s.group(j, len(j.units))
		return
	}
	progress := Running
	if j.dir == Down {
		progress = Reverting
	}
	s.ahead(j, progress)
	for j.row.Cursor < len(j.units) {
		u := j.units[j.row.Cursor]
		switch {
		case u.of.Tx == TxOn:
			n := 1
			for j.row.Cursor+n < len(j.units) && j.units[j.row.Cursor+n].step == u.step {
				n++
			}
			s.group(j, n)
		case u.of.Tx == TxBatch:
			s.batch(j)
		case s.x.classify(u) != transactional:
			s.bare(j)
		default:
			s.group(j, 1)
		}
	}
}

// journey is the revision with the row that the database is going to have.
func (s *script) journey(p PlannedRevision) *journey {
	st := &state{byID: map[string]*Row{}, graph: s.x.graph}
	if p.Direction == Down {
		row, err := s.x.stamped(p.Revision)
		s.fail(err)
		if err == nil {
			st.byID[p.Revision.ID] = row
		}
	}
	return s.x.journey(st, p)
}

// ahead writes the row of a revision of several parts before it begins.
func (s *script) ahead(j *journey, progress State) {
	next := j.row
	next.State, next.Cursor, next.InFlight, next.Prefix, next.Error = progress, 0, "", "", ""
	s.in.begin(s, nil)
	ev := s.x.event(j, "start", nil)
	if j.stored {
		s.fail(s.x.store.update(context.Background(), s, &next, j.was, j.row.Cursor, ev))
	} else {
		s.fail(s.x.store.insert(context.Background(), s, &next, ev))
	}
	s.in.commit(s, nil)
	j.row, j.stored, j.was = next, true, progress
}

// group writes the next n units and the entry in one transaction.
func (s *script) group(j *journey, n int) {
	from := j.row.Cursor
	if !j.stored || j.was == Applied {
		from = 0
	}
	us := j.units[from : from+n]
	var step *Step
	if n > 0 {
		step = us[0].of
	}
	s.in.begin(s, s.x.settings(step, false))
	for _, u := range us {
		s.statement(u.statement.Comment, s.filledText(j, u))
	}
	s.in.settle(s, us)
	s.save(j, from+n, "")
	s.in.commit(s, step)
}

// batch writes a tx=batch step.
func (s *script) batch(j *journey) {
	u := j.units[j.row.Cursor]
	s.comment(u.statement.Comment)
	s.in.batch(s, u, s.filledText(j, u), func() { s.save(j, j.row.Cursor+1, "") })
}

// bare writes a statement outside a transaction, with the entries around it
// from which an upgrade goes on when the script stopped in between.
func (s *script) bare(j *journey) {
	u := j.units[j.row.Cursor]
	text := s.filledText(j, u)
	s.in.begin(s, nil)
	s.save(j, j.row.Cursor, text)
	s.in.commit(s, nil)
	s.comment(u.statement.Comment)
	s.in.outside(s, u, text)
	s.in.begin(s, nil)
	s.save(j, j.row.Cursor+1, "")
	s.in.commit(s, nil)
}

// save writes the row as run.save does.
func (s *script) save(j *journey, cursor int, inflight string) {
	ctx, next := context.Background(), j.row
	was, old := j.was, j.row.Cursor
	next.Cursor, next.InFlight, next.Prefix, next.Error = cursor, inflight, prefixHash(j.units, cursor), ""
	detail := map[string]any{"cursor": cursor, "total": len(j.units)}
	var err error
	switch finished := cursor == len(j.units) && inflight == ""; {
	case finished && j.dir == Down:
		err = s.x.store.delete(ctx, s, j.rev.ID, s.x.event(j, "down", detail))
	case finished && j.stored:
		next.State = Applied
		err = s.x.store.update(ctx, s, &next, was, old, s.x.event(j, "up", detail))
	case finished:
		next.State = Applied
		err = s.x.store.insert(ctx, s, &next, s.x.event(j, "up", detail))
	default:
		err = s.x.store.update(ctx, s, &next, was, old, s.x.event(j, "step", detail))
	}
	s.fail(err)
	j.row, j.stored, j.was = next, true, next.State
}

func (s *script) filledText(j *journey, u unit) string {
	rules, _ := rulesFor(s.x.dialect)
	text, _ := substitute(rules, u.statement.SQL, j.rev.Vars, s.x.opts.vars)
	return text
}

// home is the condition that exactly the revisions of from are applied.
func (s *script) home() string {
	table := s.x.store.revisions
	ids := []string{}
	for _, r := range s.x.graph.order {
		if s.from[r.ID] {
			ids = append(ids, s.in.literal(r.ID))
		}
	}
	all := "(SELECT count(*) FROM " + table + ") = " + strconv.Itoa(len(ids))
	if len(ids) == 0 {
		return all
	}
	slices.Sort(ids)
	return all + " AND (SELECT count(*) FROM " + table + " WHERE state = 'applied' AND revision IN (" + strings.Join(ids, ", ") + ")) = " + strconv.Itoa(len(ids))
}

// statement writes a statement of a revision with its comments.
func (s *script) statement(comment []string, text string) {
	s.comment(comment)
	s.printf("%s\n", terminated(s.x.dialect, text))
}

func (s *script) comment(lines []string) {
	for _, line := range lines {
		s.printf("%s\n", strings.TrimRight("-- "+line, " "))
	}
}

// terminated is a statement with its semicolon, which must not end up in a
// comment.
func terminated(d Dialect, text string) string {
	if again, err := Split(d, text+";"); err == nil && len(again) == 1 && again[0].SQL == text {
		return text + ";"
	}
	return text + "\n;"
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.out, format, args...) }

func (s *script) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// ExecContext writes the store's statement with its values.
func (s *script) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	s.printf("%s;\n", s.filledIn(query, args))
	return driver.RowsAffected(1), nil
}

// filledIn puts the values in the place of ?, or $1, $2 and so on. The store's
// statements hold neither otherwise.
func (s *script) filledIn(query string, args []any) string {
	var b strings.Builder
	next := 0
	for i := 0; i < len(query); i++ {
		switch {
		case query[i] == '?' && !s.x.store.sql.numbered:
			next++
		case query[i] == '$' && s.x.store.sql.numbered:
			end := i + 1
			for end < len(query) && isDigit(query[end]) {
				end++
			}
			next, _ = strconv.Atoi(query[i+1 : end])
			i = end - 1
		default:
			b.WriteByte(query[i])
			continue
		}
		if next < 1 || next > len(args) {
			s.fail(fmt.Errorf("writing the script: a statement of the version table has no value %d", next))
			return ""
		}
		b.WriteString(s.in.literal(args[next-1]))
	}
	return b.String()
}

var errNoDatabase = errors.New("a script is written without a database")

// QueryContext is part of Tx; the store's writing methods do not query.
func (s *script) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errNoDatabase
}

// QueryRowContext is part of Tx; the store's writing methods do not query.
func (s *script) QueryRowContext(context.Context, string, ...any) *sql.Row { return nil }

// sqlString is a string literal; s has no NUL, which neither product takes.
func sqlString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
