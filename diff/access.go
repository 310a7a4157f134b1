package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// withAccess puts the changes of privileges and owners among the other changes
// of a plan. They are worked out from these and the two states, and so they are
// for the way back too: what is made anew has what the server gives it, which
// is not what it had.
//
//  1. Default privileges change first, those of a schema behind what makes it:
//     what the plan makes comes under them.
//  2. Columns that go lose their privileges before. What stays, and columns that
//     are new, come behind everything that makes or alters, and before drops.
//  3. What the plan makes gets owner and privileges at once, in the same step.
func (p Plan) withAccess() Plan {
	changes := slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { _, is := c.(AlterAccess); return is })
	p.Changes = changes
	if p.From.Reader == "" && p.To.Reader == "" {
		return p
	}
	from, to := alignAccess(&p.From, &p.To, changes)
	a := newAccessPlan(from, to, changes)
	a.work()
	if len(a.defaults)+len(a.first)+len(a.last)+len(a.behind) == 0 {
		return p
	}
	begin, end := accessRoom(changes)
	p.Changes = a.defaults
	for i := 0; i <= len(changes); i++ {
		if i == begin {
			p.Changes = append(p.Changes, a.first...)
		}
		if i == end {
			p.Changes = append(p.Changes, a.last...)
		}
		if i < len(changes) {
			p.Changes = append(append(p.Changes, changes[i]), a.behind[i]...)
		}
	}
	return p
}

// alignAccess are the two states with the names that are in force between the
// renames of a plan, which stand at its beginning, or on a way back at its end.
func alignAccess(from, to *schema.Database, changes []Change) (*schema.Database, *schema.Database) {
	first, last, leading := renamesOf(changes)
	if first < 0 {
		return from, to
	}
	var renames []Change
	for _, c := range changes[first : last+1] {
		if isRename(c) {
			renames = append(renames, c)
		}
	}
	if leading {
		return renamedAccess(from, renames), to
	}
	back := make([]Change, 0, len(renames))
	for _, c := range slices.Backward(renames) {
		back = append(back, c.Reverse())
	}
	return from, renamedAccess(to, back)
}

func isRename(c Change) bool {
	switch c.(type) {
	case RenameTable, RenameColumn, RenameObject:
		return true
	}
	return false
}

// renamesOf is where the renames of tables and columns are, -1 where there are
// none. leading: only schemas are made and objects dropped before.
func renamesOf(changes []Change) (first, last int, leading bool) {
	first, last, leading = -1, -1, true
	for i, c := range changes {
		switch c.(type) {
		case RenameTable, RenameColumn, RenameObject:
			if first < 0 {
				first = i
			}
			last = i
		case CreateSchema, DropObject, CreateObject:
		default:
			leading = leading && first >= 0
		}
	}
	return first, last, leading
}

func renamedAccess(db *schema.Database, renames []Change) *schema.Database {
	db = schema.Clone(db)
	for _, c := range renames {
		switch c := c.(type) {
		case RenameTable:
			RenameIn(db, Renames{Tables: []TableRename{{From: c.From, To: c.To}}})
		case RenameColumn:
			RenameIn(db, Renames{Columns: []ColumnRename{{Table: c.Table, From: c.From, To: c.To}}})
		case RenameObject:
			RenameIn(db, Renames{Objects: []ObjectRename{{From: c.From, To: c.To}}})
		}
	}
	return db
}

// accessRoom is where changes of access may stand: behind what makes schemas and
// the renames of a plan, and before what a plan drops or renames at its end.
func accessRoom(changes []Change) (begin, end int) {
	first, last, leading := renamesOf(changes)
	for begin < len(changes) {
		if _, ok := changes[begin].(CreateSchema); !ok {
			break
		}
		begin++
	}
	end = len(changes)
	switch {
	case first >= 0 && leading:
		begin = last + 1
	case first >= 0:
		end = first
	}
	for end > begin {
		switch changes[end-1].(type) {
		case DropSchema, DropEnum, DropSequence, DropObject, DropTable:
			end--
			continue
		}
		break
	}
	return begin, end
}

// An accessPlan works out what changes in owners and privileges.
type accessPlan struct {
	from, to    map[schema.Ref]schema.Access
	there       map[schema.Ref]bool // what the wanted state holds
	ownerOf     map[schema.Ref]schema.Ref
	owned       map[schema.Ref]schema.Ref
	role        string
	toDatabase  *schema.Database
	below       map[schema.Name][]schema.Name // see tablesBelow
	made        map[schema.Ref]int            // the change that makes it
	ends        map[schema.Ref]bool
	added, gone map[schema.ColumnRef]bool

	defaults, first, last []Change
	behind                map[int][]Change
}

func newAccessPlan(from, to *schema.Database, changes []Change) *accessPlan {
	a := &accessPlan{
		from: accessByKey(from), to: accessByKey(to), there: accessible(to), ownerOf: map[schema.Ref]schema.Ref{}, role: from.Reader, toDatabase: to,
		made: map[schema.Ref]int{}, ends: map[schema.Ref]bool{}, added: map[schema.ColumnRef]bool{}, gone: map[schema.ColumnRef]bool{}, behind: map[int][]Change{},
	}
	if a.role == "" {
		a.role = to.Reader
	}
	a.owned = ownedKeys(to)
	for key := range a.there {
		if key.Kind == schema.RefSequence && !key.Table.IsZero() {
			a.ownerOf[key] = schema.Ref{Kind: schema.RefTable, Name: key.Table}
		}
	}
	for _, s := range to.Sequences {
		if !s.OwnedBy.Table.IsZero() {
			a.ownerOf[schema.Ref{Kind: schema.RefSequence, Name: s.Name}] = schema.Ref{Kind: schema.RefTable, Name: s.OwnedBy.Table}
		}
	}
	a.below = tablesBelow(from, to)
	for i, c := range changes {
		a.note(changes, i, c)
	}
	return a
}

// tablesBelow are the partitions and heirs of each table on either side, at any
// depth.
func tablesBelow(sides ...*schema.Database) map[schema.Name][]schema.Name {
	children := map[schema.Name][]schema.Name{}
	for _, db := range sides {
		for i := range db.Tables {
			for _, parent := range db.Tables[i].Parents() {
				if !slices.Contains(children[parent], db.Tables[i].Name) {
					children[parent] = append(children[parent], db.Tables[i].Name)
				}
			}
		}
	}
	below := map[schema.Name][]schema.Name{}
	for parent, list := range children {
		list = slices.Clone(list)
		for i := 0; i < len(list); i++ {
			for _, n := range children[list[i]] {
				if !slices.Contains(list, n) {
					list = append(list, n)
				}
			}
		}
		below[parent] = list
	}
	return below
}

func accessByKey(db *schema.Database) map[schema.Ref]schema.Access {
	m, owned := make(map[schema.Ref]schema.Access, len(db.Access)), ownedKeys(db)
	for _, one := range db.Access {
		key := one.Key()
		if of, ok := owned[key]; ok {
			key = of
		}
		m[key] = one
	}
	return m
}

// ownedKeys lets a sequence that is said by itself and belongs to a column be
// the same thing as one that is said with the column.
func ownedKeys(db *schema.Database) map[schema.Ref]schema.Ref {
	of, m := map[schema.ColumnRef]int{}, map[schema.Ref]schema.Ref{}
	for _, s := range db.Sequences {
		of[s.OwnedBy]++
	}
	for _, s := range db.Sequences {
		if !s.OwnedBy.Table.IsZero() && of[s.OwnedBy] == 1 {
			m[schema.Ref{Kind: schema.RefSequence, Name: s.Name}] = sequenceOf(s.OwnedBy.Table, s.OwnedBy.Column)
		}
	}
	return m
}

// accessible is everything in a database that has privileges or an owner, by
// the Key of its access. Default privileges are not among it: they always are.
func accessible(db *schema.Database) map[schema.Ref]bool {
	m := map[schema.Ref]bool{}
	for _, s := range db.Schemas {
		m[schemaRef(s.Name)] = true
	}
	for _, e := range db.Enums {
		m[schema.Ref{Kind: schema.RefEnum, Name: e.Name}] = true
	}
	owned, said := ownedKeys(db), map[schema.ColumnRef]bool{}
	for _, one := range db.Access {
		said[one.Of] = true
	}
	for _, s := range db.Sequences {
		key := schema.Ref{Kind: schema.RefSequence, Name: s.Name}
		if of, ok := owned[key]; ok {
			key = of
		}
		m[key] = true
	}
	for i := range db.Tables {
		t := &db.Tables[i]
		m[schema.Ref{Kind: schema.RefTable, Name: t.Name}] = true
		for _, c := range t.Columns {
			// A partition counts with the sequence of its table (PostgreSQL 17), unless it
			// has one of its own.
			shared := t.PartitionOf != nil && !c.Serial && !said[schema.ColumnRef{Table: t.Name, Column: c.Name}]
			if counts(c) && !shared {
				m[sequenceOf(t.Name, c.Name)] = true
			}
		}
	}
	for _, o := range db.Objects {
		if r := o.Ref(); schema.AccessClass(r) != "" {
			m[r] = true
		}
	}
	return m
}

func schemaRef(name string) schema.Ref {
	return schema.Ref{Kind: schema.RefSchema, Name: schema.Name{Local: name}}
}

// counts reports whether the column has a sequence that is no object of its own.
func counts(c schema.Column) bool { return c.Serial || c.Identity != nil }

func sequenceOf(table schema.Name, column string) schema.Ref {
	return schema.Ref{Kind: schema.RefSequence, Args: column, Table: table}
}

// note takes down what a change makes and ends.
func (a *accessPlan) note(changes []Change, i int, c Change) {
	columns := func(t schema.Name, list []schema.Column, do func(schema.Ref)) {
		for _, c := range list {
			if counts(c) {
				do(sequenceOf(t, c.Name))
			}
		}
	}
	make := func(r schema.Ref) { a.made[r] = i }
	end := func(r schema.Ref) { a.ends[r] = true }
	switch c := c.(type) {
	case CreateSchema:
		make(schemaRef(c.Schema.Name))
	case CreateEnum:
		make(schema.Ref{Kind: schema.RefEnum, Name: c.Enum.Name})
	case AlterEnum:
		if r := (schema.Ref{Kind: schema.RefEnum, Name: c.To.Name}); !c.OnlyAdds() {
			make(r)
			a.noteAlong(changes, r, make)
		}
	case CreateSequence:
		key := schema.Ref{Kind: schema.RefSequence, Name: c.Sequence.Name}
		if of, ok := a.owned[key]; ok {
			key = of
		}
		make(key)
	case CreateTable:
		make(schema.Ref{Kind: schema.RefTable, Name: c.Table.Name})
		columns(c.Table.Name, c.Table.Columns, make)
	case CreateObject:
		make(c.Object.Ref())
	case AlterObject:
		if c.Rebuilds() {
			make(c.To.Ref())
			a.noteAlong(changes, c.To.Ref(), make)
		}
	case AddColumn:
		a.added[schema.ColumnRef{Table: c.Table, Column: c.Column.Name}] = true
		columns(c.Table, []schema.Column{c.Column}, make)
	case DropColumn:
		a.gone[schema.ColumnRef{Table: c.Table, Column: c.Column.Name}] = true
		for _, n := range a.below[c.Table] {
			if t := a.toDatabase.Table(n); t != nil && t.Column(c.Column.Name) == nil {
				a.gone[schema.ColumnRef{Table: n, Column: c.Column.Name}] = true
			}
		}
		columns(c.Table, []schema.Column{c.Column}, end)
	case AlterColumn:
		a.noteRemade(c)
		if c.From.Serial != c.To.Serial || (c.From.Identity == nil) != (c.To.Identity == nil) {
			// Changes of columns of one table stand together, and are made at once.
			for i+1 < len(changes) {
				next, ok := changes[i+1].(AlterColumn)
				if !ok || next.Table != c.Table {
					break
				}
				i++
			}
			columns(c.Table, []schema.Column{c.To}, make)
		}
	}
}

// noteAlong takes down the domains that are made anew with a type.
func (a *accessPlan) noteAlong(changes []Change, of schema.Ref, make func(schema.Ref)) {
	for _, o := range DomainsOver(a.toDatabase.Objects, of, changes) {
		make(o.Ref())
		a.noteAlong(changes, o.Ref(), make)
	}
}

// noteRemade takes down the columns that a server may only follow a change by
// dropping and adding them, in the table and those below: one that is generated in
// another way, and those that are generated from one with another type.
func (a *accessPlan) noteRemade(c AlterColumn) {
	for _, n := range append([]schema.Name{c.Table}, a.below[c.Table]...) {
		remade := func(column string) {
			at := schema.ColumnRef{Table: n, Column: column}
			a.added[at], a.gone[at] = true, true
		}
		t := a.toDatabase.Table(n)
		if !same(c.From.Generated, c.To.Generated) && (n == c.Table || t != nil && t.Column(c.To.Name) != nil && t.Column(c.To.Name).Inherited) {
			remade(c.To.Name)
		}
		if t == nil || c.From.Type == c.To.Type {
			continue
		}
		for _, g := range t.Columns {
			if g.Generated != nil && slices.ContainsFunc(names(g.Generated.Expr), func(n schema.Name) bool { return n.Local == c.To.Name }) {
				remade(g.Name)
			}
		}
	}
}

// work compares everything that the wanted state holds.
func (a *accessPlan) work() {
	keys := map[schema.Ref]bool{}
	for key := range a.there {
		keys[key] = true
	}
	for _, m := range []map[schema.Ref]schema.Access{a.from, a.to} {
		for key := range m {
			if key.Kind == schema.KindDefaults {
				keys[key] = true
			}
		}
	}
	sorted := make([]schema.Ref, 0, len(keys))
	for key := range keys {
		sorted = append(sorted, key)
	}
	// Tables before the sequences of their columns, which get the owner with them.
	slices.SortFunc(sorted, func(x, y schema.Ref) int {
		if xs, ys := x.Kind == schema.RefSequence, y.Kind == schema.RefSequence; xs != ys {
			if xs {
				return 1
			}
			return -1
		}
		return x.Compare(y)
	})
	for _, key := range sorted {
		a.one(key)
	}
}

func (a *accessPlan) one(key schema.Ref) {
	from, to := a.state(a.from, key), a.state(a.to, key)
	to.Owner = a.wantedOwner(key)
	at, made := a.made[key]
	switch {
	case key.Kind == schema.KindDefaults:
		from.Owner, to.Owner = key.Name.Local, key.Name.Local
	case made:
		had := from.Grants
		from = schema.Fresh(a.toDatabase, a.role, to.On)
		if to.Owner == "" {
			to.Owner = from.Owner
		}
		c := AlterAccess{From: from, To: to, Linked: a.linked(key), New: true, Had: had}
		if c.differs() {
			a.behind[at] = append(a.behind[at], c)
		}
		return
	default:
		to.On = from.On
		from.Owner = a.ownerName(a.from, key)
	}
	if to.Owner == "" {
		to.Owner = from.Owner
	}
	if from.Owner == "" {
		from.Owner = to.Owner
	}
	a.alter(key, from, to)
}

// alter changes what stays: columns that go first, then what stays, then columns
// that are new.
func (a *accessPlan) alter(key schema.Ref, from, to schema.Access) {
	columns := func(of map[schema.ColumnRef]bool, g schema.Grant) bool {
		return g.Column != "" && of[schema.ColumnRef{Table: key.Name, Column: g.Column}]
	}
	part := func(x schema.Access, keep func(schema.Grant) bool) schema.Access {
		var grants []schema.Grant
		for _, g := range x.Grants {
			if keep(g) {
				grants = append(grants, g)
			}
		}
		x.Grants = grants
		return x
	}
	leaves := func(g schema.Grant) bool { return columns(a.gone, g) }
	comes := func(g schema.Grant) bool { return columns(a.added, g) }
	none := func(schema.Grant) bool { return false }

	before := AlterAccess{From: part(from, leaves), To: part(from, none)}
	after := AlterAccess{From: part(to, none), To: part(to, comes)}
	stays := AlterAccess{
		From: part(from, func(g schema.Grant) bool { return !leaves(g) }), To: part(to, func(g schema.Grant) bool { return !comes(g) }), Linked: a.linked(key),
	}
	if before.differs() {
		a.first = append(a.first, before)
	}
	list := &a.last
	switch {
	case key.Kind == schema.KindDefaults && key.Name.Schema == "":
		list = &a.defaults
	case key.Kind == schema.KindDefaults:
		list = &a.first
	}
	for _, c := range []AlterAccess{stays, after} {
		if c.differs() {
			*list = append(*list, c)
		}
	}
}

// state is the access of a key; what has no entry is as the product gives it.
func (a *accessPlan) state(of map[schema.Ref]schema.Access, key schema.Ref) schema.Access {
	if one, ok := of[key]; ok {
		return one.Clone()
	}
	one := schema.Access{On: key}
	if key.Kind == schema.RefSequence && !key.Table.IsZero() {
		for name, of := range a.owned {
			if of == key {
				one.On = name
				return one
			}
		}
		for _, m := range []map[schema.Ref]schema.Access{a.from, a.to} {
			if other, ok := m[key]; ok {
				one.On, one.Of = other.On, other.Of
				return one
			}
		}
		one.On = schema.Ref{Kind: schema.RefSequence, Name: schema.Name{Schema: key.Table.Schema, Local: productOf(key.Table).DerivedName(key.Table.Local, key.Args, "seq")}}
		one.Of = schema.ColumnRef{Table: key.Table, Column: key.Args}
	}
	return one
}

func (a *accessPlan) ownerName(of map[schema.Ref]schema.Access, key schema.Ref) string {
	if table, ok := a.ownerOf[key]; ok {
		key = table
	}
	return of[key].Owner
}

// wantedOwner is whose it will be; empty: nobody says.
func (a *accessPlan) wantedOwner(key schema.Ref) string {
	if table, ok := a.ownerOf[key]; ok {
		key = table
	}
	if owner := a.to[key].Owner; owner != "" {
		return owner
	}
	if _, made := a.made[key]; made {
		return a.role
	}
	return a.from[key].Owner
}

func (a *accessPlan) linked(key schema.Ref) bool { _, ok := a.ownerOf[key]; return ok }
