package migrations

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// revs makes revisions from "id<parent,parent>depends#label".
func revs(texts ...string) []*Revision {
	var out []*Revision
	for i, text := range texts {
		r := &Revision{Created: time.Unix(int64(i)*60, 0).UTC(), Dialect: Postgres}
		text, label, _ := strings.Cut(text, "#")
		text, deps, _ := strings.Cut(text, ">")
		id, parents, _ := strings.Cut(text, "<")
		r.ID, r.Path = id, id+".sql"
		split := func(s string) []string {
			if s == "" {
				return nil
			}
			return strings.Split(s, ",")
		}
		r.Parents, r.Depends, r.Labels = split(parents), split(deps), split(label)
		out = append(out, r)
	}
	return out
}

func mustGraph(t *testing.T, texts ...string) *Graph {
	t.Helper()
	g, err := NewGraph(revs(texts...))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGraphRefuses(t *testing.T) {
	tests := []struct {
		name string
		revs []string
		want []string // first lines of the errors
	}{
		{"duplicate id", []string{"aaaa<", "aaaa<"}, []string{"aaaa.sql: revision id aaaa is taken by aaaa (aaaa.sql)"}},
		{"missing parent", []string{"aaaa<", "bbbb<aaab"}, []string{"bbbb.sql: parent aaab of revision bbbb is missing"}},
		{"missing dependency", []string{"aaaa<", "bbbb<aaaa>cccc"}, []string{"bbbb.sql: revision bbbb depends on cccc: no revision has this id or label"}},
		{"dependency on another branch than it says", []string{"aaaa<#x", "bbbb<", "cccc<aaaa>x@bbbb"}, []string{"cccc.sql: revision cccc depends on x@bbbb: bbbb is not on branch x"}},
		{"its own parent", []string{"aaaa<aaaa"}, []string{"aaaa.sql: revisions follow each other in a cycle: aaaa (aaaa.sql) → aaaa"}},
		{"cycle of three", []string{"base1<", "bbbb<aaaa,base1", "cccc<bbbb", "aaaa<cccc", "dddd<cccc"},
			[]string{"aaaa.sql: revisions follow each other in a cycle: aaaa (aaaa.sql) → cccc (cccc.sql) → bbbb (bbbb.sql) → aaaa"}},
		{"cycle through a dependency", []string{"aaaa<>bbbb", "bbbb<aaaa"}, []string{"aaaa.sql: revisions follow each other in a cycle: aaaa (aaaa.sql) → bbbb (bbbb.sql) → aaaa"}},
		{"two cycles", []string{"aaaa<bbbb", "bbbb<aaaa", "cccc<dddd", "dddd<cccc"}, []string{
			"aaaa.sql: revisions follow each other in a cycle: aaaa (aaaa.sql) → bbbb (bbbb.sql) → aaaa",
			"cccc.sql: revisions follow each other in a cycle: cccc (cccc.sql) → dddd (dddd.sql) → cccc"}},
		{"label twice", []string{"aaaa<#x", "bbbb<aaaa#x"}, []string{"bbbb.sql: label x is taken by aaaa (aaaa.sql)"}},
		{"label that is an id", []string{"aaaa<", "bbbb<aaaa#aaaa"}, []string{"bbbb.sql: label aaaa is the id of aaaa (aaaa.sql)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewGraph(revs(tt.revs...))
			errs, ok := errors.AsType[GraphErrors](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, e := range errs {
				first, _, _ := strings.Cut(e.Error(), "\n")
				got = append(got, first)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The trunk parts after bbbb into a web and an api branch, which meet in
// merg; billing is a tree of its own, on which one api revision depends.
var trees = []string{"aaaa1<", "bbbb1<aaaa1", "cccc1<bbbb1#web", "dddd1<bbbb1#api", "cccc2<cccc1",
	"bill1<#billing", "bill2<bill1", "dddd2<dddd1>billing@bill2", "merg1<cccc2,dddd2", "eeee1<merg1", "bill3<bill2"}

func TestGraphShape(t *testing.T) {
	g := mustGraph(t, trees...)
	got := map[string][]string{
		"order": ids(g.Revisions()), "heads": ids(g.Heads()), "effective": ids(g.EffectiveHeads()), "bases": ids(g.Bases()), "branches": ids(g.Branches()),
	}
	want := map[string][]string{
		"order": {"aaaa1", "bbbb1", "cccc1", "cccc2", "dddd1", "bill1", "bill2", "dddd2", "merg1", "eeee1", "bill3"},
		"heads": {"eeee1", "bill3"}, "effective": {"eeee1", "bill3"}, "bases": {"aaaa1", "bill1"}, "branches": {"bbbb1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestResolve(t *testing.T) {
	g := mustGraph(t, trees...)
	tests := []struct {
		symbol  string
		current string
		want    string // ids, or the beginning of the error
	}{
		{"cccc2", "", "cccc2"},
		{"merg", "", "merg1"},
		{"web", "", "cccc1"},
		{"heads", "", "eeee1 bill3"},
		{"head", "", `error: revision "head": there are 2 heads`},
		{"base", "", ""},
		{"current", "cccc1 bill1", "cccc1 bill1"},
		{"bill", "", `error: revision "bill": the partial id bill is ambiguous: bill1, bill2, bill3`},
		{"bbb", "", `error: revision "bbb": no revision or label is called "bbb"`},
		{"zzzz", "", `error: revision "zzzz": no revision or label is called "zzzz"`},
		{"+1", "bbbb1", `error: revision "+1": the line parts after bbbb1: cccc1, dddd1`},
		{"+1", "", `error: revision "+1": the line parts after base: aaaa1, bill1`},
		{"billing@+1", "", "bill1"},
		{"+2", "cccc1", "merg1"},
		{"-2", "cccc1", "aaaa1"},
		{"-3", "cccc1", ""},
		{"-4", "cccc1", `error: revision "-4": there are not enough revisions: 1 more before base`},
		{"+9", "cccc1", `error: revision "+9": there are not enough revisions: 6 more asked after eeee1`},
		{"-1", "cccc1 dddd1", `error: revision "-1": it is not clear from which revision to count: cccc1, dddd1`},
		{"web@-1", "cccc1 dddd1", "bbbb1"},
		{"merg1-1", "", `error: revision "merg1-1": the line parts before merg1: cccc2, dddd2`},
		{"web@merg1-1", "", "cccc2"},
		{"bbbb1+1", "", `error: revision "bbbb1+1": the line parts after bbbb1: cccc1, dddd1`},
		{"web@bbbb1+1", "", "cccc1"},
		{"web@head", "", "eeee1"},
		{"billing@head", "", "bill3"},
		{"billing@head-1", "", "bill2"},
		{"billing@base+2", "", "bill2"},
		{"bill2@head", "", "bill3"},
		{"dddd2@heads", "", "eeee1"},
		{"bill@head", "", `error: revision "bill@head": the partial id bill is ambiguous`},
		{"web@dddd1", "", `error: revision "web@dddd1": dddd1 is not on the line of web`},
		{"web@", "", `error: revision "web@": nothing stands behind @`},
		{"a@b@c", "", `error: revision "a@b@c": this is not a revision symbol`},
		{"", "", `error: revision "": this is not a revision symbol`},
		{"heed", "", `error: revision "heed": no revision or label is called "heed"`},
	}
	for _, tt := range tests {
		t.Run(tt.symbol+" at "+tt.current, func(t *testing.T) {
			target, err := g.Resolve(tt.symbol, strings.Fields(tt.current))
			got := strings.Join(ids(target.Revisions), " ")
			if err != nil {
				got = "error: " + err.Error()
			}
			if ok := got == tt.want || strings.HasPrefix(tt.want, "error") && strings.HasPrefix(got, tt.want); !ok {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestHeadsErrorPrintsTheMerge(t *testing.T) {
	_, err := mustGraph(t, trees...).Resolve("head", nil)
	if he, ok := errors.AsType[*HeadsError](err); !ok || !strings.Contains(err.Error(), "gen merge eeee1 bill3") || len(he.Heads) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestPaths(t *testing.T) {
	g := mustGraph(t, trees...)
	all := ids(g.Revisions())
	tests := []struct {
		name    string
		down    bool
		symbol  string
		applied []string
		want    string
	}{
		{"up from nothing takes dependencies along", false, "dddd2", nil, "aaaa1 bbbb1 dddd1 bill1 bill2 dddd2"},
		{"up to every head", false, "heads", nil, strings.Join(all, " ")},
		{"up to one branch", false, "web@cccc2", []string{"aaaa1"}, "bbbb1 cccc1 cccc2"},
		{"up to an ancestor is nothing", false, "aaaa1", all, ""},
		{"up a late branch of a merge", false, "eeee1", []string{"aaaa1", "bbbb1", "cccc1", "cccc2"}, "dddd1 bill1 bill2 dddd2 merg1 eeee1"},
		{"up by one", false, "+1", []string{"aaaa1"}, "bbbb1"},
		{"up backwards", false, "-1", all, `error: revision "-1": an upgrade cannot go back`},
		{"down to base", true, "base", []string{"aaaa1", "bbbb1", "cccc1"}, "cccc1 bbbb1 aaaa1"},
		{"down behind a branch point", true, "bbbb1", all, "eeee1 merg1 dddd2 dddd1 cccc2 cccc1"},
		{"down takes dependents along", true, "bill1", all, "bill3 eeee1 merg1 dddd2 bill2"},
		{"down a branch", true, "billing@base", all, "bill3 eeee1 merg1 dddd2 bill2 bill1"},
		{"down to what is current is nothing", true, "bbbb1", []string{"aaaa1", "bbbb1"}, ""},
		{"down by one takes the merge alone", true, "-1", []string{"aaaa1", "bbbb1", "cccc1", "cccc2", "dddd1", "bill1", "bill2", "dddd2", "merg1"}, "merg1"},
		{"down by two behind a merge", true, "-2", []string{"aaaa1", "bbbb1", "cccc1", "cccc2", "dddd1", "bill1", "bill2", "dddd2", "merg1"},
			`error: revision "-2": there are several current revisions: cccc2, dddd2`},
		{"down one branch by one", true, "web@-1", []string{"aaaa1", "bbbb1", "cccc1", "cccc2", "dddd1"}, "cccc2"},
		{"down by too many", true, "-3", []string{"aaaa1", "bbbb1"}, `error: revision "-3": there are not enough applied revisions: 1 more asked`},
		{"down forwards", true, "+1", all, `error: revision "+1": a downgrade cannot go forward`},
		{"down to what is not applied", true, "cccc1", []string{"aaaa1", "bbbb1", "dddd1"}, `error: revision "cccc1": cccc1 is not applied`},
		{"down from an anchor", true, "cccc2-1", []string{"aaaa1", "bbbb1", "cccc1", "cccc2"}, "cccc2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			applied := map[string]bool{}
			for _, id := range tt.applied {
				applied[id] = true
			}
			path := g.UpgradePath
			if tt.down {
				path = g.DowngradePath
			}
			revs, err := path(tt.symbol, applied)
			got := strings.Join(ids(revs), " ")
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != tt.want && !(strings.HasPrefix(tt.want, "error") && strings.HasPrefix(got, tt.want)) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestRange(t *testing.T) {
	g := mustGraph(t, trees...)
	for text, want := range map[string]string{
		"bbbb1:merg1":     "merg1 dddd2 dddd1 cccc2 cccc1 bbbb1",
		":cccc1":          "cccc1 bbbb1 aaaa1",
		"eeee1:":          "eeee1",
		"base:bill2":      "bill2 bill1",
		"-1:current":      "cccc1 bbbb1",
		"current:+1":      "cccc2 cccc1",
		"-9:current":      "cccc1 bbbb1 aaaa1",
		"cccc2:+9":        "eeee1 merg1 cccc2",
		"cccc1:dddd1":     "error",
		"cccc1":           "error",
		"web@base:web@+1": "cccc2 cccc1 bbbb1 aaaa1",
	} {
		got, err := g.Range(text, []string{"cccc1"})
		if text := strings.Join(ids(got), " "); err == nil && text != want || (err != nil) != (want == "error") {
			t.Errorf("%s: got %s, %v; want %s", text, text, err, want)
		}
	}
}

func TestLargeGraph(t *testing.T) {
	var texts []string
	for i := range 2000 {
		id := fmt.Sprintf("%08x", i*7919)
		switch {
		case i == 0:
			texts = append(texts, id+"<")
		case i%10 == 5: // a branch of one, met again five later
			texts = append(texts, id+"<"+fmt.Sprintf("%08x", (i-5)*7919))
		case i%10 == 0:
			texts = append(texts, id+"<"+fmt.Sprintf("%08x,%08x", (i-1)*7919, (i-5)*7919))
		case i%10 == 6:
			texts = append(texts, id+"<"+fmt.Sprintf("%08x", (i-2)*7919))
		default:
			texts = append(texts, id+"<"+fmt.Sprintf("%08x", (i-1)*7919))
		}
	}
	g := mustGraph(t, texts...)
	started := time.Now()
	path, err := g.UpgradePath("heads", nil)
	if err != nil || len(path) != 2000 {
		t.Fatalf("%d revisions, %v", len(path), err)
	}
	seen := map[string]bool{}
	for _, r := range path {
		for _, p := range r.Parents {
			if !seen[p] {
				t.Fatalf("%s comes before its parent %s", r.ID, p)
			}
		}
		seen[r.ID] = true
	}
	for _, s := range []string{"heads", "base+1", fmt.Sprintf("%08x", 1990*7919), fmt.Sprintf("%08x@heads", 1000*7919)} {
		if _, err := g.Resolve(s, nil); err != nil {
			t.Error(err)
		}
	}
	if d := time.Since(started); d > 5*time.Second {
		t.Errorf("took %s", d)
	}
}

// No symbol makes the graph panic or hang, and what it resolves to is there.
func FuzzSymbol(f *testing.F) {
	for _, s := range []string{"head", "heads", "base", "current", "+1", "-2", "web@head", "web@-1", "bill@", "merg+3", "base+999999999", "-999999999", "@", "a@b@c", "head:", ":", "-3:current", "web@base:+2", "+99999999999999999999"} {
		f.Add(s)
	}
	g, err := NewGraph(revs(trees...))
	if err != nil {
		f.Fatal(err)
	}
	applied := map[string]bool{"aaaa1": true, "bbbb1": true, "cccc1": true, "bill1": true}
	f.Fuzz(func(t *testing.T, s string) {
		for _, walk := range []func() ([]*Revision, error){
			func() ([]*Revision, error) { return g.UpgradePath(s, applied) },
			func() ([]*Revision, error) { return g.DowngradePath(s, applied) },
			func() ([]*Revision, error) { return g.Range(s, g.Current(applied)) },
			func() ([]*Revision, error) {
				r, err := g.One(s, g.Current(applied))
				return []*Revision{r}, err
			},
		} {
			list, err := walk()
			for _, r := range list {
				if err == nil && (r == nil || g.Revision(r.ID) != r) {
					t.Errorf("%q gives %v", s, r)
				}
			}
		}
		after, err := g.Stamped(applied, s)
		if err == nil {
			checkWhole(t, g, after)
		}
		CountsFromCurrent(s)
	})
}
