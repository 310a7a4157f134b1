package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Canonical returns want in the form Inspect gives, so that equal databases
// are equal values. Neither argument is changed; have may be nil.
//
//  1. Names that SQLite takes for those in have are spelled as there.
//  2. Types, defaults, expressions and collations are in normal form; where an
//     expression still differs from have's, SQLite itself is asked, in an
//     in-memory database, whether both compile to the same program; then
//     have's text is taken.
//  3. Names that follow from a naming rule become those of the equal object in
//     have; without one, constraints have none.
//  4. Comments, which SQLite has not, are cleared.
//
// What SQLite does not accept or cannot hold is an *introspect.WantError each,
// all of them joined.
func Canonical(ctx context.Context, want, have *schema.Database) (*schema.Database, []introspect.Note, error) {
	if have == nil {
		have = &schema.Database{}
	}
	c := &canon{have: indexTables(have), out: &schema.Database{Unmanaged: slices.Clone(have.Unmanaged)}}
	c.refuseForeign(want)
	seen := map[string]string{}
	for i := range want.Tables {
		c.unlike(seen, want.Tables[i].Pos, "table", want.Tables[i].Name.Local)
		c.out.Tables = append(c.out.Tables, c.table(want.Tables[i]))
	}
	c.references()
	if err := errors.Join(c.errs...); err != nil {
		return nil, nil, err
	}
	if err := c.askShadow(ctx); err != nil {
		return nil, nil, err
	}
	for i := range c.out.Tables {
		forgetTwins(&c.out.Tables[i])
		adoptNames(&c.out.Tables[i], c.before(&c.out.Tables[i]))
	}
	c.out.Sort()
	return c.out, c.notes, nil
}

type canon struct {
	have  tableIndex
	out   *schema.Database
	notes []introspect.Note
	errs  []error
}

func (c *canon) fail(pos schema.Pos, object, text, hint string) {
	c.errs = append(c.errs, &introspect.WantError{Pos: pos, Object: object, Text: text, Hint: hint})
}

// unlike refuses a name that SQLite cannot tell from an earlier one, and those
// it keeps for itself.
func (c *canon) unlike(seen map[string]string, pos schema.Pos, kind, name string) {
	folded := sqlitelex.Fold(name)
	if other, ok := seen[folded]; ok {
		c.fail(pos, kind+" "+name, "SQLite takes it for "+kind+" "+other+": upper and lower case are the same to it", "choose another name for one of them")
	}
	if kind != "column" && strings.HasPrefix(folded, "sqlite_") {
		c.fail(pos, kind+" "+name, "SQLite keeps names that begin with sqlite_ for itself", "choose another name")
	}
	seen[folded] = name
}

// refuseForeign refuses what only other products have.
func (c *canon) refuseForeign(want *schema.Database) {
	for _, s := range want.Schemas {
		if s.Name != "main" {
			c.fail(s.Pos, "schema "+s.Name, "SQLite has no schemas", "leave the schema out for this dialect")
		}
	}
	for _, e := range want.Enums {
		c.fail(e.Pos, "enum "+e.Name.String(), "SQLite has no enum types", "use text with a CHECK")
	}
	for _, s := range want.Sequences {
		c.fail(s.Pos, "sequence "+s.Name.String(), "SQLite has no sequences", "use an INTEGER PRIMARY KEY")
	}
}

// before returns have's table of the same name, or nil.
func (c *canon) before(t *schema.Table) *schema.Table { return c.have.table(t.Name.Local) }

// table returns a copy of t in normal form, but for what foreign keys refer to.
func (c *canon) table(t schema.Table) schema.Table {
	what := "table " + t.Name.Local
	if s := t.Name.Schema; s != "" && s != "main" {
		c.fail(t.Pos, what, "SQLite has no schemas, and the table is in "+s, "leave the schema out for this dialect")
	}
	t.Name.Schema = ""
	t.Comment = ""
	if t.Method != "" {
		c.fail(t.Pos, what, "SQLite has no access methods for tables", "remove using "+t.Method)
	}
	if t.Unlogged {
		c.fail(t.Pos, what, "SQLite has no unlogged tables", "remove unlogged")
	}
	if len(t.Options) > 0 {
		c.fail(t.Pos, what+": "+t.Options[0].Name, "SQLite tables have no storage parameters", "remove them for this dialect")
	}
	for _, x := range t.Exclusions {
		c.fail(x.Pos, "constraint "+x.Name, "SQLite has no exclusion constraints", "use a trigger or check in the application")
	}
	before := c.before(&t)
	if before != nil {
		t.Name = before.Name
	} else {
		before = &schema.Table{}
	}
	names := make([]string, len(t.Columns))
	seen := map[string]string{}
	for i, col := range t.Columns {
		c.unlike(seen, col.Pos, "column", col.Name)
		names[i] = columnSpelling(before, col.Name)
	}
	s := newScope(t.Name.Local, names)
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		c.column(&t, &t.Columns[i], s)
	}
	c.constraints(&t, s)
	t.Indexes = slices.Clone(t.Indexes)
	for i := range t.Indexes {
		c.index(&t, before, &t.Indexes[i], s)
	}
	fillKeyColumns(&t)
	return t
}

func (c *canon) column(t *schema.Table, col *schema.Column, s scope) {
	col.Name = s.column(col.Name)
	col.Comment = ""
	what := "column " + t.Name.Local + "." + col.Name
	typ, err := normalType(col.Type.Text)
	if err != nil {
		c.fail(col.Pos, what+": type", fmt.Sprintf("%q is no type: %v", col.Type.Text, err), "write a type name, as in varchar(255)")
	}
	col.Type = schema.Type{Text: typ}
	c.numbered(t, col, what)
	if col.Storage != "" || col.Compression != "" || col.Statistics != nil {
		c.fail(col.Pos, what, "SQLite columns have no storage, compression or statistics settings", "remove them for this dialect")
	}
	if col.Default != "" {
		toks, err := lexExpr(col.Default)
		if err != nil {
			c.fail(col.Pos, what+": default", err.Error(), "")
		}
		col.Default = normalDefault(toks)
	}
	if col.Generated != nil {
		g := *col.Generated
		g.Expr = c.expr(s, g.Expr, col.Pos, what+": generated")
		col.Generated = &g
	}
	if !col.Collation.IsZero() {
		col.Collation = schema.Name{Local: normalCollation(col.Collation.Local)}
	}
}

// numbered turns the columns that number themselves into the one kind SQLite
// has: the alias of the rowid.
func (c *canon) numbered(t *schema.Table, col *schema.Column, what string) {
	if col.Identity == nil && !col.Serial && !col.Autoincrement {
		return
	}
	if pk := t.PrimaryKey; pk == nil || len(pk.Columns) != 1 || !sqlitelex.Same(pk.Columns[0], col.Name) {
		c.fail(col.Pos, what, "SQLite numbers only the rows of a single-column primary key", "make it the primary key, or give it a default")
	} else if t.WithoutRowid {
		c.fail(col.Pos, what, "a table WITHOUT ROWID does not number its rows", "remove without_rowid, or the numbering")
	}
	col.Identity, col.Serial = nil, false
	col.Type.Text = "integer"
}

func (c *canon) expr(s scope, expr string, pos schema.Pos, what string) string {
	n, err := s.normalText(expr)
	if err != nil {
		c.fail(pos, what, err.Error(), "")
	}
	return n
}

func (c *canon) constraints(t *schema.Table, s scope) {
	if t.PrimaryKey != nil {
		pk := *t.PrimaryKey
		pk.Columns = s.names(pk.Columns)
		pk.Comment = ""
		pk.Name = chosen(pk.Name, pk.Derived)
		c.refuseKey(pk.Pos, "primary key of "+t.Name.Local, pk.Include, pk.Deferrable || pk.Deferred)
		c.refuseOverlaps(pk.Pos, "primary key of "+t.Name.Local, pk.WithoutOverlaps)
		t.PrimaryKey = &pk
	}
	t.Uniques = slices.Clone(t.Uniques)
	for i := range t.Uniques {
		u := &t.Uniques[i]
		u.Columns = s.names(u.Columns)
		u.Comment = ""
		what := "unique (" + strings.Join(u.Columns, ", ") + ") of " + t.Name.Local
		u.Name = chosen(u.Name, u.Derived)
		c.refuseKey(u.Pos, what, u.Include, u.Deferrable || u.Deferred)
		c.refuseOverlaps(u.Pos, what, u.WithoutOverlaps)
		if u.NullsNotDistinct {
			c.fail(u.Pos, what, "SQLite always takes NULLs for distinct", "remove nulls not distinct, or make the columns NOT NULL")
		}
	}
	t.Checks = slices.Clone(t.Checks)
	for i := range t.Checks {
		k := &t.Checks[i]
		what := "check (" + k.Expr + ") of " + t.Name.Local
		k.Expr = c.expr(s, k.Expr, k.Pos, what)
		k.Comment = ""
		k.Name = chosen(k.Name, k.Derived)
		if k.NotValid || k.NotEnforced || k.NoInherit {
			c.fail(k.Pos, what, "SQLite has none of NOT VALID, NOT ENFORCED and NO INHERIT", "remove it for this dialect")
		}
	}
	t.ForeignKeys = slices.Clone(t.ForeignKeys)
	for i := range t.ForeignKeys {
		c.foreignKey(t, &t.ForeignKeys[i], s)
	}
}

func (c *canon) refuseOverlaps(at schema.Pos, what string, withoutOverlaps bool) {
	if withoutOverlaps {
		c.fail(at, what, "SQLite has no ranges, so no WITHOUT OVERLAPS", "remove it for this dialect")
	}
}

func (c *canon) foreignKey(t *schema.Table, fk *schema.ForeignKey, s scope) {
	fk.Columns = s.names(fk.Columns)
	fk.Comment = ""
	what := "foreign key (" + strings.Join(fk.Columns, ", ") + ") of " + t.Name.Local
	fk.Name = chosen(fk.Name, fk.Derived)
	fk.RefTable.Schema = ""
	fk.Deferrable = fk.Deferrable || fk.Deferred
	if len(fk.SetColumns) > 0 {
		c.fail(fk.Pos, what, "SQLite sets all columns of a foreign key, not some", "remove the column list")
	}
	if fk.NotValid || fk.NotEnforced || fk.Period {
		c.fail(fk.Pos, what, "SQLite has none of NOT VALID, NOT ENFORCED and PERIOD", "remove it for this dialect")
	}
	if fk.MatchFull {
		c.notes = append(c.notes, introspect.Note{Pos: fk.Pos, Object: what, Text: "SQLite reads MATCH FULL and does not enforce it"})
	}
}

func (c *canon) refuseKey(pos schema.Pos, what string, include []string, deferrable bool) {
	if len(include) > 0 {
		c.fail(pos, what, "SQLite has no INCLUDE", "remove it for this dialect")
	}
	if deferrable {
		c.fail(pos, what, "only foreign keys can be deferred in SQLite", "remove deferrable for this dialect")
	}
}

func (c *canon) index(t, before *schema.Table, x *schema.Index, s scope) {
	what := "index " + x.Name
	c.unlike(map[string]string{}, x.Pos, "index", x.Name)
	for _, o := range before.Indexes {
		if sqlitelex.Same(o.Name, x.Name) {
			x.Name = o.Name
		}
	}
	x.Comment = ""
	if x.Method != "" && x.Method != "btree" {
		c.fail(x.Pos, what, "SQLite has only one kind of index, not "+x.Method, "remove the method for this dialect")
	}
	x.Method = ""
	if len(x.Include) > 0 || len(x.Options) > 0 || x.NullsNotDistinct {
		c.fail(x.Pos, what, "SQLite indexes have no INCLUDE, no storage parameters and no NULLS NOT DISTINCT", "remove them for this dialect")
	}
	x.Keys = slices.Clone(x.Keys)
	for i := range x.Keys {
		c.key(t, x, &x.Keys[i], s, what)
	}
	if x.Where != "" {
		x.Where = c.expr(s, x.Where, x.Pos, what+": where")
	}
}

func (c *canon) key(t *schema.Table, x *schema.Index, k *schema.IndexKey, s scope, what string) {
	if !k.Opclass.IsZero() || len(k.OpclassOptions) > 0 {
		c.fail(x.Pos, what, "SQLite has no operator classes", "remove "+k.Opclass.String()+" for this dialect")
		k.Opclass, k.OpclassOptions = schema.Name{}, nil
	}
	if k.NullsFirst != k.Desc {
		c.fail(x.Pos, what, "SQLite indexes keep NULLs before all values and cannot place them", "remove nulls first or nulls last")
	}
	text := k.Expr
	if k.Column != "" {
		text = quote(k.Column)
	}
	toks, err := lexExpr(text)
	if err != nil {
		c.fail(x.Pos, what, err.Error(), "")
		return
	}
	parsed := keys(toks)
	if len(parsed) != 1 {
		c.fail(x.Pos, what, fmt.Sprintf("%q is not one key", text), "write one key per element")
		return
	}
	p := parsed[0]
	p.desc = p.desc || k.Desc
	if k.Collation.Local != "" {
		p.collation = k.Collation.Local
	}
	*k = indexKey(t, s, p)
}

// references spells what foreign keys refer to and makes sure that it is a
// key: without one SQLite accepts the table and refuses every row.
func (c *canon) references() {
	tables := indexTables(c.out)
	for i := range c.out.Tables {
		t := &c.out.Tables[i]
		for j := range t.ForeignKeys {
			fk := &t.ForeignKeys[j]
			resolveReference(tables, fk)
			what := "foreign key (" + strings.Join(fk.Columns, ", ") + ") of " + t.Name.Local
			ref := tables.table(fk.RefTable.Local)
			switch {
			case ref == nil: // modelscan's to judge: the table may be one that gen does not manage
			case len(fk.RefColumns) == 0:
				c.fail(fk.Pos, what, "table "+ref.Name.Local+" has no primary key to refer to", "name the columns")
			case !isKey(ref, fk.RefColumns):
				c.fail(fk.Pos, what, fmt.Sprintf("%s (%s) is neither the primary key nor unique, and SQLite would refuse every row (foreign key mismatch)",
					ref.Name.Local, strings.Join(fk.RefColumns, ", ")), "refer to a key, or make the columns unique")
			}
		}
	}
}

// isKey reports whether a foreign key may refer to the columns
// (foreignkeys.html §3): in any order, and never by a partial index.
func isKey(t *schema.Table, cols []string) bool {
	same := func(key []string) bool {
		a, b := slices.Clone(key), slices.Clone(cols)
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	}
	if t.PrimaryKey != nil && same(t.PrimaryKey.Columns) {
		return true
	}
	for _, u := range t.Uniques {
		if same(u.Columns) {
			return true
		}
	}
	for _, x := range t.Indexes {
		var key []string
		for _, k := range x.Keys {
			key = append(key, k.Column)
		}
		if x.Unique && x.Where == "" && !slices.Contains(key, "") && same(key) {
			return true
		}
	}
	return false
}

// chosen returns a constraint's name if the user chose it.
func chosen(name string, derived bool) string {
	if derived {
		return ""
	}
	return name
}

// names returns the columns as the table spells them.
func (s scope) names(cols []string) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = s.column(c)
	}
	return out
}
