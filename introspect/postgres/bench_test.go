package postgres_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// BenchmarkInspect reads GEN_BENCH_TABLES tables (100 unless told) of twelve
// columns, with keys, a foreign key, two checks and three indexes each: the
// tables alone, and with the objects of manyObjects.
//
//	GEN_BENCH_TABLES=5000 go test -v -bench Inspect -run '^$' ./introspect/postgres
func BenchmarkInspect(b *testing.B) {
	n := benchTables(b)
	url := dbtest.Postgres(b)
	fillBench(b, url, n)
	b.Run("tables", func(b *testing.B) { benchInspect(b, url, n, introspect.Options{}) })
	fillBenchObjects(b, url, n)
	b.Run("objects", func(b *testing.B) { benchInspect(b, url, n, introspect.Options{Objects: true}) })
}

// benchTables is GEN_BENCH_TABLES, 100 unless told.
func benchTables(b *testing.B) int {
	b.Helper()
	s := os.Getenv("GEN_BENCH_TABLES")
	if s == "" {
		return 100
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func fillBench(b *testing.B, url string, n int) {
	b.Helper()
	for from := 0; from < n; from += 500 {
		dbtest.Exec(b, url, manyTables(from, min(from+500, n)))
	}
	dbtest.Exec(b, url, "VACUUM ANALYZE")
}

func fillBenchObjects(b *testing.B, url string, n int) {
	b.Helper()
	dbtest.Exec(b, url, fewTypes)
	for from := 0; from < n; from += 500 {
		dbtest.Exec(b, url, manyObjects(from, min(from+500, n)))
	}
	dbtest.Exec(b, url, "VACUUM ANALYZE")
}

func benchInspect(b *testing.B, url string, n int, o introspect.Options) {
	timing := map[string]time.Duration{}
	var order []string
	b.ResetTimer()
	for range b.N {
		c, err := pgx.Connect(b.Context(), url)
		if err != nil {
			b.Fatal(err)
		}
		have, info, err := postgres.Inspect(b.Context(), c, o)
		if err != nil {
			b.Fatal(err)
		}
		c.Close(b.Context())
		if len(have.Tables) != n {
			b.Fatalf("%d tables, want %d", len(have.Tables), n)
		}
		for _, q := range info.Timing {
			if _, ok := timing[q.Query]; !ok {
				order = append(order, q.Query)
			}
			timing[q.Query] += q.Duration
		}
	}
	b.StopTimer()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MB-sys")
	if testing.Verbose() {
		for _, q := range order {
			b.Logf("%-20s %v", q, timing[q]/time.Duration(b.N))
		}
	}
}

func manyTables(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, `CREATE TABLE t%[1]d (id bigserial PRIMARY KEY, parent_id bigint, name varchar(100) NOT NULL, email text NOT NULL,
 status text NOT NULL DEFAULT 'new', amount numeric(12,2) NOT NULL DEFAULT 0, active boolean NOT NULL DEFAULT true, tags text[],
 data jsonb NOT NULL DEFAULT '{}', kind smallint, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz,
 CHECK (amount >= 0), CHECK (status IN ('new', 'open', 'done')), UNIQUE (email), FOREIGN KEY (parent_id) REFERENCES t%[2]d ON DELETE CASCADE);
CREATE INDEX ON t%[1]d (parent_id); CREATE INDEX ON t%[1]d (lower(name)); CREATE INDEX ON t%[1]d (created_at DESC) WHERE active;
`, i, max(0, i-1))
	}
	return b.String()
}

const fewTypes = `CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN code AS text CHECK (VALUE <> '');
CREATE FUNCTION fresh() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;`

// manyObjects adds to tables of manyTables a column of an enum and one of a domain
// each, and to every tenth a view, a function, a trigger and a policy.
func manyObjects(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "ALTER TABLE t%[1]d ADD COLUMN mood mood, ADD COLUMN code code DEFAULT fresh();\n", i)
		if i%10 != 0 {
			continue
		}
		fmt.Fprintf(&b, `CREATE VIEW v%[1]d AS SELECT a.id, a.name, b.email FROM t%[1]d a JOIN t%[2]d b ON a.parent_id = b.id WHERE a.active;
CREATE FUNCTION f%[1]d() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER g%[1]d BEFORE UPDATE ON t%[1]d FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f%[1]d();
CREATE POLICY p%[1]d ON t%[1]d USING (active);
`, i, max(0, i-1))
	}
	return b.String()
}

// BenchmarkCanonical compares models written by hand with GEN_BENCH_TABLES
// tables (100 unless told), of which every expression needs the server.
func BenchmarkCanonical(b *testing.B) {
	n := 100
	if s := os.Getenv("GEN_BENCH_TABLES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	url := dbtest.Postgres(b)
	for from := 0; from < n; from += 500 {
		dbtest.Exec(b, url, manyTables(from, min(from+500, n)))
	}
	c := connect(b, url)
	have, info, err := postgres.Inspect(b.Context(), c, introspect.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, shared := range []bool{true, false} {
		want := schema.Clone(have)
		for i := range want.Tables {
			t := &want.Tables[i]
			t.Column("status").Default = "'new'"
			for j := range t.Checks {
				if strings.Contains(t.Checks[j].Expr, "status") {
					t.Checks[j].Expr = "status IN ('new', 'open', 'done')"
				} else if t.Checks[j].Expr = "amount >= 0"; !shared {
					t.Checks[j].Expr = fmt.Sprintf("amount >= %d", i) // another one in every table
				}
			}
			t.Indexes[1].Keys[0].Expr = "lower(name)"
		}
		b.Run(map[bool]string{true: "alike", false: "each different"}[shared], func(b *testing.B) {
			for range b.N {
				if _, _, err := postgres.Canonical(b.Context(), c, want, have, info); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
