package corpus_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	renderpg "github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// objectsOf reads a database with everything that is told by its definition.
func objectsOf(t *testing.T, url string, schemas ...string) (*schema.Database, int) {
	t.Helper()
	return readAs(t, url, introspect.Options{Objects: true, Schemas: schemas})
}

func readAs(t *testing.T, url string, o introspect.Options) (*schema.Database, int) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	db, info, err := inspectpg.Inspect(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	return db, info.ServerVersion
}

// oneOfEverything is a script that makes one object of each kind.
func oneOfEverything(t *testing.T) string {
	t.Helper()
	return readFile(t, filepath.Join("..", "..", "testdata", "objects", "one.sql"))
}

// connect is a connection until the test ends.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// carryOut runs a plan and returns it as SQL.
func carryOut(t *testing.T, url string, p diff.Plan, version int) string {
	t.Helper()
	statements, err := renderpg.Render(p, render.Options{ServerVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	var b strings.Builder
	for _, s := range statements {
		b.WriteString(s.SQL + ";\n")
		if _, err := c.Exec(ctx, s.SQL); err != nil {
			t.Fatalf("%v in the last statement of\n%s", err, b.String())
		}
	}
	return b.String()
}

// lead runs the plan from the database at url to want and returns the way back.
func lead(t *testing.T, url string, want *schema.Database) (back diff.Plan) {
	t.Helper()
	have, version := objectsOf(t, url)
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	script := carryOut(t, url, p, version)
	now, _ := objectsOf(t, url)
	if again, err := diff.Diff(now, want, diff.Renames{}); err != nil || len(again.Changes) > 0 {
		t.Errorf("a second comparison is not empty: %v", err)
		for _, c := range again.Changes {
			l := diff.Describe(c)
			t.Errorf("%s %s %s", l.Sign, l.Object, l.Detail)
		}
		t.Log(script)
	}
	return p.Reverse()
}

// TestObjectsArriveAndGo builds one of everything out of nothing, and takes it
// away again.
func TestObjectsArriveAndGo(t *testing.T) {
	t.Parallel()
	model := dbtest.Postgres(t)
	dbtest.Exec(t, model, oneOfEverything(t))
	want, version := objectsOf(t, model)
	for _, o := range want.Unmanaged {
		t.Errorf("not managed: %s %s", o.Kind, o.Name)
	}
	url := dbtest.Postgres(t)
	empty := dbtest.PgDump(t, url)
	back := lead(t, url, want)
	if d := cmp.Diff(dbtest.PgDump(t, model), dbtest.PgDump(t, url)); d != "" {
		t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s", d)
	}
	carryOut(t, url, back, version)
	if d := cmp.Diff(empty, dbtest.PgDump(t, url)); d != "" {
		t.Errorf("the way back leaves something:\n%s", d)
	}
}
