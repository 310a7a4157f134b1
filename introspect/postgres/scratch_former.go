package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A target is what a CREATE statement makes, by the names that it says.
type target struct {
	schema, made       string // schema: empty where it says none
	tableSchema, table string // of what belongs to a relation
}

// target finds the names of what the statement makes. made is empty where it
// leaves the name to the server.
func (d *definition) target() target {
	var t target
	i := 1
	if d.is(i, "or", "replace") {
		i += 2
	}
	for _, c := range created {
		if d.is(i, c.words...) {
			i += len(c.words)
			break
		}
	}
	if d.kind == schema.KindIndex && d.is(i, "concurrently") {
		i++
	}
	if d.is(i, "if", "not", "exists") {
		i += 3
	}
	n := d.behindName(i)
	if n == i || d.is(i, "on") {
		return t
	}
	t.made = pg.Truncate(d.tokens[n-1].text)
	if n-i >= 3 {
		t.schema = d.tokens[n-3].text
	}
	word := "on"
	switch d.kind {
	case schema.KindRule:
		word = "to"
	case schema.KindTrigger, schema.KindPolicy, schema.KindIndex:
	default:
		return t
	}
	for i = n; i < len(d.tokens) && !d.is(i, word); i++ {
	}
	if end := d.behindName(i + 1); end > i+1 {
		t.table = d.tokens[end-1].text
		if end-i > 3 && d.tokens[end-2].is(".") {
			t.tableSchema = d.tokens[end-3].text
		}
	}
	return t
}

// schemaOf is the schema of what the statement makes.
func (s *scratch) schemaOf(t target) string {
	if t.schema == "" {
		return s.schemas[0]
	}
	return t.schema
}

// identify notes which routine a statement with a hint has made: of several with
// one name it is the row that was written last. path is the search_path at hand.
func (s *scratch) identify(ctx context.Context, d *definition, path string) error {
	if d == nil || len(d.was) == 0 || !schema.IsRoutine(d.kind) {
		return nil
	}
	t := d.target()
	results, err := s.c.Exec(ctx, "SELECT "+emptyPath+"; SELECT CASE p.prokind WHEN 'a' THEN pg_catalog.pg_get_function_identity_arguments(p.oid) ELSE pg_catalog.oidvectortypes(p.proargtypes) END "+
		"FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = "+pg.Literal(s.scratchOf[s.schemaOf(t)])+
		" AND p.proname = "+pg.Literal(t.made)+" ORDER BY pg_catalog.age(p.xmin) LIMIT 1; SELECT pg_catalog.set_config('search_path', "+pg.Literal(path)+", true)").ReadAll()
	if err != nil {
		return err
	}
	if len(results[1].Rows) > 0 {
		d.args, d.identified = s.said(string(results[1].Rows[0][0])), true
	}
	for i := range d.was {
		if err := s.tellArguments(ctx, &d.was[i], path); err != nil {
			return err
		}
	}
	return nil
}

// tellArguments spells the arguments of an earlier name as the server does. A type
// may be one that is only in the database, as it gets another name too.
func (s *scratch) tellArguments(ctx context.Context, w *former, path string) error {
	if w.argTexts == nil {
		return nil
	}
	w.Told = true
	var list []string
	for _, text := range w.argTexts {
		told := ""
		for _, look := range []string{s.renamed(text), text} {
			var err error
			if told, err = s.typeNamed(ctx, look); err != nil {
				return err
			}
			if told != "" {
				break
			}
		}
		if told == "" {
			s.refuse(w.Pos, "-- gen:was "+w.Name.Local, "there is no type "+text, "write the types of the arguments as the old routine has them")
			return nil
		}
		list = append(list, told)
	}
	w.Args = strings.Join(list, ", ")
	_, err := s.c.Exec(ctx, "SELECT pg_catalog.set_config('search_path', "+pg.Literal(path)+", true)").ReadAll()
	return err
}

// typeNamed is the type as the server spells it, empty where there is none.
func (s *scratch) typeNamed(ctx context.Context, text string) (string, error) {
	if !typeLike(lex(text)) {
		return "", nil
	}
	refused, err := s.try(ctx, "SELECT pg_catalog.set_config('search_path', "+pg.Literal(s.fullPath)+", true); "+
		"SELECT pg_catalog.set_config('gen.type', coalesce("+pg.Literal(text)+"::pg_catalog.regtype::pg_catalog.oid::text, ''), true)")
	if err != nil || refused != nil {
		return "", err
	}
	results, err := s.c.Exec(ctx, "SELECT "+emptyPath+"; SELECT pg_catalog.format_type(pg_catalog.current_setting('gen.type')::pg_catalog.oid, NULL)").ReadAll()
	if err != nil {
		return "", err
	}
	return s.said(string(results[1].Rows[0][0])), nil
}

// checkDeclared refuses hints that cannot all be true: of two objects only one can
// have had a name, and what is still declared under it has not lost it.
func (s *scratch) checkDeclared(db *schema.Database) {
	type hinted struct {
		ref schema.Ref
		was []schema.Former
	}
	var list []hinted
	declared := map[schema.Ref]schema.Pos{}
	was := map[schema.Ref]bool{}
	add := func(r schema.Ref, hints []schema.Former, pos schema.Pos) {
		declared[r], was[r] = pos, len(hints) > 0
		if len(hints) > 0 {
			list = append(list, hinted{r, hints})
		}
	}
	for _, e := range slices.Concat(s.want.Enums, db.Enums) { // those of the models are checked among themselves there
		add(schema.Ref{Kind: schema.RefEnum, Name: e.Name}, e.Was, e.Pos)
	}
	for _, o := range db.Objects {
		add(o.Ref(), o.Was, o.Pos)
	}
	claimed := map[schema.Ref]schema.Ref{}
	for _, h := range list {
		for _, f := range h.was {
			old := formerRef(h.ref, f)
			about := "-- gen:was " + f.Name.Local
			pos, still := declared[old]
			switch other, twice := claimed[old]; {
			case old == h.ref:
				s.refuse(f.Pos, about, "that is what it is called now", "write the name it had before, or take the directive away")
			case twice:
				s.refuse(f.Pos, about, h.ref.String()+" and "+other.String()+" cannot both have been "+old.String(), "leave the directive where the name went")
			case still && was[old] && s.swapped(h.ref, old, db):
				s.refuse(f.Pos, about, "two names are swapped, which looks the same before and after, so nobody can tell whether it has been done", "rename in two steps, over a third name, each with its directive")
			case still && !was[old]:
				s.refuse(f.Pos, about, old.String()+" is still declared, at "+pos.String(), "take the directive away if the rename is done, or that statement if it is the old one")
			}
			claimed[old] = h.ref
		}
	}
}

// formerRef is the identity that an object had, with its arguments where others
// are not told.
func formerRef(r schema.Ref, f schema.Former) schema.Ref {
	r.Name.Local = f.Name.Local
	if !schema.BelongsToRelation(r.Kind) {
		r.Name.Schema = f.Name.Schema
	}
	if f.Told {
		r.Args = f.Args
	}
	return r
}

// swapped reports whether the hints lead from old back to r.
func (s *scratch) swapped(r, old schema.Ref, db *schema.Database) bool {
	formers := map[schema.Ref][]schema.Former{}
	for _, e := range slices.Concat(s.want.Enums, db.Enums) {
		formers[schema.Ref{Kind: schema.RefEnum, Name: e.Name}] = e.Was
	}
	for _, o := range db.Objects {
		formers[o.Ref()] = o.Was
	}
	seen := map[schema.Ref]bool{}
	for open := []schema.Ref{old}; len(open) > 0; open = open[1:] {
		at := open[0]
		if at == r {
			return true
		}
		for _, f := range formers[at] {
			if next := formerRef(at, f); !seen[next] {
				seen[next] = true
				open = append(open, next)
			}
		}
	}
	return false
}

// formersOf are the hints of the statement that made the object.
func (s *scratch) formersOf(r schema.Ref) []schema.Former {
	var list []schema.Former
	for _, d := range s.definitions {
		if len(d.was) == 0 || !s.made(d, r) {
			continue
		}
		for _, w := range d.was {
			same := func(f schema.Former) bool { return f.Name == w.Name && f.Args == w.Args && f.Told == w.Told }
			if !slices.ContainsFunc(list, same) {
				list = append(list, w.Former)
			}
		}
	}
	return list
}

// made reports whether the statement with a hint makes just that object.
func (s *scratch) made(d *definition, r schema.Ref) bool {
	t := d.target()
	kind := d.kind
	switch {
	case kind == schema.KindComposite && (r.Kind == schema.KindRange || r.Kind == schema.RefEnum), kind == schema.KindFunction && r.Kind == schema.KindWindow:
		kind = r.Kind
	}
	if kind != r.Kind || t.made != r.Name.Local {
		return false
	}
	switch {
	case kind == schema.KindPublication:
		return true
	case schema.BelongsToRelation(kind):
		in := t.tableSchema
		if in == "" {
			in = s.schemas[0]
		}
		return r.Table == schema.Name{Schema: in, Local: t.table}
	case schema.IsRoutine(kind) && d.identified:
		return r.Name.Schema == s.schemaOf(t) && d.args == r.Args
	}
	return r.Name.Schema == s.schemaOf(t)
}
