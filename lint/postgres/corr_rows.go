package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

func corrRowChecks() []check {
	return []check{
		{"CORR01", uniqueMayFail},
		{"CORR02", rowsMayNotFit},
		{"CORR03", constraintDropped},
		{"CORR06", fkTypeMismatch},
		{"CORR07", fkWithoutIndex},
		{"CORR08", hashIndex},
		{"CORR09", wideIndex},
		{"CORR10", buildBug},
		{"CORR11", skips},
	}
}

func uniqueMayFail(v *visit) {
	if v.verb == "CREATE INDEX" && v.unique && v.old(v.table) {
		v.say("", v.name(), "fails if two rows of %s are equal in %s", v.table, strings.Join(v.keys, ", "))
	}
	for _, kind := range []string{"unique", "primary key", "exclude"} {
		v.added(kind, kind != "exclude", func(c *constraint) {
			if c.usingIndex == "" {
				v.say("", called(c), "fails if two rows of %s are equal in %s", v.name(), strings.Join(c.columns, ", "))
			}
		})
	}
}

func rowsMayNotFit(v *visit) {
	v.each("SET NOT NULL", func(a *action) {
		if !v.provedNotNull(v.name(), a.column) {
			v.say("", v.name()+"."+a.column, "fails if a row of %s has no value in %s", v.name(), a.column)
		}
	})
	v.each("VALIDATE CONSTRAINT", func(a *action) {
		v.say("", a.con.name, "fails if a row of %s does not comply with %s", v.name(), a.con.name)
	})
	for _, kind := range []string{"check", "foreign key", "not null"} {
		v.added(kind, false, func(c *constraint) {
			if !c.notValid && !c.notEnforced {
				v.say("", called(c), "fails if a row of %s does not comply with %s", v.name(), called(c))
			}
		})
	}
}

func constraintDropped(v *visit) {
	v.each("DROP CONSTRAINT", func(a *action) {
		c := v.state.constraint(v.name(), a.con.name)
		if c != nil && c.isNotNullOf() != "" {
			col := v.state.column(v.name(), c.isNotNullOf())
			if c.kind == "check" && col != nil && col.notNull || slices.ContainsFunc(v.before, func(s *statement) bool { return s.name() == v.name() && has(s, "SET NOT NULL") }) {
				return // the check that proved NOT NULL, which now holds by itself
			}
		}
		for _, s := range append(slices.Clone(v.after), v.statement) {
			for i := range s.actions {
				if s.name() == v.name() && s.actions[i].kind == "ADD CONSTRAINT" {
					return // another takes its place
				}
			}
		}
		v.say("", a.con.name, "rows that %s kept out of %s can come in", a.con.name, v.name())
	})
	if v.verb == "DROP INDEX" {
		for _, name := range v.names {
			if ix := v.state.indexes[name]; ix != nil && ix.unique && v.old(ix.table) {
				v.say("", name, "rows that the unique index %s kept out of %s can come in", name, ix.table)
			}
		}
	}
}

// foreignKeys calls look for each foreign key that the statement makes, with the
// table that has it.
func (v *visit) foreignKeys(look func(c *constraint)) {
	switch v.verb {
	case "CREATE TABLE":
		for i := range v.constraints {
			if v.constraints[i].kind == "foreign key" {
				look(&v.constraints[i])
			}
		}
		for i := range v.columns {
			if v.columns[i].refs != nil {
				look(v.columns[i].refs)
			}
		}
	case "ALTER TABLE":
		for i := range v.actions {
			a := &v.actions[i]
			switch {
			case a.kind == "ADD CONSTRAINT" && a.con.kind == "foreign key":
				look(&a.con)
			case a.kind == "ADD COLUMN" && a.col.refs != nil:
				look(a.col.refs)
			}
		}
	}
}

// typeOf is the type of a column in view of the statement itself, or "".
func (v *visit) typeOf(table, name string) string {
	c := v.state.column(table, name)
	if table == v.name() {
		for i := range v.columns {
			if v.columns[i].name == name {
				c = &v.columns[i]
			}
		}
		for i := range v.actions {
			if v.actions[i].kind == "ADD COLUMN" && v.actions[i].column == name {
				c = &v.actions[i].col
			}
		}
	}
	if c == nil {
		return ""
	}
	switch c.typ {
	case "serial", "serial4":
		return "integer"
	case "bigserial", "serial8":
		return "bigint"
	case "smallserial", "serial2":
		return "smallint"
	}
	return c.typ
}

func fkTypeMismatch(v *visit) {
	v.foreignKeys(func(c *constraint) {
		refs := c.refColumns
		if len(refs) == 0 {
			refs = v.state.key(c.ref)
		}
		for i, name := range c.columns {
			if i >= len(refs) {
				return
			}
			mine, theirs := v.typeOf(v.name(), name), v.typeOf(c.ref, refs[i])
			if mine != "" && theirs != "" && baseType(mine) != baseType(theirs) {
				v.say("", v.name()+"."+name, "%s.%s is %s, and %s.%s, which it refers to, is %s", v.name(), name, mine, c.ref, refs[i], theirs)
			}
		}
	})
}

func fkWithoutIndex(v *visit) {
	v.foreignKeys(func(c *constraint) {
		if v.state.indexed(v.name(), c.columns) {
			return
		}
		if !v.state.whole(v.name()) && v.verb == "ALTER TABLE" {
			return // a table that no revision made may well have one
		}
		after := newState(v.state.schema)
		after.apply(v.statement)
		for _, s := range v.after {
			if s.verb == "CREATE INDEX" || s.verb == "ALTER TABLE" && s.name() == v.name() {
				after.apply(s)
			}
		}
		if !after.indexed(v.name(), c.columns) {
			v.say("", v.name(), "no index of %s begins with %s, so a DELETE in %s reads all of it", v.name(), strings.Join(c.columns, ", "), c.ref)
		}
	})
}

func hashIndex(v *visit) {
	if v.verb == "CREATE INDEX" && v.method == "hash" {
		v.say("", v.name(), "%s is a hash index", v.name())
	}
}

func wideIndex(v *visit) {
	if v.verb == "CREATE INDEX" && v.method == "btree" && len(v.keys) > 3 {
		v.say("", v.name(), "%s has %d key columns", v.name(), len(v.keys))
	}
}

func buildBug(v *visit) {
	if v.facts.Server < 140000 || v.facts.Server > 140003 {
		return
	}
	if (v.verb == "CREATE INDEX" || v.verb == "REINDEX") && v.concurrently {
		v.say("", v.name(), "the server is 14.%d", v.facts.Server%10000)
	}
}

func skips(v *visit) {
	switch {
	case v.guarded && (v.verb == "CREATE TABLE" || v.verb == "CREATE INDEX" || v.verb == "CREATE SEQUENCE" || v.verb == "CREATE MATERIALIZED VIEW"):
		v.say("", v.name(), "whatever is called %s already is taken for it", v.name())
	case v.verb == "ALTER TABLE":
		for _, a := range v.actions {
			if a.kind == "ADD COLUMN" && a.guarded {
				v.say("", v.name()+"."+a.column, "whatever column is called %s already is taken for it", a.column)
			}
		}
	}
}

// hasLiteral reports whether one of the strings stands in the phrase.
func hasLiteral(p phrase.Phrase, values ...string) bool {
	return slices.ContainsFunc(p, func(w phrase.Word) bool {
		return w.Kind == phrase.String && slices.Contains(values, strings.ToLower(unquoted(w)))
	})
}
