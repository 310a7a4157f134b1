package corpus_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestRealSchemas holds gen against schemas of real projects, which are not part
// of this repository: CORPUS_REAL is a directory with what pg_dump --schema-only
// wrote of them, NAME.sql or, of a project in several versions, NAME@1.sql,
// NAME@2.sql, …  Where it is unset, one of everything stands for them.
//
//  1. A schema and its own dump restored elsewhere are the same.
//  2. From each version gen leads to the next one, and back (laws 2 and 3).
//  3. Files with the statements of the objects say what the database says.
func TestRealSchemas(t *testing.T) {
	dir := os.Getenv("CORPUS_REAL")
	if dir == "" {
		made := newDatabase(t, postgres)
		made.exec(t, oneOfEverything(t))
		realSchema(t, restored(t, dbtest.PgDump(t, made.url)))
		return
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: no *.sql: %v", dir, err)
	}
	slices.SortStableFunc(paths, func(a, b string) int {
		a, m := projectOf(a)
		b, n := projectOf(b)
		return cmp.Or(strings.Compare(a, b), cmp.Compare(m, n))
	})
	for i, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".sql")
		t.Run(name, func(t *testing.T) {
			d := restored(t, readFile(t, path))
			realSchema(t, d)
			if project, version := projectOf(path); version > 1 {
				if before, n := projectOf(paths[max(0, i-1)]); before != project || n != version-1 {
					t.Fatalf("%s: there is no version %d", path, version-1)
				}
				t.Run("from the version before", func(t *testing.T) { realVersions(t, readFile(t, paths[i-1]), d) })
			}
		})
	}
}

// projectOf is NAME and N of the path of a file NAME@N.sql; of NAME.sql N is 0.
func projectOf(path string) (project string, version int) {
	project, number, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".sql"), "@")
	version, _ = strconv.Atoi(number)
	return project, version
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// restored is a database with what a dump says, all its schemas managed.
func restored(t *testing.T, dump string) *stage {
	t.Helper()
	var kept []string
	for line := range strings.Lines(dump) {
		switch {
		case strings.HasPrefix(line, `\`), strings.HasPrefix(line, "SELECT pg_catalog.set_config('search_path'"):
		case strings.HasPrefix(line, "SET transaction_timeout"): // a later pg_dump writes it, and servers know it from 17 on
		default:
			kept = append(kept, line)
		}
	}
	d := &stage{database: newDatabase(t, postgres)}
	// As pg_dump has it: every name in the file is qualified.
	d.exec(t, "SET search_path = pg_catalog;\nSET check_function_bodies = off;\n"+strings.Join(kept, ""))
	rows, err := d.sql.QueryContext(t.Context(), "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readRows(t, rows) {
		d.schemas = append(d.schemas, r[0])
	}
	return d
}

func realSchema(t *testing.T, d *stage) {
	t.Helper()
	start := time.Now()
	dump := dbtest.PgDumpScript(t, d.url, "--no-owner", "--no-privileges")
	dumped := time.Since(start)
	other := restored(t, dump)
	start = time.Now()
	have := d.look(t)
	want := other.look(t)
	p, err := d.sides(t, want)
	took := time.Since(start)
	if err != nil || len(p.Changes) > 0 {
		t.Errorf("the dump restored elsewhere differs: %v\n%s", err, describe(p))
	}
	columns, rest := 0, 0
	for _, table := range have.Tables {
		columns += len(table.Columns)
		rest += len(table.Indexes) + len(table.Checks) + len(table.Uniques) + len(table.ForeignKeys) + len(table.Exclusions)
	}
	t.Logf("%d tables, %d columns, %d constraints and indexes, %d objects, %d types and sequences; pg_dump %v, two databases read and compared %v",
		len(have.Tables), columns, rest, len(have.Objects), len(have.Enums)+len(have.Sequences), dumped.Round(time.Millisecond), took.Round(time.Millisecond))
	kinds := map[string]int{}
	for _, u := range have.Unmanaged {
		kinds[u.Kind]++
	}
	t.Logf("not managed: %v", kinds)
	statements := objectStatements(dump)
	d.filesOf(t, have, statements)
}

// dumpTitles are the comments above statements.
var dumpTitles = regexp.MustCompile(`(?m)^--\n-- .*\n--\n`)

// objectStatements is what of a dump may stand in a file of objects.
func objectStatements(dump string) string {
	var kept []string
	for _, s := range dumpStatements(dumpTitles.ReplaceAllString(dump, "")) {
		for _, head := range []string{"CREATE EXTENSION ", "CREATE COLLATION ", "CREATE DOMAIN ", "CREATE FUNCTION ", "CREATE PROCEDURE ", "CREATE AGGREGATE ", "CREATE VIEW ",
			"CREATE MATERIALIZED VIEW ", "CREATE RULE ", "CREATE TRIGGER ", "CREATE CONSTRAINT TRIGGER ", "CREATE POLICY ", "CREATE STATISTICS ", "CREATE OR REPLACE VIEW ", "COMMENT ON VIEW ", "COMMENT ON FUNCTION "} {
			if strings.HasPrefix(s, head) {
				kept = append(kept, s)
			}
		}
		if strings.HasPrefix(s, "CREATE TYPE ") && !strings.Contains(s, " AS ENUM (") {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, "\n")
}

// filesOf compares kinds and names of what files say with the database, and the
// definitions: each of them must be the same.
func (d *stage) filesOf(t *testing.T, have *schema.Database, text string) {
	t.Helper()
	tables := schema.Clone(have)
	tables.Objects = nil
	var got *schema.Database
	start := time.Now()
	err := withPgx(t.Context(), d.sql, func(c *pgx.Conn) error {
		var err error
		got, err = inspectpg.Objects(t.Context(), c, tables, nil, []introspect.SQLFile{{Path: "objects.sql", Text: text}}, introspect.Options{Schemas: append([]string{"public"}, d.schemas...)})
		return err
	})
	if err != nil {
		t.Logf("as files of objects: %v", err)
		return
	}
	same := 0
	for _, o := range got.Objects {
		h := have.Object(o.Ref())
		switch {
		case h == nil:
			t.Errorf("only in files: %s", o.Ref())
		case h.SQL != o.SQL || !slices.Equal(h.Shape, o.Shape):
			t.Errorf("%s is otherwise in files:\n%s", o.Ref(), lineDiff(h.SQL+"\n"+strings.Join(h.Shape, "\n"), o.SQL+"\n"+strings.Join(o.Shape, "\n")))
		default:
			same++
		}
	}
	t.Logf("as files of objects: %d the same, read in %v", same, time.Since(start).Round(time.Millisecond))
}

// realVersions leads from the version before to the one in to, and back.
func realVersions(t *testing.T, before string, to *stage) {
	from := restored(t, before)
	for _, s := range to.schemas {
		if !slices.Contains(from.schemas, s) {
			from.schemas = append(from.schemas, s)
		}
	}
	was, after := dumpWitness(t, from.database), dumpWitness(t, to.database)
	want := to.look(t)
	p, err := from.sides(t, want)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d changes", len(p.Changes))
	from.add(from.revision(t, p))
	from.upgrade(t, "head")
	if got := dumpWitness(t, from.database); got != after {
		t.Errorf("up does not lead there (-there +migrated):\n%s", lineDiff(after, got))
	}
	if again, err := from.sides(t, want); err != nil || len(again.Changes) > 0 {
		t.Errorf("a second comparison is not empty: %v\n%s", err, describe(again))
	}
	from.downgrade(t, "-1")
	if got := dumpWitness(t, from.database); got != was {
		t.Errorf("down does not lead back (-before +after):\n%s", lineDiff(was, got))
	}
}
