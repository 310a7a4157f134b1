package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the shadow database

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A shadow is an empty in-memory database that tells what SQLite makes of a
// definition.
type shadow struct {
	db      *sql.DB
	conn    *sql.Conn
	indexes int // created so far
}

func openShadow(ctx context.Context) (*shadow, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("opening an in-memory database: %w", err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("opening an in-memory database: %w", err)
	}
	return &shadow{db: db, conn: conn}, nil
}

func (s *shadow) close() {
	s.conn.Close()
	s.db.Close()
}

// askShadow creates every wanted table that is not in have exactly so already,
// and takes have's text of expressions that mean the same.
func (c *canon) askShadow(ctx context.Context) error {
	var s *shadow
	for i := range c.out.Tables {
		t := &c.out.Tables[i]
		before := c.before(t)
		if before != nil && sameText(t, before) {
			continue
		}
		if s == nil {
			var err error
			if s, err = openShadow(ctx); err != nil {
				return err
			}
			defer s.close()
		}
		errs := s.create(ctx, t)
		if err := ctx.Err(); err != nil {
			return err
		}
		c.errs = append(c.errs, errs...)
		if before != nil && len(errs) == 0 {
			s.settle(ctx, t, before)
		}
	}
	return errors.Join(c.errs...)
}

// sameText reports whether both tables have one definition, names that nobody
// chose aside.
func sameText(t, before *schema.Table) bool {
	a := *t
	a.Uniques, a.Checks = slices.Clone(t.Uniques), slices.Clone(t.Checks)
	a.ForeignKeys, a.Indexes = slices.Clone(t.ForeignKeys), slices.Clone(t.Indexes)
	if t.PrimaryKey != nil {
		pk := *t.PrimaryKey
		a.PrimaryKey = &pk
	}
	adoptNames(&a, before)
	d := schema.Database{Tables: []schema.Table{a}}
	d.Sort()
	if len(a.Indexes) != len(before.Indexes) || createTable(&d.Tables[0]) != createTable(before) {
		return false
	}
	for i := range before.Indexes {
		if createIndex(a.Name.Local, d.Tables[0].Indexes[i]) != createIndex(a.Name.Local, before.Indexes[i]) {
			return false
		}
	}
	return true
}

// create makes the table with its indexes and returns what SQLite refuses, as
// *introspect.WantError each.
func (s *shadow) create(ctx context.Context, t *schema.Table) []error {
	var errs []error
	if err := s.exec(ctx, createTable(t)); err != nil {
		return s.blame(ctx, t, err)
	}
	for _, c := range t.Columns {
		if strings.Contains(c.Default, "(") { // CREATE TABLE does not look into it
			if err := s.exec(ctx, "EXPLAIN SELECT "+c.Default); err != nil {
				errs = append(errs, wantError(c.Pos, "column "+t.Name.Local+"."+c.Name+": default", err))
			}
		}
	}
	if len(errs) > 0 {
		return errs
	}
	for _, x := range t.Indexes {
		what := "index " + x.Name
		s.indexes++
		x.Name = fmt.Sprintf("gen shadow %d", s.indexes) // a derived name may be that of another index until diff numbers it
		if err := s.exec(ctx, createIndex(t.Name.Local, x)); err != nil {
			errs = append(errs, wantError(x.Pos, what, err))
		}
	}
	return errs
}

// blame finds the parts of a refused table that are refused on their own.
func (s *shadow) blame(ctx context.Context, t *schema.Table, whole error) []error {
	var errs []error
	bare := schema.Table{Name: schema.Name{Local: t.Name.Local}}
	for _, c := range t.Columns {
		bare.Columns = append(bare.Columns, schema.Column{Name: c.Name})
	}
	try := func(pos schema.Pos, object string, alone schema.Table) {
		if err := s.exec(ctx, createTable(&alone)); err != nil {
			errs = append(errs, wantError(pos, object, err))
			return
		}
		s.exec(ctx, "DROP TABLE "+quote(alone.Name.Local))
	}
	for i, c := range t.Columns {
		what := "column " + t.Name.Local + "." + c.Name
		one := func(part string, col schema.Column) {
			alone := bare
			alone.Columns = slices.Clone(bare.Columns)
			alone.Columns[i] = col
			if alone.Strict = part == "type" && t.Strict; alone.Strict {
				alone.Columns = alone.Columns[i : i+1]
			}
			try(c.Pos, what+": "+part, alone)
		}
		one("type", schema.Column{Name: c.Name, Type: c.Type})
		if c.Default != "" {
			one("default", schema.Column{Name: c.Name, Default: c.Default})
		}
		if !c.Collation.IsZero() {
			one("collation", schema.Column{Name: c.Name, Collation: c.Collation})
		}
		if c.Generated != nil && len(t.Columns) > 1 {
			one("generated", schema.Column{Name: c.Name, Generated: c.Generated})
		}
	}
	for _, k := range t.Checks {
		alone := bare
		alone.Checks = []schema.Check{k}
		try(k.Pos, "check ("+k.Expr+") of "+t.Name.Local, alone)
	}
	for _, u := range t.Uniques {
		alone := bare
		alone.Uniques = []schema.Unique{u}
		try(u.Pos, "unique ("+strings.Join(u.Columns, ", ")+") of "+t.Name.Local, alone)
	}
	for _, fk := range t.ForeignKeys {
		alone := bare
		alone.ForeignKeys = []schema.ForeignKey{fk}
		try(fk.Pos, "foreign key ("+strings.Join(fk.Columns, ", ")+") of "+t.Name.Local, alone)
	}
	if len(errs) == 0 {
		errs = append(errs, wantError(t.Pos, "table "+t.Name.Local, whole))
	}
	return errs
}

func wantError(pos schema.Pos, object string, err error) error {
	text := strings.TrimPrefix(err.Error(), "SQL logic error: ")
	if i := strings.LastIndex(text, " ("); i > 0 {
		text = text[:i] // the driver's error code
	}
	e := &introspect.WantError{Pos: pos, Object: object, Text: text}
	if strings.Contains(text, "no such function") || strings.Contains(text, "no such collation") {
		e.Hint = "gen runs with the functions and collations that SQLite has itself; what an application registers cannot stand in its schema"
	}
	return e
}

// settle takes have's text for expressions that mean the same as t's. The
// table is in the shadow.
func (s *shadow) settle(ctx context.Context, t, before *schema.Table) {
	same := func(a, b string) bool { return a != "" && b != "" && a != b && s.sameMeaning(ctx, t.Name.Local, a, b) }
	for i := range t.Columns {
		c := &t.Columns[i]
		old := before.Column(c.Name)
		if old == nil {
			continue
		}
		if same(c.Default, old.Default) {
			c.Default = old.Default
		}
		if c.Generated != nil && old.Generated != nil && same(c.Generated.Expr, old.Generated.Expr) {
			c.Generated.Expr = old.Generated.Expr
		}
	}
	for i := range t.Checks {
		for _, old := range before.Checks {
			if !slices.ContainsFunc(t.Checks, func(k schema.Check) bool { return k.Expr == old.Expr }) && same(t.Checks[i].Expr, old.Expr) {
				t.Checks[i].Expr = old.Expr
			}
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		for _, old := range before.Indexes {
			if old.Name == x.Name || x.Derived && len(old.Keys) == len(x.Keys) {
				settleIndex(x, old, same)
			}
		}
	}
}

func settleIndex(x *schema.Index, old schema.Index, same func(a, b string) bool) {
	if same(x.Where, old.Where) {
		x.Where = old.Where
	}
	for j := range x.Keys {
		if j < len(old.Keys) && same(x.Keys[j].Expr, old.Keys[j].Expr) {
			x.Keys[j].Expr = old.Keys[j].Expr
		}
	}
}

// sameMeaning reports whether SQLite compiles both expressions over the table
// to the same program.
func (s *shadow) sameMeaning(ctx context.Context, table, a, b string) bool {
	pa, err := s.program(ctx, table, a)
	if err != nil {
		return false
	}
	pb, err := s.program(ctx, table, b)
	return err == nil && slices.Equal(pa, pb)
}

func (s *shadow) program(ctx context.Context, table, expr string) ([]string, error) {
	var steps []string
	err := each(ctx, s.conn, "EXPLAIN SELECT ("+expr+") FROM "+quote(table), func(r *sql.Rows) error {
		var addr, p1, p2, p3, p5 int64
		var op string
		var p4, comment sql.NullString
		err := r.Scan(&addr, &op, &p1, &p2, &p3, &p4, &p5, &comment)
		steps = append(steps, fmt.Sprintf("%s %d %d %d %q %d", op, p1, p2, p3, p4.String, p5))
		return err
	})
	return steps, err
}

func (s *shadow) exec(ctx context.Context, q string) error {
	_, err := s.conn.ExecContext(ctx, q)
	return err
}
