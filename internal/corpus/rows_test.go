package corpus_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// hints are values for columns whose checks or later types a general value
// would not meet, by column name; %d is the number of the row.
type hints map[string]func(k int) string

func pattern(format string) func(int) string {
	return func(k int) string { return fmt.Sprintf(format, k) }
}

func constant(sql string) func(int) string { return func(int) string { return sql } }

// seed puts n rows into every table, numbered from first. Values follow from
// type and number; foreign keys take what the tables they refer to hold.
func (d *database) seed(t testing.TB, first, n int, h hints) {
	t.Helper()
	have := d.have(t)
	s := &seeder{t: t, d: d, have: have, hints: h, rows: map[string][][]string{}}
	for _, table := range s.ordered() {
		for k := first; k < first+n; k++ {
			s.insert(table, k)
		}
	}
	for _, table := range have.Tables {
		var count int
		if err := d.sql.QueryRowContext(t.Context(), "SELECT count(*) FROM "+d.quote(table.Name)).Scan(&count); err != nil {
			t.Fatal(err)
		}
		if count == 0 {
			t.Errorf("no row could be put into %s: %v", table.Name, s.last[table.Name])
		}
	}
}

type seeder struct {
	t     testing.TB
	d     *database
	have  *schema.Database
	hints hints
	rows  map[string][][]string // by table and columns, as literals
	last  map[schema.Name]error
}

// ordered is the tables, each after those it cannot be filled without.
func (s *seeder) ordered() []*schema.Table {
	var list []*schema.Table
	done := map[schema.Name]bool{}
	var visit func(t *schema.Table)
	visit = func(t *schema.Table) {
		if done[t.Name] {
			return
		}
		done[t.Name] = true
		for _, fk := range t.ForeignKeys {
			if ref := s.have.Table(fk.RefTable); ref != nil && !optional(t, fk) {
				visit(ref)
			}
		}
		list = append(list, t)
	}
	for i := range s.have.Tables {
		visit(&s.have.Tables[i])
	}
	return list
}

func optional(t *schema.Table, fk schema.ForeignKey) bool {
	for _, name := range fk.Columns {
		if c := t.Column(name); c != nil && !c.NotNull {
			return true
		}
	}
	return false
}

// insert tries other rows to refer to until the table takes the new one; a
// row that is refused as a duplicate each time is left out.
func (s *seeder) insert(t *schema.Table, k int) {
	s.t.Helper()
	for shift := range 40 {
		query := s.statement(t, k, shift)
		_, err := s.d.sql.ExecContext(s.t.Context(), query)
		if err == nil {
			return
		}
		if !duplicate(err) {
			s.t.Fatalf("%v\n%s", err, query)
		}
		if s.last == nil {
			s.last = map[schema.Name]error{}
		}
		s.last[t.Name] = err
	}
}

// duplicate: unique_violation or exclusion_violation.
func duplicate(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505" || pg.Code == "23P01"
	}
	return strings.Contains(err.Error(), "UNIQUE constraint failed")
}

func (s *seeder) statement(t *schema.Table, k, shift int) string {
	values := map[string]string{}
	for i, fk := range t.ForeignKeys {
		ref := s.reference(fk)
		if len(ref) == 0 {
			for _, c := range fk.Columns {
				if !t.Column(c).NotNull {
					values[c] = "NULL"
				}
			}
			continue
		}
		row := ref[(k+i+shift)%len(ref)]
		for j, c := range fk.Columns {
			if _, taken := values[c]; !taken || j == len(fk.Columns)-1 {
				values[c] = row[j]
			}
		}
	}
	var names, list []string
	for i, c := range t.Columns {
		if c.Identity != nil || c.Serial || c.Generated != nil || strings.Contains(c.Default, "nextval(") {
			continue
		}
		if !s.d.postgres() && t.PrimaryKey != nil && len(t.PrimaryKey.Columns) == 1 && t.PrimaryKey.Columns[0] == c.Name && strings.EqualFold(c.Type.Text, "integer") && !t.WithoutRowid {
			continue
		}
		v, ok := values[c.Name]
		if hint := s.hints[c.Name]; !ok && hint != nil {
			v, ok = hint(k), true
		}
		if !ok {
			if c.Default != "" && k%3 == 0 {
				continue
			}
			v = s.value(c, k+i)
		}
		names, list = append(names, ident(c.Name)), append(list, v)
	}
	if len(names) == 0 {
		return "INSERT INTO " + s.d.quote(t.Name) + " DEFAULT VALUES"
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", s.d.quote(t.Name), strings.Join(names, ", "), strings.Join(list, ", "))
}

// reference is the keys a foreign key may point to, as literals.
func (s *seeder) reference(fk schema.ForeignKey) [][]string {
	key := fmt.Sprint(fk.RefTable, fk.RefColumns)
	if rows := s.rows[key]; len(rows) > 0 {
		return rows
	}
	var cols []string
	for _, c := range fk.RefColumns {
		cols = append(cols, s.d.literal(ident(c)))
	}
	where := ident(fk.RefColumns[0]) + " IS NOT NULL"
	rows, err := s.d.sql.QueryContext(s.t.Context(), fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY 1", strings.Join(cols, ", "), s.d.quote(fk.RefTable), where))
	if err != nil {
		s.t.Fatal(err)
	}
	s.rows[key] = readRows(s.t, rows)
	return s.rows[key]
}

// literal is SQL that spells a column's value as SQL.
func (d *database) literal(column string) string {
	if d.postgres() {
		return "quote_nullable(" + column + "::text)"
	}
	return "quote(" + column + ")"
}

func (d *database) quote(n schema.Name) string {
	if n.Schema == "" {
		return ident(n.Local)
	}
	return ident(n.Schema) + "." + ident(n.Local)
}

func (s *seeder) value(c schema.Column, k int) string {
	typ := c.Type.Text
	if elem, ok := strings.CutSuffix(typ, "[]"); ok {
		e := c
		e.Type.Text = elem
		return "ARRAY[" + s.value(e, k) + "]::" + typ
	}
	if !c.Type.Ref.IsZero() {
		if e := s.have.Enum(c.Type.Ref); e != nil {
			return quoteText(e.Values[k%len(e.Values)])
		}
	}
	name, arg, _ := strings.Cut(strings.ToLower(typ), "(")
	if base, rest, ok := strings.Cut(arg, ") "); ok {
		name, arg = name+" "+rest, base // timestamp(3) without time zone
	}
	size := 0
	fmt.Sscanf(arg, "%d", &size)
	switch strings.TrimSpace(name) {
	case "smallint", "integer", "bigint", "int":
		return fmt.Sprint(k)
	case "numeric", "decimal":
		return fmt.Sprintf("%d.25", k)
	case "real", "double precision", "float":
		return fmt.Sprintf("%d.5", k)
	case "boolean", "bool":
		if s.d.postgres() {
			return fmt.Sprint(k%2 == 0)
		}
		return fmt.Sprint(k % 2)
	case "date":
		return fmt.Sprintf("'2024-%02d-%02d'", 1+k/28%12, 1+k%28)
	case "datetime", "timestamp", "timestamp with time zone", "timestamp without time zone":
		return fmt.Sprintf("'2024-%02d-%02d 12:30:00'", 1+k/28%12, 1+k%28)
	case "time", "time without time zone", "time with time zone":
		return fmt.Sprintf("'12:%02d:00'", k%60)
	case "interval":
		return fmt.Sprintf("'%d hours'", k)
	case "uuid":
		return fmt.Sprintf("'00000000-0000-4000-8000-%012d'", k)
	case "json", "jsonb":
		return fmt.Sprintf(`'{"k": %d}'`, k)
	case "bytea":
		return fmt.Sprintf(`'\x%08x'`, k)
	case "blob":
		return fmt.Sprintf(`x'%08x'`, k)
	case "inet":
		return fmt.Sprintf("'10.0.0.%d'", k%250)
	case "cidr":
		return fmt.Sprintf("'10.0.%d.0/24'", k%250)
	case "point":
		return fmt.Sprintf("'(%d,%d)'", k, k)
	case "bit":
		return fmt.Sprintf("B'%0*b'", max(size, 1), k%(1<<max(size, 1)))
	case "bit varying":
		return fmt.Sprintf("B'%b'", k%16)
	case "tsvector":
		return fmt.Sprintf("'word%d'", k)
	case "tstzrange", "tsrange":
		return fmt.Sprintf("'[2024-01-01 %02d:%02d, 2024-01-01 %02d:%02d)'", k/60%24, k%60, k/60%24, k%60)
	case "daterange":
		return fmt.Sprintf("'[2024-01-%02d, 2024-02-01)'", 1+k%28)
	case "int4range", "int8range", "numrange":
		return fmt.Sprintf("'[%d,%d)'", k, k+1)
	case "character", "character varying", "text", "varchar", "char", "name", "citext", "\"char\"", "":
		text := fmt.Sprintf("c%d", k)
		if size > 0 && len(text) > size {
			text = fmt.Sprintf("%0*d", size, k)
			text = text[len(text)-size:]
		}
		return quoteText(text)
	}
	s.t.Fatalf("no value is known for type %s", typ)
	return ""
}

func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// contents is every value of every column, by table and column; the values of
// a column are sorted.
type contents map[schema.Name]map[string][]string

func (d *database) contents(t testing.TB) contents {
	t.Helper()
	all := contents{}
	for _, table := range d.have(t).Tables {
		columns := map[string][]string{}
		var list []string
		for _, c := range table.Columns {
			list = append(list, d.literal(ident(c.Name)))
		}
		from := " FROM "
		if d.postgres() {
			from = " FROM ONLY " // rows of partitions are theirs
		}
		rows, err := d.sql.QueryContext(t.Context(), "SELECT "+strings.Join(list, ", ")+from+d.quote(table.Name))
		if err != nil {
			t.Fatal(err)
		}
		read := readRows(t, rows)
		for i, c := range table.Columns {
			values := []string{}
			for _, r := range read {
				values = append(values, r[i])
			}
			slices.Sort(values)
			columns[c.Name] = values
		}
		all[table.Name] = columns
	}
	return all
}

func readRows(t testing.TB, rows *sql.Rows) [][]string {
	t.Helper()
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for rows.Next() {
		row := make([]sql.NullString, len(cols))
		into := make([]any, len(cols))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(cols))
		for i, v := range row {
			texts[i] = v.String
		}
		all = append(all, texts)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// survive fails where a column that a plan leaves alone, or only renames, has
// other values after it than before. With back, the plan has been undone: then
// the column has its old name.
func survive(t testing.TB, p diff.Plan, before, after contents, back bool) {
	t.Helper()
	tables, columns := map[schema.Name]schema.Name{}, map[string]string{}
	touched := map[string]bool{}
	at := func(table schema.Name, column string) string { return table.String() + "\x00" + column }
	from, to := p.From.Children(), p.To.Children()
	var touch func(table schema.Name, column string)
	touch = func(table schema.Name, column string) {
		touched[at(table, column)] = true
		for _, below := range slices.Concat(from[table], to[table]) {
			touch(below, column)
		}
	}
	for _, c := range p.Changes {
		switch c := c.(type) {
		case diff.RenameTable:
			tables[c.From] = c.To
		case diff.RenameColumn:
			columns[at(c.Table, c.From)] = c.To
		case diff.AlterColumn:
			if c.From.Type != c.To.Type || c.From.Generated != nil || c.To.Generated != nil {
				touch(c.Table, c.From.Name)
			}
		case diff.AlterEnum:
			continue
		case diff.DropColumn:
			touch(c.Table, c.Column.Name)
		case diff.DropTable:
			for _, col := range c.Table.Columns {
				touched[at(c.Table.Name, col.Name)] = true
			}
		}
	}
	names := slices.SortedFunc(maps.Keys(before), schema.Name.Compare)
	for _, name := range names {
		now := name
		if to, ok := tables[name]; ok {
			now = to
		}
		found := now
		if back {
			found = name
		}
		for _, column := range slices.Sorted(maps.Keys(before[name])) {
			to := column
			if r, ok := columns[at(now, column)]; ok {
				to = r
			}
			if touched[at(name, column)] || touched[at(now, column)] || touched[at(now, to)] {
				continue
			}
			if back {
				to = column
			}
			values, ok := after[found][to]
			if !ok {
				t.Errorf("%s.%s is gone", name, column)
				continue
			}
			if !slices.Equal(values, before[name][column]) {
				t.Errorf("%s.%s had the values\n\t%q and has, as %s.%s,\n\t%q", name, column, before[name][column], found, to, values)
			}
		}
	}
}

// ident quotes a name; both products take the same quotes.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
