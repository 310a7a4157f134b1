package render

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A Class says how far the reverse of a change leads back.
type Class int

const (
	// Exact: schema and rows are as before. What was written to a new object
	// meanwhile goes with it.
	Exact Class = iota
	// Fallible: the way back may fail on rows written meanwhile, or give back
	// values that were converted twice.
	Fallible
	// StructureOnly: the object comes back empty.
	StructureOnly
	// Irreversible: there is no way back.
	Irreversible
)

// String is the word that stands in documentation and JSON.
func (c Class) String() string {
	switch c {
	case Exact:
		return "exact"
	case Fallible:
		return "fallible"
	case StructureOnly:
		return "structure-only"
	}
	return "irreversible"
}

// ClassOf says how far c.Reverse() leads back after c has run, and why not
// further; the reason of an Exact change is empty. Irreversible is a value that
// comes to an enum which cannot be made anew without it; else the class is for data
// work.
func ClassOf(c diff.Change) (class Class, reason string) {
	switch c := c.(type) {
	case diff.DropTable:
		return StructureOnly, "the rows of " + Short(c.Table.Name) + " are gone"
	case diff.DropColumn:
		if c.Column.Generated != nil {
			return Exact, ""
		}
		return StructureOnly, "the values of " + column(c.Table, c.Column.Name) + " are gone"
	case diff.DropSequence:
		return StructureOnly, "the value of " + Short(c.Sequence.Name) + " is gone, it starts anew"
	case diff.AlterEnum:
		return enumClass(c)
	case diff.AlterColumn:
		return columnClass(c)
	case diff.AlterSequence:
		if sameBounds(c.From.Options, c.To.Options) {
			return Exact, ""
		}
		if diff.Restarts(c.From.Options, c.To.Options) {
			return StructureOnly, "the value of " + Short(c.To.Name) + " is gone, it starts anew"
		}
		return Fallible, "the value reached meanwhile may lie outside the earlier bounds"
	case diff.DropConstraint:
		return Fallible, "rows written meanwhile may violate " + constraint(c.Table, c.Constraint)
	case diff.AlterConstraint:
		return Exact, ""
	case diff.DropObject:
		if c.Object.Kind == schema.KindExtension {
			return StructureOnly, "what belonged to " + c.Object.Ref().String() + " is gone"
		}
	case diff.AlterObject:
		return objectClass(c)
	case diff.DropIndex:
		if c.Index.Unique {
			return Fallible, "rows written meanwhile may be duplicates in " + c.Index.Name
		}
	case diff.ReplaceIndex:
		if c.From.Unique {
			return Fallible, "rows written meanwhile may be duplicates in " + c.From.Name
		}
	}
	return Exact, ""
}

// NoWayBack is why the plan cannot be taken back; empty: it can.
func NoWayBack(p diff.Plan) string {
	var reasons []string
	for _, c := range p.Changes {
		if class, reason := ClassOf(c); class == Irreversible && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, "; ")
}

func objectClass(c diff.AlterObject) (Class, string) {
	name := c.To.Ref().String()
	switch c.To.Kind {
	case schema.KindComposite:
		if lost := diff.LostAttributes(c); lost != "" {
			return StructureOnly, "what values held in " + lost + " is gone"
		}
		if !slices.Equal(c.From.Shape, c.To.Shape) {
			return Fallible, "what is written meanwhile to other attributes of " + name + " goes, or does not fit"
		}
	case schema.KindDomain:
		if c.Rebuilds() {
			return Fallible, "values of " + name + " are converted there and back, and new ones may not fit " + c.From.Shape[0]
		}
		for _, f := range c.From.Facets {
			if (f.Name == "not null" || strings.HasPrefix(f.Name, "check ")) && !slices.Contains(c.To.Facets, f) {
				return Fallible, "values written meanwhile may violate what " + name + " demanded"
			}
		}
	case schema.KindExtension:
		return Fallible, "the extension needs a script that leads back to its earlier version"
	}
	return Exact, ""
}

func enumClass(c diff.AlterEnum) (Class, string) {
	for _, v := range c.To.Values {
		if !slices.Contains(c.From.Values, v) {
			if c.NoBack != "" {
				return Irreversible, c.NoBack
			}
			return Fallible, "rows that use '" + v + "' stop the way back"
		}
	}
	return Exact, ""
}

func columnClass(c diff.AlterColumn) (Class, string) {
	name := column(c.Table, c.From.Name)
	switch {
	case c.From.Generated == nil && c.To.Generated != nil:
		return StructureOnly, "what was written to " + name + " is replaced by what is computed"
	case c.From.Type != c.To.Type && c.To.Generated == nil:
		return Fallible, "values of " + name + " are converted there and back, and new ones may not fit " + c.From.Type.Text
	case c.From.NotNull && !c.To.NotNull:
		return Fallible, "NULLs written to " + name + " meanwhile stop the way back"
	}
	return Exact, ""
}

func sameBounds(a, b schema.SequenceOptions) bool {
	return a.Type == b.Type && sameInt(a.Min, b.Min) && sameInt(a.Max, b.Max)
}

func sameInt(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func column(table schema.Name, name string) string { return Short(table) + "." + name }

func constraint(table schema.Name, c schema.Constraint) string {
	if c.ConstraintName() == "" {
		return "it in " + Short(table)
	}
	return c.ConstraintName()
}

// Short is how a name is told to a reader: without the schema everybody has.
func Short(n schema.Name) string {
	if n.Schema == "public" {
		return n.Local
	}
	return n.String()
}
