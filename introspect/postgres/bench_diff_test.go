package postgres_test

import (
	"context"
	"runtime/debug"
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

// BenchmarkDifference compares two equal databases of GEN_BENCH_TABLES tables as
// gen diff --from URL --to URL does, in turns with the floor: the catalog queries of
// the first round on both, their rows thrown away.
//
//	tables        tables and nothing else; objects are asked for, and none are there
//	tables alone  the same without the questions for objects, which gen check asks
//	              only where the configuration names files of them
//	objects       with a tenth as many views, functions, triggers and policies each
//
// x-queries is the median of the ratios of the turns; 1.5 is what is aimed at. It
// says little while others use the machine. queries-ms is the floor, read-ms and
// compare-ms are the two stages of diff-ms, and pg-dump-ms is pg_dump -s of one of
// the databases.
//
//	GEN_BENCH_TABLES=5000 make bench BENCH=Difference
func BenchmarkDifference(b *testing.B) {
	n := benchTables(b)
	urls := [2]string{dbtest.Postgres(b), dbtest.Postgres(b)}
	for _, url := range urls {
		fillBench(b, url, n)
	}
	b.Run("tables", func(b *testing.B) { benchDifference(b, urls, n, introspect.Options{Objects: true}) })
	b.Run("tables alone", func(b *testing.B) { benchDifference(b, urls, n, introspect.Options{}) })
	for _, url := range urls {
		fillBenchObjects(b, url, n)
	}
	b.Run("objects", func(b *testing.B) { benchDifference(b, urls, n, introspect.Options{Objects: true}) })
}

func benchDifference(b *testing.B, urls [2]string, n int, o introspect.Options) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as cmd/gen has it
	var ratios []float64
	var floor, reading, comparing, dump time.Duration
	for b.Loop() {
		b.StopTimer()
		alone := both(b, urls, func(ctx context.Context, c *pgx.Conn, _ int) error { return postgres.QueriesAlone(ctx, c, o) })
		began := time.Now()
		dbtest.PgDump(b, urls[0])
		dump += time.Since(began)
		b.StartTimer()
		var sides [2]*schema.Database
		read := both(b, urls, func(ctx context.Context, c *pgx.Conn, i int) (err error) {
			sides[i], _, err = postgres.Inspect(ctx, c, o)
			return err
		})
		began = time.Now()
		if !diff.Same(sides[0], sides[1]) || len(sides[0].Tables) != n {
			b.Fatal("two equal databases differ")
		}
		compared := time.Since(began)
		floor, reading, comparing = floor+alone, reading+read, comparing+compared
		ratios = append(ratios, float64(read+compared)/float64(alone))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-queries")
	for unit, took := range map[string]time.Duration{
		"queries-ms": floor, "read-ms": reading, "compare-ms": comparing, "diff-ms": reading + comparing, "pg-dump-ms": dump,
	} {
		b.ReportMetric(float64(took.Milliseconds())/float64(len(ratios)), unit)
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
