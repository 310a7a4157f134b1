package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// inlineConstraints are the lines of CREATE TABLE, and what has to follow it:
//   - NOT VALID, which CREATE TABLE accepts and takes for valid, the table
//     being empty (transformFKConstraints and transformCheckConstraints in
//     src/backend/parser/parse_utilcmd.c of PostgreSQL 18);
//   - a unique constraint over the same columns as a key before it, or an
//     exclusion constraint like one before it, which CREATE TABLE takes for the
//     same one and leaves out (same file, transformIndexConstraints).
func (r *renderer) inlineConstraints(t schema.Table) (lines []string, later []schema.Constraint) {
	var keys []string
	for _, c := range t.Constraints() {
		again := false
		if k := keyOf(c); k != "" {
			again = slices.Contains(keys, k)
			keys = append(keys, k)
		}
		if again || notValid(c) {
			later = append(later, c)
			continue
		}
		lines = append(lines, r.constraintClause(t, c))
	}
	return lines, later
}

// keyOf is equal for constraints whose indexes hold the same.
func keyOf(c schema.Constraint) string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return fmt.Sprintf("%q", c.Columns)
	case schema.Unique:
		return fmt.Sprintf("%q", c.Columns)
	case schema.Exclusion:
		return fmt.Sprintf("%q %q %q %q", c.Method, fmt.Sprint(c.Elements), c.Include, c.Where)
	}
	return ""
}

func notValid(c schema.Constraint) bool {
	switch c := c.(type) {
	case schema.ForeignKey:
		return c.NotValid
	case schema.Check:
		return c.NotValid
	}
	return false
}

func commentOf(c schema.Constraint) string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return c.Comment
	case schema.Unique:
		return c.Comment
	case schema.ForeignKey:
		return c.Comment
	case schema.Check:
		return c.Comment
	case schema.Exclusion:
		return c.Comment
	}
	return ""
}

// constraintClause is the constraint in CREATE TABLE, named where the server
// would not choose the name by itself.
func (r *renderer) constraintClause(t schema.Table, c schema.Constraint) string {
	name := c.ConstraintName()
	if name == "" || r.namedByServer(t, c) {
		return r.constraintDefinition(c)
	}
	return "CONSTRAINT " + r.Ident(name) + " " + r.constraintDefinition(c)
}

// namedByServer reports whether PostgreSQL gives a constraint of a new table
// its name by itself. Only the plain cases are trusted: keys and foreign keys
// whose columns fit into a name, where no other relation or constraint of the
// schema has or wants that name. Checks and exclusions are always named.
func (r *renderer) namedByServer(t schema.Table, c schema.Constraint) bool {
	var columns []string
	var label string
	switch c := c.(type) {
	case schema.PrimaryKey:
		label = "pkey"
	case schema.Unique:
		columns, label = append(slices.Clone(c.Columns), c.Include...), "key"
	case schema.ForeignKey:
		columns, label = c.Columns, "fkey"
	default:
		return false
	}
	joined := strings.Join(columns, "_")
	if len(joined) > r.MaxIdentifier {
		return false // the server cuts the list before it joins it with the table
	}
	name := c.ConstraintName()
	return name == r.DerivedName(t.Name.Local, joined, label) &&
		len(r.owners[schema.Name{Schema: t.Name.Schema, Local: name}]) <= 1
}

// constraintDefinition is the constraint without its name.
func (r *renderer) constraintDefinition(c schema.Constraint) string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return "PRIMARY KEY (" + r.Idents(c.Columns) + withoutOverlaps(c.WithoutOverlaps) + ")" + r.include(c.Include) + deferrable(c.Deferrable, c.Deferred)
	case schema.Unique:
		sql := "UNIQUE"
		if c.NullsNotDistinct {
			sql += " NULLS NOT DISTINCT"
		}
		return sql + " (" + r.Idents(c.Columns) + withoutOverlaps(c.WithoutOverlaps) + ")" + r.include(c.Include) + deferrable(c.Deferrable, c.Deferred)
	case schema.ForeignKey:
		return r.foreignKeyDefinition(c)
	case schema.Check:
		sql := "CHECK (" + c.Expr + ")"
		if c.NoInherit {
			sql += " NO INHERIT"
		}
		return sql + unchecked(c.NotValid, c.NotEnforced)
	case schema.Exclusion:
		return r.exclusionDefinition(c)
	}
	panic(fmt.Sprintf("render/postgres: constraint %T", c))
}

func (r *renderer) foreignKeyDefinition(c schema.ForeignKey) string {
	sql := "FOREIGN KEY (" + r.periodColumns(c.Columns, c.Period) + ") REFERENCES " + r.QName(c.RefTable)
	if len(c.RefColumns) > 0 {
		sql += " (" + r.periodColumns(c.RefColumns, c.Period) + ")"
	}
	if c.MatchFull {
		sql += " MATCH FULL"
	}
	if c.OnDelete != schema.NoAction {
		sql += " ON DELETE " + string(c.OnDelete)
		if len(c.SetColumns) > 0 {
			sql += " (" + r.Idents(c.SetColumns) + ")"
		}
	}
	if c.OnUpdate != schema.NoAction {
		sql += " ON UPDATE " + string(c.OnUpdate)
	}
	return sql + deferrable(c.Deferrable, c.Deferred) + unchecked(c.NotValid, c.NotEnforced)
}

// periodColumns are the columns of a foreign key, the last of which may be a
// period.
func (r *renderer) periodColumns(columns []string, period bool) string {
	if last := len(columns) - 1; period && last > 0 {
		return r.Idents(columns[:last]) + ", PERIOD " + r.Ident(columns[last])
	}
	return r.Idents(columns)
}

func withoutOverlaps(is bool) string {
	if is {
		return " WITHOUT OVERLAPS"
	}
	return ""
}

func (r *renderer) exclusionDefinition(c schema.Exclusion) string {
	elements := make([]string, len(c.Elements))
	for i, e := range c.Elements {
		elements[i] = r.indexKey(e.Key) + " WITH " + e.Operator
	}
	sql := "EXCLUDE USING " + r.Ident(orDefault(c.Method, "btree")) + " (" + strings.Join(elements, ", ") + ")" + r.include(c.Include)
	if c.Where != "" {
		sql += " WHERE (" + c.Where + ")"
	}
	return sql + deferrable(c.Deferrable, c.Deferred)
}

func (r *renderer) include(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return " INCLUDE (" + r.Idents(columns) + ")"
}

func deferrable(deferrable, deferred bool) string {
	switch {
	case deferred:
		return " DEFERRABLE INITIALLY DEFERRED"
	case deferrable:
		return " DEFERRABLE"
	}
	return ""
}

func unchecked(notValid, notEnforced bool) string {
	switch {
	case notEnforced:
		return " NOT ENFORCED"
	case notValid:
		return " NOT VALID"
	}
	return ""
}

// constraintOffered refuses what the server's version does not have.
func (r *renderer) constraintOffered(table schema.Name, c schema.Constraint) bool {
	switch c := c.(type) {
	case schema.PrimaryKey:
		return !c.WithoutOverlaps || r.atLeast(18, "WITHOUT OVERLAPS", "primary key on "+short(table))
	case schema.Unique:
		object := "unique constraint " + c.Name + " on " + short(table)
		return (!c.NullsNotDistinct || r.atLeast(15, "NULLS NOT DISTINCT", object)) &&
			(!c.WithoutOverlaps || r.atLeast(18, "WITHOUT OVERLAPS", object))
	case schema.ForeignKey:
		object := "foreign key " + c.Name + " on " + short(table)
		return (len(c.SetColumns) == 0 || r.atLeast(15, "column lists behind ON DELETE", object)) &&
			(!c.Period || r.atLeast(18, "PERIOD", object)) && r.enforceable(c.NotEnforced, object)
	case schema.Check:
		return r.enforceable(c.NotEnforced, "check "+c.Name+" on "+short(table))
	}
	return true
}

func (r *renderer) enforceable(notEnforced bool, object string) bool {
	return !notEnforced || r.atLeast(18, "NOT ENFORCED", object)
}

func (r *renderer) constraintsOffered(t schema.Table) bool {
	for _, c := range t.Constraints() {
		if !r.constraintOffered(t.Name, c) {
			return false
		}
	}
	for _, x := range t.Indexes {
		if !r.indexOffered(t.Name, x) {
			return false
		}
	}
	return true
}

func (r *renderer) addConstraint(c diff.AddConstraint) {
	if _, excludes := c.Constraint.(schema.Exclusion); excludes && r.now.table(c.Table).PartitionBy != "" &&
		!r.atLeast(17, "exclusion constraints on partitioned tables", "table "+short(c.Table)) {
		return
	}
	if r.constraintOffered(c.Table, c.Constraint) && r.partitionedKeyOffered(*r.now.table(c.Table), c.Constraint) {
		if index := r.prepared.index[r.at]; index != "" {
			r.addUsing(c.Table, c.Constraint, index)
			return
		}
		if unchecked, ok := r.inTwo(c.Table, c.Constraint); ok {
			r.addThenValidate(c.Table, unchecked)
			return
		}
		if r.addPartsFirst(c) || r.buildLater(c) {
			return
		}
		r.addOneConstraint(c.Table, c.Constraint)
	}
}

// addOneConstraint adds a constraint and its comment.
func (r *renderer) addOneConstraint(table schema.Name, c schema.Constraint) {
	s := r.addingConstraint(table, c)
	if r.prepared.parts[r.at] {
		s = on(adoptIndex, table) // as the server does that of each partition
	}
	s.SQL = r.alterTableSQL(table, r.addClause(c))
	r.add(r.belowKey(table, c, s))
	for _, p := range r.prepared.named[r.at] {
		r.takeName(p.table, p.now, p.then)
	}
	if commentOf(c) != "" {
		r.commentConstraint(table, c)
	}
}

// belowKey adds the locks on the tables below. Before PostgreSQL 18 adding a key
// takes others there than on the table: of partitions see lockParts, and heirs, which
// get none, only for the NOT NULL of a primary key.
func (r *renderer) belowKey(table schema.Name, c schema.Constraint, s render.Statement) render.Statement {
	_, primary := c.(schema.PrimaryKey)
	switch {
	case keyOf(c) == "" || r.version >= 180000:
	case r.now.table(table).PartitionBy != "":
		r.lockParts(&s, table, c)
	case !primary:
		return r.hushed(table, s)
	}
	return r.quiet(table, s)
}

func (r *renderer) addClause(c schema.Constraint) string {
	if c.ConstraintName() == "" {
		return "ADD " + r.constraintDefinition(c)
	}
	return "ADD CONSTRAINT " + r.Ident(c.ConstraintName()) + " " + r.constraintDefinition(c)
}

// addingConstraint are the facts of adding it to a table that has rows.
func (r *renderer) addingConstraint(table schema.Name, c schema.Constraint) render.Statement {
	switch c := c.(type) {
	case schema.PrimaryKey:
		s := on(addPrimaryKey, table)
		for _, name := range c.Columns {
			if col := r.now.table(table).Column(name); col != nil && !col.NotNull {
				s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row has no value in " + short(table) + "." + name})
				break
			}
		}
		return s
	case schema.Unique:
		return on(addUnique, table)
	case schema.Exclusion:
		return on(addExclusion, table)
	case schema.ForeignKey:
		if c.NotValid || c.NotEnforced {
			return on(addForeignKeyNotValid, table, c.RefTable)
		}
		return on(addForeignKey, table, c.RefTable)
	case schema.Check:
		if c.NotValid || c.NotEnforced {
			return on(addCheckNotValid, table)
		}
	}
	return on(addCheck, table)
}

func (r *renderer) dropConstraint(c diff.DropConstraint) {
	r.dropOneConstraint(c.Table, c.Constraint)
}

func (r *renderer) dropOneConstraint(table schema.Name, c schema.Constraint) {
	s := on(dropConstraint, table)
	if fk, ok := c.(schema.ForeignKey); ok {
		s = on(dropForeignKey, table, fk.RefTable)
	}
	if backed(c) {
		s.Hazards = append(s.Hazards, r.withIndex(table, c.ConstraintName())...)
	}
	s.SQL = r.alterTableSQL(table, "DROP CONSTRAINT "+r.Ident(c.ConstraintName()))
	if t := r.now.table(table); backed(c) && t.PartitionBy == "" && !r.now.created[table] {
		r.add(s) // heirs do not have it (connoinherit)
		return
	}
	r.onTable(table, s)
}

// alterConstraint validates, changes when a foreign key is checked, and
// comments. A constraint that is to be NOT VALID again is dropped and added,
// as nothing else takes the mark back.
func (r *renderer) alterConstraint(c diff.AlterConstraint) {
	name := "CONSTRAINT " + r.Ident(c.To.ConstraintName())
	commented := commentOf(c.From)
	switch to := c.To.(type) {
	case schema.Check:
		switch from := c.From.(schema.Check); {
		case from.NotValid && !to.NotValid:
			s := on(validateCheck, c.Table)
			s.SQL = r.alterTableSQL(c.Table, "VALIDATE "+name)
			s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row violates " + to.Name})
			r.add(r.validating(c.Table, to, s))
		case !from.NotValid && to.NotValid:
			s := on(addCheckNotValid, c.Table)
			s.SQL = r.alterTableSQL(c.Table, "DROP "+name, r.addClause(to))
			r.onTable(c.Table, s)
			commented = ""
		}
	case schema.ForeignKey:
		from := c.From.(schema.ForeignKey)
		if !from.NotValid && to.NotValid {
			s := on(dropForeignKey, c.Table, to.RefTable)
			s.SQL = r.alterTableSQL(c.Table, "DROP "+name, r.addClause(to))
			r.onTable(c.Table, s)
			commented = ""
			break
		}
		if from.Deferrable != to.Deferrable || from.Deferred != to.Deferred {
			word := deferrable(to.Deferrable, to.Deferred)
			if word == "" {
				word = " NOT DEFERRABLE"
			} else if !to.Deferred {
				word += " INITIALLY IMMEDIATE"
			}
			s := on(alterForeignKey, c.Table, to.RefTable)
			s.SQL = r.alterTableSQL(c.Table, "ALTER "+name+word)
			r.onTable(c.Table, s)
		}
		if from.NotEnforced != to.NotEnforced {
			r.enforce(c.Table, to)
			break
		}
		if from.NotValid && !to.NotValid {
			s := on(validateForeignKey, c.Table, to.RefTable)
			s.SQL = r.alterTableSQL(c.Table, "VALIDATE "+name)
			s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row refers to nothing"})
			r.onTable(c.Table, s)
		}
	}
	if commented != commentOf(c.To) {
		r.commentConstraint(c.Table, c.To)
	}
}

// enforce has a foreign key enforced, for which every row is checked, or not.
func (r *renderer) enforce(table schema.Name, to schema.ForeignKey) {
	if !r.constraintOffered(table, to) {
		return
	}
	s, word := on(enforceForeignKey, table, to.RefTable), " ENFORCED"
	s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row refers to nothing"})
	if to.NotEnforced {
		s, word = on(unenforceForeignKey, table, to.RefTable), " NOT ENFORCED"
	}
	s.SQL = r.alterTableSQL(table, "ALTER CONSTRAINT "+r.Ident(to.Name)+word)
	r.onTable(table, s)
}

func (r *renderer) renameConstraint(c diff.RenameConstraint) {
	s := on(renameConstraint, c.Table)
	s.SQL = r.alterTableSQL(c.Table, "RENAME CONSTRAINT "+r.Ident(c.From.ConstraintName())+" TO "+r.Ident(c.To.ConstraintName()))
	r.onTable(c.Table, s)
}

func (r *renderer) commentConstraint(table schema.Name, c schema.Constraint) {
	r.comment("CONSTRAINT "+r.Ident(c.ConstraintName())+" ON "+r.QName(table), commentOf(c))
}
