package postgres_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// BenchmarkDifference compares two equal databases, of GEN_BENCH_TABLES tables and
// a tenth as many views, functions, triggers and policies each, in turns with the
// floor: the catalog queries of the first round on both, their rows thrown away.
// x-queries is the median of the ratios of the turns; 1.5 is what is aimed at.
// pg-dump-ms is pg_dump -s of one of them.
//
//	GEN_BENCH_TABLES=5000 make bench BENCH=Difference
func BenchmarkDifference(b *testing.B) {
	n := benchTables(b)
	urls := [2]string{dbtest.Postgres(b), dbtest.Postgres(b)}
	for _, url := range urls {
		fillBench(b, url, n)
	}
	for _, objects := range []bool{false, true} {
		name := map[bool]string{false: "tables", true: "objects"}[objects]
		if objects {
			for _, url := range urls {
				fillBenchObjects(b, url, n)
			}
		}
		b.Run(name, func(b *testing.B) {
			o := introspect.Options{Objects: objects}
			var ratios []float64
			var floor, whole, dump time.Duration
			for b.Loop() {
				b.StopTimer()
				alone := both(b, urls, func(ctx context.Context, c *pgx.Conn, _ int) error { return postgres.QueriesAlone(ctx, c, o) })
				began := time.Now()
				dbtest.PgDump(b, urls[0])
				dump += time.Since(began)
				b.StartTimer()
				var read [2]*schema.Database
				took := both(b, urls, func(ctx context.Context, c *pgx.Conn, i int) (err error) {
					read[i], _, err = postgres.Inspect(ctx, c, o)
					return err
				})
				began = time.Now()
				p, err := diff.Diff(read[0], read[1], diff.Renames{})
				if err != nil || len(p.Changes) > 0 || len(read[0].Tables) != n {
					b.Fatalf("%v, %d changes", err, len(p.Changes))
				}
				took += time.Since(began)
				floor, whole = floor+alone, whole+took
				ratios = append(ratios, float64(took)/float64(alone))
			}
			slices.Sort(ratios)
			times := float64(len(ratios))
			b.ReportMetric(ratios[len(ratios)/2], "x-queries")
			b.ReportMetric(float64(floor.Milliseconds())/times, "queries-ms")
			b.ReportMetric(float64(whole.Milliseconds())/times, "diff-ms")
			b.ReportMetric(float64(dump.Milliseconds())/times, "pg-dump-ms")
		})
	}
}

// both does work on the two databases at the same time and says how long it took.
func both(b *testing.B, urls [2]string, work func(ctx context.Context, c *pgx.Conn, i int) error) time.Duration {
	b.Helper()
	ctx := context.Background()
	began := time.Now()
	var wait sync.WaitGroup
	for i, url := range urls {
		wait.Go(func() {
			c, err := pgx.Connect(ctx, url)
			if err == nil {
				defer c.Close(ctx)
				err = work(ctx, c, i)
			}
			if err != nil {
				b.Error(err)
			}
		})
	}
	wait.Wait()
	return time.Since(began)
}
