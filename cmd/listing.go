package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A revisionItem is a revision in JSON.
type revisionItem struct {
	Revision string   `json:"revision"`
	Parents  []string `json:"parents"`
	Children []string `json:"children"`
	Message  string   `json:"message"`
	Created  string   `json:"created,omitempty"`
	Path     string   `json:"path"`
	Head     bool     `json:"head"` // nothing has it as parent
	Base     bool     `json:"base"`
	Current  *bool    `json:"current,omitempty"`   // absent: the database was not asked
	Labels   []string `json:"labels,omitempty"`    // those that cover it
	Depends  []string `json:"depends,omitempty"`   // as in the file
	NeededBy []string `json:"needed_by,omitempty"` // the revisions that depend on it
	Hazards  []string `json:"hazards,omitempty"`
}

// A listing is what is said about revisions when they are listed.
type listing struct {
	graph  *migrations.Graph
	labels map[string][]string
	asked  bool // the database was
	at     []string
}

func newListing(g *migrations.Graph) *listing { return &listing{graph: g, labels: g.Labels()} }

// locate marks where a database stands.
func (l *listing) locate(current []string) { l.asked, l.at = true, current }

func (l *listing) item(r *migrations.Revision) revisionItem {
	it := revisionItem{
		Revision: r.ID, Parents: nonNil(r.Parents), Children: idsOf(l.graph.Children(r.ID)), Message: r.Message, Path: r.Path,
		Head: len(l.graph.Children(r.ID)) == 0, Base: len(r.Parents) == 0,
		Labels: l.labels[r.ID], Depends: r.Depends, Hazards: r.Hazards,
	}
	if needed := l.graph.Dependents(r.ID); len(needed) > 0 {
		it.NeededBy = idsOf(needed)
	}
	if !r.Created.IsZero() {
		it.Created = r.Created.Format("2006-01-02T15:04:05Z")
	}
	if l.asked {
		is := slices.Contains(l.at, r.ID)
		it.Current = &is
	}
	return it
}

func (l *listing) items(revs []*migrations.Revision) []revisionItem {
	items := make([]revisionItem, len(revs))
	for i, r := range revs {
		items[i] = l.item(r)
	}
	return items
}

// mostLabels is how many labels a line names: behind merges a revision is
// covered by all that ever were. JSON has them all.
const mostLabels = 4

// marks are what stands in parentheses behind an id. An "effective head" ends
// its line, but another revision depends on it, so a database at every head
// does not list it.
func (l *listing) marks(r *migrations.Revision) string {
	var marks []string
	if labels := l.labels[r.ID]; len(labels) > mostLabels {
		marks = append(marks, fmt.Sprintf("%s and %d more", strings.Join(labels[:mostLabels], ", "), len(labels)-mostLabels))
	} else if len(labels) > 0 {
		marks = append(marks, strings.Join(labels, ", "))
	}
	children := len(l.graph.Children(r.ID))
	switch {
	case children == 0 && len(l.graph.Dependents(r.ID)) == 0:
		marks = append(marks, "head")
	case children == 0:
		marks = append(marks, "effective head")
	case children > 1:
		marks = append(marks, "branchpoint")
	}
	if len(r.Parents) > 1 {
		marks = append(marks, "mergepoint")
	}
	if slices.Contains(l.at, r.ID) {
		marks = append(marks, "current")
	}
	text := ""
	for _, m := range marks {
		text += " (" + m + ")"
	}
	return text
}

// printRevision is one line, in Alembic's order: parents (depends) -> id
// (marks), message. With --verbose what else there is to say stands below it.
func (a *app) printRevision(l *listing, r *migrations.Revision) {
	before := "<base>"
	if len(r.Parents) > 0 {
		before = strings.Join(r.Parents, ", ")
	}
	if len(r.Depends) > 0 {
		before += " (" + strings.Join(r.Depends, ", ") + ")"
	}
	a.printf("%s -> %s%s, %s\n", a.paint(before, dim), a.paint(r.ID, bold), a.paint(l.marks(r), cyan), r.Message)
	if a.globals.verbose {
		a.printFacts(l, r)
	}
}

// printFacts is what --verbose says about a revision.
func (a *app) printFacts(l *listing, r *migrations.Revision) {
	for _, fact := range l.facts(r) {
		a.printf("    %s\n", fact)
	}
}

// facts are a line each.
func (l *listing) facts(r *migrations.Revision) (lines []string) {
	it := l.item(r)
	for _, fact := range []struct{ name, value string }{
		{"path", r.Path}, {"created", it.Created}, {"merges", merged(r)}, {"branches", strings.Join(branchesInto(it), ", ")},
		{"needed by", strings.Join(it.NeededBy, ", ")},
	} {
		if fact.value != "" {
			lines = append(lines, fmt.Sprintf("%-10s %s", fact.name, fact.value))
		}
	}
	for _, h := range r.Hazards {
		lines = append(lines, fmt.Sprintf("%-10s %s", "hazard", h))
	}
	return lines
}

func merged(r *migrations.Revision) string {
	if len(r.Parents) < 2 {
		return ""
	}
	return strings.Join(r.Parents, ", ")
}

// branchesInto are the children where there are several.
func branchesInto(it revisionItem) []string {
	if len(it.Children) < 2 {
		return nil
	}
	return it.Children
}

func idsOf(revs []*migrations.Revision) []string {
	out := make([]string, len(revs))
	for i, r := range revs {
		out[i] = r.ID
	}
	return out
}
