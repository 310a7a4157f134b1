package postgres

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createSequence(c diff.CreateSequence) {
	q := c.Sequence
	kind := "SEQUENCE "
	if q.Unlogged {
		if !r.atLeast(15, "unlogged sequences", "sequence "+short(q.Name)) {
			return
		}
		kind = "UNLOGGED SEQUENCE "
	}
	sql := "CREATE " + kind + r.QName(q.Name)
	if q.Options.Type != "" && q.Options.Type != "bigint" {
		sql += " AS " + q.Options.Type
	}
	if o := sequenceOptions(q.Options); o != "" {
		sql += " " + o
	}
	if !q.OwnedBy.Table.IsZero() {
		sql += " OWNED BY " + r.columnRef(q.OwnedBy)
	}
	r.add(render.Statement{SQL: sql})
	r.continueOwner(q)
	if q.Comment != "" {
		r.comment("SEQUENCE "+r.QName(q.Name), q.Comment)
	}
}

// continueOwner: a new sequence for a column that has values goes on behind
// them.
func (r *renderer) continueOwner(q schema.Sequence) {
	t := r.now.tables[q.OwnedBy.Table]
	if t == nil || r.now.created[t.Name] {
		return
	}
	if c := t.Column(q.OwnedBy.Column); c != nil && isInteger(c.Type.Text) {
		r.add(r.continuing(t.Name, *c, r.Literal(r.QName(q.Name)), q.Options))
	}
}

func (r *renderer) dropSequence(c diff.DropSequence) {
	s := on(dropSequence, c.Sequence.Name)
	s.SQL = "DROP SEQUENCE " + r.QName(c.Sequence.Name)
	s.Loses, s.Hazards = diff.Loses(c), append(s.Hazards, r.withTable(c.Sequence.Name)...)
	r.add(s)
}

func (r *renderer) alterSequence(c diff.AlterSequence) {
	name := r.QName(c.To.Name)
	if c.From.Unlogged != c.To.Unlogged {
		if !r.atLeast(15, "unlogged sequences", "sequence "+short(c.To.Name)) {
			return
		}
		s := on(renameSequence, c.To.Name)
		s.SQL = "ALTER SEQUENCE " + name + " SET " + logged(c.To.Unlogged)
		r.add(s)
	}
	if clauses := alterSequenceOptions(c.From.Options, c.To.Options); len(clauses) > 0 {
		begin := restart(c.From.Options, c.To.Options)
		s := on(alterSequence, c.To.Name)
		s.SQL = "ALTER SEQUENCE " + name + " " + strings.Join(clauses, " ")
		s.Hazards = bounds(c.From.Options, c.To.Options)
		if begin != "" {
			s.SQL += " " + begin
			s.Loses = diff.Loses(c)
		}
		r.add(s)
		if begin != "" {
			r.continueOwner(c.To)
		}
	}
	if c.From.OwnedBy != c.To.OwnedBy {
		owner := "NONE"
		if !c.To.OwnedBy.Table.IsZero() {
			owner = r.columnRef(c.To.OwnedBy)
		}
		s := on(ownSequence, c.To.Name)
		s.SQL = "ALTER SEQUENCE " + name + " OWNED BY " + owner
		r.add(s)
	}
	if c.From.Comment != c.To.Comment {
		r.comment("SEQUENCE "+name, c.To.Comment)
	}
}

func logged(unlogged bool) string {
	if unlogged {
		return "UNLOGGED"
	}
	return "LOGGED"
}

func (r *renderer) columnRef(c schema.ColumnRef) string {
	return r.QName(c.Table) + "." + r.Ident(c.Column)
}

// sequenceOptions are the clauses, in the order of the manual, of the options
// that are not the defaults of the type. AS is left to the caller: identity
// columns have none.
func sequenceOptions(o schema.SequenceOptions) string {
	d := defaultOptions(o.Type, o.Increment)
	var clauses []string
	add := func(word string, have, def *int64) {
		if have != nil && *have != *def {
			clauses = append(clauses, word+" "+strconv.FormatInt(*have, 10))
		}
	}
	one := int64(1)
	add("INCREMENT BY", o.Increment, &one)
	add("MINVALUE", o.Min, d.Min)
	add("MAXVALUE", o.Max, d.Max)
	start := d.Start
	if *d.Increment > 0 && o.Min != nil {
		start = o.Min
	}
	if *d.Increment < 0 && o.Max != nil {
		start = o.Max
	}
	if o.Start != nil && *o.Start != *start {
		clauses = append(clauses, "START WITH "+strconv.FormatInt(*o.Start, 10))
	}
	add("CACHE", o.Cache, d.Cache)
	if o.Cycle {
		clauses = append(clauses, "CYCLE")
	}
	return strings.Join(clauses, " ")
}

// defaultOptions are what CREATE SEQUENCE gives a sequence of the type that
// counts by the increment (nil: by one). Its manual page says how the bounds
// follow from both.
func defaultOptions(typ string, increment *int64) schema.SequenceOptions {
	least, most := typeBounds(typ)
	one := int64(1)
	o := schema.SequenceOptions{Type: typ, Increment: &one, Cache: &one, Min: &one, Max: &most, Start: &one}
	if increment != nil && *increment < 0 {
		down := int64(-1)
		o.Increment, o.Min, o.Max, o.Start = &down, &least, &down, &down
	}
	return o
}

func typeBounds(typ string) (least, most int64) {
	switch typ {
	case "smallint":
		return math.MinInt16, math.MaxInt16
	case "integer":
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// alterSequenceOptions are the clauses of ALTER SEQUENCE that lead from one to
// the other. All bounds that differ from what the server makes of them when it
// changes the type are written out.
func alterSequenceOptions(from, to schema.SequenceOptions) []string {
	var clauses []string
	if from.Type != to.Type {
		clauses = append(clauses, "AS "+orDefault(to.Type, "bigint"))
		from = retypedOptions(from, to.Type)
	}
	return append(clauses, optionClauses(from, to, "")...)
}

// optionClauses are the same without the type; prefix is "SET " in ALTER COLUMN.
func optionClauses(from, to schema.SequenceOptions, prefix string) []string {
	from, to = filled(from), filled(to)
	var clauses []string
	add := func(word string, have, want *int64) {
		if *have != *want {
			clauses = append(clauses, prefix+word+" "+strconv.FormatInt(*want, 10))
		}
	}
	add("INCREMENT BY", from.Increment, to.Increment)
	add("MINVALUE", from.Min, to.Min)
	add("MAXVALUE", from.Max, to.Max)
	add("START WITH", from.Start, to.Start)
	add("CACHE", from.Cache, to.Cache)
	if from.Cycle != to.Cycle {
		word := "CYCLE"
		if !to.Cycle {
			word = "NO CYCLE"
		}
		clauses = append(clauses, prefix+word)
	}
	return clauses
}

// filled has no nil.
func filled(o schema.SequenceOptions) schema.SequenceOptions {
	d := defaultOptions(o.Type, o.Increment)
	for _, f := range []struct{ have, def **int64 }{
		{&o.Increment, &d.Increment}, {&o.Min, &d.Min}, {&o.Max, &d.Max}, {&o.Cache, &d.Cache},
	} {
		if *f.have == nil {
			*f.have = *f.def
		}
	}
	if o.Start == nil {
		o.Start = o.Min
		if *o.Increment < 0 {
			o.Start = o.Max
		}
	}
	return o
}

// retypedOptions is what the server makes of the options when the sequence gets
// another type: a bound at the end of the old type moves to the default of the
// new one (init_params, src/backend/commands/sequence.c of PostgreSQL 18).
func retypedOptions(o schema.SequenceOptions, typ string) schema.SequenceOptions {
	o = filled(o)
	least, most := typeBounds(o.Type)
	d := defaultOptions(typ, o.Increment)
	if *o.Max == most {
		o.Max = d.Max
	}
	if *o.Min == least {
		o.Min = d.Min
	}
	o.Type = typ
	return o
}

// restart is the clause that a change needs after which the number reached
// cannot be within the bounds: the server refuses it without ("RESTART value
// (1) cannot be greater than MAXVALUE (-1)"). It is empty where the number may
// fit. A change of the increment's sign alone moves both bounds this way.
func restart(from, to schema.SequenceOptions) string {
	from, to = filled(from), filled(to)
	if !diff.Restarts(from, to) {
		return ""
	}
	return "RESTART WITH " + strconv.FormatInt(*to.Start, 10)
}

// bounds tells of those that the value already reached may lie outside of.
func bounds(from, to schema.SequenceOptions) []render.Hazard {
	from, to = filled(from), filled(to)
	if *to.Max >= *from.Max && *to.Min <= *from.Min || diff.Restarts(from, to) {
		return nil
	}
	return []render.Hazard{{ID: "CORR22", Text: "fails when the value already reached lies outside the new bounds"}}
}

// continueAfter is a statement that lets a sequence go on behind the largest
// value of its column (the smallest, where it counts down). sequence is an
// expression of type regclass or text.
func (r *renderer) continueAfter(table schema.Name, column, sequence string, o schema.SequenceOptions) string {
	o = filled(o)
	c, edge, next := r.Ident(column), "greatest(max(%s) + %d, %d)", *o.Increment
	if next < 0 {
		edge = "least(min(%s) - %d, %d)"
		next = -next
	}
	value := fmt.Sprintf("SELECT setval(%s, "+edge+", false)", sequence, c, next, *o.Start)
	if from := " FROM " + r.QName(table); len(value)+len(from) <= lineWidth {
		return value + from
	}
	return value + "\nFROM " + r.QName(table)
}

// ownedSequence is the sequence of a serial or identity column as an
// expression; its name is the server's choice and does not follow renames.
func (r *renderer) ownedSequence(table schema.Name, column string) string {
	return "pg_get_serial_sequence(" + r.Literal(r.QName(table)) + ", " + r.Literal(column) + ")"
}

// ownedSequenceDo runs a statement about the sequence of a serial column,
// which no statement can name without knowing what the server called it.
func (r *renderer) ownedSequenceDo(table schema.Name, column, before, after string) string {
	run := r.Literal(before+" ") + " || " + r.ownedSequence(table, column)
	if after != "" {
		run += " || " + r.Literal(" "+after)
	}
	return "DO $gen$ BEGIN\n    EXECUTE " + run + ";\nEND $gen$"
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
