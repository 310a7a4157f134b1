package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// domainOf is the domain that a type is, as it is to be; nil for any other.
func (r *renderer) domainOf(t schema.Type) *schema.Object {
	if t.Ref.IsZero() || parseType(t.Text).array {
		return nil
	}
	d := r.plan.To.Object(schema.Ref{Kind: schema.KindDomain, Name: t.Ref})
	if d == nil || len(d.Shape) == 0 {
		return nil
	}
	return d
}

// enumValues are the values that a type is to have, if it is an enum.
func (r *renderer) enumValues(t schema.Type) ([]string, bool) {
	i := slices.IndexFunc(r.plan.To.Enums, func(e schema.Enum) bool { return e.Name == t.Ref })
	if i < 0 || t.Ref.IsZero() {
		return nil, false
	}
	return r.plan.To.Enums[i].Values, true
}

// refusals are conditions over VALUE, for what a domain does not take.
func (r *renderer) refusals(d schema.Object) []string {
	var out []string
	for _, f := range d.Facets {
		if where := refusal(f); where != "" {
			out = append(out, where)
		}
	}
	return out
}

// refusal is the condition of one facet of a domain; empty where it demands nothing
// of what is stored.
func refusal(f schema.Option) string {
	switch {
	case !validated(f):
		return ""
	case f.Name == "not null":
		return "value IS NULL"
	}
	return "NOT " + strings.TrimSpace(strings.TrimPrefix(f.Value, "CHECK"))
}

// domainQueries find the rows that do not have what a domain demands from now on,
// or do not fit its other type.
func (r *renderer) domainQueries(at int, c diff.AlterObject) []rowQuery {
	var queries []rowQuery
	r.eachOf(c.From, func(table schema.Name, column schema.Column) {
		s, ok := r.rows(at, table, idents([]string{column.Name}))
		if !ok {
			return
		}
		value := r.Ident(column.Name)
		if c.Rebuilds() {
			from, to := column, column
			from.Type, to.Type = schema.Type{Text: c.From.Shape[0], Ref: r.enumOf(c.From)}, schema.Type{Text: c.To.Shape[0], Ref: r.enumOf(c.To)}
			if where := r.misfit(value, from, to); where != "" {
				queries = append(queries, rowQuery{table, s.find(where)})
			}
			value = r.converted(value, from, to)
		} else {
			value += "::" + c.To.Shape[0]
		}
		for _, f := range c.To.Facets {
			if where := refusal(f); where != "" && (c.Rebuilds() || !slices.Contains(c.From.Facets, f)) {
				queries = append(queries, rowQuery{table, s.findValue(value, where)})
			}
		}
	})
	return queries
}

// eachOf calls f with the columns of a domain, and of domains over it, but those
// that a table has from another one.
func (r *renderer) eachOf(domain schema.Object, f func(schema.Name, schema.Column)) {
	plain, _ := r.holders(domain)
	for _, t := range r.plan.From.Tables {
		for _, c := range t.Columns {
			if plain[c.Type.Text] && !c.Inherited {
				f(t.Name, c)
			}
		}
	}
}

// enumQueries find the rows with values that an enum has no more.
func (r *renderer) enumQueries(at int, c diff.AlterEnum) []rowQuery {
	var gone []string
	for _, v := range c.From.Values {
		if !slices.Contains(c.To.Values, v) {
			gone = append(gone, r.Literal(v))
		}
	}
	if len(gone) == 0 {
		return nil
	}
	var queries []rowQuery
	over := map[schema.Name]bool{c.From.Name: true}
	for _, d := range diff.DomainsOver(r.plan.From.Objects, schema.Ref{Kind: schema.RefEnum, Name: c.From.Name}, r.plan.Changes) {
		over[d.Name] = true
	}
	for _, t := range r.plan.From.Tables {
		for _, column := range t.Columns {
			if !over[column.Type.Ref] || column.Inherited || column.Generated != nil {
				continue
			}
			s, ok := r.rows(at, t.Name, idents([]string{column.Name}))
			if !ok {
				continue
			}
			where := r.Ident(column.Name) + "::text IN (" + strings.Join(gone, ", ") + ")"
			if parseType(column.Type.Text).array {
				where = "EXISTS (SELECT FROM unnest(" + r.Ident(column.Name) + ") AS v WHERE v::text IN (" + strings.Join(gone, ", ") + "))"
			}
			queries = append(queries, rowQuery{t.Name, s.find(where)})
		}
	}
	return queries
}

// convertedQueries find the values that another type has no place for, and the rows
// that are alike once converted, or fail a check.
func (r *renderer) convertedQueries(at int, c diff.AlterColumn) []rowQuery {
	s, ok := r.rows(at, c.Table, idents([]string{c.To.Name}))
	if !ok {
		return nil
	}
	var queries []rowQuery
	from, to := c.From, c.To
	if d := r.domainOf(to.Type); d != nil {
		to.Type = schema.Type{Text: d.Shape[0], Ref: r.enumOf(*d)}
		value := r.converted(r.Ident(to.Name), from, to)
		for _, where := range r.refusals(*d) {
			queries = append(queries, rowQuery{c.Table, s.findValue(value, where)})
		}
	}
	if d := r.plan.From.Object(schema.Ref{Kind: schema.KindDomain, Name: from.Type.Ref}); d != nil && len(d.Shape) > 0 && !parseType(from.Type.Text).array {
		from.Type = schema.Type{Text: d.Shape[0], Ref: r.enumOf(*d)}
	}
	if where := r.misfit(r.Ident(to.Name), from, to); where != "" {
		queries = append([]rowQuery{{c.Table, s.find(where)}}, queries...)
	}
	if merges(parseType(from.Type.Text), parseType(to.Type.Text)) || c.From.Collation != c.To.Collation {
		queries = append(queries, r.keptQueries(at, c)...)
	}
	return queries
}

// merges reports whether values that differ may be the same in another type.
func merges(from, to typ) bool {
	if from.local() != "citext" && to.local() == "citext" {
		return true
	}
	what := losing(from, to)
	return what != "" && !strings.HasPrefix(what, "stops") || !assignable(from, to)
}

// keptQueries are those of the constraints and indexes over a column that stay when
// it gets another type: they are verified again with the new values.
func (r *renderer) keptQueries(at int, c diff.AlterColumn) []rowQuery {
	t := r.plan.To.Table(c.Table)
	o := r.origin(at, c.Table)
	was := r.plan.From.Table(o.table)
	if t == nil || was == nil {
		return nil
	}
	var queries []rowQuery
	for _, k := range t.Constraints() {
		kept := slices.ContainsFunc(was.Constraints(), func(o schema.Constraint) bool { return o.ConstraintName() == k.ConstraintName() })
		check, isCheck := k.(schema.Check)
		if kept && (slices.Contains(keyColumns(k), c.To.Name) || isCheck && mentions(check.Expr, c.To.Name)) {
			queries = append(queries, r.constraintQueries(at+1, c.Table, k)...)
		}
	}
	for _, x := range t.Indexes {
		kept := slices.ContainsFunc(was.Indexes, func(o schema.Index) bool { return o.Name == x.Name })
		if kept && keysUse(x.Keys, nil, x.Where, c.To.Name) {
			queries = append(queries, r.indexQueries(at+1, c.Table, x)...)
		}
	}
	return queries
}

// converted is a value of one column as the other has it.
func (r *renderer) converted(value string, from, to schema.Column) string {
	if using, ok := strings.CutPrefix(r.using(value, from, to), " USING "); ok {
		return using
	}
	return value + "::" + to.Type.Text
}

// misfit is the condition that a value does not fit another type: the conversion
// stops there. Empty: all do. Where the server cannot tell without failing the
// condition fails as the conversion would.
func (r *renderer) misfit(value string, from, to schema.Column) string {
	f, t := parseType(from.Type.Text), parseType(to.Type.Text)
	switch {
	case from.Type == to.Type:
		return ""
	case f.array && t.array:
		from.Type.Text, to.Type.Text = strings.TrimSuffix(from.Type.Text, "[]"), strings.TrimSuffix(to.Type.Text, "[]")
		if one := r.misfit("v", from, to); one != "" {
			return "EXISTS (SELECT FROM unnest(" + value + ") AS v WHERE " + one + ")"
		}
		return ""
	case f.array || t.array:
		if isString(t) && t.mods == "" {
			return ""
		}
		return fails(r.converted(value, from, to))
	}
	if values, ok := r.enumValues(to.Type); ok {
		literals := make([]string, len(values))
		for i, v := range values {
			literals[i] = r.Literal(v)
		}
		if len(values) == 0 {
			return value + " IS NOT NULL"
		}
		return value + "::text NOT IN (" + strings.Join(literals, ", ") + ")"
	}
	if n, ok := t.length(); ok && isString(t) {
		if f.base == t.base && fits(f, t) {
			return ""
		}
		// What is too long by blanks alone is cut.
		return fmt.Sprintf("char_length(rtrim(%s::text, ' ')) > %d", value, n)
	}
	switch {
	case isString(t), f.base == t.base && fits(f, t), neverStops[pair{f.base, t.base}]:
		return ""
	case t.base == "bit" || t.base == "bit varying":
		if n, ok := t.length(); ok && (f.base == "bit" || f.base == "bit varying") {
			return fmt.Sprintf("length(%s) %s %d", value, map[string]string{"bit": "<>", "bit varying": ">"}[t.base], n)
		}
	case t.base == "numeric":
		return r.misfitNumeric(value, f, t)
	case isInteger(t.base):
		if where, ok := misfitInteger(value, f, t); ok {
			return where
		}
	case f.base == t.base:
		return "" // it is rounded
	case t.base == "json" || t.base == "jsonb":
		if !assignable(f, t) && !castable(f, t) {
			return "" // to_json takes anything
		}
	}
	// A value of character ends with blanks, which its text has lost.
	if r.version >= 160000 && !castsOwn(f, t) && f.base != "character" {
		typ := t
		switch t.base {
		case "numeric":
		case "bit":
			typ.base, typ.mods = "bit varying", "" // the cast fills up and cuts
		default:
			typ.mods = ""
		}
		return "NOT pg_input_is_valid(" + value + "::text, " + r.Literal(typ.String()) + ")"
	}
	return fails(r.converted(value, from, to))
}

// castsOwn reports whether the server converts by a function of its own, and not by
// way of text.
func castsOwn(from, to typ) bool {
	p := pair{from.base, to.base}
	return !isString(from) && (casts[p] != 0 && casts[p] != 'i' || explicit[p] != 0)
}

// length is the one number of a type that limits its values: varchar(20).
func (t typ) length() (int, bool) {
	if t.mods == "" && (t.base == "character" || t.base == "bit") {
		return 1, true
	}
	n, ok := t.numbers()
	return first0(n), ok && len(n) == 1
}

func first0(n []int) int {
	if len(n) == 0 {
		return 0
	}
	return n[0]
}

// misfitNumeric: what does not fit the precision once it is rounded to the scale.
// Every numeric may be NaN.
func (r *renderer) misfitNumeric(value string, from, to typ) string {
	n, ok := to.numbers()
	number := isInteger(from.base) || isFloat(from.base) || from.base == "numeric"
	switch {
	case !number && isString(from) && r.version >= 160000:
		return "NOT pg_input_is_valid(" + value + "::text, '" + to.String() + "')"
	case !number || !ok:
		if isInteger(from.base) || from.base == "numeric" || isFloat(from.base) && r.version >= 140000 {
			return ""
		}
		return fails(value + "::" + to.String())
	}
	scale := 0
	if len(n) == 2 {
		scale = n[1]
	}
	if isInteger(from.base) && n[0]-scale >= digitsOf(from.base) {
		return ""
	}
	if from.base != "numeric" {
		value += "::numeric"
	}
	where := fmt.Sprintf("abs(round(%s, %d)) >= 1e%d", value, scale, n[0]-scale)
	if !isInteger(from.base) {
		where += " AND " + value + " <> 'NaN'"
	}
	return where
}

// misfitInteger: numbers out of range, once rounded. ok is false for what is no
// number.
func misfitInteger(value string, from, to typ) (where string, ok bool) {
	low, high := map[string]string{"smallint": "-32768", "integer": "-2147483648", "bigint": "-9223372036854775808"}[to.base],
		map[string]string{"smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"}[to.base]
	switch {
	case isInteger(from.base):
		if size(from.base) <= size(to.base) {
			return "", true
		}
		return value + " NOT BETWEEN " + low + " AND " + high, true
	case from.base == "numeric":
		return "round(" + value + ") NOT BETWEEN " + low + " AND " + high, true
	case isFloat(from.base):
		value = "round(" + value + "::double precision)"
		above := map[string]string{"smallint": "32768", "integer": "2147483648", "bigint": "9223372036854775808"}[to.base]
		return "NOT (" + value + " >= " + low + " AND " + value + " < " + above + ")", true
	}
	return "", false
}

// neverStops are casts of the server that take every value; those to strings do too.
var neverStops = parsePairs(`
smallint: integer, bigint, real, double precision
integer: bigint, real, double precision, oid
bigint: real, double precision
real: double precision
oid: integer, bigint
jsonb: json
cidr: inet
inet: cidr
bit: bit varying
bit varying: bit
macaddr: macaddr8
interval: time without time zone
time without time zone: interval, time with time zone
time with time zone: time without time zone
timestamp with time zone: date, time with time zone, time without time zone, timestamp without time zone
timestamp without time zone: date, time without time zone, timestamp with time zone
boolean: integer
integer: boolean
smallint: oid
`)

func parsePairs(table string) map[pair]bool {
	m := map[pair]bool{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		from, targets, _ := strings.Cut(line, ": ")
		for _, to := range strings.Split(targets, ", ") {
			m[pair{from, to}] = true
		}
	}
	return m
}
