package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// The default that a column has is spelled for the type that it has.
func TestCanonicalDefaultOfAColumnThatChangesItsType(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a varchar(20) DEFAULT 'ok')`)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	have, info, err := Inspect(t.Context(), conn, introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mood := schema.Type{Text: "public.mood", Ref: schema.Name{Schema: "public", Local: "mood"}}
	for _, c := range []struct {
		name string
		typ  schema.Type
		want string
	}{
		{"another length", schema.Type{Text: "character varying(30)"}, "'ok'::character varying"},
		{"another string type", schema.Type{Text: "text"}, "'ok'"},
		{"an enum", mood, "'ok'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := schema.Clone(have)
			want.Tables[0].Columns[0].Type, want.Tables[0].Columns[0].Default = c.typ, "'ok'"
			canonical, notes, err := Canonical(t.Context(), conn, want, have, info)
			if err != nil || len(notes) > 0 {
				t.Fatal(err, notes)
			}
			if got := canonical.Tables[0].Columns[0].Default; got != c.want {
				t.Errorf("the default is %s, want %s", got, c.want)
			}
		})
	}
}
