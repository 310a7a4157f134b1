package migrations

import (
	"fmt"
	"slices"
	"strings"
)

// UpgradePath returns the revisions to apply, in order, to reach a symbol from
// a database on which applied are in place. It is empty when there is nothing
// to do.
func (g *Graph) UpgradePath(symbol string, applied map[string]bool) ([]*Revision, error) {
	t, err := g.upgradeTarget(symbol, applied)
	if err != nil {
		return nil, err
	}
	return g.upgradeTo(ids(t.Revisions), applied), nil
}

// upgradeTarget resolves the symbol of an upgrade.
func (g *Graph) upgradeTarget(symbol string, applied map[string]bool) (Target, error) {
	s, err := g.parseSymbol(symbol)
	if err != nil {
		return Target{}, err
	}
	if s.name == "" && s.steps < 0 {
		return Target{}, &SymbolError{Symbol: symbol, Msg: "an upgrade cannot go back", Hint: "gen downgrade " + symbol}
	}
	return g.Resolve(symbol, g.Current(applied))
}

// upgradeTo lists what must be applied to have the revisions of these ids.
func (g *Graph) upgradeTo(targets []string, applied map[string]bool) []*Revision {
	var revs []*Revision
	for _, id := range targets {
		revs = append(revs, g.byID[id])
	}
	want := g.ancestors(revs...)
	var path []*Revision
	for _, r := range g.order {
		if want[r.ID] && !applied[r.ID] {
			path = append(path, r)
		}
	}
	return path
}

// DowngradePath returns the revisions to revert, in order, to reach a symbol,
// latest first: the applied children of the target, and everything that
// follows or depends on those. What depends on the target itself stays.
//
// <label>@<symbol> takes away only children on the label's line, and
// <label>@base only the revisions the label covers, each with what follows or
// depends on them.
//
// -N counts from the single current head; each step takes away the last
// revision, so that -1 behind a merge leaves its parents as heads.
func (g *Graph) DowngradePath(symbol string, applied map[string]bool) ([]*Revision, error) {
	s, err := g.parseSymbol(symbol)
	if err != nil {
		return nil, err
	}
	var gone map[string]bool
	if s.name == "" {
		gone, err = g.lastSteps(s, applied)
	} else {
		gone, err = g.above(s, applied)
	}
	if err != nil {
		return nil, err
	}
	var path []*Revision
	for _, r := range slices.Backward(g.order) {
		if gone[r.ID] && applied[r.ID] {
			path = append(path, r)
		}
	}
	return path, nil
}

// lastSteps are the revisions that -N takes away.
func (g *Graph) lastSteps(s symbol, applied map[string]bool) (map[string]bool, error) {
	if s.steps > 0 {
		return nil, &SymbolError{Symbol: s.text, Msg: "a downgrade cannot go forward", Hint: "gen upgrade " + s.text}
	}
	left := map[string]bool{}
	for id, ok := range applied {
		left[id] = ok
	}
	gone := map[string]bool{}
	for n := -s.steps; n > 0; n-- {
		heads := g.filter(func(r *Revision) bool {
			return left[r.ID] && (s.branch == nil || s.branch[r.ID]) &&
				!slices.ContainsFunc(g.followers(r.ID), func(c *Revision) bool { return left[c.ID] && (s.branch == nil || s.branch[c.ID]) })
		})
		switch {
		case len(heads) == 0 && len(gone) == 0:
			return nil, &SymbolError{Symbol: s.text, Msg: "there are not enough applied revisions: none is applied, so there is nothing to take back"}
		case len(heads) == 0:
			return nil, &SymbolError{Symbol: s.text, Msg: fmt.Sprintf("there are not enough applied revisions: %d more asked", n),
				Hint: "gen downgrade " + strings.TrimPrefix(s.label+"@base", "@") + " takes back all"}
		case len(heads) > 1:
			return nil, &SymbolError{Symbol: s.text, Msg: "there are several current revisions", Candidates: ids(heads),
				Hint: "say which one: " + choices("gen downgrade %s@"+fmt.Sprintf("%+d", s.steps), heads)}
		}
		for id := range g.descendants(heads[0]) {
			if left[id] {
				gone[id] = true
				delete(left, id)
			}
		}
	}
	return gone, nil
}

// above are the revisions that a downgrade to a symbol takes away.
func (g *Graph) above(s symbol, applied map[string]bool) (map[string]bool, error) {
	t, err := g.Resolve(s.text, g.Current(applied))
	if err != nil {
		return nil, err
	}
	if t.Base() {
		if t.Branch == nil {
			return applied, nil
		}
		return g.descendants(g.filter(func(r *Revision) bool { return t.Branch[r.ID] && applied[r.ID] })...), nil
	}
	var missing []string
	var roots []*Revision
	for _, r := range t.Revisions {
		if !applied[r.ID] {
			missing = append(missing, r.ID)
		}
		roots = append(roots, g.children[r.ID]...)
	}
	if len(missing) > 0 {
		return nil, &SymbolError{Symbol: s.text, Msg: fmt.Sprintf("%s is not applied, so no downgrade leads to it", strings.Join(missing, ", ")),
			Hint: "gen current shows where the database is"}
	}
	if s.lineage != nil {
		roots = slices.DeleteFunc(roots, func(r *Revision) bool { return !s.lineage[r.ID] })
	}
	return g.descendants(roots...), nil
}

// Range returns the revisions of "A:B", newest first: those on the way from A
// to B, both included. An empty A is base, an empty B is heads; +N and -N are
// cut off at the end of the line. current is as in Resolve.
func (g *Graph) Range(text string, current []string) ([]*Revision, error) {
	from, to, ok := strings.Cut(text, ":")
	if !ok {
		return nil, &SymbolError{Symbol: text, Msg: "a range needs a colon", Hint: "write " + text + ":head, or base:" + text}
	}
	if from == "" {
		from = "base"
	}
	if to == "" {
		to = "heads"
	}
	low, err := g.rangeEnd(from, to, current)
	if err != nil {
		return nil, err
	}
	high, err := g.rangeEnd(to, from, current)
	if err != nil {
		return nil, err
	}
	want := g.ancestors(high.Revisions...)
	if low.Base() && low.Branch != nil {
		s, err := g.parseSymbol(from)
		if err != nil {
			return nil, err
		}
		for id := range want {
			if !s.lineage[id] {
				delete(want, id)
			}
		}
	}
	if !low.Base() {
		above := g.descendants(low.Revisions...)
		for _, r := range low.Revisions {
			if !want[r.ID] {
				return nil, &SymbolError{Symbol: text, Msg: fmt.Sprintf("%s is not before %s", from, to)}
			}
		}
		for id := range want {
			if !above[id] {
				delete(want, id)
			}
		}
	}
	var out []*Revision
	for _, r := range slices.Backward(g.order) {
		if want[r.ID] {
			out = append(out, r)
		}
	}
	return out, nil
}

// rangeEnd resolves one end of a range. A bare +N or -N counts from the other
// end when that is given, as in current:+3 and -3:current.
func (g *Graph) rangeEnd(text, other string, current []string) (Target, error) {
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		if !strings.HasPrefix(other, "+") && !strings.HasPrefix(other, "-") {
			t, err := g.resolve(other, current, true)
			if err != nil {
				return Target{}, err
			}
			if other != "base" && other != "heads" || len(t.Revisions) == 1 {
				return g.resolve(orBaseOf(t)+text, current, true)
			}
		}
	}
	return g.resolve(text, current, true)
}

func orBaseOf(t Target) string {
	if len(t.Revisions) == 1 {
		return t.Revisions[0].ID
	}
	return "base"
}
