package sqlite

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// constraint puts one constraint into the table.
func (r *reader) constraint(k constraintText) {
	switch k.clause {
	case clausePrimaryKey:
		r.primaryKey(k)
	case clauseUnique:
		r.unique(k)
	case clauseCheck:
		r.check(k)
	case clauseForeignKey:
		r.foreignKey(k)
	case clauseNothing:
		r.unmanaged(constraintNameKind, k.name, "")
	default:
		r.attribute(k)
	}
}

func (r *reader) primaryKey(k constraintText) {
	pk := schema.PrimaryKey{Name: k.name}
	for _, c := range r.keyColumns(k) {
		if !slices.Contains(pk.Columns, c) { // SQLite forgets a column said twice
			pk.Columns = append(pk.Columns, c)
		}
	}
	r.table.PrimaryKey = &pk
	if k.autoincrement && len(pk.Columns) == 1 {
		if c := r.table.Column(pk.Columns[0]); c != nil {
			c.Autoincrement = true
		}
	}
}

func (r *reader) unique(k constraintText) {
	u := schema.Unique{Name: k.name, Columns: r.keyColumns(k)}
	for _, o := range r.table.Uniques {
		if o.Name == u.Name && slices.Equal(o.Columns, u.Columns) {
			return // said twice
		}
	}
	r.table.Uniques = append(r.table.Uniques, u)
}

func (r *reader) check(k constraintText) {
	c := schema.Check{Name: k.name, Expr: r.scope.normal(k.expr)}
	if k.conflict != "" {
		r.unmanaged(conflictKind, "check ("+c.Expr+")", "ON CONFLICT "+k.conflict)
	}
	if slices.Contains(r.table.Checks, c) {
		return
	}
	r.table.Checks = append(r.table.Checks, c)
}

// keyColumns returns the columns of a key and notes what of it is not managed.
func (r *reader) keyColumns(k constraintText) []string {
	var cols []string
	for _, key := range k.keys {
		name := k.column
		if len(key.expr) > 0 {
			name = r.scope.column(key.expr[0].Value)
		}
		cols = append(cols, name)
	}
	what := string(k.clause) + " (" + strings.Join(cols, ", ") + ")"
	if k.conflict != "" {
		r.unmanaged(conflictKind, what, "ON CONFLICT "+k.conflict)
	}
	for i, key := range k.keys {
		if key.desc {
			r.unmanaged("key order", what, cols[i]+" DESC")
		}
		if key.collation != "" && normalCollation(key.collation) != r.collation(cols[i]) {
			r.unmanaged("key collation", what, cols[i]+" COLLATE "+key.collation)
		}
	}
	return cols
}

// collation is the collation a column declares anywhere in its definition.
func (r *reader) collation(column string) string {
	coll := ""
	for _, k := range r.text.constraints {
		if k.clause == clauseCollate && k.column == column {
			coll = normalCollation(k.collation)
		}
	}
	return coll
}

func (r *reader) foreignKey(k constraintText) {
	fk := schema.ForeignKey{
		Name:       k.name,
		RefTable:   schema.Name{Local: k.ref.table},
		RefColumns: k.ref.columns,
		OnDelete:   action(k.ref.onDelete),
		OnUpdate:   action(k.ref.onUpdate),
		MatchFull:  k.ref.match == "FULL",
		Deferrable: k.ref.deferrable,
		Deferred:   k.ref.deferred,
	}
	if k.column != "" {
		fk.Columns = []string{k.column}
	}
	for _, key := range k.keys {
		fk.Columns = append(fk.Columns, r.scope.column(key.expr[0].Value))
	}
	if m := k.ref.match; m != "" && m != "FULL" && m != "SIMPLE" && m != "NONE" {
		r.unmanaged("match clause", "foreign key ("+strings.Join(fk.Columns, ", ")+")", "MATCH "+m)
	}
	r.table.ForeignKeys = append(r.table.ForeignKeys, fk)
}

func action(s string) schema.Action {
	if s == "NO ACTION" {
		return schema.NoAction
	}
	return schema.Action(s)
}

// resolveReferences gives every foreign key the spelling of the table it
// refers to and, where it names no columns, that table's primary key. One
// that names none of a table that is not there, or has no such key, has no
// meaning and goes to Unmanaged.
func resolveReferences(db *schema.Database) {
	tables := indexTables(db)
	for i := range db.Tables {
		t := &db.Tables[i]
		t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(fk schema.ForeignKey) bool {
			ref := tables.table(fk.RefTable.Local)
			if len(fk.RefColumns) > 0 || ref != nil && ref.PrimaryKey != nil && len(ref.PrimaryKey.Columns) == len(fk.Columns) {
				return false
			}
			db.Unmanaged = append(db.Unmanaged, schema.Object{
				Kind:  "foreign key to a missing key",
				Name:  schema.Name{Local: "foreign key (" + strings.Join(fk.Columns, ", ") + ")"},
				Table: t.Name,
				SQL:   "REFERENCES " + fk.RefTable.Local,
			})
			return true
		})
		for j := range t.ForeignKeys {
			resolveReference(tables, &t.ForeignKeys[j])
		}
	}
}

func resolveReference(tables tableIndex, fk *schema.ForeignKey) {
	ref := tables.table(fk.RefTable.Local)
	if ref == nil {
		return
	}
	fk.RefTable = ref.Name
	if len(fk.RefColumns) == 0 && ref.PrimaryKey != nil {
		fk.RefColumns = slices.Clone(ref.PrimaryKey.Columns)
		return
	}
	fk.RefColumns = slices.Clone(fk.RefColumns)
	for i, name := range fk.RefColumns {
		fk.RefColumns[i] = columnSpelling(ref, name)
	}
}

// columnSpelling returns the name as the table spells it, or the name itself.
func columnSpelling(t *schema.Table, name string) string {
	for _, c := range t.Columns {
		if sqlitelex.Same(c.Name, name) {
			return c.Name
		}
	}
	return name
}
