package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// retype changes the types in place: all that rewrite the table in one
// statement, the others each in its own.
func (r *renderer) retype(table schema.Name, group []*alteration) {
	var heavy []*alteration
	utc := false
	for _, a := range group {
		if !a.retype {
			continue
		}
		from, _ := r.stored(a.c.From.Type)
		to, checked := r.stored(a.c.To.Type)
		if zoned(from, to) && !utc {
			utc = true
			s := render.Statement{SQL: "SET LOCAL TimeZone = 'UTC'"}
			r.addFor(s, a.at)
		}
		if checked || rewrites(from, to) {
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
	from, _ := r.stored(a.c.From.Type)
	to, _ := r.stored(a.c.To.Type)
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
	// The server keeps no index that has an expression or a predicate, whatever
	// is in them (CheckIndexCompatible, src/backend/commands/indexcmds.c of
	// PostgreSQL 18).
	for _, x := range d.indexes {
		if x.Where != "" || slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return k.Expr != "" }) {
			return typeReindexing
		}
	}
	for _, c := range d.constraints {
		if x, ok := c.(schema.Exclusion); ok && (x.Where != "" || slices.ContainsFunc(x.Elements, func(e schema.ExclusionElement) bool { return e.Key.Expr != "" })) {
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
	for _, t := range r.targetsAgain(table, group...) {
		r.add(t)
	}
}

// targetsAgain sets the statistics targets of indexes over the columns, here and
// below, again: the server builds the indexes anew from their definition, which
// does not say them (ATPostAlterTypeCleanup, src/backend/commands/tablecmds.c of
// PostgreSQL 18). A change that gives one another target comes later.
func (r *renderer) targetsAgain(table schema.Name, group ...*alteration) []render.Statement {
	var list []render.Statement
	for _, n := range append([]schema.Name{table}, r.now.below(table)...) {
		for _, x := range r.now.table(n).Indexes {
			if !slices.ContainsFunc(group, func(a *alteration) bool { return keysUse(x.Keys, x.Include, x.Where, a.c.To.Name) }) {
				continue
			}
			for i, k := range x.Keys {
				if k.Statistics != nil {
					list = append(list, r.quiet(n, r.target(n, x.Name, i, *k.Statistics)))
				}
			}
		}
	}
	return list
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
// cast is taken to be there, but for one between arrays and what is none.
func (r *renderer) using(ident string, from, to schema.Column) string {
	f, t := parseType(from.Type.Text), parseType(to.Type.Text)
	if assignable(f, t) {
		return ""
	}
	if d := r.domainOf(to.Type); d != nil && assignable(f, parseType(d.Shape[0])) {
		return "" // a cast that is written cuts what is too long for the domain's type
	}
	known := func(c schema.Column, t typ) bool { return r.isEnum(c.Type) || !strings.Contains(t.base, ".") }
	if (known(from, f) && known(to, t) || f.array != t.array) && !castable(f, t) {
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
	r.inTheWay(a.at, table, getTheOtherType, a.c.To.Name)
	for i := range hazards {
		hazards[i].Object = short(table) + "." + a.c.To.Name
	}
	return hazards
}
