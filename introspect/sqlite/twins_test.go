package sqlite

import (
	"testing"

	"github.com/gen-migrate/gen/schema"
)

func TestCanonicalKeepsOneOfTwoEqualConstraints(t *testing.T) {
	want := &schema.Database{Tables: []schema.Table{{
		Name:    schema.Name{Local: "t"},
		Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "integer"}}},
		Uniques: []schema.Unique{{Columns: []string{"a"}}, {Columns: []string{"a"}}, {Name: "u", Columns: []string{"a"}}},
		Checks:  []schema.Check{{Expr: "a > 0"}, {Expr: "(a  >  0)"}, {Name: "c", Expr: "a > 0"}},
	}}}
	got, _, err := Canonical(t.Context(), want, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, m := len(got.Tables[0].Uniques), len(got.Tables[0].Checks); n != 2 || m != 2 {
		t.Errorf("%d uniques and %d checks, want 2 of each:\n%s", n, m, schema.Format(got))
	}
}
