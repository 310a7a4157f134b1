package lint_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/migrations"
)

// TestCorpusIsSQL holds that what the corpus shows the rules is what PostgreSQL
// takes for SQL: a block that carries nothing out parses its statements all the same
// (plpgsql, check_function_bodies).
func TestCorpusIsSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a server")
	}
	notSQL := []string{"FROBNICATE users", "ALTER TABLE users SHRINK"}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.PostgresAtLeast(t, 18))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	cases := map[string]*ruleCase{}
	files, err := filepath.Glob("testdata/postgres/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		readCases(t, f, cases)
	}
	checked := map[string]bool{}
	for id, c := range cases {
		for _, body := range []string{c.before, c.fires, c.quiet} {
			list, err := migrations.Split(migrations.Postgres, body)
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			for _, st := range list {
				if checked[st.SQL] {
					continue
				}
				checked[st.SQL] = true
				_, err := conn.Exec(ctx, "DO $corpus$ BEGIN IF false THEN "+st.SQL+"; END IF; END $corpus$")
				var refused *pgconn.PgError
				isSQL := !errors.As(err, &refused) || refused.Code != "42601"
				expected := true
				for _, text := range notSQL {
					expected = expected && !strings.HasPrefix(st.SQL, text)
				}
				if isSQL != expected {
					t.Errorf("%s: %s: %v", id, st.SQL, err)
				}
			}
		}
	}
	if len(checked) < 200 {
		t.Errorf("only %d statements", len(checked))
	}
}
