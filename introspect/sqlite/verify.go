package sqlite

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// verify holds what was parsed against what the pragmas tell. tables is by
// folded name, before references are resolved.
func (c *catalog) verify(tables map[string]*schema.Table) error {
	var errs []error
	said := factsFromPragmas(c, tables)
	for _, name := range sortedKeys(tables) {
		t := tables[name]
		read := factsOf(t)
		for _, what := range sortedKeys(read) {
			if got, want := read[what], said[name][what]; got != want {
				errs = append(errs, fmt.Errorf("table %s: its definition reads as %s %s, SQLite says %s; please report this with the definition",
					t.Name.Local, what, orNone(got), orNone(want)))
			}
		}
	}
	return errors.Join(errs...)
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// factsOf tells of a table what the pragmas tell as well.
func factsOf(t *schema.Table) map[string]string {
	f := map[string]string{"columns": "", "primary key": "", "foreign keys": "", "indexes": ""}
	var cols, refs, idx []string
	for _, c := range t.Columns {
		inKey := t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name)
		cols = append(cols, columnFact(c.Name, c.NotNull && !inKey, c.Generated))
	}
	if t.PrimaryKey != nil {
		f["primary key"] = strings.Join(t.PrimaryKey.Columns, ",")
	}
	for _, fk := range t.ForeignKeys {
		for _, from := range fk.Columns {
			refs = append(refs, refFact(from, fk.RefTable.Local, string(fk.OnUpdate), string(fk.OnDelete)))
		}
	}
	for _, x := range t.Indexes {
		var keys []string
		for _, k := range x.Keys {
			keys = append(keys, keyFact(k.Column, k.Desc))
		}
		idx = append(idx, fmt.Sprintf("%s(%s)%t%t", x.Name, strings.Join(keys, ","), x.Unique, x.Where != ""))
	}
	f["columns"] = strings.Join(cols, ", ")
	slices.Sort(refs)
	f["foreign keys"] = strings.Join(refs, ", ")
	slices.Sort(idx)
	f["indexes"] = strings.Join(idx, ", ")
	return f
}

func factsFromPragmas(c *catalog, tables map[string]*schema.Table) map[string]map[string]string {
	type lists struct {
		cols, refs, idx []string
		pk              map[int]string
	}
	all := map[string]*lists{}
	for name := range tables {
		all[name] = &lists{pk: map[int]string{}}
	}
	for _, r := range c.columns {
		l := all[sqlitelex.Fold(r.table)]
		if l == nil {
			continue
		}
		var g *schema.Generated
		if r.hidden >= 2 {
			g = &schema.Generated{Virtual: r.hidden == 2}
		}
		l.cols = append(l.cols, columnFact(r.name, r.notNull && r.pk == 0, g))
		if r.pk > 0 {
			l.pk[r.pk] = r.name
		}
	}
	for _, r := range c.refs {
		if l := all[sqlitelex.Fold(r.table)]; l != nil {
			from := columnSpelling(tables[sqlitelex.Fold(r.table)], r.from)
			l.refs = append(l.refs, refFact(from, r.ref, string(action(r.onUpdate)), string(action(r.onDelete))))
		}
	}
	for i := 0; i < len(c.keys); {
		r := c.keys[i]
		var keys []string
		for ; i < len(c.keys) && c.keys[i].table == r.table && c.keys[i].index == r.index; i++ {
			keys = append(keys, keyFact(c.keys[i].name.String, c.keys[i].desc))
		}
		if l := all[sqlitelex.Fold(r.table)]; l != nil && r.origin == "c" {
			l.idx = append(l.idx, fmt.Sprintf("%s(%s)%t%t", r.index, strings.Join(keys, ","), r.unique, r.partial))
		}
	}
	facts := map[string]map[string]string{}
	for name, l := range all {
		var pk []string
		for _, rank := range slices.Sorted(maps.Keys(l.pk)) { // with gaps where a column stands twice
			pk = append(pk, l.pk[rank])
		}
		slices.Sort(l.refs)
		slices.Sort(l.idx)
		facts[name] = map[string]string{
			"columns":      strings.Join(l.cols, ", "),
			"primary key":  strings.Join(pk, ","),
			"foreign keys": strings.Join(l.refs, ", "),
			"indexes":      strings.Join(l.idx, ", "),
		}
	}
	return facts
}

func columnFact(name string, notNull bool, g *schema.Generated) string {
	if notNull {
		name += " NOT NULL"
	}
	switch {
	case g == nil:
	case g.Virtual:
		name += " VIRTUAL"
	default:
		name += " STORED"
	}
	return name
}

func refFact(from, ref, onUpdate, onDelete string) string {
	return fmt.Sprintf("%s→%s %s/%s", from, ref, onUpdate, onDelete)
}

func keyFact(column string, desc bool) string {
	if column == "" {
		column = "(expression)"
	}
	if desc {
		column += " DESC"
	}
	return column
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
