package corpus_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A result is what became of a change.
type result struct {
	major int
	gen   string // what gen does, in the words of docs/compare.md
	back  string // the class of the way back
}

// results are those of one run, by id.
type results struct {
	mu   sync.Mutex
	byID map[string]*result
}

func (r *results) put(id string, one *result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID == nil {
		r.byID = map[string]*result{}
	}
	r.byID[id] = one
}

// wayOf says how a plan gets there: rows written anew, something dropped and
// made again, or neither.
func wayOf(p diff.Plan, up []render.Statement) string {
	beside := slices.ContainsFunc(p.Changes, func(c diff.Change) bool { return len(diff.Apart(c)) > 1 })
	again := slices.ContainsFunc(p.Changes, func(c diff.Change) bool { d, ok := c.(diff.DropObject); return ok && d.Again })
	made := map[schema.Ref]bool{}
	for _, c := range p.Changes {
		switch c := c.(type) {
		case diff.DropConstraint:
			made[schema.Ref{Kind: schema.RefConstraint, Table: c.Table, Name: schema.Name{Local: c.Constraint.ConstraintName()}}] = true
		case diff.AddConstraint:
			again = again || made[schema.Ref{Kind: schema.RefConstraint, Table: c.Table, Name: schema.Name{Local: c.Constraint.ConstraintName()}}]
		case diff.CreateObject:
			again = again || made[schema.Ref{Kind: schema.RefConstraint, Table: c.Object.Table, Name: schema.Name{Local: c.Object.Name.Local}}]
		case diff.DropIndex:
			made[schema.Ref{Kind: schema.KindIndex, Table: c.Table, Name: schema.Name{Local: c.Index.Name}}] = true
		case diff.CreateIndex:
			again = again || made[schema.Ref{Kind: schema.KindIndex, Table: c.Table, Name: schema.Name{Local: c.Index.Name}}]
		}
	}
	rewrites := slices.ContainsFunc(up, func(s render.Statement) bool { return s.Rewrites })
	switch {
	case rewrites && again:
		return "rebuild, and dependents again"
	case rewrites:
		return "rebuild"
	case again:
		return "drop and again"
	case beside:
		return "beside"
	}
	return "in place"
}

// backOf is the class of the way back: the worst of the plan's changes.
func backOf(p diff.Plan) string {
	worst := render.Exact
	for _, c := range p.Changes {
		if class, _ := render.ClassOf(c); class > worst {
			worst = class
		}
	}
	return worst.String()
}

const comparePage = "../../docs/compare.md"

const compareHead = `# What becomes of a change

One change each, taken there and back again on a real server. *Arrived* means
that ` + "`pg_dump`" + ` prints of the database what it prints of the target, that a
second comparison finds nothing, and that the rows are as they were or the
plan has said what it loses. This page is written by the test that does it
(` + "`go test ./internal/corpus -run TestBattery -update`" + `) on PostgreSQL 15, or on the
first version that knows what the case is about.

| gen | |
|---|---|
| in place | altered, created or dropped, nothing else is touched |
| rebuild | the rows of a table are written anew; the plan says so |
| beside | an index is built beside the one it replaces, or becomes that of a constraint: neither queries nor rows are without |
| drop and again | dropped and made again in one transaction, with comments and privileges |
| refused | there is no plan: exit 2, the reason and what to do by hand |
| listed | not managed: ` + "`gen check -v`" + ` names it |

| way back | |
|---|---|
| exact | schema and rows are as before |
| fallible | it may stop at rows written meanwhile |
| structure-only | what was dropped comes back empty |
| irreversible | there is none, and the file says why |

Where other tools were given the same change, what they did stands beside it:
Atlas community (a5e0aecc, June 2026), pg-schema-diff (6208f8f, July 2026),
psqldef 3.11.20 and pgschema 1.12.4, on PostgreSQL 15. *silent*: no
difference reported while there was one; *error*: the run failed or refused;
*wrong*: something else than the target; *lost*: rows or values gone; *ok~*:
right but for something cosmetic.
`

// compare holds the page against what came out, or writes it.
func (r *results) compare(t *testing.T) {
	t.Helper()
	old, err := os.ReadFile(comparePage)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, line := range strings.Split(string(old), "\n") {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			id, _, _ := strings.Cut(rest, "`")
			rows[id] = line
		}
	}
	var b strings.Builder
	b.WriteString(compareHead)
	cases := 0
	var missing []string
	for _, g := range battery() {
		if len(g.changes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| case | what changes | gen | way back | versions | Atlas | pg-schema-diff | psqldef | pgschema |\n|---|---|---|---|---|---|---|---|---|\n", g.title)
		for _, c := range g.changes {
			cases++
			row := ""
			if one := r.byID[c.id]; one != nil && one.major == max(15, c.since) {
				row = c.row(one)
			} else if cells := strings.Split(rows[c.id], " | "); len(cells) > 3 {
				// It did not run here: what came of it stands, the rest follows from the case.
				row = c.row(&result{gen: strings.ReplaceAll(cells[2], "\\|", "|"), back: cells[3]})
			}
			if row == "" {
				missing = append(missing, fmt.Sprintf("%s (%d)", c.id, max(15, c.since)))
				continue
			}
			b.WriteString(row + "\n")
		}
	}
	fmt.Fprintf(&b, "\n%d cases.\n", cases)
	if len(missing) > 0 && !strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		t.Errorf("not in %s, run them on PostgreSQL of the major behind each with -update: %s", filepath.Base(comparePage), strings.Join(missing, ", "))
	}
	if b.String() == string(old) || len(missing) > 0 && !*update {
		return
	}
	if *update {
		if err := os.WriteFile(comparePage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s (-is +should be; go test ./internal/corpus -run TestBattery -update writes it):\n%s", comparePage, lineDiff(string(old), b.String()))
}

// row is the change's line of the page.
func (c change) row(r *result) string {
	versions := "13–18"
	switch {
	case c.since == 18:
		versions = "18"
	case c.since > 0:
		versions = fmt.Sprintf("%d–18", c.since)
	}
	cells := []string{"`" + c.id + "`", c.what, r.gen, r.back, versions}
	cells = append(cells, peersOf(c.id)...)
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(cell, "|", "\\|")
	}
	return strings.TrimRight("| "+strings.Join(cells, " | "), " ") + " |"
}
