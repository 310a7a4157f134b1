package corpus_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// TestHintsThatCannotBeRead: every mistake is told with its place, all of a file
// at once.
func TestHintsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	users := &schema.Database{Schemas: []schema.Schema{{Name: "public"}},
		Tables: []schema.Table{{Name: public("users"), Columns: []schema.Column{{Name: "id", Type: schema.Type{Text: "integer"}}}}}}
	for _, test := range []struct{ name, file, want string }{
		{"another directive", "-- gen:is old\nCREATE VIEW v AS SELECT 1 AS a",
			"schema/a.sql:1:1: -- gen:is: there is no such directive in a file of objects"},
		{"no statement below", "CREATE VIEW v AS SELECT 1 AS a;\n-- gen:was old\n",
			"schema/a.sql:2:1: -- gen:was: no statement stands below it"},
		{"an empty line below", "  -- gen:was old\n\nCREATE VIEW v AS SELECT 1 AS a",
			"schema/a.sql:1:3: -- gen:was: an empty line stands between it and the statement below"},
		{"behind another statement", "CREATE VIEW v AS SELECT 1 AS a; -- gen:was old\nCREATE VIEW w AS SELECT 1 AS a",
			"schema/a.sql:1:33: -- gen:was: it stands behind something else on its line"},
		{"within a statement", "CREATE VIEW v AS\n-- gen:was old\nSELECT 1 AS a",
			"schema/a.sql:2:1: -- gen:was: it stands within a statement"},
		{"nothing to read", "-- gen:was\nCREATE VIEW v AS SELECT 1 AS a;\n-- gen:was a b\nCREATE VIEW w AS SELECT 1 AS a",
			"schema/a.sql:1:1: -- gen:was: it names nothing that can be read\nschema/a.sql:3:1: -- gen:was a b: it names nothing that can be read"},
		{"a statement that creates nothing", "-- gen:was old\nCOMMENT ON VIEW v IS 'x'",
			"schema/a.sql:1:1: -- gen:was old: the statement below creates nothing that could be renamed"},
		{"an extension", "-- gen:was old\nCREATE EXTENSION pg_trgm", "schema/a.sql:1:1: -- gen:was old: extensions cannot be renamed: they have the names of their files"},
		{"an index without a name", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;\n-- gen:was old\nCREATE INDEX ON m (a)",
			"schema/a.sql:2:1: -- gen:was old: what the statement below creates has no name of its own"},
		{"the name that it has", "-- gen:was public.v\nCREATE VIEW v AS SELECT 1 AS a", "schema/a.sql:1:1: -- gen:was public.v: v is what it is called now"},
		{"a trigger in a schema", "-- gen:was public.old\nCREATE TRIGGER g BEFORE UPDATE ON users EXECUTE FUNCTION f()", "schema/a.sql:1:1: -- gen:was public.old: a trigger has no schema of its own"},
		{"arguments of a view", "-- gen:was old(integer)\nCREATE VIEW v AS SELECT 1 AS a", "schema/a.sql:1:1: -- gen:was old(integer): only routines have arguments"},
		{"a type that is not there", "-- gen:was old(nothing)\nCREATE FUNCTION f(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "schema/a.sql:1:1: -- gen:was old: there is no type nothing"},
		{"the routine that it is", "-- gen:was f(int)\nCREATE FUNCTION f(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "schema/a.sql:1:1: -- gen:was f: that is what it is called now"},
		{"two that had one name", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a;\n-- gen:was old\nCREATE VIEW w AS SELECT 1 AS a",
			"schema/a.sql:3:1: -- gen:was old: view public.w and view public.v cannot both have been view public.old"},
		{"the old name is still declared", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a;\nCREATE VIEW old AS SELECT 1 AS a",
			"schema/a.sql:1:1: -- gen:was old: view public.old is still declared, at schema/a.sql:3:1"},
		{"names that are swapped", "-- gen:was w\nCREATE VIEW v AS SELECT 1 AS a;\n-- gen:was v\nCREATE VIEW w AS SELECT 1 AS a",
			"schema/a.sql:1:1: -- gen:was w: two names are swapped, which looks the same before and after, so nobody can tell whether it has been done\n" +
				"schema/a.sql:3:1: -- gen:was v: two names are swapped, which looks the same before and after, so nobody can tell whether it has been done"},
		{"prose, strings and bodies are none", "-- gen: was that so?\n/* gen is good */\nCREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n-- gen:was old\nSELECT '-- gen:nothing'::text $$", ""},
		{"several names, in schemas and quotes", "-- moved twice\n--gen:was other.\"Old\", older\n-- gen:was oldest\n-- and read by everybody\nCREATE VIEW v AS SELECT 1 AS a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readFiles(t, url, users, test.file)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("refused (- want, + got):\n%s", d)
			}
		})
	}
}

// TestHintsAndDatabases: what a hint means follows from what the database has.
func TestHintsAndDatabases(t *testing.T) {
	t.Parallel()
	const f = " RETURNS integer LANGUAGE sql AS 'SELECT 1';"
	for _, test := range []struct{ name, database, file, want string }{
		{"only the old name", "CREATE VIEW old AS SELECT 1 AS a", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", "~ view old renamed to v"},
		{"only the new name", "CREATE VIEW v AS SELECT 1 AS a", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", ""},
		{"neither", "", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", "+ view v "},
		{"both", "CREATE VIEW old AS SELECT 1 AS a; CREATE VIEW v AS SELECT 1 AS a", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", "schema/a.sql:2:1: view public.v was view old, and the database has both"},
		{"two of the old names", "CREATE VIEW old AS SELECT 1 AS a; CREATE VIEW older AS SELECT 1 AS a", "-- gen:was old, older\nCREATE VIEW v AS SELECT 1 AS a", "schema/a.sql:2:1: view public.v was view old and view older, and the database has both"},
		{"something of another kind", "CREATE DOMAIN old AS integer", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", "+ view v \n- domain old "},
		{"another thing has the name", "CREATE VIEW old AS SELECT 1 AS a; CREATE DOMAIN v AS integer", "-- gen:was old\nCREATE VIEW v AS SELECT 1 AS a", "schema/a.sql:2:1: view public.old cannot be renamed to public.v: domain public.v has the name"},
		{"the chain is done", "CREATE VIEW b AS SELECT 1 AS a; CREATE VIEW c AS SELECT 1 AS a", "-- gen:was a\nCREATE VIEW b AS SELECT 1 AS a;\n-- gen:was b\nCREATE VIEW c AS SELECT 1 AS a", ""},
		{"the only routine of the name", "CREATE FUNCTION old(a text)" + f, "-- gen:was old\nCREATE FUNCTION f(a integer)" + f, "- function old(text) \n+ function f(integer) "},
		{"several routines of the name", "CREATE FUNCTION old(a text)" + f + "CREATE FUNCTION old(a date)" + f, "-- gen:was old\nCREATE FUNCTION f(a integer)" + f, "schema/a.sql:1:1: function public.f(integer) was public.old, and the database has 2 of that name"},
		{"an enum", "CREATE TYPE old AS ENUM ('a')", "-- gen:was old\nCREATE TYPE mood AS ENUM ('a', 'b')", "~ enum old renamed to mood\n~ enum mood adds 'b'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url := dbtest.Postgres(t)
			dbtest.Exec(t, url, test.database)
			have, _ := objectsOf(t, url)
			want, err := readFiles(t, url, &schema.Database{}, test.file)
			if err != nil {
				t.Fatal(err)
			}
			want.Schemas = have.Schemas
			p, err := change{}.plannedAgainst(t, url, have, want)
			var got []string
			if err != nil {
				got = append(got, err.Error())
			}
			for _, c := range p.Changes {
				l := diff.Describe(c)
				got = append(got, l.Sign+" "+l.Object+" "+l.Detail)
			}
			if d := cmp.Diff(test.want, strings.Join(got, "\n")); d != "" {
				t.Errorf("(- want, + got):\n%s", d)
			}
		})
	}
}

func (c change) plannedAgainst(t *testing.T, url string, have, want *schema.Database) (diff.Plan, error) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	return c.planOf(t, conn, have, want, diff.Answers{})
}
