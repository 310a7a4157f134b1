package sqlite

import (
	"fmt"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// The first revision of a large project: 2,000 tables and 4,000 indexes; and
// the next, which rebuilds all of them.
func BenchmarkRenderCreate(b *testing.B)  { benchmarkRender(b, false) }
func BenchmarkRenderRebuild(b *testing.B) { benchmarkRender(b, true) }

func benchmarkRender(b *testing.B, rebuild bool) {
	var p diff.Plan
	for i := range 2000 {
		t := schema.Table{Name: schema.Name{Local: fmt.Sprintf("t%04d", i)}, Columns: []schema.Column{{Name: "id", Type: schema.Type{Text: "integer"}}, {Name: "a"}, {Name: "b"}},
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}}, Checks: []schema.Check{{Expr: "a > b"}}}
		for j := range 2 {
			t.Indexes = append(t.Indexes, schema.Index{Name: fmt.Sprintf("t%04d_%d", i, j), Keys: []schema.IndexKey{{Column: "a"}}})
		}
		if !rebuild {
			p.Changes = append(p.Changes, diff.CreateTable{Table: t})
			continue
		}
		p.From.Tables = append(p.From.Tables, t)
		p.Changes = append(p.Changes, diff.AlterColumn{Table: t.Name, From: t.Columns[1], To: schema.Column{Name: "a", Default: "1"}},
			diff.AddConstraint{Table: t.Name, Constraint: schema.Unique{Columns: []string{"b"}}})
	}
	for b.Loop() {
		if _, err := Render(p, render.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
