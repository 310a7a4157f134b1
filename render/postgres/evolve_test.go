package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/introspect"
	read "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestEvolve runs each case on servers: the database of from.sql, with rows in
// it, is brought to that of to.sql and back. After each way the catalog must
// be the wanted one. In a second database every statement runs in a
// transaction of its own, and must take the locks, rewrite and read the tables
// it said.
func TestEvolve(t *testing.T) {
	for _, major := range majors(t) {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) {
			t.Cleanup(func() {
				t.Logf("clones answered for %d statements of ALTER TABLE, and not for %d", asked.Swap(0), left.Swap(0))
			})
			for _, c := range readCases(t) {
				if major < c.since || c.until != 0 && major > c.until {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					evolve(t, c, major)
				})
			}
		})
	}
}

func evolve(t *testing.T, c evolveCase, major int) {
	together, apart := newServer(t, newDatabase(t, major, c.from)), newServer(t, newDatabase(t, major, c.from))
	have, want := together.catalog(t), catalogOf(t, newDatabase(t, major, c.to))
	forth, err := diff.Diff(have.db, want.db, c.renames)
	if err != nil {
		t.Fatal(err)
	}

	empty := newServer(t, newDatabase(t, major, c.unmanaged))
	create, err := diff.Diff(&schema.Database{Schemas: []schema.Schema{{Name: "public"}}}, want.db, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	empty.run(t, create, have.version)
	empty.mustBe(t, "created from nothing", want.db)

	together.exec(t, c.rows)
	together.run(t, forth, have.version)
	together.mustBe(t, "after up", want.db)
	together.check(t, c.after)

	apart.exec(t, c.rows)
	apart.probe(t, have, forth)
	apart.measure(t, forth, render.Options{ServerVersion: have.version})
	if c.down == "refused" {
		return
	}
	together.run(t, forth.Reverse(), have.version)
	together.mustBe(t, "after down", have.db)
	apart.measure(t, forth.Reverse(), render.Options{ServerVersion: have.version})
}

type catalog struct {
	db      *schema.Database
	version int
}

// newDatabase is the URL of a new database on the major, made by the script.
func newDatabase(t *testing.T, major int, script string) string {
	t.Helper()
	url := dbtest.PostgresMajor(t, major)
	dbtest.Exec(t, url, script)
	return url
}

func catalogOf(t *testing.T, url string) catalog {
	t.Helper()
	return newServer(t, url).catalog(t)
}

// A server is a connection to one database, as pgx and as database/sql know it.
type server struct {
	conn *pgx.Conn
	pool *sql.DB
	sql  *sql.Conn
}

func newServer(t *testing.T, url string) *server {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	s := &server{pool: stdlib.OpenDB(*config)}
	t.Cleanup(func() { s.pool.Close() })
	if s.sql, err = s.pool.Conn(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.sql.Close() })
	if err := s.sql.Raw(func(c any) error { s.conn = c.(*stdlib.Conn).Conn(); return nil }); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *server) catalog(t *testing.T) catalog {
	t.Helper()
	db, info, err := read.Inspect(context.Background(), s.conn, introspect.Options{Schemas: []string{"public", "app"}})
	if err != nil {
		t.Fatal(err)
	}
	return catalog{db, info.ServerVersion}
}

func (s *server) mustBe(t *testing.T, when string, want *schema.Database) {
	t.Helper()
	have := s.catalog(t)
	rest, err := diff.Diff(have.db, want, diff.Renames{})
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	for _, c := range rest.Changes {
		l := diff.Describe(c)
		t.Errorf("%s the database still differs: %s %s %s", when, l.Sign, l.Object, l.Detail)
	}
}

func (s *server) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := s.conn.PgConn().Exec(context.Background(), sql).ReadAll(); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// check runs queries, one per line, that must give true.
func (s *server) check(t *testing.T, queries string) {
	t.Helper()
	for query := range strings.Lines(queries) {
		if query = strings.TrimSpace(query); query == "" {
			continue
		}
		var ok *bool
		if err := s.conn.QueryRow(context.Background(), query).Scan(&ok); err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		if ok == nil || !*ok {
			t.Errorf("is not true: %s", query)
		}
	}
}

// run executes a plan as a runner does: neighbours in one transaction.
func (s *server) run(t *testing.T, p diff.Plan, version int) {
	t.Helper()
	statements, err := postgres.Render(p, render.Options{ServerVersion: version})
	if err != nil {
		t.Fatalf("%v", err)
	}
	s.clear(t, statements)
	open := false
	for i, st := range statements {
		if in := st.Tx == render.InTx; in != open {
			s.exec(t, map[bool]string{true: "BEGIN", false: "COMMIT"}[in])
			open = in
		}
		s.step(t, statements, i)
	}
	if open {
		s.exec(t, "COMMIT")
	}
}

// measure executes a plan statement by statement. What is set for one
// transaction has to outlive it here.
func (s *server) measure(t *testing.T, p diff.Plan, o render.Options) {
	t.Helper()
	statements, err := postgres.Render(p, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	existing := s.look(t)
	for i := range statements {
		statements[i].SQL = strings.Replace(statements[i].SQL, "SET LOCAL", "SET", 1)
		if statements[i].Tx == render.NoTx {
			s.step(t, statements, i)
			continue
		}
		s.exec(t, "BEGIN")
		s.measured(t, statements, i, existing)
		s.exec(t, "COMMIT")
	}
}

func (s *server) step(t *testing.T, statements []render.Statement, i int) {
	t.Helper()
	rows, err := s.conn.Exec(context.Background(), statements[i].SQL)
	for err == nil && statements[i].Tx == render.Batches && rows.RowsAffected() > 0 {
		rows, err = s.conn.Exec(context.Background(), statements[i].SQL)
	}
	if err != nil {
		var done strings.Builder
		for _, st := range statements[:i+1] {
			done.WriteString(st.SQL + ";\n")
		}
		t.Fatalf("%v\n%s", err, done.String())
	}
}

// measured executes a statement and holds what it said against what the
// server saw it do, as far as relations are concerned that were there before.
func (s *server) measured(t *testing.T, statements []render.Statement, i int, existing observe.Facts) {
	t.Helper()
	before := s.look(t)
	s.step(t, statements, i)
	st := statements[i]
	var told, names, saw []string
	for _, l := range st.Locks {
		if l.Mode == "ACCESS SHARE" {
			continue // keeps nobody from anything but ACCESS EXCLUSIVE, and is not looked at either
		}
		told, names = append(told, l.Mode+" on "+l.Relation.String()), append(names, l.Relation.String())
	}
	seen := observe.Between(before, s.look(t), existing, observe.About(st.SQL, names))
	if !strings.HasPrefix(st.SQL, "COMMENT ON") { // not worth a line
		for _, l := range seen.Locks {
			saw = append(saw, l.Mode+" on "+l.Relation.String())
		}
	}
	slices.Sort(told)
	slices.Sort(saw)
	if !slices.Equal(told, saw) {
		t.Errorf("locks: said %q, the server took %q\n%s", told, saw, st.SQL)
	}
	if st.Rewrites != seen.Rewrites {
		t.Errorf("rewrites: said %t, the server did %t\n%s", st.Rewrites, seen.Rewrites, st.SQL)
	}
	// How an UPDATE finds its rows is up to the server.
	if st.Scans != seen.Scans && !st.Rewrites && st.Tx != render.Batches {
		t.Errorf("scans: said %t, the server did %t\n%s", st.Scans, seen.Scans, st.SQL)
	}
}

func (s *server) look(t *testing.T) observe.Facts {
	t.Helper()
	facts, err := observe.Look(context.Background(), s.sql)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}
