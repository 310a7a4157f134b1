// Package postgres writes the SQL that carries out a plan on PostgreSQL 13 to
// 18, and says beside each statement which locks it takes, whether it rewrites
// or reads the table, and what it can break. It is pure: the facts stand in
// tables here (lock.go, cast.go, type.go), measured on servers and held by
// tests that measure again.
package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// oldest is the server_version_num that is assumed where none is known.
const oldest = 130000

// Render returns the statements of a plan in the order to execute. All changes
// it refuses are reported at once, as *render.UnsupportedError values joined
// by errors.Join; there are no statements then.
//
// Every change gives at least one statement of its own or stands in the Also
// of one. Statements of one change stand together, except where several
// changes of one table are done in one pass, and online where what takes long
// stands ahead of all else or behind it.
func Render(p diff.Plan, o render.Options) ([]render.Statement, error) {
	drops := 0
	if o.Online {
		p, drops = p.DropsLast()
	}
	r := newRenderer(p, o)
	r.drops = len(p.Changes) - drops
	r.ahead()
	for r.at < r.drops {
		r.step()
	}
	for _, add := range r.last {
		add()
	}
	for r.at = r.drops; r.at < len(p.Changes); {
		r.step()
	}
	if len(r.refused) > 0 {
		return nil, errors.Join(r.refused...)
	}
	r.addPrechecks()
	return r.out, nil
}

type renderer struct {
	dialect.Dialect
	plan    diff.Plan
	version int
	online  bool
	now     *state // the schema as it is before the change at hand
	owners  map[schema.Name][]owner

	retyping []string // the columns that get another type in the run of changes at hand

	prepared prepared
	last     []func() // add what comes behind the statements of all changes
	drops    int      // where the drops begin that stand behind all else
	at       int      // the change at hand, in plan.Changes
	told     []bool   // changes that have a statement
	out      []render.Statement
	parts    [][]int // the changes that each statement is part of
	refused  []error
}

func newRenderer(p diff.Plan, o render.Options) *renderer {
	version := o.ServerVersion
	if version == 0 {
		version = oldest
	}
	return &renderer{
		Dialect: dialect.Postgres(),
		plan:    p,
		version: version,
		online:  o.Online,
		now:     newState(p.From),
		owners:  ownersOf(p.From, p.To),
		told:    make([]bool, len(p.Changes)),
	}
}

// step renders the change at hand, and for changes of columns also those that
// follow it on other columns of the same table.
func (r *renderer) step() {
	if c, ok := r.plan.Changes[r.at].(diff.AlterColumn); ok {
		n := 1
		seen := map[string]bool{c.To.Name: true}
		for r.at+n < len(r.plan.Changes) {
			next, ok := r.plan.Changes[r.at+n].(diff.AlterColumn)
			if !ok || next.Table != c.Table || seen[next.To.Name] {
				break
			}
			seen[next.To.Name] = true
			n++
		}
		r.alterColumns(c.Table, n)
		r.at += n
		return
	}
	c := r.plan.Changes[r.at]
	if r.one(c) {
		r.now.apply(c)
	}
	r.at++
}

// one renders a change and reports whether it could be.
func (r *renderer) one(c diff.Change) bool {
	refusals := len(r.refused)
	switch c := c.(type) {
	case diff.CreateSchema:
		r.createSchema(c)
	case diff.DropSchema:
		r.dropSchema(c)
	case diff.AlterSchema:
		r.alterSchema(c)
	case diff.CreateEnum:
		r.createEnum(c)
	case diff.DropEnum:
		r.dropEnum(c)
	case diff.AlterEnum:
		r.alterEnum(c)
	case diff.CreateSequence:
		r.createSequence(c)
	case diff.DropSequence:
		r.dropSequence(c)
	case diff.AlterSequence:
		r.alterSequence(c)
	case diff.CreateTable:
		r.createTable(c)
	case diff.DropTable:
		r.dropTable(c)
	case diff.AlterTable:
		r.alterTable(c)
	case diff.RenameTable:
		r.renameTable(c)
	case diff.AddColumn:
		r.addColumn(c)
	case diff.DropColumn:
		r.dropColumn(c)
	case diff.RenameColumn:
		r.renameColumn(c)
	case diff.AddConstraint:
		r.addConstraint(c)
	case diff.DropConstraint:
		r.dropConstraint(c)
	case diff.AlterConstraint:
		r.alterConstraint(c)
	case diff.RenameConstraint:
		r.renameConstraint(c)
	case diff.CreateIndex:
		r.createIndex(c)
	case diff.DropIndex:
		r.dropIndex(c)
	case diff.AlterIndex:
		r.alterIndex(c)
	case diff.RenameIndex:
		r.renameIndex(c)
	case diff.ReplaceIndex:
		r.replaceIndex(c)
	case diff.AdoptIndex:
		r.adoptIndex(c)
	case diff.ReleaseIndex:
		r.releaseIndex(c)
	case diff.CreateObject:
		r.createObject(c)
	case diff.DropObject:
		r.dropObject(c)
	case diff.AlterObject:
		r.alterObject(c)
	case diff.RenameObject:
		r.renameObject(c)
	case diff.AlterAccess:
		r.alterAccess(c)
	default:
		r.refuse(fmt.Sprintf("PostgreSQL's renderer does not know the change %T", c), "this is a bug in gen: report it")
	}
	return len(r.refused) == refusals
}

// refuse reports the change at hand as one that cannot be planned.
func (r *renderer) refuse(why, hint string) {
	r.refused = append(r.refused, &render.UnsupportedError{Change: r.plan.Changes[r.at], Why: why, Hint: hint})
}

// refuseOnce is refuse for what may be found out more than once.
func (r *renderer) refuseOnce(why, hint string) {
	if !slices.ContainsFunc(r.refused, func(err error) bool {
		u, ok := errors.AsType[*render.UnsupportedError](err)
		return ok && u.Why == why
	}) {
		r.refuse(why, hint)
	}
}

// add appends a statement of the change at hand.
func (r *renderer) add(s render.Statement) { r.addFor(s, r.at) }

// addFor appends a statement that carries out the given changes of the plan,
// in plan order.
func (r *renderer) addFor(s render.Statement, changes ...int) {
	lead := changes[0]
	for _, i := range changes {
		if !r.told[i] {
			lead = i
			break
		}
	}
	s.Change, s.First = r.plan.Changes[lead], !r.told[lead]
	if s.First {
		s.Hazards = mergeHazards(s.Hazards, r.changeHazards(s.Change))
	}
	r.told[lead] = true
	for _, i := range changes {
		if !r.told[i] {
			r.told[i] = true
			s.Also = append(s.Also, r.plan.Changes[i])
			hazards := r.changeHazards(r.plan.Changes[i])
			for j := range hazards {
				hazards[j].Object = diff.Describe(r.plan.Changes[i]).Name()
			}
			s.Hazards = mergeHazards(s.Hazards, hazards)
		}
	}
	for i, h := range s.Hazards {
		if len(s.Also) > 0 && h.Object == "" && strings.HasPrefix(h.ID, "LOCK") {
			s.Hazards[i].Object = short(diff.TableOf(s.Change))
		}
	}
	s.Locks, s.Hazards = r.onlyExisting(s.Locks), sortHazards(s.Hazards)
	r.out, r.parts = append(r.out, s), append(r.parts, changes)
}

// onTable appends a statement about a table. Of a table that the plan itself
// creates nobody knows yet and it is empty: no locks, nothing to rewrite or
// to read, no hazards.
func (r *renderer) onTable(table schema.Name, s render.Statement) {
	r.add(r.quiet(table, s))
}

func (r *renderer) quiet(table schema.Name, s render.Statement) render.Statement {
	return r.hushed(table, r.withFamily(table, s))
}

// hushed is quiet for a statement that does not go down to the tables below.
func (r *renderer) hushed(table schema.Name, s render.Statement) render.Statement {
	if r.now.created[table] {
		s.Rewrites, s.Scans, s.Hazards = false, false, nil
	}
	return s
}

// onlyExisting leaves out locks on relations the plan itself creates.
func (r *renderer) onlyExisting(locks []render.Lock) []render.Lock {
	var kept []render.Lock
	for _, l := range locks {
		if !r.now.created[l.Relation] {
			kept = append(kept, l)
		}
	}
	return kept
}

// comment appends COMMENT ON. object is the object as the statement names it.
func (r *renderer) comment(object, text string, locks ...render.Lock) {
	r.commentFor(object, text, locks, r.at)
}

func (r *renderer) commentFor(object, text string, locks []render.Lock, change int) {
	value := "NULL"
	if text != "" {
		value = r.Literal(text)
	}
	r.addFor(render.Statement{SQL: "COMMENT ON " + object + " IS " + value, Locks: locks}, change)
}
