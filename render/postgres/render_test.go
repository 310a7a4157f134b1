package postgres

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func name(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }

var (
	users = schema.Table{
		Name: name("users"),
		Columns: []schema.Column{
			{Name: "id", Type: schema.Type{Text: "bigint"}, NotNull: true},
			{Name: "email", Type: schema.Type{Text: "text"}},
		},
		PrimaryKey: &schema.PrimaryKey{Name: "users_pkey", Columns: []string{"id"}},
		Indexes:    []schema.Index{{Name: "users_email_idx", Method: "btree", Keys: []schema.IndexKey{{Column: "email"}}}},
	}
	mood  = schema.Enum{Name: name("mood"), Values: []string{"a", "b"}}
	count = schema.Sequence{Name: name("count"), Options: schema.SequenceOptions{Type: "bigint"}}
	base  = schema.Database{Schemas: []schema.Schema{{Name: "public"}}, Enums: []schema.Enum{mood}, Sequences: []schema.Sequence{count}, Tables: []schema.Table{users}}
)

// oneOfEach is a change of every kind that base can take.
var (
	active   = schema.Object{Kind: schema.KindView, Name: name("active"), SQL: "CREATE VIEW public.active AS SELECT 1 AS id", Shape: []string{"id integer"}}
	inactive = schema.Object{Kind: schema.KindView, Name: name("active"), SQL: "CREATE VIEW public.active AS SELECT 2 AS id", Shape: []string{"id integer"}}
)

func oneOfEach() []diff.Change {
	email := users.Columns[1]
	check := schema.Check{Name: "c", Expr: "email <> ''::text"}
	named := check
	named.Name = "d"
	commented := check
	commented.Comment = "why"
	described := users.Indexes[0]
	described.Comment = "why"
	byName, unique := users.Indexes[0], users.Indexes[0]
	byName.Keys = []schema.IndexKey{{Column: "id"}}
	unique.Unique = true
	return []diff.Change{
		diff.CreateSchema{Schema: schema.Schema{Name: "app"}},
		diff.DropSchema{Schema: schema.Schema{Name: "app"}},
		diff.AlterSchema{From: schema.Schema{Name: "public"}, To: schema.Schema{Name: "public", Comment: "why"}},
		diff.CreateEnum{Enum: schema.Enum{Name: name("size"), Values: []string{"s"}}},
		diff.DropEnum{Enum: mood},
		diff.AlterEnum{From: mood, To: schema.Enum{Name: mood.Name, Values: []string{"a", "b", "c"}}},
		diff.CreateSequence{Sequence: schema.Sequence{Name: name("other")}},
		diff.DropSequence{Sequence: count},
		diff.AlterSequence{From: count, To: schema.Sequence{Name: count.Name, Options: schema.SequenceOptions{Type: "bigint", Cycle: true}}},
		diff.CreateTable{Table: schema.Table{Name: name("t")}},
		diff.DropTable{Table: users},
		diff.AlterTable{From: schema.Table{Name: users.Name}, To: schema.Table{Name: users.Name, Comment: "why"}},
		diff.RenameTable{From: users.Name, To: name("people")},
		diff.AddColumn{Table: users.Name, Column: schema.Column{Name: "n", Type: schema.Type{Text: "integer"}}},
		diff.DropColumn{Table: users.Name, Column: email},
		diff.AlterColumn{Table: users.Name, From: email, To: schema.Column{Name: "email", Type: email.Type, Default: "''::text"}},
		diff.RenameColumn{Table: users.Name, From: "email", To: "mail"},
		diff.AddConstraint{Table: users.Name, Constraint: check},
		diff.DropConstraint{Table: users.Name, Constraint: check},
		diff.AlterConstraint{Table: users.Name, From: check, To: commented},
		diff.RenameConstraint{Table: users.Name, From: check, To: named},
		diff.CreateIndex{Table: users.Name, Index: schema.Index{Name: "i", Method: "btree", Keys: []schema.IndexKey{{Column: "id"}}}},
		diff.DropIndex{Table: users.Name, Index: users.Indexes[0]},
		diff.AlterIndex{Table: users.Name, From: users.Indexes[0], To: described},
		diff.RenameIndex{Table: users.Name, From: "users_email_idx", To: "e"},
		diff.ReplaceIndex{Table: users.Name, From: users.Indexes[0], To: byName},
		diff.AdoptIndex{Table: users.Name, Index: unique, Constraint: schema.Unique{Name: "u", Columns: []string{"email"}}},
		diff.ReleaseIndex{Table: users.Name, Constraint: schema.Unique{Name: "u", Columns: []string{"email"}}, Index: unique},
		diff.AlterAccess{From: schema.Access{On: schema.Ref{Kind: schema.RefTable, Name: users.Name}, Owner: "a"},
			To: schema.Access{On: schema.Ref{Kind: schema.RefTable, Name: users.Name}, Owner: "b", Grants: []schema.Grant{{Role: "c", Privilege: "SELECT"}}}},
		diff.CreateObject{Object: active}, diff.DropObject{Object: active}, diff.AlterObject{From: active, To: inactive},
		diff.RenameObject{From: active.Ref(), To: schema.Ref{Kind: active.Kind, Name: name("lively")}},
	}
}

// TestEveryChangeIsRendered reads the closed set out of package diff, so that
// a new kind of change is missed here first.
func TestEveryChangeIsRendered(t *testing.T) {
	have := map[string]bool{}
	for _, c := range oneOfEach() {
		kind := strings.TrimPrefix(fmt.Sprintf("%T", c), "diff.")
		have[kind] = true
		statements, err := Render(diff.Plan{From: base, To: base, Changes: []diff.Change{c}}, render.Options{})
		if err != nil || len(statements) == 0 {
			t.Errorf("%s: %d statements, %v", kind, len(statements), err)
			continue
		}
		if !statements[0].First || statements[0].Change == nil {
			t.Errorf("%s: its first statement does not tell of it", kind)
		}
		if len(render.Comment(statements[0])) == 0 {
			t.Errorf("%s: no comment", kind)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../../diff/change.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != "change" || f.Recv == nil {
			continue
		}
		kinds++
		if kind := f.Recv.List[0].Type.(*ast.Ident).Name; !have[kind] {
			t.Errorf("%s is a change and not in this test", kind)
		}
	}
	if kinds == 0 {
		t.Error("package diff has no changes?")
	}
}

func TestRefusals(t *testing.T) {
	column := func(c schema.Column) diff.Change { return diff.AddColumn{Table: users.Name, Column: c} }
	text := schema.Type{Text: "text"}
	computed := users
	computed.Columns = append(slices.Clone(users.Columns), schema.Column{Name: "low", Type: text, Generated: &schema.Generated{Expr: "lower(email)"}})
	for _, c := range []struct {
		what    string
		change  diff.Change
		version int
		why     string
	}{
		{"compression before 14", column(schema.Column{Name: "c", Type: text, Compression: "lz4"}), 130020, "PostgreSQL 13 has no column compression, which came with 14: column users.c"},
		{"virtual column before 18", column(schema.Column{Name: "c", Type: text, Generated: &schema.Generated{Expr: "email", Virtual: true}}), 170000, "PostgreSQL 17 has no virtual generated columns, which came with 18: column users.c"},
		{"unlogged sequence before 15", diff.CreateSequence{Sequence: schema.Sequence{Name: name("s"), Unlogged: true}}, 140000, "PostgreSQL 14 has no unlogged sequences, which came with 15: sequence s"},
		{"NULLS NOT DISTINCT before 15", diff.AddConstraint{Table: users.Name, Constraint: schema.Unique{Name: "u", Columns: []string{"email"}, NullsNotDistinct: true}}, 140000, "PostgreSQL 14 has no NULLS NOT DISTINCT, which came with 15: unique constraint u on users"},
		{"no version is the oldest", diff.CreateIndex{Table: users.Name, Index: schema.Index{Name: "i", Unique: true, NullsNotDistinct: true}}, 0, "PostgreSQL 13 has no NULLS NOT DISTINCT, which came with 15: index i on users"},
		{"SET NULL of some columns before 15", diff.AddConstraint{Table: users.Name, Constraint: schema.ForeignKey{Name: "f", OnDelete: schema.SetNull, SetColumns: []string{"email"}}}, 140000, "PostgreSQL 14 has no column lists behind ON DELETE, which came with 15: foreign key f on users"},
		{"a table of SQLite", diff.CreateTable{Table: schema.Table{Name: name("t"), Strict: true}}, 180000, "PostgreSQL has no STRICT tables: t"},
		{"another table of SQLite", diff.CreateTable{Table: schema.Table{Name: name("t"), WithoutRowid: true}}, 180000, "PostgreSQL has no WITHOUT ROWID tables: t"},
		{"a column of SQLite", column(schema.Column{Name: "c", Type: schema.Type{Text: "integer"}, Autoincrement: true}), 180000, "PostgreSQL has no AUTOINCREMENT: column users.c"},
		{"serial text", column(schema.Column{Name: "c", Type: text, Serial: true}), 180000, "a serial column is smallint, integer or bigint, and users.c is text"},
		{"the base of a generated column", diff.DropColumn{Table: users.Name, Column: users.Columns[1]}, 180000, "users.email cannot be dropped while users.low is computed from it"},
		{"storage back to that of an unknown type", diff.AlterColumn{Table: users.Name,
			From: schema.Column{Name: "email", Type: schema.Type{Text: "public.geometry"}, Storage: "external"},
			To:   schema.Column{Name: "email", Type: schema.Type{Text: "public.geometry"}}}, 150000, "the storage strategy of public.geometry is not known, so that of users.email cannot be put back to it"},
	} {
		t.Run(c.what, func(t *testing.T) {
			from := base
			from.Tables = []schema.Table{computed}
			_, err := Render(diff.Plan{From: from, To: from, Changes: []diff.Change{c.change}}, render.Options{ServerVersion: c.version})
			var refused *render.UnsupportedError
			if !errors.As(err, &refused) {
				t.Fatalf("not refused: %v", err)
			}
			if refused.Why != c.why || refused.Hint == "" || refused.Change == nil {
				t.Errorf("%q\nwant %q, hint %q", refused.Why, c.why, refused.Hint)
			}
		})
	}
}

func TestAllRefusalsAreReported(t *testing.T) {
	changes := []diff.Change{
		diff.CreateTable{Table: schema.Table{Name: name("a"), Strict: true}},
		diff.AddColumn{Table: users.Name, Column: schema.Column{Name: "fine", Type: schema.Type{Text: "text"}}},
		diff.CreateTable{Table: schema.Table{Name: name("b"), WithoutRowid: true}},
	}
	statements, err := Render(diff.Plan{From: base, To: base, Changes: changes}, render.Options{})
	if len(statements) != 0 || err == nil {
		t.Fatalf("%d statements, %v", len(statements), err)
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != 2 {
		t.Errorf("%d refusals: %v", got, err)
	}
}

func TestRenderIsTheSameEveryTime(t *testing.T) {
	p := diff.Plan{From: base, To: base, Changes: oneOfEach()[3:9]}
	first, err := Render(p, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, _ := Render(p, render.Options{})
		if d := cmp.Diff(first, again); d != "" {
			t.Fatal(d)
		}
	}
}

func TestConstraintNames(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, c := range []struct {
		what  string
		table schema.Table
		now   []schema.Table
		want  bool // named by the server
	}{
		{"the server's own name", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_a_b_key", Columns: []string{"a", "b"}}}}, nil, true},
		{"another name", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "once", Columns: []string{"a"}}}}, nil, false},
		{"included columns are part of it", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_a_key", Columns: []string{"a"}, Include: []string{"b"}}}}, nil, false},
		{"a name a table has", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_a_key", Columns: []string{"a"}}}}, []schema.Table{{Name: name("t_a_key")}}, false},
		{"a name an index of the table wants", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_a_key", Columns: []string{"a"}}}, Indexes: []schema.Index{{Name: "t_a_key"}}}, nil, false},
		{"a name a constraint elsewhere has", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_a_key", Columns: []string{"a"}}}}, []schema.Table{{Name: name("o"), Checks: []schema.Check{{Name: "t_a_key"}}}}, false},
		{"a list longer than a name", schema.Table{Name: name("t"), Uniques: []schema.Unique{{Name: "t_" + long + "_" + long[:17] + "_key", Columns: []string{long, long}}}}, nil, false},
	} {
		r := newRenderer(diff.Plan{From: schema.Database{Tables: c.now}, To: schema.Database{Tables: []schema.Table{c.table}}}, render.Options{})
		if got := r.namedByServer(c.table, c.table.Uniques[0]); got != c.want {
			t.Errorf("%s: %t", c.what, got)
		}
	}
}
