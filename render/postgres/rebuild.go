package postgres

import (
	"slices"
	"strconv"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A rebuild is a type that is made anew under its name.
type rebuild struct {
	name    schema.Name
	word    string                                  // what ALTER and DROP call it
	create  func()                                  // appends what makes the new one
	using   func(schema.Column) string              // how a column gets it, behind TYPE; "" leaves it to the server
	form    func(schema.Name, []schema.Column) form // what that does to a table
	hazards func(schema.Name, schema.Column) []render.Hazard
	tuning  func(schema.Name, schema.Column) []string // what else the server forgets of the column
}

// rebuildType makes the type anew and converts every column of it. What the
// server would keep comparing with the old type is dropped before and made
// again after.
func (r *renderer) rebuildType(b *rebuild) {
	old := schema.Name{Schema: b.name.Schema, Local: r.freeType(b.name)}
	users := r.usersOf(b.name) // parents first
	r.add(render.Statement{SQL: "ALTER " + b.word + " " + r.QName(b.name) + " RENAME TO " + r.Ident(old.Local)})
	b.create()
	r.rebuildAlong(b)
	for _, u := range users {
		for _, fk := range u.keys {
			r.dropForeignKeyFor(fk, r.at)
		}
	}
	for _, u := range users {
		r.releaseUser(u)
	}
	for _, u := range users {
		r.convertUser(u, b)
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
	r.add(render.Statement{SQL: "DROP " + b.word + " " + r.QName(old), Hazards: append(r.withType(b.name), r.typeUsers()...)})
}

// rebuildAlong makes the domains of the type anew whose columns are converted like
// its own.
func (r *renderer) rebuildAlong(b *rebuild) {
	of := schema.Ref{Kind: schema.RefEnum, Name: b.name}
	if b.word == "DOMAIN" {
		of.Kind = schema.KindDomain
	}
	for _, o := range diff.DomainsOver(r.now.objects, of, r.plan.Changes) {
		if want := r.plan.To.Object(o.Ref()); want != nil {
			grants := o.Grants
			if o = *want; o.Grants == nil { // files do not know them
				o.Grants = grants
			}
		}
		along := *b
		along.name, along.word = o.Name, "DOMAIN"
		if checks(o) {
			along.form = func(schema.Name, []schema.Column) form { return typeRewriting }
		}
		along.create = func() { r.createDomain(o) }
		r.rebuildType(&along)
	}
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
		if !enum && !r.nameTaken(schema.Ref{}, name) {
			return name.Local
		}
	}
}

// An typeUser is a table with what in it uses a type.
type typeUser struct {
	table       schema.Name
	columns     []schema.Column     // of the type, or of arrays of it; those from a parent follow it
	defaults    []schema.Column     // other columns whose default casts to it
	constraints []schema.Constraint // checks and exclusions that compare with it
	indexes     []schema.Index      // with expressions or predicates that do
	generated   []computed
	keys        []reference // foreign keys from its columns, here or elsewhere
}

func (r *renderer) usersOf(of schema.Name) []*typeUser {
	var users []*typeUser
	keyed := map[string]bool{}
	for _, name := range r.now.names() {
		u := r.userOf(r.now.tables[name], of, keyed)
		if len(u.columns)+len(u.defaults)+len(u.constraints)+len(u.indexes)+len(u.generated) > 0 {
			users = append(users, u)
		}
	}
	slices.SortStableFunc(users, func(a, b *typeUser) int { return r.now.depth(a.table) - r.now.depth(b.table) })
	return users
}

func (r *renderer) userOf(t *schema.Table, of schema.Name, keyed map[string]bool) *typeUser {
	u := &typeUser{table: t.Name}
	for _, c := range t.Columns {
		switch {
		case c.Generated != nil && c.Inherited: // goes and comes with that of the parent
		case c.Type.Ref == of && c.Generated == nil:
			u.columns = append(u.columns, c)
		case c.Generated != nil && (c.Type.Ref == of || mentionsType(c.Generated.Expr, of)):
			u.generated = append(u.generated, computed{column: c})
		case c.Generated == nil && mentionsType(c.Default, of):
			u.defaults = append(u.defaults, c)
		}
	}
	uses := func(expr string) bool {
		return expr != "" && (mentionsType(expr, of) || slices.ContainsFunc(u.columns, func(c schema.Column) bool { return mentions(expr, c.Name) }))
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
func (r *renderer) releaseUser(u *typeUser) {
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
func (r *renderer) convertUser(u *typeUser, b *rebuild) {
	own := func(list []schema.Column) []schema.Column {
		return slices.DeleteFunc(slices.Clone(list), func(c schema.Column) bool { return c.Inherited })
	}
	columns := own(u.columns)
	all := append(slices.Clone(columns), own(u.defaults)...)
	var subs []string
	var hazards []render.Hazard
	for _, c := range all {
		if c.Default != "" || r.now.defaultBelow(u.table, c.Name) {
			subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" DROP DEFAULT")
		}
	}
	for _, c := range columns {
		clause := "ALTER COLUMN " + r.Ident(c.Name) + " TYPE " + c.Type.Text
		if !c.Collation.IsZero() {
			clause += " COLLATE " + r.plainName(c.Collation)
		}
		subs = append(subs, clause+b.using(c))
		hazards = append(hazards, b.hazards(u.table, c)...)
	}
	for _, c := range all {
		if c.Default != "" && !r.redefaulted(u.table, c) {
			subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" SET DEFAULT "+c.Default)
		}
	}
	for _, c := range columns {
		subs = append(subs, b.tuning(u.table, c)...)
	}
	if len(subs) > 0 {
		s := on(setDefault, u.table)
		if len(columns) > 0 {
			s = on(b.form(u.table, columns), u.table)
		}
		s.Hazards = append(s.Hazards, hazards...)
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
func (r *renderer) restoreUser(u *typeUser) {
	for i := range u.generated {
		u.generated[i].change = r.at
	}
	r.putBack(u.table, u.generated)
	r.putBackOn(u.table, dependents{constraints: u.constraints, indexes: u.indexes}) // some came with a generated column
}
