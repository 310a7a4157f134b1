package cmd

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// An ignoreRule is one key of [ignore] with the kinds it is about, as they are
// called where they are listed.
type ignoreRule struct {
	key      string
	patterns []string
	kinds    []string
}

// ignoreRules are those by name; owners and kinds are rules of another sort.
func (c *config) ignoreRules() []ignoreRule {
	return []ignoreRule{
		{"tables", c.Ignore.Tables, []string{"table"}},
		{"views", c.Ignore.Views, []string{schema.KindView, schema.KindMaterializedView}},
		{"functions", c.Ignore.Functions, []string{schema.KindFunction, schema.KindProcedure, schema.KindAggregate, schema.KindWindow}},
		{"enums", c.Ignore.Enums, []string{"enum"}},
		{"sequences", c.Ignore.Sequences, []string{"sequence"}},
	}
}

// ignorableKinds are the values of ignore.kinds: objects that are told by their
// definition, and that no table goes with.
func ignorableKinds() []string {
	return []string{schema.KindTrigger, schema.KindPolicy, schema.KindRule, schema.KindView, schema.KindMaterializedView,
		schema.KindFunction, schema.KindProcedure, schema.KindAggregate, schema.KindStatistics, schema.KindExtension}
}

// ignored is what a reader of the catalog passes over.
func (c *config) ignored() introspect.Ignore {
	return introspect.Ignore{Tables: c.Ignore.Tables, Views: c.Ignore.Views, Sequences: c.Ignore.Sequences, Owners: c.Ignore.Owners}
}

// ignoreProblems says what is wrong in [ignore].
func (c *config) ignoreProblems() []string {
	var problems []string
	for _, r := range append(c.ignoreRules(), ignoreRule{key: "owners", patterns: c.Ignore.Owners}) {
		for _, p := range r.patterns {
			if _, err := path.Match(p, ""); err != nil {
				problems = append(problems, fmt.Sprintf("ignore.%s: %q is no pattern", r.key, p))
			}
		}
	}
	for _, k := range c.Ignore.Kinds {
		if !slices.Contains(ignorableKinds(), k) {
			problems = append(problems, fmt.Sprintf("ignore.kinds: %q is none of %s", k, strings.Join(ignorableKinds(), ", ")))
		}
	}
	return problems
}

// ignore moves what the configuration leaves alone, and the reader has read, to
// the unmanaged. Patterns are those of path.Match, on the name or schema.name.
func ignore(db *schema.Database, c *config) {
	leave := func(kind string, n, table schema.Name, yes bool) bool {
		if yes {
			db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: "ignored " + kind, Name: n, Table: table})
		}
		return yes
	}
	none := schema.Name{}
	before := len(db.Unmanaged)
	defer func() { leaveReferences(db); needed(db, db.Unmanaged[before:]); db.Sort() }()
	db.Tables = slices.DeleteFunc(db.Tables, func(t schema.Table) bool {
		return leave("table", t.Name, none, matchesAny(t.Name, c.Ignore.Tables))
	})
	db.Enums = slices.DeleteFunc(db.Enums, func(e schema.Enum) bool {
		return leave("enum", e.Name, none, matchesAny(e.Name, c.Ignore.Enums))
	})
	db.Sequences = slices.DeleteFunc(db.Sequences, func(s schema.Sequence) bool {
		return leave("sequence", s.Name, none, matchesAny(s.Name, c.Ignore.Sequences))
	})
	db.Objects = slices.DeleteFunc(db.Objects, func(o schema.Object) bool {
		yes := leave(o.Kind, o.Name, o.Table, c.ignoresObject(o))
		if yes { // it stands in the way of what it uses all the same
			left := &db.Unmanaged[len(db.Unmanaged)-1]
			left.Uses, left.Needs = o.Uses, o.Needs
		}
		return yes
	})
	db.Access = slices.DeleteFunc(db.Access, func(a schema.Access) bool {
		switch a.On.Kind {
		case schema.RefTable:
			return matchesAny(a.On.Name, c.Ignore.Tables)
		case schema.RefEnum:
			return matchesAny(a.On.Name, c.Ignore.Enums)
		case schema.RefSequence:
			return matchesAny(a.Of.Table, c.Ignore.Tables) || a.Of.Table.IsZero() && matchesAny(a.On.Name, c.Ignore.Sequences)
		}
		return c.ignoresObject(schema.Object{Kind: a.On.Kind, Name: a.On.Name})
	})
}

// needed tells the managed objects of those that are left alone and cannot be
// without them.
func needed(db *schema.Database, left []schema.Object) {
	for _, o := range left {
		for _, ref := range o.Needs {
			if at := slices.IndexFunc(db.Objects, func(n schema.Object) bool { return n.Ref() == ref }); at >= 0 {
				user := schema.Ref{Kind: o.Kind, Name: o.Name, Table: o.Table}
				db.Objects[at].Users = append(slices.Clone(db.Objects[at].Users), schema.Ref{Kind: schema.RefOther, Name: schema.Name{Local: user.String()}})
			}
		}
	}
}

// leaveReferences leaves alone the foreign keys that refer to ignored tables: no
// model can say them, and they are no reason to take them away.
func leaveReferences(db *schema.Database) {
	ignored := map[schema.Name]bool{}
	for _, o := range db.Unmanaged {
		if o.Kind == "ignored table" && o.Name.Schema != "" { // SQLite builds tables anew, and would forget the key
			ignored[o.Name] = true
		}
	}
	for i := range db.Tables {
		t := &db.Tables[i]
		t.ForeignKeys = slices.DeleteFunc(slices.Clone(t.ForeignKeys), func(f schema.ForeignKey) bool {
			if !ignored[f.RefTable] {
				return false
			}
			db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: "ignored foreign key", Name: schema.Name{Schema: t.Name.Schema, Local: f.Name}, Table: t.Name})
			return true
		})
	}
}

// ignoresObject reports whether an object is left alone by its kind or name.
func (c *config) ignoresObject(o schema.Object) bool {
	if slices.Contains(c.Ignore.Kinds, o.Kind) {
		return true
	}
	for _, r := range c.ignoreRules() {
		if slices.Contains(r.kinds, o.Kind) {
			return matchesAny(o.Name, r.patterns)
		}
	}
	return false
}

// declaredAndIgnored refuses files that declare what the configuration leaves
// alone: it would be made again and again.
func (a *app) declaredAndIgnored(c *config, want *schema.Database) error {
	var lines []string
	for _, o := range want.Objects {
		if c.ignoresObject(o) {
			lines = append(lines, fmt.Sprintf("%s: %s %s is left alone by [ignore]", a.here(o.Pos), o.Kind, o.Name))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return withHint(fmt.Errorf("%s", strings.Join(lines, "\n")), "take it out of the file, or out of [ignore]")
}

// An ignoredCount is how much a pattern of [ignore] leaves alone.
type ignoredCount struct {
	Key     string `json:"key"`
	Pattern string `json:"pattern"`
	Count   int    `json:"count"`
}

// countIgnored tells of each pattern how much of the database it is about. What
// the models name cannot be ignored: that is refused.
func (c *config) countIgnored(have *schema.Database) []ignoredCount {
	var counts []ignoredCount
	count := func(key, pattern string, is func(kind string, o schema.Object) bool) {
		n := ignoredCount{Key: key, Pattern: pattern}
		for _, o := range have.Unmanaged {
			if kind, ignored := strings.CutPrefix(o.Kind, "ignored "); ignored && is(kind, o) {
				n.Count++
			}
		}
		counts = append(counts, n)
	}
	for _, r := range c.ignoreRules() {
		for _, p := range r.patterns {
			count(r.key, p, func(kind string, o schema.Object) bool {
				return slices.Contains(r.kinds, kind) && matchesAny(o.Name, []string{p})
			})
		}
	}
	for _, p := range c.Ignore.Owners {
		count("owners", p, func(_ string, o schema.Object) bool {
			return slices.ContainsFunc(o.Facets, func(f schema.Option) bool {
				ok, _ := path.Match(p, f.Value) // checked with the configuration
				return f.Name == "owner" && ok
			})
		})
	}
	for _, k := range c.Ignore.Kinds {
		count("kinds", k, func(kind string, _ schema.Object) bool { return kind == k })
	}
	return counts
}

// sayIgnored warns of patterns that match nothing: a typing error, or something
// that is no longer there. With --verbose it tells what the others match.
func (a *app) sayIgnored(counts []ignoredCount) {
	for _, n := range counts {
		switch {
		case n.Count == 0:
			a.say("%s [ignore] %s: %q matches nothing in the database", a.paintErr("warning:", yellow), n.Key, n.Pattern)
		case a.globals.verbose:
			a.printf("ignored by %s = %q: %d\n", n.Key, n.Pattern, n.Count)
		}
	}
}
