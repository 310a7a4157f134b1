//go:build unix

package faults

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// side is who speaks.
type side int

const (
	client side = iota // gen to the server
	server             // the server to gen
)

// A message is one message of PostgreSQL's protocol as it passes the proxy.
type message struct {
	from side
	kind byte // 0 of the first one of a connection, which has none
	n    int  // its number among those of its side, from 1, over all connections
}

// request reports whether the server works after this message.
func (m message) request() bool { return m.from == client && (m.kind == 'Q' || m.kind == 'S') }

// ready reports whether this is the server's last word on a request.
func (m message) ready() bool { return m.from == server && m.kind == 'Z' }

// verdict is what becomes of a message.
type verdict int

const (
	pass     verdict = iota
	cut              // it is not sent, and its connection is closed on both sides
	cutAfter         // it is sent, and its connection closed then
)

// A proxy stands between gen and a server and lets judge decide about each
// message, one at a time.
type proxy struct {
	url   string // of the server, through the proxy
	to    string
	l     net.Listener
	mu    sync.Mutex
	judge func(message) verdict
	count [2]int
	all   []message
}

func startProxy(t testing.TB, serverURL string, judge func(message) verdict) *proxy {
	t.Helper()
	u, err := url.Parse(serverURL)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{to: u.Host, l: l, judge: judge}
	u.Host = l.Addr().String()
	p.url = u.String()
	go p.accept()
	return p
}

func (p *proxy) close() { p.l.Close() }

func (p *proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp4", p.to)
		if err != nil {
			c.Close()
			continue
		}
		end := func() { c.Close(); s.Close() }
		go p.pump(client, c, s, end)
		go p.pump(server, s, c, end)
	}
}

// pump passes the messages of one side on until the connection ends.
func (p *proxy) pump(from side, in, out net.Conn, end func()) {
	defer end()
	first := from == client
	for {
		kind, text, err := readMessage(in, first)
		if err != nil {
			return
		}
		first = false
		switch p.decide(from, kind) {
		case cut:
			return
		case cutAfter:
			out.Write(text)
			return
		}
		if _, err := out.Write(text); err != nil {
			return
		}
	}
}

func (p *proxy) decide(from side, kind byte) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count[from]++
	m := message{from, kind, p.count[from]}
	p.all = append(p.all, m)
	return p.judge(m)
}

// messages are those that have passed.
func (p *proxy) messages() []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]message(nil), p.all...)
}

func readMessage(in io.Reader, first bool) (kind byte, text []byte, err error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(in, head); err != nil {
		return 0, nil, err
	}
	if !first {
		kind = head[0]
	}
	size := int(binary.BigEndian.Uint32(head[len(head)-4:]))
	text = make([]byte, len(head)+size-4)
	copy(text, head)
	_, err = io.ReadFull(in, text[len(head):])
	return kind, text, err
}
