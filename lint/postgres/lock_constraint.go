package postgres

import (
	"slices"
	"strings"
)

func lockConstraintChecks() []check {
	return []check{
		{"LOCK05", fkWithoutNotValid},
		{"LOCK06", checkWithoutNotValid},
		{"LOCK07", validateInSameTransaction},
		{"LOCK08", setNotNullScan},
		{"LOCK09", uniqueBuildsIndex},
		{"LOCK10", primaryKeyBuildsIndex},
		{"LOCK11", primaryKeyOnNullable},
		{"LOCK12", exclusionConstraint},
		{"LOCK30", notNullWithDropCheck},
		{"LOCK32", dropLocksReferenced},
	}
}

// added calls look for the constraints of that kind that are added to a table that
// was there before: by ADD CONSTRAINT, and with a column where columns is set.
func (v *visit) added(kind string, columns bool, look func(c *constraint)) {
	v.each("ADD CONSTRAINT", func(a *action) {
		if a.con.kind == kind {
			look(&a.con)
		}
	})
	if !columns {
		return
	}
	v.each("ADD COLUMN", func(a *action) {
		for i := range a.col.checks {
			if kind == "check" {
				look(&a.col.checks[i])
			}
		}
		if a.col.refs != nil && kind == "foreign key" {
			look(a.col.refs)
		}
		if a.col.unique && kind == "unique" || a.col.primary && kind == "primary key" {
			look(&constraint{kind: kind, columns: []string{a.column}})
		}
	})
}

// called is a constraint in a sentence.
func called(c *constraint) string {
	if c.name != "" {
		return c.name
	}
	if len(c.columns) > 0 {
		return c.kind + " (" + strings.Join(c.columns, ", ") + ")"
	}
	return "the " + c.kind
}

func fkWithoutNotValid(v *visit) {
	v.each("ADD CONSTRAINT", func(a *action) {
		if a.con.kind == "foreign key" && !a.con.notValid && !a.con.notEnforced {
			v.say(v.name(), called(&a.con), "every row of %s is checked while nobody can write to it or to %s", v.name(), a.con.ref)
		}
	})
	v.each("ADD COLUMN", func(a *action) {
		// Without a default every row has NULL, and the server knows it (transformFKConstraints).
		if a.col.refs != nil && (a.col.def != nil || a.col.generated != "") {
			v.say(v.name(), v.name()+"."+a.column, "every row of %s is checked while nobody can use it or write to %s", v.name(), a.col.refs.ref)
		}
	})
}

func checkWithoutNotValid(v *visit) {
	v.added("check", true, func(c *constraint) {
		if !c.notValid && !c.notEnforced {
			v.say(v.name(), called(c), "every row of %s is checked while nobody can read or write it", v.name())
		}
	})
}

func validateInSameTransaction(v *visit) {
	v.each("VALIDATE CONSTRAINT", func(a *action) {
		for _, s := range append(v.earlier(), &statement{verb: "ALTER TABLE", names: v.names, actions: v.actions}) {
			for i := range s.actions {
				if s.verb == "ALTER TABLE" && s.name() == v.name() && s.actions[i].kind != "VALIDATE CONSTRAINT" && s.actions[i].kind != "SET OPTION" {
					v.say(v.name(), a.con.name, "the rows of %s are read while the transaction still holds the lock of an ALTER TABLE before it", v.name())
					return
				}
			}
		}
	})
}

// provedNotNull reports whether a valid check says that the column is not null.
func (v *visit) provedNotNull(table, column string) bool {
	if c := v.state.column(table, column); c != nil && c.notNull {
		return true
	}
	t := v.state.tables[table]
	return t != nil && slices.ContainsFunc(t.constraints, func(c *constraint) bool {
		return !c.notValid && !c.notEnforced && c.isNotNullOf() == column
	})
}

func setNotNullScan(v *visit) {
	v.each("SET NOT NULL", func(a *action) {
		if !v.provedNotNull(v.name(), a.column) {
			v.say(v.name(), v.name()+"."+a.column, "every row of %s is read while nobody can read or write it", v.name())
		}
	})
	v.added("not null", false, func(c *constraint) {
		if !c.notValid && len(c.columns) == 1 && !v.provedNotNull(v.name(), c.columns[0]) {
			v.say(v.name(), v.name()+"."+c.columns[0], "every row of %s is read while nobody can read or write it", v.name())
		}
	})
}

func uniqueBuildsIndex(v *visit) {
	v.added("unique", true, func(c *constraint) {
		if c.usingIndex == "" {
			v.say(v.name(), called(c), "an index of %s is built while nobody can read or write it", v.name())
		}
	})
}

func primaryKeyBuildsIndex(v *visit) {
	v.added("primary key", true, func(c *constraint) {
		if c.usingIndex == "" {
			v.say(v.name(), called(c), "an index of %s is built while nobody can read or write it", v.name())
		}
	})
}

func primaryKeyOnNullable(v *visit) {
	v.added("primary key", false, func(c *constraint) {
		columns := c.columns
		if ix := v.state.indexes[c.usingIndex]; c.usingIndex != "" && ix != nil {
			columns = ix.keys
		}
		for _, name := range columns {
			if col := v.state.column(v.name(), name); col != nil && !v.provedNotNull(v.name(), name) {
				v.say(v.name(), v.name()+"."+name, "%s.%s may be null so far: every row is read while nobody can read or write the table", v.name(), name)
			}
		}
	})
}

func exclusionConstraint(v *visit) {
	v.added("exclude", false, func(c *constraint) {
		v.say(v.name(), called(c), "an index of %s is built while nobody can read or write it", v.name())
	})
}

func notNullWithDropCheck(v *visit) {
	drops := slices.ContainsFunc(v.actions, func(a action) bool { return a.kind == "DROP CONSTRAINT" })
	v.each("SET NOT NULL", func(a *action) {
		if drops {
			v.say(v.name(), v.name()+"."+a.column, "the constraint is dropped before NOT NULL is looked at, so every row of %s is read", v.name())
		}
	})
}

func dropLocksReferenced(v *visit) {
	v.each("DROP CONSTRAINT", func(a *action) {
		if c := v.state.constraint(v.name(), a.con.name); c != nil && c.kind == "foreign key" && v.old(c.ref) {
			v.say(c.ref, c.name, "%s is locked as well while the foreign key of %s goes", c.ref, v.name())
		}
	})
	if v.verb != "DROP TABLE" {
		return
	}
	for _, name := range v.names {
		t := v.state.tables[name]
		if t == nil || !v.old(name) {
			continue
		}
		var refs []string
		for _, c := range t.constraints {
			if c.kind == "foreign key" && c.ref != name && !slices.Contains(refs, c.ref) && v.old(c.ref) {
				refs = append(refs, c.ref)
			}
		}
		slices.Sort(refs)
		for _, ref := range refs {
			v.say(ref, name, "%s is locked as well, which %s refers to", ref, name)
		}
	}
}
