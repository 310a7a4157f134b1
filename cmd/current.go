package cmd

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

type currentOptions struct {
	app *app

	checkHeads bool
}

func newCurrentCmd(a *app) *cobra.Command {
	o := &currentOptions{app: a}
	c := &cobra.Command{
		Use:   "current",
		Short: "Print where the database stands",
		Long: `Prints the newest revisions applied to the database; nothing when there are
none. One that others depend on has no row of its own in Alembic's table: it is
marked "implied". With --verbose every applied revision: when, by whom, how
long. Of a revision that is half done: the step and statement where it goes
on, the last error, since when, by whom. Reading creates nothing; a right to
SELECT is enough.`,
		Example: "  gen current\n  gen current -v\n  gen current --check-heads   # exit 1 unless at every head",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runCurrent(cmd.Context(), o) },
	}
	c.Flags().BoolVar(&o.checkHeads, "check-heads", false, "exit 1 unless the database is at every head")
	return c
}

// A currentReport is the JSON of gen current.
type currentReport struct {
	URL         string       `json:"url"` // without password
	Current     []string     `json:"current"`
	Implied     []string     `json:"implied"` // newest of their line, and needed by one of current
	Heads       []string     `json:"heads"`
	Pending     []string     `json:"pending"`
	Interrupted []string     `json:"interrupted"`
	HalfDone    []halfDone   `json:"half_done"` // the same, in full
	Applied     []appliedRow `json:"applied"`
}

type appliedRow struct {
	Revision   string  `json:"revision"`
	Message    string  `json:"message"`
	State      string  `json:"state"`
	AppliedAt  string  `json:"applied_at,omitempty"`
	AppliedBy  string  `json:"applied_by"`
	Tool       string  `json:"tool"`
	DurationMS float64 `json:"duration_ms"`
	Done       int     `json:"done"`
	Total      int     `json:"total"`
}

func runCurrent(ctx context.Context, o *currentOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openDir(c)
	if err != nil {
		return err
	}
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return err
	}
	defer db.close()
	r, err := a.runner(c, db, dir)
	if err != nil {
		return err
	}
	s, err := r.Status(ctx)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		err = a.printJSON(a.reportCurrent(db, s))
	} else {
		a.printCurrent(dir, db, s)
	}
	if err == nil && o.checkHeads && !atHeads(dir.Graph(), s) {
		a.say("The database is at %s, not at %s.", standing(s.Current), standing(effectiveHeads(dir.Graph())))
		err = errFound
	}
	return err
}

// atHeads reports whether the database stands at every head, those included
// that are implied because another one depends on them.
func atHeads(g *migrations.Graph, s *migrations.Status) bool {
	return slices.Equal(s.Current, effectiveHeads(g)) && len(s.Pending) == 0 && len(s.Interrupted) == 0
}

func effectiveHeads(g *migrations.Graph) []string {
	heads := idsOf(g.EffectiveHeads())
	slices.Sort(heads)
	return heads
}

func (a *app) reportCurrent(db *database, s *migrations.Status) currentReport {
	doc := currentReport{
		URL: showURL(db.url), Current: nonNil(s.Current), Implied: nonNil(s.Implied), Heads: nonNil(s.Heads),
		Pending: []string{}, Interrupted: []string{}, HalfDone: []halfDone{}, Applied: []appliedRow{},
	}
	for _, r := range s.Pending {
		doc.Pending = append(doc.Pending, r.ID)
	}
	for _, row := range s.Interrupted {
		doc.Interrupted = append(doc.Interrupted, row.Revision)
	}
	for _, h := range s.HalfDone {
		doc.HalfDone = append(doc.HalfDone, a.reportHalfDone(h))
	}
	for _, row := range s.Rows {
		doc.Applied = append(doc.Applied, appliedRow{
			Revision: row.Revision, Message: row.Message, State: string(row.State), AppliedAt: stamp(row.AppliedAt),
			AppliedBy: row.AppliedBy, Tool: row.Tool, DurationMS: milliseconds(row.Duration), Done: row.Cursor, Total: row.Total,
		})
	}
	return doc
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (a *app) printCurrent(dir *migrations.Dir, db *database, s *migrations.Status) {
	defer a.printHalfDone(s.HalfDone)
	if a.globals.verbose {
		a.printf("database %s\n", showURL(db.url))
		for _, row := range s.Rows {
			a.printf("%s  %-9s %s  by %s in %s  %s\n", a.paint(row.Revision, bold), row.State, stamp(row.AppliedAt),
				row.AppliedBy, row.Duration.Round(time.Millisecond), row.Message)
		}
		return
	}
	list := newListing(dir.Graph())
	for _, id := range slices.Concat(s.Current, s.Implied) {
		marks, message := " (no file)", ""
		if r := dir.Graph().Revision(id); r != nil {
			marks, message = list.marks(r), ", "+r.Message
		}
		if slices.Contains(s.Implied, id) {
			marks += " (implied)"
		}
		a.printf("%s%s%s\n", a.paint(id, bold), a.paint(marks, cyan), message)
	}
	if len(s.Current) == 0 && len(s.Interrupted) == 0 {
		a.say("The database is at base: no revision is applied.")
	}
}
