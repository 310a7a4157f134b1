package corpus_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// ofModels are the statements of a script that models say.
var ofModels = regexp.MustCompile(`(?ms)^CREATE (TABLE|TYPE [a-z.]+ AS ENUM|UNIQUE INDEX u).*?;$`)

// readFiles reads files of objects on a database with the tables of want.
func readFiles(t *testing.T, url string, want *schema.Database, text ...string) (*schema.Database, error) {
	t.Helper()
	return readFilesIn(t, url, want, []string{"public"}, text...)
}

func readFilesIn(t *testing.T, url string, want *schema.Database, schemas []string, text ...string) (*schema.Database, error) {
	t.Helper()
	ctx := context.Background()
	c := connect(t, url)
	var files []introspect.SQLFile
	for i, s := range text {
		files = append(files, introspect.SQLFile{Path: "schema/" + string(rune('a'+i)) + ".sql", Text: s})
	}
	return inspectpg.Objects(ctx, c, want, nil, files, introspect.Options{Schemas: schemas})
}

// TestFilesSayWhatTheDatabaseHas: what is read from files is what is read from
// the database that the same statements made, whether names in them are
// qualified or not, in whatever order they stand.
func TestFilesSayWhatTheDatabaseHas(t *testing.T) {
	t.Parallel()
	script := oneOfEverything(t)
	full := dbtest.Postgres(t)
	dbtest.Exec(t, full, script)
	have, _ := objectsOf(t, full)
	files := ofModels.ReplaceAllString(script, "")
	lines := strings.SplitAfter(files, ";\n")
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	backwards := strings.Join(lines, "\n")
	empty := dbtest.Postgres(t)
	for _, test := range []struct{ name, url, files string }{
		{"on the database itself", full, files},
		{"on an empty database", empty, files},
		{"without schemas", full, regexp.MustCompile(`\bpublic\.`).ReplaceAllString(files, "")},
		{"from the last to the first", empty, backwards},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := dbtest.PgDump(t, test.url)
			got, err := readFiles(t, test.url, have, test.files)
			if err != nil {
				t.Fatal(err)
			}
			want := schema.Clone(have)
			if test.url == empty || test.name == "without schemas" {
				for _, db := range []*schema.Database{want, got} {
					for i := range db.Objects {
						o := &db.Objects[i]
						if o.Kind == schema.KindExtension {
							o.Facets = nil
						}
						if test.name == "without schemas" && schema.IsRoutine(o.Kind) {
							o.SQL = strings.ReplaceAll(o.SQL, "public.", "") // bodies are as they were written
						}
					}
				}
			}
			ignore := cmpopts.IgnoreFields(schema.Object{}, "Pos", "Grants")
			if d := cmp.Diff(want.Objects, got.Objects, ignore, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("(- database, + files)\n%s", d)
			}
			for _, o := range got.Objects {
				if !o.Pos.IsValid() {
					t.Errorf("%s has no position", o.Ref())
				}
			}
			if d := cmp.Diff(before, dbtest.PgDump(t, test.url)); d != "" {
				t.Errorf("reading changed the database:\n%s", d)
			}
		})
	}
}

// TestFilesThatSayItTwice: what two files make is told, whichever way they ask.
func TestFilesThatSayItTwice(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	for _, test := range []struct{ name, a, b, want string }{
		{"replaced in another file", "CREATE VIEW v AS SELECT 1 AS a", "\ufeffCREATE OR REPLACE VIEW v AS SELECT 2 AS a",
			`schema/b.sql:1:1: CREATE OR REPLACE VIEW v AS SELECT 2 AS …: relation "v" already exists`},
		{"made if it is not there", "", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;\nCREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 2 AS a",
			`schema/b.sql:2:1: CREATE MATERIALIZED VIEW IF NOT EXISTS m…: relation "m" already exists`},
		{"an overloaded function is another", "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE OR REPLACE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'", ""},
		{"in two steps in one file", "CREATE VIEW v AS SELECT NULL::integer AS a;\r\nCREATE OR REPLACE VIEW v AS SELECT 2 AS a", "", ""},
	} {
		_, err := readFiles(t, url, &schema.Database{}, test.a, test.b)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: refused with\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// TestFilesOfPublications: their names are those of the database, where others
// of the same names are not in the way; nor are they seen.
func TestFilesOfPublications(t *testing.T) {
	t.Parallel()
	const tables = "CREATE TABLE t (a integer PRIMARY KEY, b text);\n"
	// Columns, rows and schemas of publications came with 15.
	part, schemas, since := " (a) WHERE (a > 1)", "TABLES IN SCHEMA public, ", 15
	if !dbtest.PostgresReaches(15) {
		part, schemas, since = "", "", 0
	}
	file := `ALTER PUBLICATION p ADD TABLE public.t` + part + `;
CREATE PUBLICATION "Q q" FOR ` + schemas + `TABLE t WITH (publish = 'insert');
COMMENT ON PUBLICATION p IS 'x';
CREATE PUBLICATION p FOR TABLE other.t;
`
	url, full := dbtest.PostgresAtLeast(t, since), dbtest.PostgresAtLeast(t, since)
	dbtest.Exec(t, full, "CREATE SCHEMA other; CREATE TABLE other.t (a integer);"+tables+
		`CREATE PUBLICATION "Q q" FOR `+schemas+`TABLE t WITH (publish = 'insert'); CREATE PUBLICATION p FOR TABLE other.t, t`+part+`; COMMENT ON PUBLICATION p IS 'x'`)
	dbtest.Exec(t, url, "CREATE SCHEMA other; CREATE TABLE other.t (a integer);"+tables+"CREATE PUBLICATION p FOR ALL TABLES; CREATE PUBLICATION unseen")
	have, _ := objectsOf(t, full)
	got, err := readFiles(t, url, have, file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(have.Objects, got.Objects, cmpopts.IgnoreFields(schema.Object{}, "Pos"), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(- database, + files)\n%s", d)
	}
	lines := map[string]int{}
	for _, o := range got.Objects {
		lines[o.Ref().String()] = o.Pos.Line
	}
	if d := cmp.Diff(map[string]int{"publication p": 4, "publication Q q": 2, "table public.t of publication p": 1, "table other.t of publication p": 4, "table public.t of publication Q q": 2}, lines); d != "" {
		t.Errorf("lines (- want, + got)\n%s", d)
	}
	if _, err := readFiles(t, url, have, "CREATE PUBLICATION p;\nCREATE PUBLICATION p"); err == nil || !strings.Contains(err.Error(), `schema/a.sql:2:1: CREATE PUBLICATION p: publication "p" already exists`) {
		t.Errorf("refused with %v", err)
	}
}

// Who publishes a table publishes those that inherit from it, also where the file
// does not name them.
func TestFilesPublishHeirs(t *testing.T) {
	t.Parallel()
	const tables = "CREATE TABLE t (a integer NOT NULL); CREATE TABLE u (b text) INHERITS (t); CREATE TABLE v () INHERITS (u);"
	const file = "CREATE PUBLICATION p FOR TABLE t; CREATE PUBLICATION q FOR TABLE ONLY u"
	full := dbtest.Postgres(t)
	dbtest.Exec(t, full, tables+file)
	have, _ := objectsOf(t, full)
	got, err := readFiles(t, dbtest.Postgres(t), have, file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(have.Objects, got.Objects, cmpopts.IgnoreFields(schema.Object{}, "Pos"), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(- database, + files)\n%s", d)
	}
}

// What belongs to a table is told by the statement that names the table.
func TestFilesSayWhereItStands(t *testing.T) {
	t.Parallel()
	const tables = "CREATE TABLE a (n integer PRIMARY KEY);\nCREATE TABLE b (n integer PRIMARY KEY);\n" + stamp
	const file = `CREATE TRIGGER g BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER g BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE b ENABLE ROW LEVEL SECURITY;
ALTER TABLE a REPLICA IDENTITY FULL;
ALTER TABLE ONLY a ENABLE ROW LEVEL SECURITY;
`
	url, full := dbtest.Postgres(t), dbtest.Postgres(t)
	dbtest.Exec(t, full, tables+file)
	dbtest.Exec(t, url, tables)
	have, _ := objectsOf(t, full)
	got, err := readFiles(t, url, have, stamp+file)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for _, o := range got.Objects {
		lines[o.Ref().String()] = o.Pos.Line - 2
	}
	want := map[string]int{"trigger g on public.b": 1, "trigger g on public.a": 2, "row-level security on public.b": 3, "replica identity on public.a": 4, "row-level security on public.a": 5,
		"function public.stamp()": -1, "function public.other()": 0}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("lines (- want, + got)\n%s", d)
	}
}
