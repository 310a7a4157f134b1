package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
)

type revisionOptions struct {
	app *app

	compareOptions
	message      string
	autogenerate bool
	revID        string
}

func newRevisionCmd(a *app) *cobra.Command {
	o := &revisionOptions{app: a}
	c := &cobra.Command{
		Use:   "revision -m MESSAGE [--autogenerate]",
		Short: "Write a new revision file, by hand or from what differs",
		Long: `Writes a new revision file after the newest one.

With --autogenerate gen reads the models and the database, which must be at
the newest revision, and writes what differs: up, down, and above each
statement the struct field it came from, the lock it takes, what it may break.
When nothing differs, no file is written. A column or table that looks renamed
is asked about; without a terminal, answer with --rename or --no-rename.

Without --autogenerate the file is yours to fill.`,
		Example: "  gen revision --autogenerate -m \"orders: add status\"\n  gen revision -m \"backfill totals\"\n  gen revision --autogenerate -m rename --rename users.name=users.full_name",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runRevision(cmd.Context(), o) },
	}
	o.addFlags(c.Flags())
	c.Flags().StringVarP(&o.message, "message", "m", "", "what the revision does, one `line`")
	c.Flags().BoolVar(&o.autogenerate, "autogenerate", false, "write the difference between models and database")
	c.Flags().StringVar(&o.revID, "rev-id", "", "use this `id` instead of a random one")
	return c
}

// A revisionReport is the JSON of gen revision.
type revisionReport struct {
	Revision string      `json:"revision,omitempty"` // absent: nothing differs, no file
	Path     string      `json:"path,omitempty"`
	Parents  []string    `json:"parents"`
	Changes  []diff.Line `json:"changes"`
}

func runRevision(ctx context.Context, o *revisionOptions) error {
	a := o.app
	if err := checkMessage(o.message); err != nil {
		return err
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openDir(c)
	if err != nil {
		return err
	}
	rev, err := a.newRevision(c, dir, o)
	if err != nil {
		return err
	}
	var plan diff.Plan
	if o.autogenerate {
		if plan, err = a.autogenerate(ctx, c, dir, rev, o.compareOptions); err != nil {
			return err
		}
		if len(plan.Changes) == 0 {
			if a.globals.format == "json" {
				return a.printJSON(revisionReport{Parents: nonNil(rev.Parents), Changes: []diff.Line{}})
			}
			a.say("No changes: the database is what the models say. No file was written.")
			return nil
		}
	}
	path, err := dir.Create(rev)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(revisionReport{Revision: rev.ID, Path: path, Parents: nonNil(rev.Parents), Changes: lines(plan)})
	}
	if !a.globals.quiet {
		a.printLines(lines(plan))
	}
	a.printf("%s\n", path)
	if o.autogenerate {
		a.say("Read the file, then: gen upgrade head")
	} else {
		a.say("Write the statements, then: gen upgrade head")
	}
	return nil
}

// checkMessage: one line, since it is one line of the file.
func checkMessage(message string) error {
	switch {
	case strings.TrimSpace(message) == "":
		return withHint(fmt.Errorf("a revision needs a message"), `gen revision -m "add column"`)
	case strings.ContainsAny(message, "\r\n"):
		return withHint(fmt.Errorf("the message of a revision is one line"), "write the rest into the file, as a comment above a statement")
	}
	return nil
}

// newRevision is the revision without its statements.
func (a *app) newRevision(c *config, dir *migrations.Dir, o *revisionOptions) (*migrations.Revision, error) {
	heads := dir.Graph().Heads()
	if len(heads) > 1 {
		return nil, withHint(fmt.Errorf("there are %d heads (%s): a new revision would not know which to follow", len(heads), joinIDs(heads)),
			`merge them first: gen merge -m "merge heads"`)
	}
	id := o.revID
	if id == "" {
		id = migrations.NewID()
	}
	u, err := a.databaseURL(c)
	if err != nil {
		return nil, err
	}
	row, err := dialectOf(u)
	if err != nil {
		return nil, err
	}
	rev := &migrations.Revision{
		ID: id, Message: o.message, Created: a.now().UTC().Truncate(time.Second), Dialect: row.runner,
		Up: []migrations.Step{}, Down: []migrations.Step{},
	}
	for _, h := range heads {
		rev.Parents = append(rev.Parents, h.ID)
	}
	return rev, nil
}

// autogenerate fills rev with what differs.
func (a *app) autogenerate(ctx context.Context, c *config, dir *migrations.Dir, rev *migrations.Revision, o compareOptions) (diff.Plan, error) {
	db, err := a.database(c)
	if err != nil {
		return diff.Plan{}, err
	}
	models := a.startScan(ctx, c, db.row)
	if err := a.connect(ctx, db, reading); err != nil {
		return diff.Plan{}, err
	}
	defer db.close()
	if err := a.requireHead(ctx, c, db, dir); err != nil {
		return diff.Plan{}, err
	}
	cmp, err := a.compare(ctx, c, db, models, o)
	if err != nil {
		return diff.Plan{}, err
	}
	a.sayNotes(cmp)
	up, down, err := cmp.render(c, db.row)
	if err != nil {
		return diff.Plan{}, err
	}
	rev.Up, rev.Down, rev.Hazards = steps(up), steps(down), hazards(up)
	return cmp.plan, nil
}

// requireHead refuses to compare with a database that has revisions yet to
// run: their changes would be written a second time.
func (a *app) requireHead(ctx context.Context, c *config, db *database, dir *migrations.Dir) error {
	r, err := a.runner(c, db, dir)
	if err != nil {
		return err
	}
	err = r.RequireHead(ctx)
	return withHintOnce(err, "run gen upgrade head")
}

// withHintOnce adds a hint to an error that brings none.
func withHintOnce(err error, hint string) error {
	if err == nil || hintOf(err) != "" || strings.Contains(err.Error(), "\n    hint: ") {
		return err
	}
	return withHint(err, hint)
}
