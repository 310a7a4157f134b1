package erd

// weave makes nets of the edges, and waypoints where a net passes a layer.
func (s *sheet) weave() {
	at := make(map[int]int, len(s.g.boxes))
	for i, b := range s.g.boxes {
		at[b] = i
	}
	type trunk struct {
		port  port
		end   End
		loose bool
		kind  string
	}
	bundles := map[trunk]int{}
	for _, i := range s.g.edges {
		e := &s.d.Edges[i]
		from, to := port{node: at[e.From], row: e.FromRow}, port{node: at[e.To], row: e.ToRow}
		switch a, b := s.nodes[from.node].layer, s.nodes[to.node].layer; {
		case from.node == to.node:
			s.nets = append(s.nets, net{start: to, ends: []port{from}, edges: []int{i}, self: true})
		case a < b:
			s.nets = append(s.nets, net{start: from, ends: []port{to}, edges: []int{i}, turned: true})
		default:
			key := trunk{to, e.ToEnd, e.Loose, e.Kind}
			n, known := bundles[key]
			if !known {
				n = len(s.nets)
				bundles[key] = n
				s.nets = append(s.nets, net{start: to})
			}
			s.nets[n].ends = append(s.nets[n].ends, from)
			s.nets[n].edges = append(s.nets[n].edges, i)
		}
	}
	s.spread()
	for i := range s.nets {
		s.thread(&s.nets[i])
	}
}

// spread gives the ports of one row and side their heights. The two sides differ
// by a few pixels: a net that ends at a box would else seem to go on as one that
// begins at the box beside it.
func (s *sheet) spread() {
	type place struct {
		node, row int
		right     bool
	}
	at := map[place][]*port{}
	for i := range s.nets {
		n := &s.nets[i]
		k := place{n.start.node, n.start.row, true}
		at[k] = append(at[k], &n.start)
		for j := range n.ends {
			k := place{n.ends[j].node, n.ends[j].row, n.self}
			at[k] = append(at[k], &n.ends[j])
		}
	}
	for k, ports := range at {
		side := -2
		if k.right {
			side = 2
		}
		step := min(8, 12/max(1, len(ports)-1))
		for i, p := range ports {
			p.off = side + (2*i-len(ports)+1)*step/2
		}
	}
}

const waypointHeight = 6

// thread makes the waypoints of a net and ties them.
func (s *sheet) thread(n *net) {
	if n.self {
		return
	}
	begin, end := s.nodes[n.start.node].layer, 0
	for _, p := range n.ends {
		end = max(end, s.nodes[p.node].layer)
	}
	before, height := n.start.node, s.portY(n.start)
	byLayer := map[int]link{begin: {to: before, there: height}}
	for l := begin + 1; l < end; l++ {
		id := len(s.nodes)
		s.nodes = append(s.nodes, node{box: -1, h: waypointHeight, layer: l})
		s.layers[l] = append(s.layers[l], id)
		n.points = append(n.points, id)
		s.tie(before, height, id, waypointHeight/2)
		before, height = id, waypointHeight/2
		byLayer[l] = link{to: id, there: height}
	}
	for _, p := range n.ends {
		left := byLayer[s.nodes[p.node].layer-1]
		s.tie(left.to, left.there, p.node, s.portY(p))
	}
}

func (s *sheet) tie(a, aHeight, b, bHeight int) {
	s.nodes[a].links = append(s.nodes[a].links, link{b, aHeight, bHeight})
	s.nodes[b].links = append(s.nodes[b].links, link{a, bHeight, aHeight})
}

// portY is the height of a port, counted from the top of its box.
func (s *sheet) portY(p port) int {
	return s.d.Boxes[s.nodes[p.node].box].rowY(p.row) + p.off
}

// span is the layers that a net begins and ends in.
func (s *sheet) span(n *net) (left, right int) {
	left = s.nodes[n.start.node].layer
	right = left + 1
	for _, p := range n.ends {
		right = max(right, s.nodes[p.node].layer)
	}
	return left, right
}

// ys are the heights at which a net enters a channel from the left and leaves it
// to the right. The channel is right of the layer.
func (s *sheet) ys(n *net, layer int) (in int, out []int) {
	left, right := s.span(n)
	if n.self {
		return s.y(n.start), []int{s.y(n.ends[0])}
	}
	in = s.y(n.start)
	if layer > left {
		in = s.waypointY(n, layer)
	}
	if layer+1 < right {
		out = append(out, s.waypointY(n, layer+1))
	}
	for _, p := range n.ends {
		if s.nodes[p.node].layer == layer+1 {
			out = append(out, s.y(p))
		}
	}
	return in, out
}

func (s *sheet) waypointY(n *net, layer int) int {
	left, _ := s.span(n)
	id := n.points[layer-left-1]
	return s.nodes[id].y + waypointHeight/2
}

// y is the height of a port on the sheet.
func (s *sheet) y(p port) int { return s.nodes[p.node].y + s.portY(p) }
