package erd

import (
	"cmp"
	"slices"
)

const sweeps = 12

// order finds an order of each layer with few crossings: each node goes to where
// those it is tied to are, from left to right and back, several times. The order
// in which ties are shortest wins.
func (s *sheet) order() {
	for i := range s.layers {
		s.pile(i)
	}
	best, length := s.copyLayers(), s.length()
	for sweep := range sweeps {
		for i := range s.layers {
			if sweep%2 == 1 {
				i = len(s.layers) - 1 - i
			}
			s.reorder(i, sweep%2 == 0)
		}
		if l := s.length(); l < length {
			best, length = s.copyLayers(), l
		}
	}
	s.layers = best
	for i := range s.layers {
		s.pile(i)
	}
}

func (s *sheet) copyLayers() [][]int {
	out := make([][]int, len(s.layers))
	for i, l := range s.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// reorder sorts a layer by the mean height of what its nodes are tied to on one
// side; a node tied to nothing there stays about where it is.
func (s *sheet) reorder(layer int, leftwards bool) {
	want := make(map[int]float64, len(s.layers[layer]))
	for _, n := range s.layers[layer] {
		want[n] = float64(s.nodes[n].y)
		sum, count := 0.0, 0
		for _, k := range s.nodes[n].links {
			if s.nodes[k.to].layer < layer == leftwards {
				sum += float64(s.nodes[k.to].y + k.there - k.here)
				count++
			}
		}
		if count > 0 {
			want[n] = sum/float64(count) + float64(s.nodes[n].h)/2
		} else {
			want[n] += float64(s.nodes[n].h) / 2
		}
	}
	slices.SortStableFunc(s.layers[layer], func(a, b int) int { return cmp.Or(cmp.Compare(want[a], want[b]), cmp.Compare(a, b)) })
	s.pile(layer)
}

// pile puts the nodes of a layer directly below each other, their middle at 0.
func (s *sheet) pile(layer int) {
	y := 0
	for i, n := range s.layers[layer] {
		if i > 0 {
			y += s.gap(s.layers[layer][i-1], n)
		}
		s.nodes[n].y = y
		y += s.nodes[n].h
	}
	for _, n := range s.layers[layer] {
		s.nodes[n].y -= y / 2
	}
}

// gap is the room between two nodes of a layer.
func (s *sheet) gap(a, b int) int {
	switch {
	case s.nodes[a].box < 0 && s.nodes[b].box < 0:
		return 2
	case s.nodes[a].box < 0 || s.nodes[b].box < 0:
		return boxGap / 2
	}
	return boxGap
}

// length is that of all ties, up and down.
func (s *sheet) length() int {
	sum := 0
	for i := range s.nodes {
		for _, k := range s.nodes[i].links {
			if k.to > i {
				sum += abs(s.nodes[i].y + k.here - s.nodes[k.to].y - k.there)
			}
		}
	}
	return sum
}

func abs(n int) int { return max(n, -n) }
