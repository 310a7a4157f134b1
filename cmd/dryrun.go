package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gen-migrate/gen/migrations"
)

// dryRun prints what would run. What would stop the run is an error here too,
// but for the gates that a flag opens: those are spoken of.
func (a *app) dryRun(ctx context.Context, c *config, db *database, r *migrations.Runner, o *runOptions) error {
	plan := r.Plan
	if o.direction == migrations.Down {
		plan = r.PlanDowngrade
	}
	p, err := plan(ctx, o.target)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		if err := a.prechecked(ctx, c, r, o); err != nil {
			return err
		}
		doc := dryRunReport(p, db.row)
		doc.Warnings, doc.Prechecks = a.dryRunWarnings(ctx, c, db, r, o, p), jsonPrechecks(o.findings)
		return a.printJSON(doc)
	}
	if len(p.Revisions) == 0 {
		a.say("Nothing to do: the database is at %s.", standing(p.To))
	}
	for _, rev := range p.Revisions {
		a.printPlanned(rev, db.row)
	}
	for _, w := range a.dryRunWarnings(ctx, c, db, r, o, p) {
		a.say("%s %s", a.paintErr("warning:", yellow), w)
	}
	return a.prechecked(ctx, c, r, o)
}

// dryRunWarnings are the gates that a flag opens, or another program.
func (a *app) dryRunWarnings(ctx context.Context, c *config, db *database, r *migrations.Runner, o *runOptions, p *migrations.Plan) (out []string) {
	if o.direction == migrations.Up && !o.forceDrift {
		if err := a.checkDrift(ctx, c, db, r, o.target); err != nil {
			out = append(out, a.redact(fmt.Sprintf("gen upgrade would stop here: %s", err)))
		}
	}
	if names := goSteps(p); len(names) > 0 {
		how := "run the upgrade with the application's own binary"
		if c.Run.Program != "" {
			how = "run " + c.Run.Program
		}
		out = append(out, fmt.Sprintf("gen alone would stop here: it has not the Go functions %s; %s", strings.Join(names, ", "), how))
	}
	if lost := losing(p); o.direction == migrations.Down && len(o.acceptLoss) == 0 && len(lost) > 0 {
		out = append(out, "gen downgrade would stop here: it loses data; to lose it, add --accept-data-loss "+strings.Join(lost, ","))
	}
	return out
}

// lookingOptions are options for a runner that runs nothing, and so needs no Go
// function: each is there.
func (o *runOptions) lookingOptions(dir *migrations.Dir) ([]migrations.Option, error) {
	opts, err := o.options(dir)
	if err != nil {
		return nil, err
	}
	for _, r := range dir.Graph().Revisions() {
		v, err := r.For(dir.Dialect())
		if err != nil {
			continue // told when it is its turn
		}
		for _, s := range slices.Concat(v.Up, v.Down) {
			if s.Go != "" {
				opts = append(opts, migrations.WithFunc(s.Go, func(context.Context, migrations.Tx) error {
					return fmt.Errorf("the function %s is not here", s.Go)
				}))
			}
		}
	}
	return opts, nil
}

// goSteps are the Go functions of a plan, each once.
func goSteps(p *migrations.Plan) []string {
	var names []string
	for _, rev := range p.Revisions {
		for _, s := range rev.Steps {
			if s.Go != "" && !slices.Contains(names, s.Go) {
				names = append(names, s.Go)
			}
		}
	}
	return names
}

// losing are the revisions that lose data.
func losing(p *migrations.Plan) []string {
	var ids []string
	for _, rev := range p.Revisions {
		if len(rev.Loses) > 0 {
			ids = append(ids, rev.Revision.ID)
		}
	}
	return ids
}

// printPlanned prints the statements of a revision. Steps are told apart where
// there are several, or where one is no plain transaction; what an interrupted
// run has done already is a comment.
func (a *app) printPlanned(rev migrations.PlannedRevision, row dialectRow) {
	title := "-- " + rev.Direction.String() + " " + rev.Revision.ID + "  " + rev.Revision.Message
	if total := len(rev.Steps); rev.Skip > 0 && total > 0 {
		title += fmt.Sprintf(" (goes on behind its first %s)", plural(rev.Skip, "statement"))
	}
	a.printf("%s\n", a.paint(title, bold))
	skip := rev.Skip
	for i, step := range rev.Steps {
		if way := wayOf(step); len(rev.Steps) > 1 || step.Tx != migrations.TxOn || way != plainStep {
			name := ""
			if step.Name != "" {
				name = " " + step.Name
			}
			a.printf("\n%s\n", a.paint(fmt.Sprintf("-- step %d of %d%s: %s", i+1, len(rev.Steps), name, way), dim))
		}
		for _, what := range step.Loses {
			a.printf("\n%s\n", a.paint("-- loses data: "+what, red))
		}
		if step.Go != "" {
			done := ""
			if skip > 0 {
				skip, done = skip-1, ", done already"
			}
			a.printf("\n-- calls the Go function %s%s\n", step.Go, done)
		}
		for _, s := range step.Statements {
			if skip > 0 {
				skip--
				what, _, _ := strings.Cut(s.SQL, "\n")
				a.printf("\n%s\n", a.paint("-- done already: "+what, dim))
				continue
			}
			a.printf("\n")
			for _, line := range s.Comment {
				a.printf("%s\n", a.paint("-- "+line, dim))
			}
			if locks := locksOf(s, row); locks != "" {
				a.printf("%s\n", a.paint("--   lock "+locks, dim))
			}
			a.printf("%s;\n", s.SQL)
		}
	}
	a.printf("\n")
}

// locksOf are the locks of a statement whose comments, as gen writes them, do
// not say so already.
func locksOf(s migrations.Statement, row dialectRow) string {
	said := slices.ContainsFunc(s.Comment, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "lock ") })
	if said || row.locks == nil {
		return ""
	}
	return row.locks(s.SQL)
}

const plainStep = "one transaction"

// wayOf says how a step runs.
func wayOf(s migrations.Step) string {
	way := map[migrations.TxMode]string{
		migrations.TxOn:    plainStep,
		migrations.TxEach:  "each statement by itself, in a transaction where the server allows one",
		migrations.TxBatch: "repeated until no row is affected, a transaction each time",
	}[s.Tx]
	if s.Throttle > 0 {
		way += ", " + s.Throttle.String() + " of rest in between"
	}
	if s.ForeignKeysOff {
		way += ", foreign keys off and checked at its end"
	}
	if text, ok := timeoutText(s.LockTimeout); ok {
		way += ", lock_timeout " + text
	}
	if text, ok := timeoutText(s.StatementTimeout); ok {
		way += ", statement_timeout " + text
	}
	return way
}

// timeoutText is a timeout as a file writes it, and whether there is one.
func timeoutText(d time.Duration) (string, bool) {
	if d == migrations.NoTimeout {
		return "0", true
	}
	return d.String(), d != 0
}

func dryRunReport(p *migrations.Plan, row dialectRow) runReport {
	doc := runReport{From: p.From, To: p.To, DryRun: true, Revisions: []finishedRevision{}}
	for _, rev := range p.Revisions {
		item := finishedRevision{
			Revision: rev.Revision.ID, Message: rev.Revision.Message, Path: rev.Revision.Path,
			Direction: rev.Direction.String(), Done: rev.Skip, Steps: jsonSteps(rev.Steps),
		}
		for i, s := range rev.Steps {
			item.Statements += len(s.Statements)
			for _, st := range s.Statements {
				if row.locks == nil {
					break
				}
				if locks := row.locks(st.SQL); locks != "" && !slices.Contains(item.Steps[i].Locks, locks) {
					item.Steps[i].Locks = append(item.Steps[i].Locks, locks)
				}
			}
		}
		doc.Revisions = append(doc.Revisions, item)
	}
	return doc
}
