package sqlite

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// What SQLite can do in place, and when it is equal to a rebuild
// (lang_altertable.html).

// allNative reports whether every change of the group can be done in place, in
// its turn.
func (r *renderer) allNative(name schema.Name, group []int) bool {
	t := r.now.Table(name).Clone()
	merged := map[int]bool{}
	for _, i := range group {
		c := r.changes[i]
		if !merged[i] && !r.isNative(&t, c) {
			return false
		}
		if add, ok := c.(diff.AddColumn); ok {
			for _, j := range r.mergeable(&t, add, i) {
				merged[j] = true
			}
		}
		applyTo(&t, c)
	}
	return true
}

// isNative reports whether the change can be done in place on the table as it
// is then.
func (r *renderer) isNative(t *schema.Table, c diff.Change) bool {
	switch c := c.(type) {
	case diff.DropIndex:
		return true
	case diff.AddColumn:
		return canAdd(c.Column)
	case diff.DropColumn:
		return canDrop(t, c.Column.Name)
	case diff.AlterColumn:
		return r.version >= alterConstraints && onlyNotNull(c.From, c.To) && c.To.Generated == nil && !inKey(t, c.To.Name)
	case diff.AddConstraint:
		return r.canAddConstraint(t, c.Constraint)
	case diff.DropConstraint:
		return r.canDropConstraint(t, c.Constraint)
	case diff.RenameConstraint:
		return nameOf(c.From) == nameOf(c.To) || r.canDropConstraint(t, c.From) && r.canAddConstraint(t, c.To)
	}
	return false
}

// onlyNotNull reports whether nothing else differs.
func onlyNotNull(from, to schema.Column) bool {
	if from.NotNull == to.NotNull || from.Autoincrement != to.Autoincrement {
		return false
	}
	from.NotNull = to.NotNull
	return columnSQL(from) == columnSQL(to)
}

// canAdd: ADD COLUMN wants a default that is a constant, does not fill stored
// columns, and needs a value for old rows if the column is NOT NULL.
func canAdd(c schema.Column) bool {
	switch {
	case c.Generated != nil:
		return c.Generated.Virtual
	case c.Default != "":
		return isConstant(c.Default)
	}
	return !c.NotNull
}

// canDrop: DROP COLUMN fails on a column that anything else uses. Whether a
// check or foreign key stands at the column, and goes with it, or at the
// table, the schema does not tell.
func canDrop(t *schema.Table, column string) bool {
	if len(t.Columns) < 2 || inKey(t, column) {
		return false
	}
	for _, c := range t.Columns {
		if c.Name != column && c.Generated != nil && sqlitelex.Mentions(c.Generated.Expr, column) {
			return false
		}
	}
	for _, c := range t.Checks {
		if sqlitelex.Mentions(c.Expr, column) {
			return false
		}
	}
	for _, c := range t.Uniques {
		if slices.Contains(c.Columns, column) {
			return false
		}
	}
	for _, c := range t.ForeignKeys {
		if slices.Contains(c.Columns, column) {
			return false
		}
	}
	return !slices.ContainsFunc(t.Indexes, func(x schema.Index) bool { return usesColumn(x, column) })
}

func inKey(t *schema.Table, column string) bool {
	return t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, column)
}

// canAddConstraint: ADD takes checks, and no name that the table has. It stops at
// rows for which the check gives NULL, which every other way of adding it lets pass
// (measured on 3.53.4), so that it is for those that always give an answer.
func (r *renderer) canAddConstraint(t *schema.Table, c schema.Constraint) bool {
	check, ok := c.(schema.Check)
	return ok && r.version >= alterConstraints && r.count(t, nameOf(c)) == 0 && neverNull(t, check.Expr)
}

// neverNull reports whether the expression is NULL in no row, as far as is plain to
// see: it compares columns that are not.
func neverNull(t *schema.Table, expr string) bool {
	tokens, err := sqlitelex.Lex(expr)
	if err != nil {
		return false
	}
	for i, token := range tokens {
		called := i+1 < len(tokens) && tokens[i+1].Is("(") && token.IsName()
		switch {
		case called && !slices.ContainsFunc([]string{"IN", "AND", "OR", "NOT", "BETWEEN"}, token.Is):
			return false
		case slices.ContainsFunc([]string{"NULL", "CASE", "SELECT", "/", "%", "->", "->>"}, token.Is):
			return false
		}
	}
	for _, name := range mentioned(t, expr) {
		if c := t.Column(name); !c.NotNull && !(hasRowidAlias(t) && inKey(t, name)) {
			return false
		}
	}
	return true
}

// canDropConstraint: DROP CONSTRAINT takes checks by their name, the first
// one it finds.
func (r *renderer) canDropConstraint(t *schema.Table, c schema.Constraint) bool {
	_, check := c.(schema.Check)
	return check && r.version >= alterConstraints && r.count(t, nameOf(c)) == 1
}

// count returns how many constraints of the table have the name.
func (r *renderer) count(t *schema.Table, name string) int {
	n := 0
	if name == "" {
		return n
	}
	for _, o := range t.Constraints() {
		if sqlitelex.Same(nameOf(o), name) {
			n++
		}
	}
	for _, o := range r.now.Unmanaged {
		if o.Table == t.Name && o.Kind == "constraint name" && sqlitelex.Same(o.Name.Local, name) {
			n++
		}
	}
	return n
}

// mergeable returns the later changes that ADD COLUMN can carry out with the
// column that change i adds: its foreign key, and checks of it alone.
func (r *renderer) mergeable(t *schema.Table, add diff.AddColumn, i int) []int {
	with := t.Clone()
	with.Columns = append(with.Columns, add.Column)
	var found []int
	refers := false
	for _, j := range r.from(add.Table, i+1) {
		c := r.changes[j]
		if r.done[j] {
			continue
		}
		if separates(c) {
			break
		}
		k, ok := c.(diff.AddConstraint)
		if !ok {
			continue
		}
		if why, _ := foreign(c); why != "" {
			continue
		}
		switch fk, isRef := k.Constraint.(schema.ForeignKey); {
		case isRef:
			// With foreign keys on, SQLite refuses a reference with a default.
			if !slices.Equal(fk.Columns, []string{add.Column.Name}) || add.Column.Default != "" || refers {
				continue
			}
			refers = true
		default:
			check, isCheck := k.Constraint.(schema.Check)
			if !isCheck || !slices.Equal(mentioned(&with, check.Expr), []string{add.Column.Name}) {
				continue
			}
		}
		found = append(found, j)
	}
	return found
}

// alterNative writes one change that isNative.
func (r *renderer) alterNative(c diff.Change) {
	t := r.now.Table(diff.TableOf(c))
	table := "ALTER TABLE " + r.Ident(t.Name.Local)
	switch c := c.(type) {
	case diff.AddColumn:
		r.addColumn(t, c)
		return
	case diff.DropColumn:
		s := render.Statement{
			SQL:      table + " DROP COLUMN " + r.Ident(c.Column.Name),
			Rewrites: true,
			Hazards:  append(r.dropHazards(t, []string{c.Column.Name}), r.userHazards(t.Name.Local, []string{c.Column.Name}, false)...),
		}
		if c.Column.Generated == nil {
			s.Loses = "what was written to " + t.Name.Local + "." + c.Column.Name
		}
		applyTo(t, c)
		r.emit(c, append([]render.Statement{s}, r.checks(t.Name.Local, []string{c.Column.Name}, false)...)...)
		return
	case diff.AlterColumn:
		s := render.Statement{SQL: table + " ALTER COLUMN " + r.Ident(c.To.Name) + " DROP NOT NULL"}
		if c.To.NotNull {
			s = render.Statement{SQL: table + " ALTER COLUMN " + r.Ident(c.To.Name) + " SET NOT NULL", Scans: true,
				Hazards: []render.Hazard{hazard("CORR02", "fails if %s.%s is NULL in any row", t.Name.Local, c.To.Name)}}
		}
		r.emit(c, s)
	case diff.AddConstraint:
		r.emit(c, addCheck(table, t.Name.Local, c.Constraint))
	case diff.DropConstraint:
		r.emit(c, render.Statement{SQL: table + " DROP CONSTRAINT " + r.Ident(nameOf(c.Constraint))})
	case diff.RenameConstraint:
		if nameOf(c.From) != nameOf(c.To) {
			r.emit(c, render.Statement{SQL: table + " DROP CONSTRAINT " + r.Ident(nameOf(c.From))}, addCheck(table, t.Name.Local, c.To))
		}
	}
	applyTo(t, c)
}

func addCheck(table, name string, c schema.Constraint) render.Statement {
	return render.Statement{SQL: table + " ADD " + constraintSQL(c), Scans: true,
		Hazards: []render.Hazard{hazard("CORR01", "fails if a row of %s violates the check", name)}}
}

func (r *renderer) addColumn(t *schema.Table, c diff.AddColumn) {
	s := render.Statement{SQL: "ALTER TABLE " + r.Ident(t.Name.Local) + " ADD COLUMN " + columnSQL(c.Column)}
	merged := r.mergeable(t, c, r.at)
	applyTo(t, c)
	for _, i := range merged {
		k := r.changes[i].(diff.AddConstraint)
		r.done[i] = true
		s.Also = append(s.Also, k)
		s.SQL += " " + columnConstraintSQL(t, k.Constraint)
		if _, check := k.Constraint.(schema.Check); check {
			s.Scans = true
		}
		applyTo(t, k)
	}
	s.Hazards = r.userHazards(t.Name.Local, nil, true)
	r.emit(c, append([]render.Statement{s}, r.checks(t.Name.Local, nil, true)...)...)
}

// applyTo carries out a change of a table on its value.
func applyTo(t *schema.Table, c diff.Change) {
	switch c := c.(type) {
	case diff.AlterTable:
		t.Strict, t.WithoutRowid = c.To.Strict, c.To.WithoutRowid
	case diff.AddColumn:
		t.Columns = append(t.Columns, c.Column.Clone())
	case diff.DropColumn:
		t.Columns = slices.DeleteFunc(t.Columns, func(o schema.Column) bool { return o.Name == c.Column.Name })
	case diff.AlterColumn:
		if o := t.Column(c.To.Name); o != nil {
			*o = c.To.Clone()
		}
	case diff.AddConstraint:
		addConstraint(t, c.Constraint)
	case diff.DropConstraint:
		removeConstraint(t, c.Constraint)
	case diff.AlterConstraint:
		removeConstraint(t, c.From)
		addConstraint(t, c.To)
	case diff.RenameConstraint:
		removeConstraint(t, c.From)
		addConstraint(t, c.To)
	case diff.DropIndex:
		t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool { return x.Name == c.Index.Name })
	}
}
