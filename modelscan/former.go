package modelscan

import "github.com/gen-migrate/gen/schema"

// A renamed is a declared object with the names that it had before.
type renamed struct {
	name schema.Name
	was  []schema.Former
	pos  schema.Pos
}

// checkFormer refuses hints on objects of one kind that cannot all be true: of two
// only one can have had a name, and what is still declared under it has not lost it,
// unless it has one of its own that went before. directive is what says a name.
func (s *scanner) checkFormer(kind, directive string, list []renamed) {
	declared := map[schema.Name]renamed{}
	for _, o := range list {
		declared[o.name] = o
	}
	claimed := map[schema.Name]schema.Name{}
	for _, o := range list {
		for _, f := range o.was {
			other, twice := claimed[f.Name]
			now, still := declared[f.Name]
			switch about := "directive " + directive + " " + s.shownName(f.Name) + ": "; {
			case f.Name == o.name:
				s.probs.add(f.Pos, "write the name it had before, or take the directive away", "%sthat is what %s %s is called now", about, kind, s.shownName(o.name))
			case twice:
				s.probs.add(f.Pos, "leave the directive where the name went", "%s%s %s and %s %s cannot both have been it", about, kind, s.shownName(o.name), kind, s.shownName(other))
			case still && len(now.was) == 0:
				s.probs.add(f.Pos, "take the directive away if the rename is done, or that "+kind+" if it is the old one", "%s%s of that name is still declared, at %s", about, withArticle(kind), now.pos)
			case still && leadsTo(declared, f.Name, o.name):
				s.probs.add(f.Pos, "rename in two steps, over a third name, each with its directive",
					"%stwo names are swapped, which looks the same before and after, so nobody can tell whether it has been done", about)
			}
			claimed[f.Name] = o.name
		}
	}
}

// withArticle is the kind with its article: an enum, a sequence.
func withArticle(kind string) string {
	if kind == "enum" {
		return "an " + kind
	}
	return "a " + kind
}

// leadsTo reports whether one of the names that an object had, or that those had in
// turn, is the name to.
func leadsTo(declared map[schema.Name]renamed, from, to schema.Name) bool {
	seen := map[schema.Name]bool{}
	for open := []schema.Name{from}; len(open) > 0; open = open[1:] {
		if open[0] == to {
			return true
		}
		for _, f := range declared[open[0]].was {
			if !seen[f.Name] {
				seen[f.Name] = true
				open = append(open, f.Name)
			}
		}
	}
	return false
}
