package diff_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// tab makes a table of columns written as "name type" or "name type was old".
func tab(name string, was []string, cols ...string) schema.Table {
	t := schema.Table{Name: public(name)}
	for _, w := range was {
		t.Was = append(t.Was, public(w))
	}
	for _, c := range cols {
		f := strings.Fields(c)
		col := schema.Column{Name: f[0], Type: schema.Type{Text: f[1]}}
		if len(f) > 2 {
			col.Was = f[3:]
		}
		t.Columns = append(t.Columns, col)
	}
	return t
}

// computed makes one column of a table a generated one.
func computed(t schema.Table, name string) schema.Table {
	t.Column(name).Generated = &schema.Generated{Expr: "b + 1"}
	return t
}

// sorted are the texts of conflicts.
func sorted(err error) []string {
	var c *diff.Conflicts
	if !errors.As(err, &c) {
		return nil
	}
	var texts []string
	for _, one := range c.List {
		texts = append(texts, one.Text)
	}
	slices.Sort(texts)
	return texts
}

func TestFindRenames(t *testing.T) {
	tests := []struct {
		name       string
		have, want schema.Table
		answers    diff.Answers
		found      []string // "a → b"
		asked      []string // the two flags
		errors     []string
	}{
		{name: "a hint and only the old name in the database: a rename",
			have: tab("t", nil, "a text", "x integer"), want: tab("t", nil, "b text was a", "x integer"), found: []string{"t.a → b"}},
		{name: "a hint and only the new name: it is done",
			have: tab("t", nil, "b text"), want: tab("t", nil, "b text was a")},
		{name: "a hint and neither: a plain add",
			have: tab("t", nil, "x text"), want: tab("t", nil, "x text", "b text was a")},
		{name: "a hint and both: an error",
			have: tab("t", nil, "a text", "b text"), want: tab("t", nil, "b text was a"),
			errors: []string{"column public.t.b was a, and the database has both"}},
		{name: "a hint and both, the old name being a column of its own by now: it is done",
			have: tab("t", nil, "a text", "b text"), want: tab("t", nil, "b text was a", "a text")},
		{name: "a hint and both, the column of the old name being made anew: an error, as the values may be meant",
			have: tab("t", nil, "a bigint", "b bigint"), want: computed(tab("t", nil, "a bigint", "b bigint was a"), "a"),
			errors: []string{"column public.t.b was a, and the database has both"}},
		{name: "hints that go round and both: an error",
			have: tab("t", nil, "a text", "b text"), want: tab("t", nil, "b text was a", "a text was b"),
			errors: []string{"column t.b was t.a, t.a was t.b: such a swap looks the same before and after, so was: cannot tell whether it has been done"}},
		{name: "hints of three that go round, among older names: one error",
			have: tab("t", nil, "a text", "b text", "c text"), want: tab("t", nil, "b text was x a", "c text was b", "a text was c y"),
			errors: []string{"column t.b was t.a, t.a was t.c, t.c was t.b: such a swap looks the same before and after, so was: cannot tell whether it has been done"}},
		{name: "hints that go round, answered with yes",
			have: tab("t", nil, "a text", "b text"), want: tab("t", nil, "b text was a", "a text was b"),
			answers: diff.Answers{Rename: []string{"t.a=t.b", "t.b=t.a"}}, found: []string{"t.a → b", "t.b → a"}},
		{name: "several old names, one there",
			have: tab("t", nil, "a1 text"), want: tab("t", nil, "b text was a0 a1"), found: []string{"t.a1 → b"}},
		{name: "several old names, two there",
			have: tab("t", nil, "a0 text", "a1 text"), want: tab("t", nil, "b text was a0 a1"),
			errors: []string{"column public.t.b was a0 and a1, and the database has both"}},
		{name: "a hint holds for another type too",
			have: tab("t", nil, "a text"), want: tab("t", nil, "b jsonb was a"), found: []string{"t.a → b"}},
		{name: "a table with a hint, and a column in it",
			have: tab("old", nil, "a text"), want: tab("t", []string{"old"}, "b text was a"), found: []string{"old → t", "t.a → b"}},
		{name: "no hint, one type, one place: a question",
			have: tab("t", nil, "a text"), want: tab("t", nil, "b text"),
			asked: []string{"--rename t.a=t.b", "--no-rename t.a"}},
		{name: "no hint, one type of an extension, spelled with its schema and without: a question",
			have: tab("t", nil, "a public.citext"), want: tab("t", nil, "b citext"),
			asked: []string{"--rename t.a=t.b", "--no-rename t.a"}},
		{name: "no hint, one type, the same attributes elsewhere: a question",
			have: tab("t", nil, "a text", "x integer"), want: tab("t", nil, "x integer", "b text"),
			asked: []string{"--rename t.a=t.b", "--no-rename t.a"}},
		{name: "no hint, a longer type at the same place: a question",
			have: tab("t", nil, "a varchar(10)"), want: tab("t", nil, "b varchar(20)"),
			asked: []string{"--rename t.a=t.b", "--no-rename t.a"}},
		{name: "no hint, another type: no question",
			have: tab("t", nil, "a text"), want: tab("t", nil, "b integer")},
		{name: "two gone and two new: pairs by place",
			have: tab("t", nil, "a text", "c text"), want: tab("t", nil, "b text", "d text"),
			asked: []string{"--rename t.a=t.b", "--no-rename t.a", "--rename t.c=t.d", "--no-rename t.c"}},
		{name: "most columns equal: a question about the table and none about its columns",
			have: tab("old", nil, "a text", "b text", "c text"), want: tab("t", nil, "a text", "b text", "d text"),
			asked: []string{"--rename old=t", "--no-rename old"}},
		{name: "few columns equal: no question",
			have: tab("old", nil, "a text", "b text"), want: tab("t", nil, "a text", "c text")},
		{name: "answered with yes",
			have: tab("t", nil, "a text"), want: tab("t", nil, "b text"),
			answers: diff.Answers{Rename: []string{"t.a=t.b"}}, found: []string{"t.a → b"}},
		{name: "answered with no",
			have: tab("t", nil, "a text"), want: tab("t", nil, "b text"), answers: diff.Answers{NoRename: []string{"public.t.a"}}},
		{name: "a table answered with yes, its column by the old name",
			have: tab("old", nil, "a text", "x text", "y text"), want: tab("t", nil, "b text", "x text", "y text"),
			answers: diff.Answers{Rename: []string{"old=t", "public.old.a=t.b"}}, found: []string{"old → t", "t.a → b"}},
		{name: "a table answered with no",
			have: tab("old", nil, "a text"), want: tab("t", nil, "a text"), answers: diff.Answers{NoRename: []string{"old"}}},
		{name: "two columns trade names",
			have: tab("t", nil, "a text", "b text"), want: tab("t", nil, "a text", "b text"),
			answers: diff.Answers{Rename: []string{"t.a=t.b", "t.b=t.a"}}, found: []string{"t.a → b", "t.b → a"}},
		{name: "answers that match nothing",
			have: tab("t", nil, "a text"), want: tab("t", nil, "a text"),
			answers: diff.Answers{Rename: []string{"t.x=t.y", "t.a"}, NoRename: []string{"t.a", `t."`}},
			errors: []string{
				`--no-rename t." is no name`,
				"--no-rename t.a matches nothing: t.a is not about to be dropped",
				"--rename t.a is not old=new",
				"--rename t.x=t.y matches nothing: the database must have t.x and not t.y, the models t.y",
			}},
		{name: "names with dots and blanks",
			have: tab("my.table", nil, "a text"), want: tab("my.table", nil, "b text"),
			asked: []string{`--rename '"my.table".a="my.table".b'`, `--no-rename '"my.table".a'`}},
		{name: "names with dots, answered",
			have: tab("my.table", nil, "a text"), want: tab("my.table", nil, "b text"),
			answers: diff.Answers{Rename: []string{`"my.table".a="my.table".b`}}, found: []string{"my.table.a → b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, questions, err := diff.FindRenames(database(test.have), database(test.want), test.answers, "public")
			var found, asked []string
			for _, x := range r.Tables {
				found = append(found, x.From.Local+" → "+x.To.Local)
			}
			for _, x := range r.Columns {
				found = append(found, x.Table.Local+"."+x.From+" → "+x.To)
			}
			for _, q := range questions {
				asked = append(asked, q.YesFlag, q.NoFlag)
			}
			if d := cmp.Diff(test.found, found); d != "" {
				t.Errorf("renames (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.asked, asked); d != "" {
				t.Errorf("questions (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.errors, sorted(err)); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
		})
	}
}

func TestSwapByHints(t *testing.T) {
	have := database(tab("a", nil, "x text"), tab("b", nil, "y text"))
	want := database(tab("a", []string{"b"}, "y text"), tab("b", []string{"a"}, "x text"))
	_, _, err := diff.FindRenames(have, want, diff.Answers{}, "public")
	var got *diff.Conflicts
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	expected := []diff.Conflict{{
		Text: "table a was b, b was a: such a swap looks the same before and after, so was: cannot tell whether it has been done",
		Hint: "take was: away; if it is still to be done, say so once: gen revision --autogenerate -m \"…\" --rename b=a --rename a=b",
	}}
	if d := cmp.Diff(expected, got.List); d != "" {
		t.Errorf("conflicts (-want +got):\n%s", d)
	}
}

func TestQuestionSaysWhy(t *testing.T) {
	pos := schema.Pos{File: "m.go", Line: 7}
	want := tab("t", nil, "b text")
	want.Columns[0].Pos = pos
	_, questions, err := diff.FindRenames(database(tab("t", nil, "a text")), database(want), diff.Answers{}, "public")
	if err != nil || len(questions) != 1 {
		t.Fatalf("%v, %v", questions, err)
	}
	expected := diff.Question{Kind: "column", From: "t.a", To: "t.b", Why: "same type text, same place and attributes",
		YesFlag: "--rename t.a=t.b", NoFlag: "--no-rename t.a", Pos: pos}
	if d := cmp.Diff(expected, questions[0]); d != "" {
		t.Errorf("question (-want +got):\n%s", d)
	}
}

// A schema that moved: every table is gone and every other one is new.
func BenchmarkFindRenamesOfAllTables(b *testing.B) {
	tables := func(in string) *schema.Database {
		db := &schema.Database{}
		for i := range 2000 {
			t := schema.Table{Name: schema.Name{Schema: in, Local: fmt.Sprintf("t%d", i)}}
			for j := range 10 {
				t.Columns = append(t.Columns, schema.Column{Name: fmt.Sprintf("c%d", i%50*j), Type: schema.Type{Text: "text"}})
			}
			db.Tables = append(db.Tables, t)
		}
		return db
	}
	have, want := tables("old"), tables("new")
	for b.Loop() {
		if _, asked, err := diff.FindRenames(have, want, diff.Answers{}, "public"); err != nil || len(asked) != 2000 {
			b.Fatalf("%d questions, %v", len(asked), err)
		}
	}
}
