package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// An origin is what a table and its columns are before the plan.
type origin struct {
	table   schema.Name
	created bool // by the plan: no rows
	// columns are those that are not what they were, by the name in force.
	columns map[string]formerColumn
}

// A formerColumn is what a column is made of.
type formerColumn struct {
	was   string // its name; empty: added by the plan
	value string // as an expression over the columns before the plan
	open  bool   // the value is not known before the plan runs
}

// origin follows a table back to the beginning of the plan from before the change
// at.
func (r *renderer) origin(at int, table schema.Name) origin {
	o := origin{table: table, columns: map[string]formerColumn{}}
	var path []diff.Change // of the table, in order
	for i := at - 1; i >= 0; i-- {
		c := r.plan.Changes[i]
		if rename, ok := c.(diff.RenameTable); ok && rename.To == o.table {
			o.table = rename.From
			continue
		}
		if diff.TableOf(c) != o.table {
			continue
		}
		if _, ok := c.(diff.CreateTable); ok {
			o.created = true
			return o
		}
		path = append(path, c)
	}
	slices.Reverse(path)
	for _, c := range path {
		switch c := c.(type) {
		case diff.AddColumn:
			o.columns[c.Column.Name] = r.newValue(c.Column)
		case diff.RenameColumn:
			f, ok := o.columns[c.From]
			if !ok {
				f = formerColumn{was: c.From, value: r.Ident(c.From)}
			}
			delete(o.columns, c.From)
			o.columns[c.To] = f
		case diff.AlterColumn:
			if retyped(c) && c.To.Generated == nil {
				f, ok := o.columns[c.To.Name]
				if !ok {
					f = formerColumn{was: c.To.Name, value: r.Ident(c.To.Name)}
				}
				f.value = r.converted(f.value, c.From, c.To)
				o.columns[c.To.Name] = f
			}
		}
	}
	return o
}

// newValue is what rows that are there have in a new column.
func (r *renderer) newValue(c schema.Column) formerColumn {
	typ := c.Type.Text
	if d := r.domainOf(c.Type); d != nil {
		typ = d.Shape[0] // the domain may not be there yet
	}
	switch {
	case c.Generated != nil:
		return formerColumn{value: "(" + c.Generated.Expr + ")::" + typ}
	case c.Serial || c.Identity != nil || volatile(c.Default):
		return formerColumn{open: true}
	case c.Default != "":
		return formerColumn{value: "(" + c.Default + ")::" + typ}
	}
	return formerColumn{value: "NULL::" + typ}
}

// A rowSource is where a query finds the rows of a table.
type rowSource struct {
	from string   // what stands behind FROM; a table or a subquery
	keys []string // columns that tell the rows apart, as expressions over from
	one  bool     // from is a plain table
}

// rows is the table as it is before the change at, as far as the expressions,
// which use its columns, need it. ok is false where there is nothing to look at:
// the plan makes the table, or nobody knows yet what is in a column.
func (r *renderer) rows(at int, table schema.Name, exprs []string) (rowSource, bool) {
	return r.rowsOf(at, table, false, exprs)
}

// rowsOf is rows; only leaves out the rows of tables that inherit.
func (r *renderer) rowsOf(at int, table schema.Name, only bool, exprs []string) (rowSource, bool) {
	o := r.origin(at, table)
	t := r.plan.From.Table(o.table)
	if o.created || t == nil || slices.ContainsFunc(r.plan.Changes[:at], func(c diff.Change) bool { return diff.AddsAttribute(c, exprs) }) {
		return rowSource{}, false
	}
	from := r.QName(o.table)
	if only && t.PartitionBy == "" && len(r.plan.From.Children()[o.table]) > 0 {
		from = "ONLY " + from
	}
	s := rowSource{from: from, keys: r.rowKeys(t), one: true}
	var made []string
	for name := range o.columns {
		if slices.ContainsFunc(exprs, func(e string) bool { return mentions(e, name) }) {
			made = append(made, name)
		}
	}
	if len(made) == 0 {
		return s, true
	}
	slices.Sort(made)
	list := slices.Clone(s.keys)
	for _, name := range made {
		f := o.columns[name]
		if f.open {
			return rowSource{}, false
		}
		list = slices.DeleteFunc(list, func(k string) bool { return k == r.Ident(name) })
		value := f.value
		if value != r.Ident(name) {
			value += " AS " + r.Ident(name)
		}
		list = append(list, value)
	}
	for _, c := range t.Columns {
		_, former := o.columns[c.Name]
		if !former && !slices.Contains(list, r.Ident(c.Name)) && slices.ContainsFunc(exprs, func(e string) bool { return mentions(e, c.Name) }) {
			list = append(list, r.Ident(c.Name))
		}
	}
	s.from = "(SELECT " + strings.Join(list, ", ") + " FROM " + from + ") AS rows"
	s.one = false
	return s, true
}

// rowKeys are the columns that tell the rows of a table apart before the plan: the
// primary key, else another key without NULL, else where the row stands.
func (r *renderer) rowKeys(t *schema.Table) []string {
	var keys []string
	if t.PrimaryKey != nil {
		for _, c := range t.PrimaryKey.Columns {
			keys = append(keys, r.Ident(c))
		}
		return keys
	}
	for _, u := range t.Uniques {
		full := !slices.ContainsFunc(u.Columns, func(name string) bool { c := t.Column(name); return c == nil || !c.NotNull })
		if full && !u.WithoutOverlaps {
			for _, c := range u.Columns {
				keys = append(keys, r.Ident(c))
			}
			return keys
		}
	}
	if of := t.PartitionOf; of != nil {
		if parent := r.plan.From.Table(of.Parent); parent != nil && parent.PrimaryKey != nil {
			return r.rowKeys(parent)
		}
	}
	if t.PartitionBy != "" || len(r.plan.From.Children()[t.Name]) > 0 {
		return []string{"tableoid::regclass", "ctid"}
	}
	return []string{"ctid"}
}

// list are the keys as a select list; of names the table in front of them.
func (s rowSource) list(of string) string {
	keys := make([]string, len(s.keys))
	for i, k := range s.keys {
		if of != "" {
			keys[i] = of + "." + k
		} else {
			keys[i] = k
		}
	}
	return strings.Join(keys, ", ")
}

// find is the query for the rows that meet the condition.
func (s rowSource) find(where string) string {
	if where != "" {
		where = " WHERE " + where
	}
	return "SELECT " + s.list("") + " FROM " + s.from + where + limit()
}

// findValue is the query for the rows whose value meets a condition over VALUE, as
// the checks of a domain are written.
func (s rowSource) findValue(value, where string) string {
	return "SELECT " + s.list("") + " FROM (SELECT " + s.list("") + ", " + value + " AS value FROM " + s.from + ") AS found WHERE " + where + limit()
}

// findTwice is the query for the rows that have the same in all keys; where leaves
// rows out, and so does a NULL in one of those that are present.
func (s rowSource) findTwice(keys []string, where string, present []string) string {
	var conditions []string
	if where != "" {
		conditions = append(conditions, "("+where+")")
	}
	for _, k := range present {
		conditions = append(conditions, k+" IS NOT NULL")
	}
	inner := "SELECT " + s.list("") + ", count(*) OVER (PARTITION BY " + strings.Join(keys, ", ") + ") AS alike FROM " + s.from
	if len(conditions) > 0 {
		inner += " WHERE " + strings.Join(conditions, " AND ")
	}
	return "SELECT " + s.list("") + " FROM (" + inner + ") AS found WHERE alike > 1" + limit()
}
