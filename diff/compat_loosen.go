package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// loosen returns want with the names that nobody chose marked as such, and its
// keys in the form in which the database has them.
func loosen(have, want *schema.Database, implied schema.Implied) *schema.Database {
	loose := schema.Clone(want)
	byName := map[schema.Name]*schema.Table{}
	for i := range have.Tables {
		byName[have.Tables[i].Name] = &have.Tables[i]
	}
	for i := range loose.Tables {
		t := &loose.Tables[i]
		known, ok := implied[t.Name]
		if !ok {
			continue
		}
		looseNames(t, known.Names)
		if h := byName[t.Name]; h != nil {
			looseDefaults(t, h, known.Columns)
			looseUniques(t, h)
			looseForeignKeys(t, h)
		}
	}
	return loose
}

func looseNames(t *schema.Table, names map[string]bool) {
	for i := range t.Uniques {
		t.Uniques[i].Derived = t.Uniques[i].Derived || names[t.Uniques[i].Name]
	}
	for i := range t.Checks {
		t.Checks[i].Derived = t.Checks[i].Derived || names[t.Checks[i].Name]
	}
	for i := range t.ForeignKeys {
		t.ForeignKeys[i].Derived = t.ForeignKeys[i].Derived || names[t.ForeignKeys[i].Name]
	}
	for i := range t.Indexes {
		t.Indexes[i].Derived = t.Indexes[i].Derived || names[t.Indexes[i].Name]
	}
}

// looseDefaults: PostgreSQL keeps the type of a column in its default,
// 'x'::text. Where the type is that of the database, so it is there. To SQLite
// true is 1.
func looseDefaults(t, have *schema.Table, implied map[string]schema.ImpliedColumn) {
	for i := range t.Columns {
		w := &t.Columns[i]
		h := have.Column(w.Name)
		if h == nil || w.Default == "" || h.Type == w.Type || !implied[w.Name].Type || !sameFamily(productOf(t.Name).Name, h.Type, w.Type) {
			continue
		}
		value := uncast(w.Default)
		switch {
		case plainValue(value) == plainValue(uncast(h.Default)):
			w.Default = h.Default
		case value != w.Default:
			w.Default = value + "::" + h.Type.Text
		}
	}
}

// uncast takes the cast away from a literal: 'x'::text.
func uncast(sql string) string {
	tokens := lex(sql, false)
	if len(tokens) > 2 && tokens[0].kind == tokenString && tokens[1].text == "::" {
		return tokens[0].text
	}
	return sql
}

func plainValue(sql string) string {
	switch strings.ToLower(sql) {
	case "true":
		return "1"
	case "false":
		return "0"
	}
	return sql
}

// looseUniques: whether a key is unique by a constraint or by an index makes no
// difference to a program. A name that was chosen has to be there all the same.
func looseUniques(t, have *schema.Table) {
	fits := func(wanted string, derived bool, got string) bool { return derived || wanted == "" || wanted == got }
	uniques := t.Uniques
	t.Uniques = nil
	for _, u := range uniques {
		i := slices.IndexFunc(have.Indexes, func(x schema.Index) bool {
			return sameSet(uniqueIndexColumns(x), u.Columns) && fits(u.Name, u.Derived, x.Name) && !u.NullsNotDistinct && !u.Deferrable && len(u.Include) == 0
		})
		there := slices.ContainsFunc(have.Uniques, func(h schema.Unique) bool { return slices.Equal(h.Columns, u.Columns) }) ||
			slices.ContainsFunc(t.Indexes, func(x schema.Index) bool { return i >= 0 && x.Name == have.Indexes[i].Name })
		switch {
		case there || i < 0 && !isPrimaryKey(have, u.Columns):
			t.Uniques = append(t.Uniques, u)
		case i >= 0:
			x := have.Indexes[i].Clone()
			x.Pos = u.Pos
			t.Indexes = append(t.Indexes, x)
		}
	}
	t.Indexes = slices.DeleteFunc(t.Indexes, func(x schema.Index) bool {
		columns := uniqueIndexColumns(x)
		if len(columns) == 0 || slices.ContainsFunc(have.Indexes, func(h schema.Index) bool { return h.Name == x.Name }) {
			return false
		}
		if fits(x.Name, x.Derived, "") && isPrimaryKey(have, columns) {
			return true
		}
		i := slices.IndexFunc(have.Uniques, func(u schema.Unique) bool {
			return slices.Equal(u.Columns, columns) && fits(x.Name, x.Derived, u.Name)
		})
		if i < 0 || slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return slices.Equal(u.Columns, columns) }) {
			return false
		}
		u := have.Uniques[i].Clone()
		u.Pos = x.Pos
		t.Uniques = append(t.Uniques, u)
		return true
	})
}

// isPrimaryKey: what is the primary key is unique.
func isPrimaryKey(t *schema.Table, columns []string) bool {
	return t.PrimaryKey != nil && sameSet(t.PrimaryKey.Columns, columns)
}

// looseForeignKeys fills in what the models say nothing about, where the key
// itself is there.
func looseForeignKeys(t, have *schema.Table) {
	for i, w := range t.ForeignKeys {
		for _, h := range have.ForeignKeys {
			if !sameReference(w, h) || !w.Derived && w.Name != h.Name {
				continue
			}
			if full := filledForeignKey(w, h); same(bareConstraint(renameConstraint(full, h.Name)), bareConstraint(h)) {
				t.ForeignKeys[i] = full
				break
			}
		}
	}
}
