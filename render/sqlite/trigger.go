package sqlite

import (
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/sqlitelex"
	"github.com/gen-migrate/gen/schema"
)

// The triggers of a table go when it is dropped, and a rebuild creates them
// again from their text. A rename in place SQLite carries into every trigger
// itself; where one plan does both, the text must be as SQLite has it at that
// moment, and only SQLite knows what each word of it means. A word is taken
// for the renamed thing where it can be nothing else, or the plan is refused.

// A renaming is one rename of the plan.
type renaming struct {
	at       int // in the changes
	table    bool
	owner    schema.Name // of a column: its table when it is renamed
	from, to string
}

func renamings(changes []diff.Change) []renaming {
	var out []renaming
	for i, c := range changes {
		switch c := c.(type) {
		case diff.RenameTable:
			out = append(out, renaming{at: i, table: true, from: c.From.Local, to: c.To.Local})
		case diff.RenameColumn:
			out = append(out, renaming{at: i, owner: c.Table, from: c.From, to: c.To})
		}
	}
	return out
}

// what names the renamed thing in messages.
func (n renaming) what() string {
	if n.table {
		return "table " + n.from
	}
	return "column " + n.owner.Local + "." + n.from
}

// triggers are those of the table: they go when it is dropped.
func (r *renderer) triggers(table schema.Name) []schema.Object {
	var found []schema.Object
	for _, o := range r.now.Unmanaged {
		if o.Kind == "trigger" && sqlitelex.Same(o.Table.Local, table.Local) {
			found = append(found, o)
		}
	}
	return found
}

// triggerSQL returns the text of a trigger with the names in force, or why it
// cannot be known.
func (r *renderer) triggerSQL(o schema.Object) (sql, why string) {
	inForce := map[string]string{}
	for _, n := range r.renamings {
		if !sqlitelex.Mentions(o.SQL, n.from) && !sqlitelex.Mentions(o.SQL, n.to) {
			continue
		}
		if r.meansOther(o, n) {
			return "", "the plan renames " + n.what() + " as well, and gen cannot tell what " + n.from + " is in its trigger " + o.Name.Local
		}
		name := n.from
		if n.at < r.at {
			name = n.to
		}
		inForce[sqlitelex.Fold(n.from)], inForce[sqlitelex.Fold(n.to)] = name, name
	}
	sql = strings.TrimRight(strings.TrimSpace(o.SQL), ";")
	if len(inForce) == 0 {
		return sql, ""
	}
	toks, err := sqlitelex.Lex(sql)
	if err != nil {
		return "", "the text of its trigger " + o.Name.Local + " cannot be read: " + err.Error()
	}
	var b strings.Builder
	end := 0
	for _, t := range toks {
		b.WriteString(sql[end:t.Start])
		end = t.End
		if name, ok := inForce[sqlitelex.Fold(t.Value)]; ok && t.IsName() {
			b.WriteString(r.Ident(name))
		} else {
			b.WriteString(t.Text)
		}
	}
	return b.String() + sql[end:], ""
}

// meansOther reports whether a name of the rename may be something else in the
// trigger: another renamed thing, a table, a column of another table that the
// trigger mentions, or whatever a view has.
func (r *renderer) meansOther(o schema.Object, n renaming) bool {
	is := func(name string) bool { return sqlitelex.Same(name, n.from) || sqlitelex.Same(name, n.to) }
	moved := map[string]bool{}
	for _, other := range r.renamings {
		if other.table {
			moved[sqlitelex.Fold(other.from)], moved[sqlitelex.Fold(other.to)] = true, true
		}
		if other.at != n.at && (is(other.from) || is(other.to)) {
			return true
		}
	}
	owner := r.nameNow(n)
	if is(o.Name.Local) {
		return true
	}
	for i := range r.now.Tables {
		t := &r.now.Tables[i]
		if !n.table && is(t.Name.Local) {
			return true
		}
		if !n.table && t.Name == owner || !moved[sqlitelex.Fold(t.Name.Local)] && !sqlitelex.Mentions(o.SQL, t.Name.Local) {
			continue
		}
		for _, c := range t.Columns {
			if is(c.Name) {
				return true
			}
		}
	}
	for _, v := range r.now.Unmanaged {
		if (v.Kind == "view" || v.Kind == "virtual table") && sqlitelex.Mentions(o.SQL, v.Name.Local) {
			return true
		}
	}
	return false
}

// nameNow is the name that the table of a renamed column has at this moment.
func (r *renderer) nameNow(n renaming) schema.Name {
	name := n.owner
	for i := n.at; i < r.at; i++ {
		if c, ok := r.changes[i].(diff.RenameTable); ok && c.From == name {
			name = c.To
		}
	}
	for i := n.at; i >= r.at; i-- {
		if c, ok := r.changes[i].(diff.RenameTable); ok && c.To == name {
			name = c.From
		}
	}
	return name
}
