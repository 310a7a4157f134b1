package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type rebaseOptions struct {
	app *app

	revision string
	onto     string
	offline  bool
}

func newRebaseCmd(a *app) *cobra.Command {
	o := &rebaseOptions{app: a}
	c := &cobra.Command{
		Use:   "rebase REVISION [--onto HEAD]",
		Short: "Put revisions that nobody has applied behind another head",
		Long: `Two branches of work that each added a revision leave two heads. Where one of
them is applied nowhere yet, rebase puts its line behind the other head, as git
rebase does with commits: the first revision of the line gets another parent.
One line of one file changes, and HEADS is mended.

REVISION is any symbol of the line that moves, --onto of the head to stand
behind: the only other head when it is not given. A revision that is applied
in the configured database is refused; gen cannot see other databases, so
where one might have it, use gen merge. --offline asks no database at all.`,
		Example:           "  gen rebase 9c41d0\n  gen rebase 9c41d0 --onto 77aa01\n  gen rebase 9c41d0 --offline",
		Args:              wantRevisions(1, 1, "gen rebase 9c41d0; gen heads lists what could move"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revision = args[0]
			return runRebase(cmd.Context(), o)
		},
	}
	c.Flags().StringVar(&o.onto, "onto", "", "`revision` to stand behind (default the other head)")
	c.Flags().BoolVar(&o.offline, "offline", false, "do not ask the database whether a revision is applied")
	_ = c.RegisterFlagCompletionFunc("onto", a.completeRevisions)
	return c
}

// A rebaseReport is the JSON of gen rebase.
type rebaseReport struct {
	Revision string   `json:"revision"` // the one whose parents line changed
	Path     string   `json:"path"`
	From     []string `json:"from"` // its parents before
	To       []string `json:"to"`
	Moved    []string `json:"moved"`
}

func runRebase(ctx context.Context, o *rebaseOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	b, err := a.planRebase(ctx, c, dir, o)
	if err != nil {
		return err
	}
	if !o.offline {
		if err := a.refuseApplied(ctx, c, dir, b); err != nil {
			return err
		}
	}
	if err := dir.Rebase(b); err != nil {
		return err
	}
	if err := a.afterWrite(ctx, c, dir, b.First.ID, b.First.Path, ""); err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(rebaseReport{b.First.ID, b.First.Path, nonNil(b.From), b.To, idsOf(b.Moved)})
	}
	a.printf("%s\n", b.First.Path)
	a.say("%s %s follows %s instead of %s.", a.paintErr("ok", green), b.First.ID, strings.Join(b.To, ", "), standing(b.From))
	return nil
}

// planRebase finds out what moves, and onto what.
func (a *app) planRebase(ctx context.Context, c *config, dir *migrations.Dir, o *rebaseOptions) (*migrations.Rebased, error) {
	g := dir.Graph()
	current, err := a.countingFrom(ctx, c, dir, o.revision, o.onto)
	if err != nil {
		return nil, err
	}
	rev, err := g.One(o.revision, current)
	if err != nil {
		return nil, err
	}
	if o.onto != "" {
		onto, err := g.One(o.onto, current)
		if err != nil {
			return nil, err
		}
		return g.PlanRebase(rev, onto)
	}
	own, err := g.Resolve(rev.ID+"@heads", nil)
	if err != nil {
		return nil, err
	}
	var others []*migrations.Revision
	for _, h := range g.Heads() {
		mine := false
		for _, r := range own.Revisions {
			mine = mine || r == h
		}
		if !mine {
			others = append(others, h)
		}
	}
	switch len(others) {
	case 0:
		return nil, withHint(fmt.Errorf("every head follows %s: there is no other one to stand behind", rev.ID), "gen history --graph shows the lines")
	case 1:
		return g.PlanRebase(rev, others[0])
	}
	return nil, withHint(fmt.Errorf("there are %d other heads: %s", len(others), joinIDs(others)), "gen rebase "+rev.ID+" --onto "+others[0].ID)
}

// refuseApplied stops a rebase of what the configured database has.
func (a *app) refuseApplied(ctx context.Context, c *config, dir *migrations.Dir, b *migrations.Rebased) error {
	s, err := a.status(ctx, c, dir)
	if err != nil {
		return withHint(fmt.Errorf("asking whether a revision is applied: %w", err), "--offline rebases without asking; only where no database has these revisions")
	}
	rows := map[string]bool{}
	for _, row := range s.Rows {
		rows[row.Revision] = true
	}
	var applied []string
	for _, r := range b.Moved {
		if rows[r.ID] {
			applied = append(applied, r.ID)
		}
	}
	if len(applied) == 0 {
		return nil
	}
	return withHint(errors.New(strings.Join(applied, ", ")+": applied in this database, which would then see edited files"),
		fmt.Sprintf("gen merge %s %s -m \"merge heads\"; or take it back here first: gen downgrade %s@-%d", b.To[len(b.To)-1], b.Moved[len(b.Moved)-1].ID, b.Moved[len(b.Moved)-1].ID, len(applied)))
}
