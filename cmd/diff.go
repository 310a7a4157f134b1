package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
)

type diffOptions struct {
	app *app

	compareOptions
	from, to string
	schemas  []string
	exitCode bool
	summary  bool
	down     bool
}

func newDiffCmd(a *app) *cobra.Command {
	o := &diffOptions{app: a}
	c := &cobra.Command{
		Use:   "diff",
		Short: "Print what leads from the database to the models, or from anything to anything",
		Long: `Compares the models with the database and prints the plan: the statements of
the revision that gen revision --autogenerate would write, each with what it
changes, which lock it takes and what it may break.

--from and --to compare other things, each of them one of

  models            what the structs and the files of objects say
  database          the configured database
  URL               another database
  revisions[@REV]   what the revision files make, up to REV, of nothing
  PATH              what a file or directory of SQL makes of nothing

Revisions and SQL files are carried out in a scratch database, which is dropped
at the end: on the server of the database that is compared, else on that of the
configured URL, else, where the role may not make databases or there is no URL, in
a throw-away PostgreSQL server, started from programs of this machine. --scratch
chooses. Otherwise nothing is written, neither to a database nor to a file.
--format sql prints what psql would run and nothing else; --format html prints a
page for review: hazards, the tables before and after, the statements with their
locks, and the way back.`,
		Example: `  gen diff
  gen diff --summary
  gen diff --exit-code                            # exit 1 when anything differs
  gen diff --down                                 # the way back
  gen diff --format html > review.html
  gen diff --from $STAGING_URL --to $PRODUCTION_URL
  gen diff --from revisions --to models --exit-code
  gen diff --from database --to schema.sql --format sql | psql $DATABASE_URL`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return runDiff(cmd.Context(), o) },
	}
	o.addFlags(c.Flags())
	o.addSimple(c.Flags())
	c.Flags().BoolVar(&o.exitCode, "exit-code", false, "exit 1 when anything differs")
	c.Flags().BoolVar(&o.summary, "summary", false, "only the changes, no SQL")
	c.Flags().StringVar(&o.from, "from", "", "where the plan begins: `SIDE`, see above (default database)")
	c.Flags().StringVar(&o.to, "to", "", "where it leads: `SIDE` (default models)")
	o.addScratch(c.Flags())
	c.Flags().StringSliceVar(&o.schemas, "schema", nil, "compare this schema instead of the configured ones (repeatable)")
	c.Flags().BoolVar(&o.down, "down", false, "print the way back")
	return c
}

type jsonNote = plan.Note

func runDiff(ctx context.Context, o *diffOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	if len(o.schemas) > 0 {
		c.Schemas = o.schemas
	}
	cmp, db, done, err := o.compareSides(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	statements, down, err := a.renderBoth(ctx, cmp, o.planAs(c), db)
	if err != nil {
		return err
	}
	p := cmp.plan
	if why := render.NoWayBack(p); o.down && why != "" {
		return withHint(fmt.Errorf("there is no way back: %s", why), "leave --down out; the way forth can be gone")
	}
	if o.down {
		p, statements, down = cmp.plan.Reverse(), down, statements
	}
	switch a.globals.format {
	case "json":
		err = a.printJSON(a.planDocument(cmp, db.row, p, statements, down))
	case "html":
		err = o.printPage(cmp, a.planDocument(cmp, db.row, p, statements, down), p)
	default:
		o.printPlan(cmp, p, statements)
	}
	if err != nil {
		return err
	}
	if o.exitCode && len(p.Changes)+len(cmp.apart) > 0 {
		return errFound
	}
	return nil
}

// compareSides compares what --from and --to name, or the database with the
// models.
func (o *diffOptions) compareSides(ctx context.Context, c *config) (*comparison, *database, func(), error) {
	a := o.app
	if o.from == "" && o.to == "" {
		db, err := a.database(c)
		if err != nil {
			return nil, nil, nil, err
		}
		models := a.startScan(ctx, c, db.row)
		if err := a.connect(ctx, db, reading); err != nil {
			return nil, nil, nil, err
		}
		cmp, err := a.compare(ctx, c, db, models, o.compareOptions)
		if err != nil {
			db.close()
		}
		return cmp, db, db.close, err
	}
	from, err := a.parseSide(c, "from", cmp.Or(o.from, "database"))
	if err != nil {
		return nil, nil, nil, err
	}
	to, err := a.parseSide(c, "to", cmp.Or(o.to, "models"))
	if err != nil {
		return nil, nil, nil, err
	}
	place, err := a.scratchPlace(c, o.scratch, from, to)
	if err != nil {
		return nil, nil, nil, err
	}
	cmp, db, done, err := a.between(ctx, c, from, to, place, o.compareOptions)
	if err != nil {
		place.close()
		return nil, nil, nil, err
	}
	return cmp, db, func() { done(); place.close() }, nil
}

// planDocument is the plan as it is printed, filtered and edited.
func (a *app) planDocument(cmp *comparison, row dialectRow, p diff.Plan, up, down []render.Statement) plan.Plan {
	doc := plan.New(p, a.lines(p), up, down)
	doc.Irreversible = render.NoWayBack(p)
	doc.Dialect, doc.Server, doc.Notes = row.Name, cmp.server.product, jsonNotes(cmp)
	return doc
}

func (o *diffOptions) printPlan(cmp *comparison, plan diff.Plan, statements []render.Statement) {
	a := o.app
	a.sayNotes(cmp)
	for _, n := range cmp.apart {
		a.say("%s %s: %s", a.paintErr("note:", cyan), n.Object, n.Text)
	}
	if cmp.byName > 0 {
		a.say("%s what gen does not manage and both sides have was compared by kind and name only: %d", a.paintErr("note:", cyan), cmp.byName)
	}
	switch {
	case len(plan.Changes) == 0 && len(cmp.apart) > 0:
		a.say("No changes to what gen manages; what it does not manage differs.")
	case len(plan.Changes) == 0 && cmp.byName > 0:
		a.say("No changes to what gen manages.")
	case len(plan.Changes) == 0 && o.from+o.to != "":
		a.say("No changes: both sides are the same.")
	case len(plan.Changes) == 0:
		a.say("No changes: the database is what the models say.")
	case a.globals.format == "sql":
		a.printf("%s", plainSQL(statements))
	case o.summary:
		a.printLines(a.lines(plan))
	default:
		a.printf("%s", a.statementText(statements))
	}
}

// plainSQL is what psql would run: neighbours that share a transaction in one.
func plainSQL(statements []render.Statement) string {
	var b strings.Builder
	open := false
	turn := func(on bool) {
		switch {
		case on && !open:
			b.WriteString("BEGIN;\n")
		case !on && open:
			b.WriteString("COMMIT;\n")
		}
		open = on
	}
	for _, s := range statements {
		turn(s.Tx == render.InTx)
		sql := s.SQL
		if s.Tx == render.Batches {
			sql = repeated(sql)
		}
		b.WriteString(sql + ";\n")
	}
	turn(false)
	return b.String()
}

// repeated is a data statement that is carried out until no row is affected, with a
// transaction each time.
func repeated(sql string) string {
	tag := "$gen$"
	for strings.Contains(sql, tag) {
		tag = strings.TrimSuffix(tag, "$") + "_$"
	}
	return "DO " + tag + " BEGIN LOOP\n  " + strings.ReplaceAll(sql, "\n", "\n  ") + ";\n  EXIT WHEN NOT FOUND;\n  COMMIT;\nEND LOOP; END " + tag
}

// statementText is the statements as they would stand in a revision file.
func (a *app) statementText(statements []render.Statement) string {
	var b strings.Builder
	for i, s := range statements {
		if i > 0 {
			b.WriteString("\n")
		}
		for _, line := range render.Comment(s) {
			b.WriteString(a.paint("-- "+line, dim) + "\n")
		}
		b.WriteString(s.SQL + ";\n")
	}
	return b.String()
}

// sayNotes tells what is accepted as it is, and with --verbose what could not be
// settled without guessing.
func (a *app) sayNotes(cmp *comparison) {
	accepted := reportAccepted(cmp.accepted)
	a.sayAccepted(&accepted, cmp.accepted.mode())
	if !a.globals.verbose {
		return
	}
	for _, n := range cmp.notes {
		a.say("%s %s: %s", a.paintErr("note:", cyan), n.Object, n.Text)
	}
}

func jsonNotes(cmp *comparison) []jsonNote {
	var out []jsonNote
	for _, n := range cmp.notes {
		out = append(out, jsonNote{Object: n.Object, Text: n.Text})
	}
	return append(out, cmp.apart...)
}
