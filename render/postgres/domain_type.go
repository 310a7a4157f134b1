package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// rebuildDomain gives a domain another type or collation, for which there is no
// ALTER DOMAIN. Its columns are converted as if they went from the one base type
// to the other, and checked against the new one's checks on the way.
func (r *renderer) rebuildDomain(c diff.AlterObject) {
	from, to := parseType(c.From.Shape[0]), parseType(c.To.Shape[0])
	if zoned(from, to) {
		r.add(render.Statement{SQL: "SET LOCAL TimeZone = 'UTC'"})
	}
	r.rebuildType(&rebuild{
		name: c.From.Name, word: "DOMAIN",
		create: func() { r.createDomain(c.To) },
		using:  func(column schema.Column) string { return r.usingBase(c, column) },
		form: func(table schema.Name, columns []schema.Column) form {
			return r.baseForm(c, table, columns)
		},
		hazards: func(table schema.Name, column schema.Column) []render.Hazard {
			h := render.Hazard{ID: "DATA07", Object: short(table) + "." + column.Name}
			switch what := losing(from, to); {
			case !assignable(from, to):
				h.Text = column.Name + ": there is no cast on assignment from " + from.String() + " to " + to.String() + ": stops at the first value that cannot be converted, and may cut others without notice"
			case what != "":
				h.Text = column.Name + ": " + what
			case zoned(from, to):
				h.ID, h.Text = "CORR21", column.Name+": what is stored without time zone is taken for UTC; must run in one transaction with SET LOCAL TimeZone"
			default:
				return nil
			}
			return []render.Hazard{h}
		},
		tuning: func(table schema.Name, column schema.Column) []string {
			return r.tuningAgain(table, column)
		},
	})
}

// usingBase is the conversion between the base types, where the server has none by
// itself, and then to the new domain.
func (r *renderer) usingBase(c diff.AlterObject, column schema.Column) string {
	array := ""
	if parseType(column.Type.Text).array {
		array = "[]"
	}
	base := func(o schema.Object) schema.Column {
		return schema.Column{Type: schema.Type{Text: o.Shape[0] + array, Ref: r.enumOf(o)}}
	}
	sql := r.using(r.Ident(column.Name), base(c.From), base(c.To))
	if sql == "" {
		return ""
	}
	return sql + "::" + column.Type.Text
}

// enumOf is the enum that a domain is of, if it is.
func (r *renderer) enumOf(o schema.Object) schema.Name {
	for _, n := range o.Needs {
		if n.Kind == schema.RefEnum {
			return n.Name
		}
	}
	return schema.Name{}
}

// baseForm is what the conversion does to the table. Checks of a domain, and NOT
// NULL, have every row written anew (ATColumnChangeRequiresRewrite,
// src/backend/commands/tablecmds.c of PostgreSQL 18).
func (r *renderer) baseForm(c diff.AlterObject, table schema.Name, columns []schema.Column) form {
	most := typeMeta
	for _, column := range columns {
		from, to := parseType(c.From.Shape[0]), parseType(c.To.Shape[0])
		if checks(c.To) || rewrites(from, to) || zoned(from, to) || parseType(column.Type.Text).array || strings.Contains(from.base+to.base, ".") {
			return typeRewriting
		}
		a := &alteration{c: diff.AlterColumn{Table: table, From: column, To: column}}
		a.c.From.Type.Text, a.c.To.Type.Text = c.From.Shape[0], c.To.Shape[0]
		if c.From.Shape[1] != c.To.Shape[1] {
			a.c.To.Collation = schema.Name{Local: c.To.Shape[1]}
		}
		most = max(most, r.lightForm(table, a))
	}
	return most
}

// checks reports whether the domain has checks or is NOT NULL.
func checks(o schema.Object) bool {
	return slices.ContainsFunc(o.Facets, func(f schema.Option) bool { return f.Name == "not null" || strings.HasPrefix(f.Name, checkFacet) })
}

// tuningAgain is the storage of the column, which goes with its type.
func (r *renderer) tuningAgain(table schema.Name, c schema.Column) []string {
	var subs []string
	if c.Storage != "" {
		if clause, ok := r.storageClause(table, c); ok {
			subs = append(subs, clause)
		}
	}
	if c.Compression != "" {
		subs = append(subs, "ALTER COLUMN "+r.Ident(c.Name)+" SET COMPRESSION "+c.Compression)
	}
	return subs
}

// createDomain makes a domain that no column has yet, though columns have one of
// its name.
func (r *renderer) createDomain(o schema.Object) {
	r.onObject(noForm, o, o.SQL)
	for _, f := range o.Facets {
		if strings.HasPrefix(f.Name, commentFacet) {
			r.setFacet(o, f)
			continue
		}
		r.onObject(noForm, o, "ALTER DOMAIN "+r.QName(o.Name)+" "+r.domainFacet(f))
	}
	r.commentObject(o, "")
	for _, sql := range o.Grants {
		r.onObject(noForm, o, sql)
	}
}
