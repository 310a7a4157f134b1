package erd

import (
	"math"
	"slices"
)

// A sheet is a group while it is laid out. Nodes are the boxes, by their place
// in the group, and behind them the points where nets pass through a layer.
type sheet struct {
	d      *Diagram
	g      *group
	nodes  []node
	nets   []net
	layers [][]int // nodes from top to bottom
}

// A node is a box, or a waypoint: the place where a net passes through a layer.
type node struct {
	box   int // place in the diagram; -1: a waypoint
	w, h  int
	layer int
	y     int
	links []link // to nodes of the layers beside it
}

// A link is what a node is tied to: another node, and the heights, counted from
// the top of each, that should be equal.
type link struct {
	to          int
	here, there int
}

// A net is edges that are drawn as one tree: all that refer to the same row of the
// same box. It begins at one box, or a bundle of nothing but one edge, and runs to
// the right.
type net struct {
	start  port   // the left end
	ends   []port // the right ends
	edges  []int  // of ends, place in the diagram
	turned bool   // the edge runs from left to right: its table refers to one further right
	self   bool   // one box refers to itself
	// points are the waypoints, one for each layer between the first and the last.
	points []int
	tracks []int // x in each channel it uses, from that right of its start on
}

// A port is where a net meets a row of a box. Nets that meet the same row on the
// same side do so at heights of their own, off by a few pixels from its middle.
type port struct {
	node, row int
	off       int
}

func newSheet(d *Diagram, g *group) *sheet {
	s := &sheet{d: d, g: g}
	for _, b := range g.boxes {
		s.nodes = append(s.nodes, node{box: b, w: d.Boxes[b].W, h: d.Boxes[b].H})
	}
	return s
}

func (s *sheet) lay() {
	s.rank()
	s.weave()
	s.order()
	s.place()
	s.route()
}

// rank gives each box a layer, such that no edge stays in one, and none is higher
// than a good picture is.
func (s *sheet) rank() {
	at := make(map[int]int, len(s.g.boxes))
	for i, b := range s.g.boxes {
		at[b] = i
	}
	parents := make([][]int, len(s.nodes))
	for _, e := range s.g.edges {
		from, to := at[s.d.Edges[e].From], at[s.d.Edges[e].To]
		if from != to && !slices.Contains(parents[from], to) {
			parents[from] = append(parents[from], to)
		}
	}
	acyclic(parents)
	s.fill(parents)
	s.pull(parents)
}

// acyclic turns edges around until there is no way back to where one came from.
func acyclic(parents [][]int) {
	const open, done = 1, 2
	state := make([]int, len(parents))
	var turn [][2]int
	var visit func(int)
	visit = func(n int) {
		state[n] = open
		for _, p := range parents[n] {
			switch state[p] {
			case open:
				turn = append(turn, [2]int{n, p})
			case 0:
				visit(p)
			}
		}
		state[n] = done
	}
	for n := range parents {
		if state[n] == 0 {
			visit(n)
		}
	}
	for _, t := range turn {
		n, p := t[0], t[1]
		parents[n] = slices.DeleteFunc(parents[n], func(x int) bool { return x == p })
		if !slices.Contains(parents[p], n) {
			parents[p] = append(parents[p], n)
		}
	}
}

// limit is how high a layer may be.
func (s *sheet) limit() int {
	area, highest := 0.0, 0
	for _, n := range s.nodes {
		area += float64(n.w+240) * float64(n.h+boxGap)
		highest = max(highest, n.h)
	}
	return max(highest, int(math.Sqrt(area/aspect)))
}

// fill puts each box into the first layer behind those of its parents that has
// room, those that may stand furthest left first.
func (s *sheet) fill(parents [][]int) {
	limit := s.limit()
	children := make([][]int, len(s.nodes))
	waiting := make([]int, len(s.nodes))
	for n, list := range parents {
		waiting[n] = len(list)
		for _, p := range list {
			children[p] = append(children[p], n)
		}
	}
	earliest := make([]int, len(s.nodes))
	var ready []int
	for n := range s.nodes {
		if waiting[n] == 0 {
			ready = append(ready, n)
		}
	}
	for len(ready) > 0 {
		best := 0
		for i, n := range ready {
			m := ready[best]
			if earliest[n] < earliest[m] || earliest[n] == earliest[m] && (len(children[n]) > len(children[m]) || len(children[n]) == len(children[m]) && n < m) {
				best = i
			}
		}
		n := ready[best]
		ready = slices.Delete(ready, best, best+1)
		layer := earliest[n]
		for layer < len(s.layers) && len(s.layers[layer]) > 0 && s.height(layer)+boxGap+s.nodes[n].h > limit {
			layer++
		}
		for len(s.layers) <= layer {
			s.layers = append(s.layers, nil)
		}
		s.nodes[n].layer = layer
		s.layers[layer] = append(s.layers[layer], n)
		for _, c := range children[n] {
			earliest[c] = max(earliest[c], layer+1)
			if waiting[c]--; waiting[c] == 0 {
				ready = append(ready, c)
			}
		}
	}
}

// pull moves boxes that only others refer to right before these: what refers to
// nothing would else stand at the left end of a long edge.
func (s *sheet) pull(parents [][]int) {
	limit := s.limit()
	first := make([]int, len(s.nodes)) // layer of the first child
	for n, list := range parents {
		for _, p := range list {
			if first[p] == 0 || s.nodes[n].layer < first[p] {
				first[p] = s.nodes[n].layer
			}
		}
	}
	for n := range s.nodes {
		if len(parents[n]) > 0 {
			continue
		}
		from := s.nodes[n].layer
		for layer := first[n] - 1; layer > from; layer-- {
			if s.height(layer)+boxGap+s.nodes[n].h <= limit {
				s.layers[from] = slices.DeleteFunc(s.layers[from], func(m int) bool { return m == n })
				s.layers[layer] = append(s.layers[layer], n)
				s.nodes[n].layer = layer
				break
			}
		}
	}
	s.layers = slices.DeleteFunc(s.layers, func(l []int) bool { return len(l) == 0 })
	for i, l := range s.layers {
		for _, n := range l {
			s.nodes[n].layer = i
		}
	}
}

func (s *sheet) height(layer int) int {
	h := 0
	for i, n := range s.layers[layer] {
		if i > 0 {
			h += boxGap
		}
		h += s.nodes[n].h
	}
	return h
}
