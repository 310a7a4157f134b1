package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// constructors are the arguments of the functions that came with a range type, or
// with its multirange, under the type's own name: r(low, high), r(low, high,
// bounds), r_multirange(…). ALTER TYPE leaves them under the name they have
// (PostgreSQL 18, src/backend/commands/typecmds.c, makeRangeConstructors).
func (r *renderer) constructors(o schema.Ref) []string {
	i := slices.IndexFunc(r.now.objects, func(x schema.Object) bool {
		return x.Ref() == o || o.Kind == schema.RefMultirange && x.Multirange() == o.Name
	})
	switch {
	case i < 0:
		return nil
	case o.Kind == schema.KindRange:
		of := subtype(r.now.objects[i])
		return []string{of + ", " + of, of + ", " + of + ", text"}
	case o.Kind == schema.RefMultirange:
		of := r.QName(r.now.objects[i].Name)
		return []string{"", of, of + "[]"}
	}
	return nil
}

// subtype is what a range type is of, as its definition says it.
func subtype(o schema.Object) string {
	_, of, _ := strings.Cut(o.SQL, "SUBTYPE = ")
	end := len(of) - 1
	for _, option := range []string{", SUBTYPE_OPCLASS = ", ", COLLATION = ", ", CANONICAL = ", ", SUBTYPE_DIFF = ", ", MULTIRANGE_TYPE_NAME = "} {
		if i := strings.Index(of, option); i >= 0 {
			end = min(end, i)
		}
	}
	return of[:end]
}

// alterConstructors does to these functions what was done to the type. They belong
// to the superuser that made the cluster, whoever made the type.
func (r *renderer) alterConstructors(o schema.Ref, args []string, action string) {
	for _, a := range args {
		r.add(render.Statement{SQL: "ALTER FUNCTION " + r.QName(o.Name) + "(" + a + ") " + action,
			Hazards: []render.Hazard{{ID: "AUTH03", Text: "needs a superuser, to whom the constructor functions of every range type belong; whoever is none takes this statement out here and in the way back, and calls them by their old name"}}})
	}
}
