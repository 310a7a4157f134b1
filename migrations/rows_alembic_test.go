package migrations

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// These are the cases of Alembic's tests of version traversal: which revisions
// run, in which order, and what its version table holds afterwards. Where the
// order is free, ours is one branch after the other. A case whose name ends in
// "(stricter)" is one where Alembic guesses and gen asks.

// alembicGraphs are the graphs of the cases, in the notation of revs.
var alembicGraphs = map[string][]string{
	"line":     {"a<", "b<a", "c<b", "d<c", "e<d"},
	"branched": {"a<", "b<a", "c1<b#c1branch", "d1<c1", "c2<b#c2branch", "d2<c2"},
	// d1 merges two trees, of which one goes on.
	"continued merge": {"a1<", "b1<a1", "c1<b1", "a2<", "b2<a2", "c2<b2", "d1<c1,c2", "d2<c2"},
	"continued three-way merge": {"a1<", "b1<a1", "c1<b1", "a2<", "b2<a2", "c2<b2", "a3<", "b3<a3", "c3<b3",
		"d1<c1,c2,c3", "d2<c2", "d3<c3"},
	"twin merges":        {"a<", "b1<a", "b2<a", "b3<a", "c1<b1,b2,b3", "c2<b1,b2,b3", "d1<c1", "d2<c2"},
	"overlapping merges": {"a<", "b1<a", "b2<a", "b3<a", "c1<b1,b2", "c2<b2,b3", "d1<c1", "d2<c2"},
	"dependency":         {"a1<#lib1", "b1<a1", "c1<b1", "a2<", "b2<a2", "c2<b2>c1", "d1<c1", "e1<d1", "f1<e1"},
	"overmerge": {"a1<", "a2<", "a3<", "amerge<a1,a2,a3", "b1<", "b2<", "bmerge<b1,b2",
		"c1<", "c2<", "c3<", "cmerge<c1,c2,c3", "d1<>a3,b2,c1"},
	"criss-cross":             {"a1<", "a2<a1", "b1<", "b2<b1>a2", "b3<b2", "a3<a2>b1"},
	"depends on own parent":   {"a1<", "a2<a1>a1"},
	"dependency said twice":   {"a1<", "a2<a1", "a3<a2", "b1<", "b2<b1>a3", "b3<b2", "b4<b3>a3"},
	"merge with a dependency": {"a1<", "b1<>a1", "bmerge<a1,b1"},
	"dependency by label":     {"a1<#lib1", "b1<a1", "c1<b1#c1lib", "a2<", "b2<a2", "c2<b2>c1lib", "d1<c1", "e1<d1", "f1<e1"},
	"forest":                  {"a1<", "b1<a1", "a2<", "b2<a2"},
	"merged":                  {"a<", "b<a", "c1<b", "d1<c1", "c2<b#c2branch", "d2<c2", "e<d1,d2", "f<e"},
	"branch dependency":       {"a<", "b<a", "c1<b#c1branch", "d1<c1", "c2<b#c2branch", "d2<c2>c1"},
	"implied head":            {"x1<#x", "y1<>x1#y"},
	"effective head":          {"x1<#x", "x2<x1", "y1<#y", "y2<y1>x1"},
}

// applied is what the rows of Alembic's version table stand for.
func appliedUpTo(t *testing.T, g *Graph, rows string) map[string]bool {
	t.Helper()
	var revs []*Revision
	for _, id := range strings.Fields(rows) {
		r := g.Revision(id)
		if r == nil {
			t.Fatalf("the graph has no %s", id)
		}
		revs = append(revs, r)
	}
	return g.ancestors(revs...)
}

func sortedRows(g *Graph, applied map[string]bool) string {
	return strings.Join(slices.Sorted(slices.Values(g.Current(applied))), " ")
}

const up, down, stamp = "upgrade", "downgrade", "stamp"

type traversal struct {
	graph, name       string
	do, symbol        string
	rows, steps, want string // want: the rows after, or "error: …" as in its beginning
}

func traversals() []traversal {
	return []traversal{
		{"line", "base on an empty database", down, "base", "", "", ""},
		{"line", "to what is current, in the middle", down, "a", "a", "", "a"},
		{"line", "to what is current, the head", down, "e", "e", "", "e"},
		{"line", "up", up, "e", "c", "d e", "e"},
		{"line", "up from nothing", up, "c", "", "a b c", "c"},
		{"line", "up by two", up, "+2", "a", "b c", "c"},
		{"line", "up by one", up, "+1", "a", "b", "b"},
		{"line", "up by three", up, "+3", "b", "c d e", "e"},
		{"line", "up, counted from a revision", up, "b+2", "a", "b c d", "d"},
		{"line", "up, counted back from a revision", up, "d-2", "a", "b", "b"},
		{"line", "up to an ancestor", up, "b", "d", "", "d"},
		{"line", "up backwards", up, "-2", "b", "", `error: revision "-2": an upgrade cannot go back`},
		{"line", "up too far", up, "+5", "b", "", `error: revision "+5": there are not enough revisions: 2 more asked after e`},
		{"line", "down", down, "c", "e", "e d", "c"},
		{"line", "down to nothing", down, "base", "c", "c b a", ""},
		{"line", "down by one", down, "-1", "c", "c", "b"},
		{"line", "down by three", down, "-3", "e", "e d c", "b"},
		{"line", "down, counted from a revision", down, "a+2", "d", "d", "c"},
		{"line", "down, counted back from a revision", down, "c-2", "d", "d c b", "a"},
		{"line", "down too far", down, "-5", "b", "", `error: revision "-5": there are not enough applied revisions: 3 more asked`},
		{"line", "down forwards", down, "+2", "b", "", `error: revision "+2": a downgrade cannot go forward`},
		{"line", "down from nothing to a revision", down, "b", "", "", `error: revision "b": b is not applied`},
		{"line", "down to what is above", down, "c", "b", "", `error: revision "c": c is not applied`},
		{"line", "stamp base", stamp, "base", "d", "", ""},

		{"branched", "stamp down to the branch point", stamp, "b", "d1 c2", "", "b"},
		{"branched", "stamp one branch away", stamp, "c1branch@base", "d1 c2", "", "c2"},
		{"branched", "stamp one branch to its head", stamp, "c2branch@head", "d1 c2", "", "d1 d2"},
		{"branched", "stamp a new branch beside another", stamp, "d2", "d1", "", "d1 d2"},
		{"branched", "stamp two", stamp, "c1 d2", "", "", "c1 d2"},
		{"branched", "stamp every head", stamp, "heads", "b", "", "d1 d2"},
		{"branched", "stamp an ancestor and its descendant (stricter)", stamp, "b d1", "", "", `error: revision "b d1": b is before d1`},
		{"branched", "stamp base and another (stricter)", stamp, "base d1", "c2", "", `error: revision "base": base takes every row away`},
		{"branched", "stamp head with two heads", stamp, "head", "", "", `error: revision "head": there are 2 heads`},
		{"branched", "up one branch", up, "d1", "b", "c1 d1", "d1"},
		{"branched", "up both branches", up, "heads", "a", "b c1 d1 c2 d2", "d1 d2"},
		{"branched", "down both branches", down, "a", "d1 d2", "d2 c2 d1 c1 b", "a"},
		{"branched", "up to before a branch's head", up, "c2branch@head-1", "b", "c2", "c2"},
		{"branched", "down to base+2, which is the branch point", down, "base+2", "d2 d1", "d2 c2 d1 c1", "b"},
		{"branched", "down one branch to base+2", down, "c2branch@base+2", "d2 d1", "d2 c2", "d1"},
		{"branched", "down one branch to base+3", down, "c2branch@base+3", "d2 d1", "d2", "c2 d1"},
		{"branched", "down to the first of a branch", down, "c2", "d2 d1", "d2", "c2 d1"},
		{"branched", "-1 with two heads (stricter)", down, "-1", "d2 d1", "", `error: revision "-1": there are several current revisions: d1, d2`},
		{"branched", "-1 with two uneven heads (stricter)", down, "-1", "c2 d1", "", `error: revision "-1": there are several current revisions: d1, c2`},
		{"branched", "-1 on a branch", down, "c1branch@-1", "d1 d2", "d1", "c1 d2"},
		{"branched", "-1 on the branch of a revision", down, "d2@-1", "d1 d2", "d2", "c2 d1"},
		{"branched", "-1 on a branch down to the trunk", down, "c1@-1", "c1 d2", "c1", "d2"},
		{"branched", "counted back from a revision, which names no branch", down, "d2-1", "d2 c1", "d2", "c1 c2"},
		{"branched", "counted back from a revision to the trunk", down, "c1-1", "c1 d2", "d2 c2 c1", "b"},
		{"branched", "down a branch to the branch point", down, "c1branch@b", "c1 d2", "c1", "d2"},
		{"branched", "down the other branch to the branch point", down, "c2branch@b", "c1 d2", "d2 c2", "c1"},
		{"branched", "down the branch of a revision", down, "c2@b", "d1 d2", "d2 c2", "d1"},
		{"branched", "down the branch of a head", down, "d1@b", "d1 d2", "d1 c1", "d2"},
		{"branched", "down to before a branch's head", down, "c1branch@head-1", "d1 d2", "d1", "c1 d2"},
		{"branched", "down a branch to base takes the branch alone (stricter)", down, "c1branch@base", "d1 d2", "d1 c1", "d2"},
		{"branched", "up by one on the other branch", up, "c2branch@+1", "c1", "c2", "c1 c2"},
		{"branched", "up by one on one of two branches", up, "c2branch@+1", "c1 c2", "d2", "c1 d2"},
		{"branched", "up by one on a branch, from the trunk", up, "c2branch@+1", "b", "c2", "c2"},
		{"branched", "up by one on a branch, from nothing", up, "c2branch@+1", "", "a", "a"},
		{"branched", "+1 with two heads", up, "+1", "c1 c2", "", `error: revision "+1": it is not clear from which revision to count: c1, c2`},
		{"branched", "+1 at the branch point", up, "+1", "b", "", `error: revision "+1": the line parts after b: c1, c2`},
		{"branched", "base+1 from nothing", up, "base+1", "", "a", "a"},
		{"branched", "+1 from nothing", up, "+1", "", "a", "a"},
		{"branched", "-1 to base", down, "-1", "a", "a", ""},
		{"branched", "-1 from base", down, "-1", "", "", `error: revision "-1": there are not enough applied revisions`},
		{"branched", "down to one of two current ones", down, "c2", "d1 c2", "", "c2 d1"},
		{"branched", "down to the other of two current ones", down, "d1", "d1 c2", "", "c2 d1"},

		{"continued merge", "up one side", up, "d1", "d2 b1", "c1 d1", "d1 d2"},
		{"continued merge", "down one side", down, "b1", "d2 d1", "d1 c1", "b1 d2"},
		{"continued three-way merge", "up one side", up, "d1", "d3 d2 b1", "c1 d1", "d1 d2 d3"},
		{"continued three-way merge", "down one side", down, "b1", "d3 d2 d1", "d1 c1", "b1 d2 d3"},
		{"continued three-way merge", "up two sides", up, "d1", "d3 b2 b1", "c1 c2 d1", "d1 d3"},
		{"continued three-way merge", "a merged branch goes on", up, "d2", "d3 d1", "d2", "d1 d2 d3"},

		{"twin merges", "up to both", up, "heads", "a", "b1 b2 b3 c1 d1 c2 d2", "d1 d2"},
		{"twin merges", "down from both", down, "a", "d1 d2", "d2 c2 d1 c1 b3 b2 b1", "a"},
		{"overlapping merges", "up to both", up, "heads", "a", "b1 b2 c1 d1 b3 c2 d2", "d1 d2"},
		{"overlapping merges", "down one, its own parents come back", down, "b3", "d1 d2", "d2 c2", "b3 d1"},

		{"dependency", "down to what others need, which then is implied", down, "c1", "c2 d1", "d1", "c2"},
		{"dependency", "-1 on the branch that others need", down, "d1@-1", "c2 d1", "d1", "c2"},
		{"dependency", "stamp below what others need", stamp, "b1", "e1 c2", "", "b1"},
		{"dependency", "up what depends", up, "c2", "a2", "a1 b1 c1 b2 c2", "c2"},
		{"dependency", "up by one from the implied line", up, "c1+1", "c2", "d1", "c2 d1"},
		{"dependency", "+1 from the dependent alone is its end", up, "+1", "c2", "", `error: revision "+1": there are not enough revisions`},
		{"dependency", "up by one on the implied line's label", up, "lib1@+1", "c2", "d1", "c2 d1"},

		{"overmerge", "up to the dependent takes only what it needs", up, "d1", "", "a3 b2 c1 d1", "d1"},
		{"overmerge", "down to what the dependent implies", down, "b2", "amerge bmerge cmerge d1", "bmerge", "amerge b1 cmerge d1"},
		{"overmerge", "down the dependent, what it implied comes back", down, "d1@base", "amerge d1 b1 cmerge", "d1", "amerge b1 b2 cmerge"},
		{"overmerge", "down everything", down, "base", "amerge b1 b2 cmerge", "cmerge c3 c2 c1 b2 b1 amerge a3 a2 a1", ""},

		{"criss-cross", "down half of what looks like a merge", down, "b1", "a3 b2", "b2", "a3"},
		{"criss-cross", "up everything", up, "heads", "", "a1 a2 b1 b2 b3 a3", "a3 b3"},
		{"depends on own parent", "up", up, "a2", "", "a1 a2", "a2"},
		{"depends on own parent", "down", down, "a1", "a2", "a2", "a1"},
		{"dependency said twice", "down the second", down, "b3", "b4", "b4", "b3"},
		{"dependency said twice", "down the first", down, "b1", "b4", "b4 b3 b2", "a3 b1"},
		{"merge with a dependency", "up the dependent", up, "b1", "a1", "b1", "b1"},
		{"merge with a dependency", "up the merge", up, "bmerge", "b1", "bmerge", "bmerge"},
		{"merge with a dependency", "down to the one parent", down, "a1", "bmerge", "bmerge", "b1"},
		{"merge with a dependency", "down to the other parent", down, "b1", "bmerge", "bmerge", "b1"},
		{"dependency by label", "up takes the labelled revision along", up, "c2", "a2", "a1 b1 c1 b2 c2", "c2"},

		{"forest", "up from nothing", up, "heads", "", "a1 b1 a2 b2", "b1 b2"},
		{"forest", "stamp every head", stamp, "heads", "", "", "b1 b2"},
		{"forest", "stamp what is there", stamp, "heads", "b1 b2", "", "b1 b2"},
		{"forest", "stamp one tree", stamp, "b1", "a2", "", "a2 b1"},
		{"forest", "stamp one tree away", stamp, "a1@base", "b1 a2", "", "a2"},
		{"forest", "-1 over two trees (stricter)", down, "-1", "b1 b2", "", `error: revision "-1": there are several current revisions: b1, b2`},

		{"merged", "stamp down across the merge, into a branch", stamp, "c2", "e", "", "c2"},
		{"merged", "stamp down across the merge, before the branches", stamp, "a", "e", "", "a"},
		{"merged", "stamp up across the merge, from one branch", stamp, "e", "c2", "", "e"},
		{"merged", "stamp a branch's head across the merge", stamp, "c2branch@head", "d1 c2", "", "f"},
		{"merged", "stamp up across the merge, from both branches", stamp, "e", "d1 c2", "", "e"},
		{"merged", "stamp up across the merge, from before", stamp, "e", "b", "", "e"},
		{"merged", "up across the merge", up, "f", "b", "c1 d1 c2 d2 e f", "f"},
		{"merged", "down across the merge", down, "b", "f", "f e d2 c2 d1 c1", "b"},
		{"merged", "-1 takes the merge alone, both parents come back", down, "-1", "e", "e", "d1 d2"},
		{"merged", "-2 behind the merge (stricter)", down, "-2", "e", "", `error: revision "-2": there are several current revisions: d1, d2`},
		{"merged", "-2 on a branch behind the merge", down, "d1@-2", "e", "e d1", "c1 d2"},

		{"branch dependency", "down the dependent branch", down, "c2branch@b", "d1 d2", "d2 c2", "d1"},
		{"branch dependency", "down the branch that is needed", down, "c1branch@b", "d1 d2", "d2 d1 c1", "c2"},

		{"implied head", "up to every head", up, "heads", "", "x1 y1", "y1"},
		{"implied head", "stamp every head", stamp, "heads", "", "", "y1"},
		{"implied head", "stamp both by name (stricter)", stamp, "x1 y1", "", "", `error: revision "x1 y1": x1 is before y1`},
		{"implied head", "stamp the dependent away, what it implied goes with it", stamp, "y@base", "y1", "", ""},
		{"implied head", "down the dependent, what it implied comes back", down, "y@base", "y1", "y1", "x1"},
		{"effective head", "-1 on a line that goes on", down, "x@-1", "x2 y2", "x2", "y2"},
		{"effective head", "-1 on a line whose last revision is implied", down, "x@-1", "y2", "y2 x1", "y1"},
	}
}

func TestAlembicTraversal(t *testing.T) {
	for _, tt := range traversals() {
		t.Run(tt.graph+"/"+tt.name, func(t *testing.T) {
			g := mustGraph(t, alembicGraphs[tt.graph]...)
			applied := appliedUpTo(t, g, tt.rows)
			if got := sortedRows(g, applied); got != strings.Join(slices.Sorted(slices.Values(strings.Fields(tt.rows))), " ") {
				t.Fatalf("the rows to begin with would be %q", got)
			}
			var steps []*Revision
			var err error
			after := maps.Clone(applied)
			switch tt.do {
			case up:
				steps, err = g.UpgradePath(tt.symbol, applied)
			case down:
				steps, err = g.DowngradePath(tt.symbol, applied)
			case stamp:
				after, err = g.Stamped(applied, strings.Fields(tt.symbol)...)
			}
			for _, r := range steps {
				if after[r.ID] == (tt.do == up) {
					t.Errorf("%s would %s a second time", r.ID, tt.do)
				}
				after[r.ID] = tt.do == up
				checkWhole(t, g, after)
			}
			got := sortedRows(g, after)
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != tt.want && !(strings.HasPrefix(tt.want, "error") && strings.HasPrefix(got, tt.want)) {
				t.Errorf("rows are  %s\nwant      %s", got, tt.want)
			}
			if diff := cmp.Diff(tt.steps, strings.Join(ids(steps), " ")); diff != "" {
				t.Error("steps:", diff)
			}
		})
	}
}

// The same cases in a database: what runs, and what the tables say after it.
func TestAlembicTraversalInADatabase(t *testing.T) {
	ctx := context.Background()
	db := openSQLite(t)
	for _, tt := range traversals() {
		t.Run(tt.graph+"/"+tt.name, func(t *testing.T) {
			list := revs(alembicGraphs[tt.graph]...)
			for _, r := range list {
				r.Dialect, r.Down = SQLite, []Step{}
			}
			g, err := NewGraph(list)
			if err != nil {
				t.Fatal(err)
			}
			m := NewFromDir(db, &Dir{dialect: SQLite, graph: g})
			begin := strings.Fields(tt.rows)
			if len(begin) == 0 {
				begin = []string{"base"}
			}
			if _, err := m.PurgeAndStamp(ctx, begin...); err != nil {
				t.Fatal(err)
			}
			var res *Result
			switch tt.do {
			case up:
				res, err = m.Upgrade(ctx, tt.symbol)
			case down:
				res, err = m.Downgrade(ctx, tt.symbol)
			case stamp:
				res, err = m.Stamp(ctx, strings.Fields(tt.symbol)...)
			}
			if err != nil {
				checkAnswer(t, "error: "+err.Error(), tt.want)
				return
			}
			wantCurrent(t, m, strings.Fields(tt.want)...)
			if diff := cmp.Diff(strings.Fields(tt.want), append([]string(nil), res.To...), cmpopts.EquateEmpty()); diff != "" {
				t.Error("result:", diff)
			}
			ran, want := map[string]bool{}, map[string]bool{}
			for _, d := range res.Applied {
				ran[d.Revision.ID] = true
			}
			for id := range strings.FieldsSeq(tt.steps) {
				want[id] = true
			}
			if diff := cmp.Diff(want, ran); diff != "" {
				t.Error("ran:", diff)
			}
		})
	}
}

// checkWhole makes sure that everything applied has what it stands on.
func checkWhole(t *testing.T, g *Graph, applied map[string]bool) {
	t.Helper()
	for id, in := range applied {
		for _, p := range g.predecessors(g.Revision(id)) {
			if in && !applied[p.ID] {
				t.Errorf("%s is applied and %s, on which it stands, is not", id, p.ID)
			}
		}
	}
}

// Two merges over the same parents, step by step in Alembic's order: its
// issue 297 was about the rows in between.
func TestAlembicRowsAfterEachStep(t *testing.T) {
	tests := []struct {
		graph, rows string
		steps       [][2]string // what is applied, and the rows then
	}{
		{"twin merges", "a", [][2]string{{"b3", "b3"}, {"b1", "b1 b3"}, {"b2", "b1 b2 b3"}, {"c2", "c2"}, {"d2", "d2"}, {"c1", "c1 d2"}, {"d1", "d1 d2"}}},
		{"overlapping merges", "a", [][2]string{{"b2", "b2"}, {"b3", "b2 b3"}, {"c2", "c2"}, {"d2", "d2"}, {"b1", "b1 d2"}, {"c1", "c1 d2"}, {"d1", "d1 d2"}}},
		{"overmerge", "", [][2]string{{"c1", "c1"}, {"b2", "b2 c1"}, {"a3", "a3 b2 c1"}, {"d1", "d1"}, {"b1", "b1 d1"}, {"bmerge", "bmerge d1"}}},
		{"branch dependency", "b", [][2]string{{"c2", "c2"}, {"c1", "c1 c2"}, {"d2", "d2"}, {"d1", "d1 d2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.graph, func(t *testing.T) {
			g := mustGraph(t, alembicGraphs[tt.graph]...)
			applied := appliedUpTo(t, g, tt.rows)
			for _, s := range tt.steps {
				applied[s[0]] = true
				if got := sortedRows(g, applied); got != s[1] {
					t.Errorf("after %s: rows are %q, want %q", s[0], got, s[1])
				}
			}
			for i, s := range slices.Backward(tt.steps) {
				applied[s[0]] = false
				want := tt.rows
				if i > 0 {
					want = tt.steps[i-1][1]
				}
				if got := sortedRows(g, applied); got != want {
					t.Errorf("after taking back %s: rows are %q, want %q", s[0], got, want)
				}
			}
		})
	}
}

func TestImpliedRows(t *testing.T) {
	g := mustGraph(t, alembicGraphs["dependency"]...)
	for rows, want := range map[string]string{"c2": "c1", "c2 d1": "", "b2 c1": "", "": ""} {
		if got := strings.Join(g.Implied(appliedUpTo(t, g, rows)), " "); got != want {
			t.Errorf("%q implies %q, want %q", rows, got, want)
		}
	}
}

// alembicRows moves rows as Alembic does with each step: an applied revision
// takes the rows of what it stands on, one taken back leaves a row for each of
// these that no other row implies.
type alembicRows struct {
	g    *Graph
	rows map[string]bool
}

func (a alembicRows) up(r *Revision) {
	for _, p := range a.g.predecessors(r) {
		delete(a.rows, p.ID)
	}
	a.rows[r.ID] = true
}

func (a alembicRows) down(r *Revision) {
	delete(a.rows, r.ID)
	var left []*Revision
	for id := range a.rows {
		left = append(left, a.g.Revision(id))
	}
	implied := a.g.ancestors(left...)
	for _, p := range a.g.predecessors(r) {
		if !implied[p.ID] && !slices.ContainsFunc(a.g.predecessors(r), func(o *Revision) bool { return o != p && a.g.ancestors(o)[p.ID] }) {
			a.rows[p.ID] = true
		}
	}
}

// Whatever is applied and taken back, the heads counted from all that is
// applied are the rows that Alembic would have moved there one by one.
func TestRowsMoveAsInAlembic(t *testing.T) {
	g, err := NewGraph(largeGraph(300))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 3))
	applied := map[string]bool{}
	rows := alembicRows{g, map[string]bool{}}
	steps := 0
	for range 200 {
		var path []*Revision
		r := g.sorted[random.IntN(len(g.sorted))]
		up := !applied[r.ID]
		if up {
			path, err = g.UpgradePath(r.ID, applied)
		} else {
			path, err = g.DowngradePath(r.ID, applied)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range path {
			if applied[r.ID] = up; up {
				rows.up(r)
			} else {
				rows.down(r)
			}
			steps++
			checkWhole(t, g, applied)
			want := slices.Sorted(maps.Keys(rows.rows))
			if got := slices.Sorted(slices.Values(g.Current(applied))); !slices.Equal(got, want) {
				t.Fatalf("step %d, %s: rows are %v, Alembic's would be %v", steps, r.ID, got, want)
			}
		}
	}
	if steps < 500 {
		t.Errorf("only %d steps", steps)
	}
}
