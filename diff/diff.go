package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Diff returns the plan that leads from have to want. Both are in canonical
// form, have as it was read (with its old names) and want already compared in
// the server's words with [ApplyRenames](have, r). Neither is changed.
//
//  1. Objects are the same object when their names are equal, after the
//     renames of r.
//  2. A constraint or index whose name was not chosen (Derived, or none) is
//     the same as any one with the same definition, and keeps the name it has.
//  3. One whose name was chosen is renamed where the definition is there under
//     another name.
//  4. The order of columns is no difference; Plan.To has them in the order
//     that executing the plan gives.
//
// Wherever the plan speaks of constraints and indexes, Derived is false: it
// says what they will be called.
//
// The changes are in an order that can be executed. The error is a
// [*Conflicts] that lists everything that stands in the way.
func Diff(have, want *schema.Database, r Renames) (Plan, error) {
	from, to := schema.Clone(have), schema.Clone(want)
	if len(r.Tables)+len(r.Columns) == 0 && Same(from, to) {
		return Plan{From: *from, To: *to}, nil
	}
	from.Sort()
	to.Sort()
	if from.Reader != "" {
		to.Reader = from.Reader
	}
	d := differ{want: to}
	d.have = from
	if !r.empty() {
		d.checkRenames(from, r)
		if err := d.err(); err != nil {
			return Plan{}, err
		}
		d.renameObjects(from, r)
	}
	d.family = familyOf(d.have, d.want)
	d.pairTables()
	d.checkFamily()
	for _, p := range d.tables {
		d.regroup(p)
	}
	d.matchParts()
	d.checkUnmanaged()
	d.keepUnmanaged()
	d.resolveNames()
	for _, p := range d.tables {
		p.rejoin()
	}
	d.replaceForeignKeys()
	d.replaceRetyped()
	d.pairObjects()
	r.Objects = d.keepRenames(r.Objects)
	d.freeUsers()
	d.freeEnums()
	d.checkEnums()
	d.checkReferences()
	d.checkSchemas()
	if err := d.err(); err != nil {
		return Plan{}, err
	}
	ordered, err := order(d.changes(), d.references(), d.family, d.rebuiltColumns(), d.typeHolders(), func(ops []op) { d.tieAlong(ops); d.tieAttributes(ops); d.tieRows(ops) })
	if err != nil {
		return Plan{}, err
	}
	first, ordered := d.dropFirst(ordered)
	if err := d.err(); err != nil {
		return Plan{}, err
	}
	d.arrangeColumns(ordered)
	to.Sort()
	// A table may move into a schema that is new: schemas come first of all.
	n := slices.IndexFunc(ordered, func(c Change) bool { _, ok := c.(CreateSchema); return !ok })
	if n < 0 {
		n = len(ordered)
	}
	changes := slices.Concat(ordered[:n], first, renameChanges(r), ordered[n:])
	return Plan{From: *from, To: *to, Changes: changes}.withAccess().withBack(), nil
}

// Conflicts is what makes a plan impossible, all of it.
type Conflicts struct {
	List []Conflict // sorted by position, then text
}

// A Conflict is one such thing.
type Conflict struct {
	Pos  schema.Pos // where the wanted object is declared; may be unknown
	Text string     // the fact, one sentence without full stop
	Hint string     // what to do; may be empty
}

// Error is one line for each conflict.
func (c *Conflicts) Error() string {
	lines := make([]string, len(c.List))
	for i, one := range c.List {
		lines[i] = one.Text
		if one.Pos.IsValid() {
			lines[i] = one.Pos.String() + ": " + one.Text
		}
	}
	return strings.Join(lines, "\n")
}

// A differ compares one pair of databases.
type differ struct {
	problems
	have *schema.Database // names as after the renames
	want *schema.Database // becomes Plan.To: names are filled in as they are resolved

	tables  []*tablePair
	byName  map[schema.Name]*tablePair // see pairOf
	family  family
	objects []*objectPair
	former  map[schema.Ref]*schema.Object // by what it is called now: the object as it is before the renames, where they change it
	leaving map[schema.Name]bool          // names that the renames take away, and tables whose columns they rename
	renamed map[schema.Ref]*schema.Object // likewise: objects that are renamed and whose words change in nothing else
}

// problems collects conflicts.
type problems struct{ list []Conflict }

func (p *problems) conflict(at schema.Pos, hint, format string, args ...any) {
	p.list = append(p.list, Conflict{Pos: at, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// err is nil where there are none.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Text, b.Text))
	})
	return &Conflicts{List: p.list}
}

// changes lists what differs, in no order that could be executed.
func (d *differ) changes() []Change {
	var changes []Change
	changes = append(changes, d.schemaChanges()...)
	changes = append(changes, d.enumChanges()...)
	changes = append(changes, d.sequenceChanges()...)
	// Below first what must come before what happens above, then above first.
	order := slices.Clone(d.tables)
	slices.SortStableFunc(order, func(a, b *tablePair) int { return d.family.depth(a.name) - d.family.depth(b.name) })
	var first, then []Change
	for _, p := range order {
		before, all := d.tableChanges(p)
		first = append(slices.Clone(before), first...)
		then = append(then, all...)
	}
	changes = append(changes, first...)
	changes = append(changes, then...)
	changes = append(changes, d.objectChanges()...)
	return changes
}

// sides pairs two sorted lists by name and calls f for each name with what
// there is on either side, nil where nothing is.
func sides[T any](have, want []T, compare func(a, b *T) int, f func(have, want *T)) {
	i, j := 0, 0
	for i < len(have) || j < len(want) {
		switch {
		case j == len(want):
			f(&have[i], nil)
			i++
		case i == len(have):
			f(nil, &want[j])
			j++
		default:
			c := compare(&have[i], &want[j])
			switch {
			case c < 0:
				f(&have[i], nil)
				i++
			case c > 0:
				f(nil, &want[j])
				j++
			default:
				f(&have[i], &want[j])
				i++
				j++
			}
		}
	}
}
