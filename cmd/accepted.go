package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// acceptedFile is where the accept list is when the configuration says nothing.
const acceptedFile = "gen.accepted"

// An acceptList is the file that says which differences between models and
// database are accepted (docs/configuration.md#accepted-differences): a line
// each, sorted by diff.Difference.Compare, with the reason behind a #.
type acceptList struct {
	path    string   // as printed
	lines   []string // of the file; none: there is no file
	entries []acceptEntry

	defaultSchema string // of names without one
	named, there  bool   // by the configuration; the file
}

// An acceptEntry is one line of it.
type acceptEntry struct {
	diff.Difference
	line   int // from 1
	reason string
}

// acceptList reads the list; it is empty where there is no file. One that the
// configuration names must be there, unless mayLack. All mistakes are reported
// at once.
func (a *app) acceptList(c *config, row dialectRow, mayLack bool) (*acceptList, error) {
	list := &acceptList{path: a.path(cmp.Or(c.Accepted, acceptedFile)), defaultSchema: row.DefaultSchema, named: c.Accepted != ""}
	text, err := os.ReadFile(list.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && (mayLack || !list.named):
		return list, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, withHint(fmt.Errorf("%s: the accept list of the configuration is not there", list.path), "gen init --baseline writes it; where nothing is accepted, take the key `accepted` out of gen.toml")
	case err != nil:
		return nil, fmt.Errorf("reading the accept list: %w", err)
	}
	list.there = true
	return list, list.parse(string(text))
}

// parse reads the lines.
func (l *acceptList) parse(text string) error {
	text = strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	l.lines = strings.Split(text, "\n")
	var mistakes []string
	for i, line := range l.lines {
		p := acceptParser{line: line, defaultSchema: l.defaultSchema}
		d, ok := p.parse()
		switch {
		case p.fact != "":
			mistakes = append(mistakes, fmt.Sprintf("%s:%d:%d: %s\n    hint: %s", l.path, i+1, p.bad+1, p.fact, p.hint))
		case ok:
			l.entries = append(l.entries, acceptEntry{d, i + 1, p.reason})
		}
	}
	if len(mistakes) == 0 {
		return nil
	}
	return errors.New(strings.Join(mistakes, "\n"))
}

// An acceptance is what the list and the mode have made of the differences of
// a comparison.
type acceptance struct {
	list   *acceptList
	taken  []acceptEntry     // accepted, and there
	stale  []acceptEntry     // accepted, and not there any more
	held   []acceptEntry     // accepted, and not to be had without what is not
	compat bool              // the models' statements alone were compared
	passed []diff.Difference // what goes by in compat mode
	left   []diff.Difference // what differs all the same; known where there are stale lines
}

// accept settles the wanted side of a comparison: what the mode passes over and
// what the list accepts is as the database has it. have is before with its new names,
// the list has the old ones.
func (l *acceptList) accept(before, have, want *schema.Database, implied schema.Implied, compat bool, r diff.Renames) (*schema.Database, *acceptance) {
	acc := &acceptance{list: l, compat: compat}
	if compat {
		want, acc.passed = diff.Compat(have, want, implied)
	}
	if len(l.entries) == 0 {
		return want, acc
	}
	waiting := map[diff.Difference][]acceptEntry{}
	for _, e := range l.entries {
		k := r.Follow(e.Difference, before, have)
		waiting[k] = append(waiting[k], e)
	}
	given := map[diff.Difference][]acceptEntry{}
	settled, taken, held := diff.Settle(have, want, func(d diff.Difference) bool {
		k := d.Key()
		if len(waiting[k]) == 0 {
			return false
		}
		given[k] = append(given[k], waiting[k][0])
		waiting[k] = waiting[k][1:]
		return true
	})
	pick := func(list []diff.Difference) (entries []acceptEntry) {
		for _, d := range list {
			k := d.Key()
			e := given[k][0]
			given[k] = given[k][1:]
			e.At = d.At
			entries = append(entries, e)
		}
		return entries
	}
	acc.taken, acc.held = pick(taken), pick(held)
	for _, e := range l.entries {
		if k := r.Follow(e.Difference, before, have); slices.ContainsFunc(waiting[k], func(w acceptEntry) bool { return w.line == e.line }) {
			acc.stale = append(acc.stale, e)
		}
	}
	if len(acc.stale) > 0 {
		acc.left = diff.Differences(have, settled)
	}
	return settled, acc
}

// withoutAccepted are both sides without the tables and columns that the list
// takes for left over and for missing: nobody is asked whether those are one
// thing under two names.
func (l *acceptList) withoutAccepted(have, want *schema.Database) (*schema.Database, *schema.Database) {
	if len(l.entries) == 0 {
		return have, want
	}
	leave := func(db *schema.Database, class diff.Class) *schema.Database {
		tables, columns := map[schema.Name]bool{}, map[schema.ColumnRef]bool{}
		for _, e := range l.entries {
			switch {
			case e.Class != class:
			case e.Kind == "table":
				tables[e.Table] = true
			case e.Kind == "column":
				columns[schema.ColumnRef{Table: e.Table, Column: e.Name}] = true
			}
		}
		db = schema.Clone(db)
		db.Tables = slices.DeleteFunc(db.Tables, func(t schema.Table) bool { return tables[t.Name] })
		for i := range db.Tables {
			t := &db.Tables[i]
			t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool {
				return columns[schema.ColumnRef{Table: t.Name, Column: c.Name}]
			})
		}
		return db
	}
	return leave(have, diff.Leftover), leave(want, diff.Missing)
}
