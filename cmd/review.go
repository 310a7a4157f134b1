package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/review"
	"github.com/gen-migrate/gen/schema"
)

// printPage is the plan as a page for review.
func (o *diffOptions) printPage(c *comparison, doc plan.Plan, p diff.Plan) error {
	a := o.app
	from, to := a.redact(cmp.Or(o.from, "database")), a.redact(cmp.Or(o.to, "models"))
	if o.down {
		from, to = to, from
	}
	page := review.Page{
		Title: fmt.Sprintf("From %s to %s", from, to),
		Facts: []review.Fact{{Name: "Dialect", Value: doc.Dialect}, {Name: "Server", Value: doc.Server}, {Name: "Changes", Value: fmt.Sprint(len(p.Changes))}},
		Up:    plannedSteps(doc.Statements, false),
		Down:  append([]migrations.Step{}, plannedSteps(doc.Down, true)...), Irreversible: doc.Irreversible,
	}
	if err := page.Plan(p, a.lines(p)); err != nil {
		return err
	}
	for _, n := range doc.Notes {
		page.Notes = append(page.Notes, n.Object+": "+n.Text)
	}
	page.Notes = append(page.Notes, leftAsIs(c)...)
	return a.writePage(page)
}

// leftAsIs are the differences that are no change of the plan: what is accepted,
// or not stated by models in compat mode.
func leftAsIs(c *comparison) (notes []string) {
	r := reportAccepted(c.accepted)
	for _, l := range r.Accepted {
		notes = append(notes, fmt.Sprintf("accepted in %s:%d: %s", l.File, l.Line, l.Difference))
	}
	for _, l := range r.PassedOver {
		notes = append(notes, "passed over, as the models do not state it (compat mode): "+l.Difference)
	}
	return notes
}

func (a *app) writePage(page review.Page) error {
	text, err := review.HTML(page)
	if err != nil {
		return err
	}
	_, err = a.stdout.Write(text)
	return err
}

// printPage is a revision as a page for review. The schema before and after it is
// only known when --scratch says where the revisions may be carried out.
func (o *showOptions) printPage(ctx context.Context, c *config, list *listing, revs []*migrations.Revision) error {
	a := o.app
	if len(revs) != 1 {
		ids := make([]string, len(revs))
		for i, r := range revs {
			ids[i] = r.ID
		}
		return withHint(fmt.Errorf("a page shows one revision, and %s are %d: %s", o.revision, len(revs), strings.Join(ids, ", ")), "gen show --format html "+ids[0])
	}
	r := revs[0]
	it := list.item(r)
	page := review.Page{
		Title: cmp.Or(r.Message, "Revision "+r.ID),
		Facts: []review.Fact{{Name: "Revision", Value: r.ID}, {Name: "Parents", Value: cmp.Or(strings.Join(r.Parents, ", "), "none: the first")}},
		Up:    r.Up, Down: r.Down, Irreversible: r.Irreversible, Hazards: r.Hazards,
		NoDiagram: "A revision file does not hold the whole schema. gen show " + r.ID + " --format html --scratch server (or a URL) carries the revisions out in a scratch database and draws the tables before and after.",
	}
	for _, f := range []review.Fact{
		{Name: "Dialect", Value: string(r.Dialect)}, {Name: "Created", Value: it.Created}, {Name: "File", Value: r.Path},
		{Name: "Depends on", Value: strings.Join(r.Depends, ", ")}, {Name: "Labels", Value: strings.Join(r.Labels, ", ")}, {Name: "Replaces", Value: strings.Join(r.Replaces, ", ")},
	} {
		if f.Value != "" {
			page.Facts = append(page.Facts, f)
		}
	}
	for _, v := range r.Variants {
		page.Notes = append(page.Notes, fmt.Sprintf("the file has other statements for %s, which are not on this page", v.Dialect))
	}
	if o.scratch != "" {
		if err := o.replay(ctx, c, r, &page); err != nil {
			return err
		}
	}
	return a.writePage(page)
}

// replay carries out the revisions up to r, and those before it, and puts what
// differs into the page.
func (o *showOptions) replay(ctx context.Context, c *config, r *migrations.Revision, page *review.Page) error {
	a := o.app
	if len(r.Parents) > 1 {
		page.NoDiagram = "A merge changes nothing by itself."
		return nil
	}
	at := func(id string) side { return side{text: "revisions@" + id, kind: ofRevisions, rev: id} }
	place, err := a.scratchPlace(c, o.scratch, at(r.ID))
	if err != nil {
		return err
	}
	defer place.close()
	before := &schema.Database{}
	for _, p := range r.Parents {
		if before, err = a.schemaAt(ctx, c, at(p), place); err != nil {
			return err
		}
	}
	after, err := a.schemaAt(ctx, c, at(r.ID), place)
	if err != nil {
		return err
	}
	p, err := diff.Diff(before, after, diff.Renames{})
	if err != nil {
		return fmt.Errorf("comparing the schema before and after: %w", err)
	}
	page.NoDiagram = ""
	return page.Draw(p) // the file itself says what changes, and where the models say it
}
