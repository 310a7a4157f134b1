package diff_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// public is a name in PostgreSQL's default schema.
func public(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }

// columns are integers.
func columns(names ...string) []schema.Column {
	var list []schema.Column
	for _, n := range names {
		list = append(list, schema.Column{Name: n, Type: schema.Type{Text: "integer"}})
	}
	return list
}

// database has the schema public and these tables.
func database(tables ...schema.Table) *schema.Database {
	return &schema.Database{Schemas: []schema.Schema{{Name: "public"}}, Tables: tables}
}

// lines are the changes in words.
func lines(changes []diff.Change) []string {
	var all []string
	for _, c := range changes {
		l := diff.Describe(c)
		line := l.Sign + " " + l.Object
		if l.Detail != "" {
			line += "  " + l.Detail
		}
		all = append(all, line)
	}
	return all
}

// checkPlan compares the plan in words, and holds it to the laws.
func checkPlan(t *testing.T, have, want *schema.Database, r diff.Renames, expected ...string) diff.Plan {
	t.Helper()
	p, err := diff.Diff(have, want, r)
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	if d := cmp.Diff(expected, lines(p.Changes)); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	there := mustApply(t, have, p.Changes)
	if d := cmp.Diff(text(&p.To), text(there)); d != "" {
		t.Errorf("the plan does not lead to Plan.To (-To +given):\n%s", d)
	}
	back := mustApply(t, there, p.Reverse().Changes)
	if d := cmp.Diff(text(have), text(back)); d != "" {
		t.Errorf("the reverse does not lead back (-have +got):\n%s", d)
	}
	again, err := diff.Diff(there, want, diff.Renames{})
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("a second diff is not empty: %v %q", err, lines(again.Changes))
	}
	return p
}

func TestNamesNobodyChose(t *testing.T) {
	index := func(name string, derived bool, column string) schema.Index {
		return schema.Index{Name: name, Derived: derived, Method: "btree", Keys: []schema.IndexKey{{Column: column}}}
	}
	unique := func(name string, derived bool, column string) schema.Unique {
		return schema.Unique{Name: name, Derived: derived, Columns: []string{column}}
	}
	table := func(name string, parts ...any) schema.Table {
		tab := schema.Table{Name: public(name), Columns: columns("a", "b")}
		for _, p := range parts {
			switch p := p.(type) {
			case schema.Index:
				tab.Indexes = append(tab.Indexes, p)
			case schema.Unique:
				tab.Uniques = append(tab.Uniques, p)
			case schema.PrimaryKey:
				tab.PrimaryKey = &p
			case schema.Check:
				tab.Checks = append(tab.Checks, p)
			}
		}
		return tab
	}
	tests := []struct {
		name       string
		have, want schema.Table
		changes    []string
	}{
		{"the rule's name, another in the database",
			table("t", index("old", false, "a"), unique("u", false, "b"), schema.PrimaryKey{Name: "p", Columns: []string{"a"}}),
			table("t", index("t_a_idx", true, "a"), unique("t_b_key", true, "b"), schema.PrimaryKey{Name: "t_pkey", Derived: true, Columns: []string{"a"}}),
			nil},
		{"no name at all",
			table("t", unique("u", false, "b")), table("t", unique("", false, "b")), nil},
		{"a chosen name, another in the database",
			table("t", index("t_a_idx", false, "a"), unique("t_b_key", false, "b"), schema.PrimaryKey{Name: "t_pkey", Columns: []string{"a"}}),
			table("t", index("mine", false, "a"), unique("my_key", false, "b"), schema.PrimaryKey{Name: "my_pk", Columns: []string{"a"}}),
			[]string{"~ primary key t_pkey  renamed to my_pk", "~ unique t_b_key  renamed to my_key", "~ index t_a_idx  renamed to mine"}},
		{"two that trade names",
			table("t", index("x", false, "a"), index("y", false, "b")),
			table("t", index("y", false, "a"), index("x", false, "b")),
			[]string{"~ index y  renamed to gen_tmp_y", "~ index x  renamed to y", "~ index gen_tmp_y  renamed to x"}},
		{"three that trade names, an index among constraints",
			table("t", index("x", false, "a"), unique("y", false, "b"), unique("z", false, "a")),
			table("t", index("y", false, "a"), unique("z", false, "b"), unique("x", false, "a")),
			[]string{"~ unique z  renamed to gen_tmp_z", "~ unique y  renamed to z", "~ index x  renamed to y", "~ unique gen_tmp_z  renamed to x"}},
		{"a name moves on",
			table("t", index("x", false, "a"), index("y", false, "b")),
			table("t", index("y", false, "a")),
			[]string{"- index y  on t (b)", "~ index x  renamed to y"}},
		{"one name, another definition",
			table("t", index("x", false, "a")), table("t", index("x", false, "b")),
			[]string{"~ index x  keys (column a) → (column b)"}},
		{"the rule's name is taken by a chosen one",
			table("t", index("x", false, "a")),
			table("t", index("t_a_idx", true, "a"), index("x", false, "b")),
			[]string{"~ index x  renamed to t_a_idx", "+ index x  on t (b)"}},
		{"the rule's name is taken twice over",
			table("t"),
			table("t", index("t_a_idx", true, "a"), index("t_a_idx", false, "b")),
			[]string{"+ index t_a_idx1  on t (a)", "+ index t_a_idx  on t (b)"}},
		{"altered under a name that nobody chose",
			table("t", index("old", false, "a")),
			table("t", func() schema.Index { x := index("t_a_idx", true, "a"); x.Comment = "c"; return x }()),
			[]string{"~ index old  comment none → 'c'"}},
		{"renamed and altered",
			table("t", schema.Check{Name: "old", Expr: "a > 0", NotValid: true}),
			table("t", schema.Check{Name: "new", Expr: "a > 0"}),
			[]string{"~ check old  renamed to new", "~ check new  validated"}},
		{"only the letter case differs",
			table("t", index("Mine", false, "a")), table("t", index("mine", false, "a")),
			[]string{"~ index Mine  renamed to mine"}},
		{"a unique constraint becomes a unique index of another name",
			table("t", unique("t_a_key", false, "a")),
			table("t", func() schema.Index { x := index("t_a_idx", true, "a"); x.Unique = true; return x }()),
			[]string{"+ index t_a_idx  unique on t (a), instead of the unique t_a_key"}},
		{"a unique index becomes a unique constraint of the same name",
			table("t", func() schema.Index { x := index("u", false, "a"); x.Unique = true; return x }()),
			table("t", unique("u", false, "a")),
			[]string{"+ unique u  on t (a), out of the unique index u"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkPlan(t, database(test.have), database(test.want), diff.Renames{}, test.changes...)
		})
	}
}

func TestNameThatARenamedTableKeeps(t *testing.T) {
	key := func(name string, derived bool) *schema.PrimaryKey {
		return &schema.PrimaryKey{Name: name, Derived: derived, Columns: []string{"a"}}
	}
	have := database(schema.Table{Name: public("users"), Columns: columns("a"), PrimaryKey: key("users_pkey", false)})
	want := database(
		schema.Table{Name: public("people"), Columns: columns("a"), PrimaryKey: key("people_pkey", true)},
		schema.Table{Name: public("users"), Columns: columns("a"), PrimaryKey: key("users_pkey", true)})
	r := diff.Renames{Tables: []diff.TableRename{{From: public("users"), To: public("people")}}}
	p := checkPlan(t, have, want, r, "~ table users  renamed to people", "+ table users  1 column")
	if got := p.To.Table(public("users")).PrimaryKey.Name; got != "users_pkey1" {
		t.Errorf("the new table's key is %q and would have the name of the old one's", got)
	}
}

func TestConflicts(t *testing.T) {
	at := func(line int) schema.Pos { return schema.Pos{File: "m.go", Line: line, Col: 1} }
	table := schema.Table{Name: public("t"), Columns: columns("a"), Pos: at(1)}
	have := database()
	have.Unmanaged = []schema.Object{
		{Kind: "view", Name: public("t")},
		{Kind: "domain", Name: public("mood")},
		{Kind: "function", Name: public("u")},
		{Kind: "ignored table", Name: public("kept")},
		{Kind: "sequence", Name: public("counter")},
		{Kind: "view", Name: schema.Name{Schema: "gone", Local: "v"}},
	}
	have.Schemas = append(have.Schemas, schema.Schema{Name: "gone"})
	have.Tables = []schema.Table{{Name: public("old"), Columns: columns("a")}}
	twice := schema.Table{Name: public("u"), Columns: columns("a"), Pos: at(2),
		Indexes:     []schema.Index{{Name: "same", Keys: []schema.IndexKey{{Column: "a"}}, Pos: at(3)}},
		Uniques:     []schema.Unique{{Name: "same", Columns: []string{"a"}, Pos: at(4)}},
		ForeignKeys: []schema.ForeignKey{{Name: "f", Columns: []string{"a"}, RefTable: public("old"), RefColumns: []string{"a"}, Pos: at(5)}},
	}
	want := database(table, twice, schema.Table{Name: public("kept"), Columns: columns("a"), Pos: at(8)},
		schema.Table{Name: public("counter"), Columns: columns("a"), Pos: at(9)})
	want.Enums = []schema.Enum{{Name: public("mood"), Values: []string{"x"}, Pos: at(6)}}
	want.Sequences = []schema.Sequence{{Name: public("u"), Pos: at(7)}}
	_, err := diff.Diff(have, want, diff.Renames{})
	expected := `schema gone is in no model any more and cannot be dropped: it holds the view gone.v, which gen does not manage
m.go:1:1: table public.t cannot have its name: the view public.t in the database, which gen does not manage, has it
m.go:3:1: index same of public.u cannot have its name: constraint same of public.u has it
m.go:5:1: the foreign key of public.u refers to public.old, which is in no model and would be dropped
m.go:6:1: enum public.mood cannot have its name: the domain public.mood in the database, which gen does not manage, has it
m.go:7:1: sequence public.u cannot have its name: table public.u has it
m.go:8:1: table public.kept cannot have its name: the ignored table public.kept in the database, which gen does not manage, has it
m.go:9:1: table public.counter cannot have its name: the sequence public.counter in the database, which gen does not manage, has it`
	if err == nil {
		t.Fatal("no error")
	}
	if d := cmp.Diff(expected, err.Error()); d != "" {
		t.Errorf("error (-want +got):\n%s", d)
	}
	var conflicts *diff.Conflicts
	if !errors.As(err, &conflicts) || !strings.Contains(conflicts.List[1].Hint, "//gen:ignore") {
		t.Errorf("a struct over a view: no hint to leave it out")
	}
}

// TestInvalidIndexHoldsItsName: to choose another name is the wrong advice
// about what a failed CREATE INDEX CONCURRENTLY left behind.
func TestInvalidIndexHoldsItsName(t *testing.T) {
	have := database(schema.Table{Name: public("t"), Columns: columns("a")})
	have.Unmanaged = []schema.Object{{Kind: "invalid index", Name: public("by_a"), Table: public("t")}}
	want := database(schema.Table{Name: public("t"), Columns: columns("a"),
		Indexes: []schema.Index{{Name: "by_a", Keys: []schema.IndexKey{{Column: "a"}}}}})
	_, err := diff.Diff(have, want, diff.Renames{})
	var conflicts *diff.Conflicts
	if !errors.As(err, &conflicts) || len(conflicts.List) != 1 {
		t.Fatalf("want one conflict, got %v", err)
	}
	if hint := conflicts.List[0].Hint; !strings.Contains(hint, "DROP INDEX CONCURRENTLY public.by_a") || !strings.Contains(hint, "gen upgrade") {
		t.Errorf("hint %q", hint)
	}
}
