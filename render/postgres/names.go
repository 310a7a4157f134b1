package postgres

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// short is how a name is told to a reader: without the schema everybody has.
func short(n schema.Name) string {
	if n.Schema == "public" {
		return n.Local
	}
	return n.String()
}

// atLeast reports whether the server has the major version, and refuses the
// change at hand otherwise: what it has not, and which object needs it.
func (r *renderer) atLeast(major int, what, object string) bool {
	if r.version >= major*10000 {
		return true
	}
	r.refuse(fmt.Sprintf("PostgreSQL %d has no %s, which came with %d: %s", r.version/10000, what, major, object),
		fmt.Sprintf("take it out of the models, or move to PostgreSQL %d", major))
	return false
}

// plainName is a name in SQL without the schema that is searched anyway.
func (r *renderer) plainName(n schema.Name) string {
	if n.Schema == "pg_catalog" {
		return r.Ident(n.Local)
	}
	return r.QName(n)
}

// An owner is what has a name, or wants it: a relation, a constraint, or the
// column whose sequence the server calls so.
type owner struct {
	kind  string
	table schema.Name
	sub   string
}

// ownersOf lists who has or wants each name before, during or after a plan.
// PostgreSQL keeps names apart within a schema, those of constraints from
// those of relations too where it chooses them itself.
func ownersOf(databases ...schema.Database) map[schema.Name][]owner {
	m := map[schema.Name][]owner{}
	add := func(namespace, name string, o owner) {
		n := schema.Name{Schema: namespace, Local: name}
		if !slices.Contains(m[n], o) {
			m[n] = append(m[n], o)
		}
	}
	for _, db := range databases {
		for _, t := range db.Tables {
			in := t.Name.Schema
			add(in, t.Name.Local, owner{"table", t.Name, ""})
			for _, c := range t.Constraints() {
				add(in, c.ConstraintName(), owner{"constraint", t.Name, c.ConstraintName()})
			}
			for _, x := range t.Indexes {
				add(in, x.Name, owner{"index", t.Name, x.Name})
			}
			for _, c := range t.Columns {
				if c.Serial || c.Identity != nil {
					add(in, dialect.Postgres().DerivedName(t.Name.Local, c.Name, "seq"), owner{"column", t.Name, c.Name})
				}
			}
		}
		for _, q := range db.Sequences {
			add(q.Name.Schema, q.Name.Local, owner{"sequence", q.Name, ""})
		}
		for _, o := range db.Unmanaged {
			add(o.Name.Schema, o.Name.Local, owner{o.Kind, o.Name, ""})
		}
	}
	return m
}

// freeSequence is the name the server would give the sequence of a serial
// column: numbered where it is taken (ChooseRelationName,
// src/backend/commands/indexcmds.c of PostgreSQL 18).
func (r *renderer) freeSequence(table schema.Name, column string) schema.Name {
	own := owner{"column", table, column}
	for i := 0; ; i++ {
		label := "seq"
		if i > 0 {
			label += strconv.Itoa(i)
		}
		name := schema.Name{Schema: table.Schema, Local: r.DerivedName(table.Local, column, label)}
		if !slices.ContainsFunc(r.owners[name], func(o owner) bool { return o != own && !r.gone(o) }) {
			return name
		}
	}
}

// gone reports whether the name of a sequence is free again, as the sequence
// has been dropped and will not come back.
func (r *renderer) gone(o owner) bool {
	if o.kind != "sequence" {
		return false
	}
	_, here := r.now.sequences[o.table]
	return !here && !slices.ContainsFunc(r.plan.To.Sequences, func(q schema.Sequence) bool { return q.Name == o.table })
}
