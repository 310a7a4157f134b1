package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type runOptions struct {
	app *app

	direction migrations.Direction
	target    string
	dryRun    bool
	sql       bool
	lockWait  time.Duration
	patience  time.Duration // --lock-timeout

	forceDrift  bool     // upgrade
	acceptLoss  []string // downgrade
	transaction string
	lock        string

	precheck *bool                // nil: as the configuration says
	findings []migrations.Finding // of the prechecks of this run

	many targetOptions // upgrade
}

func newUpgradeCmd(a *app) *cobra.Command {
	o := &runOptions{app: a, direction: migrations.Up}
	c := &cobra.Command{
		Use:   "upgrade [REVISION]",
		Short: "Run the revisions that lead to REVISION, head by default",
		Long: `Runs the revision files that lead to REVISION: head (the default), an id or the
unique beginning of one, +2 for the next two.

One process at a time works; others wait for it and then find nothing left to
do. When a statement fails, its step is rolled back and gen says what is
applied and what is not. Killed at any moment, the next upgrade goes on where
this one stopped. Applied files that were edited, or are missing, stop it
before anything is written (exit 5).

With --precheck the queries that the files carry for it (gen:precheck) look first,
each in a read-only transaction, for the rows on which a statement would fail. If
there are any nothing is run, and the exit is 1; what could not be looked at, as an
earlier revision makes it, is said. With --dry-run that is all that happens.

With --sql nothing is run and no database is asked: REVISION is A:B, and what
leads from A to B is printed as a script that refuses to run elsewhere.`,
		Example:           "  gen upgrade\n  gen upgrade head --dry-run\n  gen upgrade --precheck\n  gen upgrade +1\n  gen upgrade 9c41d0\n  gen upgrade 9c41d0:head --sql > upgrade.sql",
		Args:              wantRevisions(0, 1, "gen upgrade head"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.target = "head"
			if len(args) > 0 {
				o.target = args[0]
			}
			o.many.note(cmd)
			o.notePrecheck(cmd)
			return runMigrations(cmd.Context(), o)
		},
	}
	o.addFlags(c)
	o.many.addFlags(c)
	c.Flags().BoolVar(&o.forceDrift, "force-drift", false, "run although the database is not what the first revision was written for")
	return c
}

func (o *runOptions) addFlags(c *cobra.Command) {
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the statements, run nothing")
	c.Flags().Bool("precheck", false, "look first for the rows on which statements would fail, and run nothing if there are any (default run.precheck)")
	c.Flags().BoolVar(&o.sql, "sql", false, "print a script for A:B that guards itself, ask no database")
	c.Flags().StringVar(&o.transaction, "transaction", "step", "what one transaction holds: `step|revision|run`")
	c.Flags().StringVar(&o.lock, "lock", "", "hold the lock for the `session|transaction`; the latter works through a pooler (PostgreSQL; default session, or run.lock of the configuration)")
	c.Flags().DurationVar(&o.patience, "lock-timeout", 0, "how long a statement waits for the locks of others before its step is tried again (default 5s, or run.lock_timeout; PostgreSQL)")
	c.Flags().DurationVar(&o.lockWait, "lock-wait", 0, "how long to wait for another runner (default 2m, or run.lock_wait of the configuration)")
}

// notePrecheck takes --precheck, where it is given, before the configuration.
func (o *runOptions) notePrecheck(cmd *cobra.Command) {
	if f := cmd.Flags().Lookup("precheck"); f.Changed {
		on := f.Value.String() == "true"
		o.precheck = &on
	}
}

// A runReport is the JSON of gen upgrade and gen downgrade.
type runReport struct {
	From      []string           `json:"from"`
	To        []string           `json:"to"`
	Revisions []finishedRevision `json:"revisions"`
	DryRun    bool               `json:"dry_run,omitempty"`
	Prechecks []jsonPrecheck     `json:"prechecks,omitempty"` // with --precheck
	Warnings  []string           `json:"warnings,omitempty"`  // of the server; with --dry-run: what would stop the run
	Error     string             `json:"error,omitempty"`     // what stopped the run; Revisions are those finished before
	Hint      string             `json:"hint,omitempty"`
	Problems  []jsonProblem      `json:"problems,omitempty"`
	Exit      int                `json:"exit"`
}

type finishedRevision struct {
	Revision   string     `json:"revision"`
	Message    string     `json:"message"`
	Path       string     `json:"path"`
	Direction  string     `json:"direction"`
	Statements int        `json:"statements"`
	DurationMS float64    `json:"duration_ms"`
	Done       int        `json:"done,omitempty"`  // with --dry-run: of the statements, by a run that was interrupted
	Steps      []jsonStep `json:"steps,omitempty"` // with --dry-run
}

// runMigrations is gen upgrade and gen downgrade.
func runMigrations(ctx context.Context, o *runOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	if err := o.checkTargets(); err != nil {
		return err
	}
	if o.lockWait > 0 {
		c.Run.LockWait = duration(o.lockWait)
	}
	if o.patience > 0 {
		c.Run.LockTimeout = duration(o.patience)
	}
	if o.sql {
		return a.printScript(c, o)
	}
	if strings.Contains(o.target, ":") {
		_, to, _ := strings.Cut(o.target, ":")
		return withHint(fmt.Errorf("%s is a range: the database tells where it stands, so a run takes one revision", o.target),
			"gen "+map[migrations.Direction]string{migrations.Up: "upgrade", migrations.Down: "downgrade"}[o.direction]+" "+cmp.Or(to, "head")+"; a script takes a range: --sql")
	}
	if o.many.many() {
		return a.runTargets(ctx, c, o)
	}
	if o.dryRun {
		return a.withDatabase(ctx, c, reading, o.lookingOptions, func(db *database, r *migrations.Runner) error { return a.dryRun(ctx, c, db, r, o) })
	}
	if err := a.rehearse(ctx, c, o); err != nil {
		return ownProgram(c, err)
	}
	err = a.withDatabase(ctx, c, writing, o.options, func(db *database, r *migrations.Runner) error {
		if o.direction == migrations.Up && !o.forceDrift {
			if err := a.checkDrift(ctx, c, db, r, o.target); err != nil {
				return err
			}
		}
		if err := a.prechecked(ctx, c, r, o); err != nil {
			return err
		}
		return a.runAndTell(ctx, r, o)
	})
	return ownProgram(c, err)
}

// ownProgram says which program has the Go functions that gen alone has not.
func ownProgram(c *config, err error) error {
	if _, ok := errors.AsType[*migrations.FuncError](err); ok && c.Run.Program != "" {
		return withHint(errors.New(strings.SplitN(err.Error(), "\n    hint: ", 2)[0]), "run "+c.Run.Program)
	}
	return err
}

// revisionsOf are the revisions of a symbol or range, by the files alone.
func revisionsOf(g *migrations.Graph, text string) ([]*migrations.Revision, error) {
	if strings.Contains(text, ":") {
		return g.Range(text, nil)
	}
	t, err := g.Resolve(text, nil)
	return t.Revisions, err
}

// options are those of this run alone.
func (o *runOptions) options(dir *migrations.Dir) ([]migrations.Option, error) {
	span, ok := map[string]migrations.Span{"step": migrations.SpanStep, "revision": migrations.SpanRevision, "run": migrations.SpanRun}[o.transaction]
	if !ok {
		return nil, withHint(fmt.Errorf("--transaction %q is none of step, revision, run", o.transaction), "step, the default, is what the files say")
	}
	lock, ok := lockModes()[o.lock]
	if !ok {
		return nil, withHint(fmt.Errorf("--lock %q is neither session nor transaction", o.lock), "session, the default, needs a connection that no pooler divides")
	}
	opts := []migrations.Option{migrations.WithTransaction(span)}
	if o.lock != "" {
		opts = append(opts, migrations.WithLock(lock))
	}
	for _, symbol := range o.acceptLoss {
		if migrations.CountsFromCurrent(symbol) {
			return nil, withHint(fmt.Errorf("--accept-data-loss %s does not name a revision: the loss is of one that somebody has looked at", symbol),
				"give the id; gen downgrade --dry-run shows what each loses")
		}
		revs, err := revisionsOf(dir.Graph(), symbol)
		switch {
		case err != nil && migrations.CheckID(symbol) == nil && !isAmbiguous(err):
			// A revision whose file is gone is known to the database alone.
			opts = append(opts, migrations.WithAcceptDataLoss(symbol))
		case err != nil:
			return nil, fmt.Errorf("--accept-data-loss: %w", err)
		}
		for _, r := range revs {
			opts = append(opts, migrations.WithAcceptDataLoss(r.ID))
		}
	}
	return opts, nil
}

// isAmbiguous reports whether a symbol could not be resolved because it means
// several revisions.
func isAmbiguous(err error) bool {
	_, heads := errors.AsType[*migrations.HeadsError](err)
	symbol, ok := errors.AsType[*migrations.SymbolError](err)
	return heads || ok && len(symbol.Candidates) > 0
}

func (a *app) runAndTell(ctx context.Context, r *migrations.Runner, o *runOptions) error {
	defer a.timing.stage("run")()
	run := r.Upgrade
	if o.direction == migrations.Down {
		run = r.Downgrade
	}
	result, err := run(ctx, o.target)
	a.again(err, o)
	err = signalled(ctx, err)
	if a.globals.format == "json" && result != nil {
		return a.printRunJSON(o, result, err, behind(r, result, o))
	}
	if err != nil {
		return err
	}
	a.printResult(result, o.direction)
	if back := behind(r, result, o); back != "" {
		a.say("It is past %s already.\n%s %s", o.target, a.paintErr("gen: hint:", cyan), back)
	}
	return nil
}

// rehearse plans a run on a database whose file is not there yet, so that a
// run that cannot begin does not leave an empty one.
func (a *app) rehearse(ctx context.Context, c *config, o *runOptions) error {
	if db, err := a.database(c); err != nil || !a.willCreate(db) {
		return err
	}
	return a.withDatabase(ctx, c, reading, o.options, func(_ *database, r *migrations.Runner) error {
		plan := r.Plan
		if o.direction == migrations.Down {
			plan = r.PlanDowngrade
		}
		_, err := plan(ctx, o.target)
		return err
	})
}

// behind is the command that leads to a target which an upgrade had nothing to
// do for, because the database is past it; empty otherwise. As in Alembic that
// is no error: what was asked for is applied.
func behind(r *migrations.Runner, result *migrations.Result, o *runOptions) string {
	if o.direction != migrations.Up || len(result.Applied) > 0 || len(result.To) == 0 {
		return ""
	}
	t, err := r.Graph().Resolve(o.target, result.To)
	if err != nil || slices.ContainsFunc(t.Revisions, func(rev *migrations.Revision) bool { return slices.Contains(result.To, rev.ID) }) {
		return ""
	}
	return "gen downgrade " + o.target
}

func (a *app) printRunJSON(o *runOptions, result *migrations.Result, failed error, hint string) error {
	doc := runReport{From: result.From, To: result.To, Revisions: []finishedRevision{}, Hint: hint, Warnings: a.warned.list(), Prechecks: jsonPrechecks(o.findings)}
	for _, d := range result.Applied {
		doc.Revisions = append(doc.Revisions, finishedRevision{
			Revision: d.Revision.ID, Message: d.Revision.Message, Path: d.Revision.Path,
			Direction: d.Direction.String(), Statements: d.Statements, DurationMS: milliseconds(d.Duration),
		})
	}
	if failed != nil {
		e := a.jsonError(failed, exitCode(failed))
		doc.Error, doc.Hint, doc.Problems, doc.Exit = e.Error, e.Hint, e.Problems, e.Exit
	}
	if err := a.printJSON(doc); err != nil || failed == nil {
		return err
	}
	return &exitError{code: doc.Exit}
}

func (a *app) printResult(result *migrations.Result, dir migrations.Direction) {
	if len(result.Applied) == 0 {
		a.say("Nothing to do: the database is at %s.", standing(result.To))
		return
	}
	verb := "upgraded"
	if dir == migrations.Down {
		verb = "downgraded"
	}
	a.say("%s %s from %s to %s.", a.paintErr("ok", green), verb, standing(result.From), standing(result.To))
}
