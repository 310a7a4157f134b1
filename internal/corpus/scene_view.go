package corpus

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// query is a SELECT about one or two relations, and its columns.
func (s *director) query(t *Thing) (sql string, ok bool) {
	rel, columns, ok := s.relation(true)
	if !ok || rel == t.Name {
		return "", false
	}
	shown := some(&s.generator, columns, 50)
	if len(shown) == 0 {
		shown = columns[:1]
	}
	t.Slots = append(t.Slots, shown...)
	t.Slots = append(t.Slots, Slot{Rel: rel})
	var list []string
	show := func(expr, name, class string) {
		if slices.ContainsFunc(t.Has, func(h Slot) bool { return h.Column == name }) {
			return
		}
		if expr != s.d.Ident(name) {
			expr += " AS " + s.d.Ident(name)
		}
		list = append(list, expr)
		t.Has = append(t.Has, Slot{t.Name, name, class})
	}
	for _, c := range shown {
		switch {
		case c.Class == "integer" && s.chance(30):
			if f, ok := s.giving(t, schema.KindFunction, "integer→integer", "integer→text", "integer→boolean"); ok {
				show(s.q(f.Name)+"("+s.cast(c)+")", "f "+c.Column, map[bool]string{true: "integer", false: "other"}[f.Gives == "integer→integer"])
				continue
			}
			show(s.d.Ident(c.Column)+" + 1", "next "+c.Column, "integer")
		case c.Class == "text" && s.chance(20):
			if d, ok := s.giving(t, schema.KindDomain, "text"); ok {
				show(s.d.Ident(c.Column)+"::"+s.q(d.Name), c.Column, "text")
				continue
			}
			show("lower("+s.d.Ident(c.Column)+")", "lower "+c.Column, "text")
		default:
			show(s.d.Ident(c.Column), c.Column, c.Class)
		}
	}
	if s.chance(15) {
		t.Has = nil
		list = nil
		show("count(*)", "n", "integer")
		if c, ok := s.ofClass(columns, "integer"); ok {
			if a, ok := s.giving(t, schema.KindAggregate, "aggregate"); ok {
				t.Slots = append(t.Slots, c)
				show(s.q(a.Name)+"("+s.d.Ident(c.Column)+"::integer)", "all", "other")
			}
		}
	}
	sql = "SELECT " + strings.Join(list, ", ") + " FROM " + s.q(rel)
	if s.chance(60) {
		if where, ok := s.condition(t, columns, ""); ok {
			sql += t.choice("", "", " WHERE "+where)
			if s.chance(30) {
				if other, theirs, ok := s.relation(true); ok && other != t.Name {
					if c, ok := s.ofClass(theirs, "integer"); ok {
						t.Slots = append(t.Slots, c)
						sql = strings.Replace(sql, " FROM ", t.choice("", ", (SELECT max("+s.d.Ident(c.Column)+") FROM "+s.q(other)+") AS most")+" FROM ", 1)
					}
				}
			}
		}
	}
	return sql, true
}

func (s *director) view(t *Thing) bool {
	sql, ok := s.query(t)
	if !ok {
		return false
	}
	t.Takes = []string{takesType(t.Name), takesRelation(t.Name)}
	q := s.q(t.Name)
	t.SQL = "CREATE VIEW " + q + t.choice("", "", " WITH (security_barrier)", " WITH (security_barrier = false)", s.newer(15, " WITH (security_invoker)")) + " AS " + sql +
		s.remark(t, "VIEW "+q) + t.choice("", ";\nCOMMENT ON COLUMN "+q+"."+s.d.Ident(t.Has[0].Column)+" IS 'shown'") +
		t.choice("", "", ";\nALTER VIEW "+q+" ALTER COLUMN "+s.d.Ident(t.Has[0].Column)+" SET DEFAULT NULL")
	return true
}

func (s *director) materialized(t *Thing) bool {
	sql, ok := s.query(t)
	if !ok {
		return false
	}
	t.Takes = []string{takesType(t.Name), takesRelation(t.Name)}
	q := s.q(t.Name)
	t.SQL = "CREATE MATERIALIZED VIEW " + q + t.choice("", "", " WITH (fillfactor = 70)") + " AS " + sql + s.remark(t, "MATERIALIZED VIEW "+q) +
		t.choice("", ";\nCOMMENT ON COLUMN "+q+"."+s.d.Ident(t.Has[0].Column)+" IS 'kept'") +
		t.choice("", "", ";\nALTER MATERIALIZED VIEW "+q+" ALTER COLUMN "+s.d.Ident(t.Has[0].Column)+" SET STATISTICS 20")
	return true
}

func (s *director) materializedIndex(t *Thing) bool {
	var views []Thing
	for _, o := range s.things {
		if o.Kind == schema.KindMaterializedView {
			views = append(views, o)
		}
	}
	if len(views) == 0 {
		return false
	}
	v := pick(&s.generator, views)
	t.Table, t.Name.Schema = v.Name, v.Name.Schema
	c, ok := s.ofClass(v.Has, "integer")
	if !ok {
		if c, ok = s.ofClass(v.Has, "text"); !ok {
			return false
		}
	}
	t.Takes = []string{takesRelation(t.Name)}
	t.Slots = []Slot{c, {Rel: v.Name}}
	t.Needs = []Need{{v.Key(), ""}}
	t.SQL = "CREATE INDEX " + s.d.Ident(t.Name.Local) + " ON " + s.q(v.Name) + " (" + s.d.Ident(c.Column) + t.choice("", " DESC") + ")" +
		t.choice("", " WITH (fillfactor = 60)") + t.choice("", " WHERE "+s.d.Ident(c.Column)+" IS NOT NULL") + s.remark(t, "INDEX "+s.q(t.Name))
	return true
}
