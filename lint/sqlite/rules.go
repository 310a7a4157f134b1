package sqlite

import (
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A check is the part of a rule that looks.
type check struct {
	rule string
	look func(*visit)
}

func checks() []check {
	return []check{
		{"DATA01", dropTable},
		{"DATA02", dropColumn},
		{"DATA10", droppedAndCreated},
		{"DATA12", unboundedWrite},
		{"COMPAT01", renameColumn},
		{"COMPAT02", renameTable},
		{"COMPAT06", requiredColumn},
		{"COMPAT07", stillUsed},
		{"CORR01", uniqueMayFail},
		{"CORR07", fkWithoutIndex},
		{"CORR11", skips},
		{"STYLE07", noPrimaryKey},
		{"TX04", assignedTwice},
		{"TX05", unverified},
		{"LT01", rebuild},
		{"LT02", cascadeOnRebuild},
		{"LT03", breaksUsers},
		{"LT04", autoincrement},
		{"LT05", tooOld},
	}
}

func dropTable(v *visit) {
	if v.verb == "DROP TABLE" && v.old(v.name) && !v.rebuilt() {
		v.say(v.name, "table %s goes with all its rows", v.name)
	}
}

func dropColumn(v *visit) {
	if v.action == "DROP COLUMN" && v.old(v.name) {
		v.say(v.name+"."+v.column, "column %s.%s goes with all its values", v.name, v.column)
	}
}

func droppedAndCreated(v *visit) {
	if v.verb == "DROP TABLE" && v.old(v.name) && slices.ContainsFunc(v.after, func(s *statement) bool { return s.verb == "CREATE TABLE" && s.name == v.name }) {
		v.say(v.name, "%s is created again below: what it held is gone", v.name)
	}
	if v.action == "DROP COLUMN" && v.old(v.name) && slices.ContainsFunc(v.after, func(s *statement) bool {
		return s.action == "ADD COLUMN" && s.name == v.name && s.column == v.column
	}) {
		v.say(v.name+"."+v.column, "%s.%s is added again: what it held is gone", v.name, v.column)
	}
}

func unboundedWrite(v *visit) {
	if (v.verb == "UPDATE" || v.verb == "DELETE") && v.old(v.table) && !v.where && v.step.Tx != migrations.TxBatch && v.table != "sqlite_sequence" {
		v.say(v.table, "every row of %s is written in one transaction", v.table)
	}
}

func renameColumn(v *visit) {
	if v.action == "RENAME COLUMN" && v.old(v.name) {
		v.say(v.name+"."+v.column, "programs that say %s.%s fail from then on", v.name, v.column)
	}
}

func renameTable(v *visit) {
	if v.action != "RENAME" || !v.old(v.name) {
		return
	}
	if slices.ContainsFunc(v.after, func(s *statement) bool { return s.verb == "CREATE VIEW" && s.name == v.name }) {
		return // the old name goes on
	}
	v.say(v.name, "programs that say %s fail from then on", v.name)
}

func requiredColumn(v *visit) {
	if v.action == "ADD COLUMN" && v.old(v.name) && len(v.columns) == 1 {
		if c := v.columns[0]; c.notNull && !c.def && !c.generated {
			v.say(v.name+"."+c.name, "SQLite refuses a NOT NULL column without default")
		}
	}
}

func stillUsed(v *visit) {
	switch {
	case v.verb == "DROP TABLE" && v.old(v.name) && !v.rebuilt():
		v.say(v.name, "programs that still use %s fail from then on", v.name)
	case v.verb == "DROP VIEW" && !slices.ContainsFunc(v.after, func(s *statement) bool { return s.verb == "CREATE VIEW" && s.name == v.name }):
		v.say(v.name, "programs that still use %s fail from then on", v.name)
	case v.action == "DROP COLUMN" && v.old(v.name):
		v.say(v.name+"."+v.column, "programs that still use %s.%s fail from then on", v.name, v.column)
	}
}

func uniqueMayFail(v *visit) {
	if v.verb == "CREATE INDEX" && v.unique && v.old(v.table) {
		v.say(v.name, "fails if two rows of %s are equal in %s", v.table, strings.Join(v.indexed, ", "))
	}
}

// begins reports whether the first columns of a key are those, in any order.
func begins(key, columns []string) bool {
	if len(key) < len(columns) {
		return false
	}
	for _, c := range columns {
		if !slices.Contains(key[:len(columns)], c) {
			return false
		}
	}
	return true
}

func fkWithoutIndex(v *visit) {
	if v.verb != "CREATE TABLE" && v.action != "ADD COLUMN" {
		return
	}
	names := []string{v.name}
	for _, s := range v.after { // a rebuilt table gets its indexes under the other name
		if s.action == "RENAME" && slices.Contains(names, s.name) {
			names = append(names, s.to)
		}
	}
	for _, f := range v.foreign {
		has := slices.ContainsFunc(v.keys, func(k []string) bool { return begins(k, f.columns) })
		for _, ix := range slices.Concat(v.after, slices.Collect(maps.Values(v.index))) {
			has = has || ix.verb == "CREATE INDEX" && slices.Contains(names, ix.table) && !ix.partial && begins(ix.indexed, f.columns)
		}
		if !has {
			v.say(v.name, "no index of %s begins with %s, so a DELETE in %s reads all of it", names[len(names)-1], strings.Join(f.columns, ", "), f.ref)
		}
	}
}

func skips(v *visit) {
	if v.guarded && (v.verb == "CREATE TABLE" || v.verb == "CREATE INDEX" || v.verb == "CREATE VIEW" || v.verb == "CREATE TRIGGER") {
		v.say(v.name, "whatever is called %s already is taken for it", v.name)
	}
}

func noPrimaryKey(v *visit) {
	if v.verb == "CREATE TABLE" && len(v.columns) > 0 && !v.primary {
		v.say(v.name, "%s has no primary key", v.name)
	}
}

func assignedTwice(v *visit) {
	names := v.rest.Assigned(v.verb, local)
	if v.verb == "CREATE TABLE" {
		for _, c := range v.columns {
			names = append(names, c.name)
		}
	}
	for i, name := range names {
		if name != "" && slices.Contains(names[:i], name) {
			v.say(v.name+"."+name, "%s stands there twice", name)
			return
		}
	}
}

func unverified(v *visit) {
	switch {
	case v.verb == "":
		v.say("", "gen lint cannot tell what the statement does")
	case v.verb == "CREATE TABLE" && len(v.columns) == 0:
		v.say(v.name, "gen lint cannot tell the columns of CREATE TABLE … AS")
	case v.verb == "OTHER" && v.p.Begins("PRAGMA", "WRITABLE_SCHEMA"):
		v.say("", "what is written to sqlite_schema is not looked into")
	}
}

func rebuild(v *visit) {
	if v.rebuilt() && v.old(v.name) {
		v.say(v.name, "every row of %s is written into a new table", v.name)
	}
}

func cascadeOnRebuild(v *visit) {
	if v.verb != "DROP TABLE" || v.step.ForeignKeysOff || !v.old(v.name) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.tables)) {
		for _, f := range v.tables[name].foreign {
			if f.ref == v.name && f.cascades && name != v.name {
				v.say(v.name, "rows of %s go or lose their reference, as DROP TABLE deletes the rows of %s first", name, v.name)
				break
			}
		}
	}
}

func breaksUsers(v *visit) {
	gone := ""
	switch {
	case v.action == "DROP COLUMN":
		gone = v.column
	case v.verb == "DROP TABLE" && !v.rebuilt():
		gone = v.name
	default:
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.users)) {
		u := v.users[name]
		if u.verb == "CREATE TRIGGER" && u.table == v.name && v.verb == "DROP TABLE" {
			continue // goes along
		}
		if mentions(u.p, v.name) && mentions(u.p, gone) {
			v.say(name, "%s %s names %s", strings.ToLower(strings.TrimPrefix(u.verb, "CREATE ")), name, gone)
		}
	}
}

func autoincrement(v *visit) {
	if !v.rebuilt() || !v.old(v.name) {
		return
	}
	if t := v.tables[v.name]; t == nil || !t.auto {
		return
	}
	for _, s := range slices.Concat(v.before, v.after) {
		if mentions(s.p, "sqlite_sequence") {
			return
		}
	}
	v.say(v.name, "the number that %s has reached is not carried over", v.name)
}

func tooOld(v *visit) {
	for _, n := range []struct {
		needs int
		what  string
		is    bool
	}{
		{3024000, "ON CONFLICT … DO", v.verb == "INSERT" && v.p.HasAnywhere("ON", "CONFLICT")},
		{3025000, "RENAME COLUMN", v.action == "RENAME COLUMN"},
		{3031000, "a generated column", (v.verb == "CREATE TABLE" || v.action == "ADD COLUMN") && slices.ContainsFunc(v.columns, func(c column) bool { return c.generated })},
		{3035000, "DROP COLUMN", v.action == "DROP COLUMN"},
		{3035000, "RETURNING", (v.verb == "INSERT" || v.verb == "UPDATE" || v.verb == "DELETE") && v.p.Has("RETURNING")},
		{3037000, "STRICT", v.verb == "CREATE TABLE" && v.rest.Has("STRICT")},
		{3053000, v.action, v.action == "ALTER COLUMN" || v.action == "ADD CONSTRAINT" || v.action == "DROP CONSTRAINT"},
	} {
		if n.is && v.facts.Library > 0 && v.facts.Library < n.needs {
			v.say(v.name, "%s needs SQLite 3.%d, and sqlite.library is 3.%d", n.what, n.needs/1000%1000, v.facts.Library/1000%1000)
		}
	}
}
