package cmd

import (
	"github.com/spf13/cobra"
)

type branchesOptions struct {
	app *app
}

func newBranchesCmd(a *app) *cobra.Command {
	o := &branchesOptions{app: a}
	return &cobra.Command{
		Use:   "branches",
		Short: "List where the line of revisions parts",
		Long: `Lists the revisions that several others follow, each with these below it.
Reads only files. gen history --graph draws the whole.`,
		Example: "  gen branches\n  gen branches -v\n  gen branches --format json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runBranches(o) },
	}
}

func runBranches(o *branchesOptions) error {
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
	points := dir.Graph().Branches()
	if a.globals.format == "json" {
		return a.printJSON(list.items(points))
	}
	if len(points) == 0 {
		a.say("No revision has several followers: the history is one line.")
	}
	for _, r := range points {
		a.printRevision(list, r)
		for _, child := range list.graph.Children(r.ID) {
			a.printf("    -> %s%s, %s\n", a.paint(child.ID, bold), a.paint(list.marks(child), cyan), child.Message)
		}
	}
	return nil
}
