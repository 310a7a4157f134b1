package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

// A ground is a scratch database that revisions are taken to and fro on.
type ground struct {
	*verifying
	db      *database
	drop    func()
	more    []migrations.Option
	applied map[string]bool
	server  serverInfo
}

// ground makes a scratch database with the revisions applied in it. more are
// options of its runner, beside those of a run that calls no Go and may lose rows.
func (v *verifying) ground(ctx context.Context, applied map[string]bool, more ...migrations.Option) (*ground, error) {
	g := &ground{verifying: v, more: more}
	return g, g.anew(ctx, applied)
}

// anew begins again in an empty database.
func (g *ground) anew(ctx context.Context, applied map[string]bool) error {
	g.close()
	if g.lasting {
		g.place.close() // what earlier ones have left in their server is in the way
	}
	var err error
	if g.db, g.drop, err = g.scratch(ctx, g.place); err != nil {
		return err
	}
	if err := g.makeRoles(ctx); err != nil {
		g.close()
		return err
	}
	run, err := g.run()
	if err == nil {
		_, err = run.EnsureVersionTable(ctx) // or the first revision would seem to make it, and its schema
	}
	if err != nil {
		g.close()
		return err
	}
	g.applied = map[string]bool{}
	if err := g.reach(ctx, applied); err != nil {
		g.close()
		return err
	}
	return nil
}

// reach applies what is missing of these revisions, which have all that they need
// among them.
func (g *ground) reach(ctx context.Context, applied map[string]bool) error {
	for _, head := range g.dir.Graph().Current(applied) {
		if !g.applied[head] {
			if err := g.up(ctx, head); err != nil {
				return err
			}
		}
	}
	maps.Copy(g.applied, applied)
	return nil
}

// eachSelected calls f for each revision to verify, in order, with all before it
// applied. f leaves it applied.
func (g *ground) eachSelected(ctx context.Context, what string, f func(context.Context, *migrations.Revision) error) error {
	before := map[string]bool{}
	seen, all := 0, len(g.report.Revisions)
	for _, r := range g.order {
		if seen == all {
			return nil
		}
		if g.selected[r.ID] {
			seen++
			done := g.working(fmt.Sprintf("verifying %s, %d of %d: %s", r.ID, seen, all, what))
			err := g.reach(ctx, before)
			if err == nil {
				err = f(ctx, r)
			}
			done()
			if err != nil {
				return err
			}
		}
		before[r.ID] = true
	}
	return nil
}

func (g *ground) close() {
	if g.drop != nil {
		g.drop()
		g.drop = nil
	}
}

// makeRoles makes the roles that fill has found missing in a throw-away server,
// where another one has been started since.
func (g *ground) makeRoles(ctx context.Context) error {
	if !g.db.server {
		return nil
	}
	for _, role := range g.place.roles {
		var there bool
		if err := g.db.sql.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", role).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := g.db.sql.ExecContext(ctx, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

// up applies a revision with all that it needs, more are options of this run.
func (g *ground) up(ctx context.Context, id string, more ...migrations.Option) error {
	run, err := g.run(more...)
	if err != nil {
		return err
	}
	if _, err := run.Upgrade(ctx, id); err != nil {
		return err
	}
	g.applied[id] = true
	return nil
}

// down takes the one revision back, which nothing applied follows.
func (g *ground) down(ctx context.Context, id string, more ...migrations.Option) error {
	run, err := g.run(more...)
	if err != nil {
		return err
	}
	if _, err := run.Downgrade(ctx, id+"@-1"); err != nil {
		return err
	}
	delete(g.applied, id)
	return nil
}

func (g *ground) run(more ...migrations.Option) (*migrations.Runner, error) {
	opts := []migrations.Option{migrations.WithHooks(migrations.Hooks{}), migrations.WithLock(migrations.LockSession)}
	for _, r := range g.order {
		opts = append(opts, migrations.WithAcceptDataLoss(r.ID))
		variant, err := r.For(g.row.runner)
		if err != nil {
			continue // told when it is its turn
		}
		for _, s := range slices.Concat(variant.Up, variant.Down) {
			if s.Go != "" {
				opts = append(opts, migrations.WithFunc(s.Go, func(context.Context, migrations.Tx) error { return nil }))
			}
		}
	}
	return g.runner(g.c, g.db, g.dir, slices.Concat(opts, g.more, more)...)
}

// stands is the schema of the ground, all that gen knows of it.
func (g *ground) stands(ctx context.Context) (*schema.Database, error) {
	s := &standingSide{db: g.db}
	g.db.whole = true
	defer func() { g.db.whole = false }()
	var err error
	if s.have, s.server, err = g.db.inspect(ctx, g.c); err != nil {
		return nil, fmt.Errorf("reading the scratch database: %w", err)
	}
	g.server, g.report.Server = s.server, s.server.product
	ignore(s.have, g.c)
	return s.have, g.widen(ctx, g.c, s)
}
