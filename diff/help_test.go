package diff_test

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func sortColumns(t *schema.Table) {
	slices.SortFunc(t.Columns, func(a, b schema.Column) int { return cmp.Compare(a.Name, b.Name) })
}

// unnamedAs takes away the names of constraints for which want has none: a
// name that nobody asked for is no difference.
func unnamedAs(want, got *schema.Database) *schema.Database {
	got = schema.Clone(got)
	for i := range got.Tables {
		t, w := &got.Tables[i], want.Table(got.Tables[i].Name)
		if w == nil {
			continue
		}
		named := map[string]bool{}
		if w.PrimaryKey != nil {
			named[w.PrimaryKey.Name] = true
		}
		for _, c := range w.Uniques {
			named[c.Name] = true
		}
		for _, c := range w.ForeignKeys {
			named[c.Name] = true
		}
		for _, c := range w.Checks {
			named[c.Name] = true
		}
		blank := func(name *string) {
			if !named[*name] {
				*name = ""
			}
		}
		if t.PrimaryKey != nil {
			blank(&t.PrimaryKey.Name)
		}
		for j := range t.Uniques {
			blank(&t.Uniques[j].Name)
		}
		for j := range t.ForeignKeys {
			blank(&t.ForeignKeys[j].Name)
		}
		for j := range t.Checks {
			blank(&t.Checks[j].Name)
		}
	}
	return got
}

// shuffled is the database with every list in another order whose order means
// nothing.
func shuffled(r *rand.Rand, db *schema.Database) *schema.Database {
	db = schema.Clone(db)
	mix(r, db.Schemas)
	mix(r, db.Enums)
	mix(r, db.Sequences)
	mix(r, db.Tables)
	mix(r, db.Objects)
	for _, t := range db.Tables {
		mix(r, t.Uniques)
		mix(r, t.ForeignKeys)
		mix(r, t.Checks)
		mix(r, t.Exclusions)
		mix(r, t.Indexes)
	}
	return db
}

func mix[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// kindOf is the name of a change's type.
func kindOf(c diff.Change) string { return reflect.TypeOf(c).Name() }

// everyChange is one of each type, each with something in it.
func everyChange() []diff.Change {
	db := kitchenSink()
	t, n := db.Tables[0], db.Tables[0].Name
	other := t.Clone()
	other.Comment, other.Columns[0].Comment, other.Indexes[0].Comment = "", "", ""
	named := t.Checks[0]
	named.Name = "other"
	object := db.Objects[0].Clone()
	object.Comment = ""
	return []diff.Change{
		diff.CreateSchema{Schema: db.Schemas[0]}, diff.DropSchema{Schema: db.Schemas[0]}, diff.AlterSchema{From: db.Schemas[0], To: schema.Schema{Name: "public"}},
		diff.CreateEnum{Enum: db.Enums[0]}, diff.DropEnum{Enum: db.Enums[0]}, diff.AlterEnum{From: db.Enums[0], To: schema.Enum{Name: db.Enums[0].Name, Values: []string{"y"}}},
		diff.CreateSequence{Sequence: db.Sequences[0]}, diff.DropSequence{Sequence: db.Sequences[0]},
		diff.AlterSequence{From: db.Sequences[0], To: schema.Sequence{Name: db.Sequences[0].Name}},
		diff.CreateTable{Table: t}, diff.DropTable{Table: t}, diff.AlterTable{From: schema.Table{Name: n, Comment: "c"}, To: schema.Table{Name: n}},
		diff.RenameTable{From: n, To: schema.Name{Schema: "public", Local: "u"}},
		diff.AddColumn{Table: n, Column: t.Columns[0]}, diff.DropColumn{Table: n, Column: t.Columns[0]},
		diff.AlterColumn{Table: n, From: t.Columns[0], To: other.Columns[0]}, diff.RenameColumn{Table: n, From: "a", To: "c"},
		diff.AddConstraint{Table: n, Constraint: t.Checks[0]}, diff.DropConstraint{Table: n, Constraint: t.Checks[0]},
		diff.AlterConstraint{Table: n, From: t.Checks[0], To: schema.Check{Name: "ck", Expr: "b > 0"}}, diff.RenameConstraint{Table: n, From: t.Checks[0], To: named},
		diff.CreateIndex{Table: n, Index: t.Indexes[0]}, diff.DropIndex{Table: n, Index: t.Indexes[0]},
		diff.AlterIndex{Table: n, From: t.Indexes[0], To: other.Indexes[0]}, diff.RenameIndex{Table: n, From: "ix", To: "iy"},
		diff.ReplaceIndex{Table: n, From: t.Indexes[0], To: other.Indexes[0]},
		diff.AdoptIndex{Table: n, Index: t.Indexes[0], Constraint: t.Uniques[0]}, diff.ReleaseIndex{Table: n, Constraint: t.Uniques[0], Index: t.Indexes[0]},
		diff.CreateObject{Object: object}, diff.DropObject{Object: object}, diff.AlterObject{From: db.Objects[0], To: object},
		diff.RenameObject{From: db.Objects[0].Ref(), To: schema.Ref{Kind: schema.KindFunction, Name: schema.Name{Schema: "public", Local: "h"}, Args: "integer", Table: n}},
	}
}
