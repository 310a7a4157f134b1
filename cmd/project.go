package cmd

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"os"
	"time"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

// ProjectOptions say which project a program means. The zero value is what gen
// without flags means: gen.toml in the current directory.
type ProjectOptions struct {
	Dir    string // --dir
	Config string // --config
	Env    string // --env
	URL    string // --url

	Renames, NotRenames []string // --rename and --no-rename

	Against string // --against: empty (the database) or revisions
	Scratch string // --scratch

	// Speech takes what gen says on stderr; nil: nobody hears it.
	Speech io.Writer
}

// A Project is a configuration with its models, revisions and database, for
// package autogen. It holds no connection between calls and may be used by one
// goroutine at a time.
type Project struct {
	app *app
	c   *config
	o   compareOptions
}

// OpenProject reads the configuration; nothing else is touched.
func OpenProject(o ProjectOptions) (*Project, error) {
	a := &app{
		stdin: bytes.NewReader(nil), stdout: io.Discard, stderr: o.Speech, getenv: os.Getenv, now: time.Now,
		globals: globals{url: o.URL, config: o.Config, dir: o.Dir, env: o.Env, format: "text", quiet: o.Speech == nil, noColor: true},
	}
	if o.Speech == nil {
		a.stderr = io.Discard
	}
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	return &Project{a, c, compareOptions{renames: o.Renames, noRenames: o.NotRenames, against: o.Against, scratch: o.Scratch}}, nil
}

// Models reads what the structs say, in their own words. No user code is run,
// and no connection is made.
func (p *Project) Models(ctx context.Context) (*schema.Database, error) {
	t, err := p.app.compareTarget(p.c, &p.o)
	if err != nil {
		return nil, err
	}
	res, err := p.app.scan(ctx, p.c, t.row)
	if err != nil {
		return nil, err
	}
	return &res.Database, nil
}

// Database reads the schemas of the configured database that gen manages, and
// lists beside them what it does not.
func (p *Project) Database(ctx context.Context) (*schema.Database, error) {
	db, err := p.app.openDatabase(ctx, p.c, reading)
	if err != nil {
		return nil, err
	}
	defer db.close()
	have, _, err := db.inspect(ctx, p.c)
	if err != nil {
		return nil, err
	}
	ignore(have, p.c)
	return have, nil
}

// Plan compares models and database, as gen diff does.
func (p *Project) Plan(ctx context.Context) (plan.Plan, error) {
	a := p.app
	t, err := a.compareTarget(p.c, &p.o)
	if err != nil {
		return plan.Plan{}, err
	}
	models := a.startScan(ctx, p.c, t.row)
	db, done, err := a.against(ctx, p.c, t)
	if err != nil {
		return plan.Plan{}, err
	}
	defer done()
	found, err := a.compare(ctx, p.c, db, models, p.o)
	if err != nil {
		return plan.Plan{}, err
	}
	up, down, err := a.renderBoth(ctx, found, p.c, db)
	if err != nil {
		return plan.Plan{}, err
	}
	return a.planDocument(found, db.row, found.plan, up, down), nil
}

// DraftOptions say how a revision is called and where it stands.
type DraftOptions struct {
	Message string   // one line
	ID      string   // empty: a random one
	Heads   []string // to follow; empty: the one head there is
}

// A Draft is a revision that is not written yet.
type Draft struct {
	Text    []byte // the file; nil: nothing differs, or nothing is left of the plan
	Plan    plan.Plan
	Edits   []string // what is not as gen planned it, a line each
	project *Project
	rev     *migrations.Revision
	dir     *migrations.Dir
}

// Draft plans a revision as gen revision --autogenerate does and lets edit change
// the plan; nil leaves it as it is. What edit may change is said in package plan;
// its error is the caller's. The filter of the configuration is not run.
func (p *Project) Draft(ctx context.Context, o DraftOptions, edit func(*plan.Plan) error) (*Draft, error) {
	a := p.app
	if err := checkMessage(o.Message); err != nil {
		return nil, err
	}
	compare := p.o
	if edit != nil {
		compare.filter = programFilter(edit)
	}
	t, err := a.compareTarget(p.c, &compare)
	if err != nil {
		return nil, err
	}
	rev, err := a.newRevision(ctx, p.c, t.dir, o.Message, o.ID, placeOptions{heads: o.Heads})
	if err != nil {
		return nil, err
	}
	planned, err := a.autogenerate(ctx, p.c, t, rev, compare)
	if err != nil {
		return nil, err
	}
	d := &Draft{Plan: planned.plan, Edits: planned.edits, project: p, rev: rev, dir: t.dir}
	if len(rev.Up) > 0 {
		d.Text, err = migrations.Format(rev)
	}
	return d, err
}

// Write writes the file, runs the hooks of the configuration on it, and returns
// its path; empty where there is nothing to write.
func (d *Draft) Write(ctx context.Context) (path string, err error) {
	if d.Text == nil {
		return "", nil
	}
	path, _, err = d.project.app.create(ctx, d.project.c, d.dir, d.rev, "", "")
	return path, err
}

// A programFilter is a function of the program that uses gen.
type programFilter func(*plan.Plan) error

func (programFilter) who() string { return "the program" }

func (f programFilter) edit(_ context.Context, _ *app, p plan.Plan) (plan.Plan, error) {
	err := f(&p)
	return p, err
}

// HintOf is what would help against an error of a Project; empty where nobody
// knows.
func HintOf(err error) string {
	_, inText := factAndHint(err)
	return cmp.Or(hintOf(err), inText)
}
