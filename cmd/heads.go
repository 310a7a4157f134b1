package cmd

import "github.com/spf13/cobra"

type headsOptions struct {
	app *app

	write   bool
	resolve bool
}

func newHeadsCmd(a *app) *cobra.Command {
	o := &headsOptions{app: a}
	c := &cobra.Command{
		Use:   "heads",
		Short: "List the newest revisions; one is what a project wants",
		Long: `Lists the revisions no other follows. Reads only files. One on which another
revision depends is an effective head: whoever applies the other applies it;
--resolve-dependencies leaves it out.

The file HEADS beside the revisions holds the same list; gen revision keeps it.
After files were moved, removed or merged by hand, --write brings it up to date.`,
		Example: "  gen heads\n  gen heads -v\n  gen heads --resolve-dependencies\n  gen heads --write\n  gen heads --format json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHeads(o) },
	}
	c.Flags().BoolVar(&o.write, "write", false, "bring the file HEADS up to date first")
	c.Flags().BoolVar(&o.resolve, "resolve-dependencies", false, "leave out heads that other revisions depend on")
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
	if o.resolve {
		heads = dir.Graph().EffectiveHeads()
	}
	list := newListing(dir.Graph())
	if a.globals.format == "json" {
		return a.printJSON(list.items(heads))
	}
	if len(heads) == 0 {
		a.say("No revisions yet: gen revision --autogenerate -m \"first\"")
	}
	for _, r := range heads {
		a.printRevision(list, r)
	}
	return nil
}
