package modelscan

import (
	"strings"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// implied says of each table of a GORM model what its tags do not state. What
// gen tags and directives add to it is stated.
func (s *scanner) implied() schema.Implied {
	known := schema.Implied{}
	for _, def := range s.tables {
		if def.gorm != nil && s.o.Gorm.Compat {
			known[def.Name] = s.gormImplied(def.gorm)
		}
	}
	s.bunImplied(known)
	return known
}

func (s *scanner) gormImplied(t *gorm.Table) schema.ImpliedTable {
	known := schema.ImpliedTable{
		PrimaryKey: true, Columns: map[string]schema.ImpliedColumn{},
		ForeignKeys: map[string]bool{}, Indexes: map[string]bool{}, Names: map[string]bool{},
	}
	for _, c := range t.Columns {
		said := tagWords(c.Field.Settings)
		if t.Join != nil { // the tags are about the keys it refers to
			said = tagWords(nil)
		}
		known.Columns[s.cut(c.Name)] = said.column()
		if said.truth("PRIMARYKEY") || said.truth("PRIMARY_KEY") {
			known.PrimaryKey = false
		}
	}
	for _, x := range t.Indexes {
		name := s.cut(x.Name)
		if !namesIndex(x) {
			known.Names[name] = true
		}
		if use, ok := x.Field.Origin.(*fieldUse); ok && use.scope.file.pkg.path == "gorm.io/gorm" {
			known.Indexes[name] = true // gorm.Model, which is nobody's statement
		}
	}
	for _, c := range t.Checks {
		if !strings.HasPrefix(gormSetting(c.Field, "CHECK"), c.Name+",") {
			known.Names[s.cut(c.Name)] = true
		}
	}
	for _, k := range t.ForeignKeys {
		constraint := gormSetting(k.Field, "CONSTRAINT")
		if !strings.HasPrefix(constraint, k.Name+",") {
			known.Names[s.cut(k.Name)] = true
		}
		if constraint == "" {
			known.ForeignKeys[s.cut(k.Name)] = true
		}
	}
	return known
}

// tagWords are the settings of a gorm tag, keys in upper case.
type tagWords map[string]string

func (w tagWords) has(keys ...string) bool {
	for _, k := range keys {
		if _, ok := w[k]; ok {
			return true
		}
	}
	return false
}

// truth: any value but "false" says yes, as to GORM.
func (w tagWords) truth(key string) bool {
	v, ok := w[key]
	return ok && v != "" && !strings.EqualFold(v, "false")
}

func (w tagWords) column() schema.ImpliedColumn {
	inType := strings.ToUpper(w["TYPE"])
	return schema.ImpliedColumn{
		Type:    !w.has("TYPE", "SIZE", "PRECISION", "SCALE"),
		NotNull: !w.truth("NOT NULL") && !w.truth("NOTNULL") && !strings.Contains(inType, "NOT NULL"),
		// default:(-) says that the program reads back what the server fills in.
		Default: !w.has("AUTOINCREMENT") && (!w.has("DEFAULT") || strings.TrimSpace(w["DEFAULT"]) == "(-)"),
	}
}

// gormPieces are the parts of a gorm tag: "size:10", "not null".
func gormPieces(f *gorm.StructField) []string { return strings.Split(f.Tag.Get("gorm"), ";") }

// gormSetting is the value of a key of a field's own tag.
func gormSetting(f *gorm.StructField, key string) string {
	for _, piece := range gormPieces(f) {
		if k, value, _ := strings.Cut(piece, ":"); strings.EqualFold(strings.TrimSpace(k), key) {
			return value
		}
	}
	return ""
}

// namesIndex reports whether the tag says the name of the index: index:name.
func namesIndex(x gorm.Index) bool {
	for _, piece := range gormPieces(x.Field) {
		key, value, _ := strings.Cut(piece, ":")
		name, _, _ := strings.Cut(value, ",")
		switch strings.ToUpper(strings.TrimSpace(key)) {
		case "INDEX", "UNIQUEINDEX":
			if name == x.Name {
				return true
			}
		}
	}
	return false
}
