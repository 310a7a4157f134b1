package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gen-migrate/gen/migrations"
)

// A jsonPrecheck is what the query of one gen:precheck line found.
type jsonPrecheck struct {
	Revision  string     `json:"revision"`
	Path      string     `json:"path"`
	Line      int        `json:"line"` // of the query in the file
	Statement string     `json:"statement"`
	Query     string     `json:"query"`
	Verdict   string     `json:"verdict"` // clear, in the way, undecided, unchecked
	Count     int        `json:"count"`   // of the rows found
	More      bool       `json:"more,omitempty"`
	Keys      []string   `json:"keys,omitempty"`
	Rows      [][]string `json:"rows,omitempty"` // some of them, by their keys
	Why       string     `json:"why,omitempty"`
}

// precheck asks, where that is wanted, for the rows on which the run would fail. Rows
// in the way are an error; what could not be decided is spoken of.
func (a *app) precheck(ctx context.Context, c *config, r *migrations.Runner, o *runOptions) error {
	if !o.prechecks(c) {
		return nil
	}
	defer a.timing.stage("precheck")()
	ask := r.Precheck
	if o.direction == migrations.Down {
		ask = r.PrecheckDowngrade
	}
	found, err := ask(ctx, o.target, time.Duration(c.Run.PrecheckTimeout))
	if err != nil {
		return signalled(ctx, err)
	}
	o.findings = found
	a.sayUndecided(found)
	var in []migrations.Finding
	for _, f := range found {
		if f.Verdict == migrations.InTheWay {
			in = append(in, f)
		}
	}
	if len(in) > 0 {
		return &exitError{exitFound, withHint(&rowsInTheWay{in}, "nothing has run; the query of each line, without its LIMIT, lists all rows: mend them, or put a step that does in front")}
	}
	if a.globals.verbose || o.dryRun {
		a.say("%s, no row in the way.", plural(len(found), "precheck"))
	}
	return nil
}

// prechecks reports whether the run begins with the queries: the flag, else the
// configuration.
func (o *runOptions) prechecks(c *config) bool {
	if o.precheck != nil {
		return *o.precheck
	}
	return c.Run.Precheck
}

// listed is how many of the undecided are told without -v.
const listed = 5

// sayUndecided tells what the queries could not answer.
func (a *app) sayUndecided(found []migrations.Finding) {
	said := map[migrations.Verdict]int{}
	for _, f := range found {
		if f.Verdict != migrations.Undecided && f.Verdict != migrations.Unchecked {
			continue
		}
		if said[f.Verdict]++; said[f.Verdict] > listed && !a.globals.verbose {
			continue
		}
		text := fmt.Sprintf("not checked: %s", f.Why)
		if f.Verdict == migrations.Undecided {
			text = fmt.Sprintf("%s now, unless what runs before it mends that (%s): %s", rowsOf(f), f.Why, beginning(f.Statement.SQL))
		}
		a.say("%s %s:%d: %s", a.paintErr("warning:", yellow), f.Revision.Path, f.Query.Line, a.redact(text))
	}
	for _, v := range []migrations.Verdict{migrations.Undecided, migrations.Unchecked} {
		if more := said[v] - listed; more > 0 && !a.globals.verbose {
			a.say("%s %s more %s; -v lists all", a.paintErr("warning:", yellow), plural(more, "precheck"), v)
		}
	}
}

// rowsInTheWay are the rows on which statements would fail.
type rowsInTheWay struct{ findings []migrations.Finding }

func (e *rowsInTheWay) Error() string {
	var lines []string
	for _, f := range e.findings {
		lines = append(lines, fmt.Sprintf("%s:%d:1: %s of %s", f.Revision.Path, f.Query.Line, rowsOf(f), beginning(f.Statement.SQL)))
		if len(f.Rows) > 0 {
			lines = append(lines, "    "+keysOf(f))
		}
	}
	return strings.Join(lines, "\n")
}

// rowsOf is how many rows are in the way.
func rowsOf(f migrations.Finding) string {
	switch {
	case f.Count == 0:
		return f.Why + ", and stands in the way"
	case f.More:
		return fmt.Sprintf("%d rows or more are in the way", f.Count)
	case f.Count == 1:
		return "1 row is in the way"
	}
	return fmt.Sprintf("%d rows are in the way", f.Count)
}

// keysOf are the keys of some of the rows: "id = 17, 23, …", "(a, b) = (1, x)".
func keysOf(f migrations.Finding) string {
	var rows []string
	for _, row := range f.Rows {
		row = slices.Clone(row)
		for i := range row {
			row[i] = shortened(row[i], 40)
		}
		text := strings.Join(row, ", ")
		if len(row) > 1 {
			text = "(" + text + ")"
		}
		rows = append(rows, text)
	}
	if f.Count > len(f.Rows) {
		rows = append(rows, "…")
	}
	keys := strings.Join(f.Keys, ", ")
	if len(f.Keys) > 1 {
		keys = "(" + keys + ")"
	}
	return keys + " = " + strings.Join(rows, ", ")
}

// shortened is text on one line of at most n characters.
func shortened(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}

// beginning is that of a statement.
func beginning(sql string) string { return shortened(sql, 90) }

// jsonPrechecks are findings in JSON; nil where no query was asked.
func jsonPrechecks(found []migrations.Finding) []jsonPrecheck {
	var out []jsonPrecheck
	for _, f := range found {
		out = append(out, jsonPrecheck{
			Revision: f.Revision.ID, Path: f.Revision.Path, Line: f.Query.Line, Statement: f.Statement.SQL, Query: f.Query.SQL,
			Verdict: f.Verdict.String(), Count: f.Count, More: f.More, Keys: f.Keys, Rows: f.Rows, Why: f.Why,
		})
	}
	return out
}

// prechecked is precheck for one database, with a JSON document of what it found
// where the run ends there.
func (a *app) prechecked(ctx context.Context, c *config, r *migrations.Runner, o *runOptions) error {
	err := a.precheck(ctx, c, r, o)
	if err != nil && a.globals.format == "json" {
		return a.precheckReport(o, err)
	}
	return err
}

// precheckReport is the JSON of a run that its prechecks have stopped, or whose
// prechecks failed.
func (a *app) precheckReport(o *runOptions, failed error) error {
	doc := runReport{From: []string{}, To: []string{}, Revisions: []finishedRevision{}, DryRun: o.dryRun, Warnings: a.warned.list(), Prechecks: jsonPrechecks(o.findings)}
	e := a.jsonError(failed, exitCode(failed))
	doc.Error, doc.Hint, doc.Problems, doc.Exit = e.Error, e.Hint, e.Problems, e.Exit
	if err := a.printJSON(doc); err != nil {
		return err
	}
	return &exitError{code: doc.Exit}
}
