package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/internal/pgserver"
	"github.com/gen-migrate/gen/migrations"
)

// A scratchPlace is where the scratch databases of a command are made. A
// scratch database is empty, and lasts as long as the command at most.
//
//	beside home     where the role may: there is what revisions need, extensions and roles
//	in the server   a throw-away one (scratch_server.go), where it may not, or as asked for
//	in a file       SQLite
type scratchPlace struct {
	row  dialectRow
	home *database // nil: no database is known, or none counts

	server  bool // a throw-away server was asked for, or there is no home
	major   int  // of the throw-away server; 0: that of home, else the newest found
	bins    []string
	user    string // of the throw-away server, as home's; empty: postgres
	params  map[string]string
	started *pgserver.Server
	made    int      // databases in it
	roles   []string // made in it because they were missed
}

// scratchPlace finds it: what --scratch says, else beside the database that is
// compared, else beside the configured one. A throw-away server is of the major
// version of the database that is compared.
func (a *app) scratchPlace(c *config, flag string, sides ...side) (*scratchPlace, error) {
	p := &scratchPlace{bins: a.postgresBins(c)}
	compared := ""
	needed := false
	for _, s := range sides {
		compared = cmp.Or(compared, s.url)
		needed = needed || s.kind == ofRevisions || s.kind == ofFiles
	}
	if !needed {
		return p, nil
	}
	switch word, major, at := strings.Cut(flag, "@"); {
	case word == "server":
		p.server, p.row = true, postgresRow()
		if at {
			n, err := strconv.Atoi(major)
			if err != nil || n < pgserver.OldestMajor {
				return nil, withHint(fmt.Errorf("--scratch %s: %q is no major version of PostgreSQL from %d on", flag, major, pgserver.OldestMajor), "write --scratch server@17, or server for the newest there is")
			}
			p.major = n
		}
		if compared == "" {
			return p, nil
		}
		return p, p.settle(compared)
	case cmp.Or(flag, compared) != "":
		a.hide(flag)
		return p, p.settle(cmp.Or(flag, compared))
	}
	u, err := a.databaseURL(c)
	if (err != nil || c.URL == "") && a.revisionsOf(c) == migrations.Postgres {
		p.server, p.row = true, postgresRow()
		return p, nil
	}
	if err != nil {
		return nil, withHint(err, hintOf(err)+"; or do without any database: --scratch server")
	}
	return p, p.settle(u)
}

// settle makes the URL's database the home.
func (p *scratchPlace) settle(u string) error {
	row, err := dialectOf(u)
	if err != nil {
		return err
	}
	if p.server && row.Name != "postgres" {
		return fmt.Errorf("--scratch server: a throw-away server is PostgreSQL, and %s is %s", showURL(u), row.Name)
	}
	p.row, p.home = row, &database{row: row, url: u}
	return nil
}

func postgresRow() dialectRow { return dialects()[0] }

// revisionsOf is the one dialect that the revision files name; empty where there
// are none or several.
func (a *app) revisionsOf(c *config) migrations.Dialect {
	dir, err := a.readDirs(c, "")
	if err != nil {
		return ""
	}
	found := migrations.Dialect("")
	for i, r := range dir.Graph().Revisions() {
		if i > 0 && r.Dialect != found {
			return ""
		}
		found = r.Dialect
	}
	return found
}

// close ends the throw-away server, if one was started.
func (p *scratchPlace) close() {
	if p.started != nil {
		p.started.Stop()
		p.started = nil
	}
}

// scratch makes an empty database. drop removes it, also when ctx has ended.
func (a *app) scratch(ctx context.Context, p *scratchPlace) (db *database, drop func(), err error) {
	if p.row.Name == "sqlite" {
		return a.scratchFile(ctx, p.row)
	}
	if p.server {
		return a.serverScratch(ctx, p)
	}
	db, drop, err = a.scratchBeside(ctx, p.home)
	if pg := new(pgconn.PgError); errors.As(err, &pg) && mayNotCreate(pg.Code) {
		refused := err
		if db, drop, err = a.serverScratch(ctx, p); err != nil {
			return nil, nil, withHint(fmt.Errorf("%w\n%w", refused, err), cmp.Or(hintOf(err), "ALTER ROLE … CREATEDB; or give --scratch a URL of a server where databases may be made"))
		}
		a.say("%s no database may be made on %s (%s): a throw-away PostgreSQL %d server on this machine serves", a.paintErr("note:", cyan), showURL(p.home.url), pg.Message, p.started.Major)
		p.server = true
	}
	return db, drop, err
}

// mayNotCreate: the role has not the right, or the server is a standby.
func mayNotCreate(state string) bool { return state == "42501" || state == "25006" }

// scratchBeside makes a database like home on its server.
func (a *app) scratchBeside(ctx context.Context, home *database) (db *database, drop func(), err error) {
	mark := make([]byte, 4)
	if _, err := rand.Read(mark); err != nil {
		return nil, nil, err
	}
	now := time.Now()
	name := fmt.Sprintf("gen_scratch_%08x_%x", uint32(now.Unix()), mark)
	if err := a.connect(ctx, home, reading); err != nil {
		return nil, nil, err
	}
	defer home.close()
	a.dropAbandoned(ctx, home, now)
	const like = `SELECT pg_catalog.format('CREATE DATABASE ` + "%%s" + ` TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype)
FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`
	var create string
	if err := home.sql.QueryRowContext(ctx, like).Scan(&create); err != nil {
		return nil, nil, fmt.Errorf("making a scratch database: %w", err)
	}
	if _, err := home.sql.ExecContext(ctx, fmt.Sprintf(create, name)); err != nil {
		return nil, nil, fmt.Errorf("making a scratch database on %s: %w", showURL(home.url), err)
	}
	db = &database{row: home.row, url: databaseNamed(home.url, name), scratch: true}
	drop = func() {
		if db.sql != nil {
			db.close()
		}
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err := a.connect(end, home, reading)
		if err == nil {
			defer home.close()
			_, err = home.sql.ExecContext(end, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		}
		if err != nil {
			a.say("%s the scratch database %s is left: %v", a.paintErr("warning:", yellow), name, err)
		}
	}
	if err := a.connect(ctx, db, writing); err != nil {
		drop()
		return nil, nil, err
	}
	return db, drop, nil
}

// abandonedAfter is how old a scratch database is, in seconds, that nobody is
// connected to and whose run is taken for killed. A run keeps a connection; the
// moment between CREATE DATABASE and that connection is far shorter.
const abandonedAfter = 3600

// dropAbandoned drops what killed runs of this role have left on the server. Whatever
// is in its way, another session or a missing right, it is left for the next run.
func (a *app) dropAbandoned(ctx context.Context, home *database, now time.Time) {
	const query = `SELECT datname FROM pg_catalog.pg_database d WHERE datname ~ '^gen_scratch_[0-9a-f]{8}_[0-9a-f]{8}$'
AND pg_catalog.pg_get_userbyid(datdba) = current_user AND ('x' || lpad(split_part(datname, '_', 3), 16, '0'))::bit(64)::bigint < $1
AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity s WHERE s.datid = d.oid)`
	rows, err := home.sql.QueryContext(ctx, query, now.Unix()-abandonedAfter)
	if err != nil {
		return
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return
		}
		names = append(names, name)
	}
	for _, name := range names {
		if _, err := home.sql.ExecContext(ctx, "DROP DATABASE "+name); err == nil {
			a.say("%s dropped %s, which a killed run has left", a.paintErr("note:", cyan), name)
		}
	}
}

// databaseNamed is the URL with another database.
func databaseNamed(raw, name string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u.Path, u.RawPath = "/"+name, ""
	q := u.Query()
	q.Del("dbname")
	q.Del("database")
	u.RawQuery = q.Encode()
	return u.String()
}

func (a *app) scratchFile(ctx context.Context, row dialectRow) (*database, func(), error) {
	dir, err := os.MkdirTemp("", "gen-scratch-")
	if err != nil {
		return nil, nil, err
	}
	path, err := filepath.Abs(filepath.Join(dir, "scratch.db"))
	if err != nil {
		return nil, nil, err
	}
	db := &database{row: row, url: "sqlite://" + path, scratch: true}
	drop := func() {
		if db.sql != nil {
			db.close()
		}
		_ = os.RemoveAll(dir) // in the directory for what may be lost
	}
	if err := a.connect(ctx, db, writing); err != nil {
		drop()
		return nil, nil, err
	}
	return db, drop, nil
}
