package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func partitioned(open bool, partitions ...string) *schema.Database {
	n := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	column := schema.Column{Name: "a", Type: schema.Type{Text: "integer"}}
	db := &schema.Database{Tables: []schema.Table{{Name: n("p"), PartitionBy: "LIST (a)", OpenPartitions: open, Columns: []schema.Column{column}}}}
	column.Inherited = true
	for _, p := range partitions {
		db.Tables = append(db.Tables, schema.Table{Name: n(p), PartitionOf: &schema.Partition{Parent: n("p"), Bound: "FOR VALUES IN ('" + p + "')"}, Columns: []schema.Column{column}})
	}
	return db
}

func TestOpenPartitionsAreLeftAlone(t *testing.T) {
	have := partitioned(false, "p1", "p2")
	want := partitioned(true)
	plan, err := diff.Diff(diff.WithoutOpen(have, want), want, diff.Renames{})
	if err != nil || len(plan.Changes) > 0 {
		t.Errorf("%v, %v", plan.Changes, err)
	}
	var listed []string
	for _, o := range plan.From.Unmanaged {
		listed = append(listed, o.Kind+" "+o.Name.String()+" of "+o.Table.String())
	}
	if d := cmp.Diff([]string{"partition public.p1 of public.p", "partition public.p2 of public.p"}, listed); d != "" {
		t.Errorf("unmanaged (-want +got):\n%s", d)
	}
}

// A database that has none of the partitions of another is not open: they go.
func TestPartitionsThatAreGoneAreDropped(t *testing.T) {
	plan, err := diff.Diff(partitioned(false, "p1", "p2"), partitioned(false, "p2"), diff.Renames{})
	if err != nil || len(plan.Changes) != 1 {
		t.Fatalf("%v, %v", plan.Changes, err)
	}
	if h := diff.Hazards(plan.Changes[0]); len(h) == 0 || h[0].ID != "DATA01" {
		t.Errorf("hazards are %v", h)
	}
}
