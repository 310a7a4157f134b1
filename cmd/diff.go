package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
)

type diffOptions struct {
	app *app

	compareOptions
	exitCode bool
	summary  bool
	down     bool
}

func newDiffCmd(a *app) *cobra.Command {
	o := &diffOptions{app: a}
	c := &cobra.Command{
		Use:   "diff",
		Short: "Print what would bring the database to the models; write nothing",
		Long: `Compares the models with the database and prints the plan: the statements of
the revision that gen revision --autogenerate would write, each with what it
changes, which lock it takes and what it may break.

Nothing is written, neither to the database nor to a file.`,
		Example: "  gen diff\n  gen diff --summary\n  gen diff --exit-code        # exit 1 when anything differs\n  gen diff --down             # the way back",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runDiff(cmd.Context(), o) },
	}
	o.addFlags(c.Flags())
	c.Flags().BoolVar(&o.exitCode, "exit-code", false, "exit 1 when anything differs")
	c.Flags().BoolVar(&o.summary, "summary", false, "only the changes, no SQL")
	c.Flags().BoolVar(&o.down, "down", false, "print the way back")
	return c
}

// A diffReport is the JSON of gen diff.
type diffReport struct {
	Dialect    string          `json:"dialect"`
	Server     string          `json:"server"`
	Changes    []diff.Line     `json:"changes"`
	Statements []jsonStatement `json:"statements"`
	Notes      []jsonNote      `json:"notes,omitempty"`
}

type jsonStatement struct {
	SQL      string       `json:"sql"`
	Tx       string       `json:"tx"`                // of its step: on, each
	Outside  bool         `json:"outside,omitempty"` // the server refuses it in a transaction
	Locks    []jsonLock   `json:"locks,omitempty"`
	Rewrites bool         `json:"rewrites"`
	Scans    bool         `json:"scans"`
	Hazards  []jsonHazard `json:"hazards,omitempty"`
	Loses    string       `json:"loses,omitempty"`
}

type jsonLock struct {
	Relation string `json:"relation"`
	Mode     string `json:"mode"`
	Long     bool   `json:"long"`
}

type jsonHazard struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type jsonNote struct {
	Object string `json:"object"`
	Text   string `json:"text"`
}

func runDiff(ctx context.Context, o *diffOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	db, err := a.database(c)
	if err != nil {
		return err
	}
	models := a.startScan(ctx, c, db.row)
	if err := a.connect(ctx, db, reading); err != nil {
		return err
	}
	defer db.close()
	cmp, err := a.compare(ctx, c, db, models, o.compareOptions)
	if err != nil {
		return err
	}
	statements, down, err := a.renderBoth(cmp, c, db.row)
	if err != nil {
		return err
	}
	plan := cmp.plan
	if o.down {
		plan, statements = cmp.plan.Reverse(), down
	}
	if err := a.printPlan(db, cmp, plan, statements, o.summary); err != nil {
		return err
	}
	if o.exitCode && len(plan.Changes) > 0 {
		return errFound
	}
	return nil
}

func (a *app) printPlan(db *database, cmp *comparison, plan diff.Plan, statements []render.Statement, summary bool) error {
	if a.globals.format == "json" {
		return a.printJSON(diffReport{
			Dialect: db.row.Name, Server: cmp.server.product,
			Changes: a.lines(plan), Statements: jsonStatements(statements), Notes: jsonNotes(cmp),
		})
	}
	a.sayNotes(cmp)
	switch {
	case len(plan.Changes) == 0:
		a.say("No changes: the database is what the models say.")
	case summary:
		a.printLines(a.lines(plan))
	default:
		a.printf("%s", a.statementText(statements))
	}
	return nil
}

// statementText is the statements as they would stand in a revision file.
func (a *app) statementText(statements []render.Statement) string {
	var b strings.Builder
	for i, s := range statements {
		if i > 0 {
			b.WriteString("\n")
		}
		for _, line := range render.Comment(s) {
			b.WriteString(a.paint("-- "+line, dim) + "\n")
		}
		b.WriteString(s.SQL + ";\n")
	}
	return b.String()
}

// sayNotes tells what is accepted as it is, and with --verbose what could not be
// settled without guessing.
func (a *app) sayNotes(cmp *comparison) {
	accepted := reportAccepted(cmp.accepted)
	a.sayAccepted(&accepted, cmp.accepted.mode())
	if !a.globals.verbose {
		return
	}
	for _, n := range cmp.notes {
		a.say("%s %s: %s", a.paintErr("note:", cyan), n.Object, n.Text)
	}
}

func jsonNotes(cmp *comparison) []jsonNote {
	var out []jsonNote
	for _, n := range cmp.notes {
		out = append(out, jsonNote{n.Object, n.Text})
	}
	return out
}

func jsonStatements(statements []render.Statement) []jsonStatement {
	out := make([]jsonStatement, 0, len(statements))
	for _, s := range statements {
		j := jsonStatement{SQL: s.SQL, Tx: stepFor(s).Tx.String(), Outside: s.Tx == render.NoTx, Rewrites: s.Rewrites, Scans: s.Scans, Loses: s.Loses}
		for _, l := range s.Locks {
			j.Locks = append(j.Locks, jsonLock{l.Relation.String(), l.Mode, l.Long})
		}
		for _, h := range s.Hazards {
			j.Hazards = append(j.Hazards, jsonHazard{h.ID, h.Text})
		}
		out = append(out, j)
	}
	return out
}
