package diff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A Line is one change in words, for people and as JSON:
//
//   - table orders            7 columns
//   - orders.status           text not null default 'new'
//     ~ users.email             character varying(255) → character varying(320)
//   - index users_name_idx    on users (name)
type Line struct {
	Sign    string     `json:"sign"`              // "+", "-" or "~"
	Kind    string     `json:"kind"`              // "table", "column", "index", "foreign key", …
	Object  string     `json:"object"`            // "users.email", "index users_name_idx"
	Detail  string     `json:"detail,omitempty"`  // all in one line
	Details []string   `json:"details,omitempty"` // each difference by itself, where there are several
	Pos     schema.Pos `json:"pos,omitzero"`
}

// Name names the object of the change; one without a name of its own by what it
// stands on: "check on orders".
func (l Line) Name() string {
	if l.Object != l.Kind {
		return l.Object
	}
	on, _, _ := strings.Cut(l.Detail, " (")
	return l.Object + " " + on
}

// Describe says what a change does. Names in PostgreSQL's default schema go
// without it.
func Describe(c Change) Line {
	l := describe(c)
	l.Pos = c.Pos()
	if len(l.Details) > 0 {
		l.Detail = strings.Join(l.Details, ", ")
	}
	if len(l.Details) == 1 {
		l.Details = nil
	}
	return l
}

func describe(c Change) Line {
	switch c := c.(type) {
	case CreateSchema:
		return Line{Sign: "+", Kind: "schema", Object: "schema " + c.Schema.Name}
	case DropSchema:
		return Line{Sign: "-", Kind: "schema", Object: "schema " + c.Schema.Name}
	case AlterSchema:
		return Line{Sign: "~", Kind: "schema", Object: "schema " + c.To.Name, Details: facets(bareSchema(c.From), bareSchema(c.To))}
	case CreateEnum:
		return Line{Sign: "+", Kind: "enum", Object: "enum " + short(c.Enum.Name), Detail: "(" + strings.Join(c.Enum.Values, ", ") + ")"}
	case DropEnum:
		return Line{Sign: "-", Kind: "enum", Object: "enum " + short(c.Enum.Name), Detail: "(" + strings.Join(c.Enum.Values, ", ") + ")"}
	case AlterEnum:
		return Line{Sign: "~", Kind: "enum", Object: "enum " + short(c.To.Name), Details: enumDetails(c)}
	case CreateSequence:
		return Line{Sign: "+", Kind: "sequence", Object: "sequence " + short(c.Sequence.Name), Detail: ownedBy(c.Sequence)}
	case DropSequence:
		return Line{Sign: "-", Kind: "sequence", Object: "sequence " + short(c.Sequence.Name), Detail: ownedBy(c.Sequence)}
	case AlterSequence:
		return Line{Sign: "~", Kind: "sequence", Object: "sequence " + short(c.To.Name), Details: facets(bareSequence(c.From), bareSequence(c.To))}
	case CreateTable:
		return Line{Sign: "+", Kind: "table", Object: "table " + short(c.Table.Name), Detail: wholeTableText(c.Table)}
	case DropTable:
		return Line{Sign: "-", Kind: "table", Object: "table " + short(c.Table.Name), Detail: wholeTableText(c.Table)}
	case AlterTable:
		return Line{Sign: "~", Kind: "table", Object: "table " + short(c.To.Name), Details: facets(bareTable(c.From), bareTable(c.To))}
	case RenameTable:
		return Line{Sign: "~", Kind: "table", Object: "table " + short(c.From), Detail: "renamed to " + short(c.To)}
	case AddColumn:
		return Line{Sign: "+", Kind: "column", Object: column(c.Table, c.Column.Name), Detail: columnText(c.Column)}
	case DropColumn:
		return Line{Sign: "-", Kind: "column", Object: column(c.Table, c.Column.Name), Detail: columnText(c.Column)}
	case AlterColumn:
		return Line{Sign: "~", Kind: "column", Object: column(c.Table, c.To.Name), Details: facets(bareColumn(c.From), bareColumn(c.To))}
	case RenameColumn:
		return Line{Sign: "~", Kind: "column", Object: column(c.Table, c.From), Detail: "renamed to " + c.To}
	}
	return describeParts(c)
}

// describeParts is about constraints and indexes.
func describeParts(c Change) Line {
	switch c := c.(type) {
	case AddConstraint:
		return constraintLine("+", c.Table, c.Constraint)
	case DropConstraint:
		return constraintLine("-", c.Table, c.Constraint)
	case AlterConstraint:
		l := constraintLine("~", c.Table, c.To)
		l.Details = facets(bareConstraint(c.From), bareConstraint(c.To))
		return l
	case RenameConstraint:
		l := constraintLine("~", c.Table, c.From)
		l.Detail = "renamed to " + c.To.ConstraintName()
		return l
	case CreateIndex:
		return Line{Sign: "+", Kind: "index", Object: "index " + c.Index.Name, Detail: indexText(c.Table, c.Index)}
	case DropIndex:
		return Line{Sign: "-", Kind: "index", Object: "index " + c.Index.Name, Detail: indexText(c.Table, c.Index)}
	case AlterIndex:
		return Line{Sign: "~", Kind: "index", Object: "index " + c.To.Name, Details: facets(bareIndex(c.From), bareIndex(c.To))}
	case RenameIndex:
		return Line{Sign: "~", Kind: "index", Object: "index " + c.From, Detail: "renamed to " + c.To}
	case ReplaceIndex:
		return Line{Sign: "~", Kind: "index", Object: "index " + c.To.Name, Details: facets(bareIndex(c.From), bareIndex(c.To))}
	case AdoptIndex:
		l := constraintLine("+", c.Table, c.Constraint)
		l.Detail += ", out of the unique index " + c.Index.Name
		return l
	case ReleaseIndex:
		return Line{Sign: "+", Kind: "index", Object: "index " + c.Index.Name,
			Detail: indexText(c.Table, c.Index) + ", instead of the " + constraintLine("-", c.Table, c.Constraint).Object}
	}
	if a, ok := c.(AlterAccess); ok {
		return describeAccess(a)
	}
	return describeObject(c)
}

// short is the name without PostgreSQL's default schema.
func short(n schema.Name) string {
	if n.Schema == dialect.Postgres().DefaultSchema {
		return n.Local
	}
	return n.String()
}

func column(table schema.Name, name string) string { return short(table) + "." + name }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func ownedBy(s schema.Sequence) string {
	if s.OwnedBy == (schema.ColumnRef{}) {
		return ""
	}
	return "owned by " + column(s.OwnedBy.Table, s.OwnedBy.Column)
}

func enumDetails(c AlterEnum) []string {
	var details []string
	for _, v := range c.Added() {
		details = append(details, "adds '"+v+"'")
	}
	for _, v := range c.Removed() {
		details = append(details, "removes '"+v+"'")
	}
	if !c.OnlyAdds() && len(c.Removed()) == 0 {
		details = append(details, "order ("+strings.Join(c.From.Values, ", ")+") → ("+strings.Join(c.To.Values, ", ")+")")
	}
	from, to := bareEnum(c.From), bareEnum(c.To)
	from.Values = to.Values
	return append(details, facets(from, to)...)
}

// wholeTableText is what a table is that comes or goes.
func wholeTableText(t schema.Table) string {
	text := count(len(t.Columns), "column")
	switch {
	case t.PartitionOf != nil:
		text = "partition of " + short(t.PartitionOf.Parent) + " " + t.PartitionOf.Bound
	case len(t.Inherits) > 0:
		names := make([]string, len(t.Inherits))
		for i, n := range t.Inherits {
			names[i] = short(n)
		}
		text += ", inherits " + strings.Join(names, ", ")
	}
	if t.PartitionBy != "" {
		text += ", partitioned by " + t.PartitionBy
	}
	return text
}

// columnText is the column after its name, as a column definition.
func columnText(c schema.Column) string {
	parts := []string{c.Type.Text}
	add := func(on bool, text string) {
		if on {
			parts = append(parts, text)
		}
	}
	add(c.NotNull, "not null")
	add(c.Default != "", "default "+c.Default)
	add(c.Serial, "serial")
	add(c.Identity != nil, "identity")
	if c.Generated != nil {
		parts = append(parts, "generated ("+c.Generated.Expr+")")
		add(c.Generated.Virtual, "virtual")
	}
	add(c.Autoincrement, "autoincrement")
	add(!c.Collation.IsZero(), "collate "+c.Collation.Local)
	return strings.TrimSpace(strings.Join(parts, " "))
}

// constraintLine says all that a constraint is, so that a drop and an add of
// the same name show what differs.
func constraintLine(sign string, table schema.Name, c schema.Constraint) Line {
	l := Line{Sign: sign}
	var w phrase
	switch c := c.(type) {
	case schema.PrimaryKey:
		l.Kind = "primary key"
		w.add(true, list(c.Columns))
		w.add(c.WithoutOverlaps, "without overlaps")
		w.include(c.Include)
		w.deferrable(c.Deferrable, c.Deferred)
	case schema.Unique:
		l.Kind = "unique"
		w.add(true, list(c.Columns))
		w.add(c.WithoutOverlaps, "without overlaps")
		w.include(c.Include)
		w.add(c.NullsNotDistinct, "nulls not distinct")
		w.deferrable(c.Deferrable, c.Deferred)
	case schema.ForeignKey:
		l.Kind = "foreign key"
		w.add(true, list(c.Columns)+" → "+short(c.RefTable)+" "+list(c.RefColumns))
		w.add(c.Period, "period")
		w.add(c.MatchFull, "match full")
		w.add(c.OnDelete != schema.NoAction, "on delete "+strings.ToLower(string(c.OnDelete)))
		w.add(len(c.SetColumns) > 0, list(c.SetColumns))
		w.add(c.OnUpdate != schema.NoAction, "on update "+strings.ToLower(string(c.OnUpdate)))
		w.deferrable(c.Deferrable, c.Deferred)
		w.add(c.NotValid, "not valid")
		w.add(c.NotEnforced, "not enforced")
	case schema.Check:
		l.Kind = "check"
		w.add(true, "("+c.Expr+")")
		w.add(c.NoInherit, "no inherit")
		w.add(c.NotValid, "not valid")
		w.add(c.NotEnforced, "not enforced")
	case schema.Exclusion:
		var parts []string
		for _, e := range c.Elements {
			parts = append(parts, keyText(e.Key)+" with "+e.Operator)
		}
		l.Kind = "exclusion"
		w.add(true, "using "+c.Method+" "+list(parts))
		w.include(c.Include)
		w.add(c.Where != "", "where "+c.Where)
		w.deferrable(c.Deferrable, c.Deferred)
	}
	l.Object = l.Kind
	if name := c.ConstraintName(); name != "" {
		l.Object += " " + name
	}
	l.Detail = "on " + short(table) + " " + w.text()
	return l
}

// A phrase is the parts of a line.
type phrase []string

func (w *phrase) add(on bool, text string) {
	if on {
		*w = append(*w, text)
	}
}

func (w *phrase) include(columns []string) { w.add(len(columns) > 0, "include "+list(columns)) }

func (w *phrase) deferrable(deferrable, deferred bool) {
	w.add(deferrable, "deferrable")
	w.add(deferred, "initially deferred")
}

func (w *phrase) text() string { return strings.Join(*w, " ") }

func indexText(table schema.Name, x schema.Index) string {
	var keys []string
	for _, k := range x.Keys {
		keys = append(keys, keyText(k))
	}
	var w phrase
	w.add(x.Unique, "unique")
	w.add(true, "on "+short(table))
	w.add(x.Method != "" && x.Method != "btree", "using "+x.Method)
	w.add(true, list(keys))
	w.include(x.Include)
	w.add(x.NullsNotDistinct, "nulls not distinct")
	w.add(len(x.Options) > 0, "with "+optionsText(x.Options))
	w.add(x.Where != "", "where "+x.Where)
	return w.text()
}

func keyText(k schema.IndexKey) string {
	var w phrase
	w.add(k.Column != "", k.Column)
	w.add(k.Column == "", "("+k.Expr+")")
	w.add(!k.Collation.IsZero(), "collate "+k.Collation.Local)
	w.add(!k.Opclass.IsZero(), k.Opclass.Local)
	w.add(len(k.OpclassOptions) > 0, optionsText(k.OpclassOptions))
	w.add(k.Desc, "desc")
	w.add(k.NullsFirst && !k.Desc, "nulls first")
	w.add(k.Desc && !k.NullsFirst, "nulls last")
	if k.Statistics != nil {
		w.add(true, "statistics "+strconv.Itoa(*k.Statistics))
	}
	return w.text()
}

func optionsText(options []schema.Option) string {
	parts := make([]string, len(options))
	for i, o := range options {
		parts[i] = o.Name + "=" + o.Value
	}
	return list(parts)
}

func list(names []string) string { return "(" + strings.Join(names, ", ") + ")" }
