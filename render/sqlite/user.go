package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Views and triggers are not gen's, but they use tables that are. SQLite looks
// at them late: when a column is dropped in place it reads them, when one is
// added or a table is rebuilt it does not, and what no longer fits fails when
// the application comes to it. So gen makes SQLite read them in the revision.

// A user is a view or trigger that may no longer fit.
type user struct {
	schema.Object
	why string
}

// users are the views and triggers that may need one of the dropped columns,
// or the number of columns to stay as it is.
func (r *renderer) users(table string, dropped []string, added bool) []user {
	var found []user
	for _, o := range r.now.Unmanaged {
		if o.Kind != "view" && o.Kind != "trigger" || !sqlitelex.Mentions(o.SQL, table) {
			continue
		}
		switch {
		case slices.ContainsFunc(dropped, func(c string) bool { return sqlitelex.Mentions(o.SQL, c) }):
			found = append(found, user{o, "mentions " + table + " and " + strings.Join(dropped, ", ")})
		case (added || len(dropped) > 0) && usesAll(o.SQL, table):
			found = append(found, user{o, "uses all columns of " + table + " without naming them"})
		}
	}
	return found
}

// usesAll reports whether a statement depends on how many columns the table
// has: it says *, or inserts without a list of columns.
func usesAll(sql, table string) bool {
	toks, err := sqlitelex.Lex(sql)
	if err != nil {
		return true
	}
	for i := 1; i+1 < len(toks); i++ {
		t, before, after := toks[i], toks[i-1], toks[i+1]
		if t.Is("*") && !(before.Is("(") && after.Is(")")) { // count(*) is none
			return true
		}
		if before.Is("INTO") && sqlitelex.Same(t.Value, table) && !after.Is("(") {
			return true
		}
	}
	return false
}

// canCheck reports whether SQLite can be made to read it: the triggers of a
// view cannot without knowing what columns the view has.
func (r *renderer) canCheck(u user) bool {
	return u.Kind == "view" || r.now.Table(u.Table) != nil
}

func (r *renderer) userHazards(table string, dropped []string, added bool) []render.Hazard {
	var hazards []render.Hazard
	for _, u := range r.users(table, dropped, added) {
		end := "this fails if it no longer fits"
		if !r.canCheck(u) {
			end = "it fails when used if it no longer fits"
		}
		hazards = append(hazards, about(u.Kind+" "+u.Name.Local, hazard("LT03", "%s %s %s; %s", u.Kind, u.Name.Local, u.why, end)))
	}
	return hazards
}

// checks makes SQLite read the users. It comes after the table is changed.
func (r *renderer) checks(table string, dropped []string, added bool) []render.Statement {
	var out []render.Statement
	fired := map[schema.Name]bool{}
	for _, u := range r.users(table, dropped, added) {
		switch {
		case !r.canCheck(u):
		case u.Kind == "view":
			out = append(out, render.Statement{SQL: "SELECT 1 FROM " + r.Ident(u.Name.Local) + " LIMIT 0"})
		case !fired[u.Table]:
			fired[u.Table] = true
			out = append(out, statements(r.fire(r.now.Table(u.Table)))...)
		}
	}
	return out
}

// fire makes SQLite compile every trigger of a table without running one.
func (r *renderer) fire(t *schema.Table) []string {
	name := r.Ident(t.Name.Local)
	var set []string
	for _, c := range t.Columns {
		if c.Generated == nil {
			set = append(set, r.Ident(c.Name)+" = "+r.Ident(c.Name))
		}
	}
	out := []string{"EXPLAIN INSERT INTO " + name + " DEFAULT VALUES"}
	if len(set) > 0 {
		out = append(out, "EXPLAIN UPDATE "+name+" SET "+strings.Join(set, ", "))
	}
	return append(out, "EXPLAIN DELETE FROM "+name)
}
