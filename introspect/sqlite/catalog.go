package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/gen-migrate/gen/internal/sqlitelex"
)

// What the pragmas tell, as rows.
type (
	columnRow struct {
		table, name string
		notNull     bool
		pk          int // rank in the primary key, from 1
		hidden      int // 2: virtual, 3: stored
	}
	keyRow struct {
		table, index string
		unique       bool
		origin       string // c, u, pk
		partial      bool
		name         sql.NullString // of the column; NULL of an expression
		desc         bool
		coll         string
	}
	refRow struct{ table, ref, from, onUpdate, onDelete string }
)

// Tables that hold pages; the pragmas fail on a virtual table whose module is
// not there.
const realTables = `sqlite_schema AS m JOIN %s AS p WHERE m.type = 'table' AND m.rootpage > 0`

var (
	columnsQuery = `SELECT m.name, p.name, p."notnull", p.pk, p.hidden FROM ` +
		fmt.Sprintf(realTables, `pragma_table_xinfo(m.name)`) + ` ORDER BY m.rowid, p.cid`
	keysQuery = `SELECT m.name, p.name, p."unique", p.origin, p.partial, k.name, k.desc, k.coll FROM ` +
		`sqlite_schema AS m JOIN pragma_index_list(m.name) AS p JOIN pragma_index_xinfo(p.name) AS k ` +
		`WHERE m.type = 'table' AND m.rootpage > 0 AND k.key ORDER BY m.rowid, p.name, k.seqno`
	refsQuery = `SELECT m.name, p."table", p."from", p.on_update, p.on_delete FROM ` +
		fmt.Sprintf(realTables, `pragma_foreign_key_list(m.name)`) + ` ORDER BY m.rowid, p.id, p.seq`
)

// readCatalog runs the queries. same is false when the schema changed while
// they ran.
func readCatalog(ctx context.Context, db Querier) (c *catalog, same bool, err error) {
	c = &catalog{modules: map[string]bool{}}
	var before, after int64
	steps := []struct {
		query string
		scan  func(*sql.Rows) error
	}{
		{`SELECT sqlite_version(), (SELECT schema_version FROM pragma_schema_version)`, func(r *sql.Rows) error {
			var v string
			if err := r.Scan(&v, &before); err != nil {
				return err
			}
			c.version, err = versionNumber(v)
			return err
		}},
		{`SELECT type, name, tbl_name, rootpage, coalesce(sql, '') FROM sqlite_schema ORDER BY rowid`, func(r *sql.Rows) error {
			var e entry
			err := r.Scan(&e.kind, &e.name, &e.table, &e.rootpage, &e.sql)
			c.entries = append(c.entries, e)
			return err
		}},
		{`SELECT name, type FROM pragma_table_list WHERE schema = 'main'`, func(r *sql.Rows) error {
			var l listed
			err := r.Scan(&l.name, &l.kind)
			c.list = append(c.list, l)
			return err
		}},
		{`SELECT name FROM pragma_module_list`, func(r *sql.Rows) error {
			var n string
			err := r.Scan(&n)
			c.modules[sqlitelex.Fold(n)] = true
			return err
		}},
		{columnsQuery, func(r *sql.Rows) error {
			var x columnRow
			err := r.Scan(&x.table, &x.name, &x.notNull, &x.pk, &x.hidden)
			c.columns = append(c.columns, x)
			return err
		}},
		{keysQuery, func(r *sql.Rows) error {
			var x keyRow
			err := r.Scan(&x.table, &x.index, &x.unique, &x.origin, &x.partial, &x.name, &x.desc, &x.coll)
			c.keys = append(c.keys, x)
			return err
		}},
		{refsQuery, func(r *sql.Rows) error {
			var x refRow
			err := r.Scan(&x.table, &x.ref, &x.from, &x.onUpdate, &x.onDelete)
			c.refs = append(c.refs, x)
			return err
		}},
		{`SELECT schema_version FROM pragma_schema_version`, func(r *sql.Rows) error { return r.Scan(&after) }},
	}
	for _, s := range steps {
		if err := each(ctx, db, s.query, s.scan); err != nil {
			return nil, false, err
		}
	}
	return c, before == after, nil
}

func each(ctx context.Context, db Querier, query string, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// versionNumber turns "3.53.4" into 3053004.
func versionNumber(v string) (int, error) {
	var major, minor, patch int
	if n, err := fmt.Sscanf(v, "%d.%d.%d", &major, &minor, &patch); err != nil && n < 2 {
		return 0, fmt.Errorf("sqlite_version() is %q: %w", v, err)
	}
	return major*1_000_000 + minor*1_000 + patch, nil
}
