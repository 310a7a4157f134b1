package sqlite

import (
	"reflect"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

const elsewhere = "leave it out of the models for this dialect"

// foreign says why a change is none that SQLite has; empty where it is. A
// canonical plan holds nothing of the kind.
func foreign(c diff.Change) (why, hint string) {
	switch c := c.(type) {
	case diff.CreateSchema, diff.DropSchema, diff.AlterSchema:
		return "SQLite has no schemas", elsewhere
	case diff.CreateEnum, diff.DropEnum, diff.AlterEnum:
		return "SQLite has no enum types", "use text with a CHECK"
	case diff.CreateSequence, diff.DropSequence, diff.AlterSequence:
		return "SQLite has no sequences", "use an INTEGER PRIMARY KEY"
	case diff.AlterAccess:
		return "SQLite has no privileges and no owners", elsewhere
	case diff.CreateTable:
		return foreignTable(c.Table)
	case diff.AlterTable:
		return either(c.From, c.To, foreignTable)
	case diff.AddColumn:
		return foreignColumn(c.Table, c.Column)
	case diff.AlterColumn:
		return either(c.From, c.To, func(o schema.Column) (string, string) { return foreignColumn(c.Table, o) })
	case diff.AddConstraint:
		return foreignConstraint(c.Table, c.Constraint)
	case diff.DropConstraint:
		return foreignConstraint(c.Table, c.Constraint)
	case diff.AlterConstraint:
		return either(c.From, c.To, func(o schema.Constraint) (string, string) { return foreignConstraint(c.Table, o) })
	case diff.RenameConstraint:
		return either(c.From, c.To, func(o schema.Constraint) (string, string) { return foreignConstraint(c.Table, o) })
	case diff.CreateIndex:
		return foreignIndex(c.Index)
	case diff.AlterIndex:
		if why, hint := foreignIndex(c.To); why != "" {
			return why, hint
		}
		return "SQLite has nothing about index " + c.To.Name + " that could be altered", "drop it and create it under another name"
	}
	return "", ""
}

// either asks about both states of an object.
func either[T any](from, to T, foreign func(T) (why, hint string)) (why, hint string) {
	if why, hint = foreign(to); why == "" {
		return foreign(from)
	}
	return why, hint
}

func foreignTable(t schema.Table) (why, hint string) {
	name := t.Name.Local
	switch {
	case t.Comment != "":
		return "SQLite has no comments, and table " + name + " has one", elsewhere
	case t.Method != "":
		return "SQLite has no access methods for tables such as " + name, elsewhere
	case t.Unlogged:
		return "SQLite has no unlogged tables such as " + name, elsewhere
	case len(t.Options) > 0:
		return "SQLite has no storage parameters, and table " + name + " has " + t.Options[0].Name, elsewhere
	}
	for _, c := range t.Columns {
		if why, hint := foreignColumn(t.Name, c); why != "" {
			return why, hint
		}
	}
	for _, c := range t.Constraints() {
		if why, hint := foreignConstraint(t.Name, c); why != "" {
			return why, hint
		}
	}
	for _, x := range t.Indexes {
		if why, hint := foreignIndex(x); why != "" {
			return why, hint
		}
	}
	return "", ""
}

func foreignColumn(table schema.Name, c schema.Column) (why, hint string) {
	name := table.Local + "." + c.Name
	switch {
	case c.Comment != "":
		return "SQLite has no comments, and column " + name + " has one", elsewhere
	case c.Identity != nil || c.Serial:
		return "SQLite numbers rows by INTEGER PRIMARY KEY alone, not by the identity or serial of column " + name, "make it the integer primary key"
	case c.Storage != "" || c.Compression != "" || c.Statistics != nil:
		return "SQLite has no storage, compression or statistics settings, and column " + name + " has one", elsewhere
	}
	return "", ""
}

func foreignConstraint(table schema.Name, c schema.Constraint) (why, hint string) {
	what := describe(table, c)
	if v := reflect.ValueOf(c).FieldByName("Comment"); v.String() != "" {
		return "SQLite has no comments, and " + what + " has one", elsewhere
	}
	switch c := c.(type) {
	case schema.Exclusion:
		return "SQLite has no exclusion constraints such as " + what, "use a trigger"
	case schema.PrimaryKey:
		if c.WithoutOverlaps {
			return "SQLite has no WITHOUT OVERLAPS, and " + what + " asks for it", elsewhere
		}
		return foreignKeyOptions(what, c.Include, c.Deferrable || c.Deferred, false)
	case schema.Unique:
		if c.WithoutOverlaps {
			return "SQLite has no WITHOUT OVERLAPS, and " + what + " asks for it", elsewhere
		}
		return foreignKeyOptions(what, c.Include, c.Deferrable || c.Deferred, c.NullsNotDistinct)
	case schema.ForeignKey:
		if len(c.SetColumns) > 0 || c.NotValid || c.NotEnforced || c.Period {
			return "SQLite has none of SET NULL (columns), NOT VALID, NOT ENFORCED and PERIOD, and " + what + " asks for it", elsewhere
		}
	case schema.Check:
		if c.NotValid || c.NotEnforced || c.NoInherit {
			return "SQLite has none of NOT VALID, NOT ENFORCED and NO INHERIT, and " + what + " asks for it", elsewhere
		}
	}
	return "", ""
}

func foreignKeyOptions(what string, include []string, deferrable, nulls bool) (why, hint string) {
	switch {
	case len(include) > 0:
		return "SQLite has no INCLUDE, and " + what + " asks for it", elsewhere
	case deferrable:
		return "SQLite can defer foreign keys only, not " + what, elsewhere
	case nulls:
		return "SQLite has no NULLS NOT DISTINCT, and " + what + " asks for it", "make the columns NOT NULL"
	}
	return "", ""
}

func foreignIndex(x schema.Index) (why, hint string) {
	switch {
	case x.Comment != "":
		return "SQLite has no comments, and index " + x.Name + " has one", elsewhere
	case x.Method != "":
		return "SQLite has no index methods, and index " + x.Name + " is " + x.Method, elsewhere
	case len(x.Include) > 0 || x.NullsNotDistinct || len(x.Options) > 0:
		return "SQLite has no INCLUDE, NULLS NOT DISTINCT or storage parameters, and index " + x.Name + " asks for one", elsewhere
	}
	for _, k := range x.Keys {
		if !k.Opclass.IsZero() || len(k.OpclassOptions) > 0 {
			return "SQLite has no operator classes, and index " + x.Name + " has one", elsewhere
		}
		if k.NullsFirst != k.Desc {
			return "SQLite cannot place NULLs in an index, and index " + x.Name + " asks for it", elsewhere
		}
	}
	return "", ""
}
