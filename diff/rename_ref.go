package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An objectNamer knows what objects and enums are called afterwards.
type objectNamer struct {
	objects                       map[schema.Ref]schema.Ref
	types, collations, statistics map[schema.Name]schema.Name
	routines                      []routineRename
}

// A routineRename tells a routine from others of its name by who calls it: a text
// does not say which one it means.
type routineRename struct {
	from, to   schema.Ref
	overloaded bool
	users      map[schema.Ref]bool // parts of tables
}

// newObjectNamer puts relations with tables: views, materialized views and
// composite types share their names and stand in texts as they do.
func newObjectNamer(list []ObjectRename, relations map[schema.Name]schema.Name) objectNamer {
	n := objectNamer{map[schema.Ref]schema.Ref{}, map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}, nil}
	for _, r := range list {
		n.objects[r.From] = r.To
		switch kind := r.From.Kind; {
		case schema.IsRoutine(kind):
			n.routines = append(n.routines, routineRename{from: r.From, to: r.To})
		case kind == schema.RefSequence || kind == schema.KindView || kind == schema.KindMaterializedView || kind == schema.KindComposite:
			relations[r.From.Name] = r.To.Name
		case kind == schema.KindDomain || kind == schema.KindRange || kind == schema.RefMultirange || kind == schema.RefEnum:
			n.types[r.From.Name] = r.To.Name
		case kind == schema.KindCollation:
			n.collations[r.From.Name] = r.To.Name
		case kind == schema.KindStatistics:
			n.statistics[r.From.Name] = r.To.Name
		}
	}
	return n
}

// learnCalls finds out which parts of tables call the routines, and whether others
// of their names stay.
func (n *objectNamer) learnCalls(db *schema.Database) {
	for i := range n.routines {
		r := &n.routines[i]
		r.users = map[schema.Ref]bool{}
		for _, o := range db.Objects {
			if o.Ref() == r.from {
				for _, u := range o.Users {
					r.users[u] = true
				}
				continue
			}
			if schema.IsRoutine(o.Kind) && o.Name == r.from.Name && n.objects[o.Ref()].Name != r.to.Name {
				r.overloaded = true
			}
		}
	}
}

// callsOf reports of each routine whether the object means it by its name.
func (n objectNamer) callsOf(o schema.Object) func(routineRename) bool {
	return func(r routineRename) bool {
		return !r.overloaded || o.Ref() == r.from || slices.Contains(o.Needs, r.from)
	}
}

// typeName is the name of a type afterwards; every relation is a type.
func (n renamer) typeName(old schema.Name) schema.Name {
	if to, ok := n.types[old]; ok {
		return to
	}
	return n.table(old)
}

func (n objectNamer) collation(old schema.Name) schema.Name {
	if to, ok := n.collations[old]; ok {
		return to
	}
	return old
}

// ref is the identity of something afterwards.
func (n renamer) ref(r schema.Ref) schema.Ref {
	if to, ok := n.objects[r]; ok {
		return to
	}
	if r.Kind == schema.RefTable || !r.Table.IsZero() && r.Name == r.Table {
		r.Name = n.table(r.Name)
	}
	if r.Kind == schema.KindPublicationTable {
		if to, ok := n.objects[schema.Ref{Kind: schema.KindPublication, Name: r.Name}]; ok {
			r.Name = to.Name
		}
	}
	if table := n.table(r.Table); table != r.Table {
		// What belongs to a table goes with it into another schema.
		if r.Name.Schema == r.Table.Schema && r.Kind != schema.KindStatistics {
			r.Name.Schema = table.Schema
		}
		r.Table = table
	}
	r.Args = n.definition(r.Args, schema.Object{}, n.callsOf(schema.Object{}))
	return r
}

// qualified is the new name of what token i, a schema with a dot behind it, names;
// false where it stays.
func (n renamer) qualified(tokens []token, i int, calls func(routineRename) bool) (schema.Name, bool) {
	old := schema.Name{Schema: tokens[i].name, Local: next(tokens, i, 2).name}
	before, second := strings.ToUpper(prev(tokens, i, 1).text), strings.ToUpper(prev(tokens, i, 2).text)
	switch {
	case before == "COLLATE" || before == "COLLATION" || before == "=" && second == "COLLATION":
		to, ok := n.collations[old]
		return to, ok
	case before == "STATISTICS":
		to, ok := n.statistics[old]
		return to, ok
	// A call has no blank before its parenthesis; a list of columns has one.
	case i+3 < len(tokens) && tokens[i+3].text == "(", before == "=" && namesRoutine(second), before == "SUPPORT":
		for _, r := range n.routines {
			if r.from.Name == old && calls(r) {
				return r.to.Name, true
			}
		}
	}
	if to, ok := n.types[old]; ok {
		return to, true
	}
	to, ok := n.tables[old]
	return to, ok
}

// namesRoutine reports whether the option of CREATE AGGREGATE or CREATE TYPE …
// AS RANGE names a routine.
func namesRoutine(option string) bool {
	return strings.HasSuffix(option, "FUNC") || option == "CANONICAL" || option == "SUBTYPE_DIFF"
}

// headerWord is the keyword behind which the definition has its own name, without
// a schema.
var headerWord = map[string]string{
	schema.KindTrigger: "TRIGGER", schema.KindRule: "RULE", schema.KindPolicy: "POLICY", schema.KindIndex: "INDEX",
	schema.KindPublication: "PUBLICATION", schema.KindPublicationTable: "PUBLICATION",
}

// header is the token with the object's own name and what becomes of it; -1 where
// it stays, or stands with its schema.
func (n renamer) header(tokens []token, o schema.Object) (int, string) {
	ref := o.Ref()
	if o.Kind == schema.KindPublicationTable {
		ref = schema.Ref{Kind: schema.KindPublication, Name: o.Name}
	}
	to, ok := n.objects[ref]
	if word := headerWord[o.Kind]; ok && word != "" {
		for i, t := range tokens {
			if t.kind != tokenIdent || t.text != word {
				continue
			}
			for i++; i < len(tokens) && tokens[i].kind != tokenIdent; i++ {
			}
			return i, productOf(schema.Name{Schema: "public"}).Ident(to.Name.Local)
		}
	}
	return -1, ""
}

func (n renamer) renameInEnum(e *schema.Enum) {
	before := schema.Ref{Kind: schema.RefEnum, Name: e.Name}
	if to, ok := n.objects[before]; ok {
		e.Was = []schema.Former{{Name: e.Name}}
		e.Name = to.Name
	}
}

func (n renamer) renameInSequence(s *schema.Sequence) {
	if to, ok := n.objects[schema.Ref{Kind: schema.RefSequence, Name: s.Name}]; ok {
		s.Was = []schema.Former{{Name: s.Name}}
		s.Name = to.Name
	}
	s.OwnedBy.Table = n.table(s.OwnedBy.Table)
	s.OwnedBy.Column = n.column(s.OwnedBy.Table, s.OwnedBy.Column)
}

// renameInExpressions renames objects in the types and expressions of a table,
// which is a copy. old is the table's name before.
func (n renamer) renameInExpressions(old schema.Name, t *schema.Table) {
	expr := func(sql *string, users ...schema.Ref) {
		if *sql == "" {
			return
		}
		*sql = n.definition(*sql, schema.Object{}, func(r routineRename) bool {
			return !r.overloaded || slices.ContainsFunc(users, func(u schema.Ref) bool { return r.users[u] })
		})
	}
	part := func(kind, name string) schema.Ref {
		return schema.Ref{Kind: kind, Name: schema.Name{Schema: old.Schema, Local: name}, Table: old}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		expr(&c.Type.Text)
		c.Type.Ref, c.Collation = n.typeName(c.Type.Ref), n.collation(c.Collation)
		expr(&c.Default, part(schema.RefDefault, c.Name))
		if c.Generated != nil {
			expr(&c.Generated.Expr, part(schema.RefDefault, c.Name))
		}
	}
	for i := range t.Checks {
		expr(&t.Checks[i].Expr, part(schema.RefConstraint, t.Checks[i].Name))
	}
	key := func(k *schema.IndexKey, users ...schema.Ref) {
		expr(&k.Expr, users...)
		k.Collation = n.collation(k.Collation)
	}
	for i := range t.Exclusions {
		x := &t.Exclusions[i]
		users := []schema.Ref{part(schema.RefConstraint, x.Name), part(schema.KindIndex, x.Name)}
		for j := range x.Elements {
			key(&x.Elements[j].Key, users...)
		}
		expr(&x.Where, users...)
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		for j := range x.Keys {
			key(&x.Keys[j], part(schema.KindIndex, x.Name))
		}
		expr(&x.Where, part(schema.KindIndex, x.Name))
	}
	expr(&t.PartitionBy, part(schema.RefTable, old.Local))
}
