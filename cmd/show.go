package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type showOptions struct {
	app *app

	revision string

	compareOptions // for --scratch alone
}

func newShowCmd(a *app) *cobra.Command {
	o := &showOptions{app: a}
	c := &cobra.Command{
		Use:   "show [REVISION]",
		Short: "Print one revision: the facts about it and its file",
		Long: `Prints a revision, head by default: where it stands in the history, and its
file. REVISION is any revision symbol; heads and current may be several.

--format html prints a page for review: hazards, changes, the statements with
their locks, and the way back. With --scratch the revisions are carried out in a
scratch database, and the page shows the tables before and after.`,
		Example:           "  gen show\n  gen show 9c41\n  gen show head-1\n  gen show current\n  gen show billing@head\n  gen show 9c41 --format html --scratch server > review.html",
		Args:              wantRevisions(0, 1, "gen show head"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revision = "head"
			if len(args) > 0 {
				o.revision = args[0]
			}
			return runShow(cmd.Context(), o)
		},
	}
	o.addScratch(c.Flags())
	return c
}

func runShow(ctx context.Context, o *showOptions) error {
	a := o.app
	if o.scratch != "" && a.globals.format != "html" {
		return withHint(errors.New("--scratch is for the page: the file needs no scratch database"), "add --format html, or leave --scratch out")
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	current, err := a.countingFrom(ctx, c, dir, o.revision)
	if err != nil {
		return err
	}
	target, err := dir.Graph().Resolve(o.revision, current)
	if err != nil {
		return err
	}
	revs := target.Revisions
	if target.Base() {
		return withHint(fmt.Errorf("%s names no revision: there is nothing to show", o.revision), "gen history lists them")
	}
	list := newListing(dir.Graph())
	if a.globals.format == "html" {
		return o.printPage(ctx, c, list, revs)
	}
	if a.globals.format == "json" {
		items := make([]showItem, len(revs))
		for i, r := range revs {
			items[i] = showItem{revisionItem: list.item(r), Up: jsonSteps(r.Up), Down: jsonSteps(r.Down), Irreversible: r.Irreversible}
		}
		return a.printJSON(items)
	}
	for _, r := range revs {
		text, err := os.ReadFile(r.Path)
		if err != nil {
			return err
		}
		for _, fact := range standingOf(list, r) {
			a.printf("%s\n", a.paint("-- "+fact, dim))
		}
		a.printf("\n%s", text)
	}
	return nil
}

// standingOf is where a revision stands, a fact a line.
func standingOf(l *listing, r *migrations.Revision) []string {
	it := l.item(r)
	facts := []string{"path: " + r.Path}
	if marks := l.marks(r); marks != "" {
		facts = append(facts, "marks:"+marks)
	}
	for _, f := range []struct {
		name string
		ids  []string
	}{{"followed by", it.Children}, {"needed by", it.NeededBy}} {
		if len(f.ids) > 0 {
			facts = append(facts, f.name+": "+strings.Join(f.ids, ", "))
		}
	}
	return facts
}

// A showItem is the JSON of gen show.
type showItem struct {
	revisionItem
	Up           []jsonStep `json:"up"`
	Down         []jsonStep `json:"down"`
	Irreversible string     `json:"irreversible,omitempty"`
}

type jsonStep struct {
	Tx         string   `json:"tx"`
	Name       string   `json:"name,omitempty"`
	Go         string   `json:"go,omitempty"`
	Loses      []string `json:"loses,omitempty"`
	Locks      []string `json:"locks,omitempty"` // with --dry-run: what the statements lock
	Statements []string `json:"statements,omitempty"`
}

func jsonSteps(steps []migrations.Step) []jsonStep {
	out := make([]jsonStep, len(steps))
	for i, s := range steps {
		out[i] = jsonStep{Tx: s.Tx.String(), Name: s.Name, Go: s.Go, Loses: s.Loses}
		for _, st := range s.Statements {
			out[i].Statements = append(out[i].Statements, st.SQL)
		}
	}
	return out
}
