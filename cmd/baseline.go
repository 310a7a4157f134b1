package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A baselineReport is what gen init --baseline did, in JSON too.
type baselineReport struct {
	File     string         `json:"file"`     // the accept list
	Accepted map[string]int `json:"accepted"` // differences in it by class: leftover, missing, changed
	Added    []string       `json:"added"`    // lines that are new in it
	Removed  []string       `json:"removed"`  // lines that accepted nothing any more
	Revision string         `json:"revision,omitempty"`
	Path     string         `json:"path,omitempty"`
	Stamped  bool           `json:"stamped"`
}

// takeBaseline accepts every difference between models and database, and where
// there are no revisions yet makes the database, as it is, the first one.
func (a *app) takeBaseline(ctx context.Context) (*baselineReport, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	dir, err := a.openDir(c)
	if err != nil {
		return nil, err
	}
	db, err := a.database(c)
	if err != nil {
		return nil, err
	}
	models := a.startScan(ctx, c, db.row)
	if err := a.connect(ctx, db, reading); err != nil {
		return nil, err
	}
	defer db.close()
	cmp, err := a.compare(ctx, c, db, models, compareOptions{baseline: true})
	if err != nil {
		return nil, err
	}
	if len(cmp.have.Tables) == 0 {
		return nil, withHint(fmt.Errorf("%s holds no tables that a baseline could be taken of", showURL(db.url)),
			"set DATABASE_URL or --url to the database that is in use; for a new one: gen revision --autogenerate -m \"first\"")
	}
	report, err := cmp.accepted.list.update(cmp.accepted.left)
	if err != nil {
		return nil, err
	}
	if len(dir.Graph().Revisions()) > 0 {
		return report, nil
	}
	if err := a.firstRevision(ctx, c, db, dir, cmp, report); err != nil {
		return nil, err
	}
	db.close() // SQLite lets one connection write
	return report, a.stampBaseline(ctx, c, report)
}

// everyDifference lists what differs, without renames and whatever is accepted.
func (a *app) everyDifference(ctx context.Context, db *database, cmp *comparison, c *config, list *acceptList) error {
	var err error
	cmp.want, cmp.notes, err = db.canonical(ctx, &cmp.scan.Database, cmp.have, cmp.server)
	if err != nil {
		return a.refused(err)
	}
	cmp.want, cmp.accepted = (&acceptList{}).accept(cmp.have, cmp.have, cmp.want, cmp.scan.Implied, c.compat(), diff.Renames{})
	cmp.accepted.list = list
	cmp.accepted.left = diff.Differences(cmp.have, cmp.want)
	return nil
}

// firstRevision writes the database as it is as a revision, so that an empty
// one can become it.
func (a *app) firstRevision(ctx context.Context, c *config, db *database, dir *migrations.Dir, cmp *comparison, report *baselineReport) error {
	rev, err := a.newRevision(ctx, c, dir, "baseline", "", placeOptions{})
	if err != nil {
		return err
	}
	empty := &schema.Database{}
	for _, s := range cmp.have.Schemas {
		if s.Name == db.row.DefaultSchema {
			empty.Schemas = append(empty.Schemas, s)
		}
	}
	plan, err := diff.Diff(empty, cmp.have, diff.Renames{})
	if err != nil {
		return a.refused(err)
	}
	statements, err := db.row.render(plan, render.Options{ServerVersion: cmp.server.version})
	if err != nil {
		return a.refused(err)
	}
	rev.Up = baselineSteps(statements, cmp, db.row)
	rev.Irreversible = "the database was there before gen; what would be undone is all of it"
	rev.Down = nil
	path, _, err := a.create(ctx, c, dir, rev, "", "")
	if err != nil {
		return err
	}
	report.Revision, report.Path = rev.ID, path
	return nil
}

// baselineSteps are the statements, with what has to be there before them: the
// extensions, behind the schemas they may lie in. Those are not managed, and of
// what else is not a comment tells.
func baselineSteps(statements []render.Statement, cmp *comparison, row dialectRow) []migrations.Step {
	all := steps(statements)
	var extensions []migrations.Statement
	unmanaged := slices.Clone(cmp.have.Unmanaged)
	if cmp.server.postgres != nil {
		for _, e := range cmp.server.postgres.Extensions {
			i := slices.IndexFunc(unmanaged, func(o schema.Object) bool { return o.Kind == "extension" && o.Name.Local == e.Name })
			known := slices.ContainsFunc(cmp.have.Schemas, func(s schema.Schema) bool { return s.Name == e.Schema })
			if i < 0 || !known {
				continue
			}
			unmanaged = slices.Delete(unmanaged, i, i+1)
			extensions = append(extensions, migrations.Statement{SQL: "CREATE EXTENSION IF NOT EXISTS " + row.Ident(e.Name) + " WITH SCHEMA " + row.Ident(e.Schema)})
		}
	}
	first := &all[0]
	schemas := 0
	for schemas < len(first.Statements) && isSchema(statements[schemas]) {
		schemas++
	}
	first.Statements = slices.Insert(first.Statements, schemas, extensions...)
	first.Statements[0].Comment = append(unmanagedNote(unmanaged), first.Statements[0].Comment...)
	return all
}

func isSchema(s render.Statement) bool {
	_, ok := s.Change.(diff.CreateSchema)
	return ok
}

// unmanagedNote says in the file what a new database would lack.
func unmanagedNote(objects []schema.Object) []string {
	if len(objects) == 0 {
		return nil
	}
	note := []string{"The database also holds what gen does not manage; a new one needs it too where", "it is used, by statements of your own here or in a revision:"}
	for _, o := range objects {
		note = append(note, "  "+unmanagedText(o))
	}
	return append(note, "")
}

func (a *app) stampBaseline(ctx context.Context, c *config, report *baselineReport) error {
	err := a.withRunner(ctx, c, writing, func(r *migrations.Runner) error {
		_, err := r.Stamp(ctx, report.Revision)
		return err
	})
	if err != nil {
		return withHintOnce(fmt.Errorf("recording that the database is at revision %s: %w", report.Revision, err), "the files are written; when it can be done: gen stamp "+report.Revision)
	}
	report.Stamped = true
	return nil
}

const acceptHeader = `# Where the database is otherwise than the models, and that is accepted. Each
# line is one difference, in exactly the state that it had: another difference,
# or the same object in another state, is reported by gen check again.
#
#   -  left over in the database: in no model
#   +  in the models, missing in the database
#   ~  in both: what the database has -> what the models say
#
# Take a line out and gen check reports the difference. Write the reason behind
# the #. Lines that gen init --baseline adds find their place; yours are kept.

`

// update makes the list accept just these differences: lines that are among
// them stay as they are, the others go, and what is new gets a line in its
// place. The file is not touched where nothing changes; one that the
// configuration names is made.
func (l *acceptList) update(now []diff.Difference) (*baselineReport, error) {
	report := &baselineReport{File: l.path, Accepted: map[string]int{}, Added: []string{}, Removed: []string{}}
	missing := map[diff.Difference]int{}
	for _, d := range now {
		missing[d.Key()]++
		report.Accepted[string(d.Class)]++
	}
	lines := slices.Clone(l.lines)
	var kept []acceptEntry
	for _, e := range slices.Backward(l.entries) {
		if k := e.Key(); missing[k] > 0 {
			missing[k]--
			kept = append(kept, e)
			continue
		}
		report.Removed = append(report.Removed, acceptText(e.Difference, l.defaultSchema))
		lines = slices.Delete(lines, e.line-1, e.line)
		for i := range kept {
			kept[i].line--
		}
	}
	slices.Reverse(kept)
	slices.Reverse(report.Removed)
	for _, d := range now {
		if k := d.Key(); missing[k] > 0 {
			missing[k]--
			text := acceptText(d, l.defaultSchema)
			report.Added = append(report.Added, text)
			kept, lines = insertEntry(kept, lines, acceptEntry{d, 0, ""}, text+"  # "+acceptReason(d))
		}
	}
	if len(report.Added)+len(report.Removed) == 0 && (l.there || !l.named) {
		return report, nil
	}
	text := strings.Join(append(lines, ""), "\n")
	if l.lines == nil {
		text = acceptHeader + text
	}
	return report, writeWhole(l.path, text)
}

// insertEntry puts a line in front of the first entry that comes after it.
func insertEntry(entries []acceptEntry, lines []string, e acceptEntry, text string) ([]acceptEntry, []string) {
	i := slices.IndexFunc(entries, func(o acceptEntry) bool { return e.Compare(o.Difference) < 0 })
	at := len(lines)
	switch {
	case i >= 0:
		at = entries[i].line - 1
	case len(entries) > 0:
		i, at = len(entries), entries[len(entries)-1].line
	default:
		i = 0
	}
	e.line = at + 1
	for k := i; k < len(entries); k++ {
		entries[k].line++
	}
	return slices.Insert(entries, i, e), slices.Insert(lines, at, text)
}

// printBaseline tells what was done.
func (a *app) printBaseline(r *baselineReport) {
	for _, line := range r.Removed {
		a.printf("no longer accepted, as it is gone: %s\n", line)
	}
	for _, line := range r.Added {
		a.printf("accepted: %s\n", line)
	}
	if n := r.Accepted[string(diff.Leftover)] + r.Accepted[string(diff.Missing)] + r.Accepted[string(diff.Changed)]; n > 0 {
		a.printf("%s: %s: %d left over in the database, %d missing there, %d changed\n", r.File, differencesAre(n)+" accepted",
			r.Accepted[string(diff.Leftover)], r.Accepted[string(diff.Missing)], r.Accepted[string(diff.Changed)])
	} else {
		a.printf("models and database agree; nothing needs to be accepted\n")
	}
	if r.Path != "" {
		a.printf("wrote %s\n", r.Path)
	}
	switch {
	case r.Stamped:
		a.say("The database is recorded to be at revision %s, its state of today; every other one like it: gen stamp %s", r.Revision, r.Revision)
		a.say("Next: read %s, shorten it, commit; gen check is clean and shows what comes", r.File)
	default:
		a.say("Revisions are there already, none was written; gen check tells whether the database is at the newest")
	}
}

// writeWhole puts a file in the place of another; it is never half written.
func writeWhole(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".gen-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
