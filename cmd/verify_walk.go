package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

// walk takes each revision forward, back and forward again, in the order in which
// they run, and compares the schema after each way.
func (v *verifying) walk(ctx context.Context) error {
	if len(v.report.Revisions) == 0 {
		return nil
	}
	defer v.timing.stage("there and back")()
	g, err := v.ground(ctx, nil)
	if err != nil {
		return err
	}
	defer g.close()
	w := &walker{ground: g}
	defer func() { w.aside.closeIfThere() }()
	return g.eachSelected(ctx, "there and back", w.revision)
}

// A walker is on its way.
type walker struct {
	*ground
	stood *schema.Database // what the ground was last
	at    int              // how many revisions were applied then
	aside *ground          // the ancestors of a revision alone, where the ground has others beside them
}

func (g *ground) closeIfThere() {
	if g != nil {
		g.close()
	}
}

func (w *walker) revision(ctx context.Context, r *migrations.Revision) (err error) {
	if err := w.expected(ctx, r); err != nil {
		return err
	}
	before := w.stood
	if before == nil || len(w.applied) != w.at {
		if before, err = w.stands(ctx); err != nil {
			return err
		}
	}
	if err := w.up(ctx, r.ID); err != nil {
		return err
	}
	w.at = len(w.applied)
	if w.stood, err = w.stands(ctx); err != nil {
		return err
	}
	variant, err := r.For(w.row.runner)
	if err != nil {
		return err
	}
	if variant.Down == nil {
		w.noWayBack(r, variant)
		return nil
	}
	for _, s := range variant.Down {
		for _, what := range s.Loses {
			w.note(verifyFinding{Kind: "down", Revision: r.ID, File: r.Path, Line: s.Line, Text: "the way back is structure-only: lost is " + what})
		}
	}
	holds, err := w.thereAndBack(ctx, r, variant, before, w.stood)
	if err != nil {
		return err
	}
	if holds {
		w.report.Counts.Reverted++
		return nil
	}
	// The next revision begins where this one leads.
	applied := maps.Clone(w.applied)
	applied[r.ID] = true
	return w.anew(ctx, applied)
}

// noWayBack names a revision that cannot be taken back. That of a merge leads
// nowhere.
func (w *walker) noWayBack(r *migrations.Revision, variant migrations.Variant) {
	f := verifyFinding{Kind: "down", Revision: r.ID, File: r.Path, Text: "irreversible: " + variant.Irreversible}
	if variant.Irreversible == "" {
		f.Text, f.Hint = "has no way back: the file has no gen:down section", "write one, or say why there is none: -- gen:irreversible REASON"
	}
	w.note(f)
}

// thereAndBack takes the last revision back and applies it again. It reports whether
// both led where they should; a finding tells where not.
func (w *walker) thereAndBack(ctx context.Context, r *migrations.Revision, variant migrations.Variant, before, after *schema.Database) (holds bool, err error) {
	failed := func(kind, what string, err error) (bool, error) {
		se, ok := errors.AsType[*migrations.StatementError](err)
		if !ok || ctx.Err() != nil {
			return false, err
		}
		w.find(verifyFinding{Kind: kind, Revision: r.ID, File: se.Path, Line: se.Line, SQL: se.SQL, Text: what + " fails: " + se.Detail.Message,
			Hint: "correct the section gen:down: behind it nothing of the revision may be left"})
		return false, nil
	}
	if err := w.down(ctx, r.ID); err != nil {
		return failed("down", "the way back", err)
	}
	back, err := w.stands(ctx)
	if err != nil {
		return false, err
	}
	line := 0
	if len(variant.Down) > 0 {
		line = variant.Down[0].Line
	}
	lines, err := w.apart(ctx, back, before)
	if err != nil {
		return false, err
	}
	if len(lines) > 0 {
		w.find(verifyFinding{Kind: "down", Revision: r.ID, File: r.Path, Line: line, Text: "after the way back the schema is not what it was before the revision", Details: lines,
			Hint: "let gen:down undo all that gen:up does"})
		return false, nil
	}
	if err := w.up(ctx, r.ID); err != nil {
		return failed("up", "once more after the way back, the revision", err)
	}
	again, err := w.stands(ctx)
	if err != nil {
		return false, err
	}
	if lines, err = w.apart(ctx, again, after); err != nil {
		return false, err
	}
	if len(lines) > 0 {
		w.find(verifyFinding{Kind: "up", Revision: r.ID, File: r.Path, Line: line, Text: "once more after the way back, the revision leads elsewhere than the first time", Details: lines,
			Hint: "let gen:down undo all that gen:up does"})
		return false, nil
	}
	return true, nil
}

// apart are the differences that the ground has from what it should be, a line each.
// What should be is put in the words of the server first: it prints an expression
// otherwise when it was given as it prints it. What is not managed goes by its
// definition, as far as that was read.
func (g *ground) apart(ctx context.Context, is, should *schema.Database) ([]string, error) {
	if diff.Same(is, should) {
		return nil, nil
	}
	var lines []string
	respelt, _, err := g.db.canonical(ctx, should, is, g.server)
	if err != nil {
		return nil, fmt.Errorf("comparing the scratch database with what it was: %w", err)
	}
	plan, err := diff.Diff(respelt, is, diff.Renames{})
	if err != nil {
		return nil, err
	}
	for _, c := range plan.Changes {
		l := diff.Describe(c)
		lines = append(lines, strings.TrimSpace(l.Sign+" "+l.Object+" "+l.Detail))
	}
	like := func(db *schema.Database) map[schema.Ref]string {
		all := map[schema.Ref]string{}
		for _, o := range db.Unmanaged {
			all[o.Ref()] = o.SQL + fmt.Sprint(o.Facets)
		}
		return all
	}
	was, now := like(should), like(is)
	for _, o := range is.Unmanaged {
		words, ok := was[o.Ref()]
		switch {
		case !ok:
			lines = append(lines, "+ "+unmanagedText(o)+" (not managed)")
		case words != now[o.Ref()]:
			lines = append(lines, "~ "+unmanagedText(o)+" (not managed)")
		}
	}
	for _, o := range should.Unmanaged {
		if _, ok := now[o.Ref()]; !ok {
			lines = append(lines, "- "+unmanagedText(o)+" (not managed)")
		}
	}
	return lines, nil
}

// expected compares what a revision finds with the fingerprint in its file. Where
// other branches are applied beside its ancestors these stand alone aside.
func (w *walker) expected(ctx context.Context, r *migrations.Revision) error {
	if r.Expects == "" {
		return nil
	}
	on := w.ground
	if !sameIDs(w.dir.Graph().Current(w.applied), r.Parents) {
		if w.lasting {
			w.note(verifyFinding{Kind: "expects", Revision: r.ID, File: r.Path, Text: "the fingerprint was not compared: it is of other branches' absence, and the revisions change what all databases of the server share"})
			return nil
		}
		if err := w.standAside(ctx, r); err != nil {
			return err
		}
		on = w.aside
	}
	have, server, err := on.db.inspect(ctx, w.c)
	if err != nil {
		return err
	}
	list, err := w.acceptList(w.c, w.row, true)
	if err != nil {
		return err
	}
	lines, compared, err := w.drifted(w.c, on.db, r, server, list, have)
	switch {
	case err != nil:
		return err
	case !compared:
		w.note(verifyFinding{Kind: "expects", Revision: r.ID, File: r.Path, Text: "the fingerprint cannot be compared: the revision was written with other settings (schemas, ignore, objects), behind other parents, or for a server that spells expressions otherwise"})
	case len(lines) > 0:
		w.find(verifyFinding{Kind: "expects", Revision: r.ID, File: r.Path, Text: "the revisions before do not lead to the schema that this one was written for", Details: lines,
			Hint: "a file before it was edited, or the database had what no revision makes; mend that, or remove the line expects:"})
	default:
		w.report.Counts.Fingerprints++
	}
	return nil
}

// standAside brings the ground aside to the parents of a revision. It goes on from
// where it is when they follow.
func (w *walker) standAside(ctx context.Context, r *migrations.Revision) error {
	graph := w.dir.Graph()
	want := map[string]bool{}
	for _, parent := range r.Parents {
		before, err := graph.UpgradePath(parent, nil)
		if err != nil {
			return err
		}
		for _, b := range before {
			want[b.ID] = true
		}
	}
	if w.aside == nil {
		g, err := w.ground.verifying.ground(ctx, want)
		w.aside = g
		return err
	}
	for id := range w.aside.applied {
		if !want[id] {
			return w.aside.anew(ctx, want)
		}
	}
	for _, parent := range r.Parents {
		if err := w.aside.up(ctx, parent); err != nil {
			return err
		}
	}
	w.aside.applied = want
	return nil
}
