package corpus_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	inspectlite "github.com/gen-migrate/gen/introspect/sqlite"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/render"
	renderpg "github.com/gen-migrate/gen/render/postgres"
	renderlite "github.com/gen-migrate/gen/render/sqlite"
	"github.com/gen-migrate/gen/schema"
)

// A product is a database product with the rooms that speak to it, joined as
// the commands join them.
type product struct {
	dialect   dialect.Dialect
	runner    migrations.Dialect
	open      func(t testing.TB) (*sql.DB, string)
	inspect   func(ctx context.Context, db *sql.DB, o introspect.Options) (*schema.Database, int, error)
	canonical func(ctx context.Context, db *sql.DB, want, have *schema.Database) (*schema.Database, []introspect.Note, error)
	render    func(diff.Plan, render.Options) ([]render.Statement, error)
	witness   func(t testing.TB, d *database) string
}

func (p product) postgres() bool { return p.dialect.Name == "postgres" }

// since is the product on a server that knows what came with the major.
func (p product) since(major int) product {
	if p.postgres() {
		p.open = openPostgres(major)
	}
	return p
}

func openPostgres(major int) func(t testing.TB) (*sql.DB, string) {
	return func(t testing.TB) (*sql.DB, string) {
		u := dbtest.PostgresAtLeast(t, major)
		c, err := pgx.ParseConfig(u)
		if err != nil {
			t.Fatal(err)
		}
		c.DefaultQueryExecMode = pgx.QueryExecModeExec
		return stdlib.OpenDB(*c), u
	}
}

var postgres = product{
	dialect: dialect.Postgres(),
	runner:  migrations.Postgres,
	open:    openPostgres(0),
	inspect: func(ctx context.Context, db *sql.DB, o introspect.Options) (have *schema.Database, version int, err error) {
		err = withPgx(ctx, db, func(c *pgx.Conn) error {
			var info *inspectpg.Info
			have, info, err = inspectpg.Inspect(ctx, c, o)
			if err == nil {
				version = info.ServerVersion
			}
			return err
		})
		return have, version, err
	},
	canonical: func(ctx context.Context, db *sql.DB, want, have *schema.Database) (canonical *schema.Database, notes []introspect.Note, err error) {
		err = withPgx(ctx, db, func(c *pgx.Conn) error {
			canonical, notes, err = inspectpg.Canonical(ctx, c, want, have, nil)
			return err
		})
		return canonical, notes, err
	},
	render:  renderpg.Render,
	witness: dumpWitness,
}

var sqlite = product{
	dialect: dialect.SQLite(),
	runner:  migrations.SQLite,
	open: func(t testing.TB) (*sql.DB, string) {
		u := dbtest.SQLite(t)
		file := &url.URL{Path: strings.TrimPrefix(u, "sqlite://")}
		db, err := sql.Open("sqlite", "file:"+file.EscapedPath()+"?_pragma=foreign_keys(1)&_pragma=synchronous(off)&_pragma=busy_timeout(5000)")
		if err != nil {
			t.Fatal(err)
		}
		return db, u
	},
	inspect: func(ctx context.Context, db *sql.DB, o introspect.Options) (*schema.Database, int, error) {
		have, info, err := inspectlite.Inspect(ctx, db, o)
		if err != nil {
			return nil, 0, err
		}
		return have, info.ServerVersion, nil
	},
	canonical: func(ctx context.Context, _ *sql.DB, want, have *schema.Database) (*schema.Database, []introspect.Note, error) {
		return inspectlite.Canonical(ctx, want, have)
	},
	render:  renderlite.Render,
	witness: pragmaWitness,
}

func withPgx(ctx context.Context, db *sql.DB, use func(*pgx.Conn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driverConn any) error { return use(driverConn.(*stdlib.Conn).Conn()) })
}

// A database is a real one, with the revisions that were written for it.
type database struct {
	product
	url     string
	sql     *sql.DB
	version int      // of the server, as render.Options wants it
	schemas []string // managed besides the default one
	files   fstest.MapFS
	parent  string
	number  int  // of the last revision
	online  bool // plans keep out nobody for long
}

func newDatabase(t testing.TB, p product, schemas ...string) *database {
	t.Helper()
	db, u := p.open(t)
	t.Cleanup(func() { db.Close() })
	d := &database{product: p, url: u, sql: db, schemas: schemas, files: fstest.MapFS{}}
	_, version, err := p.inspect(t.Context(), db, introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.version = version
	return d
}

// exec runs a script.
func (d *database) exec(t testing.TB, script string) {
	t.Helper()
	if script == "" {
		return
	}
	if d.postgres() {
		dbtest.Exec(t, d.url, script)
		return
	}
	if _, err := d.sql.ExecContext(t.Context(), script); err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
}

func (d *database) have(t testing.TB) *schema.Database {
	t.Helper()
	o := introspect.Options{Exclude: []string{migrations.TableRevisions, migrations.TableLog}}
	if d.postgres() {
		o.Schemas = append([]string{"public"}, d.schemas...)
	}
	have, _, err := d.inspect(t.Context(), d.sql, o)
	if err != nil {
		t.Fatal(err)
	}
	return have
}

// scan reads a directory of models, for the server's version.
func (d *database) scan(t testing.TB, dir, pattern string) *schema.Database {
	t.Helper()
	var tags []string
	if d.postgres() && d.version >= 150000 {
		tags = append(tags, "pg15")
	}
	if d.postgres() && d.version >= 180000 {
		tags = append(tags, "pg18")
	}
	res, err := modelscan.Scan(t.Context(), modelscan.Options{
		Dir: dir, Patterns: []string{pattern}, Tags: strings.Join(tags, ","), Dialect: d.dialect,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range res.Warnings {
		t.Logf("warning: %s: %s", w.Pos, w.Text)
	}
	return &res.Database
}

// settle adds to want the namespaces it uses without saying so, and the
// default one, as it is in have.
func (d *database) settle(want, have *schema.Database) {
	if !d.postgres() {
		return
	}
	used := []string{"public"}
	for _, t := range want.Tables {
		used = append(used, t.Name.Schema)
	}
	for _, e := range want.Enums {
		used = append(used, e.Name.Schema)
	}
	for _, s := range want.Sequences {
		used = append(used, s.Name.Schema)
	}
	for _, name := range used {
		if slices.ContainsFunc(want.Schemas, func(s schema.Schema) bool { return s.Name == name }) {
			continue
		}
		s := schema.Schema{Name: name}
		for _, h := range have.Schemas {
			if h.Name == name {
				s = h
			}
		}
		want.Schemas = append(want.Schemas, s)
	}
	want.Sort()
}

// A questionsError says that a rename must be decided by a person.
type questionsError []diff.Question

func (e questionsError) Error() string {
	var lines []string
	for _, q := range e {
		lines = append(lines, fmt.Sprintf("question: %s %s gone, %s new: %s | %s | %s", q.Kind, q.From, q.To, q.Why, q.YesFlag, q.NoFlag))
	}
	return strings.Join(lines, "\n")
}

// plan is what leads from the database as it is to want.
func (d *database) plan(ctx context.Context, t testing.TB, want *schema.Database, a diff.Answers) (diff.Plan, error) {
	t.Helper()
	have := d.have(t)
	models := schema.Clone(want)
	d.settle(models, have)
	renames, questions, err := diff.FindRenames(have, models, a, d.dialect.DefaultSchema)
	if err != nil {
		return diff.Plan{}, err
	}
	if len(questions) > 0 {
		return diff.Plan{}, questionsError(questions)
	}
	canonical, notes, err := d.canonical(ctx, d.sql, models, diff.ApplyRenames(have, renames))
	if err != nil {
		return diff.Plan{}, err
	}
	for _, n := range notes {
		t.Logf("note: %s: %s", n.Object, n.Text)
	}
	return diff.Diff(have, canonical, renames)
}

// statements writes a plan for this server.
func (d *database) statements(p diff.Plan) ([]render.Statement, error) {
	return d.render(p, render.Options{ServerVersion: d.version, Online: d.online})
}

// revision writes a plan as a revision file that follows the last one, and
// holds it against what a parser reads out of it (law 9).
func (d *database) revision(t testing.TB, p diff.Plan) []byte {
	t.Helper()
	data, _ := d.format(t, p, d.number+1)
	return data
}

func (d *database) format(t testing.TB, p diff.Plan, number int) ([]byte, *migrations.Revision) {
	t.Helper()
	up, err := d.statements(p)
	if err != nil {
		t.Fatalf("rendering: %v", explain(err))
	}
	down, err := d.statements(p.Reverse())
	if err != nil {
		t.Fatalf("rendering the way back: %v", explain(err))
	}
	r := &migrations.Revision{
		ID: fmt.Sprintf("%012x", number), Message: fmt.Sprintf("step %d", number), Dialect: d.runner,
		Up: steps(up), Down: steps(down),
	}
	if d.parent != "" {
		r.Parents = []string{d.parent}
	}
	data, err := migrations.Format(r)
	if err != nil {
		t.Fatalf("%v\n%s", err, statementsText(up))
	}
	again, err := migrations.Parse("revision.sql", data)
	if err != nil {
		t.Fatalf("reading what was written: %v\n%s", err, data)
	}
	opts := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(migrations.Revision{}, "Path"), cmpopts.IgnoreFields(migrations.Step{}, "Line"),
		cmpopts.IgnoreFields(migrations.Statement{}, "Line", "Col")}
	if d := cmp.Diff(r, again, opts); d != "" {
		t.Fatalf("parse(format(revision)) is another revision (-written +read):\n%s", d)
	}
	return data, r
}

func explain(err error) error {
	var u *render.UnsupportedError
	if errors.As(err, &u) {
		return fmt.Errorf("%s %s: %s (%s)", reflect.TypeOf(u.Change).Name(), diff.Describe(u.Change).Object, u.Why, u.Hint)
	}
	return err
}

// add puts a revision file into the directory.
func (d *database) add(data []byte) {
	d.number++
	d.parent = fmt.Sprintf("%012x", d.number)
	d.files[fmt.Sprintf("%04d.sql", d.number)] = &fstest.MapFile{Data: data}
}

func (d *database) runnerOf(t testing.TB) *migrations.Runner {
	t.Helper()
	r, err := migrations.New(d.sql, d.runner, d.files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (d *database) upgrade(t testing.TB, target string) {
	t.Helper()
	if _, err := d.runnerOf(t).Upgrade(t.Context(), target); err != nil {
		t.Fatalf("upgrade %s: %v\n%s", target, err, d.files[fmt.Sprintf("%04d.sql", d.number)].Data)
	}
}

func (d *database) downgrade(t testing.TB, target string) {
	t.Helper()
	if _, err := d.runnerOf(t).Downgrade(t.Context(), target); err != nil {
		t.Fatalf("downgrade %s: %v\n%s", target, err, d.files[fmt.Sprintf("%04d.sql", d.number)].Data)
	}
}

// build makes a database that is what want says out of nothing.
func build(t testing.TB, p product, setup string, want func(*database) *schema.Database, schemas ...string) *database {
	t.Helper()
	d := newDatabase(t, p, schemas...)
	d.exec(t, setup)
	d.step(t, want(d), diff.Answers{})
	return d
}

// step plans, writes, runs, and checks that nothing is left to do.
func (d *database) step(t testing.TB, want *schema.Database, a diff.Answers) diff.Plan {
	t.Helper()
	p, err := d.plan(t.Context(), t, want, a)
	if err != nil {
		t.Fatal(err)
	}
	d.add(d.revision(t, p))
	d.upgrade(t, "head")
	d.clean(t, want)
	return p
}

// clean fails unless the database is what want says.
func (d *database) clean(t testing.TB, want *schema.Database) {
	t.Helper()
	p, err := d.plan(t.Context(), t, want, diff.Answers{})
	if err != nil {
		t.Fatalf("second check: %v", err)
	}
	if len(p.Changes) == 0 {
		return
	}
	rest := describe(p)
	if up, err := d.statements(p); err == nil {
		rest += "\n" + statementsText(up)
	}
	t.Errorf("the second check still finds changes:\n%s\nafter\n%s", rest, d.files[fmt.Sprintf("%04d.sql", d.number)].Data)
	t.FailNow()
}

// same fails unless planning and writing give the same bytes again.
func (d *database) same(t testing.TB, want *schema.Database, a diff.Answers, data []byte) {
	t.Helper()
	p, err := d.plan(t.Context(), t, want, a)
	if err != nil {
		t.Fatal(err)
	}
	if again := d.revision(t, p); !bytes.Equal(again, data) {
		t.Fatalf("the same input gave other bytes (-first +second):\n%s", cmp.Diff(string(data), string(again)))
	}
}

// describe is a plan in words.
func describe(p diff.Plan) string {
	var b strings.Builder
	for _, c := range p.Changes {
		l := diff.Describe(c)
		line := l.Sign + " " + l.Object
		if l.Detail != "" {
			line += "  " + l.Detail
		}
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

// steps puts statements into the steps of a revision, as gen revision does.
func steps(statements []render.Statement) []migrations.Step {
	out := []migrations.Step{}
	for _, s := range statements {
		next := migrations.Step{Tx: migrations.TxOn, ForeignKeysOff: s.Rebuild}
		switch s.Tx {
		case render.InTx:
		case render.Batches:
			next.Tx = migrations.TxBatch
		default:
			next.Tx = migrations.TxEach
		}
		if n := len(out); n == 0 || next.Tx == migrations.TxBatch || out[n-1].Tx != next.Tx || out[n-1].ForeignKeysOff != next.ForeignKeysOff {
			out = append(out, next)
		}
		last := &out[len(out)-1]
		last.Statements = append(last.Statements, migrations.Statement{SQL: s.SQL, Comment: render.Comment(s)})
	}
	return out
}

// statementsText is a rendered plan as it stands in a file.
func statementsText(list []render.Statement) string {
	var b strings.Builder
	for i, step := range steps(list) {
		if i > 0 {
			fmt.Fprintf(&b, "-- step tx=%s\n", step.Tx)
		} else if step.Tx != migrations.TxOn {
			fmt.Fprintf(&b, "-- tx=%s\n", step.Tx)
		}
		if step.ForeignKeysOff {
			b.WriteString("-- foreign keys off\n")
		}
		for _, s := range step.Statements {
			for _, c := range s.Comment {
				fmt.Fprintln(&b, strings.TrimRight("-- "+c, " "))
			}
			fmt.Fprintf(&b, "%s;\n", s.SQL)
		}
	}
	return b.String()
}
