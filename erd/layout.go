package erd

import (
	"cmp"
	"math"
	"slices"
)

// The layout, in this order:
//
//  1. boxes that edges join are a group; each group is laid out by itself
//  2. rank.go: a box stands in a layer right of all it refers to
//  3. order.go: the order in a layer is such that edges cross little
//  4. place.go: heights, so that edges are straight where they can be
//  5. route.go: edges run in the channels between layers, each at a place of its own
//  6. the groups are put beside and below each other, then the boxes without edges
//
// The method is that of Sugiyama, Tagawa and Toda (1981); every choice has a last
// criterion by which no two things are equal, so the result is one.

const (
	margin   = 24 // around the drawing
	groupGap = 48
	boxGap   = 24
	aspect   = 1.6 // of the drawing, about
)

type point struct{ x, y int }

// A group is boxes that edges join, with the edges between them.
type group struct {
	boxes, edges []int // places in the diagram
	w, h         int
}

func (d *Diagram) layout() {
	groups, single := d.groups()
	area := 0
	for i := range groups {
		newSheet(d, &groups[i]).lay()
		area += (groups[i].w + groupGap) * (groups[i].h + groupGap)
	}
	for _, b := range single {
		area += (d.Boxes[b].W + boxGap) * (d.Boxes[b].H + boxGap)
	}
	width := int(math.Sqrt(float64(area) * aspect))
	for _, g := range groups {
		width = max(width, g.w)
	}
	bottom := d.shelve(groups, width)
	d.stack(single, width, bottom)
	for _, b := range d.Boxes {
		d.Width, d.Height = max(d.Width, b.X+b.W), max(d.Height, b.Y+b.H)
	}
	for _, e := range d.Edges {
		for _, p := range e.line {
			d.Width, d.Height = max(d.Width, p.x), max(d.Height, p.y)
		}
	}
	d.Width, d.Height = d.Width+margin, d.Height+margin
}

// groups are the connected parts of the diagram, the largest first, and the boxes
// no edge touches.
func (d *Diagram) groups() (groups []group, single []int) {
	parent := make([]int, len(d.Boxes))
	for i := range parent {
		parent[i] = i
	}
	var find func(int) int
	find = func(i int) int {
		if parent[i] != i {
			parent[i] = find(parent[i])
		}
		return parent[i]
	}
	touched := make([]bool, len(d.Boxes))
	for _, e := range d.Edges {
		touched[e.From], touched[e.To] = true, true
		a, b := find(e.From), find(e.To)
		parent[max(a, b)] = min(a, b)
	}
	at := map[int]int{}
	for i := range d.Boxes {
		if !touched[i] {
			single = append(single, i)
			continue
		}
		root := find(i)
		if _, known := at[root]; !known {
			at[root] = len(groups)
			groups = append(groups, group{})
		}
		groups[at[root]].boxes = append(groups[at[root]].boxes, i)
	}
	for i, e := range d.Edges {
		g := &groups[at[find(e.From)]]
		g.edges = append(g.edges, i)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(len(b.boxes), len(a.boxes)) })
	return groups, single
}

// shelve puts the groups in rows of the width, and returns where the last one
// ends.
func (d *Diagram) shelve(groups []group, width int) int {
	x, y, high := margin, margin, 0
	for _, g := range groups {
		if x > margin && x+g.w > margin+width {
			x, y, high = margin, y+high+groupGap, 0
		}
		for _, b := range g.boxes {
			d.Boxes[b].X += x
			d.Boxes[b].Y += y
		}
		for _, e := range g.edges {
			for i := range d.Edges[e].line {
				d.Edges[e].line[i].x += x
				d.Edges[e].line[i].y += y
			}
		}
		x, high = x+g.w+groupGap, max(high, g.h)
	}
	if len(groups) == 0 {
		return margin
	}
	return y + high + groupGap
}

// stack puts boxes into columns of one width, each under the lowest end. Tables
// come before enums, and by schema.
func (d *Diagram) stack(boxes []int, width, top int) {
	if len(boxes) == 0 {
		return
	}
	slices.SortStableFunc(boxes, func(a, b int) int {
		x, y := &d.Boxes[a], &d.Boxes[b]
		return cmp.Or(-cmp.Compare(x.Kind, y.Kind), x.Name.Compare(y.Name))
	})
	widest := 0
	for _, b := range boxes {
		widest = max(widest, d.Boxes[b].W)
	}
	ends := make([]int, min(len(boxes), max(1, (width+boxGap)/(widest+boxGap))))
	for i := range ends {
		ends[i] = top
	}
	for _, b := range boxes {
		low := 0
		for i, end := range ends {
			if end < ends[low] {
				low = i
			}
		}
		box := &d.Boxes[b]
		box.X, box.Y = margin+low*(widest+boxGap), ends[low]
		ends[low] += box.H + boxGap
	}
}
