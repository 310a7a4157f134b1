package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An accessStatement is what a GRANT, REVOKE, ALTER DEFAULT PRIVILEGES or
// ALTER … OWNER TO says besides what the server itself is asked about: the roles
// and the schemas it names.
type accessStatement struct {
	kind    accessKind
	roles   []token // to or from whom; of OWNER TO the owner
	schemas []token // behind SCHEMA
	all     bool    // ALL … IN SCHEMA

	// Of ALTER DEFAULT PRIVILEGES: whose, in which schemas, for what, and where in
	// the tokens GRANT and the word for the things stand.
	of     []token
	in     []token
	class  string
	verb   int
	things int
	// Of OWNER TO: where in the tokens that stands.
	owner int
}

type accessKind int

const (
	noAccess accessKind = iota
	grantAccess
	defaultAccess
	ownerAccess
)

// access finds out whether the statement is about privileges or owners.
func (d *definition) isAccess() accessKind {
	switch {
	case d.is(0, "grant"), d.is(0, "revoke"):
		return grantAccess
	case d.is(0, "alter", "default", "privileges"):
		return defaultAccess
	case d.is(0, "alter"):
		for i := range d.tokens {
			if d.is(i, "owner", "to") {
				return ownerAccess
			}
		}
	}
	return noAccess
}

const (
	turnOn = "set privileges = true under [postgres] in gen.toml (docs/objects.md), or write them in a revision: gen keeps those an object has when it makes it again"

	allowedAccess = "privileges are managed on tables and their columns, sequences, views, routines, types and schemas, and by ALTER DEFAULT PRIVILEGES"
)

// classifyAccess takes the statement apart. It returns why it cannot stand in a
// file of objects, or "".
func (d *definition) classifyAccess(kind accessKind, managed bool) (fault, hint string) {
	if !managed && kind == ownerAccess {
		return "owners are not managed", turnOn
	}
	if !managed {
		return "privileges are not managed", turnOn
	}
	d.access.kind = kind
	switch kind {
	case ownerAccess:
		return d.classifyOwner()
	case defaultAccess:
		return d.classifyDefaults()
	}
	return d.classifyGrant(0)
}

// owned are the words behind ALTER for what has an owner that is compared, and
// how GRANT calls it.
var owned = []struct {
	words []string
	grant string
}{
	{[]string{"table"}, "TABLE"}, {[]string{"view"}, "TABLE"}, {[]string{"materialized", "view"}, "TABLE"}, {[]string{"sequence"}, "SEQUENCE"},
	{[]string{"function"}, "FUNCTION"}, {[]string{"procedure"}, "PROCEDURE"}, {[]string{"routine"}, "ROUTINE"}, {[]string{"aggregate"}, "FUNCTION"},
	{[]string{"type"}, "TYPE"}, {[]string{"domain"}, "TYPE"}, {[]string{"schema"}, "SCHEMA"},
}

// ownedAs finds the words: how GRANT calls it, and where its name begins.
func (d *definition) ownedAs() (grant string, name int) {
	for _, o := range owned {
		if d.is(1, o.words...) {
			at := 1 + len(o.words)
			if d.is(at, "if", "exists") {
				at += 2
			}
			if d.is(at, "only") {
				at++
			}
			return o.grant, at
		}
	}
	return "", 0
}

func (d *definition) classifyOwner() (fault, hint string) {
	for i := range d.tokens {
		if d.is(i, "owner", "to") {
			d.access.owner = i
		}
	}
	grant, at := d.ownedAs()
	if grant == "" {
		return "owners of these are not managed", "owners are managed of tables, sequences, views, routines, types and schemas"
	}
	if grant == "SCHEMA" && at < len(d.tokens) {
		d.access.schemas = []token{d.tokens[at]}
	}
	roles, next := d.roleList(d.access.owner + 2)
	if len(roles) != 1 || next != len(d.tokens) {
		return "OWNER TO is not followed by one role", ""
	}
	d.access.roles = roles
	return d.namedRoles(roles)
}

func (d *definition) classifyDefaults() (fault, hint string) {
	a, i := &d.access, 3
	for ; i < len(d.tokens) && !d.is(i, "grant") && !d.is(i, "revoke"); i++ {
		switch {
		case d.is(i, "for", "role"), d.is(i, "for", "user"):
			a.of, i = d.roleList(i + 2)
			i--
		case d.is(i, "in", "schema"):
			a.in, i = d.roleList(i + 2)
			i--
		}
	}
	if len(a.of) == 0 {
		return "it does not say whose default privileges they are", "write ALTER DEFAULT PRIVILEGES FOR ROLE …: without it they are those of whoever runs it"
	}
	if fault, hint := d.namedRoles(a.of); fault != "" {
		return fault, hint
	}
	a.verb = i
	if fault, hint := d.classifyGrant(i); fault != "" {
		return fault, hint
	}
	for n := i; n+1 < len(d.tokens); n++ {
		if d.is(n, "on") {
			a.things = n + 1
			break
		}
	}
	a.class = d.tokens[a.things].text
	if a.class == "routines" {
		a.class = "functions"
	}
	if !slices.Contains([]string{"tables", "sequences", "functions", "types", "schemas"}, a.class) {
		return "default privileges of these are not managed", "those of tables, sequences, functions, types and schemas are"
	}
	a.schemas = nil
	return "", ""
}

// classifyGrant takes apart the GRANT or REVOKE that begins at token i.
func (d *definition) classifyGrant(i int) (fault, hint string) {
	ends := "to"
	if d.is(i, "revoke") {
		ends = "from"
	}
	on, last, depth := -1, -1, 0
	for n := i; n < len(d.tokens); n++ {
		switch t := d.tokens[n]; {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && on < 0 && d.is(n, "on"):
			on = n
		case depth == 0 && d.is(n, ends):
			last = n
		}
	}
	switch {
	case last < 0:
		return "it does not say " + ends + " whom", ""
	case on < 0 || on > last:
		return "memberships of roles are not managed", "roles belong to the whole server; " + allowedAccess
	}
	for _, w := range []string{"database", "language", "foreign", "large", "parameter", "tablespace"} {
		if d.is(on+1, w) {
			return "privileges on " + strings.ToUpper(w) + " are not managed", allowedAccess
		}
	}
	d.access.all = d.is(on+1, "all")
	for n := on + 1; n < last; n++ {
		if d.is(n, "schema") {
			d.access.schemas, _ = d.roleList(n + 1)
			break
		}
	}
	roles, next := d.roleList(last + 1)
	if len(roles) == 0 {
		return "it does not say " + ends + " whom", ""
	}
	for n := next; n < len(d.tokens); n++ {
		if d.is(n, "granted", "by") {
			return "GRANTED BY has no place here", "what a file says is granted by the owner"
		}
	}
	d.access.roles = roles
	return d.namedRoles(roles)
}

// roleList are the names from token i on with commas between them, and where
// they end.
func (d *definition) roleList(i int) (list []token, next int) {
	for i < len(d.tokens) {
		if d.is(i, "group") {
			i++
		}
		if i >= len(d.tokens) || !d.tokens[i].name() {
			break
		}
		list = append(list, d.tokens[i])
		i++
		if i >= len(d.tokens) || !d.tokens[i].is(",") {
			break
		}
		i++
	}
	return list, i
}

// namedRoles refuses roles that depend on who asks.
func (d *definition) namedRoles(roles []token) (fault, hint string) {
	for _, t := range roles {
		if t.kind == word && slices.Contains([]string{"current_user", "current_role", "session_user"}, t.text) {
			return strings.ToUpper(t.text) + " is somebody else each time", "name the role"
		}
	}
	return "", ""
}

// isPublic reports whether the token means everybody.
func isPublic(t token) bool { return t.kind == word && strings.ToUpper(t.text) == schema.Public }
