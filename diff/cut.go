package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// cutTableCycles takes foreign keys out of tables that are created, or
// dropped, and that refer to each other in a circle. In a circle the tables go
// by name: a foreign key to one that comes earlier stays in its table, the
// others become an AddConstraint (a DropConstraint) of their own. One that
// refers to its own table always stays.
func cutTableCycles(changes []Change) []Change {
	var created, dropped []schema.Table
	for _, c := range changes {
		switch c := c.(type) {
		case CreateTable:
			created = append(created, c.Table)
		case DropTable:
			dropped = append(dropped, c.Table)
		}
	}
	circle, dropCircle := circles(created), circles(dropped)
	var out []Change
	for _, c := range changes {
		switch c := c.(type) {
		case CreateTable:
			t, cut := cutTable(c.Table, circle)
			out = append(out, CreateTable{t})
			for _, fk := range cut {
				out = append(out, AddConstraint{t.Name, fk})
			}
		case DropTable:
			t, cut := cutTable(c.Table, dropCircle)
			for _, fk := range cut {
				out = append(out, DropConstraint{t.Name, fk})
			}
			out = append(out, DropTable{t})
		default:
			out = append(out, c)
		}
	}
	return out
}

// cutTable takes away the foreign keys that point forward within t's circle.
func cutTable(t schema.Table, circle map[schema.Name]int) (schema.Table, []schema.ForeignKey) {
	var kept, cut []schema.ForeignKey
	own, inCircle := circle[t.Name]
	for _, c := range t.ForeignKeys {
		if other, ok := circle[c.RefTable]; ok && inCircle && other == own && c.RefTable.Compare(t.Name) > 0 {
			cut = append(cut, c)
		} else {
			kept = append(kept, c)
		}
	}
	if cut != nil {
		t.ForeignKeys = kept
	}
	return t, cut
}

// circles numbers the tables that can reach themselves through foreign keys
// over another table: tables of one circle have one number (Tarjan's strongly
// connected components).
func circles(tables []schema.Table) map[schema.Name]int {
	byName := map[schema.Name]*schema.Table{}
	for i := range tables {
		byName[tables[i].Name] = &tables[i]
	}
	found := map[schema.Name]int{}
	index, low := map[schema.Name]int{}, map[schema.Name]int{}
	onStack := map[schema.Name]bool{}
	var stack []schema.Name
	var visit func(n schema.Name)
	visit = func(n schema.Name) {
		index[n] = len(index) + 1
		low[n] = index[n]
		stack = append(stack, n)
		onStack[n] = true
		for _, c := range byName[n].ForeignKeys {
			ref := c.RefTable
			switch {
			case byName[ref] == nil:
			case index[ref] == 0:
				visit(ref)
				low[n] = min(low[n], low[ref])
			case onStack[ref]:
				low[n] = min(low[n], index[ref])
			}
		}
		if low[n] != index[n] {
			return
		}
		start := slices.Index(stack, n)
		component := stack[start:]
		for _, m := range component {
			onStack[m] = false
			if len(component) > 1 {
				found[m] = index[n]
			}
		}
		stack = stack[:start]
	}
	for i := range tables {
		if index[tables[i].Name] == 0 {
			visit(tables[i].Name)
		}
	}
	return found
}

// cutRenameCycles sends one rename of each circle (a becomes b and b becomes
// a) through a temporary name.
func cutRenameCycles(ops []op) []op {
	from := map[nameKey]int{}
	for i := range ops {
		if f, _, ok := renamed(&ops[i]); ok {
			from[f] = i
		}
	}
	done := map[int]bool{}
	var out []op
	for i := range ops {
		start, next, ok := renamed(&ops[i])
		seen := map[int]bool{}
		for ok && next != start && !done[i] {
			j, more := from[next]
			if !more || seen[j] || done[j] {
				ok = false
				break
			}
			seen[j] = true
			_, next, _ = renamed(&ops[j])
		}
		if !ok || done[i] {
			out = append(out, ops[i])
			continue
		}
		done[i] = true
		for j := range seen {
			done[j] = true
		}
		out = append(out, renameInSteps(ops[i])...)
	}
	return out
}

// renamed is the name that a rename of an index or constraint frees and the
// one it takes, in the space where a circle can be.
func renamed(o *op) (from, to nameKey, ok bool) {
	switch o.change.(type) {
	case RenameIndex, RenameConstraint:
		if n := len(o.frees); n > 0 && len(o.takes) == n {
			return o.frees[n-1], o.takes[n-1], true
		}
	}
	return from, to, false
}

func renameInSteps(o op) []op {
	step := key{kind: keyStep, name: o.where}
	var first, second op
	switch c := o.change.(type) {
	case RenameIndex:
		tmp := temporary(c.Table, c.From)
		first = opOf(RenameIndex{c.Table, c.From, tmp, c.At})
		second = opOf(RenameIndex{c.Table, tmp, c.To, c.At})
		step.sub = tmp
	case RenameConstraint:
		tmp := temporary(c.Table, c.From.ConstraintName())
		between := renameConstraint(c.To, tmp)
		first = opOf(RenameConstraint{c.Table, c.From, between})
		second = opOf(RenameConstraint{c.Table, between, c.To})
		step.sub = tmp
	}
	first.makes = append(first.makes, step)
	second.needs = append(second.needs, step)
	// The step orders the two; the temporary name is nobody else's.
	first.takes, second.frees = nil, nil
	return []op{first, second}
}

// temporary is the name an object has for a moment.
func temporary(table schema.Name, name string) string {
	return productOf(table).Truncate("gen_tmp_" + name)
}

// splitColumns makes two steps of each AlterColumn that waits for something
// which in turn waits for it: first the default goes, then the rest is done.
// So a default can follow its enum through a rebuild, and a column can change
// between serial and a sequence of the same name.
func splitColumns(g *graph, stuck []int) []op {
	split := map[int]bool{}
	for _, i := range stuck {
		if _, ok := g.ops[i].change.(AlterColumn); !ok {
			continue
		}
		for j := range g.after[i] {
			if g.reaches(j, i) {
				split[i] = true
			}
		}
	}
	var out []op
	for i, o := range g.ops {
		c, ok := o.change.(AlterColumn)
		if !ok || !split[i] {
			out = append(out, o)
			continue
		}
		between := withoutDefault(c.From)
		if same(bareColumn(between), bareColumn(c.From)) {
			between = withoutDefault(c.To)
		}
		first, second := opOf(AlterColumn{c.Table, c.From, between}), opOf(AlterColumn{c.Table, between, c.To})
		step := key{keyStep, c.Table, c.To.Name}
		first.makes = append(first.makes, step)
		second.needs = append(second.needs, step)
		out = append(out, first, second)
	}
	return out
}

func withoutDefault(c schema.Column) schema.Column {
	c.Default, c.Serial, c.Identity = "", false, nil
	return c
}
