package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// An objectPair is an object of either side, or of both.
type objectPair struct {
	have, want *schema.Object // nil: not there
	anew       bool           // to be dropped and made again: it is in the way of something, or cannot be altered
	rebuilt    bool           // to be made anew with the columns that have it, see AlterObject.Rebuilds
	follows    bool           // nothing but the name of its index differs, which is renamed
	along      schema.Ref     // the type that is made anew and this domain with it, see DomainsOver
}

func (d *differ) pairObjects() {
	byRef := func(a, b *schema.Object) int { return a.Ref().Compare(b.Ref()) }
	sides(d.have.Objects, d.want.Objects, byRef, func(have, want *schema.Object) {
		p := &objectPair{have: have, want: want, rebuilt: d.rebuilt(have, want)}
		p.follows = have != nil && want != nil && d.followsIndex(*have, *want)
		p.anew = have != nil && want != nil && !p.rebuilt && (!alterable(*have, *want) || d.renamedUnder(have, want) || d.rowsChange(have, want))
		d.objects = append(d.objects, p)
	})
	d.markAlong()
	d.replaceDependents()
}

// replaceable are the kinds that have a CREATE OR REPLACE which gen uses. That
// of triggers and rules saves nothing over dropping them in the same
// transaction; a materialized view has none.
var replaceable = map[string]bool{
	schema.KindView: true, schema.KindFunction: true, schema.KindProcedure: true, schema.KindWindow: true, schema.KindAggregate: true,
	schema.KindReplicaIdentity: true, schema.KindRowSecurity: true, schema.KindCluster: true,
}

// alterable reports whether from becomes to, and to becomes from, in place.
func alterable(from, to schema.Object) bool {
	if from.Kind == schema.KindComposite {
		return sameOrder(from.Shape, to.Shape)
	}
	if !slices.Equal(from.Shape, to.Shape) {
		return false
	}
	return from.SQL == to.SQL || replaceable[from.Kind]
}

// sameOrder reports whether attributes that only one of two composite types has
// stand behind those that both have, and these in one order: new attributes
// come last.
func sameOrder(a, b []string) bool {
	n := 0
	for n < len(a) && n < len(b) && attributeName(a[n]) == attributeName(b[n]) {
		n++
	}
	return !slices.ContainsFunc(a[n:], func(x string) bool {
		return slices.ContainsFunc(b[n:], func(y string) bool { return attributeName(x) == attributeName(y) })
	})
}

// lostAttributes are the names of those that go or get another type.
func lostAttributes(have, want []string) []string {
	var names []string
	for _, a := range have {
		if !slices.Contains(want, a) {
			names = append(names, attributeName(a))
		}
	}
	return names
}

// attributeName is the identifier that the text of an attribute begins with.
func attributeName(a string) string {
	if tokens := lex(a, false); len(tokens) > 0 {
		return tokens[0].name
	}
	return ""
}

// replaceDependents marks the objects that stand in the way of what happens to
// what they use: a server refuses to change the type of a column, or to drop
// anything, that a view shows. They are dropped before and made again after,
// and so is what depends on them in turn.
func (d *differ) replaceDependents() {
	columns, things := d.disturbed()
	for again := true; again; {
		again = false
		for _, p := range d.objects {
			if p.have == nil {
				continue
			}
			if gone := p.want == nil || p.anew; gone {
				if !things[p.have.Ref()] {
					things[p.have.Ref()], again = true, true
				}
				continue
			}
			uses := slices.ContainsFunc(p.have.Uses, func(c schema.ColumnRef) bool { return columns[c] })
			needs := slices.ContainsFunc(p.have.Needs, func(r schema.Ref) bool { return things[r] && !p.staysPut(r) })
			if uses || needs {
				p.anew, p.rebuilt, p.along, again = true, false, schema.Ref{}, true
			}
		}
	}
}

// disturbed is what is dropped, or cannot be changed under what uses it.
func (d *differ) disturbed() (columns map[schema.ColumnRef]bool, things map[schema.Ref]bool) {
	columns, things = map[schema.ColumnRef]bool{}, map[schema.Ref]bool{}
	for _, p := range d.tables {
		if p.have == nil {
			continue
		}
		for _, c := range p.have.Columns {
			var w *schema.Column
			if p.want != nil {
				w = p.want.Column(c.Name)
			}
			if w == nil || c.Type != w.Type || c.Collation != w.Collation || !same(c.Generated, w.Generated) {
				columns[schema.ColumnRef{Table: p.name, Column: c.Name}] = true
			}
		}
		if p.want == nil {
			things[schema.Ref{Kind: schema.RefTable, Name: p.name}] = true
		}
		for _, c := range p.constraints {
			if c.have != nil && (c.want == nil || c.anew || !constraintKind.alters(*c.have, *c.want)) {
				things[constraintRef(p.name, (*c.have).ConstraintName())] = true
				things[indexRef(p.name, (*c.have).ConstraintName())] = true
			}
		}
		for _, x := range p.indexes {
			if d.replaced(p, x) {
				if _, _, all := d.goesOn(p, *x.have, *x.want); all {
					continue
				}
			}
			if x.have != nil && (x.want == nil || x.anew || !indexAlters(renameIndex(*x.have, x.want.Name), *x.want)) {
				things[indexRef(p.name, x.have.Name)] = true
			}
		}
	}
	for _, p := range d.objects {
		if p.rebuilt || p.along != (schema.Ref{}) {
			things[p.have.Ref()] = true
		}
		if p.have != nil && p.want != nil && !p.anew && p.have.Kind == schema.KindComposite {
			for _, a := range lostAttributes(p.have.Shape, p.want.Shape) {
				columns[schema.ColumnRef{Table: p.have.Name, Column: a}] = true
			}
		}
	}
	for _, n := range d.enumsAnew() {
		things[schema.Ref{Kind: schema.RefEnum, Name: n}] = true
	}
	for c := range d.rebuiltColumns() {
		columns[c] = true
	}
	sequences := map[schema.Name]bool{}
	for _, s := range d.want.Sequences {
		sequences[s.Name] = true
	}
	for _, s := range d.have.Sequences {
		if !sequences[s.Name] {
			things[schema.Ref{Kind: schema.RefSequence, Name: s.Name}] = true
		}
	}
	return columns, things
}

// enumsAnew are the enums that go or are made anew.
func (d *differ) enumsAnew() []schema.Name {
	var names []schema.Name
	byName := func(a, b *schema.Enum) int { return a.Name.Compare(b.Name) }
	sides(d.have.Enums, d.want.Enums, byName, func(have, want *schema.Enum) {
		if have != nil && (want == nil || !AlterEnum{From: *have, To: *want}.OnlyAdds()) {
			names = append(names, have.Name)
		}
	})
	return names
}

// rebuiltColumns are the columns of types that go or are made anew, which get
// another type with them.
func (d *differ) rebuiltColumns() map[schema.ColumnRef]schema.Name {
	columns := map[schema.ColumnRef]schema.Name{}
	types := d.typesAnew()
	for _, p := range d.tables {
		if p.have == nil || len(types) == 0 {
			continue
		}
		for _, c := range p.have.Columns {
			if slices.Contains(types, c.Type.Ref) {
				columns[schema.ColumnRef{Table: p.name, Column: c.Name}] = c.Type.Ref
			}
		}
	}
	return columns
}

func constraintRef(table schema.Name, name string) schema.Ref {
	return schema.Ref{Kind: schema.RefConstraint, Name: schema.Name{Schema: table.Schema, Local: name}, Table: table}
}

// indexRef is an index of a table, as a replica identity needs it: the server
// forgets the identity with the index and does not say so.
func indexRef(table schema.Name, name string) schema.Ref {
	return schema.Ref{Kind: schema.KindIndex, Name: schema.Name{Schema: table.Schema, Local: name}, Table: table}
}

func (d *differ) objectChanges() []Change {
	var changes []Change
	for _, p := range d.objects {
		switch {
		case p.have == nil:
			changes = append(changes, CreateObject{Object: *p.want})
		case p.want == nil:
			changes = append(changes, DropObject{Object: *p.have})
		case p.along != (schema.Ref{}): // in the change of what it is of
		case p.follows && !p.anew:
		case p.anew || p.rebuilt:
			to := *p.want
			if to.Grants == nil {
				to.Grants = slices.Clone(p.have.Grants)
			}
			if p.rebuilt {
				changes = append(changes, AlterObject{*p.have, to})
				continue
			}
			changes = append(changes, DropObject{*p.have, true}, CreateObject{to, true})
		case !same(bareObject(*p.have), bareObject(*p.want)):
			changes = append(changes, AlterObject{*p.have, *p.want})
		}
	}
	return changes
}

// bareObject is the object without what is never compared.
func bareObject(o schema.Object) schema.Object {
	o.Pos, o.Uses, o.Needs, o.Users, o.Grants, o.Was = schema.Pos{}, nil, nil, nil, nil, nil
	return o
}

// objectOp tells what a change of an object has to do with others.
func objectOp(c Change) op {
	switch c := c.(type) {
	case CreateObject:
		o := c.Object
		return op{change: c, phase: createPhase(o.Kind), where: o.Name,
			makes: objectKeys(o), needs: slices.Concat(schemaKey(o.Name), objectNeeds(o)), takes: objectNames(o)}
	case DropObject:
		o := c.Object
		return op{change: c, phase: dropObjectPhase(o.Kind), where: o.Name,
			ends: objectKeys(o), leaves: slices.Concat(schemaKey(o.Name), objectNeeds(o)), frees: objectNames(o)}
	case AlterObject:
		from, to := objectNeeds(c.From), objectNeeds(c.To)
		o := op{change: c, phase: createPhase(c.To.Kind), where: c.To.Name,
			alters: objectKeys(c.To), leaves: without(from, to), needs: without(to, from)}
		if c.Rebuilds() {
			o.phase, o.alters = phaseRebuildEnum, nil
			o.rebuilds = rebuildKeys(c.To)
		}
		if c.To.Kind == schema.KindComposite {
			o.rebuilds = columnKeys(c.To.Name, lostAttributes(c.From.Shape, c.To.Shape))
		}
		return o
	}
	panic("diff: not about an object")
}

// createPhase: types before the tables that have columns of them, the rest
// behind the tables. A routine that a table needs is drawn before it.
func createPhase(kind string) int {
	switch kind {
	case schema.KindExtension:
		return phaseExtension
	case schema.KindCollation, schema.KindDomain, schema.KindComposite, schema.KindRange:
		return phaseType
	case schema.KindFunction, schema.KindWindow, schema.KindProcedure, schema.KindAggregate:
		return phaseRoutine
	}
	return phaseObject
}

func dropObjectPhase(kind string) int {
	switch createPhase(kind) {
	case phaseExtension:
		return phaseDropExtension
	case phaseType:
		return phaseDropType
	case phaseRoutine:
		return phaseDropRoutine
	}
	return phaseDropObject
}

// objectKeys is what others know the object by: its identity, and of routines
// and types the name that stands in expressions and definitions of columns.
func objectKeys(o schema.Object) []key {
	keys := []key{refKey(o.Ref())}
	if schema.IsRoutine(o.Kind) {
		keys = append(keys, key{kind: keyRoutine, name: o.Name})
	}
	if schema.IsType(o.Kind) || o.Kind == schema.KindCollation {
		keys = append(keys, key{kind: keyType, name: o.Name})
	}
	return keys
}

func objectNeeds(o schema.Object) []key {
	var keys []key
	for _, c := range o.Uses {
		keys = append(keys, columnKey(c.Table, c.Column))
	}
	for _, r := range o.Needs {
		keys = append(keys, refKey(r))
	}
	return keys
}

func refKey(r schema.Ref) key {
	switch r.Kind {
	case schema.RefTable:
		return key{kind: keyTable, name: r.Name}
	case schema.RefSequence:
		return key{kind: keySequence, name: r.Name}
	case schema.RefEnum:
		return key{kind: keyEnum, name: r.Name}
	case schema.RefConstraint:
		return key{keyConstraint, r.Table, r.Name.Local}
	}
	return key{keyObject, r.Name, r.Kind + "\x00" + r.Args + "\x00" + r.Table.String()}
}

// objectNames are the names of an object where it shares them with others.
func objectNames(o schema.Object) []nameKey {
	var keys []nameKey
	if schema.IsRelation(o.Kind) {
		keys = append(keys, relationKey(o.Name))
	}
	if schema.IsType(o.Kind) {
		keys = append(keys, typeKey(o.Name))
	}
	if len(keys) > 0 {
		return keys
	}
	// One that is made again is dropped first. Routines of all kinds share names.
	r := o.Ref()
	if schema.IsRoutine(r.Kind) {
		r.Kind = "routine"
	}
	return []nameKey{{space{kind: r.Kind, owner: r.Table}, r.Name.String() + "(" + r.Args + ")"}}
}

// preferDropFirst lets a routine go before another one of its name comes: a call
// that both could answer is ambiguous while both are there. It gives way where
// something else forces the other order.
func (g *graph) preferDropFirst() {
	made := map[schema.Name][]int{}
	for i := range g.ops {
		if c, ok := g.ops[i].change.(CreateObject); ok && schema.IsRoutine(c.Object.Kind) {
			made[c.Object.Name] = append(made[c.Object.Name], i)
		}
	}
	for i := range g.ops {
		c, ok := g.ops[i].change.(DropObject)
		if !ok || !schema.IsRoutine(c.Object.Kind) {
			continue
		}
		for _, j := range made[c.Object.Name] {
			if !g.reaches(j, i) {
				g.edge(i, j)
			}
		}
	}
}
