package migrations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Plan is what an upgrade or downgrade would do now.
type Plan struct {
	From, To  []string // the database's heads before and after
	Revisions []PlannedRevision

	mend bool // a row needs a change although no revision runs
}

// PlannedRevision is one revision of a plan.
type PlannedRevision struct {
	Revision  *Revision
	Direction Direction
	// Steps are the statements exactly as they will be sent, variables filled
	// in.
	Steps []Step
	// Skip is how many of the statements an interrupted run has done.
	Skip int
	// Loses is what the steps say they lose for good; of a downgrade also what
	// of it has begun to be lost.
	Loses []string

	variant Variant
}

// Plan returns what Upgrade would do, or the error with which it would stop. It
// writes nothing and takes no lock.
func (m *Runner) Plan(ctx context.Context, target string) (*Plan, error) {
	return m.planOnly(ctx, Up, target)
}

// PlanDowngrade returns what Downgrade would do, or the error with which it
// would stop, but for the loss of data: Loses tells. It writes nothing and takes
// no lock.
func (m *Runner) PlanDowngrade(ctx context.Context, target string) (*Plan, error) {
	return m.planOnly(ctx, Down, target)
}

func (m *Runner) planOnly(ctx context.Context, dir Direction, target string) (*Plan, error) {
	x, err := m.connect(ctx, "plan")
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	st, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	aim, err := m.aim(st, dir, target)
	if err != nil {
		return nil, err
	}
	p, err := m.plan(st, aim)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(m.fits(st, p), x.unlocks(p)); err != nil {
		return nil, err
	}
	return p, nil
}

// aim is a target that no longer moves: symbols that count from the current
// revision are resolved once, so that a run which waited for another does not
// go further than its caller meant.
type aim struct {
	dir    Direction
	symbol string
	// up: the revisions to reach. down: for a relative symbol, the ones to
	// take away; nil otherwise.
	fixed []string
}

// aim resolves target against what the database holds now.
func (m *Runner) aim(st *state, dir Direction, target string) (aim, error) {
	a := aim{dir: dir, symbol: target}
	if err := st.verify(m.dialect, dir); err != nil {
		return a, err
	}
	g, err := st.whole(m.dialect)
	if err != nil {
		return a, err
	}
	if dir == Up {
		t, err := g.upgradeTarget(target, st.applied())
		a.fixed = ids(t.Revisions)
		return a, err
	}
	s, err := g.parseSymbol(target)
	if err != nil {
		return a, err
	}
	if s.name == "" || s.name == "current" {
		gone, err := g.DowngradePath(target, st.applied())
		a.fixed = append([]string{}, ids(gone)...)
		return a, err
	}
	return a, nil
}

// plan works out the revisions to run, and refuses what cannot be run before
// anything is.
func (m *Runner) plan(st *state, a aim) (*Plan, error) {
	if err := st.verify(m.dialect, a.dir); err != nil {
		return nil, err
	}
	g, err := st.whole(m.dialect)
	if err != nil {
		return nil, err
	}
	path, err := m.path(g, st, a)
	if err != nil {
		return nil, err
	}
	p := &Plan{From: st.heads()}
	if p.mend, err = m.interrupted(st, a.dir, path); err != nil {
		return nil, err
	}
	var errs []error
	after := st.applied()
	for _, r := range path {
		pr, err := m.planRevision(st, r, a.dir)
		errs = append(errs, err)
		p.Revisions = append(p.Revisions, pr)
		after[r.ID] = a.dir == Up
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p.To = g.Current(after)
	slices.Sort(p.To)
	return p, nil
}

// path lists the revisions in the order they run.
func (m *Runner) path(g *Graph, st *state, a aim) ([]*Revision, error) {
	applied := st.applied()
	if a.dir == Up {
		return g.upgradeTo(a.fixed, applied), nil
	}
	var path []*Revision
	if a.fixed == nil {
		var err error
		if path, err = g.DowngradePath(a.symbol, applied); err != nil {
			return nil, err
		}
	} else {
		for _, id := range a.fixed {
			if applied[id] {
				path = append(path, g.Revision(id))
			}
		}
	}
	// The reverse of how they were applied, which the graph need not know.
	slices.SortStableFunc(path, func(a, b *Revision) int {
		return cmp.Compare(st.byID[b.ID].Seq, st.byID[a.ID].Seq)
	})
	gone := map[string]bool{}
	for _, r := range path {
		for _, f := range g.followers(r.ID) {
			if applied[f.ID] && !gone[f.ID] {
				return nil, fmt.Errorf("revision %s cannot be reverted before %s, which follows it\n    hint: gen downgrade %s@-1", r.ID, f.ID, f.ID)
			}
		}
		gone[r.ID] = true
	}
	return path, nil
}

// interrupted checks the half-done rows that the path does not finish. It
// reports whether one of them can simply be put back.
func (m *Runner) interrupted(st *state, dir Direction, path []*Revision) (mend bool, err error) {
	for _, row := range st.rows {
		switch {
		case row.State == Applied || slices.ContainsFunc(path, func(r *Revision) bool { return r.ID == row.Revision }):
		case untouched(row):
			mend = true
		case row.State == Running:
			return false, row.interrupted("it was being applied", fmt.Sprintf("finish it first: gen upgrade %s; or undo by hand what it has done, and say so: gen stamp %s",
				row.Revision, strings.ReplaceAll(orBaseIDs(row.Parents), ",", "")))
		default:
			return false, row.interrupted("it was being reverted", "finish it first: gen downgrade "+row.Revision+"@-1")
		}
	}
	return mend, nil
}

// untouched reports whether an interrupted run has written only its intent.
func untouched(row *Row) bool { return row.State != Applied && row.Cursor == 0 && row.InFlight == "" }

func (row *Row) interrupted(msg, hint string) error {
	return &InterruptedError{Revision: row.Revision, State: row.State, Done: row.Cursor, Total: row.Total,
		Statement: row.InFlight, Msg: msg, Hint: hint}
}

// planRevision prepares one revision.
func (m *Runner) planRevision(st *state, r *Revision, dir Direction) (PlannedRevision, error) {
	p := PlannedRevision{Revision: r, Direction: dir}
	v, err := r.For(m.dialect)
	if err != nil {
		return p, err
	}
	p.variant = v
	steps := v.Up
	if dir == Down {
		if v.Down == nil {
			return p, &IrreversibleError{Revision: r.ID, Path: r.Path, Reason: v.Irreversible}
		}
		steps = v.Down
	}
	if err := m.ready(r, steps, dir); err != nil {
		return p, err
	}
	p.Steps = m.filled(r, steps)
	for _, s := range steps {
		p.Loses = append(p.Loses, s.Loses...)
	}
	row := st.byID[r.ID]
	if row != nil && (dir == Up && row.State == Running || dir == Down && row.State == Reverting) {
		p.Skip = row.Cursor
		us := units(steps)
		if row.InFlight == "" && (row.Cursor > len(us) || prefixHash(us, row.Cursor) != row.Prefix) {
			return p, &EditedError{Revision: r.ID, Path: r.Path, What: editedPrefix,
				Recorded: plural(row.Cursor, "statement") + ", " + row.Prefix, File: plural(min(row.Cursor, len(us)), "statement") + ", " + prefixHash(us, min(row.Cursor, len(us)))}
		}
	}
	return p, nil
}

// accepted checks that a downgrade loses no data that nobody has agreed to lose.
// A revision whose way back has begun was agreed to.
func (m *Runner) accepted(st *state, p *Plan, target string) error {
	var lost DataLossError
	words := []string{"gen downgrade", target}
	for _, r := range p.Revisions {
		if r.Direction != Down || len(r.Loses) == 0 || st.byID[r.Revision.ID].State == Reverting {
			continue
		}
		words = append(words, "--accept-data-loss", r.Revision.ID)
		if !slices.ContainsFunc(m.opts.acceptLoss, func(id string) bool {
			return id == r.Revision.ID || len(id) >= 4 && strings.HasPrefix(r.Revision.ID, id)
		}) {
			lost.Revisions = append(lost.Revisions, DataLoss{r.Revision.ID, r.Revision.Path, r.Loses})
		}
	}
	if len(lost.Revisions) == 0 {
		return nil
	}
	lost.GoOn = strings.Join(words, " ")
	return &lost
}

// ready checks that functions and variables are there. An upgrade needs all
// variables, as the version table keeps the way back with them filled in.
func (m *Runner) ready(r *Revision, steps []Step, dir Direction) error {
	errs := m.unset(r, func(name string) bool { return dir == Up || m.uses(steps, name) })
	for _, s := range steps {
		if s.Go != "" && m.opts.funcs[s.Go] == nil {
			errs = append(errs, &FuncError{Revision: r.ID, Path: r.Path, Line: s.Line, Name: s.Go})
		}
	}
	return errors.Join(errs...)
}

// unset are errors for the revision's variables without a value that are needed.
func (m *Runner) unset(r *Revision, needed func(name string) bool) (errs []error) {
	for _, name := range r.Vars {
		if _, ok := m.opts.vars[name]; !ok && needed(name) {
			errs = append(errs, &VarError{Revision: r.ID, Path: r.Path, Name: name})
		}
	}
	return errs
}

// uses reports whether a statement of the steps has the variable: the way back
// need not be told what only the way forward says.
func (m *Runner) uses(steps []Step, name string) bool {
	rules, _ := rulesFor(m.dialect)
	for _, s := range steps {
		for _, st := range s.Statements {
			if text, _ := substitute(rules, st.SQL, []string{name}, nil); text != st.SQL {
				return true
			}
		}
	}
	return false
}

// filled returns steps with the variables put in.
func (m *Runner) filled(r *Revision, steps []Step) []Step {
	if len(r.Vars) == 0 {
		return steps
	}
	rules, _ := rulesFor(m.dialect)
	out := slices.Clone(steps)
	for i := range out {
		out[i].Statements = slices.Clone(out[i].Statements)
		for j := range out[i].Statements {
			st := &out[i].Statements[j]
			st.SQL, _ = substitute(rules, st.SQL, r.Vars, m.opts.vars)
			st.Prechecks = slices.Clone(st.Prechecks)
			for k := range st.Prechecks {
				st.Prechecks[k].SQL, _ = substitute(rules, st.Prechecks[k].SQL, r.Vars, m.opts.vars)
			}
		}
	}
	return out
}
