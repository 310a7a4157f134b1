package diff_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func TestDescribe(t *testing.T) {
	one, two := int64(1), int64(2)
	email := typed("email", "character varying(255)")
	tests := []struct {
		change diff.Change
		want   string
	}{
		{diff.AlterColumn{Table: public("users"), From: email, To: typed("email", "character varying(320)")},
			"~ users.email  character varying(255) → character varying(320)"},
		{diff.AlterColumn{Table: public("users"), From: email, To: typed("email", "text", defaultTo("''::text"), func(c *schema.Column) { c.NotNull, c.Comment = true, "c" })},
			"~ users.email  character varying(255) → text, null → not null, default none → ''::text, comment none → 'c'"},
		{diff.AlterColumn{Table: public("t"), From: typed("a", "bigint", func(c *schema.Column) { c.Serial = true }),
			To: typed("a", "bigint", func(c *schema.Column) {
				c.Identity = &schema.Identity{Always: true, Options: schema.SequenceOptions{Start: &one}}
			})},
			"~ t.a  identity none → always, not serial"},
		{diff.AlterColumn{Table: public("t"),
			From: typed("a", "bigint", func(c *schema.Column) {
				c.Identity = &schema.Identity{Always: true, Options: schema.SequenceOptions{Start: &one}}
			}),
			To: typed("a", "bigint", func(c *schema.Column) {
				c.Identity = &schema.Identity{Options: schema.SequenceOptions{Start: &two}}
			})},
			"~ t.a  identity by default, start 1 → 2"},
		{diff.AlterColumn{Table: public("t"), From: typed("a", "bigint"), To: typed("a", "bigint", func(c *schema.Column) { c.Generated = &schema.Generated{Expr: "b + 1", Virtual: true} })},
			"~ t.a  generated none → (b + 1) virtual"},
		{diff.AddColumn{Table: schema.Name{Schema: "app", Local: "t"}, Column: typed("a", "text", defaultTo("''"), func(c *schema.Column) { c.NotNull = true })},
			"+ app.t.a  text not null default ''"},
		{diff.DropTable{Table: schema.Table{Name: public("t"), Columns: columns("a", "b")}}, "- table t  2 columns"},
		{diff.AlterTable{From: schema.Table{Name: public("t"), Options: []schema.Option{{Name: "fillfactor", Value: "70"}}}, To: schema.Table{Name: public("t"), Unlogged: true}},
			"~ table t  unlogged, options (fillfactor=70) → none"},
		{diff.AlterEnum{From: enum("mood", "a", "b"), To: enum("mood", "b", "a")}, "~ enum mood  order (a, b) → (b, a)"},
		{diff.AlterEnum{From: enum("mood", "a", "b"), To: enum("mood", "b", "c")}, "~ enum mood  adds 'c', removes 'a'"},
		{diff.AddConstraint{Table: public("t"), Constraint: schema.ForeignKey{Name: "fk", Columns: []string{"a"}, RefTable: public("u"), RefColumns: []string{"id"}, OnDelete: schema.SetNull}},
			"+ foreign key fk  on t (a) → u (id) on delete set null"},
		{diff.AlterConstraint{Table: public("t"), From: schema.ForeignKey{Name: "fk", NotValid: true}, To: schema.ForeignKey{Name: "fk", Deferrable: true}},
			"~ foreign key fk  deferrable, validated"},
		{diff.DropConstraint{Table: public("t"), Constraint: schema.Check{Expr: "a > 0"}}, "- check  on t (a > 0)"},
		{diff.CreateIndex{Table: public("t"), Index: schema.Index{Name: "i", Unique: true, Method: "gin", Keys: []schema.IndexKey{{Column: "a", Desc: true}, {Expr: "lower(b)"}}, Include: []string{"c"}, Where: "a > 0"}},
			"+ index i  unique on t using gin (a desc nulls last, (lower(b))) include (c) where a > 0"},
		{diff.AlterSequence{From: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Increment: &one}}, To: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Increment: &two}}},
			"~ sequence s  increment 1 → 2"},
	}
	for _, test := range tests {
		if d := cmp.Diff(test.want, lines([]diff.Change{test.change})[0]); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	}
}

func TestDescribeEveryChange(t *testing.T) {
	for _, c := range everyChange() {
		l := diff.Describe(c)
		if !strings.Contains("+-~", l.Sign) || l.Kind == "" || l.Object == "" || l.Sign == "~" && l.Detail == "" {
			t.Errorf("%s has no words: %#v", kindOf(c), l)
		}
		if strings.HasPrefix(kindOf(c), "Drop") && l.Pos.IsValid() {
			t.Errorf("%s has a position, though what goes is declared nowhere", kindOf(c))
		}
	}
}

func TestLineAsJSON(t *testing.T) {
	c := diff.AlterColumn{Table: public("t"), From: typed("a", "text"),
		To: typed("a", "integer", func(c *schema.Column) { c.NotNull, c.Pos = true, schema.Pos{File: "m.go", Line: 3} })}
	got, err := json.Marshal(diff.Describe(c))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"sign":"~","kind":"column","object":"t.a","detail":"text → integer, null → not null","details":["text → integer","null → not null"],"pos":{"file":"m.go","line":3}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHazardsAndLosses(t *testing.T) {
	alter := func(from, to schema.Column) diff.AlterColumn {
		return diff.AlterColumn{Table: public("t"), From: from, To: to}
	}
	types := func(from, to string) diff.AlterColumn { return alter(typed("a", from), typed("a", to)) }
	notNull := func(c *schema.Column) { c.NotNull = true }
	one, minusOne := int64(1), int64(-1)
	tests := []struct {
		name    string
		change  diff.Change
		hazards string // the ids
		loses   string
	}{
		{"a table goes", diff.DropTable{Table: schema.Table{Name: public("t")}}, "DATA01 COMPAT07", "all rows of t"},
		{"a column goes", diff.DropColumn{Table: public("t"), Column: typed("a", "text")}, "DATA02 COMPAT07", "what was written to t.a"},
		{"a generated column goes", diff.DropColumn{Table: public("t"), Column: typed("a", "text", func(c *schema.Column) { c.Generated = &schema.Generated{Expr: "b"} })}, "DATA02 COMPAT07", ""},
		{"a column comes", diff.AddColumn{Table: public("t"), Column: typed("a", "text")}, "", ""},
		{"a required column comes", diff.AddColumn{Table: public("t"), Column: typed("a", "text", notNull)}, "CORR02 COMPAT06", ""},
		{"a required column with a default", diff.AddColumn{Table: public("t"), Column: typed("a", "text", notNull, defaultTo("''"))}, "", ""},
		{"a serial column", diff.AddColumn{Table: public("t"), Column: typed("a", "bigint", notNull, func(c *schema.Column) { c.Serial = true })}, "", ""},
		{"NULL no more", alter(typed("a", "text"), typed("a", "text", notNull)), "CORR02 COMPAT06", ""},
		{"NULL from now on", alter(typed("a", "text", notNull), typed("a", "text")), "COMPAT05", ""},
		{"the default of a required column goes", alter(typed("a", "text", notNull, defaultTo("''")), typed("a", "text", notNull)), "COMPAT06", ""},
		{"a longer text", types("character varying(10)", "character varying(20)"), "", ""},
		{"a shorter text", types("character varying(20)", "character varying(10)"), "DATA07", ""},
		{"a text with an end", types("text", "character varying(10)"), "DATA07", ""},
		{"a larger integer", types("integer", "bigint"), "", ""},
		{"a smaller integer", types("bigint", "integer"), "DATA07", ""},
		{"more digits", types("numeric(10,2)", "numeric(12,2)"), "", ""},
		{"fewer digits before the point", types("numeric(10,2)", "numeric(9,2)"), "DATA07", ""},
		{"fewer digits behind the point", types("numeric(10,2)", "numeric(10,1)"), "DATA07", "digits behind the point of t.a"},
		{"more digits behind, fewer before", types("numeric(10,2)", "numeric(10,4)"), "DATA07", ""},
		{"numbers without limit get one", types("numeric", "numeric(10,2)"), "DATA07", "digits behind the point of t.a"},
		{"fractions to integers", types("numeric(10,2)", "integer"), "DATA07", "digits behind the point of t.a"},
		{"times to days", types("timestamp with time zone", "date"), "DATA07", "times of day of t.a"},
		{"seconds without fractions", types("timestamp(3) without time zone", "timestamp(0) without time zone"), "DATA07", "fractions of seconds of t.a"},
		{"an identity goes", alter(typed("a", "bigint", func(c *schema.Column) { c.Identity = &schema.Identity{} }), typed("a", "bigint")), "", "the value t.a has reached"},
		{"a value of an enum goes", diff.AlterEnum{From: enum("e", "a", "b"), To: enum("e", "a")}, "DATA08", ""},
		{"a value of an enum comes", diff.AlterEnum{From: enum("e", "a"), To: enum("e", "a", "b")}, "", ""},
		{"a sequence goes", diff.DropSequence{Sequence: schema.Sequence{Name: public("s")}}, "DATA09", "the value s has reached"},
		{"a sequence counts the other way", diff.AlterSequence{From: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Min: &one}}, To: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Max: &minusOne}}}, "DATA09", "the value s has reached"},
		{"a sequence with bounds that meet", diff.AlterSequence{From: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Min: &one}}, To: schema.Sequence{Name: public("s"), Options: schema.SequenceOptions{Max: &one}}}, "", ""},
		{"a table has another name", diff.RenameTable{From: public("t"), To: public("u")}, "COMPAT02", ""},
		{"a column has another name", diff.RenameColumn{Table: public("t"), From: "a", To: "b"}, "COMPAT01", ""},
		{"a foreign key comes", diff.AddConstraint{Table: public("t"), Constraint: schema.ForeignKey{}}, "CORR02", ""},
		{"a foreign key comes, rows unchecked", diff.AddConstraint{Table: public("t"), Constraint: schema.ForeignKey{NotValid: true}}, "", ""},
		{"a unique index comes", diff.CreateIndex{Table: public("t"), Index: schema.Index{Unique: true}}, "CORR01", ""},
		{"a check goes", diff.DropConstraint{Table: public("t"), Constraint: schema.Check{}}, "CORR03", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var ids []string
			for _, h := range diff.Hazards(test.change) {
				ids = append(ids, h.ID)
				if h.Text == "" || strings.HasSuffix(h.Text, ".") {
					t.Errorf("%s is no sentence without a full stop: %q", h.ID, h.Text)
				}
			}
			if got := strings.Join(ids, " "); got != test.hazards {
				t.Errorf("hazards %q, want %q", got, test.hazards)
			}
			if got := diff.Loses(test.change); got != test.loses {
				t.Errorf("loses %q, want %q", got, test.loses)
			}
		})
	}
}

// TestLineName: a hazard in a revision's header names something a reviewer
// can find.
func TestLineName(t *testing.T) {
	for _, tt := range []struct {
		line diff.Line
		want string
	}{
		{diff.Line{Kind: "column", Object: "orders.note", Detail: "text"}, "orders.note"},
		{diff.Line{Kind: "check", Object: "check", Detail: "on orders (total >= 0)"}, "check on orders"},
		{diff.Line{Kind: "check", Object: "check positive", Detail: "on orders (total >= 0)"}, "check positive"},
	} {
		if got := tt.line.Name(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.line, got, tt.want)
		}
	}
}
