package diff

import (
	"github.com/gen-migrate/gen/schema"
)

// cutTableCycles takes foreign keys out of tables that are created, or
// dropped, and that refer to each other in a circle: those that would close
// it, and they become an AddConstraint (a DropConstraint) of their own. One
// that refers to its own table always stays.
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
	closing, dropClosing := closingKeys(created), closingKeys(dropped)
	var out []Change
	for _, c := range changes {
		switch c := c.(type) {
		case CreateTable:
			t, cut := cutTable(c.Table, closing[c.Table.Name])
			out = append(out, CreateTable{t})
			for _, fk := range cut {
				out = append(out, AddConstraint{t.Name, fk})
			}
		case DropTable:
			t, cut := cutTable(c.Table, dropClosing[c.Table.Name])
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

// cutTable takes away the foreign keys to these tables.
func cutTable(t schema.Table, to map[schema.Name]bool) (schema.Table, []schema.ForeignKey) {
	if len(to) == 0 {
		return t, nil
	}
	var kept, cut []schema.ForeignKey
	for _, c := range t.ForeignKeys {
		if to[c.RefTable] {
			cut = append(cut, c)
		} else {
			kept = append(kept, c)
		}
	}
	t.ForeignKeys = kept
	return t, cut
}

// closingKeys goes along the foreign keys from table to table, depth first and
// in the order given, and returns from where to where one leads back to a
// table it came through. Without those there is no circle.
func closingKeys(tables []schema.Table) map[schema.Name]map[schema.Name]bool {
	byName := map[schema.Name]*schema.Table{}
	for i := range tables {
		byName[tables[i].Name] = &tables[i]
	}
	closing := map[schema.Name]map[schema.Name]bool{}
	seen, onPath := map[schema.Name]bool{}, map[schema.Name]bool{}
	var visit func(n schema.Name)
	visit = func(n schema.Name) {
		seen[n], onPath[n] = true, true
		for _, c := range byName[n].ForeignKeys {
			switch ref := c.RefTable; {
			case byName[ref] == nil || ref == n:
			case onPath[ref]:
				if closing[n] == nil {
					closing[n] = map[schema.Name]bool{}
				}
				closing[n][ref] = true
			case !seen[ref]:
				visit(ref)
			}
		}
		onPath[n] = false
	}
	for i := range tables {
		if n := tables[i].Name; !seen[n] {
			visit(n)
		}
	}
	return closing
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

// split makes two steps of each AlterColumn that waits for something which in
// turn waits for it: first the default goes, then the rest is done. So a default
// can follow its enum through a rebuild, and a column can change between serial
// and a sequence of the same name. Likewise an index that waits so for what both
// its definitions use goes before and comes after.
func split(g *graph, stuck []int) []op {
	waits := map[int]bool{}
	for _, i := range stuck {
		switch c := g.ops[i].change.(type) {
		case AlterColumn:
		case ReplaceIndex:
			if c.Identity {
				continue // it would be lost with the index
			}
		default:
			continue
		}
		for j := range g.after[i] {
			if g.reaches(j, i) {
				waits[i] = true
			}
		}
	}
	var out []op
	for i, o := range g.ops {
		if x, ok := o.change.(ReplaceIndex); ok && waits[i] {
			for _, c := range Apart(x) {
				out = append(out, opOf(c))
			}
			continue
		}
		c, ok := o.change.(AlterColumn)
		if !ok || !waits[i] {
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
