package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

func lockRewriteChecks() []check {
	return []check{
		{"LOCK13", typeChangeRewrite},
		{"LOCK14", volatileDefault},
		{"LOCK15", storedGenerated},
		{"LOCK16", serialOrIdentityAdded},
		{"LOCK17", constrainedDomain},
		{"LOCK18", tableRewritten},
		{"LOCK19", detachNotConcurrent},
		{"LOCK20", attachScan},
		{"LOCK21", triggerOnExisting},
		{"LOCK28", indexRebuilt},
		{"LOCK29", checkRescanned},
	}
}

// keepsRows reports whether a change of type leaves the stored rows alone
// (ATColumnChangeRequiresRewrite, and the casts of the types; measured on 13 to
// 18). A column whose type no revision tells may be anything.
func keepsRows(from, to string) bool {
	if from == to {
		return true
	}
	f, t := baseType(from), baseType(to)
	if strings.HasSuffix(from, "]") || strings.HasSuffix(to, "]") {
		return false
	}
	fn, fs := modifiers(from)
	tn, ts := modifiers(to)
	switch {
	case (f == "varchar" || f == "text") && t == "text":
		return true
	case (f == "varchar" || f == "text") && t == "varchar":
		return tn < 0 || f == "varchar" && fn >= 0 && tn >= fn
	case f == "numeric" && t == "numeric":
		return tn < 0 || fn >= 0 && fs == ts && tn >= fn
	case f == t && (f == "timestamp" || f == "timestamptz" || f == "time" || f == "timetz" || f == "interval"):
		return tn < 0 || fn >= 0 && tn >= fn || tn == 6
	case f == "varbit" && t == "varbit":
		return tn < 0 || fn >= 0 && tn >= fn
	case f == "cidr" && t == "inet", f == "integer" && t == "oid", f == "oid" && t == "integer":
		return true
	case f == "xml" && (t == "text" || to == "varchar"), f == "bit" && to == "varbit":
		return true
	}
	return false
}

// modifiers are the numbers of a type: length or precision, and scale; -1: none.
func modifiers(typ string) (first, scale int) {
	open, end := strings.IndexByte(typ, '('), strings.IndexByte(typ, ')')
	if open < 0 || end < open {
		return -1, 0
	}
	a, b, _ := strings.Cut(typ[open+1:end], ",")
	first, err := strconv.Atoi(a)
	if err != nil {
		return -1, 0
	}
	scale, _ = strconv.Atoi(b)
	return first, scale
}

// from is the type a column had, or "" where no revision tells.
func (v *visit) from(column string) string {
	if c := v.state.column(v.name(), column); c != nil {
		return c.typ
	}
	return ""
}

func typeChangeRewrite(v *visit) {
	v.each("TYPE", func(a *action) {
		object := v.name() + "." + a.column
		from := v.from(a.column)
		switch {
		case from == "" && (a.typ == "text" || baseType(a.typ) == "varchar") && !a.using:
			v.say(v.name(), object, "unless it is a shorter varchar now, every row of %s is written anew or read while nobody can read or write it", v.name())
		case from == "":
			v.say(v.name(), object, "unless the stored form stays the same, every row and index of %s is written anew while nobody can read or write it", v.name())
		case a.using && !keepsRows(from, a.typ):
			v.say(v.name(), object, "%s becomes %s: every row and index of %s is written anew while nobody can read or write it", from, a.typ, v.name())
		case from == "timestamp" && a.typ == "timestamptz" || from == "timestamptz" && a.typ == "timestamp":
			v.say(v.name(), object, "%s becomes %s: every row of %s is written anew unless the session's TimeZone is UTC", from, a.typ, v.name())
		case !keepsRows(from, a.typ) && baseType(from) == "text" && baseType(a.typ) == "varchar", !keepsRows(from, a.typ) && baseType(from) == baseType(a.typ):
			v.say(v.name(), object, "%s becomes %s: every row of %s is written anew or checked while nobody can read or write it", from, a.typ, v.name())
		case !keepsRows(from, a.typ):
			v.say(v.name(), object, "%s becomes %s: every row and index of %s is written anew while nobody can read or write it", from, a.typ, v.name())
		}
	})
}

// stableFunctions are those of the server that give one value per statement, or
// always the same; all others that are called in a default may differ from row to
// row. Source: pg_proc.provolatile of 13 to 18.
func stableFunctions() []string {
	return []string{
		"now", "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "transaction_timestamp", "statement_timestamp",
		"current_user", "session_user", "current_role", "user", "current_schema", "current_setting", "current_database",
		"lower", "upper", "length", "coalesce", "nullif", "concat", "md5", "sha256", "to_char", "to_timestamp", "to_date", "date_trunc", "date_part", "extract",
		"jsonb_build_object", "json_build_object", "jsonb_build_array", "json_build_array", "to_jsonb", "to_json", "array", "row", "cast", "interval",
		"make_interval", "make_date", "make_timestamp", "make_timestamptz", "timezone", "abs", "round", "floor", "ceil", "greatest", "least", "decode", "encode",
		"repeat", "substring", "trim", "replace", "format", "varchar", "char", "numeric", "bit", "timestamp", "timestamptz", "time", "decimal", "character", "varying",
		"int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange", "point", "inet", "to_tsvector", "hstore", "precision", "zone",
	}
}

// volatileCall is the first function in an expression that may give each row
// another value, or "".
func volatileCall(p phrase.Phrase) string {
	for i, w := range p {
		if !w.IsName() || i+1 >= len(p) || !p[i+1].Is("(") {
			continue
		}
		if name := local(w); !slices.Contains(stableFunctions(), name) {
			return name
		}
	}
	return ""
}

func volatileDefault(v *visit) {
	v.each("ADD COLUMN", func(a *action) {
		if f := volatileCall(a.col.def); f != "" {
			v.say(v.name(), v.name()+"."+a.column, "%s() may give each row another value, so every row of %s is written anew while nobody can read or write it", f, v.name())
		}
	})
}

func storedGenerated(v *visit) {
	v.each("ADD COLUMN", func(a *action) {
		if a.col.generated == "stored" {
			v.say(v.name(), v.name()+"."+a.column, "every row of %s is computed and written anew while nobody can read or write it", v.name())
		}
	})
	v.each("SET EXPRESSION", func(a *action) {
		v.say(v.name(), v.name()+"."+a.column, "every row of %s is computed and written anew while nobody can read or write it, where the column is stored", v.name())
	})
}

func serialOrIdentityAdded(v *visit) {
	v.each("ADD COLUMN", func(a *action) {
		if a.col.serial() || a.col.identity {
			v.say(v.name(), v.name()+"."+a.column, "every row of %s is numbered and written anew while nobody can read or write it", v.name())
		}
	})
}

func constrainedDomain(v *visit) {
	v.each("ADD COLUMN", func(a *action) {
		if v.state.domains[a.col.typ] {
			v.say(v.name(), v.name()+"."+a.column, "%s is a domain with constraints: every row of %s is written anew while nobody can read or write it", a.col.typ, v.name())
		}
	})
	if v.verb != "ALTER DOMAIN" {
		return
	}
	switch {
	case v.rest.Begins("ADD") && !v.rest.Has("NOT", "VALID"):
		v.say("", v.name(), "every table with a column of %s is checked while nobody can write to it", v.name())
	case v.rest.Begins("SET", "NOT", "NULL"):
		v.say("", v.name(), "every table with a column of %s is checked while nobody can write to it", v.name())
	}
}

func tableRewritten(v *visit) {
	switch v.verb {
	case "VACUUM FULL", "CLUSTER":
		if v.name() == "" || v.old(v.name()) {
			v.say(v.name(), orElse(v.name(), "every table"), "%s is written anew while nobody can read or write it", orElse(v.name(), "every table"))
		}
	}
	for _, kind := range []string{"SET LOGGED", "SET ACCESS METHOD", "SET TABLESPACE"} {
		v.each(kind, func(a *action) {
			v.say(v.name(), v.name(), "%s writes %s anew while nobody can read or write it", kind, v.name())
		})
	}
}

func detachNotConcurrent(v *visit) {
	v.each("DETACH PARTITION", func(a *action) {
		if a.modifier == "" {
			v.say(v.name(), a.to, "nobody can read or write %s while the partition is taken out", v.name())
		}
	})
}

func attachScan(v *visit) {
	v.each("ATTACH PARTITION", func(a *action) {
		part := v.state.tables[a.to]
		if v.made[a.to] {
			return
		}
		proved := part != nil && slices.ContainsFunc(part.constraints, func(c *constraint) bool { return c.kind == "check" && !c.notValid })
		if !proved {
			v.say(a.to, a.to, "every row of %s is read while nobody can read or write it, as no valid check says that all belong there", a.to)
		}
		v.defaultScan(a.to)
	})
	if v.verb == "CREATE TABLE" && v.parent != "" && v.old(v.parent) {
		v.defaultScan(v.name())
	}
}

// defaultScan tells that the default partition is read for rows of a new one.
func (v *visit) defaultScan(part string) {
	parent := v.parent
	if parent == "" {
		parent = v.name()
	}
	if t := v.state.tables[parent]; t != nil && t.hasDefault != "" && v.old(t.hasDefault) {
		v.say(t.hasDefault, part, "every row of the default partition %s is read while nobody can read or write it", t.hasDefault)
	}
}

func triggerOnExisting(v *visit) {
	if v.verb == "CREATE TRIGGER" && v.old(v.table) {
		v.say(v.table, bare(v.name()), "waits for every writer of %s, and lets none in meanwhile", v.table)
	}
}

func indexRebuilt(v *visit) {
	v.each("TYPE", func(a *action) {
		if from := v.from(a.column); from == "" || !keepsRows(from, a.typ) {
			return // all indexes are built anew: LOCK13
		}
		for _, name := range sortedKeys(v.state.indexes) {
			ix := v.state.indexes[name]
			touched := mentions(ix.where, a.column) || slices.ContainsFunc(ix.keys, func(k string) bool { return mentionsText(k, a.column) }) ||
				(ix.collate || a.p.Has("COLLATE")) && slices.Contains(ix.keys, a.column)
			if ix.table == v.name() && touched {
				v.say(v.name(), name, "index %s is built anew while nobody can read or write %s", name, v.name())
			}
		}
	})
}

func checkRescanned(v *visit) {
	v.each("TYPE", func(a *action) {
		from, t := v.from(a.column), v.state.tables[v.name()]
		if from == "" || !keepsRows(from, a.typ) || t == nil {
			return
		}
		for _, c := range t.constraints {
			if c.kind == "check" && mentions(c.expr, a.column) {
				v.say(v.name(), called(c), "the check is verified again for every row of %s while nobody can read or write it", v.name())
			}
		}
	})
}
