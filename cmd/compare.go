package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// A comparison is the models (want) and the database (have) on one table.
type comparison struct {
	scan      *modelscan.Result
	want      *schema.Database // canonical: in the server's words
	have      *schema.Database
	server    serverInfo
	plan      diff.Plan
	notes     []introspect.Note
	apart     []jsonNote      // of two databases: what only one has, and gen does not manage
	byName    int             // what both of two databases have, gen does not manage, and nothing but kind and name of is known
	accepted  *acceptance     // what of the differences is no change of the plan
	questions []diff.Question // look-alikes that nobody has answered; the plan takes them for drop and add
}

// compareOptions are the flags of every command that compares.
type compareOptions struct {
	renames   []string
	noRenames []string
	// guess: leave unanswered questions in the comparison. Otherwise they are
	// asked on a terminal and an error elsewhere.
	guess bool
	// against is what the models are compared with: database (also empty) or
	// revisions, carried out in a scratch database.
	against string
	// filter edits the plan of a revision; nil: nobody does.
	filter planFilter
	// scratch is where scratch databases are made: a URL, server or server@MAJOR.
	// Empty: see scratchPlace.
	scratch string
	// baseline: list the differences, all of them, and make no plan.
	baseline bool
	// simple: one statement for each change, whoever waits for it.
	simple bool
}

// compare reads the database, waits for the models and computes the plan.
func (a *app) compare(ctx context.Context, c *config, db *database, models scanning, o compareOptions) (*comparison, error) {
	cmp := &comparison{}
	done := a.working("reading models and database")
	end := a.timing.stage("inspect")
	var err error
	cmp.have, cmp.server, err = db.inspect(ctx, c)
	end()
	var scanErr error
	cmp.scan, scanErr = models()
	done()
	// Mistakes in the models first: they are the user's to mend.
	if scanErr != nil {
		return nil, scanErr
	}
	if err != nil {
		return nil, err
	}
	if err := requireTables(c, cmp.scan); err != nil {
		return nil, err
	}
	a.warn(cmp.scan)
	if err := a.settleSchemas(ctx, cmp, c, db); err != nil {
		return nil, err
	}
	ignore(cmp.have, c)
	if err := a.readObjects(ctx, c, db, &cmp.scan.Database, cmp.have); err != nil {
		return nil, a.refused(err)
	}
	if err := a.declaredAndIgnored(c, &cmp.scan.Database); err != nil {
		return nil, a.refused(err)
	}
	cmp.have = diff.WithoutOpen(diff.WithoutGlobal(cmp.have, &cmp.scan.Database), &cmp.scan.Database)
	list, err := a.acceptList(c, db.row, o.baseline)
	if err != nil {
		return nil, err
	}
	if o.baseline {
		return cmp, a.everyDifference(ctx, db, cmp, c, list)
	}
	cmp.accepted = &acceptance{list: list, compat: c.compat()}
	return cmp, a.refused(a.decide(ctx, db, cmp, o))
}

// A scanning waits for a scan of the models that runs beside the database.
type scanning func() (*modelscan.Result, error)

// startScan begins to read the models at once: they need no connection.
func (a *app) startScan(ctx context.Context, c *config, row dialectRow) scanning {
	var (
		res  *modelscan.Result
		err  error
		done = make(chan struct{})
	)
	go func() {
		defer close(done)
		res, err = a.scan(ctx, c, row)
	}()
	return func() (*modelscan.Result, error) {
		<-done
		return res, err
	}
}

// scan reads the models alone.
func (a *app) scan(ctx context.Context, c *config, row dialectRow) (*modelscan.Result, error) {
	defer a.timing.stage("models")()
	res, err := modelscan.Scan(ctx, modelscan.Options{
		Dir:             a.globals.dir,
		Patterns:        c.Models,
		Include:         c.Include,
		Exclude:         c.Exclude,
		Tags:            c.Tags,
		Dialect:         row.Dialect,
		DefaultSchema:   defaultSchema(c, row),
		NameMapper:      c.Naming.Columns,
		CommentsFromDoc: c.Comments == "doc",
		Gorm:            c.gormOptions(),
		Xorm:            c.xormOptions(),
		Ent:             c.entOptions(),
		Bun:             c.bunOptions(),
	})
	return res, a.mistakes(err)
}

// warn tells what is odd in the models and no mistake.
func (a *app) warn(res *modelscan.Result) {
	for _, w := range res.Warnings {
		at := ""
		if w.Pos.IsValid() {
			at = a.here(w.Pos).String() + ": "
		}
		a.say("%s%s %s", at, a.paintErr("warning:", yellow), w.Text)
	}
}

// requireTables refuses to compare with nothing: models that were not found
// must not look like tables that have been dropped.
func requireTables(c *config, res *modelscan.Result) error {
	if len(res.Database.Tables) > 0 {
		return nil
	}
	return withHint(&noTablesError{c.Models},
		"mark one with //gen:table name or a gen:\"…\" tag (docs/tags.md), read models of an ORM with [gorm], [bun], [xorm] or [ent] (docs/configuration.md), or correct models in gen.toml")
}

// A noTablesError says that the models hold no table.
type noTablesError struct{ patterns []string }

func (e *noTablesError) Error() string {
	return fmt.Sprintf("no struct in %s is a table", strings.Join(e.patterns, " "))
}

// defaultSchema is where a table without a schema lives: the first of the
// configured ones.
func defaultSchema(c *config, row dialectRow) string {
	if row.DefaultSchema == "" || len(c.Schemas) == 0 {
		return row.DefaultSchema
	}
	return c.Schemas[0]
}

// settleSchemas makes both sides speak of the same namespaces. With a
// configured list the list decides; without one it is the default schema and
// those the models name.
func (a *app) settleSchemas(ctx context.Context, cmp *comparison, c *config, db *database) error {
	if db.row.DefaultSchema == "" {
		return nil
	}
	managed := slices.Clone(c.Schemas)
	if len(managed) == 0 {
		managed = []string{db.row.DefaultSchema}
	}
	var outside []string
	for _, s := range usedSchemas(&cmp.scan.Database) {
		if !slices.Contains(managed, s.Name) {
			outside = append(outside, s.Name)
			if len(c.Schemas) > 0 {
				return withHint(fmt.Errorf("%s: schema %s is not among the `schemas` of the configuration", a.here(s.Pos), s.Name),
					"add it: schemas = "+tomlList(append(managed, s.Name)))
			}
		}
	}
	if len(outside) > 0 {
		managed = append(managed, outside...)
		have, server, err := db.inspect(ctx, c, managed...)
		if err != nil {
			return err
		}
		cmp.have, cmp.server = have, server
	}
	want := &cmp.scan.Database
	for _, name := range managed {
		if !slices.ContainsFunc(want.Schemas, func(s schema.Schema) bool { return s.Name == name }) {
			want.Schemas = append(want.Schemas, schemaLike(cmp.have, name))
		}
	}
	want.Sort()
	return nil
}

// schemaLike is a wanted schema nobody has said anything about: as it is in
// the database, comment included, or new.
func schemaLike(have *schema.Database, name string) schema.Schema {
	for _, s := range have.Schemas {
		if s.Name == name {
			return s
		}
	}
	return schema.Schema{Name: name}
}

// usedSchemas lists the namespaces of a database's objects, each once.
func usedSchemas(db *schema.Database) []schema.Schema {
	seen := map[string]bool{}
	var used []schema.Schema
	add := func(name string, pos schema.Pos) {
		if name != "" && !seen[name] {
			seen[name] = true
			used = append(used, schema.Schema{Name: name, Pos: pos})
		}
	}
	for _, s := range db.Schemas {
		add(s.Name, s.Pos)
	}
	for _, t := range db.Tables {
		add(t.Name.Schema, t.Pos)
	}
	for _, e := range db.Enums {
		add(e.Name.Schema, e.Pos)
	}
	for _, s := range db.Sequences {
		add(s.Name.Schema, s.Pos)
	}
	return used
}

// decide settles renames, asks the server how it spells the models, and
// computes the plan.
func (a *app) decide(ctx context.Context, db *database, cmp *comparison, o compareOptions) error {
	want := &cmp.scan.Database
	list := cmp.accepted.list
	lookHave, lookWant := list.withoutAccepted(cmp.have, want)
	renames, questions, err := a.settleRenames(lookHave, lookWant, db.row.DefaultSchema, o)
	if err != nil {
		return err
	}
	cmp.questions = questions
	end := a.timing.stage("canonical")
	have := diff.ApplyRenames(cmp.have, renames)
	cmp.want, cmp.notes, err = db.canonical(ctx, want, have, cmp.server)
	end()
	if err != nil {
		return err
	}
	defer a.timing.stage("diff")()
	cmp.want, cmp.accepted = list.accept(cmp.have, have, cmp.want, cmp.scan.Implied, cmp.accepted.compat, renames)
	cmp.plan, err = diff.Diff(cmp.have, cmp.want, renames)
	return err
}

// renderBoth writes a plan as statements, each way, and has the database say what it
// knows of them; down is empty where there is no way back (render.NoWayBack).
func (a *app) renderBoth(ctx context.Context, cmp *comparison, c *config, db *database) (up, down []render.Statement, err error) {
	row := db.row
	o := render.Options{ServerVersion: cmp.server.version, Online: c.Postgres.Online}
	if v := int(c.SQLite.Library); row.Name == "sqlite" && v > 0 {
		o.ServerVersion = min(o.ServerVersion, v)
	}
	if up, err = row.render(cmp.plan, o); err != nil {
		return nil, nil, a.refused(err)
	}
	if render.NoWayBack(cmp.plan) != "" {
		return up, nil, a.tellSizes(ctx, c, db, up, nil)
	}
	if down, err = row.render(cmp.plan.Reverse(), o); err != nil {
		return nil, nil, a.refused(err)
	}
	return up, down, a.tellSizes(ctx, c, db, up, down)
}
