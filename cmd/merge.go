package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
)

type mergeOptions struct {
	app *app

	revisions []string
	message   string
	revID     string
	place     placeOptions
}

func newMergeCmd(a *app) *cobra.Command {
	o := &mergeOptions{app: a}
	c := &cobra.Command{
		Use:   "merge [REVISION…] -m MESSAGE",
		Short: "Write a revision that follows several heads, all of them by default",
		Long: `Two branches that each add a revision leave two heads, and no command knows
which to follow. merge writes a revision with both as parents. It is empty;
add statements where the two branches need reconciling. REVISION is any
revision symbol; one that is no head needs --splice.`,
		Example:           "  gen merge -m \"merge billing and orders\"\n  gen merge 9c41d0 4be0c9 -m \"merge\"\n  gen merge blog@head billing@head --branch-label all",
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runMerge(cmd.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.message, "message", "m", "merge heads", "what the merge is about, one `line`")
	c.Flags().StringVar(&o.revID, "rev-id", "", "use this `id` instead of a random one")
	o.place.addFlags(c.Flags())
	return c
}

func runMerge(ctx context.Context, o *mergeOptions) error {
	a := o.app
	if err := checkMessage(o.message); err != nil {
		return err
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openToWrite(c)
	if err != nil {
		return err
	}
	o.place.heads = o.revisions
	if len(o.revisions) == 0 {
		o.place.heads = []string{"heads"}
	}
	rev, err := a.newRevision(ctx, c, dir, o.message, o.revID, o.place)
	if err != nil {
		return err
	}
	if len(rev.Parents) < 2 {
		return fmt.Errorf("there is nothing to merge: %s", plural(len(rev.Parents), "head"))
	}
	path, _, err := a.create(ctx, c, dir, rev, o.place.versionPath, "")
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(revisionReport{Revision: rev.ID, Path: path, Parents: rev.Parents, Changes: []diff.Line{}})
	}
	a.printf("%s\n", path)
	a.say("Run it: gen upgrade head")
	return nil
}
