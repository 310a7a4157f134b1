package migrations

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Target is what a revision symbol means.
type Target struct {
	// Revisions are sorted by time and id. They are empty for base.
	Revisions []*Revision
	// Branch limits base to the revisions of a label or lineage; nil means
	// everything.
	Branch map[string]bool
}

// Base reports whether the target is the state before every revision.
func (t Target) Base() bool { return len(t.Revisions) == 0 }

// SymbolError is a revision symbol that means nothing, or several things.
type SymbolError struct {
	Symbol     string
	Msg        string
	Hint       string
	Candidates []string // the ids it might mean
}

func (e *SymbolError) Error() string {
	text := fmt.Sprintf("revision %q: %s", e.Symbol, e.Msg)
	if len(e.Candidates) > 0 {
		text += ": " + strings.Join(e.Candidates, ", ")
	}
	if e.Hint != "" {
		text += "\n    hint: " + e.Hint
	}
	return text
}

// HeadsError says that one head was asked for and there are several.
type HeadsError struct {
	Symbol string
	Heads  []*Revision
}

func (e *HeadsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "revision %q: there are %d heads", e.Symbol, len(e.Heads))
	for _, r := range e.Heads {
		fmt.Fprintf(&b, "\n    %s  %s", r.ID, r.Message)
	}
	fmt.Fprintf(&b, "\n    hint: gen merge %s -m \"merge heads\", or say heads, or one of the ids", strings.Join(ids(e.Heads), " "))
	return b.String()
}

// symbol is a parsed [label@](name)?([+-]N)?.
type symbol struct {
	text     string
	label    string
	hasLabel bool
	name     string
	steps    int
	relative bool
	root     *Revision       // what the label means; nil without one
	lineage  map[string]bool // of the label; nil without one
	branch   map[string]bool
}

var symbolPattern = regexp.MustCompile(`^(?:([^@]*)@)?([^@+\-]*)([+-][0-9]+)?$`)

func (g *Graph) parseSymbol(text string) (symbol, error) {
	m := symbolPattern.FindStringSubmatch(text)
	if m == nil || text == "" {
		return symbol{}, &SymbolError{Symbol: text, Msg: "this is not a revision symbol", Hint: "write an id, head, heads, base, current, +2, -1, <id>+1 or <label>@head"}
	}
	s := symbol{text: text, label: m[1], hasLabel: strings.Contains(text, "@"), name: m[2]}
	if m[3] != "" {
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return symbol{}, &SymbolError{Symbol: text, Msg: "the number of steps is too large"}
		}
		s.steps, s.relative = n, true
	}
	if !s.hasLabel {
		return s, nil
	}
	if s.label == "" {
		return symbol{}, &SymbolError{Symbol: text, Msg: "nothing stands in front of @", Hint: "write a label or an id there: blog" + text}
	}
	root, err := g.find(s, s.label, nil)
	if err != nil {
		return symbol{}, err
	}
	s.root, s.lineage = root, g.lineage(root)
	s.branch = s.lineage
	if g.labels[s.label] == root {
		s.branch = g.branch(root)
	}
	if s.name == "" && !s.relative {
		return symbol{}, &SymbolError{Symbol: text, Msg: "nothing stands behind @", Hint: "write " + text + "head"}
	}
	return s, nil
}

// find returns the revision of a full id, a label, or a unique partial id of
// at least four characters, within a lineage unless that is nil.
func (g *Graph) find(s symbol, name string, within map[string]bool) (*Revision, error) {
	if r := g.byID[name]; r != nil && (within == nil || within[r.ID]) {
		return r, nil
	}
	if r := g.labels[name]; r != nil && (within == nil || within[r.ID]) {
		return r, nil
	}
	var found []*Revision
	if len(name) >= 4 {
		found = g.filter(func(r *Revision) bool {
			return strings.HasPrefix(r.ID, name) && (within == nil || within[r.ID])
		})
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, &SymbolError{Symbol: s.text, Msg: "the partial id " + name + " is ambiguous", Candidates: ids(found), Hint: "give more characters"}
	case within != nil && (g.byID[name] != nil || g.labels[name] != nil):
		return nil, &SymbolError{Symbol: s.text, Msg: name + " is not on the line of " + s.label}
	}
	e := &SymbolError{Symbol: s.text, Msg: "no revision or label is called " + strconv.Quote(name)}
	if len(name) < 4 && len(g.filter(func(r *Revision) bool { return strings.HasPrefix(r.ID, name) })) > 0 {
		e.Hint = "a partial id needs at least 4 characters"
		return nil, e
	}
	known := slices.Clone(symbolWords)
	for l := range g.labels {
		known = append(known, l)
	}
	slices.Sort(known)
	if n := nearest(name, known); n != "" {
		e.Hint = "did you mean " + n + "? gen history lists the revisions"
	} else if n := g.nearID(name); n != "" {
		e.Hint = "did you mean " + n + "? gen history lists the revisions"
	} else {
		e.Hint = "gen history lists the revisions; a newer one may come with git pull"
	}
	return nil, e
}

// Resolve returns what a symbol means: a full id, a unique partial id (four
// characters or more), a label, head, heads, base, current, +N and -N from
// current, <id>+N, <id>-N, <label>@<symbol>, <id>@head. current are the ids of
// the database's heads; ids the graph does not know are left out.
//
// head with several heads is a *HeadsError; everything else that cannot be
// resolved is a *SymbolError.
func (g *Graph) Resolve(text string, current []string) (Target, error) {
	return g.resolve(text, current, false)
}

// One is Resolve for what takes one revision: base, and a symbol that means
// several, are a *SymbolError.
func (g *Graph) One(text string, current []string) (*Revision, error) {
	t, err := g.Resolve(text, current)
	switch {
	case err != nil:
		return nil, err
	case t.Base():
		return nil, &SymbolError{Symbol: text, Msg: "this means no revision, and one is needed", Hint: "gen history lists them"}
	case len(t.Revisions) > 1:
		return nil, &SymbolError{Symbol: text, Msg: "this means several revisions, and one is needed", Candidates: ids(t.Revisions),
			Hint: "say which one: " + choices("%s", t.Revisions)}
	}
	return t.Revisions[0], nil
}

// CountsFromCurrent reports whether a symbol or a range of them cannot be
// resolved without knowing where a database stands: current, +2, blog@-1,
// -3:head.
func CountsFromCurrent(text string) bool {
	for symbol := range strings.SplitSeq(text, ":") {
		m := symbolPattern.FindStringSubmatch(symbol)
		if m != nil && (m[2] == "current" || m[2] == "" && m[3] != "") {
			return true
		}
	}
	return false
}

// resolve is Resolve; clamp lets a walk that is too long stop at the end.
func (g *Graph) resolve(text string, current []string, clamp bool) (Target, error) {
	s, err := g.parseSymbol(text)
	if err != nil {
		return Target{}, err
	}
	anchor, err := g.anchor(s, current)
	if err != nil {
		return Target{}, err
	}
	t := Target{Revisions: anchor, Branch: s.branch}
	if !s.relative || s.steps == 0 {
		return t, nil
	}
	if len(anchor) > 1 {
		return Target{}, &SymbolError{Symbol: text, Msg: "it is not clear from which revision to count", Candidates: ids(anchor),
			Hint: "say from which one: " + choices("%s"+fmt.Sprintf("%+d", s.steps), anchor)}
	}
	var at *Revision
	if len(anchor) == 1 {
		at = anchor[0]
	}
	at, err = g.walk(s, at, clamp)
	if err != nil {
		return Target{}, err
	}
	t.Revisions = nil
	if at != nil {
		t.Revisions = []*Revision{at}
	}
	return t, nil
}

// anchor resolves the symbol without its +N or -N. No revision means base.
func (g *Graph) anchor(s symbol, current []string) ([]*Revision, error) {
	in := func(r *Revision) bool { return s.lineage == nil || s.lineage[r.ID] }
	name := s.name
	if name == "" {
		name = "current"
	}
	switch name {
	case "base":
		return nil, nil
	case "head", "heads":
		heads := slices.DeleteFunc(g.Heads(), func(r *Revision) bool { return !in(r) })
		if name == "head" && len(heads) > 1 {
			return nil, &HeadsError{Symbol: s.text, Heads: heads}
		}
		return heads, nil
	case "current":
		on := g.filter(func(r *Revision) bool { return slices.Contains(current, r.ID) && in(r) })
		if len(on) > 0 || s.lineage == nil {
			return on, nil
		}
		return g.lastOnLine(s.lineage, current), nil
	}
	r, err := g.find(s, name, s.lineage)
	if err != nil {
		return nil, err
	}
	return []*Revision{r}, nil
}

// lastOnLine are the last applied revisions of a line on which no current one
// stands: where the branch left the trunk, or what others depend on.
func (g *Graph) lastOnLine(lineage map[string]bool, current []string) []*Revision {
	var heads []*Revision
	for _, id := range current {
		if r := g.byID[id]; r != nil {
			heads = append(heads, r)
		}
	}
	applied := g.ancestors(heads...)
	on := func(r *Revision) bool { return applied[r.ID] && lineage[r.ID] }
	return g.filter(func(r *Revision) bool { return on(r) && !slices.ContainsFunc(g.children[r.ID], on) })
}

// walk counts s.steps from at; nil is base.
func (g *Graph) walk(s symbol, at *Revision, clamp bool) (*Revision, error) {
	for n := s.steps; n > 0; n-- {
		next := g.Bases()
		if at != nil {
			next = g.Children(at.ID)
		}
		if s.lineage != nil {
			next = slices.DeleteFunc(next, func(r *Revision) bool { return !s.lineage[r.ID] })
		}
		if len(next) == 0 && clamp {
			return at, nil
		}
		if err := g.oneWay(s, next, "after "+orBase(at), n); err != nil {
			return nil, err
		}
		at = next[0]
	}
	for n := -s.steps; n > 0; n-- {
		if at == nil {
			if clamp {
				return nil, nil
			}
			return nil, &SymbolError{Symbol: s.text, Msg: fmt.Sprintf("there are not enough revisions: %d more before base", n), Hint: "base is the state before all of them"}
		}
		next := g.parents(at)
		if len(next) == 0 {
			at = nil
			continue
		}
		if s.lineage != nil && len(next) > 1 {
			next = slices.DeleteFunc(next, func(r *Revision) bool { return !s.lineage[r.ID] })
		}
		if err := g.oneWay(s, next, "before "+orBase(at), n); err != nil {
			return nil, err
		}
		at = next[0]
	}
	return at, nil
}

// oneWay checks that a walk has exactly one way to go.
func (g *Graph) oneWay(s symbol, next []*Revision, where string, left int) error {
	switch {
	case len(next) == 0:
		return &SymbolError{Symbol: s.text, Msg: fmt.Sprintf("there are not enough revisions: %d more asked %s", left, where), Hint: "head is the last one; gen history lists them"}
	case len(next) > 1:
		return &SymbolError{Symbol: s.text, Msg: "the line parts " + where, Candidates: ids(next), Hint: "say which way: " + choices("%s@"+strings.TrimPrefix(s.text, s.label+"@"), next)}
	}
	return nil
}

func orBase(r *Revision) string {
	if r == nil {
		return "base"
	}
	return r.ID
}

// choices writes a command or symbol for each revision; %s is its id.
func choices(format string, revs []*Revision) string {
	out := make([]string, len(revs))
	for i, r := range revs {
		out[i] = fmt.Sprintf(format, r.ID)
	}
	return strings.Join(out, ", or ")
}
