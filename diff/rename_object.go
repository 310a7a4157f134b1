package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// renameInDefinition renames in an object of PostgreSQL as the server does: it
// prints names qualified, and a table of a query that has no alias gives its new
// name to the columns that are qualified with it. What it prints of columns cannot
// be foretold in all cases (p.old becomes p.new AS old in a list of results); a
// text that comes out otherwise differs from what is wanted, and the object is made
// again. before is the object with its own identity of before.
func (n renamer) renameInDefinition(o *schema.Object, before schema.Object) {
	calls := n.callsOf(before)
	o.SQL = n.definition(o.SQL, before, calls)
	o.Shape = slices.Clone(o.Shape)
	for i, s := range o.Shape {
		if o.Kind == schema.KindDomain && i == 1 {
			s = "COLLATE " + s // the name alone is that of a type
		}
		s = n.definition(s, schema.Object{Kind: schema.KindComposite}, calls) // the names in it are the object's own
		o.Shape[i] = strings.TrimPrefix(s, "COLLATE ")
	}
	if len(n.objects) > 0 {
		o.Facets = slices.Clone(o.Facets)
		for i, f := range o.Facets {
			if !strings.HasPrefix(f.Name, "comment ") {
				o.Facets[i].Value = n.definition(f.Value, schema.Object{Kind: schema.KindComposite}, calls)
			}
		}
		o.Grants = slices.Clone(o.Grants)
		for i, g := range o.Grants {
			o.Grants[i] = n.definition(g, before, calls)
		}
	}
	now := n.ref(before.Ref())
	if _, itself := n.objects[before.Ref()]; itself {
		o.Was = []schema.Former{{Name: before.Name, Args: before.Args}}
	}
	multirange := before.Multirange()
	if _, follows := n.objects[schema.Ref{Kind: schema.RefMultirange, Name: multirange}]; follows {
		o.Was = []schema.Former{{Name: before.Name}, {Name: multirange}}
	}
	o.Name, o.Args, o.Table = now.Name, now.Args, now.Table
}

func (n renamer) definition(sql string, o schema.Object, calls func(routineRename) bool) string {
	tokens := lex(sql, false)
	sources := n.sources(tokens, o)
	header, own := n.header(tokens, o)
	var b strings.Builder
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		qualified := t.kind == tokenIdent && next(tokens, i, 1).text == "." && prev(tokens, i, 1).text != "."
		switch {
		case t.kind == tokenString && next(tokens, i, 1).text == "::" && strings.EqualFold(next(tokens, i, 2).name, "regclass"):
			b.WriteString(n.regclass(t.text))
			continue
		case i == header:
			b.WriteString(own)
			continue
		case qualified:
			if to, ok := n.qualified(tokens, i, calls); ok {
				quote := productOf(to).Ident
				b.WriteString(quote(to.Schema) + "." + quote(to.Local))
				i += 2 // the server writes no blanks around the dot
				continue
			}
			if to := sources[t.name]; to != "" {
				b.WriteString(to)
				continue
			}
		}
		b.WriteString(n.columnToken(tokens, i, o))
	}
	return b.String()
}

// regclass is a literal that names a relation, as the server writes what an
// expression means: 'app.invoice_no'::regclass.
func (n renamer) regclass(literal string) string {
	inner := strings.ReplaceAll(strings.Trim(literal, "'"), "''", "'")
	tokens := lex(inner, false)
	if len(tokens) != 3 || tokens[1].text != "." {
		return literal
	}
	to, ok := n.tables[schema.Name{Schema: tokens[0].name, Local: tokens[2].name}]
	if !ok {
		return literal
	}
	return productOf(to).Literal(productOf(to).QName(to))
}

// sources are the relations of a query that are renamed and have no alias, by the
// name that columns are qualified with, with the new one as it is written.
func (n renamer) sources(tokens []token, o schema.Object) map[string]string {
	if !inQuery(o.Kind) {
		return nil
	}
	found := map[string]string{}
	for i, t := range tokens {
		from := next(tokens, i, 2)
		to, ok := n.tables[schema.Name{Schema: t.name, Local: from.name}]
		if ok && t.kind == tokenIdent && next(tokens, i, 1).text == "." && to.Local != from.name && isSource(tokens, i) && !hasAlias(tokens, i+2) {
			found[from.name] = productOf(to).Ident(to.Local)
		}
	}
	return found
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
	return kind == schema.KindView || kind == schema.KindMaterializedView || kind == schema.KindRule || kind == schema.KindPolicy || schema.IsRoutine(kind)
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
