package postgres_test

import (
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestWhatModelsCannotSayStays: by which access method a table is stored, and what a
// NOT NULL constraint is called, is no difference where the models are silent; a rule
// that is NOT VALID is validated, or dropped.
func TestWhatModelsCannotSayStays(t *testing.T) {
	t.Parallel()
	url := dbtest.PostgresMajor(t, 18)
	dbtest.Exec(t, url, `CREATE ACCESS METHOD heaped TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (a integer CONSTRAINT own NOT NULL NO INHERIT) USING heaped;
COMMENT ON CONSTRAINT own ON t IS 'x';
CREATE TABLE u (a integer, b integer);
ALTER TABLE u ADD CONSTRAINT later NOT NULL a NOT VALID;
ALTER TABLE u ADD CONSTRAINT never NOT NULL b NOT VALID`)
	pos := schema.Pos{File: "m.go", Line: 1}
	name := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	column := func(name string, notNull bool) schema.Column {
		return schema.Column{Name: name, Type: schema.Type{Text: "integer"}, NotNull: notNull, Pos: pos}
	}
	have := inspect(t, url)
	want, _, err := postgres.Canonical(t.Context(), connect(t, url), &schema.Database{
		Schemas: []schema.Schema{{Name: "public", Comment: have.Schemas[0].Comment}},
		Tables: []schema.Table{
			{Name: name("t"), Pos: pos, Columns: []schema.Column{column("a", true)}},
			{Name: name("u"), Pos: pos, Columns: []schema.Column{column("a", true), column("b", false)}},
		},
	}, have, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range plan.Changes {
		l := diff.Describe(c)
		got = append(got, l.Object+" "+l.Detail)
	}
	wanted := []string{"u.a null → not null, not null constraint validated", "u.b not null constraint name never not valid → none"}
	if len(got) != 2 || got[0] != wanted[0] || got[1] != wanted[1] {
		t.Errorf("%q, want %q", got, wanted)
	}
}
