package erd

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A scene is what of a database is drawn.
type scene struct {
	db     *schema.Database
	named  map[schema.Name]*schema.Table
	every  []*schema.Table // of db, by name
	tables []*schema.Table // drawn as boxes, by name
	enums  []*schema.Enum
	// roots are, for each partition, the table it is folded into.
	roots map[schema.Name]schema.Name
	parts map[schema.Name][]schema.Name // the other way round, by name
	all   bool                          // nothing was left out
}

func choose(db *schema.Database, o Options) (*scene, error) {
	s := &scene{db: db, parts: map[schema.Name][]schema.Name{}, all: len(o.Tables) == 0 && o.Around.IsZero() && o.Only == nil}
	s.named = make(map[schema.Name]*schema.Table, len(db.Tables))
	for i := range db.Tables {
		t := &db.Tables[i]
		s.named[t.Name] = t
		s.every = append(s.every, t)
	}
	slices.SortFunc(s.every, func(a, b *schema.Table) int { return a.Name.Compare(b.Name) })
	s.roots = s.rootsOf()
	for _, t := range s.every {
		if root, is := s.roots[t.Name]; is {
			s.parts[root] = append(s.parts[root], t.Name)
		} else {
			s.tables = append(s.tables, t)
		}
	}
	if err := s.near(o); err != nil {
		return nil, err
	}
	if err := s.match(o.Tables); err != nil {
		return nil, err
	}
	if o.Only != nil {
		s.keep(func(t *schema.Table) bool {
			return o.Only[t.Name] || slices.ContainsFunc(s.parts[t.Name], func(p schema.Name) bool { return o.Only[p] })
		})
	}
	for i := range db.Enums {
		if e := &db.Enums[i]; s.all || o.Only[e.Name] || o.Only == nil && s.uses(e.Name) {
			s.enums = append(s.enums, e)
		}
	}
	slices.SortFunc(s.enums, func(a, b *schema.Enum) int { return a.Name.Compare(b.Name) })
	return s, nil
}

// rootsOf leads from each partition to the table that is no partition. One whose
// parent is not in the database stands for itself.
func (s *scene) rootsOf() map[schema.Name]schema.Name {
	roots := map[schema.Name]schema.Name{}
	for _, part := range s.every {
		t := part
		for range s.every { // a bound: nothing read from anywhere may make it run for ever
			if t.PartitionOf == nil || s.named[t.PartitionOf.Parent] == nil {
				break
			}
			t = s.named[t.PartitionOf.Parent]
		}
		if t != part {
			roots[part.Name] = t.Name
		}
	}
	return roots
}

func (s *scene) root(n schema.Name) schema.Name {
	if root, is := s.roots[n]; is {
		return root
	}
	return n
}

func (s *scene) keep(keep func(*schema.Table) bool) {
	s.tables = slices.DeleteFunc(s.tables, func(t *schema.Table) bool { return !keep(t) })
}

// match keeps the tables one of the patterns fits.
func (s *scene) match(patterns []string) error {
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("%q is no pattern: a [ is not closed, or nothing follows a backslash", p)
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	s.keep(func(t *schema.Table) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, t.Name) })
	})
	return nil
}

// fits matches a pattern that is none with no name.
func fits(pattern string, n schema.Name) bool {
	local, _ := path.Match(pattern, n.Local)
	whole, _ := path.Match(pattern, n.String())
	return local || whole && strings.Contains(pattern, ".")
}

// near keeps the tables that are at most o.Depth foreign keys, or steps of
// inheritance, away from o.Around.
func (s *scene) near(o Options) error {
	if o.Around.IsZero() {
		return nil
	}
	start, err := s.find(o.Around)
	if err != nil {
		return err
	}
	next := map[schema.Name][]schema.Name{}
	for _, t := range s.every {
		from := s.root(t.Name)
		link := func(n schema.Name) {
			to := s.root(n)
			next[from], next[to] = append(next[from], to), append(next[to], from)
		}
		for _, k := range t.ForeignKeys {
			link(k.RefTable)
		}
		for _, n := range t.Inherits {
			link(n)
		}
	}
	seen := map[schema.Name]bool{start: true}
	ring := []schema.Name{start}
	for range o.Depth {
		var further []schema.Name
		for _, n := range ring {
			for _, m := range next[n] {
				if !seen[m] {
					seen[m] = true
					further = append(further, m)
				}
			}
		}
		ring = further
	}
	s.keep(func(t *schema.Table) bool { return seen[t.Name] })
	return nil
}

// find is the box of the table that is meant; a name without a schema is that of
// the one table that has it.
func (s *scene) find(n schema.Name) (schema.Name, error) {
	var found []schema.Name
	for _, t := range s.every {
		if t.Name == n {
			return s.root(n), nil
		}
		if n.Schema == "" && t.Name.Local == n.Local {
			found = append(found, t.Name)
		}
	}
	switch len(found) {
	case 1:
		return s.root(found[0]), nil
	case 0:
		return n, &NoTableError{Name: n}
	}
	return n, &NoTableError{Name: n, Found: found}
}

// A NoTableError says that the table around which is to be drawn is not there,
// or that several are called so.
type NoTableError struct {
	Name  schema.Name
	Found []schema.Name
}

func (e *NoTableError) Error() string {
	if len(e.Found) == 0 {
		return fmt.Sprintf("there is no table %s", e.Name)
	}
	names := make([]string, len(e.Found))
	for i, n := range e.Found {
		names[i] = n.String()
	}
	return fmt.Sprintf("%d tables are called %s: %s", len(names), e.Name, strings.Join(names, ", "))
}

// uses reports whether a table that is drawn has a column of the type.
func (s *scene) uses(enum schema.Name) bool {
	return slices.ContainsFunc(s.tables, func(t *schema.Table) bool {
		return slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Type.Ref == enum })
	})
}

// undrawn counts what has no place in the diagram, by kind.
func (s *scene) undrawn() []string {
	counts := map[string]int{}
	for _, list := range [][]schema.Object{s.db.Objects, s.db.Unmanaged} {
		for _, o := range list {
			counts[o.Kind]++
		}
	}
	counts["sequence"] += len(s.db.Sequences)
	delete(counts, schema.KindRowSecurity)
	delete(counts, schema.KindReplicaIdentity)
	var out []string
	for kind, n := range counts {
		if n > 0 {
			out = append(out, plural(n, kind))
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		_, kindA, _ := strings.Cut(a, " ")
		_, kindB, _ := strings.Cut(b, " ")
		return cmp.Or(cmp.Compare(kindA, kindB), cmp.Compare(a, b))
	})
	return out
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	case strings.HasSuffix(noun, "x"):
		return fmt.Sprintf("%d %ses", n, noun)
	case strings.HasSuffix(noun, "s"):
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
