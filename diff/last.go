package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// DropsLast is the plan with the drops of columns and tables behind all other
// changes, and how many changes stand there: with the drops that follow these, as of
// their types. A drop stays where another change needs its name or what it frees,
// where a rename follows, and where what protects the rows of a table goes before it.
// Tables of families keep their place.
func (p Plan) DropsLast() (Plan, int) {
	last := map[int]bool{}
	for i, c := range p.Changes {
		if p.canWait(c) {
			last[i] = true
		}
	}
	ops, at := p.plainOps()
	g := newGraph(ops)
	for again := true; again; {
		again = false
		for n, i := range at {
			if last[i] && p.mustStay(g, at, n, last) {
				delete(last, i)
				again = true
			}
		}
	}
	p.followDrops(last)
	if len(last) == 0 {
		return p, 0
	}
	var first, then []Change
	for i, c := range p.Changes {
		if last[i] {
			then = append(then, c)
		} else {
			first = append(first, c)
		}
	}
	p.Changes = slices.Concat(first, then)
	return p, len(then)
}

// plainOps are the ops of the changes that have one, and where these stand.
func (p Plan) plainOps() (ops []op, at []int) {
	for i, c := range p.Changes {
		if _, access := c.(AlterAccess); !access && !isRename(c) {
			ops, at = append(ops, opOf(c)), append(at, i)
		}
	}
	return ops, at
}

// canWait reports whether a change drops something that may be there a while longer.
func (p Plan) canWait(c Change) bool {
	switch c := c.(type) {
	case DropColumn:
		return !p.hasFamily(c.Table)
	case DropTable:
		return !p.hasFamily(c.Table.Name) && !slices.ContainsFunc(p.Changes, func(o Change) bool {
			drop, ok := o.(DropObject)
			return ok && drop.Object.Table == c.Table.Name
		})
	case DropObject:
		return !c.Again && c.Object.Table.IsZero()
	}
	return isDrop(c)
}

func (p Plan) hasFamily(table schema.Name) bool {
	for _, db := range []*schema.Database{&p.From, &p.To} {
		for _, t := range db.Tables {
			if t.Name == table && (t.PartitionBy != "" || len(t.Parents()) > 0) || slices.Contains(t.Parents(), table) {
				return true
			}
		}
	}
	return slices.ContainsFunc(p.From.Unmanaged, func(o schema.Object) bool { return o.Table == table && o.Kind == "partition" })
}

// mustStay reports whether a change that does not wait must come behind the nth op.
func (p Plan) mustStay(g *graph, at []int, n int, last map[int]bool) bool {
	for i := at[n] + 1; i < len(p.Changes); i++ {
		c, alters := p.Changes[i].(AlterTable)
		if isRename(p.Changes[i]) || alters && c.From.Unlogged != c.To.Unlogged {
			return true // which a table that refers to it may be in the way of
		}
	}
	dropped := g.ops[n]
	for m := n + 1; m < len(at); m++ {
		if last[at[m]] {
			continue
		}
		o := g.ops[m]
		if isDrop(o.change) || altersType(o.change) {
			return true // of an extension, say: what its types are of is not known
		}
		uses := func(k key) bool {
			return slices.Contains(o.makes, k) || slices.Contains(o.needs, k) || slices.Contains(o.alters, k) || slices.Contains(o.rebuilds, k)
		}
		if create, ok := o.change.(CreateObject); ok && slices.Contains(rowsOf(create.Object), TableOf(dropped.change)) {
			return true // its body fits the table without the column
		}
		if g.after[n][m] || slices.ContainsFunc(dropped.ends, uses) {
			return true
		}
	}
	return false
}

// followDrops leaves in last the drops of columns and tables, and the drops behind
// the first of them.
func (p Plan) followDrops(last map[int]bool) {
	moved := false
	for i, c := range p.Changes {
		moved = moved || last[i] && !isDrop(c)
		if !moved {
			delete(last, i)
		}
	}
}

// altersType reports whether the change alters what columns may be of, as the check of
// a domain, which holds for the values that there are.
func altersType(c Change) bool {
	alter, ok := c.(AlterObject)
	return ok && slices.Contains([]string{schema.KindDomain, schema.KindComposite, schema.KindRange, schema.KindExtension}, alter.To.Kind)
}

// isDrop reports whether the change drops what columns and tables may be of.
func isDrop(c Change) bool {
	switch c.(type) {
	case DropObject, DropSequence, DropEnum, DropSchema:
		return true
	}
	return false
}
