package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/schema"
)

// A side is one of the two things that gen diff --from … --to … compares:
//
//	models            what the structs (and the files of objects) say
//	database          the configured database
//	URL               another one
//	revisions[@REV]   what the revision files lead to, from nothing
//	PATH              what SQL files make of an empty database
//
// Revisions and files are carried out in a scratch database (scratch.go, fill.go).
type side struct {
	text string
	kind sideKind
	rev  string   // of revisions
	url  string   // of a database
	sql  []string // paths
}

type sideKind int

const (
	ofModels sideKind = iota
	ofDatabase
	ofRevisions
	ofFiles
)

// parseSide reads a side; c gives the configured database.
func (a *app) parseSide(c *config, flag, text string) (side, error) {
	s := side{text: text}
	switch head, rev, at := strings.Cut(text, "@"); {
	case text == "models":
		return s, nil
	case text == "database":
		u, err := a.databaseURL(c)
		s.kind, s.url = ofDatabase, u
		return s, err
	case head == "revisions" && (!at || rev != ""):
		s.kind, s.rev = ofRevisions, rev
		if !at {
			s.rev = "heads"
		}
		return s, nil
	case strings.Contains(text, "://") || strings.HasPrefix(text, "sqlite:"):
		a.hide(text)
		s.kind, s.url = ofDatabase, text
		return s, nil
	}
	paths, err := a.sqlFiles(text)
	if err != nil {
		return s, withHint(fmt.Errorf("--%s %s: %w", flag, text, err),
			"a side is models, database, revisions, revisions@REV, the URL of a database, or a file or directory of SQL")
	}
	s.kind, s.sql = ofFiles, paths
	return s, nil
}

// sqlFiles are the SQL files of a path: a file, all *.sql of a directory, or a
// pattern, sorted.
func (a *app) sqlFiles(text string) ([]string, error) {
	path := a.path(text)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "*.sql")
	}
	found, err := filepath.Glob(path)
	if err == nil && len(found) == 0 {
		err = fs.ErrNotExist
	}
	slices.Sort(found)
	return found, err
}

// A standing is a side as it stands in a database.
type standingSide struct {
	db     *database
	have   *schema.Database
	server serverInfo
}

// stand opens a side that is no models, and reads it. done closes and removes
// what was made for it.
func (a *app) stand(ctx context.Context, c *config, s side, place *scratchPlace) (out *standingSide, done func(), err error) {
	var db *database
	if s.kind == ofDatabase {
		row, err := dialectOf(s.url)
		if err != nil {
			return nil, nil, err
		}
		db = &database{row: row, url: s.url}
		if err := a.connect(ctx, db, reading); err != nil {
			return nil, nil, err
		}
		done = db.close
	} else {
		if db, done, err = a.scratch(ctx, place); err != nil {
			return nil, nil, err
		}
		if err := a.fill(ctx, c, s, db, place); err != nil {
			done()
			return nil, nil, err
		}
	}
	db.whole = true
	out = &standingSide{db: db}
	defer a.timing.stage("inspect")()
	if out.have, out.server, err = db.inspect(ctx, c); err != nil {
		done()
		return nil, nil, err
	}
	ignore(out.have, c)
	if s.kind != ofDatabase {
		leaveOwnersOpen(out.have)
	}
	return out, done, nil
}

// leaveOwnersOpen takes out whose things are that belong to the role that has
// carried out files or revisions: these have said nothing about it.
func leaveOwnersOpen(db *schema.Database) {
	for i := range db.Access {
		if db.Access[i].Owner == db.Reader {
			db.Access[i].Owner = ""
		}
	}
}

// schemaAt is what a side makes, with all its schemas.
func (a *app) schemaAt(ctx context.Context, c *config, s side, place *scratchPlace) (*schema.Database, error) {
	stood, done, err := a.stand(ctx, c, s, place)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := a.widen(ctx, c, stood); err != nil {
		return nil, err
	}
	return stood.have, nil
}

// widen reads a side again with all its schemas, where the configuration names
// none: what is looked at, and not compared, leaves nothing out.
func (a *app) widen(ctx context.Context, c *config, s *standingSide) (err error) {
	if len(c.Schemas) > 0 || s.db.row.DefaultSchema == "" {
		return nil
	}
	names := []string{s.db.row.DefaultSchema}
	for _, o := range s.have.Unmanaged {
		if o.Kind == "schema" {
			names = append(names, o.Name.Local)
		}
	}
	if len(names) == 1 {
		return nil
	}
	s.have, s.server, err = s.db.inspect(ctx, c, names...)
	if err == nil {
		ignore(s.have, c)
	}
	return err
}

// between computes the plan that leads from one side to the other. The database
// it returns is the one the plan is for; done closes what was opened.
func (a *app) between(ctx context.Context, c *config, from, to side, place *scratchPlace, o compareOptions) (cmp *comparison, db *database, done func(), err error) {
	if from.kind == ofModels && to.kind == ofModels {
		return nil, nil, nil, withHint(fmt.Errorf("the models are what they are: --from and --to name the same thing"), "give one of them a database, revisions or SQL files")
	}
	if from.kind == ofModels {
		// The way from the models is the way to them, taken back.
		cmp, db, done, err = a.between(ctx, c, to, from, place, o)
		if err == nil {
			cmp.plan = cmp.plan.Reverse()
		}
		return cmp, db, done, err
	}
	if to.kind == ofModels {
		begin, done, err := a.stand(ctx, c, from, place)
		if err != nil {
			return nil, nil, nil, err
		}
		begin.db.whole = false
		if cmp, err = a.compare(ctx, c, begin.db, a.startScan(ctx, c, begin.db.row), o); err != nil {
			done()
			return nil, nil, nil, err
		}
		return cmp, begin.db, done, nil
	}
	begin, end, done, err := a.standBoth(ctx, c, from, to, place)
	if err != nil {
		return nil, nil, nil, err
	}
	if cmp, err = a.betweenDatabases(ctx, c, begin, end, o); err != nil {
		done()
		return nil, nil, nil, err
	}
	return cmp, begin.db, done, nil
}

// standBoth opens and reads two sides, at the same time where both are databases
// that are there. done closes both.
func (a *app) standBoth(ctx context.Context, c *config, from, to side, place *scratchPlace) (begin, end *standingSide, done func(), err error) {
	type stood struct {
		side *standingSide
		done func()
		err  error
	}
	answer := make(chan stood, 1)
	second := func() {
		var s stood
		s.side, s.done, s.err = a.stand(ctx, c, to, place)
		answer <- s
	}
	together := from.kind == ofDatabase && to.kind == ofDatabase
	if together {
		go second()
	}
	begin, closeFirst, err := a.stand(ctx, c, from, place)
	if !together {
		if err != nil {
			return nil, nil, nil, err
		}
		second()
	}
	two := <-answer
	if err := errors.Join(err, two.err); err != nil {
		if closeFirst != nil {
			closeFirst()
		}
		if two.done != nil {
			two.done()
		}
		return nil, nil, nil, err
	}
	return begin, two.side, func() { two.done(); closeFirst() }, nil
}

func (a *app) betweenDatabases(ctx context.Context, c *config, begin, end *standingSide, o compareOptions) (*comparison, error) {
	if begin.db.row.Name != end.db.row.Name {
		return nil, fmt.Errorf("--from is %s and --to is %s: a plan leads from one database to another of its kind", begin.db.row.Name, end.db.row.Name)
	}
	want := end.have
	apart, err := a.respell(ctx, c, begin, end)
	if err != nil {
		return nil, err
	}
	cmp := &comparison{have: begin.have, server: begin.server, accepted: &acceptance{list: &acceptList{}},
		scan: &modelscan.Result{Database: *want}, apart: apart}
	cmp.onlyThere(begin.have, end.have)
	if diff.Same(begin.have, end.have) {
		cmp.want, cmp.plan = want, diff.Plan{From: *begin.have, To: *want}
		return cmp, nil
	}
	return cmp, a.refused(a.decide(ctx, begin.db, cmp, o))
}

// respell puts the objects of end in the words of begin's server, which are
// others on another major version. The notes are of what that server cannot do.
func (a *app) respell(ctx context.Context, c *config, begin, end *standingSide) ([]jsonNote, error) {
	row := begin.db.row
	if row.respell == nil || len(end.have.Objects) == 0 {
		return nil, nil
	}
	o := introspect.Options{Schemas: managedSchemas(c, row)}
	told, err := row.respell(ctx, begin.db.sql, end.have, begin.have, begin.server.version/10000 != end.server.version/10000, o)
	if err != nil {
		return nil, withHintOnce(fmt.Errorf("comparing %s at --to with %s at --from, which must be able to read what is at --to: %w", end.server.product, begin.server.product, err),
			"drop it at --to, or compare where both servers know it; `[ignore]` leaves out views, functions and kinds")
	}
	var notes []jsonNote
	for _, n := range told {
		notes = append(notes, jsonNote{Object: n.Object, Text: n.Text})
	}
	return notes, nil
}

// onlyThere notes what gen does not manage and is not the same in two
// databases, as far as it was read.
func (cmp *comparison) onlyThere(from, to *schema.Database) {
	note := func(has, other *schema.Database, where string, twice bool) {
		there := map[schema.Ref]string{}
		like := func(o schema.Object) string { return o.SQL + fmt.Sprint(o.Facets) }
		nothing := like(schema.Object{})
		for _, o := range other.Unmanaged {
			there[o.Ref()] = like(o)
		}
		for _, o := range has.Unmanaged {
			words, both := there[o.Ref()]
			switch {
			case strings.HasPrefix(o.Kind, "ignored "):
			case !both:
				cmp.apart = append(cmp.apart, jsonNote{Object: unmanagedText(o), Text: "only " + where + ", and not managed"})
			case twice && words != like(o):
				cmp.apart = append(cmp.apart, jsonNote{Object: unmanagedText(o), Text: "not the same on both sides, and not managed"})
			case twice && words == nothing:
				cmp.byName++
			}
		}
	}
	note(from, to, "at --from", true)
	note(to, from, "at --to", false)
}
