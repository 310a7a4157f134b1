package gorm

// A Join is a call of SetupJoinTable: the relation of a model has a join table
// that is a model of its own.
type Join struct {
	Model *Type
	Field string
	Table *Type
}

// setupJoins puts the models of join tables in the place of those that
// many2many makes: their columns get the types of the keys, and the relations
// that they do not declare themselves.
func (p *parser) setupJoins() {
	for _, j := range p.c.Joins {
		p.setupJoin(j)
	}
}

func (p *parser) setupJoin(j Join) {
	m, table := p.parse(j.Model), p.parse(j.Table)
	if m.failed || table.failed {
		return
	}
	r := m.relation(j.Field)
	if r == nil || r.join == nil {
		m.fail(nil, "correct join_tables of [gorm]", "field %s has no join table: it is no many2many relation", j.Field)
		return
	}
	for i, ref := range r.refs {
		f := table.lookUp(ref.foreign.DBName)
		if f == nil {
			m.fail(r.field, "add it to "+table.Name, "join table %s has no column %s", table.Name, ref.foreign.DBName)
			return
		}
		f.typ, f.kindType = ref.foreign.typ, ref.foreign.kindType
		if f.Size == 0 {
			f.Size = ref.foreign.Size
		}
		r.refs[i].foreign = f
	}
	for _, rel := range r.join.relations {
		if table.relation(rel.key) == nil {
			rel.relation.model = table
			table.setRelation(rel.key, rel.relation)
		}
	}
	r.join = table
}
