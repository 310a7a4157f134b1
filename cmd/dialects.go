package cmd

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	inspectlite "github.com/gen-migrate/gen/introspect/sqlite"
	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	renderpg "github.com/gen-migrate/gen/render/postgres"
	renderlite "github.com/gen-migrate/gen/render/sqlite"
	"github.com/gen-migrate/gen/schema"
)

// A dialectRow is one product as the commands need it. dialects is the one
// list of them.
type dialectRow struct {
	dialect.Dialect
	runner migrations.Dialect

	// open connects lazily: the first use tells whether the server is there.
	open      func(ctx context.Context, url string, warned func(text string)) (*sql.DB, error) // warned is told the server's warnings; nil: nobody is
	inspect   func(ctx context.Context, db *sql.DB, o introspect.Options) (*schema.Database, serverInfo, error)
	canonical func(ctx context.Context, db *sql.DB, want, have *schema.Database, server serverInfo) (*schema.Database, []introspect.Note, error)
	render    func(diff.Plan, render.Options) ([]render.Statement, error)
	// objects reads files of CREATE statements into want; nil: the product has none
	// that gen manages.
	objects func(ctx context.Context, db *sql.DB, want, have *schema.Database, files []introspect.SQLFile, o introspect.Options) (*schema.Database, error)
	// respell puts what another database of the product holds in the words of db's
	// server, in place; otherMajor says that theirs are others. have is what db
	// holds. nil: they are the same everywhere.
	respell func(ctx context.Context, db *sql.DB, other, have *schema.Database, otherMajor bool, o introspect.Options) ([]introspect.Note, error)
	// script cuts a file of SQL as the product's own shell does; nil: the driver runs
	// it whole.
	script func(introspect.SQLFile) ([]inspectpg.ScriptStatement, error)
	// alone: canonical needs no connection, and takes a nil one.
	alone bool
	// locks says what a statement written by hand locks; nil where the product
	// knows no locks of tables.
	locks func(sql string) string
	// lint reads revisions of the product for gen lint.
	lint func(lintFacts) lint.Reader
	// detail takes the server's own facts out of a driver's error.
	detail func(error) migrations.Detail
}

// serverInfo is what a reader found out about the server.
type serverInfo struct {
	version int    // as render.Options wants it
	product string // "PostgreSQL 15.18", "SQLite 3.53.4"

	postgres *inspectpg.Info // of PostgreSQL: what the reader hands to the canonical form
}

func dialects() []dialectRow {
	return []dialectRow{
		{
			Dialect: dialect.Postgres(), runner: migrations.Postgres,
			open: openPostgres, inspect: inspectPostgres, canonical: canonicalPostgres, objects: objectsPostgres, respell: respellPostgres,
			render: renderpg.Render, locks: renderpg.WrittenLocks, lint: lintPostgres, detail: detailPostgres, script: inspectpg.ReadScript,
		},
		{
			Dialect: dialect.SQLite(), runner: migrations.SQLite,
			open: openSQLite, inspect: inspectSQLite, canonical: canonicalSQLite,
			render: renderlite.Render, alone: true, lint: lintSQLite, detail: detailSQLite,
		},
	}
}

// dialectOf finds the row of a URL by its scheme.
func dialectOf(rawURL string) (dialectRow, error) {
	scheme, _, ok := strings.Cut(rawURL, ":")
	if !ok {
		return dialectRow{}, withHint(fmt.Errorf("the database URL has no scheme"), "write postgres://user@host/database or sqlite://file.db")
	}
	d, err := dialect.ByName(scheme)
	if err != nil {
		return dialectRow{}, withHint(err, "write postgres://user@host/database or sqlite://file.db")
	}
	for _, row := range dialects() {
		if row.Name == d.Name {
			return row, nil
		}
	}
	return dialectRow{}, fmt.Errorf("dialect %s has no row", d.Name)
}

// A database is a URL with its dialect and, once connected, the connection.
type database struct {
	row dialectRow
	url string
	sql *sql.DB

	whole   bool // read all that can be managed, whatever the configuration says
	scratch bool // made for this command
	server  bool // in a throw-away server: all of it goes
}

// access says what a command will do with the database.
type access int

const (
	reading access = iota // never creates or writes anything
	writing
)

// database finds out which database is meant; it does not connect.
func (a *app) database(c *config) (*database, error) {
	u, err := a.databaseURL(c)
	if err != nil {
		return nil, err
	}
	row, err := dialectOf(u)
	if err != nil {
		return nil, err
	}
	return &database{row: row, url: u}, nil
}

// connect opens the connection and makes sure that somebody answers.
func (a *app) connect(ctx context.Context, d *database, how access) error {
	defer a.timing.stage("connect")()
	if from, to := passwordSpan(d.url); to > from && !readable(d.url) && d.row.Name != "sqlite" {
		return unreadable(d.url) // or the driver asks the network for a part of the password
	}
	var warned func(string)
	if how == writing && !d.scratch && !d.server {
		warned = a.serverWarns
	}
	db, err := d.row.open(ctx, a.sqliteURL(d.row, d.url, how), warned)
	if err != nil {
		return a.connectError(d.url, err)
	}
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return a.connectError(d.url, err)
	}
	d.sql = db
	return nil
}

func (a *app) openDatabase(ctx context.Context, c *config, how access) (*database, error) {
	d, err := a.database(c)
	if err != nil {
		return nil, err
	}
	return d, a.connect(ctx, d, how)
}

func (d *database) close() { d.sql.Close() }

// inspect reads the database: the schemas named, or those of the configuration.
func (d *database) inspect(ctx context.Context, c *config, schemas ...string) (*schema.Database, serverInfo, error) {
	if len(schemas) == 0 {
		schemas = managedSchemas(c, d.row)
	}
	return d.row.inspect(ctx, d.sql, introspect.Options{Schemas: schemas, Ignore: c.ignored(), Objects: len(c.Objects) > 0 || d.whole, Privileges: c.Postgres.Privileges,
		Exclude: []string{migrations.TableRevisions, migrations.TableLog}})
}

// managedSchemas are those of the configuration, or the product's default one.
func managedSchemas(c *config, row dialectRow) []string {
	if len(c.Schemas) == 0 && row.DefaultSchema != "" {
		return []string{row.DefaultSchema}
	}
	return c.Schemas
}

func (d *database) canonical(ctx context.Context, want, have *schema.Database, server serverInfo) (*schema.Database, []introspect.Note, error) {
	return d.row.canonical(ctx, d.sql, want, have, server)
}

// connectError says which database could not be reached, without password.
func (a *app) connectError(u string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return withHint(fmt.Errorf("connecting to %s: %s (SQLSTATE %s)", showURL(u), belowEachOther(pg.Message), pg.Code), connectHint(pg.Code))
	}
	text := err.Error()
	var inner *pgconn.ConnectError
	if errors.As(err, &inner) && inner.Unwrap() != nil {
		text = eachLineOnce(inner.Unwrap().Error())
	}
	hint := "is the server running, and is this the right URL?"
	if strings.Contains(text, "refused TLS") {
		hint = "the server takes no TLS: sslmode=prefer or disable in the URL, where the network may be trusted"
	}
	if invalid := new(pgconn.ParseConfigError); errors.As(err, &invalid) {
		// The driver quotes the URL, and of an unreadable one parts of the password.
		if !readable(u) {
			return unreadable(u)
		}
		if _, why, found := strings.Cut(text, "`: "); found {
			text = why
		}
	}
	if row, err := dialectOf(u); err == nil && row.Name == "sqlite" {
		hint = a.sqliteHint(u, text)
	}
	return withHint(fmt.Errorf("connecting to %s: %s", showURL(u), text), hint)
}

func unreadable(u string) error {
	return withHint(fmt.Errorf("connecting to %s: the URL cannot be read", showURL(u)),
		"in a password write %40 for @, %2F for /, %3F for ?, %23 for #, %25 for %; or leave it to PGPASSWORD")
}

// sqliteHint is what helps where a SQLite file cannot be opened.
func (a *app) sqliteHint(u, text string) string {
	file, _, _ := strings.Cut(sqliteFile(u), "?")
	switch {
	case strings.Contains(text, "SQLITE_BUSY"):
		return "another program is writing to the file: run it again when that is done"
	case strings.Contains(text, "not a database"):
		return "another program made this file: correct the name in the URL"
	}
	if dir := filepath.Dir(a.path(file)); !there(dir) {
		return "directory " + dir + " is not there: make it, or correct the URL"
	}
	return "is this the right file, and may it be read and written?"
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// connectHint is what helps against a server's refusal of a connection.
func connectHint(state string) string {
	switch state {
	case "28P01":
		return "the password is wrong: see --url, the environment variable in gen.toml, PGPASSWORD or ~/.pgpass"
	case "3D000":
		return "create it (createdb), or correct the name at the end of the URL"
	case "42501":
		return "let the database's owner GRANT CONNECT ON DATABASE … TO this role"
	case "53300":
		return "the server has no connection left: end idle ones, or raise max_connections or the role's CONNECTION LIMIT; then run it again"
	case "57P03":
		return "the server is starting, stopping or recovering: run it again in a moment"
	}
	return "check --url, the environment variable in gen.toml, or the server's pg_hba.conf"
}

// eachLineOnce leaves out what was said before: the driver tries a host with
// and without TLS, and says twice that nobody answers.
func eachLineOnce(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	// "host:port (address): why", and the same again for the next try.
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return slices.ContainsFunc(lines, func(other string) bool { return other != line && strings.HasSuffix(other, ": "+line) })
	})
	return strings.Join(lines, "\n    ")
}

// PostgreSQL: pgx through database/sql, so that runner and readers share one
// connection; the readers take the pgx connection out of it.

func openPostgres(_ context.Context, u string, warned func(string)) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(u)
	if err != nil {
		return nil, err
	}
	// DDL changes what a prepared statement means; nothing here runs twice.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	if cfg.RuntimeParams["application_name"] == "" {
		host, _ := os.Hostname()
		cfg.RuntimeParams["application_name"] = fmt.Sprintf("gen %s:%d", host, os.Getpid())
	}
	cfg.BuildContextWatcherHandler = cancelOnServer
	if warned != nil {
		cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
			if n.SeverityUnlocalized == "WARNING" {
				warned(n.Message)
			}
		}
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxIdleConns(2)
	return db, nil
}

// cancelOnServer ends a statement whose context ended by a cancel request, and
// waits for the server's word. pgx alone would drop the connection and send the
// request beside it: gen could exit first, and before PostgreSQL 14, which has no
// client_connection_check_interval, the statement would wait for its lock for ever.
func cancelOnServer(c *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: 5 * time.Second}
}

// withPgx lends the pgx connection under a *sql.DB.
func withPgx(ctx context.Context, db *sql.DB, use func(*pgx.Conn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driverConn any) error {
		return use(driverConn.(*stdlib.Conn).Conn())
	})
}

func inspectPostgres(ctx context.Context, db *sql.DB, o introspect.Options) (have *schema.Database, info serverInfo, err error) {
	err = withPgx(ctx, db, func(c *pgx.Conn) error {
		var i *inspectpg.Info
		have, i, err = inspectpg.Inspect(ctx, c, o)
		if err == nil {
			info = serverInfo{i.ServerVersion, fmt.Sprintf("PostgreSQL %d.%d", i.ServerVersion/10000, i.ServerVersion%10000), i}
		}
		return err
	})
	return have, info, err
}

func canonicalPostgres(ctx context.Context, db *sql.DB, want, have *schema.Database, server serverInfo) (canonical *schema.Database, notes []introspect.Note, err error) {
	err = withPgx(ctx, db, func(c *pgx.Conn) error {
		canonical, notes, err = inspectpg.Canonical(ctx, c, want, have, server.postgres)
		return err
	})
	return canonical, notes, err
}

func objectsPostgres(ctx context.Context, db *sql.DB, want, have *schema.Database, files []introspect.SQLFile, o introspect.Options) (read *schema.Database, err error) {
	err = withPgx(ctx, db, func(c *pgx.Conn) error {
		read, err = inspectpg.Objects(ctx, c, want, have, files, o)
		return err
	})
	return read, err
}

func respellPostgres(ctx context.Context, db *sql.DB, other, have *schema.Database, otherMajor bool, o introspect.Options) (notes []introspect.Note, err error) {
	err = withPgx(ctx, db, func(c *pgx.Conn) error {
		if notes, err = inspectpg.ExtensionVersions(ctx, c, other, have); err != nil || !otherMajor {
			return err
		}
		return inspectpg.Respell(ctx, c, other, o)
	})
	return notes, err
}

func detailPostgres(err error) migrations.Detail {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) { // the server had no say: a lost connection, an interrupt
		return migrations.Detail{Message: err.Error()}
	}
	return migrations.Detail{Message: pg.Message, SQLState: pg.Code, Position: int(pg.Position), Detail: pg.Detail, Hint: pg.Hint, Where: pg.Where}
}

// SQLite.

// sqliteURL makes the file of a SQLite URL relative to --dir. Whoever only
// reads must not create the file: a database that is not there yet is read as
// an empty one in memory.
func (a *app) sqliteURL(row dialectRow, u string, how access) string {
	if row.Name != "sqlite" {
		return u
	}
	file, query, _ := strings.Cut(sqliteFile(u), "?")
	if file == "" || file == ":memory:" {
		return u
	}
	file = a.path(file)
	if _, err := os.Stat(file); how == reading && errors.Is(err, fs.ErrNotExist) {
		return "sqlite://:memory:"
	}
	return "sqlite://" + file + "?" + query
}

// sqliteFile is what follows the scheme: sqlite:file, sqlite://file and
// sqlite:///abs/file all name a file.
func sqliteFile(u string) string {
	_, rest, _ := strings.Cut(u, ":")
	return strings.TrimPrefix(rest, "//")
}

func openSQLite(_ context.Context, u string, _ func(string)) (*sql.DB, error) {
	file, query, _ := strings.Cut(sqliteFile(u), "?")
	if file == "" {
		return nil, errors.New("the URL names no file")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	values.Add("_pragma", "busy_timeout(5000)")
	db, err := sql.Open("sqlite", sqliteDSN(file, values))
	if err != nil {
		return nil, err
	}
	if file == ":memory:" {
		db.SetMaxOpenConns(1) // each connection would be a database of its own
	}
	return db, nil
}

func sqliteDSN(file string, values url.Values) string {
	if file == ":memory:" {
		return file + "?" + values.Encode()
	}
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + values.Encode()
}

// detailSQLite is all the driver tells: a message.
func detailSQLite(err error) migrations.Detail { return migrations.Detail{Message: err.Error()} }

func inspectSQLite(ctx context.Context, db *sql.DB, o introspect.Options) (*schema.Database, serverInfo, error) {
	have, i, err := inspectlite.Inspect(ctx, db, o)
	if err != nil {
		return nil, serverInfo{}, err
	}
	v := i.ServerVersion
	return have, serverInfo{version: v, product: fmt.Sprintf("SQLite %d.%d.%d", v/1000000, v/1000%1000, v%1000)}, nil
}

func canonicalSQLite(ctx context.Context, _ *sql.DB, want, have *schema.Database, _ serverInfo) (*schema.Database, []introspect.Note, error) {
	return inspectlite.Canonical(ctx, want, have)
}
