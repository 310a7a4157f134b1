package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// readObjects adds to want what the configured files say: views, routines,
// triggers and the like. Without files they are not managed.
//
// have is the database, which says whose things are where the files do not.
func (a *app) readObjects(ctx context.Context, c *config, db *database, want, have *schema.Database) error {
	if len(c.Objects) == 0 {
		if c.Postgres.Privileges && db.row.objects != nil {
			return withHint(fmt.Errorf("%s: postgres.privileges: privileges are said in files of objects, and there are none", c.path),
				`name them: objects = ["schema/*.sql"]`)
		}
		return nil
	}
	if db.row.objects == nil {
		return withHint(fmt.Errorf("%s: objects: gen manages views, triggers and the like on PostgreSQL only, and this database is %s", c.path, db.row.Name),
			"remove the key, or put it under [env.NAME] of the environments with PostgreSQL")
	}
	files, err := a.objectFiles(c)
	if err != nil {
		return err
	}
	defer a.timing.stage("objects")()
	var schemas []string
	for _, s := range want.Schemas {
		schemas = append(schemas, s.Name)
	}
	// The first is where unqualified names go.
	if i := slices.Index(schemas, defaultSchema(c, db.row)); i > 0 {
		schemas[0], schemas[i] = schemas[i], schemas[0]
	}
	read, err := db.row.objects(ctx, db.sql, want, have, files, introspect.Options{Schemas: schemas, Privileges: c.Postgres.Privileges})
	if err != nil {
		return err
	}
	want.Objects, want.Access = read.Objects, read.Access
	want.Enums = append(want.Enums, read.Enums...)
	want.Sort()
	return nil
}

// objectFiles reads the files that the patterns of `objects` match, sorted by
// path. A pattern that matches none is an error: a file that was moved must not
// look like objects that have been dropped.
func (a *app) objectFiles(c *config) ([]introspect.SQLFile, error) {
	var paths []string
	for _, pattern := range c.Objects {
		found, err := filepath.Glob(a.path(pattern))
		if err != nil {
			return nil, fmt.Errorf("%s: objects: %q is no pattern: %w", c.path, pattern, err)
		}
		if len(found) == 0 {
			return nil, withHint(fmt.Errorf("%s: objects: no file matches %q", c.path, pattern),
				"correct the pattern, or create the file; an empty one says that there are none")
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	var files []introspect.SQLFile
	for _, p := range slices.Compact(paths) {
		text, err := os.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("%s: objects: %w", c.path, err)
		}
		shown := p
		if rel, err := filepath.Rel(a.path("."), p); err == nil {
			shown = filepath.ToSlash(rel)
		}
		files = append(files, introspect.SQLFile{Path: shown, Text: string(text)})
	}
	return files, nil
}
