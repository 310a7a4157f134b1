package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// What gen does not manage hangs on what it does: the server drops triggers
// and policies with their table, extended statistics and privileges with their
// column, and forgets the replica identity with its index, all without a word.
// The functions here say it. They go by the list of unmanaged objects, which
// has kinds and names and no definitions: where it cannot tell whether an
// object uses what goes, the hazard says "if".

// withTable warns of everything that hangs on a table or sequence.
func (r *renderer) withTable(table schema.Name) []render.Hazard {
	var gone []string
	for _, o := range r.now.unmanaged {
		switch {
		case o.Table == table:
			gone = append(gone, calledOn(o))
		case o.Kind == "publication" && slices.Contains(o.Needs, schema.Ref{Kind: schema.RefTable, Name: table}):
			gone = append(gone, "its place in "+called(o))
		}
	}
	return alongside(gone, nil)
}

// usedBy refuses to drop a table that something gen does not manage cannot be
// without, as the server does. What stands on the table itself goes with it; of
// children, which the models may be about to let go, a hazard tells.
func (r *renderer) usedBy(table schema.Name) []render.Hazard {
	var users, children []string
	for _, o := range r.now.unmanaged {
		uses := slices.ContainsFunc(o.Uses, func(c schema.ColumnRef) bool { return c.Table == table }) ||
			slices.Contains(o.Needs, schema.Ref{Kind: schema.RefTable, Name: table})
		switch {
		case o.Table == table || !uses || o.Kind == "publication":
		case standsInTheWay(o, beDropped):
			users = append(users, called(o))
		default:
			children = append(children, o.Kind+" "+short(o.Name))
		}
	}
	if len(users) > 0 {
		r.refuse("table "+short(table)+" cannot be dropped while what gen does not manage uses it: "+strings.Join(once(users), ", "), "drop that in a revision written by hand before, or keep the table in the models")
	}
	if len(children) == 0 {
		return nil
	}
	return []render.Hazard{{ID: "CORR15", Text: "fails while what gen does not manage uses the table (" + strings.Join(once(children), ", ") + "): drop that before"}}
}

// withColumn warns of what hangs on a column and on the indexes that go with it.
func (r *renderer) withColumn(table schema.Name, column string) []render.Hazard {
	var gone, maybe []string
	for _, o := range r.now.unmanaged {
		switch {
		case o.Table != table:
		case (o.Kind == "column privileges" || o.Kind == "column options") && o.Name.Local == column:
			gone = append(gone, o.Kind)
		case o.Kind == "extended statistics" && usesAny(o, table, []string{column}):
			gone = append(gone, calledOn(o))
		}
	}
	d := dependsOn(r.now.table(table), column)
	for _, x := range d.indexes {
		gone, maybe = r.withIndexNamed(table, x.Name, gone, maybe)
	}
	for _, c := range d.constraints {
		if backed(c) {
			gone, maybe = r.withIndexNamed(table, c.ConstraintName(), gone, maybe)
		}
	}
	return alongside(gone, maybe)
}

// withIndex warns of what hangs on an index, or on the index of a constraint.
func (r *renderer) withIndex(table schema.Name, index string) []render.Hazard {
	return alongside(r.withIndexNamed(table, index, nil, nil))
}

func (r *renderer) withIndexNamed(table schema.Name, index string, gone, maybe []string) (_, _ []string) {
	for _, o := range r.now.unmanaged {
		if o.Table != table {
			continue
		}
		switch o.Kind {
		case "clustered index", "tablespace", "storage parameters":
			if o.Name.Local == index && o.Name != table {
				gone = append(gone, o.Kind+" "+index)
			}
		case "statistics target":
			if strings.HasPrefix(o.Name.Local, index+".") {
				gone = append(gone, "statistics target "+o.Name.Local)
			}
		case "replica identity":
			maybe = append(maybe, o.Kind)
		}
	}
	return gone, maybe
}

// withType warns of what hangs on an enum type.
func (r *renderer) withType(name schema.Name) []render.Hazard {
	for _, o := range r.now.unmanaged {
		if o.Kind == "privileges" && o.Table.IsZero() && o.Name == name {
			return alongside([]string{o.Kind}, nil)
		}
	}
	return nil
}

// typeUsers warns where something gen does not manage may use a type: the
// server then refuses to drop it.
func (r *renderer) typeUsers() []render.Hazard {
	for _, o := range r.now.unmanaged {
		switch o.Kind {
		case "function", "procedure", "aggregate", "window function", "operator", "domain", "composite type", "range type", "cast", "partitioned table", "foreign table":
			return []render.Hazard{{ID: "CORR15", Text: "fails if a function, domain, cast or table that gen does not manage uses the type, such as " + o.Kind + " " + short(o.Name)}}
		}
	}
	return nil
}

// backed reports whether an index stands behind the constraint.
func backed(c schema.Constraint) bool {
	switch c.(type) {
	case schema.PrimaryKey, schema.Unique, schema.Exclusion:
		return true
	}
	return false
}

// calledOn calls an object by its kind, and by its name where that is not the
// table's.
func calledOn(o schema.Object) string {
	if o.Name == o.Table {
		return o.Kind
	}
	return o.Kind + " " + o.Name.Local
}

func alongside(gone, maybe []string) []render.Hazard {
	var parts []string
	if len(gone) > 0 {
		parts = append(parts, strings.Join(once(gone), ", "))
	}
	if len(maybe) > 0 {
		parts = append(parts, strings.Join(once(maybe), ", ")+" if it uses this")
	}
	if len(parts) == 0 {
		return nil
	}
	return []render.Hazard{{ID: "DATA10", Text: "takes along what gen does not manage and cannot bring back: " + strings.Join(parts, "; ")}}
}

func once(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
