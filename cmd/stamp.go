package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type stampOptions struct {
	app *app

	revisions []string
	purge     bool
	sql       bool
}

func newStampCmd(a *app) *cobra.Command {
	o := &stampOptions{app: a}
	c := &cobra.Command{
		Use:   "stamp REVISION…",
		Short: "Record that the database is at REVISION, without running anything",
		Long: `Makes the version table say that the revisions up to REVISION are applied: head
for a database that was built some other way, base for none. The schema is not
touched; gen check tells whether the record is true.

REVISION takes the place of what is recorded before and after it, and leaves
other branches as they are: blog@base takes away the branch blog alone. With
several REVISIONs each does so. --purge empties the record first, also of
revisions that have no file.

With --sql no database is asked: a script is printed that writes the record
where the database is at base, or with A:B where it is at A.`,
		Example:           "  gen stamp head\n  gen stamp 9c41d0 billing@head\n  gen stamp base\n  gen stamp --purge heads\n  gen stamp 9c41d0:head --sql > stamp.sql",
		Args:              wantRevisions(1, 0, "gen stamp head; gen stamp base takes all away"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runStamp(cmd.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.purge, "purge", false, "empty the record first, whatever is in it")
	c.Flags().BoolVar(&o.sql, "sql", false, "print a script that guards itself, ask no database")
	return c
}

func runStamp(ctx context.Context, o *stampOptions) error {
	a := o.app
	if o.sql {
		return printStamp(a, o)
	}
	rehearse := func(r *migrations.Runner) error {
		_, err := r.Graph().Stamped(nil, o.revisions...)
		return err
	}
	return a.withConfiguredRunner(ctx, rehearse, func(r *migrations.Runner) error {
		stamp := r.Stamp
		if o.purge {
			stamp = r.PurgeAndStamp
		}
		result, err := stamp(ctx, o.revisions...)
		if err != nil {
			return err
		}
		if a.globals.format == "json" {
			return a.printRunJSON(&runOptions{}, result, nil, "")
		}
		a.say("%s stamped: the database was at %s and is at %s.", a.paintErr("ok", green), standing(result.From), standing(result.To))
		return nil
	})
}
