package migrations

import (
	"fmt"
	"slices"
	"strings"
)

// Current returns the revisions of applied that no other of them follows or
// depends on, sorted by time and id: the rows that Alembic's version table
// holds for the same database. Ids the graph does not know are left out.
//
// A revision on which another applied one depends is implied by it and has no
// row; Implied lists those that end a line all the same.
func (g *Graph) Current(applied map[string]bool) []string {
	return ids(g.filter(func(r *Revision) bool {
		return applied[r.ID] && !slices.ContainsFunc(g.followers(r.ID), func(f *Revision) bool { return applied[f.ID] })
	}))
}

// Implied returns the revisions of applied that no other of them has as
// parent, but that others depend on, sorted by time and id. Together with
// Current these are the ends of all lines of the database.
func (g *Graph) Implied(applied map[string]bool) []string {
	in := func(r *Revision) bool { return applied[r.ID] }
	return ids(g.filter(func(r *Revision) bool {
		return applied[r.ID] && !slices.ContainsFunc(g.children[r.ID], in) && slices.ContainsFunc(g.needed[r.ID], in)
	}))
}

// Stamped returns what is applied after a stamp with symbols, when applied is
// in place. It does to the rows what Alembic does:
//
//  1. a revision takes the place of every row that is before or after it, or
//     needs or is needed by those; rows of other branches stay
//  2. base takes all rows away, <label>@base those of the label's line
//  3. what the rows that are left stand on is applied, and nothing else
//
// Unlike in Alembic two symbols of which one is before the other are an error:
// both rows cannot stand. So is base beside another symbol.
func (g *Graph) Stamped(applied map[string]bool, symbols ...string) (map[string]bool, error) {
	rows := g.Current(applied)
	var ends []*Revision
	for _, text := range symbols {
		s, err := g.parseSymbol(text)
		if err != nil {
			return nil, err
		}
		t, err := g.Resolve(text, rows)
		if err != nil {
			return nil, err
		}
		if t.Base() && s.root == nil && len(symbols) > 1 {
			return nil, &SymbolError{Symbol: text, Msg: "base takes every row away, so it stands alone", Hint: "gen stamp --purge takes the others in place of all rows"}
		}
		ends = append(ends, t.Revisions...)
		rows = g.without(rows, s, t)
	}
	if err := g.apart(symbols, ends); err != nil {
		return nil, err
	}
	for _, id := range rows {
		ends = append(ends, g.byID[id])
	}
	return g.ancestors(ends...), nil
}

// without are the rows that a stamp with one symbol leaves alone.
func (g *Graph) without(rows []string, s symbol, t Target) []string {
	if t.Base() && s.root == nil {
		return nil
	}
	line := slices.Clone(t.Revisions)
	if s.root != nil {
		line = append(line, s.root)
	}
	gone := map[string]bool{}
	for _, r := range line {
		for id := range g.ancestors(r) {
			gone[id] = true
		}
		for id := range g.descendants(r) {
			gone[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(id string) bool { return gone[id] })
}

// apart checks that no revision stands before another one of the list.
func (g *Graph) apart(symbols []string, revs []*Revision) error {
	for _, r := range revs {
		before := g.ancestors(r)
		for _, o := range revs {
			if o != r && before[o.ID] {
				return &SymbolError{Symbol: strings.Join(symbols, " "), Msg: fmt.Sprintf("%s is before %s, so they cannot both be where the database stands", o.ID, r.ID),
					Hint: "leave " + o.ID + " out: " + r.ID + " implies it"}
			}
		}
	}
	return nil
}
