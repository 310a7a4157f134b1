package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// alterAccess gives a thing its owner and its privileges. The owner comes first:
// what the old one had is the new one's from then on.
func (r *renderer) alterAccess(c diff.AlterAccess) {
	if owner := c.NewOwner(); owner != "" {
		r.onAccess(alterOwner, c, "ALTER "+r.ownedWord(c.To.On)+" OWNER TO "+owner)
	}
	for _, s := range c.Steps() {
		sql := r.grantText(s, c.To)
		if c.To.On.Kind == schema.KindDefaults {
			sql = r.defaultsOf(c.To.On) + " " + sql
		}
		if s.By != "" {
			sql = r.asRole(s.By, sql)
		}
		r.onAccess(changeGrants, c, sql)
	}
}

// onAccess appends a statement about owner or privileges, with the locks of its
// form where it is about a relation.
func (r *renderer) onAccess(f form, c diff.AlterAccess, sql string) {
	relation := diff.TableOf(c)
	if relation.IsZero() {
		s := on(noForm, relation)
		s.SQL = sql
		r.add(s)
		return
	}
	s := on(f, relation)
	s.SQL = sql
	r.onTable(relation, s)
}

// grantText is GRANT or REVOKE. Where the owner is meant the statement names it.
func (r *renderer) grantText(s diff.AccessStep, to schema.Access) string {
	role := s.Role
	if role == "" {
		role = to.Owner
	}
	columns := func(names []string) string { return "(" + r.Idents(names) + ")" }
	what := schema.Privileges(s.Grants, columns) + " ON " + r.accessWord(to.On)
	switch {
	case s.Revoke && s.Option:
		return "REVOKE GRANT OPTION FOR " + what + " FROM " + role
	case s.Revoke:
		return "REVOKE " + what + " FROM " + role
	case s.Option:
		return "GRANT " + what + " TO " + role + " WITH GRANT OPTION"
	}
	return "GRANT " + what + " TO " + role
}

// accessWord is the thing as GRANT calls it.
func (r *renderer) accessWord(on schema.Ref) string {
	switch {
	case on.Kind == schema.KindDefaults:
		return strings.ToUpper(on.Args)
	case on.Kind == schema.RefSchema:
		return "SCHEMA " + r.Ident(on.Name.Local)
	case on.Kind == schema.KindProcedure:
		return "PROCEDURE " + r.QName(on.Name) + "(" + on.Args + ")"
	case on.Kind == schema.KindAggregate:
		return "FUNCTION " + r.QName(on.Name) + "(" + grantedArgs(on.Args) + ")"
	case schema.IsRoutine(on.Kind):
		return "FUNCTION " + r.QName(on.Name) + "(" + on.Args + ")"
	}
	switch schema.AccessClass(on) {
	case "types":
		return "TYPE " + r.QName(on.Name)
	case "sequences":
		return "SEQUENCE " + r.QName(on.Name)
	}
	return "TABLE " + r.QName(on.Name)
}

// grantedArgs are the arguments of an aggregate as GRANT takes them: direct ones
// and those that are ordered by in one list. One that is both stands once.
func grantedArgs(args string) string {
	direct, ordered, both := strings.Cut(" "+args, " ORDER BY ")
	direct = strings.TrimSpace(direct)
	switch {
	case !both || ordered == direct:
		return direct
	case direct == "":
		return ordered
	}
	return direct + ", " + ordered
}

// ownedWord is the thing as ALTER … OWNER TO calls it.
func (r *renderer) ownedWord(on schema.Ref) string {
	switch on.Kind {
	case schema.KindView, schema.KindMaterializedView:
		return objectWord[on.Kind] + " " + r.QName(on.Name)
	case schema.KindDomain:
		return "DOMAIN " + r.QName(on.Name)
	case schema.KindAggregate:
		return r.objectName(schema.Object{Kind: on.Kind, Name: on.Name, Args: on.Args})
	}
	return r.accessWord(on)
}

// defaultsOf is how ALTER DEFAULT PRIVILEGES begins.
func (r *renderer) defaultsOf(on schema.Ref) string {
	text := "ALTER DEFAULT PRIVILEGES FOR ROLE " + on.Name.Local
	if on.Name.Schema != "" {
		text += " IN SCHEMA " + r.Ident(on.Name.Schema)
	}
	return text
}

// asRole is a statement that somebody else than the owner carries out: who has
// been allowed to pass a privilege on is the one who can take it back.
func (r *renderer) asRole(role, sql string) string {
	return "DO $gen$ BEGIN SET LOCAL ROLE " + role + "; " + sql + "; RESET ROLE; END $gen$"
}
