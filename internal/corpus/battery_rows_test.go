package corpus_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// rowsOf is what tables hold: of each its columns, of each row the texts.
type rowsOf struct {
	version int
	tables  map[string]tableRows
	next    map[string]string // what a sequence gives next, by its name and by the column it belongs to
}

type tableRows struct {
	columns   []string
	generated []string // those of the columns that are
	rows      [][]string
}

// noValue stands for NULL.
const noValue = "\x00NULL"

// readTables reads all tables and sequences of a database.
func readTables(t *testing.T, url string) rowsOf {
	t.Helper()
	ctx := context.Background()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	read := func(sql string) tableRows {
		t.Helper()
		r, err := c.Query(ctx, sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		defer r.Close()
		var list tableRows
		for _, f := range r.FieldDescriptions() {
			list.columns = append(list.columns, f.Name)
		}
		for r.Next() {
			var row []string
			for _, v := range r.RawValues() {
				if v == nil {
					row = append(row, noValue)
				} else {
					row = append(row, string(v))
				}
			}
			list.rows = append(list.rows, row)
		}
		if r.Err() != nil {
			t.Fatalf("%s: %v", sql, r.Err())
		}
		return list
	}
	all := rowsOf{tables: map[string]tableRows{}}
	if _, err := fmt.Sscan(read("SHOW server_version_num").rows[0][0], &all.version); err != nil {
		t.Fatal(err)
	}
	for _, r := range read(`SELECT format('%I.%I', n.nspname, c.relname), (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = c.oid AND attgenerated <> '')
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`).rows {
		list := read("SELECT * FROM ONLY " + r[0])
		list.generated = strings.Split(r[1], ",")
		all.tables[r[0]] = list
	}
	all.next = map[string]string{}
	for _, r := range read(`SELECT s.oid::regclass, d.refobjid::regclass || '.' || a.attname FROM pg_class s
 LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
 LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S' ORDER BY 1`).rows {
		value := read("SELECT last_value + is_called::int FROM " + r[0]).rows[0][0]
		for _, name := range r {
			all.next[name] = value
		}
	}
	return all
}

// lostRows says what of before is not there afterwards: tables, columns, values.
// Order is no matter; what is new is neither.
func lostRows(before, after rowsOf, renames []string) string {
	became := map[string]string{}
	for _, r := range renames {
		from, to, _ := strings.Cut(r, "=")
		became[from] = to
	}
	var lost []string
	for _, name := range slices.Sorted(maps.Keys(before.tables)) {
		b := before.tables[name]
		if len(b.rows) == 0 {
			continue
		}
		local, to := strings.TrimPrefix(name, "public."), name
		if r := became[local]; strings.Contains(r, ".") {
			to = r
		} else if r != "" {
			to = "public." + r
		}
		a, ok := after.tables[to]
		if !ok {
			lost = append(lost, "table "+name)
			continue
		}
		for i, column := range b.columns {
			to := column
			if r := became[local+"."+column]; r != "" {
				_, to, _ = strings.Cut(r, ".")
			}
			j := slices.Index(a.columns, to)
			if j < 0 {
				lost = append(lost, "column "+name+"."+column)
				continue
			}
			if slices.Contains(b.generated, column) && slices.Contains(a.generated, to) {
				continue
			}
			if x, y := values(b, i), values(a, j); !slices.Equal(x, y) {
				lost = append(lost, fmt.Sprintf("%s.%s: %q became %q", name, column, x, y))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.next)) {
		if before.next[name] != "1" && !slices.Contains(slices.Collect(maps.Values(after.next)), before.next[name]) {
			lost = append(lost, "the value of "+name)
		}
	}
	return strings.Join(lost, ", ")
}

// spelled is a value as every type that has it spells it.
func spelled(value string) string {
	switch value {
	case "t":
		return "true"
	case "f":
		return "false"
	}
	// An attribute without a value at the end of a composite may have come with the type.
	return strings.ReplaceAll(strings.TrimSuffix(value, "+00"), ",)", ")")
}

func values(t tableRows, column int) []string {
	var list []string
	for _, r := range t.rows {
		list = append(list, spelled(r[column]))
	}
	slices.Sort(list)
	return list
}
