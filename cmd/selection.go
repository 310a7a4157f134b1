package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/gen-migrate/gen/migrations"
)

// A selection is the part of the history that a command is about: symbols and
// ranges, what lies behind a revision, or what is new in git. The zero selection is
// all of it.
type selection struct {
	revisions []string
	since     string
	gitBase   string
}

func (s *selection) addSelection(f *pflag.FlagSet) {
	f.StringVar(&s.since, "since", "", "the revisions behind `REVISION`")
	f.StringVar(&s.gitBase, "git-base", "", "the revisions that are new or changed since the fork from `BRANCH`")
}

// selected are the ids of the selection.
func (a *app) selected(ctx context.Context, c *config, dir *migrations.Dir, o selection) (map[string]bool, error) {
	selected := map[string]bool{}
	add := func(revs []*migrations.Revision) {
		for _, r := range revs {
			selected[r.ID] = true
		}
	}
	symbols := slices.Clone(o.revisions)
	if o.since != "" {
		symbols = append(symbols, o.since)
	}
	current, err := a.countingFrom(ctx, c, dir, symbols...)
	if err != nil {
		return nil, err
	}
	g := dir.Graph()
	for _, text := range o.revisions {
		if strings.Contains(text, ":") {
			revs, err := g.Range(text, current)
			if err != nil {
				return nil, err
			}
			add(revs)
			continue
		}
		target, err := g.Resolve(text, current)
		if err != nil {
			return nil, err
		}
		add(target.Revisions)
	}
	switch {
	case o.since != "":
		target, err := g.Resolve(o.since, current)
		if err != nil {
			return nil, err
		}
		before := map[string]bool{}
		for _, r := range target.Revisions {
			revs, err := g.Range(":"+r.ID, current)
			if err != nil {
				return nil, err
			}
			for _, b := range revs {
				before[b.ID] = true
			}
		}
		add(slices.DeleteFunc(g.Revisions(), func(r *migrations.Revision) bool { return before[r.ID] }))
	case o.gitBase != "":
		changed, err := a.changedSince(ctx, o.gitBase, a.revisionDirs(c))
		if err != nil {
			return nil, err
		}
		add(slices.DeleteFunc(g.Revisions(), func(r *migrations.Revision) bool { return !changed(r.Path) }))
	case len(o.revisions) == 0:
		add(g.Revisions())
	}
	return selected, nil
}
