package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// domainsOf are the managed domains of a schema.
func domainsOf(objects []schema.Object) map[schema.Name]schema.Object {
	domains := map[schema.Name]schema.Object{}
	for _, o := range objects {
		if o.Kind == schema.KindDomain {
			domains[o.Name] = o
		}
	}
	return domains
}

// applyDomain follows what a change does to the managed domains.
func (s *state) applyDomain(c diff.Change) {
	switch c := c.(type) {
	case diff.CreateObject:
		if c.Object.Kind == schema.KindDomain {
			s.domains[c.Object.Name] = c.Object
		}
	case diff.AlterObject:
		if c.To.Kind == schema.KindDomain {
			s.domains[c.To.Name] = c.To
		}
	case diff.DropObject:
		if c.Object.Kind == schema.KindDomain {
			delete(s.domains, c.Object.Name)
		}
	case diff.RenameObject:
		if d, ok := s.domains[c.From.Name]; ok && c.From.Kind == schema.KindDomain {
			delete(s.domains, c.From.Name)
			d.Name = c.To.Name
			s.domains[c.To.Name] = d
		}
	}
}

// stored is the type that values of t are stored as: of a managed domain that which
// it is of in the end. checked says that one on the way has checks, or is NOT NULL:
// then a table with rows is written anew when a column gets t (PostgreSQL,
// src/backend/commands/tablecmds.c, ATColumnChangeRequiresRewrite and ATExecAddColumn).
func (r *renderer) stored(t schema.Type) (base typ, checked bool) {
	base = parseType(t.Text)
	d, ok := r.now.domains[t.Ref]
	for ok && !base.array {
		checked = checked || checks(d)
		base = parseType(d.Shape[0])
		d, ok = r.domainCalled(d.Shape[0])
	}
	return base, checked
}

// domainCalled is the managed domain that a type's text names.
func (r *renderer) domainCalled(text string) (schema.Object, bool) {
	if !strings.Contains(text, ".") {
		return schema.Object{}, false
	}
	for name, d := range r.now.domains {
		if r.QName(name) == text || name.String() == text {
			return d, true
		}
	}
	return schema.Object{}, false
}
