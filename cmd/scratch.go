package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// A scratch database is empty, lasts as long as a command, and is on the server
// of the configured URL: there is what revisions need, extensions and roles.

// scratch makes one like home. drop removes it, also when ctx has ended.
func (a *app) scratch(ctx context.Context, home *database) (db *database, drop func(), err error) {
	if home.row.Name == "sqlite" {
		return a.scratchFile(ctx, home)
	}
	mark := make([]byte, 4)
	if _, err := rand.Read(mark); err != nil {
		return nil, nil, err
	}
	name := "gen_scratch_" + hex.EncodeToString(mark)
	if err := a.connect(ctx, home, reading); err != nil {
		return nil, nil, err
	}
	defer home.close()
	const like = `SELECT pg_catalog.format('CREATE DATABASE ` + "%%s" + ` TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype)
FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`
	var create string
	if err := home.sql.QueryRowContext(ctx, like).Scan(&create); err != nil {
		return nil, nil, fmt.Errorf("making a scratch database: %w", err)
	}
	if _, err := home.sql.ExecContext(ctx, fmt.Sprintf(create, name)); err != nil {
		err = fmt.Errorf("making a scratch database on %s: %w", showURL(home.url), err)
		if pg := new(pgconn.PgError); errors.As(err, &pg) && pg.Code == "42501" {
			return nil, nil, withHint(err, "the role needs CREATEDB (ALTER ROLE … CREATEDB); or give --scratch a URL of a server where databases may be made")
		}
		return nil, nil, err
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

// against connects to what is compared: the database, or with --against
// revisions a scratch database at the heads of the revisions.
func (a *app) against(ctx context.Context, c *config, db *database, o compareOptions) (*database, func(), error) {
	switch o.against {
	case "", "database":
		return db, func() { db.close() }, a.connect(ctx, db, reading)
	case "revisions":
		scratch, drop, err := a.scratch(ctx, db)
		if err != nil {
			return nil, nil, err
		}
		if err := a.replay(ctx, c, scratch, "heads"); err != nil {
			drop()
			return nil, nil, err
		}
		return scratch, drop, nil
	}
	return nil, nil, withHint(fmt.Errorf("--against %q is neither database nor revisions", o.against), "write --against revisions to do without the live database")
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

func (a *app) scratchFile(ctx context.Context, home *database) (*database, func(), error) {
	dir, err := os.MkdirTemp("", "gen-scratch-")
	if err != nil {
		return nil, nil, err
	}
	path, err := filepath.Abs(filepath.Join(dir, "scratch.db"))
	if err != nil {
		return nil, nil, err
	}
	db := &database{row: home.row, url: "sqlite://" + path, scratch: true}
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
