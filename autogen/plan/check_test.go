package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// given is a plan of three changes: u1 carries out c1 and c2, u2 c3, outside of a
// transaction.
func given(t *testing.T) Plan {
	t.Helper()
	users := schema.Name{Schema: "public", Local: "users"}
	a := diff.AddColumn{Table: users, Column: schema.Column{Name: "a"}}
	b := diff.AddColumn{Table: users, Column: schema.Column{Name: "b"}}
	x := diff.CreateIndex{Table: users, Index: schema.Index{Name: "x"}}
	p := diff.Plan{Changes: []diff.Change{a, b, x}}
	up := []render.Statement{
		{SQL: "ALTER TABLE users ADD a int, ADD b int", Change: a, Also: []diff.Change{b}, First: true},
		{SQL: "CREATE INDEX CONCURRENTLY x ON users (a)", Change: x, First: true, Tx: render.NoTx},
	}
	down := []render.Statement{
		{SQL: "DROP INDEX CONCURRENTLY x", Change: x.Reverse(), First: true, Tx: render.NoTx},
		{SQL: "ALTER TABLE users DROP b", Change: b.Reverse(), First: true, Loses: "b"},
		{SQL: "ALTER TABLE users DROP a", Change: a.Reverse(), First: true, Loses: "a"},
	}
	lines := make([]diff.Line, 3)
	for i, c := range p.Changes {
		lines[i] = diff.Describe(c)
	}
	return New(p, lines, up, down)
}

func TestCheckOfWhatWasEdited(t *testing.T) {
	for name, tc := range map[string]struct {
		edit  func(*Plan)
		edits []string
		down  string // ids of the way back
		err   string
	}{
		"nothing": {func(*Plan) {}, nil, "d1 d2 d3", ""},
		"a change is left out with its statements": {
			func(p *Plan) { p.Drop(func(c diff.Change) bool { _, is := c.(diff.CreateIndex); return is }) },
			[]string{"left out: + index x on users ()"}, "d2 d3", ""},
		"a change that shares its statement": {
			func(p *Plan) { p.Changes = p.Changes[1:] }, nil, "",
			"statements: u1 carries out c1 too, which is left out: keep both in changes, and edit its sql"},
		"statements in another order": {
			func(p *Plan) { p.Statements[0], p.Statements[1] = p.Statements[1], p.Statements[0] },
			[]string{"moved: ALTER TABLE users ADD a int, ADD b int"}, "d1 d2 d3", ""},
		"a statement left out with its way back": {
			func(p *Plan) { p.Statements, p.Down = p.Statements[:1], p.Down[1:] },
			[]string{"left out: CREATE INDEX CONCURRENTLY x ON users (a)", "the way back: left out: DROP INDEX CONCURRENTLY x"}, "d2 d3", ""},
		"a statement left out, and its way back kept": {
			func(p *Plan) { p.Statements = p.Statements[:1] }, nil, "",
			"down: d1 takes back c3, which no statement carries out any more: leave c3 out of changes"},
		"a statement forced into a transaction": {
			func(p *Plan) { p.Statements[1].Tx = "on" }, nil, "",
			`statements: u2: the server refuses it in a transaction, so its tx is "each"`},
		"a statement in a transaction of its own": {
			func(p *Plan) { p.Statements[0].Tx = "each" },
			[]string{"in other transactions: ALTER TABLE users ADD a int, ADD b int"}, "d1 d2 d3", ""},
		"what the way back loses is not edited away": {
			func(p *Plan) { p.Down[1].Loses = "nothing" }, nil, "", "down: d2: loses is what gen knows of it and cannot be edited"},
		"a change in other words": {
			func(p *Plan) { p.Changes[0].Detail = "tiny" }, nil, "",
			"changes: c1 (users.a) is what differs and cannot be edited: leave it out, or edit its statements"},
		"a statement of the way back on the way up": {
			func(p *Plan) { p.Statements = append(p.Statements, p.Down[0]) }, nil, "",
			`statements: there is no statement "d1"; one that is new has no id`},
		"a comment": {func(p *Plan) { p.Statements[0].Comment = []string{"said"} }, nil, "d1 d2 d3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			was := given(t)
			edited := was.Clone()
			tc.edit(&edited)
			final, edits, err := Check(was, edited)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if text != tc.err {
				t.Fatalf("error %q, want %q", text, tc.err)
			}
			if err != nil {
				return
			}
			var ids []string
			for _, s := range final.Down {
				ids = append(ids, s.ID)
			}
			if d := cmp.Diff(tc.edits, edits); d != "" || strings.Join(ids, " ") != tc.down {
				t.Errorf("way back %v, want %s; edits (-want +got):\n%s", ids, tc.down, d)
			}
			if len(was.Changes) != 3 || len(was.Statements) != 2 || was.Statements[0].ID != "u1" {
				t.Errorf("the plan that was given has changed: %+v", was)
			}
		})
	}
}
