package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
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

// A server is a connection to one database.
type server struct{ conn *pgx.Conn }

func newServer(t *testing.T, url string) *server {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return &server{conn}
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
	existing := s.relations(t)
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
	if _, err := s.conn.PgConn().Exec(context.Background(), statements[i].SQL).ReadAll(); err != nil {
		var done strings.Builder
		for _, st := range statements[:i+1] {
			done.WriteString(st.SQL + ";\n")
		}
		t.Fatalf("%v\n%s", err, done.String())
	}
}

// measured executes a statement and holds what it said against what the
// server saw it do, as far as relations are concerned that were there before.
func (s *server) measured(t *testing.T, statements []render.Statement, i int, existing map[uint32]bool) {
	t.Helper()
	before := s.facts(t)
	s.step(t, statements, i)
	after := s.facts(t)
	st := statements[i]
	var told, saw []string
	for _, l := range st.Locks {
		if l.Mode == "ACCESS SHARE" {
			continue // keeps nobody from anything but ACCESS EXCLUSIVE, and is not looked at either
		}
		told = append(told, l.Mode+" on "+l.Relation.String())
	}
	rewritten, scanned := false, false
	for oid, f := range after {
		b, ok := before[oid]
		if !ok || !existing[oid] || !b.isTable() && !slices.ContainsFunc(st.Locks, func(l render.Lock) bool { return l.Relation.String() == b.name }) {
			continue
		}
		for _, mode := range f.locks {
			saw = append(saw, mode+" on "+b.name)
		}
		rewritten = rewritten || f.file != b.file && f.kind == 'r'
		scanned = scanned || f.scans > b.scans
	}
	for oid, b := range before {
		// A dropped relation keeps its lock, and has no name any more.
		if _, ok := after[oid]; !ok && existing[oid] && (b.isTable() || strings.HasPrefix(st.SQL, "DROP SEQUENCE")) {
			saw = append(saw, "ACCESS EXCLUSIVE on "+b.name)
		}
	}
	// Of several locks on a relation the strongest counts.
	saw = slices.DeleteFunc(slices.Clone(saw), func(l string) bool { return covered(saw, l) })
	if strings.HasPrefix(st.SQL, "COMMENT ON") {
		saw = nil // not worth a line
	}
	slices.Sort(told)
	slices.Sort(saw)
	if !slices.Equal(told, saw) {
		t.Errorf("locks: said %q, the server took %q\n%s", told, saw, st.SQL)
	}
	if st.Rewrites != rewritten {
		t.Errorf("rewrites: said %t, the server did %t\n%s", st.Rewrites, rewritten, st.SQL)
	}
	if st.Scans != scanned && !st.Rewrites {
		t.Errorf("scans: said %t, the server did %t\n%s", st.Scans, scanned, st.SQL)
	}
}

// covered reports whether a stronger lock on the same relation is among them.
func covered(all []string, lock string) bool {
	mode, relation, _ := strings.Cut(lock, " on ")
	return slices.ContainsFunc(all, func(l string) bool {
		m, r, _ := strings.Cut(l, " on ")
		return r == relation && strength(m) > strength(mode)
	})
}

var modes = []string{"ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"}

func strength(mode string) int { return slices.Index(modes, mode) }

// relationFacts is what the server tells of a relation within a transaction.
type relationFacts struct {
	name  string
	kind  rune
	file  uint32
	scans int64
	locks []string // those of this session that keep anybody from anything
}

// isTable reports whether locks on it are told whatever the statement is about.
// Those on indexes and sequences are where it is about them: whoever uses the
// table's waits for the table.
func (f relationFacts) isTable() bool { return strings.ContainsRune("rpvm", f.kind) }

const factsQuery = `
	SELECT c.oid, n.nspname || '.' || c.relname, c.relkind::text, coalesce(pg_relation_filenode(c.oid), 0),
		coalesce(pg_stat_get_xact_numscans(c.oid), 0),
		coalesce((SELECT array_agg(DISTINCT l.mode) FROM pg_locks l
			WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation = c.oid
			AND l.mode <> 'AccessShareLock'), '{}')
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname IN ('public', 'app') AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i')`

func (s *server) facts(t *testing.T) map[uint32]relationFacts {
	t.Helper()
	rows, err := s.conn.Query(context.Background(), factsQuery, pgx.QueryExecModeExec)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[uint32]relationFacts{}
	for rows.Next() {
		var oid uint32
		var f relationFacts
		var kind string
		var held []string
		if err := rows.Scan(&oid, &f.name, &kind, &f.file, &f.scans, &held); err != nil {
			t.Fatal(err)
		}
		f.kind = rune(kind[0])
		for _, h := range held {
			f.locks = append(f.locks, modeName(h))
		}
		all[oid] = f
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// modeName spells pg_locks.mode as the manual does.
func modeName(s string) string {
	s = strings.TrimSuffix(s, "Lock")
	var b strings.Builder
	for i, c := range s {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.ToUpper(b.String())
}

func (s *server) relations(t *testing.T) map[uint32]bool {
	t.Helper()
	m := map[uint32]bool{}
	for oid := range s.facts(t) {
		m[oid] = true
	}
	return m
}
