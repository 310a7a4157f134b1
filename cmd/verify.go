package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
)

type verifyOptions struct {
	app *app

	selection
	compareOptions
	noModels bool
}

func newVerifyCmd(a *app) *cobra.Command {
	o := &verifyOptions{app: a, compareOptions: compareOptions{against: "revisions"}}
	c := &cobra.Command{
		Use:   "verify [REVISION…]",
		Short: "Carry revisions out in a scratch database: do they do what they say?",
		Long: `Carries the revisions out in scratch databases, and reports what does not hold:

  1. all revisions run, from nothing to the heads
  2. the models are what they lead to (gen check --against revisions)
  3. each revision goes back and forth again: after its way back the schema is
     what it was before, and behind it once more what it was behind it
  4. each finds the schema that its file expects (the fingerprint expects:)
  5. each statement does what the comment above it says, as the server sees it:
     locks on tables, rows written anew, rows read, inside a transaction or not

What has no way back, loses rows on it, or has no comment to compare with is
named. Statements without a comment are told with what was seen.

The configured database is asked only to make scratch databases beside it; where
that may not be, or with --scratch server, a throw-away PostgreSQL server of this
machine serves. Whatever was made is dropped, also after an interrupt. SQLite
knows no locks of tables: there 1 to 4 are verified. Functions in Go are not
called.

Without arguments all revisions are verified. REVISION is any revision symbol or a
range A:B; --since takes those behind one, --git-base those that are new or
changed in git since the branch forked off. Those before them are carried out too,
since they have to be there.

Exit 0 when all holds, 1 when something does not, 2 when a revision cannot be
carried out or the question not be answered.`,
		Example: `  gen verify
  gen verify head
  gen verify --git-base origin/main
  gen verify --scratch server@17        # without any database
  gen verify --no-models --format json`,
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runVerify(cmd.Context(), o)
		},
	}
	f := c.Flags()
	o.addSelection(f)
	o.addScratch(f)
	f.BoolVar(&o.noModels, "no-models", false, "the revisions alone: models are not read")
	c.MarkFlagsMutuallyExclusive("since", "git-base")
	return c
}

// A verifyReport is the JSON of gen verify.
type verifyReport struct {
	OK        bool            `json:"ok"`
	Server    string          `json:"server"`
	Heads     []string        `json:"heads"`
	Revisions []string        `json:"revisions"` // those that were verified, in the order in which they run
	Counts    verifyCounts    `json:"counts"`
	Findings  []verifyFinding `json:"findings"`
	Notes     []verifyFinding `json:"notes"`
	Changes   []diff.Line     `json:"changes"` // between models and revisions
	Measured  []measuredItem  `json:"measured"`
}

// verifyCounts are how many of each were looked at and held.
type verifyCounts struct {
	Applied      int `json:"applied"`      // revisions carried out
	Reverted     int `json:"reverted"`     // there and back again without a difference
	Fingerprints int `json:"fingerprints"` // that were as recorded
	Annotations  int `json:"annotations"`  // that are what the server does
}

// A verifyFinding is what does not hold, or what there is to say. Kind is heads,
// difference, rename, down, up, expects or annotation; of notes down, expects or
// annotation.
type verifyFinding struct {
	Kind      string   `json:"kind"`
	Revision  string   `json:"revision,omitempty"`
	File      string   `json:"file,omitempty"`
	Line      int      `json:"line,omitempty"`
	Text      string   `json:"text"`
	Details   []string `json:"details,omitempty"`
	SQL       string   `json:"sql,omitempty"`
	Annotated string   `json:"annotated,omitempty"`
	Observed  string   `json:"observed,omitempty"`
	Hint      string   `json:"hint,omitempty"`
}

// verifying is one run of gen verify.
type verifying struct {
	*app
	c      *config
	o      *verifyOptions
	dir    *migrations.Dir
	place  *scratchPlace
	row    dialectRow
	report *verifyReport

	order    []*migrations.Revision // all, as gen upgrade heads runs them
	selected map[string]bool
	lasting  bool // revisions change what is not the database's alone: each scratch has a server of its own
}

func runVerify(ctx context.Context, o *verifyOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	t, err := a.compareTarget(c, &o.compareOptions)
	if err != nil {
		return err
	}
	defer t.place.close()
	v := &verifying{app: a, c: c, o: o, dir: t.dir, place: t.place, row: t.row, report: &verifyReport{
		Heads: []string{}, Revisions: []string{}, Findings: []verifyFinding{}, Notes: []verifyFinding{}, Changes: []diff.Line{}, Measured: []measuredItem{}}}
	if v.order, err = t.dir.Graph().UpgradePath("heads", nil); err != nil {
		return err
	}
	if v.selected, err = a.selected(ctx, c, t.dir, o.selection); err != nil {
		return err
	}
	for _, r := range v.order {
		if v.selected[r.ID] {
			v.report.Revisions = append(v.report.Revisions, r.ID)
		}
	}
	for _, part := range []func(context.Context) error{v.fromNothing, v.walk, v.measure} {
		if err := part(ctx); err != nil {
			return v.cutShort(err)
		}
	}
	v.report.OK = len(v.report.Findings) == 0
	if a.globals.format == "json" {
		err = a.printJSON(v.report)
	} else {
		v.print()
	}
	if err == nil && !v.report.OK {
		err = errFound
	}
	return err
}

func (v *verifying) find(f verifyFinding) { v.report.Findings = append(v.report.Findings, f) }
func (v *verifying) note(f verifyFinding) { v.report.Notes = append(v.report.Notes, f) }

// cutShort prints what was found before the error that kept verify from an answer.
func (v *verifying) cutShort(err error) error {
	if v.globals.format != "json" {
		v.printFindings()
	}
	return err
}

// fromNothing carries out all revisions as gen upgrade heads does, and compares the
// models with the result.
func (v *verifying) fromNothing(ctx context.Context) error {
	if err := v.waysBackAreOurs(); err != nil {
		return err
	}
	var models scanning
	if !v.o.noModels {
		models = v.startScan(ctx, v.c, v.row)
	}
	db, drop, err := v.scratch(ctx, v.place)
	if err != nil {
		return err
	}
	defer drop()
	if err := v.fill(ctx, v.c, headsSide(), db, v.place); err != nil {
		return err
	}
	v.report.Counts.Applied = len(v.order)
	check := &checkReport{}
	if err := v.checkRevisions(ctx, v.c, db, v.dir, &checkOptions{app: v.app, allowHeads: true}, check); err != nil {
		return err
	}
	v.report.Heads = check.Heads
	if models != nil {
		o := &checkOptions{app: v.app, compareOptions: v.o.compareOptions}
		if err := v.checkModels(ctx, v.c, db, models, o, check); err != nil {
			return err
		}
		v.report.Server, v.report.Changes = check.Server, check.Changes
	}
	for _, p := range check.Problems {
		v.find(verifyFinding{Kind: p.Kind, Text: p.Text, Hint: p.Hint})
	}
	return nil
}

// waysBackAreOurs refuses ways back that would change more of a server than the
// scratch database, as fill does for the ways forward.
func (v *verifying) waysBackAreOurs() error {
	if v.row.script == nil {
		return nil
	}
	anywhere := &database{row: v.row} // a server that stays
	for _, r := range v.order {
		variant, err := r.For(v.row.runner)
		if err != nil {
			continue // told when it is its turn
		}
		for _, s := range variant.Up {
			v.lasting = v.lasting || lastingInStep(anywhere, r, s) != nil
		}
		for _, s := range variant.Down {
			err := lastingInStep(anywhere, r, s)
			v.lasting = v.lasting || err != nil
			if err != nil && v.selected[r.ID] && !v.place.server {
				return err
			}
		}
	}
	return nil
}
