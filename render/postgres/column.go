package postgres

import (
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// columnDefinition is the column in CREATE TABLE and ADD COLUMN. notNull says
// that something else makes it NOT NULL already.
func (r *renderer) columnDefinition(c schema.Column, notNull bool) string {
	sql := r.Ident(c.Name) + " "
	if c.Serial {
		sql += serialType(c.Type.Text)
	} else {
		sql += c.Type.Text
	}
	if c.Compression != "" {
		sql += " COMPRESSION " + c.Compression
	}
	if !c.Collation.IsZero() {
		sql += " COLLATE " + r.plainName(c.Collation)
	}
	switch {
	case c.Generated != nil:
		sql += " GENERATED ALWAYS AS (" + c.Generated.Expr + ")" + generatedKind(*c.Generated)
	case c.Identity != nil:
		sql += " " + identityClause(*c.Identity, c.Type.Text)
	case c.Default != "":
		sql += " DEFAULT " + operand(c.Default)
	}
	if c.NotNull && (!notNull || c.NotNullConstraint != nil && r.version >= 180000) {
		sql += r.notNullClause(c)
	}
	return sql
}

func serialType(typ string) string {
	switch typ {
	case "smallint":
		return "smallserial"
	case "integer":
		return "serial"
	}
	return "bigserial"
}

func generatedKind(g schema.Generated) string {
	if g.Virtual {
		return " VIRTUAL"
	}
	return " STORED"
}

func identityClause(id schema.Identity, typ string) string {
	sql := "GENERATED " + identityKind(id) + " AS IDENTITY"
	id.Options.Type = typ
	if o := sequenceOptions(id.Options); o != "" {
		sql += " (" + o + ")"
	}
	return sql
}

func identityKind(id schema.Identity) string {
	if id.Always {
		return "ALWAYS"
	}
	return "BY DEFAULT"
}

func (r *renderer) columnsOffered(table schema.Name, columns []schema.Column) bool {
	for _, c := range columns {
		if !r.columnOffered(table, c) {
			return false
		}
	}
	return true
}

// columnOffered refuses what the server, or its version, does not have.
func (r *renderer) columnOffered(table schema.Name, c schema.Column) bool {
	at := short(table) + "." + c.Name
	switch {
	case c.Autoincrement:
		r.refuse("PostgreSQL has no AUTOINCREMENT: column "+at, "use identity")
		return false
	case !r.notNullOffered(table, c):
		return false
	case c.Compression != "" && !r.atLeast(14, "column compression", "column "+at):
		return false
	case c.Generated != nil && c.Generated.Virtual && !r.atLeast(18, "virtual generated columns", "column "+at):
		return false
	case c.Serial && !isInteger(c.Type.Text):
		r.refuse("a serial column is smallint, integer or bigint, and "+at+" is "+c.Type.Text, "change the type, or take serial away")
		return false
	}
	return true
}

func (r *renderer) addColumn(c diff.AddColumn) {
	if r.columnOffered(c.Table, c.Column) && !r.fillColumn(c) {
		s := r.addingColumn(c.Column, c.Table)
		s.SQL = r.alterTableSQL(c.Table, "ADD COLUMN "+r.columnDefinition(c.Column, c.Column.Serial || c.Column.Identity != nil))
		r.onTable(c.Table, s)
		r.finishColumn(c.Table, c.Column)
	}
}

// finishColumn is what ADD COLUMN cannot say.
func (r *renderer) finishColumn(table schema.Name, c schema.Column) {
	tuned := c
	if c.Statistics != nil && len(r.now.below(table)) > 0 {
		// Not handed down with a new column, but ALTER would do it.
		s := on(setStorage, table)
		s.SQL = "ALTER TABLE ONLY " + r.QName(table) + " " + statisticsClause(r.Ident(c.Name), c.Statistics)
		r.onTable(table, s)
		tuned.Statistics = nil
	}
	sub := r.columnTuning(tuned)
	if c.Serial && !c.NotNull {
		sub = append(sub, "ALTER COLUMN "+r.Ident(c.Name)+" DROP NOT NULL")
	}
	if len(sub) > 0 {
		s := on(setStorage, table)
		s.SQL = r.alterTableSQL(table, sub...)
		r.onTable(table, s)
	}
	r.finishNotNull(table, c)
	if c.Comment != "" {
		r.commentColumn(table, c)
	}
}

func (r *renderer) commentColumn(table schema.Name, c schema.Column) {
	r.comment("COLUMN "+r.columnRef(schema.ColumnRef{Table: table, Column: c.Name}), c.Comment)
}

// addingColumn are the facts of adding the column to a table that has rows.
func (r *renderer) addingColumn(c schema.Column, table schema.Name) render.Statement {
	switch {
	case c.Serial || c.Identity != nil:
		s := on(addColumnRewriting, table)
		s.Hazards = []render.Hazard{{ID: "LOCK16", Text: "every row is written anew to be numbered, while nobody can read"}}
		return s
	case c.Generated != nil && !c.Generated.Virtual:
		s := on(addColumnRewriting, table)
		s.Hazards = []render.Hazard{{ID: "LOCK15", Text: "every row is written anew to be computed, while nobody can read"}}
		return s
	case c.Default != "" && volatile(c.Default):
		return on(addColumnRewriting, table)
	case r.isDomain(c.Type):
		return on(addColumnChecked, table)
	case c.NotNull && c.Generated != nil:
		return on(addColumnScanning, table)
	case c.NotNull && c.Default == "":
		return on(addColumnScanning, table)
	}
	return on(addColumn, table)
}

// isDomain reports whether the type is a domain with constraints. What constraints
// one has that is not managed is not known here: any may have some.
func (r *renderer) isDomain(t schema.Type) bool {
	if t.Ref.IsZero() || strings.HasSuffix(t.Text, "[]") {
		return false
	}
	if _, checked := r.stored(t); checked {
		return true
	}
	for _, o := range r.now.unmanaged {
		if o.Kind == "domain" && o.Name == t.Ref {
			return true
		}
	}
	return false
}

// dropColumn names what a generated column would lose: PostgreSQL 13 and 14
// drop it silently together with what it is computed from, later ones refuse.
func (r *renderer) dropColumn(c diff.DropColumn) {
	t := r.now.table(c.Table)
	d := dependsOn(t, c.Column.Name)
	for _, g := range d.generated {
		r.refuse(short(c.Table)+"."+c.Column.Name+" cannot be dropped while "+short(c.Table)+"."+g.Name+" is computed from it",
			"drop "+g.Name+" as well, or give it another expression")
		return
	}
	var others []schema.Name
	for _, con := range d.constraints {
		if fk, ok := con.(schema.ForeignKey); ok {
			others = append(others, fk.RefTable)
		}
	}
	s := on(dropColumn, c.Table)
	if len(others) > 0 {
		s = on(dropColumnOfKey, c.Table, others...)
	}
	s.SQL = r.alterTableSQL(c.Table, "DROP COLUMN "+r.Ident(c.Column.Name))
	r.inTheWay(r.at, c.Table, beDropped, c.Column.Name)
	s.Loses, s.Hazards = diff.Loses(c), append(s.Hazards, r.withColumn(c.Table, c.Column.Name)...)
	r.onTable(c.Table, r.dropping(s))
}

func (r *renderer) renameColumn(c diff.RenameColumn) {
	s := on(renameColumn, c.Table)
	s.SQL = r.alterTableSQL(c.Table, "RENAME COLUMN "+r.Ident(c.From)+" TO "+r.Ident(c.To))
	r.onTable(c.Table, s)
}

// storageClause puts a strategy, or that of the type, in force.
func (r *renderer) storageClause(table schema.Name, c schema.Column) (string, bool) {
	storage := c.Storage
	if storage == "" {
		_, enum := r.now.enums[c.Type.Ref]
		storage = defaultStorage(parseType(c.Type.Text), enum)
	}
	if storage == "" && r.version < 160000 {
		r.refuse("the storage strategy of "+c.Type.Text+" is not known, so that of "+short(table)+"."+c.Name+" cannot be put back to it",
			"keep the strategy in the model")
		return "", false
	}
	return "ALTER COLUMN " + r.Ident(c.Name) + " SET STORAGE " + strings.ToUpper(orDefault(storage, "default")), true
}

func statisticsClause(ident string, target *int) string {
	n := -1
	if target != nil {
		n = *target
	}
	return "ALTER COLUMN " + ident + " SET STATISTICS " + strconv.Itoa(n)
}
