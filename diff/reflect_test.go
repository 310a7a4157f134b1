package diff_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// exempt are the fields that no comparison looks at, and why.
var exempt = map[string]string{
	"Pos":       "where something is declared is not what it is",
	"Backfill":  "what happens once, not a state",
	"Was":       "a hint for FindRenames, not a state",
	"Derived":   "says whether the name counts, see TestNamesNobodyChose",
	"Unmanaged": "what gen does not manage is never compared",
	"Users":     "who cannot be without it follows from the tables",
	"Reader":    "who asks is not what is asked about",

	"NamesNotNull": "what the product does with names is not what is there",

	"Objects[0].Grants":             "who may what is given back, not compared",
	"Access[1].On":                  "what the sequence of a column is called follows from the column",
	"Access[1].Owner":               "the sequence of a column goes with its table",
	"Access[0].Grants[1].Grantable": "what is taken away is not passed on",
	"Uses":                          "follows from the definition",
	"Needs":                         "follows from the definition",
	"Inherited":                     "follows from the parents; how a column came to be there is taken over",
	"Attached":                      "nobody chose these names",
	"OpenPartitions":                "says whether partitions count, see WithoutOpen",
}

// kitchenSink holds one of everything, with every field set.
func kitchenSink() *schema.Database {
	n := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	i64 := func(v int64) *int64 { return &v }
	stats := 500
	pos := schema.Pos{File: "m.go", Line: 1, Col: 2, Sym: "T.F"}
	options := schema.SequenceOptions{Type: "bigint", Start: i64(1), Increment: i64(2), Min: i64(3), Max: i64(4), Cache: i64(5), Cycle: true}
	storage := []schema.Option{{Name: "fillfactor", Value: "70"}}
	key := schema.IndexKey{Column: "a", Collation: schema.Name{Schema: "pg_catalog", Local: "C"}, Opclass: n("ops"),
		OpclassOptions: storage, Desc: true, NullsFirst: true, Statistics: &stats}
	expr := schema.IndexKey{Expr: "lower(a)"}
	return &schema.Database{
		Schemas:   []schema.Schema{{Name: "public", Comment: "c", Pos: pos}},
		Enums:     []schema.Enum{{Name: n("mood"), Values: []string{"x", "y"}, Comment: "c", Was: []schema.Former{{Name: n("old"), Args: "a", Told: true, Pos: pos}}, Pos: pos}},
		Sequences: []schema.Sequence{{Name: n("s"), Options: options, OwnedBy: schema.ColumnRef{Table: n("t"), Column: "a"}, Unlogged: true, Comment: "c", Was: []schema.Former{{Name: n("old"), Args: "a", Told: true, Pos: pos}}, Pos: pos}},
		Tables: []schema.Table{{
			Name: n("t"),
			Columns: []schema.Column{
				{Name: "a", Type: schema.Type{Text: "public.mood", Ref: n("mood")}, NotNull: true, Default: "'x'::public.mood", Serial: true, Autoincrement: true,
					Identity: &schema.Identity{Always: true, Options: options}, Generated: &schema.Generated{Expr: "b", Virtual: true},
					Collation: n("coll"), Storage: "main", Compression: "lz4", Statistics: &stats, Comment: "c", Backfill: "1", Was: []string{"old"}, Pos: pos,
					NotNullConstraint: &schema.NotNull{Name: "nn", NotValid: true, NoInherit: true, Comment: "c"}},
				{Name: "b", Type: schema.Type{Text: "integer"}},
			},
			PrimaryKey: &schema.PrimaryKey{Name: "pk", Derived: true, Columns: []string{"a"}, Include: []string{"b"}, WithoutOverlaps: true, Deferrable: true, Deferred: true, Comment: "c", Pos: pos},
			Uniques: []schema.Unique{{Name: "uq", Derived: true, Columns: []string{"a"}, Include: []string{"b"}, NullsNotDistinct: true, WithoutOverlaps: true,
				Deferrable: true, Deferred: true, Comment: "c", Pos: pos}},
			ForeignKeys: []schema.ForeignKey{{Name: "fk", Derived: true, Columns: []string{"a"}, RefTable: n("other"), RefColumns: []string{"id"},
				OnDelete: schema.SetNull, OnUpdate: schema.Cascade, SetColumns: []string{"a"}, MatchFull: true, Deferrable: true, Deferred: true,
				NotValid: true, NotEnforced: true, Period: true, Comment: "c", Pos: pos}},
			Checks: []schema.Check{{Name: "ck", Derived: true, Expr: "b > 0", NotValid: true, NotEnforced: true, NoInherit: true, Comment: "c", Pos: pos}},
			Exclusions: []schema.Exclusion{{Name: "ex", Derived: true, Method: "gist", Elements: []schema.ExclusionElement{{Key: key, Operator: "&&"}, {Key: expr, Operator: "="}},
				Include: []string{"b"}, Where: "b > 0", Deferrable: true, Deferred: true, Comment: "c", Pos: pos}},
			Indexes: []schema.Index{{Name: "ix", Derived: true, Unique: true, Method: "btree", Keys: []schema.IndexKey{key, expr}, Include: []string{"b"},
				NullsNotDistinct: true, Where: "b > 0", Options: storage, Comment: "c", Pos: pos}},
			OpenPartitions: true,
			Method:         "columnar", Unlogged: true, Strict: true, WithoutRowid: true, Options: storage, Comment: "c", Was: []schema.Name{n("old")}, Pos: pos,
		}, {
			Name: n("part"), PartitionOf: &schema.Partition{Parent: n("whole"), Bound: "DEFAULT", Attached: []schema.Attached{{Parent: "i", Name: "j"}}},
			Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "integer"}, Inherited: true}},
		}, {
			Name: n("heir"), Inherits: []schema.Name{n("whole")},
			Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "integer"}, Inherited: true}},
		}, {
			Name: n("whole"), PartitionBy: "LIST (a)", Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "integer"}}},
		}},
		Objects: []schema.Object{{Kind: schema.KindFunction, Name: n("g"), Args: "integer", Table: n("t"), SQL: "CREATE FUNCTION g", Shape: []string{"i integer"},
			Facets: []schema.Option{{Name: "enabled", Value: "always"}}, Comment: "c", Grants: []string{"GRANT"},
			Uses: []schema.ColumnRef{{Table: n("t"), Column: "a"}}, Needs: []schema.Ref{{Kind: schema.KindTrigger, Name: n("t"), Args: "a", Table: n("t")}},
			Users: []schema.Ref{{Kind: schema.RefColumn, Name: n("a"), Args: "a", Table: n("t")}},
			Was:   []schema.Former{{Name: n("old"), Args: "a", Told: true, Pos: pos}}, Pos: pos}},
		Access: []schema.Access{
			{On: schema.Ref{Kind: schema.RefTable, Name: n("t")}, Owner: "o", Pos: pos, Grants: []schema.Grant{
				{Column: "b", Role: "r", Privilege: "SELECT", By: "q", Grantable: true}, {Privilege: "INSERT", Revoked: true}}},
			{On: schema.Ref{Kind: schema.RefSequence, Name: n("t_a_seq")}, Of: schema.ColumnRef{Table: n("t"), Column: "a"}, Grants: []schema.Grant{{Role: "r", Privilege: "USAGE"}}},
		},
		Reader: "me", NamesNotNull: true,
		Unmanaged: []schema.Object{{Kind: "function", Name: n("f()"), Table: n("t"), SQL: "x", Uses: []schema.ColumnRef{{Table: n("t"), Column: "a"}}}},
	}
}

// chosen makes every name one that the user chose: otherwise a change of a
// name is none.
func chosen(db *schema.Database) *schema.Database {
	t := &db.Tables[0]
	t.PrimaryKey.Derived, t.Uniques[0].Derived, t.ForeignKeys[0].Derived = false, false, false
	t.Checks[0].Derived, t.Exclusions[0].Derived, t.Indexes[0].Derived = false, false, false
	return db
}

// leaves calls f for every value in v that holds no others, and for every list
// and pointer as a whole, with its path.
func leaves(path string, v reflect.Value, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			leaves(fmt.Sprintf("%s[%d]", path, i), v.Index(i), f)
		}
		if v.Len() > 0 {
			f(path+" emptied", v)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			leaves(path, v.Elem(), f)
			f(path+" emptied", v)
		}
	default:
		f(path, v)
	}
}

// alter changes a value to another one.
func alter(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "z")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	default:
		v.SetZero()
	}
}

func exemption(path string) string {
	for field, why := range exempt {
		if strings.Contains("."+path, "."+field) {
			return why
		}
	}
	return ""
}

func TestEveryFieldIsCompared(t *testing.T) {
	var paths []string
	leaves("Database", reflect.ValueOf(kitchenSink()).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	if len(paths) < 150 {
		t.Fatalf("only %d fields are walked", len(paths))
	}
	for _, path := range paths {
		want := chosen(kitchenSink())
		leaves("Database", reflect.ValueOf(want).Elem(), func(p string, v reflect.Value) {
			if p == path {
				alter(v)
			}
		})
		p, err := diff.Diff(chosen(kitchenSink()), want, diff.Renames{})
		noticed := err != nil || len(p.Changes) > 0
		switch why := exemption(path); {
		case why != "" && noticed && !strings.HasSuffix(path, "Derived"):
			t.Errorf("%s makes a difference and should not: %s", path, why)
		case why == "" && !noticed:
			t.Errorf("%s makes no difference", path)
		}
		for _, c := range p.Changes {
			if l := diff.Describe(c); l.Sign == "~" && l.Detail == "" {
				t.Errorf("%s: a change without words: %#v", path, l)
			}
		}
	}
}

// The walk above starts from values; this one from types, so that no field is
// left zero in the kitchen sink and thereby untested.
func TestKitchenSinkHasEveryField(t *testing.T) {
	seen := map[string]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Name() + "." + v.Type().Field(i).Name
				seen[name] = seen[name] || !v.Field(i).IsZero()
				walk(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		}
	}
	walk(reflect.ValueOf(kitchenSink()).Elem())
	for name, set := range seen {
		if !set {
			t.Errorf("%s is not set anywhere", name)
		}
	}
}
