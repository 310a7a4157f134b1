package cmd

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/migrations"
)

// fill carries a side out in an empty database. A throw-away server has none of
// the roles that files and revisions may speak of: there each is made when it is
// missed, and all begins anew.
func (a *app) fill(ctx context.Context, c *config, s side, db *database, place *scratchPlace) error {
	defer a.working("building " + s.text)()
	var made []string
	for {
		f := &filling{app: a, db: db, again: len(made) > 0}
		err := f.fill(ctx, c, s)
		role := missingRole(db, err)
		if err == nil || !db.server || role == "" || slices.Contains(made, role) {
			return whyNotFilled(db, err)
		}
		made, place.roles = append(made, role), append(place.roles, role)
		if _, err := db.sql.ExecContext(ctx, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()); err != nil {
			return err
		}
		if err := a.anew(ctx, place, db); err != nil {
			return err
		}
	}
}

// A filling is one try.
type filling struct {
	*app
	db    *database
	again bool // what there is to tell has been told
}

func (f *filling) note(format string, args ...any) {
	if !f.again {
		f.say("%s %s", f.paintErr("note:", cyan), fmt.Sprintf(format, args...))
	}
}

func (f *filling) fill(ctx context.Context, c *config, s side) error {
	if s.kind == ofRevisions {
		return f.replay(ctx, c, s.rev)
	}
	for _, path := range s.sql {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := f.runFile(ctx, introspect.SQLFile{Path: path, Text: string(text)}); err != nil {
			return err
		}
	}
	return nil
}

// runFile runs a file as the product's own shell would, on one connection that
// is thrown away behind it with what the file has set.
func (f *filling) runFile(ctx context.Context, file introspect.SQLFile) error {
	db := f.db
	if db.row.script == nil {
		_, err := db.sql.ExecContext(ctx, file.Text)
		return inFile(db, file.Path, 0, file.Text, err)
	}
	statements, err := db.row.script(file)
	if err != nil {
		return err
	}
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer discard(conn)
	if _, err := conn.ExecContext(ctx, "SET synchronous_commit = off"); err != nil { // nothing here must survive a crash
		return err
	}
	for _, s := range statements {
		if what := s.Lasting(); what != "" && (!db.server || strings.Contains(what, "database")) {
			return lastingError(fmt.Sprintf("%s:%d", file.Path, s.Pos.Line), what, db)
		}
		_, err := conn.ExecContext(ctx, s.SQL)
		if err != nil && s.Words[0] == "set" && db.row.detail(err).SQLState == "42704" {
			// What a newer pg_dump sets an older server does not know.
			f.note("%s:%d: %s; passed over", file.Path, s.Pos.Line, db.row.detail(err).Message)
			continue
		}
		if err != nil {
			return inFile(db, file.Path, s.Pos.Line, s.SQL, err)
		}
	}
	return nil
}

// discard closes a connection for good instead of giving it back.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close() // it is closed already, and says so
}

// A fillError is what a server said to a statement of a file.
type fillError struct {
	at  string
	err error
	msg string
}

func (e *fillError) Error() string { return e.at + ": " + e.msg }
func (e *fillError) Unwrap() error { return e.err }

// inFile places a server's error: line is that of the statement, 0 where text is
// the whole file.
func inFile(db *database, path string, line int, text string, err error) error {
	if err == nil {
		return nil
	}
	d := db.row.detail(err)
	if d.Position > 0 {
		runes := []rune(text)
		line = max(line, 1) + strings.Count(string(runes[:min(d.Position-1, len(runes))]), "\n")
	}
	if line > 0 {
		path = fmt.Sprintf("%s:%d", path, line)
	}
	return &fillError{path, err, d.Message}
}

// lastingError refuses what would outlive the scratch database.
func lastingError(at, what string, db *database) error {
	if db.server {
		return withHint(fmt.Errorf("%s: the statement is about %s, and a side is what stands in one", at, what), "leave it out: gen compares what is in a database")
	}
	return withHint(fmt.Errorf("%s: the statement is about %s, which is not the scratch database's alone and would outlast it", at, what),
		"carry it out in a server that goes too: --scratch server")
}

// replay runs the revisions up to rev in an empty database. Functions in Go are
// not called: they are the application's, and work on rows.
func (f *filling) replay(ctx context.Context, c *config, rev string) error {
	db := f.db
	dir, err := f.readDirs(c, db.row.runner)
	if err != nil {
		return err
	}
	if err := f.meantFor(db, dir); err != nil {
		return err
	}
	opts := []migrations.Option{migrations.WithHooks(migrations.Hooks{})}
	plan, err := dir.Graph().UpgradePath(rev, nil)
	if err != nil {
		return err
	}
	for _, r := range plan {
		v, err := r.For(db.row.runner)
		if err != nil {
			continue // told when it is its turn
		}
		for _, s := range v.Up {
			if s.Go != "" {
				f.note("revision %s: the function %s is not run here", r.ID, s.Go)
				opts = append(opts, migrations.WithFunc(s.Go, func(context.Context, migrations.Tx) error { return nil }))
			}
			if err := lastingInStep(db, r, s); err != nil {
				return err
			}
		}
	}
	run, err := f.runner(c, db, dir, opts...)
	if err != nil {
		return err
	}
	_, err = run.Upgrade(ctx, rev)
	return err
}

// lastingInStep refuses to replay on a server that stays what changes more of it
// than the scratch database.
func lastingInStep(db *database, r *migrations.Revision, s migrations.Step) error {
	if db.server || db.row.script == nil {
		return nil
	}
	for _, statement := range s.Statements {
		read, err := db.row.script(introspect.SQLFile{Path: r.Path, Text: statement.SQL})
		if err != nil {
			continue // the server will say what it thinks of it
		}
		for _, one := range read {
			if what := one.Lasting(); what != "" {
				return lastingError(fmt.Sprintf("%s:%d", r.Path, statement.Line), what, db)
			}
		}
	}
	return nil
}

var (
	noRole      = regexp.MustCompile(`(?s)^role "(.*)" does not exist$`)
	noExtension = regexp.MustCompile(`^could not open extension control file ".*/([^/"]+)\.control"|^extension "([^"]+)" is not available`)
)

// missingRole is the role that the server missed.
func missingRole(db *database, err error) string {
	if err == nil || db.row.Name != "postgres" {
		return ""
	}
	if m := noRole.FindStringSubmatch(db.row.detail(err).Message); m != nil {
		return m[1]
	}
	return ""
}

// whyNotFilled adds what helps where the server lacks what a side needs.
func whyNotFilled(db *database, err error) error {
	if err == nil || db.row.Name != "postgres" {
		return err
	}
	d := db.row.detail(err)
	if m := noExtension.FindStringSubmatch(d.Message); m != nil {
		name := m[1] + m[2]
		hint := "install it there, or give --scratch a URL of a server that has it"
		if f, ok := errors.AsType[*fillError](err); ok {
			f.msg = fmt.Sprintf("the extension %s is not installed on the scratch server: %s", name, d.Message)
			return withHint(f, hint)
		}
		return withHint(fmt.Errorf("the extension %s is not installed on the scratch server: %w", name, err), hint)
	}
	if !db.server && (missingRole(db, err) != "" || d.SQLState == "42501") {
		return withHint(err, "in a throw-away server, where roles are made as they are needed and all is allowed: --scratch server")
	}
	return err
}
