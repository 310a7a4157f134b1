package erd

import "math"

// place moves the nodes of each layer up and down, in their order, to where the
// edges are short. For one layer, the others at rest, this is the least-squares
// problem of isotonic regression, which pooling neighbours solves exactly.
func (s *sheet) place() {
	for sweep := range 10 {
		for i := range s.layers {
			if sweep%2 == 1 {
				i = len(s.layers) - 1 - i
			}
			s.settle(i, sweep < 6, sweep%2 == 0)
		}
	}
	top, bottom := math.MaxInt, math.MinInt
	for _, n := range s.nodes {
		top, bottom = min(top, n.y), max(bottom, n.y+n.h)
	}
	for i := range s.nodes {
		s.nodes[i].y -= top
	}
	s.g.h = bottom - top
}

// A pool is neighbours that move as one: the wish of all together, where the
// first one is to be.
type pool struct {
	sum, weight float64
	first       int
}

// settle places one layer. oneSide counts only the ties to the layer that was
// placed before, which lets a sweep carry through.
func (s *sheet) settle(layer int, oneSide, leftwards bool) {
	nodes := s.layers[layer]
	offset := 0 // of a node from the first, all packed tightly
	offsets := make([]int, len(nodes))
	var pools []pool
	for i, n := range nodes {
		if i > 0 {
			offset += s.nodes[nodes[i-1]].h + s.gap(nodes[i-1], n)
		}
		offsets[i] = offset
		sum, weight := s.wish(n, oneSide, leftwards)
		pools = append(pools, pool{sum - weight*float64(offset), weight, i})
		for len(pools) > 1 {
			a, b := pools[len(pools)-2], pools[len(pools)-1]
			if a.sum/a.weight <= b.sum/b.weight {
				break
			}
			pools = append(pools[:len(pools)-2], pool{a.sum + b.sum, a.weight + b.weight, a.first})
		}
	}
	for p, pl := range pools {
		end := len(nodes)
		if p+1 < len(pools) {
			end = pools[p+1].first
		}
		at := int(math.Floor(pl.sum/pl.weight + 0.5))
		for i := pl.first; i < end; i++ {
			s.nodes[nodes[i]].y = at + offsets[i]
		}
	}
}

// wish is where a node would like to be, times its weight. Waypoints pull harder,
// so that long edges are straight.
func (s *sheet) wish(n int, oneSide, leftwards bool) (sum, weight float64) {
	nd := &s.nodes[n]
	for _, k := range nd.links {
		to := &s.nodes[k.to]
		if oneSide && (to.layer < nd.layer) != leftwards {
			continue
		}
		w := 1.0
		if nd.box < 0 && to.box < 0 {
			w = 4
		}
		sum += w * float64(to.y+k.there-k.here)
		weight += w
	}
	if weight == 0 {
		return 0.1 * float64(nd.y), 0.1
	}
	return sum, weight
}
