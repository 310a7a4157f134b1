package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// demand adds a check to a domain, or makes it NOT NULL, which the server looks up
// in what is stored. It refuses that while a column holds values of the domain
// within others: in a composite type, an array, a range
// (PostgreSQL, src/backend/commands/typecmds.c, get_rels_with_domain). The way
// forth never comes here with such a column, see diff; a way back does: a check
// comes back NOT VALID, which NOT NULL cannot be, and so that stays away.
func (r *renderer) demand(o schema.Object, f schema.Option) {
	within, unread := r.holdsWithin(o)
	if unread && f.Name == "not null" {
		// It is so already, and a statement that does nothing tells of it.
		r.add(render.Statement{SQL: "ALTER DOMAIN " + r.QName(o.Name) + " DROP NOT NULL",
			Hazards: []render.Hazard{{ID: "CORR03", Text: "domain " + short(o.Name) + " comes back without NOT NULL, since " + within + " holds values of it within others, and the server does not look into them"}}})
		return
	}
	var hazards []render.Hazard
	if unread {
		f.Value += " NOT VALID"
		name := strings.TrimPrefix(f.Name, checkFacet)
		hazards = []render.Hazard{{ID: "CORR03", Text: "check " + name + " comes back NOT VALID, since " + within + " holds values of the domain within others, and the server does not look into them"}}
	}
	sql := "ALTER DOMAIN " + r.QName(o.Name) + " " + r.domainFacet(f)
	if tables := storing(o); len(tables) > 0 && !unread {
		s := on(checkDomain, tables[0])
		s.Locks = r.onlyExisting(append(s.Locks, locks(share, true, tables[0], tables[1:])...))
		s.SQL = sql
		r.onTable(tables[0], s)
		return
	}
	r.add(render.Statement{SQL: sql, Hazards: hazards})
}

// validated reports whether the server looks at stored values when the facet is set.
func validated(f schema.Option) bool {
	return f.Name == "not null" || strings.HasPrefix(f.Name, checkFacet) && !strings.HasSuffix(f.Value, " NOT VALID")
}

// storing are the tables with columns of a domain, as far as the catalog has said.
func storing(o schema.Object) []schema.Name {
	var tables []schema.Name
	for _, u := range o.Users {
		if o.Kind == schema.KindDomain && u.Kind == schema.RefColumn {
			tables = append(tables, u.Table)
		}
	}
	slices.SortFunc(tables, schema.Name.Compare)
	return slices.Compact(tables)
}

// holdsWithin is a column that is there now and holds values of the domain within
// others. Where a table or a materialized view has several, it is the first by name.
func (r *renderer) holdsWithin(domain schema.Object) (column string, found bool) {
	plain, holders := r.holders(domain)
	for _, n := range r.now.names() {
		for _, c := range r.now.tables[n].Columns {
			base, array := strings.CutSuffix(c.Type.Text, "[]")
			if holders[base] || array && plain[base] {
				return "column " + short(n) + "." + c.Name, true
			}
		}
	}
	for _, o := range r.now.objects {
		if o.Kind == schema.KindMaterializedView && slices.ContainsFunc(o.Needs, func(need schema.Ref) bool { return holders[r.QName(need.Name)] }) {
			return "a column of " + called(o), true
		}
	}
	return "", false
}

// holders are the types that are the domain or another domain over it, and those
// that have such values within; both as columns spell them.
func (r *renderer) holders(domain schema.Object) (plain, within map[string]bool) {
	self := r.QName(domain.Name)
	plain, within = map[string]bool{self: true}, map[string]bool{}
	refs := []schema.Ref{domain.Ref()}
	types := slices.Concat(r.now.objects, r.plan.To.Objects)
	for i := 0; i < len(refs); i++ {
		for _, o := range types {
			holds := o.Kind == schema.KindDomain || o.Kind == schema.KindComposite || o.Kind == schema.KindRange
			if !holds || slices.Contains(refs, o.Ref()) || !slices.Contains(o.Needs, refs[i]) {
				continue
			}
			refs = append(refs, o.Ref())
			of, name := r.QName(refs[i].Name), r.QName(o.Name)
			if overPlain := o.Kind == schema.KindDomain && plain[of] && !strings.Contains(o.SQL, " AS "+of+"[]"); overPlain {
				plain[name] = true
				continue
			}
			within[name] = true
			if _, multirange, ok := strings.Cut(o.SQL, "MULTIRANGE_TYPE_NAME = "); ok {
				within[strings.TrimSuffix(multirange, ")")] = true
			}
		}
	}
	return plain, within
}
