package migrations

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// A write that does not meet the one row it is about is an error, and nothing of
// it stays: Alembic's only guard against another run is this one.
func TestWritesThatMissTheirRow(t *testing.T) {
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			ctx := context.Background()
			var db *sql.DB
			if d == SQLite {
				db = openSQLite(t)
			} else {
				db = openURL(t, dbtest.Postgres(t))
			}
			m := newRunner(t, db, d, files(d, branchy...))
			upgrade(t, m, "bbbb2222")
			before, logged := versionRows(t, db), query(t, db, "SELECT event FROM gen_log ORDER BY id")
			x, err := m.connect(ctx, "test")
			if err != nil {
				t.Fatal(err)
			}
			defer x.sess.close()
			if err := x.sess.open(ctx, x.store); err != nil {
				t.Fatal(err)
			}
			row := func(id string) *Row {
				r, err := x.stamped(m.Graph().Revision(id))
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			stale := map[string]func(ev event) error{
				"delete what is not there":       func(ev event) error { return x.store.delete(ctx, x.conn, "cccc3333", ev) },
				"update what is not there":       func(ev event) error { return x.store.update(ctx, x.conn, row("cccc3333"), Applied, 0, ev) },
				"update a row in another state":  func(ev event) error { return x.store.update(ctx, x.conn, row("bbbb2222"), Running, 2, ev) },
				"update a row at another cursor": func(ev event) error { return x.store.update(ctx, x.conn, row("bbbb2222"), Applied, 1, ev) },
				"delete once more than it is there": func(ev event) error {
					if err := x.store.delete(ctx, x.conn, "bbbb2222", ev); err != nil {
						t.Error(err)
					}
					return x.store.delete(ctx, x.conn, "bbbb2222", ev)
				},
			}
			for name, write := range stale {
				err := x.transaction(ctx, nil, func() error { return write(event{run: x.id, revision: "cccc3333", name: "test"}) })
				if !errors.Is(err, errStale) {
					t.Errorf("%s: got %v", name, err)
				}
			}
			// The key, not a count, keeps a revision from standing there twice.
			err = x.transaction(ctx, nil, func() error {
				return x.store.insert(ctx, x.conn, row("bbbb2222"), event{run: x.id, revision: "bbbb2222", name: "test"})
			})
			if err == nil {
				t.Errorf("inserting a revision that is there: got %v", err)
			}
			if diff := cmp.Diff(before, versionRows(t, db)); diff != "" {
				t.Errorf("rows: %s", diff)
			}
			if diff := cmp.Diff(logged, query(t, db, "SELECT event FROM gen_log ORDER BY id")); diff != "" {
				t.Errorf("log: %s", diff)
			}
		})
	}
}
