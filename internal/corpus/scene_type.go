package corpus

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

func (s *director) extension(t *Thing) bool {
	t.Gives = t.Name.Local
	t.Name.Schema = ""
	t.Takes = []string{"extension " + t.Name.Local}
	t.SQL = "CREATE EXTENSION " + t.Name.Local + " SCHEMA " + t.choice("public", "public", "app")
	t.SQL += t.choice("", "", ";\nCOMMENT ON EXTENSION "+t.Name.Local+" IS 'useful'")
	return true
}

func (s *director) collation(t *Thing) bool {
	t.Gives = "collation"
	t.Takes = []string{"collation " + t.Name.String()}
	t.SQL = "CREATE COLLATION " + s.q(t.Name) + t.choice(" (provider = icu, locale = 'de')", " (provider = icu, locale = 'fr')",
		" (provider = icu, locale = 'de', deterministic = false)", ` FROM "C"`) + s.remark(t, "COLLATION "+s.q(t.Name))
	return true
}

func (s *director) domain(t *Thing) bool {
	base, class := s.domainBase(t)
	t.Gives = class
	t.Takes = []string{takesType(t.Name)}
	t.SQL = "CREATE DOMAIN " + s.q(t.Name) + " AS " + base
	literals := map[string][]string{"integer": {"", " DEFAULT 7", " DEFAULT 8 NOT NULL"}, "text": {"", " DEFAULT 'a'", " DEFAULT 'b' NOT NULL"}}
	t.SQL += t.choice(literals[class]...)
	value := map[string]string{"integer": " CHECK (VALUE > -", "text": " CHECK (length(VALUE::text) < 1"}[class]
	t.SQL += t.choice("", value+"100)", value+"200)", " CONSTRAINT \"a rule\""+value+"300)", " CONSTRAINT \"a rule\""+value+"400) CONSTRAINT b CHECK (VALUE IS NOT NULL OR true)")
	if f, ok := s.giving(t, schema.KindFunction, class+"→boolean"); ok && s.chance(50) {
		t.SQL += " CONSTRAINT called CHECK (" + s.q(f.Name) + "(VALUE::" + class + "))"
		t.SQL += t.choice("", ";\nCOMMENT ON CONSTRAINT called ON DOMAIN "+s.q(t.Name)+" IS 'by a function'")
	}
	t.SQL += s.remark(t, "DOMAIN "+s.q(t.Name))
	return true
}

func (s *director) domainBase(t *Thing) (sql, class string) {
	if s.chance(20) {
		if o, ok := s.giving(t, schema.KindDomain, "integer", "text"); ok {
			return s.q(o.Name), o.Gives
		}
	}
	if s.chance(50) {
		return t.choice("integer", "integer", "bigint"), "integer"
	}
	if o, ok := s.giving(t, schema.KindCollation, "collation"); ok && s.chance(40) {
		return "text COLLATE " + s.q(o.Name), "text"
	}
	return t.choice("text", "character varying(40)", `text COLLATE "C"`), "text"
}

func (s *director) composite(t *Thing) bool {
	t.Gives = "other"
	t.Takes = []string{takesType(t.Name), takesRelation(t.Name)}
	var attributes []string
	for _, name := range some(&s.generator, []string{"a", "B b", "c", "d"}, 60) {
		sql, _ := s.typeFor(t)
		attributes = append(attributes, s.d.Ident(name)+" "+sql)
	}
	lasts := []string{"", "last integer", "last bigint", "more text, last integer"}
	if len(attributes) > 0 {
		lasts = []string{"", ", last integer", ", last bigint", ", more text, last integer"}
	}
	t.SQL = "CREATE TYPE " + s.q(t.Name) + " AS (" + strings.Join(attributes, ", ") + t.choice(lasts...) + ")" + s.remark(t, "TYPE "+s.q(t.Name))
	return true
}

func (s *director) rangeType(t *Thing) bool {
	t.Gives = "other"
	multi := t.Name
	multi.Local += " many"
	t.Takes = []string{takesType(t.Name), takesType(multi), "routine " + t.Name.String()}
	t.SQL = "CREATE TYPE " + s.q(t.Name) + " AS RANGE (SUBTYPE = " +
		t.choice("date", "integer", "timestamp", "text", "text, COLLATION = \"C\"", "double precision, SUBTYPE_DIFF = float8mi") +
		s.newer(14, ", MULTIRANGE_TYPE_NAME = "+s.q(multi)) + ")" + s.remark(t, "TYPE "+s.q(t.Name))
	return true
}

// typedColumn is a column of a type of the scene.
func (s *director) typedColumn(t *Thing) bool {
	if len(s.db.Tables) == 0 {
		return false
	}
	t.Table = pick(&s.generator, s.db.Tables).Name
	t.Slots = append(t.Slots, Slot{Rel: t.Table})
	sql, class := s.typeFor(t)
	if len(t.Needs) == 0 {
		return false
	}
	if s.chance(15) {
		sql, class = sql+"[]", "other"
	}
	t.Has = []Slot{{t.Table, t.Name.Local, class}}
	t.Takes = []string{takesColumn(t.Table, t.Name.Local)}
	t.Name.Schema = ""
	t.SQL = "ALTER TABLE " + s.q(t.Table) + " ADD COLUMN " + s.d.Ident(t.Name.Local) + " " + sql
	if c, ok := s.giving(t, schema.KindCollation, "collation"); ok && class == "text" {
		t.SQL += t.choice("", " COLLATE "+s.q(c.Name))
	}
	if class == "integer" || class == "text" {
		t.SQL += t.choice("", " DEFAULT '12'")
	}
	t.SQL += t.choice("", ";\nCOMMENT ON COLUMN "+s.q(t.Table)+"."+s.d.Ident(t.Name.Local)+" IS 'typed'")
	return true
}
