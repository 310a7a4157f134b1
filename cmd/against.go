package cmd

import (
	"context"
	"fmt"

	"github.com/gen-migrate/gen/migrations"
)

// A compareTarget is what gen check and gen revision compare the models with:
// the database, or with --against revisions a scratch database at their heads.
// Then no database need be configured, where the revisions say what they are for.
type compareTarget struct {
	row dialectRow
	dir *migrations.Dir

	db    *database     // nil with --against revisions
	place *scratchPlace // nil without
}

// headsSide are the revisions as a side.
func headsSide() side { return side{text: "revisions", kind: ofRevisions, rev: "heads"} }

// compareTarget finds it, without a connection.
func (a *app) compareTarget(c *config, o *compareOptions) (t *compareTarget, err error) {
	t = &compareTarget{}
	switch o.against {
	case "", "database":
		if o.scratch != "" {
			return nil, withHint(fmt.Errorf("--scratch is for --against revisions: the database needs no scratch"), "add --against revisions, or leave --scratch out")
		}
		if t.db, err = a.database(c); err != nil {
			return nil, err
		}
		t.row = t.db.row
	case "revisions":
		if t.place, err = a.scratchPlace(c, o.scratch, headsSide()); err != nil {
			return nil, err
		}
		t.row = t.place.row
	default:
		return nil, withHint(fmt.Errorf("--against %q is neither database nor revisions", o.against), "write --against revisions to do without the live database")
	}
	if t.dir, err = a.readDirs(c, t.row.runner); err != nil {
		return nil, err
	}
	meant := t.db
	if meant == nil {
		meant = &database{row: t.row}
		if t.place.home != nil {
			meant = t.place.home
		}
	}
	return t, a.meantFor(meant, t.dir)
}

// against connects to the target.
func (a *app) against(ctx context.Context, c *config, t *compareTarget) (*database, func(), error) {
	if t.place == nil {
		return t.db, func() { t.db.close() }, a.connect(ctx, t.db, reading)
	}
	scratch, drop, err := a.scratch(ctx, t.place)
	if err == nil {
		if err = a.fill(ctx, c, headsSide(), scratch, t.place); err != nil {
			drop()
		}
	}
	if err != nil {
		t.place.close()
		return nil, nil, err
	}
	return scratch, func() { drop(); t.place.close() }, nil
}
