package postgres

import (
	"cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// From PostgreSQL 18 on NOT NULL is a constraint: it has a name, may be NOT VALID or
// NO INHERIT, and takes a comment. Below that a plain SET NOT NULL is all there is.

// notNullOffered refuses what the server does not have yet. Another name is nothing
// to one that gives none.
func (r *renderer) notNullOffered(table schema.Name, c schema.Column) bool {
	n := c.NotNullConstraint
	return n == nil || !n.NotValid && !n.NoInherit && n.Comment == "" ||
		r.atLeast(18, "NOT NULL constraints that are NOT VALID, NO INHERIT or have a comment", "column "+short(table)+"."+c.Name)
}

// notNullClause is NOT NULL in the definition of a column.
func (r *renderer) notNullClause(c schema.Column) string {
	n := c.NotNullConstraint
	if n == nil || r.version < 180000 {
		return " NOT NULL"
	}
	return " " + r.namedClause(*n) + "NOT NULL" + inheritClause(*n)
}

// namedClause is empty where the server gives the name.
func (r *renderer) namedClause(n schema.NotNull) string {
	if n.Name == "" {
		return ""
	}
	return "CONSTRAINT " + r.Ident(n.Name) + " "
}

func inheritClause(n schema.NotNull) string {
	if n.NoInherit {
		return " NO INHERIT"
	}
	return ""
}

// addNotNull is the subcommand that makes a column NOT NULL.
func (r *renderer) addNotNull(c schema.Column) string {
	n := c.NotNullConstraint
	if n == nil || r.version < 180000 {
		return "ALTER COLUMN " + r.Ident(c.Name) + " SET NOT NULL"
	}
	sql := "ADD " + r.namedClause(*n) + "NOT NULL " + r.Ident(c.Name) + inheritClause(*n)
	if n.NotValid {
		sql += " NOT VALID"
	}
	return sql
}

// notNullName is what the server calls the constraint: by its rule where nothing
// else was said.
func (r *renderer) notNullName(table schema.Name, c schema.Column) string {
	name := r.DerivedName(table.Local, c.Name, "not_null")
	if n := c.NotNullConstraint; n != nil {
		name = cmp.Or(n.Name, name)
	}
	return name
}

// finishNotNull is what the definition of a new column cannot say: rules that rows
// may break, and comments.
func (r *renderer) finishNotNull(table schema.Name, c schema.Column) {
	n := c.NotNullConstraint
	if n == nil || r.version < 180000 {
		return
	}
	if n.NotValid {
		s := on(addCheckNotValid, table)
		s.SQL = r.alterTableSQL(table, r.addNotNull(c))
		r.onTable(table, s)
	}
	if n.Comment != "" {
		r.commentNotNull(table, c, r.at)
	}
}

func (r *renderer) commentNotNull(table schema.Name, c schema.Column, change int) {
	text := ""
	if c.NotNullConstraint != nil {
		text = c.NotNullConstraint.Comment
	}
	r.commentFor("CONSTRAINT "+r.Ident(r.notNullName(table, c))+" ON "+r.QName(table), text, nil, change)
}

// holdsNew reports whether new rows must have a value in the column.
func holdsNew(c schema.Column) bool {
	return c.NotNull || c.NotNullConstraint != nil && c.NotNullConstraint.NotValid
}

// notNullRule plans what a constraint that stays one differs in, and the steps to and
// from one that is NOT VALID. Those between NULL and a plain NOT NULL are planned
// elsewhere. validated: the column was NOT VALID and is proved.
func (r *renderer) notNullRule(a *alteration) (validated bool) {
	from, to := a.c.From, a.c.To
	had, has := ruleOf(from), ruleOf(to)
	table := a.c.Table
	if r.version < 180000 {
		return false
	}
	switch {
	case holdsNew(from) && !holdsNew(to):
		if !from.NotNull {
			a.before = append(a.before, a.sub(dropNotNull, "DROP NOT NULL"))
		}
		return false
	case has.NotValid && !had.NotValid: // where it was proved, it has been dropped
		a.after = append(a.after, piece{sub: r.addNotNull(to), form: addCheckNotValid})
		return false
	case !holdsNew(from):
		return false
	}
	name := r.notNullName(table, from)
	if to := r.notNullName(table, to); to != name && r.knowsNotNull(table) {
		s := on(renameConstraint, table)
		s.SQL = r.alterTableSQL(table, "RENAME CONSTRAINT "+r.Ident(name)+" TO "+r.Ident(to))
		a.before = append(a.before, own(s))
		name = to
	}
	if had.NoInherit != has.NoInherit {
		word := "INHERIT"
		if has.NoInherit {
			word = "NO INHERIT"
		}
		a.before = append(a.before, piece{sub: "ALTER CONSTRAINT " + r.Ident(name) + " " + word, form: dropNotNull})
	}
	return had.NotValid && to.NotNull
}

// knowsNotNull reports whether the names of the table's NOT NULL constraints are known
// on both sides: those of a partition or heir are its parents', also when it leaves them.
func (r *renderer) knowsNotNull(table schema.Name) bool {
	for _, db := range []*schema.Database{&r.plan.From, &r.plan.To} {
		if t := db.Table(table); !db.NamesNotNull || t != nil && len(t.Parents()) > 0 {
			return false
		}
	}
	return true
}

func ruleOf(c schema.Column) schema.NotNull {
	if c.NotNullConstraint == nil {
		return schema.NotNull{}
	}
	return *c.NotNullConstraint
}

// validateNotNull proves a rule that was NOT VALID while programs read and write.
func (r *renderer) validateNotNull(c diff.AlterColumn) render.Statement {
	s := on(validateCheck, c.Table)
	s.SQL = r.alterTableSQL(c.Table, "VALIDATE CONSTRAINT "+r.Ident(r.notNullName(c.Table, c.To)))
	return s
}
