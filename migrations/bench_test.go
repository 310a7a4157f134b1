package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"testing/fstest"

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

func BenchmarkUpgradeThousand(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db, err := sql.Open("pgx", dbtest.Postgres(b))
		if err != nil {
			b.Fatal(err)
		}
		fsys := thousand()
		b.StartTimer()
		m, err := New(db, Postgres, fsys)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Upgrade(context.Background(), "head"); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		db.Close()
		b.StartTimer()
	}
}

// The floor: the same statements through one connection, a commit each.
func BenchmarkFloorThousand(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		b.StopTimer()
		conn, err := pgx.Connect(ctx, dbtest.Postgres(b))
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		for i := range 1000 {
			if _, err := conn.Exec(ctx, fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, name text)", i)); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		conn.Close(ctx)
		b.StartTimer()
	}
}

func BenchmarkNothingToDo(b *testing.B) {
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
