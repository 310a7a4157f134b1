package cmd

import "github.com/spf13/cobra"

type headsOptions struct {
	app *app

	write bool
}

func newHeadsCmd(a *app) *cobra.Command {
	o := &headsOptions{app: a}
	c := &cobra.Command{
		Use:   "heads",
		Short: "List the newest revisions; one is what a project wants",
		Long: `Lists the revisions no other follows. Reads only files.

The file HEADS beside the revisions holds the same list; gen revision keeps it.
After files were moved, removed or merged by hand, --write brings it up to date.`,
		Example: "  gen heads\n  gen heads --write\n  gen heads --format json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHeads(o) },
	}
	c.Flags().BoolVar(&o.write, "write", false, "bring the file HEADS up to date first")
	return c
}

func runHeads(o *headsOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	if o.write {
		if err := dir.WriteHeads(); err != nil {
			return err
		}
	}
	heads := dir.Graph().Heads()
	items := make([]revisionItem, len(heads))
	for i, r := range heads {
		items[i] = item(dir.Graph(), r)
	}
	if a.globals.format == "json" {
		return a.printJSON(items)
	}
	if len(heads) == 0 {
		a.say("No revisions yet: gen revision --autogenerate -m \"first\"")
	}
	for i, r := range heads {
		a.printRevision(r, items[i])
	}
	return nil
}
