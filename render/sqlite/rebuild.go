package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// The rebuild of a table, by the procedure of SQLite's manual
// (lang_altertable.html §7):
//
//	CREATE TABLE gen_new_t …    the table as wanted
//	INSERT INTO gen_new_t …     every row, with its rowid
//	… sqlite_sequence …         the highest number AUTOINCREMENT gave
//	DROP TABLE t
//	ALTER TABLE gen_new_t RENAME TO t
//	CREATE INDEX …, CREATE TRIGGER …   those that went with the old table
//
// The runner brings what cannot stand in a transaction: foreign_keys off, or
// the DROP would delete the rows that refer to the table; legacy_alter_table
// on, or the RENAME fails on views; afterwards foreign_key_check. The old
// table is never renamed: that would turn the foreign keys of other tables
// after it.

// A rebuilding is a table before and after all changes of a group.
type rebuilding struct {
	from, to schema.Table
	temp     string          // name of the new table until it has the old one's
	fresh    map[string]bool // columns that do not go on, though there may be one of the name before
	dropped  []string
}

// rebuild carries out a group of changes at once.
func (r *renderer) rebuild(name schema.Name, group []int) {
	t := r.now.Table(name)
	b := rebuilding{from: t.Clone(), fresh: map[string]bool{}}
	first := r.changes[group[0]]
	var also []diff.Change
	for _, i := range group {
		c := r.changes[i]
		r.done[i] = true
		applyTo(t, c)
		if i != group[0] {
			also = append(also, c)
		}
		switch c := c.(type) {
		case diff.AddColumn:
			b.fresh[c.Column.Name] = true
		case diff.DropColumn:
			b.dropped = append(b.dropped, c.Column.Name)
		}
	}
	b.to = *t
	if why, hint := r.unkept(b); why != "" {
		r.refuse(first, why, hint)
		return
	}
	b.temp = r.freeName("gen_new_" + name.Local)

	out := []render.Statement{{SQL: tableSQL(&b.to, b.temp), Also: also, Rewrites: true, Hazards: r.rebuildHazards(b)}}
	out = append(out, render.Statement{SQL: b.copySQL(), Rewrites: true})
	out = append(out, statements(b.sequenceSQL())...)
	out = append(out,
		render.Statement{SQL: "DROP TABLE " + r.Ident(name.Local), Loses: b.loses()},
		render.Statement{SQL: "ALTER TABLE " + r.Ident(b.temp) + " RENAME TO " + r.Ident(name.Local)})
	for _, x := range b.to.Indexes {
		out = append(out, render.Statement{SQL: indexSQL(name.Local, x)})
	}
	for _, o := range r.triggers(name) {
		sql, why := r.triggerSQL(o)
		if why != "" {
			r.refuse(first, b.only()+why, "rename in a revision of its own")
			return
		}
		out = append(out, render.Statement{SQL: sql})
	}
	out = append(out, r.checks(name.Local, b.dropped, len(b.fresh) > 0)...)
	for i := range out {
		out[i].Rebuild = true
	}
	r.emit(first, out...)
}

func statements(sql []string) []render.Statement {
	out := make([]render.Statement, len(sql))
	for i, s := range sql {
		out[i].SQL = s
	}
	return out
}

// inTable are the kinds of unmanaged objects that are part of the table's own
// definition (introspect/sqlite): a rebuild would lose them without a word.
var inTable = []string{"conflict clause", "key order", "key collation", "match clause", "constraint name", "foreign key to a missing key"}

// unkept says what of a table a rebuild could not keep; empty if all.
func (r *renderer) unkept(b rebuilding) (why, hint string) {
	name := b.from.Name.Local
	for _, o := range r.now.Unmanaged {
		if !sqlitelex.Same(o.Table.Local, name) {
			continue
		}
		switch {
		case slices.Contains(inTable, o.Kind):
			what := strings.TrimSpace(o.Kind + " " + o.Name.Local + " " + o.SQL)
			return b.only() + "gen cannot keep its " + what + " on the way",
				"write this revision by hand, or take that out of the table first"
		case o.Kind == "trigger" && o.SQL == "":
			return b.only() + "the text of its trigger " + o.Name.Local + " is not known",
				"plan against the live database"
		}
	}
	if len(b.to.Columns) == 0 {
		return "SQLite has no tables without columns, and nothing would be left of " + name, "drop the table"
	}
	return "", ""
}

// only is how a refusal begins.
func (b rebuilding) only() string {
	return "SQLite can do this only by building table " + b.from.Name.Local + " anew, and "
}

// freeName returns a name that no object of the database has.
func (r *renderer) freeName(name string) string {
	for r.isTaken(name) {
		name += "_"
	}
	return name
}

func (r *renderer) isTaken(name string) bool {
	for i := range r.now.Tables {
		t := &r.now.Tables[i]
		if sqlitelex.Same(t.Name.Local, name) {
			return true
		}
		for j := range t.Indexes {
			if sqlitelex.Same(t.Indexes[j].Name, name) {
				return true
			}
		}
	}
	return slices.ContainsFunc(r.now.Unmanaged, func(o schema.Object) bool { return sqlitelex.Same(o.Name.Local, name) })
}

// copySQL copies every row. Computed columns compute themselves; new columns
// get their default; values change their type by the affinity of the column,
// as they do whenever SQLite stores one.
func (b rebuilding) copySQL() string {
	var into []string
	if id := b.rowid(); id != "" {
		into = append(into, id)
	}
	for _, c := range b.to.Columns {
		if c.Generated == nil && !b.fresh[c.Name] && b.from.Column(c.Name) != nil {
			into = append(into, lite.Ident(c.Name))
		}
	}
	if len(into) == 0 { // a table WITHOUT ROWID of which nothing stays has lost its key
		into = append(into, lite.Ident(b.to.Columns[0].Name))
	}
	list := strings.Join(into, ", ")
	return "INSERT INTO " + lite.Ident(b.temp) + " (" + list + ")\nSELECT " + list + " FROM " + lite.Ident(b.from.Name.Local)
}

// rowid returns the name under which the rowid can be copied; empty where
// there is none, where a column is it, and where columns have all its names.
func (b rebuilding) rowid() string {
	if b.from.WithoutRowid || b.to.WithoutRowid || hasRowidAlias(&b.to) {
		return ""
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		is := func(c schema.Column) bool { return sqlitelex.Same(c.Name, name) }
		if !slices.ContainsFunc(b.from.Columns, is) && !slices.ContainsFunc(b.to.Columns, is) {
			return name
		}
	}
	return ""
}

// hasRowidAlias reports whether a column is the rowid (lang_createtable.html §5).
func hasRowidAlias(t *schema.Table) bool {
	if t.WithoutRowid || t.PrimaryKey == nil || len(t.PrimaryKey.Columns) != 1 {
		return false
	}
	c := t.Column(t.PrimaryKey.Columns[0])
	return c != nil && sqlitelex.Same(c.Type.Text, "integer")
}

func autoincrements(t *schema.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Autoincrement })
}

// sequenceSQL carries over the highest number that AUTOINCREMENT gave, which
// may be that of a deleted row: DROP TABLE would forget it.
func (b rebuilding) sequenceSQL() []string {
	if !autoincrements(&b.from) || !autoincrements(&b.to) {
		return nil
	}
	temp, name := lite.Literal(b.temp), lite.Literal(b.from.Name.Local)
	return []string{
		"DELETE FROM sqlite_sequence WHERE name = " + temp,
		"INSERT INTO sqlite_sequence (name, seq)\nSELECT " + temp + ", seq FROM sqlite_sequence WHERE name = " + name,
	}
}

// loses names the columns whose values do not go on.
func (b rebuilding) loses() string {
	var lost []string
	for _, c := range b.from.Columns {
		to := b.to.Column(c.Name)
		if c.Generated == nil && (to == nil || b.fresh[c.Name] || to.Generated != nil) {
			lost = append(lost, b.from.Name.Local+"."+c.Name)
		}
	}
	if lost == nil {
		return ""
	}
	return "what was written to " + strings.Join(lost, ", ")
}

// rebuildHazards are what may go wrong or hurt, most serious first.
func (r *renderer) rebuildHazards(b rebuilding) []render.Hazard {
	name := b.from.Name.Local
	of := func(column string, h render.Hazard) render.Hazard { return about(name+"."+column, h) }
	hazards := append(r.dropHazards(&b.from, b.dropped), r.userHazards(name, b.dropped, len(b.fresh) > 0)...)
	for _, c := range b.to.Columns {
		from := b.from.Column(c.Name)
		switch {
		case from == nil || b.fresh[c.Name]:
			if c.NotNull && c.Default == "" && c.Generated == nil && !c.Autoincrement {
				hazards = append(hazards, of(c.Name, hazard("COMPAT06", "%s.%s is NOT NULL without a default, so this fails if the table has rows", name, c.Name)))
			}
			continue
		case hasRowidAlias(&b.to) && inKey(&b.to, c.Name) && !(hasRowidAlias(&b.from) && inKey(&b.from, c.Name)):
			hazards = append(hazards, of(c.Name, hazard("CORR02", "fails if %s.%s is no integer in any row, and SQLite gives a number to rows where it is NULL", name, c.Name)))
		case c.NotNull && !from.NotNull && c.Generated == nil:
			hazards = append(hazards, of(c.Name, hazard("CORR02", "fails if %s.%s is NULL in any row", name, c.Name)))
		}
		switch {
		case c.Generated != nil || !b.converts(from.Type, c.Type):
		case b.to.Strict:
			hazards = append(hazards, of(c.Name, hazard("CORR01", "fails if a value of %s.%s cannot be stored as %s", name, c.Name, c.Type.Text)))
		default:
			hazards = append(hazards, of(c.Name, hazard("DATA07", "values of %s.%s are stored as %s where they can be and stay as they are where not", name, c.Name, orAny(c.Type.Text))))
		}
	}
	for _, c := range b.to.Constraints() {
		if !slices.ContainsFunc(b.from.Constraints(), func(o schema.Constraint) bool { return sameConstraint(o, c) }) && !b.alwaysHolds(c) {
			hazards = append(hazards, about(diff.Describe(diff.AddConstraint{Table: b.to.Name, Constraint: c}).Name(), hazard("CORR01", "fails if a row violates %s", describe(b.to.Name, c))))
		}
	}
	if b.to.Strict && !b.from.Strict {
		hazards = append(hazards, about(name, hazard("CORR01", "fails if a value is not of its column's type, since %s becomes STRICT", name)))
	}
	if autoincrements(&b.from) && !autoincrements(&b.to) {
		hazards = append(hazards, about(name, hazard("LT04", "numbers of deleted rows of %s may be given again", name)))
	}
	return append(hazards, about(name, hazard("LT01", "table %s is built anew: all its rows are copied, and nobody else can write to the database meanwhile", name)))
}

// alwaysHolds reports whether no row can violate a constraint because its
// columns are new and NULL. A check may look for NULL.
func (b rebuilding) alwaysHolds(c schema.Constraint) bool {
	var cols []string
	switch c := c.(type) {
	case schema.Unique:
		cols = c.Columns
	case schema.ForeignKey:
		cols = c.Columns
	}
	return slices.ContainsFunc(cols, func(name string) bool {
		c := b.to.Column(name)
		isNew := b.from.Column(name) == nil || b.fresh[name]
		return c != nil && isNew && !c.NotNull && c.Default == "" && c.Generated == nil
	})
}

// converts reports whether values may be stored in another way under the type
// to. From text to varchar(20) nothing happens, since SQLite minds no length;
// neither do the affinities INTEGER and NUMERIC differ in a column
// (datatype3.html §3.2), and ANY in a STRICT table takes all as it comes.
func (b rebuilding) converts(from, to schema.Type) bool {
	stored := func(t schema.Type) string {
		if a := dialect.Affinity(t.Text); a != "INTEGER" {
			return a
		}
		return "NUMERIC"
	}
	return stored(from) != stored(to) && !(b.to.Strict && sqlitelex.Same(to.Text, "any"))
}

func orAny(typ string) string {
	if typ == "" {
		return "any type"
	}
	return typ
}

// dropHazards are those of dropping columns.
func (r *renderer) dropHazards(t *schema.Table, columns []string) []render.Hazard {
	var hazards []render.Hazard
	for _, c := range columns {
		if col := t.Column(c); col != nil && col.Generated == nil {
			hazards = append(hazards, about(t.Name.Local+"."+c, hazard("DATA02", "column %s.%s is dropped with its values", t.Name.Local, c)))
		}
	}
	return hazards
}
