package cmd

import (
	"context"

	"github.com/gen-migrate/gen/migrations"
)

// withRunner opens revisions and database, lends the runner and closes what
// it opened.
func (a *app) withRunner(ctx context.Context, c *config, how access, use func(*migrations.Runner) error) error {
	return a.withDatabase(ctx, c, how, nil, func(_ *database, r *migrations.Runner) error { return use(r) })
}

// withDatabase is withRunner for commands that need the database too, or a runner
// with options of its own.
func (a *app) withDatabase(ctx context.Context, c *config, how access, more func(*migrations.Dir) ([]migrations.Option, error), use func(*database, *migrations.Runner) error) error {
	dir, err := a.openDir(c)
	if err != nil {
		return err
	}
	if db, err := a.database(c); err == nil {
		if err := a.meantFor(db, dir); err != nil {
			return err
		}
	}
	var opts []migrations.Option
	if more != nil {
		if opts, err = more(dir); err != nil {
			return err
		}
	}
	db, err := a.openDatabase(ctx, c, how)
	if err != nil {
		return err
	}
	defer db.close()
	r, err := a.runner(c, db, dir, opts...)
	if err != nil {
		return err
	}
	return use(db, r)
}

// willCreate reports whether opening a database to write makes its file: SQLite
// does so at once, also for a command that then finds nothing to do.
func (a *app) willCreate(db *database) bool {
	return db.row.Name == "sqlite" && a.sqliteURL(db.row, db.url, reading) != a.sqliteURL(db.row, db.url, writing)
}

// withConfiguredRunner is withRunner for commands that write the version
// table and change nothing of the configuration. Where that would create the
// database's file, rehearse sees an empty database first: its error is the
// command's. It may be nil.
func (a *app) withConfiguredRunner(ctx context.Context, rehearse, use func(*migrations.Runner) error) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	db, err := a.database(c)
	if err != nil {
		return err
	}
	if rehearse != nil && a.willCreate(db) {
		if err := a.withRunner(ctx, c, reading, rehearse); err != nil {
			return err
		}
	}
	return a.withRunner(ctx, c, writing, use)
}
