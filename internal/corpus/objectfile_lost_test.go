package corpus_test

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// TestFilesLoseNothing: a statement whose effect gen would not see is refused,
// with its place. The server takes all of them.
func TestFilesLoseNothing(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	want := &schema.Database{
		Enums: []schema.Enum{{Name: schema.Name{Schema: "public", Local: "mood"}, Values: []string{"ok"}}},
		Tables: []schema.Table{{
			Name:    schema.Name{Schema: "public", Local: "t"},
			Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "integer"}}},
			Indexes: []schema.Index{{Name: "t_a", Unique: true, Keys: []schema.IndexKey{{Column: "a"}}}},
		}},
	}
	const view = "CREATE VIEW v AS SELECT a FROM t;\n"
	for _, test := range []struct{ name, sql, want string }{
		{"an index on a table of the models", "CREATE INDEX i ON ONLY public.t (a)", "CREATE INDEX on a table belongs into the models"},
		{"a comment on a column of one", "COMMENT ON COLUMN t.a IS 'x'", "comments on tables and their parts are said in the models"},
		{"a comment on a column of a view", "COMMENT ON COLUMN v.a IS 'x'", ""},
		{"a comment on a role", "COMMENT ON ROLE postgres IS 'x'", "gen does not manage what the comment is on"},
		{"a comment on an enum of the models", "COMMENT ON TYPE mood IS 'x'", "changed in the models, not here"},
		{"a value of an enum of the models", "ALTER TYPE public.mood ADD VALUE 'x'", "changed in the models, not here"},
		{"an index of the models", "ALTER INDEX IF EXISTS t_a SET (fillfactor = 50)", "changed in the models, not here"},
		{"a setting of a role", "ALTER ROLE CURRENT_USER SET work_mem = '8MB'", "gen does not manage what the statement changes"},
		{"a language", "ALTER LANGUAGE plpgsql RENAME TO q", "gen does not manage what the statement changes"},
		{"an extension that is there", "ALTER EXTENSION plpgsql UPDATE", "what an extension is like is said where it is created"},
		{"what goes with an extension", "ALTER TRIGGER g ON t DEPENDS ON EXTENSION plpgsql", "goes with an extension is not managed"},
		{"a column behind a state", "ALTER TABLE t ENABLE ROW LEVEL SECURITY, ADD b integer", "tables are changed in the models, not here"},
		{"two states", "ALTER TABLE ONLY t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", ""},
		{"a view", "ALTER VIEW v SET (security_barrier)", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readFiles(t, url, want, view+test.sql)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "schema/a.sql:2:1: ")):
				t.Errorf("%v\nwant schema/a.sql:2:1: … %s", err, test.want)
			}
		})
	}
}

// TestFilesWithUnicodeEscapes: they are read to their end, and names behind them
// are names.
func TestFilesWithUnicodeEscapes(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	got, err := readFiles(t, url, &schema.Database{}, `CREATE VIEW v AS SELECT U&'\0041;' AS a, U&"d\0061ta" FROM (SELECT 1 AS data) q WHERE EXISTS (SELECT FROM public.w);
CREATE VIEW w AS SELECT U&'!0041' UESCAPE '!' AS a;`)
	if err != nil {
		t.Fatal(err)
	}
	for i, sql := range []string{`'A;'::text AS a,`, `'A'::text AS a`} {
		if len(got.Objects) != 2 || !strings.Contains(got.Objects[i].SQL, sql) {
			t.Errorf("want %s in %+v", sql, got.Objects)
		}
	}
}

// TestExtensionsBringWhatTheyHave: the views and composite types of an extension
// are its own: no object of the database, and none of the file that creates it.
func TestExtensionsBringWhatTheyHave(t *testing.T) {
	t.Parallel()
	const file = "CREATE EXTENSION tablefunc; CREATE EXTENSION pg_buffercache;"
	url := dbtest.Postgres(t)
	got, err := readFiles(t, url, &schema.Database{}, file)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Exec(t, url, file)
	have, _ := objectsOf(t, url)
	for _, db := range []*schema.Database{got, have} {
		for _, o := range db.Objects {
			if o.Kind != schema.KindExtension {
				t.Errorf("%s is listed", o.Ref())
			}
		}
	}
}
