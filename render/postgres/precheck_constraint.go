package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// constraintQueries find the rows that violate a constraint.
func (r *renderer) constraintQueries(at int, table schema.Name, c schema.Constraint) []rowQuery {
	if unvalidated(c) {
		return nil
	}
	switch c := c.(type) {
	case schema.PrimaryKey:
		return append(r.missingQueries(at, table, c.Columns), r.keyQueries(at, table, c.Columns, c.WithoutOverlaps, true)...)
	case schema.Unique:
		return r.keyQueries(at, table, c.Columns, c.WithoutOverlaps, c.NullsNotDistinct)
	case schema.Check:
		if s, ok := r.rowsOf(at, table, c.NoInherit, []string{c.Expr}); ok {
			return []rowQuery{{table, s.find("NOT (" + c.Expr + ")")}}
		}
	case schema.ForeignKey:
		return r.foreignKeyQueries(at, table, c)
	case schema.Exclusion:
		return r.exclusionQueries(at, table, c)
	}
	return nil
}

// keyQueries find rows that are alike in the columns. With overlaps the last one is
// a range, and rows that are alike in the others must not overlap in it.
func (r *renderer) keyQueries(at int, table schema.Name, columns []string, overlaps, nulls bool) []rowQuery {
	s, ok := r.rowsOf(at, table, true, idents(columns))
	if !ok || r.alwaysNull(at, table, columns) && !nulls {
		return nil
	}
	if overlaps {
		e := schema.Exclusion{Method: "gist"}
		for i, c := range columns {
			operator := "="
			if i == len(columns)-1 {
				operator = "&&"
			}
			e.Elements = append(e.Elements, schema.ExclusionElement{Key: schema.IndexKey{Column: c}, Operator: operator})
		}
		return append(r.exclusionQueries(at, table, e), rowQuery{table, s.find("isempty(" + r.Ident(columns[len(columns)-1]) + ")")})
	}
	var keys, present []string
	for _, c := range columns {
		keys = append(keys, r.Ident(c))
		if !nulls && !r.knownNotNull(at, table, c) {
			present = append(present, r.Ident(c))
		}
	}
	return []rowQuery{{table, s.findTwice(keys, "", present)}}
}

// alwaysNull reports whether the plan adds one of the columns, and no row has a
// value in it.
func (r *renderer) alwaysNull(at int, table schema.Name, columns []string) bool {
	o := r.origin(at, table)
	return slices.ContainsFunc(columns, func(c string) bool { return strings.HasPrefix(o.columns[c].value, "NULL::") })
}

// indexQueries find the rows that are alike in a unique index.
func (r *renderer) indexQueries(at int, table schema.Name, x schema.Index) []rowQuery {
	if !x.Unique {
		return nil
	}
	var keys, present, columns []string
	exprs := []string{x.Where}
	for _, k := range x.Keys {
		key := r.Ident(k.Column)
		if k.Column == "" {
			key = "(" + k.Expr + ")"
			exprs = append(exprs, k.Expr)
		} else {
			columns = append(columns, k.Column)
			exprs = append(exprs, idents([]string{k.Column})...)
		}
		if !x.NullsNotDistinct && (k.Column == "" || !r.knownNotNull(at, table, k.Column)) {
			present = append(present, key)
		}
		if !k.Collation.IsZero() {
			key += " COLLATE " + r.plainName(k.Collation)
		}
		keys = append(keys, key)
	}
	s, ok := r.rowsOf(at, table, true, exprs)
	if !ok || r.alwaysNull(at, table, columns) && !x.NullsNotDistinct {
		return nil
	}
	return []rowQuery{{table, s.findTwice(keys, x.Where, present)}}
}

// foreignKeyQueries find the rows that refer to nothing.
func (r *renderer) foreignKeyQueries(at int, table schema.Name, c schema.ForeignKey) []rowQuery {
	s, ok := r.rowsOf(at, table, true, idents(c.Columns))
	if !ok || r.alwaysNull(at, table, c.Columns) && !c.MatchFull {
		return nil
	}
	var there, missing, match []string
	for i, name := range c.Columns {
		there = append(there, "c."+r.Ident(name)+" IS NOT NULL")
		missing = append(missing, "c."+r.Ident(name)+" IS NULL")
		if i < len(c.RefColumns) {
			match = append(match, "p."+r.Ident(c.RefColumns[i])+" = c."+r.Ident(name))
		}
	}
	where := strings.Join(there, " AND ")
	if to, ok := r.rowsOf(at, c.RefTable, true, idents(c.RefColumns)); ok {
		where += " AND " + r.refersToNothing(c, r.aliased(to, "p"), match)
	} else if !r.now.created[c.RefTable] {
		return nil
	}
	if c.MatchFull && len(c.Columns) > 1 {
		where = where + " OR (" + strings.Join(missing, " OR ") + ") AND (" + strings.Join(there, " OR ") + ")"
	}
	return []rowQuery{{table, "SELECT " + s.list("c") + " FROM " + r.aliased(s, "c") + " WHERE " + where + limit()}}
}

// refersToNothing is the condition that no row of the other table is referred to.
func (r *renderer) refersToNothing(c schema.ForeignKey, to string, match []string) string {
	if !c.Period {
		return "NOT EXISTS (SELECT FROM " + to + " WHERE " + strings.Join(match, " AND ") + ")"
	}
	last := len(c.Columns) - 1
	theirs, ours := "p."+r.Ident(c.RefColumns[last]), "c."+r.Ident(c.Columns[last])
	match = append(slices.Clone(match[:last]), theirs+" && "+ours)
	return fmt.Sprintf("(SELECT range_agg(%s) @> %s FROM %s WHERE %s) IS NOT TRUE", theirs, ours, to, strings.Join(match, " AND "))
}

// aliased is the source under a name.
func (r *renderer) aliased(s rowSource, alias string) string {
	if s.one {
		return s.from + " AS " + alias
	}
	return strings.TrimSuffix(s.from, " AS rows") + " AS " + alias
}

// exclusionQueries find the rows that another one keeps out.
func (r *renderer) exclusionQueries(at int, table schema.Name, c schema.Exclusion) []rowQuery {
	exprs := []string{c.Where}
	var values, match []string
	for i, e := range c.Elements {
		value := r.Ident(e.Key.Column)
		if e.Key.Column == "" {
			value = "(" + e.Key.Expr + ")"
			exprs = append(exprs, e.Key.Expr)
		} else {
			exprs = append(exprs, idents([]string{e.Key.Column})...)
		}
		if !e.Key.Collation.IsZero() {
			value += " COLLATE " + r.plainName(e.Key.Collation)
		}
		as := fmt.Sprintf("value_%d", i+1)
		values = append(values, value+" AS "+as)
		match = append(match, "a."+as+" "+e.Operator+" b."+as)
	}
	s, ok := r.rowsOf(at, table, true, exprs)
	if !ok || !s.one {
		return nil
	}
	where := ""
	if c.Where != "" {
		where = " WHERE " + c.Where
	}
	rows := "(SELECT " + strings.Join(append(slices.Clone(s.keys), "tableoid AS row_table", "ctid AS row_place"), ", ") + ", " + strings.Join(values, ", ") + " FROM " + s.from + where + ")"
	other := "(a.row_table, a.row_place) <> (b.row_table, b.row_place)"
	return []rowQuery{{table, "SELECT " + s.list("a") + " FROM " + rows + " AS a WHERE EXISTS (SELECT FROM " + rows + " AS b WHERE " + strings.Join(append(match, other), " AND ") + ")" + limit()}}
}
