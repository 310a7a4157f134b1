package corpus

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A maker makes things of one kind. make fills in a thing that has kind and
// name; it is false where the scene has nothing to make it of.
type maker struct {
	kind  string
	names []string
	make  func(s *director, t *Thing) bool
}

// makers are listed as often as their kind is to be met.
var makers = []maker{
	{schema.KindExtension, []string{"citext", "pg_trgm", "hstore"}, (*director).extension},
	{schema.KindCollation, []string{"german", "Sort Order"}, (*director).collation},
	{schema.KindDomain, []string{"positive", "Short Text", "shared"}, (*director).domain},
	{schema.KindDomain, []string{"positive", "Short Text", "shared"}, (*director).domain},
	{schema.KindComposite, []string{"pair", "Place", "shared"}, (*director).composite},
	{schema.KindRange, []string{"span", "shared"}, (*director).rangeType},
	{schema.KindFunction, []string{"calc", "Next One", "calc"}, (*director).scalarFunction},
	{schema.KindFunction, []string{"calc", "Next One", "calc"}, (*director).scalarFunction},
	{schema.KindFunction, []string{"of_row", "set of"}, (*director).rowFunction},
	{schema.KindFunction, []string{"touch", "watch"}, (*director).triggerFunction},
	{schema.KindProcedure, []string{"tidy", "calc"}, (*director).procedure},
	{schema.KindAggregate, []string{"total", "calc"}, (*director).aggregate},
	{schema.KindView, []string{"active", "Report", "summary"}, (*director).view},
	{schema.KindView, []string{"active", "Report", "summary"}, (*director).view},
	{schema.KindView, []string{"active", "Report", "summary", "v4"}, (*director).view},
	{schema.KindMaterializedView, []string{"totals", "summary"}, (*director).materialized},
	{schema.KindIndex, []string{"by key", "i_m"}, (*director).materializedIndex},
	{schema.KindTrigger, []string{"on_change", "A first"}, (*director).trigger},
	{schema.KindTrigger, []string{"on_change", "A first"}, (*director).trigger},
	{schema.KindRule, []string{"quiet", "Also"}, (*director).rule},
	{schema.KindRowSecurity, []string{""}, (*director).rowSecurity},
	{schema.KindPolicy, []string{"own", "May See"}, (*director).policy},
	{schema.KindPolicy, []string{"own", "May See"}, (*director).policy},
	{schema.KindStatistics, []string{"corr", "Stats"}, (*director).statistics},
	{schema.KindReplicaIdentity, []string{""}, (*director).replicaIdentity},
	{PartTable, []string{"by_range", "by list", "by_hash"}, (*director).partitioned},
	{PartTable, []string{"by_range", "by list", "by_hash"}, (*director).partitioned},
	{PartTable, []string{"rooms", "Bookings"}, (*director).temporal},
	{PartPartition, []string{"part one", "part_two", "part_three", "deep"}, (*director).partition},
	{PartPartition, []string{"part one", "part_two", "part_three", "deep"}, (*director).partition},
	{PartPartition, []string{"part one", "part_two", "part_three", "deep"}, (*director).partition},
	{PartPartition, []string{"part one", "part_two", "part_three", "deep"}, (*director).partition},
	{PartHeir, []string{""}, (*director).heir},
	{schema.KindPublication, []string{"feed", "Feed 2"}, (*director).publication},
	{PartColumn, []string{"typed", "Of Type"}, (*director).typedColumn},
	{PartColumn, []string{"typed", "Of Type"}, (*director).typedColumn},
	{PartColumn, []string{"called", "worked out"}, (*director).calledColumn},
	{PartCheck, []string{"calls", "Calls Too"}, (*director).callingCheck},
	{PartIndex, []string{"calls_idx", "Found By"}, (*director).callingIndex},
}

// q is a name in SQL.
func (s *director) q(n schema.Name) string { return s.d.QName(n) }

// remark is a choice between no comment and two.
func (s *director) remark(t *Thing, what string) string {
	return t.choice("", "", ";\nCOMMENT ON "+what+" IS 'it''s here'", ";\nCOMMENT ON "+what+" IS 'größe'")
}

// relation is a table, or also a view, with its columns.
func (s *director) relation(views bool) (schema.Name, []Slot, bool) {
	var names []schema.Name
	for _, t := range s.db.Tables {
		names = append(names, t.Name)
	}
	for _, t := range s.things {
		if t.Relation() {
			names = append(names, t.Name)
		}
		if views && (t.Kind == schema.KindView || t.Kind == schema.KindMaterializedView) {
			names = append(names, t.Name, t.Name)
		}
	}
	if len(names) == 0 {
		return schema.Name{}, nil, false
	}
	rel := pick(&s.generator, names)
	return rel, slices.DeleteFunc(s.columns(), func(c Slot) bool { return c.Rel != rel }), true
}

// ofClass is one of the columns with that class.
func (s *director) ofClass(columns []Slot, class string) (Slot, bool) {
	fit := slices.DeleteFunc(slices.Clone(columns), func(c Slot) bool { return c.Class != class })
	if len(fit) == 0 {
		return Slot{}, false
	}
	return pick(&s.generator, fit), true
}

// giving is a thing that gives what is asked for; the thing t then needs it.
func (s *director) giving(t *Thing, kind string, gives ...string) (Thing, bool) {
	var fit []Thing
	for _, o := range s.things {
		if o.Kind == kind && slices.Contains(gives, o.Gives) && o.Key() != t.Key() {
			fit = append(fit, o)
		}
	}
	if len(fit) == 0 {
		return Thing{}, false
	}
	o := pick(&s.generator, fit)
	t.Needs = append(t.Needs, Need{o.Key(), o.Gives})
	return o, true
}

// typeFor is a type for an attribute, a parameter or the like, and its class.
// The types of the scene are preferred.
func (s *director) typeFor(t *Thing) (sql, class string) {
	switch s.r.IntN(8) {
	case 0, 1:
		if o, ok := s.giving(t, schema.KindDomain, "integer", "text"); ok {
			return s.q(o.Name), o.Gives
		}
	case 2:
		if o, ok := s.giving(t, schema.KindComposite, "other"); ok {
			return s.q(o.Name), "other"
		}
	case 3:
		if o, ok := s.giving(t, schema.KindRange, "other"); ok {
			return s.q(o.Name), "other"
		}
	case 4:
		if o, ok := s.giving(t, schema.KindExtension, "citext"); ok {
			return inSchema(o.Name.Local) + "." + o.Name.Local, "other"
		}
	case 5:
		if len(s.db.Enums) > 0 {
			e := pick(&s.generator, s.db.Enums)
			t.Slots = append(t.Slots, Slot{Rel: e.Name, Class: "enum"})
			return s.q(e.Name), "other"
		}
	}
	typ := pick(&s.generator, []string{"integer", "text", "bigint", "date", "text[]"})
	return typ, classOf(typ)
}

// cast is a column as the parameter type of the functions of a scene.
func (s *director) cast(c Slot) string { return s.d.Ident(c.Column) + "::" + c.Class }

// condition is about one of the columns, by a function where there is one. of
// stands in front of the column: "", "NEW.".
func (s *director) condition(t *Thing, columns []Slot, of string) (string, bool) {
	if c, ok := s.ofClass(columns, "integer"); ok && s.chance(60) {
		t.Slots = append(t.Slots, c)
		if f, ok := s.giving(t, schema.KindFunction, "integer→boolean"); ok && s.chance(60) {
			return s.q(f.Name) + "(" + of + s.cast(c) + ")", true
		}
		return of + s.d.Ident(c.Column) + t.choice(" > 0", " > 10", " IS NOT NULL"), true
	}
	if c, ok := s.ofClass(columns, "text"); ok && s.chance(60) {
		t.Slots = append(t.Slots, c)
		return of + s.d.Ident(c.Column) + t.choice(" <> ''", " ~ 'a'", "::text = CURRENT_USER", " IN ('a', 'b')"), true
	}
	if len(columns) == 0 {
		return "", false
	}
	c := pick(&s.generator, columns)
	t.Slots = append(t.Slots, c)
	return of + s.d.Ident(c.Column) + " IS NOT NULL", true
}

func (s *director) list(columns []Slot) string {
	var names []string
	for _, c := range columns {
		names = append(names, s.d.Ident(c.Column))
	}
	return strings.Join(names, ", ")
}

// newer is text where the server has that major, else nothing.
func (s *director) newer(major int, text string) string {
	if s.o.Version >= major {
		return text
	}
	return ""
}

func (s *director) unless(bad bool, text string) string {
	if bad {
		return ""
	}
	return text
}
