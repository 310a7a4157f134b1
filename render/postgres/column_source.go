package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// source plans where the values of new rows come from: a default, a serial
// sequence or an identity.
func (r *renderer) source(a *alteration) {
	from, to, table := a.c.From, a.c.To, a.c.Table
	switch {
	case from.Serial && to.Serial:
		if from.Type.Text != to.Type.Text {
			a.after = append(a.after, own(render.Statement{SQL: r.ownedSequenceDo(table, to.Name, "ALTER SEQUENCE", "AS "+to.Type.Text)}))
		}
		return
	case from.Identity != nil && to.Identity != nil:
		r.identity(a)
		return
	case from.Serial:
		a.before = append([]piece{
			a.sub(setDefault, "DROP DEFAULT"),
			own(render.Statement{SQL: r.ownedSequenceDo(table, to.Name, "DROP SEQUENCE", ""), Loses: a.valueLost()}),
		}, a.before...)
	case from.Identity != nil:
		p := a.sub(dropIdentity, "DROP IDENTITY")
		p.loses = a.valueLost()
		a.before = append([]piece{p}, a.before...)
	case from.Default != "" && (to.Serial || to.Identity != nil):
		a.before = append(a.before, a.sub(setDefault, "DROP DEFAULT"))
	}
	switch {
	case to.Serial:
		r.becomeSerial(a)
	case to.Identity != nil:
		a.after = append(a.after, a.sub(setIdentity, "ADD "+identityClause(*to.Identity, to.Type.Text)),
			own(r.continuing(table, to, r.ownedSequence(table, to.Name), to.Identity.Options)))
	case a.redefaults():
		// retype does it in the statement that changes the type.
	case from.Default != to.Default || to.Default != "" && (from.Serial || from.Identity != nil):
		if to.Default == "" {
			if from.Default != "" && from.Generated == nil {
				a.after = append(a.after, a.sub(setDefault, "DROP DEFAULT"))
			}
		} else {
			a.after = append(a.after, a.sub(setDefault, "SET DEFAULT "+to.Default))
		}
	}
}

// valueLost tells of the sequence that goes without another taking over.
func (a *alteration) valueLost() string {
	if !a.numbered() {
		return ""
	}
	return "the value " + short(a.c.Table) + "." + a.c.To.Name + " has reached"
}

// redefaults reports whether a default has to be taken away before the type
// changes and given again after it: the server casts it by itself only where
// an assignment cast exists, and then spells it differently. A change of
// modifiers alone leaves it as it is. Those of the tables below go with it, and
// are given again behind (defaultsBelow).
func (a *alteration) redefaults() bool {
	from, to := a.c.From, a.c.To
	return a.retype && (from.Default != "" || a.defaultBelow) && from.Generated == nil && !to.Serial && to.Identity == nil &&
		(parseType(from.Type.Text).base != parseType(to.Type.Text).base || parseType(from.Type.Text).array != parseType(to.Type.Text).array)
}

// becomeSerial makes the sequence under the name the server would choose.
func (r *renderer) becomeSerial(a *alteration) {
	to, table := a.c.To, a.c.Table
	q := r.freeSequence(table, to.Name)
	sql := "CREATE SEQUENCE " + r.QName(q)
	if to.Type.Text != "bigint" {
		sql += " AS " + to.Type.Text
	}
	sql += " OWNED BY " + r.columnRef(schema.ColumnRef{Table: table, Column: to.Name})
	value := r.Literal(r.QName(q))
	a.after = append(a.after,
		own(render.Statement{SQL: sql}),
		a.sub(setDefault, "SET DEFAULT nextval("+value+"::regclass)"),
		own(r.continuing(table, to, value, schema.SequenceOptions{Type: to.Type.Text})))
}

// continuing is setval behind the largest value, with its facts: without an
// index that begins with the column every row is read, and the lock of the
// statements before it is still held.
func (r *renderer) continuing(table schema.Name, c schema.Column, sequence string, o schema.SequenceOptions) render.Statement {
	o.Type = c.Type.Text
	s := render.Statement{SQL: r.continueAfter(table, c.Name, sequence, o)}
	if !r.leadsIndex(table, c.Name) {
		s.Scans = true
		s.Hazards = []render.Hazard{{ID: "LOCK24", Text: "looks for the largest " + c.Name + " in every row while the table is locked, as no index begins with it"}}
	}
	return s
}

func (r *renderer) leadsIndex(table schema.Name, column string) bool {
	t := r.now.table(table)
	if t.PrimaryKey != nil && t.PrimaryKey.Columns[0] == column {
		return true
	}
	return slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return u.Columns[0] == column }) ||
		slices.ContainsFunc(t.Indexes, func(x schema.Index) bool {
			return x.Method == "btree" && x.Where == "" && x.Keys[0].Column == column
		})
}

// identity changes the options of an identity column. Where the type gets
// smaller the bounds have to be within it before. Where no number of before
// fits the bounds it begins anew, behind the rows there are.
func (r *renderer) identity(a *alteration) {
	from, to := *a.c.From.Identity, *a.c.To.Identity
	from.Options.Type, to.Options.Type = a.c.From.Type.Text, a.c.To.Type.Text
	smaller := size(to.Options.Type) < size(from.Options.Type)
	if !smaller {
		from.Options = retypedOptions(from.Options, to.Options.Type)
	}
	clauses := optionClauses(from.Options, to.Options, "SET ")
	if from.Always != to.Always {
		clauses = append([]string{"SET GENERATED " + identityKind(to)}, clauses...)
	}
	if len(clauses) == 0 {
		return
	}
	begin := restart(from.Options, to.Options)
	if begin != "" {
		clauses = append(clauses, begin)
	}
	p := a.sub(setIdentity, strings.Join(clauses, " "))
	p.hazards = bounds(from.Options, to.Options)
	if smaller {
		a.before = append(a.before, p)
	} else {
		a.after = append(a.after, p)
	}
	if begin != "" {
		a.after = append(a.after, own(r.continuing(a.c.Table, a.c.To, r.ownedSequence(a.c.Table, a.c.To.Name), to.Options)))
	}
}
