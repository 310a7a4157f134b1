package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// A pooler hands out server connections as PgBouncer does in transaction mode:
// another one for each transaction and each statement outside of one. Its clients
// are the connections of the pools that open returns.
type pooler struct {
	server driver.Connector
	mu     sync.Mutex
	idle   []driver.Conn // the one that was given back last is handed out last
	made   int           // server connections
}

func newPooler(t *testing.T, url string) *pooler {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	p := &pooler{server: stdlib.GetConnector(*cfg)}
	t.Cleanup(func() {
		for _, c := range p.idle {
			c.Close()
		}
	})
	return p
}

// open is a client's pool. before is called ahead of each statement; it may be nil.
func (p *pooler) open(t *testing.T, before func(query string)) *sql.DB {
	t.Helper()
	db := sql.OpenDB(pooledClient{p, before})
	t.Cleanup(func() { db.Close() })
	return db
}

type pooledClient struct {
	*pooler
	before func(query string)
}

func (c pooledClient) Connect(context.Context) (driver.Conn, error) {
	return &pooledConn{pooledClient: c}, nil
}

func (c pooledClient) Driver() driver.Driver { return c.server.Driver() }

func (p *pooler) take() (driver.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made < 3 || len(p.idle) == 0 {
		p.made++
		return p.server.Connect(context.Background())
	}
	c := p.idle[0]
	p.idle = p.idle[1:]
	return c, nil
}

func (p *pooler) give(c driver.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}

// A pooledConn is a client's connection.
type pooledConn struct {
	pooledClient
	held driver.Conn // in a transaction
}

func (c *pooledConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (res driver.Result, err error) {
	err = c.with(query, func(s driver.Conn) error {
		res, err = s.(driver.ExecerContext).ExecContext(ctx, query, args)
		return err
	})
	return res, err
}

func (c *pooledConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (rows driver.Rows, err error) {
	if c.held != nil {
		return c.held.(driver.QueryerContext).QueryContext(ctx, query, args)
	}
	s, err := c.take()
	if err != nil {
		return nil, err
	}
	rows, err = s.(driver.QueryerContext).QueryContext(ctx, query, args)
	if err != nil {
		c.give(s)
		return nil, err
	}
	return &pooledRows{rows, func() { c.give(s) }}, nil
}

// with runs a statement on the transaction's connection, or on the next one.
func (c *pooledConn) with(query string, run func(driver.Conn) error) (err error) {
	if c.before != nil {
		c.before(query)
	}
	word, _, _ := strings.Cut(query, " ")
	if c.held == nil {
		if c.held, err = c.take(); err != nil {
			return err
		}
		if err = run(c.held); err != nil || word != "BEGIN" {
			c.give(c.held)
			c.held = nil
		}
		return err
	}
	err = run(c.held)
	if word == "COMMIT" || word == "ROLLBACK" {
		c.give(c.held)
		c.held = nil
	}
	return err
}

func (c *pooledConn) CheckNamedValue(v *driver.NamedValue) error { return nil }
func (c *pooledConn) Prepare(string) (driver.Stmt, error)        { return nil, errors.New("a pooler") }
func (c *pooledConn) Begin() (driver.Tx, error)                  { return nil, errors.New("unused") }
func (c *pooledConn) Close() error {
	if c.held != nil { // as PgBouncer: the client is gone, so is the transaction
		return c.held.Close()
	}
	return nil
}

type pooledRows struct {
	driver.Rows
	done func()
}

func (r *pooledRows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		r.done()
		r.done = nil
	}
	return err
}

var pooled = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE hits (what text);\nINSERT INTO hits VALUES ('1');\n\n-- gen:step\nINSERT INTO hits VALUES ('2');\n\n-- gen:step tx=each\nINSERT INTO hits VALUES ('3');\nALTER TABLE hits ADD COLUMN n int;\n\n" +
		"-- gen:down\nINSERT INTO hits VALUES ('undo 1');\n\n-- gen:step tx=each\nINSERT INTO hits VALUES ('undo 2');\nALTER TABLE hits DROP COLUMN n;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up\nCREATE TABLE n AS SELECT i, 0 AS done FROM generate_series(1, 4) i;\n\n-- gen:step tx=batch\nUPDATE n SET done = done + 1 WHERE i IN (SELECT i FROM n WHERE done = 0 ORDER BY i LIMIT 2);\n\n" +
		"-- gen:step\nINSERT INTO hits VALUES ('4');\n\n-- gen:down\nINSERT INTO hits VALUES ('undo 3');\nDROP TABLE n;\n"},
}

// pooledEnd is what must be the same whoever did the work.
func pooledEnd(t *testing.T, db *sql.DB) []string {
	t.Helper()
	out := append(query(t, db, "SELECT what FROM hits ORDER BY what"),
		query(t, db, "SELECT concat_ws(' ', revision, state, cursor, total, inflight, error) FROM gen_revisions ORDER BY seq")...)
	if query(t, db, "SELECT to_regclass('n')")[0] != "" {
		out = append(out, query(t, db, "SELECT i || ' done ' || done FROM n ORDER BY i")...)
	}
	return out
}

// TestTransactionLockFences: a run with LockTransaction stands still ahead of one
// of its transactions while another run does all the work, and then goes on. Each
// statement has happened once, and nobody has met an error: a transaction does
// nothing unless it has the lock and the version table is as its run has read it.
// That is why there is no lease beside the lock, with owner, heartbeat and expiry.
//
// Ahead of a COMMIT it has the lock, and the other one waits.
func TestTransactionLockFences(t *testing.T) {
	base := dbtest.Postgres(t)
	admin := openURL(t, base)
	fsys := files(Postgres, pooled...)
	for _, dir := range []Direction{Up, Down} {
		run := func(db *sql.DB, opts ...Option) error {
			m := newRunner(t, db, Postgres, fsys, append(opts, WithLock(LockTransaction))...)
			target := map[Direction]string{Up: "head", Down: "base"}[dir]
			_, err := m.run(context.Background(), dir, target)
			return err
		}
		prepare := func(schema string) (url string) {
			if _, err := admin.Exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE; CREATE SCHEMA " + schema); err != nil {
				t.Fatal(err)
			}
			url = base + "&search_path=" + schema
			if dir == Down {
				upgrade(t, newRunner(t, openURL(t, url), Postgres, fsys), "head")
			}
			return url
		}
		stops := 0 // BEGINs and COMMITs of an undisturbed run
		counted := func(q string) bool { return strings.HasPrefix(q, "BEGIN") || q == "COMMIT" }
		url := prepare("undisturbed")
		if err := run(newPooler(t, url).open(t, func(q string) {
			if counted(q) {
				stops++
			}
		})); err != nil {
			t.Fatal(err)
		}
		want := pooledEnd(t, openURL(t, url))
		if stops < 8 {
			t.Fatalf("%d stops; the history has more transactions than that", stops)
		}
		for at := range stops {
			t.Run(fmt.Sprintf("%s, stop %d", dir, at+1), func(t *testing.T) {
				url := prepare("disturbed")
				p := newPooler(t, url)
				n := 0
				first := p.open(t, func(q string) {
					if !counted(q) {
						return
					}
					if n++; n != at+1 {
						return
					}
					if q != "COMMIT" {
						if err := run(p.open(t, nil)); err != nil {
							t.Errorf("the other run: %v", err)
						}
						return
					}
					err := run(p.open(t, nil), WithLockWait(0))
					if _, held := errors.AsType[*LockHeldError](err); !held {
						t.Errorf("the other run did not find the lock held: %v", err)
					}
				})
				if err := run(first); err != nil {
					t.Errorf("the run that stood still: %v", err)
				}
				if got := pooledEnd(t, openURL(t, url)); !slices.Equal(got, want) {
					t.Errorf("got  %v\nwant %v", got, want)
				}
				if p.made < 3 {
					t.Errorf("%d server connections: this is no pooler", p.made)
				}
			})
		}
	}
}

// TestTransactionLockRace: runs through a pooler all at once, on a database where
// transactions see one snapshot unless they say otherwise. A snapshot from before
// the lock would show a version table that another run has changed since.
func TestTransactionLockRace(t *testing.T) {
	url := dbtest.Postgres(t)
	if _, err := openURL(t, url).Exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$"); err != nil {
		t.Fatal(err)
	}
	p := newPooler(t, url)
	fsys := files(Postgres, append(slices.Clone(pooled), [2]string{"cccc3333<bbbb2222", "-- gen:up\nINSERT INTO hits SELECT current_setting('transaction_isolation');\n"})...)
	errs := make(chan error)
	for range 6 {
		m := newRunner(t, p.open(t, nil), Postgres, fsys, WithLock(LockTransaction))
		go func() { _, err := m.Upgrade(context.Background(), "head"); errs <- err }()
	}
	for range 6 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	want := []string{"1", "2", "3", "4", "read committed", "aaaa1111 applied 5 5 f", "bbbb2222 applied 3 3 f", "cccc3333 applied 1 1 f", "1 done 1", "2 done 1", "3 done 1", "4 done 1"}
	if got := pooledEnd(t, openURL(t, url)); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// TestSessionLockThroughAPooler is refused before anything is set or locked.
func TestSessionLockThroughAPooler(t *testing.T) {
	url := dbtest.Postgres(t)
	p := newPooler(t, url)
	_, err := newRunner(t, p.open(t, nil), Postgres, files(Postgres, pooled...), WithLockWait(time.Second)).Upgrade(context.Background(), "head")
	if !errors.Is(err, errPooler) {
		t.Errorf("got %v", err)
	}
	if got := query(t, openURL(t, url), "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"); got[0] != "0" {
		t.Errorf("%s locks are left with the pooler", got[0])
	}
}
