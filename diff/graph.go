package diff

import (
	"container/heap"
	"slices"
)

// A graph is the ops of a plan and which must come before which.
type graph struct {
	ops    []op
	after  []map[int]bool // after[i]: those that come after i
	before []int          // how many must come before
}

func newGraph(ops []op) *graph {
	g := &graph{ops: ops, after: make([]map[int]bool, len(ops)), before: make([]int, len(ops))}
	// For each key, who does what with it. Edges run along these lines.
	makes, needs := g.index(func(o *op) []key { return o.makes }), g.index(func(o *op) []key { return o.needs })
	leaves, ends := g.index(func(o *op) []key { return o.leaves }), g.index(func(o *op) []key { return o.ends })
	alters, rebuilds := g.index(func(o *op) []key { return o.alters }), g.index(func(o *op) []key { return o.rebuilds })
	g.join(makes, needs)
	g.join(leaves, ends)
	g.join(alters, needs)
	g.join(rebuilds, needs)
	g.join(leaves, rebuilds)
	for k := range ends {
		if k.kind != keyUnique {
			delete(ends, k)
		}
	}
	g.join(ends, needs) // a foreign key must not bind to a key that is about to go

	frees, takes := map[nameKey][]int{}, map[nameKey][]int{}
	for i := range ops {
		for _, k := range ops[i].frees {
			frees[k] = append(frees[k], i)
		}
		for _, k := range ops[i].takes {
			takes[k] = append(takes[k], i)
		}
	}
	for k, from := range frees {
		for _, i := range from {
			for _, j := range takes[k] {
				g.edge(i, j)
			}
		}
	}
	return g
}

func (g *graph) index(keys func(*op) []key) map[key][]int {
	m := map[key][]int{}
	for i := range g.ops {
		for _, k := range keys(&g.ops[i]) {
			m[k] = append(m[k], i)
		}
	}
	return m
}

// join puts an edge from each op of first to each of then with the same key.
func (g *graph) join(first, then map[key][]int) {
	for k, from := range first {
		for _, i := range from {
			for _, j := range then[k] {
				g.edge(i, j)
			}
		}
	}
}

func (g *graph) edge(i, j int) {
	if i == j || g.after[i][j] {
		return
	}
	if g.after[i] == nil {
		g.after[i] = map[int]bool{}
	}
	g.after[i][j] = true
	g.before[j]++
}

// reaches reports whether j must come after i.
func (g *graph) reaches(i, j int) bool {
	seen := map[int]bool{}
	var walk func(int) bool
	walk = func(n int) bool {
		if n == j {
			return true
		}
		if seen[n] {
			return false
		}
		seen[n] = true
		for m := range g.after[n] {
			if walk(m) {
				return true
			}
		}
		return false
	}
	return walk(i)
}

// sort returns the ops in order: of those that may come next always the one
// that stands first in ops (Kahn). stuck are those on or behind a cycle.
func (g *graph) sort() (sorted, stuck []int) {
	left := slices.Clone(g.before)
	ready := &intHeap{}
	for i, n := range left {
		if n == 0 {
			heap.Push(ready, i)
		}
	}
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		sorted = append(sorted, i)
		for j := range g.after[i] {
			if left[j]--; left[j] == 0 {
				heap.Push(ready, j)
			}
		}
	}
	for i, n := range left {
		if n > 0 {
			stuck = append(stuck, i)
		}
	}
	return sorted, stuck
}

type intHeap []int

func (h intHeap) Len() int           { return len(h) }
func (h intHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h intHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *intHeap) Push(x any)        { *h = append(*h, x.(int)) }
func (h *intHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
