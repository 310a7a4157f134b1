package diff_test

import (
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

var products = map[string]corpus.Options{
	"postgres": {Version: 18},
	"sqlite":   {SQLite: true},
}

// seeds is how many random pairs each law is held against.
func seeds(t *testing.T) uint64 {
	if testing.Short() {
		return 20
	}
	return 40
}

// forPairs calls f with a random database and a next version of it.
func forPairs(t *testing.T, f func(t *testing.T, have, want *schema.Database)) {
	for name, o := range products {
		t.Run(name, func(t *testing.T) {
			for seed := range seeds(t) {
				r := rand.New(rand.NewPCG(seed, 1))
				have := corpus.Random(r, o)
				want := corpus.Evolve(r, have, o)
				if seed%10 == 0 {
					want = corpus.Random(r, o)
				}
				if len(have.Schemas) > 0 && seed%2 == 0 {
					addViews(r, have)
					addViews(r, want)
				}
				t.Run(fmt.Sprint(seed), func(t *testing.T) { f(t, have, want) })
			}
		})
	}
}

// addViews puts a few views on random columns, and on each other.
func addViews(r *rand.Rand, db *schema.Database) {
	var below []schema.Object
	for i := range r.IntN(4) {
		if len(db.Tables) == 0 {
			return
		}
		t := db.Tables[r.IntN(len(db.Tables))]
		c := t.Columns[r.IntN(len(t.Columns))]
		name := schema.Name{Schema: db.Schemas[0].Name, Local: fmt.Sprintf("view_%d", i)}
		v := schema.Object{Kind: schema.KindView, Name: name, SQL: fmt.Sprintf("SELECT %s /* %d of %x */", c.Name, r.IntN(3), crc32.ChecksumIEEE([]byte(t.Name.String()))),
			Shape: []string{fmt.Sprint("c ", r.IntN(2))},
			Uses:  []schema.ColumnRef{{Table: t.Name, Column: c.Name}}, Needs: []schema.Ref{{Kind: schema.RefTable, Name: t.Name}}}
		if len(below) > 0 && r.IntN(2) == 0 {
			v.Needs = append(v.Needs, below[r.IntN(len(below))].Ref())
		}
		below = append(below, v)
	}
	db.Objects = below
}

func mustDiff(t *testing.T, have, want *schema.Database) diff.Plan {
	t.Helper()
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	return p
}

func mustApply(t *testing.T, db *schema.Database, changes []diff.Change) *schema.Database {
	t.Helper()
	got, err := diff.Apply(db, changes)
	if err != nil {
		t.Fatalf("Apply: %v\n%s", err, describe(changes))
	}
	return got
}

func describe(changes []diff.Change) string {
	s := ""
	for i, c := range changes {
		l := diff.Describe(c)
		s += fmt.Sprintf("%3d %s %s  %s\n", i+1, l.Sign, l.Object, l.Detail)
	}
	return s
}

// text is a database as text, the order of columns aside.
func text(db *schema.Database) string {
	c := schema.Clone(db)
	for i := range c.Tables {
		sortColumns(&c.Tables[i])
	}
	c.Sort()
	return schema.Format(c)
}

func TestPlanLeadsFromHaveToWantAndBack(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		p := mustDiff(t, have, want)
		there := mustApply(t, have, p.Changes)
		if d := cmp.Diff(schema.Format(&p.To), schema.Format(there)); d != "" {
			t.Errorf("Plan.To is not what the plan gives (-To +given):\n%s", d)
		}
		if d := cmp.Diff(text(want), text(unnamedAs(want, there))); d != "" {
			t.Errorf("the plan does not lead to what is wanted (-want +got):\n%s\n%s", d, describe(p.Changes))
		}
		back := mustApply(t, there, p.Reverse().Changes)
		if d := cmp.Diff(text(have), text(back)); d != "" {
			t.Errorf("the reverse does not lead back (-have +got):\n%s\n%s", d, describe(p.Changes))
		}
	})
}

// renameSome gives tables and columns of db new names, as the answers would.
func renameSome(r *rand.Rand, db *schema.Database) (*schema.Database, diff.Renames) {
	var found diff.Renames
	for _, t := range db.Tables {
		name := t.Name
		if r.IntN(3) == 0 {
			name.Local += " new"
			found.Tables = append(found.Tables, diff.TableRename{From: t.Name, To: name})
		}
		for _, c := range t.Columns {
			if r.IntN(4) == 0 {
				found.Columns = append(found.Columns, diff.ColumnRename{Table: name, From: c.Name, To: c.Name + "_2"})
			}
		}
		if n := len(t.Columns); n > 2 && r.IntN(3) == 0 {
			a, b := t.Columns[n-1].Name, t.Columns[n-2].Name
			found.Columns = slices.DeleteFunc(found.Columns, func(c diff.ColumnRename) bool {
				return c.Table == name && (c.From == a || c.From == b)
			})
			found.Columns = append(found.Columns, diff.ColumnRename{Table: name, From: a, To: b}, diff.ColumnRename{Table: name, From: b, To: a})
		}
	}
	return diff.ApplyRenames(db, found), found
}

func TestPlanWithRenames(t *testing.T) {
	forPairs(t, func(t *testing.T, have, next *schema.Database) {
		r := rand.New(rand.NewPCG(3, 4))
		want, renames := renameSome(r, next)
		// Only what both versions have can be renamed.
		renames.Tables = slices.DeleteFunc(renames.Tables, func(x diff.TableRename) bool { return have.Table(x.From) == nil })
		old := map[schema.Name]schema.Name{}
		for _, x := range renames.Tables {
			old[x.To] = x.From
		}
		lost := map[schema.Name]bool{}
		for _, x := range renames.Columns {
			from := x.Table
			if n, ok := old[from]; ok {
				from = n
			}
			if t := have.Table(from); t == nil || t.Column(x.From) == nil {
				lost[x.Table] = true // one half of a trade may be missing
			}
		}
		renames.Columns = slices.DeleteFunc(renames.Columns, func(x diff.ColumnRename) bool { return lost[x.Table] })
		p, err := diff.Diff(have, want, renames)
		if err != nil {
			t.Fatalf("Diff: %v", err)
		}
		there := mustApply(t, have, p.Changes)
		if d := cmp.Diff(text(want), text(unnamedAs(want, there))); d != "" {
			t.Errorf("the plan does not lead to what is wanted (-want +got):\n%s\n%s", d, describe(p.Changes))
		}
		back := mustApply(t, there, p.Reverse().Changes)
		if d := cmp.Diff(text(have), text(back)); d != "" {
			t.Errorf("the reverse does not lead back (-have +got):\n%s\n%s", d, describe(p.Changes))
		}
	})
}

func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		have := corpus.Random(rand.New(rand.NewPCG(1, 1)), corpus.Options{Tables: n})
		b.Run(fmt.Sprintf("%d_tables_equal", len(have.Tables)), func(b *testing.B) {
			for b.Loop() {
				if p, err := diff.Diff(have, have, diff.Renames{}); err != nil || len(p.Changes) > 0 {
					b.Fatal(err, p.Changes)
				}
			}
		})
		b.Run(fmt.Sprintf("%d_tables_new", len(have.Tables)), func(b *testing.B) {
			for b.Loop() {
				if _, err := diff.Diff(&schema.Database{}, have, diff.Renames{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
