package sqlite

import (
	"reflect"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// nameOf is the name a constraint has in the database: none that merely
// follows from a naming rule, since SQLite does not want names.
func nameOf(c schema.Constraint) string {
	if reflect.ValueOf(c).FieldByName("Derived").Bool() {
		return ""
	}
	return c.ConstraintName()
}

func namedSQL(c schema.Constraint) string {
	if n := nameOf(c); n != "" {
		return "CONSTRAINT " + lite.Ident(n) + " "
	}
	return ""
}

// constraintSQL is a constraint as it stands at the table.
func constraintSQL(c schema.Constraint) string {
	text := namedSQL(c)
	switch c := c.(type) {
	case schema.PrimaryKey:
		return text + "PRIMARY KEY (" + lite.Idents(c.Columns) + ")"
	case schema.Unique:
		return text + "UNIQUE (" + lite.Idents(c.Columns) + ")"
	case schema.Check:
		return text + "CHECK (" + c.Expr + ")"
	case schema.ForeignKey:
		return text + "FOREIGN KEY (" + lite.Idents(c.Columns) + ") " + referenceSQL(c)
	}
	return text
}

// columnConstraintSQL is a constraint as it stands at its one column.
func columnConstraintSQL(t *schema.Table, c schema.Constraint) string {
	text := namedSQL(c)
	switch c := c.(type) {
	case schema.PrimaryKey:
		text += "PRIMARY KEY"
		if t.Column(c.Columns[0]).Autoincrement {
			text += " AUTOINCREMENT"
		}
		return text
	case schema.Unique:
		return text + "UNIQUE"
	case schema.ForeignKey:
		return text + referenceSQL(c)
	}
	return constraintSQL(c)
}

func referenceSQL(c schema.ForeignKey) string {
	text := "REFERENCES " + lite.Ident(c.RefTable.Local)
	if len(c.RefColumns) > 0 {
		text += " (" + lite.Idents(c.RefColumns) + ")"
	}
	if c.OnDelete != schema.NoAction {
		text += " ON DELETE " + string(c.OnDelete)
	}
	if c.OnUpdate != schema.NoAction {
		text += " ON UPDATE " + string(c.OnUpdate)
	}
	if c.MatchFull {
		text += " MATCH FULL"
	}
	switch {
	case c.Deferred:
		text += " DEFERRABLE INITIALLY DEFERRED"
	case c.Deferrable:
		text += " DEFERRABLE"
	}
	return text
}

// describe names a constraint for messages.
func describe(table schema.Name, c schema.Constraint) string {
	kind, detail := "constraint", ""
	switch c := c.(type) {
	case schema.PrimaryKey:
		kind, detail = "primary key", "("+lite.Idents(c.Columns)+")"
	case schema.Unique:
		kind, detail = "unique", "("+lite.Idents(c.Columns)+")"
	case schema.ForeignKey:
		kind, detail = "foreign key", "("+lite.Idents(c.Columns)+")"
	case schema.Check:
		kind, detail = "check", "("+c.Expr+")"
	case schema.Exclusion:
		kind = "exclusion constraint"
	}
	if n := nameOf(c); n != "" {
		detail = n
	}
	return kind + " " + detail + " of " + table.Local
}

// addConstraint puts a constraint into a table.
func addConstraint(t *schema.Table, c schema.Constraint) {
	switch c := c.(type) {
	case schema.PrimaryKey:
		t.PrimaryKey = &c
	case schema.Unique:
		t.Uniques = append(t.Uniques, c)
	case schema.ForeignKey:
		t.ForeignKeys = append(t.ForeignKeys, c)
	case schema.Check:
		t.Checks = append(t.Checks, c)
	}
}

// removeConstraint takes a constraint out of a table and reports whether it
// was there. SQLite's constraints may have no name or share one, so the whole
// decides: the same in everything, else the same but for a name that nobody
// chose.
func removeConstraint(t *schema.Table, c schema.Constraint) bool {
	switch c := c.(type) {
	case schema.PrimaryKey:
		was := t.PrimaryKey != nil
		t.PrimaryKey = nil
		return was
	case schema.Unique:
		return removeOne(&t.Uniques, c)
	case schema.ForeignKey:
		return removeOne(&t.ForeignKeys, c)
	case schema.Check:
		return removeOne(&t.Checks, c)
	}
	return false
}

func removeOne[C schema.Constraint](list *[]C, c C) bool {
	for _, same := range []func(a, b C) bool{
		func(a, b C) bool { return a.ConstraintName() == b.ConstraintName() && sameConstraint(a, b) },
		func(a, b C) bool { return sameConstraint(a, b) },
		func(a, b C) bool { return a.ConstraintName() != "" && a.ConstraintName() == b.ConstraintName() },
	} {
		if i := slices.IndexFunc(*list, func(o C) bool { return same(o, c) }); i >= 0 {
			*list = slices.Delete(*list, i, i+1)
			return true
		}
	}
	return false
}

// sameConstraint compares what constraints say, not what they are called.
func sameConstraint(a, b schema.Constraint) bool {
	return bare(a) == bare(b)
}

func bare(c schema.Constraint) string {
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Name = ""
		return constraintSQL(c)
	case schema.Unique:
		c.Name = ""
		return constraintSQL(c)
	case schema.ForeignKey:
		c.Name = ""
		return constraintSQL(c)
	case schema.Check:
		c.Name = ""
		return constraintSQL(c)
	}
	return ""
}
