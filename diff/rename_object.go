package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// renameInDefinition renames in an object of PostgreSQL as the server does: it
// prints names qualified, and where a table of a query had no alias its old
// name becomes one. What it prints of columns cannot be foretold in all cases
// (p.old becomes p.new AS old in a list of results); a text that comes out
// otherwise differs from what is wanted, and the object is made again.
func (n renamer) renameInDefinition(o *schema.Object) {
	if o.Name == o.Table {
		o.Name = n.table(o.Name) // row-level security, replica identity
	}
	o.SQL = n.definition(o.SQL, *o)
	o.Args = n.definition(o.Args, *o)
	o.Shape = slices.Clone(o.Shape)
	for i, s := range o.Shape {
		o.Shape[i] = n.definition(s, schema.Object{Kind: schema.KindComposite}) // the names in it are the object's own
	}
}

func (n renamer) definition(sql string, o schema.Object) string {
	tokens := lex(sql, false)
	var b strings.Builder
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if to, ok := n.tables[schema.Name{Schema: t.name, Local: next(tokens, i, 2).name}]; ok && t.kind == tokenIdent && next(tokens, i, 1).text == "." && prev(tokens, i, 1).text != "." {
			quote := productOf(to).Ident
			b.WriteString(quote(to.Schema) + "." + quote(to.Local))
			if from := next(tokens, i, 2); inQuery(o.Kind) && to.Local != from.name && isSource(tokens, i) && !hasAlias(tokens, i+2) {
				b.WriteString(" " + from.text)
			}
			i += 2 // the server writes no blanks around the dot
			continue
		}
		b.WriteString(n.columnToken(tokens, i, o))
	}
	return b.String()
}

// columnToken is the token with the new name where it is a renamed column: one
// of the object's table, or of a table that the text calls by its name.
func (n renamer) columnToken(tokens []token, i int, o schema.Object) string {
	t := tokens[i]
	if t.kind != tokenIdent {
		return t.text
	}
	for table, columns := range n.columns {
		to, ok := columns[t.name]
		if !ok {
			continue
		}
		old := n.former(table)
		w := words{renamer: n, old: old, table: table, loose: true}
		uses := slices.ContainsFunc(o.Uses, func(c schema.ColumnRef) bool { return c.Table == table && c.Column == to })
		if (uses || o.Table == old || o.Table == table) && w.isColumn(tokens, i) {
			return productOf(table).Ident(to)
		}
	}
	return t.text
}

// inQuery reports whether definitions of the kind are queries, in which a table
// may have an alias.
func inQuery(kind string) bool {
	return kind == schema.KindView || kind == schema.KindMaterializedView || kind == schema.KindRule || kind == schema.KindPolicy
}

// isSource reports whether the name at i stands where a query says what it reads.
func isSource(tokens []token, i int) bool {
	switch before := prev(tokens, i, 1); strings.ToUpper(before.text) {
	case "FROM", "JOIN", "ONLY", ",", "(":
		return true
	}
	return false
}

// hasAlias reports whether a word behind the name that ends at i is its alias:
// the server puts one that is a keyword in quotes.
func hasAlias(tokens []token, i int) bool {
	t := next(tokens, i, 1)
	if t.kind != tokenIdent || t.text != t.name {
		return t.kind == tokenIdent
	}
	return !slices.Contains(behindSource, strings.ToUpper(t.text))
}

// behindSource are the keywords that may follow a table in a query
// (PostgreSQL's manual, SELECT).
var behindSource = []string{"WHERE", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "ON", "USING", "GROUP", "HAVING", "WINDOW",
	"UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "TABLESAMPLE", "WITH", "DO", "RETURNING"}
