package postgres_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// An evolveCase is a txtar file in testdata/evolve: from.sql and to.sql make
// the two databases, rows.sql fills the first, after.sql holds queries that are
// true afterwards, one per line. unmanaged.sql makes what has to be there
// before. Lines of its comment:
//
//	since: 17                         first major that has it all
//	until: 16                         last major it is about
//	rename: users.name=users.full_name
//	rename: users=people
//	down: refused                     the rows stop the way back
type evolveCase struct {
	name, path                       string
	archive                          *txtar.Archive
	from, to, rows, after, unmanaged string
	since, until                     int
	renames                          diff.Renames
	down                             string
}

func readCases(t *testing.T) []evolveCase {
	t.Helper()
	paths, err := filepath.Glob("testdata/evolve/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var cases []evolveCase
	for _, path := range paths {
		cases = append(cases, readCase(t, path))
	}
	return cases
}

func readCase(t *testing.T, path string) evolveCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := evolveCase{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, archive: txtar.Parse(data), since: 13}
	for _, f := range c.archive.Files {
		switch f.Name {
		case "from.sql":
			c.from = string(f.Data)
		case "to.sql":
			c.to = string(f.Data)
		case "rows.sql":
			c.rows = string(f.Data)
		case "after.sql":
			c.after = string(f.Data)
		case "unmanaged.sql":
			c.unmanaged = string(f.Data)
		case "from.json", "to.json", "up.sql", "down.sql":
		default:
			t.Fatalf("%s: unknown file %s", path, f.Name)
		}
	}
	c.from, c.to = c.unmanaged+c.from, c.unmanaged+c.to
	for line := range strings.Lines(string(c.archive.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch key {
		case "since":
			c.since, err = strconv.Atoi(value)
		case "until":
			c.until, err = strconv.Atoi(value)
		case "down":
			c.down = value
		case "rename":
			c.renames = withRename(t, c.renames, value)
		default:
			t.Fatalf("%s: unknown line %q", path, line)
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", path, key, err)
		}
	}
	return c
}

func withRename(t *testing.T, r diff.Renames, rule string) diff.Renames {
	t.Helper()
	from, to, ok := strings.Cut(rule, "=")
	if !ok {
		t.Fatalf("rename %q", rule)
	}
	table, column, isColumn := strings.Cut(to, ".")
	if !isColumn {
		r.Tables = append(r.Tables, diff.TableRename{From: schema.Name{Schema: "public", Local: from}, To: schema.Name{Schema: "public", Local: to}})
		return r
	}
	_, old, _ := strings.Cut(from, ".")
	r.Columns = append(r.Columns, diff.ColumnRename{Table: schema.Name{Schema: "public", Local: table}, From: old, To: column})
	return r
}

// majors are those the cases run on: the newest there is, all where CI is set,
// or those that GEN_TEST_PG_MAJORS names.
func majors(t *testing.T) []int {
	t.Helper()
	all := dbtest.PostgresMajors()
	if len(all) == 0 {
		dbtest.Postgres(t) // skips, or fails where servers are a must
		t.Skip("no PostgreSQL")
	}
	if os.Getenv("GEN_TEST_PG_MAJORS") == "" && os.Getenv("CI") == "" {
		return all[len(all)-1:]
	}
	return all
}
