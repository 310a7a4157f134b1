// Package plan is a plan that a program may edit before it becomes a revision:
// typed changes, and the statements that carry them out and take them back. A
// filter command gets it as JSON ([revision] filter of gen.toml), a Go program
// through package autogen; what either hands back is held against the plan it was
// given by [Check]. All of it is pure.
//
// What may be edited: statements may be left out, moved, given another SQL,
// comment or transaction, and added (without an id). A change may be left out of
// Changes: its statements, up and down, go with it. Everything else is what gen
// knows about the plan, and cannot be edited.
package plan

import (
	"fmt"
	"reflect"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
)

// Version is that of the JSON. It grows when a field changes its meaning.
const Version = 1

// A Plan is what leads from one schema to another, and back.
type Plan struct {
	Version    int         `json:"version"`
	Dialect    string      `json:"dialect"`
	Server     string      `json:"server"`
	Changes    []Change    `json:"changes"`
	Statements []Statement `json:"statements"`
	Down       []Statement `json:"down"`
	// Irreversible is why there is no way back; Down is empty then. It cannot be edited,
	// and does not count where statements were added to Down.
	Irreversible string `json:"irreversible,omitempty"`
	Notes        []Note `json:"notes,omitempty"`
}

// A Change is one difference: in words, and as the value that diff made.
type Change struct {
	ID string `json:"id"` // "c1"
	diff.Line
	Value diff.Change `json:"-"`
}

// A Statement is one SQL statement, without the semicolon at its end.
type Statement struct {
	ID      string   `json:"id,omitempty"`      // "u1" of the way up, "d1" of the way down; empty: added
	Changes []string `json:"changes,omitempty"` // ids of what it is part of
	SQL     string   `json:"sql"`
	Comment []string `json:"comment,omitempty"` // lines above it in the file; handed back nil: as given
	Tx      string   `json:"tx"`                // of its step: on, each, batch; handed back empty: as given, of an added one on

	Outside  bool     `json:"outside,omitempty"` // the server refuses it in a transaction
	Locks    []Lock   `json:"locks,omitempty"`
	Rewrites bool     `json:"rewrites"`
	Scans    bool     `json:"scans"`
	Hazards  []Hazard `json:"hazards,omitempty"`
	Loses    string   `json:"loses,omitempty"`
	// Prechecks find the rows on which the statement would fail, each a query.
	Prechecks []string `json:"prechecks,omitempty"`

	Rendered render.Statement `json:"-"` // what the renderer made; zero of an added one
}

// A Lock is a lock on a relation.
type Lock struct {
	Relation string `json:"relation"`
	Mode     string `json:"mode"`
	Long     bool   `json:"long"`
}

// A Hazard is something a reviewer should know.
type Hazard struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Note bool   `json:"note,omitempty"` // of a lock on small tables
}

// A Note is something that could not be settled, or that gen does not manage.
type Note struct {
	Object string `json:"object"`
	Text   string `json:"text"`
}

// New is the plan of p, which was rendered as up and down. lines are its
// changes in words, in the same order.
func New(p diff.Plan, lines []diff.Line, up, down []render.Statement) Plan {
	out := Plan{Version: Version, Changes: make([]Change, len(p.Changes))}
	for i, c := range p.Changes {
		out.Changes[i] = Change{ID: fmt.Sprintf("c%d", i+1), Line: lines[i], Value: c}
	}
	ahead, back := finder{list: p.Changes}, finder{list: p.Reverse().Changes}
	out.Statements = out.statements("u", up, ahead.find)
	out.Down = out.statements("d", down, func(c diff.Change) int { return len(back.list) - 1 - back.find(c) })
	return out
}

// A finder finds changes in a list. Statements come in the order of their
// changes, so it looks first where it found the last one.
type finder struct {
	list []diff.Change
	last int
}

// find is where c stands; the length of the list where it does not.
func (f *finder) find(c diff.Change) int {
	for n := range f.list {
		i := (f.last + n) % len(f.list)
		if reflect.DeepEqual(f.list[i], c) {
			f.last = i
			return i
		}
	}
	return len(f.list)
}

// statements gives rendered statements their ids and those of their changes. One
// that stands for no change of the list belongs to the one before it.
func (p *Plan) statements(prefix string, list []render.Statement, at func(diff.Change) int) []Statement {
	out := make([]Statement, 0, len(list))
	for i, r := range list {
		s := Statement{
			ID: fmt.Sprintf("%s%d", prefix, i+1), SQL: r.SQL, Comment: render.Comment(r), Tx: "on",
			Outside: r.Tx == render.NoTx, Rewrites: r.Rewrites, Scans: r.Scans, Loses: r.Loses, Prechecks: r.Prechecks, Rendered: r,
		}
		switch r.Tx {
		case render.InTx:
		case render.Batches:
			s.Tx = "batch"
		default:
			s.Tx = "each"
		}
		if r.Rebuild {
			s.Tx = "on"
		}
		if prefix == "d" {
			s.Comment = append(s.Comment, render.WayBack(r)...)
		}
		for _, c := range append([]diff.Change{r.Change}, r.Also...) {
			if n := at(c); n >= 0 && n < len(p.Changes) {
				s.Changes = append(s.Changes, p.Changes[n].ID)
			}
		}
		if len(s.Changes) == 0 && i > 0 {
			s.Changes = out[i-1].Changes
		}
		for _, l := range r.Locks {
			s.Locks = append(s.Locks, Lock{l.Relation.String(), l.Mode, l.Long})
		}
		for _, h := range r.Hazards {
			s.Hazards = append(s.Hazards, Hazard{h.ID, h.Text, h.Note})
		}
		out = append(out, s)
	}
	return out
}

// Clone is a plan that may be edited without changing p.
func (p Plan) Clone() Plan {
	p.Changes = append([]Change{}, p.Changes...)
	p.Statements = cloneStatements(p.Statements)
	p.Down = cloneStatements(p.Down)
	return p
}

func cloneStatements(list []Statement) []Statement {
	out := make([]Statement, len(list))
	for i, s := range list {
		s.Comment = append([]string(nil), s.Comment...)
		out[i] = s
	}
	return out
}

// Drop leaves out the changes for which drop says so, and with them their
// statements.
func (p *Plan) Drop(drop func(diff.Change) bool) {
	var kept []Change
	for _, c := range p.Changes {
		if !drop(c.Value) {
			kept = append(kept, c)
		}
	}
	p.Changes = kept
}
