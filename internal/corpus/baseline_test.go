package corpus_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

// TestBaselineOfAnyPair: whatever a real database and the models are, the list
// of their differences makes a check clean, there and in a database that the
// first revision has made; and what comes later is seen. CORPUS_N is the number
// of pairs, CORPUS_SEED the first seed.
func TestBaselineOfAnyPair(t *testing.T) {
	for _, c := range []struct {
		name    string
		product product
		pairs   int
	}{
		{"PostgreSQL", postgres, 5},
		{"SQLite", sqlite, 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := number(t, "CORPUS_N", c.pairs)
			first := number(t, "CORPUS_SEED", 1)
			for seed := first; seed < first+n; seed++ {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { baselineOfPair(t, c.product, uint64(seed)) })
			}
		})
	}
}

func baselineOfPair(t *testing.T, p product, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	d := newDatabase(t, p)
	o := corpus.Options{SQLite: true}
	if d.postgres() {
		o = corpus.Options{Version: d.version / 10000}
	}
	old := corpus.Random(r, o)
	want := corpus.Evolve(r, old, o)
	if seed%3 == 0 {
		want = corpus.Random(r, o)
	}
	later := corpus.Evolve(r, old, o)
	d.schemas = namespaces(old, want, later)
	d.become(t, old)

	have, models := d.pair(t, want)
	list := diff.Differences(have, models)
	d.nothingDiffers(t, want, list)

	fresh := newDatabase(t, p, d.schemas...)
	fresh.become(t, have)
	fresh.nothingDiffers(t, want, list)

	if !d.become(t, later) {
		return
	}
	now, models := d.pair(t, want)
	settled, _, _ := diff.Settle(now, models, accepted(list))
	shown := diff.Differences(now, settled)
	about := func(d diff.Difference) func(diff.Difference) bool {
		return func(o diff.Difference) bool { return o.Kind == d.Kind && o.Table == d.Table && o.Name == d.Name }
	}
	for _, step := range diff.Differences(have, now) {
		i := slices.IndexFunc(diff.Differences(now, models), func(o diff.Difference) bool {
			return about(step)(o) && !slices.ContainsFunc(list, func(l diff.Difference) bool { return l.Key() == o.Key() })
		})
		if i >= 0 && !slices.ContainsFunc(shown, about(step)) {
			t.Errorf("hidden: %+v", step)
		}
	}
}

// pair is the database and the models, both in the server's words.
func (d *database) pair(t *testing.T, want *schema.Database) (have, models *schema.Database) {
	t.Helper()
	have, models = d.have(t), schema.Clone(want)
	d.settle(models, have)
	canonical, _, err := d.canonical(t.Context(), d.sql, models, have)
	if err != nil {
		t.Fatal(err)
	}
	return have, canonical
}

// accepted keeps what is in the list, each as often as it stands there.
func accepted(list []diff.Difference) func(diff.Difference) bool {
	left := map[diff.Difference]int{}
	for _, d := range list {
		left[d.Key()]++
	}
	return func(d diff.Difference) bool {
		left[d.Key()]--
		return left[d.Key()] >= 0
	}
}

// nothingDiffers fails unless the list takes all that differs.
func (d *database) nothingDiffers(t *testing.T, want *schema.Database, list []diff.Difference) {
	t.Helper()
	have, models := d.pair(t, want)
	settled, taken, held := diff.Settle(have, models, accepted(list))
	if len(taken) != len(list) || len(held) > 0 {
		t.Errorf("%d of %d lines are taken, held are %v", len(taken), len(list), held)
	}
	p, err := diff.Diff(have, settled, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Changes {
		t.Errorf("a difference that is accepted is a change: %s %s %s", diff.Describe(c).Sign, diff.Describe(c).Object, diff.Describe(c).Detail)
	}
}

// TestCompatOfAnyPair: what compat mode leaves to do can be done on a real
// server, and then nothing is left.
func TestCompatOfAnyPair(t *testing.T) {
	for _, c := range []struct {
		name    string
		product product
		pairs   int
	}{
		{"PostgreSQL", postgres, 5},
		{"SQLite", sqlite, 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := number(t, "CORPUS_N", c.pairs)
			first := number(t, "CORPUS_SEED", 1)
			for seed := first; seed < first+n; seed++ {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { compatOfPair(t, c.product, uint64(seed)) })
			}
		})
	}
}

func compatOfPair(t *testing.T, p product, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	d := newDatabase(t, p)
	o := corpus.Options{SQLite: true}
	if d.postgres() {
		o = corpus.Options{Version: d.version / 10000}
	}
	old := corpus.Random(r, o)
	want := corpus.Evolve(r, old, o)
	d.schemas = namespaces(old, want)
	d.become(t, old)
	var passed []diff.Difference
	left := func() diff.Plan {
		have, models := d.pair(t, want)
		var settled *schema.Database
		settled, passed = diff.Compat(have, models, allImplied(want))
		p, err := diff.Diff(have, settled, diff.Renames{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	plan := left()
	for _, one := range []diff.Plan{plan, plan.Reverse()} {
		if _, err := d.statements(one); err != nil {
			t.Logf("refused: %v", explain(err))
			return
		}
	}
	for _, c := range plan.Changes {
		if e, ok := c.(diff.AlterEnum); ok && len(e.Removed()) > 0 {
			t.Log("models that take a value from an enum are at odds with a default of the database's own: the server says so")
			return
		}
	}
	d.add(d.revision(t, plan))
	if _, err := d.runnerOf(t).Upgrade(t.Context(), "head"); err != nil {
		if d.postgres() && (retypes(plan) || otherTypes(passed)) {
			t.Logf("types of one side are at odds with what the other side has on the column, and the server says so: %v", err)
			return
		}
		t.Fatalf("%v\n%s", err, d.files[fmt.Sprintf("%04d.sql", d.number)].Data)
	}
	for _, c := range left().Changes {
		t.Errorf("left: %s %s %s", diff.Describe(c).Sign, diff.Describe(c).Object, diff.Describe(c).Detail)
	}
}

// retypes reports whether a column that stays gets another type.
func retypes(p diff.Plan) bool {
	return slices.ContainsFunc(p.Changes, func(c diff.Change) bool {
		a, ok := c.(diff.AlterColumn)
		return ok && a.From.Type != a.To.Type
	})
}

// otherTypes reports whether a column keeps a type that is not the models'.
func otherTypes(passed []diff.Difference) bool {
	return slices.ContainsFunc(passed, func(d diff.Difference) bool { return d.Facet == "type" })
}

// allImplied: the models state nothing but their tables and columns.
func allImplied(db *schema.Database) schema.Implied {
	known := schema.Implied{}
	for _, t := range db.Tables {
		one := schema.ImpliedTable{PrimaryKey: true, Columns: map[string]schema.ImpliedColumn{}, ForeignKeys: map[string]bool{}}
		for _, c := range t.Columns {
			one.Columns[c.Name] = schema.ImpliedColumn{Type: true, NotNull: true, Default: true}
		}
		for _, k := range t.ForeignKeys {
			one.ForeignKeys[k.Name] = true
		}
		known[t.Name] = one
	}
	return known
}
