package gorm

import (
	"slices"
	"strings"
)

// A Config is what decides besides the structs: gorm.Config and the driver.
type Config struct {
	Dialect string // postgres, sqlite or mysql
	Naming  Naming
	// DisableForeignKeys is DisableForeignKeyConstraintWhenMigrating.
	DisableForeignKeys bool
	// IgnoreRelations is IgnoreRelationshipsWhenMigrating: no foreign keys, no
	// join tables, no tables but those of the models given.
	IgnoreRelations bool
	Joins           []Join  // calls of SetupJoinTable, before AutoMigrate
	Version         Version // of gorm.io/gorm; zero: the newest known
	Driver          Version // of the driver; zero: the newest known
	MySQL           MySQL   // of the MySQL driver
}

// A Table is what CREATE TABLE makes of a model, with its indexes.
type Table struct {
	Name        string
	Model       *Type // of join tables: the struct that declares the relation
	Columns     []Column
	PrimaryKey  []string
	Uniques     []Unique
	Checks      []Check
	ForeignKeys []ForeignKey
	Indexes     []Index
	Join        *StructField // the relation that a join table comes from
	Hidden      []*Type      // models of the same table that GORM passes over
	Also        []*Type      // models of the same table in later calls
}

// A Column is a column as GORM writes it.
type Column struct {
	Name    string
	SQL     string // what stands behind the name: type, NOT NULL, DEFAULT
	Comment string
	Field   *Field
}

// A Problem is why a model cannot be read. Undecided is the type that a line
// in the configuration would settle, nil where none would.
type Problem struct {
	Model     *Type
	Field     *StructField // nil: the model itself
	Text      string
	Hint      string
	Undecided *Type
}

// Migrate lists the tables that one call of AutoMigrate with these structs
// creates on an empty database: those of the structs in their order, each
// after the tables it depends on as far as that is possible, with the tables
// their foreign keys refer to and their join tables.
func Migrate(models []*Type, c Config) ([]Table, []Problem) {
	return MigrateCalls([][]*Type{models}, c)
}

// MigrateCalls lists the tables that calls of AutoMigrate, one after the other,
// leave in an empty database. A later call sees tables that an earlier one made
// only when it comes upon them again: what relations it reads first ask of
// another table is then missing there.
func MigrateCalls(calls [][]*Type, c Config) ([]Table, []Problem) {
	switch {
	case !c.settableLimit():
		c.Naming.IdentifierMaxLength = 0
	case c.Dialect == "postgres" && c.Naming.IdentifierMaxLength <= 0 && c.postgresLimit():
		c.Naming.IdentifierMaxLength = 63
	}
	p := &parser{c: c, models: map[*Type]*model{}, joins: map[string]*model{}}
	p.setupJoins()
	var tables []Table
	at := map[string]int{}
	for _, models := range calls {
		for _, t := range p.call(models) {
			if i, made := at[t.Name]; made {
				tables[i].grow(t)
				continue
			}
			at[t.Name] = len(tables)
			tables = append(tables, t)
		}
	}
	return tables, p.problems
}

// grow is what AutoMigrate does to a table that is there: columns, indexes and
// constraints whose names are new are added. A column gets the type that
// relations read since give it; what another model says of it is passed over,
// for what of that AutoMigrate changes depends on the server.
func (t *Table) grow(o Table) {
	same := o.Model == t.Model && o.Join == t.Join
	if !same && o.Model != nil {
		t.Also = append(t.Also, o.Model)
	}
	for _, c := range o.Columns {
		i := slices.IndexFunc(t.Columns, func(have Column) bool { return have.Name == c.Name })
		switch {
		case i < 0:
			t.Columns = append(t.Columns, c)
		case same:
			t.Columns[i] = c
		}
	}
	t.Uniques = union(t.Uniques, o.Uniques, func(u Unique) string { return u.Name + "." + u.Column })
	t.Checks = union(t.Checks, o.Checks, func(c Check) string { return c.Name })
	t.ForeignKeys = union(t.ForeignKeys, o.ForeignKeys, func(k ForeignKey) string { return k.Name })
	t.Indexes = union(t.Indexes, o.Indexes, func(x Index) string { return x.Name })
}

func union[T any](have, more []T, name func(T) string) []T {
	for _, m := range more {
		if !slices.ContainsFunc(have, func(h T) bool { return name(h) == name(m) }) {
			have = append(have, m)
		}
	}
	return have
}

// call is what one AutoMigrate creates or looks at again.
func (p *parser) call(models []*Type) []Table {
	o := order{p: p, done: map[*model]bool{}, byTable: map[string]*ordered{}, placed: map[string]bool{}}
	for _, t := range models {
		o.add(p.parse(t), nil)
	}
	names := o.names
	for _, name := range names {
		o.place(name)
	}
	var tables []Table
	for _, name := range o.result {
		tables = append(tables, o.byTable[name].table())
	}
	return tables
}

// An order is gorm's ReorderModels.
type order struct {
	p       *parser
	done    map[*model]bool
	names   []string
	byTable map[string]*ordered // of two models for one table the later one
	placed  map[string]bool
	result  []string
}

type ordered struct {
	*model
	join    *StructField
	depends []*model
	hidden  []*Type // models of the same table that came before
}

// add takes a model into the list, and the join tables of its relations behind
// it.
func (o *order) add(m *model, join *StructField) {
	if o.done[m] {
		return
	}
	o.done[m] = true
	if m.Type.Name != "" {
		join = nil // a model of its own
	}
	d := &ordered{model: m, join: join}
	var after []func()
	if !o.p.c.IgnoreRelations {
		after = o.relations(d)
	}
	if before := o.byTable[m.Table]; before != nil {
		d.hidden = append(before.hidden, before.Type)
	}
	o.byTable[m.Table] = d
	o.names = append(o.names, m.Table)
	for _, f := range slices.Backward(after) {
		f()
	}
}

// relations notes what a model depends on. What it returns is to be done when
// the model is in the list, the last first.
func (o *order) relations(d *ordered) (after []func()) {
	dependedOn := map[*model]bool{}
	for _, r := range d.relations {
		if r.skipped() {
			continue
		}
		if c := r.constraint(); c != nil && c.model == d.model && c.model != c.other {
			d.depends = append(d.depends, c.other)
		}
		if r.kind == hasOne || r.kind == hasMany {
			dependedOn[r.other] = true
		}
		if r.join == nil {
			continue
		}
		after = append(after, func() {
			// Where the other side does not depend on this one, the join table
			// that refers to it brings it along.
			if dependedOn[r.other] {
				o.add(r.other, nil)
			}
			o.add(r.join, r.field.Source)
		})
	}
	return after
}

// place puts a table behind those it depends on.
func (o *order) place(table string) {
	if o.placed[table] {
		return
	}
	o.placed[table] = true
	for _, dep := range o.byTable[table].depends {
		if o.byTable[dep.Table] == nil {
			o.add(dep, nil)
		}
		o.place(dep.Table)
	}
	o.result = append(o.result, table)
}

// table writes the columns and all that follows them.
func (d *ordered) table() Table {
	m := d.model
	t := Table{Name: m.Table, Model: m.Type, Join: d.join, Hidden: d.hidden}
	if d.join != nil {
		t.Model = nil
	}
	keyInType := false
	for _, name := range m.columns {
		f := m.byColumn[name]
		if f.noMigration {
			continue
		}
		c := Column{Name: name, Field: f, Comment: f.comment}
		if m.p.c.Dialect == "postgres" && m.p.c.unwritable(f.comment) {
			m.fail(f, escapeHint, "the comment holds a quote that this version of GORM writes with a backslash: the migration fails")
		}
		typ := m.columnType(f)
		where := typ
		if !m.p.c.keyInDriverType() {
			where = string(f.typ)
		}
		keyInType = keyInType || strings.Contains(strings.ToUpper(where), "PRIMARY KEY")
		c.SQL = m.fullType(f, typ)
		t.Columns = append(t.Columns, c)
	}
	if !keyInType {
		for _, f := range m.primary {
			t.PrimaryKey = append(t.PrimaryKey, f.DBName)
		}
	}
	t.Indexes, t.Uniques, t.Checks = m.indexes(), m.uniques(), m.checks()
	if !m.p.c.IgnoreRelations {
		for _, c := range m.foreignKeys() {
			t.ForeignKeys = append(t.ForeignKeys, c.ForeignKey)
		}
	}
	return t
}

// fullType is the type with NOT NULL and DEFAULT. (Migrator.FullDataTypeOf of
// GORM and, for comments, of the MySQL driver.)
func (m *model) fullType(f *Field, sql string) string {
	if f.notNull {
		sql += " NOT NULL"
	}
	if d := m.p.c.defaultSQL(f); d != "" {
		sql += " DEFAULT " + d
	}
	if text, ok := f.Settings["COMMENT"]; ok && m.p.c.Dialect == "mysql" {
		sql += " COMMENT " + m.p.c.quoted(text)
	}
	return sql
}
