package migrations

import (
	"context"
	"slices"
)

// Status is where a database stands, and what is wrong with it. Nothing in it
// is an error: the caller decides.
type Status struct {
	Current     []string        // the database's heads, as Graph.Current; none is base
	Implied     []string        // applied ends of lines that others depend on, as Graph.Implied
	Heads       []string        // the files' heads
	Pending     []*Revision     // to be applied to reach every head, in order
	Rows        []Row           // the version table, in the order of application
	Interrupted []Row           // half-done revisions
	HalfDone    []HalfDone      // the same, with what there is to know about them
	Edited      []*EditedError  // applied, but the file says something else
	Missing     []*MissingError // applied, but there is no file
	DownEdited  []string        // applied, and the way back was edited: a warning
}

// Status reads where the database stands. It writes nothing and takes no lock;
// a right to SELECT is enough.
func (m *Runner) Status(ctx context.Context) (*Status, error) {
	x, err := m.connect(ctx, "status")
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	st, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	s := &Status{Current: st.heads(), Implied: st.implied(), Edited: st.edited(m.dialect), Missing: st.missing()}
	s.Heads = ids(m.graph.Heads())
	slices.Sort(s.Heads)
	s.Pending = m.graph.upgradeTo(ids(m.graph.Heads()), st.applied())
	for _, row := range st.rows {
		s.Rows = append(s.Rows, *row)
		if row.State != Applied {
			s.Interrupted = append(s.Interrupted, *row)
		}
		if r := m.graph.Revision(row.Revision); r != nil {
			if v, err := r.For(m.dialect); err == nil && v.DownChecksum() != row.DownChecksum {
				s.DownEdited = append(s.DownEdited, row.Revision)
			}
		}
	}
	s.HalfDone = x.halfDone(ctx, s.Interrupted)
	return s, nil
}

// At describes the statement at which a half-done row of the version table
// stands: the step it belongs to, from 0, of how many, its name and mode, and the
// statement. ok is false when the files do not have it (any more).
func (m *Runner) At(row Row) (at Place, ok bool) {
	r := m.graph.Revision(row.Revision)
	if r == nil {
		return at, false
	}
	v, err := r.For(m.dialect)
	if err != nil {
		return at, false
	}
	steps := v.Up
	if row.State == Reverting {
		steps = v.Down
	}
	us := units(steps)
	if row.Cursor >= len(us) {
		return at, false
	}
	u := us[row.Cursor]
	at = Place{Path: r.Path, Step: u.step, Steps: len(steps), Name: u.of.Name, Tx: u.of.Tx, Line: u.of.Line, SQL: wordGo + " " + u.of.Go}
	if u.statement != nil {
		at.SQL, at.Line = u.statement.SQL, u.statement.Line
	}
	return at, true
}

// Place is where a half-done revision goes on.
type Place struct {
	Path        string
	Line        int
	Step, Steps int
	Name        string
	Tx          TxMode
	SQL         string
}

// Current reads the database's heads. None means base, or a database without
// version table.
func (m *Runner) Current(ctx context.Context) ([]string, error) {
	st, err := m.look(ctx)
	if err != nil {
		return nil, err
	}
	return st.heads(), nil
}

// look reads the version table on a connection of its own.
func (m *Runner) look(ctx context.Context) (*state, error) {
	x, err := m.connect(ctx, "status")
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	return x.read(ctx)
}

// RequireHead returns nil when every revision of the files is applied and
// unedited: the gate for a program that does not migrate by itself. It writes
// nothing and takes no lock. Otherwise it returns a *NotAtHeadError,
// *InterruptedError, *EditedError, or, unless WithAllowAhead, *MissingError.
func (m *Runner) RequireHead(ctx context.Context) error {
	s, err := m.Status(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(s.Interrupted) > 0:
		row := s.Interrupted[0]
		return row.interrupted("a run of it is going on, or was interrupted", "gen upgrade head")
	case len(s.Edited) > 0:
		return s.Edited[0]
	case len(s.Missing) > 0 && !m.opts.allowAhead:
		return s.Missing[0]
	case len(s.Pending) > 0:
		return &NotAtHeadError{Current: s.Current, Heads: s.Heads, Pending: ids(s.Pending)}
	}
	return nil
}
