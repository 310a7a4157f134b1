package corpus

import "github.com/gen-migrate/gen/schema"

func (s *director) trigger(t *Thing) bool {
	rel, columns, ok := s.relation(true)
	if !ok {
		return false
	}
	f, ok := s.giving(t, schema.KindFunction, "trigger")
	if !ok {
		return false
	}
	t.Table, t.Name.Schema = rel, ""
	t.Slots = append(t.Slots, Slot{Rel: rel})
	t.Takes = []string{"trigger " + s.family(rel).String() + " " + t.Name.Local}
	name, on, run := s.d.Ident(t.Name.Local), " ON "+s.q(rel), " EXECUTE FUNCTION "+s.q(f.Name)+"()"
	if !s.isTable(rel) {
		for _, o := range s.things {
			if o.Name == rel && o.Kind == schema.KindView {
				t.Needs = append(t.Needs, Need{o.Key(), ""})
				t.SQL = "CREATE TRIGGER " + name + " INSTEAD OF " + t.choice("INSERT", "UPDATE", "DELETE OR INSERT") + on + " FOR EACH ROW" + run + s.remark(t, "TRIGGER "+name+on)
				return true
			}
		}
		return false
	}
	switch s.r.IntN(4) {
	case 0:
		t.SQL = "CREATE CONSTRAINT TRIGGER " + name + " AFTER INSERT" + on + t.choice("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED") + " FOR EACH ROW" + run
	case 1:
		t.SQL = "CREATE TRIGGER " + name + " AFTER UPDATE" + on + t.choice(" REFERENCING OLD TABLE AS before", " REFERENCING NEW TABLE AS after OLD TABLE AS before", "") + " FOR EACH STATEMENT" + run
	default:
		of := ""
		if c := pick(&s.generator, columns); s.chance(60) {
			t.Slots = append(t.Slots, c)
			of = t.choice(" OF "+s.d.Ident(c.Column), " OF "+s.d.Ident(c.Column), "")
		}
		when := ""
		if plain := s.storedOnly(columns); len(plain) > 0 && s.chance(60) {
			cond, _ := s.condition(t, plain, "NEW.")
			when = t.choice("", " WHEN ("+cond+")")
		}
		t.SQL = "CREATE TRIGGER " + name + " " + t.choice("BEFORE", "AFTER") + " UPDATE" + of + on + " FOR EACH ROW" + when + run
	}
	t.SQL += t.choice("", "", ";\nALTER TABLE "+s.q(rel)+" DISABLE TRIGGER "+name, ";\nALTER TABLE "+s.q(rel)+" ENABLE ALWAYS TRIGGER "+name, ";\nALTER TABLE "+s.q(rel)+" ENABLE REPLICA TRIGGER "+name) +
		s.remark(t, "TRIGGER "+name+on)
	return true
}

// storedOnly leaves out columns that are worked out: BEFORE triggers cannot see
// them.
func (s *director) storedOnly(columns []Slot) []Slot {
	var list []Slot
	for _, c := range columns {
		if s.stored(c) {
			list = append(list, c)
		}
	}
	return list
}

func (s *director) rule(t *Thing) bool {
	table, columns, ok := s.relation(false)
	if !ok {
		return false
	}
	t.Table, t.Name.Schema = table, ""
	t.Takes = []string{"rule " + table.String() + " " + t.Name.Local}
	t.Slots = append(t.Slots, Slot{Rel: table})
	name, on := s.d.Ident(t.Name.Local), s.q(table)
	event, row := "INSERT", "NEW."
	if s.chance(50) {
		event, row = "DELETE", "OLD."
	}
	cond, ok := s.condition(t, columns, row)
	if !ok {
		return false
	}
	do := " DO INSTEAD NOTHING"
	if other, theirs, ok := s.relation(false); ok && s.chance(50) {
		if c, ok := s.ofClass(theirs, "integer"); ok {
			t.Slots = append(t.Slots, c)
			do = " DO ALSO " + t.choice("DELETE FROM "+s.q(other)+" WHERE "+s.d.Ident(c.Column)+" = -1", "UPDATE "+s.q(other)+" SET id = NULL WHERE false")
		}
	}
	t.SQL = "CREATE RULE " + name + " AS ON " + event + " TO " + on + t.choice("", " WHERE "+cond) + do +
		t.choice("", "", ";\nALTER TABLE "+on+" DISABLE RULE "+name, ";\nALTER TABLE "+on+" ENABLE ALWAYS RULE "+name) + s.remark(t, "RULE "+name+" ON "+on)
	return true
}

func (s *director) rowSecurity(t *Thing) bool {
	table, _, ok := s.relation(false)
	if !ok {
		return false
	}
	t.Table, t.Name = table, schema.Name{}
	t.Takes = []string{"row security " + table.String()}
	t.Slots = []Slot{{Rel: table}}
	alter := "ALTER TABLE " + s.q(table)
	t.SQL = t.choice(alter+" ENABLE ROW LEVEL SECURITY", alter+" FORCE ROW LEVEL SECURITY", alter+" ENABLE ROW LEVEL SECURITY;\n"+alter+" FORCE ROW LEVEL SECURITY")
	return true
}

func (s *director) policy(t *Thing) bool {
	table, columns, ok := s.relation(false)
	if !ok {
		return false
	}
	t.Table, t.Name.Schema = table, ""
	t.Takes = []string{"policy " + table.String() + " " + t.Name.Local}
	t.Slots = append(t.Slots, Slot{Rel: table})
	cond, ok := s.condition(t, columns, "")
	if !ok {
		return false
	}
	if other, theirs, ok := s.relation(true); ok && other != table && s.chance(30) {
		if c, ok := s.ofClass(theirs, "integer"); ok {
			t.Slots = append(t.Slots, c, Slot{table, "id", ""})
			cond = "id IN (SELECT " + s.d.Ident(c.Column) + " FROM " + s.q(other) + ")"
		}
	}
	name, on := s.d.Ident(t.Name.Local), " ON "+s.q(table)
	t.SQL = "CREATE POLICY " + name + on + t.choice("", " AS RESTRICTIVE") +
		t.choice(" USING ("+cond+")", " FOR SELECT USING ("+cond+")", " FOR UPDATE TO pg_monitor USING (true) WITH CHECK ("+cond+")", " TO PUBLIC USING ("+cond+") WITH CHECK (true)") +
		s.remark(t, "POLICY "+name+on)
	return true
}

func (s *director) statistics(t *Thing) bool {
	table, columns, ok := s.relation(false)
	if !ok {
		return false
	}
	var plain []Slot
	for _, c := range columns {
		if (c.Class == "integer" || c.Class == "text") && s.stored(c) {
			plain = append(plain, c)
		}
	}
	if len(plain) < 2 {
		return false
	}
	plain = plain[:2+s.r.IntN(len(plain)-1)]
	if len(plain) > 8 {
		plain = plain[:8]
	}
	t.Table = table
	t.Slots = append(t.Slots, plain...)
	t.Takes = []string{"statistics " + t.Name.String()}
	list := s.list(plain)
	if c, ok := s.ofClass(plain, "integer"); ok && s.o.Version >= 14 && s.chance(40) {
		if f, ok := s.giving(t, schema.KindFunction, "integer→integer", "integer→text"); ok {
			list = s.list(plain[:1]) + ", (" + s.q(f.Name) + "(" + s.cast(c) + "))"
		}
	}
	t.SQL = "CREATE STATISTICS " + s.q(t.Name) + t.choice("", " (ndistinct)", " (mcv, dependencies)") + " ON " + list + " FROM " + s.q(table) +
		t.choice("", ";\nALTER STATISTICS "+s.q(t.Name)+" SET STATISTICS 7") + s.remark(t, "STATISTICS "+s.q(t.Name))
	return true
}

func (s *director) replicaIdentity(t *Thing) bool {
	table, _, ok := s.relation(false)
	if !ok {
		return false
	}
	t.Table, t.Name = table, schema.Name{}
	t.Takes = []string{"replica identity " + table.String()}
	t.Slots = []Slot{{Rel: table}}
	alter := "ALTER TABLE " + s.q(table) + " REPLICA IDENTITY "
	if pk := s.primaryKeyOf(table); pk != nil && !pk.Deferrable && s.chance(50) {
		t.Slots = append(t.Slots, Slot{table, pk.Name, "key"})
		t.SQL = alter + t.choice("USING INDEX "+s.d.Ident(pk.Name), "USING INDEX "+s.d.Ident(pk.Name), "FULL")
		return true
	}
	t.SQL = alter + t.choice("FULL", "NOTHING")
	return true
}

// primaryKeyOf is that of a table of Random.
func (s *director) primaryKeyOf(table schema.Name) *schema.PrimaryKey {
	if t := s.db.Table(table); t != nil {
		return t.PrimaryKey
	}
	return nil
}

// publication is of one table, of those of a schema, or of all.
func (s *director) publication(t *Thing) bool {
	table, columns, ok := s.relation(false)
	if !ok {
		return false
	}
	t.Name.Schema = ""
	t.Takes = []string{"publication " + t.Name.Local}
	t.Slots = []Slot{{Rel: table}}
	name := s.d.Ident(t.Name.Local)
	of := []string{" FOR TABLE " + s.q(table), "", " FOR ALL TABLES"}
	if s.o.Version >= 15 {
		of = append(of, " FOR TABLES IN SCHEMA "+s.d.Ident(table.Schema))
		if c, ok := s.ofClass(columns, "integer"); ok && s.stored(c) && !s.isPartitioned(table) {
			t.Slots = append(t.Slots, c)
			of = append(of, of[0]+" ("+s.d.Ident(c.Column)+")", of[0]+" WHERE ("+s.d.Ident(c.Column)+" > 3)")
		}
	}
	t.SQL = "CREATE PUBLICATION " + name + t.choice(of...) + t.choice("", " WITH (publish = 'insert')", " WITH (publish_via_partition_root = true)") + s.remark(t, "PUBLICATION "+name)
	return true
}
