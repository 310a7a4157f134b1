package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type resolveOptions struct {
	app *app

	revision   string
	done, redo bool
}

func newResolveCmd(a *app) *cobra.Command {
	o := &resolveOptions{app: a}
	c := &cobra.Command{
		Use:   "resolve REVISION --done|--redo",
		Short: "Decide about a statement of which only a person can tell whether it ran",
		Long: `A run that was killed inside a statement outside a transaction leaves it open
whether that statement was done. gen finds out by itself where the catalog can
tell; where it cannot (a CALL, say), upgrade stops with exit 4 and names the
statement. Look at the database, then say --done or --redo; the next upgrade
goes on from there. Nothing is run.`,
		Example:           "  gen resolve 9c41d0 --done   # it has been done: go on behind it\n  gen resolve 9c41d0 --redo   # it has not: run it again",
		Args:              wantRevisions(1, 1, "gen resolve 9c41d0 --done, or --redo; gen current names the revision"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revision = args[0]
			return runResolve(cmd.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.done, "done", false, "the statement has been done")
	c.Flags().BoolVar(&o.redo, "redo", false, "the statement is to be run again")
	return c
}

func runResolve(ctx context.Context, o *resolveOptions) error {
	if o.done == o.redo {
		return withHint(fmt.Errorf("say what is true of the statement, one of --done and --redo"), "gen current shows where revision "+o.revision+" stands")
	}
	record := func(r *migrations.Runner) error {
		half, err := r.Status(ctx)
		if err != nil {
			return err
		}
		if err := r.Resolve(ctx, o.revision, o.done); err != nil {
			return err
		}
		o.app.say("%s recorded: %s; %s goes on from there.", o.app.paintErr("ok", green),
			map[bool]string{true: "it has been done", false: "it is to be run again"}[o.done], goOnFrom(r, half, o.revision))
		return o.app.printDecision(o.revision, map[bool]string{true: "done", false: "redo"}[o.done])
	}
	return o.app.withConfiguredRunner(ctx, record, record) // on an empty database there is nothing to record
}

// goOnFrom is the command that goes on with a revision that was half done.
func goOnFrom(r *migrations.Runner, s *migrations.Status, symbol string) string {
	if rev, err := r.Graph().One(symbol, s.Current); err == nil {
		for _, h := range s.HalfDone {
			if h.Row.Revision == rev.ID && h.Direction == migrations.Down {
				return "gen downgrade " + rev.ID + "@-1"
			}
		}
	}
	return "gen upgrade"
}

type acceptOptions struct {
	app *app

	revision string
}

func newAcceptCmd(a *app) *cobra.Command {
	o := &acceptOptions{app: a}
	return &cobra.Command{
		Use:   "accept REVISION",
		Short: "Take an applied revision file as it is now, although it was edited",
		Long: `An applied file that was edited stops every run (exit 5). When the edit is
right (the database was mended by hand, say), accept records the file as it is
now. Nothing is run: that the database agrees is your word, and gen check
tests it.`,
		Example:           "  gen accept 9c41d0",
		Args:              wantRevisions(1, 1, "gen accept 9c41d0; gen check names the edited revisions"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revision = args[0]
			return runAccept(cmd.Context(), o)
		},
	}
}

func runAccept(ctx context.Context, o *acceptOptions) error {
	record := func(r *migrations.Runner) error {
		s, err := r.Status(ctx)
		if err != nil {
			return err
		}
		if err := r.Accept(ctx, o.revision); err != nil {
			return err
		}
		rev, err := r.Graph().One(o.revision, s.Current)
		if err != nil {
			return err
		}
		if edited(s, rev.ID) {
			o.app.say("%s the file of %s, %s, is taken as it is.", o.app.paintErr("ok", green), rev.ID, rev.Message)
		} else {
			o.app.say("The statements in the file of %s, %s, are those that were applied.", rev.ID, rev.Message)
		}
		return o.app.printDecision(o.revision, "accept")
	}
	return o.app.withConfiguredRunner(ctx, record, record) // on an empty database there is nothing to accept
}

// edited reports whether an applied file was, its way back included.
func edited(s *migrations.Status, id string) bool {
	return slices.Contains(s.DownEdited, id) || slices.ContainsFunc(s.Edited, func(e *migrations.EditedError) bool { return e.Revision == id })
}

// A decisionReport is the JSON of gen resolve and gen accept.
type decisionReport struct {
	Revision string `json:"revision"` // as given
	Decision string `json:"decision"` // done, redo, accept
}

func (a *app) printDecision(revision, decision string) error {
	if a.globals.format != "json" {
		return nil
	}
	return a.printJSON(decisionReport{revision, decision})
}
