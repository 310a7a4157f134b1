package corpus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A catalogTable is a table of pg_catalog that the walk looks at.
type catalogTable struct {
	name    string
	columns []string
	key     []string // what tells a row from others: a unique index that is not of the oid, else all columns
}

// A catalogWalk takes pictures of the catalogs of one database.
type catalogWalk struct {
	c      *pgx.Conn
	tables []catalogTable
	sql    string // one picture
}

// newCatalogWalk begins a walk on an empty database: rows that are there now, and
// stay as they are, are those of the server itself.
func newCatalogWalk(ctx context.Context, t *testing.T, c *pgx.Conn) *catalogWalk {
	t.Helper()
	rows, err := c.Query(ctx, `SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum),
 coalesce((SELECT array_agg(k.attname::text ORDER BY k.attname) FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
  WHERE i.indexrelid = (SELECT max(u.indexrelid) FROM pg_index u JOIN pg_attribute f ON f.attrelid = c.oid AND f.attnum = u.indkey[0]
   WHERE u.indrelid = c.oid AND u.indisunique AND f.attname <> 'oid')),
  CASE WHEN 'oid' = ANY (array_agg(a.attname::text)) THEN ARRAY['oid'] ELSE array_agg(a.attname::text) END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' GROUP BY c.oid, c.relname ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	w := &catalogWalk{c: c}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (catalogTable, error) {
		var x catalogTable
		return x, r.Scan(&x.name, &x.columns, &x.key)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if irrelevantCatalogs[x.name] == "" {
			w.tables = append(w.tables, x)
		}
	}
	var began int64
	if err := c.QueryRow(ctx, "SELECT txid_current()").Scan(&began); err != nil {
		t.Fatal(err)
	}
	parts := make([]string, len(w.tables))
	for i, x := range w.tables {
		parts[i] = fmt.Sprintf("SELECT %d, to_jsonb(t)::text FROM pg_catalog.%s t WHERE t.xmin::text::bigint >= %d", i, x.name, began)
		if x.name == "pg_database" {
			parts[i] += " AND t.datname = current_database()" // tests beside this one make and drop theirs
		}
	}
	w.sql = strings.Join(parts, "\nUNION ALL ")
	return w
}

// A picture is the rows of the catalogs that were written since the walk began.
type picture struct {
	rows  []pictureRow
	byOID map[string]int
}

type pictureRow struct {
	table  int
	values map[string]string
}

// places in node trees say where in the statement a word stood.
var places = regexp.MustCompile(`:(location|stmt_location|stmt_len) -?[0-9]+`)

func (w *catalogWalk) take(ctx context.Context, t *testing.T) *picture {
	t.Helper()
	rows, err := w.c.Query(ctx, w.sql)
	if err != nil {
		t.Fatal(err)
	}
	p := &picture{byOID: map[string]int{}}
	var table int
	var text string
	_, err = pgx.ForEachRow(rows, []any{&table, &text}, func() error {
		var raw map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			return err
		}
		r := pictureRow{table: table, values: make(map[string]string, len(raw))}
		for name, v := range raw {
			r.values[name] = string(v)
			if strings.Contains(r.values[name], ":location") {
				r.values[name] = places.ReplaceAllString(r.values[name], "")
			}
		}
		if id, ok := r.values["oid"]; ok {
			p.byOID[strings.Trim(id, `"`)] = len(p.rows)
		}
		p.rows = append(p.rows, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A view of a picture beside another one. What both have goes by its oid, what
// only one has by its names: an object that was dropped and made again is the
// same row with other values.
type pictureView struct {
	w     *catalogWalk
	p     *picture
	other *picture
	names map[string]string
}

// numbers that may be oids of what was made since the walk began.
var numbers = regexp.MustCompile(`[0-9]{5,}`)

func (v *pictureView) called(text string, depth int) string {
	if len(text) < 5 || depth > 8 {
		return text
	}
	return numbers.ReplaceAllStringFunc(text, func(id string) string {
		i, ok := v.p.byOID[id]
		if _, both := v.other.byOID[id]; !ok || both {
			return id
		}
		if v.names[id] == "" {
			v.names[id] = "<" + v.key(i, depth+1) + ">"
		}
		return v.names[id]
	})
}

func (v *pictureView) key(i, depth int) string {
	r := v.p.rows[i]
	x := v.w.tables[r.table]
	if id := strings.Trim(r.values["oid"], `"`); id != "" {
		if _, both := v.other.byOID[id]; both {
			return x.name + " " + id
		}
	}
	parts := []string{x.name}
	for _, k := range x.key {
		if k != "oid" {
			parts = append(parts, v.called(r.values[k], depth))
		}
	}
	return strings.Join(parts, " ")
}

// byKey are the rows by what tells them apart.
func (v *pictureView) byKey() map[string]int {
	m := make(map[string]int, len(v.p.rows))
	for i := range v.p.rows {
		key := v.key(i, 0)
		for n, base := 1, key; ; n++ {
			if _, taken := m[key]; !taken {
				break
			}
			key = fmt.Sprintf("%s #%d", base, n)
		}
		m[key] = i
	}
	return m
}

// A catalogFact is a column of a catalog.
type catalogFact struct{ table, column string }

func (f catalogFact) String() string { return f.table + "." + f.column }

// altered are the columns in which two pictures differ: of rows that both have,
// those with another value; of rows that only one has, those that tell it from
// others.
func (w *catalogWalk) altered(before, after *picture) map[catalogFact]bool {
	b := &pictureView{w, before, after, map[string]string{}}
	a := &pictureView{w, after, before, map[string]string{}}
	had, has := b.byKey(), a.byKey()
	found := map[catalogFact]bool{}
	alone := func(r pictureRow) {
		x := w.tables[r.table]
		for _, column := range x.key {
			found[catalogFact{x.name, column}] = true
		}
	}
	for key, i := range had {
		j, stays := has[key]
		if !stays {
			alone(before.rows[i])
			continue
		}
		x := w.tables[before.rows[i].table]
		for _, column := range x.columns {
			from, to := before.rows[i].values[column], after.rows[j].values[column]
			if from != to && b.called(from, 0) != a.called(to, 0) {
				found[catalogFact{x.name, column}] = true
			}
		}
	}
	for key, j := range has {
		if _, was := had[key]; !was {
			alone(after.rows[j])
		}
	}
	return found
}
