package postgres

func compatChecks() []check {
	return []check{
		{"COMPAT01", renamedColumn},
		{"COMPAT02", renamedTable},
		{"COMPAT03", renamedSchema},
		{"COMPAT04", renamedEnumValue},
		{"COMPAT05", droppedNotNull},
		{"COMPAT06", requiredColumn},
		{"COMPAT07", stillUsed},
		{"COMPAT08", defaultChanged},
		{"COMPAT09", cachedPlan},
	}
}

func renamedColumn(v *visit) {
	v.each("RENAME COLUMN", func(a *action) {
		v.say("", v.name()+"."+a.column, "programs that say %s.%s fail from then on", v.name(), a.column)
	})
	if v.verb == "ALTER TYPE" && v.rest.Begins("RENAME", "ATTRIBUTE") {
		v.say("", v.name(), "programs that say the old attribute of %s fail from then on", v.name())
	}
}

func renamedTable(v *visit) {
	for _, kind := range []string{"RENAME", "SET SCHEMA"} {
		v.each(kind, func(a *action) {
			for _, s := range v.after {
				if s.verb == "CREATE VIEW" && s.name() == v.name() && s.step == v.step {
					return // the old name goes on
				}
			}
			v.say("", v.name(), "programs that say %s fail from then on", v.name())
		})
	}
	if (v.verb == "ALTER VIEW" || v.verb == "ALTER MATERIALIZED VIEW") && (v.rest.Begins("RENAME", "TO") || v.rest.Begins("SET", "SCHEMA")) && v.old(v.name()) {
		v.say("", v.name(), "programs that say %s fail from then on", v.name())
	}
}

func renamedSchema(v *visit) {
	if v.verb == "ALTER SCHEMA" && v.rest.Begins("RENAME", "TO") {
		v.say("", v.name(), "programs that say %s fail from then on", v.name())
	}
}

func renamedEnumValue(v *visit) {
	if v.verb == "ALTER TYPE" && v.rest.Begins("RENAME", "VALUE") {
		v.say("", v.name(), "programs that write the old value of %s fail from then on", v.name())
	}
}

func droppedNotNull(v *visit) {
	v.each("DROP NOT NULL", func(a *action) {
		v.say("", v.name()+"."+a.column, "programs that expect a value in %s.%s may meet none", v.name(), a.column)
	})
}

func requiredColumn(v *visit) {
	v.each("ADD COLUMN", func(a *action) {
		c := a.col
		if c.notNull && c.def == nil && c.generated == "" && !c.identity && !c.serial() {
			v.say("", v.name()+"."+a.column, "fails if %s has rows, and programs that insert without %s fail from then on", v.name(), a.column)
		}
	})
	v.each("DROP DEFAULT", func(a *action) {
		if c := v.state.column(v.name(), a.column); c != nil && c.notNull && !c.identity {
			v.say("", v.name()+"."+a.column, "programs that insert without %s fail from then on", a.column)
		}
	})
	v.each("SET NOT NULL", func(a *action) {
		if c := v.state.column(v.name(), a.column); c != nil && !c.notNull && c.def == nil && !c.identity && c.generated == "" && !c.serial() && !defaulted(v, a.column) {
			v.say("", v.name()+"."+a.column, "programs that insert without %s fail from then on", a.column)
		}
	})
}

// defaulted reports whether the statement itself gives the column a default.
func defaulted(v *visit, column string) bool {
	for i := range v.actions {
		if v.actions[i].kind == "SET DEFAULT" && v.actions[i].column == column {
			return true
		}
	}
	return false
}

func stillUsed(v *visit) {
	switch v.verb {
	case "DROP TABLE", "DROP VIEW", "DROP MATERIALIZED VIEW", "DROP FUNCTION":
		for _, name := range v.names {
			if v.old(name) && !madeAgain(v, name) {
				v.say("", name, "programs that still use %s fail from then on", name)
			}
		}
	}
	v.each("DROP COLUMN", func(a *action) {
		v.say("", v.name()+"."+a.column, "programs that still use %s.%s fail from then on", v.name(), a.column)
	})
}

// madeAgain reports whether a view or function of the name is created below.
func madeAgain(v *visit, name string) bool {
	for _, s := range v.after {
		if (s.verb == "CREATE VIEW" || s.verb == "CREATE MATERIALIZED VIEW" || s.verb == "CREATE FUNCTION") && s.name() == name {
			return true
		}
	}
	return false
}

func defaultChanged(v *visit) {
	v.each("SET DEFAULT", func(a *action) {
		if c := v.state.column(v.name(), a.column); c != nil && c.def == nil {
			return // there was none to know
		}
		v.say("", v.name()+"."+a.column, "programs that know the old default of %s.%s go on writing it", v.name(), a.column)
	})
	v.each("DROP DEFAULT", func(a *action) {
		v.say("", v.name()+"."+a.column, "inserts that relied on the default of %s.%s get NULL, or fail", v.name(), a.column)
	})
}

func cachedPlan(v *visit) {
	for _, kind := range []string{"ADD COLUMN", "DROP COLUMN", "TYPE"} {
		done := false
		v.each(kind, func(a *action) {
			if !done {
				v.say("", v.name(), "prepared statements with SELECT * of %s fail once", v.name())
			}
			done = true
		})
		if done {
			return
		}
	}
}
