package corpus_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	postgresread "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	postgreswrite "github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestRandomDatabasesOnPostgreSQL leads a server from nothing to a random
// database, to a next version of it, and back again. What the catalog then
// holds must be, word for word, what Diff was given: so the random databases
// are in canonical form, and the order of changes is one that a server takes.
func TestRandomDatabasesOnPostgreSQL(t *testing.T) {
	s := newRandomServer(t)
	for seed := range uint64(12) {
		s.online = seed%2 == 0
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			o := corpus.Options{Version: s.version / 10000}
			first := corpus.Random(r, o)
			second := corpus.Evolve(r, first, o)
			s.migrate(t, s.read(t), first)
			s.migrate(t, first, second)
			s.migrate(t, second, first)
			s.migrate(t, first, &schema.Database{Schemas: []schema.Schema{{Name: "public"}}})
		})
		if t.Failed() {
			return
		}
	}
}

type randomServer struct {
	conn    *pgx.Conn
	version int
	online  bool
}

func newRandomServer(t *testing.T) *randomServer {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	s := &randomServer{conn: conn}
	if err := conn.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&s.version); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *randomServer) read(t *testing.T) *schema.Database {
	t.Helper()
	db, _, err := postgresread.Inspect(t.Context(), s.conn, introspect.Options{Schemas: []string{"public", "app"}})
	if err != nil {
		t.Fatal(err)
	}
	db.NamesNotNull = false // what random databases say nothing of
	return db
}

// migrate runs the plan and compares what is there then.
func (s *randomServer) migrate(t *testing.T, have, want *schema.Database) {
	t.Helper()
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	statements, err := postgreswrite.Render(p, render.Options{ServerVersion: s.version, Online: s.online})
	if err != nil {
		t.Fatal(err)
	}
	var script []string
	for _, one := range statements {
		script = append(script, one.SQL+";")
		done, err := s.conn.Exec(t.Context(), one.SQL)
		for err == nil && one.Tx == render.Batches && done.RowsAffected() > 0 {
			done, err = s.conn.Exec(t.Context(), one.SQL)
		}
		if err != nil {
			t.Fatalf("%v\nin %s\nafter:\n%s", err, one.SQL, strings.Join(script, "\n"))
		}
	}
	if d := gocmp.Diff(asText(want), asText(s.read(t))); d != "" {
		t.Fatalf("the server has something else (-want +there):\n%s\nafter:\n%s", d, strings.Join(script, "\n"))
	}
}

// asText is the database without what it does not say of itself: the order of
// columns.
func asText(db *schema.Database) string {
	db = schema.Clone(db)
	for i := range db.Tables {
		slices.SortFunc(db.Tables[i].Columns, func(a, b schema.Column) int { return cmp.Compare(a.Name, b.Name) })
	}
	db.Sort()
	return schema.Format(db)
}
