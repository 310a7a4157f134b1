package cmd

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// leftovers name what the list calls left over, in whatever state: no revision
// is written for it, and another database may not have it.
func (l *acceptList) leftovers() []string {
	var names []string
	for _, e := range l.entries {
		if e.Class == diff.Leftover {
			e.Have = ""
			names = append(names, acceptText(e.Difference, ""))
		}
	}
	return names
}

// withoutLeftovers is a database without them.
func (l *acceptList) withoutLeftovers(db *schema.Database) *schema.Database {
	left := map[diff.Difference]bool{}
	for _, e := range l.entries {
		if e.Class == diff.Leftover {
			left[diff.Difference{Kind: e.Kind, Table: e.Table, Name: e.Name}] = true
		}
	}
	if len(left) == 0 {
		return db
	}
	is := func(kind string, table schema.Name, name string) bool {
		return left[diff.Difference{Kind: kind, Table: table, Name: name}]
	}
	part := func(kind string, table schema.Name, name string) bool { return name != "" && is(kind, table, name) }
	db = schema.Clone(db)
	db.Enums = slices.DeleteFunc(db.Enums, func(e schema.Enum) bool { return is("enum", e.Name, "") })
	db.Sequences = slices.DeleteFunc(db.Sequences, func(s schema.Sequence) bool { return is("sequence", s.Name, "") })
	db.Tables = slices.DeleteFunc(db.Tables, func(t schema.Table) bool { return is("table", t.Name, "") })
	for i := range db.Tables {
		t := &db.Tables[i]
		t.Columns = slices.DeleteFunc(t.Columns, func(c schema.Column) bool { return part("column", t.Name, c.Name) })
		t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool { return part("index", t.Name, x.Name) })
		t.Uniques = slices.DeleteFunc(t.Uniques, func(u schema.Unique) bool { return part("unique", t.Name, u.Name) })
		t.Checks = slices.DeleteFunc(t.Checks, func(k schema.Check) bool { return part("check", t.Name, k.Name) })
		t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(k schema.ForeignKey) bool { return part("foreign-key", t.Name, k.Name) })
	}
	return db
}
