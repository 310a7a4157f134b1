package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// order puts changes into an order that can be executed, the same one every
// time. Where nothing forces an order, changes follow the phases below, in a
// phase the tables by name, in a table the order of the input.
//
// Cycles are cut where there is a rule for it: a foreign key leaves the table
// it is created or dropped with, a rename goes through a temporary name, a
// default is taken away and set again around what it depends on. The error of
// any other cycle names its changes.
//
// refs are the foreign keys of the tables that stay, see references; rebuilt
// are the columns that get another type with their enum; holders see typeHolders;
// tie adds what the ops do not say of themselves.
func order(changes []Change, refs map[schema.Name][]schema.Name, f family, rebuilt map[schema.ColumnRef]schema.Name, holders map[schema.Ref][]schema.Name, tie func([]op)) ([]Change, error) {
	ops := makeOps(cutTableCycles(changes), f)
	tie(ops)
	tieRebuilt(ops, rebuilt)
	ops = sortOps(cutRenameCycles(ops))
	g := newGraph(ops)
	if _, stuck := g.sort(); len(stuck) > 0 {
		ops = sortOps(split(g, stuck))
		g = newGraph(ops)
	}
	g.keepLogged(refs)
	g.preferAddFirst()
	g.preferBuiltFirst()
	g.preferDeclared()
	g.preferDropFirst()
	g.preferUnheld(holders)
	g.preferBodies()
	sorted, stuck := g.sort()
	if len(stuck) > 0 {
		return nil, cycleError(g, stuck)
	}
	ordered := make([]Change, len(sorted))
	for i, n := range sorted {
		ordered[i] = ops[n].change
	}
	return ordered, nil
}

func makeOps(changes []Change, f family) []op {
	ops := make([]op, len(changes))
	for i, c := range changes {
		ops[i] = opOf(c)
	}
	chainSteps(ops)
	f.tie(ops)
	return ops
}

// tieRebuilt makes what shows a column go before the enum of the column is made
// anew, and come after it: a routine may name the column and not the type.
func tieRebuilt(ops []op, rebuilt map[schema.ColumnRef]schema.Name) {
	enums := func(o schema.Object) []key {
		var keys []key
		for _, c := range o.Uses {
			if n, ok := rebuilt[c]; ok {
				keys = append(keys, key{kind: keyEnum, name: n})
			}
		}
		return keys
	}
	for i := range ops {
		switch c := ops[i].change.(type) {
		case DropObject:
			ops[i].leaves = append(ops[i].leaves, enums(c.Object)...)
		case CreateObject:
			ops[i].needs = append(ops[i].needs, enums(c.Object)...)
		}
	}
}

// chainSteps keeps two changes of one column in their order.
func chainSteps(ops []op) {
	for i := 1; i < len(ops); i++ {
		first, ok := ops[i-1].change.(AlterColumn)
		second, also := ops[i].change.(AlterColumn)
		if ok && also && first.Table == second.Table && first.To.Name == second.To.Name {
			step := key{keyStep, first.Table, first.To.Name}
			ops[i-1].makes = append(ops[i-1].makes, step)
			ops[i].needs = append(ops[i].needs, step)
		}
	}
}

func sortOps(ops []op) []op {
	slices.SortStableFunc(ops, func(a, b op) int {
		return cmp.Or(cmp.Compare(a.phase, b.phase), a.where.Compare(b.where))
	})
	return ops
}

// The phases, in the order of execution.
const (
	phaseCreateSchema = iota
	phaseAlterSchema
	phaseExtension
	phaseEnum
	phaseType
	phaseCreateSequence
	phaseDropIndex // each commits, and so before objects are dropped for a moment
	phaseDropObject
	phaseDropForeignKey
	phaseReleaseSequence
	phaseDetach
	phaseDropConstraint
	phaseRename
	phaseDropTable
	phaseDropColumn
	phaseRebuildEnum
	phaseCreateTable
	phaseAlterTable
	phaseAddColumn
	phaseAlterColumn
	phaseAlterToast
	phaseRoutine
	phaseAddKey
	phaseAddCheck
	phaseAddForeignKey
	phaseAttach
	phaseAlterConstraint
	phaseAlterSequence
	phaseObject
	phaseIndex // likewise, and so behind where they are made again
	phaseDropRoutine
	phaseDropSequence
	phaseDropType
	phaseDropEnum
	phaseDropExtension
	phaseDropSchema
)

// preferAddFirst lets a unique index come before the unique constraint that it
// replaces goes, and the other way round, so that the rows are never without.
// It gives way where something else forces the other order.
func (g *graph) preferAddFirst() {
	type replaced struct {
		table   schema.Name
		columns string
	}
	added := map[replaced][]int{}
	of := func(table schema.Name, columns []string) replaced {
		return replaced{table, strings.Join(columns, "\x00")}
	}
	for i := range g.ops {
		switch c := g.ops[i].change.(type) {
		case CreateIndex:
			if cols := uniqueIndexColumns(c.Index); cols != nil {
				added[of(c.Table, cols)] = append(added[of(c.Table, cols)], i)
			}
		case AddConstraint:
			if u, ok := c.Constraint.(schema.Unique); ok {
				added[of(c.Table, u.Columns)] = append(added[of(c.Table, u.Columns)], i)
			}
		}
	}
	prefer := func(drop int, k replaced) {
		for _, add := range added[k] {
			if !g.reaches(drop, add) {
				g.edge(add, drop)
			}
		}
	}
	for i := range g.ops {
		switch c := g.ops[i].change.(type) {
		case DropIndex:
			if cols := uniqueIndexColumns(c.Index); cols != nil {
				prefer(i, of(c.Table, cols))
			}
		case DropConstraint:
			if u, ok := c.Constraint.(schema.Unique); ok {
				prefer(i, of(c.Table, u.Columns))
			}
		}
	}
}

// preferBuiltFirst lets an index come before one goes that begins with a column
// or expression of it: queries that used the old one are never without. It gives
// way where something else forces the other order.
func (g *graph) preferBuiltFirst() {
	type start struct {
		table schema.Name
		key   string
	}
	built := map[start][]int{}
	of := func(table schema.Name, k schema.IndexKey) start {
		return start{table, cmp.Or(k.Column, "("+k.Expr+")")}
	}
	for i := range g.ops {
		if c, ok := g.ops[i].change.(CreateIndex); ok && c.Table.Schema != "" {
			for _, k := range c.Index.Keys {
				s := of(c.Table, k)
				built[s] = append(built[s], i)
			}
		}
	}
	for i := range g.ops {
		if c, ok := g.ops[i].change.(DropIndex); ok && len(c.Index.Keys) > 0 {
			for _, j := range built[of(c.Table, c.Index.Keys[0])] {
				if !g.reaches(i, j) {
					g.edge(j, i)
				}
			}
		}
	}
}

// preferDeclared lets the new columns of a table come as they are declared.
func (g *graph) preferDeclared() {
	last := map[schema.Name]int{}
	for i := range g.ops {
		if c, ok := g.ops[i].change.(AddColumn); ok {
			if before, more := last[c.Table]; more && !g.reaches(i, before) {
				g.edge(before, i)
			}
			last[c.Table] = i
		}
	}
}

// cycleError names the changes that wait for each other.
func cycleError(g *graph, stuck []int) error {
	// Walk from one stuck op to another that it waits for, until one returns.
	waits := map[int]int{}
	for _, i := range stuck {
		for _, j := range stuck {
			if g.after[j][i] {
				waits[i] = j
				break
			}
		}
	}
	var path []int
	at := stuck[0]
	for !slices.Contains(path, at) {
		path = append(path, at)
		at = waits[at]
	}
	var words []string
	for _, i := range path[slices.Index(path, at):] {
		l := Describe(g.ops[i].change)
		words = append(words, l.Sign+" "+l.Object)
	}
	return &Conflicts{List: []Conflict{{
		Pos:  g.ops[at].change.Pos(),
		Text: "these changes wait for each other: " + strings.Join(words, ", "),
		Hint: "make the change in two revisions",
	}}}
}
