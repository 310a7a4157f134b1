package cmd

import (
	"context"
	"slices"

	"github.com/gen-migrate/gen/migrations"
)

// countingFrom are the database's heads when one of the symbols or ranges
// counts from them, and nothing otherwise: a command that only reads files
// then needs no database.
func (a *app) countingFrom(ctx context.Context, c *config, dir *migrations.Dir, symbols ...string) ([]string, error) {
	if !slices.ContainsFunc(symbols, migrations.CountsFromCurrent) {
		return nil, nil
	}
	s, err := a.status(ctx, c, dir)
	if err != nil {
		return nil, err
	}
	return s.Current, nil
}

// status asks the database where it stands.
func (a *app) status(ctx context.Context, c *config, dir *migrations.Dir) (*migrations.Status, error) {
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return nil, err
	}
	defer db.close()
	r, err := a.runner(c, db, dir)
	if err != nil {
		return nil, err
	}
	return r.Status(ctx)
}
