package sqlite

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/lint"
)

// Facts are what is known beside the revisions.
type Facts struct {
	Library int // sqlite3_libversion_number of the oldest library; 0: unknown
}

// A Reader follows a history for lint.Run.
type Reader struct {
	facts  Facts
	tables map[string]*statement // CREATE TABLE
	users  map[string]*statement // CREATE VIEW and CREATE TRIGGER
	index  map[string]*statement
}

// New returns a reader at the beginning of a history.
func New(f Facts) *Reader {
	return &Reader{facts: f, tables: map[string]*statement{}, users: map[string]*statement{}, index: map[string]*statement{}}
}

// A visit is a statement in its section, as the rules look at it.
type visit struct {
	*statement
	*Reader
	section       lint.Section
	before, after []*statement
	made          map[string]bool
	hits          *[]lint.Hit
	rule          string
}

// Read is that of lint.Reader. A section down does not change what is known.
func (r *Reader) Read(sec lint.Section) []lint.Hit {
	var all []*statement
	for i := range sec.Steps {
		step := &sec.Steps[i]
		for j := range step.Statements {
			all = append(all, parse(&step.Statements[j], step))
		}
	}
	var hits []lint.Hit
	made := map[string]bool{}
	for i, s := range all {
		if sec.Selected {
			v := &visit{statement: s, Reader: r, section: sec, before: all[:i], after: all[i+1:], made: made, hits: &hits}
			for _, c := range checks() {
				v.rule = c.rule
				c.look(v)
			}
		}
		if s.verb == "CREATE TABLE" || s.verb == "CREATE TEMPORARY TABLE" {
			made[s.name] = true
		}
		if s.action == "RENAME" && made[s.name] {
			made[s.to] = true
		}
		if !sec.Down {
			r.apply(s)
		}
	}
	return hits
}

// Checked are the ids of the rules that are looked for here.
func Checked() []string {
	var ids []string
	for _, c := range checks() {
		ids = append(ids, c.rule)
	}
	return ids
}

func (v *visit) say(object, format string, args ...any) {
	*v.hits = append(*v.hits, lint.Hit{Rule: v.rule, Statement: v.source, Object: object, Text: fmt.Sprintf(format, args...)})
}

// old reports whether the table was there before the section.
func (v *visit) old(table string) bool { return table != "" && !v.made[table] }

// rebuilt reports whether the table that is dropped is put back by a rename.
func (v *visit) rebuilt() bool {
	return v.verb == "DROP TABLE" && slices.ContainsFunc(v.after, func(s *statement) bool { return s.action == "RENAME" && s.to == v.name })
}

// apply brings what is known behind a statement.
func (r *Reader) apply(s *statement) {
	switch s.verb {
	case "CREATE TABLE":
		r.tables[s.name] = s
	case "CREATE VIEW", "CREATE TRIGGER":
		r.users[s.name] = s
	case "CREATE INDEX":
		r.index[s.name] = s
	case "DROP VIEW", "DROP TRIGGER":
		delete(r.users, s.name)
	case "DROP INDEX":
		delete(r.index, s.name)
	case "DROP TABLE":
		delete(r.tables, s.name)
		for name, ix := range r.index {
			if ix.table == s.name {
				delete(r.index, name)
			}
		}
		for name, u := range r.users {
			if u.verb == "CREATE TRIGGER" && u.table == s.name {
				delete(r.users, name)
			}
		}
	case "ALTER TABLE":
		r.alter(s)
	}
}

func (r *Reader) alter(s *statement) {
	t := r.tables[s.name]
	if t == nil {
		return
	}
	switch s.action {
	case "RENAME":
		copied := *t
		copied.name = s.to
		r.tables[s.to] = &copied
		delete(r.tables, s.name)
		for _, ix := range r.index {
			if ix.table == s.name {
				ix.table = s.to
			}
		}
	case "ADD COLUMN":
		copied := *t
		copied.columns = append(slices.Clone(t.columns), s.columns...)
		copied.foreign = append(slices.Clone(t.foreign), s.foreign...)
		r.tables[s.name] = &copied
	}
}
