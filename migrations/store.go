package migrations

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The tables of gen in a database. Every comparison of schemas leaves them
// out.
const (
	TableRevisions = "gen_revisions"
	TableLog       = "gen_log"
)

// State is how far a revision of the version table is.
type State string

// The states of a revision.
const (
	Running   State = "running"   // being applied, or interrupted in it
	Applied   State = "applied"   // in place
	Reverting State = "reverting" // being downgraded, or interrupted in it
)

// Row is one revision in the version table.
type Row struct {
	Revision     string
	Parents      []string
	Depends      []string
	Message      string
	Kind         string // sql, merge, stamp, squash
	State        State
	Checksum     string
	DownChecksum string
	DownSQL      string // the down section as a file would hold it; empty when there is none
	Cursor       int    // how many statements of the section in progress are done
	Total        int
	InFlight     string // the statement running outside a transaction; empty when none
	Prefix       string // prefixHash of the first Cursor statements
	Error        string // of the last failed attempt
	StartedAt    time.Time
	AppliedAt    time.Time
	Duration     time.Duration
	AppliedBy    string
	Tool         string
	Seq          int64 // order of application
}

// Tx is what a Go function of a revision works on: the step's transaction,
// or with tx=each the run's connection.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// storeSQL are the texts in which the stores of the dialects differ.
type storeSQL struct {
	create    []string // the two tables; %[1]s and %[2]s are their names
	now       string   // the server's clock
	ago       string   // now minus ? seconds
	timeText  string   // %s as text, RFC 3339 UTC
	numbered  bool     // placeholders are $1, $2, … instead of ?
	loggedCTE bool     // a WITH clause can write the log row in the same statement
}

// store reads and writes the version and log tables. It never begins or ends a
// transaction: each writing method is one atomic change when the caller has
// one open, or when the dialect does it in one statement.
type store struct {
	sql       storeSQL
	schema    string // empty in SQLite
	revisions string // the tables' names, qualified and quoted
	log       string
	exists    bool
}

// rowColumns are read and written in this order.
const rowColumns = "revision, parents, depends, message, kind, state, checksum, down_checksum, down_sql, " +
	"cursor, total, inflight, inflight_sql, prefix, error"

// rows reads the version table in the order of application. It is empty when
// the table does not exist.
func (s *store) rows(ctx context.Context, q Tx) ([]Row, error) {
	if !s.exists {
		return nil, nil
	}
	query := "SELECT " + rowColumns + ", " + fmt.Sprintf(s.sql.timeText, "started_at") + ", " +
		fmt.Sprintf(s.sql.timeText, "applied_at") + ", duration_ms, applied_by, tool, seq FROM " + s.revisions + " ORDER BY seq"
	rs, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.revisions, err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		r, err := scanRow(rs)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", s.revisions, err)
		}
		out = append(out, r)
	}
	if err := rs.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.revisions, err)
	}
	return out, nil
}

func scanRow(rs *sql.Rows) (Row, error) {
	var (
		r                                     Row
		parents, depends, started             string
		downSum, down, inflight, failure, end sql.NullString
		flying                                bool
		ms                                    sql.NullInt64
	)
	err := rs.Scan(&r.Revision, &parents, &depends, &r.Message, &r.Kind, &r.State, &r.Checksum, &downSum, &down,
		&r.Cursor, &r.Total, &flying, &inflight, &r.Prefix, &failure, &started, &end, &ms, &r.AppliedBy, &r.Tool, &r.Seq)
	if err != nil {
		return Row{}, err
	}
	r.Parents, r.Depends = splitIDs(parents), splitIDs(depends)
	r.DownChecksum, r.DownSQL, r.Error = downSum.String, down.String, failure.String
	if flying {
		r.InFlight = inflight.String
	}
	r.Duration = time.Duration(ms.Int64) * time.Millisecond
	if r.StartedAt, err = time.Parse(time.RFC3339Nano, started); err != nil {
		return Row{}, err
	}
	if end.String != "" {
		if r.AppliedAt, err = time.Parse(time.RFC3339Nano, end.String); err != nil {
			return Row{}, err
		}
	}
	return r, nil
}

func splitIDs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// event is one entry of the log table.
type event struct {
	run      string // the run's uuid
	revision string
	name     string // up, down, stamp, start, resume, repair, fail, layout, resolve, accept
	detail   map[string]any
}

func (s *store) values(r *Row) []any {
	null := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	return []any{r.Revision, strings.Join(r.Parents, ","), strings.Join(r.Depends, ","), r.Message, r.Kind, string(r.State),
		r.Checksum, null(r.DownChecksum), null(r.DownSQL), r.Cursor, r.Total, r.InFlight != "", null(r.InFlight), r.Prefix, null(r.Error)}
}

// insert adds r. When r is applied, its applied_at is the server's time and
// its started_at that much earlier as r.Duration says.
func (s *store) insert(ctx context.Context, q Tx, r *Row, ev event) error {
	applied := "NULL"
	if r.State == Applied {
		applied = s.sql.now
	}
	text := "INSERT INTO " + s.revisions + " (" + rowColumns + ", started_at, applied_at, duration_ms, applied_by, tool) VALUES (" +
		strings.Repeat("?, ", 15) + s.sql.ago + ", " + applied + ", ?, ?, ?)"
	args := append(s.values(r), r.Duration.Round(time.Millisecond).Seconds(), r.Duration.Milliseconds(), r.AppliedBy, r.Tool)
	return s.write(ctx, q, ev, text, args)
}

// update stores r over the row that stands at the given state and cursor.
func (s *store) update(ctx context.Context, q Tx, r *Row, was State, cursor int, ev event) error {
	finish := ""
	if r.State == Applied && was != Applied {
		finish = ", applied_at = " + s.sql.now
	}
	columns := strings.Split(rowColumns, ", ")
	text := "UPDATE " + s.revisions + " SET " + strings.Join(columns[1:], " = ?, ") + " = ?, duration_ms = ?" + finish +
		" WHERE revision = ? AND state = ? AND cursor = ?"
	args := append(s.values(r)[1:], r.Duration.Milliseconds(), r.Revision, string(was), cursor)
	return s.write(ctx, q, ev, text, args)
}

// delete removes the row of a revision.
func (s *store) delete(ctx context.Context, q Tx, revision string, ev event) error {
	return s.write(ctx, q, ev, "DELETE FROM "+s.revisions+" WHERE revision = ?", []any{revision})
}

// write runs a change of one row together with its log entry.
func (s *store) write(ctx context.Context, q Tx, ev event, text string, args []any) error {
	logText, logArgs, err := s.logEntry(ev)
	if err != nil {
		return err
	}
	if s.sql.loggedCTE {
		text, args = "WITH logged AS ("+logText+") "+text, append(logArgs, args...)
	} else if _, err := q.ExecContext(ctx, s.bind(logText), logArgs...); err != nil {
		return fmt.Errorf("writing %s: %w", s.log, err)
	}
	res, err := q.ExecContext(ctx, s.bind(text), args...)
	if err != nil {
		return fmt.Errorf("writing %s: %w", s.revisions, err)
	}
	if n, err := res.RowsAffected(); err == nil && n != 1 {
		return fmt.Errorf("writing %s: revision %s: %w", s.revisions, ev.revision, errStale)
	}
	return nil
}

// note writes a log entry alone.
func (s *store) note(ctx context.Context, q Tx, ev event) error {
	text, args, err := s.logEntry(ev)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, s.bind(text), args...); err != nil {
		return fmt.Errorf("writing %s: %w", s.log, err)
	}
	return nil
}

func (s *store) logEntry(ev event) (string, []any, error) {
	var detail, revision any
	if ev.detail != nil {
		b, err := json.Marshal(ev.detail)
		if err != nil {
			return "", nil, fmt.Errorf("writing %s: %w", s.log, err)
		}
		detail = string(b)
	}
	if ev.revision != "" {
		revision = ev.revision
	}
	return "INSERT INTO " + s.log + " (run, revision, event, detail) VALUES (?, ?, ?, ?)", []any{ev.run, revision, ev.name, detail}, nil
}

// layoutVersion is the form of the two tables; the log entry "layout" holds
// it, so that a later version can change them under the lock.
const layoutVersion = 1

// create makes both tables. The caller has a transaction open.
func (s *store) create(ctx context.Context, q Tx, run string) error {
	for _, text := range s.sql.create {
		if _, err := q.ExecContext(ctx, fmt.Sprintf(text, s.revisions, s.log)); err != nil {
			return fmt.Errorf("creating %s: %w", s.revisions, err)
		}
	}
	return s.note(ctx, q, event{run: run, name: "layout", detail: map[string]any{"layout": layoutVersion}})
}

// bind numbers the placeholders where the dialect wants that. No text of this
// file holds a '?' that is not one.
func (s *store) bind(text string) string {
	if !s.sql.numbered {
		return text
	}
	parts := strings.Split(text, "?")
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i < len(parts)-1 {
			fmt.Fprintf(&b, "$%d", i+1)
		}
	}
	return b.String()
}

// quote writes an identifier in double quotes, as both dialects read it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
