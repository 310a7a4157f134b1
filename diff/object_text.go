package diff

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// describeObject is about objects that are told by their definition.
func describeObject(c Change) Line {
	switch c := c.(type) {
	case CreateObject:
		return Line{Sign: "+", Kind: c.Object.Kind, Object: objectName(c.Object), Detail: joined(onTable(c.Object), again(c.Again, "made again"))}
	case DropObject:
		return Line{Sign: "-", Kind: c.Object.Kind, Object: objectName(c.Object), Detail: joined(onTable(c.Object), again(c.Again, "for a moment"))}
	case AlterObject:
		return Line{Sign: "~", Kind: c.To.Kind, Object: objectName(c.To), Details: objectDetails(c.From, c.To)}
	case RenameObject:
		to := short(c.To.Name)
		if schema.BelongsToRelation(c.To.Kind) {
			to = c.To.Name.Local
		}
		return Line{Sign: "~", Kind: c.From.Kind, Object: refName(c.From), Detail: joined(onTable(schema.Object{Kind: c.From.Kind, Table: c.From.Table}), "renamed to "+to)}
	}
	panic("diff: a change without words")
}

// objectName is "view active_users", "function add(integer, integer)",
// "trigger touch"; of what a table has only one of, "row-level security".
func objectName(o schema.Object) string {
	switch {
	case schema.IsState(o.Kind):
		return o.Kind
	case o.Kind == schema.KindPublicationTable:
		return short(o.Table) + " in publication " + o.Name.Local
	case schema.IsRoutine(o.Kind):
		return o.Kind + " " + short(o.Name) + "(" + o.Args + ")"
	case !o.Table.IsZero():
		return o.Kind + " " + o.Name.Local
	}
	return o.Kind + " " + short(o.Name)
}

// refName is objectName of what is known by its identity alone.
func refName(r schema.Ref) string {
	return objectName(schema.Object{Kind: r.Kind, Name: r.Name, Args: r.Args, Table: r.Table})
}

func onTable(o schema.Object) string {
	if o.Table.IsZero() || o.Kind == schema.KindPublicationTable {
		return ""
	}
	return "on " + short(o.Table)
}

func again(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

func joined(a, b string) string { return strings.TrimSpace(a + " " + b) }

// objectDetails says what differs. Of a definition it shows the part where the
// two differ first: the whole stands in the plan.
func objectDetails(from, to schema.Object) []string {
	var details []string
	if rebuilds(from, to) {
		for i, part := range []string{"type ", "collation "} {
			if i < len(from.Shape) && i < len(to.Shape) && from.Shape[i] != to.Shape[i] && from.Shape[i] != "-" && to.Shape[i] != "-" { // a type without collations
				details = append(details, part+from.Shape[i]+" → "+to.Shape[i])
			}
		}
		from.SQL, from.Shape = to.SQL, to.Shape
	}
	if from.SQL != to.SQL {
		a, b := firstDifference(from.SQL, to.SQL)
		details = append(details, "definition …"+a+" → …"+b)
	}
	sides(from.Facets, to.Facets, func(a, b *schema.Option) int { return strings.Compare(a.Name, b.Name) }, func(have, want *schema.Option) {
		switch {
		case have == nil:
			details = append(details, strings.TrimSpace(want.Name+" "+want.Value))
		case want == nil:
			details = append(details, "no "+have.Name)
		case have.Value != want.Value:
			details = append(details, want.Name+" "+have.Value+" → "+want.Value)
		}
	})
	f, t := bareObject(from), bareObject(to)
	f.SQL, f.Facets = t.SQL, t.Facets
	return append(details, facets(f, t)...)
}

// firstDifference is the line of each text from the word on in which they
// differ first, with blanks as one.
func firstDifference(a, b string) (string, string) {
	x, y := strings.Fields(a), strings.Fields(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return excerpt(x[i:]), excerpt(y[i:])
}

func excerpt(words []string) string {
	const most = 6
	if len(words) == 0 {
		return " end"
	}
	if len(words) > most {
		return " " + strings.Join(words[:most], " ") + " …"
	}
	return " " + strings.Join(words, " ")
}
