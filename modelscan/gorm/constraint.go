package gorm

import "strings"

// A ForeignKey is a foreign key of a table.
type ForeignKey struct {
	Name       string
	Columns    []string
	RefTable   string
	RefColumns []string
	OnDelete   string // as written in the tag
	OnUpdate   string
	Field      *StructField // the relation
}

// A Unique is a unique constraint of one column.
type Unique struct {
	Name   string // empty before GORM 1.25.7: the server's own
	Column string
	Field  *StructField
}

// A Check is a check constraint.
type Check struct {
	Name  string
	Expr  string
	Field *StructField
}

// A constraint is the foreign key that a relation makes, and the tables it
// lies between.
type constraint struct {
	ForeignKey
	model, other *model
}

// constraint is the foreign key of a relation, or nil. Where both sides
// declare one relation, the side that has the key makes the foreign key.
func (r *relation) constraint() *constraint {
	if r.field == nil {
		return nil
	}
	tag := r.field.Settings["CONSTRAINT"]
	if tag == "-" {
		return nil
	}
	if r.kind == belongsTo {
		for _, o := range r.other.relations {
			if o.relation != r && o.other == r.model && sameReferences(r.refs, o.refs) {
				return nil
			}
		}
	}
	c := &constraint{}
	set := r.model.p.c.settings(tag, ",")
	c.OnDelete, c.OnUpdate, c.Field = set["ONDELETE"], set["ONUPDATE"], r.field.Source
	if before, _, comma := strings.Cut(tag, ","); comma && r.model.p.c.isName(before) {
		c.Name = before
	} else {
		c.Name = r.model.p.c.Naming.ForeignKey(r.model.Table, r.name)
	}
	for _, ref := range r.refs {
		if ref.primary == nil || r.join != nil && !ref.ownPrimary {
			continue
		}
		c.Columns = append(c.Columns, ref.foreign.DBName)
		c.RefColumns = append(c.RefColumns, ref.primary.DBName)
		c.model, c.other = r.model, ref.primary.owner
		if ref.ownPrimary {
			c.model, c.other = ref.foreign.owner, r.model
		}
	}
	if c.other != nil {
		c.RefTable = c.other.Table
	}
	return c
}

func sameReferences(a, b []reference) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].primary != b[i].primary || a[i].foreign != b[i].foreign || a[i].value != b[i].value {
			return false
		}
	}
	return true
}

// skipped: the relation makes no foreign key and no table.
func (r *relation) skipped() bool {
	return r.field == nil || r.field.noMigration && r.model.p.c.skipsRelations()
}

// foreignKeys are those of the model's table, in the order in which their
// relations became known. GORM's own order is random.
func (m *model) foreignKeys() []*constraint {
	var list []*constraint
	if m.p.c.DisableForeignKeys {
		return nil
	}
	for _, r := range m.relations {
		if r.skipped() {
			continue
		}
		if c := r.constraint(); c != nil && c.model == m {
			list = append(list, c)
		}
	}
	return list
}

// checks are those of the columns: check:[name,]expression.
func (m *model) checks() []Check {
	var list []Check
	for _, column := range m.columns {
		f := m.byColumn[column]
		expr := f.Settings["CHECK"]
		if expr == "" {
			continue
		}
		name := m.p.c.Naming.Check(m.Table, f.DBName)
		if before, rest, comma := strings.Cut(expr, ","); comma && (before == "" || m.p.c.isName(before)) {
			expr = rest
			if before != "" {
				name = before
			}
		}
		list = append(list, Check{Name: name, Expr: expr, Field: f.Source})
	}
	return list
}

// uniques are those of the fields.
func (m *model) uniques() []Unique {
	var list []Unique
	for _, f := range m.fields {
		if !f.unique {
			continue
		}
		u := Unique{Name: m.p.c.Naming.Unique(m.Table, f.DBName), Column: f.DBName, Field: f.Source}
		if !m.p.c.namedUniques() {
			u.Name = ""
		}
		list = append(list, u)
	}
	return list
}
