package migrations

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Rebased tells what Dir.Rebase did, or would do.
type Rebased struct {
	First *Revision // the revision whose parents change
	From  []string  // its parents before
	To    []string  // and after
	// Moved are First and all that follows it, parents first: what must not be
	// applied anywhere.
	Moved []*Revision
}

// PlanRebase works out how the line of revision rev gets onto another head.
// Moved are the revisions that lead to rev and not to onto, and what follows
// them. The first of them takes onto in place of the parents that are not
// moved.
//
// It is an error when rev is before onto already, or when several revisions
// of the line would have to change.
func (g *Graph) PlanRebase(rev, onto *Revision) (*Rebased, error) {
	below := reach([]*Revision{onto}, g.parents)
	if below[rev.ID] {
		return nil, fmt.Errorf("revision %s is before %s already\n    hint: name the revision that is to move: gen rebase <revision> --onto %s", rev.ID, onto.ID, onto.ID)
	}
	if reach([]*Revision{rev}, g.parents)[onto.ID] {
		return nil, fmt.Errorf("revision %s follows %s already", rev.ID, onto.ID)
	}
	line := reach([]*Revision{rev}, g.parents)
	for id := range below {
		delete(line, id)
	}
	var firsts []*Revision
	for _, r := range g.order {
		if line[r.ID] && (len(r.Parents) == 0 || slices.ContainsFunc(r.Parents, func(p string) bool { return !line[p] })) {
			firsts = append(firsts, r)
		}
	}
	if len(firsts) != 1 {
		return nil, fmt.Errorf("the line of %s begins with %d revisions (%s), so one parents line cannot move it\n    hint: gen merge %s %s", rev.ID, len(firsts), strings.Join(ids(firsts), ", "), onto.ID, rev.ID)
	}
	b := &Rebased{First: firsts[0], From: firsts[0].Parents}
	for _, p := range b.From {
		if line[p] {
			b.To = append(b.To, p)
		}
	}
	b.To = append(b.To, onto.ID)
	after := g.descendants(b.First)
	for _, r := range g.order {
		if after[r.ID] {
			b.Moved = append(b.Moved, r)
		}
	}
	return b, nil
}

// Rebase does what PlanRebase worked out: it rewrites the parents line in the
// file of b.First, no other byte of it, and brings HEADS up to date. Whether
// one of b.Moved is applied somewhere is for the caller to find out: a database
// that has it would see an edited file. d itself is not changed.
func (d *Dir) Rebase(b *Rebased) error {
	moved := *b.First
	moved.Parents = b.To
	revs := slices.Clone(d.revs)
	i := slices.IndexFunc(revs, func(r *Revision) bool { return r.ID == moved.ID })
	if i < 0 {
		return fmt.Errorf("rebasing: %s is not in these directories", moved.ID)
	}
	revs[i] = &moved
	graph, err := NewGraph(revs)
	if err != nil {
		return fmt.Errorf("rebasing: %w", err)
	}
	if d.sources[d.home[moved.ID]].root == "" {
		return fmt.Errorf("rebasing: the revisions are not on disk")
	}
	data, err := os.ReadFile(moved.Path)
	if err != nil {
		return fmt.Errorf("rebasing: %w", err)
	}
	data, err = withParents(data, b.To)
	if err != nil {
		return fmt.Errorf("rebasing: %s: %w", moved.Path, err)
	}
	again, err := ParseFor(d.dialect, moved.Path, data)
	if err != nil {
		return fmt.Errorf("rebasing: %w", err)
	}
	if !slices.Equal(again.Parents, b.To) {
		return fmt.Errorf("rebasing: %s would read differently", moved.Path)
	}
	if err := writeFile(moved.Path, data); err != nil {
		return fmt.Errorf("rebasing: %w", err)
	}
	return d.with(graph, revs).WriteHeads()
}

// withParents replaces the value of the header's parents line and leaves
// everything else, byte order mark and line ends included.
func withParents(data []byte, parents []string) ([]byte, error) {
	const key = "-- parents:"
	start := 0
	for start < len(data) {
		end := bytes.IndexByte(data[start:], '\n')
		if end < 0 {
			end = len(data)
		} else {
			end += start
		}
		line := bytes.TrimPrefix(data[start:end], []byte("\ufeff"))
		if bytes.HasPrefix(line, []byte(key)) {
			at := end - len(line) + len(key)
			tail := end
			if tail > at && data[tail-1] == '\r' {
				tail--
			}
			value := ""
			if len(parents) > 0 {
				value = " " + strings.Join(parents, ", ")
			}
			return slices.Concat(data[:at], []byte(value), data[tail:]), nil
		}
		start = end + 1
	}
	return nil, fmt.Errorf("the header has no parents line")
}
