package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

func newDowngradeCmd(a *app) *cobra.Command {
	o := &runOptions{app: a, direction: migrations.Down}
	c := &cobra.Command{
		Use:   "downgrade REVISION",
		Short: "Take back the revisions above REVISION",
		Long: `Runs the way back of the revisions above REVISION, newest first: -1 for the last
one, an id to stop at, base for all of them.

A revision that says gen:irreversible stops the downgrade before anything is
touched; so does one that says gen:loses, unless --accept-data-loss names it. With
--precheck so do rows on which a statement of the way back would fail (exit 1).`,
		Example:           "  gen downgrade -1\n  gen downgrade -1 --dry-run\n  gen downgrade 9c41d0 --accept-data-loss 77aa01\n  gen downgrade base\n  gen downgrade head:9c41d0 --sql > downgrade.sql",
		Args:              oneRevision,
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.target = args[0]
			o.notePrecheck(cmd)
			return runMigrations(cmd.Context(), o)
		},
	}
	o.addFlags(c)
	c.Flags().StringSliceVar(&o.acceptLoss, "accept-data-loss", nil, "`revision`, or range as base:head, that may lose the data its file says it loses (repeatable)")
	return c
}

// oneRevision asks for the REVISION that a downgrade cannot do without.
func oneRevision(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return withHint(fmt.Errorf("a downgrade needs one REVISION to stop at, not %d", len(args)),
		"gen downgrade -1 takes back the last one; an id stops there; base takes back all")
}
