package migrations

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// The way in for a pgx pool, as docs/library.md has it; one connection is enough.
func TestPgxPool(t *testing.T) {
	for _, size := range []int32{1, 4} {
		cfg, err := pgxpool.ParseConfig(dbtest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		cfg.MaxConns = size
		pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		db := stdlib.OpenDBFromPool(pool)
		m := newRunner(t, db, Postgres, files(Postgres, elephantSweep...), countCalls())
		upgrade(t, m, "head")
		wantCurrent(t, m, "cccc3333")
		if _, err := pool.Exec(context.Background(), "INSERT INTO hits VALUES ('after')"); err != nil {
			t.Errorf("the pool of %d is not usable afterwards: %v", size, err)
		}
	}
}
