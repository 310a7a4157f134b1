package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
)

type revisionOptions struct {
	app *app

	compareOptions
	message      string
	autogenerate bool
	revID        string
	goFunc       string
	filterBy     string
	place        placeOptions
}

// placeOptions say where in the graph, and in which directory, a new revision
// stands.
type placeOptions struct {
	heads       []string
	splice      bool
	labels      []string
	depends     []string
	versionPath string
}

func (o *placeOptions) addFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.splice, "splice", false, "allow a parent that is no head: a branch begins there")
	f.StringArrayVar(&o.labels, "branch-label", nil, "`label` of the branch that begins here (repeatable)")
	f.StringArrayVar(&o.depends, "depends-on", nil, "`revision` or label of another branch that must be applied before (repeatable)")
	f.StringVar(&o.versionPath, "version-path", "", "revision `directory` to write into, one of the configured (default that of the parent)")
}

func newRevisionCmd(a *app) *cobra.Command {
	o := &revisionOptions{app: a}
	c := &cobra.Command{
		Use:   "revision -m MESSAGE [--autogenerate]",
		Short: "Write a new revision file, by hand or from what differs",
		Long: `Writes a new revision file after the newest one, or after --head: any revision
symbol, given several times for a merge; base for a new root.

With --autogenerate gen reads the models and the database, which must be at
the newest revision, and writes what differs: up, down, and above each
statement the struct field it came from, the lock it takes, what it may break.
When nothing differs, no file is written. A column or table that looks renamed
is asked about; without a terminal, answer with --rename or --no-rename.

Without --autogenerate the file is yours to fill.`,
		Example: "  gen revision --autogenerate -m \"orders: add status\"\n  gen revision -m \"backfill totals\"\n  gen revision --autogenerate -m rename --rename users.name=users.full_name\n  gen revision -m \"billing\" --head base --branch-label billing --version-path billing",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runRevision(cmd.Context(), o) },
	}
	o.addFlags(c.Flags())
	o.addSimple(c.Flags())
	o.addAgainst(c.Flags())
	c.Flags().StringVarP(&o.message, "message", "m", "", "what the revision does, one `line`")
	c.Flags().BoolVar(&o.autogenerate, "autogenerate", false, "write the difference between models and database")
	c.Flags().StringVar(&o.filterBy, "filter", "", "`command` that edits the plan, instead of that of gen.toml; none: no command")
	c.Flags().StringVar(&o.goFunc, "go", "", "a step that calls the Go function `NAME`, and a file with its beginning beside the revision")
	c.Flags().StringVar(&o.revID, "rev-id", "", "use this `id` instead of a random one")
	c.Flags().StringArrayVar(&o.place.heads, "head", nil, "`revision` to follow, instead of the head (repeatable)")
	o.place.addFlags(c.Flags())
	_ = c.RegisterFlagCompletionFunc("head", a.completeRevisions)
	_ = c.RegisterFlagCompletionFunc("depends-on", a.completeRevisions)
	return c
}

// A revisionReport is the JSON of gen revision.
type revisionReport struct {
	Revision string      `json:"revision,omitempty"` // absent: nothing differs, no file
	Path     string      `json:"path,omitempty"`
	Go       string      `json:"go,omitempty"` // with --go: the file of the function
	Parents  []string    `json:"parents"`
	Changes  []diff.Line `json:"changes"`
	Edits    []string    `json:"edits,omitempty"` // what the filter changed of the plan
}

// nothingToWrite says why there is no file.
func (a *app) nothingToWrite(rev *migrations.Revision, planned *plannedRevision) error {
	switch {
	case a.globals.format == "json":
		return a.printJSON(revisionReport{Parents: nonNil(rev.Parents), Changes: []diff.Line{}, Edits: planned.edited()})
	case len(planned.edits) > 0:
		a.say("The filter left nothing of the plan. No file was written.")
	default:
		a.say("No changes: the database is what the models say. No file was written.")
	}
	return nil
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
	if err := o.chooseFilter(c); err != nil {
		return err
	}
	var t *compareTarget
	var dir *migrations.Dir
	if o.autogenerate {
		if t, err = a.compareTarget(c, &o.compareOptions); err == nil {
			dir = t.dir
		}
	} else {
		dir, err = a.openToWrite(c)
	}
	if err != nil {
		return err
	}
	rev, err := a.newRevision(ctx, c, dir, o.message, o.revID, o.place)
	if err != nil {
		return err
	}
	var planned *plannedRevision
	if o.autogenerate {
		if planned, err = a.autogenerate(ctx, c, t, rev, o.compareOptions); err != nil {
			return err
		}
		if len(rev.Up) == 0 {
			return a.nothingToWrite(rev, planned)
		}
	}
	lines := planned.lines()
	if o.goFunc != "" {
		if err := a.addGoStep(c, rev, o.goFunc); err != nil {
			return err
		}
	}
	path, stub, err := a.create(ctx, c, dir, rev, o.place.versionPath, o.goFunc)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(revisionReport{Revision: rev.ID, Path: path, Go: stub, Parents: nonNil(rev.Parents), Changes: lines, Edits: planned.edited()})
	}
	if !a.globals.quiet {
		a.printLines(lines)
	}
	a.printf("%s\n", path)
	if stub != "" {
		a.printf("%s\n", stub)
		a.say("Write the function, register it with migrations.WithFunc(%q, …), and run the upgrade with your own program.", o.goFunc)
		return nil
	}
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
func (a *app) newRevision(ctx context.Context, c *config, dir *migrations.Dir, message, id string, o placeOptions) (*migrations.Revision, error) {
	if id == "" {
		id = migrations.NewID()
	}
	if err := migrations.CheckID(id); err != nil {
		return nil, withHint(err, "leave --rev-id out: gen makes one that no other branch has")
	}
	for _, l := range o.labels {
		if err := migrations.CheckLabel(l); err != nil {
			return nil, withHint(err, "choose another --branch-label")
		}
	}
	current, err := a.countingFrom(ctx, c, dir, slices.Concat(o.heads, o.depends)...)
	if err != nil {
		return nil, err
	}
	rev := &migrations.Revision{
		ID: id, Message: message, Created: a.now().UTC().Truncate(time.Second), Dialect: dir.Dialect(), Labels: o.labels,
		Up: []migrations.Step{}, Down: []migrations.Step{},
	}
	if rev.Parents, err = dir.Graph().ParentsFor(o.heads, o.splice, current); err != nil {
		if heads, ok := errors.AsType[*migrations.HeadsError](err); ok && len(o.heads) == 0 {
			return nil, withHint(fmt.Errorf("there are %d heads (%s): a new revision would not know which to follow", len(heads.Heads), joinIDs(heads.Heads)),
				"merge them first: gen merge "+spaced(heads.Heads)+` -m "merge heads"; or say which one with --head`)
		}
		return nil, err
	}
	for _, d := range o.depends {
		entry, err := dir.Graph().DependsEntry(d, current)
		if err != nil {
			return nil, err
		}
		rev.Depends = append(rev.Depends, entry)
	}
	return rev, nil
}

// create writes the revision, into the directory of its parent when none is
// named, beside it the beginning of its Go function where it has one, and runs the
// hooks on both.
func (a *app) create(ctx context.Context, c *config, dir *migrations.Dir, rev *migrations.Revision, versionPath, goFunc string) (path, stub string, err error) {
	write := dir.Create
	if dirs := dir.Dirs(); versionPath != "" {
		write = func(r *migrations.Revision) (string, error) { return dir.CreateIn(a.path(versionPath), r) }
	} else if len(rev.Parents) == 0 && len(dirs) > 1 {
		return "", "", withHint(fmt.Errorf("there are %d revision directories and no parent to stand beside", len(dirs)),
			"say which one: --version-path "+c.dirs[0])
	}
	if path, err = write(rev); err != nil {
		return "", "", err
	}
	if goFunc != "" {
		if stub, err = writeStub(path, goFunc); err != nil {
			return "", "", err
		}
	}
	return path, stub, a.afterWrite(ctx, c, dir, rev.ID, path, stub)
}

// A plannedRevision is the plan of a revision as it is written; nil: there is
// none.
type plannedRevision struct {
	plan  plan.Plan
	edits []string // what is not as gen planned it
}

func (p *plannedRevision) lines() []diff.Line {
	lines := []diff.Line{}
	if p != nil {
		for _, c := range p.plan.Changes {
			lines = append(lines, c.Line)
		}
	}
	return lines
}

func (p *plannedRevision) edited() []string {
	if p == nil {
		return nil
	}
	return p.edits
}

// autogenerate fills rev with what differs, as the filter leaves it.
func (a *app) autogenerate(ctx context.Context, c *config, t *compareTarget, rev *migrations.Revision, o compareOptions) (*plannedRevision, error) {
	models := a.startScan(ctx, c, t.row)
	db, done, err := a.against(ctx, c, t)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := a.requireHead(ctx, c, db, t.dir); err != nil {
		return nil, err
	}
	cmp, err := a.compare(ctx, c, db, models, o)
	if err != nil {
		return nil, err
	}
	a.sayNotes(cmp)
	up, down, err := a.renderBoth(ctx, cmp, o.planAs(c), db)
	if err != nil {
		return nil, err
	}
	if rev.Measured, err = a.probe(ctx, c, cmp, db, up, down); err != nil {
		return nil, err
	}
	given := a.planDocument(cmp, db.row, cmp.plan, up, down)
	p, err := a.edit(ctx, t.row, given, o.filter)
	if err != nil {
		return nil, err
	}
	rev.Up, rev.Down, rev.Hazards = plannedSteps(p.plan.Statements, false), plannedSteps(p.plan.Down, true), hazards(p.plan.Statements)
	if len(rev.Down) == 0 {
		rev.Irreversible = p.plan.Irreversible
	}
	rev.Expects = expects(cmp.have, c, db.row, cmp.server, rev.Parents, cmp.accepted.list)
	return p, nil
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
