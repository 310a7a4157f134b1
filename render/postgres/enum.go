package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createEnum(c diff.CreateEnum) {
	r.add(render.Statement{SQL: r.createEnumSQL(c.Enum)})
	if c.Enum.Comment != "" {
		r.commentEnum(c.Enum)
	}
}

func (r *renderer) createEnumSQL(e schema.Enum) string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = r.Literal(v)
	}
	head := "CREATE TYPE " + r.QName(e.Name) + " AS ENUM ("
	if one := head + strings.Join(values, ", ") + ")"; len(one) <= lineWidth {
		return one
	}
	return head + "\n    " + strings.Join(values, ",\n    ") + "\n)"
}

func (r *renderer) dropEnum(c diff.DropEnum) {
	r.add(render.Statement{SQL: "DROP TYPE " + r.QName(c.Enum.Name), Hazards: append(r.withType(c.Enum.Name), r.typeUsers()...)})
}

func (r *renderer) commentEnum(e schema.Enum) {
	r.comment("TYPE "+r.QName(e.Name), e.Comment)
}

func (r *renderer) alterEnum(c diff.AlterEnum) {
	switch {
	case slices.Equal(c.From.Values, c.To.Values):
	case c.OnlyAdds():
		r.addValues(c)
	default:
		r.rebuildEnum(c)
		if c.To.Comment != "" {
			r.commentEnum(c.To)
		}
		return
	}
	if c.From.Comment != c.To.Comment {
		r.commentEnum(c.To)
	}
}

// addValues adds them one by one, each placed against one that is there by
// then. A new value cannot be used before it is committed (error 55P04).
func (r *renderer) addValues(c diff.AlterEnum) {
	have := slices.Clone(c.From.Values)
	for i, v := range c.To.Values {
		if slices.Contains(c.From.Values, v) {
			continue
		}
		sql := "ALTER TYPE " + r.QName(c.To.Name) + " ADD VALUE " + r.Literal(v)
		switch {
		case i == len(have): // behind all that are there
		case i == 0:
			sql += " BEFORE " + r.Literal(have[0])
		default:
			sql += " AFTER " + r.Literal(c.To.Values[i-1])
		}
		have = slices.Insert(have, i, v)
		r.add(render.Statement{SQL: sql, Tx: render.OwnTx})
	}
}

// rebuildEnum makes the type anew and converts every column of it. What the
// server would keep comparing with the old type is dropped before and made
// again after.
func (r *renderer) rebuildEnum(c diff.AlterEnum) {
	old := schema.Name{Schema: c.To.Name.Schema, Local: r.freeType(c.To.Name)}
	users := r.usersOf(c.From) // parents first
	r.add(render.Statement{SQL: "ALTER TYPE " + r.QName(c.To.Name) + " RENAME TO " + r.Ident(old.Local)})
	r.add(render.Statement{SQL: r.createEnumSQL(c.To)})
	for _, u := range users {
		for _, fk := range u.keys {
			r.dropForeignKeyFor(fk, r.at)
		}
	}
	for _, u := range users {
		r.releaseUser(u)
	}
	for _, u := range users {
		r.convertUser(u)
	}
	for _, u := range users {
		r.restoreUser(u)
	}
	for _, u := range users {
		for _, fk := range u.keys {
			r.addOneConstraint(fk.table, fk.key)
			r.now.addConstraint(r.now.table(fk.table), fk.key)
		}
	}
	r.add(render.Statement{SQL: "DROP TYPE " + r.QName(old), Hazards: append(r.withType(c.From.Name), r.typeUsers()...)})
}

// freeType is a name for the old type that no type and no table has; a table
// is a type as well.
func (r *renderer) freeType(n schema.Name) string {
	for i := 0; ; i++ {
		label := "old"
		if i > 0 {
			label += strconv.Itoa(i)
		}
		name := schema.Name{Schema: n.Schema, Local: r.DerivedName(n.Local, "", label)}
		_, enum := r.now.enums[name]
		if !enum && r.now.tables[name] == nil {
			return name.Local
		}
	}
}

// An enumUser is a table with what in it uses an enum type.
type enumUser struct {
	table       schema.Name
	columns     []schema.Column     // of the type, or of arrays of it; those from a parent follow it
	defaults    []schema.Column     // other columns whose default casts to it
	constraints []schema.Constraint // checks and exclusions that compare with it
	indexes     []schema.Index      // with expressions or predicates that do
	generated   []computed
	keys        []reference // foreign keys from its columns, here or elsewhere
}

func (r *renderer) usersOf(e schema.Enum) []*enumUser {
	var users []*enumUser
	keyed := map[string]bool{}
	for _, name := range r.now.names() {
		u := r.userOf(r.now.tables[name], e, keyed)
		if len(u.columns)+len(u.defaults)+len(u.constraints)+len(u.indexes)+len(u.generated) > 0 {
			users = append(users, u)
		}
	}
	slices.SortStableFunc(users, func(a, b *enumUser) int { return r.now.depth(a.table) - r.now.depth(b.table) })
	return users
}

func (r *renderer) userOf(t *schema.Table, e schema.Enum, keyed map[string]bool) *enumUser {
	u := &enumUser{table: t.Name}
	for _, c := range t.Columns {
		switch {
		case c.Generated != nil && c.Inherited: // goes and comes with that of the parent
		case c.Type.Ref == e.Name && c.Generated == nil:
			u.columns = append(u.columns, c)
		case c.Generated != nil && (c.Type.Ref == e.Name || mentionsType(c.Generated.Expr, e.Name)):
			u.generated = append(u.generated, computed{column: c})
		case c.Generated == nil && mentionsType(c.Default, e.Name):
			u.defaults = append(u.defaults, c)
		}
	}
	uses := func(expr string) bool {
		return expr != "" && (mentionsType(expr, e.Name) || slices.ContainsFunc(u.columns, func(c schema.Column) bool { return mentions(expr, c.Name) }))
	}
	for _, c := range t.Columns {
		if c.Generated != nil && !c.Inherited && uses(c.Generated.Expr) && !slices.ContainsFunc(u.generated, func(g computed) bool { return g.column.Name == c.Name }) {
			u.generated = append(u.generated, computed{column: c})
		}
	}
	for _, c := range t.Checks {
		if uses(c.Expr) {
			u.constraints = append(u.constraints, c)
		}
	}
	for _, c := range t.Exclusions {
		if uses(c.Where) || slices.ContainsFunc(c.Elements, func(x schema.ExclusionElement) bool { return uses(x.Key.Expr) }) {
			u.constraints = append(u.constraints, c)
		}
	}
	for _, x := range t.Indexes {
		if uses(x.Where) || slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return uses(k.Expr) }) {
			u.indexes = append(u.indexes, x)
		}
	}
	for _, c := range u.columns {
		refs := r.now.referring(t.Name, c.Name)
		for _, fk := range t.ForeignKeys {
			if slices.Contains(fk.Columns, c.Name) {
				refs = append(refs, reference{t.Name, fk})
			}
		}
		for _, ref := range refs {
			if id := ref.table.String() + "\x00" + ref.key.Name; !keyed[id] {
				keyed[id] = true
				u.keys = append(u.keys, ref)
			}
		}
	}
	return u
}

// releaseUser drops what compares with the old type.
func (r *renderer) releaseUser(u *enumUser) {
	t := r.now.table(u.table)
	for i, g := range u.generated {
		u.generated[i] = r.takeOut(u.table, r.at, g.column)
	}
	for _, c := range u.constraints {
		if slices.ContainsFunc(t.Constraints(), func(x schema.Constraint) bool { return x.ConstraintName() == c.ConstraintName() }) {
			r.dropOneConstraint(u.table, c)
			r.now.dropConstraint(t, c)
		}
	}
	for _, x := range u.indexes {
		if slices.ContainsFunc(t.Indexes, func(y schema.Index) bool { return y.Name == x.Name }) {
			s := on(dropIndex, u.table)
			s.SQL = "DROP INDEX " + r.indexName(u.table, x.Name)
			s.Hazards = append(s.Hazards, r.withIndex(u.table, x.Name)...)
			r.onTable(u.table, s)
			r.now.apply(diff.DropIndex{Table: u.table, Index: x})
		}
	}
}

// convertUser gives the columns the new type, in one pass over the table and those
// below, whose defaults go with the table's own and are given again after it.
func (r *renderer) convertUser(u *enumUser) {
	own := func(list []schema.Column) []schema.Column {
		return slices.DeleteFunc(slices.Clone(list), func(c schema.Column) bool { return c.Inherited })
	}
	columns := own(u.columns)
	all := append(slices.Clone(columns), own(u.defaults)...)
	var subs []string
	for _, c := range all {
		if c.Default != "" || r.now.defaultBelow(u.table, c.Name) {
			subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" DROP DEFAULT")
		}
	}
	for _, c := range columns {
		text := "text"
		if parseType(c.Type.Text).array {
			text = "text[]"
		}
		subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" TYPE "+c.Type.Text+" USING "+r.Ident(c.Name)+"::"+text+"::"+c.Type.Text)
	}
	for _, c := range all {
		if c.Default != "" && !r.redefaulted(u.table, c) {
			subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" SET DEFAULT "+c.Default)
		}
	}
	if len(subs) > 0 {
		s := on(setDefault, u.table)
		if len(columns) > 0 {
			s = on(typeRewriting, u.table)
		}
		s.SQL = r.alterTableSQL(u.table, subs...)
		r.onTable(u.table, s)
	}
	if len(u.columns) > 0 {
		var names []string
		for _, c := range u.columns {
			names = append(names, c.Name)
		}
		r.inTheWay(r.at, u.table, getTheOtherType, names...)
	}
	for _, c := range all {
		r.defaultsBelow(u.table, c)
	}
}

// defaultsBelow gives the tables below their defaults of a column again, where they
// are not that of the table.
func (r *renderer) defaultsBelow(table schema.Name, c schema.Column) {
	for _, n := range r.now.childrenOf(table) {
		below := r.now.table(n).Column(c.Name)
		if below == nil {
			continue
		}
		clause := "SET DEFAULT " + below.Default
		if below.Default == "" {
			clause = "DROP DEFAULT"
		}
		if below.Default != c.Default && below.Inherited && !r.redefaulted(n, *below) {
			s := on(setDefault, n)
			s.SQL = r.alterTableSQL(n, "ALTER COLUMN "+r.Ident(c.Name)+" "+clause)
			r.onTable(n, s)
		}
		r.defaultsBelow(n, *below)
	}
}

// redefaulted reports whether a later change gives the column another default:
// then the present one, which may be a value that goes, is not given again.
func (r *renderer) redefaulted(table schema.Name, c schema.Column) bool {
	for _, later := range r.plan.Changes[r.at+1:] {
		if a, ok := later.(diff.AlterColumn); ok && a.Table == table && a.From.Name == c.Name && a.From.Default != a.To.Default {
			return true
		}
	}
	return false
}

// restoreUser makes again what releaseUser dropped.
func (r *renderer) restoreUser(u *enumUser) {
	for i := range u.generated {
		u.generated[i].change = r.at
	}
	r.putBack(u.table, u.generated)
	r.putBackOn(u.table, dependents{constraints: u.constraints, indexes: u.indexes}) // some came with a generated column
}
