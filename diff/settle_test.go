package diff_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

// listed keeps what is in the list, each as often as it stands there.
func listed(list []diff.Difference) func(diff.Difference) bool {
	left := map[diff.Difference]int{}
	for _, d := range list {
		left[d.Key()]++
	}
	return func(d diff.Difference) bool {
		left[d.Key()]--
		return left[d.Key()] >= 0
	}
}

func TestNothingDiffersWhenAllIsSettled(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		list := diff.Differences(have, want)
		settled, taken, held := diff.Settle(have, want, listed(list))
		if len(held) > 0 || len(taken) != len(list) {
			t.Errorf("%d of %d are taken, held are %v", len(taken), len(list), held)
		}
		if p := mustDiff(t, have, settled); len(p.Changes) > 0 {
			t.Errorf("the plan is not empty:\n%s", describe(p.Changes))
		}
		if left := diff.Differences(have, settled); len(left) > 0 {
			t.Errorf("something still differs: %v", left)
		}
	})
}

func TestNoDifferencesExactlyWhenThePlanIsEmpty(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		if list := diff.Differences(have, have); len(list) > 0 {
			t.Errorf("a database differs from itself: %v", list)
		}
		differs := len(mustDiff(t, have, want).Changes) > 0
		if list := diff.Differences(have, want); len(list) > 0 != differs {
			t.Errorf("the plan has changes: %v; differences: %v", differs, list)
		}
	})
}

// A list made once hides nothing that comes later: not in the database, not in
// the models.
func TestWhatComesAfterABaselineIsNoticed(t *testing.T) {
	var noticed int
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		list := diff.Differences(have, want)
		for seed := range uint64(3) {
			r := rand.New(rand.NewPCG(seed, 7))
			o := products["postgres"]
			if strings.Contains(t.Name(), "sqlite") {
				o = products["sqlite"]
			}
			later := corpus.Evolve(r, have, o)
			noticed += mustNotice(t, have, later, func() (*schema.Database, *schema.Database) { return later, want }, list)
			next := corpus.Evolve(r, want, o)
			noticed += mustNotice(t, want, next, func() (*schema.Database, *schema.Database) { return have, next }, list)
		}
	})
	if noticed == 0 {
		t.Error("no step changed anything")
	}
}

// mustNotice reports 1 where before and after differ, and the test failed
// unless the settled pair shows it.
func mustNotice(t *testing.T, before, after *schema.Database, pair func() (have, want *schema.Database), list []diff.Difference) int {
	t.Helper()
	stepped := diff.Differences(before, after)
	if len(stepped) == 0 {
		return 0
	}
	have, want := pair()
	now := diff.Differences(have, want)
	if len(now) == 0 {
		return 0 // the step has brought them together
	}
	settled, _, _ := diff.Settle(have, want, listed(list))
	shown := diff.Differences(have, settled)
	for _, d := range stepped {
		stays := slices.ContainsFunc(now, func(o diff.Difference) bool {
			return o.Table == d.Table && o.Name == d.Name && !slices.ContainsFunc(list, func(l diff.Difference) bool { return l.Key() == o.Key() })
		})
		if stays && !slices.ContainsFunc(shown, func(o diff.Difference) bool { return o.Table == d.Table && o.Name == d.Name }) {
			t.Errorf("hidden: %+v", d)
		}
	}
	return 1
}

// One field is changed after the baseline, in the database or in the models:
// each is seen.
func TestEveryFieldIsSeenAfterABaseline(t *testing.T) {
	var paths []string
	leaves("Database", reflect.ValueOf(kitchenSink()).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	other := chosen(kitchenSink())
	other.Tables[0].Columns = append(other.Tables[0].Columns, schema.Column{Name: "left", Type: schema.Type{Text: "text"}})
	other.Tables = append(other.Tables, schema.Table{Name: schema.Name{Schema: "public", Local: "old"}, Columns: []schema.Column{{Name: "x", Type: schema.Type{Text: "text"}}}})
	list := diff.Differences(other, chosen(kitchenSink()))
	if len(list) != 2 {
		t.Fatalf("want the column and the table, got %v", list)
	}
	for _, path := range paths {
		if exemption(path) != "" {
			continue
		}
		for _, side := range []string{"database", "models"} {
			have, want := schema.Clone(other), chosen(kitchenSink())
			db := want
			if side == "database" {
				db = have
			}
			leaves("Database", reflect.ValueOf(db).Elem(), func(p string, v reflect.Value) {
				if p == path {
					alter(v)
				}
			})
			settled, _, _ := diff.Settle(have, want, listed(list))
			p, err := diff.Diff(have, settled, diff.Renames{})
			if err == nil && len(p.Changes) == 0 {
				t.Errorf("%s changed in the %s and nobody sees it", path, side)
			}
		}
	}
}

// Every state of an object has a text of its own: the list tells them apart.
func TestEveryFieldShowsInADifference(t *testing.T) {
	var paths []string
	leaves("Database", reflect.ValueOf(kitchenSink()).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	for _, path := range paths {
		if exemption(path) != "" {
			continue
		}
		have, want := chosen(kitchenSink()), chosen(kitchenSink())
		leaves("Database", reflect.ValueOf(want).Elem(), func(p string, v reflect.Value) {
			if p == path {
				alter(v)
			}
		})
		list := diff.Differences(have, want)
		if len(list) == 0 {
			t.Errorf("%s makes no difference", path)
		}
		for _, d := range list {
			if d.Have == d.Want {
				t.Errorf("%s: both sides have the text %q: %+v", path, d.Have, d)
			}
			if strings.Contains(d.Have+d.Want, "\n") {
				t.Errorf("%s: not one line: %+v", path, d)
			}
		}
	}
}

func TestSettleKeepsWhatCanStand(t *testing.T) {
	name := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	text := schema.Type{Text: "text"}
	key := func(columns ...string) *schema.PrimaryKey { return &schema.PrimaryKey{Name: "pk", Columns: columns} }
	column := func(names ...string) (list []schema.Column) {
		for _, n := range names {
			list = append(list, schema.Column{Name: n, Type: text})
		}
		return list
	}
	ref := schema.ForeignKey{Name: "fk", Columns: []string{"a"}, RefTable: name("other"), RefColumns: []string{"id"}}
	other := schema.Table{Name: name("other"), Columns: column("id"), PrimaryKey: key("id")}
	db := func(tables ...schema.Table) *schema.Database {
		return &schema.Database{Schemas: []schema.Schema{{Name: "public"}}, Tables: tables}
	}
	plain := schema.Table{Name: name("t"), Columns: column("a")}
	withFK := plain
	withFK.ForeignKeys = []schema.ForeignKey{ref}
	indexed := schema.Table{Name: name("t"), Columns: column("a", "b"), Indexes: []schema.Index{{Name: "ix", Keys: []schema.IndexKey{{Column: "b"}}}}}
	derivedIndex := schema.Table{Name: name("t"), Columns: column("a", "b"), Indexes: []schema.Index{{Name: "t_b_idx", Derived: true, Keys: []schema.IndexKey{{Column: "b"}}}}}
	keyA, keyB := plain, plain
	keyA.Columns, keyB.Columns = column("a", "b"), column("a", "b")
	keyA.PrimaryKey, keyB.PrimaryKey = key("a"), &schema.PrimaryKey{Name: "other_pk", Columns: []string{"b"}}
	enum := schema.Enum{Name: name("mood"), Values: []string{"x"}}
	moody := schema.Table{Name: name("t"), Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "public.mood", Ref: enum.Name}}}}
	withEnum := db(moody)
	withEnum.Enums = []schema.Enum{enum}
	counter := schema.Table{Name: name("t"), Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "bigint"}, Serial: true}}}
	for _, c := range []struct {
		name       string
		have, want *schema.Database
		keep       string // kinds or facets, joined by spaces
		taken      string
		held       string
	}{
		{"a left-over index stays with its column", db(indexed), db(plain), "column index", "leftover column b, leftover index ix", ""},
		{"a left-over index does not stay without its column", db(indexed), db(plain), "index", "", "leftover index ix"},
		{"a left-over column may stay without its index", db(indexed), db(plain), "column", "leftover column b", ""},
		{"a left-over foreign key needs its table", db(withFK, other), db(plain), "foreign-key", "", "leftover foreign-key fk"},
		{"a left-over foreign key stays with its table", db(withFK, other), db(plain), "foreign-key table", "leftover table , leftover foreign-key fk", ""},
		{"a missing table cannot be accepted while a foreign key to it is wanted", db(plain), db(withFK, other), "table", "", "missing table "},
		{"a missing table with its foreign key", db(plain), db(withFK, other), "table foreign-key", "missing table , missing foreign-key fk", ""},
		{"a missing column cannot be accepted while an index on it is wanted", db(plain), db(indexed), "column", "", "missing column b"},
		{"two primary keys are one change", db(keyA), db(keyB), "primary-key", "changed primary-key pk", ""},
		{"a text does not count up", db(plain), db(counter), "type", "", "changed column a"},
		{"neither does a number that is wanted to be a text", db(counter), db(plain), "default", "", "changed column a"},
		{"type and counter together", db(plain), db(counter), "type default", "changed column a, changed column a", ""},
		{"a name that nobody chose", db(indexed), db(derivedIndex), "", "", ""},
		{"a type of an enum needs the enum", withEnum, db(plain), "column", "", "changed column a"},
		{"a type of an enum with the enum", withEnum, db(plain), "column enum", "leftover enum , changed column a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			kinds := strings.Fields(c.keep)
			settled, taken, held := diff.Settle(c.have, c.want, func(d diff.Difference) bool {
				return slices.Contains(kinds, d.Kind) || d.Facet != "" && slices.Contains(kinds, d.Facet)
			})
			if d := cmp.Diff(c.taken, short(taken)); d != "" {
				t.Errorf("taken (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.held, short(held)); d != "" {
				t.Errorf("held (-want +got):\n%s", d)
			}
			p, err := diff.Diff(c.have, settled, diff.Renames{})
			if err != nil {
				t.Errorf("what is settled cannot be planned: %v", err)
			}
			if left := diff.Differences(c.have, settled); len(left) > 0 != (len(p.Changes) > 0) {
				t.Errorf("differences %v, changes:\n%s", left, describe(p.Changes))
			}
		})
	}
}

func short(list []diff.Difference) string {
	var parts []string
	for _, d := range list {
		parts = append(parts, string(d.Class)+" "+d.Kind+" "+d.Name)
	}
	return strings.Join(parts, ", ")
}
