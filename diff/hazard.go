package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Hazard is something a reviewer should know that follows from the change
// alone, whatever the product. IDs are stable: DATA about loss of data, CORR
// about changes that may fail or that let wrong rows in, COMPAT about programs
// that run meanwhile. Text is a sentence without a full stop.
type Hazard struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Hazards lists what the change may hurt, most serious first. What a server
// locks, rewrites or scans for it is the renderer's knowledge and not here.
func Hazards(c Change) []Hazard {
	switch c := c.(type) {
	case AlterAccess:
		return accessHazards(c)
	case DropSchema:
		return []Hazard{{"DATA03", "schema " + c.Schema.Name + " goes"}}
	case DropTable:
		return []Hazard{
			{"DATA01", "table " + short(c.Table.Name) + " goes with all its rows"},
			{"COMPAT07", "programs that still use " + short(c.Table.Name) + " fail from then on"},
		}
	case DropColumn:
		name := column(c.Table, c.Column.Name)
		return []Hazard{
			{"DATA02", "column " + name + " goes with all its values"},
			{"COMPAT07", "programs that still use " + name + " fail from then on"},
		}
	case DropSequence:
		return []Hazard{{"DATA09", "sequence " + short(c.Sequence.Name) + " goes with the number it has reached"}}
	case AlterSequence:
		if Restarts(c.From.Options, c.To.Options) {
			return []Hazard{{"DATA09", "sequence " + short(c.To.Name) + " begins anew, as the number it has reached lies outside the new bounds"}}
		}
	case AlterEnum:
		if gone := c.Removed(); len(gone) > 0 {
			return []Hazard{{"DATA08", "fails while a row has " + oneOf(gone)}}
		}
	case RenameTable:
		return []Hazard{{"COMPAT02", "programs that say " + short(c.From) + " fail from then on"}}
	case RenameObject:
		if !schema.BelongsToRelation(c.From.Kind) && c.From.Kind != schema.KindStatistics {
			return []Hazard{{"COMPAT02", "programs that say " + refName(c.From) + " fail from then on"}}
		}
	case RenameColumn:
		return []Hazard{{"COMPAT01", "programs that say " + column(c.Table, c.From) + " fail from then on"}}
	case AddColumn:
		if requiresValue(c.Column) {
			name := column(c.Table, c.Column.Name)
			inserts := Hazard{"COMPAT06", "programs that insert without " + name + " fail from then on"}
			if c.Column.Backfill != "" {
				return []Hazard{inserts}
			}
			return []Hazard{{"CORR02", "fails if " + short(c.Table) + " has rows: they have no value for " + name}, inserts}
		}
	case AlterColumn:
		return alterColumnHazards(c)
	case AddConstraint:
		return addConstraintHazards(c)
	case DropConstraint:
		return []Hazard{{"CORR03", "rows that the " + constraintLine("-", c.Table, c.Constraint).Object + " kept out of " + short(c.Table) + " can come in"}}
	case CreateIndex:
		if c.Index.Unique {
			return []Hazard{{"CORR01", "fails if two rows of " + short(c.Table) + " are equal in the key"}}
		}
	case ReplaceIndex:
		return replaceIndexHazards(c)
	case DropObject:
		if !c.Again {
			return dropObjectHazards(c.Object)
		}
	case AlterObject:
		if lost := LostAttributes(c); lost != "" {
			return []Hazard{{"DATA02", lost + " goes with what values hold there"}}
		}
	case DropIndex:
		if c.Index.Unique {
			return []Hazard{{"CORR03", "rows that the unique index " + c.Index.Name + " kept out of " + short(c.Table) + " can come in"}}
		}
	}
	return nil
}

// replaceIndexHazards are of the rule that the index keeps, or of the other one.
func replaceIndexHazards(c ReplaceIndex) []Hazard {
	var hazards []Hazard
	if c.To.Unique {
		hazards = append(hazards, Hazards(CreateIndex{c.Table, c.To})...)
	}
	if c.From.Unique {
		hazards = append(hazards, Hazards(DropIndex{c.Table, c.From})...)
	}
	return hazards
}

func dropObjectHazards(o schema.Object) []Hazard {
	name := objectName(o)
	switch o.Kind {
	case schema.KindExtension:
		return []Hazard{{"DATA10", name + " goes with all that belongs to it"}}
	case schema.KindMaterializedView:
		return []Hazard{{"COMPAT07", "programs that still use " + short(o.Name) + " fail from then on"}}
	case schema.KindTrigger, schema.KindRule:
		return []Hazard{{"COMPAT08", "what " + name + " on " + short(o.Table) + " did is not done any more"}}
	case schema.KindPolicy, schema.KindRowSecurity:
		return []Hazard{{"SEC01", "who may see and write which rows of " + short(o.Table) + " changes: " + name + " goes"}}
	case schema.KindView, schema.KindFunction, schema.KindProcedure, schema.KindAggregate, schema.KindWindow:
		return []Hazard{{"COMPAT07", "programs that still use " + name + " fail from then on"}}
	}
	return nil
}

func alterColumnHazards(c AlterColumn) []Hazard {
	var hazards []Hazard
	name := column(c.Table, c.To.Name)
	if loss := narrows(c.From.Type.Text, c.To.Type.Text); loss != "" {
		hazards = append(hazards, Hazard{"DATA07", name + ": " + loss})
	}
	if c.From.Generated == nil && c.To.Generated != nil {
		hazards = append(hazards, Hazard{"DATA02", "what was written to " + name + " gives way to what is computed"})
	}
	if !c.From.NotNull && c.To.NotNull {
		hazards = append(hazards, Hazard{"CORR02", "fails if a row has no value in " + name})
		if requiresValue(c.To) {
			hazards = append(hazards, Hazard{"COMPAT06", "programs that insert without " + name + " fail from then on"})
		}
	}
	if c.From.NotNull && !c.To.NotNull {
		hazards = append(hazards, Hazard{"COMPAT05", "programs that expect a value in " + name + " may meet none"})
	}
	if c.From.Default != "" && c.To.Default == "" && requiresValue(c.To) && c.From.NotNull {
		hazards = append(hazards, Hazard{"COMPAT06", "programs that insert without " + name + " fail from then on"})
	}
	return hazards
}

// overlapping are the columns of a key in which two rows must not agree.
func overlapping(columns []string, withoutOverlaps bool) string {
	last := len(columns) - 1
	if !withoutOverlaps || last < 1 {
		return strings.Join(columns, ", ")
	}
	return strings.Join(columns[:last], ", ") + " and overlap in " + columns[last]
}

func addConstraintHazards(c AddConstraint) []Hazard {
	table := short(c.Table)
	switch k := c.Constraint.(type) {
	case schema.PrimaryKey:
		return []Hazard{{"CORR01", "fails if two rows of " + table + " have the same " + overlapping(k.Columns, k.WithoutOverlaps)}}
	case schema.Unique:
		return []Hazard{{"CORR01", "fails if two rows of " + table + " have the same " + overlapping(k.Columns, k.WithoutOverlaps)}}
	case schema.Exclusion:
		return []Hazard{{"CORR01", "fails if two rows of " + table + " exclude each other"}}
	case schema.ForeignKey:
		if !k.NotValid && !k.NotEnforced {
			return []Hazard{{"CORR02", "fails if a row of " + table + " refers to nothing in " + short(k.RefTable)}}
		}
	case schema.Check:
		if !k.NotValid && !k.NotEnforced {
			return []Hazard{{"CORR02", "fails if a row of " + table + " violates " + k.Expr}}
		}
	}
	return nil
}

// requiresValue reports whether an insert must name the column.
func requiresValue(c schema.Column) bool {
	return c.NotNull && c.Default == "" && !c.Serial && c.Identity == nil && c.Generated == nil && !c.Autoincrement
}

// Loses says what is gone for good once the change has run, in words that go
// on after "loses": "what was written to orders.status". It is empty where
// the reverse brings everything back. Going back is itself such a change: of
// a plan's reverse it tells what going back loses.
func Loses(c Change) string {
	switch c := c.(type) {
	case DropTable:
		return "all rows of " + short(c.Table.Name)
	case DropColumn:
		if c.Column.Generated == nil {
			return "what was written to " + column(c.Table, c.Column.Name)
		}
	case DropSequence:
		return "the value " + short(c.Sequence.Name) + " has reached"
	case AlterSequence:
		if Restarts(c.From.Options, c.To.Options) {
			return "the value " + short(c.To.Name) + " has reached"
		}
	case AlterObject:
		if lost := LostAttributes(c); lost != "" {
			return "what values hold in " + lost
		}
	case AlterColumn:
		name := column(c.Table, c.To.Name)
		numbered := func(c schema.Column) bool { return c.Serial || c.Identity != nil }
		switch {
		case c.From.Generated == nil && c.To.Generated != nil:
			return "what was written to " + name
		case rounds(c.From.Type.Text, c.To.Type.Text) != "":
			return rounds(c.From.Type.Text, c.To.Type.Text) + " of " + name
		case numbered(c.From) && !numbered(c.To):
			return "the value " + name + " has reached"
		}
	}
	return ""
}

// LostAttributes names the attributes of a composite type that the change takes
// out of it, and so out of every value that is stored: "attribute b of address".
// It is empty where there are none.
func LostAttributes(c AlterObject) string {
	if c.From.Kind != schema.KindComposite {
		return ""
	}
	var lost []string
	for _, a := range c.From.Shape {
		name := attributeName(a)
		if !slices.ContainsFunc(c.To.Shape, func(b string) bool { return attributeName(b) == name }) {
			lost = append(lost, name)
		}
	}
	switch len(lost) {
	case 0:
		return ""
	case 1:
		return "attribute " + lost[0] + " of " + short(c.To.Name)
	}
	return "attributes " + strings.Join(lost, ", ") + " of " + short(c.To.Name)
}

func oneOf(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + v + "'"
	}
	return strings.Join(quoted, " or ")
}

// A typeShape is a type's text in parts: "numeric(10,2)" is numeric, 10, 2.
type typeShape struct {
	base  string
	first int // length or precision; -1: none
	scale int
}

func shapeOf(text string) typeShape {
	text = strings.ToLower(text)
	s := typeShape{base: text, first: -1}
	open, end := strings.IndexByte(text, '('), strings.IndexByte(text, ')')
	if open < 0 || end < open {
		return s
	}
	s.base = strings.TrimSpace(text[:open]) + text[end+1:]
	first, scale, _ := strings.Cut(text[open+1:end], ",")
	if n, err := strconv.Atoi(strings.TrimSpace(first)); err == nil {
		s.first = n
	}
	s.scale, _ = strconv.Atoi(strings.TrimSpace(scale))
	return s
}

// narrows says what may stop a change of type or what it takes away; empty
// where every value fits or nothing is known about the types.
func narrows(from, to string) string {
	if loss := rounds(from, to); loss != "" {
		return loss + " go"
	}
	f, t := shapeOf(from), shapeOf(to)
	switch {
	case integerSize(f.base) > integerSize(t.base) && integerSize(t.base) > 0:
		return "fails if a value is out of the range of " + to
	case isText(f.base) && isText(t.base) && t.first >= 0 && (f.first < 0 || t.first < f.first):
		return "fails if a value is longer than " + strconv.Itoa(t.first) + " characters"
	case f.base == "numeric" && t.base == "numeric" && t.first >= 0 && (f.first < 0 || t.first-t.scale < f.first-f.scale):
		return "fails if a value has more than " + strconv.Itoa(t.first-t.scale) + " digits before the point"
	}
	return ""
}

// rounds says which part of the values is silently gone.
func rounds(from, to string) string {
	f, t := shapeOf(from), shapeOf(to)
	fractional := f.base == "numeric" && (f.first < 0 || f.scale > 0) || f.base == "real" || f.base == "double precision"
	switch {
	case f.base == "numeric" && t.base == "numeric" && t.first >= 0 && (f.first < 0 || t.scale < f.scale):
		return "digits behind the point"
	case fractional && integerSize(t.base) > 0:
		return "digits behind the point"
	case f.base == "double precision" && t.base == "real":
		return "digits"
	case strings.HasPrefix(f.base, "timestamp") && t.base == "date":
		return "times of day"
	case f.base == t.base && (strings.HasPrefix(f.base, "timestamp") || strings.HasPrefix(f.base, "time ") || f.base == "interval") &&
		t.first >= 0 && (f.first < 0 && t.first < 6 || f.first > t.first):
		return "fractions of seconds"
	}
	return ""
}

func integerSize(base string) int {
	return map[string]int{"smallint": 2, "integer": 4, "bigint": 8}[base]
}

func isText(base string) bool {
	return base == "text" || base == "character varying" || base == "character" || base == "varchar" || base == "char"
}
