package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Renames says which objects of the database go on under another name. All of
// them happen at once: two tables may swap their names. [FindRenames] makes
// them out of hints and answers.
type Renames struct {
	Tables  []TableRename
	Columns []ColumnRename
	Objects []ObjectRename
}

func (r Renames) empty() bool { return len(r.Tables)+len(r.Columns)+len(r.Objects) == 0 }

// A TableRename gives a table another name, or moves it into another schema.
type TableRename struct {
	From, To schema.Name
	Pos      schema.Pos // where the wanted table is declared
}

// A ColumnRename gives a column another name.
type ColumnRename struct {
	Table    schema.Name // by its new name
	From, To string
	Pos      schema.Pos // where the wanted column is declared
}

// An ObjectRename gives an object or an enum another name, or moves it into
// another schema. From is its identity in the database, To the wanted one: they
// are of one kind, and differ besides the name in what other renames change.
type ObjectRename struct {
	From, To schema.Ref
	Pos      schema.Pos // where the wanted object is declared
}

// ApplyRenames returns a copy of have in which the names are changed, wherever
// they stand: in tables, columns, keys, foreign keys of other tables, indexes
// and owners of sequences, and word by word in checks, generated columns,
// index expressions and predicates, in the text of unmanaged triggers and
// views and in what unmanaged objects use. Defaults refer to no column and stay. Names of constraints, indexes
// and sequences stay too, as they do in the database. A renamed object is changed
// wherever its name stands, in definitions, types and expressions; what the server
// calls it until then is in its Was.
//
// In an expression a word is the column when it has the column's name and is
// neither called as a function, nor a type after "::" or AS, nor a collation,
// nor qualified with another name than the table's. A word that is a field of
// EXTRACT is none. A parameter or a variable of that name would be taken for
// the column; expressions of tables have neither.
func ApplyRenames(have *schema.Database, r Renames) *schema.Database {
	db := schema.Clone(have)
	RenameIn(db, r)
	return db
}

// RenameIn is [ApplyRenames] in place, for whoever follows a plan one rename
// after the other and cannot pay for a whole copy each time. A table that the
// renames touch is copied before it is changed, so that lists it shares with
// another value stay as they are.
func RenameIn(db *schema.Database, r Renames) {
	if r.empty() {
		return
	}
	n := newRenamer(r)
	n.namesNotNull = db.NamesNotNull
	n.handDown(db)
	n.learnCalls(db)
	for i := range db.Enums {
		n.renameInEnum(&db.Enums[i])
	}
	for i := range db.Tables {
		if t := &db.Tables[i]; n.touches(t) {
			*t = t.Clone()
			n.renameIn(t)
		}
	}
	for i := range db.Sequences {
		n.renameInSequence(&db.Sequences[i])
	}
	for i := range db.Access {
		n.renameInAccess(&db.Access[i])
	}
	for _, list := range [][]schema.Object{db.Objects, db.Unmanaged} {
		for i := range list {
			n.renameInObject(&list[i])
		}
	}
}

func (n renamer) renameInAccess(a *schema.Access) {
	a.Of.Table = n.table(a.Of.Table)
	a.Of.Column = n.column(a.Of.Table, a.Of.Column)
	of := a.On
	if a.On = n.ref(a.On); of.Kind != schema.RefTable {
		return
	}
	a.Grants = slices.Clone(a.Grants)
	for i := range a.Grants {
		a.Grants[i].Column = n.column(a.On.Name, a.Grants[i].Column)
	}
}

func (n renamer) renameInObject(o *schema.Object) {
	before := *o
	o.Uses = slices.Clone(o.Uses)
	for i, c := range o.Uses {
		o.Uses[i] = schema.ColumnRef{Table: n.table(c.Table), Column: n.column(n.table(c.Table), c.Column)}
	}
	before.Uses = o.Uses
	o.Needs = slices.Clone(o.Needs)
	for i, r := range o.Needs {
		o.Needs[i] = n.ref(r)
	}
	o.Users = slices.Clone(o.Users)
	for i, r := range o.Users {
		r = n.ref(r)
		if r.Kind == schema.RefColumn || r.Kind == schema.RefDefault {
			r.Name.Local = n.column(r.Table, r.Name.Local)
		}
		o.Users[i] = r
	}
	if o.Name.Schema != "" || o.Table.Schema != "" || o.Kind == schema.KindPublication {
		n.renameInDefinition(o, before)
		return
	}
	o.SQL = n.script(o.SQL, o.Table)
	o.Table = n.table(o.Table)
}

// A renamer knows what is called how afterwards.
type renamer struct {
	tables  map[schema.Name]schema.Name       // and other relations
	columns map[schema.Name]map[string]string // by the table's new name
	// namesNotNull: names of NOT NULL constraints stay, and have to be told then.
	namesNotNull bool
	objectNamer
}

func newRenamer(r Renames) renamer {
	n := renamer{tables: map[schema.Name]schema.Name{}, columns: map[schema.Name]map[string]string{}}
	n.objectNamer = newObjectNamer(r.Objects, n.tables)
	for _, t := range r.Tables {
		n.tables[t.From] = t.To
	}
	for _, c := range r.Columns {
		if n.columns[c.Table] == nil {
			n.columns[c.Table] = map[string]string{}
		}
		n.columns[c.Table][c.From] = c.To
	}
	return n
}

func (n renamer) table(old schema.Name) schema.Name {
	if renamed, ok := n.tables[old]; ok {
		return renamed
	}
	return old
}

func (n renamer) column(table schema.Name, old string) string {
	if renamed, ok := n.columns[table][old]; ok {
		return renamed
	}
	return old
}

// touches reports whether the table is renamed, has columns that are, or refers
// to such a table.
func (n renamer) touches(t *schema.Table) bool {
	if len(n.objects) > 0 {
		return true
	}
	is := func(old schema.Name) bool {
		_, moved := n.tables[old]
		return moved || n.columns[n.table(old)] != nil
	}
	return is(t.Name) || slices.ContainsFunc(t.Parents(), is) || slices.ContainsFunc(t.ForeignKeys, func(c schema.ForeignKey) bool { return is(c.RefTable) })
}

// handDown renames the columns of tables below those that are renamed: the server
// does it with the parent's.
func (n renamer) handDown(db *schema.Database) {
	f := familyOf(db)
	if len(f.parents) == 0 {
		return
	}
	for i := range db.Tables {
		name := db.Tables[i].Name
		for old, renamed := range n.columns[n.table(name)] {
			for _, below := range f.below(name) {
				below = n.table(below)
				if n.columns[below] == nil {
					n.columns[below] = map[string]string{}
				}
				n.columns[below][old] = renamed
			}
		}
	}
}

func (n renamer) columnList(table schema.Name, list []string) {
	for i := range list {
		list[i] = n.column(table, list[i])
	}
}

// renameIn changes the table, which is a copy.
func (n renamer) renameIn(t *schema.Table) {
	old := t.Name
	t.Name = n.table(old)
	if t.PartitionOf != nil {
		t.PartitionOf.Parent = n.table(t.PartitionOf.Parent)
	}
	for i, parent := range t.Inherits {
		t.Inherits[i] = n.table(parent)
	}
	if len(n.objects) > 0 {
		n.renameInExpressions(old, t)
	}
	w := words{renamer: n, old: old, table: t.Name}
	for i := range t.Columns {
		c := &t.Columns[i]
		before := c.Name
		c.Name = n.column(t.Name, before)
		if n.namesNotNull && c.NotNull && !c.Inherited && len(t.Parents()) == 0 && (c.Name != before || t.Name.Local != old.Local) {
			n.keepNotNullName(c, old, before, t.Name)
		}
		if c.Generated != nil {
			c.Generated.Expr = w.expr(c.Generated.Expr)
		}
	}
	if t.PrimaryKey != nil {
		n.columnList(t.Name, t.PrimaryKey.Columns)
		n.columnList(t.Name, t.PrimaryKey.Include)
	}
	for _, c := range t.Uniques {
		n.columnList(t.Name, c.Columns)
		n.columnList(t.Name, c.Include)
	}
	for i := range t.ForeignKeys {
		c := &t.ForeignKeys[i]
		c.RefTable = n.table(c.RefTable)
		n.columnList(t.Name, c.Columns)
		n.columnList(t.Name, c.SetColumns)
		n.columnList(c.RefTable, c.RefColumns)
	}
	for i := range t.Checks {
		t.Checks[i].Expr = w.expr(t.Checks[i].Expr)
	}
	for i := range t.Exclusions {
		c := &t.Exclusions[i]
		for j := range c.Elements {
			w.indexKey(&c.Elements[j].Key)
		}
		n.columnList(t.Name, c.Include)
		c.Where = w.expr(c.Where)
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		for j := range x.Keys {
			w.indexKey(&x.Keys[j])
		}
		n.columnList(t.Name, x.Include)
		x.Where = w.expr(x.Where)
	}
}

// keepNotNullName tells the name of the constraint behind NOT NULL, which followed
// from names that are others now.
func (n renamer) keepNotNullName(c *schema.Column, table schema.Name, column string, now schema.Name) {
	var told schema.NotNull
	if c.NotNullConstraint != nil {
		told = *c.NotNullConstraint
	}
	derived := func(table schema.Name, column string) string {
		return productOf(table).DerivedName(table.Local, column, "not_null")
	}
	if told.Name = cmp.Or(told.Name, derived(table, column)); told.Name == derived(now, c.Name) {
		told.Name = ""
	}
	c.NotNullConstraint = nil
	if told != (schema.NotNull{}) {
		c.NotNullConstraint = &told
	}
}

// checkRenames refuses what cannot be renamed.
func (d *differ) checkRenames(have *schema.Database, r Renames) {
	taken := registry{}
	for _, t := range have.Tables {
		taken.hold(tableKeys(t.Name), holder{what: "table " + t.Name.String()})
		for _, c := range t.Constraints() {
			taken.hold(constraintKeys(t.Name, c), holder{what: "constraint " + c.ConstraintName() + " of " + t.Name.String()})
		}
		for _, x := range t.Indexes {
			taken.hold(indexKeys(t.Name, x.Name), holder{what: "index " + x.Name + " of " + t.Name.String()})
		}
	}
	for _, s := range have.Sequences {
		taken.hold([]nameKey{relationKey(s.Name)}, holder{what: "sequence " + s.Name.String()})
	}
	for _, e := range have.Enums {
		taken.hold([]nameKey{typeKey(e.Name)}, holder{what: "enum " + e.Name.String()})
	}
	for _, o := range have.Objects {
		if schema.IsRelation(o.Kind) || schema.IsType(o.Kind) {
			taken.hold(objectNames(o), holder{what: o.Ref().String()})
		}
	}
	d.have = have
	d.holdUnmanaged(taken)

	for _, t := range r.Tables {
		for _, k := range tableKeys(t.From) {
			delete(taken, k)
		}
	}
	for _, o := range r.Objects {
		for _, k := range refNames(o.From) {
			delete(taken, k)
		}
	}
	origin := map[schema.Name]schema.Name{}
	for _, t := range r.Tables {
		if have.Table(t.From) == nil {
			d.conflict(t.Pos, "", "table %s cannot be renamed to %s: it is not in the database", t.From, t.To)
		}
		for _, k := range tableKeys(t.To) {
			if h, ok := taken[k]; ok {
				d.conflict(t.Pos, "give one of them another name first, in a revision of its own",
					"table %s cannot be renamed to %s: %s has the name", t.From, t.To, h.what)
				break
			}
		}
		taken.hold(tableKeys(t.To), holder{what: "table " + t.From.String() + ", renamed,"})
		origin[t.To] = t.From
	}
	for _, o := range r.Objects {
		d.checkObjectRename(have, o, taken)
	}
	d.checkColumnRenames(have, r, origin)
}

func (d *differ) checkColumnRenames(have *schema.Database, r Renames, origin map[schema.Name]schema.Name) {
	type column struct {
		table schema.Name
		name  string
	}
	leaves, arrives := map[column]bool{}, map[column]bool{}
	for _, c := range r.Columns {
		leaves[column{c.Table, c.From}] = true
	}
	for _, c := range r.Columns {
		table := c.Table
		if old, ok := origin[table]; ok {
			table = old
		}
		t := have.Table(table)
		switch to := (column{c.Table, c.To}); {
		case t == nil || t.Column(c.From) == nil:
			d.conflict(c.Pos, "", "column %s.%s cannot be renamed to %s: it is not in the database", c.Table, c.From, c.To)
		case t.Column(c.To) != nil && !leaves[to], arrives[to]:
			d.conflict(c.Pos, "", "column %s.%s cannot be renamed to %s: there is a column of that name", c.Table, c.From, c.To)
		default:
			arrives[to] = true
		}
	}
}

// renameChanges are the changes that do r, in an order in which every name is
// free when it is taken: tables and objects first, then columns.
func renameChanges(r Renames) []Change {
	var changes []Change
	var moves []move
	for _, t := range r.Tables {
		moves = append(moves, move{from: slot{name: t.From}, to: slot{name: t.To}, at: t.Pos})
	}
	moves = append(moves, objectMoves(r.Objects)...)
	slices.SortStableFunc(moves, move.compare)
	steps(moves, func(m move) slot { return m.from }, func(m move) slot { return m.to },
		func(m move, from, to slot) { changes = append(changes, m.change(from.name, to.name)) }, slot.aside)

	columns := slices.Clone(r.Columns)
	slices.SortFunc(columns, func(a, b ColumnRename) int {
		return cmp.Or(a.Table.Compare(b.Table), cmp.Compare(a.From, b.From))
	})
	type place struct {
		table schema.Name
		name  string
	}
	steps(columns, func(c ColumnRename) place { return place{c.Table, c.From} }, func(c ColumnRename) place { return place{c.Table, c.To} },
		func(c ColumnRename, from, to place) {
			changes = append(changes, RenameColumn{c.Table, from.name, to.name, c.Pos})
		},
		func(p place) place { return place{p.table, temporary(p.table, p.name)} })
	return changes
}

// steps calls do for each rename once its new name is free. Where all that are
// left wait for each other, the first goes to a temporary name first.
func steps[R any, N comparable](list []R, from, to func(R) N, do func(r R, from, to N), tmp func(N) N) {
	now := make([]N, len(list))
	occupied := map[N]bool{}
	for i, r := range list {
		now[i] = from(r)
		occupied[now[i]] = true
	}
	left := len(list)
	done := make([]bool, len(list))
	move := func(i int, name N) {
		do(list[i], now[i], name)
		delete(occupied, now[i])
		now[i] = name
	}
	for left > 0 {
		moved := false
		for i, r := range list {
			if !done[i] && !occupied[to(r)] {
				move(i, to(r))
				done[i], moved = true, true
				left--
			}
		}
		if moved {
			continue
		}
		for i := range list {
			if !done[i] {
				move(i, tmp(now[i]))
				break
			}
		}
	}
}

// words renames within the SQL of one table.
type words struct {
	renamer
	old, table schema.Name
	loose      bool // a script: NEW.column and OLD.column are columns too
}

func (w words) indexKey(k *schema.IndexKey) {
	if k.Column != "" {
		k.Column = w.column(w.table, k.Column)
	}
	k.Expr = w.expr(k.Expr)
}

// expr returns the expression with the new names.
func (w words) expr(sql string) string {
	columns := w.columns[w.table]
	if sql == "" || len(columns) == 0 && w.old == w.table {
		return sql
	}
	tokens := lex(sql, w.table.Schema == "")
	var b strings.Builder
	for i, t := range tokens {
		b.WriteString(w.token(tokens, i, t, columns))
	}
	return b.String()
}

func (w words) token(tokens []token, i int, t token, columns map[string]string) string {
	if t.kind != tokenIdent {
		return t.text
	}
	quote := productOf(w.table).Ident
	if next(tokens, i, 1).text == "." && w.named(t, w.old.Local) && prev(tokens, i, 1).text != "." {
		if w.old.Local == w.table.Local {
			return t.text
		}
		return quote(w.table.Local)
	}
	for from, to := range columns {
		if w.named(t, from) && w.isColumn(tokens, i) {
			return quote(to)
		}
	}
	return t.text
}

// named reports whether the identifier means name. SQLite does not tell upper
// from lower case; PostgreSQL prints names as they are.
func (w words) named(t token, name string) bool {
	return t.name == name || w.table.Schema == "" && strings.EqualFold(t.name, name)
}

// isColumn reports whether the identifier at i can be a column by where it
// stands.
func (w words) isColumn(tokens []token, i int) bool {
	before, second := prev(tokens, i, 1), prev(tokens, i, 2)
	switch {
	case next(tokens, i, 1).text == "(" && tokens[i].text == tokens[i].name:
		return false // a function, unless it is quoted
	case before.text == "::", isTypeWord(tokens, i):
		return false
	case before.text == ".":
		return w.named(second, w.old.Local) || w.loose && (strings.EqualFold(second.name, "new") || strings.EqualFold(second.name, "old"))
	case before.kind == tokenIdent && (strings.EqualFold(before.text, "AS") || strings.EqualFold(before.text, "COLLATE")):
		return false
	case before.text == "(" && strings.EqualFold(second.text, "EXTRACT"):
		return false
	}
	return true
}

// isTypeWord reports whether i is a later word of a type such as
// "::timestamp without time zone".
func isTypeWord(tokens []token, i int) bool {
	for n := 0; ; n++ {
		switch t := prev(tokens, i, n); t.text {
		case "varying", "precision", "with", "without", "time", "zone":
		default:
			return n > 0 && prev(tokens, i, n+1).text == "::"
		}
	}
}

// prev is the n-th token before i that is neither blank nor comment, next the
// n-th after it; the zero token where there is none.
func prev(tokens []token, i, n int) token { return seek(tokens, i, n, -1) }
func next(tokens []token, i, n int) token { return seek(tokens, i, n, 1) }

func seek(tokens []token, i, n, step int) token {
	for n > 0 {
		i += step
		if i < 0 || i >= len(tokens) {
			return token{}
		}
		if tokens[i].kind != tokenSpace {
			n--
		}
	}
	return tokens[i]
}

// script renames in the text of a trigger on that table, or of a view (no
// table): table names everywhere, columns of the trigger's table, and in a
// view those of every table that it names.
func (n renamer) script(sql string, on schema.Name) string {
	if sql == "" {
		return ""
	}
	mentioned := map[string]bool{}
	for _, t := range lex(sql, true) {
		if t.kind == tokenIdent {
			mentioned[strings.ToLower(t.name)] = true
		}
	}
	for _, table := range slices.SortedFunc(maps.Keys(n.columns), schema.Name.Compare) {
		old := n.former(table)
		if old == on || on.IsZero() && mentioned[strings.ToLower(old.Local)] {
			w := words{renamer: n, old: old, table: table, loose: true}
			sql = w.expr(sql)
		}
	}
	tokens := lex(sql, true)
	var b strings.Builder
	for i, t := range tokens {
		text := t.text
		for from, to := range n.tables {
			if t.kind != tokenIdent || !strings.EqualFold(t.name, from.Local) {
				continue
			}
			switch before := prev(tokens, i, 1); {
			case before.text != ".":
				text = productOf(to).Ident(to.Local)
			case from.Schema != "" && from.Schema == to.Schema && prev(tokens, i, 2).name == from.Schema:
				text = productOf(to).Ident(to.Local) // one that moves is left: its words will differ
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

// former is the old name of a table.
func (n renamer) former(table schema.Name) schema.Name {
	for from, to := range n.tables {
		if to == table {
			return from
		}
	}
	return table
}
