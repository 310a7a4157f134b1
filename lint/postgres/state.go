package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/internal/phrase"
)

// A state is what the revisions read so far have made. What was there before
// them, or came by statements that cannot be told, is not in it: a rule that needs
// a fact it does not find says so or keeps silent, as the rule says.
type state struct {
	schema    string // where names without one lead
	tables    map[string]*table
	indexes   map[string]*index
	domains   map[string]bool // constrained ones: true
	enums     map[string]bool
	sequences map[string]bool
	functions map[string]bool
	published map[string]bool
}

// A table is one made by a revision.
type table struct {
	columns     map[string]*column
	constraints []*constraint
	partitioned bool
	parent      string
	hasDefault  string // the default partition
	partial     bool   // no revision made it: there is more to it than is known
}

// An index is one made by CREATE INDEX.
type index struct {
	table   string
	keys    []string
	where   phrase.Phrase
	unique  bool
	collate bool
}

func newState(schema string) *state {
	return &state{schema: schema, tables: map[string]*table{}, indexes: map[string]*index{}, domains: map[string]bool{}, enums: map[string]bool{},
		sequences: map[string]bool{}, functions: map[string]bool{}, published: map[string]bool{}}
}

// column is a column of a known table, or nil.
func (st *state) column(table, name string) *column {
	if t := st.tables[table]; t != nil {
		return t.columns[name]
	}
	return nil
}

// constraint is a constraint of a known table, or nil.
func (st *state) constraint(table, name string) *constraint {
	t := st.tables[table]
	if t == nil {
		return nil
	}
	for _, c := range t.constraints {
		if c.name == name {
			return c
		}
	}
	return nil
}

// indexed reports whether an index or key of the table begins with the columns,
// in any order.
func (st *state) indexed(name string, columns []string) bool {
	begins := func(keys []string) bool {
		if len(keys) < len(columns) {
			return false
		}
		for _, c := range columns {
			if !slices.Contains(keys[:len(columns)], c) {
				return false
			}
		}
		return true
	}
	for _, ix := range st.indexes {
		if ix.table == name && len(ix.where) == 0 && begins(ix.keys) {
			return true
		}
	}
	if t := st.tables[name]; t != nil {
		for _, c := range t.constraints {
			if (c.kind == "primary key" || c.kind == "unique") && begins(c.columns) {
				return true
			}
		}
	}
	return false
}

// whole reports whether a revision made the table, so that all of it is known.
func (st *state) whole(name string) bool {
	t := st.tables[name]
	return t != nil && !t.partial
}

// key are the columns of the primary key of a known table.
func (st *state) key(name string) []string {
	if t := st.tables[name]; t != nil {
		for _, c := range t.constraints {
			if c.kind == "primary key" {
				return c.columns
			}
		}
	}
	return nil
}

// apply brings the state behind a statement.
func (st *state) apply(s *statement) {
	switch s.verb {
	case "CREATE TABLE":
		st.createTable(s)
	case "ALTER TABLE":
		for i := range s.actions {
			st.alterTable(s.name(), &s.actions[i])
		}
	case "DROP TABLE":
		for _, name := range s.names {
			st.dropTable(name)
		}
	case "CREATE INDEX":
		if name := s.name(); name != "" {
			st.indexes[name] = &index{table: s.table, keys: s.keys, where: s.where, unique: s.unique, collate: s.p.Has("COLLATE")}
		}
	case "DROP INDEX":
		for _, name := range s.names {
			delete(st.indexes, name)
		}
	case "ALTER INDEX":
		if to, ok := s.rest.After("RENAME", "TO"); ok && st.indexes[s.name()] != nil {
			st.indexes[word(to)] = st.indexes[s.name()]
			delete(st.indexes, s.name())
		}
	case "CREATE DOMAIN":
		st.domains[s.name()] = len(s.constraints) > 0
	case "ALTER DOMAIN":
		if s.rest.Begins("ADD") || s.rest.Begins("SET", "NOT", "NULL") {
			st.domains[s.name()] = true
		}
	case "CREATE ENUM":
		st.enums[s.name()] = true
	case "CREATE SEQUENCE":
		st.sequences[s.name()] = true
	case "CREATE FUNCTION":
		st.functions[s.name()] = true
	case "CREATE PUBLICATION":
		for _, name := range s.names {
			st.published[name] = true
		}
	}
}

func (st *state) createTable(s *statement) {
	t := &table{columns: map[string]*column{}, partitioned: s.partitioned, parent: s.parent}
	for i := range s.columns {
		st.addColumn(t, &s.columns[i])
	}
	for i := range s.constraints {
		st.addConstraint(t, &s.constraints[i])
	}
	if parent := st.tables[s.parent]; parent != nil {
		for name, c := range parent.columns {
			t.columns[name] = c
		}
		if s.rest.Begins("DEFAULT") {
			parent.hasDefault = s.name()
		}
	}
	st.tables[s.name()] = t
}

func (st *state) addColumn(t *table, c *column) {
	copied := *c
	t.columns[c.name] = &copied
	for _, check := range c.checks {
		st.addConstraint(t, &check)
	}
	if c.primary {
		st.addConstraint(t, &constraint{kind: "primary key", columns: []string{c.name}})
	}
	if c.unique {
		st.addConstraint(t, &constraint{kind: "unique", columns: []string{c.name}})
	}
	if c.refs != nil {
		st.addConstraint(t, c.refs)
	}
}

func (st *state) addConstraint(t *table, c *constraint) {
	copied := *c
	if ix := st.indexes[c.usingIndex]; c.usingIndex != "" && ix != nil {
		copied.columns = ix.keys
	}
	t.constraints = append(t.constraints, &copied)
	if copied.kind == "primary key" || copied.kind == "not null" && !copied.notValid {
		for _, name := range copied.columns {
			if col := t.columns[name]; col != nil {
				col.notNull = true
			}
		}
	}
}

func (st *state) alterTable(name string, a *action) {
	if a.kind == "RENAME" {
		to := a.to
		if i := len(name) - len(bare(name)); i > 0 {
			to = name[:i] + to // a rename stays in the schema
		}
		st.renameTable(name, to)
		return
	}
	if a.kind == "SET SCHEMA" {
		to := bare(name)
		if a.to != st.schema {
			to = a.to + "." + to
		}
		st.renameTable(name, to)
		return
	}
	t := st.tables[name]
	if t == nil {
		// Not made by a revision: what is added to it is known all the same.
		t = &table{columns: map[string]*column{}, partial: true}
		st.tables[name] = t
		defer func() {
			if len(t.columns) == 0 && len(t.constraints) == 0 {
				delete(st.tables, name)
			}
		}()
	}
	c := t.columns[a.column]
	switch a.kind {
	case "ADD COLUMN":
		st.addColumn(t, &a.col)
	case "DROP COLUMN":
		delete(t.columns, a.column)
		t.constraints = slices.DeleteFunc(t.constraints, func(c *constraint) bool { return slices.Contains(c.columns, a.column) })
	case "RENAME COLUMN":
		st.renameColumn(name, t, a)
	case "ADD CONSTRAINT":
		st.addConstraint(t, &a.con)
	case "DROP CONSTRAINT":
		t.constraints = slices.DeleteFunc(t.constraints, func(c *constraint) bool { return c.name == a.con.name })
	case "RENAME CONSTRAINT":
		if con := st.constraint(name, a.con.name); con != nil {
			con.name = a.to
		}
	case "VALIDATE CONSTRAINT":
		if con := st.constraint(name, a.con.name); con != nil {
			con.notValid = false
			if col := t.columns[con.isNotNullOf()]; con.kind == "not null" && col != nil {
				col.notNull = true
			}
		}
	case "ATTACH PARTITION":
		if part := st.tables[a.to]; part != nil {
			part.parent = name
		}
	}
	if c == nil {
		return
	}
	switch a.kind {
	case "TYPE":
		c.typ, c.written = a.typ, a.written
	case "SET NOT NULL":
		c.notNull = true
	case "DROP NOT NULL":
		c.notNull = false
	case "SET DEFAULT":
		c.def = a.def
	case "DROP DEFAULT":
		c.def = nil
	case "ADD IDENTITY":
		c.identity = true
	case "DROP IDENTITY":
		c.identity, c.generated = false, ""
	}
}

func (st *state) renameTable(name, to string) {
	if t := st.tables[name]; t != nil {
		st.tables[to] = t
		delete(st.tables, name)
	}
	for _, ix := range st.indexes {
		if ix.table == name {
			ix.table = to
		}
	}
	for _, t := range st.tables {
		for _, c := range t.constraints {
			if c.ref == name {
				c.ref = to
			}
		}
	}
}

func (st *state) renameColumn(name string, t *table, a *action) {
	replace := func(list []string) {
		for i := range list {
			if list[i] == a.column {
				list[i] = a.to
			}
		}
	}
	if c := t.columns[a.column]; c != nil {
		c.name = a.to
		t.columns[a.to] = c
		delete(t.columns, a.column)
	}
	for _, c := range t.constraints {
		c.columns = slices.Clone(c.columns)
		replace(c.columns)
	}
	for _, ix := range st.indexes {
		if ix.table == name {
			ix.keys = slices.Clone(ix.keys)
			replace(ix.keys)
		}
	}
}

func (st *state) dropTable(name string) {
	delete(st.tables, name)
	for key, ix := range st.indexes {
		if ix.table == name {
			delete(st.indexes, key)
		}
	}
}
