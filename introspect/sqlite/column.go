package sqlite

import (
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// attribute puts what SQLite writes as a column constraint and we keep as an
// attribute into its column.
func (r *reader) attribute(k constraintText) {
	c := r.table.Column(k.column)
	if c == nil {
		return
	}
	switch k.clause {
	case clauseNotNull:
		c.NotNull = true
	case clauseDefault:
		c.Default = normalDefault(k.expr)
	case clauseCollate:
		c.Collation = schema.Name{Local: normalCollation(k.collation)}
	case clauseGenerated:
		c.Generated = &schema.Generated{Expr: r.scope.normal(k.expr), Virtual: k.virtual}
	}
	if k.name != "" {
		r.unmanaged(constraintNameKind, k.name, "")
	}
	if k.conflict != "" {
		r.unmanaged(conflictKind, string(k.clause)+" of "+k.column, "ON CONFLICT "+k.conflict)
	}
}

// normalType is the normal form of a declared type that did not come from a
// catalog. SQLite takes any words for a type.
func normalType(text string) (string, error) {
	toks, err := sqlitelex.Lex(text)
	if err != nil {
		return "", err
	}
	c := &cursor{toks: toks}
	t := c.typeName()
	if c.err == nil && !c.done() {
		c.fail("the end of the type")
	}
	return t, c.err
}
