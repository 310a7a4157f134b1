package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Beside each statement that may fail on the rows there are stands a query that
// finds these rows. It is about the database as it is before the plan: what the
// plan renames has its old name in it, a column that it adds its default, and one
// that it converts is converted on the way. It shows the keys of rows, never what
// else is in them.

// A rowQuery finds the rows of a table on which a statement would fail.
type rowQuery struct {
	table schema.Name // by the name in force when the change runs
	sql   string
}

// addPrechecks writes the queries of all changes beside their statements.
func (r *renderer) addPrechecks() {
	for i, c := range r.plan.Changes {
		for _, q := range r.rowQueries(i, c) {
			line, ok := render.OneLine(q.sql, "chr")
			if s := r.failing(i, q.table); ok && s != nil && !slices.Contains(s.Prechecks, line) {
				s.Prechecks = append(s.Prechecks, line)
			}
		}
	}
}

// failing is the statement of the change that reads the rows of the table, and so
// fails: the first that holds a lock on it meanwhile, else the first that reads
// any. Nil where the change has no statement.
func (r *renderer) failing(change int, table schema.Name) *render.Statement {
	var first, reads *render.Statement
	for i := range r.out {
		if !slices.Contains(r.parts[i], change) || r.out[i].Tx == render.Batches {
			continue // a batch passes over rows that it cannot fill
		}
		s := &r.out[i]
		if first == nil {
			first = s
		}
		if !s.Scans {
			continue
		}
		if slices.ContainsFunc(s.Locks, func(l render.Lock) bool { return l.Relation == table }) {
			return s
		}
		if reads == nil {
			reads = s
		}
	}
	if reads != nil {
		return reads
	}
	return first
}

// rowQueries are the queries of the change of that number.
func (r *renderer) rowQueries(at int, c diff.Change) []rowQuery {
	switch c := c.(type) {
	case diff.AddColumn:
		return r.addedQueries(at, c.Table, c.Column)
	case diff.AlterColumn:
		return r.alteredQueries(at, c)
	case diff.AddConstraint:
		return r.constraintQueries(at, c.Table, c.Constraint)
	case diff.AlterConstraint:
		if unvalidated(c.From) && !unvalidated(c.To) {
			return r.constraintQueries(at, c.Table, c.To)
		}
	case diff.CreateIndex:
		return r.indexQueries(at, c.Table, c.Index)
	case diff.ReplaceIndex:
		return r.indexQueries(at, c.Table, c.To)
	case diff.AdoptIndex:
		if pk, ok := c.Constraint.(schema.PrimaryKey); ok {
			return r.missingQueries(at, c.Table, pk.Columns)
		}
	case diff.AlterEnum:
		return r.enumQueries(at, c)
	case diff.AlterObject:
		if c.To.Kind == schema.KindDomain {
			return r.domainQueries(at, c)
		}
	case diff.CreateTable:
		if c.Table.PartitionOf != nil {
			return r.defaultQueries(at, c.Table.Name, c.Table.PartitionOf)
		}
	case diff.AlterTable:
		if c.To.PartitionOf != nil && diff.Relates(c) {
			return append(r.attachQueries(at, c.To.Name, c.To.PartitionOf), r.defaultQueries(at, c.To.Name, c.To.PartitionOf)...)
		}
	}
	return nil
}

// unvalidated reports whether rows may violate the constraint.
func unvalidated(c schema.Constraint) bool {
	switch c := c.(type) {
	case schema.Check:
		return c.NotValid || c.NotEnforced
	case schema.ForeignKey:
		return c.NotValid || c.NotEnforced
	}
	return false
}

// addedQueries: a new column has one value in all rows there are.
func (r *renderer) addedQueries(at int, table schema.Name, c schema.Column) []rowQuery {
	switch {
	case c.Serial || c.Identity != nil:
		return nil
	case c.Generated != nil:
		return r.computedQueries(at, table, c)
	case c.Backfill != "" && c.NotNull:
		s, ok := r.rows(at, table, []string{c.Backfill})
		if !ok {
			return nil
		}
		return []rowQuery{{table, s.find("(" + c.Backfill + ") IS NULL")}}
	case c.Backfill != "":
		return nil
	case c.Default == "" && c.NotNull:
		s, ok := r.rows(at, table, nil)
		if !ok {
			return nil
		}
		return []rowQuery{{table, s.find("")}}
	case c.Default != "" && volatile(c.Default):
		return nil
	}
	var queries []rowQuery
	value := orDefault(c.Default, "NULL")
	if d := r.domainOf(c.Type); d != nil {
		s, ok := r.rows(at, table, []string{value})
		if !ok {
			return nil
		}
		for _, where := range r.refusals(*d) {
			queries = append(queries, rowQuery{table, s.findValue("("+value+")::"+d.Shape[0], where)})
		}
	}
	return queries
}

// computedQueries: a stored value that cannot be computed, or is NULL where it must
// not be.
func (r *renderer) computedQueries(at int, table schema.Name, c schema.Column) []rowQuery {
	s, ok := r.rows(at, table, []string{c.Generated.Expr})
	if !ok {
		return nil
	}
	value := "((" + c.Generated.Expr + ")::" + c.Type.Text + ")"
	switch {
	case c.NotNull:
		return []rowQuery{{table, s.find(value + " IS NULL")}}
	case c.Generated.Virtual || neverFails(c.Generated.Expr):
		return nil
	}
	return []rowQuery{{table, s.find(fails(value))}}
}

// fails is a condition that no row meets, for which the server computes the value
// in each: where it cannot, the query fails.
func fails(value string) string { return "num_nulls(" + value + ") > 1" }

// neverFails reports whether the expression, as far as is plain to see, has a value
// in every row: columns and text put together.
func neverFails(expr string) bool {
	words := split(expr)
	for i, w := range words {
		switch {
		case w.kind == wordOther && !strings.Contains("||,()::", w.text):
			return false
		case w.text == "::" && (i+1 >= len(words) || words[i+1].name != "text"):
			return false
		case i+1 < len(words) && words[i+1].text == "(" && w.kind == wordIdent && !slices.Contains([]string{"lower", "upper", "coalesce", "btrim", "concat"}, strings.ToLower(w.name)):
			return false
		}
	}
	return true
}

// alteredQueries: a column that becomes NOT NULL, has another type or is computed.
func (r *renderer) alteredQueries(at int, c diff.AlterColumn) []rowQuery {
	if c.To.Generated != nil {
		if c.From.Generated == nil || *c.From.Generated != *c.To.Generated || retyped(c) || c.To.NotNull && !c.From.NotNull {
			return r.computedQueries(at, c.Table, c.To)
		}
		return nil
	}
	var queries []rowQuery
	if c.To.NotNull && !c.From.NotNull && !r.knownNotNull(at, c.Table, c.To.Name) {
		queries = append(queries, r.missingQueries(at, c.Table, []string{c.To.Name})...)
	}
	if retyped(c) {
		queries = append(queries, r.convertedQueries(at, c)...)
	}
	return queries
}

// knownNotNull reports whether before the plan a constraint says so already.
func (r *renderer) knownNotNull(at int, table schema.Name, column string) bool {
	o := r.origin(at, table)
	was := r.plan.From.Table(o.table)
	if was == nil {
		return false
	}
	before := newRenderer(diff.Plan{From: r.plan.From}, render.Options{ServerVersion: r.version})
	name, known := o.columns[column]
	if known && name.was == "" {
		return false
	}
	if known {
		column = name.was
	}
	return before.provenNotNull(o.table, column)
}

// missingQueries find rows without a value in one of the columns.
func (r *renderer) missingQueries(at int, table schema.Name, columns []string) []rowQuery {
	var nulls []string
	for _, c := range columns {
		if !r.knownNotNull(at, table, c) {
			nulls = append(nulls, r.Ident(c)+" IS NULL")
		}
	}
	s, ok := r.rows(at, table, idents(columns))
	if !ok || len(nulls) == 0 {
		return nil
	}
	return []rowQuery{{table, s.find(strings.Join(nulls, " OR "))}}
}

// idents are column names as expressions, for source.
func idents(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	return out
}

func limit() string { return " LIMIT " + strconv.Itoa(render.MostRows) }
