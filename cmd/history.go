package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type historyOptions struct {
	app *app

	revRange        string
	indicateCurrent bool
	graph           bool
}

func newHistoryCmd(a *app) *cobra.Command {
	o := &historyOptions{app: a}
	c := &cobra.Command{
		Use:   "history",
		Short: "List the revisions, newest first",
		Long: `Lists the revision files from the newest to the oldest. Reads only files; with
--indicate-current, or a range that says current, the database too.

A range is from:to, both ends included, each any revision symbol; one that is
left out is base or heads, and +3 and -3 count from the other end. --graph
draws the branches; --format mermaid writes a Mermaid flowchart for a page.`,
		Example: "  gen history\n  gen history -v\n  gen history -r 9c41:head\n  gen history -r -3:current\n  gen history -i --graph\n  gen history --format mermaid > history.mmd",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHistory(cmd.Context(), o) },
	}
	c.Flags().StringVarP(&o.revRange, "rev-range", "r", "", "only `from:to`; either side may be left out")
	c.Flags().BoolVar(&o.graph, "graph", false, "draw the branches")
	c.Flags().BoolVarP(&o.indicateCurrent, "indicate-current", "i", false, "mark where the database stands")
	return c
}

func runHistory(ctx context.Context, o *historyOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	list := newListing(dir.Graph())
	var current []string
	if o.indicateCurrent || migrations.CountsFromCurrent(o.revRange) {
		s, err := a.status(ctx, c, dir)
		if err != nil {
			return err
		}
		current = s.Current
		list.locate(slices.Concat(s.Current, s.Implied))
	}
	revs, err := dir.Graph().Range(revRange(o.revRange), current)
	if err != nil {
		return err
	}
	switch {
	case a.globals.format == "json":
		return a.printJSON(list.items(revs))
	case a.globals.format == "mermaid":
		a.printf("%s", mermaid(list, revs))
		return nil
	case len(revs) == 0 && len(dir.Graph().Revisions()) == 0:
		a.say("No revisions yet: gen revision --autogenerate -m \"first\"")
	}
	if o.graph {
		a.printGraph(list, revs)
		return nil
	}
	for _, r := range revs {
		a.printRevision(list, r)
	}
	return nil
}

// revRange is the range of the flag; nothing means everything.
func revRange(flag string) string {
	if flag == "" {
		return ":"
	}
	return flag
}
