package observe

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Seen is what a statement did to relations that were there before.
type Seen struct {
	Locks    []Lock        // the strongest on each relation, strongest first, then by name
	Rewrites bool          // the rows of a table were written anew
	Scans    bool          // a table was read from its beginning
	Builds   []schema.Name // indexes of these tables that are new, or have been built anew
}

// A Lock is a mode on a relation. Held says that the session had it before: that the
// statement takes it too cannot be seen.
type Lock struct {
	Relation schema.Name
	Mode     string
	Held     bool
}

// An Interest says whether locks on a relation that is no table are told.
type Interest func(Relation) bool

// About is the interest in what a statement, or what is said about it, names: the
// relations in told, as schema.name or without the schema public, and the
// sequences that it drops.
func About(statement string, told []string) Interest {
	drops := strings.HasPrefix(strings.ToUpper(strings.TrimSpace(statement)), "DROP SEQUENCE")
	return func(r Relation) bool {
		return drops && r.Kind == 'S' || slices.Contains(told, r.Name.String()) || r.Name.Schema == "public" && slices.Contains(told, r.Name.Local)
	}
}

// Between compares two looks at a session. Only relations that existing has an
// entry for count: nobody waits for what a revision has made itself. nil: all do.
func Between(before, after, existing Facts, about Interest) Seen {
	var s Seen
	var taken []Lock
	for _, oid := range slices.Sorted(maps.Keys(before)) {
		was := before[oid]
		if _, ok := existing[oid]; existing != nil && !ok || !was.isTable() && !about(was) {
			continue
		}
		is, there := after[oid]
		if !there { // it keeps its lock, and has no name any more
			taken = append(taken, Lock{Relation: was.Name, Mode: "ACCESS EXCLUSIVE"})
			continue
		}
		for _, mode := range is.Locks {
			taken = append(taken, Lock{was.Name, mode, slices.Contains(was.Locks, mode)})
		}
		s.Rewrites = s.Rewrites || is.File != was.File && (is.Kind == 'r' || is.Kind == 'm')
		s.Scans = s.Scans || is.Scans > was.Scans
	}
	s.Locks = strongest(taken)
	s.Builds = builds(before, after, existing)
	return s
}

// strongest keeps of the locks on a relation the one that counts. One that was held
// before gives way to one that is new, so that this is seen beside it.
func strongest(all []Lock) []Lock {
	best := map[schema.Name]Lock{}
	for _, l := range all {
		b, ok := best[l.Relation]
		if !ok || b.Held && !l.Held || b.Held == l.Held && Strength(l.Mode) > Strength(b.Mode) {
			best[l.Relation] = l
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b Lock) int {
		return cmp.Or(cmp.Compare(Strength(b.Mode), Strength(a.Mode)), a.Relation.Compare(b.Relation))
	})
}

// builds are the indexes that were made, or got another file.
func builds(before, after, existing Facts) []schema.Name {
	var names []schema.Name
	for oid, is := range after {
		if _, ok := existing[is.Table]; is.Kind != 'i' || existing != nil && !ok {
			continue
		}
		if was, there := before[oid]; (!there || was.File != is.File) && before[is.Table].Kind != 0 {
			names = append(names, is.Name)
		}
	}
	slices.SortFunc(names, schema.Name.Compare)
	return names
}
