package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

type checkOptions struct {
	app *app

	compareOptions
	allowHeads bool
}

func newCheckCmd(a *app) *cobra.Command {
	o := &checkOptions{app: a}
	c := &cobra.Command{
		Use:   "check",
		Short: "Do models, revisions and database agree? The gate for CI",
		Long: `Checks, in this order, and reports everything it finds:

  1. one head, and the HEADS file agrees with the revisions
  2. no applied revision file was edited or is missing, none is half done
  3. the database is at the newest revision
  4. the database is what the models say, but for what the accept list
     (gen.accepted) accepts

Exit 0 when all agree, 1 when something was found, 2 when the question could
not be answered. With --verbose also what the database holds and gen does not
manage, and each difference that is accepted. Nothing is written anywhere.`,
		Example: "  gen check\n  gen check -v\n  gen check --format json\n  gen check --env ci\n  gen check --against revisions        # without the live database",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runCheck(cmd.Context(), o) },
	}
	o.addFlags(c.Flags())
	o.addAgainst(c.Flags())
	c.Flags().BoolVar(&o.allowHeads, "allow-heads", false, "several heads are no problem")
	return c
}

// A checkReport is the JSON of gen check.
type checkReport struct {
	OK       bool           `json:"ok"`
	Server   string         `json:"server,omitempty"` // absent: models and database were not compared
	Current  []string       `json:"current"`
	Heads    []string       `json:"heads"`
	Problems []checkProblem `json:"problems"`
	Changes  []diff.Line    `json:"changes"`
	Mode     string         `json:"mode,omitempty"` // compat; absent: exact
	acceptedReport
	Unmanaged []schema.Object `json:"unmanaged,omitempty"`
	Ignored   []ignoredCount  `json:"ignored,omitempty"`
	Notes     []jsonNote      `json:"notes,omitempty"`

	tables   int
	objects  int
	replayed bool
	pending  int
}

// A checkProblem is one finding. Kind is heads, edited, missing, interrupted,
// pending, rename or difference.
type checkProblem struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
}

func (r *checkReport) add(kind, hint, format string, args ...any) {
	r.Problems = append(r.Problems, checkProblem{kind, fmt.Sprintf(format, args...), hint})
}

func runCheck(ctx context.Context, o *checkOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	t, err := a.compareTarget(c, &o.compareOptions)
	if err != nil {
		return err
	}
	dir := t.dir
	models := a.startScan(ctx, c, t.row)
	db, done, err := a.against(ctx, c, t)
	if err != nil {
		return err
	}
	defer done()
	report := &checkReport{Problems: []checkProblem{}, Changes: []diff.Line{}}
	if err := a.checkRevisions(ctx, c, db, dir, o, report); err != nil {
		return err
	}
	if err := a.checkModels(ctx, c, db, models, o, report); err != nil {
		return report.cutShort(err)
	}
	report.OK = len(report.Problems) == 0
	if a.globals.format == "json" {
		err = a.printJSON(report)
	} else {
		a.printCheck(report)
	}
	if err == nil && !report.OK {
		err = errFound
	}
	return err
}

// cutShort is the error that kept check from an answer, behind what was found
// before it: a half-done revision may well be the reason.
func (r *checkReport) cutShort(err error) error {
	if len(r.Problems) == 0 {
		return err
	}
	var lines []string
	for _, p := range r.Problems {
		line := p.Text
		if p.Hint != "" {
			line += "\n    hint: " + p.Hint
		}
		lines = append(lines, line)
	}
	return withHint(&refusedError{text: strings.Join(append(lines, errorText(err)), "\n")}, hintOf(err))
}

// checkRevisions looks at the files, the graph and the version table.
func (a *app) checkRevisions(ctx context.Context, c *config, db *database, dir *migrations.Dir, o *checkOptions, report *checkReport) error {
	defer a.timing.stage("revisions")()
	r, err := a.runner(c, db, dir)
	if err != nil {
		return err
	}
	s, err := r.Status(ctx)
	if err != nil {
		return err
	}
	report.Current, report.Heads = nonNil(s.Current), nonNil(s.Heads)
	if len(s.Heads) > 1 && !o.allowHeads {
		report.add("heads", "gen merge "+strings.Join(s.Heads, " ")+` -m "merge heads"`,
			"there are %d heads: %s", len(s.Heads), strings.Join(s.Heads, ", "))
	}
	if err := dir.CheckHeads(); err != nil {
		text, hint := factAndHint(err)
		report.add("heads", hint, "%s", text)
	}
	a.noteMisnamed(dir, report)
	for _, e := range s.Edited {
		text, hint := factAndHint(e)
		report.add("edited", hint, "%s", text)
	}
	for _, e := range s.Missing {
		text, hint := factAndHint(e)
		report.add("missing", hint, "%s", text)
	}
	for _, row := range s.Interrupted {
		report.add("interrupted", finishes(row), "revision %s is half done: %d of %d statements", migrations.Named(row.Revision, row.Message), row.Cursor, row.Total)
	}
	report.pending = len(s.Pending)
	if n := len(s.Pending); n > 0 {
		report.add("pending", "gen upgrade "+headOrHeads(s.Heads), "the database is at %s, %s behind %s",
			standing(s.Current), plural(n, "revision"), standing(s.Heads))
	}
	return nil
}

// noteMisnamed tells of files whose name holds another id than their header, or
// none: nothing is wrong with the history, but whoever looks for a revision by
// its id does not find it.
func (a *app) noteMisnamed(dir *migrations.Dir, report *checkReport) {
	for _, f := range dir.Misnamed() {
		if a.globals.format == "json" {
			report.Notes = append(report.Notes, jsonNote{Object: f.Path, Text: f.Msg + "; " + f.Hint})
			continue
		}
		a.say("%s %s: %s; %s", a.paintErr("warning:", yellow), f.Path, f.Msg, f.Hint)
	}
}

// checkModels compares models and database. A look-alike is shown as what it
// is, a drop and an add, and said to be a possible rename.
func (a *app) checkModels(ctx context.Context, c *config, db *database, models scanning, o *checkOptions, report *checkReport) error {
	o.guess = true
	cmp, err := a.compare(ctx, c, db, models, o.compareOptions)
	if err != nil {
		return err
	}
	report.Server = cmp.server.product
	report.Changes = a.lines(cmp.plan)
	report.Notes = append(report.Notes, jsonNotes(cmp)...)
	report.acceptedReport, report.Mode = reportAccepted(cmp.accepted), cmp.accepted.mode()
	report.Unmanaged = cmp.have.Unmanaged
	report.Ignored = c.countIgnored(cmp.have)
	report.tables, report.objects, report.replayed = len(cmp.have.Tables), len(cmp.have.Objects), db.scratch
	switch n := len(report.Changes); {
	case n > 0 && report.pending > 0:
		// Told once: they are what the revisions that have not run will do, or
		// the next check finds the rest.
		report.pendingChanges(n)
	case n > 0:
		hint := `gen revision --autogenerate -m "…"`
		if len(report.Problems) > 0 {
			hint = "the findings above first, then " + hint
		}
		other := "database"
		if report.replayed {
			other = "revisions"
		}
		report.add("difference", hint, "models and %s differ: %s", other, plural(n, "change"))
	}
	for _, q := range cmp.questions {
		report.add("rename", q.YesFlag+" or "+q.NoFlag, "%s is gone and %s is new (%s): a rename, or not?", q.From, q.To, q.Why)
	}
	return nil
}

// pendingChanges adds to the finding that revisions have not run what else
// follows from it.
func (r *checkReport) pendingChanges(n int) {
	for i, p := range r.Problems {
		if p.Kind == "pending" {
			r.Problems[i].Text += fmt.Sprintf(", so it lacks %s of the models", plural(n, "change"))
			r.Problems[i].Hint += "; what then still differs, the next gen check tells"
		}
	}
}

func (a *app) printCheck(r *checkReport) {
	a.printLines(r.Changes)
	for _, p := range r.Problems {
		a.printf("%s %s\n", a.paint("✗", red), p.Text)
		if p.Hint != "" {
			a.say("%s %s", a.paintErr("gen: hint:", cyan), p.Hint)
		}
	}
	a.sayIgnored(r.Ignored)
	a.sayAccepted(&r.acceptedReport, r.Mode)
	if r.pending == 0 { // a database that lacks revisions lacks what is accepted in it
		a.sayStale(&r.acceptedReport)
	}
	if a.globals.verbose {
		a.listAccepted(&r.acceptedReport)
		for _, n := range r.Notes {
			a.printf("note: %s: %s\n", n.Object, n.Text)
		}
		for _, o := range r.Unmanaged {
			a.printf("not managed: %s\n", unmanagedText(o))
		}
	}
	if !r.OK {
		return
	}
	more := ""
	if n := len(r.Unmanaged); n > 0 && !a.globals.verbose {
		more = fmt.Sprintf(" %s in the database not managed (gen check -v lists them).", are(n))
	}
	who := "models, revisions and database"
	if r.replayed {
		who = "models and revisions"
	}
	what := plural(r.tables, "table")
	if r.objects > 0 {
		what += " and " + plural(r.objects, "object")
	}
	a.say("%s %s agree: %s at %s (%s).%s", a.paintErr("ok", green), who, what, standing(r.Current), r.Server, more)
}

// finishes is the command that ends a half-done revision.
func finishes(row migrations.Row) string {
	if row.State == migrations.Reverting {
		return "gen downgrade " + row.Revision + "@-1"
	}
	return "gen upgrade head"
}

// headOrHeads is the symbol for all that there is to reach.
func headOrHeads(heads []string) string {
	if len(heads) > 1 {
		return "heads"
	}
	return "head"
}

func are(n int) string {
	if n == 1 {
		return "1 object is"
	}
	return fmt.Sprintf("%d objects are", n)
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// factAndHint takes an error apart that brings its hint in its text.
func factAndHint(err error) (fact, hint string) {
	fact, hint, _ = strings.Cut(err.Error(), "\n    hint: ")
	return fact, hint
}
