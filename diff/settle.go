package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Settle returns want with those of its differences from have taken back that
// keep names: there the result is what the database has, so that no plan
// touches it. taken lists them, ordered by Compare; neither have nor want is
// changed.
//
// What cannot stay alone is not kept, whatever keep says: an index without its
// column, a foreign key without its table, a table that something wanted refers
// to. Those come back as differences, in held.
func Settle(have, want *schema.Database, keep func(Difference) bool) (settled *schema.Database, taken, held []Difference) {
	return takeBack(have, want, deltas(have, want), func(d delta) bool { return keep(d.Difference) })
}

// takeBack is Settle on deltas.
func takeBack(have, want *schema.Database, all []delta, keep func(delta) bool) (settled *schema.Database, taken, held []Difference) {
	var chosen []delta
	for _, d := range all {
		if keep(d) {
			chosen = append(chosen, d)
		}
	}
	if len(chosen) == 0 {
		return schema.Clone(want), nil, nil
	}
	known := present(have)
	for k := range present(want) {
		known[k] = true
	}
	for {
		a := newAdopter(want)
		for _, d := range chosen {
			d.adopt(a)
		}
		settled = a.done()
		broken := brokenBy(settled, chosen, known)
		if len(broken) == 0 {
			break
		}
		var rest []delta
		for i, d := range chosen {
			if broken[i] {
				held = append(held, d.Difference)
			} else {
				rest = append(rest, d)
			}
		}
		chosen = rest
	}
	adoptAccess(settled, have, want)
	slices.SortStableFunc(held, Difference.Compare)
	for _, d := range chosen {
		taken = append(taken, d.Difference)
	}
	return settled, taken, held
}

// An adopter is a wanted database on its way to what the database has.
type adopter struct {
	db   *schema.Database
	gone map[schema.Name]bool // tables that are not wanted any more
	at   map[schema.Name]int  // of the wanted tables
}

func newAdopter(want *schema.Database) *adopter {
	a := &adopter{db: schema.Clone(want), gone: map[schema.Name]bool{}, at: map[schema.Name]int{}}
	for i := range a.db.Tables {
		a.at[a.db.Tables[i].Name] = i
	}
	return a
}

func (a *adopter) table(n schema.Name) *schema.Table { return &a.db.Tables[a.at[n]] }

func (a *adopter) done() *schema.Database {
	a.db.Tables = slices.DeleteFunc(a.db.Tables, func(t schema.Table) bool { return a.gone[t.Name] })
	a.db.Sort()
	return a.db
}

// replaceConstraint puts have, if it is there, in the place of want.
func (a *adopter) replaceConstraint(table schema.Name, have, want *schema.Constraint) {
	t := a.table(table)
	all := t.Constraints()
	if want != nil {
		i := slices.IndexFunc(all, func(c schema.Constraint) bool {
			return constraintDerived(c) == constraintDerived(*want) && constraintKind.same(c, *want)
		})
		all = slices.Delete(all, i, i+1)
	}
	if have != nil {
		all = append(all, *have)
	}
	setConstraints(t, all)
}

func (a *adopter) replaceIndex(table schema.Name, have, want *schema.Index) {
	t := a.table(table)
	if want != nil {
		i := slices.IndexFunc(t.Indexes, func(x schema.Index) bool {
			return x.Derived == want.Derived && indexKind.same(x, *want)
		})
		t.Indexes = slices.Delete(t.Indexes, i, i+1)
	}
	if have != nil {
		t.Indexes = append(t.Indexes, have.Clone())
	}
}

// present is what there is in a database that something may need.
func present(db *schema.Database) map[key]bool {
	keys := map[key]bool{}
	add := func(list ...key) {
		for _, k := range list {
			keys[k] = true
		}
	}
	for _, s := range db.Schemas {
		add(key{kind: keySchema, name: schema.Name{Local: s.Name}})
	}
	for _, e := range db.Enums {
		add(key{kind: keyEnum, name: e.Name})
	}
	for _, s := range db.Sequences {
		add(key{kind: keySequence, name: s.Name})
	}
	for _, t := range db.Tables {
		is, _, _ := wholeTable(t)
		add(is...)
	}
	for _, o := range db.Objects {
		add(objectKeys(o)...)
	}
	return keys
}

// brokenBy says which of the chosen deltas cannot stay: those that need what is
// not there, those that took away what something else needs, and those that
// left a column unfit.
func brokenBy(settled *schema.Database, chosen []delta, known map[key]bool) map[int]bool {
	there := present(settled)
	lacks := func(k key) bool { return known[k] && !there[k] }
	broken := map[int]bool{}
	takers := map[key][]int{}
	for i, d := range chosen {
		if slices.ContainsFunc(d.needs, lacks) {
			broken[i] = true
		}
		for _, k := range d.takes {
			takers[k] = append(takers[k], i)
		}
	}
	blame := func(needs []key) {
		for _, k := range needs {
			if lacks(k) {
				for _, i := range takers[k] {
					broken[i] = true
				}
			}
		}
	}
	for _, e := range settled.Enums {
		blame(schemaKey(e.Name))
	}
	for _, s := range settled.Sequences {
		blame(sequenceNeeds(s))
	}
	for _, o := range settled.Objects {
		blame(schemaKey(o.Name))
		blame(objectNeeds(o))
	}
	for _, t := range settled.Tables {
		_, needs, _ := wholeTable(t)
		blame(needs)
		unfit(t, chosen, broken)
		keyless(t, chosen, broken)
	}
	return broken
}

// unfit breaks what leaves a column with a type that cannot be, as it and what
// goes with it come from two sides: one that counts up and is no whole number,
// one of a STRICT table that has another type than those have.
func unfit(t schema.Table, chosen []delta, broken map[int]bool) {
	for _, c := range t.Columns {
		text := strings.ToLower(c.Type.Text)
		counts := c.Serial || c.Identity != nil || c.Autoincrement
		switch {
		case counts && !slices.Contains([]string{"smallint", "integer", "bigint"}, text):
		case t.Strict && !slices.Contains([]string{"int", "integer", "real", "text", "blob", "any"}, text):
		default:
			continue
		}
		for i, d := range chosen {
			if d.Table != t.Name {
				continue
			}
			of := d.Kind == "column" && d.Name == c.Name
			if of && (d.Class == Leftover || d.Facet == "type" || counts && d.Facet == "default") || d.Kind == "table" && d.Facet == "strict" {
				broken[i] = true
			}
		}
	}
}

// keyless breaks what leaves a table without the primary key that it must have:
// one WITHOUT ROWID, or with a key that counts up (SQLite).
func keyless(t schema.Table, chosen []delta, broken map[int]bool) {
	counts := slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Autoincrement })
	if t.PrimaryKey != nil || !t.WithoutRowid && !counts {
		return
	}
	for i, d := range chosen {
		of := d.Kind == "primary-key" || d.Facet == "without-rowid" || d.Kind == "column" && d.Facet == "default"
		if d.Table == t.Name && of {
			broken[i] = true
		}
	}
}
