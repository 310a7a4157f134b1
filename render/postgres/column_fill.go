package postgres

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A new column whose default differs from row to row makes the server write the table
// anew while nobody can read it, and for one that is filled from others it has no
// words. Instead the column comes without a value, which is
// brief; new rows get theirs from then on, and those there are by and by, a batch
// in each transaction.

// batchRows is how many rows a batch fills: few enough that programs which write to
// them hardly wait.
const batchRows = 5000

// fillColumn reports whether the rows that are there get the values of a new column by
// themselves, and has it so: behind all changes where that can be.
func (r *renderer) fillColumn(c diff.AddColumn) bool {
	col, value := c.Column, "DEFAULT"
	own := col.Default != "" && volatile(col.Default) && neverNull(col.Default) && !r.isDomain(col.Type)
	if col.Backfill != "" {
		own, value = true, col.Backfill
	}
	key := r.batchKey(c.Table)
	named := col.NotNullConstraint != nil && r.version >= 180000
	waits := r.online && !named && len(key) > 0 && !r.keepsFromFilling(c.Table) && !r.needsValues(c)
	if !own || r.now.created[c.Table] || !waits && col.Backfill == "" {
		return false
	}
	bare := col
	bare.Default, bare.NotNull, bare.NotNullConstraint = "", false, nil
	clauses := []string{"ADD COLUMN " + r.columnDefinition(bare, true)}
	s := r.addingColumn(bare, c.Table)
	if s.Why = "the rows that are there get their values further down"; col.Default != "" {
		s.Why = "new rows have a value from here on; those there are get theirs further down"
		clauses = append(clauses, "ALTER COLUMN "+r.Ident(col.Name)+" SET DEFAULT "+col.Default)
	}
	s.SQL = r.alterTableSQL(c.Table, clauses...)
	r.onTable(c.Table, s)
	r.finishColumn(c.Table, bare)
	if !waits {
		r.fillAtOnce(c, value)
		return true
	}
	r.later(func() {
		r.fill(c.Table, col, value, key)
		if col.NotNull {
			name := r.checkName(c.Table)
			r.addProof(c.Table, col.Name, name)
			r.setProven(c.Table, col.Name, name)
		}
	})
	return true
}

// fillAtOnce fills all rows in the transaction of the plan.
func (r *renderer) fillAtOnce(c diff.AddColumn, value string) {
	name := r.Ident(c.Column.Name)
	s := r.filling(c.Table)
	s.SQL = "UPDATE " + r.QName(c.Table) + " SET " + name + " = " + value
	s.Hazards = append(s.Hazards, render.Hazard{ID: "DATA12", Text: "all rows are written in one transaction, and programs wait that write to them"})
	r.add(s)
	if !holdsNew(c.Column) {
		return
	}
	s = on(setNotNull, c.Table)
	s.SQL = r.alterTableSQL(c.Table, r.addNotNull(c.Column))
	s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR02", Text: "fails if a row has got no value in " + short(c.Table) + "." + c.Column.Name})
	if n := c.Column.NotNullConstraint; n != nil && n.NotValid {
		s = on(addCheckNotValid, c.Table)
		s.SQL = r.alterTableSQL(c.Table, r.addNotNull(c.Column))
	}
	r.onTable(c.Table, s)
	if n := c.Column.NotNullConstraint; n != nil && n.Comment != "" {
		r.commentNotNull(c.Table, c.Column, r.at)
	}
}

// fill is a batch: it is repeated until there is no row to fill. It finds rows by
// reading the table, where PostgreSQL goes on from where it last stopped
// (synchronize_seqscans), so that all turns together read it about once; and it takes
// them by their key, so that a row that a program changes meanwhile is found again.
// Rows for which the value would be NULL it passes over: they would come up for ever.
func (r *renderer) fill(table schema.Name, c schema.Column, value string, key []string) {
	at, name := r.QName(table), r.Ident(c.Name)
	empty := "SELECT " + r.Idents(key) + " FROM " + at + " WHERE " + name + " IS NULL"
	if c.Backfill != "" {
		empty += " AND (" + value + ") IS NOT NULL"
	}
	empty += " LIMIT " + strconv.Itoa(batchRows)
	found := "(" + r.Idents(key) + ") IN (" + empty + ")"
	if len(key) == 1 {
		// As an array the server looks the keys up: of IN it may make a join that reads
		// all rows each time.
		found = r.Idents(key) + " = ANY (ARRAY(" + empty + "))"
	}
	s := r.filling(table)
	s.SQL = "UPDATE " + at + " SET " + name + " = " + value + "\n    WHERE " + found + "\n    AND " + name + " IS NULL"
	s.Tx, s.Why = render.Batches, "fills the rows there are, some thousand in each transaction"
	r.add(s)
}

// filling are the facts of an UPDATE.
func (r *renderer) filling(table schema.Name) render.Statement {
	s := on(fillRows, table)
	for _, n := range r.now.below(table) {
		s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: rowExclusive, Long: true})
	}
	if r.triggered(table) {
		s.Hazards = append(s.Hazards, render.Hazard{ID: "DATA14", Text: "triggers of " + short(table) + " on UPDATE fire for every row that is filled"})
	}
	return s
}

// batchKey are the columns that tell the rows of a table apart before and after the
// plan, and by which an index finds them; none where there are none, or where the
// rows of other tables count as rows of this one.
func (r *renderer) batchKey(table schema.Name) []string {
	from, to := r.now.tables[table], r.plan.To.Table(table)
	if from == nil || to == nil || to.PartitionBy == "" && len(r.now.below(table)) > 0 {
		return nil
	}
	var keys [][]string
	if from.PrimaryKey != nil {
		keys = append(keys, from.PrimaryKey.Columns)
	}
	for _, u := range from.Uniques {
		keys = append(keys, u.Columns)
	}
	for _, columns := range keys {
		if r.steady(table, columns) && keyed(to, columns) && !slices.ContainsFunc(columns, func(name string) bool { return !from.Column(name).NotNull }) {
			return columns
		}
	}
	return nil
}

func keyed(t *schema.Table, columns []string) bool {
	return t.PrimaryKey != nil && slices.Equal(t.PrimaryKey.Columns, columns) ||
		slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return slices.Equal(u.Columns, columns) })
}

// keepsFromFilling reports whether an UPDATE of the table may leave out rows.
func (r *renderer) keepsFromFilling(table schema.Name) bool {
	return r.hangsOn(table, schema.KindRowSecurity, schema.KindPolicy, schema.KindRule)
}

func (r *renderer) triggered(table schema.Name) bool { return r.hangsOn(table, schema.KindTrigger) }

// hangsOn reports whether an object of one of the kinds belongs to the table or one
// below it, before the plan or after it.
func (r *renderer) hangsOn(table schema.Name, kinds ...string) bool {
	tables := append([]schema.Name{table}, r.now.below(table)...)
	return slices.ContainsFunc(slices.Concat(r.plan.From.Objects, r.plan.From.Unmanaged, r.plan.To.Objects), func(o schema.Object) bool {
		return slices.Contains(kinds, strings.TrimPrefix(o.Kind, "ignored ")) && slices.Contains(tables, o.Table)
	})
}

// needsValues reports whether something in the plan needs the values of the new
// column, or what it is to be, before the plan is done.
func (r *renderer) needsValues(added diff.AddColumn) bool {
	table, column := added.Table, added.Column.Name
	return r.follows(func(c diff.Change) bool {
		switch c := c.(type) {
		case diff.RenameTable:
			return c.From == table
		case diff.RenameColumn, diff.DropTable:
			return diff.TableOf(c) == table
		case diff.AlterColumn:
			return c.Table == table && c.To.Name == column
		case diff.AddConstraint:
			pk, ok := c.Constraint.(schema.PrimaryKey)
			return ok && c.Table == table && slices.Contains(pk.Columns, column)
		case diff.AlterTable:
			return diff.Relates(c)
		case diff.CreateTable:
			return len(c.Table.Parents()) > 0
		case diff.CreateObject:
			return c.Object.Kind == schema.KindReplicaIdentity && c.Object.Table == table || c.Object.Kind == schema.KindMaterializedView && uses(c.Object, table)
		case diff.AlterObject:
			return c.To.Kind == schema.KindReplicaIdentity && c.To.Table == table
		}
		return false
	})
}

// neverNull reports whether a default of calls, constants and operators between them
// has a value whenever it is asked: a batch would begin anew for ever where it has
// none. Nothing is known of other expressions.
func neverNull(expr string) bool {
	words := slices.DeleteFunc(split(expr), func(w word) bool { return w.kind == wordSpace })
	named := func(i int) bool { return i < len(words) && words[i].name != "" }
	for i := 0; i < len(words); i++ {
		switch {
		case words[i].text == "::":
			for i++; named(i+1) || i+1 < len(words) && slices.Contains([]string{".", "[", "]"}, words[i+1].text); i++ {
			}
			if i+1 < len(words) && words[i+1].text == "(" { // numeric(9,2)
				for i++; i < len(words) && words[i].text != ")"; i++ {
				}
			}
		case named(i):
			if !valued[words[i].name] || i+1 == len(words) || words[i+1].text != "(" || i > 0 && words[i-1].text == "." {
				return false
			}
		}
	}
	return true
}

// valued are functions of pg_catalog that return no NULL.
var valued = set("clock_timestamp gen_random_uuid nextval random timeofday uuidv4 uuidv7")
