package cmd

import "github.com/spf13/cobra"

type headsOptions struct{ app *app }

func newHeadsCmd(a *app) *cobra.Command {
	o := &headsOptions{app: a}
	return &cobra.Command{
		Use:     "heads",
		Short:   "List the newest revisions; one is what a project wants",
		Long:    "Lists the revisions no other follows. Reads only files.",
		Example: "  gen heads\n  gen heads --format json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHeads(o) },
	}
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
