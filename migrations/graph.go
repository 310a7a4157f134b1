package migrations

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Graph is the order of revisions: who follows whom, and who needs whom.
// It never changes after NewGraph.
type Graph struct {
	byID     map[string]*Revision
	labels   map[string]*Revision
	children map[string][]*Revision // by parent links, sorted
	needs    map[string][]*Revision // resolved depends, in file order
	needed   map[string][]*Revision // the other way round, sorted
	order    []*Revision            // parents and dependencies first
	sorted   []*Revision            // by creation time, then id
}

// GraphErrors are all the faults of a set of revisions.
type GraphErrors []error

func (e GraphErrors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives errors.As the single errors.
func (e GraphErrors) Unwrap() []error { return e }

// NewGraph links revisions. Two revisions of one id or label, a missing
// parent or dependency and a cycle are errors that name the files; the error
// is a GraphErrors with all of them.
func NewGraph(revs []*Revision) (*Graph, error) {
	g := &Graph{
		byID: map[string]*Revision{}, labels: map[string]*Revision{},
		children: map[string][]*Revision{}, needs: map[string][]*Revision{}, needed: map[string][]*Revision{},
	}
	var errs GraphErrors
	g.sorted = slices.Clone(revs)
	slices.SortStableFunc(g.sorted, compareRevisions)
	for _, r := range g.sorted {
		if other, ok := g.byID[r.ID]; ok {
			errs = append(errs, fileFault(r, "give one of them another id: gen revision makes a random one",
				"revision id %s is taken by %s", r.ID, other.place()))
			continue
		}
		g.byID[r.ID] = r
	}
	for _, r := range g.sorted {
		for _, l := range r.Labels {
			if other, ok := g.labels[l]; ok && other != r {
				errs = append(errs, fileFault(r, "a label stands in one file only; it covers the revisions after it", "label %s is taken by %s", l, other.place()))
			} else if other, ok := g.byID[l]; ok {
				errs = append(errs, fileFault(r, "choose another label", "label %s is the id of %s", l, other.place()))
			}
			g.labels[l] = r
		}
	}
	errs = append(errs, g.link()...)
	if len(errs) > 0 {
		return nil, errs // a cycle search in a broken graph would only confuse
	}
	g.order = g.topological()
	if len(g.order) < len(g.sorted) {
		return nil, g.cycles()
	}
	g.normalize()
	return g, nil
}

// normalize forgets dependencies that say nothing new: on a revision that is
// before this one anyway, or named twice.
func (g *Graph) normalize() {
	at := make(map[string]int, len(g.order))
	for i, r := range g.order {
		at[r.ID] = i
	}
	for _, r := range g.order {
		var kept []*Revision
		for _, need := range g.needs[r.ID] {
			switch {
			case slices.Contains(kept, need):
			case g.stands(need, g.parents(r), at):
				g.needed[need.ID] = slices.DeleteFunc(g.needed[need.ID], func(f *Revision) bool { return f == r })
			default:
				kept = append(kept, need)
			}
		}
		if g.needs[r.ID] != nil {
			g.needs[r.ID] = kept
		}
	}
	for id, list := range g.needed {
		g.needed[id] = slices.Compact(list)
	}
}

// stands reports whether r is one of revs or before one. at are the places in
// the order: nothing that stands before r in it can be after r.
func (g *Graph) stands(r *Revision, revs []*Revision, at map[string]int) bool {
	stack, seen := slices.Clone(revs), map[string]bool{}
	for len(stack) > 0 {
		o := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if o == r {
			return true
		}
		if at[o.ID] > at[r.ID] && !seen[o.ID] {
			seen[o.ID] = true
			stack = append(stack, g.predecessors(o)...)
		}
	}
	return false
}

// link fills children, needs and needed.
func (g *Graph) link() (errs GraphErrors) {
	for _, r := range g.sorted {
		for _, id := range r.Parents {
			if _, ok := g.byID[id]; !ok {
				hint := "restore the file of " + id + ", or correct the parents line"
				if n := g.nearID(id); n != "" {
					hint = "did you mean " + n + "?"
				}
				errs = append(errs, fileFault(r, hint, "parent %s of revision %s is missing", id, r.ID))
				continue
			}
			g.children[id] = append(g.children[id], r)
		}
	}
	for _, r := range g.sorted {
		for _, dep := range r.Depends {
			need, msg := g.dependency(dep)
			if msg != "" {
				errs = append(errs, fileFault(r, "correct the depends line", "revision %s depends on %s: %s", r.ID, dep, msg))
				continue
			}
			g.needs[r.ID] = append(g.needs[r.ID], need)
			g.needed[need.ID] = append(g.needed[need.ID], r)
		}
	}
	return errs
}

// dependency resolves an entry of depends: id, label or label@id.
func (g *Graph) dependency(dep string) (*Revision, string) {
	label, id, both := strings.Cut(dep, "@")
	if !both {
		if r := g.byID[dep]; r != nil {
			return r, ""
		}
		if r := g.labels[dep]; r != nil {
			return r, ""
		}
		return nil, "no revision has this id or label"
	}
	root, r := g.labels[label], g.byID[id]
	switch {
	case root == nil:
		return nil, "no revision has the label " + label
	case r == nil:
		return nil, "no revision has the id " + id
	case !g.lineage(root)[r.ID]:
		return nil, id + " is not on branch " + label
	}
	return r, ""
}

// topological returns the revisions, parents and dependencies first, one
// branch after the other. Members of a cycle, and what follows them, are left
// out.
func (g *Graph) topological() []*Revision {
	out := make([]*Revision, 0, len(g.sorted))
	waits := map[string]int{}
	for _, r := range g.sorted {
		waits[r.ID] = len(r.Parents) + len(g.needs[r.ID])
	}
	// A stack goes on along the branch just begun before it starts another.
	var ready []*Revision
	for _, r := range slices.Backward(g.sorted) {
		if waits[r.ID] == 0 {
			ready = append(ready, r)
		}
	}
	for len(ready) > 0 {
		r := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		out = append(out, r)
		for _, next := range slices.Backward(g.followers(r.ID)) {
			if waits[next.ID]--; waits[next.ID] == 0 {
				ready = append(ready, next)
			}
		}
	}
	return out
}

// followers are children and dependents, in sorted order; one that is both
// stands twice.
func (g *Graph) followers(id string) []*Revision {
	if len(g.needed[id]) == 0 {
		return g.children[id]
	}
	out := slices.Concat(g.children[id], g.needed[id])
	slices.SortStableFunc(out, compareRevisions)
	return out
}

// cycles names the members of every cycle.
func (g *Graph) cycles() GraphErrors {
	left := map[string]bool{}
	for _, r := range g.sorted {
		left[r.ID] = true
	}
	for _, r := range g.order {
		delete(left, r.ID)
	}
	var errs GraphErrors
	done := map[string]bool{}
	for _, start := range g.sorted {
		// Every revision left has a predecessor that is left; going back
		// must come round.
		var path []*Revision
		at := map[string]int{}
		for r := start; left[r.ID] && !done[r.ID]; r = g.predecessorIn(r, left) {
			if i, again := at[r.ID]; again {
				errs = append(errs, cycleError(path[i:]))
				break
			}
			at[r.ID] = len(path)
			path = append(path, r)
		}
		for _, r := range path {
			done[r.ID] = true
		}
	}
	return errs
}

func (g *Graph) predecessorIn(r *Revision, in map[string]bool) *Revision {
	for _, p := range g.predecessors(r) {
		if in[p.ID] {
			return p
		}
	}
	return nil // not reached: r would have been ready
}

// predecessors are the parents, then the dependencies, in file order.
func (g *Graph) predecessors(r *Revision) []*Revision {
	out := make([]*Revision, 0, len(r.Parents)+len(g.needs[r.ID]))
	for _, id := range r.Parents {
		if p := g.byID[id]; p != nil {
			out = append(out, p)
		}
	}
	return append(out, g.needs[r.ID]...)
}

func cycleError(path []*Revision) error {
	first := path[0]
	for _, r := range path {
		if r.ID < first.ID {
			first = r
		}
	}
	i := slices.Index(path, first)
	path = slices.Concat(path[i:], path[:i])
	names := make([]string, len(path), len(path)+1)
	for i, r := range path {
		names[i] = r.place()
	}
	return fileFault(first, "correct a parents or depends line", "revisions follow each other in a cycle: %s", strings.Join(append(names, path[0].ID), " → "))
}

// Revisions returns all revisions, parents and dependencies first.
func (g *Graph) Revisions() []*Revision { return slices.Clone(g.order) }

// Revision returns the revision of a full id, or nil.
func (g *Graph) Revision(id string) *Revision { return g.byID[id] }

// Heads are the revisions nobody names as parent, sorted by time and id.
func (g *Graph) Heads() []*Revision {
	return g.filter(func(r *Revision) bool { return len(g.children[r.ID]) == 0 })
}

// EffectiveHeads are the heads on which no other revision depends either.
func (g *Graph) EffectiveHeads() []*Revision {
	return g.filter(func(r *Revision) bool { return len(g.children[r.ID]) == 0 && len(g.needed[r.ID]) == 0 })
}

// Bases are the revisions without parents, sorted by time and id.
func (g *Graph) Bases() []*Revision {
	return g.filter(func(r *Revision) bool { return len(r.Parents) == 0 })
}

// Branches are the revisions with several children, sorted by time and id.
func (g *Graph) Branches() []*Revision {
	return g.filter(func(r *Revision) bool { return len(g.children[r.ID]) > 1 })
}

// Children are the revisions that name id as parent, sorted by time and id.
func (g *Graph) Children(id string) []*Revision { return slices.Clone(g.children[id]) }

// Dependencies are the revisions that the depends line of id means, without
// those that are before it anyway.
func (g *Graph) Dependencies(id string) []*Revision { return slices.Clone(g.needs[id]) }

// Dependents are the revisions that need id and are not after it anyway,
// sorted by time and id.
func (g *Graph) Dependents(id string) []*Revision { return slices.Clone(g.needed[id]) }

// LabelNames are the labels of all files, sorted.
func (g *Graph) LabelNames() []string { return slices.Sorted(maps.Keys(g.labels)) }

// Labels returns, for each revision that a label covers, its labels, sorted. A
// label covers the revision whose file has it, all that follows, and what is
// before it down to the last branch point or merge.
func (g *Graph) Labels() map[string][]string {
	covers := map[string][]string{}
	for _, label := range g.LabelNames() {
		for id := range g.branch(g.labels[label]) {
			covers[id] = append(covers[id], label)
		}
	}
	return covers
}

func (g *Graph) filter(keep func(*Revision) bool) []*Revision {
	var out []*Revision
	for _, r := range g.sorted {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// ancestors are revs and everything that must be applied before them.
func (g *Graph) ancestors(revs ...*Revision) map[string]bool {
	return reach(revs, g.predecessors)
}

// descendants are revs and everything that follows or depends on them.
func (g *Graph) descendants(revs ...*Revision) map[string]bool {
	return reach(revs, func(r *Revision) []*Revision { return g.followers(r.ID) })
}

// lineage are the revisions on a line through r, by parent links alone.
func (g *Graph) lineage(r *Revision) map[string]bool {
	set := reach([]*Revision{r}, func(r *Revision) []*Revision { return g.children[r.ID] })
	for id := range reach([]*Revision{r}, g.parents) {
		set[id] = true
	}
	return set
}

func (g *Graph) parents(r *Revision) []*Revision {
	out := make([]*Revision, 0, len(r.Parents))
	for _, id := range r.Parents {
		if p := g.byID[id]; p != nil {
			out = append(out, p)
		}
	}
	return out
}

// branch are the revisions that a label on r covers: r, everything after it,
// and what is before it down to the last branch point or merge.
func (g *Graph) branch(r *Revision) map[string]bool {
	set := reach([]*Revision{r}, func(r *Revision) []*Revision { return g.children[r.ID] })
	for len(r.Parents) == 1 {
		p := g.byID[r.Parents[0]]
		if p == nil || len(g.children[p.ID]) > 1 {
			break
		}
		set[p.ID] = true
		r = p
	}
	return set
}

func reach(from []*Revision, next func(*Revision) []*Revision) map[string]bool {
	set := map[string]bool{}
	stack := slices.Clone(from)
	for len(stack) > 0 {
		r := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if set[r.ID] {
			continue
		}
		set[r.ID] = true
		stack = append(stack, next(r)...)
	}
	return set
}

// place names a revision and its file.
func (r *Revision) place() string {
	if r.Path == "" {
		return r.ID
	}
	return r.ID + " (" + r.Path + ")"
}

func fileFault(r *Revision, hint, format string, args ...any) error {
	return &FileError{Path: r.Path, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// nearID returns a known id most like id, or "".
func (g *Graph) nearID(id string) string {
	if len(g.sorted) > 5000 {
		return "" // not worth the time
	}
	best, distance := "", 3
	for _, r := range g.sorted {
		if d := editDistance(id, r.ID); d < distance {
			best, distance = r.ID, d
		}
	}
	return best
}

func compareRevisions(a, b *Revision) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Path, b.Path))
}

// ids lists the ids of revs.
func ids(revs []*Revision) []string {
	out := make([]string, len(revs))
	for i, r := range revs {
		out[i] = r.ID
	}
	return out
}
