package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// thousand revisions, one CREATE TABLE each.
func thousand() fstest.MapFS {
	var bodies [][2]string
	for i := range 1000 {
		parent := ""
		if i > 0 {
			parent = fmt.Sprintf("r%07d", i-1)
		}
		bodies = append(bodies, [2]string{fmt.Sprintf("r%07d<%s", i, parent),
			fmt.Sprintf("-- gen:up\nCREATE TABLE t%d (id bigint PRIMARY KEY, name text);\n\n-- gen:down\nDROP TABLE t%[1]d;\n", i)})
	}
	return files(Postgres, bodies...)
}

// BenchmarkRunnerThousand applies 1,000 revisions to an empty database, in turns
// with the floor: the same statements through one pgx connection, a commit each.
// x-floor is the median of the ratios of the turns; on a server as it is installed,
// where a commit waits for the disk, 1.3 is what is aimed at. In memory the
// two statements more of a transaction and the row of the version table show.
//
//	make bench BENCH=Runner
func BenchmarkRunnerThousand(b *testing.B) {
	b.Run("durable", func(b *testing.B) {
		server := dbtest.DurableServer(b)
		besideFloor(b, func() string { return server.Fresh(b) })
	})
	b.Run("memory", func(b *testing.B) { besideFloor(b, func() string { return dbtest.Postgres(b) }) })
}

// besideFloor measures on fresh databases.
func besideFloor(b *testing.B, fresh func() string) {
	fsys := thousand()
	var ratios []float64
	var floors, runs time.Duration
	for b.Loop() {
		b.StopTimer()
		floor := timed(fresh(), func(ctx context.Context, url string) { applyFloor(ctx, b, url) })
		url := fresh()
		b.StartTimer()
		run := timed(url, func(ctx context.Context, url string) { applyThousand(ctx, b, url, fsys) })
		floors, runs = floors+floor, runs+run
		ratios = append(ratios, float64(run)/float64(floor))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-floor")
	b.ReportMetric(float64(floors.Milliseconds())/float64(len(ratios)), "floor-ms")
	b.ReportMetric(float64(runs.Milliseconds())/float64(len(ratios)), "run-ms")
}

// applyFloor is the least that does it.
func applyFloor(ctx context.Context, b *testing.B, url string) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for i := range 1000 {
		if _, err := conn.Exec(ctx, fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, name text)", i)); err != nil {
			b.Fatal(err)
		}
	}
}

// applyThousand is what a program does that upgrades at its start.
func applyThousand(ctx context.Context, b *testing.B, url string, fsys fs.FS) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	m, err := New(db, Postgres, fsys)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := m.Upgrade(ctx, "head"); err != nil {
		b.Fatal(err)
	}
}

// timed says how long work took.
func timed(url string, work func(ctx context.Context, url string)) time.Duration {
	began := time.Now()
	work(context.Background(), url)
	return time.Since(began)
}

// BenchmarkRunnerNothingToDo is New and Upgrade of a program that starts with all
// 1,000 revisions applied. The whole process: cmd, BenchmarkRunnerProcess.
func BenchmarkRunnerNothingToDo(b *testing.B) {
	db, err := sql.Open("pgx", dbtest.Postgres(b))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	fsys := thousand()
	m, err := New(db, Postgres, fsys)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := m.Upgrade(context.Background(), "head"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m, err := New(db, Postgres, fsys)
		if err != nil {
			b.Fatal(err)
		}
		if res, err := m.Upgrade(context.Background(), "head"); err != nil || len(res.Applied) > 0 {
			b.Fatal(res, err)
		}
	}
}
