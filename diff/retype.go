package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// replaceRetyped marks the checks, exclusion constraints and indexes that stay
// as they are and whose expressions use a column that gets another type.
// PostgreSQL would make them anew out of the text it prints, and that text has
// the casts of the old type in it: percent > 0 becomes percent > (0)::numeric
// with the column, and (percent)::numeric > (0)::numeric on the way back. A
// dialect without namespaces (SQLite) keeps the text as it was written, and
// there nothing is replaced.
func (d *differ) replaceRetyped() {
	for _, p := range d.tables {
		if p.have == nil || p.want == nil || p.name.Schema == "" {
			continue
		}
		var retyped []string
		for _, c := range p.want.Columns {
			if h := p.have.Column(c.Name); h != nil && unmodified(h.Type.Text) != unmodified(c.Type.Text) {
				retyped = append(retyped, c.Name)
			}
		}
		uses := func(exprs []string) bool {
			return slices.ContainsFunc(exprs, func(sql string) bool {
				return slices.ContainsFunc(retyped, func(column string) bool { return mentionsColumn(sql, column) })
			})
		}
		for i := range p.constraints {
			if c := &p.constraints[i]; c.have != nil && c.want != nil && uses(constraintExprs(*c.want)) {
				c.anew = true
			}
		}
		for i := range p.indexes {
			if x := &p.indexes[i]; x.have != nil && x.want != nil && uses(indexExprs(*x.want)) {
				x.anew = true
			}
		}
	}
}

// unmodified is a type without its modifiers: numeric(5,2) → numeric,
// timestamp(3) with time zone → timestamp with time zone.
func unmodified(text string) string {
	begin := strings.IndexByte(text, '(')
	end := strings.IndexByte(text, ')')
	if begin < 0 || end < begin || strings.Contains(text[:begin], `"`) {
		return text
	}
	return text[:begin] + text[end+1:]
}

func constraintExprs(c schema.Constraint) []string {
	switch c := c.(type) {
	case schema.Check:
		return []string{c.Expr}
	case schema.Exclusion:
		exprs := []string{c.Where}
		for _, e := range c.Elements {
			exprs = append(exprs, e.Key.Expr)
		}
		return exprs
	}
	return nil
}

func indexExprs(x schema.Index) []string {
	exprs := []string{x.Where}
	for _, k := range x.Keys {
		exprs = append(exprs, k.Expr)
	}
	return exprs
}
