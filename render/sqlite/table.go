package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createTable(c diff.CreateTable) {
	t := c.Table.Clone()
	var also []diff.Change
	for _, i := range r.from(t.Name, r.at+1) {
		later := r.changes[i]
		if separates(later) {
			break
		}
		if a, ok := later.(diff.AddConstraint); ok {
			if why, _ := foreign(later); why == "" {
				addConstraint(&t, a.Constraint)
				also = append(also, later)
				r.done[i] = true
			}
		}
	}
	statements := []render.Statement{{SQL: tableSQL(&t, t.Name.Local), Also: also}}
	for _, x := range t.Indexes {
		statements = append(statements, render.Statement{SQL: indexSQL(t.Name.Local, x)})
	}
	r.now.Tables = append(r.now.Tables, t)
	r.emit(c, statements...)
}

func (r *renderer) dropTable(c diff.DropTable) {
	name := c.Table.Name
	s := render.Statement{
		SQL:     "DROP TABLE " + r.Ident(name.Local),
		Loses:   "all rows of " + name.Local,
		Hazards: []render.Hazard{hazard("DATA01", "table %s is dropped with its rows", name.Local)},
		Rebuild: r.isReferred(name),
	}
	s.Also = r.leftToDrop(name)
	for _, o := range r.now.Unmanaged {
		switch {
		case o.Kind == "trigger" && sqlitelex.Same(o.Table.Local, name.Local):
			s.Hazards = append(s.Hazards, hazard("LT03", "trigger %s, which gen does not manage, goes with its table", o.Name.Local))
		case (o.Kind == "view" || o.Kind == "trigger") && sqlitelex.Mentions(o.SQL, name.Local):
			s.Hazards = append(s.Hazards, hazard("LT03", "%s %s mentions %s; SQLite keeps it and it fails when used", o.Kind, o.Name.Local, name.Local))
		}
	}
	r.now.Tables = slices.DeleteFunc(r.now.Tables, func(t schema.Table) bool { return t.Name == name })
	r.now.Unmanaged = slices.DeleteFunc(r.now.Unmanaged, func(o schema.Object) bool { return o.Table == name })
	delete(r.native, name)
	r.emit(c, s)
}

// leftToDrop returns the changes that were left to the drop at hand.
func (r *renderer) leftToDrop(table schema.Name) []diff.Change {
	var left []diff.Change
	for _, i := range r.of[table] {
		switch {
		case i >= r.at:
			return left
		case separates(r.changes[i]):
			left = nil
		case !r.done[i]:
			left = append(left, r.changes[i])
		}
	}
	return left
}

// isReferred reports whether a foreign key refers to the table. With foreign
// keys on, DROP TABLE deletes the rows first, with all that such a key does
// (lang_droptable.html).
func (r *renderer) isReferred(name schema.Name) bool {
	for _, t := range r.now.Tables {
		for _, fk := range t.ForeignKeys {
			if sqlitelex.Same(fk.RefTable.Local, name.Local) {
				return true
			}
		}
	}
	return false
}

func (r *renderer) renameTable(c diff.RenameTable) {
	rename := func(from, to string) render.Statement {
		return render.Statement{SQL: "ALTER TABLE " + r.Ident(from) + " RENAME TO " + r.Ident(to)}
	}
	if sqlitelex.Same(c.From.Local, c.To.Local) {
		// To SQLite the new name is taken, by the table itself; and code goes on
		// to find it by either.
		between := r.freeName("gen_new_" + c.To.Local)
		r.emit(c, rename(c.From.Local, between), rename(between, c.To.Local))
	} else {
		s := rename(c.From.Local, c.To.Local)
		s.Hazards = []render.Hazard{hazard("COMPAT02", "code that says %s fails from then on", c.From.Local)}
		r.emit(c, s)
	}
	diff.RenameIn(r.now, diff.Renames{Tables: []diff.TableRename{{From: c.From, To: c.To}}})
	delete(r.native, c.From)
	delete(r.native, c.To)
}

// tableSQL is CREATE TABLE under the given name, without indexes. Constraints
// of one column that have no name stand at the column.
func tableSQL(t *schema.Table, name string) string {
	in := inline(t)
	var lines []string
	for _, c := range t.Columns {
		if hasRowidAlias(t) && inKey(t, c.Name) {
			c.NotNull = false // it is, without saying so
		}
		line := columnSQL(c)
		for _, k := range in.at[c.Name] {
			line += " " + columnConstraintSQL(t, k)
		}
		lines = append(lines, line)
	}
	for _, k := range in.rest {
		lines = append(lines, constraintSQL(k))
	}
	var options []string
	if t.Strict {
		options = append(options, "STRICT")
	}
	if t.WithoutRowid {
		options = append(options, "WITHOUT ROWID")
	}
	end := "\n)"
	if len(options) > 0 {
		end += " " + strings.Join(options, ", ")
	}
	return "CREATE TABLE " + lite.Ident(name) + " (\n    " + strings.Join(lines, ",\n    ") + end
}

// An inlined is the constraints of a table by where they are written.
type inlined struct {
	at   map[string][]schema.Constraint // by column
	rest []schema.Constraint
}

func inline(t *schema.Table) inlined {
	in := inlined{at: map[string][]schema.Constraint{}}
	for _, k := range t.Constraints() {
		if col, ok := columnOf(t, k); ok {
			in.at[col] = append(in.at[col], k)
		} else {
			in.rest = append(in.rest, k)
		}
	}
	return in
}

// columnOf returns the column that a constraint is to be written at.
func columnOf(t *schema.Table, c schema.Constraint) (string, bool) {
	var cols []string
	switch c := c.(type) {
	case schema.PrimaryKey: // AUTOINCREMENT wants it at the column, name or not
		cols = c.Columns
	case schema.Unique:
		cols = c.Columns
	case schema.ForeignKey:
		cols = c.Columns
	case schema.Check:
		cols = mentioned(t, c.Expr)
	}
	if _, pk := c.(schema.PrimaryKey); len(cols) != 1 || t.Column(cols[0]) == nil || nameOf(c) != "" && !pk {
		return "", false
	}
	return cols[0], true
}

// mentioned returns the columns of the table that an expression mentions, in
// the table's order.
func mentioned(t *schema.Table, expr string) []string {
	var cols []string
	for _, c := range t.Columns {
		if sqlitelex.Mentions(expr, c.Name) {
			cols = append(cols, c.Name)
		}
	}
	return cols
}
