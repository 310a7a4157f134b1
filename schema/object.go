package schema

import (
	"cmp"
	"slices"
	"strings"
)

// An Object is something that is told by its definition rather than by parts
// that gen knows. Where it is managed (Database.Objects) it is created, replaced
// and dropped; where it is not (Database.Unmanaged) it is only reported.
type Object struct {
	Kind  string `json:"kind"`           // in the words of the server's manual, see the Kind constants
	Name  Name   `json:"name"`           // of an unmanaged routine with its arguments: "f(integer, text)"
	Args  string `json:"args,omitempty"` // of a managed routine: what tells it from others of its name, "integer, text"
	Table Name   `json:"table,omitzero"` // the relation it belongs to, where there is one

	// SQL is the statement that creates the object, in the server's words. Of an
	// unmanaged object it is only there where the object must be made again to be
	// kept alive (SQLite triggers and views, across a table rebuild).
	SQL string `json:"sql,omitempty"`
	// Shape is what CREATE OR REPLACE cannot change: the columns of a view, the
	// parameters and the result of a routine.
	Shape []string `json:"shape,omitempty"`
	// Facets are what is changed in place, each by an ALTER of its own: whether a
	// trigger is enabled, the version of an extension, the checks of a domain.
	// Sorted by name. Of an unmanaged object at most one, "like": words that differ
	// where it differs, between servers of one major.
	Facets  []Option `json:"facets,omitempty"`
	Comment string   `json:"comment,omitempty"`

	// Grants are statements that give back owner and privileges where the object
	// is made anew. They are not compared.
	Grants []string `json:"grants,omitempty"`
	// Uses are the columns of managed tables that it cannot be without, Needs the
	// other things, where the catalog says so. Sorted. Neither is compared: they
	// follow from the definition.
	Uses  []ColumnRef `json:"uses,omitempty"`
	Needs []Ref       `json:"needs,omitempty"`
	// Users are the other way round: what is no Object and cannot be without it,
	// columns, defaults, constraints and indexes of managed tables, and whatever
	// gen does not manage (RefOther). Only read from a database. Sorted, not
	// compared.
	Users []Ref `json:"users,omitempty"`

	// Was are the names it had before (a rename hint), in files of objects. Never
	// compared. In a database whose names were changed for a comparison it is what
	// the server still calls it, and behind that what it calls the multirange of a
	// range type.
	Was []Former `json:"was,omitempty"`
	Pos Pos      `json:"pos,omitzero"`
}

// A Former is a name that something had before.
type Former struct {
	Name Name `json:"name"` // what belongs to a table has no schema of its own here
	// Args are those of a routine, where Told says that they are given: it may be
	// one of several of that name.
	Args string `json:"args,omitempty"`
	Told bool   `json:"told,omitempty"`
	Pos  Pos    `json:"pos,omitzero"` // of the hint
}

// String is the name, with arguments where they are told: "public.f(integer)".
func (f Former) String() string {
	name := f.Name.Local
	if f.Name.Schema != "" {
		name = f.Name.String()
	}
	if f.Told {
		name += "(" + f.Args + ")"
	}
	return name
}

// BelongsToRelation reports whether objects of the kind have a name of their own
// beneath a relation, in whose schema they are: triggers, rules, policies, and
// indexes of materialized views.
func BelongsToRelation(kind string) bool {
	return kind == KindTrigger || kind == KindRule || kind == KindPolicy || kind == KindIndex
}

// Kinds of objects that can be managed.
const (
	KindExtension        = "extension"
	KindCollation        = "collation"
	KindDomain           = "domain"
	KindComposite        = "composite type"
	KindRange            = "range type"
	KindFunction         = "function"
	KindWindow           = "window function"
	KindProcedure        = "procedure"
	KindAggregate        = "aggregate"
	KindView             = "view"
	KindMaterializedView = "materialized view"
	KindIndex            = "index" // of a materialized view
	KindRule             = "rule"
	KindTrigger          = "trigger"
	KindPolicy           = "policy"
	KindStatistics       = "extended statistics"
	KindRowSecurity      = "row-level security" // of a table: enabled, forced
	KindReplicaIdentity  = "replica identity"
	KindCluster          = "clustered index"   // of a table or a materialized view: what CLUSTER goes by
	KindPublication      = "publication"       // of the database; what it publishes as a whole
	KindPublicationTable = "publication table" // a table in the publication of that name
)

// Kinds of a [Ref] to what is no Object.
const (
	RefTable      = "table"
	RefSequence   = "sequence"
	RefEnum       = "enum"
	RefConstraint = "constraint"
	RefMultirange = "multirange type" // comes and goes with its range type
	RefColumn     = "column"          // its type, collation or generation
	RefDefault    = "default"         // of a column
	RefOther      = "other"           // Name.Local is what the server calls it, kind and all
)

// ClonedTrigger is the kind of an unmanaged object that is the state of a trigger of a
// partition, where it is not that of the trigger of the partitioned table. Its facet is
// pg_trigger.tgenabled.
const ClonedTrigger = "trigger of a partition"

// TypedTable is how the name of a RefOther begins that is a table made OF a
// composite type, and the name of the table stands behind it.
const TypedTable = "typed table "

// IsTypedTable reports whether the name of a RefOther is that of a typed table.
func IsTypedTable(name string) bool { return strings.HasPrefix(name, TypedTable) }

// A Ref tells an object from all others. It can be compared and be a key.
type Ref struct {
	Kind  string `json:"kind"`
	Name  Name   `json:"name"`
	Args  string `json:"args,omitempty"`
	Table Name   `json:"table,omitzero"`
}

// Ref is the object's identity.
func (o Object) Ref() Ref { return Ref{o.Kind, o.Name, o.Args, o.Table} }

// Compare orders by kind, relation, name and arguments.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Kind, o.Kind), r.Table.Compare(o.Table), r.Name.Compare(o.Name), cmp.Compare(r.Args, o.Args))
}

// String is the object for messages: "view public.active", "function
// public.add(integer, integer)", "trigger touch on public.users", "table public.users of publication p".
func (r Ref) String() string {
	if r.Kind == KindPublicationTable {
		return "table " + r.Table.String() + " of publication " + r.Name.Local
	}
	var b strings.Builder
	b.WriteString(r.Kind + " ")
	switch {
	case r.Table.IsZero():
		b.WriteString(r.Name.String())
	case IsState(r.Kind): // a table has one, without a name
		return r.Kind + " on " + r.Table.String()
	default:
		b.WriteString(r.Name.Local)
	}
	if IsRoutine(r.Kind) {
		b.WriteString("(" + r.Args + ")")
	}
	if !r.Table.IsZero() {
		b.WriteString(" on " + r.Table.String())
	}
	return b.String()
}

// IsState reports whether objects of the kind are a state of their table, which has
// one of them, without a name.
func IsState(kind string) bool {
	return kind == KindRowSecurity || kind == KindReplicaIdentity || kind == KindCluster
}

// IsRoutine reports whether objects of the kind are told apart by arguments.
func IsRoutine(kind string) bool {
	return kind == KindFunction || kind == KindWindow || kind == KindProcedure || kind == KindAggregate
}

// IsRelation reports whether objects of the kind share the names of tables.
func IsRelation(kind string) bool {
	return kind == KindView || kind == KindMaterializedView || kind == KindIndex || kind == KindComposite
}

// IsType reports whether objects of the kind share the names of types. Every
// relation but an index is a type too.
func IsType(kind string) bool {
	switch kind {
	case KindDomain, KindRange, KindComposite, KindView, KindMaterializedView:
		return true
	}
	return false
}

// Object returns the managed object of that identity, or nil.
func (d *Database) Object(r Ref) *Object {
	for i := range d.Objects {
		if d.Objects[i].Ref() == r {
			return &d.Objects[i]
		}
	}
	return nil
}

func (o *Object) sort() {
	slices.SortFunc(o.Facets, func(a, b Option) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(o.Uses, func(a, b ColumnRef) int {
		return cmp.Or(a.Table.Compare(b.Table), cmp.Compare(a.Column, b.Column))
	})
	slices.SortFunc(o.Needs, Ref.Compare)
	slices.SortFunc(o.Users, Ref.Compare)
}
