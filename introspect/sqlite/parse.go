package sqlite

import (
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
)

// What the text of a CREATE TABLE says, before anything is resolved. The
// grammar is that of SQLite's src/parse.y, 3.53.
type tableText struct {
	name         string
	columns      []columnText
	constraints  []constraintText // of the table, and of the columns in their order
	strict       bool
	withoutRowid bool
}

type columnText struct {
	name string
	typ  string // in normal form; empty: none
}

// A clause is the kind of a constraint as the grammar has it; some of them
// are attributes of a column to us.
type clause string

const (
	clausePrimaryKey clause = "primary key"
	clauseUnique     clause = "unique"
	clauseCheck      clause = "check"
	clauseForeignKey clause = "foreign key"
	clauseNotNull    clause = "not null"
	clauseNull       clause = "null"
	clauseDefault    clause = "default"
	clauseCollate    clause = "collate"
	clauseGenerated  clause = "generated"
	clauseNothing    clause = "" // CONSTRAINT name with nothing behind it
)

type constraintText struct {
	clause   clause
	name     string
	column   string // the column it is written at; empty: at the table
	keys     []keyText
	expr     []token
	conflict string // ON CONFLICT …; empty: none

	autoincrement bool
	virtual       bool   // of a generated column
	collation     string // of clauseCollate
	ref           refText
}

// A keyText is one key of an index or a constraint.
type keyText struct {
	expr      []token // without parentheses around it
	collation string
	desc      bool
}

type refText struct {
	table      string
	columns    []string // empty: the primary key
	onDelete   string
	onUpdate   string
	match      string
	deferrable bool
	deferred   bool
}

// What the text of a CREATE INDEX says.
type indexText struct {
	name   string
	table  string
	unique bool
	keys   []keyText
	where  []token
}

// parseTable reads CREATE TABLE.
func parseTable(sql string) (tableText, error) {
	c := newCursor(sql)
	var t tableText
	c.expect("CREATE")
	if !c.accept("TEMP") {
		c.accept("TEMPORARY")
	}
	c.expect("TABLE")
	c.accept("IF", "NOT", "EXISTS")
	t.name = c.qualified()
	c.expect("(")
	t.column(c)
	for c.accept(",") && !c.isTableConstraint() {
		t.column(c)
	}
	for c.err == nil && !c.is(")") {
		t.constraint(c)
		c.accept(",")
	}
	c.expect(")")
	t.options(c)
	c.accept(";")
	if !c.done() {
		c.fail("the end")
	}
	return t, c.err
}

// parseIndex reads CREATE INDEX.
func parseIndex(sql string) (indexText, error) {
	c := newCursor(sql)
	var x indexText
	c.expect("CREATE")
	x.unique = c.accept("UNIQUE")
	c.expect("INDEX")
	c.accept("IF", "NOT", "EXISTS")
	x.name = c.qualified()
	c.expect("ON")
	x.table = c.name()
	x.keys = keys(c.group())
	if c.accept("WHERE") {
		x.where = unwrap(c.rest())
	}
	c.accept(";")
	if !c.done() {
		c.fail("the end")
	}
	return x, c.err
}

// qualified reads [schema.]name.
func (c *cursor) qualified() string {
	n := c.name()
	if c.accept(".") {
		n = c.name()
	}
	return n
}

// rest reads everything up to a closing semicolon.
func (c *cursor) rest() []token {
	if c.err != nil {
		return nil
	}
	toks := c.toks[c.i:]
	if n := len(toks); n > 0 && toks[n-1].Is(";") {
		toks = toks[:n-1]
	}
	c.i += len(toks)
	return toks
}

func (c *cursor) isTableConstraint() bool {
	return c.is("CONSTRAINT") || c.is("PRIMARY") || c.is("UNIQUE") || c.is("CHECK") || c.is("FOREIGN")
}

func (t *tableText) options(c *cursor) {
	for c.err == nil && !c.done() && !c.is(";") {
		switch {
		case c.accept("WITHOUT", "ROWID"):
			t.withoutRowid = true
		case c.accept("STRICT"):
			t.strict = true
		default:
			c.fail("a table option")
		}
		c.accept(",")
	}
}

// column reads one column with its constraints.
func (t *tableText) column(c *cursor) {
	col := columnText{name: c.name()}
	col.typ = c.typeName()
	t.columns = append(t.columns, col)
	name, named := "", false
	pending := func() {
		if named {
			t.constraints = append(t.constraints, constraintText{name: name, column: col.name})
		}
	}
	for c.err == nil && !c.is(",") && !c.is(")") {
		if c.accept("CONSTRAINT") {
			pending()
			name, named = c.name(), true
			continue
		}
		if t.deferrable(c) {
			continue
		}
		k := c.columnConstraint()
		k.name, k.column = name, col.name
		name, named = "", false
		t.constraints = append(t.constraints, k)
	}
	pending()
}

// typeName reads a declared type into its normal form: words in lower case
// with one space between, arguments without spaces; what was quoted stays so.
func (c *cursor) typeName() string {
	var b strings.Builder
	for c.err == nil {
		t := c.at(0)
		if !t.IsName() && t.Kind != sqlitelex.String || t.Kind == sqlitelex.Word && c.endsType() {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if t.Kind == sqlitelex.Word {
			b.WriteString(sqlitelex.Fold(t.Text))
		} else {
			b.WriteString(t.Text)
		}
		c.i++
	}
	if b.Len() > 0 && c.is("(") {
		b.WriteByte('(')
		for _, t := range c.group() {
			b.WriteString(sqlitelex.Fold(t.Text))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// endsType reports whether the next word begins a column constraint.
// GENERATED and ALWAYS may be words of a type; SQLite cuts them off its end.
func (c *cursor) endsType() bool {
	for _, w := range []string{"CONSTRAINT", "DEFAULT", "NULL", "NOT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "COLLATE", "AS", "DEFERRABLE"} {
		if c.is(w) {
			return true
		}
	}
	return c.is("GENERATED", "ALWAYS", "AS")
}

func (c *cursor) columnConstraint() (k constraintText) {
	switch {
	case c.accept("NOT", "NULL"):
		k.clause, k.conflict = clauseNotNull, c.conflict()
	case c.accept("NULL"):
		k.clause, k.conflict = clauseNull, c.conflict()
	case c.accept("DEFAULT"):
		k.clause, k.expr = clauseDefault, c.defaultValue()
	case c.accept("PRIMARY", "KEY"):
		k.clause = clausePrimaryKey
		k.keys = []keyText{{desc: c.order()}}
		k.conflict = c.conflict()
		k.autoincrement = c.accept("AUTOINCREMENT")
	case c.accept("UNIQUE"):
		k.clause, k.keys = clauseUnique, []keyText{{}}
		k.conflict = c.conflict()
	case c.accept("CHECK"):
		k.clause, k.expr = clauseCheck, unwrap(c.group())
		k.conflict = c.conflict()
	case c.accept("COLLATE"):
		k.clause, k.collation = clauseCollate, c.name()
	case c.accept("REFERENCES"):
		k.clause, k.ref = clauseForeignKey, c.reference()
	case c.accept("GENERATED", "ALWAYS", "AS"), c.accept("AS"):
		k.clause, k.expr = clauseGenerated, unwrap(c.group())
		k.virtual = !c.accept("STORED")
		c.accept("VIRTUAL")
	default:
		c.fail("a column constraint")
	}
	return k
}

// constraint reads one table constraint.
func (t *tableText) constraint(c *cursor) {
	var k constraintText
	if c.accept("CONSTRAINT") {
		k.name = c.name()
	}
	switch {
	case c.accept("PRIMARY", "KEY"):
		k.clause = clausePrimaryKey
		list := c.group()
		if n := len(list); n > 0 && list[n-1].Is("AUTOINCREMENT") {
			k.autoincrement, list = true, list[:n-1]
		}
		k.keys, k.conflict = c.columnKeys(list), c.conflict()
	case c.accept("UNIQUE"):
		k.clause, k.keys = clauseUnique, c.columnKeys(c.group())
		k.conflict = c.conflict()
	case c.accept("CHECK"):
		k.clause, k.expr = clauseCheck, unwrap(c.group())
		k.conflict = c.conflict()
	case c.accept("FOREIGN", "KEY"):
		k.clause, k.keys = clauseForeignKey, c.columnKeys(c.group())
		c.expect("REFERENCES")
		k.ref = c.reference()
	case k.name != "" && (c.is(",") || c.is(")") || c.is("CONSTRAINT")):
	default:
		c.fail("a table constraint")
	}
	t.constraints = append(t.constraints, k)
	t.deferrable(c)
}

// deferrable reads [NOT] DEFERRABLE [INITIALLY …] into the foreign key that
// was read last, and reports whether it was there.
func (t *tableText) deferrable(c *cursor) bool {
	not := c.is("NOT", "DEFERRABLE")
	if !not && !c.is("DEFERRABLE") {
		return false
	}
	c.accept("NOT")
	c.expect("DEFERRABLE")
	deferred := c.accept("INITIALLY", "DEFERRED")
	c.accept("INITIALLY", "IMMEDIATE")
	if n := len(t.constraints); n > 0 && t.constraints[n-1].clause == clauseForeignKey && !not {
		t.constraints[n-1].ref.deferrable = true
		t.constraints[n-1].ref.deferred = deferred
	}
	return true
}

// defaultValue reads what follows DEFAULT: an expression in parentheses, or a
// literal or word with a sign or not.
func (c *cursor) defaultValue() []token {
	if c.is("(") {
		return unwrap(c.group())
	}
	start := c.i
	if !c.accept("-") {
		c.accept("+")
	}
	if c.done() {
		c.fail("a default")
		return nil
	}
	c.i++
	return c.toks[start:c.i]
}

// conflict reads [ON CONFLICT resolution].
func (c *cursor) conflict() string {
	if !c.accept("ON", "CONFLICT") {
		return ""
	}
	return strings.ToUpper(c.name())
}

// order reads [ASC|DESC] and reports DESC.
func (c *cursor) order() bool {
	if c.accept("DESC") {
		return true
	}
	c.accept("ASC")
	return false
}

// reference reads what follows REFERENCES.
func (c *cursor) reference() refText {
	r := refText{table: c.name()}
	if c.is("(") {
		for _, k := range c.columnKeys(c.group()) {
			r.columns = append(r.columns, k.expr[0].Value)
		}
	}
	for c.err == nil {
		switch {
		case c.accept("ON", "DELETE"):
			r.onDelete = c.action()
		case c.accept("ON", "UPDATE"):
			r.onUpdate = c.action()
		case c.accept("ON", "INSERT"): // SQLite reads and forgets it
			c.action()
		case c.accept("MATCH"):
			r.match = strings.ToUpper(c.name())
		default:
			return r
		}
	}
	return r
}

func (c *cursor) action() string {
	for _, a := range [][]string{{"SET", "NULL"}, {"SET", "DEFAULT"}, {"CASCADE"}, {"RESTRICT"}, {"NO", "ACTION"}} {
		if c.accept(a...) {
			return strings.Join(a, " ")
		}
	}
	c.fail("an action")
	return ""
}

// columnKeys reads the keys of a constraint, each of which is a column.
func (c *cursor) columnKeys(list []token) []keyText {
	out := keys(list)
	for _, k := range out {
		if len(k.expr) != 1 {
			c.fail("one column for each key")
		}
	}
	if c.err != nil {
		return nil
	}
	return out
}

// keys reads the keys of an index.
func keys(list []token) []keyText {
	var out []keyText
	for _, part := range split(list) {
		var k keyText
		if n := len(part); n > 2 && part[n-2].Is("NULLS") {
			part = part[:n-2] // only ever what the order gives anyway: SQLite refuses the rest
		}
		if n := len(part); n > 1 && (part[n-1].Is("DESC") || part[n-1].Is("ASC")) {
			k.desc = part[n-1].Is("DESC")
			part = part[:n-1]
		}
		// COLLATE binds tighter than any operator: at the end of a || b it
		// belongs to b alone.
		if n := len(part); n > 2 && part[n-2].Is("COLLATE") && isPrimary(part[:n-2]) {
			k.collation = part[n-1].Value
			part = part[:n-2]
		}
		k.expr = unwrap(part)
		out = append(out, k)
	}
	return out
}

// isPrimary reports whether the expression needs no parentheses before a
// postfix operator: one token, a call, or something in parentheses.
func isPrimary(toks []token) bool {
	switch {
	case len(toks) == 1:
		return true
	case len(toks) > 1 && toks[0].Is("("):
		return closing(toks) == len(toks)-1
	case len(toks) > 2 && toks[0].IsName() && toks[1].Is("("):
		return closing(toks[1:]) == len(toks)-2
	}
	return false
}
