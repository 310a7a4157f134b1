package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
)

// probe has the server carry out the plan's ALTER TABLE statements on empty clones,
// where that is wanted and may be, and the statements say what it did. It returns what
// the header tells of it: "PostgreSQL 15.18"; empty when nothing was asked. A
// difference between gen's table of facts and the server is spoken of.
func (a *app) probe(ctx context.Context, c *config, cmp *comparison, db *database, up, down []render.Statement) (measured string, err error) {
	if !c.Postgres.Probe || db.row.runner != migrations.Postgres || db.sql == nil || cmp.server.postgres == nil {
		return "", nil
	}
	defer a.timing.stage("probe")()
	var sql []string
	for _, s := range slices.Concat(up, down) {
		sql = append(sql, s.SQL)
	}
	var verdicts []inspectpg.Verdict
	err = withPgx(ctx, db.sql, func(conn *pgx.Conn) (err error) {
		verdicts, err = inspectpg.Probe(ctx, conn, *cmp.server.postgres, &cmp.plan.From, sql)
		return err
	})
	if err != nil {
		return "", err
	}
	for i, v := range verdicts {
		if !v.Asked {
			continue
		}
		measured = cmp.server.product
		var s *render.Statement
		if i < len(up) {
			s = &up[i]
		} else {
			s = &down[i-len(up)]
		}
		if said := render.Believe(s, v.Rewrites, v.Scans); said != "" {
			what, _, _ := strings.Cut(s.SQL, "\n")
			a.say("%s %s: %s was seen to do otherwise than gen's table of facts says (%s): %s; the file says what was seen, and this is a bug in gen: report it",
				a.paintErr("warning:", yellow), what, cmp.server.product, said, render.Work(v.Rewrites, v.Scans))
		}
	}
	return measured, nil
}
