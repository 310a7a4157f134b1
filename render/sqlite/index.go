package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// createIndex lets a rebuild that other changes of the table need come first:
// it would build the index a second time.
func (r *renderer) createIndex(c diff.CreateIndex) {
	if r.now.Table(c.Table) != nil {
		group := r.group(c.Table)
		if len(group) > 0 && !r.native[c.Table] && !r.allNative(c.Table, group) {
			r.rebuild(c.Table, group)
		}
	}
	s := render.Statement{SQL: indexSQL(c.Table.Local, c.Index), Scans: true}
	if c.Index.Unique {
		s.Hazards = append(s.Hazards, hazard("CORR01", "fails if rows of %s are equal in the key", c.Table.Local))
	}
	if t := r.now.Table(c.Table); t != nil {
		t.Indexes = append(t.Indexes, c.Index)
	}
	r.emit(c, s)
}

func (r *renderer) dropIndex(c diff.DropIndex) {
	r.removeIndex(c.Table, c.Index.Name)
	r.emit(c, render.Statement{SQL: "DROP INDEX " + r.Ident(c.Index.Name)})
}

// renameIndex drops the index and creates it under the other name: SQLite has
// no rename.
func (r *renderer) renameIndex(c diff.RenameIndex) {
	t := r.now.Table(c.Table)
	i := -1
	if t != nil {
		i = slices.IndexFunc(t.Indexes, func(x schema.Index) bool { return x.Name == c.From })
	}
	if i < 0 {
		r.refuse(c, "the plan renames index "+c.From+", which is not there at that point", "report this: the plan is wrong")
		return
	}
	t.Indexes[i].Name = c.To
	r.emit(c,
		render.Statement{SQL: "DROP INDEX " + r.Ident(c.From)},
		render.Statement{SQL: indexSQL(c.Table.Local, t.Indexes[i]), Scans: true})
}

func (r *renderer) removeIndex(table schema.Name, index string) {
	if t := r.now.Table(table); t != nil {
		t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool { return x.Name == index })
	}
}

// indexSQL is CREATE INDEX.
func indexSQL(table string, x schema.Index) string {
	var keys []string
	for _, k := range x.Keys {
		keys = append(keys, keySQL(k))
	}
	text := "CREATE "
	if x.Unique {
		text += "UNIQUE "
	}
	text += "INDEX " + lite.Ident(x.Name) + " ON " + lite.Ident(table) + " (" + strings.Join(keys, ", ") + ")"
	if x.Where != "" {
		text += " WHERE " + x.Where
	}
	return text
}

func keySQL(k schema.IndexKey) string {
	text := lite.Ident(k.Column)
	if k.Column == "" {
		text = k.Expr
		if !isCall(k.Expr) {
			text = "(" + text + ")"
		}
	}
	if !k.Collation.IsZero() {
		text += " COLLATE " + collationSQL(k.Collation)
	}
	if k.Desc {
		text += " DESC"
	}
	return text
}

// isCall reports whether the expression is one call of a function, which needs
// no parentheses.
func isCall(expr string) bool {
	toks, err := sqlitelex.Lex(expr)
	if err != nil || len(toks) < 3 || !toks[0].IsName() || !toks[1].Is("(") {
		return false
	}
	depth := 0
	for i, t := range toks[1:] {
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
			if depth == 0 {
				return i == len(toks)-2
			}
		}
	}
	return false
}

// usesColumn reports whether an index needs the column.
func usesColumn(x schema.Index, column string) bool {
	for _, k := range x.Keys {
		if k.Column == column || k.Expr != "" && sqlitelex.Mentions(k.Expr, column) {
			return true
		}
	}
	return x.Where != "" && sqlitelex.Mentions(x.Where, column)
}
