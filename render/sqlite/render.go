// Package sqlite writes the SQL that carries out a plan on SQLite, and says
// beside each statement what it costs and what it can break. It is pure.
//
// SQLite can alter little in place. What it cannot is done by building the
// table anew (see rebuild.go), once for all changes of the table together.
package sqlite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// oldest is the library version that is assumed where none is known: 3.35,
// the first that can drop a column.
const oldest = 3035000

// alterConstraints is the first version with ALTER COLUMN … SET/DROP NOT NULL,
// ADD … CHECK and DROP CONSTRAINT.
const alterConstraints = 3053000

// Render returns the statements of a plan in the order to execute. All changes
// it refuses are reported at once, as *render.UnsupportedError values joined
// by errors.Join; there are no statements then.
//
//  1. Changes keep their order, but for those of a table that is rebuilt: they
//     are carried out together where the first of them stands, up to the next
//     rename of the table or of one of its columns. That is right because a
//     rebuild runs with foreign keys off, so that no other table has to be
//     ready for it. New indexes come after the rebuild, even where the plan
//     has one before: it would be built twice.
//  2. Of a table that the plan drops nothing else is changed; one that it
//     creates is created with all its foreign keys, also those that the plan
//     cut out of a circle, since SQLite does not look for the other table.
//  3. When any statement must run with foreign keys off, all are marked so
//     (Statement.Rebuild), and all of the plan happens in one transaction or
//     not at all. Only renames of tables are not: under the settings of a
//     rebuild SQLite would leave the old name in foreign keys, triggers and
//     views (pragma.html, legacy_alter_table). Columns it renames everywhere.
func Render(p diff.Plan, o render.Options) ([]render.Statement, error) {
	p.Changes = apart(p.Changes)
	r := newRenderer(p, o)
	for r.at = range p.Changes {
		if !r.done[r.at] {
			r.step(p.Changes[r.at])
		}
	}
	if len(r.refused) > 0 {
		return nil, errors.Join(r.refused...)
	}
	r.joinRebuilds()
	r.addPrechecks(p)
	return r.out, nil
}

// apart are the changes, in place of those that build an index beside another one
// what SQLite does instead, in one transaction.
func apart(changes []diff.Change) []diff.Change {
	var all []diff.Change
	for _, c := range changes {
		all = append(all, diff.Apart(c)...)
	}
	return all
}

type renderer struct {
	dialect.Dialect
	version int
	changes []diff.Change
	of      map[schema.Name][]int // the changes of each table, by its name when they run
	now     *schema.Database      // as it is before the change at hand; names are those in force
	native  map[schema.Name]bool

	renamings []renaming

	at      int    // the change at hand
	done    []bool // changes carried out or refused together with an earlier one
	out     []render.Statement
	refused []error
}

func newRenderer(p diff.Plan, o render.Options) *renderer {
	version := o.ServerVersion
	if version == 0 {
		version = oldest
	}
	of := map[schema.Name][]int{}
	for i, c := range p.Changes {
		if name := diff.TableOf(c); !name.IsZero() {
			of[name] = append(of[name], i)
		}
	}
	return &renderer{
		of:        of,
		Dialect:   dialect.SQLite(),
		version:   version,
		changes:   p.Changes,
		renamings: renamings(p.Changes),
		now:       schema.Clone(&p.From),
		native:    map[schema.Name]bool{},
		done:      make([]bool, len(p.Changes)),
	}
}

// step carries out the change at hand, and others where they belong together.
func (r *renderer) step(c diff.Change) {
	if why, hint := foreign(c); why != "" {
		r.refuse(c, why, hint)
		return
	}
	if r.leaveToDrop(c) {
		return
	}
	switch c := c.(type) {
	case diff.CreateTable:
		r.createTable(c)
	case diff.DropTable:
		r.dropTable(c)
	case diff.RenameTable:
		r.renameTable(c)
	case diff.RenameColumn:
		r.renameColumn(c)
	case diff.CreateIndex:
		r.createIndex(c)
	case diff.DropIndex:
		r.dropIndex(c)
	case diff.RenameIndex:
		r.renameIndex(c)
	default:
		r.alter(c)
	}
}

// alter carries out a change of a table that exists: in place when all such
// changes of the table can be, else together with them by a rebuild.
func (r *renderer) alter(c diff.Change) {
	name := diff.TableOf(c)
	if r.now.Table(name) == nil {
		r.refuse(c, "the plan changes table "+name.Local+", which is not there at that point", "report this: the plan is wrong")
		return
	}
	group := r.group(name)
	if r.native[name] || r.allNative(name, group) {
		r.native[name] = true
		r.alterNative(c)
		return
	}
	r.rebuild(name, group)
}

// group returns the changes of the table, from the one at hand on, that no
// rename separates from it.
func (r *renderer) group(table schema.Name) []int {
	var group []int
	for _, i := range r.from(table, r.at) {
		c := r.changes[i]
		if r.done[i] {
			continue
		}
		if separates(c) {
			break
		}
		switch c.(type) {
		case diff.CreateIndex, diff.RenameIndex:
			continue
		}
		if why, _ := foreign(c); why == "" { // else it is refused in its turn
			group = append(group, i)
		}
	}
	return group
}

func separates(c diff.Change) bool {
	switch c.(type) {
	case diff.RenameTable, diff.RenameColumn, diff.CreateTable, diff.DropTable:
		return true
	}
	return false
}

// leaveToDrop reports whether the change is of a table that the plan drops
// later: then the drop does it.
func (r *renderer) leaveToDrop(c diff.Change) bool {
	name := diff.TableOf(c)
	if name.IsZero() || separates(c) {
		return false
	}
	for _, i := range r.from(name, r.at+1) {
		if separates(r.changes[i]) {
			_, drops := r.changes[i].(diff.DropTable)
			return drops
		}
	}
	return false
}

// from returns the changes of the table from change i on.
func (r *renderer) from(table schema.Name, i int) []int {
	n, _ := slices.BinarySearch(r.of[table], i)
	return r.of[table][n:]
}

// emit adds the statements of a change; the first of them tells of it.
func (r *renderer) emit(c diff.Change, statements ...render.Statement) {
	for i, s := range statements {
		s.Change, s.First = c, i == 0
		r.out = append(r.out, s)
	}
}

func (r *renderer) refuse(c diff.Change, why, hint string) {
	r.refused = append(r.refused, &render.UnsupportedError{Change: c, Why: why, Hint: hint})
}

// joinRebuilds puts every statement that may be under the settings of a
// rebuild if any must be.
func (r *renderer) joinRebuilds() {
	any := false
	for _, s := range r.out {
		any = any || s.Rebuild
	}
	if !any {
		return
	}
	for i, s := range r.out {
		if _, rename := s.Change.(diff.RenameTable); !rename {
			r.out[i].Joined = !s.Rebuild
			r.out[i].Rebuild = true
		}
	}
}

func hazard(id, format string, args ...any) render.Hazard {
	return render.Hazard{ID: id, Text: fmt.Sprintf(format, args...)}
}

// about names what a hazard is about, where a statement has several changes.
func about(object string, h render.Hazard) render.Hazard {
	h.Object = object
	return h
}
