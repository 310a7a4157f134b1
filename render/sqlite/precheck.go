package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Beside the statement that would fail on rows stand queries that find them, over
// the database as it is before the plan. Columns are always named with their table:
// a name in double quotes that no column has would be a string.

// addPrechecks writes the queries of all tables that the plan alters.
func (r *renderer) addPrechecks(p diff.Plan) {
	ways := lineages(p)
	for i := range p.To.Tables {
		to := &p.To.Tables[i]
		way, ok := ways[to.Name]
		if from := p.From.Table(way.table); ok && from != nil && !way.fresh {
			d := &demands{from: from, to: to, way: way, ways: ways, plan: p}
			r.beside(to, d.rows(), d.indexes())
		}
	}
	r.danglingBefore(p, ways)
}

// beside puts the queries where they belong: those about rows above the statement
// that copies them, or else reads them, those of an index above that.
func (r *renderer) beside(t *schema.Table, rows []string, indexes map[string]string) {
	last := -1
	for i := range r.out {
		s := &r.out[i]
		if name := diff.TableOf(s.Change); name != t.Name && !r.isEarlier(name, t.Name) {
			continue
		}
		if strings.HasPrefix(s.SQL, "INSERT INTO gen_new_") || last < 0 || s.Scans && !r.out[last].Scans && !strings.HasPrefix(r.out[last].SQL, "INSERT INTO gen_new_") {
			last = i
		}
	}
	if last < 0 {
		return
	}
	for _, q := range rows {
		r.precheck(last, q)
	}
	for _, x := range t.Indexes {
		q, ok := indexes[x.Name]
		if !ok {
			continue
		}
		at := slices.IndexFunc(r.out, func(s render.Statement) bool { return s.SQL == indexSQL(t.Name.Local, x) })
		if at < 0 {
			at = last
		}
		r.precheck(at, q)
	}
}

// isEarlier reports whether a table of the plan has that name before it has the other.
func (r *renderer) isEarlier(name, later schema.Name) bool {
	return slices.ContainsFunc(r.changes, func(c diff.Change) bool {
		rename, ok := c.(diff.RenameTable)
		return ok && rename.From == name && rename.To == later
	})
}

func (r *renderer) precheck(at int, query string) {
	if line, ok := render.OneLine(query, "char"); ok && !slices.Contains(r.out[at].Prechecks, line) {
		r.out[at].Prechecks = append(r.out[at].Prechecks, line)
	}
}

// danglingBefore is for rebuilds: these check all foreign keys of the database at
// their end, also those that the plan has nothing to do with.
func (r *renderer) danglingBefore(p diff.Plan, ways map[schema.Name]lineage) {
	at := slices.IndexFunc(r.out, func(s render.Statement) bool { return s.Rebuild })
	if at < 0 {
		return
	}
	var others []string
	for _, t := range p.From.Tables {
		i := slices.IndexFunc(p.To.Tables, func(to schema.Table) bool { return ways[to.Name].table == t.Name })
		if i < 0 || !slices.EqualFunc(t.ForeignKeys, p.To.Tables[i].ForeignKeys, func(a, b schema.ForeignKey) bool { return sameConstraint(a, b) }) {
			others = append(others, lite.Literal(t.Name.Local))
		}
	}
	where := ""
	if len(others) > 0 {
		where = ` WHERE "table" NOT IN (` + strings.Join(others, ", ") + ")"
	}
	if slices.ContainsFunc(p.From.Tables, func(t schema.Table) bool { return len(t.ForeignKeys) > 0 }) {
		r.precheck(at, `SELECT "table", rowid, parent FROM pragma_foreign_key_check`+where+limit())
	}
}

func limit() string { return " LIMIT " + strconv.Itoa(render.MostRows) }

// A lineage is what a table at the end of a plan was before it.
type lineage struct {
	table   schema.Name
	fresh   bool              // the plan makes it
	columns map[string]string // earlier names of columns, where they differ; "": the plan adds it
}

func lineages(p diff.Plan) map[schema.Name]lineage {
	ways := map[schema.Name]lineage{}
	for _, t := range p.From.Tables {
		ways[t.Name] = lineage{table: t.Name, columns: map[string]string{}}
	}
	for _, c := range p.Changes {
		name := diff.TableOf(c)
		way := ways[name]
		switch c := c.(type) {
		case diff.CreateTable:
			ways[name] = lineage{table: name, fresh: true}
		case diff.DropTable:
			delete(ways, name)
		case diff.RenameTable:
			delete(ways, c.From)
			ways[c.To] = way
		case diff.AddColumn:
			if way.columns != nil {
				way.columns[c.Column.Name] = ""
			}
		case diff.RenameColumn:
			if way.columns == nil {
				continue
			}
			was, ok := way.columns[c.From]
			if !ok {
				was = c.From
			}
			delete(way.columns, c.From)
			way.columns[c.To] = was
		}
	}
	return ways
}

// demands are what a table demands of its rows after a plan and not before.
type demands struct {
	from, to *schema.Table
	way      lineage
	ways     map[schema.Name]lineage
	plan     diff.Plan
}

// was is the column before the plan; nil for one that the plan adds.
func (d *demands) was(column string) *schema.Column {
	name, ok := d.way.columns[column]
	if !ok {
		name = column
	}
	if name == "" {
		return nil
	}
	return d.from.Column(name)
}

// rows are the queries about columns and constraints.
func (d *demands) rows() []string {
	var out []string
	add := func(q string, ok bool) {
		if ok {
			out = append(out, q)
		}
	}
	for _, c := range d.to.Columns {
		was := d.was(c.Name)
		name := lite.Ident(c.Name)
		switch {
		case c.Generated != nil:
			if c.NotNull && (was == nil || was.Generated == nil || *was.Generated != *c.Generated || !was.NotNull) {
				add(d.find("("+c.Generated.Expr+") IS NULL", c.Generated.Expr))
			}
			continue
		case was == nil && c.NotNull && c.Default == "" && !d.isRowid(c):
			add(d.find("", ""))
		case was != nil && d.notNull(d.to, c) && !d.notNull(d.from, *was) && !d.isRowid(c):
			add(d.find(name+" IS NULL", name))
		}
		if was == nil {
			continue
		}
		switch newRowid := d.isRowid(c) && !(hasRowidAlias(d.from) && inKey(d.from, was.Name)); {
		case newRowid:
			add(d.find("NOT ("+name+" = CAST("+name+" AS INTEGER))", name))
		case d.to.Strict && (!d.from.Strict || was.Type.Text != c.Type.Text):
			if where := unstorable(name, c.Type.Text); where != "" {
				add(d.find(where, name))
			}
		}
	}
	for _, c := range d.to.Constraints() {
		if d.isNew(c) {
			add(d.violating(c))
		}
	}
	return out
}

// notNull reports whether the table takes no NULL in the column: in a primary key it
// does, but for tables WITHOUT ROWID and STRICT ones (lang_createtable.html §3.5).
func (d *demands) notNull(t *schema.Table, c schema.Column) bool {
	return c.NotNull || inKey(t, c.Name) && (t.WithoutRowid || t.Strict)
}

// isRowid reports whether a column is the rowid, which SQLite fills in.
func (d *demands) isRowid(c schema.Column) bool { return hasRowidAlias(d.to) && inKey(d.to, c.Name) }

// unstorable is the condition that a STRICT table does not take a value, once it is
// converted as its column's affinity says; empty: it takes all.
func unstorable(value, typ string) string {
	switch strings.ToUpper(typ) {
	case "INT", "INTEGER":
		return "NOT (" + value + " = CAST(" + value + " AS INTEGER))"
	case "REAL":
		return "typeof(" + value + ") <> 'integer' AND NOT (" + value + " = CAST(" + value + " AS REAL))"
	case "TEXT":
		return "typeof(" + value + ") = 'blob'"
	case "BLOB":
		return "typeof(" + value + ") NOT IN ('blob', 'null')"
	}
	return ""
}

// isNew reports whether rows may violate the constraint: the table has not had it, or
// compares a column otherwise since.
func (d *demands) isNew(c schema.Constraint) bool {
	before := slices.ContainsFunc(d.from.Constraints(), func(o schema.Constraint) bool { return bareAs(o, d.way) == bare(c) || sameConstraint(o, c) })
	if !before {
		return true
	}
	var columns []string
	switch c := c.(type) {
	case schema.PrimaryKey:
		columns = c.Columns
	case schema.Unique:
		columns = c.Columns
	}
	return slices.ContainsFunc(columns, d.comparesOtherwise)
}

func (d *demands) comparesOtherwise(column string) bool {
	was, is := d.was(column), d.to.Column(column)
	return was != nil && is != nil && was.Collation != is.Collation
}

// bareAs is a constraint from before the plan in the names after it, as far as those
// are in lists.
func bareAs(c schema.Constraint, way lineage) string {
	rename := func(names []string) []string {
		out := slices.Clone(names)
		for i := range out {
			for now, was := range way.columns {
				if was == names[i] {
					out[i] = now
				}
			}
		}
		return out
	}
	switch c := c.(type) {
	case schema.PrimaryKey:
		c.Columns = rename(c.Columns)
		return bare(c)
	case schema.Unique:
		c.Columns = rename(c.Columns)
		return bare(c)
	case schema.ForeignKey:
		c.Columns = rename(c.Columns)
		return bare(c)
	}
	return bare(c)
}

// violating is the query for the rows that violate a constraint.
func (d *demands) violating(c schema.Constraint) (string, bool) {
	switch c := c.(type) {
	case schema.PrimaryKey:
		if hasRowidAlias(d.to) {
			id := lite.Ident(c.Columns[0])
			return d.alike([]string{"CAST(" + id + " AS INTEGER)"}, []string{id}, "")
		}
		return d.alike(idents(c.Columns), idents(c.Columns), "")
	case schema.Unique:
		return d.alike(idents(c.Columns), idents(c.Columns), "")
	case schema.Check:
		return d.find("NOT ("+c.Expr+")", c.Expr)
	case schema.ForeignKey:
		return d.dangling(c)
	}
	return "", false
}

func idents(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = lite.Ident(c)
	}
	return out
}

// indexes are the queries of unique indexes that are new, by name.
func (d *demands) indexes() map[string]string {
	out := map[string]string{}
	for _, x := range d.to.Indexes {
		again := slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return k.Column == "" || d.comparesOtherwise(k.Column) })
		if !x.Unique || !again && slices.ContainsFunc(d.from.Indexes, func(o schema.Index) bool { return indexSQL("", o) == indexSQL("", x) }) {
			continue
		}
		var keys, present []string
		for _, k := range x.Keys {
			key := lite.Ident(k.Column)
			if k.Column == "" {
				key = "(" + k.Expr + ")"
			}
			present = append(present, key)
			if !k.Collation.IsZero() {
				key += " COLLATE " + collationSQL(k.Collation)
			}
			keys = append(keys, key)
		}
		if q, ok := d.alike(keys, present, x.Where); ok {
			out[x.Name] = q
		}
	}
	return out
}

// find is the query for the rows that meet a condition over the columns that the
// expression uses.
func (d *demands) find(where, expr string) (string, bool) {
	from, keys, ok := d.source([]string{expr})
	if where != "" {
		where = " WHERE " + where
	}
	return "SELECT " + strings.Join(keys, ", ") + " FROM " + from + where + limit(), ok
}

// alike is the query for the rows that have the same in all keys, none of those that
// must be present being NULL.
func (d *demands) alike(keys, present []string, where string) (string, bool) {
	from, show, ok := d.source(append([]string{where}, keys...))
	var conditions []string
	if where != "" {
		conditions = append(conditions, "("+where+")")
	}
	for _, k := range present {
		conditions = append(conditions, k+" IS NOT NULL")
	}
	list := strings.Join(show, ", ")
	inner := "SELECT " + list + ", count(*) OVER (PARTITION BY " + strings.Join(keys, ", ") + ") AS alike FROM " + from + " WHERE " + strings.Join(conditions, " AND ")
	return "SELECT " + list + " FROM (" + inner + ") WHERE alike > 1" + limit(), ok
}

// dangling is the query for the rows that refer to nothing. SQLite compares as the
// column that is referred to does: + takes away how the other one would.
func (d *demands) dangling(c schema.ForeignKey) (string, bool) {
	from, keys, ok := d.source(idents(c.Columns))
	var where, match []string
	ref := d.plan.To.Table(c.RefTable)
	columns := c.RefColumns
	if len(columns) == 0 && ref != nil && ref.PrimaryKey != nil {
		columns = ref.PrimaryKey.Columns
	}
	if len(columns) != len(c.Columns) {
		return "", false
	}
	for i, name := range c.Columns {
		if d.was(name) == nil && d.to.Column(name) != nil && d.to.Column(name).Default == "" {
			return "", false // NULL in every row
		}
		where = append(where, "c."+lite.Ident(name)+" IS NOT NULL")
		match = append(match, "p."+lite.Ident(columns[i])+" = +c."+lite.Ident(name))
	}
	way, known := d.ways[c.RefTable]
	if before := d.plan.From.Table(way.table); known && before != nil && !way.fresh && ref != nil {
		other := demands{from: before, to: ref, way: way, ways: d.ways, plan: d.plan}
		to, _, there := other.source(idents(columns))
		ok = ok && there
		where = append(where, "NOT EXISTS (SELECT 1 FROM "+to+" AS p WHERE "+strings.Join(match, " AND ")+")")
	}
	for i := range keys {
		keys[i] = "c." + keys[i]
	}
	return "SELECT " + strings.Join(keys, ", ") + " FROM " + from + " AS c WHERE " + strings.Join(where, " AND ") + limit(), ok
}

// source is the table before the plan with the columns that the expressions use, as
// they will be, and what tells its rows apart. ok is false where a value is not known
// before.
func (d *demands) source(exprs []string) (from string, keys []string, ok bool) {
	table := lite.Ident(d.from.Name.Local)
	keys = []string{"rowid"}
	if pk := d.from.PrimaryKey; pk != nil {
		keys = idents(pk.Columns)
	}
	plain := !strings.Contains(strings.Join(exprs, ""), `"`)
	var list []string
	for _, k := range keys {
		list = append(list, "t."+k+" AS "+k)
	}
	for _, c := range d.to.Columns {
		if !slices.ContainsFunc(exprs, func(e string) bool { return e != "" && sqlitelex.Mentions(e, c.Name) }) {
			continue
		}
		was, name := d.was(c.Name), lite.Ident(c.Name)
		value := ""
		switch {
		case c.Generated != nil && (was == nil || was.Generated == nil || *was.Generated != *c.Generated):
			return "", nil, false
		case was == nil && c.Default == "":
			value = "NULL"
		case was == nil && !isConstant(c.Default):
			return "", nil, false
		case was == nil:
			value = "(" + c.Default + ")"
		default:
			value = "t." + lite.Ident(was.Name)
			if was.Collation != c.Collation {
				collation := c.Collation
				if collation.IsZero() {
					collation.Local = "BINARY"
				}
				value += " COLLATE " + collationSQL(collation)
			}
		}
		plain = plain && value == "t."+name && !strings.HasPrefix(name, `"`)
		list = slices.DeleteFunc(list, func(l string) bool { return strings.HasSuffix(l, " AS "+name) })
		list = append(list, value+" AS "+name)
	}
	if plain {
		return table, keys, true
	}
	return "(SELECT " + strings.Join(list, ", ") + " FROM " + table + " AS t)", keys, true
}
