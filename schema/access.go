package schema

import (
	"cmp"
	"slices"
	"strings"
)

// An Access says whose something is and who may do what with it, or what new
// things of a role will be like (KindDefaults). Roles are written as SQL writes
// them, quoted where they must be.
type Access struct {
	// On is what it is about. Kinds besides those of objects: RefTable,
	// RefSequence, RefEnum, RefSchema (Name.Local alone), and KindDefaults: Name is
	// the schema, or empty for all of them, and the role; Args is "tables",
	// "sequences", "functions", "types" or "schemas".
	On Ref `json:"on"`
	// Of is the column whose sequence it is: that of an identity or serial column,
	// which is otherwise no object of its own. On then is the name it has.
	Of ColumnRef `json:"of,omitzero"`
	// Owner is the role that has it. Empty: not said, and not compared; of the
	// sequence of a column always, as that goes with its table.
	Owner string `json:"owner,omitempty"`
	// Grants are what differs from what the product gives by itself: to the owner
	// everything, to PUBLIC EXECUTE of routines and USAGE of types. Defaults of one
	// schema come on top of those of all, and have nothing by themselves. Sorted.
	Grants []Grant `json:"grants,omitempty"`

	Pos Pos `json:"pos,omitzero"`
}

// A Grant is one privilege of one role.
type Grant struct {
	Column    string `json:"column,omitempty"` // of a relation; empty: the whole
	Role      string `json:"role,omitempty"`   // empty: the owner, whoever that is; Public: everybody
	Privilege string `json:"privilege"`        // SELECT, USAGE, …
	By        string `json:"by,omitempty"`     // who has given it; empty: the owner
	Grantable bool   `json:"grantable,omitempty"`
	// Revoked: what the product gives by itself is taken away.
	Revoked bool `json:"revoked,omitempty"`
}

// Public is the Role that means everybody.
const Public = "PUBLIC"

// Kinds of what an [Access] is about, besides those of objects.
const (
	RefSchema    = "schema"
	KindDefaults = "default privileges"
)

// Key tells what the access is about from all else, whatever the sequence of a
// column is called.
func (a Access) Key() Ref {
	if a.Of != (ColumnRef{}) {
		return Ref{Kind: RefSequence, Args: a.Of.Column, Table: a.Of.Table}
	}
	return a.On
}

// Clone returns a deep copy.
func (a Access) Clone() Access {
	a.Grants = slices.Clone(a.Grants)
	return a
}

// Compare orders by column, role, privilege and who has given it.
func (g Grant) Compare(o Grant) int {
	return cmp.Or(cmp.Compare(g.Column, o.Column), cmp.Compare(g.Role, o.Role), cmp.Compare(g.Privilege, o.Privilege), cmp.Compare(g.By, o.By))
}

// String is the grant for people: "SELECT (name) to reader with grant option",
// "no EXECUTE for PUBLIC".
func (g Grant) String() string {
	var b strings.Builder
	what, to := g.Privilege, cmp.Or(g.Role, "the owner")
	if g.Column != "" {
		what += " (" + g.Column + ")"
	}
	if g.Revoked {
		b.WriteString("no " + what + " for " + to)
	} else {
		b.WriteString(what + " to " + to)
	}
	if g.Grantable {
		b.WriteString(" with grant option")
	}
	if g.By != "" {
		b.WriteString(" by " + g.By)
	}
	return b.String()
}

// Privileges lists those of grants, as "SELECT, UPDATE (a, b)": each once, in the
// order in which they come, those of columns with what columns makes of the names
// of all of them.
func Privileges(grants []Grant, columns func([]string) string) string {
	var words []string
	of := map[string][]string{}
	for _, g := range grants {
		if _, seen := of[g.Privilege]; !seen {
			words = append(words, g.Privilege)
			of[g.Privilege] = nil
		}
		if g.Column != "" {
			of[g.Privilege] = append(of[g.Privilege], g.Column)
		}
	}
	for i, p := range words {
		if names := of[p]; len(names) > 0 {
			words[i] = p + " " + columns(names)
		}
	}
	return strings.Join(words, ", ")
}

// GivenAlone reports whether the product gives the privilege on such a thing by
// itself: everything to the owner, and to PUBLIC what routines and types are for.
// Nothing is given alone by the defaults of one schema.
func GivenAlone(on Ref, g Grant) bool {
	if g.Column != "" || g.By != "" || on.Kind == KindDefaults && on.Name.Schema != "" {
		return false
	}
	switch {
	case g.Role == "":
		return true
	case g.Role != Public:
		return false
	}
	switch AccessClass(on) {
	case "functions":
		return g.Privilege == "EXECUTE"
	case "types":
		return g.Privilege == "USAGE"
	}
	return false
}

// AccessClass is "tables", "sequences", "functions", "types" or "schemas": what
// ALTER DEFAULT PRIVILEGES calls such things. Empty: they have no privileges.
func AccessClass(on Ref) string {
	switch {
	case on.Kind == KindDefaults:
		return on.Args
	case on.Kind == RefTable || on.Kind == KindView || on.Kind == KindMaterializedView:
		return "tables"
	case on.Kind == RefSequence:
		return "sequences"
	case IsRoutine(on.Kind):
		return "functions"
	case on.Kind == RefEnum || on.Kind == KindDomain || on.Kind == KindRange || on.Kind == KindComposite:
		return "types"
	case on.Kind == RefSchema:
		return "schemas"
	}
	return ""
}

// AccessTo returns the access of that Key, or nil.
func (d *Database) AccessTo(key Ref) *Access {
	for i := range d.Access {
		if d.Access[i].Key() == key {
			return &d.Access[i]
		}
	}
	return nil
}

func (a *Access) sort() { slices.SortFunc(a.Grants, Grant.Compare) }

// Fresh is what a server gives a thing that role makes in db: what the product
// gives by itself, and what default privileges say.
func Fresh(db *Database, role string, on Ref) Access {
	fresh := Access{On: on, Owner: role}
	class := AccessClass(on)
	namespaces := []string{""}
	if on.Name.Schema != "" {
		namespaces = append(namespaces, on.Name.Schema)
	}
	for _, namespace := range namespaces {
		defaults := db.AccessTo(Ref{Kind: KindDefaults, Name: Name{Schema: namespace, Local: role}, Args: class})
		if defaults == nil {
			continue
		}
		fresh.Grants = MergeGrants(on, fresh.Grants, defaults.Grants)
	}
	return fresh
}

// MergeGrants is one list with the grants of another: the stronger one counts
// where there are two. What the product gives by itself is not listed.
func MergeGrants(on Ref, list, more []Grant) []Grant {
	for _, g := range more {
		list = addGrant(on, list, g)
	}
	slices.SortFunc(list, Grant.Compare)
	return list
}

func addGrant(on Ref, list []Grant, g Grant) []Grant {
	i := slices.IndexFunc(list, func(o Grant) bool { return o.Compare(g) == 0 })
	given := GivenAlone(on, g) && !g.Revoked && !g.Grantable
	switch {
	case i < 0 && given:
		return list
	case i < 0:
		return append(list, g)
	case g.Revoked:
		return list
	case given && list[i].Revoked:
		return slices.Delete(list, i, i+1)
	}
	g.Grantable = g.Grantable || list[i].Grantable && !list[i].Revoked
	list[i] = g
	return list
}
