package cmd

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
)

type mergeOptions struct {
	app *app

	revisions []string
	message   string
	revID     string
}

func newMergeCmd(a *app) *cobra.Command {
	o := &mergeOptions{app: a}
	c := &cobra.Command{
		Use:   "merge [REVISION…] -m MESSAGE",
		Short: "Write a revision that follows several heads, all of them by default",
		Long: `Two branches that each add a revision leave two heads, and no command knows
which to follow. merge writes a revision with both as parents. It is empty;
add statements where the two branches need reconciling.`,
		Example:           "  gen merge -m \"merge billing and orders\"\n  gen merge 9c41d0 4be0c9 -m \"merge\"",
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runMerge(o)
		},
	}
	c.Flags().StringVarP(&o.message, "message", "m", "merge heads", "what the merge is about, one `line`")
	c.Flags().StringVar(&o.revID, "rev-id", "", "use this `id` instead of a random one")
	return c
}

func runMerge(o *mergeOptions) error {
	a := o.app
	if err := checkMessage(o.message); err != nil {
		return err
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openDir(c)
	if err != nil {
		return err
	}
	parents, err := mergeParents(dir.Graph(), o.revisions)
	if err != nil {
		return err
	}
	id := o.revID
	if id == "" {
		id = migrations.NewID()
	}
	rev := &migrations.Revision{
		ID: id, Message: o.message, Parents: parents, Dialect: dir.Dialect(),
		Created: a.now().UTC().Truncate(time.Second), Up: []migrations.Step{}, Down: []migrations.Step{},
	}
	path, err := dir.Create(rev)
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

// mergeParents are the revisions to merge: those given, or every head. Only
// heads can be merged; anything else would grow another branch.
func mergeParents(g *migrations.Graph, symbols []string) ([]string, error) {
	var parents []string
	if len(symbols) == 0 {
		symbols = []string{"heads"}
	}
	for _, s := range symbols {
		target, err := g.Resolve(s, nil)
		if err != nil {
			return nil, err
		}
		for _, r := range target.Revisions {
			if len(g.Children(r.ID)) > 0 {
				return nil, withHint(fmt.Errorf("revision %s is no head: %s follows it", r.ID, joinIDs(g.Children(r.ID))), "gen heads lists what can be merged")
			}
			if !slices.Contains(parents, r.ID) {
				parents = append(parents, r.ID)
			}
		}
	}
	if len(parents) < 2 {
		return nil, fmt.Errorf("there is nothing to merge: %s", plural(len(parents), "head"))
	}
	return parents, nil
}
