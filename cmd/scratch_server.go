package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/internal/pgserver"
)

// serverScratch makes a database in the place's throw-away server, which is
// started by the first.
func (a *app) serverScratch(ctx context.Context, p *scratchPlace) (*database, func(), error) {
	if err := a.startServer(ctx, p); err != nil {
		return nil, nil, err
	}
	p.made++
	db := &database{row: p.row, url: p.serverURL(fmt.Sprintf("gen_scratch_%d", p.made)), scratch: true, server: true}
	if err := a.anew(ctx, p, db); err != nil {
		return nil, nil, err
	}
	return db, func() { db.close() }, nil // the database goes with its server
}

// anew makes a database of the throw-away server empty, or makes it.
func (a *app) anew(ctx context.Context, p *scratchPlace, db *database) error {
	if db.sql != nil {
		db.close()
	}
	admin := &database{row: p.row, url: p.started.URL("postgres")}
	a.hide(admin.url)
	if err := a.connect(ctx, admin, writing); err != nil {
		return err
	}
	defer admin.close()
	name := databaseIn(db.url)
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name + " TEMPLATE template0"} {
		if _, err := admin.sql.ExecContext(ctx, sql); err != nil {
			return fmt.Errorf("making a scratch database: %w", err)
		}
	}
	return a.connect(ctx, db, writing)
}

// databaseIn is the name of the database of a URL that gen has made.
func databaseIn(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Path, "/")
}

// serverURL is a database of the throw-away server, with the session settings
// (search_path, …) that the URL of home gives.
func (p *scratchPlace) serverURL(name string) string {
	raw := p.started.URL(name)
	u, err := url.Parse(raw)
	if err != nil || len(p.params) == 0 {
		return raw
	}
	q := u.Query()
	for k, v := range p.params {
		q.Set(k, v)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// startServer starts the place's server unless it runs.
func (a *app) startServer(ctx context.Context, p *scratchPlace) error {
	if p.started != nil {
		return nil
	}
	if err := a.likeHome(ctx, p); err != nil {
		return err
	}
	found, err := pgserver.Find(p.bins)
	if err != nil {
		return withHint(err, "correct bin in [postgres] of "+configFile+", or GEN_POSTGRES_BIN: the directory of initdb and postgres")
	}
	in, err := chooseInstall(found, p.major)
	if err != nil {
		return err
	}
	defer a.timing.stage("server")()
	defer a.working(fmt.Sprintf("starting a throw-away PostgreSQL %d server", in.Major))()
	p.started, err = pgserver.Start(ctx, in, pgserver.Options{User: p.user})
	if err != nil {
		return withHint(fmt.Errorf("a throw-away server: %w", err), "give --scratch a URL of a server where databases may be made")
	}
	return nil
}

// likeHome finds out what the server must be like to stand for home's: its
// major version, and who is its superuser, since objects that belong to whoever
// asks are told without their owner.
func (a *app) likeHome(ctx context.Context, p *scratchPlace) error {
	if p.home == nil {
		return nil
	}
	if cfg, err := pgconn.ParseConfig(p.home.url); err == nil {
		p.user, p.params = cfg.User, cfg.RuntimeParams
	}
	if p.major != 0 {
		return nil
	}
	if err := a.connect(ctx, p.home, reading); err != nil {
		return err
	}
	defer p.home.close()
	var version int
	if err := p.home.sql.QueryRowContext(ctx, "SELECT pg_catalog.current_setting('server_version_num')::int").Scan(&version); err != nil {
		return fmt.Errorf("asking %s for its version: %w", showURL(p.home.url), err)
	}
	p.major = version / 10000
	return nil
}

// chooseInstall takes the installation of that major, or the newest for 0.
func chooseInstall(found []pgserver.Install, major int) (pgserver.Install, error) {
	var has []string
	for _, in := range found {
		if major == 0 || in.Major == major {
			return in, nil
		}
		has = append(has, fmt.Sprintf("%d in %s", in.Major, in.Bin))
	}
	what := "PostgreSQL"
	if major != 0 {
		what = fmt.Sprintf("PostgreSQL %d", major)
	}
	none := fmt.Sprintf("there is no %s on this machine to start a throw-away server of", what)
	hint := "install its server, name the directory of initdb and postgres with bin in [postgres] or GEN_POSTGRES_BIN, or give --scratch a URL of a server where databases may be made"
	if len(has) == 0 {
		return pgserver.Install{}, withHint(errors.New(none), hint)
	}
	return pgserver.Install{}, withHint(fmt.Errorf("%s; there is %s", none, strings.Join(has, ", ")),
		hint+fmt.Sprintf("; --scratch server@%d takes another major all the same", found[0].Major))
}

// postgresBins are the directories of PostgreSQL's programs that environment and
// configuration name.
func (a *app) postgresBins(c *config) []string {
	bins := filepath.SplitList(a.getenv("GEN_POSTGRES_BIN"))
	for _, b := range c.Postgres.bins {
		bins = append(bins, a.path(b))
	}
	return bins
}
