package postgres

import (
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// TestWhatGoesAlongIsTold: the server drops these without a word.
func TestWhatGoesAlongIsTold(t *testing.T) {
	computed := users
	computed.Columns = append(slices.Clone(users.Columns), schema.Column{Name: "low", Type: schema.Type{Text: "text"}, Generated: &schema.Generated{Expr: "lower(email)"}})
	computed.Indexes = append(slices.Clone(users.Indexes), schema.Index{Name: "low_idx", Method: "btree", Keys: []schema.IndexKey{{Column: "low"}}})
	low := computed.Columns[2]
	other := low
	other.Generated = &schema.Generated{Expr: "upper(email)"}
	from := base
	from.Tables = []schema.Table{computed}
	from.Unmanaged = []schema.Object{
		{Kind: "clustered index", Name: name("low_idx"), Table: users.Name},
		{Kind: "column options", Name: schema.Name{Local: "email"}, Table: users.Name},
		{Kind: "column privileges", Name: name("low"), Table: users.Name},
		{Kind: "domain", Name: name("moods")},
		{Kind: "extended statistics", Name: name("st"), Table: users.Name, Uses: []schema.ColumnRef{{Table: users.Name, Column: "low"}}},
		{Kind: "extended statistics", Name: name("st2"), Table: users.Name, Uses: []schema.ColumnRef{{Table: users.Name, Column: "email"}}},
		{Kind: "inheritance child", Name: name("c"), Uses: []schema.ColumnRef{{Table: users.Name, Column: "email"}}},
		{Kind: "publication", Name: schema.Name{Local: "pub"}, Needs: []schema.Ref{{Kind: schema.RefTable, Name: users.Name}}},
		{Kind: "policy", Name: name("p2"), Table: users.Name, Uses: []schema.ColumnRef{{Table: users.Name, Column: "email"}}},
		{Kind: "privileges", Name: name("count"), Table: name("count")},
		{Kind: "privileges", Name: name("mood")},
		{Kind: "privileges", Name: name("users"), Table: users.Name},
		{Kind: "replica identity", Name: name("users"), Table: users.Name},
		{Kind: "statistics target", Name: name("low_idx.lower"), Table: users.Name},
		{Kind: "trigger", Name: name("tg"), Table: users.Name},
		{Kind: "trigger", Name: name("elsewhere"), Table: name("others")},
		{Kind: "view", Name: name("v2"), Uses: []schema.ColumnRef{{Table: name("others"), Column: "low"}}},
	}
	const takes = "takes along what gen does not manage and cannot bring back: "
	for _, c := range []struct {
		what   string
		change diff.Change
		sql    string
		want   []string
	}{
		{"table", diff.DropTable{Table: computed}, "DROP TABLE", []string{"DATA10: " + takes + "clustered index low_idx, column options email, column privileges low, extended statistics st, extended statistics st2, its place in publication pub, policy p2, privileges, replica identity, statistics target low_idx.lower, trigger tg",
			"CORR15: fails while what gen does not manage uses the table (inheritance child c): drop that before"}},
		{"sequence", diff.DropSequence{Sequence: count}, "DROP SEQUENCE", []string{"DATA10: " + takes + "privileges"}},
		{"column", diff.DropColumn{Table: users.Name, Column: low}, "DROP COLUMN", []string{
			"DATA10: " + takes + "clustered index low_idx, column privileges, extended statistics st, statistics target low_idx.lower; replica identity if it uses this"}},
		{"column made anew", diff.AlterColumn{Table: users.Name, From: low, To: other}, "DROP COLUMN", []string{
			"DATA10: " + takes + "clustered index low_idx, column privileges, extended statistics st, statistics target low_idx.lower; replica identity if it uses this"}},
		{"index", diff.DropIndex{Table: users.Name, Index: computed.Indexes[1]}, "DROP INDEX", []string{"DATA10: " + takes + "clustered index low_idx, statistics target low_idx.lower; replica identity if it uses this"}},
		{"index nothing hangs on but perhaps the replica identity", diff.DropIndex{Table: users.Name, Index: users.Indexes[0]}, "DROP INDEX", []string{"DATA10: " + takes + "replica identity if it uses this"}},
		{"primary key", diff.DropConstraint{Table: users.Name, Constraint: *users.PrimaryKey}, "DROP CONSTRAINT", []string{"DATA10: " + takes + "replica identity if it uses this"}},
		{"enum", diff.DropEnum{Enum: mood}, "DROP TYPE", []string{"DATA10: " + takes + "privileges", "CORR15: fails if a function, domain, cast or table that gen does not manage uses the type, such as domain moods"}},
		{"enum made anew", diff.AlterEnum{From: mood, To: schema.Enum{Name: mood.Name, Values: []string{"b"}}}, "DROP TYPE", []string{"DATA10: " + takes + "privileges", "CORR15: fails if a function, domain, cast or table that gen does not manage uses the type, such as domain moods"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			statements, err := Render(diff.Plan{From: from, To: from, Changes: []diff.Change{c.change}}, render.Options{ServerVersion: 160000})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(statements, func(s render.Statement) bool { return strings.Contains(s.SQL, c.sql) })
			if i < 0 {
				t.Fatalf("no %s in %v", c.sql, statements)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(statements[i].Hazards, func(h render.Hazard) bool { return h.ID+": "+h.Text == want }) {
					t.Errorf("no hazard\n%s\nin %v", want, statements[i].Hazards)
				}
			}
		})
	}
}

// TestNothingGoesAlong: no hazard where the database holds nothing unmanaged.
func TestNothingGoesAlong(t *testing.T) {
	statements, err := Render(diff.Plan{From: base, To: base, Changes: oneOfEach()}, render.Options{ServerVersion: 160000})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		for _, h := range s.Hazards {
			if h.ID == "DATA10" || h.ID == "CORR15" {
				t.Errorf("%s: %v", s.SQL, h)
			}
		}
	}
}

// TestWhatStandsInTheWay: what the server would refuse when the revision runs is
// refused when it is written.
func TestWhatStandsInTheWay(t *testing.T) {
	email := users.Columns[1]
	wide := email
	wide.Type = schema.Type{Text: "character varying(40)"}
	uses := []schema.ColumnRef{{Table: users.Name, Column: email.Name}}
	drop, retype := diff.DropColumn{Table: users.Name, Column: email}, diff.AlterColumn{Table: users.Name, From: email, To: wide}
	for _, c := range []struct {
		what   string
		object schema.Object
		change diff.Change
		want   string // "": it is no matter
	}{
		{"view, column goes", schema.Object{Kind: "view", Name: name("v"), Uses: uses}, drop, "users.email cannot be dropped while what gen does not manage uses it: view v"},
		{"view elsewhere, other type", schema.Object{Kind: "view", Name: schema.Name{Schema: "far", Local: "v"}, Uses: uses}, retype, "users.email cannot get the other type while what gen does not manage uses it: view far.v"},
		{"policy, other type", schema.Object{Kind: "policy", Name: name("p"), Table: users.Name, Uses: uses}, retype, "users.email cannot get the other type while what gen does not manage uses it: policy p on users"},
		{"publication, other type", schema.Object{Kind: "publication", Name: schema.Name{Local: "pub"}, Uses: uses}, retype, "users.email cannot get the other type while what gen does not manage uses it: publication pub"},
		{"foreign key, column goes", schema.Object{Kind: "foreign key constraint", Name: name("k"), Table: name("others"), Uses: uses}, drop, "users.email cannot be dropped while what gen does not manage uses it: foreign key constraint k on others"},
		{"foreign key, other type", schema.Object{Kind: "foreign key constraint", Name: name("k"), Table: name("others"), Uses: uses}, retype, ""},
		{"statistics, column goes", schema.Object{Kind: "extended statistics", Name: name("s"), Table: users.Name, Uses: uses}, drop, ""},
		{"view, table goes", schema.Object{Kind: "view", Name: name("v"), Uses: uses}, diff.DropTable{Table: users}, "table users cannot be dropped while what gen does not manage uses it: view v"},
		{"function of the table, which goes", schema.Object{Kind: "function", Name: name("f()"), Needs: []schema.Ref{{Kind: schema.RefTable, Name: users.Name}}}, diff.DropTable{Table: users},
			"table users cannot be dropped while what gen does not manage uses it: function f()"},
	} {
		t.Run(c.what, func(t *testing.T) {
			from := base
			from.Unmanaged = []schema.Object{c.object}
			_, err := Render(diff.Plan{From: from, To: from, Changes: []diff.Change{c.change}}, render.Options{ServerVersion: 160000})
			got := ""
			if err != nil {
				got, _, _ = strings.Cut(err.Error(), " (")
			}
			if got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
