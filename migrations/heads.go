package migrations

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// HeadsFile is the name of the file with one line per head, in each revision
// directory. It is written by gen so that two branches of work which each add
// a revision conflict in git, on one line, instead of growing two heads
// unseen.
const HeadsFile = "HEADS"

// headsNote ends the file. It says what to do, and parts the last line from
// one that begins a branch behind it: git takes changes of lines that touch for
// a conflict, and none of these two is the other's.
const headsNote = "# written by gen: a conflict above means two heads; gen rebase or gen merge settles it\n"

// WriteHeads writes the HEADS file of each directory that needs it: one line
// "<id> <message>" for each head whose file stands there, empty lines between
// them, and a comment.
func (d *Dir) WriteHeads() error {
	for i, src := range d.sources {
		want := d.headsText(i)
		have, err := fs.ReadFile(src.fsys, HeadsFile)
		if err == nil && string(have) == want {
			continue
		}
		if src.root == "" {
			return fmt.Errorf("writing %s: the revisions are not on disk", HeadsFile)
		}
		name := filepath.Join(src.root, HeadsFile)
		if want == "" {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("writing %s: %w", HeadsFile, err)
			}
			continue
		}
		if err := writeFile(name, []byte(want)); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// headsText is the content HEADS of source i should have. The lines stand in
// the order in which their branches began, with an empty line in between: so a
// branch that grows changes one line in its place, and git merges the growth
// of another branch beside it without a conflict.
func (d *Dir) headsText(i int) string {
	heads := d.graph.Heads()
	began := d.graph.beginnings(heads)
	slices.SortStableFunc(heads, func(a, b *Revision) int { return compareRevisions(began[a.ID], began[b.ID]) })
	var lines []string
	for _, r := range heads {
		if d.home[r.ID] == i {
			lines = append(lines, strings.TrimRight(r.ID+" "+r.Message, " ")+"\n")
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(append(lines, headsNote), "\n")
}

// beginnings are, for each head, the first revision that leads to it alone.
func (g *Graph) beginnings(heads []*Revision) map[string]*Revision {
	leads := map[string]int{}
	for _, h := range heads {
		for id := range reach([]*Revision{h}, g.parents) {
			leads[id]++
		}
	}
	began := map[string]*Revision{}
	for _, h := range heads {
		began[h.ID] = h
		for id := range reach([]*Revision{h}, g.parents) {
			if r := g.byID[id]; leads[id] == 1 && compareRevisions(r, began[h.ID]) < 0 {
				began[h.ID] = r
			}
		}
	}
	return began
}

// CheckHeads compares each directory's HEADS file with the graph. Only the ids
// count. The error is a FileErrors.
func (d *Dir) CheckHeads() error {
	var errs FileErrors
	for i, src := range d.sources {
		path := src.show(HeadsFile)
		data, err := fs.ReadFile(src.fsys, HeadsFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		have, conflict := headIDs(normalize(string(data)))
		if conflict > 0 {
			errs = append(errs, &FileError{Path: path, Line: conflict, Col: 1,
				Msg:  "git conflict: two branches of work each added a revision",
				Hint: "gen rebase <the unapplied revision>, or gen merge heads"})
			continue
		}
		want, _ := headIDs(d.headsText(i))
		if !slices.Equal(have, want) {
			errs = append(errs, &FileError{Path: path,
				Msg:  fmt.Sprintf("the file says the heads are %s, the revisions say %s", orNone(have), orNone(want)),
				Hint: "gen heads --write"})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// headIDs reads the ids, sorted, and the line of a git conflict marker or 0.
func headIDs(text string) (ids []string, conflict int) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		for _, marker := range [...]string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
			if strings.HasPrefix(line, marker) && conflict == 0 {
				conflict = n
			}
		}
		if f := strings.Fields(line); len(f) > 0 && !strings.HasPrefix(f[0], "#") {
			ids = append(ids, f[0])
		}
	}
	slices.Sort(ids)
	return ids, conflict
}

func orNone(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}
