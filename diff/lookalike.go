package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// findTables settles the tables: answers, hints, then look-alikes.
func (f *finder) findTables(yes, no []*answer) {
	have, want := tablesByName(f.have), tablesByName(f.want)
	moved, arrived := map[schema.Name]bool{}, map[schema.Name]bool{} // renamed from, to
	rename := func(from, to schema.Name, at schema.Pos) {
		f.renames.Tables = append(f.renames.Tables, TableRename{from, to, at})
		moved[from], arrived[to] = true, true
	}
	for _, a := range yes {
		for _, from := range f.have.Tables {
			if !f.isTable(a.from, from.Name) {
				continue
			}
			for _, to := range f.want.Tables {
				if f.isTable(a.to, to.Name) && !moved[from.Name] && !arrived[to.Name] &&
					from.Name != to.Name && (have[to.Name] == nil || f.leavesTable(yes, to.Name)) {
					a.used = true
					rename(from.Name, to.Name, to.Pos)
				}
			}
		}
	}
	told := map[schema.Name]bool{}
	was := func(n schema.Name) []schema.Name {
		if t := want[n]; t != nil && have[n] != nil && !moved[n] {
			return t.Was
		}
		return nil
	}
	for _, t := range f.want.Tables {
		if arrived[t.Name] || told[t.Name] {
			continue
		}
		var old []schema.Name
		for _, n := range t.Was {
			if have[n] != nil && !moved[n] && n != t.Name {
				old = append(old, n)
			}
		}
		if have[t.Name] != nil && !moved[t.Name] {
			// Done, and the models use the old name for something else since.
			old = slices.DeleteFunc(old, func(n schema.Name) bool { return want[n] != nil && len(want[n].Was) == 0 })
		}
		ring := round(t.Name, was)
		switch {
		case len(old) == 0:
		case have[t.Name] != nil && !moved[t.Name] && ring != nil:
			names := make([]string, len(ring))
			for i, n := range ring {
				told[n], names[i] = true, f.shown(n)
			}
			f.goRound(t.Pos, "table", names)
		case have[t.Name] != nil && !moved[t.Name]:
			f.conflict(t.Pos, "take was: away if the rename is done, or move the rows over and drop one of them",
				"table %s was %s, and the database has both", t.Name, old[0])
		case len(old) > 1:
			f.conflict(t.Pos, "leave only one of them in was:", "table %s was %s and %s, and the database has both", t.Name, old[0], old[1])
		default:
			rename(old[0], t.Name, t.Pos)
		}
	}
	var gone, fresh []*schema.Table
	for i := range f.have.Tables {
		t := &f.have.Tables[i]
		// All partitions of a table look alike.
		if t.PartitionOf != nil || want[t.Name] != nil || moved[t.Name] || f.refused(no, func(a *answer) bool { return f.isTable(a.from, t.Name) }) {
			continue
		}
		gone = append(gone, t)
	}
	for i := range f.want.Tables {
		if t := &f.want.Tables[i]; t.PartitionOf == nil && have[t.Name] == nil && !arrived[t.Name] {
			fresh = append(fresh, t)
		}
	}
	f.askTables(gone, fresh)
}

// lives reports whether a column of an old name is one of the models' own and
// keeps its values: only then is the hint that names it done. A column that
// would be made anew may hold just the values that the hint is about.
func lives(have, want *schema.Column) bool {
	return want != nil && len(want.Was) == 0 && (have.Generated == nil) == (want.Generated == nil)
}

// round returns the names that hints lead through until they are back at name,
// each followed by what it was; nil where they do not come back.
func round[N comparable](name N, was func(N) []N) []N {
	seen := map[N]bool{}
	var walk func(n N) []N
	walk = func(n N) []N {
		if seen[n] {
			return nil
		}
		seen[n] = true
		for _, old := range was(n) {
			if old == name && n != name {
				return []N{n}
			}
			if rest := walk(old); rest != nil {
				return append([]N{n}, rest...)
			}
		}
		return nil
	}
	return walk(name)
}

// goRound refuses hints that swap names: the database has the same names before
// and after, so nobody can tell whether it has been done.
func (f *finder) goRound(at schema.Pos, kind string, names []string) {
	var was, flags []string
	for i, n := range names {
		old := names[(i+1)%len(names)]
		was = append(was, n+" was "+old)
		flags = append(flags, "--rename "+shellWord(old+"="+n))
	}
	f.conflict(at, "take was: away; if it is still to be done, say so once: gen revision --autogenerate -m \"…\" "+strings.Join(flags, " "),
		"%s %s: such a swap looks the same before and after, so was: cannot tell whether it has been done", kind, strings.Join(was, ", "))
}

// leavesTable reports whether an answer renames this table away.
func (f *finder) leavesTable(yes []*answer, n schema.Name) bool {
	return slices.ContainsFunc(yes, func(a *answer) bool { return f.isTable(a.from, n) })
}

func (f *finder) refused(no []*answer, matches func(*answer) bool) bool {
	found := false
	for _, a := range no {
		if matches(a) {
			a.used, found = true, true
		}
	}
	return found
}

// A likeness is a pair that looks alike; more is more alike.
type likeness struct {
	gone, fresh int
	score       int
}

// best picks pairs so that nothing is in two of them, the most alike first.
func best(all []likeness) []likeness {
	slices.SortStableFunc(all, func(a, b likeness) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.gone, b.gone), cmp.Compare(a.fresh, b.fresh))
	})
	gone, fresh := map[int]bool{}, map[int]bool{}
	var picked []likeness
	for _, l := range all {
		if !gone[l.gone] && !fresh[l.fresh] {
			gone[l.gone], fresh[l.fresh] = true, true
			picked = append(picked, l)
		}
	}
	slices.SortFunc(picked, func(a, b likeness) int { return cmp.Compare(a.gone, b.gone) })
	return picked
}

// askTables asks about dropped and new tables with most columns equal.
func (f *finder) askTables(gone, fresh []*schema.Table) {
	slices.SortFunc(gone, func(a, b *schema.Table) int { return a.Name.Compare(b.Name) })
	slices.SortFunc(fresh, func(a, b *schema.Table) int { return a.Name.Compare(b.Name) })
	// Each pair with a column in common is met at that column: comparing every
	// table with every other took minutes where thousands were gone at once.
	with := map[string][]int{}
	for j, n := range fresh {
		for _, c := range n.Columns {
			with[columnLooks(c)] = append(with[columnLooks(c)], j)
		}
	}
	equal := func(g *schema.Table) []int {
		count := make([]int, len(fresh))
		for _, c := range g.Columns {
			for _, j := range with[columnLooks(c)] {
				count[j]++
			}
		}
		return count
	}
	most := func(g, n *schema.Table) int { return max(len(g.Columns), len(n.Columns)) }
	var all []likeness
	for i, g := range gone {
		for j, count := range equal(g) {
			if n := most(g, fresh[j]); 2*count > n {
				all = append(all, likeness{i, j, 1000 * count / n})
			}
		}
	}
	for _, l := range best(all) {
		g, n := gone[l.gone], fresh[l.fresh]
		f.ask("table", f.shown(g.Name), f.shown(n.Name),
			fmt.Sprintf("%d of %d columns have the same name and type", equal(g)[l.fresh], most(g, n)), n.Pos)
	}
}

// columnLooks is equal of columns with the same name and, in sameType's eyes,
// the same type.
func columnLooks(c schema.Column) string {
	return c.Name + "\x00" + strings.ToLower(unqualified(c.Type.Text))
}

// findColumns settles the columns of the tables that stay.
func (f *finder) findColumns(yes, no []*answer) {
	origin := map[schema.Name]schema.Name{}
	left := map[schema.Name]bool{}
	for _, r := range f.renames.Tables {
		origin[r.To] = r.From
		left[r.From] = true
	}
	have := tablesByName(f.have)
	for i := range f.want.Tables {
		want := &f.want.Tables[i]
		old, moved := origin[want.Name]
		if !moved {
			old = want.Name
			if left[old] {
				continue // its old self goes on under another name
			}
		}
		if t := have[old]; t != nil {
			h, w := f.ownColumns(t, want, have, origin)
			f.findColumnsOf(h, w, yes, no)
		}
	}
}

// ownColumns are both tables without the columns they have from a parent that
// stays one: these are renamed there.
func (f *finder) ownColumns(have, want *schema.Table, haves map[schema.Name]*schema.Table, origin map[schema.Name]schema.Name) (h, w *schema.Table) {
	h, w = have, want
	for _, n := range want.Parents() {
		old := n
		if from, moved := origin[n]; moved {
			old = from
		}
		before, after := haves[old], f.want.Table(n)
		if before == nil || after == nil || !slices.Contains(have.Parents(), old) {
			continue
		}
		ownH, ownW := h.Clone(), w.Clone()
		ownH.Columns = slices.DeleteFunc(ownH.Columns, func(c schema.Column) bool { return before.Column(c.Name) != nil })
		ownW.Columns = slices.DeleteFunc(ownW.Columns, func(c schema.Column) bool { return after.Column(c.Name) != nil })
		h, w = &ownH, &ownW
	}
	return h, w
}

func (f *finder) findColumnsOf(have, want *schema.Table, yes, no []*answer) {
	moved, arrived := map[string]bool{}, map[string]bool{}
	rename := func(from, to string, at schema.Pos) {
		f.renames.Columns = append(f.renames.Columns, ColumnRename{want.Name, from, to, at})
		moved[from], arrived[to] = true, true
	}
	is := func(parts []string, c string) bool { return f.isColumn(parts, have.Name, want.Name, c) }
	leaves := func(c string) bool {
		return slices.ContainsFunc(yes, func(a *answer) bool { return is(a.from, c) })
	}
	for _, a := range yes {
		for _, from := range have.Columns {
			if !is(a.from, from.Name) {
				continue
			}
			for _, to := range want.Columns {
				if is(a.to, to.Name) && !moved[from.Name] && !arrived[to.Name] &&
					from.Name != to.Name && (have.Column(to.Name) == nil || leaves(to.Name)) {
					a.used = true
					rename(from.Name, to.Name, to.Pos)
				}
			}
		}
	}
	told := map[string]bool{}
	was := func(n string) []string {
		if c := want.Column(n); c != nil && have.Column(n) != nil && !moved[n] {
			return c.Was
		}
		return nil
	}
	for _, c := range want.Columns {
		if arrived[c.Name] || told[c.Name] {
			continue
		}
		var old []string
		for _, n := range c.Was {
			if have.Column(n) != nil && !moved[n] && n != c.Name {
				old = append(old, n)
			}
		}
		if have.Column(c.Name) != nil && !moved[c.Name] {
			// Done, and the models use the old name for something else since.
			old = slices.DeleteFunc(old, func(n string) bool { return lives(have.Column(n), want.Column(n)) })
		}
		ring := round(c.Name, was)
		switch {
		case len(old) == 0:
		case have.Column(c.Name) != nil && !moved[c.Name] && ring != nil:
			names := make([]string, len(ring))
			for i, n := range ring {
				told[n], names[i] = true, f.shown(want.Name, n)
			}
			f.goRound(c.Pos, "column", names)
		case have.Column(c.Name) != nil && !moved[c.Name]:
			f.conflict(c.Pos, "take was: away if the rename is done, or move the values over and drop one of them",
				"column %s.%s was %s, and the database has both", want.Name, c.Name, old[0])
		case len(old) > 1:
			f.conflict(c.Pos, "leave only one of them in was:",
				"column %s.%s was %s and %s, and the database has both", want.Name, c.Name, old[0], old[1])
		default:
			rename(old[0], c.Name, c.Pos)
		}
	}
	f.askColumns(have, want, moved, arrived, no)
}

// askColumns asks about dropped and new columns of one table that look alike:
// of one type, and at the same place or with the same attributes; or of types
// that differ only in their length, and both.
func (f *finder) askColumns(have, want *schema.Table, moved, arrived map[string]bool, no []*answer) {
	var all []likeness
	for i := range have.Columns {
		g := &have.Columns[i]
		if want.Column(g.Name) != nil || moved[g.Name] ||
			f.refused(no, func(a *answer) bool { return f.isColumn(a.from, have.Name, want.Name, g.Name) }) {
			continue
		}
		for j := range want.Columns {
			n := &want.Columns[j]
			if have.Column(n.Name) != nil || arrived[n.Name] {
				continue
			}
			if score, _ := alike(have, want, i, j); score > 0 {
				all = append(all, likeness{i, j, score})
			}
		}
	}
	for _, l := range best(all) {
		from, to := &have.Columns[l.gone], &want.Columns[l.fresh]
		_, why := alike(have, want, l.gone, l.fresh)
		f.ask("column", f.shown(want.Name, from.Name), f.shown(want.Name, to.Name), why, to.Pos)
	}
}

// alike scores two columns by their places; 0: they do not look alike.
func alike(have, want *schema.Table, i, j int) (int, string) {
	g, n := &have.Columns[i], &want.Columns[j]
	place, attributes := i == j, attributesOf(have, g) == attributesOf(want, n)
	switch {
	case sameType(g.Type, n.Type) && place && attributes:
		return 4, "same type " + typeWords(n.Type) + ", same place and attributes"
	case sameType(g.Type, n.Type) && place:
		return 3, "same type " + typeWords(n.Type) + ", same place"
	case sameType(g.Type, n.Type) && attributes:
		return 2, "same type " + typeWords(n.Type) + ", same attributes"
	case baseType(g.Type) == baseType(n.Type) && place && attributes:
		return 1, "types " + typeWords(g.Type) + " and " + typeWords(n.Type) + ", same place and attributes"
	}
	return 0, ""
}

// attributes are those of a column that hold whatever way expressions are
// spelled.
type attributes struct {
	notNull, hasDefault, serial, identity, generated, key, autoincrement bool
	collation                                                            schema.Name
}

func attributesOf(t *schema.Table, c *schema.Column) attributes {
	return attributes{
		notNull: c.NotNull, hasDefault: c.Default != "", serial: c.Serial, identity: c.Identity != nil,
		generated: c.Generated != nil, autoincrement: c.Autoincrement, collation: c.Collation,
		key: t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name),
	}
}

// sameType ignores case and the schema of a type: renames are settled before
// the server has spelled the wanted types, and asking once too often is
// better than dropping a column once.
func sameType(a, b schema.Type) bool {
	return strings.EqualFold(unqualified(a.Text), unqualified(b.Text))
}

// unqualified is the type text without a schema in front of it.
func unqualified(text string) string {
	if i := strings.LastIndexByte(text, '.'); i >= 0 && !strings.ContainsAny(text[:i], "( ") {
		return strings.Trim(text[i+1:], `"`)
	}
	return text
}

func baseType(t schema.Type) string {
	base, _, _ := strings.Cut(strings.ToLower(unqualified(t.Text)), "(")
	return strings.TrimSpace(base)
}

func typeWords(t schema.Type) string {
	if t.Text == "" {
		return "none"
	}
	return t.Text
}

func tablesByName(d *schema.Database) map[schema.Name]*schema.Table {
	m := make(map[schema.Name]*schema.Table, len(d.Tables))
	for i := range d.Tables {
		m[d.Tables[i].Name] = &d.Tables[i]
	}
	return m
}
