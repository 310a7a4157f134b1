package postgres

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A facet is part of an object that an ALTER changes in place. Names of facets
// are those that introspection writes:
//
//	trigger, rule          enabled: disabled, replica, always
//	extended statistics    statistics: the target
//	row-level security     enabled, forced: true
//	view                   default COLUMN: an expression; comment COLUMN
//	composite type         comment ATTRIBUTE
//	materialized view      comment COLUMN, statistics COLUMN, compression COLUMN, options COLUMN,
//	                       storage COLUMN DEFAULT, where DEFAULT is what its type has; toast: options
//	domain                 default: an expression; not null: true; check NAME: CHECK (…); comment NAME: of a check
//	extension              schema, version
//	publication            publish, publish_via_partition_root, publish_generated_columns; schema NAME

// checkFacet begins the name of a domain's check, commentFacet that of a
// comment on a part: a column, whose name is quoted, or a check of a domain.
const (
	checkFacet   = "check "
	commentFacet = "comment "
)

// partOf is what COMMENT ON calls the part.
func (r *renderer) partOf(o schema.Object, name string) string {
	if o.Kind == schema.KindDomain {
		return "CONSTRAINT " + r.Ident(name) + " ON DOMAIN " + r.QName(o.Name)
	}
	return "COLUMN " + r.QName(o.Name) + "." + name
}

func (r *renderer) setFacet(o schema.Object, f schema.Option) {
	if name, ok := strings.CutPrefix(f.Name, commentFacet); ok {
		r.comment(r.partOf(o, name), f.Value)
		return
	}
	sql := ""
	switch o.Kind {
	case schema.KindTrigger, schema.KindRule:
		sql = r.enabled(o, map[string]string{"disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}[f.Value])
	case schema.KindStatistics:
		sql = "ALTER STATISTICS " + r.QName(o.Name) + " SET STATISTICS " + f.Value
	case schema.KindRowSecurity:
		sql = "ALTER TABLE " + r.QName(o.Table) + " " + map[string]string{"enabled": "ENABLE", "forced": "FORCE"}[f.Name] + " ROW LEVEL SECURITY"
	case schema.KindView:
		sql = "ALTER VIEW " + r.QName(o.Name) + " ALTER COLUMN " + strings.TrimPrefix(f.Name, "default ") + " SET DEFAULT " + f.Value
	case schema.KindMaterializedView:
		sql = r.storedFacet(o, f.Name, f.Value)
	case schema.KindDomain:
		if validated(f) {
			r.demand(o, f)
			return
		}
		sql = "ALTER DOMAIN " + r.QName(o.Name) + " " + r.domainFacet(f)
	case schema.KindExtension:
		sql = r.extensionFacet(o, f)
	case schema.KindPublication:
		sql = r.publicationFacet(o, f)
	}
	r.facet(o, f, sql)
}

// facet appends the statement of a facet; one that has none is refused, so that
// no difference goes without.
func (r *renderer) facet(o schema.Object, f schema.Option, sql string) {
	if sql == "" {
		r.refuse("PostgreSQL's renderer does not know "+f.Name+" of the "+o.Ref().String(), "this is a bug in gen: report it")
		return
	}
	r.onObject(facetForm[o.Kind], o, sql)
}

var facetForm = map[string]form{
	schema.KindTrigger: enableTrigger, schema.KindRule: changeRule, schema.KindRowSecurity: changePolicy,
	schema.KindStatistics: changeStatistics, schema.KindView: replaceView, schema.KindMaterializedView: replaceView,
}

func (r *renderer) domainFacet(f schema.Option) string {
	if name, ok := strings.CutPrefix(f.Name, checkFacet); ok {
		return "ADD CONSTRAINT " + r.Ident(name) + " " + f.Value
	}
	if f.Name == "not null" {
		return "SET NOT NULL"
	}
	return "SET DEFAULT " + f.Value
}

func (r *renderer) extensionFacet(o schema.Object, f schema.Option) string {
	if f.Name == "schema" {
		return "ALTER EXTENSION " + r.Ident(o.Name.Local) + " SET SCHEMA " + r.Ident(f.Value)
	}
	return "ALTER EXTENSION " + r.Ident(o.Name.Local) + " UPDATE TO " + r.Literal(f.Value)
}

// storedFacet sets a facet of a materialized view, or takes it away where value
// is empty.
func (r *renderer) storedFacet(o schema.Object, facet, value string) string {
	what, column, _ := strings.Cut(facet, " ")
	alter := "ALTER MATERIALIZED VIEW " + r.QName(o.Name) + " "
	switch what {
	case "toast":
		return alter + optionList("toast.", value)
	case "options":
		return alter + "ALTER COLUMN " + column + " " + optionList("", value)
	case "statistics":
		return alter + "ALTER COLUMN " + column + " SET STATISTICS " + cmp.Or(value, "-1")
	case "compression":
		return alter + "ALTER COLUMN " + column + " SET COMPRESSION " + cmp.Or(value, "default")
	case "storage":
		i := strings.LastIndexByte(column, ' ')
		return alter + "ALTER COLUMN " + column[:i] + " SET STORAGE " + cmp.Or(value, column[i+1:])
	}
	return ""
}

// optionList is SET (a=1, b=2), each name behind the prefix.
func optionList(prefix, options string) string {
	return "SET (" + prefix + strings.ReplaceAll(options, ", ", ", "+prefix) + ")"
}

// resetList is RESET (a, b), the names of such options.
func resetList(prefix, options string) string {
	var names []string
	for _, o := range strings.Split(options, ", ") {
		name, _, _ := strings.Cut(o, "=")
		names = append(names, prefix+name)
	}
	return "RESET (" + strings.Join(names, ", ") + ")"
}

// resetFacet takes a facet of a materialized view away.
func (r *renderer) resetFacet(o schema.Object, f schema.Option) string {
	switch what, column, _ := strings.Cut(f.Name, " "); what {
	case "toast":
		return "ALTER MATERIALIZED VIEW " + r.QName(o.Name) + " " + resetList("toast.", f.Value)
	case "options":
		return "ALTER MATERIALIZED VIEW " + r.QName(o.Name) + " ALTER COLUMN " + column + " " + resetList("", f.Value)
	}
	return r.storedFacet(o, f.Name, "")
}

func (r *renderer) dropFacet(o schema.Object, f schema.Option) {
	if name, ok := strings.CutPrefix(f.Name, commentFacet); ok {
		if hasPart(o, name) {
			r.comment(r.partOf(o, name), "")
		}
		return
	}
	sql := ""
	switch o.Kind {
	case schema.KindTrigger, schema.KindRule:
		sql = r.enabled(o, "ENABLE")
	case schema.KindStatistics:
		sql = "ALTER STATISTICS " + r.QName(o.Name) + " SET STATISTICS -1"
	case schema.KindRowSecurity:
		sql = "ALTER TABLE " + r.QName(o.Table) + " " + map[string]string{"enabled": "DISABLE", "forced": "NO FORCE"}[f.Name] + " ROW LEVEL SECURITY"
	case schema.KindView:
		sql = "ALTER VIEW " + r.QName(o.Name) + " ALTER COLUMN " + strings.TrimPrefix(f.Name, "default ") + " DROP DEFAULT"
	case schema.KindMaterializedView:
		sql = r.resetFacet(o, f)
	case schema.KindDomain:
		sql = "ALTER DOMAIN " + r.QName(o.Name)
		name, check := strings.CutPrefix(f.Name, checkFacet)
		switch {
		case check:
			sql += " DROP CONSTRAINT " + r.Ident(name)
		case f.Name == "not null":
			sql += " DROP NOT NULL"
		default:
			sql += " DROP DEFAULT"
		}
	case schema.KindPublication:
		sql = r.publicationWithout(o, f)
	}
	r.facet(o, f, sql)
}

// hasPart reports whether the object still has what a comment was on.
func hasPart(o schema.Object, name string) bool {
	switch o.Kind {
	case schema.KindDomain:
		return slices.ContainsFunc(o.Facets, func(f schema.Option) bool { return f.Name == checkFacet+name })
	case schema.KindComposite:
		return slices.ContainsFunc(o.Shape, func(a string) bool { return attributeName(a) == name })
	}
	return true
}

// changeFacet: a check of a domain has no ALTER of its own, and its comment goes
// with it. Options of a column that are not set again go too.
func (r *renderer) changeFacet(o schema.Object, from, to schema.Option) {
	name, check := strings.CutPrefix(to.Name, checkFacet)
	check = check && o.Kind == schema.KindDomain
	if check || o.Kind == schema.KindMaterializedView && (to.Name == "toast" || strings.HasPrefix(to.Name, "options ")) {
		r.dropFacet(o, from)
	}
	r.setFacet(o, to)
	for _, f := range o.Facets {
		if check && f.Name == commentFacet+name {
			r.setFacet(o, f)
		}
	}
}

func (r *renderer) enabled(o schema.Object, how string) string {
	if how == "" {
		return ""
	}
	return "ALTER TABLE " + r.QName(o.Table) + " " + how + " " + objectWord[o.Kind] + " " + r.Ident(o.Name.Local)
}

// alterAttributes changes a composite type in place: attributes that went, then
// those with another type, then new ones, which come last.
func (r *renderer) alterAttributes(c diff.AlterObject) {
	var actions []string
	for _, a := range c.From.Shape {
		if !slices.ContainsFunc(c.To.Shape, sameAttribute(a)) {
			actions = append(actions, "DROP ATTRIBUTE "+attributeName(a))
		}
	}
	for _, a := range c.To.Shape {
		had := slices.IndexFunc(c.From.Shape, sameAttribute(a))
		switch {
		case had < 0:
			actions = append(actions, "ADD ATTRIBUTE "+a)
		case c.From.Shape[had] != a:
			actions = append(actions, "ALTER ATTRIBUTE "+attributeName(a)+" TYPE"+strings.TrimPrefix(a, attributeName(a)))
		}
	}
	r.onObject(noForm, c.To, "ALTER TYPE "+r.QName(c.To.Name)+" "+strings.Join(actions, ", "))
}

func sameAttribute(a string) func(string) bool {
	return func(b string) bool { return attributeName(a) == attributeName(b) }
}

// attributeName is the identifier that an attribute begins with, as written.
func attributeName(a string) string { return a[:len(first(a).text)] }
