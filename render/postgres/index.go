package postgres

import (
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createIndex(c diff.CreateIndex) {
	if !r.indexOffered(c.Table, c.Index) {
		return
	}
	if r.now.created[c.Table] {
		r.add(render.Statement{SQL: r.createIndexSQL(c.Table, c.Index, false)})
	} else if r.now.table(c.Table).PartitionBy != "" {
		r.createPartitionedIndex(c)
	} else {
		r.buildIndex(c.Table, c.Index)
	}
	r.finishIndex(c.Table, c.Index)
}

// finishIndex is what CREATE INDEX has no words for.
func (r *renderer) finishIndex(table schema.Name, x schema.Index) {
	r.setTargets(table, x)
	if x.Comment != "" {
		r.commentIndex(table, x)
	}
}

// setTargets sets the statistics targets of an index that has none yet.
func (r *renderer) setTargets(table schema.Name, x schema.Index) {
	for i, k := range x.Keys {
		if k.Statistics != nil {
			r.onTable(table, r.target(table, x.Name, i, *k.Statistics))
		}
	}
}

// target sets the statistics target of a key, which the server calls by its
// number; -1 is the default.
func (r *renderer) target(table schema.Name, index string, key, target int) render.Statement {
	s := on(alterIndex, schema.Name{Schema: table.Schema, Local: index})
	s.SQL = "ALTER INDEX " + r.indexName(table, index) + " ALTER COLUMN " + strconv.Itoa(key+1) + " SET STATISTICS " + strconv.Itoa(target)
	return s
}

// buildIndex builds an index of a table that others write to meanwhile.
func (r *renderer) buildIndex(table schema.Name, x schema.Index) {
	s := on(createIndexConcurrently, table)
	s.SQL, s.Tx = r.createIndexSQL(table, x, true), render.NoTx
	if x.Unique {
		s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR11",
			Text: "if it fails it leaves an invalid index behind, to be dropped before the next try"})
	}
	if r.version >= 140000 && r.version < 140004 {
		s.Hazards = append(s.Hazards, render.Hazard{ID: "CORR10",
			Text: "PostgreSQL 14.0 to 14.3 may build a corrupt index this way: update the server first"})
	}
	r.add(s)
}

func (r *renderer) dropIndex(c diff.DropIndex) {
	s := on(dropIndexConcurrently, c.Table)
	s.SQL, s.Tx = "DROP INDEX CONCURRENTLY "+r.indexName(c.Table, c.Index.Name), render.NoTx
	s.Hazards = append(s.Hazards, r.withIndex(c.Table, c.Index.Name)...)
	if r.now.table(c.Table).PartitionBy != "" {
		s.SQL, s.Tx = "DROP INDEX "+r.indexName(c.Table, c.Index.Name), render.InTx
		s.Locks = on(dropIndex, c.Table).Locks
		for _, n := range r.now.below(c.Table) {
			s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: accessExclusive})
		}
	}
	if r.now.created[c.Table] {
		s = render.Statement{SQL: "DROP INDEX " + r.indexName(c.Table, c.Index.Name)}
	}
	r.add(s)
}

// alterIndex sets storage parameters, which hold for pages written from now
// on, and comments.
func (r *renderer) alterIndex(c diff.AlterIndex) {
	name := r.indexName(c.Table, c.To.Name)
	set, reset := optionChanges(c.From.Options, c.To.Options)
	if len(set)+len(reset) > 0 && r.now.table(c.Table).PartitionBy != "" {
		// "This operation is not supported for partitioned indexes."
		r.replaceIndex(diff.ReplaceIndex{Table: c.Table, From: c.From, To: c.To})
		return
	}
	if len(set) > 0 {
		s := on(alterIndex, schema.Name{Schema: c.Table.Schema, Local: c.To.Name})
		s.SQL = "ALTER INDEX " + name + " SET (" + r.options(set) + ")"
		lockForOptions(&s, optionsNamed(set)...)
		r.onTable(c.Table, s)
	}
	if len(reset) > 0 {
		s := on(alterIndex, schema.Name{Schema: c.Table.Schema, Local: c.To.Name})
		s.SQL = "ALTER INDEX " + name + " RESET (" + r.optionNames(reset) + ")"
		lockForOptions(&s, reset...)
		r.onTable(c.Table, s)
	}
	for i, k := range c.To.Keys {
		switch had := c.From.Keys[i].Statistics; {
		case k.Statistics != nil && (had == nil || *had != *k.Statistics):
			r.onTable(c.Table, r.target(c.Table, c.To.Name, i, *k.Statistics))
		case k.Statistics == nil && had != nil:
			r.onTable(c.Table, r.target(c.Table, c.To.Name, i, -1))
		}
	}
	if c.From.Comment != c.To.Comment {
		r.commentIndex(c.Table, c.To)
	}
}

// renameIndex is ALTER INDEX: ALTER TABLE would do it too, but keep out
// readers of the table.
func (r *renderer) renameIndex(c diff.RenameIndex) {
	s := on(alterIndex, schema.Name{Schema: c.Table.Schema, Local: c.From})
	s.SQL = "ALTER INDEX " + r.indexName(c.Table, c.From) + " RENAME TO " + r.Ident(c.To)
	r.onTable(c.Table, s)
}

func (r *renderer) commentIndex(table schema.Name, x schema.Index) {
	r.comment("INDEX "+r.indexName(table, x.Name), x.Comment)
}

// indexName: an index lives in the schema of its table.
func (r *renderer) indexName(table schema.Name, index string) string {
	return r.QName(schema.Name{Schema: table.Schema, Local: index})
}

func (r *renderer) indexOffered(table schema.Name, x schema.Index) bool {
	for _, k := range x.Keys {
		if len(k.OpclassOptions) > 0 && k.Opclass.IsZero() {
			r.refuse("the options of an operator class cannot be given without its name: index "+x.Name+" on "+short(table), "name the class in the model")
			return false
		}
	}
	return !x.NullsNotDistinct || r.atLeast(15, "NULLS NOT DISTINCT", "index "+x.Name+" on "+short(table))
}

// createIndexSQL writes clauses behind the keys on lines of their own where
// the statement is long.
func (r *renderer) createIndexSQL(table schema.Name, x schema.Index, concurrently bool) string {
	head := "CREATE "
	if x.Unique {
		head += "UNIQUE "
	}
	head += "INDEX "
	if concurrently {
		head += "CONCURRENTLY "
	}
	head += r.Ident(x.Name)
	keys := make([]string, len(x.Keys))
	for i, k := range x.Keys {
		keys[i] = r.indexKey(k)
	}
	on := "ON " + r.QName(table) + " USING " + r.Ident(orDefault(x.Method, "btree")) + " (" + strings.Join(keys, ", ") + ")"
	clauses := []string{head + " " + on}
	if len(clauses[0]) > lineWidth {
		clauses = []string{head, on}
	}
	if len(x.Include) > 0 {
		clauses = append(clauses, "INCLUDE ("+r.Idents(x.Include)+")")
	}
	if x.NullsNotDistinct {
		clauses = append(clauses, "NULLS NOT DISTINCT")
	}
	if len(x.Options) > 0 {
		clauses = append(clauses, "WITH ("+r.options(x.Options)+")")
	}
	if x.Where != "" {
		clauses = append(clauses, "WHERE "+x.Where)
	}
	if one := strings.Join(clauses, " "); len(one) <= lineWidth {
		return one
	}
	return strings.Join(clauses, "\n    ")
}

func (r *renderer) indexKey(k schema.IndexKey) string {
	sql := r.Ident(k.Column)
	if k.Column == "" {
		sql = k.Expr
		if !isCall(sql) {
			sql = "(" + sql + ")"
		}
	}
	if !k.Collation.IsZero() {
		sql += " COLLATE " + r.plainName(k.Collation)
	}
	if !k.Opclass.IsZero() {
		sql += " " + r.plainName(k.Opclass)
		if len(k.OpclassOptions) > 0 {
			sql += " (" + r.options(k.OpclassOptions) + ")"
		}
	}
	if k.Desc {
		sql += " DESC"
	}
	switch {
	case k.NullsFirst && !k.Desc:
		sql += " NULLS FIRST"
	case !k.NullsFirst && k.Desc:
		sql += " NULLS LAST"
	}
	return sql
}
