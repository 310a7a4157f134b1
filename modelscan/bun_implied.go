package modelscan

import (
	"slices"

	"github.com/gen-migrate/gen/modelscan/bun"
	"github.com/gen-migrate/gen/schema"
)

// bunImplied says of each table of a bun model what its tags do not state,
// where only what they state is to count. What gen tags and directives add to
// it is stated.
func (s *scanner) bunImplied(known schema.Implied) {
	if s.o.Bun == nil || !s.o.Bun.Compat {
		return
	}
	for _, def := range s.tables {
		if t := s.bun.tables[s.nameKey(def.Name)]; t != nil {
			known[def.Name] = s.bunTableImplied(def, t)
		}
	}
}

func (s *scanner) bunTableImplied(def *tableDef, t *bun.Table) schema.ImpliedTable {
	known := schema.ImpliedTable{
		PrimaryKey: len(t.PrimaryKey) == 0, Columns: map[string]schema.ImpliedColumn{},
		ForeignKeys: map[string]bool{}, Indexes: map[string]bool{}, Names: map[string]bool{},
	}
	for _, c := range t.Columns {
		tag := bun.ParseTag(c.Field.Tag.Get("bun"))
		known.Columns[s.cut(c.Name)] = schema.ImpliedColumn{
			Type:    !tag.Has("type") && !tag.Has("composite") && !tag.Has("hstore"),
			NotNull: !tag.Has("notnull") && !tag.Has("pk"),
			Default: !tag.Has("default") && !tag.Has("autoincrement") && !tag.Has("identity"),
		}
	}
	for _, fk := range t.ForeignKeys {
		i := slices.IndexFunc(def.ForeignKeys, func(k schema.ForeignKey) bool { return k.Derived && slices.Equal(k.Columns, fk.Columns) })
		if i < 0 {
			continue
		}
		name := def.ForeignKeys[i].Name
		known.Names[name] = true
		known.ForeignKeys[name] = fk.OnDelete == "" && fk.OnUpdate == ""
	}
	return known
}
