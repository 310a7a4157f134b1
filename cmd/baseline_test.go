package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// The first revision makes the extensions too that the database has, behind
// their schemas, and names the rest of what is not managed.
func TestBaselineStepsMakeWhatTablesNeed(t *testing.T) {
	in := func(local string) schema.Name { return schema.Name{Schema: "app", Local: local} }
	have := &schema.Database{
		Schemas: []schema.Schema{{Name: "app"}, {Name: "public"}},
		Tables:  []schema.Table{{Name: in("users"), Columns: []schema.Column{{Name: "mail", Type: schema.Type{Text: "public.citext"}}}}},
		Unmanaged: []schema.Object{
			{Kind: "extension", Name: schema.Name{Local: "citext"}}, {Kind: "extension", Name: schema.Name{Local: "postgis"}}, {Kind: "view", Name: in("v")},
		},
	}
	c := &comparison{have: have, server: serverInfo{version: 180000, postgres: &inspectpg.Info{Extensions: []inspectpg.Extension{
		{Name: "citext", Schema: "app"}, {Name: "plpgsql", Schema: "pg_catalog"}, {Name: "postgis", Schema: "elsewhere"},
	}}}}
	row := dialects()[0]
	plan, err := diff.Diff(&schema.Database{Schemas: have.Schemas[1:]}, have, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	statements, err := row.render(plan, render.Options{ServerVersion: 180000})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, step := range baselineSteps(statements, c, row) {
		for _, s := range step.Statements {
			for _, line := range s.Comment {
				got = append(got, "-- "+line)
			}
			got = append(got, s.SQL)
		}
	}
	text := strings.Join(got, "\n")
	want := []string{"--   extension postgis", "--   view app.v", "CREATE SCHEMA app", "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA app", "CREATE TABLE app.users"}
	var found []string
	for line := range strings.Lines(text) {
		for _, w := range want {
			if strings.HasPrefix(line, w) {
				found = append(found, w)
			}
		}
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("what is found in order (-want +got):\n%s\n%s", d, text)
	}
	if strings.Contains(text, "plpgsql") || strings.Contains(text, "EXISTS postgis") {
		t.Errorf("too much:\n%s", text)
	}
}
