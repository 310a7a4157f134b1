package cmd

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/lint"
	lintpg "github.com/gen-migrate/gen/lint/postgres"
	lintlite "github.com/gen-migrate/gen/lint/sqlite"
	"github.com/gen-migrate/gen/migrations"
)

// lintFacts are what gen lint knows beside the revisions.
type lintFacts struct {
	postgres lintpg.Facts
	sqlite   lintlite.Facts
	small    func(table string) bool // nil: no sizes are known
}

func lintPostgres(f lintFacts) lint.Reader { return lintpg.New(f.postgres) }
func lintSQLite(f lintFacts) lint.Reader   { return lintlite.New(f.sqlite) }

// lintFacts takes what the configuration says, and with --sizes what the server
// does.
func (a *app) lintFacts(ctx context.Context, c *config, o *lintOptions) (lintFacts, error) {
	f := lintFacts{
		postgres: lintpg.Facts{Schema: dialect.Postgres().DefaultSchema, LockTimeout: timed(c.Run.LockTimeout), StatementTimeout: timed(c.Run.StatementTimeout)},
		sqlite:   lintlite.Facts{Library: int(c.SQLite.Library)},
	}
	if len(c.Schemas) > 0 {
		f.postgres.Schema = c.Schemas[0]
	}
	if !o.sizes {
		return f, nil
	}
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return f, err
	}
	defer db.close()
	if db.row.runner != migrations.Postgres {
		return f, withHint(fmt.Errorf("--sizes: %s keeps no sizes of tables that locks depend on", db.row.Name), "leave --sizes out, or name a PostgreSQL database with --url")
	}
	sizes, version, err := inspectpg.TableSizes(ctx, db.sql)
	if err != nil {
		return f, err
	}
	f.postgres.Server = version
	small := c.smallTable()
	f.small = func(table string) bool {
		name, local, ok := strings.Cut(table, ".")
		if !ok {
			name, local = f.postgres.Schema, table
		}
		size, known := sizes[[2]string{name, local}]
		return known && size.Bytes < small
	}
	return f, nil
}

// timed reports whether a timeout of the configuration ever fires.
func timed(d duration) bool { return d > 0 }

// changedSince tells which files of the directories are new or changed in git since
// the branch forked off, in the working tree and the index too.
func (a *app) changedSince(ctx context.Context, branch string, dirs []string) (func(path string) bool, error) {
	changed := map[string]bool{}
	for _, dir := range dirs {
		fork, err := git(ctx, dir, "merge-base", branch, "HEAD")
		if err != nil {
			return nil, withHint(fmt.Errorf("--git-base %s: %w", branch, err), "in CI fetch the branch, with enough history for a common commit (fetch-depth: 0)")
		}
		for _, args := range [][]string{
			{"diff", "--name-only", "--relative", "-z", strings.TrimSpace(fork), "--", "."},
			{"ls-files", "--others", "--exclude-standard", "-z", "--", "."},
		} {
			out, err := git(ctx, dir, args...)
			if err != nil {
				return nil, fmt.Errorf("--git-base %s: %w", branch, err)
			}
			for _, name := range strings.Split(out, "\x00") {
				if name != "" {
					changed[filepath.Join(dir, filepath.FromSlash(name))] = true
				}
			}
		}
	}
	return func(path string) bool { return changed[filepath.Clean(path)] }, nil
}

// git runs a command of git that only reads.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		text, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if text == "" {
			text = err.Error()
		}
		return "", fmt.Errorf("git %s: %s", args[0], text)
	}
	return string(out), nil
}
