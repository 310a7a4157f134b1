package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// lite is where the functions without a renderer quote names.
var lite = dialect.SQLite()

func (r *renderer) renameColumn(c diff.RenameColumn) {
	if t := r.now.Table(c.Table); t != nil && cannotRename(t, c.From) {
		r.refuse(c, "SQLite cannot rename "+c.Table.Local+"."+c.From+", the INTEGER PRIMARY KEY of a table WITHOUT ROWID, while a UNIQUE has it too",
			"drop the UNIQUE or WITHOUT ROWID in a revision of its own first")
		return
	}
	s := render.Statement{SQL: "ALTER TABLE " + r.Ident(c.Table.Local) + " RENAME COLUMN " + r.Ident(c.From) + " TO " + r.Ident(c.To)}
	if !sqlitelex.Same(c.From, c.To) {
		s.Hazards = []render.Hazard{hazard("COMPAT01", "code that says %s.%s fails from then on", c.Table.Local, c.From)}
	}
	r.emit(c, s)
	diff.RenameIn(r.now, diff.Renames{Columns: []diff.ColumnRename{{Table: c.Table, From: c.From, To: c.To}}})
	delete(r.native, c.Table)
}

// cannotRename: SQLite (3.53.4) forgets one place of such a column and fails
// with "error in table … after rename".
func cannotRename(t *schema.Table, column string) bool {
	return t.WithoutRowid && t.PrimaryKey != nil && slices.Equal(t.PrimaryKey.Columns, []string{column}) &&
		t.Column(column) != nil && sqlitelex.Same(t.Column(column).Type.Text, "integer") &&
		slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return slices.Contains(u.Columns, column) })
}

// columnSQL is a column with its attributes, without its constraints.
func columnSQL(c schema.Column) string {
	parts := []string{lite.Ident(c.Name)}
	if c.Type.Text != "" {
		parts = append(parts, c.Type.Text)
	}
	if c.NotNull {
		parts = append(parts, "NOT NULL")
	}
	if c.Default != "" {
		parts = append(parts, "DEFAULT "+defaultSQL(c.Default))
	}
	if !c.Collation.IsZero() {
		parts = append(parts, "COLLATE "+collationSQL(c.Collation))
	}
	if g := c.Generated; g != nil {
		kind := "STORED"
		if g.Virtual {
			kind = "VIRTUAL"
		}
		parts = append(parts, "GENERATED ALWAYS AS ("+g.Expr+") "+kind)
	}
	return strings.Join(parts, " ")
}

// defaultSQL is what follows DEFAULT: a literal as it is, all else in
// parentheses.
func defaultSQL(expr string) string {
	if isConstant(expr) || isClock(expr) {
		return expr
	}
	return "(" + expr + ")"
}

// isConstant reports whether ADD COLUMN takes the default: a literal, with a
// sign or not. Some constant expressions would do as well; the rebuild takes
// them all.
func isConstant(expr string) bool {
	toks, err := sqlitelex.Lex(expr)
	if err != nil {
		return false
	}
	if len(toks) == 2 && (toks[0].Is("-") || toks[0].Is("+")) && toks[1].Kind == sqlitelex.Number {
		return true
	}
	if len(toks) != 1 {
		return false
	}
	switch toks[0].Kind {
	case sqlitelex.String, sqlitelex.Number, sqlitelex.Blob:
		return true
	}
	return toks[0].Is("TRUE") || toks[0].Is("FALSE") || toks[0].Is("NULL")
}

func isClock(expr string) bool {
	return slices.Contains([]string{"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"}, strings.ToUpper(expr))
}

// collationSQL writes the collations that SQLite has itself as its manual does.
func collationSQL(n schema.Name) string {
	switch n.Local {
	case "NOCASE", "RTRIM", "BINARY":
		return n.Local
	}
	return lite.Ident(n.Local)
}
