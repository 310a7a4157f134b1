package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

func dataChecks() []check {
	return []check{
		{"DATA01", dropTable},
		{"DATA02", dropColumnData},
		{"DATA03", dropSchema},
		{"DATA04", dropDatabase},
		{"DATA05", truncate},
		{"DATA06", cascade},
		{"DATA07", narrowingType},
		{"DATA08", enumValueRemoved},
		{"DATA09", sequenceDropped},
		{"DATA10", droppedAndCreated},
		{"DATA11", generatedBaseDropped},
		{"DATA12", unboundedWrite},
	}
}

func dropTable(v *visit) {
	if v.verb != "DROP TABLE" {
		return
	}
	for _, name := range v.names {
		if v.old(name) {
			v.say("", name, "table %s goes with all its rows", name)
		}
	}
}

func dropColumnData(v *visit) {
	v.each("DROP COLUMN", func(a *action) {
		if c := v.state.column(v.name(), a.column); c == nil || c.generated == "" {
			v.say("", v.name()+"."+a.column, "column %s.%s goes with all its values", v.name(), a.column)
		}
	})
}

func dropSchema(v *visit) {
	if v.verb == "DROP SCHEMA" || v.verb == "DROP OWNED" {
		for _, name := range v.names {
			what := "schema " + name
			if v.verb == "DROP OWNED" {
				what = "all that roles own"
			}
			if v.cascade || v.verb == "DROP OWNED" {
				what += " and what is in it"
			}
			v.say("", name, "%s goes", what)
		}
	}
}

func dropDatabase(v *visit) {
	if v.verb == "DROP DATABASE" {
		v.say("", v.name(), "database %s goes", v.name())
	}
}

func truncate(v *visit) {
	if v.verb != "TRUNCATE" {
		return
	}
	for _, name := range v.names {
		if !v.old(name) {
			continue
		}
		if v.cascade {
			v.say("", name, "%s and every table that refers to it are emptied", name)
		} else {
			v.say("", name, "%s is emptied", name)
		}
	}
}

func cascade(v *visit) {
	if v.cascade && v.verb != "TRUNCATE" && (strings.HasPrefix(v.verb, "DROP") || strings.HasPrefix(v.verb, "ALTER")) {
		v.say("", v.name(), "what depends on %s goes along, and the revision does not say what that is", orElse(v.name(), "it"))
	}
}

// sizes of the integer types, in bytes.
func integerSize(t string) int {
	switch t {
	case "smallint":
		return 2
	case "integer":
		return 4
	case "bigint":
		return 8
	}
	return 0
}

// loses says what a change of type may cut or fail on, or "".
func loses(from, to string) string {
	f, t := baseType(from), baseType(to)
	fn, fs := modifiers(from)
	tn, ts := modifiers(to)
	text := func(s string) bool { return s == "text" || s == "varchar" || s == "char" }
	fraction := f == "numeric" && (fn < 0 || fs > 0) || f == "real" || f == "double precision"
	switch {
	case integerSize(f) > integerSize(t) && integerSize(t) > 0:
		return "fails if a value is out of the range of " + to
	case text(f) && text(t) && tn >= 0 && (fn < 0 || tn < fn):
		return "fails if a value is longer than " + strconv.Itoa(tn) + " characters"
	case fraction && integerSize(t) > 0, f == "numeric" && t == "numeric" && tn >= 0 && (fn < 0 || ts < fs):
		return "digits behind the point are rounded away"
	case f == "numeric" && t == "numeric" && tn >= 0 && tn-ts < fn-fs:
		return "fails if a value has more than " + strconv.Itoa(tn-ts) + " digits before the point"
	case f == "double precision" && t == "real", f == "numeric" && (t == "real" || t == "double precision"):
		return "digits are rounded away"
	case (f == "timestamp" || f == "timestamptz") && t == "date":
		return "times of day go"
	case f == t && (f == "timestamp" || f == "timestamptz" || f == "time" || f == "timetz" || f == "interval") && tn >= 0 && (fn < 0 && tn < 6 || fn > tn):
		return "fractions of seconds are rounded away"
	case f == "jsonb" && t == "json", f == "json" && t == "jsonb":
		return ""
	}
	return ""
}

func narrowingType(v *visit) {
	v.each("TYPE", func(a *action) {
		object := v.name() + "." + a.column
		from := v.from(a.column)
		tn, _ := modifiers(a.typ)
		switch base := baseType(a.typ); {
		case from != "" && loses(from, a.typ) != "":
			v.say("", object, "%s becomes %s: %s", from, a.typ, loses(from, a.typ))
		case a.using && (base == "varchar" || base == "char") && tn >= 0 && !(from != "" && keepsRows(from, a.typ)):
			v.say("", object, "USING with %s cuts what is longer without a word", a.typ)
		case from == "" && (tn >= 0 && base != "timestamptz" || base == "smallint" || base == "date" || base == "real"):
			v.say("", object, "unless it held no more before, %s cuts, rounds or refuses values", a.typ)
		}
	})
}

func enumValueRemoved(v *visit) {
	switch {
	case v.verb == "DROP TYPE":
		for _, name := range v.names {
			replaced := slices.ContainsFunc(v.after, func(s *statement) bool {
				return s.verb == "ALTER TYPE" && s.rest.Begins("RENAME", "TO") && word(s.rest[2:]) == bare(name)
			})
			renamed := slices.ContainsFunc(v.before, func(s *statement) bool {
				return s.verb == "ALTER TYPE" && s.rest.Begins("RENAME", "TO") && word(s.rest[2:]) == bare(name)
			})
			if v.state.enums[name] || replaced || renamed {
				v.say("", name, "a value of the enum that its replacement lacks goes, or the rows that have it stop the revision")
			}
		}
	case v.verb == "DELETE" && bare(v.name()) == "pg_enum":
		v.say("", "pg_enum", "a row of the catalog is deleted: indexes and rows may still hold the value")
	}
}

func sequenceDropped(v *visit) {
	if v.verb == "DROP SEQUENCE" {
		for _, name := range v.names {
			v.say("", name, "sequence %s goes with the number it has reached", name)
		}
	}
}

func droppedAndCreated(v *visit) {
	kind, ok := strings.CutPrefix(v.verb, "DROP ")
	if ok && slices.Contains([]string{"TABLE", "SEQUENCE", "SCHEMA", "MATERIALIZED VIEW"}, kind) {
		for _, name := range v.names {
			if !v.old(name) {
				continue
			}
			if slices.ContainsFunc(v.after, func(s *statement) bool { return s.verb == "CREATE "+kind && s.name() == name }) {
				v.say("", name, "%s is created again below: what it held is gone", name)
			}
		}
	}
	v.each("DROP COLUMN", func(a *action) {
		for _, s := range append([]*statement{v.statement}, v.after...) {
			for i := range s.actions {
				if b := &s.actions[i]; s.name() == v.name() && b.kind == "ADD COLUMN" && b.column == a.column {
					v.say("", v.name()+"."+a.column, "%s.%s is added again: what it held is gone", v.name(), a.column)
					return
				}
			}
		}
	})
}

func generatedBaseDropped(v *visit) {
	v.each("DROP COLUMN", func(a *action) {
		t := v.state.tables[v.name()]
		if t == nil {
			return
		}
		for _, name := range sortedKeys(t.columns) {
			if c := t.columns[name]; name != a.column && mentions(c.expr, a.column) {
				v.say("", v.name()+"."+name, "generated column %s.%s is computed from %s", v.name(), name, a.column)
			}
		}
	})
}

func unboundedWrite(v *visit) {
	if v.verb != "UPDATE" && v.verb != "DELETE" || !v.old(v.table) || v.step.Tx == migrations.TxBatch {
		return
	}
	ddl := slices.ContainsFunc(v.earlier(), func(s *statement) bool { return len(v.locked(s)) > 0 })
	switch {
	case len(v.where) == 0:
		v.say(v.table, v.table, "every row of %s is written in one transaction", v.table)
	case ddl && v.step.Tx == migrations.TxOn:
		v.say(v.table, v.table, "rows of %s are written in the transaction that holds the lock of the DDL before", v.table)
	}
}
