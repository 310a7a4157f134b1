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
	var ends [][]*Revision // of each symbol
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
		ends = append(ends, t.Revisions)
		rows = g.without(rows, s, t)
	}
	if err := g.apart(symbols, ends); err != nil {
		return nil, err
	}
	all := slices.Concat(ends...)
	for _, id := range rows {
		all = append(all, g.byID[id])
	}
	return g.ancestors(all...), nil
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

// apart checks that no revision of one symbol stands before one of another.
func (g *Graph) apart(symbols []string, ends [][]*Revision) error {
	for i, revs := range ends {
		before := g.ancestors(revs...)
		for j, others := range ends {
			for _, o := range others {
				if i != j && before[o.ID] && !slices.Contains(revs, o) {
					return &SymbolError{Symbol: strings.Join(symbols, " "), Msg: fmt.Sprintf("%s is before %s, so they cannot both be where the database stands", o.ID, strings.Join(ids(revs), ", ")),
						Hint: "leave " + o.ID + " out: it is implied"}
				}
			}
		}
	}
	return nil
}

// ParentsFor resolves the symbols that a new revision is to follow, sorted as
// given: none means the heads, base a root. A revision that has children needs
// splice. Two of which one is before the other, and a symbol given twice, are
// errors, as is no symbol when there are several heads.
func (g *Graph) ParentsFor(symbols []string, splice bool, current []string) ([]string, error) {
	if len(symbols) == 0 {
		if heads := g.Heads(); len(heads) > 1 {
			return nil, &HeadsError{Symbol: "head", Heads: heads}
		}
		symbols = []string{"heads"}
	}
	var parents []*Revision
	for _, text := range symbols {
		t, err := g.Resolve(text, current)
		if err != nil {
			return nil, err
		}
		if t.Base() && len(symbols) > 1 {
			return nil, &SymbolError{Symbol: text, Msg: "a revision that follows nothing cannot follow another as well"}
		}
		for _, r := range t.Revisions {
			if slices.Contains(parents, r) {
				return nil, &SymbolError{Symbol: text, Msg: r.ID + " is given twice"}
			}
			if kids := g.children[r.ID]; len(kids) > 0 && !splice {
				return nil, &SymbolError{Symbol: text, Msg: fmt.Sprintf("%s is no head: %s %s it", r.ID, strings.Join(ids(kids), ", "), map[bool]string{true: "follows", false: "follow"}[len(kids) == 1]),
					Hint: "gen heads lists the heads; --splice begins a branch here"}
			}
			parents = append(parents, r)
		}
	}
	for _, r := range parents {
		before := reach([]*Revision{r}, g.parents)
		for _, o := range parents {
			if o != r && before[o.ID] {
				return nil, &SymbolError{Symbol: strings.Join(symbols, " "), Msg: fmt.Sprintf("%s is before %s: to follow the later one is to follow both", o.ID, r.ID)}
			}
		}
	}
	return ids(parents), nil
}

// DependsEntry is what a depends line says for a symbol: a label stays a
// label, anything else becomes the id of the one revision it means.
func (g *Graph) DependsEntry(text string, current []string) (string, error) {
	if g.labels[text] != nil {
		return text, nil
	}
	r, err := g.One(text, current)
	if err != nil {
		return "", err
	}
	return r.ID, nil
}
