package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createTable(c diff.CreateTable) {
	t := c.Table
	if !r.ordinary(t) || !r.familyOffered(t) || !r.columnsOffered(t.Name, t.Columns) || !r.constraintsOffered(t) {
		return
	}
	later, ok := r.inheritedLater(t)
	if !ok {
		return
	}
	s := r.createLocks(t)
	r.now.created[t.Name] = true
	inline, constraints := r.inlineConstraints(t)
	lines := make([]string, 0, len(t.Columns)+len(inline))
	for _, col := range t.Columns {
		if col.Inherited && len(t.Parents()) > 0 {
			continue
		}
		lines = append(lines, r.columnDefinition(col, impliedNotNull(t, col) || r.inheritsNotNull(t, col)))
	}
	lines = append(lines, inline...)

	s.SQL = r.createTableSQL(t, lines)
	r.add(s)

	r.afterCreate(t, later)
	for _, con := range constraints {
		r.addOneConstraint(t.Name, con)
	}
	for _, x := range t.Indexes {
		r.add(render.Statement{SQL: r.createIndexSQL(t.Name, x, false)})
		r.setTargets(t.Name, x)
	}
	for _, c := range t.Columns {
		if !c.Inherited || len(t.Parents()) == 0 {
			r.finishNotNull(t.Name, c)
		}
	}
	r.tableComments(t, constraints)
}

// referenced are the tables that the inline foreign keys refer to.
func (r *renderer) referenced(t schema.Table) []schema.Name {
	var names []schema.Name
	for _, fk := range t.ForeignKeys {
		names = append(names, fk.RefTable)
	}
	return names
}

// ordinary refuses attributes that only other products have.
func (r *renderer) ordinary(t schema.Table) bool {
	switch {
	case t.Strict:
		r.refuse("PostgreSQL has no STRICT tables: "+short(t.Name), "take strict out of the model of this table")
	case t.WithoutRowid:
		r.refuse("PostgreSQL has no WITHOUT ROWID tables: "+short(t.Name), "take without_rowid out of the model of this table")
	default:
		return true
	}
	return false
}

// inheritsNotNull reports whether a column that is merged with a parent's has NOT
// NULL from there. Said again it would be the table's own as well, which
// PostgreSQL 18 tells apart.
func (r *renderer) inheritsNotNull(t schema.Table, c schema.Column) bool {
	return slices.ContainsFunc(t.Inherits, func(n schema.Name) bool {
		parent := r.now.tables[n]
		if parent == nil {
			return false
		}
		above := parent.Column(c.Name)
		return above != nil && above.NotNull
	})
}

// impliedNotNull reports whether something else in CREATE TABLE makes the
// column NOT NULL.
func impliedNotNull(t schema.Table, c schema.Column) bool {
	return c.Serial || c.Identity != nil || t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name)
}

// afterCreate is what CREATE TABLE has no words for in all versions, and sub.
func (r *renderer) afterCreate(t schema.Table, sub []string) {
	for _, c := range t.Columns {
		if c.Inherited && len(t.Parents()) > 0 {
			continue
		}
		sub = append(sub, r.columnTuning(c)...)
		if c.Serial && !c.NotNull && (t.PrimaryKey == nil || !slices.Contains(t.PrimaryKey.Columns, c.Name)) {
			sub = append(sub, "ALTER COLUMN "+r.Ident(c.Name)+" DROP NOT NULL")
		}
	}
	if len(sub) > 0 {
		r.add(render.Statement{SQL: r.alterTableSQL(t.Name, sub...)})
	}
}

// columnTuning are the subcommands for what ADD COLUMN and CREATE TABLE cannot
// say (STORAGE only since 16).
func (r *renderer) columnTuning(c schema.Column) []string {
	var sub []string
	if c.Storage != "" {
		sub = append(sub, "ALTER COLUMN "+r.Ident(c.Name)+" SET STORAGE "+strings.ToUpper(c.Storage))
	}
	if c.Statistics != nil {
		sub = append(sub, "ALTER COLUMN "+r.Ident(c.Name)+" SET STATISTICS "+strconv.Itoa(*c.Statistics))
	}
	return sub
}

// alterTableSQL puts one subcommand behind the name while the line is short,
// and several on lines of their own.
func (r *renderer) alterTableSQL(table schema.Name, sub ...string) string {
	head := "ALTER TABLE " + r.QName(table)
	if len(sub) == 1 && len(head)+1+len(sub[0]) <= lineWidth {
		return head + " " + sub[0]
	}
	return head + "\n    " + strings.Join(sub, ",\n    ")
}

// lineWidth is where a statement is broken into clauses.
const lineWidth = 100

// options prints storage parameters.
func (r *renderer) options(options []schema.Option) string {
	parts := make([]string, len(options))
	for i, o := range options {
		parts[i] = r.optionName(o.Name) + " = " + r.optionValue(o.Value)
	}
	return strings.Join(parts, ", ")
}

// optionName may have a namespace: toast.autovacuum_enabled.
func (r *renderer) optionName(name string) string {
	parts := strings.SplitN(name, ".", 2)
	for i, p := range parts {
		parts[i] = r.Ident(p)
	}
	return strings.Join(parts, ".")
}

func (r *renderer) optionValue(v string) string {
	if v == "true" || v == "false" {
		return v
	}
	if _, err := strconv.ParseFloat(v, 64); err == nil && !strings.ContainsAny(v, "_xXnN") {
		return v
	}
	return r.Literal(v)
}

func (r *renderer) tableComments(t schema.Table, later []schema.Constraint) {
	if t.Comment != "" {
		r.comment("TABLE "+r.QName(t.Name), t.Comment)
	}
	for _, c := range t.Columns {
		if c.Comment != "" {
			r.comment("COLUMN "+r.columnRef(schema.ColumnRef{Table: t.Name, Column: c.Name}), c.Comment)
		}
	}
	for _, c := range t.Constraints() {
		own := slices.ContainsFunc(later, func(l schema.Constraint) bool { return l.ConstraintName() == c.ConstraintName() })
		if text := commentOf(c); text != "" && !own {
			r.commentConstraint(t.Name, c)
		}
	}
	for _, x := range t.Indexes {
		if x.Comment != "" {
			r.commentIndex(t.Name, x)
		}
	}
}

func (r *renderer) dropTable(c diff.DropTable) {
	others := r.referenced(*r.now.table(c.Table.Name))
	s := on(dropTable, c.Table.Name, others...)
	if of := c.Table.PartitionOf; of != nil {
		if to, from := r.now.keysOfFamily(of.Parent); len(from) > 0 {
			r.detach(of.Parent, c.Table.Name) // while it is referred to, the server drops it with CASCADE only
			also(&s, accessExclusive, false, to...)
		} else {
			s.Locks = append(s.Locks, on(detachPartition, of.Parent).Locks...)
			if n, ok := r.now.defaultOf(of.Parent); ok {
				also(&s, accessExclusive, false, n)
			}
		}
	}
	s.SQL = "DROP TABLE " + r.QName(c.Table.Name)
	s.Loses, s.Hazards = diff.Loses(c), append(s.Hazards, append(r.withTable(c.Table.Name), r.usedBy(c.Table.Name)...)...)
	if l := locks(accessExclusive, false, c.Table.Name, others); len(r.onlyExisting(l)) > 0 {
		s.Hazards = append(s.Hazards, render.Hazard{ID: "LOCK32", Text: "dropping the table locks those its foreign keys refer to as well"})
	}
	r.onTable(c.Table.Name, r.dropping(s))
}

func (r *renderer) alterTable(c diff.AlterTable) {
	name := c.To.Name
	if !r.ordinary(c.To) || !r.ordinary(c.From) || !r.familyOffered(c.To) {
		return
	}
	if diff.Relates(c) {
		r.relate(c)
		return
	}
	if c.To.PartitionBy != "" && c.From.Unlogged != c.To.Unlogged {
		r.refuse("PostgreSQL cannot change whether a partitioned table is logged: "+short(name), "take unlogged away, and give it to the partitions")
		return
	}
	if c.From.Unlogged != c.To.Unlogged {
		s := on(setLogged, name)
		s.SQL = r.alterTableSQL(name, "SET "+logged(c.To.Unlogged))
		r.onTable(name, s)
	}
	if c.From.Method != c.To.Method && !r.setMethod(c) {
		return
	}
	set, reset := optionChanges(c.From.Options, c.To.Options)
	if len(set) > 0 {
		s := on(setOptions, name)
		s.SQL = r.alterTableSQL(name, "SET ("+r.options(set)+")")
		lockForOptions(&s, optionsNamed(set)...)
		r.onTable(name, s)
	}
	if len(reset) > 0 {
		s := on(setOptions, name)
		s.SQL = r.alterTableSQL(name, "RESET ("+r.optionNames(reset)+")")
		lockForOptions(&s, reset...)
		r.onTable(name, s)
	}
	if c.From.Comment != c.To.Comment {
		r.comment("TABLE "+r.QName(name), c.To.Comment)
	}
}

// setMethod stores the table by another access method. That of a partitioned table
// is what partitions made from now on get.
func (r *renderer) setMethod(c diff.AlterTable) bool {
	name, partitioned := c.To.Name, c.To.PartitionBy != ""
	if !r.atLeast(15, "ALTER TABLE … SET ACCESS METHOD", "table "+short(name)) {
		return false
	}
	method := r.Ident(c.To.Method)
	switch {
	case c.To.Method == "" && partitioned:
		method = "DEFAULT"
	case c.To.Method == "":
		method = "heap"
	}
	s := on(setMethod, name)
	if partitioned {
		s = on(setMethodOfPartitions, name)
	}
	s.SQL = r.alterTableSQL(name, "SET ACCESS METHOD "+method)
	r.onTable(name, s)
	return true
}

// optionChanges are the storage parameters to set and those to put back to
// the server's default.
// exclusiveOptions are the storage parameters of tables and indexes that are set under
// ACCESS EXCLUSIVE, in versions 13 to 18 (src/backend/access/common/reloptions.c).
var exclusiveOptions = []string{"autosummarize", "buffering", "fastupdate", "gin_pending_list_limit", "pages_per_range", "user_catalog_table"}

// lockForOptions gives a statement the lock that the parameters want.
func lockForOptions(s *render.Statement, names ...string) {
	if !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(exclusiveOptions, n) }) {
		return
	}
	for i := range s.Locks {
		s.Locks[i].Mode = accessExclusive
	}
}

func optionsNamed(options []schema.Option) []string {
	var names []string
	for _, o := range options {
		names = append(names, o.Name)
	}
	return names
}

func optionChanges(from, to []schema.Option) (set []schema.Option, reset []string) {
	for _, o := range to {
		if !slices.Contains(from, o) {
			set = append(set, o)
		}
	}
	for _, o := range from {
		if !slices.ContainsFunc(to, func(x schema.Option) bool { return x.Name == o.Name }) {
			reset = append(reset, o.Name)
		}
	}
	return set, reset
}

func (r *renderer) optionNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = r.optionName(n)
	}
	return strings.Join(quoted, ", ")
}

// renameTable renames, moves to another schema, or both. Where the new name is
// taken in the old schema, the table moves first.
func (r *renderer) renameTable(c diff.RenameTable) {
	rename := func(at schema.Name) {
		s := on(renameTable, at)
		s.SQL = r.alterTableSQL(at, "RENAME TO "+r.Ident(c.To.Local))
		r.onTable(c.From, s)
	}
	move := func(at schema.Name) {
		s := on(renameTable, at)
		s.SQL = r.alterTableSQL(at, "SET SCHEMA "+r.Ident(c.To.Schema))
		r.onTable(c.From, s)
	}
	switch {
	case c.From.Schema == c.To.Schema:
		rename(c.From)
	case c.From.Local == c.To.Local:
		move(c.From)
	case r.now.tables[schema.Name{Schema: c.From.Schema, Local: c.To.Local}] == nil:
		rename(c.From)
		move(schema.Name{Schema: c.From.Schema, Local: c.To.Local})
	default:
		move(c.From)
		rename(schema.Name{Schema: c.To.Schema, Local: c.From.Local})
	}
}
