package gorm

import (
	"slices"
	"strconv"
	"strings"
)

// An Index is an index of a table.
type Index struct {
	Name    string
	Class   string // UNIQUE, FULLTEXT, …
	Type    string // btree, gin, …
	Where   string
	Option  string // SQL behind the keys
	Comment string
	Keys    []IndexKey
	Field   *StructField // the first that names it
}

// An IndexKey is a column or an expression.
type IndexKey struct {
	Column  string
	Expr    string // in place of Column
	Collate string
	Sort    string
	Length  int // of MySQL's prefix

	priority int
}

// indexes are those of all fields; parts of one name are one index, ordered by
// priority and then as the fields stand.
func (m *model) indexes() []Index {
	var list []Index
	for _, f := range m.fields {
		if f.Settings["INDEX"] == "" && f.Settings["UNIQUEINDEX"] == "" {
			continue
		}
		for _, ix := range m.fieldIndexes(f) {
			i := slices.IndexFunc(list, func(o Index) bool { return o.Name == ix.Name })
			if i < 0 {
				list = append(list, ix)
				continue
			}
			list[i].merge(ix)
		}
	}
	return list
}

// merge adds a part; what is said first counts.
func (ix *Index) merge(o Index) {
	for _, p := range []struct {
		to   *string
		from string
	}{{&ix.Class, o.Class}, {&ix.Type, o.Type}, {&ix.Where, o.Where}, {&ix.Option, o.Option}, {&ix.Comment, o.Comment}} {
		if *p.to == "" {
			*p.to = p.from
		}
	}
	ix.Keys = append(ix.Keys, o.Keys...)
	slices.SortStableFunc(ix.Keys, func(a, b IndexKey) int { return a.priority - b.priority })
}

// indexOption is what the driver writes of option:. Building beside readers and
// writers is how an index is made, not what it is.
func (m *model) indexOption(f *Field, index, option string) string {
	concurrently := strings.EqualFold(strings.TrimSpace(option), "concurrently")
	switch m.p.c.Dialect {
	case "sqlite":
		return ""
	case "postgres":
		if concurrently && m.p.c.concurrentlyTwice() {
			m.fail(f, "gorm.io/driver/postgres 1.6.0 writes it once", "index %s: this version of the driver writes CONCURRENTLY twice: the migration fails", index)
		}
		if concurrently || !m.p.c.indexOptions() {
			return ""
		}
	}
	return option
}

// fieldIndexes reads index and uniqueIndex from the tag itself: both may stand
// several times.
func (m *model) fieldIndexes(f *Field) []Index {
	var list []Index
	for _, piece := range strings.Split(f.Source.Tag.Get("gorm"), ";") {
		key, value, _ := strings.Cut(piece, ":")
		key = strings.TrimSpace(strings.ToUpper(key))
		if key != "INDEX" && key != "UNIQUEINDEX" {
			continue
		}
		name, options, _ := strings.Cut(value, ",")
		set := m.p.c.settings(options, ",")
		if name == "" {
			part := f.Name
			if composite, ok := set["COMPOSITE"]; ok {
				if composite == "" || composite == "COMPOSITE" {
					m.fail(f, "write composite:name", "index: composite needs a name: GORM refuses the model")
					return nil
				}
				part = composite
			}
			name = m.p.c.Naming.Index(m.Table, part)
		}
		if key == "UNIQUEINDEX" || set["UNIQUE"] != "" {
			set["CLASS"] = "UNIQUE"
		}
		priority, err := strconv.Atoi(set["PRIORITY"])
		if err != nil {
			priority = 10
		}
		length, _ := strconv.Atoi(set["LENGTH"])
		if set["TYPE"] != "" && m.p.c.Dialect == "sqlite" {
			m.fail(f, "leave type out", "index %s: SQLite has no types of indexes, and GORM writes USING %s: the migration fails", name, set["TYPE"])
			return nil
		}
		list = append(list, Index{
			Name: name, Class: set["CLASS"], Type: set["TYPE"], Where: set["WHERE"], Option: m.indexOption(f, name, set["OPTION"]), Comment: set["COMMENT"], Field: f.Source,
			Keys: []IndexKey{{Column: f.DBName, Expr: set["EXPRESSION"], Collate: set["COLLATE"], Sort: set["SORT"], Length: length, priority: priority}},
		})
	}
	return list
}
