package sqlite

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// createTable is CREATE TABLE with everything but indexes, in a form made for
// SQLite and for comparing, not for people.
func createTable(t *schema.Table) string {
	var parts []string
	for _, c := range t.Columns {
		parts = append(parts, createColumn(t, c))
	}
	if pk := t.PrimaryKey; pk != nil {
		if _, alias := rowidAlias(t); alias && t.Column(pk.Columns[0]).Autoincrement {
			parts = append(parts, named(pk.Name)+"PRIMARY KEY("+quoteAll(pk.Columns)+" AUTOINCREMENT)")
		} else {
			parts = append(parts, named(pk.Name)+"PRIMARY KEY("+quoteAll(pk.Columns)+")")
		}
	}
	for _, u := range t.Uniques {
		parts = append(parts, named(u.Name)+"UNIQUE("+quoteAll(u.Columns)+")")
	}
	for _, k := range t.Checks {
		parts = append(parts, named(k.Name)+"CHECK("+k.Expr+")")
	}
	for _, fk := range t.ForeignKeys {
		parts = append(parts, foreignKeyText(fk))
	}
	text := "CREATE TABLE " + quote(t.Name.Local) + "(" + strings.Join(parts, ",\n") + ")"
	var options []string
	if t.Strict {
		options = append(options, "STRICT")
	}
	if t.WithoutRowid {
		options = append(options, "WITHOUT ROWID")
	}
	return text + strings.Join(options, ",")
}

func createColumn(t *schema.Table, c schema.Column) string {
	s := quote(c.Name) + " " + c.Type.Text
	if c.NotNull {
		s += " NOT NULL"
	}
	if c.Default != "" {
		s += " DEFAULT (" + c.Default + ")"
	}
	if !c.Collation.IsZero() {
		s += " COLLATE " + quote(c.Collation.Local)
	}
	if g := c.Generated; g != nil && g.Virtual {
		s += " AS (" + g.Expr + ") VIRTUAL"
	} else if g != nil {
		s += " AS (" + g.Expr + ") STORED"
	}
	return s
}

func foreignKeyText(fk schema.ForeignKey) string {
	s := named(fk.Name) + "FOREIGN KEY(" + quoteAll(fk.Columns) + ") REFERENCES " + quote(fk.RefTable.Local) + "(" + quoteAll(fk.RefColumns) + ")"
	if fk.OnDelete != "" {
		s += " ON DELETE " + string(fk.OnDelete)
	}
	if fk.OnUpdate != "" {
		s += " ON UPDATE " + string(fk.OnUpdate)
	}
	if fk.MatchFull {
		s += " MATCH FULL"
	}
	if fk.Deferrable {
		s += " DEFERRABLE"
	}
	if fk.Deferred {
		s += " INITIALLY DEFERRED"
	}
	return s
}

func createIndex(table string, x schema.Index) string {
	var keys []string
	for _, k := range x.Keys {
		s := "(" + k.Expr + ")"
		if k.Column != "" {
			s = quote(k.Column)
		}
		if !k.Collation.IsZero() {
			s += " COLLATE " + quote(k.Collation.Local)
		}
		if k.Desc {
			s += " DESC"
		}
		keys = append(keys, s)
	}
	s := "INDEX " + quote(x.Name) + " ON " + quote(table) + "(" + strings.Join(keys, ",") + ")"
	if x.Unique {
		s = "UNIQUE " + s
	}
	if x.Where != "" {
		s += " WHERE " + x.Where
	}
	return "CREATE " + s
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return "CONSTRAINT " + quote(name) + " "
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ",")
}
