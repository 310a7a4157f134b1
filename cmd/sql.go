package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A scriptReport is the JSON of gen upgrade --sql and gen downgrade --sql.
type scriptReport struct {
	From      []string `json:"from"`
	To        []string `json:"to"`
	Revisions []string `json:"revisions"` // in the order they run
	SQL       string   `json:"sql"`       // empty when there are none
}

// printScript is --sql: what a run would do, as a script. The URL tells the
// dialect; nothing connects to it.
func (a *app) printScript(c *config, o *runOptions) error {
	if o.dryRun {
		return withHint(errors.New("--sql and --dry-run are two answers"), "--dry-run prints what would run on the database of the URL, --sql a script for any that is at A")
	}
	dir, db, err := a.offline(c)
	if err != nil {
		return err
	}
	if o.transaction != "step" || o.lock != "" {
		return withHint(errors.New("--transaction and --lock are about a run; a script has the transactions of the files"), "leave them out")
	}
	opts, err := o.lookingOptions(dir)
	if err != nil {
		return err
	}
	r, err := a.runner(c, db, dir, opts...)
	if err != nil {
		return err
	}
	var script strings.Builder
	plan, err := r.WriteScript(&script, o.direction, o.target)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(scriptReport{nonNil(plan.From), nonNil(plan.To), plannedIDs(plan), script.String()})
	}
	if len(plan.Revisions) == 0 {
		a.say("%s", nothingToScript(r, plan, o, a.paintErr("gen: hint:", cyan)))
	}
	a.printf("%s", script.String())
	return nil
}

// nothingToScript says why a script is empty: A is B, or past it.
func nothingToScript(r *migrations.Runner, plan *migrations.Plan, o *runOptions, hint string) string {
	at := &migrations.Result{From: plan.From, To: plan.To}
	to := *o
	_, high, span := strings.Cut(o.target, ":")
	if to.target = high; !span || high == "" {
		return fmt.Sprintf("Nothing to do: %s is reached already.", standing(plan.To))
	}
	back := behind(r, at, &to)
	if back == "" {
		return fmt.Sprintf("Nothing to do: %s is reached already.", standing(plan.To))
	}
	return fmt.Sprintf("Nothing to do: a database at %s is past %s already.\n%s gen downgrade %s --sql", standing(plan.To), high, hint, o.target)
}

// offline is what a script needs: the files, and the database of the URL, to
// which nothing connects.
func (a *app) offline(c *config) (*migrations.Dir, *database, error) {
	dir, err := a.openDir(c)
	if err != nil {
		return nil, nil, err
	}
	db, err := a.database(c)
	return dir, db, err
}

// offlineRunner is a runner that can only write scripts.
func (a *app) offlineRunner() (*migrations.Runner, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	dir, db, err := a.offline(c)
	if err != nil {
		return nil, err
	}
	return a.runner(c, db, dir)
}

// printStamp is gen stamp --sql.
func printStamp(a *app, o *stampOptions) error {
	if o.purge {
		return withHint(errors.New("--purge empties the record whatever is in it, and a script is written for a database at one place"),
			"leave --purge out, or run gen stamp --purge against the database")
	}
	r, err := a.offlineRunner()
	if err != nil {
		return err
	}
	var script strings.Builder
	plan, err := r.WriteStampScript(&script, o.revisions...)
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(scriptReport{nonNil(plan.From), nonNil(plan.To), []string{}, script.String()})
	}
	if script.Len() == 0 {
		a.say("Nothing to do: %s is recorded already.", standing(plan.To))
	}
	a.printf("%s", script.String())
	return nil
}

// A tablesReport is the JSON of gen ensure-version --sql.
type tablesReport struct {
	SQL string `json:"sql"`
}

// printTables is gen ensure-version --sql.
func printTables(a *app) error {
	r, err := a.offlineRunner()
	if err != nil {
		return err
	}
	var script strings.Builder
	if err := r.WriteTablesScript(&script); err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(tablesReport{script.String()})
	}
	a.printf("%s", script.String())
	return nil
}

func plannedIDs(p *migrations.Plan) []string {
	out := make([]string, len(p.Revisions))
	for i, r := range p.Revisions {
		out[i] = r.Revision.ID
	}
	return out
}
