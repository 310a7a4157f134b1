package migrations

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// A walk over a table that fails in its third turn goes on there.
func TestBatches(t *testing.T) {
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			db := openSQLite(t)
			if d == Postgres {
				db = openURL(t, dbtest.Postgres(t))
			}
			fsys := files(d, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE o (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);\nINSERT INTO o (id) VALUES (-5), (1), (2), (3), (10), (11), (12);\n\n" +
				"-- gen:step tx=each\n-- gen:go Count\n\n-- gen:down\nDROP TABLE o;\n"})
			var seen []Range[int64]
			fail := true
			var turns int
			count := WithFunc("Count", func(ctx context.Context, tx Tx) error {
				return Batches(ctx, tx, Keyset{Name: "n", Table: "o", Key: "id", Size: 2}, func(ctx context.Context, r Range[int64]) error {
					seen = append(seen, r)
					q := "UPDATE o SET n = n + 1 WHERE id > $1 AND id <= $2"
					if _, err := tx.ExecContext(ctx, q, r.After, r.UpTo); err != nil {
						return err
					}
					if fail && len(seen) == 3 {
						return errors.New("no more")
					}
					return nil
				})
			})
			m := newRunner(t, db, d, fsys, count, WithHooks(Hooks{Batch: func(_ context.Context, ev BatchEvent) { turns = ev.Turns }}))
			if _, err := m.Upgrade(context.Background(), "head"); err == nil || !strings.Contains(err.Error(), "no more") {
				t.Fatal(err)
			}
			if turns != 2 {
				t.Errorf("%d turns before the failure", turns)
			}
			fail = false
			upgrade(t, m, "head")
			if got := query(t, db, "SELECT CAST(n AS text) FROM o"); !slices.Equal(got, []string{"1", "1", "1", "1", "1", "1", "1"}) {
				t.Errorf("rows were visited %v times", got)
			}
			if len(seen) != 5 || seen[2] != seen[3] || seen[1].UpTo != seen[2].After {
				t.Errorf("ranges %v", seen)
			}
			// Once more from the start.
			downgrade(t, m, "base")
			seen = nil
			upgrade(t, m, "head")
			if len(seen) != 4 {
				t.Errorf("the second time: ranges %v", seen)
			}
		})
	}
	if err := Batches(context.Background(), nil, Keyset{}, func(context.Context, Range[string]) error { return nil }); err == nil {
		t.Error("Batches works outside a run")
	}
}

func TestThrottle(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE o (n);\nINSERT INTO o VALUES (0), (0), (0);\n\n-- gen:step tx=batch throttle=30ms\nDELETE FROM o WHERE rowid = (SELECT min(rowid) FROM o);\n"}))
	began := time.Now()
	upgrade(t, m, "head")
	if took := time.Since(began); took < 90*time.Millisecond {
		t.Errorf("three turns took %s", took)
	}
}
