package sqlite

import (
	"fmt"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// A reader turns the text of one table into a schema.Table.
type reader struct {
	text  tableText
	scope scope
	table schema.Table
	extra []schema.Object // what schema.Table has no field for
}

// readTable reads CREATE TABLE. name is the name the catalog files it under.
// The second result is what the table holds and gen does not manage.
func readTable(name, sql string) (schema.Table, []schema.Object, error) {
	text, err := parseTable(sql)
	if err != nil {
		return schema.Table{}, nil, fmt.Errorf("reading the definition of table %s: %w", name, err)
	}
	r := reader{text: text, scope: newScope(name, text.columnNames())}
	r.table = schema.Table{
		Name:         schema.Name{Local: name},
		Strict:       text.strict,
		WithoutRowid: text.withoutRowid,
	}
	for _, c := range text.columns {
		r.table.Columns = append(r.table.Columns, schema.Column{Name: c.name, Type: schema.Type{Text: c.typ}})
	}
	for _, k := range text.constraints {
		r.constraint(k)
	}
	fillKeyColumns(&r.table)
	return r.table, r.extra, nil
}

func (t tableText) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// fillKeyColumns says NOT NULL of the columns that cannot hold NULL though
// they do not say so: the alias of the rowid, and the primary key of WITHOUT
// ROWID and STRICT tables (lang_createtable.html §3.5).
func fillKeyColumns(t *schema.Table) {
	if t.PrimaryKey == nil {
		return
	}
	if _, alias := rowidAlias(t); !alias && !t.WithoutRowid && !t.Strict {
		return
	}
	for _, name := range t.PrimaryKey.Columns {
		if c := t.Column(name); c != nil {
			c.NotNull = true
		}
	}
}

// rowidAlias returns the INTEGER PRIMARY KEY, which is the rowid itself.
func rowidAlias(t *schema.Table) (string, bool) {
	if t.WithoutRowid || t.PrimaryKey == nil || len(t.PrimaryKey.Columns) != 1 {
		return "", false
	}
	name := t.PrimaryKey.Columns[0]
	c := t.Column(name)
	return name, c != nil && c.Type.Text == "integer"
}

// A tableIndex finds tables by name as SQLite compares names.
type tableIndex map[string]*schema.Table

// indexTables is good until db.Tables grows or is sorted.
func indexTables(db *schema.Database) tableIndex {
	x := make(tableIndex, len(db.Tables))
	for i := range db.Tables {
		x[sqlitelex.Fold(db.Tables[i].Name.Local)] = &db.Tables[i]
	}
	return x
}

// table returns the table of that name, or nil.
func (x tableIndex) table(name string) *schema.Table { return x[sqlitelex.Fold(name)] }
