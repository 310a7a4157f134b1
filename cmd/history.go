package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type historyOptions struct {
	app *app

	revRange        string
	indicateCurrent bool
}

func newHistoryCmd(a *app) *cobra.Command {
	o := &historyOptions{app: a}
	c := &cobra.Command{
		Use:   "history",
		Short: "List the revisions, newest first",
		Long: `Lists the revision files from the newest to the oldest. Reads only files; with
--indicate-current, or a range that says current, the database too.`,
		Example: "  gen history\n  gen history -v\n  gen history -r 9c41:head\n  gen history -i",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHistory(cmd.Context(), o) },
	}
	c.Flags().StringVarP(&o.revRange, "rev-range", "r", "", "only `from:to`; either side may be left out")
	c.Flags().BoolVarP(&o.indicateCurrent, "indicate-current", "i", false, "mark where the database stands")
	return c
}

// A revisionItem is a revision in JSON.
type revisionItem struct {
	Revision string   `json:"revision"`
	Parents  []string `json:"parents"`
	Message  string   `json:"message"`
	Created  string   `json:"created,omitempty"`
	Path     string   `json:"path"`
	Head     bool     `json:"head"`
	Base     bool     `json:"base"`
	Current  *bool    `json:"current,omitempty"` // absent: the database was not asked
	Labels   []string `json:"labels,omitempty"`
	Depends  []string `json:"depends,omitempty"`
	Hazards  []string `json:"hazards,omitempty"`
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
	var current []string
	asked := o.indicateCurrent || strings.Contains(o.revRange, "current")
	if asked {
		if current, err = a.currentHeads(ctx, c, dir); err != nil {
			return err
		}
	}
	revs, err := dir.Graph().Range(revRange(o.revRange), current)
	if err != nil {
		return err
	}
	items := make([]revisionItem, len(revs))
	for i, r := range revs {
		items[i] = item(dir.Graph(), r)
		if asked {
			is := slices.Contains(current, r.ID)
			items[i].Current = &is
		}
	}
	if a.globals.format == "json" {
		return a.printJSON(items)
	}
	if len(items) == 0 {
		a.say("No revisions yet: gen revision --autogenerate -m \"first\"")
	}
	for i, r := range revs {
		a.printRevision(r, items[i])
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

// currentHeads asks the database where it stands.
func (a *app) currentHeads(ctx context.Context, c *config, dir *migrations.Dir) ([]string, error) {
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return nil, err
	}
	defer db.close()
	r, err := a.runner(c, db, dir)
	if err != nil {
		return nil, err
	}
	status, err := r.Status(ctx)
	if err != nil {
		return nil, err
	}
	return status.Current, nil
}

func item(g *migrations.Graph, r *migrations.Revision) revisionItem {
	it := revisionItem{
		Revision: r.ID, Parents: append([]string{}, r.Parents...), Message: r.Message, Path: r.Path,
		Head: len(g.Children(r.ID)) == 0, Base: len(r.Parents) == 0,
		Labels: r.Labels, Depends: r.Depends, Hazards: r.Hazards,
	}
	if !r.Created.IsZero() {
		it.Created = r.Created.Format("2006-01-02T15:04:05Z")
	}
	return it
}

// printRevision is one line, in Alembic's order: parents -> id (marks), message.
func (a *app) printRevision(r *migrations.Revision, it revisionItem) {
	parents := "<base>"
	if len(r.Parents) > 0 {
		parents = strings.Join(r.Parents, ", ")
	}
	var marks []string
	if it.Head {
		marks = append(marks, "head")
	}
	if len(r.Parents) > 1 {
		marks = append(marks, "mergepoint")
	}
	if it.Current != nil && *it.Current {
		marks = append(marks, "current")
	}
	suffix := ""
	for _, m := range marks {
		suffix += " (" + m + ")"
	}
	a.printf("%s -> %s%s, %s\n", a.paint(parents, dim), a.paint(r.ID, bold), a.paint(suffix, cyan), r.Message)
	if a.globals.verbose {
		a.printf("    path     %s\n", r.Path)
		if it.Created != "" {
			a.printf("    created  %s\n", it.Created)
		}
		for _, h := range r.Hazards {
			a.printf("    hazard   %s\n", h)
		}
	}
}
