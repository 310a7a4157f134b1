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
	after   []piece // brief, but for setval
}

// A piece is a subcommand of ALTER TABLE, or a statement of its own.
type piece struct {
	sub   string
	form  form
	loses string
	own   *render.Statement
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
	}
	r.freeze(table, group)
	computed := r.dropComputed(table, group)
	r.retype(table, group)
	r.putBack(table, computed)
	r.notNull(table, group)
	for _, a := range group {
		r.pieces(table, a.at, a.simpleAfter())
		if a.c.From.Comment != a.c.To.Comment && !a.replace {
			r.commentFor("COLUMN "+r.columnRef(schema.ColumnRef{Table: table, Column: a.c.To.Name}), a.c.To.Comment, nil, a.at)
		}
		r.now.apply(a.c)
	}
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
	a := &alteration{at: r.at, c: c, name: r.Ident(c.To.Name), notNull: c.To.NotNull}
	from, to := c.From, c.To
	retyped := from.Type.Text != to.Type.Text || from.Collation != to.Collation
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
	s.SQL = r.alterTableSQL(a.c.Table, "ALTER COLUMN "+a.name+" SET EXPRESSION AS ("+to.Generated.Expr+")")
	a.before = append(a.before, own(s))
	if from.NotNull && !to.NotNull {
		a.before = append(a.before, a.sub(dropNotNull, "DROP NOT NULL"))
	}
	if !r.tuning(a) {
		return nil
	}
	return a
}

// source plans where the values of new rows come from: a default, a serial
// sequence or an identity.
func (r *renderer) source(a *alteration) {
	from, to, table := a.c.From, a.c.To, a.c.Table
	switch {
	case from.Serial && to.Serial:
		if from.Type.Text != to.Type.Text {
			a.after = append(a.after, own(render.Statement{SQL: r.ownedSequenceDo(table, to.Name, "ALTER SEQUENCE", "AS "+to.Type.Text)}))
		}
		return
	case from.Identity != nil && to.Identity != nil:
		r.identity(a)
		return
	case from.Serial:
		a.before = append([]piece{
			a.sub(setDefault, "DROP DEFAULT"),
			own(render.Statement{SQL: r.ownedSequenceDo(table, to.Name, "DROP SEQUENCE", ""), Loses: a.valueLost()}),
		}, a.before...)
	case from.Identity != nil:
		p := a.sub(dropIdentity, "DROP IDENTITY")
		p.loses = a.valueLost()
		a.before = append([]piece{p}, a.before...)
	case from.Default != "" && (to.Serial || to.Identity != nil):
		a.before = append(a.before, a.sub(setDefault, "DROP DEFAULT"))
	}
	switch {
	case to.Serial:
		r.becomeSerial(a)
	case to.Identity != nil:
		a.after = append(a.after, a.sub(setIdentity, "ADD "+identityClause(*to.Identity, to.Type.Text)),
			own(r.continuing(table, to, r.ownedSequence(table, to.Name), to.Identity.Options)))
	case a.redefaults():
		// retype does it in the statement that changes the type.
	case from.Default != to.Default || to.Default != "" && (from.Serial || from.Identity != nil):
		if to.Default == "" {
			if from.Default != "" && from.Generated == nil {
				a.after = append(a.after, a.sub(setDefault, "DROP DEFAULT"))
			}
		} else {
			a.after = append(a.after, a.sub(setDefault, "SET DEFAULT "+to.Default))
		}
	}
}

// valueLost tells of the sequence that goes without another taking over.
func (a *alteration) valueLost() string {
	if !a.numbered() {
		return ""
	}
	return "the value " + short(a.c.Table) + "." + a.c.To.Name + " has reached"
}

// redefaults reports whether a default has to be taken away before the type
// changes and given again after it: the server casts it by itself only where
// an assignment cast exists, and then spells it differently. A change of
// modifiers alone leaves it as it is.
func (a *alteration) redefaults() bool {
	from, to := a.c.From, a.c.To
	return a.retype && from.Default != "" && from.Generated == nil && !to.Serial && to.Identity == nil &&
		(parseType(from.Type.Text).base != parseType(to.Type.Text).base || parseType(from.Type.Text).array != parseType(to.Type.Text).array)
}

// becomeSerial makes the sequence under the name the server would choose.
func (r *renderer) becomeSerial(a *alteration) {
	to, table := a.c.To, a.c.Table
	q := r.freeSequence(table, to.Name)
	sql := "CREATE SEQUENCE " + r.QName(q)
	if to.Type.Text != "bigint" {
		sql += " AS " + to.Type.Text
	}
	sql += " OWNED BY " + r.columnRef(schema.ColumnRef{Table: table, Column: to.Name})
	value := r.Literal(r.QName(q))
	a.after = append(a.after,
		own(render.Statement{SQL: sql}),
		a.sub(setDefault, "SET DEFAULT nextval("+value+"::regclass)"),
		own(r.continuing(table, to, value, schema.SequenceOptions{Type: to.Type.Text})))
}

// continuing is setval behind the largest value, with its facts: without an
// index that begins with the column every row is read, and the lock of the
// statements before it is still held.
func (r *renderer) continuing(table schema.Name, c schema.Column, sequence string, o schema.SequenceOptions) render.Statement {
	o.Type = c.Type.Text
	s := render.Statement{SQL: r.continueAfter(table, c.Name, sequence, o)}
	if !r.leadsIndex(table, c.Name) {
		s.Scans = true
		s.Hazards = []render.Hazard{{ID: "LOCK24", Text: "looks for the largest " + c.Name + " in every row while the table is locked, as no index begins with it"}}
	}
	return s
}

func (r *renderer) leadsIndex(table schema.Name, column string) bool {
	t := r.now.table(table)
	if t.PrimaryKey != nil && t.PrimaryKey.Columns[0] == column {
		return true
	}
	return slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return u.Columns[0] == column }) ||
		slices.ContainsFunc(t.Indexes, func(x schema.Index) bool {
			return x.Method == "btree" && x.Where == "" && x.Keys[0].Column == column
		})
}

// identity changes the options of an identity column. Where the type gets
// smaller the bounds have to be within it before.
func (r *renderer) identity(a *alteration) {
	from, to := *a.c.From.Identity, *a.c.To.Identity
	from.Options.Type, to.Options.Type = a.c.From.Type.Text, a.c.To.Type.Text
	smaller := size(to.Options.Type) < size(from.Options.Type)
	if !smaller {
		from.Options = retyped(from.Options, to.Options.Type)
	}
	clauses := optionClauses(from.Options, to.Options, "SET ")
	if from.Always != to.Always {
		clauses = append([]string{"SET GENERATED " + identityKind(to)}, clauses...)
	}
	if len(clauses) == 0 {
		return
	}
	p := a.sub(setIdentity, strings.Join(clauses, " "))
	if smaller {
		a.before = append(a.before, p)
	} else {
		a.after = append(a.after, p)
	}
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
	flush := func() {
		if len(subs) == 0 {
			return
		}
		s := on(strongest, table)
		s.SQL, s.Loses = r.alterTableSQL(table, subs...), loses
		r.addFor(r.quiet(table, s), change)
		subs, strongest, loses = nil, setStatistics, ""
	}
	for _, p := range pieces {
		if p.own != nil {
			flush()
			r.addFor(r.quiet(table, *p.own), change)
			continue
		}
		subs = append(subs, p.sub)
		loses = orDefault(p.loses, loses)
		if p.form != setStatistics {
			strongest = p.form
		}
	}
	flush()
}

// retype changes the types in place: all that rewrite the table in one
// statement, the others each in its own.
func (r *renderer) retype(table schema.Name, group []*alteration) {
	var heavy []*alteration
	utc := false
	for _, a := range group {
		if !a.retype {
			continue
		}
		from, to := parseType(a.c.From.Type.Text), parseType(a.c.To.Type.Text)
		if zoned(from, to) && !utc {
			utc = true
			s := render.Statement{SQL: "SET LOCAL TimeZone = 'UTC'"}
			r.addFor(s, a.at)
		}
		if rewrites(from, to) {
			heavy = append(heavy, a)
			continue
		}
		r.retypeTogether(table, []*alteration{a}, r.lightForm(table, a))
	}
	if len(heavy) > 0 {
		r.retypeTogether(table, heavy, typeRewriting)
	}
}

// lightForm is the form of a type change that keeps the rows as they are.
func (r *renderer) lightForm(table schema.Name, a *alteration) form {
	from, to := parseType(a.c.From.Type.Text), parseType(a.c.To.Type.Text)
	d := dependsOn(r.now.table(table), a.c.To.Name)
	for _, c := range d.constraints {
		if _, check := c.(schema.Check); check {
			return typeChecking
		}
	}
	if len(d.indexes) == 0 && !hasKey(d.constraints) {
		return typeMeta
	}
	if a.c.From.Collation != a.c.To.Collation || otherOperators(from, to) {
		return typeReindexing
	}
	for _, x := range d.indexes {
		if mentions(x.Where, a.c.To.Name) || slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return mentions(k.Expr, a.c.To.Name) }) {
			return typeReindexing
		}
	}
	for _, c := range d.constraints {
		if x, ok := c.(schema.Exclusion); ok && (mentions(x.Where, a.c.To.Name) ||
			slices.ContainsFunc(x.Elements, func(e schema.ExclusionElement) bool { return mentions(e.Key.Expr, a.c.To.Name) })) {
			return typeReindexing
		}
	}
	return typeMeta
}

func hasKey(constraints []schema.Constraint) bool {
	return slices.ContainsFunc(constraints, func(c schema.Constraint) bool {
		switch c.(type) {
		case schema.PrimaryKey, schema.Unique, schema.Exclusion:
			return true
		}
		return false
	})
}

// otherOperators reports whether indexes of the two types, whose values are
// the same bytes, use different operator classes.
func otherOperators(from, to typ) bool {
	family := func(t typ) string {
		switch {
		case t.local() == "citext":
			return "citext"
		case t.base == "character varying", t.base == "text":
			return "text"
		case t.base == "cidr":
			return "inet"
		case t.base == "bit varying":
			return "bit varying"
		}
		return t.base
	}
	return family(from) != family(to)
}

func (r *renderer) retypeTogether(table schema.Name, group []*alteration, f form) {
	s := on(f, table, r.tied(table, group)...)
	s.Locks = append(s.Locks, locks(accessExclusive, s.Rewrites || s.Scans, table, r.tied(table, group))...)
	var subs, losses []string
	var changes []int
	for _, a := range group {
		subs = append(subs, r.retypeClauses(a)...)
		changes = append(changes, a.at)
		s.Hazards = mergeHazards(s.Hazards, r.retypeHazards(table, a))
		if lost := diff.Loses(a.c); lost != "" && !a.numbered() {
			losses = append(losses, lost)
		}
		if f == typeRewriting && a.notNull && !a.c.From.NotNull {
			subs = append(subs, "ALTER COLUMN "+a.name+" SET NOT NULL")
			a.notNull = false
		}
	}
	s.SQL, s.Loses = r.alterTableSQL(table, subs...), strings.Join(losses, ", ")
	r.addFor(r.quiet(table, s), changes...)
}

// numbered reports whether the column had a sequence and has none any more,
// which is lost where it is dropped and not with the type.
func (a *alteration) numbered() bool {
	return (a.c.From.Serial || a.c.From.Identity != nil) && !a.c.To.Serial && a.c.To.Identity == nil
}

// tied are the tables at the other ends of foreign keys over the columns: the
// server makes those anew and locks both sides.
func (r *renderer) tied(table schema.Name, group []*alteration) []schema.Name {
	var names []schema.Name
	for _, a := range group {
		for _, fk := range r.now.table(table).ForeignKeys {
			if slices.Contains(fk.Columns, a.c.To.Name) {
				names = append(names, fk.RefTable)
			}
		}
		for _, ref := range r.now.referring(table, a.c.To.Name) {
			names = append(names, ref.table)
		}
	}
	return names
}

func (r *renderer) retypeClauses(a *alteration) []string {
	from, to := a.c.From, a.c.To
	var subs []string
	if a.redefaults() {
		subs = append(subs, "ALTER COLUMN "+a.name+" DROP DEFAULT")
	}
	clause := "ALTER COLUMN " + a.name + " TYPE " + to.Type.Text
	if !to.Collation.IsZero() {
		clause += " COLLATE " + r.plainName(to.Collation)
	}
	subs = append(subs, clause+r.using(a.name, from, to))
	if a.redefaults() && to.Default != "" {
		subs = append(subs, "ALTER COLUMN "+a.name+" SET DEFAULT "+to.Default)
	}
	return subs
}

// using is the conversion where the server has none by itself. Where it has no
// cast at all, as from enum to enum or between ranges, it goes through text;
// json has functions of its own for that.
// Which casts there are for the types of an extension is not known here; a
// cast is taken to be there.
func (r *renderer) using(ident string, from, to schema.Column) string {
	f, t := parseType(from.Type.Text), parseType(to.Type.Text)
	if assignable(f, t) {
		return ""
	}
	known := func(c schema.Column, t typ) bool { return r.isEnum(c.Type) || !strings.Contains(t.base, ".") }
	if known(from, f) && known(to, t) && !castable(f, t) {
		text := "text"
		switch {
		case !t.array && (t.base == "json" || t.base == "jsonb"):
			return " USING to_" + t.base + "(" + ident + ")"
		case f.array && t.array:
			text = "text[]"
		}
		return " USING " + ident + "::" + text + "::" + to.Type.Text
	}
	return " USING " + ident + "::" + to.Type.Text
}

func (r *renderer) isEnum(t schema.Type) bool {
	_, enum := r.now.enums[t.Ref]
	return enum && !t.Ref.IsZero()
}

func (r *renderer) retypeHazards(table schema.Name, a *alteration) []render.Hazard {
	from, to := parseType(a.c.From.Type.Text), parseType(a.c.To.Type.Text)
	column := a.c.To.Name + ": "
	var hazards []render.Hazard
	switch what := losing(from, to); {
	case !assignable(from, to):
		hazards = append(hazards, render.Hazard{ID: "DATA07",
			Text: column + "there is no cast on assignment from " + from.String() + " to " + to.String() + ": stops at the first value that cannot be converted, and may cut others without notice"})
	case what != "":
		hazards = append(hazards, render.Hazard{ID: "DATA07", Text: column + what})
	}
	if zoned(from, to) {
		hazards = append(hazards, render.Hazard{ID: "CORR21",
			Text: column + "what is stored without time zone is taken for UTC; must run in one transaction with SET LOCAL TimeZone"})
	}
	return append(hazards, r.unseen(table)...)
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
		sub := "ALTER COLUMN " + a.name + " SET NOT NULL"
		if r.provenNotNull(table, a.c.To.Name) {
			proven, provenChanges = append(proven, sub), append(provenChanges, a.at)
			continue
		}
		subs, changes = append(subs, sub), append(changes, a.at)
	}
	if len(proven) > 0 {
		p := on(setNotNullProven, table)
		p.SQL = r.alterTableSQL(table, proven...)
		r.addFor(r.quiet(table, p), provenChanges...)
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
		return !c.NotValid && strings.Trim(c.Expr, "()") == r.Ident(column)+" IS NOT NULL"
	})
}
