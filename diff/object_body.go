package diff

import "github.com/gen-migrate/gen/schema"

// preferBodies lets a routine whose body is a text come behind what the text
// mentions, and go before it: the server reads a body in SQL when the routine is
// made, on the way back too. It gives way where something else forces the other
// order.
func (g *graph) preferBodies() {
	made, gone := map[schema.Name][]int{}, map[schema.Name][]int{}
	for i := range g.ops {
		comes, goes := mentionable(g.ops[i].change)
		for _, n := range comes {
			made[n] = append(made[n], i)
		}
		for _, n := range goes {
			gone[n] = append(gone[n], i)
		}
	}
	for i := range g.ops {
		switch c := g.ops[i].change.(type) {
		case CreateObject:
			g.behindBody(i, c.Object, made)
		case DropObject:
			g.beforeBody(i, c.Object, gone)
		case AlterObject:
			g.behindBody(i, c.To, made)
			g.beforeBody(i, c.From, gone)
		}
	}
}

// mentionable are the names by which a body can mean what the change makes, and
// what it takes away. A change of a column does both.
func mentionable(c Change) (comes, goes []schema.Name) {
	switch c := c.(type) {
	case CreateTable:
		return []schema.Name{c.Table.Name}, nil
	case DropTable:
		return nil, []schema.Name{c.Table.Name}
	case RenameTable:
		return []schema.Name{c.To}, []schema.Name{c.From}
	case RenameObject:
		return []schema.Name{c.To.Name}, []schema.Name{c.From.Name}
	case CreateObject:
		return []schema.Name{c.Object.Name}, nil
	case DropObject:
		return nil, []schema.Name{c.Object.Name}
	case AddColumn:
		return []schema.Name{c.Table}, nil
	case DropColumn:
		return nil, []schema.Name{c.Table}
	case AlterColumn, RenameColumn:
		table := []schema.Name{TableOf(c)}
		return table, table
	case AlterObject:
		name := []schema.Name{c.To.Name}
		return name, name
	}
	return nil, nil
}

// behindBody puts i behind what the body of the routine mentions.
func (g *graph) behindBody(i int, o schema.Object, made map[schema.Name][]int) {
	for _, n := range bodyNames(o) {
		for _, j := range made[n] {
			if j != i && !g.reaches(i, j) {
				g.edge(j, i)
			}
		}
	}
}

// beforeBody puts i before what takes away something that the body mentions.
func (g *graph) beforeBody(i int, o schema.Object, gone map[schema.Name][]int) {
	for _, n := range bodyNames(o) {
		for _, j := range gone[n] {
			if j != i && !g.reaches(j, i) {
				g.edge(i, j)
			}
		}
	}
}

// bodyNames are the names in the strings of the definition of a routine, each
// as it stands there and in the schema of the routine.
func bodyNames(o schema.Object) []schema.Name {
	if !schema.IsRoutine(o.Kind) {
		return nil
	}
	var found []schema.Name
	for _, t := range lex(o.SQL, false) {
		if t.kind != tokenString {
			continue
		}
		for _, n := range names(t.name) {
			found = append(found, n, schema.Name{Schema: o.Name.Schema, Local: n.Local})
		}
	}
	return found
}
