package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type stampOptions struct {
	app *app

	revisions []string
}

func newStampCmd(a *app) *cobra.Command {
	o := &stampOptions{app: a}
	return &cobra.Command{
		Use:   "stamp REVISION…",
		Short: "Record that the database is at REVISION, without running anything",
		Long: `Makes the version table say that exactly the revisions up to REVISION are
applied: head for a database that was built some other way, base for none. The
schema is not touched; gen check tells whether the record is true.`,
		Example:           "  gen stamp head\n  gen stamp 9c41d0\n  gen stamp base",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runStamp(cmd.Context(), o)
		},
	}
}

func runStamp(ctx context.Context, o *stampOptions) error {
	a := o.app
	return a.withConfiguredRunner(ctx, func(r *migrations.Runner) error {
		result, err := r.Stamp(ctx, o.revisions...)
		if err != nil {
			return err
		}
		if a.globals.format == "json" {
			return a.printRunJSON(result, nil)
		}
		a.say("%s stamped: the database was at %s and is at %s.", a.paintErr("ok", green), standing(result.From), standing(result.To))
		return nil
	})
}
