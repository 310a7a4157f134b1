package postgres_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestInspectReadsAllThatIsManaged(t *testing.T) {
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			url := dbtest.PostgresMajor(t, major)
			dbtest.Exec(t, url, read(t, "testdata/sink.sql"))
			have := inspect(t, url, "public", "shop")
			if have.NamesNotNull != (major >= 18) {
				t.Errorf("names NOT NULL constraints: %v", have.NamesNotNull)
			}
			golden(t, "testdata/sink.golden", format(t, before18(have)))

			reader := dbtest.Role(t, url)
			lonely := inspect(t, reader, "public", "shop")
			// Taking the role's rights away is itself seen.
			have.Unmanaged, lonely.Unmanaged = nil, nil
			if d := cmp.Diff(have, lonely); d != "" {
				t.Errorf("a role with only CONNECT sees another schema (-superuser +role):\n%s", d)
			}
		})
	}
}

// before18 is the database without what a server has only from 18 on: names of NOT NULL
// constraints, which stay where a table is renamed.
func before18(db *schema.Database) *schema.Database {
	db = schema.Clone(db)
	db.NamesNotNull = false
	for _, t := range db.Tables {
		for i := range t.Columns {
			t.Columns[i].NotNullConstraint = nil
		}
	}
	return db
}

func inspect(t testing.TB, url string, schemas ...string) *schema.Database {
	t.Helper()
	have, _, err := postgres.Inspect(t.Context(), connect(t, url), introspect.Options{Schemas: schemas, Exclude: []string{"gen_revisions"}})
	if err != nil {
		t.Fatal(err)
	}
	return have
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func format(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func golden(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(read(t, file), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}
