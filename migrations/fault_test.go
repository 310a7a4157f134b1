package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// fault cuts a connection at one request, before it is sent or after it was
// answered; in the second case the caller does not learn the answer.
type fault struct {
	at    int // the request, from 1; 0 never
	after bool
	count int
	fired bool
}

var errCut = errors.New("the connection was cut")

// faultConnector opens connections that obey a fault.
type faultConnector struct {
	open func(context.Context) (driver.Conn, error)
	f    *fault
}

func (c faultConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	return &faultConn{conn, c.f, false}, nil
}

func (c faultConnector) Driver() driver.Driver { return nil }

type faultConn struct {
	driver.Conn
	f   *fault
	cut bool
}

// request sends one request unless the fault wants otherwise.
func (c *faultConn) request(send func() error, discard func()) error {
	if c.cut {
		return driver.ErrBadConn
	}
	c.f.count++
	hit := c.f.count == c.f.at
	if hit && !c.f.after {
		return c.breakOff()
	}
	err := send()
	if hit {
		discard()
		return c.breakOff()
	}
	return err
}

func (c *faultConn) breakOff() error {
	c.cut, c.f.fired = true, true
	c.Conn.Close()
	return errCut
}

func (c *faultConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (res driver.Result, err error) {
	err = c.request(func() error {
		res, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
		return err
	}, func() {})
	return res, err
}

func (c *faultConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (rows driver.Rows, err error) {
	err = c.request(func() error {
		rows, err = c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
		return err
	}, func() {
		if rows != nil {
			rows.Close()
			rows = nil
		}
	})
	return rows, err
}

func (c *faultConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (c *faultConn) Close() error {
	if c.cut {
		return nil
	}
	return c.Conn.Close()
}

// A sweep runs an upgrade and a downgrade with the connection cut at request
// 1, 2, 3, …, and after each cut runs the same again undisturbed: the end must
// be the one of a run without a fault.
func sweep(t *testing.T, d Dialect, bodies [][2]string, fresh func(t *testing.T, k int) (open func(f *fault) *sql.DB, schema string), look func(t *testing.T, db *sql.DB) []string) {
	fsys := files(d, bodies...)
	calls := WithFunc("Count", func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO hits (what) VALUES ('go')")
		return err
	})
	runs := []struct {
		name           string
		before, faulty func(m *Runner) error
	}{
		{"upgrade", func(*Runner) error { return nil }, func(m *Runner) error { _, err := m.Upgrade(context.Background(), "head"); return err }},
		{"downgrade", func(m *Runner) error { _, err := m.Upgrade(context.Background(), "head"); return err },
			func(m *Runner) error { _, err := m.Downgrade(context.Background(), "aaaa1111"); return err }},
	}
	// Every request with GEN_FAULTS=all, else every sixth, each time another.
	step := 6
	if os.Getenv("GEN_FAULTS") == "all" {
		step = 1
	}
	n, points := 0, 0
	for _, run := range runs {
		n++
		open, schema := fresh(t, n)
		m := newRunner(t, open(&fault{}), d, fsys, calls, WithSchema(schema))
		if err := run.before(m); err != nil {
			t.Fatal(err)
		}
		if err := run.faulty(m); err != nil {
			t.Fatal(err)
		}
		want := look(t, open(&fault{}))
		for _, after := range []bool{false, true} {
			for k := 1 + n%step; ; k += step {
				n++
				open, schema := fresh(t, n)
				if err := run.before(newRunner(t, open(&fault{}), d, fsys, calls, WithSchema(schema))); err != nil {
					t.Fatal(err)
				}
				f := &fault{at: k, after: after}
				first := run.faulty(newRunner(t, open(f), d, fsys, calls, WithSchema(schema)))
				if !f.fired {
					break
				}
				points++
				m := newRunner(t, open(&fault{}), d, fsys, calls, WithSchema(schema))
				if err := run.faulty(m); err != nil {
					t.Errorf("%s, request %d, after=%t: rerun: %v\nfirst: %v", run.name, k, after, err, first)
					continue
				}
				if diff := cmp.Diff(want, look(t, open(&fault{}))); diff != "" {
					t.Errorf("%s, request %d, after=%t: %s\nfirst: %v", run.name, k, after, diff, first)
				}
			}
		}
	}
	t.Logf("%d faults", points)
}

var liteSweep = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE hits (id INTEGER PRIMARY KEY, what TEXT);\nCREATE TABLE n (i INTEGER, done INTEGER DEFAULT 0);\nINSERT INTO n (i) VALUES (1), (2), (3);\n\n-- gen:down\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nINSERT INTO hits (what) VALUES ('b');\n\n-- gen:step tx=each\nINSERT INTO hits (what) VALUES ('c');\nVACUUM;\nCREATE INDEX n_i ON n (i);\n\n-- gen:step tx=batch\nUPDATE n SET done = done + 1 WHERE rowid IN (SELECT rowid FROM n WHERE done = 0 LIMIT 2);\n\n-- gen:step\n-- gen:go Count\n\n-- gen:down tx=each\nINSERT INTO hits (what) VALUES ('undo');\nVACUUM;\nDROP INDEX n_i;\n"},
	{"cccc3333<bbbb2222", "-- gen:up foreign_keys=off\nCREATE TABLE n2 (i INTEGER, done INTEGER);\nINSERT INTO n2 SELECT * FROM n;\nDROP TABLE n;\nALTER TABLE n2 RENAME TO n;\nCREATE INDEX n_i ON n (i);\n\n-- gen:down\nINSERT INTO hits (what) VALUES ('undo c');\n"},
}

func TestSQLiteSurvivesEveryCut(t *testing.T) {
	sweep(t, SQLite, liteSweep, func(t *testing.T, k int) (func(*fault) *sql.DB, string) {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", k))
		return func(f *fault) *sql.DB {
			db := sql.OpenDB(faultConnector{func(context.Context) (driver.Conn, error) {
				return (&sqlite.Driver{}).Open(path + "?_pragma=synchronous(0)")
			}, f})
			t.Cleanup(func() { db.Close() })
			return db
		}, ""
	}, func(t *testing.T, db *sql.DB) []string {
		return append(append(query(t, db, "SELECT name || ' ' || sql FROM sqlite_schema ORDER BY name"),
			query(t, db, "SELECT revision || ' ' || state || ' ' || cursor || '/' || total || ' ' || inflight || ' ' || coalesce(error, '') FROM gen_revisions ORDER BY seq")...),
			append(query(t, db, "SELECT id || ' ' || what FROM hits ORDER BY id"), query(t, db, "SELECT i || ' ' || done FROM n ORDER BY i")...)...)
	})
}

var elephantSweep = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE hits (what text);\nCREATE TABLE n (i int, done int DEFAULT 0);\nINSERT INTO n (i) VALUES (1), (2), (3);\n\n-- gen:down\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nINSERT INTO hits (what) VALUES ('b');\n\n-- gen:step tx=each\nINSERT INTO hits (what) VALUES ('c');\nCREATE UNIQUE INDEX CONCURRENTLY n_i ON n (i);\nREINDEX INDEX CONCURRENTLY n_i;\n\n-- gen:step tx=batch\nUPDATE n SET done = done + 1 WHERE i IN (SELECT i FROM n WHERE done = 0 LIMIT 2);\n\n-- gen:step\n-- gen:go Count\n\n-- gen:down tx=each\nINSERT INTO hits (what) VALUES ('undo');\nDROP INDEX CONCURRENTLY n_i;\n"},
	{"cccc3333<bbbb2222", "-- gen:up lock_timeout=3s\nINSERT INTO hits (what) VALUES ('d');\nSET search_path = '';\n\n-- gen:down\nINSERT INTO hits (what) VALUES ('undo d');\n"},
}

func TestPostgresSurvivesEveryCut(t *testing.T) {
	base := dbtest.Postgres(t)
	admin := openURL(t, base)
	sweep(t, Postgres, elephantSweep, func(t *testing.T, k int) (func(*fault) *sql.DB, string) {
		schema := fmt.Sprintf("s%d", k)
		if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("search_path", schema)
		u.RawQuery = q.Encode()
		cfg, err := pgx.ParseConfig(u.String())
		if err != nil {
			t.Fatal(err)
		}
		inner := stdlib.GetConnector(*cfg)
		return func(f *fault) *sql.DB {
			db := sql.OpenDB(faultConnector{inner.Connect, f})
			t.Cleanup(func() { db.Close() })
			db.SetMaxIdleConns(0)
			return db
		}, schema
	}, func(t *testing.T, db *sql.DB) []string {
		return append(append(query(t, db, "SELECT c.relname || ' ' || coalesce(i.indisvalid::text, '') FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE relnamespace = current_schema()::regnamespace ORDER BY 1"),
			query(t, db, "SELECT revision || ' ' || state || ' ' || cursor || '/' || total || ' ' || inflight || ' ' || coalesce(error, '') FROM gen_revisions ORDER BY seq")...),
			append(query(t, db, "SELECT what FROM hits"), query(t, db, "SELECT i || ' ' || done FROM n ORDER BY i")...)...)
	})
}
