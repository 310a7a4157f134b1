package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// state is the version table as one read saw it.
type state struct {
	rows  []*Row
	byID  map[string]*Row
	graph *Graph // of the files
}

// read reads the version table, and in SQLite how far the log has come.
func (x *run) read(ctx context.Context) (*state, error) {
	if x.optimistic() {
		if err := x.readEpoch(ctx, &x.epoch); err != nil {
			return nil, x.refusedReading(ctx, err)
		}
	}
	rows, err := x.store.rows(ctx, x.conn)
	if err != nil {
		return nil, x.refusedReading(ctx, err)
	}
	st := &state{byID: map[string]*Row{}, graph: x.graph}
	for i := range rows {
		st.rows = append(st.rows, &rows[i])
		st.byID[rows[i].Revision] = &rows[i]
	}
	return st, nil
}

// readEpoch reads the last id of the log table. Every change of the version
// table writes a log entry in the same transaction, so an equal id means that
// nothing has changed.
func (x *run) readEpoch(ctx context.Context, into *int64) error {
	*into = 0
	if !x.store.exists {
		return nil
	}
	if err := x.conn.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM "+x.store.log).Scan(into); err != nil {
		return fmt.Errorf("reading %s: %w", x.store.log, err)
	}
	return nil
}

// applied are the revisions in place, those being reverted included.
func (st *state) applied() map[string]bool {
	set := map[string]bool{}
	for _, r := range st.rows {
		if r.State != Running {
			set[r.Revision] = true
		}
	}
	return set
}

// heads are the applied revisions that no other applied one follows or
// depends on, sorted: the rows of Alembic's version table. They are computed
// from the rows, so they hold without the files, as long as depends lines name
// ids; a label's id only the files know.
func (st *state) heads() []string {
	followed, needed := st.followed()
	heads := []string{}
	for _, r := range st.rows {
		if r.State != Running && !followed[r.Revision] && !needed[r.Revision] {
			heads = append(heads, r.Revision)
		}
	}
	slices.Sort(heads)
	return heads
}

// implied are the applied revisions that none other follows, but that others
// depend on, sorted.
func (st *state) implied() []string {
	followed, needed := st.followed()
	implied := []string{}
	for _, r := range st.rows {
		if r.State != Running && !followed[r.Revision] && needed[r.Revision] {
			implied = append(implied, r.Revision)
		}
	}
	slices.Sort(implied)
	return implied
}

// followed are the revisions that applied ones name as parent, and those they
// depend on.
func (st *state) followed() (followed, needed map[string]bool) {
	followed, needed = map[string]bool{}, map[string]bool{}
	for _, r := range st.rows {
		if r.State == Running {
			continue
		}
		for _, p := range r.Parents {
			followed[p] = true
		}
		for _, dep := range r.Depends {
			if on, _ := st.graph.dependency(dep); on != nil {
				needed[on.ID] = true
				continue
			}
			_, id, both := strings.Cut(dep, "@")
			if !both {
				id = dep
			}
			needed[id] = true
		}
	}
	return followed, needed
}

// set stores a row after a change, or takes it away when r is nil.
func (st *state) set(revision string, r *Row) {
	old := st.byID[revision]
	switch {
	case r == nil:
		delete(st.byID, revision)
		st.rows = slices.DeleteFunc(st.rows, func(o *Row) bool { return o.Revision == revision })
	case old != nil:
		*old = *r
	default:
		row := *r
		st.rows, st.byID[revision] = append(st.rows, &row), &row
	}
}

// edited lists applied revisions whose file says something else than what ran.
func (st *state) edited(d Dialect) []*EditedError {
	var out []*EditedError
	for _, row := range st.rows {
		r := st.graph.Revision(row.Revision)
		if r == nil {
			continue
		}
		if !sameSet(row.Parents, r.Parents) {
			out = append(out, &EditedError{Revision: row.Revision, Path: r.Path, What: "parents",
				Recorded: orBaseIDs(row.Parents), File: orBaseIDs(r.Parents)})
		}
		v, err := r.For(d)
		if err != nil || row.State == Running || row.Checksum == "" {
			continue // a half-applied file is often mended; its done part is checked on resume
		}
		if sum := v.Checksum(); sum != row.Checksum {
			out = append(out, &EditedError{Revision: row.Revision, Path: r.Path, What: "statements", Recorded: row.Checksum, File: sum})
		}
	}
	return out
}

// missing lists rows that have no file.
func (st *state) missing() []*MissingError {
	var out []*MissingError
	for _, row := range st.rows {
		if st.graph.Revision(row.Revision) == nil {
			out = append(out, &MissingError{Revision: row.Revision, Message: row.Message, State: row.State, StartedAt: row.StartedAt, AppliedAt: row.AppliedAt})
		}
	}
	return out
}

// verify is the gate before any write. A downgrade takes the way back of a
// missing file from the table.
func (st *state) verify(d Dialect, dir Direction) error {
	var errs []error
	if dir == Up {
		for _, e := range st.missing() {
			errs = append(errs, e)
		}
	}
	for _, e := range st.edited(d) {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// whole returns the graph with rows that have no file added as revisions of
// their own, read from the table.
func (st *state) whole(d Dialect) (*Graph, error) {
	missing := st.missing()
	if len(missing) == 0 {
		return st.graph, nil
	}
	revs := st.graph.Revisions()
	for _, m := range missing {
		r, err := st.byID[m.Revision].revision(d)
		if err != nil {
			return nil, err
		}
		revs = append(revs, r)
	}
	g, err := NewGraph(revs)
	if err != nil {
		return nil, fmt.Errorf("linking the version table with the files: %w", err)
	}
	return g, nil
}

// revision is what the version table alone knows about a revision.
func (row *Row) revision(d Dialect) (*Revision, error) {
	path := TableRevisions + "/" + row.Revision
	if row.DownSQL == "" {
		return &Revision{ID: row.Revision, Parents: row.Parents, Depends: row.Depends, Message: row.Message, Dialect: d, Path: path}, nil
	}
	text := "-- revision: " + row.Revision + "\n-- parents: " + strings.Join(row.Parents, ", ") +
		"\n-- dialect: " + string(d) + "\n\n-- gen:up\n" + row.DownSQL
	r, err := Parse(path, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("reading the way back of revision %s from %s: %w", row.Revision, TableRevisions, err)
	}
	r.Message, r.Depends = row.Message, row.Depends
	return r, nil
}
