package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Compat returns want as a program needs it that has migrations of its own:
// only what its models state is wanted, and where they state nothing the result
// is what the database has. passed lists the differences that go by this,
// ordered by Compare. Neither have nor want is changed.
//
//  1. Tables and columns are stated by being there: one that only either side
//     has is a difference.
//  2. A type that is implied agrees with every type of its family, see
//     sameFamily; one that is stated only with itself.
//  3. A default, a check, an index, a unique or a foreign key that is stated has
//     to be as stated. Where the name of one is implied, any name will do. A
//     unique constraint and a unique index on the same columns are one to it.
//  4. A column that is stated to count up may do so in any way.
//  5. What only the database has of NOT NULL, defaults, indexes, constraints,
//     comments, storage parameters and the like is no difference; nor are enum
//     types and sequences that only the database has.
//
// The rule for tables that are not in implied is equality.
func Compat(have, want *schema.Database, implied schema.Implied) (settled *schema.Database, passed []Difference) {
	if len(implied) == 0 {
		return schema.Clone(want), nil
	}
	loose := loosen(have, want, implied)
	settled, passed, _ = takeBack(have, loose, deltas(have, loose), func(d delta) bool {
		switch d.Kind {
		case "schema":
			return false
		case "enum", "sequence":
			return d.Class == Leftover
		}
		t, ok := implied[d.Table]
		return ok && passes(d, t)
	})
	return settled, passed
}

// passes reports whether a difference contradicts nothing that is stated.
func passes(d delta, t schema.ImpliedTable) bool {
	switch {
	case d.Kind == "table" && d.Class == Changed:
		return d.Want == ""
	case d.Kind == "table", d.Kind == "column" && d.Class != Changed:
		return false
	case d.Kind == "column":
		return columnPasses(d, t.Columns[d.Name])
	case d.Class == Leftover:
		return true
	case d.Kind == "primary-key":
		return t.PrimaryKey
	case d.Class == Missing:
		return d.Kind == "foreign-key" && t.ForeignKeys[d.Name] || d.Kind == "index" && t.Indexes[d.Name]
	}
	return partPasses(d, t)
}

// columnPasses is about one facet of a column.
func columnPasses(d delta, implied schema.ImpliedColumn) bool {
	have, want := d.have.(schema.Column), d.want.(schema.Column)
	switch d.Facet {
	case "type":
		return implied.Type && sameFamily(productOf(d.Table).Name, have.Type, want.Type)
	case "null":
		return have.NotNull || implied.NotNull
	case "default":
		if !implied.Default {
			return countsUp(d.Table, have) && countsUp(d.Table, want)
		}
		return want.Default == "" && want.Generated == nil
	}
	return d.Want == ""
}

// countsUp reports whether the server numbers the rows. In SQLite every column
// of type INTEGER may: it does where it is the primary key.
func countsUp(table schema.Name, c schema.Column) bool {
	if c.Serial || c.Identity != nil || c.Autoincrement || strings.HasPrefix(strings.ToLower(c.Default), "nextval(") {
		return true
	}
	return table.Schema == "" && strings.EqualFold(c.Type.Text, "integer") && c.Default == "" && c.Generated == nil
}

// partPasses is about a constraint or an index that is there with another
// definition: what the models leave empty is the database's own affair.
func partPasses(d delta, t schema.ImpliedTable) bool {
	switch have := d.have.(type) {
	case schema.Index:
		want := d.want.(schema.Index)
		if want.Derived {
			want.Name = have.Name
		}
		if len(want.Options) == 0 {
			have.Options = nil
		}
		if want.Comment == "" {
			have.Comment = ""
		}
		return same(bareIndex(have), bareIndex(want))
	case schema.ForeignKey:
		want, ok := d.want.(schema.ForeignKey)
		if !ok {
			return false
		}
		if t.ForeignKeys[want.Name] {
			return sameReference(have, want)
		}
		return sameButName(have, filledForeignKey(want, have))
	case schema.Unique:
		want, ok := d.want.(schema.Unique)
		have.Comment = orOwn(want.Comment, have.Comment)
		return ok && sameButName(have, want)
	case schema.Check:
		want, ok := d.want.(schema.Check)
		have.Comment = orOwn(want.Comment, have.Comment)
		return ok && sameButName(have, want)
	}
	return false
}

// sameButName: a name that nobody chose is that of the database.
func sameButName(have, want schema.Constraint) bool {
	if constraintDerived(want) {
		want = renameConstraint(want, have.ConstraintName())
	}
	return same(bareConstraint(have), bareConstraint(want))
}

// orOwn is what the database has, unless the models say nothing: then it is
// that nothing.
func orOwn(want, have string) string {
	if want == "" {
		return ""
	}
	return have
}

func sameReference(a, b schema.ForeignKey) bool {
	a, b = sortPairs(a), sortPairs(b)
	return a.RefTable == b.RefTable && slices.Equal(a.Columns, b.Columns) && slices.Equal(a.RefColumns, b.RefColumns)
}

// filledForeignKey is the wanted key with what it says nothing about as the
// database has it. An action is said by any but NO ACTION, which is also what
// saying nothing means.
func filledForeignKey(want, have schema.ForeignKey) schema.ForeignKey {
	if want.OnDelete == schema.NoAction {
		want.OnDelete, want.SetColumns = have.OnDelete, have.SetColumns
	}
	if want.OnUpdate == schema.NoAction {
		want.OnUpdate = have.OnUpdate
	}
	if !want.Deferrable {
		want.Deferrable, want.Deferred = have.Deferrable, have.Deferred
	}
	if want.Comment == "" {
		want.Comment = have.Comment
	}
	want.MatchFull = want.MatchFull || have.MatchFull
	return want
}
