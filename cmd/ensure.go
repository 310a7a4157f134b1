package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type ensureVersionOptions struct {
	app *app

	sql bool
}

func newEnsureVersionCmd(a *app) *cobra.Command {
	o := &ensureVersionOptions{app: a}
	c := &cobra.Command{
		Use:   "ensure-version",
		Short: "Create the version table, and nothing else",
		Long: `Creates gen_revisions and gen_log unless they are there: for a role that may
create tables now, so that another one can run gen upgrade later. With --sql
the script that does so is printed, and no database is asked.`,
		Example: "  gen ensure-version\n  gen ensure-version --sql",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runEnsureVersion(cmd.Context(), o) },
	}
	c.Flags().BoolVar(&o.sql, "sql", false, "print the script, ask no database")
	return c
}

// An ensureReport is the JSON of gen ensure-version.
type ensureReport struct {
	Created bool `json:"created"`
}

func runEnsureVersion(ctx context.Context, o *ensureVersionOptions) error {
	a := o.app
	if o.sql {
		return printTables(a)
	}
	return a.withConfiguredRunner(ctx, nil, func(r *migrations.Runner) error {
		created, err := r.EnsureVersionTable(ctx)
		if err != nil {
			return err
		}
		if a.globals.format == "json" {
			return a.printJSON(ensureReport{created})
		}
		if created {
			a.say("%s created %s and %s.", a.paintErr("ok", green), migrations.TableRevisions, migrations.TableLog)
		} else {
			a.say("Nothing to do: %s is there.", migrations.TableRevisions)
		}
		return nil
	})
}
