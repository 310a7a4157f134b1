package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// An alteration is what is to be done to one column, in three stages. The
// columns of a table that change together go through each stage together, so
// that the table is rewritten once and read once.
type alteration struct {
	at   int // in plan.Changes
	c    diff.AlterColumn
	name string // as an identifier

	before  []piece // brief: what stands in the way of the type
	retype  bool    // type or collation change in place
	replace bool    // dropped and added: what is computed can be computed again
	freeze  bool    // a virtual column becomes a plain one
	notNull bool    // is to be NOT NULL
	proves  bool    // a NOT NULL that was NOT VALID is validated
	// defaultBelow: a table below has a default of the column.
	defaultBelow bool
	after        []piece // brief, but for setval
}

// A piece is a subcommand of ALTER TABLE, or a statement of its own.
type piece struct {
	sub     string
	form    form
	loses   string
	hazards []render.Hazard
	own     *render.Statement
}

func (a *alteration) sub(f form, clause string) piece {
	return piece{sub: "ALTER COLUMN " + a.name + " " + clause, form: f}
}

func own(s render.Statement) piece { return piece{own: &s} }

// alterColumns renders the n changes from the one at hand on, all of columns
// of one table.
func (r *renderer) alterColumns(table schema.Name, n int) {
	refusals := len(r.refused)
	var group []*alteration
	r.retyping = nil
	for i := range n {
		if c := r.plan.Changes[r.at+i].(diff.AlterColumn); retyped(c) {
			r.retyping = append(r.retyping, c.To.Name)
		}
	}
	for i := range n {
		c := r.plan.Changes[r.at+i].(diff.AlterColumn)
		saved := r.at
		r.at += i // a refusal names the change it is about
		if a := r.alteration(c); a != nil {
			group = append(group, a)
		}
		r.at = saved
	}
	if len(r.refused) > refusals {
		return
	}
	for _, a := range group {
		r.pieces(table, a.at, a.simpleBefore())
		if c := r.now.table(table).Column(a.c.To.Name); c != nil && a.c.To.Generated == nil && !a.freeze {
			c.Generated = nil // DROP EXPRESSION: it is computed from nothing any more
		}
	}
	r.freeze(table, group)
	computed := r.dropComputed(table, group)
	r.retype(table, group)
	r.putBackAll(computed)
	r.notNull(table, group)
	for _, a := range group {
		r.pieces(table, a.at, a.simpleAfter())
		if a.c.From.Comment != a.c.To.Comment && !a.replace {
			r.commentFor("COLUMN "+r.columnRef(schema.ColumnRef{Table: table, Column: a.c.To.Name}), a.c.To.Comment, nil, a.at)
		}
		if ruleOf(a.c.From).Comment != ruleOf(a.c.To).Comment && holdsNew(a.c.To) && !a.replace {
			r.commentNotNull(table, a.c.To, a.at)
		}
		r.now.apply(a.c)
		if a.redefaults() {
			r.defaultsBelow(table, a.c.To)
		}
	}
}

func retyped(c diff.AlterColumn) bool {
	return c.From.Type.Text != c.To.Type.Text || c.From.Collation != c.To.Collation
}

// heavy reports whether the column has a middle stage.
func (a *alteration) heavy() bool {
	return a.retype || a.replace || a.freeze || a.notNull && !a.c.From.NotNull
}

// simpleBefore and simpleAfter: without a middle stage both go into one
// statement.
func (a *alteration) simpleBefore() []piece {
	if a.heavy() {
		return a.before
	}
	return append(slices.Clone(a.before), a.after...)
}

func (a *alteration) simpleAfter() []piece {
	if a.heavy() {
		return a.after
	}
	return nil
}

// alteration says what has to be done; nil when it is refused.
func (r *renderer) alteration(c diff.AlterColumn) *alteration {
	if !r.columnOffered(c.Table, c.To) {
		return nil
	}
	a := &alteration{at: r.at, c: c, name: r.Ident(c.To.Name), notNull: c.To.NotNull, defaultBelow: r.now.defaultBelow(c.Table, c.To.Name)}
	from, to := c.From, c.To
	retyped := retyped(c)
	switch {
	case to.Generated != nil:
		if retyped || from.Generated == nil || *from.Generated != *to.Generated {
			return r.generated(a, retyped)
		}
	case from.Generated != nil && from.Generated.Virtual:
		a.freeze = true
		from.Default = ""
	case from.Generated != nil:
		a.before = append(a.before, a.sub(dropExpression, "DROP EXPRESSION"))
	}
	a.retype = retyped
	if from.NotNull && !to.NotNull {
		a.before = append(a.before, a.sub(dropNotNull, "DROP NOT NULL"))
	}
	r.source(a)
	a.proves = r.notNullRule(a)
	if !r.tuning(a) {
		return nil
	}
	return a
}

// generated plans another expression, type or kind of a generated column. SET
// EXPRESSION needs version 17, and does not work on a virtual column of a
// table with checks; in all other cases the column is dropped and added, as
// its values can be computed again.
func (r *renderer) generated(a *alteration, retyped bool) *alteration {
	from, to := a.c.From, a.c.To
	inPlace := !retyped && from.Generated != nil && from.Generated.Virtual == to.Generated.Virtual && r.version >= 170000
	if inPlace && r.baseRetyped(from, to) {
		inPlace = false // it has to go before the types change, and to come back after
	}
	if inPlace && to.Generated.Virtual && len(r.now.table(a.c.Table).Checks) > 0 {
		inPlace = false
	}
	if !inPlace {
		a.replace = true
		return a
	}
	f := setExpression
	if to.Generated.Virtual {
		f = setExpressionVirtual
	}
	s := on(f, a.c.Table)
	s.Scans = s.Scans || from.NotNull // what it computes from then on is looked up
	for i := range s.Locks {
		s.Locks[i].Long = s.Scans
	}
	s.SQL = r.alterTableSQL(a.c.Table, "ALTER COLUMN "+a.name+" SET EXPRESSION AS ("+to.Generated.Expr+")")
	a.before = append(a.before, own(s))
	for _, t := range r.targetsAgain(a.c.Table, a) {
		a.before = append(a.before, own(t))
	}
	if from.NotNull && !to.NotNull {
		a.before = append(a.before, a.sub(dropNotNull, "DROP NOT NULL"))
	}
	a.proves = r.notNullRule(a)
	if !r.tuning(a) {
		return nil
	}
	return a
}

// baseRetyped reports whether a column that the expressions use gets another
// type at the same time.
func (r *renderer) baseRetyped(from, to schema.Column) bool {
	for _, name := range r.retyping {
		if mentions(from.Generated.Expr, name) || mentions(to.Generated.Expr, name) {
			return true
		}
	}
	return false
}

// tuning plans storage, compression and statistics.
func (r *renderer) tuning(a *alteration) bool {
	from, to := a.c.From, a.c.To
	if from.Storage != to.Storage || a.retype && to.Storage != "" {
		clause, ok := r.storageClause(a.c.Table, to)
		if !ok {
			return false
		}
		a.after = append(a.after, piece{sub: clause, form: setStorage})
	}
	if from.Compression != to.Compression {
		a.after = append(a.after, a.sub(setStorage, "SET COMPRESSION "+orDefault(to.Compression, "default")))
	}
	if !sameTarget(from.Statistics, to.Statistics) {
		a.after = append(a.after, piece{sub: statisticsClause(a.name, to.Statistics), form: setStatistics})
	}
	return true
}

func sameTarget(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// pieces puts neighbouring subcommands into one ALTER TABLE: they are all
// brief. The lock is the strongest of theirs.
func (r *renderer) pieces(table schema.Name, change int, pieces []piece) {
	var subs []string
	strongest, loses := setStatistics, ""
	var hazards []render.Hazard
	flush := func() {
		if len(subs) == 0 {
			return
		}
		s := on(strongest, table)
		s.SQL, s.Loses, s.Hazards = r.alterTableSQL(table, subs...), loses, append(s.Hazards, hazards...)
		r.addFor(r.quiet(table, s), change)
		subs, strongest, loses, hazards = nil, setStatistics, "", nil
	}
	for _, p := range pieces {
		if p.own != nil {
			flush()
			r.addFor(r.quiet(table, *p.own), change)
			continue
		}
		subs = append(subs, p.sub)
		loses = orDefault(p.loses, loses)
		hazards = append(hazards, p.hazards...)
		if p.form != setStatistics {
			strongest = p.form
		}
	}
	flush()
}

// notNull makes columns NOT NULL: one statement reads the table for all of
// them. Those that a valid check proves already are not read for.
func (r *renderer) notNull(table schema.Name, group []*alteration) {
	var subs, proven []string
	var changes, provenChanges []int
	s := on(setNotNull, table)
	for _, a := range group {
		if !a.notNull || a.c.From.NotNull || a.replace {
			continue
		}
		if a.proves {
			r.addFor(r.quiet(table, r.validateNotNull(a.c)), a.at)
			continue
		}
		sub := r.addNotNull(a.c.To)
		if r.prepared.check[a.at] != "" || r.provenNotNull(table, a.c.To.Name) {
			proven, provenChanges = append(proven, sub), append(provenChanges, a.at)
			continue
		}
		if r.proveLater(a) {
			continue
		}
		subs, changes = append(subs, sub), append(changes, a.at)
	}
	if len(proven) > 0 {
		p := on(setNotNullProven, table)
		if r.online {
			p.Why = whyProven
		}
		p.SQL = r.alterTableSQL(table, proven...)
		r.addFor(r.quiet(table, p), provenChanges...)
	}
	for _, at := range provenChanges {
		if name := r.prepared.check[at]; name != "" {
			r.addFor(r.droppingProof(table, name), at)
		}
	}
	if len(subs) > 0 {
		s.SQL = r.alterTableSQL(table, subs...)
		r.addFor(r.quiet(table, s), changes...)
	}
}

func (r *renderer) provenNotNull(table schema.Name, column string) bool {
	t := r.now.table(table)
	if c := t.Column(column); c != nil && c.NotNull {
		return true
	}
	return slices.ContainsFunc(t.Checks, func(c schema.Check) bool {
		return !c.NotValid && !c.NotEnforced && r.proves(c, column)
	})
}

// proves reports whether the constraint says that the column has no NULL.
func (r *renderer) proves(c schema.Constraint, column string) bool {
	check, ok := c.(schema.Check)
	return ok && strings.Trim(check.Expr, "()") == r.Ident(column)+" IS NOT NULL"
}
