package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Info is what Inspect learned about the server and the session besides the
// schema.
type Info struct {
	ServerVersion int    // server_version_num: 150018 is 15.18
	Database      string // name of the database
	Standby       bool   // the server is in recovery: nothing can be written
	CanTemp       bool   // the role may create temporary tables here and now
	Extensions    []Extension
	Timing        []Timing // one per query, in the order they ran
}

// An Extension is one installed extension.
type Extension struct {
	Name, Schema, Version string
}

// A Timing is how long a query took as seen from here: from the end of the
// query before it to its own last row.
type Timing struct {
	Query    string
	Rows     int
	Duration time.Duration
}

// oldest is the first version whose catalog the queries fit.
const oldest = 130000

// attempts bounds how often a catalog that changes while it is read is read
// again.
const attempts = 3

// Inspect reads the catalog in one read-only, repeatable-read transaction of
// two pipelines, however many tables there are. c must not be in a transaction
// and is left outside of one. Everything the managed schemas hold and gen does
// not manage, and what stands outside of schemas, is in Database.Unmanaged;
// owners are not listed, and members of extensions only where they are
// relations, whose names are taken.
//
// The result is in canonical form and sorted. Errors: a server older than 13, a
// lock another session holds for longer than o.LockTimeout (the error names that
// session), a catalog that keeps changing.
func Inspect(ctx context.Context, c *pgx.Conn, o introspect.Options) (*schema.Database, *Info, error) {
	if len(o.Schemas) == 0 {
		o.Schemas = []string{dialect.Postgres().DefaultSchema}
	}
	if c.PgConn().TxStatus() != 'I' {
		return nil, nil, errors.New("reading the catalog: the connection is already in a transaction")
	}
	version, err := serverVersion(ctx, c.PgConn())
	if err != nil {
		return nil, nil, fmt.Errorf("reading the catalog: %w", err)
	}
	if version < oldest {
		return nil, nil, fmt.Errorf("PostgreSQL %d is too old: gen reads 13 and later", version/10000)
	}
	var last error
	for range attempts {
		k := newCatalog(version, o)
		err := k.load(ctx, c.PgConn())
		if last = err; errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("reading the catalog: %w", err)
		}
		db, err := k.database()
		if err != nil {
			return nil, nil, fmt.Errorf("reading the catalog: %w", err)
		}
		return db, &k.info, nil
	}
	return nil, nil, fmt.Errorf("reading the catalog: other sessions changed the schema during each of %d readings: %w", attempts, last)
}

// serverVersion is server_version_num. The server reports its version when a
// session starts; only its major matters to the queries.
func serverVersion(ctx context.Context, c *pgconn.PgConn) (int, error) {
	reported := c.ParameterStatus("server_version")
	digits := strings.IndexFunc(reported, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(reported)
	}
	if major, err := strconv.Atoi(reported[:digits]); err == nil {
		return major * 10000, nil
	}
	results, err := c.Exec(ctx, "SHOW server_version_num").ReadAll()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(results[0].Rows[0][0]))
}

// errMoved says that another session changed what is being read. The functions
// that print expressions read the newest catalog and not the transaction's
// snapshot, so a text may then name a column as it is called a moment later.
var errMoved = errors.New("the catalog changed while it was read")

// load fills k: a first pipeline for the rows of the catalog, a second one for
// texts that only the server can print, each distinct one once.
func (k *catalog) load(ctx context.Context, c *pgconn.PgConn) (err error) {
	defer func() {
		if err != nil && !c.IsClosed() {
			// The context may be the reason of the error; ending the transaction must still happen.
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			_, rollback := c.Exec(end, "ROLLBACK").ReadAll()
			err = k.explainLock(end, c, errors.Join(err, rollback))
		}
	}()
	if err := k.pipeline(ctx, c, withoutIgnored(firstPipeline(k.version, k.options), k.options.Ignore)); err != nil {
		return err
	}
	if err := k.pipeline(ctx, c, k.secondPipeline()); err != nil {
		return err
	}
	if k.moved {
		return errMoved
	}
	return nil
}

// A query is one statement of a pipeline.
type query struct {
	name string
	sql  string
	args []string // array literals and the like; their types stand in the SQL
	read func(*catalog, *row)
}

// pipeline sends all queries at once and reads their rows as they come.
func (k *catalog) pipeline(ctx context.Context, c *pgconn.PgConn, queries []query) error {
	p := c.StartPipeline(ctx)
	for _, q := range queries {
		args := make([][]byte, len(q.args))
		for i, a := range q.args {
			args[i] = []byte(a)
		}
		p.SendQueryParams(q.sql, args, nil, nil, nil)
		// Else the rows of quick queries wait in the server's buffer for those of a
		// slow one, whose time they would be said to have taken.
		p.SendFlushRequest()
	}
	if err := p.Sync(); err != nil {
		return errors.Join(err, p.Close())
	}
	for _, q := range queries {
		if err := k.results(p, q); err != nil {
			var refused *pgconn.PgError
			if errors.As(err, &refused) && refused.Code == internalError {
				err = errors.Join(errMoved, err) // "cache lookup failed": dropped a moment ago
			}
			// Close would repeat the error.
			_ = p.Close()
			return fmt.Errorf("query %q: %w", q.name, err)
		}
	}
	return p.Close()
}

func (k *catalog) results(p *pgconn.Pipeline, q query) error {
	began := time.Now()
	got, err := p.GetResults()
	if err != nil {
		return err
	}
	rr, ok := got.(*pgconn.ResultReader)
	if !ok {
		return fmt.Errorf("unexpected answer %T", got)
	}
	rows := 0
	r := row{shared: k.shared}
	for rr.NextRow() {
		rows++
		if q.read != nil {
			r.values, r.at = rr.Values(), 0
			q.read(k, &r)
			if r.err != nil {
				return r.err
			}
		}
	}
	if _, err := rr.Close(); err != nil {
		return err
	}
	k.info.Timing = append(k.info.Timing, Timing{Query: q.name, Rows: rows, Duration: time.Since(began)})
	return nil
}

// SQLSTATEs.
const (
	lockNotAvailable = "55P03"
	internalError    = "XX000"
)

// explainLock adds to a lock timeout who held the lock. pg_get_expr and
// pg_get_indexdef take ACCESS SHARE on the table, so only sessions that hold
// ACCESS EXCLUSIVE, or wait for it in front of us, can stand in the way.
func (k *catalog) explainLock(ctx context.Context, c *pgconn.PgConn, err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != lockNotAvailable {
		return err
	}
	results, asked := c.Exec(ctx, lockHolders).ReadAll()
	if asked != nil || len(results) == 0 || len(results[0].Rows) == 0 {
		return fmt.Errorf("%w; the session that held the lock is gone by now, try again", err)
	}
	var holders []string
	for _, r := range results[0].Rows {
		holders = append(holders, fmt.Sprintf("pid %s (user %s, application %q, %s) %s ACCESS EXCLUSIVE on %s", r[0], r[1], r[2], r[3], r[5], r[4]))
	}
	return fmt.Errorf("%w: %s", err, strings.Join(holders, "; "))
}
