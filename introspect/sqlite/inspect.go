// Package sqlite reads SQLite databases: [Inspect] turns a catalog into a
// schema.Database, [Canonical] puts what the models want into the same form.
//
// SQLite keeps the text of every CREATE statement as the user wrote it and
// tells only part of it through pragmas. So the text is parsed here, by
// SQLite's own grammar, and what the pragmas do tell is held against it: where
// the two disagree Inspect fails rather than to pass on a misread table.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A Querier is a *sql.DB, *sql.Conn or *sql.Tx.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Info is what Inspect learnt about the server.
type Info struct {
	ServerVersion int // sqlite3_libversion_number: 3053004
}

// Inspect reads the main database of the connection. Temporary tables and
// attached databases are not read. It runs the same eight queries however
// many tables there are, changes nothing, and reads again when another
// connection altered the schema in between.
func Inspect(ctx context.Context, db Querier, o introspect.Options) (*schema.Database, *Info, error) {
	for range 5 {
		c, same, err := readCatalog(ctx, db)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the catalog: %w", err)
		}
		if !same {
			continue
		}
		d, err := c.database(o)
		if err != nil {
			return nil, nil, err
		}
		return d, &Info{ServerVersion: c.version}, nil
	}
	return nil, nil, errors.New("reading the catalog: another connection keeps altering the schema")
}

// catalog is what the queries return.
type catalog struct {
	version int
	entries []entry
	list    []listed
	modules map[string]bool
	columns []columnRow
	keys    []keyRow
	refs    []refRow
}

// An entry is a row of sqlite_schema.
type entry struct {
	kind     string // table, index, view, trigger
	name     string
	table    string
	rootpage int64
	sql      string // empty of the indexes SQLite made itself
}

// A listed is a row of pragma_table_list.
type listed struct{ name, kind string }

// database puts the catalog into our words.
func (c *catalog) database(o introspect.Options) (*schema.Database, error) {
	db := &schema.Database{}
	skip := map[string]bool{}
	for _, n := range o.Exclude {
		skip[sqlitelex.Fold(n)] = true
	}
	shadows := c.shadows()
	managed := func(e entry) bool {
		return e.kind == "table" && !e.isVirtual() && !shadows[sqlitelex.Fold(e.name)]
	}
	var errs []error
	for _, e := range c.entries {
		if c.internal(e) || skip[sqlitelex.Fold(e.name)] || skip[sqlitelex.Fold(e.table)] || !managed(e) {
			continue
		}
		t, extra, err := readTable(e.name, e.sql)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		db.Tables = append(db.Tables, t)
		db.Unmanaged = append(db.Unmanaged, extra...)
	}
	byName := map[string]*schema.Table{}
	for i := range db.Tables {
		byName[sqlitelex.Fold(db.Tables[i].Name.Local)] = &db.Tables[i]
	}
	for _, e := range c.entries {
		if c.internal(e) || skip[sqlitelex.Fold(e.name)] || skip[sqlitelex.Fold(e.table)] || managed(e) {
			continue
		}
		t := byName[sqlitelex.Fold(e.table)]
		if e.kind != "index" || t == nil {
			if o, ok := c.unmanagedEntry(e, shadows); ok {
				db.Unmanaged = append(db.Unmanaged, o)
			}
			continue
		}
		x, err := readIndex(e.name, e.sql, t)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		t.Indexes = append(t.Indexes, x)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := c.verify(byName); err != nil {
		return nil, err
	}
	resolveReferences(db)
	db.Sort()
	return db, nil
}

// internal reports whether the row is SQLite's own.
func (c *catalog) internal(e entry) bool {
	return strings.HasPrefix(sqlitelex.Fold(e.name), "sqlite_")
}

// unmanagedEntry names a whole object that gen does not manage.
func (c *catalog) unmanagedEntry(e entry, shadows map[string]bool) (schema.Object, bool) {
	o := schema.Object{Kind: e.kind, Name: schema.Name{Local: e.name}, SQL: e.sql}
	switch {
	case e.isVirtual():
		o.Kind = "virtual table"
	case e.kind == "table" && shadows[sqlitelex.Fold(e.name)]:
		o.Kind = "shadow table"
	case e.kind == "index" || e.kind == "trigger":
		if e.sql == "" {
			return o, false
		}
		o.Table = schema.Name{Local: e.table}
	}
	return o, true
}
