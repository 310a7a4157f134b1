package bun

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Config is what decides besides the structs: the dialect, the release, and
// what the program says to CreateTable.
type Config struct {
	Dialect string // postgres, sqlite or mysql
	Version Version
	// ForeignKeys is WithForeignKeys in every CreateTable; ForeignKeysOf names
	// the models where only some have it.
	ForeignKeys   bool
	ForeignKeysOf map[*Type]bool
	Varchar       int  // of CreateTableQuery.Varchar; 0: the dialect's default
	Singular      bool // SetTableNameInflector with a function that changes nothing
}

// A Version is that of github.com/uptrace/bun, which its dialects share. Zero
// is the newest known.
type Version struct{ Major, Minor, Patch int }

// Before reports whether the version is known and older.
func (v Version) Before(major, minor, patch int) bool {
	if v == (Version{}) {
		return false
	}
	return slices.Compare([]int{v.Major, v.Minor, v.Patch}, []int{major, minor, patch}) < 0
}

// A Table is what CREATE TABLE makes of a model.
type Table struct {
	Name        string // as the tag gives it: perhaps schema.table
	Model       *Type
	Columns     []Column
	PrimaryKey  []string // without one that stands in the type of a column
	Uniques     []Unique // in the order of the statement
	ForeignKeys []ForeignKey
}

// A Column is a column as bun writes it.
type Column struct {
	Name  string
	SQL   string // what stands behind the name: type, NOT NULL, DEFAULT
	Field *StructField
}

// A Unique is a unique constraint; without a name the server makes one.
type Unique struct {
	Name    string
	Columns []string
	Field   *StructField // the first of its fields
}

// A ForeignKey is one that WithForeignKeys writes; it has no name.
type ForeignKey struct {
	Columns    []string
	RefTable   string
	RefColumns []string
	OnUpdate   string // empty: nothing is said
	OnDelete   string
	Field      *StructField // the relation
}

// A Problem is why a model cannot be read, or with Warning something in it
// that does not do what it seems to.
type Problem struct {
	Model     *Type
	Field     *StructField // nil: the model itself
	Text      string
	Hint      string
	Warning   bool
	Undecided *Type // the type that a line in the configuration would settle; nil: none would
}

// Create lists the tables that CreateTable makes of the structs, in their
// order. All of them count as registered before the first table is made; with
// RegisterModel alone decides which struct a relation by way of a junction
// finds. A problem of one model does not keep the others back.
func Create(models []*Type, c Config) ([]Table, []Problem) {
	p := &parser{c: c, models: map[*Type]*model{}}
	var list []*model
	for _, t := range models {
		m := p.model(t)
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	p.registered = list
	for _, m := range list {
		m.readRelations()
	}
	var tables []Table
	for _, m := range list {
		m.types()
		if t := m.table(); !m.failed {
			tables = append(tables, t)
		}
	}
	return tables, p.problems
}

// Columns lists the tables of the structs with their columns alone: what a
// struct looks like where it need not be a model. What is wrong with one is
// not said.
func Columns(models []*Type, c Config) []Table {
	p := &parser{c: c, models: map[*Type]*model{}}
	var tables []Table
	for _, t := range models {
		m := p.model(t)
		m.types()
		table := Table{Name: m.Table, Model: t}
		for _, f := range m.fields {
			table.Columns = append(table.Columns, Column{Name: f.Name, SQL: m.columnSQL(f), Field: f.Source})
		}
		tables = append(tables, table)
	}
	return tables
}

// table is the CREATE TABLE of a model.
func (m *model) table() Table {
	t := Table{Name: m.Table, Model: m.Type}
	seen := map[string]*Field{}
	inType := false
	for _, f := range m.fields {
		switch first := seen[f.Name]; {
		case first != nil:
			m.fail(f, "name one of them otherwise, or leave it out with bun:\"-\"", "column %s stands twice, first for %s: CREATE TABLE fails", f.Name, first.GoName)
		case f.Name == "" || strings.Contains(f.Name, "."):
			m.fail(f, `name the column in the tag: bun:"name"`, "%q is no name of a column: CREATE TABLE fails", f.Name)
		}
		seen[f.Name] = f
		c := Column{Name: f.Name, SQL: m.columnSQL(f), Field: f.Source}
		inType = inType || strings.Contains(c.SQL, "PRIMARY KEY")
		t.Columns = append(t.Columns, c)
	}
	if !inType { // bun looks for the words in the statement
		t.PrimaryKey = names(m.primary)
	}
	for _, group := range slices.Sorted(maps.Keys(m.unique)) {
		fields := m.unique[group]
		if group != "" {
			t.Uniques = append(t.Uniques, Unique{Name: group, Columns: names(fields), Field: fields[0].Source})
			continue
		}
		for _, f := range fields {
			t.Uniques = append(t.Uniques, Unique{Columns: []string{f.Name}, Field: f.Source})
		}
	}
	if m.p.c.ForeignKeys || m.p.c.ForeignKeysOf[m.Type] {
		t.ForeignKeys = m.foreignKeys()
	}
	return t
}

func names(fields []*Field) []string {
	var list []string
	for _, f := range fields {
		list = append(list, f.Name)
	}
	return list
}

// types lets the dialect decide the column types, and fills them in.
func (m *model) types() {
	keys := slices.Sorted(maps.Keys(m.byName))
	for _, key := range keys { // a field with alt: is there twice, and treated twice
		m.p.onField(m.byName[key])
	}
	for _, key := range keys {
		f := m.byName[key]
		if f.userType == "" {
			f.userType = f.discovered
		}
		if f.createType == "" {
			f.createType = f.userType
		}
	}
}

// columnSQL is the type with all that follows it.
func (m *model) columnSQL(f *Field) string {
	sql := f.createType
	if n := m.p.c.varchar(); n > 0 && strings.EqualFold(sql, f.discovered) && strings.EqualFold(sql, "VARCHAR") {
		sql = fmt.Sprintf("VARCHAR(%d)", n)
	}
	switch {
	case f.undecided != nil:
		m.failed = true
		m.p.add(m, f, Problem{Undecided: f.undecided, Text: "its type cannot be read: " + f.undecided.Trouble})
	case sql == "":
		m.noType(f)
	}
	if f.notNull {
		sql += " NOT NULL"
	}
	sql += m.sequence(f)
	if f.def != "" {
		sql += " DEFAULT " + f.def
	}
	return sql
}

// noType: SQLite alone takes a column without a type.
func (m *model) noType(f *Field) {
	if m.p.c.Dialect != "sqlite" {
		m.fail(f, `write bun:",type:…", or leave the field out: bun:"-"`, "bun has no column type for %s: CREATE TABLE fails", f.typ)
	}
}
