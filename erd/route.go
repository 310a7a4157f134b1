package erd

import (
	"cmp"
	"slices"
)

const (
	endLength   = 26 // room for a crow's foot between a box and the first bend
	trackWidth  = 7
	leastTracks = 2
)

// route gives the layers their places from left to right, and the edges their
// lines.
func (s *sheet) route() {
	x := 0
	for layer := range s.layers {
		width := 0
		for _, n := range s.layers[layer] {
			width = max(width, s.nodes[n].w)
		}
		for _, n := range s.layers[layer] {
			if b := s.nodes[n].box; b >= 0 {
				s.d.Boxes[b].X, s.d.Boxes[b].Y = x, s.nodes[n].y
			}
		}
		x += width
		tracks := s.channel(layer, x+endLength)
		if layer == len(s.layers)-1 {
			if tracks > 0 { // of boxes that refer to themselves
				x += endLength + tracks*trackWidth
			}
			break
		}
		x += 2*endLength + max(tracks, leastTracks)*trackWidth
	}
	s.g.w = x
	for i := range s.nets {
		s.draw(&s.nets[i])
	}
}

// channel gives each net that uses the channel right of a layer its place in it,
// and returns how many there are. Two nets of which one is above the other may have
// the same.
func (s *sheet) channel(layer, x int) int {
	type user struct {
		net       *net
		in        int
		low, high int
		down      bool
		track     int
	}
	var users []user
	for i := range s.nets {
		n := &s.nets[i]
		left, right := s.span(n)
		if layer < left || layer >= right {
			continue
		}
		in, out := s.ys(n, layer)
		low, high := min(in, slices.Min(out)), max(in, slices.Max(out))
		sum := 0
		for _, y := range out {
			sum += y - in
		}
		users = append(users, user{n, in, low, high, sum > 0, 0})
	}
	// Of nets that go down the lowest bends first, of those that go up the highest:
	// so two of a kind do not cross.
	rank := func(u user) (class, y int) {
		switch {
		case u.net.self: // close to the box
			return 0, u.in
		case u.down:
			return 1, -u.in
		}
		return 2, u.in
	}
	slices.SortStableFunc(users, func(a, b user) int {
		classA, a1 := rank(a)
		classB, b1 := rank(b)
		return cmp.Or(cmp.Compare(classA, classB), cmp.Compare(a1, b1))
	})
	most := 0
	for i := range users {
		u := &users[i]
		for j := range i {
			if v := users[j]; v.low-4 <= u.high && u.low-4 <= v.high {
				u.track = max(u.track, v.track+1)
			}
		}
		most = max(most, u.track+1)
	}
	for _, u := range users {
		u.net.tracks = append(u.net.tracks, x+u.track*trackWidth)
	}
	return most
}

// draw is the lines of a net's edges, each from the table that refers to the one
// that is referred to.
func (s *sheet) draw(n *net) {
	left, _ := s.span(n)
	for i, edge := range n.edges {
		e := &s.d.Edges[edge]
		end := n.ends[i]
		box, start := &s.d.Boxes[s.nodes[end.node].box], &s.d.Boxes[s.nodes[n.start.node].box]
		first := point{box.X, s.y(end)}
		if n.self {
			first.x += box.W
		}
		line := []point{first}
		layer := s.nodes[end.node].layer - 1
		if n.self {
			layer = left
		}
		for ; layer >= left; layer-- {
			x := n.tracks[layer-left]
			in, _ := s.ys(n, layer)
			line = append(line, point{x, line[len(line)-1].y}, point{x, in})
		}
		line = append(line, point{start.X + start.W, line[len(line)-1].y})
		if n.turned {
			slices.Reverse(line)
		}
		e.line = straight(line)
	}
}

// straight leaves out the corners that are none.
func straight(line []point) []point {
	var out []point
	for _, p := range line {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && (out[n-2].x == out[n-1].x && out[n-1].x == p.x || out[n-2].y == out[n-1].y && out[n-1].y == p.y) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}
